"""Values of a kind as text."""

from __future__ import annotations

import random
from typing import Any

from .kinds import Arr, Dct, Int, Kind, Lst, Num, Tup


def literal(rng: random.Random, kind: Kind) -> str:
    """A random value as text."""
    if isinstance(kind, Num):
        return repr(_draw(rng))
    if isinstance(kind, Int):
        return str(rng.randint(kind.low, kind.high))
    if isinstance(kind, Arr):
        return f"np.array({_nested(rng, kind.shape)})"
    if isinstance(kind, Lst):
        return f"[{', '.join(literal(rng, kind.item) for _ in range(kind.length))}]"
    if isinstance(kind, Tup):
        return f"({', '.join(literal(rng, item) for item in kind.items)},)"
    assert isinstance(kind, Dct)
    return f"{{{', '.join(f'{key!r}: {literal(rng, item)}' for key, item in kind.items)}}}"


def _draw(rng: random.Random) -> float:
    return round(rng.uniform(-1.5, 1.5), 3) or 0.5


def _nested(rng: random.Random, shape: tuple[int, ...]) -> Any:
    return [_nested(rng, shape[1:]) for _ in range(shape[0])] if shape else _draw(rng)
