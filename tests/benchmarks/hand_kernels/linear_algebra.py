"""Gradients by hand of `tests/kernels/linear_algebra.py`."""

from __future__ import annotations

from itertools import pairwise
from math import log, sqrt
from operator import mul

import numpy as np


def cholesky(A):
    """Rows as lists: a product of two rows is one sum of a map, and an update of a row one comprehension."""
    lower = []  # the rows of L as far as the diagonal
    for i, row in enumerate(A.tolist()):
        found = []
        for j in range(i):
            other = lower[j]
            found.append((row[j] - sum(map(mul, found, other))) / other[j])
        found.append(sqrt(row[i] - sum(map(mul, found, found))))
        lower.append(found)
    value = 2.0 * sum(log(row[-1]) for row in lower)

    n = len(A)
    A_bar = np.zeros((n, n))
    known = [row[:-1] for row in lower]
    known_bar = [[0.0] * i for i in range(n)]
    diagonal_bar = [2.0 / row[-1] for row in lower]
    for i in range(n - 1, -1, -1):
        row = known[i]
        t = diagonal_bar[i] / lower[i][i]
        row_bar = [a - t * b for a, b in zip(known_bar[i], row, strict=True)]
        out = [0.5 * t]
        for j in range(i - 1, -1, -1):
            other = known[j]
            t = row_bar.pop() / lower[j][j]
            out.append(t)
            diagonal_bar[j] -= t * row[j]
            row_bar = [a - t * b for a, b in zip(row_bar, other, strict=True)]
            known_bar[j] = [a - t * b for a, b in zip(known_bar[j], row, strict=False)]
        A_bar[i, i::-1] = out
    return value, A_bar


def cholesky_rewritten(A):
    """By columns instead of by numbers, so that both inner loops are one product of a matrix and a vector."""
    n = len(A)
    L = np.zeros((n, n))
    diagonal = []
    for j in range(n):
        known = L[j:, :j]
        column = A[j:, j] - known.dot(known[0])
        d = column[0] ** 0.5
        column /= d
        L[j:, j] = column
        diagonal.append(d)
    value = 2.0 * np.log(diagonal).sum()

    L_bar = np.zeros((n, n))
    A_bar = np.zeros((n, n))
    for j in range(n - 1, -1, -1):
        d = diagonal[j]
        column_bar = A_bar[j:, j]
        column_bar[1:] = L_bar[j + 1 :, j]
        d_bar = 2.0 / d + L_bar[j, j] - column_bar[1:].dot(L[j + 1 :, j]) / d
        column_bar[0] = 0.5 * d_bar
        column_bar /= d
        known, known_bar = L[j:, :j], L_bar[j:, :j]
        known_bar[0] -= column_bar.dot(known)
        known_bar -= np.multiply.outer(column_bar, known[0])
    return value, A_bar


def triangular_solve(L, x, b):
    """A row at a time, as it must be; the gradient of the matrix is one outer product at the end."""
    n = len(b)
    x = np.empty(n)
    diagonal = L.diagonal().tolist()
    for i, (row, b_i, d) in enumerate(zip(L, b.tolist(), diagonal, strict=True)):
        x[i] = (b_i - row[:i].dot(x[:i])) / d
    value = x.dot(x)

    rest = 2.0 * x
    b_bar = np.empty(n)
    for i in range(n - 1, -1, -1):
        b_bar[i] = t = rest[i] / diagonal[i]
        rest[:i] -= t * L[i, :i]
    L_bar = np.zeros((n, n))
    for i, (row, t) in enumerate(zip(L_bar, (-b_bar).tolist(), strict=True)):
        np.multiply(x[: i + 1], t, out=row[: i + 1])
    return value, (L_bar, b_bar)


def gauss_seidel(A, b, x, sweeps):
    """The loops only move x and its cotangent; the gradient of A is two products over the sweeps at the end.

    In a sweep, row i meets the new numbers left of the diagonal and the old ones right of it.
    """
    n = len(b)
    rows = list(A)
    diagonal = A.diagonal().tolist()
    constants = b.tolist()
    states = np.empty((sweeps + 1, n))
    states[0] = x
    x = x.copy()
    for sweep in range(1, sweeps + 1):
        for i in range(n):
            x[i] += (constants[i] - rows[i].dot(x)) / diagonal[i]
        states[sweep] = x
    value = x.dot(x)

    x_bar = 2.0 * x
    residual_bar = np.empty((sweeps, n))
    for sweep in range(sweeps - 1, -1, -1):
        for i in range(n - 1, -1, -1):
            t = x_bar.item(i) / diagonal[i]
            residual_bar[sweep, i] = t
            x_bar -= t * rows[i]
            x_bar[i] = 0.0
    new, old = states[1:], states[:-1]
    A_bar = np.tril(residual_bar.T @ new)
    A_bar += np.triu(residual_bar.T @ old, 1)
    np.negative(A_bar, out=A_bar)
    return value, (A_bar, residual_bar.sum(axis=0), x_bar)


