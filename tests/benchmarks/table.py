"""The rows as a table: on a terminal (with rich where it is installed), in plain text, or as Markdown.

A cell holds the time of a candidate and, in brackets, time(tangent_ad) / time(candidate): below 1 where
tangent_ad is faster.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .candidates import RIVALS
from .measure import Outcome, Row

OURS = "tangent_ad"
MARK = "<!-- The table: everything below is written by `python -m tests.benchmarks --markdown`. -->"
NAME_WIDTH, WIDTH = 36, 21


def in_units(amount: float, units: Sequence[tuple[str, float]]) -> str:
    """Three digits and the largest unit that is not larger than the amount; the units come largest first."""
    if np.isnan(amount):
        return ""
    unit, size = next(((u, s) for u, s in units if amount >= s), units[-1])
    amount /= size
    return f"{amount:.{0 if amount >= 99.95 else 1 if amount >= 9.995 else 2}f} {unit}"


def time_of(seconds: float) -> str:
    return in_units(seconds, (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9)))


def memory_of(count: float) -> str:
    return in_units(count, (("GB", 1e9), ("MB", 1e6), ("kB", 1e3), ("B", 1.0)))


def headings(names: Sequence[str]) -> list[str]:
    return ["workload", *names, *resources(names)]


def resources(names: Sequence[str]) -> list[str]:
    """The columns beside times."""
    compiled = [f"compile: {name}" for name in (OURS, "backend", "jax") if name in names]
    return [*(f"peak: {name}" for name in ("function", OURS, "backend", "by hand")), *compiled]


def cells(row: Row, names: Sequence[str]) -> list[str]:
    """What stands under `headings`."""
    found = [row.name]
    for name in names:
        time = time_of(row.outcomes[name].seconds)
        ratio = row.ratios.get((OURS, name))
        found.append(time if ratio is None else f"{time} ({ratio:.{2 if ratio >= 0.1 else 3}f})")
    for column in resources(names):
        what, name = column.split(": ")
        outcome = row.outcomes.get(name, Outcome())
        found.append(memory_of(outcome.peak) if what == "peak" else time_of(outcome.compile))
    return found


def geometric_mean(ratios: Sequence[float]) -> float:
    return float(np.exp(np.mean(np.log(ratios))))


def describe(what: str, ratios: dict[str, float]) -> str:
    worst = max(ratios, key=ratios.__getitem__)
    below = sum(r < 1.0 for r in ratios.values())
    return (
        f"{what}: geometric mean {geometric_mean(list(ratios.values())):.2f}, "
        f"largest {ratios[worst]:.2f} ({worst}), below 1 in {below} of {len(ratios)}"
    )


def summary(rows: Sequence[Row], names: Sequence[str]) -> list[str]:
    """A line for each comparison: of the plain modules, then of those of the backend, with everyone else."""
    lines = []
    for ours in (OURS, "backend"):
        for other in names:
            ratios = {row.name: row.ratios[ours, other] for row in rows if (ours, other) in row.ratios}
            if ratios and (ours, other) != ("backend", OURS):
                lines.append(describe(f"time({ours}) / time({other})", ratios))
    emitted = {row.name: row.ratios[OURS, "by hand"] / row.ratios.get((OURS, "compiled"), 1.0)
               for row in rows if (OURS, "by hand") in row.ratios}  # fmt: skip
    if any((OURS, "compiled") in row.ratios for row in rows) and emitted:
        lines.append(describe("time(emitted, without the dispatch of short calls) / time(by hand)", emitted))
    peaks = {row.name: peak_ratio(row) for row in rows if not np.isnan(peak_ratio(row))}
    return lines + ([describe("peak(tangent_ad) / peak(by hand)", peaks)] if peaks else [])


def peak_ratio(row: Row) -> float:
    if not {OURS, "by hand"} <= row.outcomes.keys():
        return np.nan
    return row.outcomes[OURS].peak / row.outcomes["by hand"].peak


def problems(row: Row) -> list[str]:
    """What went wrong, in words."""
    return [f"{row.name}: {name}: {o.problem}" for name, o in row.outcomes.items() if o.problem]


def absences(row: Row) -> list[str]:
    """Which programs a rival cannot be given, and why."""
    found = row.outcomes.items()
    return [f"{row.name}: no {name}: {o.absent}" for name, o in found if o.absent and name in RIVALS]


def markdown(rows: Sequence[Row], names: Sequence[str]) -> str:
    """Two tables: times, then memory and compile times."""
    everything = [headings(names), *(cells(row, names) for row in rows)]
    times = range(len(names) + 1)
    rest = [0, *range(len(names) + 1, len(everything[0]))]
    tables = []
    for columns in (times, rest):
        lines = ["| " + " | ".join(line[i] for i in columns) + " |" for line in everything]
        lines.insert(1, "|---|" + "---:|" * (len(columns) - 1))
        tables.append("\n".join(lines))
    return "\n\n".join(tables)


def write(path: Path, text: str) -> None:
    """Below the line MARK of a page that has it, else as a page of its own."""
    page = path.read_text() if path.exists() else ""
    above = page.partition(MARK)[0] + MARK + "\n\n" if MARK in page else ""
    path.write_text(above + text)


class Plain:
    """Prints rows as they come."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names

    def line(self, found: Sequence[str]) -> None:
        print(f"{found[0]:{NAME_WIDTH}}" + "".join(f"{cell:>{WIDTH}}" for cell in found[1:]), flush=True)

    def __enter__(self) -> Plain:
        self.line(headings(self.names))
        return self

    def row(self, row: Row) -> None:
        self.line(cells(row, self.names))

    def __exit__(self, *_: object) -> None:
        pass


class Rich:
    """A table that grows."""

    def __init__(self, names: Sequence[str]) -> None:
        from rich.live import Live
        from rich.table import Table

        self.names = names
        self.table = Table()
        for i, head in enumerate(headings(names)):
            self.table.add_column(head, justify="right" if i else "left", no_wrap=i == 0)
        # No thread that draws: its time would be a candidate's.
        self.live = Live(self.table, auto_refresh=False, vertical_overflow="visible")

    def __enter__(self) -> Rich:
        self.live.__enter__()
        return self

    def row(self, row: Row) -> None:
        self.table.add_row(*cells(row, self.names))
        self.live.refresh()

    def __exit__(self, *error: Any) -> None:
        self.live.__exit__(*error)


def printer(names: Sequence[str]) -> Plain | Rich:
    on_terminal = sys.stdout.isatty() and importlib.util.find_spec("rich") is not None
    return Rich(names) if on_terminal else Plain(names)
