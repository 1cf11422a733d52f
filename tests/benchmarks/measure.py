"""One workload: every candidate compiles, is compared with the others, weighed, and timed in turns with them."""

from __future__ import annotations

import gc
import os
import tempfile
import tracemalloc
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from . import timing
from .candidates import CANDIDATES, OURS, Absent, Call, Maker
from .workloads import Workload

AGREEMENT = 1e-6  # of the gradients of two candidates, relative to the largest number in them


@dataclass
class Outcome:
    """What one candidate needs for one workload.

    Attributes:
        seconds: of a call, the median.
        compile: seconds of the first call, less those of the second.
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


def compiled(make: Maker, workload: Workload, args: Sequence[Any]) -> tuple[Call, Any]:
    """A candidate's call and what the first one returns."""
    with warnings.catch_warnings(), fresh_cache():
        warnings.simplefilter("ignore", UserWarning)  # an input that the loss does not depend on
        call = make(workload, args)
        return call, call()


def measure(workload: Workload, names: Sequence[str], budget: float, clock: timing.Clock) -> Row:
    """Candidates that fail, or whose gradient differs, are left out of the rounds and say why."""
    args = workload.args()
    row = Row(workload.name, {})
    candidates: dict[str, timing.Timed] = {}
    reference: Any = None
    for name in names:
        outcome = row.outcomes[name] = Outcome()
        try:
            start = clock()
            call, result = compiled(CANDIDATES[name], workload, args)
            outcome.compile = clock() - start
        except Absent as absent:
            outcome.absent = str(absent)
            continue
        except Exception as error:
            outcome.problem = f"{type(error).__name__}: {error}".splitlines()[0]
            continue
        if name == "function":
            value = result
        elif reference is None:
            reference = result
            outcome.problem = difference((result[0], ()), (value, ()))
        else:
            outcome.problem = difference(result, reference)
        if outcome.problem:
            continue
        start = clock()
        call()
        once = clock() - start
        outcome.compile = max(outcome.compile - once, 0.0)
        candidates[name] = timing.plan(call, once, budget)
        if name in OURS:
            outcome.peak = peak_of(call)
    timing.interleave(candidates, clock)
    for name, found in candidates.items():
        row.outcomes[name].seconds = found.median * workload.calls
    row.ratios = {(a, b): timing.ratio(candidates[a], candidates[b]) for a in candidates for b in candidates if a != b}
    return row
