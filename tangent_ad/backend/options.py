"""What the user asks of a backend."""

from __future__ import annotations

from dataclasses import dataclass

NAMES = ("plain", "numpy")


@dataclass(frozen=True)
class Backend:
    """How a derivative is written: "plain", statement by statement, or "numpy", for large arrays and scalar loops.

    Attributes:
      threads: how many threads share the blocks of large arrays.
      workspace: buffers and results of such blocks stay between calls, and are overwritten by the next one.
    """

    name: str = "plain"
    threads: int = 1
    workspace: bool = False

    def __post_init__(self) -> None:
        if self.name not in NAMES:
            raise ValueError(f"backend={self.name!r}: choose one of {', '.join(NAMES)}")
        if self.threads < 1:
            raise ValueError(f"threads={self.threads}: there is at least one")
        for option, given in ((f"threads={self.threads}", self.threads > 1), ("workspace=True", self.workspace)):
            if given and not self.is_numpy:
                raise ValueError(f'{option} needs backend="numpy"; write both')

    @property
    def is_numpy(self) -> bool:
        return self.name == "numpy"
