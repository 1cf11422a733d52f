"""Programs from tables: where a random program is long and meets two things by luck, these are short and meet few
things in all ways."""

from __future__ import annotations

import random
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..limits import TooLong, time_limit
from . import aliases, containers, control, functions, grids, held, iterations, numbers, turns
from .table import Table

TABLES: dict[str, Table] = {
    module.__name__.rpartition(".")[2]: module.TABLE
    for module in (aliases, containers, control, functions, grids, held, iterations, numbers, turns)
}

DRAWN_AGAIN = 50


def program(rng: random.Random, names: Sequence[str] = tuple(TABLES)) -> str:
    """A program of one of the tables: most that Python itself does not run are drawn again."""
    table = TABLES[rng.choice(names)]
    for _ in range(DRAWN_AGAIN):
        if runs(text := table.program(rng)):
            break
    return text


def runs(text: str) -> bool:
    """Whether a program runs, and ends."""
    names: dict[str, Any] = {"__name__": __name__}
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings(), time_limit(0.2):
            warnings.simplefilter("ignore")
            exec(compile(text, "<table>", "exec"), names)
            names["f"](*names["inputs"]())
    except (Exception, TooLong):
        return False
    return True
