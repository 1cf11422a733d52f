"""Factorisations, solvers and products: what is left of a matrix in a step is a new, smaller matrix."""

import numpy


def cholesky(np, A):
    total = 0.0
    for _ in range(len(A)):
        square, column = A[0, 0], A[1:, 0]
        A = A[1:, 1:] - column[:, None] * (column / square)
        total = total + np.log(square)
    return total


def cholesky_columns(np, A):
    total = 0.0
    for _ in range(len(A)):
        column = A[:, 0] / np.sqrt(A[0, 0])
        A = A[1:, 1:] - column[1:, None] * column[1:]
        total = total + np.sum(column**3)
    return total


def lu(np, A):
    total = 0.0
    for _ in range(len(A)):
        total = total + np.log(np.abs(A[0, 0]))
        A = A[1:, 1:] - (A[1:, 0] / A[0, 0])[:, None] * A[0, 1:]
    return total


def back_substituted(np, rows, y):
    """rows[i] starts on the diagonal."""
    x = y[-1] / rows[-1]
    for row, known in zip(reversed(rows[:-1]), reversed(y[:-1]), strict=True):
        x = np.concatenate([np.reshape((known - row[1:] @ x) / row[0], (1,)), x])
    return x


def lu_solve(np, A, b):
    rows, y = [], []
    for _ in range(len(b)):
        rows.append(A[0])
        y.append(b[0])
        factors = A[1:, 0] / A[0, 0]
        A = A[1:, 1:] - factors[:, None] * A[0, 1:]
        b = b[1:] - factors * b[0]
    x = back_substituted(np, rows, y)
    return x @ x


def forward_substituted(np, columns, b):
    """columns[i] starts on the diagonal."""
    x = []
    for column in columns:
        x.append(b[0] / column[0])
        b = b[1:] - x[-1] * column[1:]
    return np.stack(x)


def lower_columns(np, L):
    return [column[i:] for i, column in enumerate(np.rows(L.T))]


def triangular_solve(np, L, x, b):
    return np.sum(forward_substituted(np, lower_columns(np, L), b) ** 2)


def solve_with_pivoting(np, A, b):
    rows, y = [], []
    for _ in range(len(b)):
        order = list(range(len(b)))
        pivot = int(np.argmax(np.abs(A[:, 0])))
        order[0], order[pivot] = order[pivot], order[0]
        A, b = A[order], b[order]
        rows.append(A[0])
        y.append(b[0])
        factors = A[1:, 0] / A[0, 0]
        A = A[1:, 1:] - factors[:, None] * A[0, 1:]
        b = b[1:] - factors * b[0]
    return np.sum(back_substituted(np, rows, y) ** 2)


def inverse(np, A):
    n = len(A)
    identity = np.constant(numpy.eye(n))
    work = np.concatenate([A, identity], 1)
    for k in range(n):
        row = work[k] / work[k, k]
        work = work - (work[:, k] - identity[k])[:, None] * row
    return np.sum(work[:, n:] ** 2)


def gram_schmidt(np, A, Q, R):
    total = 0.0
    m = A.shape[1]
    for k in range(m):
        length = np.sqrt(A[:, 0] @ A[:, 0])
        q = A[:, 0] / length
        r = q @ A[:, 1:]
        A = A[:, 1:] - q[:, None] * r
        total = total + q[0] ** 3 + k * length**2 + np.sum(r**2 * np.constant(numpy.arange(k + 1.0, m)))
    return total


def householder_qr(np, A):
    total = 0.0
    R, Q = A, np.constant(numpy.eye(len(A)))
    for _ in range(A.shape[1]):
        v = R[:, 0]
        size = np.sqrt(v @ v)
        v = np.concatenate([np.reshape(v[0] + np.sign(v[0]) * size, (1,)), v[1:]])
        v = v / np.sqrt(v @ v)
        R = R - 2.0 * v[:, None] * (v @ R)
        Q = Q - 2.0 * (Q @ v)[:, None] * v
        total = total + np.sum(R[0] ** 3) + Q[0, 0] ** 3
        R, Q = R[1:, 1:], Q[:, 1:]
    return total + np.sum(Q[0] ** 3)


def durbin(np, r):
    alpha, beta = -r[0], 1.0
    y = np.reshape(alpha, (1,))
    for k in range(1, len(r)):
        beta = beta * (1.0 - alpha * alpha)
        alpha = -(r[k] + np.backwards(r[:k]) @ y) / beta
        y = np.concatenate([y + alpha * np.backwards(y), np.reshape(alpha, (1,))])
    return np.sum(y**2)


def scale_lower(np, C, beta):
    """The lower triangle of C times beta, the rest as it is."""
    return np.triu(C, 1) + beta * np.tril(C)


def syrk(np, alpha, beta, C, A):
    return np.sum((scale_lower(np, C, beta) + alpha * np.tril(A @ A.T)) ** 2)


def syr2k(np, alpha, beta, C, A, B):
    return np.sum((scale_lower(np, C, beta) + alpha * np.tril(A @ B.T + B @ A.T)) ** 2)


def trmm(np, alpha, A, B):
    return np.sum((alpha * (B + np.tril(A, -1).T @ B)) ** 2)


def gemm(np, alpha, beta, C, A, B):
    return np.sum((alpha * A @ B + beta * C) ** 2)


def mvt(np, x1, x2, y1, y2, A):
    return (x1 + A @ y1) @ (x2 + y2 @ A)


def gauss_seidel(np, A, b, x, sweeps):
    """A sweep is a product with the numbers right of the diagonal and a forward substitution with the rest."""
    upper = np.triu(A, 1)
    columns = lower_columns(np, A)
    for _ in range(sweeps):
        x = forward_substituted(np, columns, b - upper @ x)
    return np.sum(x**2)


def conjugate_gradient(np, A, b, iterations):
    x = 0.0
    r = p = b
    rho = r @ r
    for _ in range(iterations):
        Ap = A @ p
        step = rho / (p @ Ap)
        x = x + step * p
        r = r - step * Ap
        rho_next = r @ r
        p = r + (rho_next / rho) * p
        rho = rho_next
    return x @ b


def tridiagonal_solve(np, lower, diagonal, upper, d):
    lower, diagonal, upper, d = (list(np.rows(v)) for v in (lower, diagonal, upper, d))
    n = len(d)
    for i in range(1, n):
        w = lower[i] / diagonal[i - 1]
        diagonal[i] = diagonal[i] - w * upper[i - 1]
        d[i] = d[i] - w * d[i - 1]
    d[-1] = d[-1] / diagonal[-1]
    for i in range(n - 2, -1, -1):
        d[i] = (d[i] - upper[i] * d[i + 1]) / diagonal[i]
    return np.sum(np.stack(d) ** 2)


def power_iteration(np, A, x, iterations):
    x = x / np.sqrt(x @ x)
    for _ in range(iterations):
        x = A @ x
        x = x / np.sqrt(x @ x)
        eigenvalue = x @ A @ x
    return eigenvalue


def spmv(np, A_row, A_col, A_val, x):
    n = len(A_row) - 1
    row_of = np.constant(numpy.repeat(numpy.arange(n), numpy.diff(numpy.asarray(A_row))))
    return np.sum(np.scatter_add(A_val * x[A_col], row_of, n) ** 2)
