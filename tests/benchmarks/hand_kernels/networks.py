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
    """The products with W, and all that sum over time, are one each; the loops keep only what depends on the state."""
    steps, batch, inputs = X.shape
    units = h0.shape[1]
    sigmoids = 3 * units
    gates = (X.reshape(-1, inputs) @ W).reshape(steps, batch, 4 * units)
    gates += b
    h = np.empty((steps + 1, batch, units))
    c = np.empty((steps + 1, batch, units))
    tanh_c = np.empty((steps, batch, units))
    h[0], c[0] = h0, c0
    state = np.empty((batch, 4 * units))
    for t in range(steps):
        g = gates[t]
        g += np.matmul(h[t], U, out=state)
        s, candidate = g[:, :sigmoids], g[:, sigmoids:]
        np.negative(s, out=s)
        np.exp(s, out=s)
        s += 1.0
        np.reciprocal(s, out=s)
        np.tanh(candidate, out=candidate)
        new, out = c[t + 1], h[t + 1]
        np.multiply(g[:, :units], c[t], out=new)
        np.multiply(g[:, units : 2 * units], candidate, out=out)
        new += out
        np.tanh(new, out=tanh_c[t])
        np.multiply(g[:, 2 * units : sigmoids], tanh_c[t], out=out)
    flat = h[1:].reshape(-1)
    value = flat.dot(flat) / flat.size + c[-1].sum()

    # What the cotangents of h and c are multiplied by does not depend on them: all steps at once.
    keep, write = gates[:, :, :units], gates[:, :, units : 2 * units]
    show, candidate = gates[:, :, 2 * units : sigmoids], gates[:, :, sigmoids:]
    slopes = np.empty_like(gates)
    sigmoid = gates[:, :, :sigmoids]
    np.subtract(1.0, sigmoid, out=slopes[:, :, :sigmoids])
    slopes[:, :, :sigmoids] *= sigmoid
    slopes[:, :, :units] *= c[:-1]
    slopes[:, :, units : 2 * units] *= candidate
    slopes[:, :, 2 * units : sigmoids] *= tanh_c
    last = slopes[:, :, sigmoids:]
    np.multiply(candidate, candidate, out=last)
    np.subtract(1.0, last, out=last)
    last *= write
    through = tanh_c
    through *= tanh_c
    np.subtract(1.0, through, out=through)
    through *= show  # dh/dc of a step

    h_direct = h[1:] * (2.0 / flat.size)
    h_bar = np.zeros((batch, units))
    c_bar = np.ones((batch, units))
    part = np.empty((batch, units))
    for t in range(steps - 1, -1, -1):
        h_bar += h_direct[t]
        np.multiply(h_bar, through[t], out=part)
        c_bar += part
        g_bar = slopes[t]
        g_bar[:, : 2 * units].reshape(batch, 2, units)[...] *= c_bar[:, None, :]
        g_bar[:, 2 * units : sigmoids] *= h_bar
        g_bar[:, sigmoids:] *= c_bar
        np.matmul(g_bar, U.T, out=h_bar)
        c_bar *= keep[t]
    g_bar = slopes.reshape(steps * batch, -1)
    X_bar = (g_bar @ W.T).reshape(X.shape)
    W_bar = X.reshape(-1, inputs).T @ g_bar
    U_bar = h[:-1].reshape(-1, units).T @ g_bar
    return value, (X_bar, W_bar, U_bar, g_bar.sum(axis=0), h_bar, c_bar)
