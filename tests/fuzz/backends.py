"""Whether the NumPy backend changes what a derivative is worth.

Its thresholds are lowered, so that the small arrays and few turns of the programs meet everything that it does.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from tangent_ad import Refused

from .oracle import Discrepancy, Plain
from .passes import derivatives, difference

blocks = importlib.import_module("tangent_ad.backend.blocks")
turns = importlib.import_module("tangent_ad.backend.turns")


@contextmanager
def thresholds() -> Iterator[None]:
    """Loops of any number of turns, and blocks of two elements for arrays of three and more."""
    with mock.patch.object(turns, "FEW", 1), mock.patch.multiple(blocks, BLOCK=2, LARGE=3):
        yield


def compare(plain: Plain, way: str) -> None:
    """Raises Discrepancy where the backend changes a derivative."""
    expected = derivatives(plain, way)
    with thresholds():
        try:
            found = difference(derivatives(plain, way, backend="numpy"), expected)
        except Refused as refused:
            found = f"refused: {refused.reason}"
    if found:
        raise Discrepancy("the backend changes a result", found)
