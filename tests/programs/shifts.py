"""Exponentials of what is less than their largest: the shift cancels in the first list, and not in the second.

The inputs stand apart, so that no maximum is taken by two of them.
"""

import numpy as np

from . import Program

rng = np.random.default_rng(12)
LOGITS, WEIGHTS = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
LABELS = np.array([2, 0, 2])


def log_sum_exp(x, axis):
    largest = np.max(x, axis=axis, keepdims=True)
    return np.squeeze(largest, axis=axis) + np.log(np.sum(np.exp(x - largest), axis=axis))


def mixture(x, w):
    joint = x + np.log(w**2)
    return np.sum(log_sum_exp(joint, 1)) - log_sum_exp(joint[:, 0], 0) + np.sum(log_sum_exp(w, 0) ** 2)


def log_sum_exp_of_rows(x):
    m = x.max(axis=1)
    return np.sum((m + np.log(np.exp(x - m[:, None]).sum(axis=1))) ** 2)


def log_sum_exp_of_all(x):
    m = np.max(x)
    return np.log(np.mean(np.exp(x - m))) * 2.0 + m + m


def softmax_of_columns(x, w):
    e = np.exp(x - np.amax(x, 0))
    return np.sum(e / e.sum(0) * w)


def softmax_in_place(x, w):
    x -= np.expand_dims(np.max(x, axis=-1), 1)
    x[...] = np.exp(x)
    x /= np.sum(x, axis=1).reshape(-1, 1)
    return np.sum(x * w)


def softmin(x, w):
    e = np.exp(-(x - np.min(x, axis=1, keepdims=True)))
    return np.sum(w * e / np.sum(e, axis=1, keepdims=True))


def cross_entropy(x, labels):
    z = x - np.max(x, axis=1, keepdims=True)
    log_p = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    rows = np.arange(len(labels))
    picked = z[rows, labels]
    return np.mean(np.log(np.sum(np.exp(z), axis=1))) - np.mean(picked) - np.mean(log_p[rows, labels]) * 2.0


def attention(q, k):
    total = 0.0
    for row in q:
        scores = k @ row
        scores = scores - scores.max()
        p = np.exp(scores)
        p = p / np.sum(p)
        total = total + np.sum((p @ k) ** 2)
    return total


def mean_about_the_largest(x):
    m = np.max(x, axis=0)
    return np.sum((np.mean(x - m, axis=0) + m) ** 2)


def squares_over_sums(x):
    e = np.exp(x - np.max(x))
    return np.sum(e * e / np.sum(e) / np.mean(e))


def negative_log_likelihood(x, labels):
    m = x.max(axis=1, keepdims=True)
    z = x - m
    return np.sum(np.log(np.exp(z).sum(axis=1))) - np.sum(z[np.arange(len(labels)), labels] * 1.0) + np.mean(x)


def one_label(x, w):
    s = x @ w[0]
    z = s - np.max(s)
    e = np.exp(z)
    return np.log(np.sum(e)) - z[1] + (e @ x / np.sum(e))[2] - np.ravel(z)[0] + z.reshape(3, 1)[2, 0]


def unnormalised_attention(q, k):
    scores = q @ k.T
    e = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    mixed = e @ k / np.sum(e, axis=1)[:, np.newaxis]
    return np.sum(mixed**2) + np.sum((e @ k[:, 0] / e.sum(axis=1)) ** 3)


CANCELLED = [
    Program(negative_log_likelihood, (LOGITS, LABELS)),
    Program(one_label, (LOGITS, WEIGHTS), (0, 1)),
    Program(unnormalised_attention, (LOGITS, WEIGHTS), (0, 1)),
    Program(mixture, (LOGITS, WEIGHTS), (0, 1)),
    Program(log_sum_exp_of_rows, (LOGITS,)),
    Program(log_sum_exp_of_all, (LOGITS,)),
    Program(softmax_of_columns, (LOGITS, WEIGHTS), (0, 1)),
    Program(softmax_in_place, (LOGITS, WEIGHTS), (0, 1)),
    Program(softmin, (LOGITS, WEIGHTS), (0, 1)),
    Program(cross_entropy, (LOGITS, LABELS)),
    Program(attention, (LOGITS, WEIGHTS), (0, 1)),
    Program(mean_about_the_largest, (LOGITS,)),
    Program(squares_over_sums, (LOGITS,)),
]


def not_normalised(x):
    return np.sum(np.exp(x - np.max(x, axis=1, keepdims=True)))


def largest_is_used(x):
    m = np.max(x, axis=1, keepdims=True)
    return np.sum(m + np.log(np.sum(np.exp(x - m), axis=1, keepdims=True))) + np.sum(m**2)


def summed_along_the_other_axis(x):
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return np.sum(e[:, 0] / np.sum(e))


def square(x):
    """The maxima of the rows are taken from the columns."""
    y = x @ x.T
    m = np.max(y, axis=1)
    e = np.exp(y - m)
    return np.sum(e / np.sum(e, axis=1, keepdims=True) * y)


def half_of_it(x):
    m = np.max(x)
    return 0.5 * m + np.log(np.sum(np.exp(x - m)))


def twice(x):
    m = np.max(x, axis=0)
    e = np.exp(x - m - m)
    return np.sum(np.log(np.sum(e, axis=0)) + m)


def sums_of_shifted(x):
    m = np.max(x, axis=1)
    return np.sum(np.sum(x - m[:, None], axis=1) + m)


def clipped(x):
    z = np.maximum(x - np.max(x), -1.03)
    e = np.exp(z)
    return np.sum(e / e.sum() * x)


def one_added(x):
    m = np.max(x)
    return m + np.log(1.0 + np.sum(np.exp(x - m)))


def scaled(x):
    s = np.max(x)
    return np.sum(x / s) + np.sum((x - s) * x)


def in_a_branch(x):
    m = np.max(x)
    z = x - m
    if x[0, 0] < 5.0:
        z = z * 2.0
    return m + np.log(np.sum(np.exp(z)))


def other_rows(x, labels):
    """The items of the rows are summed with the log of those of other rows."""
    z = x - np.max(x, axis=1, keepdims=True)
    logs = np.log(np.sum(np.exp(z), axis=1))
    rows = np.arange(len(labels))
    return np.sum((z[rows, labels] - logs[::-1]) ** 2) + np.sum(z[labels, rows] * logs)


def mean_and_sum(x, labels):
    z = x - np.max(x, axis=1, keepdims=True)
    return np.mean(np.log(np.sum(np.exp(z), axis=1))) - np.sum(z[np.arange(len(labels)), labels])


def integers_of_it(x):
    m = np.max(x)
    z = x - m
    return m + np.sum(np.array(z, dtype=int)) + np.log(np.sum(np.exp(z)))


def returned(x):
    m = np.max(x)
    return {"largest": m, "rest": m + np.log(np.sum(np.exp(x - m)))}


KEPT = [
    Program(fun, (LOGITS,))
    for fun in (
        not_normalised,
        largest_is_used,
        summed_along_the_other_axis,
        square,
        half_of_it,
        twice,
        sums_of_shifted,
        clipped,
        one_added,
        scaled,
        in_a_branch,
        integers_of_it,
        returned,
    )
] + [Program(other_rows, (LOGITS, LABELS)), Program(mean_and_sum, (LOGITS, LABELS))]

PROGRAMS = CANCELLED + KEPT
