"""The programs of the suite for PyTorch and autograd."""

import numpy


def recurrence(np, x, c, n):
    for _ in range(n):
        x = np.sin(x) * x + c
    return x


recurrence_math = recurrence_while = recurrence


def logistic_map(np, x, c, n):
    for _ in range(n):
        x = c * x * (1.0 - x)
    return x


def swing(np, length, angle, damping):
    return length * np.exp(-damping) * np.cos(angle) + angle * damping


def swing_of_vector(np, p):
    return swing(np, p[0], p[1], p[2])


def chain(np, x):
    y = np.sin(x) * x
    z = np.exp(-y * y)
    return np.sum(z * np.tanh(x) / (1.0 + y * y))


def rosenbrock(np, x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def heat_2d(np, u, k, steps):
    """Inside and border apart, put together by padding: the border does not change."""
    inside = u[1:-1, 1:-1]
    border = u - np.pad(inside, ((1, 1), (1, 1)))
    for _ in range(steps):
        u = border + np.pad(inside, ((1, 1), (1, 1)))
        inside = inside + k * (u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4.0 * inside)
    return np.sum(border**2) + np.sum(inside**2)


def gmm(np, weights, means, log_scales, lower, x):
    """The diagonal and the strict triangle are spread by constant matrices."""
    k, d = means.shape
    strict = numpy.zeros((d * (d - 1) // 2, d, d))
    strict[(numpy.arange(len(strict)), *numpy.tril_indices(d, -1))] = 1.0
    diagonal = np.constant(numpy.eye(d))
    spread = np.constant(strict.reshape(-1, d * d))
    root = (lower @ spread).reshape((k, d, d)) + np.exp(log_scales)[:, :, None] * diagonal
    scaled = (x - means[:, None, :]) @ np.transpose(root, (0, 2, 1))
    inside = (weights + np.sum(log_scales, axis=1))[:, None] - 0.5 * np.sum(scaled**2, axis=2)
    likelihood = np.sum(np.logsumexp(inside, 0)) - len(x) * np.logsumexp(weights, 0)
    return 0.5 * np.sum(root**2) - np.sum(log_scales) - likelihood


def cross_entropy(np, params, images, targets):
    w1, b1, w2, b2 = params
    logits = np.tanh(images @ w1 + b1) @ w2 + b2
    return np.mean(np.logsumexp(logits, 1) - np.sum(targets * logits, axis=1))


def dense_network(np, x, y, w1, b1, w2, b2, w3, b3):
    h = np.tanh(x @ w1 + b1)
    h = np.tanh(h @ w2 + b2)
    return np.mean((h @ w3 + b3 - y) ** 2)
