"""Whether the passes change what a derivative is worth, and which of them does.

A derivative is computed with all passes, with none and with a few drawn by lot; they must agree up to rounding.
`bisect` turns the passes on one after the other until the result differs from that without any.
"""

from __future__ import annotations

import zlib
from typing import Any

import finite_differences as fd
import numpy as np

from tangent_ad import Refused, grad, hvp, jvp, vjp
from tangent_ad.optimise import PASSES

from .limits import time_limit
from .oracle import SECONDS, Discrepancy, Plain
from .programs import loaded

TOLERANCE = 1e-9


def derivatives(plain: Plain, way: str, **options: Any) -> dict[str, np.ndarray]:
    """The numbers of every derivative of a program, by what they are."""
    f, inputs, tangents = plain.program.f, plain.program.inputs, plain.tangents()
    value, tangent = jvp(f, inputs(), tangents, **options)
    found = {"value of jvp": fd.flatten(value), "jvp": fd.flatten(tangent)}
    value, pullback = vjp(f, *inputs(), **options)
    found["value of vjp"] = fd.flatten(value)
    pulled = pullback(fd.random_like(plain.value, np.random.default_rng(0)))
    found["vjp"] = fd.flatten(tuple(pulled[i] for i in plain.active))
    if way and plain.is_scalar and plain.slope is not None:
        found[way] = second(plain, way, **options)
    return found


def second(plain: Plain, way: str, **options: Any) -> np.ndarray:
    f, args, tangents = plain.program.f, plain.program.inputs(), plain.tangents()
    if way == "hvp":
        products = hvp(f, args, tangents, **options)
        return fd.flatten(tuple(products[i] for i in plain.active))
    gradient = grad(f, plain.active)
    if way == "jvp of grad":
        return fd.flatten(jvp(gradient, args, tangents, **options)[1])
    pulled = vjp(gradient, *args, **options)[1](tuple(tangents[i] for i in plain.active))
    return fd.flatten(tuple(pulled[i] for i in plain.active))


def difference(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> str:
    """Where two sets of derivatives differ by more than rounding; "" where they do not."""
    for what, a in one.items():
        b = other[what]
        scale = float(np.max(np.abs(b[np.isfinite(b)]), initial=1.0))
        if a.shape != b.shape or not np.allclose(a, b, rtol=TOLERANCE, atol=TOLERANCE * scale, equal_nan=True):
            return f"{what}: {a} instead of {b}"
    return ""


def drawn(text: str) -> tuple[str, ...]:
    """A few of the passes, which follow from the program."""
    rng = np.random.default_rng(zlib.crc32(text.encode()))
    return tuple(name for name in PASSES if rng.random() < 0.5)


def compare(plain: Plain, way: str) -> None:
    """Raises Discrepancy where the passes change a derivative."""
    every = derivatives(plain, way)
    for optimise in (False, drawn(plain.program.text)):
        try:
            found = difference(derivatives(plain, way, optimise=optimise), every)
        except Refused as refused:
            found = f"refused: {refused.reason}"
        if found:
            raise Discrepancy("the passes change a result", f"optimise={optimise!r}: {found}")


def outcome(plain: Plain, way: str, optimise: Any) -> dict[str, np.ndarray] | str:
    """The derivatives, or the error that is raised instead."""
    try:
        with time_limit(SECONDS):
            return derivatives(plain, way, optimise=optimise)
    except Exception as error:  # whatever it is, the passes should not change it
        return f"{type(error).__name__}: {error}"


def bisect(text: str, way: str) -> str:
    """The first pass with which the result is another than without any, as a sentence."""
    with loaded(text) as program:
        plain = Plain(program)
        before = outcome(plain, way, False)
        names = list(PASSES)
        for n in range(1, len(names) + 1):
            after = outcome(plain, way, tuple(names[:n]))
            if isinstance(before, str) or isinstance(after, str):
                changed = "" if before == after else f"{after} instead of {before}"
            else:
                changed = difference(after, before)
            if changed:
                return f"{names[n - 1]} changes the result: optimise={tuple(names[:n])!r} gives {changed}"
        return "no pass changes the result"
