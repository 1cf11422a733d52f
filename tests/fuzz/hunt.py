"""The long run: fresh programs until the time is up, each new failure made small and kept; a report at the end."""

from __future__ import annotations

import collections
import random
import shutil
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from . import oracle
from .oracle import CRASH, OK, REFUSED, SKIPPED, WRONG, Outcome, Plain, check
from .programs import numbered, tables_for
from .reduce import reduce, traits

MOST_REDUCED = 40  # failures of one key that are made small to see whether they differ


@dataclass
class Found:
    """A failure: the number of the program, the program made small, and what is wrong with it."""

    number: int
    text: str
    outcome: Outcome
    times: int = 1


@dataclass
class Tally:
    """Counts of a run; `tabled`: of the programs of tables alone."""

    statuses: collections.Counter[str] = field(default_factory=collections.Counter)
    tabled: collections.Counter[str] = field(default_factory=collections.Counter)
    reasons: dict[str, collections.Counter[str]] = field(
        default_factory=lambda: {REFUSED: collections.Counter(), SKIPPED: collections.Counter()}
    )
    found: dict[str, Found] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)
    keys: collections.Counter[str] = field(default_factory=collections.Counter)

    @property
    def tried(self) -> int:
        return sum(self.statuses.values())

    def share(self, status: str) -> str:
        return share(self.statuses, status)

    def line(self) -> str:
        return f"{self.tried} programs: " + ", ".join(self.share(s) for s in (OK, REFUSED, SKIPPED, WRONG, CRASH))

    @property
    def failed(self) -> bool:
        return bool(self.statuses[WRONG] + self.statuses[CRASH])


def share(counts: collections.Counter[str], status: str) -> str:
    return f"{status} {counts[status]} ({100 * counts[status] / max(sum(counts.values()), 1):.1f} %)"


def way_of(number: int, share: float = 0.3) -> str:
    """Which second derivative, if any, is checked for a program."""
    rng = random.Random(f"way {number}")
    return rng.choice(oracle.WAYS) if rng.random() < share else ""


def hunt(
    features: Iterable[str], seed: int, seconds: float, *, programs: int = 0, cache: Path | None = None,
    folder: Path | None = None, reducing: float = 40.0, second: float = 0.3, quiet: bool = False,
    further: Callable[[Plain, str], None] | None = None,
) -> Tally:  # fmt: skip
    """Tries programs number seed * 1000000, and on, until the time is up or enough are done.

    `further`: one more check of each program.
    """
    tally, features = Tally(), frozenset(features)
    start, shown, number = time.monotonic(), 0.0, seed * 1_000_000
    while time.monotonic() - start < seconds and not (programs and tally.tried >= programs):
        text, way = numbered(number, features), way_of(number, second)
        outcome = check(text, way, further)
        tally.statuses[outcome.status] += 1
        if tables_for(number, features):
            tally.tabled[outcome.status] += 1
        if outcome.status in tally.reasons:
            tally.reasons[outcome.status][outcome.what] += 1
        if outcome.failed:
            record(tally, number, text, way, outcome, folder, reducing, quiet, further)
        number += 1
        if cache and tally.tried % 100 == 0:
            shutil.rmtree(cache, ignore_errors=True)
        elapsed = time.monotonic() - start
        if not quiet and elapsed - shown > 2.0:
            shown = elapsed
            progress(f"{elapsed:.0f} s, {tally.tried / elapsed:.1f} a second, {tally.line()}")
    if not quiet:
        progress("")
    return tally


def progress(line: str) -> None:
    """One line that overwrites itself on a terminal; nothing elsewhere."""
    if sys.stderr.isatty():
        print(f"\r\033[K{line[:160]}", end="", file=sys.stderr, flush=True)


def record(
    tally: Tally, number: int, text: str, way: str, outcome: Outcome, folder: Path | None, reducing: float, quiet: bool,
    further: Callable[[Plain, str], None] | None,
) -> None:  # fmt: skip
    """Makes a new failure small, prints and saves it; counts one that is known."""
    tally.keys[outcome.key] += 1
    known = outcome.status == CRASH and outcome.key in tally.known
    if known or tally.keys[outcome.key] > MOST_REDUCED:
        if known:
            tally.found[tally.known[outcome.key]].times += 1
        return
    small = reduce(text, lambda t: fails_alike(t, way, outcome, further), reducing)
    last = check(small, way, further)
    last = last if last.failed else outcome
    key = outcome.key if outcome.status == CRASH else f"{last.key}: {traits(small)}"
    if key in tally.found:
        tally.found[key].times += 1
        return
    tally.known[outcome.key] = key
    tally.found[key] = Found(number, small, last)
    if not quiet:
        progress("")
        print(describe(tally.found[key], way), flush=True)
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"program_{number}.py").write_text(reproducer(small, tally.found[key], way))


def fails_alike(
    text: str, way: str, outcome: Outcome, further: Callable[[Plain, str], None] | None = None
) -> bool:
    found = check(text, way, further)
    return found.status == outcome.status and found.key == outcome.key


def describe(found: Found, way: str = "") -> str:
    outcome = found.outcome
    asked = f", {way}" if way else ""
    return f"-- program {found.number}{asked}: {outcome.status}\n{found.text}\n{outcome.what}\n"


def reproducer(text: str, found: Found, way: str) -> str:
    """A file that shows the failure when it runs."""
    return (
        f'"""Program {found.number}: {found.outcome.status}. {found.outcome.what.splitlines()[0][:80]}"""\n{text}\n\n'
        'if __name__ == "__main__":\n    from pathlib import Path\n\n    from tests.fuzz.oracle import check\n\n'
        f"    print(check(Path(__file__).read_text(), {way!r}))\n"
    )


def report(tally: Tally, seconds: float) -> str:
    """The counts, the reasons of refusals and skips, and the failures that are not alike."""
    lines = [f"{tally.tried} programs in {seconds:.0f} s ({tally.tried / max(seconds, 1e-9):.1f} a second)"]
    rest = tally.statuses - tally.tabled
    for status in (OK, REFUSED, SKIPPED, WRONG, CRASH):
        lines.append(f"  {tally.share(status)}")
        if rest and tally.tabled:
            lines[-1] += f"; of the generator {share(rest, status)}, of tables {share(tally.tabled, status)}"
    for status in (REFUSED, SKIPPED):
        if tally.reasons[status]:
            lines.append(f"{status}:")
            lines += [f"  {times:5}  {reason}" for reason, times in tally.reasons[status].most_common(25)]
    for found in tally.found.values():
        lines += ["", f"{found.times} x {describe(found)}"]
    return "\n".join(lines)
