"""Interleaved timing: the candidates take turns, so that a slow moment of the machine falls on all alike."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter

WARM_UP = 10  # rounds that do not count: compiling, cold caches


def interleave(candidates: dict[str, Callable[[], object]], repeats: int) -> dict[str, list[float]]:
    """Time every candidate (name -> a call without arguments) once per round.

    Returns:
        name -> its seconds, one per round: entries of the same index are from the same round.
    """
    seconds: dict[str, list[float]] = {name: [] for name in candidates}
    # Rounds alternate in direction: in a fixed order one candidate always finds the other's data in cache.
    order = list(candidates.items())
    for round_ in range(WARM_UP + repeats):
        for name, call in order:
            start = perf_counter()
            call()
            elapsed = perf_counter() - start
            if round_ >= WARM_UP:
                seconds[name].append(elapsed)
        order.reverse()
    return seconds


def ratio(seconds: dict[str, list[float]], slow: str, fast: str) -> float:
    """The median over the rounds of time(slow) / time(fast)."""
    return median(a / b for a, b in zip(seconds[slow], seconds[fast], strict=True))


def microseconds(seconds: list[float]) -> float:
    """The median, in microseconds."""
    return 1e6 * median(seconds)
