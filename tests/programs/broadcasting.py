"""Every pattern in which NumPy stretches one operand to the shape of another."""

import numpy as np

from . import Program

rng = np.random.default_rng(8)


def mix(x, y):
    """Uses each operand of each arithmetic operator as the smaller one, too."""
    return np.sum(x * y - x / (y**2 + 1.0) + (x + y) ** 2 - np.sin(y - x))


def functions(x, y):
    angles = np.hypot(x, y) + np.arctan2(x, y) + np.logaddexp(x, y)
    choices = np.where(x > y, x * y, x - y) + np.maximum(x, y) * np.minimum(x, y)
    return np.sum(angles * choices + np.abs(x) ** y + np.power(np.abs(y), 2.0) * x)


def returns_stretched(x, y):
    return x + y


def scalar_becomes_array(x, s):
    for _ in range(3):
        s = s * 0.5 + x * s
    return np.sum(s)


def centred(a):
    return np.sum((a - a.mean(axis=0)) ** 3) + np.sum((a - a.mean(axis=1, keepdims=True)) ** 3)


def pairwise_distances(points):
    difference = points[:, None, :] - points[None, :, :]
    return np.sum(np.sqrt(np.sum(difference**2, axis=-1) + 0.1))


def clip_with_array_bounds(x, low, high):
    return np.sum(np.clip(x, low, high) ** 2)


def standardised(a, scale, offset):
    normal = (a - np.mean(a, axis=0)) / np.sqrt(np.var(a, axis=0) + 1e-3)
    return np.sum(np.tanh(normal * scale + offset) * np.arange(a.shape[0])[:, None])


# Pairs of shapes that NumPy broadcasts; a float stands for a Python scalar.
SHAPES = {
    "scalar_array": (None, (3,)),
    "array_scalar": ((2, 3), None),
    "scalar_scalar": (None, None),
    "zero_d_array": ((), (3,)),
    "zero_d_zero_d": ((), ()),
    "row_column": ((1, 4), (3, 1)),
    "column_matrix": ((3, 1), (3, 4)),
    "vector_matrix": ((3,), (2, 3)),
    "matrix_vector": ((2, 3), (3,)),
    "size_one_vector": ((1,), (4,)),
    "size_one_both": ((1,), (1, 1)),
    "three_d_middle": ((2, 1, 3), (4, 1)),
    "three_d_leading": ((1, 1, 2), (3, 2, 2)),
    "equal": ((2, 3), (2, 3)),
}


def sample(shape):
    """A Python float for None, else an array of the shape."""
    return float(rng.normal()) if shape is None else np.array(rng.normal(size=shape))


FUNCTIONS = (mix, functions, returns_stretched)

PROGRAMS = [
    Program(fun, (sample(left), sample(right)), (0, 1), name=f"{fun.__name__}_{label}")
    for label, (left, right) in SHAPES.items()
    for fun in FUNCTIONS
] + [
    Program(scalar_becomes_array, (rng.normal(size=3), 0.7), (0, 1)),
    Program(centred, (rng.normal(size=(3, 4)),)),
    Program(pairwise_distances, (rng.normal(size=(4, 2)),)),
    Program(
        clip_with_array_bounds, (rng.normal(size=(4, 3)), -0.5 * np.ones(3), np.array([[0.4]])), (0, 1, 2)
    ),
    Program(standardised, (rng.normal(size=(5, 3)), rng.normal(size=3), rng.normal(size=(1, 3))), (0, 1, 2)),
]
