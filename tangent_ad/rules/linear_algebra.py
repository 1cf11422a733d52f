"""Products, contractions, and the solution of linear systems.

Source of the matrix rules: M. Giles, "An extended collection of matrix derivative results for forward and
reverse mode algorithmic differentiation" (2008). Complex arguments: cotangents are not conjugated.
"""

# Templates are compiled: no * in tuples.
# ruff: noqa: RUF005

from __future__ import annotations

import operator

import numpy as np

from tangent_ad.rules.declare import (
    general,
    linear,
    method,
    multilinear,
    np_functions,
    refuse,
    static,
    unrolled,
)
from tangent_ad.rules.elementary import conj
from tangent_ad.runtime.helpers import unbroadcast


def mT(x):
    """The transpose of a matrix, or of each of a stack."""
    return x.T if np.ndim(x) == 2 else np.swapaxes(x, -1, -2)


@multilinear(operator.matmul, np.matmul, wrt=("x", "y"))
def matmul(z_bar, x, y):
    if np.ndim(x) == 1 and np.ndim(y) == 1:
        return z_bar * y, z_bar * x
    if np.ndim(x) == 2 and np.ndim(y) == 2:
        return z_bar @ y.T, x.T @ z_bar
    if np.ndim(x) == 2 and np.ndim(y) == 1:
        return np.outer(z_bar, y), x.T @ z_bar
    if np.ndim(x) == 1 and np.ndim(y) == 2:
        return y @ z_bar, np.outer(x, z_bar)
    if np.ndim(x) == 1:  # (k) @ (..., k, m)
        return (y @ np.expand_dims(z_bar, -1))[..., 0], np.expand_dims(x, -1) * np.expand_dims(z_bar, -2)
    if np.ndim(y) == 1:  # (..., n, k) @ (k)
        return np.expand_dims(z_bar, -1) * y, (np.expand_dims(z_bar, -2) @ x)[..., 0, :]
    return z_bar @ np.swapaxes(y, -1, -2), np.swapaxes(x, -1, -2) @ z_bar


@multilinear(np.dot, wrt=("a", "b"))
def dot(z_bar, a, b):
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return z_bar * b, z_bar * a
    if np.ndim(a) == 1 and np.ndim(b) == 1:
        return z_bar * b, z_bar * a
    if np.ndim(a) == 2 and np.ndim(b) == 2:
        return z_bar @ b.T, a.T @ z_bar
    if np.ndim(a) == 2 and np.ndim(b) == 1:
        return np.outer(z_bar, b), a.T @ z_bar
    if np.ndim(a) == 1 and np.ndim(b) == 2:
        return b @ z_bar, np.outer(a, z_bar)
    if np.ndim(b) == 1:
        return np.expand_dims(z_bar, -1) * b, np.tensordot(z_bar, a, np.ndim(z_bar))
    lead = np.ndim(a) - 1
    a_bar = np.tensordot(z_bar, np.moveaxis(b, -2, -1), np.ndim(b) - 1)
    return a_bar, np.moveaxis(np.tensordot(np.moveaxis(a, -1, 0), z_bar, lead), 0, -2)


@multilinear(np.outer, wrt=("a", "b"))
def outer(z_bar, a, b):
    return np.reshape(z_bar @ np.ravel(b), np.shape(a)), np.reshape(np.ravel(a) @ z_bar, np.shape(b))


def _vdot_forward(a_dot, b_dot, y, a, b):
    return np.vdot(a_dot, b) + np.vdot(a, b_dot)


@general(np.vdot, wrt=("a", "b"), forward=_vdot_forward)
def vdot(z_bar, z, a, b):
    return np.reshape(conj(z_bar * b), np.shape(a)), np.reshape(z_bar * conj(a), np.shape(b))


@static
def inner_subscripts(m, n):
    """What np.inner is in np.einsum, for arguments of these ranks."""
    x, y = "abcdefgh"[: m - 1], "ijklmnop"[: n - 1]
    return f"{x}z", f"{y}z", x + y


