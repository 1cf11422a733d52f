"""Factorisations, solvers and products of dense and sparse matrices, mostly in place.

Sizes: n rows, m columns, k for an inner size.
"""

import numpy as np

from . import Kernel


def cholesky(A):
    """A (n, n) = L L^T: L replaces the lower triangle of A. One number at a time."""
    n = A.shape[0]
    for i in range(n):
        for j in range(i):
            rest = A[i, j]
            for k in range(j):
                rest -= A[i, k] * A[j, k]
            A[i, j] = rest / A[j, j]
        for k in range(i):
            A[i, i] -= A[i, k] ** 2
        A[i, i] = np.sqrt(A[i, i])


def cholesky_loss(A):
    """The logarithm of the determinant."""
    cholesky(A)
    return 2.0 * np.sum(np.log(np.diag(A)))


def cholesky_columns(A):
    """The same a column at a time: what is right of it is updated at once, and the upper triangle is cleared."""
    n = A.shape[0]
    for j in range(n):
        A[j, j] = np.sqrt(A[j, j])
        A[j + 1 :, j] /= A[j, j]
        A[j + 1 :, j + 1 :] -= np.outer(A[j + 1 :, j], A[j + 1 :, j])
        A[j, j + 1 :] = 0.0


def cholesky_columns_loss(A):
    cholesky_columns(A)
    return np.sum(A**3)


def lu(A):
    """A (n, n) = L U without pivoting: U replaces the upper triangle, L (ones on its diagonal) the rest."""
    n = A.shape[0]
    for k in range(n - 1):
        for i in range(k + 1, n):
            A[i, k] /= A[k, k]
            A[i, k + 1 :] -= A[i, k] * A[k, k + 1 :]


def lu_loss(A):
    lu(A)
    return np.sum(np.log(np.abs(A.diagonal())))


def forward_substitution(L, b):
    """Solves with the lower triangle of L, whose diagonal counts as ones; the solution replaces b."""
    for i in range(1, len(b)):
        b[i] -= L[i, :i] @ b[:i]


def back_substitution(U, b):
    """Solves with the upper triangle of U; the solution replaces b."""
    n = len(b)
    for i in range(n - 1, -1, -1):
        for j in range(i + 1, n):
            b[i] -= U[i, j] * b[j]
        b[i] /= U[i, i]


def lu_solve(A, b):
    """A x = b: A (n, n) becomes its LU factors and b (n,) becomes x, by helpers that return nothing."""
    lu(A)
    forward_substitution(A, b)
    back_substitution(A, b)


def lu_solve_loss(A, b):
    lu_solve(A, b)
    return np.dot(b, b)


def triangular_solve(L, x, b):
    """L x = b with the lower triangle of L (n, n), written into x (n,)."""
    for i in range(x.shape[0]):
        x[i] = (b[i] - np.dot(L[i, :i], x[:i])) / L[i, i]


def triangular_solve_loss(L, x, b):
    triangular_solve(L, x, b)
    return np.sum(x**2)


def solve_with_pivoting(A, b):
    """Gaussian elimination of A (n, n) x = b (n,): rows are swapped, and rows that are views are changed."""
    A = A.copy()
    x = b.copy()
    n = len(x)
    for k in range(n):
        pivot = k + np.argmax(np.abs(A[k:, k]))
        if pivot != k:
            A[[k, pivot]] = A[[pivot, k]]
            x[k], x[pivot] = x[pivot], x[k]
        for i in range(k + 1, n):
            row = A[i]
            factor = row[k] / A[k, k]
            row[k:] -= factor * A[k, k:]
            x[i] -= factor * x[k]
    for k in reversed(range(n)):
        x[k] = (x[k] - A[k, k + 1 :] @ x[k + 1 :]) / A[k, k]
    return x


def solve_with_pivoting_loss(A, b):
    return np.sum(solve_with_pivoting(A, b) ** 2)


def inverse(A):
    """Gauss-Jordan on [A | 1]: the inverse of A (n, n) is what the right half becomes."""
    n = A.shape[0]
    work = np.hstack((A, np.eye(n)))
    for k in range(n):
        work[k] /= work[k, k]
        for i in range(n):
            if i != k:
                work[i] -= work[i, k] * work[k]
    return work[:, n:]


