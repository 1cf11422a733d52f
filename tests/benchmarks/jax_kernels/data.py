"""Statistics of tables, and dynamic programs over them."""

import jax.numpy as jnp
from jax import lax

STATIC = {"group_means": (2,), "linear_regression_sgd": (4,)}
NOT_PORTED: dict[str, str] = {}


def covariance(data):
    data = data - jnp.mean(data, axis=0)
    return jnp.sum((data.T @ data / (len(data) - 1.0)) ** 2)


def correlation(data):
    n, m = data.shape
    stddev = jnp.std(data, axis=0)
    stddev = jnp.where(stddev <= 0.1, 1.0, stddev)
    data = (data - jnp.mean(data, axis=0)) / (jnp.sqrt(n) * stddev)
    return jnp.sum(jnp.where(jnp.eye(m, dtype=bool), 1.0, data.T @ data) ** 2)


def floyd_warshall(path):
    """With a choice in place of `minimum`, whose derivative records floats and takes two to four times as long."""

    def step(k, path):
        through = path[:, k, None] + path[k]
        return jnp.where(through < path, through, path)

    return jnp.sum(lax.fori_loop(0, len(path), step, path) ** 2)


floyd_warshall_outer = floyd_warshall  # JAX has no faster way of saying the outer sum


def time_warping(a, b):
    """The cells of a diagonal of the table depend on the two diagonals before it alone, and are computed at once.

    A diagonal is held by its rows, from 0 to n; what is outside of the table or on its border costs infinity.
    """
    n, m = len(a), len(b)
    i, j = jnp.arange(n), jnp.arange(n + m - 1)[:, None] - jnp.arange(n)
    distance = jnp.where((j >= 0) & (j < m), (a[i] - b[jnp.clip(j, 0, m - 1)]) ** 2, jnp.inf)

    def step(diagonals, distance):
        before, last = diagonals
        cheapest = jnp.minimum(jnp.minimum(last[:-1], last[1:]), before[:-1])
        return (last, jnp.full(n + 1, jnp.inf).at[1:].set(distance + cheapest)), None

    border = jnp.full(n + 1, jnp.inf)
    (_, last), _ = lax.scan(step, (border.at[0].set(0.0), border), distance)
    return last[n]


def hidden_markov(transition, emission, start, observed):
    likelihood = emission.T[observed]

    def step(alpha, likelihood):
        alpha = alpha @ transition * likelihood
        scale = jnp.sum(alpha)
        return alpha / scale, scale

    first = start * likelihood[0]
    scale = jnp.sum(first)
    _, scales = lax.scan(step, first / scale, likelihood[1:])
    return jnp.log(scale) + jnp.sum(jnp.log(scales))


def group_means(values, groups, count):
    means = jnp.zeros(count).at[groups].add(values) / jnp.zeros(count).at[groups].add(1.0)
    return jnp.sum((values - means[groups]) ** 2)


def linear_regression_sgd(X, y, w, rate, epochs):
    def step(w, row):
        x, y_i = row
        return w - rate * (x @ w - y_i) * x, None

    def epoch(_, w):
        return lax.scan(step, w, (X, y))[0]

    w = lax.fori_loop(0, epochs, epoch, w)
    return jnp.mean((X @ w - y) ** 2)
