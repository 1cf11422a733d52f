"""Losses and models of statistics and machine learning."""

# ruff: noqa: B905 (a plain zip is what users write)

import math

import numpy as np

from . import Program

rng = np.random.default_rng(12)


def linear_regression(w, b, X, y):
    residual = X @ w + b - y
    return np.mean(residual**2)


def ridge_regression(w, X, y, penalty):
    residual = X.dot(w) - y
    return 0.5 * residual.dot(residual) + 0.5 * penalty * np.sum(w**2)


def logistic_regression(w, X, y):
    """Negative log-likelihood; y is 0 or 1."""
    z = X @ w
    return np.mean(np.logaddexp(0.0, z) - y * z)


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def logistic_by_probabilities(parameters, X, y):
    p = sigmoid(X @ parameters["w"] + parameters["b"])
    return -np.mean(y * np.log(p) + (1.0 - y) * np.log(1.0 - p))


def logsumexp(a, axis):
    shift = np.max(a, axis=axis, keepdims=True)
    return np.log(np.sum(np.exp(a - shift), axis=axis, keepdims=True)) + shift


def mlp_logits(layers, x):
    for W, b in layers[:-1]:
        x = np.tanh(x @ W + b)
    W, b = layers[-1]
    return x @ W + b


def mlp_cross_entropy(layers, x, labels):
    logits = mlp_logits(layers, x)
    log_probabilities = logits - logsumexp(logits, axis=1)
    return -np.mean(log_probabilities[np.arange(len(labels)), labels])


def mlp_one_hot_with_decay(layers, x, targets, decay):
    logits = mlp_logits(layers, x)
    log_probabilities = logits - logsumexp(logits, axis=1)
    loss = -np.sum(targets * log_probabilities) / x.shape[0]
    for i, (W, _) in enumerate(layers):
        if i > 0:
            loss += decay * np.sum(W * W)
    return loss


def relu_network(W1, b1, W2, x):
    hidden = np.maximum(0.0, x @ W1 + b1)
    return np.sum((hidden @ W2) ** 2)


def rnn(W_in, W_rec, b, inputs):
    h = np.zeros(b.shape)
    loss = 0.0
    for x in inputs:
        h = np.tanh(W_in @ x + W_rec @ h + b)
        loss += np.sum(h**2)
    return loss / len(inputs)


def lstm(parameters, inputs, targets):
    """One layer, gates side by side in one matrix product."""
    W, U, b = parameters
    n = U.shape[0]
    h = np.zeros(n)
    c = np.zeros(n)
    loss = 0.0
    for x, target in zip(inputs, targets):
        gates = x @ W + h @ U + b
        i = sigmoid(gates[:n])
        f = sigmoid(gates[n : 2 * n])
        o = sigmoid(gates[2 * n : 3 * n])
        g = np.tanh(gates[3 * n :])
        c = f * c + i * g
        h = o * np.tanh(c)
        loss += np.sum((h - target) ** 2)
    return loss


