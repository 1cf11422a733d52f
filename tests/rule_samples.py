"""Arguments on which rules are tested, where a rule's kind does not say them all.

A rule of kind "elementwise" needs nothing here: `rule_cases.py` calls it on every kind of shape. Any other
rule needs one line: calls as a user would write them, and the shapes of the arrays in them.
"""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from tangent_ad.rules import fourier, reductions, shaping
from tangent_ad.runtime import helpers

QUANTILES = ("lower", "higher", "nearest", "midpoint", *reductions.PLOTTING)


class Sample:
    """Calls of one operation on the same arguments.

    Args:
        calls: expressions over the arguments, and over np, math and helpers.
        arguments: name to shape (random numbers), to "float" (a random Python float), or to a value;
            those of the names `active` are differentiated, all by default.
    """

    def __init__(self, *calls: str, active: str | None = None, **arguments: Any) -> None:
        self.calls, self.arguments = calls, arguments
        self.active = tuple(arguments) if active is None else tuple(active.split())


def reduction(name: str, empty: bool = False, options: str = "") -> list[Sample]:
    """All spellings of the axis, with and without keepdims, on ranks 0 to 3."""
    axes = ("None", "0", "1", "-1", "(0, 2)", "(-1, 1)", "(0, 1, 2)")
    method = {"amax": "max", "amin": "min"}.get(name, name)
    found = [
        Sample(*(f"np.{name}(x, axis={a}{options})" for a in axes), x=(2, 3, 2)),
        Sample(*(f"np.{name}(x, axis={a}, keepdims=True{options})" for a in axes), x=(2, 3, 2)),
        Sample(f"x.{method}()", f"x.{method}(axis=1)", f"x.{method}(0)", f"np.{name}(x, 1)", x=(3, 4)),
        Sample(f"np.{name}(x)", f"np.{name}(x, axis=0)", f"np.{name}(x, axis=-1, keepdims=True)", x=(4,)),
        Sample(f"np.{name}(x, axis=1)", f"np.{name}(x, axis=0)", f"np.{name}(x)", x=(3, 1)),
        Sample(f"np.{name}(x, axis=1)", x=(0, 3)),
        Sample(f"np.{name}(x)", x="float"),
    ]
    if empty:
        found.append(Sample(f"np.{name}(x)", f"np.{name}(x, axis=0)", x=(0, 2)))
    return found


