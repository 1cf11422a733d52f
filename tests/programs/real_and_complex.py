"""Real inputs beside complex numbers, in functions that take several arrays: the derivative by a real input is real."""

import numpy as np

from . import Program

X = np.array([0.7, 1.3, 0.45, 1.1])
C = np.array([1j, 2.0 - 0.5j, 0.3 + 1j, 0.4 - 2j])
A = np.array([[0.7, 1.3, 0.45], [1.1, 0.35, 0.9], [0.55, 1.7, 0.8]])


def vdot_of_a_constant(x):
    return np.vdot(C, x).imag + np.vdot(C * x, x * 1.0).real


def inner_products(x):
    return np.inner(C, x).real + np.dot(x, C).imag + (C @ x).imag * np.tensordot(x, C, 1).real


def stacked(x):
    length = np.linalg.norm(np.vstack((x, C * x)))
    return np.sum(np.stack([x, C]).imag) + np.sum(np.stack([x, C * x]).imag ** 2) + length


def joined(x):
    columns = np.column_stack((x, C * x[0]))
    row = np.hstack((x, C, x[0] * 1j))
    return np.abs(np.concatenate((x, C * x))).sum() + np.sum(columns.imag * columns.real) + np.sum(np.abs(row) ** 3)


def arrays_of_lists(x):
    both = np.sum([x, C * x], axis=0).imag[1] + np.sum(np.array([x[0], 1j * x[1]]).imag)
    return np.sum(np.array([x, C * x]).imag ** 2) + both


def chosen_and_outer(x):
    chosen = np.where(x > 1.0, x, C * x)
    return np.sum(chosen.imag**2) + np.sum(np.abs(np.outer(x, C)) ** 3) + np.sum(np.kron(x, C).real)


def spread_of_complex_numbers(x):
    z = np.outer(x, C)
    of_vectors = np.var(x * 1j) + np.std(x + C) + (C * x).std(ddof=1)
    return of_vectors + np.sum(np.var(z, axis=0)) + np.sum(z.std(1, keepdims=True))


def imaginary_parts_of_reals(x):
    y = np.abs(x)
    return np.sum(y) + np.sum(y.imag * 1.3) + np.sum(np.imag(x**2) * 1.3) + np.sum(np.imag(x * 2.0) + y)


def parts_written(x):
    y = np.zeros(4, complex)
    y.real = x
    y.imag *= x
    y.imag += x**2
    return np.sum(y.real**2 * y.imag)


def items_of_complex_arrays(x):
    c = x * 1j
    d = np.array(x[0] * 1j)
    return abs(c.item(1)) ** 2 + (c.reshape(2, 2).item(1, 0) * d.item()).real


def made_of_two(x):
    z = complex(x[0], x[1]) * complex(x[2])
    return abs(z) ** 2 + (z * complex(1.0, x[3])).imag


def in_the_order_of_numpy(x):
    """Complex numbers of NumPy's are ordered by their real parts; those of Python have no order."""
    y = x + 0.5j * x**2
    for i in range(1, 4):
        if y[i - 1] > 0.6 and x[i] * 1j <= y[i]:
            y[i] = y[i] * y[i - 1]
    return np.sum(np.abs(y))


def outer_products_of_other_shapes(x):
    y = np.outer(x, x) + np.outer(x[:1], x * C) + np.outer(x[1], x[2] * x)
    return np.sum(np.abs(y) ** 2)


def written_flat(a):
    m, z = a * a, a + 1j * a
    m.flat = a.T.copy()
    m.flat[1:5] = a[:2, :2] ** 2
    z.flat = m + 0.5
    return np.sum(m * np.arange(9.0).reshape(3, 3)) + np.sum(np.abs(z) ** 2)


PROGRAMS = [
    *(
        Program(fun, (X,))
        for fun in (
            vdot_of_a_constant,
            inner_products,
            stacked,
            joined,
            arrays_of_lists,
            chosen_and_outer,
            spread_of_complex_numbers,
            imaginary_parts_of_reals,
            parts_written,
            items_of_complex_arrays,
            made_of_two,
            in_the_order_of_numpy,
            outer_products_of_other_shapes,
        )
    ),
    Program(written_flat, (A,)),
]
