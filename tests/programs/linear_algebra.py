"""Products of vectors, matrices and stacks of them, and small algorithms made of them."""

import numpy as np

from . import Program

rng = np.random.default_rng(10)


def dot_vectors(x, y):
    return np.dot(x, y) * x.dot(y) + x @ y


def dot_matrix_vector(a, x):
    return np.sum(np.dot(a, x) ** 2) + np.sum(a.dot(x)) + np.sum((a @ x) ** 3)


def dot_vector_matrix(x, a):
    return np.sum(np.sin(x @ a) + np.dot(x, a) ** 2)


def dot_matrices(a, b):
    return np.sum(np.sin(a @ b)) + np.sum(np.dot(a, b) ** 2) + np.sum(np.matmul(a, b) ** 3)


def dot_with_scalar(x, s):
    return np.sum(np.dot(x, s) ** 2) + np.sum(np.dot(s, x))


def dot_higher_rank(a, b):
    """dot sums over the last axis of a and the last but one of b, without broadcasting."""
    return np.sum(np.dot(a, b) ** 2)


def matmul_stack(a, b):
    return np.sum(np.matmul(a, b) ** 2)


def matmul_stack_vector(a, x):
    return np.sum(np.sin(a @ x))


def vector_matmul_stack(x, a):
    return np.sum(np.sin(x @ a))


def bilinear_form(x, a, y):
    return x @ a @ y + x.T.dot(a).dot(y) ** 2


def quadratic_form(a, x):
    return 0.5 * x.T @ a @ x - np.sum(x)


def gram_matrix(a):
    return a.T @ a


def einsum_products(a, b):
    product = np.einsum("ij,jk->ik", a, b)
    return np.sum(product**2) + np.einsum("ij,jk->", a, b) + np.einsum("ij->", a) ** 2


def einsum_contractions(a, x):
    return np.einsum("ij,i,j->", a, x, x) + np.einsum("i,i", x, x) + np.sum(np.einsum("ij->j", a) ** 3)


def einsum_batch(a, b):
    return np.sum(np.sin(np.einsum("bij,bjk->bik", a, b))) + np.sum(np.einsum("bij->bji", a) ** 2)


def outer_and_trace(x, y):
    a = np.outer(x, y)
    return np.trace(a @ a) + np.sum(np.tanh(a))


def power_iteration(a, n):
    v = np.ones(a.shape[0])
    for _ in range(n):
        w = a @ v
        v = w / np.sqrt(np.sum(w * w))
    return v @ a @ v


def conjugate_gradient(a, b, n):
    x = np.zeros_like(b)
    r = b - a @ x
    p = r
    rr = r @ r
    for _ in range(n):
        ap = a @ p
        alpha = rr / (p @ ap)
        x = x + alpha * p
        r = r - alpha * ap
        rr_new = r @ r
        if rr_new < 1e-20:
            break
        p = r + (rr_new / rr) * p
        rr = rr_new
    return np.sum(x**2)


def jacobi_iteration(a, b, sweeps):
    diagonal = a[np.arange(len(b)), np.arange(len(b))]
    x = b / diagonal
    for _ in range(sweeps):
        x = (b - (a @ x - diagonal * x)) / diagonal
    return x


def neumann_series(a, x):
    """(I - a)^-1 x by summing powers until the terms are small."""
    term = x
    total = x
    while np.max(np.abs(term)) > 1e-3:
        term = a @ term
        total = total + term
    return np.sum(total**2)


def gram_schmidt(a):
    """The product of the lengths of the orthogonalised columns of a 3 by 3 matrix: |det a|."""
    u0 = a[:, 0]
    u1 = a[:, 1] - u0 * (u0 @ a[:, 1]) / (u0 @ u0)
    u2 = a[:, 2] - u0 * (u0 @ a[:, 2]) / (u0 @ u0)
    u2 = u2 - u1 * (u1 @ u2) / (u1 @ u1)
    return np.sqrt((u0 @ u0) * (u1 @ u1) * (u2 @ u2))


def determinant_2x2(a):
    (p, q), (r, s) = a
    return p * s - q * r


def determinant_recursive(a):
    """Expansion along the first row; minors are joined from slices."""
    n = a.shape[0]
    if n == 1:
        return a[0, 0]
    total = 0.0
    for j in range(n):
        minor = np.concatenate((a[1:, :j], a[1:, j + 1 :]), axis=1)
        total += (-1.0) ** j * a[0, j] * determinant_recursive(minor)
    return total


def rayleigh_quotient(a, x):
    return (x @ a @ x) / (x @ x)


def matrix_exponential_series(a, terms):
    total = np.eye(a.shape[0])
    term = np.eye(a.shape[0])
    for k in range(1, terms):
        term = term @ a / k
        total = total + term
    return np.sum(total**2)


