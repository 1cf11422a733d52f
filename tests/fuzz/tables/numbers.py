"""Lists of numbers beside arrays: joined with them, put among them, computed with, turned into one another."""

from .table import Table

TEXT = '''
import math
import numpy as np


def f(x, y, z):
    s = y[0]
    a = <list1>
    b = <list2>
    <change1>
    <change2>
    c = <made>
    return <result>


def inputs():
    return np.array([0.7, 1.2, 0.4]), np.array([1.3, 0.6]), 0
'''

PARTS = {
    "list": (
        "x.tolist()", "[v * v for v in x]", "list(x)", "[float(v) for v in x]", "[x[0], x[1] * y[0], x[2]]",
        "[0.0] * 3", "[0] * 3", "[x.tolist(), y.tolist()]", "(x[0], x[1], x[1])", "x * x", "[[v] for v in x]",
        "[[x[0]], [x[1]], [x[2]]]", "[1.0, 2.0, 3.0]", "[x[0]] * 3", "list(zip(x, x))",
        "[[v, v * x[0]] for v in x]", "3 * [s]", "[1, x[1], 2]", "np.zeros(3)", "np.arange(3)",
        "[i * s for i in range(3)]", "[v > 0.5 for v in x]", "[x[0], 2, y[0]]", "np.array([1, 2, 3])",
        "[np.array(v) for v in x]", "[x, y]", "[*x]", "list(map(float, x))", "list(range(3))", "x[:, None]",
        "[int(v) for v in x]", "[math.sin(v) for v in x]", "[x[0:1], x[1:2], x[2:]]", "np.array(x[0])", "x[0]",
        "2.0", "np.sum(x)", "x[:1]", "[None, x[0], x[1]]",
    ),
    "who": (
        "a", "b",
    ),
    "value": (
        "x * s", "x[:1]", "x[1]", "s * x[0]", "np.sum(x)", "float(x[0])", "[x[0]]", "2", "np.array(x[0])", "a[0]",
        "b[-1]", "1.5", "np.int64(2)", "np.argmax(x)",
    ),
    "change": (
        "pass", "<who>[0] = <value>", "<who>.append(<value>)", "<who>.insert(0, <value>)", "<who>[z] = <value>",
        "for i in range(3):\n    <who>[i] = <value>", "<who> += [<value>]", "<who>[1:] = [<value>, s]",
        "<who> = <who> + [<value>]", "for i in range(2):\n    <who>.append(<value>)",
        "for i in range(1, 3):\n    <who>[i] = <who>[i - 1] * <value>", "if y[0] > 1:\n    <who>[0] = <value>",
        "<who>[-1] *= <value>", "<who>.append(<who>.pop() * <value>)", "<who>[0] += <value>",
        "<who> = <who> * <value>", "<who> = np.asarray(<who>)", "<who> = list(<who>)",
        "<who> = np.array(<who>) * s", "<who>[i := 1] = <value>", "<who> = [v * s for v in <who>]",
        "<who> = np.append(<who>, <value>)", "<who> = <value> * <who>", "<who>[0], <who>[1] = <who>[1], <value>",
        "<who> = -np.asarray(<who>)", "<who> = sorted(<who>)", "<who> = a - b",
        "<who> = [p * q for p, q in zip(a, b)]", "<who> = <who>[::-1]", "<who> = np.array(<who>, dtype=float)",
        "<who> = np.array(<who>).tolist()",
    ),
    "made": (
        "np.concatenate([a, b])", "np.stack((a, b))", "np.vstack([a, b])", "np.hstack([a, b])",
        "np.column_stack([a, b])", "np.stack([a, b], axis=-1)", "np.array([a, b])", "np.r_[a, b]", "np.c_[a, b]",
        "np.append(a, b)", "np.array(a) * b", "np.dot(a, b)", "np.outer(a, b)", "np.sum(a) * s",
        "np.where(np.array(a) > 0.5, a, b)", "np.maximum(a, b)", "sum(a)", "max(a)", "min(a[0], s)", "math.fsum(a)",
        "np.cumsum(a)", "np.mean(b)", "np.add(a, b)", "np.array(b)[[0, 1]]", "a", "b", "a[0]", "b[z]",
        "np.concatenate([a for _ in range(2)])", "np.stack([b, *[a for v in y]])",
        "np.array([[a[0], s], [b[1], a[1]]])", "np.asarray(a) @ np.asarray(b)", "np.linalg.norm(b)",
        "np.full(2, a[0])", "np.block([a, b])", "np.array([*a, *b])", "np.sum([a, b], axis=0)",
        "np.exp(a[0]) * b[1]", "np.power(a, 2) * s", "[p + q for p, q in zip(a, b)]", "[*a, s]", "abs(a[0])",
        "round(float(s), 1) * a[0]", "a[0] ** 2 / (1.0 + b[0] ** 2)", "np.trapezoid(a, np.arange(len(a)))",
        "np.polyval(a, s)", "np.diff(a)", "np.convolve(a, b)", "a[0] // 1.0 + s", "np.prod(a)",
        "np.clip(a, 0.1, s)", "np.isclose(a, b) * s", "np.sort(a)", "np.kron(a, b)", "np.average(a, weights=b)",
        "divmod(s, 0.7)[1] * b[0]", "s % 0.7 * a[0]", "np.hypot(a, b)", "np.var(b) * s", "np.quantile(a, 0.3)",
        "np.median(a)", "np.insert(a, 1, s)", "np.roll(a, 1)", "np.pad(a, 1)", "np.repeat(a, 2)", "np.tile(a, 2)",
        "np.delete(a, 0)", "np.split(np.array(a), [1])", "np.flip(a)", "np.unique(a)", "np.take(a, [0, 2])",
        "np.choose([0, 1, 0], [a, b])", "np.select([np.array(a) > 0.5], [np.array(b)])", "np.ravel([a, b])",
        "np.transpose([a, b])", "np.swapaxes([a, b], 0, 1)", "np.reshape([a, b], -1)", "np.squeeze([a])",
        "np.atleast_2d(a)", "np.broadcast_to(a, (2, 3))", "np.einsum('i,i', a, b)", "np.tensordot(a, b, 1)",
        "np.inner(a, b)", "np.vdot(a, b)", "np.matmul(a, b)", "np.diag(a)", "np.trace(np.outer(a, b))", "np.max(a)",
        "np.ptp(b)", "np.logaddexp(a, b)", "np.heaviside(a, s)", "np.meshgrid(a, b)", "np.vander(a)",
        "np.gradient(a)", "np.nansum(a)", "np.array_equal(a, b) * s", "np.allclose(a, b) * s",
    ),
    "result": (
        "c", "c", "c, a", "[a, c]", "c, s", "np.sum(c) * s", "c * 1.0",
    ),
}  # fmt: skip
TABLE = Table(__doc__, TEXT, PARTS)