@multilinear(np.inner, wrt=("a", "b"))
def inner(z_bar, a, b):
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return z_bar * b, z_bar * a
    x, y, z = inner_subscripts(np.ndim(a), np.ndim(b))
    return contract(z, z_bar, y, b, x), contract(z, z_bar, x, a, y)


@static
def tensordot_subscripts(m, n, axes):
    """What np.tensordot is in np.einsum, for arguments of these ranks."""
    if isinstance(axes, int):
        axes = (tuple(range(m - axes, m)), tuple(range(axes)))
    pairs = [(a,) if isinstance(a, int) else a for a in axes]
    x, y = list("abcdefgh"[:m]), list("ijklmnop"[:n])
    for i, j in zip(*pairs, strict=True):
        y[j] = x[i]
    return "".join(x), "".join(y), "".join(s for s in x + y if (s in x) != (s in y))


@multilinear(np.tensordot, wrt=("a", "b"))
def tensordot(z_bar, a, b, axes=2):
    x, y, z = tensordot_subscripts(np.ndim(a), np.ndim(b), axes)
    return contract(z, z_bar, y, b, x), contract(z, z_bar, x, a, y)


@static
def arrow(first, second, result):
    return f"{first},{second}->{result}"


def contract(first, a, second, b, result):
    return np.einsum(arrow(first, second, result), a, b)


@static
def einsum_adjoints(subscripts):
    """For each operand of np.einsum, how its cotangent is made; None where that has no rule.

    (subscripts that contract the result's cotangent with all other operands, or None where it is the
    answer as it stands; axes that only this operand has: the cotangent is constant along them; for each
    letter met again in this operand: subscripts that put the cotangent on a diagonal, and the axis.)
    """
    inputs, explicit, output = subscripts.replace(" ", "").partition("->")
    if "." in subscripts:
        return None
    if not explicit:
        letters = inputs.replace(",", "")
        output = "".join(sorted(c for c in set(letters) if letters.count(c) == 1))
    terms = inputs.split(",")
    found = []
    for i, term in enumerate(terms):
        others = terms[:i] + terms[i + 1 :]
        unique = "".join(dict.fromkeys(term))
        kept = "".join(c for c in unique if c in output or any(c in t for t in others))
        spec = ",".join([output, *others]) + "->" + kept
        missing = tuple(unique.index(c) for c in unique if c not in kept)
        found.append((None if spec == f"{kept}->{kept}" else spec, missing, _diagonals(term)))
    return tuple(found)


def _diagonals(term):
    now, fresh, found = "".join(dict.fromkeys(term)), iter("ZYXWVUTSRQPONMLKJIHGFEDCBA"), []
    for axis, letter in enumerate(term):
        if letter in term[:axis]:
            new = next(c for c in fresh if c not in term)
            after = now[:axis] + new + now[axis:]
            found.append((f"{now},{letter}{new}->{after}", axis))
            now = after
    return tuple(found)


@multilinear(np.einsum, wrt=("operands",), view="may", broadcasts=True)
def einsum(z_bar, subscripts, *operands):
    adjoints = einsum_adjoints(subscripts)
    if adjoints is None:
        refuse("np.einsum with an ellipsis has a rule where the ranks are known", "write one letter an axis")
    bars = ()
    i = 0
    for x in unrolled(operands):
        spec, missing, diagonals = adjoints[i]
        bar = z_bar if spec is None else np.einsum(spec, z_bar, *operands[:i], *operands[i + 1 :])
        if missing:
            bar = np.expand_dims(bar, missing)
        for to_diagonal, axis in unrolled(diagonals):
            bar = np.einsum(to_diagonal, bar, np.eye(np.shape(x)[axis]))
        bars = bars + (unbroadcast(bar, x),)  # an axis of one item is as long as those of its letter
        i = i + 1
    return bars


def whole(z_bar, a, v, mode):
    """The cotangent of a convolution with zeros where its mode leaves items out."""
    if mode == "full":
        return z_bar
    if mode not in ("same", "valid"):
        refuse("np.convolve has a rule for the modes full, same and valid", "use one of them")
    shorter = min(len(a), len(v))
    start = (shorter - 1) // 2 if mode == "same" else shorter - 1
    rest = len(a) + len(v) - 1 - start - len(z_bar)
    return np.concatenate((np.zeros(start, z_bar.dtype), z_bar, np.zeros(rest, z_bar.dtype)))


