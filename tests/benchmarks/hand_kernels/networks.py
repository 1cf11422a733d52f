"""Gradients by hand of `tests/kernels/networks.py`."""

from __future__ import annotations

import numpy as np


def conv2d(input, weights):
    """A product a place forwards; the patches that it gathers make the way back two products and one loop."""
    size, _, channels_in, channels_out = weights.shape
    batch, height, width, _ = input.shape
    h_out, w_out = height - size + 1, width - size + 1
    places = [(i, j) for i in range(h_out) for j in range(w_out)]
    patches = np.empty((len(places), batch, size, size, channels_in))
    flat = patches.reshape(len(places), batch, -1)
    matrix = weights.reshape(-1, channels_out)
    output = np.empty((len(places), batch, channels_out))
    for (i, j), patch, row, out in zip(places, patches, flat, output, strict=True):
        patch[...] = input[:, i : i + size, j : j + size]
        np.dot(row, matrix, out)
    numbers = output.reshape(-1)
    value = numbers.dot(numbers)

    output *= 2.0
    output = output.reshape(-1, channels_out)
    flat = flat.reshape(len(output), -1)
    weights_bar = flat.T @ output
    np.matmul(output, matrix.T, out=flat)  # the cotangent of the patches
    input_bar = np.zeros_like(input)
    for (i, j), patch_bar in zip(places, patches, strict=True):
        input_bar[:, i : i + size, j : j + size] += patch_bar
    return value, (input_bar, weights_bar.reshape(weights.shape))


def conv2d_rewritten(input, weights):
    """The loop runs over the few places of the filter, not over those of the image: each is one matrix product."""
    size, _, channels_in, channels_out = weights.shape
    batch, height, width, _ = input.shape
    h_out, w_out = height - size + 1, width - size + 1
    places = [(i, j) for i in range(size) for j in range(size)]
    patches = np.empty((batch, h_out, w_out, size, size, channels_in))
    for i, j in places:
        patches[:, :, :, i, j] = input[:, i : i + h_out, j : j + w_out]
    patches = patches.reshape(batch * h_out * w_out, -1)
    matrix = weights.reshape(-1, channels_out)
    output = patches @ matrix
    flat = output.reshape(-1)
    value = flat.dot(flat)

    output *= 2.0
    weights_bar = patches.T @ output
    patches_bar = np.matmul(output, matrix.T, out=patches).reshape(batch, h_out, w_out, size, size, channels_in)
    input_bar = np.zeros_like(input)
    for i, j in places:
        input_bar[:, i : i + h_out, j : j + w_out] += patches_bar[:, :, :, i, j]
    return value, (input_bar, weights_bar.reshape(weights.shape))


def mlp(input, w1, b1, w2, b2, w3, b3):
    """The softmax and the logarithm of its first column cancel to share - first; sums over the batch are by BLAS."""
    n = len(input)
    ones = np.ones(n)
    h1 = input @ w1
    h1 += b1
    np.maximum(h1, 0.0, out=h1)
    h2 = h1 @ w2
    h2 += b2
    np.maximum(h2, 0.0, out=h2)
    scores = h2 @ w3
    scores += b3
    scores -= scores.max(axis=1)[:, None]
    share = np.exp(scores)
    total = share.sum(axis=1)
    value = (np.log(total).sum() - scores[:, 0].sum()) / n

    share /= (n * total)[:, None]
    share[:, 0] -= 1.0 / n
    w3_bar = h2.T @ share
    b3_bar = ones @ share
    h2_bar = share @ w3.T
    h2_bar *= h2 > 0.0
    w2_bar = h1.T @ h2_bar
    b2_bar = ones @ h2_bar
    h1_bar = h2_bar @ w2.T
    h1_bar *= h1 > 0.0
    w1_bar = input.T @ h1_bar
    b1_bar = ones @ h1_bar
    return value, (h1_bar @ w1.T, w1_bar, b1_bar, w2_bar, b2_bar, w3_bar, b3_bar)


