"""Gradients by hand of `tests/benchmarks/programs.py`."""

from __future__ import annotations

from array import array
from math import cos, exp, log, sin

import numpy as np

BLOCK = 32_768  # numbers; a handful of buffers of this length stays in the second-level cache


def recurrence(x, c, n):
    """The loop keeps the states only; the slopes of all steps are one vector, their products one cumprod."""
    start = x
    states = array("d", [start, *[x := sin(x) * x + c for _ in range(n)]])
    state = np.frombuffer(states)[:-1]
    slope = np.cos(state)
    slope *= state
    slope += np.sin(state)
    back = np.cumprod(slope[::-1])
    return x, (float(back[-1]), 1.0 + float(back[:-1].sum()))


recurrence_math = recurrence_while = recurrence


def logistic_map(x, c, n):
    """Forwards: two tangents cost less than a record."""
    x_dot, c_dot = 1.0, 0.0
    for _ in range(n):
        rest = 1.0 - x
        grown = c * x
        slope = c - grown - grown
        x_dot *= slope
        c_dot = c_dot * slope + x * rest
        x = grown * rest
    return x, (x_dot, c_dot)


def swing(length, angle, damping):
    e = exp(-damping)
    slope = e * cos(angle)
    value = length * slope
    return value + angle * damping, (slope, damping - length * e * sin(angle), angle - value)


def swing_of_vector(p):
    length, angle, damping = p.tolist()
    e = exp(-damping)
    slope = e * cos(angle)
    value = length * slope
    return value + angle * damping, np.array((slope, damping - length * e * sin(angle), angle - value))


def chain(x):
    """In blocks, with five buffers for all of them: at any length the memory traffic is x and its gradient."""
    n = len(x)
    gradient = np.empty(n)
    buffers = np.empty((5, min(BLOCK, n)))
    value = 0.0
    for start in range(0, n, BLOCK):
        part = x[start : start + BLOCK]
        y_bar = gradient[start : start + BLOCK]
        y, slope, q, t, f = buffers[:, : len(part)]
        np.sin(part, out=y)
        np.cos(part, out=slope)
        slope *= part
        slope += y  # dy/dx
        y *= part
        np.multiply(y, y, out=q)
        np.negative(q, out=f)
        np.exp(f, out=f)
        q += 1.0
        f /= q
        np.tanh(part, out=t)
        np.multiply(t, t, out=y_bar)
        np.subtract(1.0, y_bar, out=y_bar)
        y_bar *= f  # by way of tanh
        f *= t
        value += f.sum()
        np.reciprocal(q, out=q)  # d log f / dy = -2 y (1 + 1 / q)
        q += 1.0
        f *= y
        f *= -2.0
        f *= q
        f *= slope
        y_bar += f
    return value, gradient


def rosenbrock(x):
    """In blocks as well. What a block adds to the first number of the next one is carried over."""
    n = len(x)
    gradient = np.empty(n)
    buffers = np.empty((2, min(BLOCK, n - 1)))
    value = carried = 0.0
    for start in range(0, n - 1, BLOCK):
        a = x[start : min(start + BLOCK, n - 1)]
        b = x[start + 1 : start + 1 + len(a)]
        part = gradient[start : start + len(a)]
        r, s = buffers[:, : len(a)]
        np.multiply(a, a, out=r)
        np.subtract(b, r, out=r)
        np.subtract(a, 1.0, out=s)
        value += 100.0 * r.dot(r) + s.dot(s)
        r *= 200.0
        np.multiply(a, r, out=part)
        part -= s
        part *= -2.0  # -400 a r + 2 (a - 1), where r counts 200 fold
        part[1:] += r[:-1]
        part[0] += carried
        carried = r[-1]
    gradient[-1] = carried
    return value, gradient


def heat_views(old, new, scratch):
    """Flat runs of whole rows: (centre, above, below, left, right, where the result goes, scratch), a block each."""
    n = len(old)
    old, new = old.reshape(-1), new.reshape(-1)
    runs = []
    for i in range(n, old.size - n, BLOCK):
        j = min(i + BLOCK, old.size - n)
        runs.append((old[i:j], old[i - n : j - n], old[i + n : j + n], old[i - 1 : j - 1], old[i + 1 : j + 1],
                     new[i:j], scratch[: j - i]))  # fmt: skip
    return runs


def heat_step(runs, k, rest):
    add, multiply = np.add, np.multiply
    for centre, above, below, left, right, out, scratch in runs:
        add(above, below, out)
        add(out, left, out)
        add(out, right, out)
        multiply(out, k, out)
        multiply(centre, rest, scratch)
        add(out, scratch, out)


