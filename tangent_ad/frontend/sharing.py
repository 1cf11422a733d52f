"""Why two objects may share memory: what the user is told, and can do, where one is written and the other read."""

from __future__ import annotations

from dataclasses import dataclass

from tangent_ad.errors import Origin


@dataclass(frozen=True)
class Why:
    """A kind of doubt. `{shared}` stands for the line that it came from."""

    reason: str
    remedy: str


VIEW = Why(
    "whether {shared} gives a view or a copy cannot be told",
    "take a copy in {shared}, with .copy(); if both are meant to change, write into the array itself",
)
SAME_ITEMS = Why(
    "{shared} makes another list, but of the same items",
    "copy the items, too, in {shared}: [item.copy() for item in items]",
)
PATH = Why(
    "which memory it is depends on the path taken in {shared}",
    "write in each branch of {shared}, through the array itself; or, if only one of the two is meant to change, "
    ".copy() where a branch names or returns it",
)
TURNS = Why(
    "which memory it is depends on the turns of the loop in {shared}",
    "slice the array itself once, after the loop; or, if only one of the two is meant to change, .copy() in every "
    "assignment, before the loop and in it",
)
ITEM = Why(
    "it was put into a list in {shared}, and which items of the list it is cannot be told",
    "put it in after the write, or go on with the list alone; or, if only one of the two is meant to change, "
    ".copy() in {shared}",
)
FOUND = Why(
    "it is held by the list in {shared}, and which items of the list it is cannot be told",
    "go on with the list alone; or, if only one of the two is meant to change, make what the list holds anew each "
    "time, or put copies into it (.copy())",
)
RETURNED = Why(
    "the recursive function called in {shared} may return memory of its arguments",
    "take a copy of its result in {shared}, with .copy()",
)
PUT = Why(
    "the recursive function called in {shared} may put memory of one argument into another",
    "put a copy into it there, with .copy()",
)
MOVED = Why(
    "a list and an item that was read from it part in {shared}, where the list is changed",
    "take a copy of the item, with .copy(), or read it from the list again after {shared}",
)
TWICE = Why(
    "an item of a list is written into, and the list may hold it twice, or other views of its memory ({shared})",
    "put copies into the list: .copy(), [row.copy() for row in rows]",
)
HELD = Why("the list may hold it twice ({shared})", TWICE.remedy)
REPEATED = Why(
    "an item of a list is written into, and {shared} puts it into the list many times: Python writes into all of them",
    "make each item anew in {shared}: [[...] for _ in range(n)]",
)


@dataclass(frozen=True)
class Link:
    """A doubt, and the line that it came from."""

    origin: Origin
    why: Why = VIEW

    def reason(self, here: Origin) -> str:
        return self.why.reason.format(shared=self.origin.seen_from(here))

    def remedy(self, here: Origin) -> str:
        return self.why.remedy.format(shared=self.origin.seen_from(here))


@dataclass(frozen=True)
class Stale:
    """Why an object may not be read: it may share memory, by `link`, with what was `written`."""

    link: Link
    written: Origin

    def reason(self, here: Origin) -> str:
        return f"this may be the memory that is written in {self.written.seen_from(here)}: {self.link.reason(here)}"

    def lines(self) -> tuple[Origin, ...]:
        return self.written, self.link.origin
