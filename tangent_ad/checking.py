"""Checks derivatives against central finite differences, never against another derivative."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from tangent_ad.api import Derivative, grad, jvp, vjp
from tangent_ad.ir.instances import children, rebuilt


def leaves(value: Any) -> Iterator[Any]:
    """The float numbers and arrays of a container, in order."""
    parts = children(value)
    if parts is not None:
        for item in parts.values():
            yield from leaves(item)
    elif _is_float(value):
        yield value


def _is_float(value: Any) -> bool:
    if isinstance(value, (np.ndarray, np.generic)):
        return value.dtype.kind in "fc"
    return isinstance(value, (float, complex))


def _map(f: Callable[..., Any], value: Any, *others: Any) -> Any:
    """The container with `f` applied to its float leaves."""
    parts = children(value)
    if parts is not None:
        theirs = [children(o) or {} for o in others]
        return rebuilt(type(value), {k: _map(f, v, *(o[k] for o in theirs)) for k, v in parts.items()})
    return f(value, *others) if _is_float(value) else value


def _inner(a: Any, b: Any) -> float:
    total = sum(np.sum(np.asarray(x) * np.asarray(y)) for x, y in zip(leaves(a), leaves(b), strict=True))
    return float(np.real(total))


def _draw(rng: np.random.Generator, value: Any) -> Any:
    """A random direction in the container, shape and dtype of a value."""

    def one(x: Any) -> Any:
        drawn: Any = rng.standard_normal(np.shape(x))
        if np.iscomplexobj(x):
            drawn = drawn + 1j * rng.standard_normal(np.shape(x))
        if isinstance(x, (np.ndarray, np.generic)):
            return np.asarray(drawn).astype(x.dtype)[()] if np.ndim(x) == 0 else drawn.astype(x.dtype)
        return complex(drawn) if isinstance(x, complex) else float(drawn)

    return _map(one, value)


def check_grads(
    fun: Callable[..., Any],
    args: Sequence[Any],
    order: int = 1,
    modes: Sequence[str] = ("fwd", "rev"),
    atol: float | None = None,
    rtol: float | None = None,
    eps: float | None = None,
    seed: int = 0,
) -> None:
    """Compare derivatives with central differences along random directions.

    Args:
      fun: the function; every float argument is differentiated.
      args: the point.
      order: 1 checks first derivatives, 2 also those of the gradient of a random projection.
      modes: "fwd" (jvp), "rev" (vjp).
      atol, rtol: tolerances; by default 1e-6 and 1e-5, for float32 1e-2.
      eps: step of the differences, relative to 1.

    Raises:
      AssertionError: a derivative disagrees; says which mode, order and by how much.
    """
    single = any(np.asarray(x).dtype in (np.float32, np.complex64) for x in leaves(args))
    step = eps or (1e-2 if single else 1e-5)
    tolerance = (atol if atol is not None else (1e-2 if single else 1e-6),
                 rtol if rtol is not None else (1e-2 if single else 1e-5))  # fmt: skip
    rng = np.random.default_rng(seed)
    args = tuple(args)
    for _ in range(3):
        _check_once(fun, args, modes, step, tolerance, rng, "first")
    if order > 1:
        gradient = _projected_gradient(fun, args)
        _check_once(gradient, args, modes, step, tolerance, rng, "second")


def _projected_gradient(fun: Callable[..., Any], args: tuple[Any, ...]) -> Derivative:
    numbers = tuple(i for i, a in enumerate(args) if any(True for _ in leaves(a)))
    return grad(fun, numbers)


def _check_once(
    fun: Callable[..., Any],
    args: tuple[Any, ...],
    modes: Sequence[str],
    step: float,
    tolerance: tuple[float, float],
    rng: np.random.Generator,
    order: str,
) -> None:
    direction = tuple(_draw(rng, a) if any(True for _ in leaves(a)) else None for a in args)
    value = fun(*copy.deepcopy(args))  # it may write into them
    weight = _draw(rng, value)

    def moved(sign: float) -> Any:
        return fun(*(copy.deepcopy(a) if d is None else _map(lambda x, v: x + sign * step * v, a, d)
                     for a, d in zip(args, direction, strict=True)))  # fmt: skip

    # Each output against the weight first: the difference of two inner products would cancel.
    ahead, behind = moved(1.0), moved(-1.0)
    expected = _inner(weight, _map(lambda p, m: (p - m) / (2 * step), ahead, behind))
    found = {}
    if "fwd" in modes:
        found["forward"] = _inner(weight, jvp(fun, args, direction)[1])
    if "rev" in modes:
        bars = vjp(fun, *args)[1](weight)
        found["reverse"] = sum(_inner(b, d) for b, d in zip(bars, direction, strict=True) if d is not None)
    for mode, got in found.items():
        if not abs(got - expected) <= tolerance[0] + tolerance[1] * abs(expected):
            name = getattr(fun, "__name__", repr(fun))
            raise AssertionError(f"{order} derivative of {name}, {mode} mode: {got!r}, central difference {expected!r}")
