"""Every error a user can meet: where, why, and what to write instead."""

from __future__ import annotations

import linecache
from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    """A place in the user's source: file, 1-based line, 0-based column.

    `derived`: the code here is an adjoint of that place, not the place itself.
    """

    file: str
    line: int
    col: int = 0
    derived: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.col + 1}"

    @property
    def text(self) -> str:
        """The source line itself, stripped; empty where the file cannot be read."""
        return linecache.getline(self.file, self.line).strip()


NOWHERE = Origin("<tangent_ad>", 0)


class TangentError(Exception):
    """Base of every error that tangent_ad raises on purpose."""


class Refused(TangentError):
    """The program cannot be differentiated with certainty, so it is not differentiated at all.

    Attributes: `file`, `line`, `col` (1-based) of the user's construct, `reason`, and `remedy`,
    what to write instead. `parted`: the place where the paths part that would have to be told apart, if that is why.
    """

    def __init__(self, origin: Origin, reason: str, remedy: str, parted: Origin | None = None) -> None:
        self.origin, self.parted = origin, parted
        self.file, self.line, self.col = origin.file, origin.line, origin.col + 1
        self.reason, self.remedy = reason, remedy
        shown = f"\n    {origin.text}" if origin.text else ""
        super().__init__(f"{origin}: {reason}{shown}\n  remedy: {remedy}")


class VerifyError(TangentError):
    """An internal stage produced ill-formed IR: a bug in tangent_ad, never the user's fault."""