def inverse_loss(A):
    return np.sum(inverse(A) ** 2)


def gram_schmidt(A, Q, R):
    """A (n, m) = Q R by the modified process: fills Q (n, m) and R (m, m), and uses up A."""
    for k in range(A.shape[1]):
        R[k, k] = np.sqrt(np.sum(A[:, k] * A[:, k]))
        Q[:, k] = A[:, k] / R[k, k]
        for j in range(k + 1, A.shape[1]):
            R[k, j] = np.dot(Q[:, k], A[:, j])
            A[:, j] -= Q[:, k] * R[k, j]


def gram_schmidt_loss(A, Q, R):
    gram_schmidt(A, Q, R)
    return np.sum(Q[0] ** 3) + np.sum(np.triu(R) ** 2 * np.arange(R.shape[1]))


def householder_qr(A):
    """A (n, m), n > m, as Q (n, n) and R (n, m): reflections applied to trailing blocks."""
    n, m = A.shape
    R = A.copy()
    Q = np.eye(n)
    for k in range(m):
        v = R[k:, k].copy()
        v[0] += np.copysign(np.linalg.norm(v), v[0])
        v /= np.linalg.norm(v)
        R[k:, k:] -= 2.0 * np.outer(v, v @ R[k:, k:])
        Q[:, k:] -= 2.0 * np.outer(Q[:, k:] @ v, v)
    return Q, R


def householder_qr_loss(A):
    Q, R = householder_qr(A)
    return np.sum(Q[0] ** 3) + np.sum(R**3)


def durbin(r):
    """The Yule-Walker equations of the autocorrelations r (n,): the Toeplitz matrix of (1, r) y = -r."""
    n = r.shape[0]
    y = np.empty_like(r)
    alpha = -r[0]
    beta = 1.0
    y[0] = alpha
    for k in range(1, n):
        beta *= 1.0 - alpha * alpha
        alpha = -(r[k] + np.dot(np.flip(r[:k]), y[:k])) / beta
        y[:k] += alpha * np.flip(y[:k])
        y[k] = alpha
    return y


def durbin_loss(r):
    return np.sum(durbin(r) ** 2)


def syrk(alpha, beta, C, A):
    """C <- beta C + alpha A A^T in the lower triangle of C (n, n); A is (n, k)."""
    for i in range(C.shape[0]):
        C[i, : i + 1] *= beta
        for k in range(A.shape[1]):
            C[i, : i + 1] += alpha * A[i, k] * A[: i + 1, k]


def syrk_loss(alpha, beta, C, A):
    syrk(alpha, beta, C, A)
    return np.sum(C**2)


def syr2k(alpha, beta, C, A, B):
    """C <- beta C + alpha (A B^T + B A^T) in the lower triangle of C (n, n); A and B are (n, k)."""
    for i in range(C.shape[0]):
        C[i, : i + 1] *= beta
        for k in range(A.shape[1]):
            C[i, : i + 1] += alpha * (A[: i + 1, k] * B[i, k] + B[: i + 1, k] * A[i, k])


def syr2k_loss(alpha, beta, C, A, B):
    syr2k(alpha, beta, C, A, B)
    return np.sum(C**2)


def trmm(alpha, A, B):
    """B <- alpha A^T B with A (n, n) lower triangular, ones on its diagonal; B is (n, m)."""
    n, m = B.shape
    for i in range(n):
        for j in range(m):
            B[i, j] += np.dot(A[i + 1 :, i], B[i + 1 :, j])
    B *= alpha


def trmm_loss(alpha, A, B):
    trmm(alpha, A, B)
    return np.sum(B**2)


def gemm(alpha, beta, C, A, B):
    """C <- alpha A B + beta C, written back with C[:]; C is (n, m)."""
    C[:] = alpha * A @ B + beta * C


def gemm_loss(alpha, beta, C, A, B):
    gemm(alpha, beta, C, A, B)
    return np.sum(C**2)


def mvt(x1, x2, y1, y2, A):
    """x1 += A y1 and x2 += A^T y2."""
    x1 += A @ y1
    x2 += y2 @ A


