"""Every error a user can meet: where, why, and what to write instead."""

from __future__ import annotations

import linecache
import os
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Origin:
    """A place in the user's source: file, 1-based line, 0-based column.

    `derived`: the code here is an adjoint of that place, or with `beside` a tangent, not the place itself.
    `moves`: an array is written there from other places of it, and NumPy surely does what a copy of them would.
    """

    file: str
    line: int
    col: int = 0
    derived: bool = False
    beside: bool = False
    moves: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.col + 1}"

    def seen_from(self, here: Origin) -> str:
        """How an error at another place names this line: with its file, where that is another one."""
        return f"line {self.line}" if self.file == here.file else f"{os.path.basename(self.file)}:{self.line}"

    @property
    def adjoint(self) -> Origin:
        return replace(self, derived=True, beside=False)

    @property
    def tangent(self) -> Origin:
        return replace(self, derived=True, beside=True)

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
    what to write instead. `lines`: other places that the reason speaks of; `calls`: those that lead
    to the construct, innermost first. `parted`: the lines whose paths, turns or items would have to be told apart,
    one of them. `loops`: those of a few turns that it is in, innermost first.
    """

    def __init__(
        self, origin: Origin, reason: str, remedy: str, lines: tuple[Origin, ...] = (), parted: tuple[Origin, ...] = ()
    ) -> None:
        super().__init__(origin, reason, remedy, lines, parted)
        self.origin, self.parted = origin, parted
        self.file, self.line, self.col = origin.file, origin.line, origin.col + 1
        self.reason, self.remedy, self.lines = reason, remedy, lines
        self.calls: list[Origin] = []
        self.loops: list[Origin] = []

    def __str__(self) -> str:
        text = [f"{self.origin}: {self.reason}"]
        if self.origin.text:
            text.append(f"    {self.origin.text}")
        others = [o for o in dict.fromkeys(self.lines) if o.text and (o.file, o.line) != (self.file, self.line)]
        text += [f"  {o.seen_from(self.origin)}: {o.text}" for o in others]
        text += [f"  called in {o}: {o.text}" for o in self.calls]
        return "\n".join([*text, f"  remedy: {self.remedy}"])


class VerifyError(TangentError):
    """An internal stage produced ill-formed IR: a bug in tangent_ad, never the user's fault."""
