"""Interleaved timing: the candidates take turns, so that a slow moment of the machine falls on all alike."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter, process_time

MOST_ROUNDS, FEWEST_ROUNDS = 100, 3
SHORTEST = 2e-3  # seconds: what takes less is repeated within a round, since others have emptied the caches

# process_time counts what this process computes, whoever else is on the machine. With one thread that is the
# time a call takes on a machine of its own; with several it is the sum over them, so then the wall clock it is.
Clock = Callable[[], float]
CLOCKS: dict[str, Clock] = {"cpu": process_time, "wall": perf_counter}


@dataclass
class Timed:
    """One candidate in the rounds.

    Attributes:
        call: a call without arguments.
        number: calls a round; seconds are those of one call.
        every: takes part in each round whose number this divides.
        seconds: round -> seconds.
    """

    call: Callable[[], object]
    number: int
    every: int
    seconds: dict[int, float] = field(default_factory=dict)

    @property
    def median(self) -> float:
        return median(self.seconds.values())


def plan(call: Callable[[], object], once: float, budget: float) -> Timed:
    """How often to call what takes `once` seconds, so that it gets `budget` seconds, and at least a few rounds."""
    once = max(once, 1e-7)
    number = max(1, round(SHORTEST / once))
    rounds = min(max(round(budget / (number * once)), FEWEST_ROUNDS), MOST_ROUNDS)
    return Timed(call, number, MOST_ROUNDS // rounds)


def interleave(candidates: Mapping[str, Timed], clock: Clock) -> None:
    """Time every candidate, slow ones in fewer rounds.

    Rounds alternate in direction: in a fixed order one candidate always finds the other's data in cache.
    The garbage collector runs, as it does for users, but does not look at what was there before.
    """
    order = list(candidates.values())
    gc.collect()
    gc.freeze()
    try:
        for turn in range(MOST_ROUNDS):
            for candidate in order:
                if turn % candidate.every == 0:
                    call = candidate.call
                    start = clock()
                    for _ in range(candidate.number):
                        call()
                    candidate.seconds[turn] = (clock() - start) / candidate.number
            order.reverse()
    finally:
        gc.unfreeze()


def ratio(slow: Timed, fast: Timed) -> float:
    """The median over the rounds that both took part in of time(slow) / time(fast)."""
    common = slow.seconds.keys() & fast.seconds.keys()
    return median(slow.seconds[turn] / fast.seconds[turn] for turn in common)
