"""The gradient of `examples/digits.py` against one written by hand in NumPy.

    python -m tests.benchmarks.digits
"""

from __future__ import annotations

import numpy as np

from examples.digits import initial_params, load_data, loss
from tangent_ad import value_and_grad
from tests.benchmarks.timing import interleave, microseconds, ratio

BATCHES = (32, 128, 1437)  # small, the example's own, the whole training set


def by_hand(params, images, targets):
    """What an expert would write for `loss`: its value and the gradient for (w1, b1, w2, b2).

    Works in place wherever a buffer is free, sums by BLAS (twice the speed of np.sum or more at these sizes),
    and leaves out the derivative of the row maximum, which cancels because each row of `targets` sums to one.
    """
    w1, b1, w2, b2 = params
    n = len(images)
    all_rows, all_classes = np.ones(n), np.ones(10)

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


def batches():
    """Real (params, images, targets) for each size in BATCHES."""
    params = initial_params(np.random.default_rng(0))
    images, _, labels, _ = load_data()
    return [(params, images[:n], np.eye(10)[labels[:n]]) for n in BATCHES]


def check_equal(compiled, params, images, targets):
    """Raises AssertionError unless both gradients agree to rounding."""
    value, gradient = compiled(params, images, targets)
    hand_value, hand_gradient = by_hand(params, images, targets)
    np.testing.assert_allclose(value, hand_value, rtol=1e-13)
    for ours, hand in zip(gradient, hand_gradient, strict=True):
        np.testing.assert_allclose(ours, hand, rtol=1e-10, atol=1e-14)


def main(repeats=400):
    """Print the table; return {batch size: time(tangent_ad) / time(by hand)}."""
    compiled = value_and_grad(loss)
    ratios = {}
    print(f"{'batch':>6}{'loss':>12}{'by hand':>12}{'tangent_ad':>12}{'tangent_ad / by hand':>23}")
    for args in batches():
        check_equal(compiled, *args)
        seconds = interleave(
            {
                "loss": lambda args=args: loss(*args),
                "hand": lambda args=args: by_hand(*args),
                "compiled": lambda args=args: compiled(*args),
            },
            repeats,
        )
        n = len(args[1])
        ratios[n] = ratio(seconds, "compiled", "hand")
        times = "".join(f"{microseconds(s):9.0f} us" for s in seconds.values())
        print(f"{n:6d}{times}{ratios[n]:23.2f}")
    return ratios


if __name__ == "__main__":
    main()
