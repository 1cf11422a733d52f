"""Inputs of other kinds and layouts: float32, mixed precision, 0-d, strided, transposed, empty, integer."""

import numpy as np

from . import Program

rng = np.random.default_rng(11)


def weighted_squares(x, w):
    return np.sum(w * x**2) + np.dot(w, x)


def elementwise(x):
    return np.tanh(x) * 2.0 + x / 3 + np.exp(-(x**2)) + 1


def affine_layer(W, b, x):
    return np.sum(np.tanh(x @ W + b) ** 2)


def scalar_formula(x, y):
    return x * y + np.sin(x) / y


def loop_over_elements(x):
    total = 0.0
    for i in range(len(x)):
        total += x[i] ** 2 * (i + 1)
    return total


def gather(x, index):
    return np.sum(x[index] ** 2) + x[0] * x[-1]


def reductions(a):
    return np.mean(a, axis=0) * np.max(a, axis=0) + np.std(a, axis=0) + a.sum(axis=0)


def where_and_maximum(x):
    return np.sum(np.where(x > 0.0, x, 0.1 * x) * np.maximum(x, 0.3))


def zeros_then_accumulate(x):
    y = np.zeros(3, dtype=x.dtype)
    for row in x:
        y = y + np.sin(row)
    return np.sum(y**2)


def matrix_program(a):
    return np.sum(a[1:, ::2] * 2.0) + np.sum(a.T @ a) + np.sum(a.reshape(-1) ** 3)


def integer_data(x, counts, labels):
    """Integers are data: they get no derivative."""
    return np.sum(x[labels] * counts) + np.sum(x**2 / counts[:3])


def sum_of_empty(x, y):
    return np.sum(x**2) + y * np.sum(np.sin(x))


def size_one_axes(a):
    return np.sum(a * a.T) + a[0, 0] ** 2 + np.squeeze(a) ** 3


def cast_result(x):
    return np.sum(x.astype(np.float64) ** 2)


a34 = rng.normal(size=(3, 4))
x5 = rng.normal(size=5)


def f32(x):
    """The same values in single precision."""
    return np.asarray(x, dtype=np.float32)


def written_in_another_order(a):
    """What is flattened is a copy where the order of the items changes, else a view."""
    first, second, backwards = a.T.ravel(), a.T.reshape(-1), a[0][::-1].ravel()
    for copy in (first, second, backwards):
        copy[0] = a[1, 1] ** 2
    view, other = a[None, :, None].reshape(-1), a[0][:, None].ravel()
    view[1] *= first[1] * second[0]
    other[0] *= backwards[0] * backwards[2]
    return np.sum(a**2) * np.sum(first * second * view) * backwards[1]


PROGRAMS = [
    Program(written_in_another_order, (a34[:2].copy(),)),
    Program(weighted_squares, (f32(x5), f32(x5[::-1])), (0, 1), name="float32_weighted_squares"),
    Program(weighted_squares, (f32(x5), x5[::-1]), (0, 1), name="mixed_weighted_squares"),
    Program(elementwise, (f32(x5),), name="float32_elementwise"),
    Program(affine_layer, (f32(a34), f32(a34[0]), f32(a34.T[:2, :3])), (0, 1, 2), name="float32_layer"),
    Program(affine_layer, (f32(a34), a34[0], f32(a34.T[:2, :3])), (0, 1, 2), name="mixed_layer"),
    Program(scalar_formula, (np.float32(0.7), np.float32(1.2)), (0, 1), name="float32_scalars"),
    Program(scalar_formula, (np.float32(0.7), f32(x5)), (0, 1), name="float32_scalar_and_array"),
    Program(scalar_formula, (0.7, f32(x5)), (0, 1), name="python_float_and_float32_array"),
    Program(scalar_formula, (np.float64(0.7), np.float64(1.2)), (0, 1), name="float64_scalars"),
    Program(scalar_formula, (np.array(0.7), np.array(1.2)), (0, 1), name="zero_d_arrays"),
    Program(loop_over_elements, (f32(x5),), name="float32_loop"),
    Program(gather, (f32(x5), np.array([1, 1, 4])), name="float32_gather"),
    Program(reductions, (f32(a34),), name="float32_reductions"),
    Program(where_and_maximum, (f32(x5),), name="float32_where"),
    Program(zeros_then_accumulate, (f32(a34[:, :3]),), name="float32_zeros"),
    Program(zeros_then_accumulate, (a34[:, :3],), name="sliced_columns"),
    Program(matrix_program, (a34.T,), name="transposed_input"),
    Program(matrix_program, (np.asfortranarray(a34),), name="fortran_input"),
    Program(matrix_program, (a34[::-1, ::-1],), name="negative_strides_input"),
    Program(matrix_program, (rng.normal(size=(6, 8))[::2, ::2],), name="strided_input"),
    Program(matrix_program, (np.broadcast_to(x5, (3, 5)),), name="broadcast_input"),
    Program(elementwise, (a34.T,), name="transposed_elementwise"),
    Program(integer_data, (x5[:3], np.array([1, 2, 3, 4]), np.array([0, 2, 2, 1]))),
    Program(sum_of_empty, (np.zeros(0), 0.7), (0, 1)),
    Program(size_one_axes, (np.array([[0.7]]),)),
    Program(cast_result, (f32(x5),)),
]
