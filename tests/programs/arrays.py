"""Elementwise NumPy functions, functions that make arrays, and functions that change shapes."""

import numpy as np

from . import Program

rng = np.random.default_rng(7)


def trigonometric(x):
    return np.sin(x) * np.cos(x) + np.tan(x)


def exponential_family(x):
    return np.exp(-x) * np.log(x) + np.sqrt(x) + np.exp2(x) + np.log1p(x) * np.expm1(x)


def hyperbolic_and_inverse(x):
    return np.tanh(x) * np.arctan(x) + np.sinh(x) - np.cosh(x)


def inverse_trigonometric(x):
    return np.arcsin(x) * np.arccos(x)


def logarithms(x):
    return np.log2(x) + np.log10(x)


def ufunc_spellings(x, y):
    sums = np.add(x, y) - np.subtract(x, y) * np.multiply(x, 2.0)
    return np.divide(sums, y) + np.negative(x) + np.true_divide(x, y)


def powers(x, y):
    return np.power(x, y) + np.square(x) + np.reciprocal(y) + x**3 + np.power(x, 2)


def power_with_zeros(x):
    return np.sum(x**2 + x**3 + np.power(x, 2) + np.square(x))


def absolute_values(x):
    return np.abs(x) * x + np.absolute(x) + abs(x) ** 3


def rounding_and_sign(x):
    return np.sign(x) * x**2 + np.floor(x) * x + np.ceil(x)


def two_argument_functions(x, y):
    return np.hypot(x, y) + np.arctan2(y, x) * np.logaddexp(x, y)


def where_of_two(x, y):
    return np.where(x > y, x * y, y**2)


def where_with_scalars(x):
    return np.where(x > 0.0, x, 0.1 * x) + np.where(x < -0.5, 1.0, x)


def where_guarded(x):
    """The guard inside the logarithm keeps the branch that is not taken finite."""
    safe = np.where(x > 0.0, x, 1.0)
    return np.where(x > 0.0, np.log(safe), x)


def maximum_and_minimum(x, y):
    return np.maximum(x, y) * np.minimum(x, 0.3) + np.maximum(0.0, y)


def clipped(x):
    return np.clip(x, -0.6, 0.9) * x + np.clip(x, 0.0, None) + x.clip(-1.0, 0.5)


def transposes(a):
    return (a.T * np.arange(3.0)) @ a + np.transpose(a) @ a.transpose().T


def transpose_axes(a):
    return np.transpose(a, (2, 0, 1)) * a.transpose(2, 0, 1) + a.transpose((2, 0, 1))


def swap_and_move(a):
    return np.sum(np.swapaxes(a, 0, 2) ** 2) + np.sum(np.moveaxis(a, 0, -1)[..., 0] ** 3)


def reshapes(a):
    return np.sum(a.reshape(-1) * np.reshape(a, (12,))) + np.sum(a.reshape(2, 6) @ a.reshape((6, 2)))


def ravels(a):
    return np.sum(a.ravel()[1:] * np.ravel(a)[:-1]) + np.sum(a.flatten() ** 3)


def expand_and_squeeze(x):
    column = np.expand_dims(x, 1)
    row = np.expand_dims(x, axis=0)
    product = column * row
    return np.sum(np.squeeze(column) * x) + np.sum(np.squeeze(row, axis=0) ** 3) + np.sum(np.sin(product))


def broadcast_to(x):
    return np.sum(np.broadcast_to(x, (4, 3)) * np.arange(12.0).reshape(4, 3) * x)


def concatenations(x, y):
    joined = np.concatenate([x, y, x])
    return np.sum(joined**2 * np.arange(len(joined)))


def concatenation_axis(a, b):
    wide = np.concatenate((a, b, a), axis=1)
    tall = np.concatenate((a, 2.0 * a), axis=0)
    cubed = np.concatenate((a, b), axis=-1) ** 3
    return np.sum(wide * np.arange(wide.shape[1])) * np.sum(tall**2) + np.sum(cubed)