def heat_2d(u, k, steps):
    """Between two buffers, in flat runs over the rows: what that does to the border columns is put right each step.

    The step is its own adjoint inside; a border point's cotangent gathers that of its neighbour. Nothing is recorded.
    """
    n = len(u)
    buffers = u.copy(), u.copy()
    scratch = np.empty(min(BLOCK, n * n))
    turns = heat_views(*buffers, scratch), heat_views(*buffers[::-1], scratch)
    sides = [(b[1:-1, 0], b[1:-1, -1]) for b in buffers]
    rest = 1.0 - 4.0 * k
    first, last = u[1:-1, 0], u[1:-1, -1]
    now = 0
    for _ in range(steps):
        heat_step(turns[now], k, rest)
        now = 1 - now
        sides[now][0][:] = first
        sides[now][1][:] = last

    flat = buffers[now].reshape(-1)
    value = flat.dot(flat)
    u_bar = 2.0 * buffers[now]
    for b in buffers:
        b[0] = b[-1] = 0.0
        b[:, 0] = b[:, -1] = 0.0
    buffers[now][1:-1, 1:-1] = u_bar[1:-1, 1:-1]
    top, bottom, left, right = gathered = np.zeros((4, n))
    rims = [(b[1], b[-2], b[:, 1], b[:, -2]) for b in buffers]
    for _ in range(steps):
        above, below, before, after = rims[now]
        top += above
        bottom += below
        left += before
        right += after
        heat_step(turns[now], k, rest)
        now = 1 - now
        sides[now][0].fill(0.0)
        sides[now][1].fill(0.0)
    gathered *= k
    u_bar[1:-1, 1:-1] = buffers[now][1:-1, 1:-1]
    u_bar[0, 1:-1] += top[1:-1]
    u_bar[-1, 1:-1] += bottom[1:-1]
    u_bar[1:-1, 0] += left[1:-1]
    u_bar[1:-1, -1] += right[1:-1]
    return value, u_bar


def gmm(weights, means, log_scales, lower, x):
    """Points last, so that all components are one matrix: three products in all, and long runs for the rest."""
    k, d = means.shape
    n = len(x)
    rows, columns = np.tril_indices(d, -1)
    diagonal = np.arange(d)
    root = np.zeros((k, d, d))
    root[:, rows, columns] = lower
    root[:, diagonal, diagonal] = np.exp(log_scales)
    scales = log_scales.sum(axis=1)

    flat = root.reshape(k * d, d)
    scaled = (flat @ x.T).reshape(k, d, n)
    scaled -= np.matmul(root, means[:, :, None])
    share = np.einsum("kdn,kdn->kn", scaled, scaled)
    share *= -0.5
    share += (weights + scales)[:, None]
    largest = share.max(axis=0)
    share -= largest
    np.exp(share, out=share)
    total = share.sum(axis=0)
    of_weights = np.exp(weights - weights.max())
    total_weight = of_weights.sum()
    likelihood = largest.sum() + np.log(total).sum() - n * (weights.max() + log(total_weight))
    value = 0.5 * np.vdot(root, root) - scales.sum() - likelihood

    share /= total  # the derivative of the likelihood by `inside`
    sums = share.sum(axis=1)
    weights_bar = of_weights
    weights_bar *= n / total_weight
    weights_bar -= sums
    scaled *= share[:, None, :]  # the cotangent of `scaled`
    scaled_bar = scaled.reshape(k * d, n)
    of_means = scaled_bar.sum(axis=1).reshape(k, d)
    root_bar = (scaled_bar @ x).reshape(k, d, d)
    root_bar -= of_means[:, :, None] * means[:, None, :]
    root_bar += root
    means_bar = -(of_means[:, None, :] @ root)[:, 0, :]
    log_scales_bar = root_bar[:, diagonal, diagonal]
    log_scales_bar *= root[:, diagonal, diagonal]
    log_scales_bar -= sums[:, None] + 1.0
    x_bar = scaled_bar.T @ flat
    return value, (weights_bar, means_bar, log_scales_bar, root_bar[:, rows, columns], x_bar)


def cross_entropy(params, images, targets):
    """Sums by BLAS; the derivative of the row maximum cancels, because each row of `targets` sums to one."""
    w1, b1, w2, b2 = params
    n = len(images)
    all_rows, all_classes = np.ones(n), np.ones(w2.shape[1])

    hidden = images @ w1
    hidden += b1
    np.tanh(hidden, out=hidden)
    logits = hidden @ w2
    logits += b2
    logits -= logits.max(axis=1, keepdims=True)
    softmax = np.exp(logits)
    total = softmax @ all_classes
    value = (np.log(total).sum() - np.vdot(targets, logits)) / n

    logits_bar = softmax
    logits_bar /= total[:, None]
    logits_bar -= targets
    logits_bar /= n
    w2_bar = hidden.T @ logits_bar
    b2_bar = all_rows @ logits_bar
    hidden_bar = logits_bar @ w2.T
    hidden *= hidden
    np.subtract(1.0, hidden, out=hidden)  # the derivative of tanh
    hidden_bar *= hidden
    w1_bar = images.T @ hidden_bar
    b1_bar = all_rows @ hidden_bar
    return value, (w1_bar, b1_bar, w2_bar, b2_bar)


def dense_network(x, y, w1, b1, w2, b2, w3, b3):
    ones = np.ones(len(x))
    h1 = x @ w1
    h1 += b1
    np.tanh(h1, out=h1)
    h2 = h1 @ w2
    h2 += b2
    np.tanh(h2, out=h2)
    error = h2 @ w3
    error += b3
    error -= y
    flat = error.reshape(-1)
    value = flat.dot(flat) / error.size

    error *= 2.0 / error.size
    w3_bar = h2.T @ error
    b3_bar = ones @ error
    h2_bar = error @ w3.T
    h2 *= h2
    np.subtract(1.0, h2, out=h2)
    h2_bar *= h2
    w2_bar = h1.T @ h2_bar
    b2_bar = ones @ h2_bar
    h1_bar = np.matmul(h2_bar, w2.T, out=h2)
    h1 *= h1
    np.subtract(1.0, h1, out=h1)
    h1_bar *= h1
    return value, (x.T @ h1_bar, ones @ h1_bar, w2_bar, b2_bar, w3_bar, b3_bar)