@multilinear(np.convolve, wrt=("a", "v"))
def convolve(z_bar, a, v, mode="full"):
    full = whole(z_bar, a, v, mode)
    return np.convolve(full, v[::-1], "valid"), np.convolve(full, a[::-1], "valid")


def _inv_forward(a_dot, y, a):
    return -(y @ a_dot @ y)


@general(np.linalg.inv, forward=_inv_forward, source="Giles (2008), 2.2.3")
def inv(y_bar, y, a):
    return -(mT(y) @ y_bar @ mT(y))


def _solve_forward(a_dot, b_dot, x, a, b):
    if np.ndim(b) == 1 and np.ndim(a) > 2:
        refuse("np.linalg.solve of a stack of matrices and one vector has no rule", "pass b[:, None]")
    return np.linalg.solve(a, b_dot - a_dot @ x)


@general(np.linalg.solve, wrt=("a", "b"), forward=_solve_forward, broadcasts=True,
         source="Giles (2008), 2.3.1")  # fmt: skip
def solve(x_bar, x, a, b):
    if np.ndim(b) == 1 and np.ndim(a) > 2:
        refuse("np.linalg.solve of a stack of matrices and one vector has no rule", "pass b[:, None]")
    b_bar = np.linalg.solve(mT(a), x_bar)
    if np.ndim(b) == 1:
        return -np.outer(b_bar, x), b_bar
    return -(b_bar @ mT(x)), b_bar


def _weights(g):
    """A number for each matrix of a stack, ready to multiply it."""
    return g if np.ndim(g) == 0 else np.expand_dims(g, (-2, -1))


def _trace_of_product(x, y):
    return np.sum(mT(x) * y, axis=(-2, -1))


def _det_forward(a_dot, y, a):
    return y * _trace_of_product(np.linalg.inv(a), a_dot)


@general(np.linalg.det, forward=_det_forward, kinks="singular matrices raise", source="Giles (2008), 2.2.4")
def det(y_bar, y, a):
    return _weights(y_bar * y) * mT(np.linalg.inv(a))


def _slogdet_forward(a_dot, y, a):
    return 0.0 * y[1], _trace_of_product(np.linalg.inv(a), a_dot)


@general(np.linalg.slogdet, forward=_slogdet_forward, kinks="singular matrices raise; real matrices only")
def slogdet(y_bar, y, a):
    if np.iscomplexobj(a):
        refuse("np.linalg.slogdet of a complex matrix has no rule", "use np.linalg.det")
    return _weights(y_bar[1]) * mT(np.linalg.inv(a))


def halved(x):
    """The lower triangle with half of the diagonal."""
    return np.tril(x) - 0.5 * (x * np.eye(np.shape(x)[-1]))


def _cholesky_forward(a_dot, y, a):
    low = np.tril(a_dot)
    whole = low + mT(np.tril(a_dot, -1))
    inverse = np.linalg.inv(y)
    return y @ halved(inverse @ whole @ mT(inverse))


@general(np.linalg.cholesky, forward=_cholesky_forward, kinks="reads the lower triangle; real matrices only",
         source="S. P. Smith (1995); Giles (2008), 2.2.5")  # fmt: skip
def cholesky(y_bar, y, a):
    if np.iscomplexobj(a):
        refuse("np.linalg.cholesky of a complex matrix has no rule", "split it in real and imaginary part")
    inverse = np.linalg.inv(y)
    whole = mT(inverse) @ halved(mT(y) @ y_bar) @ inverse
    return halved(whole + mT(whole))


@linear(*np_functions("matrix_transpose"), *np_functions("matrix_transpose", module=np.linalg), view="permutes")
def matrix_transpose(y_bar, x):
    return np.swapaxes(y_bar, -1, -2)


method(dot=np.dot)
