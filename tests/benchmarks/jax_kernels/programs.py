"""The programs of the suite in JAX."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

STATIC = {
    "recurrence": (2,),
    "recurrence_math": (2,),
    "recurrence_while": (2,),
    "logistic_map": (2,),
    "heat_2d": (2,),
}
NOT_PORTED: dict[str, str] = {}


def recurrence(x, c, n):
    return lax.fori_loop(0, n, lambda _, x: jnp.sin(x) * x + c, x)


recurrence_math = recurrence_while = recurrence


def logistic_map(x, c, n):
    return lax.fori_loop(0, n, lambda _, x: c * x * (1.0 - x), x)


def swing(length, angle, damping):
    return length * jnp.exp(-damping) * jnp.cos(angle) + angle * damping


def swing_of_vector(p):
    return swing(p[0], p[1], p[2])


def chain(x):
    y = jnp.sin(x) * x
    z = jnp.exp(-y * y)
    return jnp.sum(z * jnp.tanh(x) / (1.0 + y * y))


def rosenbrock(x):
    return jnp.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def heat_2d(u, k, steps):
    def step(_, u):
        return u.at[1:-1, 1:-1].add(k * (u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4.0 * u[1:-1, 1:-1]))

    return jnp.sum(lax.fori_loop(0, steps, step, u) ** 2)


def gmm(weights, means, log_scales, lower, x):
    k, d = means.shape
    rows, columns = np.tril_indices(d, -1)
    root = jnp.zeros((k, d, d)).at[:, rows, columns].set(lower)
    root = root.at[:, np.arange(d), np.arange(d)].set(jnp.exp(log_scales))
    scaled = (x - means[:, None, :]) @ root.transpose(0, 2, 1)
    inside = (weights + jnp.sum(log_scales, axis=1))[:, None] - 0.5 * jnp.sum(scaled**2, axis=2)
    log_sum_exp = jax.scipy.special.logsumexp
    likelihood = jnp.sum(log_sum_exp(inside, axis=0)) - len(x) * log_sum_exp(weights)
    return 0.5 * jnp.sum(root**2) - jnp.sum(log_scales) - likelihood


def cross_entropy(params, images, targets):
    w1, b1, w2, b2 = params
    logits = jnp.tanh(images @ w1 + b1) @ w2 + b2
    return -jnp.mean(jnp.sum(targets * jax.nn.log_softmax(logits, axis=1), axis=1))


def dense_network(x, y, w1, b1, w2, b2, w3, b3):
    h = jnp.tanh(x @ w1 + b1)
    h = jnp.tanh(h @ w2 + b2)
    return jnp.mean((h @ w3 + b3 - y) ** 2)
