"""The run: which candidates, every workload, the table, the plot."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
from argparse import Namespace
from pathlib import Path

from . import table, timing
from .candidates import OURS, RIVALS
from .measure import Row, measure
from .workloads import all_workloads


def chosen(options: Namespace) -> list[str]:
    """The names of the candidates to run."""
    wanted = options.against or (RIVALS if options.rivals else ())
    return [*OURS, *(name for name in wanted if importlib.util.find_spec(name))]


def processor() -> str:
    """The model of the machine's processor."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    named = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()


def conditions(options: Namespace, clock: str, names: list[str]) -> str:
    """The machine, the versions, and what was held equal."""
    packages = ["numpy", *(name for name in names if name in RIVALS)]
    versions = ", ".join(f"{p} {importlib.metadata.version(p)}" for p in packages)
    return (
        f"{processor()}, {os.cpu_count()} cores; {platform.system()}, Python {platform.python_version()}, {versions}; "
        f"{options.threads} thread{'s' if options.threads > 1 else ''} for all, {clock} time, float64, "
        f"medians of interleaved calls; in brackets time(tangent_ad) / time(candidate)"
    )


def run(options: Namespace) -> int:
    """Measure and print; returns 1 if a candidate failed or found another gradient, else 0."""
    names = chosen(options)
    clock = options.clock or ("cpu" if options.threads == 1 else "wall")
    header = conditions(options, clock, names)
    print(header)
    rows: list[Row] = []
    with table.printer(names) as printer:
        for workload in all_workloads(options.only):
            rows.append(measure(workload, names, options.budget, timing.CLOCKS[clock]))
            printer.row(rows[-1])
    problems = [line for row in rows for line in table.problems(row)]
    notes = [line for row in rows for line in table.absences(row)]
    notes += problems + table.summary(rows, names)
    print("\n".join(notes))
    if options.markdown:
        lines = [f"{header}.", "", table.markdown(rows, names), "", *(f"- {note}" for note in notes), ""]
        table.write(Path(options.markdown), "\n".join(lines))
    if options.plot:
        from . import plot

        plot.draw(rows, names, header, options.plot)
    return 1 if problems else 0
