"""What the user asks of a backend."""

from __future__ import annotations

from dataclasses import dataclass

NAMES = ("plain", "numpy")


@dataclass(frozen=True)
class Backend:
    """How a derivative is written: "plain", statement by statement, or "numpy", for large arrays and scalar loops."""

    name: str = "plain"

    def __post_init__(self) -> None:
        if self.name not in NAMES:
            raise ValueError(f"backend={self.name!r}: choose one of {', '.join(NAMES)}")

    @property
    def is_numpy(self) -> bool:
        return self.name == "numpy"