def mvt_loss(x1, x2, y1, y2, A):
    mvt(x1, x2, y1, y2, A)
    return np.dot(x1, x2)


def gauss_seidel(A, b, x, sweeps):
    """Improves x (n,) as a solution of A x = b: each number is used as soon as it is there."""
    for _ in range(sweeps):
        for i in range(len(b)):
            others = A[i, :i] @ x[:i] + A[i, i + 1 :] @ x[i + 1 :]
            x[i] = (b[i] - others) / A[i, i]


def gauss_seidel_loss(A, b, x, sweeps):
    gauss_seidel(A, b, x, sweeps)
    return np.sum(x**2)


def conjugate_gradient(A, b, iterations):
    """A x = b for a symmetric positive A (n, n): x, the residual and the direction change in place."""
    x = np.zeros_like(b)
    r = b.copy()
    p = r.copy()
    rho = np.dot(r, r)
    for _ in range(iterations):
        Ap = A @ p
        step = rho / np.dot(p, Ap)
        x += step * p
        r -= step * Ap
        rho_next = np.dot(r, r)
        p *= rho_next / rho
        p += r
        rho = rho_next
    return x


def conjugate_gradient_loss(A, b, iterations):
    x = conjugate_gradient(A, b, iterations)
    return x @ b


def tridiagonal_solve(lower, diagonal, upper, d):
    """Thomas's algorithm on four vectors of length n; the coefficients are used up, the solution replaces d."""
    n = len(d)
    for i in range(1, n):
        w = lower[i] / diagonal[i - 1]
        diagonal[i] -= w * upper[i - 1]
        d[i] -= w * d[i - 1]
    d[-1] /= diagonal[-1]
    for i in range(n - 2, -1, -1):
        d[i] = (d[i] - upper[i] * d[i + 1]) / diagonal[i]


def tridiagonal_solve_loss(lower, diagonal, upper, d):
    tridiagonal_solve(lower, diagonal, upper, d)
    return np.sum(d**2)


def power_iteration(A, x, iterations):
    """The largest eigenvalue of A (n, n), from the start vector x (n,)."""
    x = x / np.linalg.norm(x)
    eigenvalue = 0.0
    for _ in range(iterations):
        x[:] = A @ x
        x /= np.linalg.norm(x)
        eigenvalue = x @ A @ x
    return eigenvalue


def spmv(A_row, A_col, A_val, x):
    """y = A x with A in compressed rows: row i has the columns and values A_row[i] to A_row[i + 1]."""
    y = np.empty(A_row.size - 1, dtype=A_val.dtype)
    for i in range(A_row.size - 1):
        columns = A_col[A_row[i] : A_row[i + 1]]
        values = A_val[A_row[i] : A_row[i + 1]]
        y[i] = values @ x[columns]
    return y


def spmv_loss(A_row, A_col, A_val, x):
    return np.sum(spmv(A_row, A_col, A_val, x) ** 2)


# ---- samples


def random(seed=1):
    return np.random.default_rng(seed)


def matrix(n, m, seed=1):
    return random(seed).normal(size=(n, m))


def positive(n, seed=2):
    """A symmetric positive definite matrix."""
    M = matrix(n, n, seed)
    return M @ M.T / n + np.eye(n)


def dominant(n, seed=3):
    """A matrix whose diagonal is larger than the rest of each row."""
    M = random(seed).uniform(-1.0, 1.0, size=(n, n))
    return M / n + 2.0 * np.eye(n)


def vector(n, seed=4):
    return random(seed).normal(size=n)


def sparse(n, per_row, seed=5):
    """Row starts, columns and values of a matrix with n rows and columns."""
    rng = random(seed)
    counts = rng.integers(0, 2 * per_row + 1, size=n)
    A_row = np.concatenate(([0], np.cumsum(counts)))
    A_col = np.concatenate([np.sort(rng.choice(n, size=count, replace=False)) for count in counts])
    return A_row, A_col, rng.normal(size=A_col.size)


def gram_schmidt_sample(n, m):
    return matrix(n, m), np.zeros((n, m)), np.zeros((m, m))


def rank_k_sample(n, k):
    return 1.5, 0.7, matrix(n, n, 6), matrix(n, k, 7), matrix(n, k, 8)


