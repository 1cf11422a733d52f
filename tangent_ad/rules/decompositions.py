"""Decompositions of real matrices, or of each of a stack, and what is solved with them.

Where singular or eigenvalues meet, vectors have no derivative: it is not a number, and a warning, if they are used.
Singular and eigenvalues alone do not need them.
"""

from __future__ import annotations

import inspect

import numpy as np

from tangent_ad.rules.composed import TUPLES
from tangent_ad.rules.declare import composed, general, is_unused, refuse
from tangent_ad.rules.linear_algebra import halved, mT

# What np.linalg.lstsq takes where nothing is said: another one before NumPy 2.
RCOND = inspect.signature(np.linalg.lstsq).parameters["rcond"].default


def check_real(a):
    if np.iscomplexobj(a):
        refuse("decompositions of complex matrices have no rule",
               "the eigenvalues of a Hermitian a + 1j * b are np.linalg.eigh(np.block([[a, -b], [b, a]]))[0][::2]; "
               "vectors cannot be had in this way")  # fmt: skip


def unit(values):
    """The unit matrix for so many values."""
    return np.eye(np.shape(values)[-1], dtype=values.dtype)


def apart(values):
    """1 / (values[j] - values[i]), and 0 for i = j."""
    one = unit(values)
    return 1 / (np.expand_dims(values, -2) - np.expand_dims(values, -1) + one) - one


def scaled(columns, factors):
    """A matrix, or each of a stack, with its columns multiplied."""
    return columns * np.expand_dims(factors, -2)


def _eigh_forward(a_dot, y, a):
    check_real(a)
    values, vectors = y
    whole = np.tril(a_dot) + mT(np.tril(a_dot, -1))
    inner = mT(vectors) @ whole @ vectors
    return np.sum(inner * unit(values), axis=-1), vectors @ (apart(values) * inner)


@general(np.linalg.eigh, forward=_eigh_forward, source="Giles (2008), 3.1",
         kinks="reads the lower triangle; equal eigenvalues: not a number if the vectors are used")  # fmt: skip
def eigh(y_bar, y, a):
    check_real(a)
    values, vectors = y
    values_bar, vectors_bar = y_bar
    if is_unused(vectors_bar):
        whole = scaled(vectors, values_bar) @ mT(vectors)
    else:
        inner = apart(values) * (mT(vectors) @ vectors_bar)
        whole = vectors @ (inner if is_unused(values_bar) else inner + scaled(unit(values), values_bar)) @ mT(vectors)
    return halved(whole + mT(whole))


@composed(np.linalg.eigvalsh, kinks="reads the lower triangle")
def eigvalsh(a):
    return np.linalg.eigh(a)[0]


def _svd_forward(a_dot, y, a, full_matrices):
    check_real(a)
    u, s, vh = y
    v, inner = mT(vh), mT(u) @ a_dot @ mT(vh)
    between = apart(s * s)
    u_dot = u @ (between * (scaled(inner, s) + mT(scaled(inner, s))))
    v_dot = v @ (between * (mT(scaled(mT(inner), s)) + scaled(mT(inner), s)))
    if np.shape(a)[-2] > np.shape(a)[-1]:
        u_dot = u_dot + scaled(a_dot @ v - u @ inner, 1 / s)
    if np.shape(a)[-2] < np.shape(a)[-1]:
        v_dot = v_dot + scaled(mT(a_dot) @ u - v @ mT(inner), 1 / s)
    return u_dot, np.sum(inner * unit(s), axis=-1), mT(v_dot)


@general(np.linalg.svd, forward=_svd_forward, source="J. Townsend, Differentiating the singular value decomposition",
         kinks="reduced, or square; equal singular values: not a number if the vectors are used")  # fmt: skip
def svd(y_bar, y, a, full_matrices=True):
    check_real(a)
    u, s, vh = y
    u_bar, s_bar, vh_bar = y_bar
    if is_unused(u_bar) and is_unused(vh_bar):
        return scaled(u, s_bar) @ vh
    inner = scaled(unit(s), s_bar)
    if not is_unused(u_bar):
        turn = apart(s * s) * (mT(u) @ u_bar)
        inner = inner + scaled(turn + mT(turn), s)
    if not is_unused(vh_bar):
        turn = apart(s * s) * (vh @ mT(vh_bar))
        inner = inner + mT(scaled(turn + mT(turn), s))
    a_bar = u @ inner @ vh
    if not is_unused(u_bar) and np.shape(a)[-2] > np.shape(a)[-1]:
        a_bar = a_bar + scaled(u_bar - u @ (mT(u) @ u_bar), 1 / s) @ vh
    if not is_unused(vh_bar) and np.shape(a)[-2] < np.shape(a)[-1]:
        a_bar = a_bar + scaled(u, 1 / s) @ (vh_bar - vh_bar @ mT(vh) @ vh)
    return a_bar


@composed(*([np.linalg.svdvals] if TUPLES else []))
def svdvals(x):
    return np.linalg.svd(x, compute_uv=False)