def softmax(a, axis=-1):
    e = np.exp(a - np.max(a, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


def attention(Q, K, V):
    scores = Q @ K.T / np.sqrt(Q.shape[-1])
    return softmax(scores) @ V


def multi_head_attention(x, Wq, Wk, Wv, heads):
    n, width = x.shape
    size = width // heads
    q = (x @ Wq).reshape(n, heads, size).transpose(1, 0, 2)
    k = (x @ Wk).reshape(n, heads, size).transpose(1, 0, 2)
    v = (x @ Wv).reshape(n, heads, size).transpose(1, 0, 2)
    weights = softmax(q @ k.transpose(0, 2, 1) / math.sqrt(size))
    mixed = (weights @ v).transpose(1, 0, 2).reshape(n, width)
    return np.sum(mixed**2)


def layer_norm(x, scale, offset):
    mean = x.mean(axis=-1, keepdims=True)
    variance = x.var(axis=-1, keepdims=True)
    return np.sum(np.sin(scale * (x - mean) / np.sqrt(variance + 1e-5) + offset))


def gelu(x):
    return 0.5 * x * (1.0 + np.tanh(np.sqrt(2.0 / np.pi) * (x + 0.044715 * x**3)))


def convolution_1d(kernel, signal):
    """A valid convolution by shifted slices."""
    width = len(kernel)
    n = len(signal) - width + 1
    out = np.zeros(n)
    for k in range(width):
        out = out + kernel[width - 1 - k] * signal[k : k + n]
    return np.sum(np.tanh(out) ** 2)


def gaussian_mixture(log_weights, means, log_scales, x):
    """Log-likelihood of points x under a mixture of one-dimensional Gaussians."""
    log_weights = log_weights - np.log(np.sum(np.exp(log_weights)))
    z = (x[:, None] - means) / np.exp(log_scales)
    log_density = log_weights - 0.5 * z**2 - log_scales - 0.5 * np.log(2.0 * np.pi)
    return np.sum(logsumexp(log_density, axis=1))


def gaussian_mixture_loop(weights, means, scales, x):
    total = 0.0
    for value in x:
        density = 0.0
        for weight, mean, scale in zip(weights, means, scales):
            density += weight * math.exp(-0.5 * ((value - mean) / scale) ** 2) / scale
        total += math.log(density)
    return total


def huber(residual, delta):
    size = np.abs(residual)
    return np.where(size <= delta, 0.5 * residual**2, delta * (size - 0.5 * delta))


def huber_regression(w, X, y, delta):
    return np.mean(huber(X @ w - y, delta))


def huber_loop(x, delta):
    total = 0.0
    for r in x:
        if abs(r) <= delta:
            total += 0.5 * r * r
        else:
            total += delta * (abs(r) - 0.5 * delta)
    return total


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def rosenbrock_loop(x):
    total = 0.0
    for i in range(len(x) - 1):
        total += 100.0 * (x[i + 1] - x[i] ** 2) ** 2 + (1.0 - x[i]) ** 2
    return total


def matrix_factorisation(U, V, ratings, known):
    error = np.where(known, U @ V.T - ratings, 0.0)
    return 0.5 * np.sum(error**2) + 0.1 * (np.sum(U**2) + np.sum(V**2))


def poisson_regression(w, X, counts):
    rate = np.exp(X @ w)
    return np.sum(rate - counts * np.log(rate))


def kernel_density(points, x, bandwidth):
    d = (x[:, None] - points[None, :]) / bandwidth
    density = np.mean(np.exp(-0.5 * d * d), axis=1) / bandwidth
    return np.sum(np.log(density))


def hidden_markov_forward(log_transition, log_emission, observations):
    """Log-likelihood by the forward recursion, in logarithms."""
    alpha = log_emission[:, observations[0]]
    for symbol in observations[1:]:
        alpha = logsumexp(alpha[:, None] + log_transition, axis=0)[0] + log_emission[:, symbol]
    return logsumexp(alpha, axis=0)[0]


def gradient_descent_unrolled(rate, start, X, y, steps):
    """Differentiates through training: the loss after some steps as a function of the step size."""
    w = start
    for _ in range(steps):
        w = w - rate * X.T @ (X @ w - y) / len(y)
    return np.mean((X @ w - y) ** 2)


def embedding_mean(table, sentences, v):
    """A bag of words: rows of the table are read with repeats."""
    total = 0.0
    for sentence in sentences:
        total += np.tanh(np.mean(table[sentence], axis=0) @ v)
    return total


def contrastive(a, b, temperature):
    a = a / np.sqrt(np.sum(a**2, axis=1, keepdims=True))
    b = b / np.sqrt(np.sum(b**2, axis=1, keepdims=True))
    logits = a @ b.T / temperature
    k = np.arange(len(a))
    return -np.mean(logits[k, k] - logsumexp(logits, axis=1)[:, 0])


X = rng.normal(size=(6, 3))
y = rng.normal(size=6)
binary = np.array([0, 1, 1, 0, 1, 0])
w = rng.normal(size=3)
layers = [(rng.normal(size=(3, 4)), rng.normal(size=4)), (rng.normal(size=(4, 2)), rng.normal(size=2))]
lstm_parameters = (0.5 * rng.normal(size=(3, 8)), 0.5 * rng.normal(size=(2, 8)), rng.normal(size=8))
sequence = rng.normal(size=(4, 3))

PROGRAMS = [
    Program(linear_regression, (w, 0.3, X, y), (0, 1)),
    Program(ridge_regression, (w, X, y, 0.2), (0, 3)),
    Program(logistic_regression, (w, X, binary)),
    Program(logistic_by_probabilities, ({"w": w, "b": 0.3}, X, binary)),
    Program(mlp_cross_entropy, (layers, X, binary)),
    Program(mlp_one_hot_with_decay, (layers, X, np.eye(2)[binary], 0.1), (0, 3)),
    Program(
        relu_network, (rng.normal(size=(3, 4)), rng.normal(size=4), rng.normal(size=(4, 2)), X), (0, 1, 2)
    ),
    Program(
        rnn, (rng.normal(size=(2, 3)), rng.normal(size=(2, 2)), rng.normal(size=2), sequence), (0, 1, 2, 3)
    ),
    Program(lstm, (lstm_parameters, sequence, rng.normal(size=(4, 2))), (0, 1)),
    Program(
        attention, (rng.normal(size=(3, 2)), rng.normal(size=(4, 2)), rng.normal(size=(4, 3))), (0, 1, 2)
    ),
    Program(
        multi_head_attention,
        (rng.normal(size=(3, 4)), *(0.5 * rng.normal(size=(3, 4, 4))), 2),
        (0, 1, 2, 3),
    ),
    Program(layer_norm, (rng.normal(size=(2, 4)), rng.normal(size=4), rng.normal(size=4)), (0, 1, 2)),
    Program(gelu, (rng.normal(size=4),)),
    Program(convolution_1d, (rng.normal(size=3), rng.normal(size=7)), (0, 1)),
    Program(gaussian_mixture, (*rng.normal(size=(3, 2)), rng.normal(size=5)), (0, 1, 2)),
    Program(gaussian_mixture_loop, (np.array([0.3, 0.7]), w[:2], np.array([0.8, 1.3]), y[:4]), (0, 1, 2, 3)),
    Program(huber_regression, (w, X, y, 0.8)),
    Program(huber_loop, (y, 0.75)),
    Program(rosenbrock, (rng.normal(size=4),)),
    Program(rosenbrock_loop, (rng.normal(size=4),)),
    Program(
        matrix_factorisation,
        (
            rng.normal(size=(3, 2)),
            rng.normal(size=(4, 2)),
            rng.normal(size=(3, 4)),
            rng.normal(size=(3, 4)) > 0,
        ),
        (0, 1),
    ),
    Program(poisson_regression, (0.3 * w, X, np.array([0, 2, 1, 3, 0, 1]))),
    Program(kernel_density, (rng.normal(size=4), rng.normal(size=3), 0.6), (0, 1, 2)),
    Program(hidden_markov_forward, (rng.normal(size=(2, 2)), rng.normal(size=(2, 3)), (0, 2, 1, 1)), (0, 1)),
    Program(gradient_descent_unrolled, (0.1, w, X, y, 4), (0, 1, 3)),
    Program(embedding_mean, (rng.normal(size=(4, 3)), [np.array([0, 1, 1]), np.array([3, 0])], w), (0, 2)),
    Program(contrastive, (rng.normal(size=(3, 2)), rng.normal(size=(3, 2)), 0.7), (0, 1, 2)),
]