def concatenate_scalar_in_list(x):
    """Padding by a part of the array itself, as for periodic boundaries."""
    padded = np.concatenate(([x[-1]], x, [x[0]]))
    return np.sum((padded[2:] - padded[:-2]) ** 2)


def stacks(x, y):
    rows = np.stack([x, y])
    columns = np.stack((x, y, x * y), axis=1)
    last = np.stack([x, y], axis=-1)
    return np.sum(rows @ columns) + np.sum(last**2 * rows.T)


def vertical_and_horizontal(x, y):
    return np.sum(np.vstack([x, y]) ** 2 * 0.5) + np.sum(np.hstack([x, y])[1:] ** 3)


def array_from_list(x, y):
    v = np.array([x, x * y, np.sin(y)])
    return np.sum(v * v[::-1]) + v[0]


def matrix_from_lists(angle):
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return rotation @ rotation @ np.array([1.0, 0.5])


def constant_arrays(x):
    total = np.zeros(3) + np.ones((2, 3)) * x + np.zeros_like(x) + 2.0 * np.ones_like(x)
    return np.sum(total**2 * np.arange(1, 4) + np.linspace(0.0, 1.0, 3) + np.full(3, 2.0) + np.eye(3)[0])


def array_of_active_fill(s):
    return np.sum(np.full(3, s) * np.full_like(np.ones(3), s) * np.ones(3))


def linspace_of_active_ends(start, stop):
    return np.sum(np.sin(np.linspace(start, stop, 5)))


def repeat_and_tile(x):
    return np.sum(np.repeat(x, 2) * np.arange(6.0)) + np.sum(np.tile(x, 2) ** 2)


def flips_and_rolls(x):
    return np.sum(x * np.flip(x) * np.arange(4.0)) + np.sum(x * np.roll(x, 1) ** 2)


def cumulative(x):
    return np.sum(np.cumsum(x) ** 2 * np.arange(4.0))


def differences(x):
    return np.sum(np.diff(x) ** 2)


def outer_products(x, y):
    return np.sum(np.sin(np.outer(x, y)) * np.outer(x**2, y))


def method_chain(a):
    return (a * a).sum(axis=0).reshape(2, 2).T.mean() * a.max()


def returns_matrix(x, y):
    return np.exp(-((x[:, None] - y[None, :]) ** 2))


def returns_view(a):
    return a.T


def polynomial_of_arrays(coefficients, x):
    result = 0.0
    for c in coefficients:
        result = result * x + c
    return np.sum(result**2)


x4 = rng.normal(size=4)
positive = rng.uniform(0.5, 1.5, size=4)
a232 = rng.normal(size=(2, 3, 2))

def items_as_python_numbers(x):
    return x.item(2) * x.item(0, 1) + sum(x[0].tolist()) * x.tolist()[1][0]


def copies_if_they_must_be(x):
    same = x.astype(float, copy=False)
    same[0, 0] = x[1, 1] ** 2
    other = np.array(x, copy=True)
    other[0, 1] = 5.0
    return np.sum(x * other)


def parts_written_into_their_array(x):
    """np.split and np.rot90 give views, np.take a copy."""
    left, right = np.split(x, 2, axis=1)
    left[0, 0] = x[1, 1] ** 2
    np.rot90(x)[0, 0] = right[1, 0] * 3.0
    np.take(x, 0, axis=0)[0] = 7.0
    return np.sum(x**2)


def reshaped_by_columns(x):
    v = x.flatten("F")
    v[1] = x[0, 0] ** 2
    line = x[0].reshape((1, -1), order="F")
    line[0, 0] = v[2] * 2.0
    return np.sum(v * np.arange(x.size)) + np.sum(x**2)


