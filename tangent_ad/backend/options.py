"""What the user asks of a backend."""

from __future__ import annotations

from dataclasses import dataclass

NAMES = ("plain", "numpy")


@dataclass(frozen=True)
class Backend:
    """How a derivative is written: "plain", statement by statement, or "numpy", for large arrays and scalar loops.

    Attributes:
      threads: how many threads share the blocks of large arrays.
    """

    name: str = "plain"
    threads: int = 1

    def __post_init__(self) -> None:
        if self.name not in NAMES:
            raise ValueError(f"backend={self.name!r}: choose one of {', '.join(NAMES)}")
        if self.threads < 1:
            raise ValueError(f"threads={self.threads}: there is at least one")
        if self.threads > 1 and not self.is_numpy:
            raise ValueError(f'threads={self.threads} needs backend="numpy"; write both')

    @property
    def is_numpy(self) -> bool:
        return self.name == "numpy"