def product_sample(n):
    return 1.5, 0.7, matrix(n, n + 1, 6), matrix(n, n + 2, 7), matrix(n + 2, n + 1, 8)


def mvt_sample(n):
    return (*(vector(n, seed) for seed in (1, 2, 3, 4)), matrix(n, n))


def durbin_sample(n):
    return (0.5 ** np.arange(1, n + 1) + 0.01 * vector(n) / n,)


def tridiagonal_sample(n):
    rng = random(9)
    return (
        rng.uniform(-1.0, 0.0, size=n),
        rng.uniform(2.5, 3.0, size=n),
        rng.uniform(-1.0, 0.0, size=n),
        rng.normal(size=n),
    )


KERNELS = [
    Kernel(cholesky, (positive(5),), 0, cholesky_loss, lambda: (positive(24),), "A"),
    Kernel(cholesky_columns, (positive(5),), 0, cholesky_columns_loss, lambda: (positive(150),), "A"),
    Kernel(lu, (dominant(5),), 0, lu_loss, lambda: (dominant(70),), "A"),
    Kernel(lu_solve, (dominant(5), vector(5)), (0, 1), lu_solve_loss, lambda: (dominant(50), vector(50)), ("A", "b")),
    Kernel(
        triangular_solve,
        (dominant(5), np.zeros(5), vector(5)),
        (0, 2),
        triangular_solve_loss,
        lambda: (dominant(1000), np.zeros(1000), vector(1000)),
        "x",
    ),
    Kernel(
        solve_with_pivoting,
        (matrix(5, 5), vector(5)),
        (0, 1),
        solve_with_pivoting_loss,
        lambda: (matrix(50, 50), vector(50)),
    ),
    Kernel(inverse, (dominant(4),), 0, inverse_loss, lambda: (dominant(50),)),
    Kernel(
        gram_schmidt, gram_schmidt_sample(6, 4), 0, gram_schmidt_loss, lambda: gram_schmidt_sample(80, 50), ("Q", "R")
    ),
    Kernel(householder_qr, (matrix(6, 4),), 0, householder_qr_loss, lambda: (matrix(120, 80),)),
    Kernel(durbin, durbin_sample(6), 0, durbin_loss, lambda: durbin_sample(500)),
    Kernel(syrk, rank_k_sample(5, 3)[:4], (0, 1, 2, 3), syrk_loss, lambda: rank_k_sample(50, 40)[:4], "C"),
    Kernel(syr2k, rank_k_sample(5, 3), (0, 1, 2, 3, 4), syr2k_loss, lambda: rank_k_sample(40, 30), "C"),
    Kernel(
        trmm,
        (1.5, matrix(5, 5), matrix(5, 4)),
        (0, 1, 2),
        trmm_loss,
        lambda: (1.5, matrix(50, 50), matrix(50, 50)),
        "B",
    ),
    Kernel(gemm, product_sample(4), (0, 1, 2, 3, 4), gemm_loss, lambda: product_sample(300), "C"),
    Kernel(mvt, mvt_sample(5), (0, 1, 2, 3, 4), mvt_loss, lambda: mvt_sample(1500), ("x1", "x2")),
    Kernel(
        gauss_seidel,
        (dominant(5), vector(5), np.zeros(5), 3),
        (0, 1, 2),
        gauss_seidel_loss,
        lambda: (dominant(200), vector(200), np.zeros(200), 5),
        "x",
    ),
    Kernel(
        conjugate_gradient,
        (positive(6), vector(6), 4),
        (0, 1),
        conjugate_gradient_loss,
        lambda: (positive(400), vector(400), 30),
    ),
    Kernel(
        tridiagonal_solve,
        tridiagonal_sample(6),
        (0, 1, 2, 3),
        tridiagonal_solve_loss,
        lambda: tridiagonal_sample(3000),
        "d",
    ),
    Kernel(
        power_iteration,
        (positive(5), vector(5), 4),
        (0, 1),
        power_iteration,
        lambda: (positive(400), vector(400), 30),
    ),
    Kernel(spmv, (*sparse(6, 2), vector(6)), (2, 3), spmv_loss, lambda: (*sparse(1500, 20), vector(1500))),
]
