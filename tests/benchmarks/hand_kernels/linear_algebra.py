"""Gradients by hand of `tests/kernels/linear_algebra.py`."""

from __future__ import annotations

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


def spmv(A_row, A_col, A_val, x):
    """The loop makes the products of rows only; what is gathered before it serves the way back, which has no loop."""
    gathered = x[A_col]
    ends = A_row.tolist()
    y = np.array([A_val[j:k].dot(gathered[j:k]) for j, k in zip(ends[:-1], ends[1:], strict=True)])
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
