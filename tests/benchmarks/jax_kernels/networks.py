"""Layers of neural networks.

Images are (batch, height, width, channels); a filter is (size, size, channels in, channels out).
"""

import jax
import jax.numpy as jnp
from jax import lax

STATIC = {"adam": (4,)}
NOT_PORTED: dict[str, str] = {}


def convolved(input, weights):
    """One matrix product: on a processor JAX's own convolution takes two to three times as long in double precision."""
    size = weights.shape[0]
    height, width = input.shape[1] - size + 1, input.shape[2] - size + 1
    patches = [input[:, i : i + height, j : j + width] for i in range(size) for j in range(size)]
    return jnp.concatenate(patches, axis=3) @ weights.reshape(-1, weights.shape[3])


def conv2d(input, weights):
    return jnp.sum(convolved(input, weights) ** 2)


def pooled(x):
    batch, height, width, channels = x.shape
    height, width = height // 2, width // 2
    blocks = x[:, : 2 * height, : 2 * width].reshape(batch, height, 2, width, 2, channels)
    return jnp.max(blocks, axis=(2, 4))


def maxpool2d(x):
    return jnp.sum(pooled(x) ** 2)


def lenet5(images, labels, conv1, bias1, conv2, bias2, fc1, fc1_bias, fc2, fc2_bias, fc3, fc3_bias):
    x = pooled(jax.nn.relu(convolved(images, conv1) + bias1))
    x = pooled(jax.nn.relu(convolved(x, conv2) + bias2))
    x = x.reshape(len(x), -1)
    x = jax.nn.relu(x @ fc1 + fc1_bias)
    x = jax.nn.relu(x @ fc2 + fc2_bias)
    log_probabilities = jax.nn.log_softmax(x @ fc3 + fc3_bias)
    return -jnp.mean(log_probabilities[jnp.arange(len(labels)), labels])


def normalised(x, scale, shift, eps=1e-5):
    x = x - jnp.mean(x, axis=(0, 1, 2))
    return x / jnp.sqrt(jnp.mean(x**2, axis=(0, 1, 2)) + eps) * scale + shift


def residual_block(input, conv1, conv2, conv3, scales, shifts):
    x = jax.nn.relu(normalised(convolved(input, conv1), scales[0], shifts[0]))
    x = jnp.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    x = jax.nn.relu(normalised(convolved(x, conv2), scales[1], shifts[1]))
    x = normalised(convolved(x, conv3), scales[2], shifts[2])
    return jnp.sum(jax.nn.relu(x + input) ** 3)


def softmax(x):
    return jnp.sum(jax.nn.softmax(x) ** 2)


softmax_in_place = softmax


def mlp(input, w1, b1, w2, b2, w3, b3):
    x = jax.nn.relu(input @ w1 + b1)
    x = jax.nn.relu(x @ w2 + b2)
    return -jnp.mean(jnp.log(jax.nn.softmax(x @ w3 + b3)[:, 0]))


def lstm(X, W, U, b, h0, c0):
    """The part of the gates that comes from the inputs is computed for all steps at once."""
    units = h0.shape[1]

    def step(state, driven):
        h, c = state
        gates = driven + h @ U
        keep, write, show = jnp.split(jax.nn.sigmoid(gates[:, : 3 * units]), 3, axis=1)
        c = keep * c + write * jnp.tanh(gates[:, 3 * units :])
        h = show * jnp.tanh(c)
        return (h, c), h

    (_, c), h = lax.scan(step, (h0, c0), X @ W + b)
    return jnp.mean(h**2) + jnp.sum(c)


def attention(x, wq, wk, wv):
    q, k, v = x @ wq, x @ wk, x @ wv
    scores = q @ k.T / jnp.sqrt(k.shape[1])
    scores = jnp.where(jnp.tri(len(x), dtype=bool), scores, -1e9)
    return jnp.sum((jax.nn.softmax(scores) @ v) ** 2)


def adam(X, y, w, rate, steps):
    def step(state, t):
        w, m, v = state
        slope = X.T @ (jax.nn.sigmoid(X @ w) - y) / len(y)
        m = 0.9 * m + 0.1 * slope
        v = 0.99 * v + 0.01 * slope**2
        w = w - rate * (m / (1.0 - 0.9**t)) / (jnp.sqrt(v / (1.0 - 0.99**t)) + 1e-3)
        return (w, m, v), None

    zeros = jnp.zeros_like(w)
    (w, _, _), _ = lax.scan(step, (w, zeros, zeros), jnp.arange(1, steps + 1))
    return jnp.mean(jnp.log1p(jnp.exp((1.0 - 2.0 * y) * (X @ w))))
