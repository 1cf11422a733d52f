"""What differentiating costs besides the derivative: importing, building, finding in the cache, dispatching.

    python -m tests.benchmarks.overheads [--repeats N]

Each figure is of fresh processes, in seconds of the processor (of the wall in brackets): on a busy machine the wall
tells nothing. What a build costs is that of the first call, less that of a later one.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from timeit import repeat

import numpy as np

import tangent_ad

from .fifty_lines import examples

ROOT = Path(__file__).resolve().parents[2]
IMPORT_LIMIT, COLD_LIMIT, CACHED_LIMIT, DISPATCH_LIMIT = 0.15, 0.5, 0.02, 3e-6
MODULES = ("numpy", "tangent_ad")
BYTECODE = tempfile.TemporaryDirectory()  # modules are imported as they are the second time


def process(program: str, *arguments: str, cache: str = "") -> tuple[float, float]:
    """Processor and wall seconds that a program prints of what it timed, in a process of its own."""
    environment = {**os.environ, "TANGENT_AD_CACHE": cache, "TANGENT_AD_VERIFY": "", "PYTHONPATH": str(ROOT),
                   "PYTHONPYCACHEPREFIX": BYTECODE.name, "PYTHONDONTWRITEBYTECODE": ""}  # fmt: skip
    done = subprocess.run([sys.executable, "-c", program, *arguments], env=environment, check=True,
                          capture_output=True, text=True)  # fmt: skip
    processor, wall = map(float, done.stdout.split())
    return processor, wall


IMPORT = """
import sys, time
cpu, wall = time.process_time(), time.perf_counter()
__import__(sys.argv[1])
print(time.process_time() - cpu, time.perf_counter() - wall)
"""

FIRST_CALL = """
import sys, time, warnings
import tangent_ad
from tests.benchmarks.fifty_lines import examples
fun, args = examples()[sys.argv[1]]
gradient = tangent_ad.grad(fun)
cpu, wall = time.process_time(), time.perf_counter()
gradient(*args)
later = time.process_time(), time.perf_counter()
gradient(*args)
last = time.process_time(), time.perf_counter()
print(2 * later[0] - cpu - last[0], 2 * later[1] - wall - last[1])
"""


def imports(repeats: int) -> dict[str, tuple[float, float]]:
    """Seconds to import NumPy, and tangent_ad with it, by turns."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in MODULES}
    process(IMPORT, "tangent_ad.derive")
    for _ in range(repeats):
        for name in MODULES:
            found[name].append(process(IMPORT, name))
    return {name: middle(times) for name, times in found.items()}


def middle(times: list[tuple[float, float]]) -> tuple[float, float]:
    return median(t[0] for t in times), median(t[1] for t in times)


def builds(repeats: int) -> dict[str, tuple[tuple[float, float], tuple[float, float]]]:
    """For each example the seconds of the first derivative: from nothing, and from the disk cache."""
    found = {}
    for name in examples():
        cold, cached = [], []
        for _ in range(repeats):
            with tempfile.TemporaryDirectory() as cache:
                cold.append(process(FIRST_CALL, name, cache=cache))
                cached.append(process(FIRST_CALL, name, cache=cache))
        found[name] = middle(cold), middle(cached)
    return found


def three(x, y, z):  # type: ignore[no-untyped-def]
    return x * y + z


def three_arrays(x, y, z):  # type: ignore[no-untyped-def]
    return np.dot(x, y) + np.dot(y, z)


def dispatch(number: int = 20_000) -> dict[str, tuple[float, float]]:
    """Seconds of a call of a derivative, and of the bare function that `compile` gives."""
    a = np.array([0.5, 1.0, 2.0])
    found = {}
    numbers = (0.5, 1.5, 2.5)
    calls = (("3 numbers", three, numbers), ("3 NumPy scalars", three, tuple(map(np.float64, numbers))),
             ("3 arrays of 3", three_arrays, (a, a + 1, a + 2)))  # fmt: skip
    for name, fun, args in calls:
        through, bare = tangent_ad.grad(fun), tangent_ad.compile(fun, *args)
        found[name] = tuple(fastest(lambda f=f, a=args: f(*a), number) for f in (through, bare))
    return found


def fastest(call: Callable[[], object], number: int) -> float:
    call()
    return min(repeat(call, number=number, repeat=15, timer=time.process_time)) / number


def line(what: str, figures: str, value: float, limit: float) -> str:
    return f"{what:34}{figures:44}{'' if value <= limit else f'above {limit:g} s'}"


def main() -> None:
    """Print one line for each."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.overheads", description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()

    taken = imports(options.repeats)
    beyond = taken["tangent_ad"][0] - taken["numpy"][0]
    parts = ", ".join(f"{name} {cpu:.3f} ({wall:.3f})" for name, (cpu, wall) in taken.items())
    print(line("import", f"{beyond:.3f} s beyond numpy: {parts}", beyond, IMPORT_LIMIT))
    for name, (cold, cached) in builds(options.repeats).items():
        print(line(f"50 lines, {name}: built", f"{cold[0]:.3f} s ({cold[1]:.3f})", cold[0], COLD_LIMIT))
        print(line(f"50 lines, {name}: in the cache", f"{1e3 * cached[0]:.1f} ms ({1e3 * cached[1]:.1f})",
                   cached[0], CACHED_LIMIT))  # fmt: skip
    for name, (through, bare) in dispatch().items():
        figures = f"{1e6 * (through - bare):.2f} us: {1e6 * through:.2f} less {1e6 * bare:.2f} of the bare function"
        print(line(f"dispatch on {name}", figures, through - bare, DISPATCH_LIMIT))


if __name__ == "__main__":
    main()
