"""The hunt on the command line: `python -m tests.fuzz --help`."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def main() -> int:
    """Hunts, prints a report; 1 where something was wrong."""
    cache = Path(tempfile.mkdtemp(prefix="tangent-ad-fuzz-"))
    os.environ["TANGENT_AD_CACHE"] = str(cache)  # before tangent_ad is imported
    os.environ.setdefault("TANGENT_AD_VERIFY", "1")
    from .programs import ALL

    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0, help="programs from seed * 1000000 on")
    parser.add_argument("--without", default="", help=f"features to leave out, of {', '.join(ALL)}")
    parser.add_argument("--only", default="", help="features to keep")
    parser.add_argument("--programs", type=int, default=0, help="stop after so many")
    parser.add_argument("--second", type=float, default=0.3, help="share of programs with second derivatives")
    parser.add_argument("--program", type=int, help="one program by its number")
    parser.add_argument("--file", type=Path, help="a program in a file")
    parser.add_argument("--show", action="store_true", help="print that program")
    parser.add_argument("--way", default=None, help="the second derivative to check it with")
    parser.add_argument("--passes", action="store_true", help="look whether the passes change a result, too")
    parser.add_argument("--backend", action="store_true", help="look whether the NumPy backend changes a result, too")
    parser.add_argument("--bisect", action="store_true", help="say which pass changes that program's result")
    parser.add_argument("--reduce", action="store_true", help="make that program small")
    parser.add_argument("--reducing", type=float, default=40.0, help="seconds to make a failure small")
    parser.add_argument("--save", type=Path, help="a folder for the failures")
    chosen = parser.parse_args()
    features = chosen.only.split(",") if chosen.only else [f for f in ALL if f not in chosen.without.split(",")]
    for name in [*features, *filter(None, chosen.without.split(","))]:
        if name not in ALL:
            parser.error(f"no feature {name!r}; there are {', '.join(ALL)}")
    try:
        if chosen.program is not None or chosen.file:
            return one(chosen, features)
        from .hunt import hunt, report

        start = time.monotonic()
        tally = hunt(
            features, chosen.seed, chosen.seconds, programs=chosen.programs, cache=cache, folder=chosen.save,
            reducing=chosen.reducing, second=chosen.second, further=further_check(chosen),
        )  # fmt: skip
        print(report(tally, time.monotonic() - start))
        return int(tally.failed)
    finally:
        shutil.rmtree(cache, ignore_errors=True)


def further_check(chosen: argparse.Namespace) -> Callable[[Any, str], None] | None:
    """What else is looked at."""
    from . import backends, passes

    checks = [m.compare for m, wanted in ((passes, chosen.passes), (backends, chosen.backend)) if wanted]
    if not checks:
        return None

    def all_of_them(plain: Any, way: str) -> None:
        for check in checks:
            check(plain, way)

    return all_of_them


def one(chosen: argparse.Namespace, features: list[str]) -> int:
    """Checks one program by its number or file."""
    from .hunt import fails_alike, way_of
    from .oracle import check
    from .passes import bisect
    from .programs import numbered
    from .reduce import reduce

    text = chosen.file.read_text() if chosen.file else numbered(chosen.program, features)
    way = chosen.way if chosen.way is not None else "" if chosen.file else way_of(chosen.program, chosen.second)
    further = further_check(chosen)
    outcome = check(text, way, further)
    if chosen.reduce and outcome.failed:
        text = reduce(text, lambda t: fails_alike(t, way, outcome, further), chosen.reducing)
        outcome = check(text, way, further)
    if chosen.show or chosen.reduce:
        print(text)
    print(f"{outcome.status}{f' ({way})' if way else ''}: {outcome.what}")
    print(outcome.detail)
    if chosen.bisect:
        print(bisect(text, way))
    return int(outcome.failed)


if __name__ == "__main__":
    sys.exit(main())
