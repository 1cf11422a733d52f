"""Why two objects may share memory: what the user is told, and can do, where one is written and the other read."""

from __future__ import annotations

from dataclasses import dataclass

from tangent_ad.errors import Origin


@dataclass(frozen=True)
class Why:
    """A kind of doubt. `{shared}` stands for the line that it came from, `{cause}` for one behind it."""

    reason: str
    remedy: str


VIEW = Why(
    "whether {shared} gives a view or a copy cannot be told",
    "if only one of the two is meant to change, which may be other numbers than NumPy's here, take a copy of the "
    "result in {shared}, with .copy(); if both are, write into the array that goes in, before {shared}",
)
VIEWS = Why(  # as VIEW, where the result is a tuple or a list
    "whether the arrays that {shared} gives are views or copies cannot be told",
    "if only one of the two is meant to change, which may be other numbers than NumPy's here, take a copy of each "
    "result in {shared}, as in i, j = [a.copy() for a in np.ix_(p, q)]; if both are, write into the array that goes "
    "in, before {shared}",
)
RESHAPED = Why(
    "whether {shared} gives a view or a copy depends on the memory order of the array{cause}: "
    "a view in C order, a copy after .T, order='F' or a[:, 1:]",
    "in the function run by itself ask np.shares_memory(a, b) of the array and of what {shared} gives: if they do not "
    "share it, add .copy() in {shared}, which changes nothing (where a branch comes before, write the line at the "
    "end of each branch, b = a.reshape(-1).copy() where they do not, b = a.reshape(-1) where they do); if they do, "
    "write into the array itself in place of the view",
)
SAME_ITEMS = Why(
    "{shared} makes another list, but of the same items",
    "if only one of the two lists is meant to change, copy the items, too, in {shared}: "
    "[item.copy() for item in items]; if both are, go on with one of them alone, by index: items[i], items[i + 1]",
)
PATH = Why(
    "which memory it is depends on the path taken in {shared}",
    "write in each branch of {shared}, through the array itself; or, if only one of the two is meant to change, "
    ".copy() where a branch names or returns it",
)
TURNS = Why(
    "which memory it is depends on the turns of the loop in {shared}",
    "slice the array itself once, after the loop; or, if only one of the two is meant to change, .copy() in every "
    "assignment, before the loop and in it; objects that a loop links to each other are lists of numbers, one for each "
    "attribute, with indices as links: value.append(v), next.append(-1), next[tail] = n, tail = n, -1 for None",
)
PICKED = Why(  # as PATH and TURNS, in a function of Python's: max(a, b) is one of the two itself
    "which of several arrays {shared} picks depends on their values",
    "if only one of the two is meant to change, take a copy of what is picked in {shared}, with .copy(); if both are, "
    "find out which one it is, and write into it by its own name, or through the list: items[i]",
)
DEEP = " (.copy() copies only the outer list: [r.copy() for r in row])"
ITEM = Why(
    "it was put into a list in {shared}, and which items of the list it is cannot be told",
    "if only one of the two is meant to change, put in a copy: .copy() in {shared}; if both are, put it in after the "
    "last write, or write and read it through the list: items[i]",
)
ONE_IN_ALL = Why(  # as ITEM, where it was put in more than once
    ITEM.reason,
    "if each item is meant to be its own, put in a copy: .copy() in {shared}; if all are meant to be the one, put it "
    "in after the last write",
)
ONE_IN_A_LOOP = Why(
    ITEM.reason,
    "if each item is meant to be its own, put in a copy, .copy() in {shared}, or make it anew in the loop; if all are "
    "meant to be the one, put it in after the loop, after the last write",
)
FOUND = Why(
    "it is in the list of {shared}, and which item is written or read here is found only at run time",
    "if only one of the two is meant to change, put a copy into the list: .copy() in {shared}; if both are, write and "
    "read it through the list: items[i]",
)
RETURNED = Why(
    "the recursive function called in {shared} may return memory of its arguments",
    "take a copy of what it returns, in {shared}, with .copy(), if the array passed to it is not meant to change by "
    "writes into the result, or is not read again; if it is, return a new array in place of writing into this one",
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
    "if only one item is meant to change, put copies into the list in {shared}: append(row.copy()), "
    "[row.copy() for row in ...]; if all items are one array, or views of it, leave the list out, and write and "
    "read the array: a[i, j]",
)
OF_A_DICT = Why(
    "keys(), values() and items() of a dict, taken in {shared}, show what is written into it later",
    "take a list in {shared}, list(d.values()), if what the dict held then is meant; if not, write d.values() again "
    "where it is read",
)
HELD = "the list may hold it twice ({shared})"
RETURNS_TWICE = Why(
    TWICE.reason,
    "if only one item is meant to change, make each a copy after the call, rows = [row.copy() for row in rows]; if all "
    "are, write into the one before the function that is called in {shared} repeats it",
)
REPEATED = Why(
    "an item of a list is written into, and {shared} puts it into the list many times: Python writes into all of them",
    "if only one of them is meant to change, make each a copy, as the last step of {shared}: [row.copy() for row in "
    "...]; if all are, write into the one before it is repeated",
)


@dataclass(frozen=True)
class Link:
    """A doubt, and the line that it came from.

    `met`: where it arose, if that is another line: it would not where that is lowered with more known.
    """

    origin: Origin
    why: Why = VIEW
    cause: Origin | None = None
    met: Origin | None = None

    @property
    def parted(self) -> Origin:
        return self.met or self.origin

    def reason(self, here: Origin) -> str:
        cause = f" of {self.cause.seen_from(here)}" if self.cause is not None else ""
        shared = self.origin.seen_from(here) + (" when that ran before" if self.origin == here else "")
        return self.why.reason.format(shared=shared, cause=cause)

    def remedy(self, here: Origin, deep: bool = False) -> str:
        """`deep`: what is to be copied is a list of lists or arrays."""
        remedy = self.why.remedy.format(shared=self.origin.seen_from(here))
        if deep and "row.copy()" in remedy:
            return remedy.replace("row.copy()", "[r.copy() for r in row]")
        return remedy + DEEP if deep and ".copy()" in remedy and self.why not in (VIEWS, PICKED) else remedy


@dataclass(frozen=True)
class Stale:
    """Why an object may not be read: it may share memory, by `link`, with what was `written`.

    `holds`: it is a list that may hold what was written.
    """

    link: Link
    written: Origin
    holds: bool = False

    def reason(self, here: Origin) -> str:
        what = "an item of this list" if self.holds else "this"
        return f"{what} may be the memory that is written in {self.written.seen_from(here)}: {self.link.reason(here)}"

    def lines(self) -> tuple[Origin, ...]:
        cause = () if self.link.cause is None else (self.link.cause,)
        return self.written, self.link.origin, *cause