def matrix(n: int, *lead: int, seed: int = 3) -> np.ndarray:
    """A well-conditioned matrix, or a stack of them."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(*lead, n, n)) * 0.4 + 2.0 * np.eye(n)


def positive_definite(n: int, *lead: int) -> np.ndarray:
    a = matrix(n, *lead)
    return a @ np.swapaxes(a, -1, -2)


TIES = np.array([[0.5, -0.3, 0.5], [0.1, 0.1, 0.1]])
COMPLEX = "x + 1j * y"
TRAPEZOID = "np.trapezoid" if hasattr(np, "trapezoid") else "np.trapz"  # NumPy 2 has both
BOTH_NAMES = np.lib.NumpyVersion(np.__version__) >= "2.1.0"  # np.clip knows min= and max=
sliding_window_view = np.lib.stride_tricks.sliding_window_view
trapezoid = getattr(np, TRAPEZOID[3:])

MATMUL = [
    Sample("{}", x=(3,), y=(3,)),
    Sample("{}", x=(2, 3), y=(3, 4)),
    Sample("{}", x=(2, 3), y=(3,)),
    Sample("{}", x=(2,), y=(2, 3)),
    Sample("{}", x=(3,), y=(2, 3, 4)),
    Sample("{}", x=(2, 4, 3), y=(3,)),
    Sample("{}", x=(2, 4, 3), y=(2, 3, 2)),
    Sample("{}", x=(2, 4, 3), y=(3, 2)),
    Sample("{}", x=(4, 3), y=(2, 3, 2)),
    Sample("{}", x=(1, 2, 4, 3), y=(5, 1, 3, 2)),
    Sample("{}", x=(0, 3), y=(3, 2)),
    Sample("{}", x=(1, 1), y=(1, 4)),
]


def spelled(samples: list[Sample], *texts: str) -> list[Sample]:
    """The samples with their calls put in each of the texts."""
    return [Sample(*texts, active=" ".join(s.active), **s.arguments) for s in samples]


NORMS = ("'ortho'", "'forward'", "'backward'", "None")  # of Fourier transforms
SAMPLES: dict[Any, list[Sample]] = {
    # ---- conversions
    float: [Sample("float(x)", x="float"), Sample("float(x[0])", "x[1].item()", "x[:1].item()", x=(2,))],
    np.float64: [Sample("np.float64(x) * x", x=(3,)), Sample("np.float64(x)", x="float")],
    np.float32: [Sample("np.float32(x) * 1.0", x=np.float32([0.3, 0.7]))],
    complex: [
        Sample(
            "abs(complex(x, y) * (0.3 + 1j)) ** 2", "(complex(x, y) ** 2).imag + complex(y).real", x="float", y="float"
        ),
        Sample("abs(complex(x[0], 2.0) * complex(1j * x[1]))", x=(2,)),
    ],
    np.heaviside: [Sample("np.heaviside(np.array([0.0, 1.0, 0.0, -1.0]), y) * y", y=(4,))],
    np.complex128: [Sample("np.real(np.complex128(x) * (1.5 + 2j))", x=(3,))],
    np.complex64: [Sample("np.real(np.complex64(x) * (1.5 + 2j))", x=np.float32([0.3, 0.7]))],
    # ---- elementwise, but for more than their kind's shapes
    np.clip: [
        Sample(
            "np.clip(x, None, 0.5)",
            "np.clip(x, 0.1, None)",
            "x.clip(-0.2, 0.4)",
            "np.clip(x, a_min=0.0, a_max=y)",
            "np.clip(x, y, 5.0)",
            "np.clip(x, None, y)",
            "np.clip(x, y, None)",
            "x.clip(y)",
            "x.clip(max=0.5)" if BOTH_NAMES else "x.clip(None, 0.5)",
            "np.clip(x, min=y, max=0.9)" if BOTH_NAMES else "np.clip(x, y, 0.9)",
            x=(4, 3),
            y=(3,),
        ),
    ],
    operator.pow: [
        Sample(
            "x ** 2", "x ** 0", "x ** 1", "x ** 3.0", "x ** np.array([2, 0, 1])", x=np.array([0.0, -1.2, 0.7])
        ),
        Sample("x ** 2", "x ** 3", "2.0 ** y", x=0.0, y=0.0),
    ],
    np.power: [Sample("np.power(x, 2)", "np.power(2.0, x)", x=np.array([0.0, 0.7]))],
    # ---- the complex plane
    np.absolute: [
        Sample("np.absolute(x)", "np.abs(x) * x", "abs(x)", x=np.array([[0.4, -0.7], [-0.2, 1.3]])),
        Sample("np.abs(x)", x="float"),
        Sample(f"np.abs({COMPLEX})", f"np.abs({COMPLEX}) ** 2", x=(2, 3), y=(3,)),
    ],
    abs: [Sample("abs(x)", "abs(-x)", x="float"), Sample("abs(x)", f"abs({COMPLEX})", x=(2, 2), y=(2,))],
    np.real: [
        Sample("np.real(x)", "x.real", x=(2, 3)),
        Sample(f"np.real(({COMPLEX}) * 2j)", f"(({COMPLEX}) ** 2).real", x=(2, 3), y=(3,)),
    ],
    np.imag: [
        Sample("np.imag(x) + x", "x.imag * x", x=(2, 3)),
        Sample(f"np.imag(({COMPLEX}) ** 2)", f"(({COMPLEX}) ** 2).imag", x=(2, 3), y=(3,)),
    ],
    np.conjugate: [
        Sample("np.conj(x)", x=(2, 3)),
        Sample(
            f"np.real(np.conj({COMPLEX}) * (0.3 + 2j))", f"np.imag(({COMPLEX}).conj() ** 2)", x=(2, 3), y=(3,)
        ),
    ],
    np.angle: [
        Sample("np.angle(x) + x", x=(3,)),
        Sample(f"np.angle({COMPLEX})", x=(2, 3), y=(3,)),
    ],
    # ---- reductions
    np.sum: [*reduction("sum", empty=True), Sample(f"np.abs(np.sum({COMPLEX}))", x=(3,), y=(3,))],
    np.mean: reduction("mean"),
    np.prod: [
        *reduction("prod", empty=True),
        Sample(
            "np.prod(x)",
            "np.prod(x, axis=0)",
            "np.prod(x, axis=1)",
            x=np.array([[0.0, 0.7, 1.2], [0.4, 0.0, 0.0]]),
        ),
    ],
    np.max: reduction("max"),
    np.min: reduction("min"),
    np.amax: reduction("amax"),
    np.amin: reduction("amin"),
    reductions.sum_of_some: [
        Sample("np.sum(x, where=x > 0.2)", "np.sum(x, 0, where=y > 0.2)", "x.sum(axis=1, where=x < y)", "np.sum(x, "
               "initial=y[0])", "np.sum(x, 1, None, None, True, y[0], x > 0.2)", x=(2, 3), y=(3,)),
        Sample("np.sum(x, dtype=float)", "np.sum(x, 0, np.float64)", "x.sum(dtype='float64')", x=(2, 3)),
    ],
    reductions.mean_of_some: [
        Sample("np.mean(x, where=x > -0.2)", "x.mean(axis=1, where=[True, False, True])", x=(2, 3)),
        Sample("np.mean(x, axis=0, keepdims=True, where=[[True], [False]])", x=(2, 3)),
        Sample("np.mean(x, dtype=float)", "x.mean(1, dtype=np.float64)", x=(2, 3)),
    ],
    reductions.prod_of_some: [
        Sample("np.prod(x, dtype=float)", x=(2, 3)),
        Sample("np.prod(x, where=x > 0.2)", "np.prod(x, 0, initial=y)", "x.prod(where=x < y)", x=(2, 3), y="float"),
    ],
    reductions.cumsum_in_type: [Sample("np.cumsum(x, dtype=float)", "x.cumsum(1, dtype=float)", x=(2, 3))],
    reductions.sort_by_kind: [Sample("np.sort(x, kind='stable')", "np.sort(x, axis=0, kind='mergesort')", x=(2, 3))],
    reductions.max_of_some: [
        Sample("np.max(x, initial=y)", "x.max(1, initial=0.2)", "np.max(x, 0, where=x < 0.6, initial=y)", x=(2, 3),
               y="float"),
        Sample("np.max(x, initial=y)", "np.amax(x, axis=0, keepdims=True, initial=y)", x=(0,), y="float"),
        Sample("np.max(x, initial=y)", "x.max(0, initial=y)", "x.max(1, initial=y)", x=(0, 2), y="float"),
    ],
    reductions.min_of_some: [
        Sample("np.min(x, initial=y)", "x.min(1, initial=0.2)", "np.min(x, 0, where=x > 0.1, initial=y)", x=(2, 3),
               y="float"),
        Sample("np.min(x, initial=y)", "np.amin(x, axis=0, keepdims=True, initial=y)", x=(0,), y="float"),
    ],
    np.var: [*reduction("var"), Sample("np.var(x, ddof=1)", "x.var(axis=0, ddof=1)", x=(3, 2))],
    np.std: [
        *(s for s in reduction("std") if s.arguments["x"] not in ((3, 1), "float")),
        Sample("np.std(x, ddof=1)", "x.std(axis=0, ddof=1)", x=(3, 2)),
    ],
    np.linalg.norm: [
        Sample("np.linalg.norm(x)", "np.linalg.norm(x, 2)", "np.linalg.norm(x, axis=0)", x=(4,)),
        Sample(
            "np.linalg.norm(x)",
            "np.linalg.norm(x, 'fro')",
            "np.linalg.norm(x, axis=1, keepdims=True)",
            x=(2, 3),
        ),
        Sample("np.linalg.norm(x, axis=(1, 2))", "np.linalg.norm(x, ord=2, axis=-1)", x=(2, 3, 2)),
        Sample(f"np.linalg.norm({COMPLEX})", x=(3,), y=(3,)),
        Sample("np.linalg.norm(x, 1)", "np.linalg.norm(x, np.inf)", "np.linalg.norm(x, 1, axis=0)", x=(4,)),
        Sample(
            "np.linalg.norm(x, np.inf, axis=1)",
            "np.linalg.norm(x, np.inf, axis=0, keepdims=True)",
            "np.linalg.norm(x, ord=1, axis=-1)",
            x=(2, 3),
        ),
        Sample("np.linalg.norm(x, 3)", "np.linalg.norm(x, 0.5)", "np.linalg.norm(x, -np.inf)", x=(3,)),
        Sample("np.linalg.norm(x, -1, axis=1)", "np.linalg.norm(x, 1.5, axis=0, keepdims=True)", x=(2, 3)),
        Sample(*(f"np.linalg.norm(x, {n})" for n in ("1", "-1", "np.inf", "-np.inf", "2", "-2", "'nuc'")), x=(3, 2)),
        Sample("np.linalg.norm(x, 1, axis=(2, 0))", "np.linalg.norm(x, 'nuc', (0, 1), True)",
               "np.linalg.norm(x, -2, axis=(1, -1))", "np.linalg.norm(x, np.inf, (0, 2), keepdims=True)", x=(2, 3, 2)),
        Sample(*(f"np.linalg.norm({COMPLEX}, {n})" for n in ("1", "3", "np.inf")), x=(3,), y=(3,)),
    ],
    np.cumsum: [
        Sample("np.cumsum(x)", "np.cumsum(x, axis=0)", "x.cumsum(axis=-1)", "np.cumsum(x, 1)", x=(2, 3)),
        Sample("np.cumsum(x)", "x.cumsum()", x=(0,)),
    ],
    np.sort: [
        Sample("np.sort(x)", "np.sort(x, axis=0)", "np.sort(x, axis=1)", "np.sort(x, 1)", x=(3, 4)),
        Sample("np.sort(x)", "np.sort(x, axis=-2)", x=(2, 3, 2)),
        Sample("np.sort(x)", x=(5,)),
        Sample("np.sort(x)", x=(0,)),
    ],
    np.median: [
        Sample("np.median(x)", "np.median(x, axis=0)", "np.median(x, -1)", "np.median(x, 1, keepdims=True)", x=(3, 4)),
        Sample("np.median(x)", "np.median(x, keepdims=True)", "np.median(x[1:])", x=(5,)),
    ],
    np.quantile: [
        Sample("np.quantile(x, 0.3)", "np.quantile(x, 1.0, axis=0)", "np.quantile(x, 0.0, axis=-1)", x=(3, 4)),
        Sample("np.quantile(x, [0.1, 0.65], axis=0)", "np.quantile(x, (0.3, 0.9), 1, keepdims=True)", x=(3, 4)),
        Sample(*(f"np.quantile(x, [0.02, 0.37, 0.93], method={m!r})" for m in QUANTILES), x=(5,)),
        Sample("np.quantile(x, 0.3, axis=1, method='hazen')", "np.quantile(x, 0.7, 0, method='higher')", x=(3, 4)),
        Sample("np.quantile(x, 0.65)", "np.quantile(x, [0.2, 0.5])", "np.quantile(x, 0.5, keepdims=True)", x=(5,)),
    ],
    np.percentile: [
        Sample("np.percentile(x, [30, 60])", "np.percentile(x, np.array([5, 50, 95]), axis=1)", x=(3, 4)),
        Sample("np.percentile(x, 40, method='weibull')", "np.percentile(x, 50, 1, method='midpoint')", x=(3, 4)),
        Sample("np.percentile(x, 30)", "np.percentile(x, 75.0, 1)", "np.percentile(x, 10, 0, keepdims=True)", x=(3, 4)),
    ],
    np.take_along_axis: [
        Sample(
            "np.take_along_axis(x, np.array([[2, 0, 2, 1]]), 0)",
            "np.take_along_axis(x, np.array([[3, 3], [0, 1], [2, 2]]), 1)",
            "np.take_along_axis(x, np.argsort(x, 1), axis=-1)",
            x=(3, 4),
        ),
        Sample("np.take_along_axis(x, np.array([2, 0, 2]), 0)", x=(4,)),
        Sample("np.take_along_axis(x, np.array([2, 0, 2, 5]), None)", x=(2, 3)),
        Sample("np.take_along_axis(x, np.array([[2, 0], [1, 1]]), 1)", x=(1, 3)),
    ],
    np.diff: [
        Sample("np.diff(x)", "np.diff(x, n=2)", "np.diff(x, axis=0)", "np.diff(x, 1, 1)", x=(3, 4)),
        Sample("np.diff(x)", "np.diff(x, n=0)", "np.diff(x, n=3)", x=(1,)),
        Sample("np.diff(x, n=5, axis=0)", "np.diff(x, n=4, axis=1)", "np.diff(x, n=3)", x=(2, 3)),
    ],
    reductions.diff_with_ends: [
        Sample("np.diff(x, prepend=y)", "np.diff(x, append=x[0])", "np.diff(x, 2, prepend=0.0, "
               "append=np.array([1.0, y]))", x=(4,), y="float"),
        Sample("np.diff(x, axis=0, prepend=y)", "np.diff(x, append=x, prepend=1.0)", "np.diff(x, n=0, append=2.0)",
               x=(2, 3), y="float"),
    ],
    np.partition: [
        Sample("np.partition(x, 2)", "np.partition(x, 0, axis=0)", "np.partition(x, (1, 2), -1)", x=(3, 4)),
        Sample("np.partition(x, 3)", "np.partition(x, [0, 2], None)", x=(6,)),
    ],
    np.nanmax: [
        Sample("np.nanmax(x)", "np.nanmax(np.where(x > 0.9, np.nan, x), axis=0)", "np.nanmax(x, 1)", x=(2, 3)),
    ],
    np.nanmin: [Sample("np.nanmin(x)", "np.nanmin(np.where(x > 0.9, np.nan, x), axis=0)", x=(2, 3))],
    np.nanvar: [
        Sample("np.nanvar(x)", "np.nanvar(x, axis=0, ddof=1)", "np.nanvar(x, 1, keepdims=True)", x=(3, 4)),
        Sample("np.nanvar(np.where(x > 0.5, np.nan, x))", "np.nanvar(np.where(x > 0.8, np.nan, x), axis=1)", x=(2, 4)),
    ],
    np.nanstd: [
        Sample("np.nanstd(x)", "np.nanstd(x, axis=0, ddof=1)", "np.nanstd(x, 1, keepdims=True)", x=(3, 4)),
        Sample("np.nanstd(np.where(x > 0.5, np.nan, x))", "np.nanstd(np.where(x > 0.8, np.nan, x), axis=1)", x=(2, 4)),
    ],
    np.nanprod: [Sample("np.nanprod(x)", "np.nanprod(np.where(x > 0.5, np.nan, x), axis=0)", x=(2, 3))],
    np.nancumsum: [Sample("np.nancumsum(x)", "np.nancumsum(np.where(x > 0.5, np.nan, x), axis=0)", x=(2, 3))],
    np.nan_to_num: [
        Sample("np.nan_to_num(x)", "np.nan_to_num(np.where(x > 0.5, np.nan, x), nan=0.3)",
               "np.nan_to_num(np.where(x > 0.5, -np.inf, x), nan=1.0, neginf=-1.0)", x=(2, 3)),
        Sample("np.nan_to_num(x)", x="float"),
    ],
    np.unwrap: [
        Sample("np.unwrap(x * 4.0)", "np.unwrap(x, axis=0)", "np.unwrap(3.0 * x, discont=4.0, period=5.0)", x=(3, 4)),
    ],
    np.logaddexp.reduce: [
        Sample("np.logaddexp.reduce(x)", "np.logaddexp.reduce(x, axis=1)", "np.logaddexp.reduce(x, None)",
               "np.logaddexp.reduce(x, axis=-1, keepdims=True)", x=(3, 4)),
    ],
    np.add.reduceat: [
        Sample("np.add.reduceat(x, [0, 2])", "np.add.reduceat(x, [3, 1, 2])", "np.add.reduceat(x, np.array([1]))",
               x=(5,)),
        Sample("np.add.reduceat(x, [0, 1], axis=1)", "np.add.reduceat(x, [0, 0, 1])", x=(2, 3)),
    ],
    np.bincount: [
        Sample("np.bincount([0, 2, 2, 1], weights=x)", "np.bincount(np.array([0, 2, 2, 0]), x, minlength=5)", x=(4,)),
    ],
    math.fsum: [
        Sample("math.fsum(x)", "math.fsum([x[0], 2.0 * x[1]])", x=np.array([0.3, 0.7])),
    ],
    np.ldexp: [
        Sample("np.ldexp(x, 2)", "np.ldexp(x, np.array([[1], [0]]))", x=(3,)),
        Sample("np.ldexp(x, 3)", x="float"),
    ],
    math.ldexp: [Sample("math.ldexp(x, 2)", "math.ldexp(x, -1)", x="float")],
    np.modf: [
        Sample("np.modf(3.0 * x)[0]", "np.modf(x * 4.0)[0] ** 2 * np.modf(x * 4.0)[1]", x=(2, 3)),
        Sample("np.modf(3.0 * x)[0]", x="float"),
    ],
    # ---- shapes
    np.reshape: [
        Sample("np.reshape(x, (3, 2))", "x.reshape(-1)", "x.reshape(3, 2)", "x.reshape((1, 6))", x=(2, 3)),
        Sample("np.reshape(x, (1, 1))", x="float"),
        Sample("x.reshape((3, 2), order='F')", "np.reshape(x, (-1, 2), order='F')", x=(2, 3)),
        Sample("x.reshape(6, order='F')", "x.reshape(3, 2, order='F')", x=(2, 3)),
        Sample("x.reshape(3, 0)", x=(0, 2)),
    ],
    np.ravel: [
        Sample("np.ravel(x)", "x.ravel()", "x.flatten()", "x.ravel(order='F')", "x.flatten('F')", x=(2, 3))
    ],
    np.transpose: [
        Sample(
            "np.transpose(x)",
            "x.T",
            "x.transpose()",
            "np.transpose(x, (2, 0, 1))",
            "x.transpose(1, 2, 0)",
            "x.transpose((0, 2, 1))",
            x=(2, 3, 4),
        ),
        Sample("x.T", x=(3,)),
    ],
    np.swapaxes: [Sample("np.swapaxes(x, 0, 2)", "x.swapaxes(-1, 1)", x=(2, 3, 4))],
    np.moveaxis: [
        Sample("np.moveaxis(x, 0, -1)", "np.moveaxis(x, (0, 1), (2, 0))", x=(2, 3, 4)),
    ],
    np.expand_dims: [
        Sample("np.expand_dims(x, 0)", "np.expand_dims(x, axis=-1)", "np.expand_dims(x, (0, 3))", x=(2, 3)),
        Sample("np.expand_dims(x, 0)", x="float"),
    ],
    np.squeeze: [
        Sample("np.squeeze(x)", "x.squeeze()", "np.squeeze(x, axis=0)", "x.squeeze((0, 2))", x=(1, 3, 1))
    ],
    np.atleast_1d: [Sample("np.atleast_1d(x)", x="float"), Sample("np.atleast_1d(x)", x=(2, 3))],
    np.atleast_2d: [Sample("np.atleast_2d(x)", x="float"), Sample("np.atleast_2d(x)", x=(3,))],
    np.atleast_3d: [Sample("np.atleast_3d(x)", x="float"), Sample("np.atleast_3d(x)", x=(2, 3))],
    np.flip: [Sample("np.flip(x)", "np.flip(x, 0)", "np.flip(x, axis=(0, -1))", x=(2, 3))],
    np.fliplr: [Sample("np.fliplr(x)", x=(2, 3))],
    np.flipud: [Sample("np.flipud(x)", x=(2, 3))],
    np.roll: [
        Sample("np.roll(x, 1)", "np.roll(x, -2, axis=1)", "np.roll(x, (1, 2), axis=(0, 1))", x=(2, 3)),
    ],
    np.copy: [Sample("np.copy(x)", "x.copy()", x=(2, 3))],
    np.repeat: [
        Sample("np.repeat(x, 2)", "np.repeat(x, 3, axis=0)", "x.repeat(2, axis=-1)", x=(2, 3)),
        Sample("np.repeat(x, 2)", x="float"),
        Sample("np.repeat(x, [0, 2, 1])", "np.repeat(x, np.array([1, 0, 3]))", "np.repeat(x, (1, 1, 0), 0)", x=(3,)),
        Sample("np.repeat(x, [0, 2, 1], axis=1)", "np.repeat(x, np.array([2, 1]), 0)", x=(2, 3)),
    ],
    np.resize: [
        Sample("np.resize(x, 4)", "np.resize(x, (3, 5))", "np.resize(x, (3, 2))", "np.resize(x, 0)", x=(2, 3)),
        Sample("np.resize(x, 3)", "np.resize(x, (2, 2))", x="float"),
        Sample("np.resize(x, 3)", x=(0,)),
    ],
    np.tile: [
        Sample("np.tile(x, 2)", "np.tile(x, (2, 1))", "np.tile(x, (2, 3, 1))", x=(2, 3)),
        Sample("np.tile(x, 3)", "np.tile(x, (2, 2))", x=(3,)),
        Sample("np.tile(x, 3)", x="float"),
    ],
    np.broadcast_to: [
        Sample("np.broadcast_to(x, (4, 2, 3))", "np.broadcast_to(x, (2, 3))", x=(2, 3)),
        Sample("np.broadcast_to(x, (2, 3))", x=(2, 1)),
        Sample("np.broadcast_to(x, (2, 3))", x="float"),
    ],
    # ---- joins and choices
    np.where: [
        Sample(
            "np.where(x > 0.0, x, y)",
            "np.where(x > y, x * y, 1.0)",
            "np.where(y > 0.0, 2.0, y)",
            x=(2, 3),
            y=(3,),
        ),
        Sample("np.where(x > 0.0, x, 1)", "np.where(x > 0.0, np.arange(3), x)", x=(3,)),
        Sample("np.where(x > 0.0, x, y)", x=(3,), y="float"),
        Sample("np.where(x, y, 1.0)", x=(3,), y=(2, 3)),
        Sample("np.where(x > 0.0, x, y)", x="float", y="float"),
    ],
    np.concatenate: [
        Sample("np.concatenate([x, y, x])", "np.concatenate((x, y), axis=0)", x=(2, 3), y=(1, 3)),
        Sample("np.concatenate((x, y), axis=1)", "np.concatenate((x, y), -1)", x=(2, 1), y=(2, 3)),
        Sample("np.concatenate((x, y), axis=2)", x=(2, 1, 2), y=(2, 1, 1)),
        Sample("np.concatenate((x, y))", x=(0,), y=(2,)),
        Sample("np.concatenate((x, y), axis=None)", "np.concatenate([x, y, x], None)", x=(2, 3), y=(1,)),
        Sample("np.concatenate((np.arange(2), x))", "np.stack([np.arange(3), x])", x=(3,)),
    ],
    np.stack: [
        Sample(
            "np.stack([x, y])", "np.stack((x, y), axis=1)", "np.stack([y, x], axis=-1)", x=(2, 3), y=(2, 3)
        ),
        Sample("np.stack([x, y])", x="float", y="float"),
        Sample("np.stack([x, y], axis=2)", x=(2, 1, 2), y=(2, 1, 2)),
    ],
    np.hstack: [
        Sample("np.hstack([x, y])", x=(2,), y=(3,)),
        Sample("np.hstack((x, y))", x=(2, 1), y=(2, 3)),
        Sample("np.hstack((x, y, x))", x="float", y=(3,)),
    ],
    np.vstack: [
        Sample("np.vstack([x, y])", x=(3,), y=(2, 3)),
        Sample("np.vstack((x, y))", x=(3,), y=(3,)),
    ],
    np.column_stack: [Sample("np.column_stack([x, y])", "np.column_stack((y, x))", x=(3,), y=(3, 2))],
    np.array: [
        Sample("np.array([x, y, x * y])", "np.array([[x, y], [1.0, x]])", x="float", y="float"),
        Sample(
            "np.array([x, y])",
            "np.array(x)",
            "x.astype(float)",
            "np.array(x, dtype=np.float64)",
            x=(2,),
            y=(2,),
        ),
        Sample("x.astype(np.float64)", x=np.float32([0.3, 0.7])),
    ],
    np.asarray: [
        Sample("np.asarray([x, y])", x="float", y="float"),
        Sample("np.asarray(x)", "np.asarray(x, dtype=float)", x=(2, 3)),
    ],
    np.ascontiguousarray: [Sample("np.ascontiguousarray(x.T)", "np.ascontiguousarray([x[0], x[1]])", x=(2, 3))],
    np.asfortranarray: [Sample("np.asfortranarray(x)", x=(2, 3))],
    np.asanyarray: [Sample("np.asanyarray(x)", x=(2, 3)), Sample("np.asanyarray([x, 1.0])", x="float")],
    # ---- making arrays
    np.full: [
        Sample("np.full(3, x)", "np.full((2, 3), x)", x="float"),
        Sample("np.full((2, 3), x, dtype=float)", x=(3,)),
        Sample("np.full(2, x, dtype=np.float64)", "np.full(3, x, float)", x="float"),
    ],
    np.full_like: [
        Sample("np.full_like(y, x)", "y * np.full_like(y, 2.0)", x="float", y=(2, 3)),
        Sample("np.full_like(np.arange(3), x, dtype=float)", x="float"),
    ],
    np.linspace: [
        Sample(
            "np.linspace(x, y, 5)",
            "np.linspace(x, 2.0, num=4)",
            "np.linspace(x, y, 4, endpoint=True)",
            x="float",
            y="float",
        ),
        Sample("np.linspace(x, y, 3)", x="float", y=(2,)),
        Sample("np.linspace(x, y, 4, endpoint=False)", x=(3, 1), y=(2,)),
    ],
    np.diag: [
        Sample("np.diag(x)", "np.diag(x, 1)", "np.diag(x, k=-2)", x=(3,)),
        Sample("np.diag(x)", "np.diag(x, 1)", "np.diag(x, k=-1)", x=(2, 3)),
        Sample("np.diag(x)", "np.diag(x, -1)", x=(4, 2)),
        Sample("np.diag(x)", x=(3, 3)),
    ],
    np.diagonal: [Sample("np.diagonal(x)", "x.diagonal()", "x.diagonal(1)", x=(2, 3))],
    shaping.trace_of_a_stack: [
        Sample("np.trace(x, axis1=1, axis2=2)", "np.trace(x, 1, 0, -1)", "np.trace(x, -1, axis1=2)", x=(2, 3, 3)),
    ],
    np.trace: [Sample("np.trace(x)", "x.trace()", "np.trace(x, 1)", "np.trace(x, offset=-1)", x=(2, 3))],
    np.triu: [Sample("np.triu(x)", "np.triu(x, 1)", "np.triu(x, k=-1)", x=(3, 4))],
    np.tril: [Sample("np.tril(x)", "np.tril(x, 1)", "np.tril(x, k=-1)", x=(3, 4))],
    # ---- products
    operator.matmul: spelled(MATMUL, "x @ y"),
    np.matmul: spelled(MATMUL[1:7], "np.matmul(x, y)"),
    np.dot: [
        *spelled(MATMUL[:4], "np.dot(x, y)", "x.dot(y)"),
        Sample("np.dot(x, y)", "np.dot(y, x)", x="float", y=(2, 3)),
        Sample("np.dot(x, y)", x="float", y="float"),
        Sample("np.dot(x, y)", x=(2, 4, 3), y=(3,)),
        Sample("np.dot(x, y)", x=(2, 3), y=(2, 3, 2)),
        Sample("np.dot(x, y)", x=(3,), y=(2, 3, 2)),
        Sample("np.dot(x, y)", x=(2, 2, 3), y=(4, 3, 1)),
    ],
    np.outer: [
        Sample("np.outer(x, y)", "np.outer(y, y)", x=(2,), y=(3,)),
        Sample("np.outer(x, y)", x=(2, 2), y=(3,)),
    ],
    np.vdot: [
        Sample("np.vdot(x, y)", x=(3,), y=(3,)),
        Sample("np.vdot(x, y)", x=(2, 3), y=(2, 3)),
        Sample(f"np.real(np.vdot({COMPLEX}, z + 1j * x) * (1 + 2j))", x=(3,), y=(3,), z=(3,)),
    ],
    np.inner: [
        Sample("np.inner(x, y)", x=(3,), y=(3,)),
        Sample("np.inner(x, y)", x=(2, 3), y=(4, 3)),
        Sample("np.inner(x, y)", x=(2, 2, 3), y=(3,)),
        Sample("np.inner(x, y)", x="float", y=(2, 3)),
    ],
    np.tensordot: [
        Sample(
            "np.tensordot(x, y)",
            "np.tensordot(x, y, 1)",
            "np.tensordot(x, y, axes=((1, 0), (1, 0)))",
            x=(3, 3),
            y=(3, 3),
        ),
        Sample(
            "np.tensordot(x, y, axes=(1, 0))", "np.tensordot(x, y, axes=((-1,), (0,)))", x=(2, 4), y=(4, 2)
        ),
        Sample("np.tensordot(x, y, axes=([0, 1], [1, 0]))", "np.tensordot(x, y, [[1], [0]])", x=(2, 3), y=(3, 2)),
        Sample("np.tensordot(x, y, 0)", x=(2,), y=(2, 3)),
    ],
    np.einsum: [
        Sample(
            "np.einsum('ij,jk->ik', x, y)",
            "np.einsum('ij,jk', x, y)",
            "np.einsum('ij,jk->', x, y)",
            "np.einsum('ij->', x)",
            "np.einsum('ij->j', x)",
            "np.einsum('ij->ji', x)",
            x=(2, 3),
            y=(3, 4),
        ),
        Sample(
            "np.einsum('ii->', x)",
            "np.einsum('ii', x)",
            "np.einsum('ii->i', x)",
            "np.einsum('ij,i,j->', x, y, y)",
            "np.einsum('ji,i->j', x, y)",
            "np.einsum('i,i', y, y)",
            "np.einsum('i,j,k->kij', y, y, y)",
            x=(3, 3),
            y=(3,),
        ),
        Sample("np.einsum('bij,bjk->bik', x, y)", "np.einsum('bij,bjk->k', x, y)", x=(2, 2, 3), y=(2, 3, 2)),
        Sample("np.einsum('iij->j', x)", "np.einsum('iji->ij', x)", x=(2, 2, 2)),
        Sample("np.einsum('i,ij,j', x, y, x)", x=(3,), y=(3, 3)),
        Sample("np.einsum(x, [0, 1], y, [1], [0])", "np.einsum(x, [0, 1], y, [1])", x=(2, 3), y=(3,)),
    ],
    # ---- made of others
    np.unique: [Sample("np.unique(x)", x=(2, 3))],
    np.take: [
        Sample("np.take(x, [2, 0, 2])", "np.take(x, 1)", "x.take(np.array([[0, 3], [1, 1]]))", x=(2, 3)),
        Sample("np.take(x, (1, 0), axis=0)", "np.take(x, [2, 2], axis=-1)", "np.take(x, 1, axis=1)", x=(2, 3)),
        Sample("np.take(x, [1, 0, 1], axis=1)", "np.take(x, [1], axis=-2)", "np.take(x, [1, 0], 2)", x=(2, 3, 2)),
        Sample("np.take(x, -1)", "np.take(x, [0, -1], axis=0)", "np.take(x, [])", x=(3,)),
        Sample("np.take(x, [0, 7, -4], mode='wrap')", "np.take(x, [3, -1], axis=1, mode='clip')", x=(2, 3)),
    ],
    np.compress: [
        Sample("np.compress([True, False, True], x)", "np.compress(np.array([0, 1, 1]) > 0, x)", x=(3,)),
        Sample("np.compress([False, True], x, axis=0)", "np.compress([True, False, True], x, axis=1)", x=(2, 3)),
    ],
    np.extract: [Sample("np.extract([[True, False, True], [False, True, True]], x)", x=(2, 3))],
    np.delete: [
        Sample("np.delete(x, 1)", "np.delete(x, -1)", "np.delete(x, [0, 2])", x=(4,)),
        Sample("np.delete(x, 1)", "np.delete(x, 1, axis=0)", "np.delete(x, [0, 2], axis=1)", x=(2, 3)),
    ],
    np.append: [
        Sample("np.append(x, y)", "np.append(x, 2.0)", "np.append(x, [1.0, y[0]])", x=(2,), y=(3,)),
        Sample("np.append(x, y)", "np.append(x, y, axis=0)", "np.append(x, x, axis=1)", x=(2, 3), y=(1, 3)),
        Sample("np.append(x, y)", x=(2,), y="float"),
    ],
    np.split: [
        Sample("np.split(x, 2)[0]", "np.split(x, 2)[1]", "np.split(x, [1, 3])[1]", "np.split(x, [1, 3])[2]", x=(4, 2)),
        Sample("np.split(x, [1], axis=1)[0]", "np.split(x, 2, axis=-1)[1]", "np.split(x, (2, 3), 1)[2]", x=(2, 4)),
    ],
    np.array_split: [
        Sample("np.array_split(x, 3)[0]", "np.array_split(x, 3)[2]", "np.array_split(x, [2])[1]", x=(5,)),
    ],
    np.hsplit: [Sample("np.hsplit(x, 2)[1]", x=(2, 4)), Sample("np.hsplit(x, [1])[1]", x=(3,))],
    np.vsplit: [Sample("np.vsplit(x, 2)[1]", x=(4, 2))],
    np.dsplit: [Sample("np.dsplit(x, 2)[1]", x=(1, 2, 4))],
    np.rot90: [
        Sample("np.rot90(x)", "np.rot90(x, 2)", "np.rot90(x, 3)", "np.rot90(x, k=-1)", "np.rot90(x, 0)", x=(2, 3)),
        Sample("np.rot90(x, 1, (1, 2))", "np.rot90(x, axes=(2, 0))", x=(2, 3, 4)),
    ],
    np.dstack: [Sample("np.dstack((x, y))", x=(2, 3), y=(2, 3)), Sample("np.dstack([x, y])", x=(3,), y=(3,))],
    np.meshgrid: [
        Sample("np.meshgrid(x, y)[0]", "np.meshgrid(x, y)[1]", "np.meshgrid(x, y, indexing='ij')[0]", x=(2,), y=(3,)),
        Sample("np.meshgrid(x, y, x)[2]", "np.meshgrid(x, y, sparse=True)[1]", "np.meshgrid(x)[0]", x=(2,), y=(3,)),
    ],
    np.pad: [
        Sample("np.pad(x, 1)", "np.pad(x, (2, 0))", "np.pad(x, [1, 2], constant_values=3.0)", x=(3,)),
        Sample("np.pad(x, np.array([2, 1]))", "np.pad(x, np.array([[1, 2], [0, 1]]), 'edge')",
               "np.pad(x, np.array([[1, 0]]), 'wrap')", "np.pad(x, np.array([2]))", x=(2, 3)),
        Sample("np.pad(x, ((1, 0), (0, 2)))", "np.pad(x, (1, 2), mode='constant')", "np.pad(x, ((1, 1),))", x=(2, 3)),
        Sample("np.pad(x, 1, constant_values=(3, 4))", "np.pad(x, 1, constant_values=((1, 2), (3, 4)))", x=(2, 3)),
        Sample("np.pad(x, 2, 'edge')", "np.pad(x, (0, 1), mode='edge')", "np.pad(x, (1, 4), 'wrap')", x=(3, 2)),
        Sample("np.pad(x, 5, 'reflect')", "np.pad(x, ((2, 1), (0, 7)), 'symmetric')", x=(2, 3)),
    ],
    np.select: [
        Sample("np.select([x > 0.6, x > 0.3], [x, y])", "np.select([x > 0.4], [2.0 * x], y)", x=(4,), y=(4,)),
        Sample("np.select([x > 0.6, x > 0.3], [x * x, y], default=x)", x=(2, 3), y="float"),
    ],
    np.kron: [
        Sample("np.kron(x, y)", x=(2,), y=(3,)),
        Sample("np.kron(x, y)", x=(2, 3), y=(3, 2)),
        Sample("np.kron(x, y)", "np.kron(y, x)", x=(2,), y=(2, 3)),
        Sample("np.kron(x, y)", x="float", y=(2, 3)),
    ],
    np.cross: [
        Sample("np.cross(x, y)", "np.cross(y, [1.0, 0.0, 2.0])", x=(3,), y=(3,)),
        Sample("np.cross(x, y)", x=(2, 3), y=(3,)),
    ],
    np.linalg.multi_dot: [
        Sample("np.linalg.multi_dot([x, y, x])", x=(2, 3), y=(3, 2)),
        Sample("np.linalg.multi_dot((x, y))", x=(3,), y=(3, 2)),
    ],
    np.linalg.matrix_power: [
        Sample(*(f"np.linalg.matrix_power(x, {n})" for n in (0, 1, 3, -1, -2)), x=matrix(3)),
        Sample("np.linalg.matrix_power(x, 2)", x=(2, 2, 2)),
    ],
    np.cumprod: [
        Sample("np.cumprod(x)", "np.cumprod(x, axis=0)", "np.cumprod(x, 1)", "x.cumprod(axis=-1)", x=(2, 3)),
        Sample("np.cumprod(x)", x=np.array([0.4, 0.0, 0.7, 0.0])),
    ],
    np.polyval: [
        Sample("np.polyval(x, y)", "np.polyval([1.0, y, 2.0], y)", x=(3,), y="float"),
        Sample("np.polyval(x, y)", "np.polyval([2.0, 0.0, 1.0], y)", x=(3,), y=(2, 2)),
    ],
    np.vander: [Sample("np.vander(x)", "np.vander(x, 4)", "np.vander(x, 2, increasing=True)", x=(3,))],
    np.ptp: [
        Sample("np.ptp(x)", "np.ptp(x, axis=0)", "np.ptp(x, 1)", "np.ptp(x, axis=1, keepdims=True)", x=(3, 4)),
    ],
    np.average: [
        Sample("np.average(x)", "np.average(x, 0)", "np.average(x, 1, y)", "np.average(x, -1, y)", x=(2, 3), y=(3,)),
        Sample("np.average(x, weights=y)", "np.average(x, 1, weights=y)", "np.average(x, 0, y)", x=(2, 3), y=(2, 3)),
        Sample("np.average(x, weights=y)", "np.average(x, weights=[1, 2, 3])", x=(3,), y=(3,)),
    ],
    np.nansum: [Sample("np.nansum(x)", "np.nansum(np.where(x > 0.5, np.nan, x), axis=0)", x=(2, 3))],
    np.nanmean: [Sample("np.nanmean(x)", "np.nanmean(np.where(x > 0.9, np.nan, x), axis=0)", x=(2, 3))],
    np.cov: [
        Sample("np.cov(x)", "np.cov(x, rowvar=False)", "np.cov(x, bias=True)", "np.cov(x, ddof=0)", x=(2, 4)),
        Sample("np.cov(x, y)", "np.cov(x)", x=(4,), y=(4,)),
    ],
    trapezoid: [
        Sample(f"{TRAPEZOID}(x)", f"{TRAPEZOID}(x, dx=0.5)", f"{TRAPEZOID}(x, y)", x=(4,), y=(4,)),
        Sample(f"{TRAPEZOID}(x, y)", f"{TRAPEZOID}(x, axis=0)", x=(2, 3), y=(3,)),
        Sample(f"{TRAPEZOID}(x, y, axis=0)", f"{TRAPEZOID}(x, y)", x=(3, 3), y=(3, 3)),
        Sample(f"{TRAPEZOID}(x, dx=y)", x=(4,), y="float"),
    ],
    np.interp: [
        Sample("np.interp(x, [-1.0, 0.1, 0.55, 1.0], y)", "np.interp(0.3, [0.0, 1.0, 2.0, 5.0], y)", x=(3,), y=(4,)),
        Sample("np.interp(x, [0.0, 0.2, 0.3], y)", "np.interp(x, [1.0, 2.0, 3.0], y)", x="float", y=(3,)),
        Sample("np.interp([-0.5, 0.2, 1.7], x, y)", x=np.array([0.0, 0.4, 1.1, 1.3]), y=(4,)),
        Sample("np.interp([-9.0, 0.2, 9.0], [0.0, 1.0], y, left=x, right=2.0)", x="float", y=(2,)),
        Sample("np.interp([-9.0, 0.2, 9.0], [0.0], y)", y=(1,)),
    ],
    np.gradient: [
        Sample("np.gradient(x)", "np.gradient(x, 0.5)", "np.gradient(x, y)", x=(4,), y=np.array([0.0, 0.3, 0.4, 1.0])),
        Sample("np.gradient(x)[1]", "np.gradient(x, 0.5, 2.0)[0]", "np.gradient(x, axis=1)", x=(3, 4)),
        Sample("np.gradient(x, y, axis=1)", x=(2, 4), y=np.array([0.0, 0.3, 0.4, 1.0])),
        Sample("np.gradient(x, y)", x=(2,), y="float"),
        Sample("np.gradient(x, edge_order=2)", "np.gradient(x, y, edge_order=2)", x=(4,),
               y=np.array([0.0, 0.3, 0.4, 1.0])),
        Sample("np.gradient(x, y, axis=0, edge_order=2)", "np.gradient(x, edge_order=2)[1]", x=(3, 4), y="float"),
    ],
    np.ediff1d: [Sample("np.ediff1d(x)", x=(2, 3))],
    np.logspace: [Sample("np.logspace(x, y, 4)", "np.logspace(x, 1.0, num=3, base=2.0)", x="float", y="float")],
    np.convolve: [
        Sample("np.convolve(x, y)", "np.convolve(x, y, 'same')", "np.convolve(x, y, mode='valid')", x=(5,), y=(3,)),
        Sample("np.convolve(x, y)", "np.convolve(x, y, 'same')", "np.convolve(x, y, mode='valid')", x=(2,), y=(5,)),
        Sample("np.convolve(x, y, 'same')", "np.convolve(x, [1.0, 2.0, 1.0], 'same')", x=(5,), y=(4,)),
        Sample(f"np.real(np.convolve({COMPLEX}, x) * (1 + 2j))", x=(3,), y=(3,)),
    ],
    np.correlate: [
        Sample(*(f"np.correlate(x, y{m})" for m in ("", ", 'same'", ", 'full'")), x=(5,), y=(3,)),
        Sample(*(f"np.correlate(x, y{m})" for m in ("", ", 'same'", ", 'full'")), x=(2,), y=(5,)),
        Sample("np.correlate(x, y, 'same')", "np.correlate(y, x, 'same')", x=(5,), y=(4,)),
    ],
    # ---- Fourier transforms
    np.fft.fft: [
        Sample("np.real(np.fft.fft(x) * (1 + 2j))", "np.abs(np.fft.fft(x, axis=0))", x=(3, 4)),
        Sample(*(f"np.real(np.fft.fft(x, {n}) * (1 + 2j))" for n in ("2", "5", "n=7, axis=0")), x=(3, 4)),
        Sample(f"np.real(np.fft.fft({COMPLEX}) * (1 + 2j))", x=(5,), y=(5,)),
    ],
    np.fft.ifft: [
        Sample("np.real(np.fft.ifft(x) * (1 + 2j))", "np.abs(np.fft.ifft(x, 5, axis=0))", x=(3, 4)),
        Sample(f"np.real(np.fft.ifft({COMPLEX}) * (1 + 2j))", x=(5,), y=(5,)),
    ],
    np.fft.fft2: [Sample("np.abs(np.fft.fft2(x))", f"np.real(np.fft.fft2({COMPLEX}) * 2j)", x=(2, 3), y=(3,))],
    np.fft.ifft2: [Sample("np.abs(np.fft.ifft2(x))", f"np.real(np.fft.ifft2({COMPLEX}) * 2j)", x=(2, 3), y=(3,))],
    np.fft.fftn: [Sample("np.abs(np.fft.fftn(x))", "np.abs(np.fft.fftn(x, axes=(0, 2)))", x=(2, 3, 2))],
    np.fft.ifftn: [Sample("np.abs(np.fft.ifftn(x))", "np.abs(np.fft.ifftn(x, axes=(0, 2)))", x=(2, 3, 2))],
    np.fft.rfft: [
        Sample("np.real(np.fft.rfft(x) * (1 + 2j))", "np.abs(np.fft.rfft(x, axis=0))", x=(3, 4)),
        Sample(*(f"np.real(np.fft.rfft(x{n}) * (1 + 2j))" for n in ("", ", 8", ", n=3")), x=(5,)),
    ],
    np.fft.irfft: [
        Sample(*(f"np.fft.irfft({COMPLEX}{n})" for n in ("", ", 5", ", n=2")), x=(3,), y=(3,)),
        Sample(f"np.fft.irfft({COMPLEX}, axis=0)", x=(3, 2), y=(3, 2)),
    ],
    fourier.fft_in_norm: [
        Sample(*(f"np.real(np.fft.fft(x, norm={n}) * (2 + 1j))" for n in NORMS), x=(2, 3)),
        Sample("np.real(np.fft.fft(x, 4, 0, 'ortho') * (2 + 1j))", x=(2, 3)),
    ],
    fourier.ifft_in_norm: [
        Sample(*(f"np.real(np.fft.ifft(x, norm={n}) * (2 + 1j))" for n in NORMS), x=(2, 3)),
    ],
    fourier.rfft_in_norm: [
        Sample("np.real(np.fft.rfft(x, norm='ortho') * (2 + 1j))", x=(2, 4)),
        Sample("np.real(np.fft.rfft(x, 3, 0, 'forward') * (2 + 1j))", x=(2, 4)),
    ],
    fourier.irfft_in_norm: [
        Sample(f"np.fft.irfft({COMPLEX}, norm='ortho')", f"np.fft.irfft({COMPLEX}, 3, norm='forward')", x=(3,), y=(3,)),
    ],
    fourier.fft2_in_norm: [Sample("np.real(np.fft.fft2(x, norm='ortho') * (2 + 1j))", x=(2, 3))],
    fourier.ifft2_in_norm: [Sample("np.real(np.fft.ifft2(x, norm='forward') * (2 + 1j))", x=(2, 3))],
    fourier.fftn_in_norm: [Sample("np.real(np.fft.fftn(x, axes=(0, 2), norm='ortho') * (2 + 1j))", x=(2, 3, 2))],
    fourier.ifftn_in_norm: [Sample("np.real(np.fft.ifftn(x, norm='ortho') * (2 + 1j))", x=(2, 3, 2))],
    np.fft.fftshift: [
        Sample("np.fft.fftshift(x)", "np.fft.fftshift(x, 1)", "np.fft.fftshift(x, axes=(0, 1))", x=(2, 3)),
    ],
    np.fft.ifftshift: [
        Sample("np.fft.ifftshift(x)", "np.fft.ifftshift(x, 1)", "np.fft.ifftshift(x, axes=(0, 1))", x=(2, 3)),
    ],
    # ---- put together
    np.insert: [
        Sample("np.insert(x, 1, y)", "np.insert(x, -1, [1.0, y])", "np.insert(x, [0, 3], y)", x=(3,), y="float"),
        Sample("np.insert(x, [2, 0, 2], y)", "np.insert(x, np.array([1, -1]), [5.0, 6.0])", x=(3,), y=(3,)),
        Sample("np.insert(x, 1, y, axis=0)", "np.insert(x, 2, y)", "np.insert(x, [0, 1], y, 0)", x=(2, 3), y=(3,)),
        Sample("np.insert(x, -1, y, axis=1)", "np.insert(x, 1, 2.0, axis=-1)", x=(2, 3), y=(2,)),
    ],
    np.block: [
        Sample("np.block([[x, y], [2.0 * x, np.ones((2, 1))]])", "np.block([x, y])", "np.block([[x], [x]])", x=(2, 3),
               y=(2, 1)),
        Sample("np.block([y, x, 1.0])", "np.block([[y, x], [x, y]])", "np.block(y)", x="float", y=(3,)),
    ],
    np.broadcast_arrays: [
        Sample("np.broadcast_arrays(x, y)[0]", "np.broadcast_arrays(x, y)[1]", x=(3,), y=(2, 1)),
    ],
    np.choose: [Sample("np.choose([0, 1, 1], [x, y])", "np.choose(x > 0.2, (y, x, 0.0))", x=(3,), y=(3,)),
                Sample("np.choose([0, 3, -1], [x, y], mode='clip')", "np.choose([3, 0, -1], [x, y], mode='wrap')",
                       x=(3,), y=(3,))],
    np.histogram: [
        Sample("np.histogram(x, 4, weights=y)[0]", "np.histogram(x, 3, density=True, weights=y)[0]",
               "np.histogram(x, 3)[1]", x=(7,), y=(7,)),
        Sample("np.histogram(x, 3, (0.3, 0.8), weights=y)[0]", "np.histogram(x, [0.0, 0.4, 0.5, 0.85], weights=y)[0]",
               "np.histogram(x, 3, (0.3, 0.8), density=True, weights=y)[0]", x=(3, 4), y=(3, 4)),
        Sample("np.histogram([0.3, 0.5, 1.7, 1.0], x, weights=y, density=True)[0]", x=np.array([0.2, 0.6, 1.1, 2.0]),
               y=(4,)),
        Sample("np.histogram(np.array([.1, .2, .3, .4, .9, .7], np.float32), 10, (0.0, 1.0), weights=x)[0]",
               "np.histogram(x[:0], 3, weights=x[:0])[1] * x[0]", x=(6,)),
        Sample("np.histogram(x[0] * np.ones(3), 2, weights=x)[1]", "np.histogram([1, 2, 2], weights=x)[0]", x=(3,)),
    ],
    np.fromiter: [Sample("np.fromiter((v * v for v in x), float)", "np.fromiter([y, x[0], 2], float)", x=(3,), y=())],
    np.rollaxis: [Sample("np.rollaxis(x, 2)", "np.rollaxis(x, 0, 3)", "np.rollaxis(x, -1, 1)", x=(2, 3, 4))],
    sliding_window_view: [
        Sample("np.lib.stride_tricks.sliding_window_view(x, 2)", "np.lib.stride_tricks.sliding_window_view(x, 5)",
               x=(5,)),
        Sample("np.lib.stride_tricks.sliding_window_view(x, 2, 0)",
               "np.lib.stride_tricks.sliding_window_view(x, window_shape=3, axis=-1)", x=(3, 4)),
    ],
    np.corrcoef: [
        Sample("np.corrcoef(x)", "np.corrcoef(x, rowvar=False)", x=(2, 4)),
        Sample("np.corrcoef(x, y)", "np.corrcoef(x)", x=(5,), y=(5,)),
    ],
    np.geomspace: [Sample("np.geomspace(x, y, 5)", "np.geomspace(-x, -2.0, num=3, endpoint=False)", x=0.4, y=1.7)],
    np.real_if_close: [Sample("np.real_if_close(x)", x=(3,))],
    # ---- linear systems
    np.linalg.inv: [Sample("np.linalg.inv(x)", x=matrix(3)), Sample("np.linalg.inv(x)", x=matrix(2, 3))],
    np.linalg.solve: [
        Sample("np.linalg.solve(x, y)", x=matrix(3), y=(3,)),
        Sample("np.linalg.solve(x, y)", x=matrix(3), y=(3, 2)),
        Sample("np.linalg.solve(x, y)", x=matrix(3, 2), y=(2, 3, 1)),
    ],
    np.linalg.det: [Sample("np.linalg.det(x)", x=matrix(3)), Sample("np.linalg.det(x)", x=matrix(2, 3))],
    np.linalg.slogdet: [
        Sample("np.linalg.slogdet(x)[1]", "np.linalg.slogdet(x)[0] * np.linalg.slogdet(x)[1]", x=matrix(3)),
        Sample("np.linalg.slogdet(x)[1]", x=matrix(2, 3)),
    ],
    np.linalg.cholesky: [
        Sample("np.linalg.cholesky(x)", x=positive_definite(3)),
        Sample("np.linalg.cholesky(x @ x.T + np.eye(2))", x=(2, 2)),
        Sample("np.linalg.cholesky(x)", x=positive_definite(2, 3)),
    ],
    # ---- decompositions
    np.linalg.eigh: [
        Sample("np.linalg.eigh(x)[0]", "np.linalg.eigh(x)[1]", "np.linalg.eigh(x).eigenvectors ** 2",
               x=positive_definite(3)),
        Sample("np.linalg.eigh(x)[0]", "np.linalg.eigh(x)[1]", x=positive_definite(2, 3)),
        Sample("np.linalg.eigh(x)[0]", x=2.0 * np.eye(3)[:1, :1]),
    ],
    np.linalg.eigvalsh: [Sample("np.linalg.eigvalsh(x)", "np.linalg.eigvalsh(x[0])", x=positive_definite(2, 3))],
    np.linalg.svd: [
        Sample(*(f"np.linalg.svd(x, full_matrices=False)[{i}]" for i in range(3)), "np.linalg.svd(x, compute_uv=False)",
               x=(4, 2)),
        Sample(*(f"np.linalg.svd(x, full_matrices=False)[{i}]" for i in range(3)), "np.linalg.svd(x, True, False)",
               x=(2, 4)),
        Sample(*(f"np.linalg.svd(x)[{i}]" for i in range(3)), x=matrix(3)),
        Sample(*(f"np.linalg.svd(x, full_matrices=False)[{i}]" for i in range(3)), x=(2, 3, 2)),
    ],
    np.linalg.cond: [Sample("np.linalg.cond(x)", x=matrix(3))],
    np.linalg.qr: [
        Sample("np.linalg.qr(x)[0]", "np.linalg.qr(x)[1]", "np.linalg.qr(x, mode='r')", x=(4, 2)),
        Sample("np.linalg.qr(x, 'reduced')[0]", "np.linalg.qr(x).R", x=matrix(3)),
        Sample("np.linalg.qr(x)[0]", "np.linalg.qr(x)[1]", x=(2, 3, 2)),
    ],
    np.linalg.pinv: [
        Sample("np.linalg.pinv(x)", x=(4, 2)),
        Sample("np.linalg.pinv(x)", "np.linalg.pinv(x, rcond=1e-9)", x=(2, 3)),
        Sample("np.linalg.pinv(x)", x=(2, 3, 2)),
        Sample("np.linalg.pinv(np.outer(x, x))", x=(3,)),
    ],
    np.linalg.lstsq: [
        Sample(*(f"np.linalg.lstsq(x, y, rcond=None)[{i}]" for i in (0, 1, 3)), x=(4, 2), y=(4,)),
        Sample(*(f"np.linalg.lstsq(x, y, rcond=None)[{i}]" for i in (0, 1)), x=(4, 2), y=(4, 3)),
        Sample("np.linalg.lstsq(x, y, rcond=None)[0]", "np.linalg.lstsq(x, y, rcond=None)[1]", x=(2, 4), y=(2,)),
    ],
    np.polyfit: [
        Sample("np.polyfit(x, y, 2)", "np.polyfit(x, y, 1, w=[1.0, 2.0, 1.0, 0.5, 1.0])", x=(5,), y=(5,)),
        Sample("np.polyfit([0, 1, 2, 3, 4], y, 1)", "np.polyfit(np.arange(5), y, deg=2, w=x)", x=(5,), y=(5, 2)),
    ],
    # ---- what emitted code calls
    helpers.summed_to: [
        Sample("helpers.summed_to(x, (3, 1))", x=(2, 3, 4)),
        Sample("helpers.summed_to(x, (3,))", x=(3,)),
    ],
    helpers.unbroadcast: [
        Sample("helpers.unbroadcast(x, np.ones((3, 1)))", x=(2, 3, 4)),
        Sample("helpers.unbroadcast(x, np.ones(3))", x=(3,)),
    ],
    helpers.spread: [Sample("helpers.spread(x, np.ones((2, 3)))", x=(3,))],
    helpers.add: [Sample("helpers.add(x, y)", x=(2, 3), y=(2, 3))],
    helpers.split_like: [
        Sample(
            "helpers.split_like(x, [np.ones((2, 1)), np.ones((2, 2))], 1)[0]",
            "helpers.split_like(x, [np.ones((2, 1)), np.ones((2, 2))], 1)[1]",
            x=(2, 3),
        ),
    ],
    helpers.unstack: [Sample("helpers.unstack(x, 1)[0]", "helpers.unstack(x, 0)[1]", x=(2, 3))],
    helpers.from_diagonal: [
        Sample(
            "helpers.from_diagonal(x, np.ones((2, 3)), 0)",
            "helpers.from_diagonal(x, np.ones((4, 3)), 1)",
            x=(2,),
        ),
    ],
    helpers.copy: [Sample("helpers.copy(x)", x=(2, 3))],
    helpers.copied: [Sample("helpers.copied(x)", x=(2, 3))],
    helpers.whole: [Sample("helpers.whole(x, np.ones(2))", x=(2,))],
    helpers.items_like: [Sample("np.stack(helpers.items_like(g, [x[0], x[1], x[2]]))", active="g", g=(3, 2), x=(3, 2))],
    helpers.unresize: [
        Sample("helpers.unresize(g, np.ones((2, 3)))", "helpers.unresize(g, np.ones(4))", g=(3, 4)),
        Sample("helpers.unresize(g, np.ones((2, 3)))", "helpers.unresize(g, 1.0)", g=(4,)),
    ],
    helpers.last_written: [
        Sample(
            "helpers.last_written(g, np.array([1, 3, 1, 0]))",
            "helpers.last_written(g, [2, 2])",
            g=(5,),
        ),
        Sample(
            "helpers.last_written(g, (np.array([0, 1, 0]), np.array([2, 2, 2])))",
            "helpers.last_written(g, (1, np.array([1, 0, 1])))",
            "helpers.last_written(g, np.array([1, 1]))",
            g=(2, 3),
        ),
    ],
    helpers.scatter_last: [
        Sample("helpers.scatter_last(v, np.ones(5), np.array([1, 3, 0]))", v=(3,)),
        Sample("helpers.scatter_last(v, np.ones((2, 3)), np.array([1, 0]))", v=(2, 3)),
    ],
    helpers.put_along_axis: [
        Sample("helpers.put_along_axis(y, np.ones((3, 4)), np.array([[2, 0, 2, 1]]), 0)", y=(1, 4)),
        Sample("helpers.put_along_axis(y, np.ones(4), np.array([2, 0, 2]), 0)", y=(3,)),
    ],
    helpers.polygamma: [
        Sample("helpers.polygamma(0, x)", "helpers.polygamma(1, x)", "helpers.polygamma(3, x + 1.0)", x=0.7),
        Sample("helpers.polygamma(0, x)", "helpers.polygamma(2, x)", x=-3.3),
        Sample("helpers.polygamma(0, x)", x=-41.3),
        Sample("helpers.polygamma(0, x)", "helpers.polygamma(1, x)", x=21.3),
    ],
    helpers.add_segments: [
        Sample("helpers.add_segments(g, np.ones(5), [0, 3, 2], 0)", g=(3,)),
        Sample("helpers.add_segments(g, np.ones((2, 5)), [1, 2], 1)", g=(2, 2)),
    ],
    helpers.others: [Sample("helpers.others(x)", x=(2, 4))],
    helpers.windows: [
        Sample("helpers.windows(x, 1, 3, 1, 2, 0)", "helpers.windows(x, 0, 2, 3, 2, 0)", x=(5,)),
        Sample("helpers.windows(x, 0, 2, 2, 3, 1)", "helpers.windows(x, 1, 0, 1, 2, 1)", x=(2, 5)),
    ],
    helpers.add_windows: [
        Sample("helpers.add_windows(g, np.ones(5), 1, 1, 0)", "helpers.add_windows(g, np.ones(9), 0, 3, 0)", g=(3, 2)),
        Sample("helpers.add_windows(g, np.ones((2, 6)), 1, 2, 1)", g=(2, 2, 3)),
    ],
}
if hasattr(np, "matrix_transpose"):  # NumPy 2, which also takes a matrix on the right of a stack for a matrix
    SAMPLES[np.linalg.solve].append(Sample("np.linalg.solve(x, y)", x=matrix(3, 2), y=(3, 2)))
    SAMPLES[np.matrix_transpose] = [Sample("np.matrix_transpose(x)", x=(2, 3, 4))]

    SAMPLES[np.vecdot] = [Sample("np.vecdot(x, y)", "np.vecdot(x, x)", "np.vecdot(x, y, axis=0)", x=(3, 2), y=(3, 2)),
                          Sample(f"np.real(np.vecdot({COMPLEX}, z + 1j * x) * (1 + 2j))", x=(3,), y=(3,), z=(3,))]
    SAMPLES[np.linalg.cross] = [Sample("np.linalg.cross(x, y)", x=(2, 3), y=(3,))]
    SAMPLES[np.linalg.outer] = [Sample("np.linalg.outer(x, y)", x=(2,), y=(3,))]
    SAMPLES[np.linalg.matmul] = [Sample("np.linalg.matmul(x, y)", x=(2, 3), y=(3, 2))]
    SAMPLES[np.linalg.tensordot] = [
        Sample("np.linalg.tensordot(x, y)", "np.linalg.tensordot(x, y.T, axes=1)", x=(2, 3), y=(2, 3)),
    ]
    SAMPLES[np.linalg.trace] = [Sample("np.linalg.trace(x)", "np.linalg.trace(x, offset=-1)", x=(2, 3, 2))]
    SAMPLES[np.linalg.matrix_transpose] = [Sample("np.linalg.matrix_transpose(x)", x=(2, 3, 4))]
    SAMPLES[np.linalg.svdvals] = [Sample("np.linalg.svdvals(x)", x=(3, 2))]
    SAMPLES[np.linalg.vecdot] = [Sample("np.linalg.vecdot(x, y)", x=(2, 3), y=(3,))]
    SAMPLES[np.linalg.vector_norm] = [
        Sample("np.linalg.vector_norm(x)", "np.linalg.vector_norm(x, axis=1, ord=1)",
               "np.linalg.vector_norm(x, keepdims=True)", x=(2, 3)),
        Sample("np.linalg.vector_norm(x, axis=(0, 2), ord=3)", "np.linalg.vector_norm(x, axis=(2, 1), keepdims=True)",
               x=(2, 3, 2)),
    ]
    SAMPLES[np.linalg.matrix_norm] = [
        Sample("np.linalg.matrix_norm(x)", "np.linalg.matrix_norm(x, keepdims=True)", x=(2, 3, 2)),
    ]
if hasattr(np, "cumulative_sum"):  # NumPy 2.1
    SAMPLES[np.cumulative_sum] = [
        Sample("np.cumulative_sum(x, axis=1)", "np.cumulative_sum(x, axis=0, include_initial=True)", x=(2, 3)),
        Sample("np.cumulative_sum(x)", "np.cumulative_sum(x, include_initial=True)", x=(3,)),
    ]
    SAMPLES[np.cumulative_prod] = [
        Sample("np.cumulative_prod(x, axis=1)", "np.cumulative_prod(x, axis=0, include_initial=True)", x=(2, 3)),
    ]
if hasattr(np, "matvec"):  # NumPy 2.2
    SAMPLES[np.matvec] = [Sample("np.matvec(x, y)", x=(2, 3), y=(3,)), Sample("np.matvec(x, y)", x=(2, 3), y=(4, 3))]
    SAMPLES[np.vecmat] = [Sample("np.vecmat(y, x)", x=(2, 3), y=(2,)), Sample("np.vecmat(y, x)", x=(2, 3), y=(4, 2))]

# Not differentiable by declaration: what is left of such a rule is that active arguments are refused.
REFUSING: dict[Any, Sample] = {
    np.arange: Sample("np.arange(x, 4.0)", x="float"),
}