def lstm(X, W, U, b, h0, c0):
    """The products with W, and all that sum over time, are one each; the loops keep only what depends on the state.

    As sigmoid(x) = (1 + tanh(x / 2)) / 2, one tanh serves the four gates of a step.
    """
    steps, batch, inputs = X.shape
    units = h0.shape[1]
    sigmoids = 3 * units
    halved = np.ones(4 * units)
    halved[:sigmoids] = 0.5
    gates = (X.reshape(-1, inputs) @ (W * halved)).reshape(steps, batch, 4 * units)
    gates += b * halved
    recurrent = U * halved
    sigmoid, candidate = gates[:, :, :sigmoids], gates[:, :, sigmoids:]
    keep, write, show = (gates[:, :, i * units : (i + 1) * units] for i in range(3))
    h, c = np.empty((2, steps + 1, batch, units))
    tanh_c = np.empty((steps, batch, units))
    h[0], c[0] = h0, c0
    state = np.empty((batch, 4 * units))
    add, multiply, tanh, dot = np.add, np.multiply, np.tanh, np.dot
    views = zip(gates, sigmoid, keep, write, show, candidate, h[:-1], c[:-1], h[1:], c[1:], tanh_c, strict=True)
    for g, s, k, w, o, new, h_old, c_old, h_new, c_new, tanh_new in views:
        dot(h_old, recurrent, state)
        add(g, state, g)
        tanh(g, g)
        multiply(s, 0.5, s)
        add(s, 0.5, s)
        multiply(k, c_old, c_new)
        multiply(w, new, h_new)
        add(c_new, h_new, c_new)
        tanh(c_new, tanh_new)
        multiply(o, tanh_new, h_new)
    flat = h[1:].reshape(-1)
    value = flat.dot(flat) / flat.size + c[-1].sum()

    # What the cotangents of h and c are multiplied by does not depend on them: all steps at once.
    slopes = np.empty_like(gates)
    np.subtract(1.0, sigmoid, out=slopes[:, :, :sigmoids])
    slopes[:, :, :sigmoids] *= sigmoid
    of_keep, of_write, of_show = (slopes[:, :, i * units : (i + 1) * units] for i in range(3))
    of_candidate = slopes[:, :, sigmoids:]
    of_keep *= c[:-1]
    of_write *= candidate
    of_show *= tanh_c
    np.multiply(candidate, candidate, out=of_candidate)
    np.subtract(1.0, of_candidate, out=of_candidate)
    of_candidate *= write
    through = tanh_c  # dh/dc of a step
    through *= through
    np.subtract(1.0, through, out=through)
    through *= show
    direct = h[1:] * (2.0 / flat.size)
    h_bar = np.zeros((batch, units))
    c_bar = np.ones((batch, units))
    part = np.empty((batch, units))
    back = np.ascontiguousarray(U.T)
    views = zip(slopes, of_keep, of_write, of_show, of_candidate, direct, through, keep, strict=True)
    for g_bar, k, w, o, new, h_direct, h_by_c, kept in reversed(list(views)):
        add(h_bar, h_direct, h_bar)
        multiply(h_bar, h_by_c, part)
        add(c_bar, part, c_bar)
        multiply(k, c_bar, k)
        multiply(w, c_bar, w)
        multiply(new, c_bar, new)
        multiply(o, h_bar, o)
        dot(g_bar, back, h_bar)
        multiply(c_bar, kept, c_bar)
    g_bar = slopes.reshape(steps * batch, -1)
    X_bar = (g_bar @ W.T).reshape(X.shape)
    W_bar = X.reshape(-1, inputs).T @ g_bar
    U_bar = h[:-1].reshape(-1, units).T @ g_bar
    return value, (X_bar, W_bar, U_bar, np.ones(steps * batch) @ g_bar, h_bar, c_bar)