def sizes_that_are_counted(x, dims):
    """How large these arrays are is known when the program runs: an integer of NumPy's says it, or an array of them."""
    n = np.count_nonzero(x > 0.5)
    a, b = np.broadcast_to(x[0], n), np.zeros(dims) + x[1]
    c = np.full((n, dims[0]), x[2])
    ones = np.ones(dims) * b[0, 0] * c[0, 0]
    return np.sum(a * a[:1]) + np.sum(b * b[:1, :1]) + np.sum(c * c[:, :1] ** 2) + np.sum(ones)


PROGRAMS = [
    Program(sizes_that_are_counted, (np.array([0.7, 1.3, 0.45, 1.1]), np.array([2, 3]))),
    Program(items_as_python_numbers, (rng.normal(size=(3, 4)),)),
    Program(copies_if_they_must_be, (rng.normal(size=(3, 4)),)),
    Program(parts_written_into_their_array, (rng.normal(size=(3, 4)),)),
    Program(reshaped_by_columns, (rng.normal(size=(3, 4)),)),
    Program(trigonometric, (x4,)),
    Program(exponential_family, (positive,)),
    Program(hyperbolic_and_inverse, (x4,)),
    Program(inverse_trigonometric, (rng.uniform(-0.7, 0.7, size=(2, 2)),)),
    Program(logarithms, (positive,)),
    Program(ufunc_spellings, (x4, positive), (0, 1)),
    Program(powers, (positive, positive[::-1] + 0.3), (0, 1)),
    Program(power_with_zeros, (np.array([0.0, -1.2, 0.0, 0.7]),)),
    Program(absolute_values, (x4,)),
    Program(rounding_and_sign, (x4,)),
    Program(two_argument_functions, (positive, x4), (0, 1)),
    Program(where_of_two, (x4, x4[::-1] + 0.2), (0, 1)),
    Program(where_with_scalars, (np.array([0.7, -0.3, -1.2]),)),
    Program(where_guarded, (np.array([0.7, -0.3, -1.2]),)),
    Program(maximum_and_minimum, (x4, x4[::-1] + 0.2), (0, 1)),
    Program(clipped, (np.array([0.7, -0.3, -1.2, 1.4, 0.2]),)),
    Program(transposes, (rng.normal(size=(3, 3)),)),
    Program(transpose_axes, (a232,)),
    Program(swap_and_move, (a232,)),
    Program(reshapes, (a232,)),
    Program(ravels, (a232,)),
    Program(expand_and_squeeze, (rng.normal(size=3),)),
    Program(broadcast_to, (rng.normal(size=3),)),
    Program(concatenations, (x4, rng.normal(size=2)), (0, 1)),
    Program(concatenation_axis, (rng.normal(size=(2, 2)), rng.normal(size=(2, 1))), (0, 1)),
    Program(concatenate_scalar_in_list, (x4,)),
    Program(stacks, (x4, x4[::-1] + 0.2), (0, 1)),
    Program(vertical_and_horizontal, (x4, x4[::-1] + 0.2), (0, 1)),
    Program(array_from_list, (0.7, 1.2), (0, 1)),
    Program(matrix_from_lists, (0.7,)),
    Program(constant_arrays, (rng.normal(size=3),)),
    Program(array_of_active_fill, (0.7,)),
    Program(linspace_of_active_ends, (0.2, 1.3), (0, 1)),
    Program(repeat_and_tile, (rng.normal(size=3),)),
    Program(flips_and_rolls, (x4,)),
    Program(cumulative, (x4,)),
    Program(differences, (x4,)),
    Program(outer_products, (x4, rng.normal(size=3)), (0, 1)),
    Program(method_chain, (rng.normal(size=(3, 4)),)),
    Program(returns_matrix, (x4, rng.normal(size=3)), (0, 1)),
    Program(returns_view, (rng.normal(size=(2, 3)),)),
    Program(polynomial_of_arrays, ([0.5, -1.2, 0.8], x4), (0, 1)),
]
