"""Print the table of the suite.

    python -m tests.benchmarks [--only NAME ...] [--rivals] [--plot out.png]

Every candidate computes (value, gradient) of the same program from the same arguments; gradients are compared before
anything is timed. The process keeps to `--threads` cores, and so do BLAS, XLA and PyTorch.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", metavar="NAME", help="workloads whose name contains NAME")
    parser.add_argument("--rivals", action="store_true", help="JAX, PyTorch and autograd as well")
    parser.add_argument("--against", action="append", metavar="RIVAL", help="this rival alone")
    parser.add_argument("--budget", type=float, default=1.0, help="seconds for each candidate of a workload")
    parser.add_argument("--threads", type=int, default=1, help="cores for the whole process")
    parser.add_argument("--clock", choices=("cpu", "wall"), help="cpu with one thread, wall with more")
    parser.add_argument("--markdown", metavar="FILE", help="write the table, below its mark if the file has one")
    parser.add_argument("--plot", metavar="FILE", help="draw it")
    return parser.parse_args(arguments)


def restrict(threads: int) -> None:
    """Before NumPy is imported: no candidate may have more cores than another."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(threads)
    if threads == 1:
        os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} --xla_cpu_multi_thread_eigen=false".strip()
    os.environ["JAX_PLATFORMS"] = "cpu"
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, cores[-threads:])


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(arguments)
    restrict(options.threads)
    from . import suite

    return suite.run(options)


if __name__ == "__main__":
    sys.exit(main())
