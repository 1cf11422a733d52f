"""Layers of neural networks with loops and buffers, as one writes them to understand them.

Images are (batch, height, width, channels); a filter is (size, size, channels in, channels out).
"""

import numpy as np

from . import Kernel


def conv2d(input, weights):
    """All places where the filter fits, one by one: (batch, h - size + 1, w - size + 1, channels out)."""
    size = weights.shape[0]
    h_out = input.shape[1] - size + 1
    w_out = input.shape[2] - size + 1
    output = np.empty((input.shape[0], h_out, w_out, weights.shape[3]))
    for i in range(h_out):
        for j in range(w_out):
            output[:, i, j, :] = np.sum(
                input[:, i : i + size, j : j + size, :, np.newaxis] * weights[np.newaxis, :, :, :], axis=(1, 2, 3)
            )
    return output


def conv2d_loss(input, weights):
    return np.sum(conv2d(input, weights) ** 2)


def maxpool2d(x):
    """The largest of each 2 x 2 block, the image being half as high and wide."""
    output = np.empty([x.shape[0], x.shape[1] // 2, x.shape[2] // 2, x.shape[3]], dtype=x.dtype)
    for i in range(x.shape[1] // 2):
        for j in range(x.shape[2] // 2):
            output[:, i, j, :] = np.max(x[:, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2, :], axis=(1, 2))
    return output


def maxpool2d_loss(x):
    return np.sum(maxpool2d(x) ** 2)


def relu(x):
    return np.maximum(x, 0)


def lenet5(images, labels, conv1, bias1, conv2, bias2, fc1, fc1_bias, fc2, fc2_bias, fc3, fc3_bias):
    """LeCun's network of 1998: two convolutions with pooling, three dense layers; the mean cross entropy."""
    x = relu(conv2d(images, conv1) + bias1)
    x = maxpool2d(x)
    x = relu(conv2d(x, conv2) + bias2)
    x = maxpool2d(x)
    x = np.reshape(x, (x.shape[0], x.shape[1] * x.shape[2] * x.shape[3]))
    x = relu(x @ fc1 + fc1_bias)
    x = relu(x @ fc2 + fc2_bias)
    scores = x @ fc3 + fc3_bias
    scores -= np.max(scores, axis=1, keepdims=True)
    log_probabilities = scores - np.log(np.sum(np.exp(scores), axis=1, keepdims=True))
    return -np.mean(log_probabilities[np.arange(len(labels)), labels])


def batchnorm2d(x, scale, shift, eps=1e-5):
    """Each channel with mean 0 and variance 1 over the batch, then scaled and shifted (channels,), in place."""
    x -= np.mean(x, axis=(0, 1, 2))
    x /= np.sqrt(np.mean(x**2, axis=(0, 1, 2)) + eps)
    x *= scale
    x += shift


def residual_block(input, conv1, conv2, conv3, scales, shifts):
    """A bottleneck: 1 x 1, 3 x 3 and 1 x 1 convolutions with normalisation, added to the input.

    scales and shifts are (3, channels) with equally many channels throughout.
    """
    x = conv2d(input, conv1)
    batchnorm2d(x, scales[0], shifts[0])
    padded = np.zeros((x.shape[0], x.shape[1] + 2, x.shape[2] + 2, x.shape[3]))
    padded[:, 1:-1, 1:-1, :] = relu(x)
    x = conv2d(padded, conv2)
    batchnorm2d(x, scales[1], shifts[1])
    x[x < 0.0] = 0.0
    x = conv2d(x, conv3)
    batchnorm2d(x, scales[2], shifts[2])
    return relu(x + input)


def residual_block_loss(input, conv1, conv2, conv3, scales, shifts):
    return np.sum(residual_block(input, conv1, conv2, conv3, scales, shifts) ** 3)


def softmax(x):
    """Along the last axis of x (batch, heads, n, n)."""
    shifted = x - np.max(x, axis=-1, keepdims=True)
    exponentials = np.exp(shifted)
    return exponentials / np.sum(exponentials, axis=-1, keepdims=True)


def softmax_loss(x):
    return np.sum(softmax(x) ** 2)


def softmax_in_place(x):
    """The same on the rows of x (n, m), which it overwrites."""
    x -= x.max(axis=1)[:, None]
    np.exp(x, out=x)
    x /= x.sum(axis=1)[:, None]


def softmax_in_place_loss(x):
    softmax_in_place(x)
    return np.sum(x**2)


def mlp(input, w1, b1, w2, b2, w3, b3):
    """Two hidden layers whose negative activations are set to zero, then a softmax."""
    x = input @ w1 + b1
    x[x < 0] = 0
    x = x @ w2 + b2
    x[x < 0] = 0
    x = x @ w3 + b3
    softmax_in_place(x)
    return x


def mlp_loss(input, w1, b1, w2, b2, w3, b3):
    return -np.mean(np.log(mlp(input, w1, b1, w2, b2, w3, b3)[:, 0]))


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def lstm(X, W, U, b, h0, c0):
    """A long short-term memory over X (steps, batch, inputs); the states are kept in arrays with a row per step.

    W (inputs, 4 units), U (units, 4 units), b (4 units,), h0 and c0 (batch, units).
    """
    steps, batch, _ = X.shape
    units = h0.shape[1]
    h = np.zeros((steps + 1, batch, units))
    c = np.zeros((steps + 1, batch, units))
    gates = np.zeros((steps, batch, 4 * units))
    h[0] = h0
    c[0] = c0
    for t in range(steps):
        gates[t] = X[t] @ W + h[t] @ U + b
        gates[t, :, : 3 * units] = sigmoid(gates[t, :, : 3 * units])
        gates[t, :, 3 * units :] = np.tanh(gates[t, :, 3 * units :])
        keep = gates[t, :, :units]
        write = gates[t, :, units : 2 * units]
        show = gates[t, :, 2 * units : 3 * units]
        c[t + 1] = keep * c[t] + write * gates[t, :, 3 * units :]
        h[t + 1] = show * np.tanh(c[t + 1])
    return h[1:], c[-1]


def lstm_loss(X, W, U, b, h0, c0):
    h, c = lstm(X, W, U, b, h0, c0)
    return np.mean(h**2) + np.sum(c)


def attention(x, wq, wk, wv):
    """Causal self-attention on x (n, width): scores of later words are overwritten before the softmax."""
    q, k, v = x @ wq, x @ wk, x @ wv
    scores = q @ k.T / np.sqrt(k.shape[1])
    scores[np.triu_indices(x.shape[0], 1)] = -1e9
    softmax_in_place(scores)
    return scores @ v


def attention_loss(x, wq, wk, wv):
    return np.sum(attention(x, wq, wk, wv) ** 2)


def adam(X, y, w, rate, steps):
    """Trains a logistic regression X (n, m), y (n,), w (m,) with Adam: the moments and the weights are buffers."""
    m = np.zeros_like(w)
    v = np.zeros_like(w)
    for t in range(1, steps + 1):
        slope = X.T @ (sigmoid(X @ w) - y) / len(y)
        m[:] = 0.9 * m + 0.1 * slope
        v *= 0.99
        v += 0.01 * slope**2
        w -= rate * (m / (1.0 - 0.9**t)) / (np.sqrt(v / (1.0 - 0.99**t)) + 1e-3)


def adam_loss(X, y, w, rate, steps):
    adam(X, y, w, rate, steps)
    return np.mean(np.log1p(np.exp((1.0 - 2.0 * y) * (X @ w))))


# ---- samples


def normals(*shapes, seed=1):
    """Arrays of normal numbers, scaled by the square root of the axes that are summed over."""
    rng = np.random.default_rng(seed)
    return tuple(rng.normal(size=shape) / np.sqrt(np.prod(shape[:-1]) or 1) for shape in shapes)


def filter_sample(batch, side, size, channels_in, channels_out, seed=1):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(batch, side, side, channels_in)), *normals((size, size, channels_in, channels_out))


def lenet_sample(batch, side, size, channels1, channels2, hidden1, hidden2, classes, seed=2):
    rng = np.random.default_rng(seed)
    side1 = (side - size + 1) // 2
    side2 = (side1 - size + 1) // 2
    flat = side2 * side2 * channels2
    images = rng.normal(size=(batch, side, side, 1))
    labels = rng.integers(0, classes, size=batch)
    conv1, conv2, fc1, fc2, fc3 = normals(
        (size, size, 1, channels1),
        (size, size, channels1, channels2),
        (flat, hidden1),
        (hidden1, hidden2),
        (hidden2, classes),
        seed=seed,
    )
    biases = [0.1 * rng.normal(size=n) for n in (channels1, channels2, hidden1, hidden2, classes)]
    return (images, labels, conv1, biases[0], conv2, biases[1], fc1, biases[2], fc2, biases[3], fc3, biases[4])


def residual_sample(batch, side, channels, seed=3):
    rng = np.random.default_rng(seed)
    input = rng.normal(size=(batch, side, side, channels))
    convs = normals((1, 1, channels, channels), (3, 3, channels, channels), (1, 1, channels, channels), seed=seed)
    return input, *convs, rng.uniform(0.5, 1.5, size=(3, channels)), 0.3 * rng.normal(size=(3, channels))


def mlp_sample(batch, inputs, hidden, classes, seed=4):
    input, w1, w2, w3 = normals((batch, inputs), (inputs, hidden), (hidden, hidden), (hidden, classes), seed=seed)
    return 3.0 * input, w1, np.full(hidden, 0.1), w2, np.full(hidden, 0.2), w3, np.zeros(classes)


def lstm_sample(steps, batch, inputs, units, seed=5):
    rng = np.random.default_rng(seed)
    W, U = normals((inputs, 4 * units), (units, 4 * units), seed=seed)
    h0, c0 = 0.1 * rng.normal(size=(2, batch, units))
    return rng.normal(size=(steps, batch, inputs)), W, U, 0.1 * rng.normal(size=4 * units), h0, c0


def attention_sample(n, width, seed=6):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, width)), *normals((width, width), (width, width), (width, width), seed=seed)


def adam_sample(n, m, steps, seed=7):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, m))
    return X, (X @ rng.normal(size=m) > 0.0).astype(float), 0.1 * rng.normal(size=m), 0.05, steps


