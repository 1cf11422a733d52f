"""Factorisations, solvers and products of dense and sparse matrices.

Where a kernel works on a shrinking part of a matrix, the whole is updated and a mask leaves the rest alone: shapes
do not depend on the step.
"""

import jax
import jax.numpy as jnp
from jax import lax

STATIC = {"gauss_seidel": (3,), "conjugate_gradient": (2,), "power_iteration": (2,)}
NOT_PORTED: dict[str, str] = {}


def cholesky(A):
    """A column in each step, its numbers by the dot products of the kernel; columns still to come are zero."""
    rows = jnp.arange(A.shape[0])

    def step(L, column):
        j, a = column
        rest = jnp.where(rows >= j, a - L @ L[j], 0.0)
        diagonal = jnp.sqrt(rest[j])
        return L.at[:, j].set(rest / diagonal), diagonal

    _, diagonal = lax.scan(step, jnp.zeros_like(A), (rows, A.T))
    return 2.0 * jnp.sum(jnp.log(diagonal))


def cholesky_columns(A):
    rows = jnp.arange(A.shape[0])

    def step(A, j):
        column = A[:, j]
        column = jnp.where(rows >= j, column / jnp.sqrt(column[j]), 0.0)
        return A - jnp.outer(column, column), column

    _, columns = lax.scan(step, A, rows)
    return jnp.sum(columns**3)


def factorised(A):
    """L and U in one matrix."""
    index = jnp.arange(A.shape[0])

    def step(k, A):
        factors = jnp.where(index > k, A[:, k] / A[k, k], 0.0)
        A = A - jnp.outer(factors, jnp.where(index > k, A[k], 0.0))
        return A.at[:, k].set(jnp.where(index > k, factors, A[:, k]))

    return lax.fori_loop(0, len(A) - 1, step, A)


def lu(A):
    return jnp.sum(jnp.log(jnp.abs(jnp.diagonal(factorised(A)))))


def back_substituted(U, b):
    """Reads the upper triangle of U: numbers of x still to come are zero."""

    def step(x, row):
        i, u, b_i = row
        return x.at[i].set((b_i - u @ x) / u[i]), None

    x, _ = lax.scan(step, jnp.zeros_like(b), (jnp.arange(len(b)), U, b), reverse=True)
    return x


def lu_solve(A, b):
    def step(x, row):
        i, lower, b_i = row
        return x.at[i].set(b_i - lower @ x), None

    LU = factorised(A)
    y, _ = lax.scan(step, jnp.zeros_like(b), (jnp.arange(len(b)), LU, b))
    x = back_substituted(LU, y)
    return x @ x


def triangular_solve(L, x, b):
    def step(x, row):
        i, lower, b_i = row
        return x.at[i].set((b_i - lower @ x) / lower[i]), None

    x, _ = lax.scan(step, jnp.zeros_like(x), (jnp.arange(len(b)), L, b))
    return jnp.sum(x**2)


def solve_with_pivoting(A, b):
    index = jnp.arange(len(b))

    def step(k, state):
        A, x = state
        pivot = jnp.argmax(jnp.where(index >= k, jnp.abs(A[:, k]), -1.0))
        swapped = jnp.array([pivot, k])
        A = A.at[jnp.array([k, pivot])].set(A[swapped])
        x = x.at[jnp.array([k, pivot])].set(x[swapped])
        factors = jnp.where(index > k, A[:, k] / A[k, k], 0.0)
        return A - jnp.outer(factors, jnp.where(index >= k, A[k], 0.0)), x - factors * x[k]

    A, x = lax.fori_loop(0, len(b), step, (A, b))
    return jnp.sum(back_substituted(A, x) ** 2)


def inverse(A):
    n = len(A)
    index = jnp.arange(n)

    def step(k, work):
        row = work[k] / work[k, k]
        work = work - jnp.outer(jnp.where(index == k, 0.0, work[:, k]), row)
        return work.at[k].set(row)

    work = lax.fori_loop(0, n, step, jnp.hstack((A, jnp.eye(n))))
    return jnp.sum(work[:, n:] ** 2)


def gram_schmidt(A, Q, R):
    index = jnp.arange(A.shape[1])

    def step(A, k):
        norm = jnp.sqrt(jnp.sum(A[:, k] * A[:, k]))
        q = A[:, k] / norm
        r = jnp.where(index > k, q @ A, 0.0)
        return A - jnp.outer(q, r), (q, r.at[k].set(norm))

    _, (Q, R) = lax.scan(step, A, index)  # Q by columns
    return jnp.sum(Q[:, 0] ** 3) + jnp.sum(R**2 * index)