def mvt(x1, x2, y1, y2, A):
    """The gradient of A, two outer products, is one product of matrices with two columns and two rows."""
    x1 = x1 + A.dot(y1)
    x2 = x2 + y2.dot(A)
    A_bar = np.stack((x2, y2), 1) @ np.stack((y1, x1))
    return x1.dot(x2), (x2, x1, x2.dot(A), A.dot(x1), A_bar)


def conjugate_gradient(A, b, iterations):
    """The products with A collect in rows; the gradient of A is one product of these and the directions."""
    n = len(b)
    directions, products, residuals = np.empty((3, iterations, n))
    steps, rhos = [], [b.dot(b)]
    x, r, p = np.zeros(n), b.copy(), b.copy()
    for t in range(iterations):
        directions[t], residuals[t] = p, r
        Ap = np.dot(A, p, products[t])
        steps.append(rhos[-1] / p.dot(Ap))
        x += steps[-1] * p
        r -= steps[-1] * Ap
        rhos.append(r.dot(r))
        p *= rhos[-1] / rhos[-2]
        p += r
    value = x.dot(b)

    x_bar = b  # all the way: x only grows
    products_bar = np.empty((iterations, n))
    r_bar, p_bar = np.zeros((2, n))
    rho_bar = 0.0  # of the newer rho; nothing reads the last one, the last p and the last r
    for t in range(iterations - 1, -1, -1):
        p, Ap, step, rho = directions[t], products[t], steps[t], rhos[t]
        if t < iterations - 1:
            ratio = rhos[t + 1] / rho
            ratio_bar = p_bar.dot(p)
            rho_bar += ratio_bar / rho
            r_bar += p_bar
            r_bar += (2.0 * rho_bar) * residuals[t + 1]
            rho_bar = -ratio_bar * ratio / rho
            p_bar *= ratio
        step_bar = x_bar.dot(p) - r_bar.dot(Ap)
        curvature_bar = -step_bar * step * step / rho
        rho_bar += step_bar * step / rho
        Ap_bar = np.multiply(r_bar, -step, out=products_bar[t])
        Ap_bar += curvature_bar * p
        p_bar += step * x_bar
        p_bar += curvature_bar * Ap
        p_bar += Ap_bar.dot(A)
    b_bar = x + r_bar
    b_bar += p_bar
    b_bar += (2.0 * rho_bar) * b
    return value, (products_bar.T @ directions, b_bar)


def power_iteration(A, x, iterations):
    """As above; of the eigenvalues only the last one counts."""
    n = len(x)
    states, products_bar = np.empty((2, iterations + 1, n))
    lengths = [np.sqrt(x.dot(x))]
    np.divide(x, lengths[0], out=states[0])
    for t in range(iterations):
        x = np.dot(A, states[t], states[t + 1])
        lengths.append(np.sqrt(x.dot(x)))
        x /= lengths[-1]
    x = states[-1]
    Ax = A.dot(x)

    x_bar = x.dot(A)
    x_bar += Ax
    products_bar[-1] = x  # of A x in the eigenvalue, whose other factor is x
    for t in range(iterations, -1, -1):
        x_bar -= x_bar.dot(states[t]) * states[t]
        x_bar /= lengths[t]
        if t:
            products_bar[t - 1] = x_bar
            x_bar = x_bar.dot(A)
    return x.dot(Ax), (products_bar.T @ states, x_bar)


def spmv(A_row, A_col, A_val, x):
    """The loop makes the products of rows only; what is gathered before it serves the way back, which has no loop."""
    gathered = x[A_col]
    ends = A_row.tolist()
    y = np.array([A_val[j:k].dot(gathered[j:k]) for j, k in pairwise(ends)])
    value = y.dot(y)

    y *= 2.0
    spread = np.repeat(y, np.diff(A_row))
    gathered *= spread
    spread *= A_val
    return value, (gathered, np.bincount(A_col, spread, len(x)))


def spmv_rewritten(A_row, A_col, A_val, x):
    """All rows at once: bincount adds up what belongs to a row, and back what belongs to a column."""
    n = A_row.size - 1
    row_of = np.repeat(np.arange(n), np.diff(A_row))
    gathered = x[A_col]
    y = np.bincount(row_of, A_val * gathered, n)
    value = y.dot(y)

    y *= 2.0
    spread = y[row_of]
    gathered *= spread
    spread *= A_val
    return value, (gathered, np.bincount(A_col, spread, len(x)))