def matrix_power_recursive(a, n):
    if n == 0:
        return np.eye(a.shape[0])
    half = matrix_power_recursive(a, n // 2)
    square = half @ half
    return square @ a if n % 2 else square


def householder_reflection(v, x):
    u = v / np.sqrt(v @ v)
    return x - 2.0 * u * (u @ x)


a23 = rng.normal(size=(2, 3))
a33 = rng.normal(size=(3, 3))
x3 = rng.normal(size=3)
spd = a33 @ a33.T + 3.0 * np.eye(3)

def repeated_products(A, n):
    x = np.arange(1.0, A.shape[0] + 1)
    for i in range(n):
        for _ in range(i):
            x = np.tanh(A @ x)
        x = np.sin(x @ A)
    return np.sum(x)


def products_until(A, n):
    x = np.arange(1.0, A.shape[0] + 1)
    k = 0
    while k < n:
        x = np.tanh(A @ x)
        k += 1
        if x[0] > 0.99:
            break
    return np.sum(x) + np.sum(A @ x)


def products_of_parts(A, n):
    total = 0.0
    for i in range(n):
        total += np.sum((A[:, i] @ A[:, i:]) ** 2) + np.sum((A[i:, 1:] @ A[0, 1:]) ** 3)
    return total


def several_products(A):
    x = np.arange(1.0, A.shape[0] + 1)
    return (A @ x) @ (x @ A) + np.sum(np.sin(A @ (A @ x)))


PROGRAMS = [
    Program(dot_vectors, (x3, rng.normal(size=3)), (0, 1)),
    Program(dot_matrix_vector, (a23, x3), (0, 1)),
    Program(dot_vector_matrix, (rng.normal(size=2), a23), (0, 1)),
    Program(dot_matrices, (a23, rng.normal(size=(3, 4))), (0, 1)),
    Program(dot_with_scalar, (x3, 0.7), (0, 1)),
    Program(dot_higher_rank, (rng.normal(size=(2, 2, 3)), rng.normal(size=(2, 3, 2))), (0, 1)),
    Program(matmul_stack, (rng.normal(size=(4, 2, 3)), rng.normal(size=(4, 3, 2))), (0, 1)),
    Program(
        matmul_stack, (rng.normal(size=(4, 2, 3)), rng.normal(size=(3, 2))), (0, 1), name="matmul_broadcast"
    ),
    Program(
        matmul_stack,
        (rng.normal(size=(1, 3, 2, 3)), rng.normal(size=(2, 1, 3, 2))),
        (0, 1),
        name="matmul_broadcast_both",
    ),
    Program(matmul_stack_vector, (rng.normal(size=(4, 2, 3)), x3), (0, 1)),
    Program(vector_matmul_stack, (x3, rng.normal(size=(2, 3, 2))), (0, 1)),
    Program(bilinear_form, (rng.normal(size=2), a23, x3), (0, 1, 2)),
    Program(quadratic_form, (spd, x3), (0, 1)),
    Program(gram_matrix, (a23,)),
    Program(einsum_products, (a23, rng.normal(size=(3, 2))), (0, 1)),
    Program(einsum_contractions, (a33, x3), (0, 1)),
    Program(einsum_batch, (rng.normal(size=(2, 2, 3)), rng.normal(size=(2, 3, 2))), (0, 1)),
    Program(outer_and_trace, (x3, rng.normal(size=3)), (0, 1)),
    Program(power_iteration, (spd, 6)),
    Program(conjugate_gradient, (spd, x3, 2), (0, 1)),
    Program(jacobi_iteration, (np.eye(3) * 6.0 + a33, x3, 4), (0, 1)),
    Program(neumann_series, (0.2 * a33, x3), (0, 1)),
    Program(gram_schmidt, (a33 + 2.0 * np.eye(3),)),
    Program(determinant_2x2, (rng.normal(size=(2, 2)),)),
    Program(determinant_recursive, (a33,)),
    Program(rayleigh_quotient, (a33, x3), (0, 1)),
    Program(matrix_exponential_series, (0.5 * a33, 6)),
    Program(matrix_power_recursive, (0.7 * a33, 5)),
    Program(householder_reflection, (x3, rng.normal(size=3)), (0, 1)),
    Program(repeated_products, (0.3 * rng.normal(size=(4, 4)), 3)),
    Program(products_until, (0.3 * rng.normal(size=(4, 4)), 3)),
    Program(products_of_parts, (0.3 * rng.normal(size=(4, 4)), 3)),
    Program(several_products, (0.3 * rng.normal(size=(4, 4)),)),
]
