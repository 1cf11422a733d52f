"""Statistics of tables, and dynamic programs over them. A table is filled along its diagonals, or by rows."""

import numpy


def covariance(np, data):
    data = data - np.mean(data, axis=0)
    return np.sum((data.T @ data / (len(data) - 1.0)) ** 2)


def correlation(np, data):
    data = data - np.mean(data, axis=0)
    stddev = np.sqrt(np.mean(data**2, axis=0))
    data = data / (len(data) ** 0.5 * np.where(stddev <= 0.1, 1.0, stddev))
    beside = np.constant(1.0 - numpy.eye(data.shape[1]))
    return data.shape[1] + np.sum((data.T @ data * beside) ** 2)


def floyd_warshall(np, path):
    for k in range(len(path)):
        path = np.minimum(path, path[:, k : k + 1] + path[k : k + 1, :])
    return np.sum(path**2)


floyd_warshall_outer = floyd_warshall


def time_warping(np, a, b):
    """The table by its diagonals: a cell needs the two before it and the one between them."""
    n, m = len(a), len(b)
    apart = (a[:, None] - b) ** 2
    rows, columns = numpy.indices((n, m))
    flat = np.reshape(apart, (-1,))
    infinite = np.constant(numpy.full(1, 1e300))
    before, last = None, flat[:1]
    for k in range(1, n + m - 1):
        low = max(0, k - m + 1)  # the first row of this diagonal
        count = min(k, n - 1) - low + 1
        cells = np.constant((rows * m + columns)[numpy.arange(low, low + count), k - numpy.arange(low, low + count)])
        above = last if k > m - 1 else np.concatenate([infinite, last])
        left = np.concatenate([last, infinite])
        shift = 1 if k > m - 1 else 0
        best = np.minimum(above[:count], left[shift : shift + count])
        if before is not None:
            padded = np.concatenate([infinite, before, infinite])
            start = low - max(0, k - m - 1)
            best = np.minimum(best, padded[start : start + count])
        before, last = last, flat[cells] + best
    return last[0]


def hidden_markov(np, transition, emission, start, observed):
    seen = np.rows(emission.T[observed])
    alpha = start * seen[0]
    scale = np.sum(alpha)
    total = np.log(scale)
    for likely in seen[1:]:
        alpha = (alpha / scale) @ transition * likely
        scale = np.sum(alpha)
        total = total + np.log(scale)
    return total


def group_means(np, values, groups, count):
    sizes = np.constant(numpy.bincount(numpy.asarray(groups), minlength=count).astype(float))
    means = np.scatter_add(values, groups, count) / sizes
    return np.sum((values - means[groups]) ** 2)


def linear_regression_sgd(np, X, y, w, rate, epochs):
    samples = list(zip(np.rows(X), np.rows(y), strict=True))
    for _ in range(epochs):
        for x, target in samples:
            w = w - rate * (x @ w - target) * x
    return np.mean((X @ w - y) ** 2)