@composed(np.linalg.cond)
def cond(x):
    s = np.linalg.svd(x, compute_uv=False)
    return s[..., 0] / s[..., -1]


def check_tall(a):
    check_real(a)
    if np.shape(a)[-2] < np.shape(a)[-1]:
        refuse("np.linalg.qr of a matrix with more columns than rows has no rule",
               "where its first columns, m = a.shape[0] of them, are independent: q = np.linalg.qr(a[:, :m])[0], "
               "r = q.T @ a")  # fmt: skip


def _qr_forward(a_dot, y, a):
    check_tall(a)
    q, r = y
    scaled_dot = mT(np.linalg.solve(mT(r), mT(a_dot)))
    inner = mT(q) @ scaled_dot
    turn = np.tril(inner, -1)
    upper = inner - turn + mT(turn)
    return scaled_dot - q @ upper, upper @ r


@general(np.linalg.qr, forward=_qr_forward, kinks="reduced, with full column rank",
         source="differentiate q r = a, with q^T q = 1 and r upper triangular")  # fmt: skip
def qr(y_bar, y, a):
    check_tall(a)
    q, r = y
    q_bar, r_bar = y_bar
    inner = r @ mT(r_bar) - mT(q_bar) @ q
    low = np.tril(inner, -1)
    whole = q_bar + q @ (np.tril(inner) + mT(low))
    return mT(np.linalg.solve(r, mT(whole)))


def _pinv_forward(a_dot, p, a, rcond):
    check_real(a)
    t = mT(a_dot)
    left, right = p @ mT(p), mT(p) @ p
    return left @ (t - t @ a @ p) + (t - p @ a @ t) @ right - p @ a_dot @ p


@general(np.linalg.pinv, wrt=("a",), forward=_pinv_forward, kinks="where the rank changes: infinite",
         source="G. H. Golub, V. Pereyra (1973)")  # fmt: skip
def pinv(p_bar, p, a, rcond=None):
    check_real(a)
    t = mT(p_bar)
    left, right = p @ mT(p), mT(p) @ p
    return (t - a @ p @ t) @ left + right @ (t - t @ p @ a) - mT(p) @ p_bar @ mT(p)


def columns(x):
    return x[:, None] if np.ndim(x) == 1 else x


def _lstsq_forward(a_dot, b_dot, y, a, b, rcond):
    check_real(a)
    x, squares, _, _ = y
    u, _, vh = np.linalg.svd(a, full_matrices=False)
    p, rest = np.linalg.pinv(a), columns(b) - a @ columns(x)
    rest_dot = columns(b_dot) - a_dot @ columns(x)
    seen = mT(a_dot) @ (mT(p) @ columns(x))
    x_dot = p @ (rest_dot + mT(p) @ (mT(a_dot) @ rest)) + seen - p @ (a @ seen)
    squares_dot = 2 * np.sum(rest * rest_dot, axis=0) if np.size(squares) > 0 else np.zeros_like(squares)
    return np.reshape(x_dot, np.shape(x)), squares_dot, 0.0, np.sum(u * (a_dot @ mT(vh)), axis=0)


@general(np.linalg.lstsq, wrt=("a", "b"), forward=_lstsq_forward, kinks="where the rank changes: infinite",
         source="G. H. Golub, V. Pereyra (1973)")  # fmt: skip
def lstsq(y_bar, y, a, b, rcond=RCOND):
    check_real(a)
    p, x, x_bar = np.linalg.pinv(a), columns(y[0]), columns(y_bar[0])
    rest, back = columns(b) - a @ x, mT(p) @ x_bar
    a_bar = rest @ mT(p @ back) + mT(p) @ x @ mT(x_bar - p @ (a @ x_bar)) - back @ mT(x)
    b_bar = back
    if not is_unused(y_bar[1]) and np.size(y[1]) > 0:
        a_bar = a_bar - 2 * (rest * y_bar[1]) @ mT(x)
        b_bar = b_bar + 2 * rest * y_bar[1]
    if not is_unused(y_bar[3]):
        u, _, vh = np.linalg.svd(a, full_matrices=False)
        a_bar = a_bar + scaled(u, y_bar[3]) @ vh
    return a_bar, np.reshape(b_bar, np.shape(b))


@composed(np.polyfit, wrt=("x", "y", "w"))
def polyfit(x, y, deg, w=None):
    powers = np.vander(1.0 * np.asarray(x), deg + 1)
    values = 1.0 * np.asarray(y)
    if w is not None:
        powers = powers * np.asarray(w)[:, None]
        values = values * (np.asarray(w) if np.ndim(y) == 1 else np.asarray(w)[:, None])
    size = np.sqrt(np.sum(powers * powers, axis=0))
    found = np.linalg.lstsq(powers / size, values, rcond=len(x) * 2.220446049250313e-16)[0]
    return found / size if np.ndim(y) == 1 else found / size[:, None]
