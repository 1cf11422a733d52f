"""The program that `tangent-ad demo` differentiates: a small neural network in plain NumPy.

Nothing here knows about differentiation; it is written as any user would write it.
"""
# mypy: allow-untyped-defs, allow-untyped-calls
# (a user's program carries no annotations, and the demo is to show that none are needed)

import numpy as np


def scores(w1, b1, w2, b2, images):
    hidden = np.tanh(images @ w1 + b1)
    return hidden @ w2 + b2


def loss(w1, b1, w2, b2, images, targets):
    """Mean softmax cross-entropy of images against one-hot targets."""
    logits = scores(w1, b1, w2, b2, images)
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    log_total = np.log(np.sum(np.exp(shifted), axis=1))
    return np.mean(log_total - np.sum(targets * shifted, axis=1))
