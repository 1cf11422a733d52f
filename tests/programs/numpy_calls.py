"""Calls of NumPy as programs spell them: keywords, named results, helpers that put arrays together."""

import math

import numpy as np

from . import Program

rng = np.random.default_rng(52)
x4 = rng.uniform(0.3, 1.7, size=4)
DATA = rng.normal(size=(4, 3))
a3 = rng.normal(size=(3, 3)) * 0.3 + 2.0 * np.eye(3)


def log_likelihood(a, x):
    """A named result, kept whole."""
    found = np.linalg.slogdet(a)
    return found.sign * found.logabsdet - 0.5 * x[:3] @ np.linalg.solve(a, x[:3])


def masked_statistics(x):
    mask = x > 0.7
    centred = x - np.mean(x, where=mask)
    return np.sum(centred**2, where=mask) / np.max(x, where=~mask, initial=0.5)


def increments(x):
    return np.diff(x, prepend=x[-1]) * np.diff(x, n=2, prepend=[0.0, 1.0])


def attention(q, k):
    scores = np.einsum("...id,...jd->...ij", q, k)
    weights = np.exp(scores - np.logaddexp.reduce(scores, axis=-1)[..., None])
    return np.einsum("...ij,...jd->...id", weights, k)


def shared_batch(a, b):
    """The ellipsis of one operand stands for fewer axes, and in the result for all of them."""
    return np.einsum("...ij,j...->...i", a, b) + np.einsum("...i->...", a).sum()


def design_matrix(x):
    return np.c_[np.ones(4), x, x**2] * np.r_[0.5, x[:2]]


def grid_of_values(x):
    i, j = np.mgrid[0:2, 0:1:3j]
    rows, columns = np.ogrid[:2, 1:3]
    line = np.mgrid[0:4]
    return np.sum(x[0] * i + x[1] * j**2) + np.sum(x[2] * rows * columns) + np.sum(line * x)


def slices_in_a_row(x):
    return np.r_[x[1:3], 0:3, 2.0 * x[0], [1.0, 2.0]] ** 2


def high_water_marks(x):
    peaks = np.maximum.accumulate(x)
    return np.max(peaks - x) + np.sum(np.minimum.accumulate(x, axis=-1) ** 2)


def running_largest_of_columns(a):
    return np.maximum.accumulate(a)[:, 1:] * np.minimum.accumulate(a, axis=1)[:, :2]


def quotient_and_rest(x):
    q, r = np.divmod(x, 0.4)
    return q * r


def log_of_binomial(x):
    n = 5.0 * x[0] + 3.0
    return math.lgamma(n + 1.0) - math.lgamma(x[1] + 1.0) - math.lgamma(n - x[1] + 1.0) + math.gamma(x[2])


def quadrature(x):
    nodes, weights = np.polynomial.legendre.leggauss(4)
    return 0.5 * weights @ np.exp(x[0] * (nodes + 1.0) * x[1])


def principal_axes_of_data(x):
    """What is computed of data alone needs no rule; the names of its parts are NumPy's."""
    found = np.linalg.eigh(DATA.T @ DATA)
    scores = DATA @ found.eigenvectors[:, ::-1]
    return scores[:, 0] @ x / np.sqrt(found.eigenvalues[-1])


def means_of_groups(x, labels):
    """How many groups there are is told by values."""
    groups, place, counts = np.unique(labels, return_inverse=True, return_counts=True)
    return np.bincount(place, weights=x) / counts * groups


def guarded(x):
    small = np.finfo(x.dtype).eps + np.finfo(float).tiny + np.spacing(1.0)
    return np.log(x + small) / np.iinfo(np.int8).max


def scaled_by_rank(a):
    """A count carries no derivative, whatever it counts."""
    return np.trace(a) * np.linalg.matrix_rank(a)


def decay_of_largest(x):
    """Whether eigenvalues are real or complex is told by values."""
    rates = np.linalg.eigvals(a3)
    return np.sum(np.exp(-x * np.max(np.abs(rates))))


def gaussian_log_density(a, x):
    """By the eigenvalues of a covariance that is made symmetric."""
    values, vectors = np.linalg.eigh(a @ a.T + np.eye(3))
    return -0.5 * np.sum(np.log(values)) - 0.5 * np.sum((vectors.T @ x[:3]) ** 2 / values)


def soft_rank(a):
    s = np.linalg.svd(a[:, :2], compute_uv=False)
    u, t, vh = np.linalg.svd(a)
    return np.sum(s / (s + 1.0)) + np.sum(np.abs(u @ (np.diag(t) ** 2) @ vh))


def trend(x):
    slope, offset = np.polyfit(np.arange(4.0), x, 1)
    design = np.c_[x, np.ones(4)]
    found, squares, rank, _ = np.linalg.lstsq(design, np.sin(x), rcond=None)
    return slope * offset + found @ found + squares[0] / rank


def orthonormal_columns(a):
    q, r = np.linalg.qr(a[:, :2])
    return q[0] * np.abs(np.diag(r)) + np.linalg.pinv(a[:, :2])[:, 1]


PROGRAMS = [
    Program(gaussian_log_density, (a3, x4), (0, 1)),
    Program(soft_rank, (a3,)),
    Program(trend, (x4,)),
    Program(orthonormal_columns, (a3,)),
    Program(quadrature, (x4,)),
    Program(principal_axes_of_data, (x4,)),
    Program(means_of_groups, (x4, np.array([2, 1, 2, 5]))),
    Program(guarded, (x4,)),
    Program(scaled_by_rank, (a3,)),
    Program(decay_of_largest, (x4,)),
    Program(attention, (rng.normal(size=(2, 3, 2)), rng.normal(size=(2, 4, 2))), (0, 1)),
    Program(shared_batch, (rng.normal(size=(2, 3, 2)), rng.normal(size=(2, 1))), (0, 1)),
    Program(design_matrix, (x4,)),
    Program(grid_of_values, (x4,)),
    Program(slices_in_a_row, (x4,)),
    Program(high_water_marks, (x4,)),
    Program(running_largest_of_columns, (a3,)),
    Program(quotient_and_rest, (x4,)),
    Program(log_of_binomial, (x4,)),
    Program(log_likelihood, (a3, x4), (0, 1)),
    Program(masked_statistics, (x4,)),
    Program(increments, (x4,)),
]
