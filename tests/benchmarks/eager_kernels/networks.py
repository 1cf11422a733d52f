"""Layers of neural networks. A convolution is a sum over the places of the filter, each a product of matrices."""

import numpy


def conv2d_output(np, input, weights):
    size = weights.shape[0]
    height, width = input.shape[1] - size + 1, input.shape[2] - size + 1
    if np.has_convolution:
        return np.convolve2d(input, weights)
    places = [(i, j) for i in range(size) for j in range(size)]
    return sum(input[:, i : i + height, j : j + width] @ weights[i, j] for i, j in places)


def conv2d(np, input, weights):
    return np.sum(conv2d_output(np, input, weights) ** 2)


def pooled(np, x):
    batch, height, width, channels = x.shape
    x = x[:, : height // 2 * 2, : width // 2 * 2]
    return np.max(np.reshape(x, (batch, height // 2, 2, width // 2, 2, channels)), axis=(2, 4))


def maxpool2d(np, x):
    return np.sum(pooled(np, x) ** 2)


def relu(np, x):
    return np.where(x > 0.0, x, 0.0)


def lenet5(np, images, labels, conv1, bias1, conv2, bias2, fc1, fc1_bias, fc2, fc2_bias, fc3, fc3_bias):
    x = pooled(np, relu(np, conv2d_output(np, images, conv1) + bias1))
    x = pooled(np, relu(np, conv2d_output(np, x, conv2) + bias2))
    x = np.reshape(x, (x.shape[0], -1))
    x = relu(np, x @ fc1 + fc1_bias)
    x = relu(np, x @ fc2 + fc2_bias)
    scores = x @ fc3 + fc3_bias
    chosen = scores[np.constant(numpy.arange(len(labels))), labels]
    return np.mean(np.logsumexp(scores, 1) - chosen)


def batchnorm2d(np, x, scale, shift, eps=1e-5):
    x = x - np.mean(x, axis=(0, 1, 2))
    return x / np.sqrt(np.mean(x**2, axis=(0, 1, 2)) + eps) * scale + shift


def residual_block(np, input, conv1, conv2, conv3, scales, shifts):
    x = batchnorm2d(np, conv2d_output(np, input, conv1), scales[0], shifts[0])
    padded = np.pad(relu(np, x), ((0, 0), (1, 1), (1, 1), (0, 0)))
    x = batchnorm2d(np, conv2d_output(np, padded, conv2), scales[1], shifts[1])
    x = batchnorm2d(np, conv2d_output(np, relu(np, x), conv3), scales[2], shifts[2])
    return np.sum(relu(np, x + input) ** 3)


def shares(np, x):
    if np.has_softmax:
        return np.softmax(x, -1)
    exponentials = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return exponentials / np.sum(exponentials, axis=-1, keepdims=True)


def softmax(np, x):
    return np.sum(shares(np, x) ** 2)


softmax_in_place = softmax


def mlp(np, input, w1, b1, w2, b2, w3, b3):
    x = relu(np, input @ w1 + b1)
    x = relu(np, x @ w2 + b2)
    return -np.mean(np.log(shares(np, x @ w3 + b3)[:, 0]))


def sigmoid(np, x):
    return np.sigmoid(x) if np.has_softmax else 1.0 / (1.0 + np.exp(-x))


def lstm(np, X, W, U, b, h0, c0):
    units = h0.shape[1]
    h, c = h0, c0
    squares = 0.0
    for x in np.rows(X):
        gates = x @ W + h @ U + b
        keep, write, show = (sigmoid(np, gates[:, i * units : (i + 1) * units]) for i in range(3))
        c = keep * c + write * np.tanh(gates[:, 3 * units :])
        h = show * np.tanh(c)
        squares = squares + np.sum(h**2)
    return squares / (len(X) * h.shape[0] * h.shape[1]) + np.sum(c)


def attention(np, x, wq, wk, wv):
    q, k, v = x @ wq, x @ wk, x @ wv
    scores = q @ k.T / k.shape[1] ** 0.5
    later = np.constant(numpy.triu(numpy.ones(scores.shape, dtype=bool), 1))
    return np.sum((shares(np, np.where(later, -1e9, scores)) @ v) ** 2)


def adam(np, X, y, w, rate, steps):
    m = v = 0.0
    for t in range(1, steps + 1):
        slope = (sigmoid(np, X @ w) - y) @ X / len(y)
        m = 0.9 * m + 0.1 * slope
        v = 0.99 * v + 0.01 * slope**2
        w = w - rate * (m / (1.0 - 0.9**t)) / (np.sqrt(v / (1.0 - 0.99**t)) + 1e-3)
    return np.mean(np.log1p(np.exp((1.0 - 2.0 * y) * (X @ w))))