def householder_qr(A):
    n, m = A.shape
    rows, columns = jnp.arange(n), jnp.arange(m)

    def step(k, QR):
        Q, R = QR
        v = jnp.where(rows >= k, R[:, k], 0.0)
        v = v.at[k].add(jnp.copysign(jnp.linalg.norm(v), v[k]))
        v = v / jnp.linalg.norm(v)
        R = R - 2.0 * jnp.outer(v, jnp.where(columns >= k, v @ R, 0.0))
        return Q - 2.0 * jnp.outer(Q @ v, v), R

    Q, R = lax.fori_loop(0, m, step, (jnp.eye(n), A))
    return jnp.sum(Q[0] ** 3) + jnp.sum(R**3)


def durbin(r):
    def step(state, k):
        y, alpha, beta = state
        beta = beta * (1.0 - alpha * alpha)
        reversed_y = jnp.roll(jnp.flip(y), k)  # the first k numbers; y[k:] is zero
        alpha = -(r[k] + r @ reversed_y) / beta
        return ((y + alpha * reversed_y).at[k].set(alpha), alpha, beta), None

    y = jnp.zeros_like(r).at[0].set(-r[0])
    (y, _, _), _ = lax.scan(step, (y, -r[0], 1.0), jnp.arange(1, len(r)))
    return jnp.sum(y**2)


def lower_updated(beta, C, product):
    """C, its lower triangle replaced by beta C + product."""
    return jnp.where(jnp.tri(len(C), dtype=bool), beta * C + product, C)


def syrk(alpha, beta, C, A):
    return jnp.sum(lower_updated(beta, C, alpha * A @ A.T) ** 2)


def syr2k(alpha, beta, C, A, B):
    return jnp.sum(lower_updated(beta, C, alpha * (A @ B.T + B @ A.T)) ** 2)


def trmm(alpha, A, B):
    return jnp.sum((alpha * (B + jnp.tril(A, -1).T @ B)) ** 2)


def gemm(alpha, beta, C, A, B):
    return jnp.sum((alpha * A @ B + beta * C) ** 2)


def mvt(x1, x2, y1, y2, A):
    return jnp.dot(x1 + A @ y1, x2 + y2 @ A)


def gauss_seidel(A, b, x, sweeps):
    index = jnp.arange(len(b))
    diagonal = jnp.diagonal(A)
    others = A - jnp.diag(diagonal)

    def step(x, row):
        i, a, d, b_i = row
        return x.at[i].set((b_i - a @ x) / d), None

    def sweep(_, x):
        return lax.scan(step, x, (index, others, diagonal, b))[0]

    return jnp.sum(lax.fori_loop(0, sweeps, sweep, x) ** 2)


def conjugate_gradient(A, b, iterations):
    def step(_, state):
        x, r, p, rho = state
        Ap = A @ p
        step = rho / (p @ Ap)
        x = x + step * p
        r = r - step * Ap
        rho_next = r @ r
        return x, r, r + rho_next / rho * p, rho_next

    x, _, _, _ = lax.fori_loop(0, iterations, step, (jnp.zeros_like(b), b, b, b @ b))
    return x @ b


def tridiagonal_solve(lower, diagonal, upper, d):
    def eliminate(above, row):
        diagonal_above, d_above = above
        lower_i, upper_above, diagonal_i, d_i = row
        w = lower_i / diagonal_above
        row = diagonal_i - w * upper_above, d_i - w * d_above
        return row, row

    def substitute(below, row):
        diagonal_i, upper_i, d_i = row
        x = (d_i - upper_i * below) / diagonal_i
        return x, x

    upper_above = jnp.concatenate((jnp.zeros(1), upper[:-1]))
    _, (diagonal, d) = lax.scan(eliminate, (1.0, 0.0), (lower, upper_above, diagonal, d))
    _, x = lax.scan(substitute, 0.0, (diagonal, upper, d), reverse=True)
    return jnp.sum(x**2)


def power_iteration(A, x, iterations):
    def step(_, x):
        x = A @ x
        return x / jnp.linalg.norm(x)

    x = lax.fori_loop(0, iterations, step, x / jnp.linalg.norm(x))
    return x @ A @ x  # the last eigenvalue alone is used


def spmv(A_row, A_col, A_val, x):
    n = len(A_row) - 1
    rows = jnp.repeat(jnp.arange(n), jnp.diff(A_row), total_repeat_length=len(A_val))
    y = jax.ops.segment_sum(A_val * x[A_col], rows, num_segments=n, indices_are_sorted=True)
    return jnp.sum(y**2)
