"""What the gradients of the kernels cost, next to the kernels themselves.

    python -m tests.kernels [--only NAME ...] [--order name|primal|gradient|ratio] [--repeats N]

The primal is the loss of a kernel as its user wrote it; the gradient is value_and_grad of it, with respect to
everything that the tests differentiate. Both leave the arguments alone: for the primal those that the kernel
overwrites are copied, within its time. Times are medians of turns taken one after the other.

On a machine with few cores set OPENBLAS_NUM_THREADS=1: threads that wait for each other make small products
take ten times as long in one turn as in the next.
"""

from __future__ import annotations

import argparse
import copy
import warnings
from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

from tangent_ad import Refused, value_and_grad
from tests.benchmarks.timing import interleave, ratio

from . import Kernel, all_kernels


class Row(NamedTuple):
    """One line of the table, in seconds; or why there are no times."""

    name: str
    primal: float = np.inf
    gradient: float = np.inf
    ratio: float = np.inf
    build: float = 0.0
    problem: str = ""


ORDERS: dict[str, Callable[[Row], Any]] = {
    "name": lambda row: row.name,
    "primal": lambda row: row.primal,
    "gradient": lambda row: row.gradient,
    "ratio": lambda row: row.ratio,
}


def overwritten(kernel: Kernel, args: Sequence[Any]) -> list[int]:
    """The positions of the arguments that the loss changes."""
    after = copy.deepcopy(args)
    kernel.loss(*after)
    return [i for i, old in enumerate(args) if isinstance(old, np.ndarray) and not np.array_equal(old, after[i])]


def measure(name: str, kernel: Kernel, repeats: int) -> Row:
    """Compile, check that value and differentiated value agree, and time."""
    args = kernel.timing()
    changed = overwritten(kernel, args)

    def primal() -> Any:
        fresh = list(args)
        for i in changed:
            fresh[i] = args[i].copy()
        return kernel.loss(*fresh)

    gradient = value_and_grad(kernel.loss, kernel.argnums)
    start = perf_counter()
    try:
        value, _ = gradient(*args)
    except Refused as refused:
        return Row(name, problem=f"refused: {refused.reason} (line {refused.line})")
    except Exception as error:
        return Row(name, problem=f"{type(error).__name__}: {error}".splitlines()[0])
    build = perf_counter() - start
    if not np.allclose(value, primal(), rtol=1e-9):
        return Row(name, problem=f"the value is {value}, that of the program {primal()}")
    seconds = interleave({"primal": primal, "gradient": lambda: gradient(*args)}, repeats)
    times = (median(seconds["primal"]), median(seconds["gradient"]))
    return Row(name, *times, ratio(seconds, "gradient", "primal"), build)


def line(row: Row) -> str:
    if row.problem:
        return f"{row.name:38}{row.problem}"
    times = "".join(f"{1e3 * t:11.2f} ms" for t in (row.primal, row.gradient))
    return f"{row.name:38}{times}{row.ratio:8.2f}{row.build:9.1f} s"


def main(arguments: Sequence[str] | None = None) -> list[Row]:
    """Print the table; return its rows."""
    parser = argparse.ArgumentParser(prog="python -m tests.kernels", description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", metavar="NAME", help="kernels whose name contains NAME")
    parser.add_argument("--order", choices=ORDERS, help="sort at the end; the order of the files otherwise")
    parser.add_argument("--repeats", type=int, default=11)
    options = parser.parse_args(arguments)
    rows = []
    print(f"{'kernel':38}{'primal':>14}{'gradient':>14}{'ratio':>8}{'build':>11}")
    for name, kernel in all_kernels().items():
        if options.only and not any(part in name for part in options.only):
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            rows.append(measure(name, kernel, options.repeats))
        if not options.order:
            print(line(rows[-1]), flush=True)
    if options.order:
        rows.sort(key=ORDERS[options.order])
        print("\n".join(line(row) for row in rows))
    timed = [row for row in rows if not row.problem]
    if timed:
        middle = np.exp(np.mean([np.log(row.ratio) for row in timed]))
        print(f"{len(timed)} of {len(rows)} kernels; geometric mean of the ratios {middle:.2f}")
    return rows


if __name__ == "__main__":
    main()
