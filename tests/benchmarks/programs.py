"""Programs of the suite that are not among the kernels: small functions, vectors, statistics, networks, a grid.

They are kernels in the sense of `tests.kernels`: sample arguments of two sizes and what to differentiate. Here the
function itself is the loss.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from examples import digits
from tests.kernels import Kernel

STEPS = 1_000
START = (0.4, 0.25)  # from here every step contracts by 0.5 to 0.85: no overflow and no subnormal derivatives


# ---- scalar recurrences: the time is the interpreter's, so each needless statement of a gradient shows


def recurrence(x, c, n):
    for _ in range(n):
        x = np.sin(x) * x + c
    return x


def recurrence_math(x, c, n):
    for _ in range(n):
        x = math.sin(x) * x + c
    return x


def recurrence_while(x, c, n):
    i = 0
    while i < n:
        x = math.sin(x) * x + c
        i += 1
    return x


def logistic_map(x, c, n):
    for _ in range(n):
        x = c * x * (1.0 - x)
    return x


# ---- small functions, called often


def swing(length, angle, damping):
    """Three numbers: the call itself is a good part of the cost."""
    return length * math.exp(-damping) * math.cos(angle) + angle * damping


def swing_of_vector(p):
    """The same function of an array of three."""
    return p[0] * np.exp(-p[2]) * np.cos(p[1]) + p[1] * p[2]


# ---- long vectors


def chain(x):
    """A chain of elementwise operations on x (n,)."""
    y = np.sin(x) * x
    z = np.exp(-y * y)
    return np.sum(z * np.tanh(x) / (1.0 + y * y))


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


# ---- a grid, in place


def heat_2d(u, k, steps):
    """Explicit steps of the heat equation on u (n, n), which each step overwrites; its border is given."""
    for _ in range(steps):
        u[1:-1, 1:-1] += k * (u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4.0 * u[1:-1, 1:-1])
    return np.sum(u**2)


# ---- statistics


def log_sum_exp(x, axis):
    largest = np.max(x, axis=axis, keepdims=True)
    return np.squeeze(largest, axis) + np.log(np.sum(np.exp(x - largest), axis=axis))


def gmm(weights, means, log_scales, lower, x):
    """The negative log likelihood of a mixture of Gaussians with a prior on their precisions (as in ADBench).

    weights (k,) are logarithms, means and log_scales (k, d); lower (k, d (d - 1) / 2) is the strict lower triangle
    of the square roots of the precisions, whose diagonal is exp(log_scales); x (n, d).
    """
    k, d = means.shape
    root = np.zeros((k, d, d))
    rows, columns = np.tril_indices(d, -1)
    root[:, rows, columns] = lower
    root[:, np.arange(d), np.arange(d)] = np.exp(log_scales)
    centred = x - means[:, np.newaxis, :]
    scaled = centred @ root.transpose(0, 2, 1)
    inside = (weights + np.sum(log_scales, axis=1))[:, np.newaxis] - 0.5 * np.sum(scaled**2, axis=2)
    likelihood = np.sum(log_sum_exp(inside, 0)) - len(x) * log_sum_exp(weights, 0)
    prior = 0.5 * np.sum(root**2) - np.sum(log_scales)
    return prior - likelihood


# ---- networks


def cross_entropy(params, images, targets):
    """The loss of `examples/digits.py`."""
    return digits.loss(params, images, targets)


def dense_network(x, y, w1, b1, w2, b2, w3, b3):
    """Two hidden layers of tanh, as one writes them without thinking of memory; the mean squared error."""
    h = np.tanh(x @ w1 + b1)
    h = np.tanh(h @ w2 + b2)
    return np.mean((h @ w3 + b3 - y) ** 2)


# ---- samples


def numbers(n, seed=1):
    return np.random.default_rng(seed).uniform(-1.0, 1.0, size=n)


def square(n):
    return np.random.default_rng(2).normal(size=(n, n))


def mixture_sample(n, d, k):
    rng = np.random.default_rng(3)
    lower = 0.3 * rng.normal(size=(k, d * (d - 1) // 2))
    return rng.normal(size=k), rng.normal(size=(k, d)), 0.2 * rng.normal(size=(k, d)), lower, rng.normal(size=(n, d))


def digits_sample(n):
    """Real images, where scikit-learn is there."""
    params = digits.initial_params(np.random.default_rng(0))
    images, _, labels, _ = digits.load_data()
    return params, images[:n], np.eye(10)[labels[:n]]


def digits_small():
    rng = np.random.default_rng(4)
    params = (rng.normal(size=(4, 3)), rng.normal(size=3), rng.normal(size=(3, 10)), rng.normal(size=10))
    return params, rng.normal(size=(5, 4)), np.eye(10)[rng.integers(0, 10, size=5)]


def dense_sample(batch, width):
    rng = np.random.default_rng(5)
    w1, w2, w3 = (rng.normal(size=(width, m)) / np.sqrt(width) for m in (width, width, 10))
    b1, b2, b3 = (0.1 * rng.normal(size=m) for m in (width, width, 10))
    return rng.normal(size=(batch, width)), rng.normal(size=(batch, 10)), w1, b1, w2, b2, w3, b3


def program(fun: Callable[..., Any], args: tuple[Any, ...], argnums: int | tuple[int, ...], *timing: Any) -> Kernel:
    """A kernel that is its own loss."""
    return Kernel(fun, args, argnums, fun, *timing)


KERNELS = [
    program(recurrence, (*START, 10), (0, 1), lambda: (*START, STEPS)),
    program(recurrence_math, (*START, 10), (0, 1), lambda: (*START, STEPS)),
    program(recurrence_while, (*START, 10), (0, 1), lambda: (*START, STEPS)),
    program(logistic_map, (0.4, 2.5, 10), (0, 1), lambda: (0.4, 2.5, STEPS)),
    program(swing, (1.5, 0.4, 0.2), (0, 1, 2), lambda: (1.5, 0.4, 0.2)),
    program(swing_of_vector, (np.array([1.5, 0.4, 0.2]),), 0, lambda: (np.array([1.5, 0.4, 0.2]),)),
    program(chain, (numbers(7),), 0, lambda: (numbers(100_000),)),
    program(rosenbrock, (numbers(7),), 0, lambda: (numbers(100_000),)),
    program(heat_2d, (square(6), 0.2, 5), 0, lambda: (square(64), 0.2, 100)),
    program(gmm, mixture_sample(5, 3, 2), (0, 1, 2, 3, 4), lambda: mixture_sample(1000, 10, 25)),
    program(cross_entropy, digits_small(), 0, lambda: digits_sample(128)),
    program(dense_network, dense_sample(4, 3), (2, 3, 4, 5, 6, 7), lambda: dense_sample(64, 128)),
]

# Sizes of a program, or of a kernel, that is measured at several: (name, label) -> its arguments.
SIZES = {
    "programs.chain": {n: lambda n=n: (numbers(int(float(n))),) for n in ("1e3", "1e5", "1e7")},
    "programs.rosenbrock": {n: lambda n=n: (numbers(int(float(n))),) for n in ("1e3", "1e5", "1e7")},
    "programs.heat_2d": {f"{n} x {n}": lambda n=n: (square(n), 0.2, 100) for n in (64, 500)},
    "programs.cross_entropy": {f"{n} images": lambda n=n: digits_sample(n) for n in (32, 128, 1437)},
    "programs.dense_network": {
        "small": lambda: dense_sample(64, 128),
        "large": lambda: dense_sample(1024, 512),
    },
}
# How many calls are one measurement.
CALLS = {"programs.swing": 100_000, "programs.swing_of_vector": 100_000}
