"""One workload: every candidate compiles, is compared with the others, weighed, and timed in turns with them."""

from __future__ import annotations

import gc
import os
import tempfile
import time
import tracemalloc
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from . import timing
from .candidates import CANDIDATES, OURS, Absent
from .workloads import Workload

AGREEMENT = 1e-6  # of the gradients of two candidates, relative to the largest number in them


@dataclass
class Outcome:
    """What one candidate needs for one workload.

    Attributes:
        seconds: of a call, the median.
        compile: seconds of the first call, less those of a later one.
        peak: bytes that a call holds at most, beside its arguments; of what NumPy and Python allocate.
        problem: what it did wrong; there are no figures then.
        absent: why it does not take part.
    """

    seconds: float = np.nan
    compile: float = np.nan
    peak: float = np.nan
    problem: str = ""
    absent: str = ""


@dataclass
class Row:
    """A workload and its outcomes by candidate; `ratios[a, b]` is time(a) / time(b)."""

    name: str
    outcomes: dict[str, Outcome]
    ratios: dict[tuple[str, str], float] = field(default_factory=dict)


@contextmanager
def fresh_cache() -> Iterator[None]:
    """What is built in here is built from nothing, and is gone afterwards."""
    before = os.environ.get("TANGENT_AD_CACHE")
    with tempfile.TemporaryDirectory() as directory:
        os.environ["TANGENT_AD_CACHE"] = directory
        try:
            yield
        finally:
            os.environ.pop("TANGENT_AD_CACHE")
            if before is not None:
                os.environ["TANGENT_AD_CACHE"] = before


def flat(tree: Any) -> np.ndarray:
    """All numbers of a result, in order."""
    if isinstance(tree, (tuple, list)):
        return np.concatenate([flat(item) for item in tree]) if tree else np.zeros(0)
    return np.asarray(tree, dtype=float).ravel()


def difference(result: Any, reference: Any) -> str:
    """How a candidate's (value, gradient) differs from another's; empty if it does not."""
    for what, mine, other in zip(("value", "gradient"), result, reference, strict=True):
        mine, other = flat(mine), flat(other)
        if mine.shape != other.shape:
            return f"the {what} has {mine.size} numbers, not {other.size}"
        error = np.max(np.abs(mine - other), initial=0.0) / max(np.max(np.abs(other), initial=0.0), 1e-300)
        if not error <= AGREEMENT:
            return f"the {what} is off by {error:.1e}"
    return ""


def peak_of(call: Callable[[], Any]) -> float:
    """The most memory that Python and NumPy hold during a call, in bytes."""
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        call()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


def measure(workload: Workload, names: Sequence[str], budget: float, clock: timing.Clock) -> Row:
    """Candidates that fail, or whose gradient differs, are left out of the rounds and say why."""
    args = workload.args()
    row = Row(workload.name, {})
    calls: dict[str, Callable[[], Any]] = {}
    reference: Any = None
    for name in names:
        outcome = row.outcomes[name] = Outcome()
        try:
            with warnings.catch_warnings(), fresh_cache():
                warnings.simplefilter("ignore", UserWarning)  # an input that the loss does not depend on
                start = time.perf_counter()
                call = CANDIDATES[name](workload, args)
                result = call()
                first = time.perf_counter() - start
                start = time.perf_counter()
                call()
                outcome.compile = max(first - (time.perf_counter() - start), 0.0)
        except Absent as absent:
            outcome.absent = str(absent)
            continue
        except Exception as error:
            outcome.problem = f"{type(error).__name__}: {error}".splitlines()[0]
            continue
        if name == "function":
            result = (result, ())
        elif reference is None:
            reference = result
            if "function" in calls:
                outcome.problem = difference((result[0], ()), (calls["function"](), ()))
        else:
            outcome.problem = difference(result, reference)
        if outcome.problem:
            continue
        calls[name] = call
        if name in OURS:
            outcome.peak = peak_of(call)
    timed = timing.interleave(calls, budget, clock)
    for name, found in timed.items():
        row.outcomes[name].seconds = found.median * workload.calls
    row.ratios = {(a, b): timing.ratio(timed[a], timed[b]) for a in timed for b in timed if a != b}
    return row
