"""Statistics of tables, and dynamic programs over them."""

import numpy as np

from . import Kernel


def covariance(data):
    """The covariances (m, m) of the columns of data (n, m), which is centred in place."""
    n, m = data.shape
    data -= np.mean(data, axis=0)
    cov = np.zeros((m, m), dtype=data.dtype)
    for i in range(m):
        cov[i:, i] = data[:, i] @ data[:, i:] / (n - 1.0)
        cov[i, i:] = cov[i:, i]
    return cov


def covariance_loss(data):
    return np.sum(covariance(data) ** 2)


def correlation(data):
    """The correlations (m, m) of the columns of data (n, m), which is standardised in place.

    Columns that hardly vary are not scaled up.
    """
    n, m = data.shape
    mean = np.mean(data, axis=0)
    stddev = np.std(data, axis=0)
    stddev[stddev <= 0.1] = 1.0
    data -= mean
    data /= np.sqrt(n) * stddev
    corr = np.eye(m, dtype=data.dtype)
    for i in range(m - 1):
        corr[i, i + 1 :] = corr[i + 1 :, i] = data[:, i] @ data[:, i + 1 :]
    return corr


def correlation_loss(data):
    return np.sum(correlation(data) ** 2)


def floyd_warshall(path):
    """The lengths of all shortest paths, in place of the lengths (n, n) of the edges."""
    for k in range(path.shape[0]):
        path[:] = np.minimum(path, path[:, k : k + 1] + path[k : k + 1, :])


def floyd_warshall_loss(path):
    floyd_warshall(path)
    return np.sum(path**2)


def floyd_warshall_outer(path):
    """The same with the sums of all pairs by the outer form of the ufunc."""
    for k in range(path.shape[0]):
        path[:] = np.minimum(path[:], np.add.outer(path[:, k], path[k, :]))


def floyd_warshall_outer_loss(path):
    floyd_warshall_outer(path)
    return np.sum(path**2)


def time_warping(a, b):
    """The cost of aligning the series a (n,) and b (m,): a table filled cell by cell."""
    n, m = len(a), len(b)
    cost = np.full((n + 1, m + 1), np.inf)
    cost[0, 0] = 0.0
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            distance = (a[i - 1] - b[j - 1]) ** 2
            cost[i, j] = distance + min(cost[i - 1, j], cost[i, j - 1], cost[i - 1, j - 1])
    return cost[n, m]


def hidden_markov(transition, emission, start, observed):
    """The forward probabilities (t, n) of a chain of n states, scaled in each step, and the log-likelihood.

    transition (n, n), emission (n, symbols), start (n,), observed (t,) integers.
    """
    alpha = np.zeros((len(observed), len(start)))
    scale = np.zeros(len(observed))
    alpha[0] = start * emission[:, observed[0]]
    scale[0] = alpha[0].sum()
    alpha[0] /= scale[0]
    for t in range(1, len(observed)):
        for j in range(len(start)):
            alpha[t, j] = alpha[t - 1] @ transition[:, j] * emission[j, observed[t]]
        scale[t] = alpha[t].sum()
        alpha[t] /= scale[t]
    return alpha, np.sum(np.log(scale))


def hidden_markov_loss(transition, emission, start, observed):
    _, log_likelihood = hidden_markov(transition, emission, start, observed)
    return log_likelihood


def group_means(values, groups, count):
    """The means (count,) of the values (n,) of each group, by sums at repeated indices."""
    totals = np.zeros(count)
    sizes = np.zeros(count)
    np.add.at(totals, groups, values)
    np.add.at(sizes, groups, 1)
    return totals / sizes


def group_means_loss(values, groups, count):
    means = group_means(values, groups, count)
    return np.sum((values - means[groups]) ** 2)


def linear_regression_sgd(X, y, w, rate, epochs):
    """Fits w (m,) in place to X (n, m) w = y (n,), one row at a time."""
    for _ in range(epochs):
        for i in range(len(y)):
            residual = X[i] @ w - y[i]
            w -= rate * residual * X[i]


def linear_regression_sgd_loss(X, y, w, rate, epochs):
    linear_regression_sgd(X, y, w, rate, epochs)
    return np.mean((X @ w - y) ** 2)


# ---- samples


def table(n, m, seed=1):
    """Columns of different means and deviations; the last hardly varies."""
    rng = np.random.default_rng(seed)
    scale = rng.uniform(0.5, 1.5, size=m)
    scale[-1] = 0.03
    return rng.normal(size=(n, m)) * scale + rng.normal(size=m)


def lengths(n, seed=2):
    distance = np.random.default_rng(seed).uniform(1.0, 10.0, size=(n, n))
    np.fill_diagonal(distance, 0.0)
    return distance + 0.5


def series(n, m, seed=3):
    rng = np.random.default_rng(seed)
    return np.sin(np.linspace(0.0, 3.0, n)) + 0.1 * rng.normal(size=n), np.sin(np.linspace(0.0, 3.3, m))


def chain(states, symbols, steps, seed=4):
    rng = np.random.default_rng(seed)
    transition = rng.uniform(0.2, 1.0, size=(states, states))
    emission = rng.uniform(0.2, 1.0, size=(states, symbols))
    start = np.full(states, 1.0 / states)
    transition /= transition.sum(axis=1, keepdims=True)
    emission /= emission.sum(axis=1, keepdims=True)
    return transition, emission, start, rng.integers(0, symbols, size=steps)


def grouped(n, count, seed=5):
    rng = np.random.default_rng(seed)
    return rng.normal(size=n), np.concatenate((np.arange(count), rng.integers(0, count, size=n - count))), count


def regression(n, m, epochs, seed=6):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, m))
    return X, X @ np.ones(m) + 0.1 * rng.normal(size=n), np.zeros(m), 0.02, epochs


KERNELS = [
    Kernel(covariance, (table(7, 4),), 0, covariance_loss, lambda: (table(400, 100),)),
    Kernel(correlation, (table(7, 4),), 0, correlation_loss, lambda: (table(400, 100),)),
    Kernel(floyd_warshall, (lengths(5),), 0, floyd_warshall_loss, lambda: (lengths(100),), "path"),
    Kernel(floyd_warshall_outer, (lengths(5),), 0, floyd_warshall_outer_loss, lambda: (lengths(100),), "path"),
    Kernel(time_warping, series(5, 6), (0, 1), time_warping, lambda: series(60, 60)),
    Kernel(hidden_markov, chain(3, 4, 5), (0, 1, 2), hidden_markov_loss, lambda: chain(6, 5, 150)),
    Kernel(group_means, grouped(9, 3), 0, group_means_loss, lambda: grouped(100_000, 50)),
    Kernel(
        linear_regression_sgd,
        regression(5, 3, 2),
        (0, 1, 2, 3),
        linear_regression_sgd_loss,
        lambda: regression(200, 10, 5),
        "w",
    ),
]