def scores(*shape, seed=8):
    return (np.random.default_rng(seed).normal(size=shape),)


KERNELS = [
    Kernel(conv2d, filter_sample(2, 5, 3, 2, 3), (0, 1), conv2d_loss, lambda: filter_sample(2, 20, 3, 3, 8)),
    Kernel(maxpool2d, scores(2, 4, 6, 2), 0, maxpool2d_loss, lambda: scores(8, 40, 40, 8)),
    Kernel(
        lenet5,
        lenet_sample(2, 11, 2, 2, 3, 6, 5, 3),
        (0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
        lenet5,
        lambda: lenet_sample(2, 28, 5, 6, 16, 120, 84, 10),
    ),
    Kernel(
        residual_block,
        residual_sample(2, 4, 3),
        (0, 1, 2, 3, 4, 5),
        residual_block_loss,
        lambda: residual_sample(4, 10, 8),
    ),
    Kernel(softmax, scores(2, 2, 3, 4), 0, softmax_loss, lambda: scores(4, 8, 64, 64)),
    Kernel(softmax_in_place, scores(3, 4), 0, softmax_in_place_loss, lambda: scores(400, 400), "x"),
    Kernel(mlp, mlp_sample(3, 4, 5, 3), (0, 1, 2, 3, 4, 5, 6), mlp_loss, lambda: mlp_sample(300, 100, 200, 10)),
    Kernel(lstm, lstm_sample(3, 2, 3, 2), (0, 1, 2, 3, 4, 5), lstm_loss, lambda: lstm_sample(50, 16, 32, 32)),
    Kernel(attention, attention_sample(4, 3), (0, 1, 2, 3), attention_loss, lambda: attention_sample(200, 64)),
    Kernel(adam, adam_sample(6, 3, 4), (0, 2, 3), adam_loss, lambda: adam_sample(500, 20, 50), "w"),
]
