"""`tangent-ad demo`: differentiate a bundled program, show the derivative, check it, and train with it."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterator
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple, TextIO

import numpy as np

from tangent_ad import demo_model, source, value_and_grad

HIDDEN = 50
BATCH = 128
EPOCHS = 20
ARGNUMS = (0, 1, 2, 3)  # w1, b1, w2, b2
LEARNING_RATE = 0.1
MOMENTUM = 0.9
TOLERANCE = 1e-6  # what central differences in double precision can vouch for, with a margin

Arrays = tuple[Any, ...]

# Typed here because the program itself, like any user's, need not carry annotations.
loss: Callable[..., Any] = demo_model.loss
scores: Callable[..., Any] = demo_model.scores


class Data(NamedTuple):
    """Handwritten digits: pixels in 0..1, float64[n, 64]; one-hot float64[n, 10]; labels int64[n]."""

    images: Any
    targets: Any
    held_out_images: Any
    held_out_labels: Any


def run(stream: TextIO) -> int:
    """Run the demonstration.

    Args:
        stream: where the report goes; code is highlighted if it is a terminal.

    Returns:
        The exit status: 0; 1 if the gradient disagrees with finite differences; 2 if scikit-learn is missing.
    """
    try:
        data = load_data()
    except ImportError:
        print("the demo needs scikit-learn: pip install 'tangent-ad-compiler[examples]'", file=stream)
        return 2
    rng = np.random.default_rng(0)
    weights = initial_weights(rng)
    example = (*weights, data.images[:BATCH], data.targets[:BATCH])
    gradient = value_and_grad(loss, argnums=ARGNUMS)

    heading(stream, "The program, tangent_ad/demo_model.py")
    show_code(stream, inspect.getsource(scores) + "\n\n" + inspect.getsource(loss))

    heading(stream, "Its value and gradient, as compiled")
    show_code(stream, source(loss, kind="value_and_grad", args=example, argnums=ARGNUMS))

    heading(stream, "Against central finite differences")
    error, directions = worst_error(gradient, example, rng)
    verdict = "agrees" if error <= TOLERANCE else "DISAGREES"
    print(f"{verdict}: largest relative error {error:.1e} over {directions} random directions", file=stream)

    heading(stream, f"Training on {len(data.images)} handwritten digits")
    trained = train(gradient, weights, data, rng)
    before, after = (loss(*w, data.images, data.targets) for w in (weights, trained))
    predicted = np.argmax(scores(*trained, data.held_out_images), axis=1)
    accuracy = np.mean(predicted == data.held_out_labels)
    print(f"loss {before:.4f} -> {after:.4f} in {EPOCHS} epochs", file=stream)
    print(f"held-out accuracy {accuracy:.4f} on {len(predicted)} digits", file=stream)

    heading(stream, "Time")
    plain, both, ratio = time_both(gradient, example)
    print(f"function {plain * 1e6:.0f} us, value and gradient {both * 1e6:.0f} us", file=stream)
    print(f"gradient / function = {ratio:.2f}", file=stream)
    return 0 if error <= TOLERANCE else 1


def load_data() -> Data:
    """Scikit-learn's digits, shuffled, the last 360 held out. Raises ImportError without scikit-learn."""
    from sklearn.datasets import load_digits  # not a dependency of the package

    images, labels = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(images))
    images, labels = images[order] / 16.0, labels[order]
    return Data(images[:-360], np.eye(10)[labels[:-360]], images[-360:], labels[-360:])


def initial_weights(rng: np.random.Generator) -> Arrays:
    """(w1, b1, w2, b2), float64[64, HIDDEN], [HIDDEN], [HIDDEN, 10] and [10]."""
    w1 = rng.normal(0.0, 1.0 / 8.0, (64, HIDDEN))
    w2 = rng.normal(0.0, 1.0 / np.sqrt(HIDDEN), (HIDDEN, 10))
    return w1, np.zeros(HIDDEN), w2, np.zeros(10)


def minibatches(data: Data, rng: np.random.Generator) -> Iterator[tuple[Any, Any]]:
    """One epoch of (images, targets), in random order."""
    order = rng.permutation(len(data.images))
    for start in range(0, len(order), BATCH):
        batch = order[start : start + BATCH]
        yield data.images[batch], data.targets[batch]


def train(gradient: Callable[..., Any], weights: Arrays, data: Data, rng: np.random.Generator) -> Arrays:
    """Gradient descent with momentum, EPOCHS times through the data; returns the trained weights."""
    velocity = [np.zeros_like(w) for w in weights]
    for _ in range(EPOCHS):
        for images, targets in minibatches(data, rng):
            _, weights_bar = gradient(*weights, images, targets)
            velocity = [MOMENTUM * v - LEARNING_RATE * g for v, g in zip(velocity, weights_bar, strict=True)]
            weights = tuple(w + v for w, v in zip(weights, velocity, strict=True))
    return weights


def worst_error(gradient: Callable[..., Any], example: Arrays, rng: np.random.Generator) -> tuple[float, int]:
    """The largest relative error of the directional derivatives, and how many were tried.

    Each direction moves one array alone: an error in a small one cannot hide behind a large one.
    """
    step, errors = 1e-4, []
    _, weights_bar = gradient(*example)
    for i, weight_bar in enumerate(weights_bar):
        for _ in range(5):
            direction = rng.normal(size=weight_bar.shape)
            direction /= np.linalg.norm(direction)
            ahead, behind = (
                loss(*example[:i], example[i] + move, *example[i + 1 :])
                for move in (step * direction, -step * direction)
            )
            difference = (ahead - behind) / (2.0 * step)
            # Relative to the whole gradient of the array: one direction may happen to be nearly flat.
            error = abs(np.vdot(weight_bar, direction) - difference) / np.linalg.norm(weight_bar)
            errors.append(float(error))
    return max(errors), len(errors)


def time_both(gradient: Callable[..., Any], example: Arrays) -> tuple[float, float, float]:
    """Median seconds of the function and of its gradient, and the median of their ratios; runs take turns."""
    rounds = []
    for _ in range(200):
        start = perf_counter()
        loss(*example)
        middle = perf_counter()
        gradient(*example)
        rounds.append((middle - start, perf_counter() - middle))
    return median(f for f, _ in rounds), median(g for _, g in rounds), median(g / f for f, g in rounds)


def heading(stream: TextIO, title: str) -> None:
    """A blank line and a title that stands out without colour."""
    print(f"\n== {title} ==", file=stream)


def show_code(stream: TextIO, code: str) -> None:
    """Print Python source, highlighted on a terminal where pygments is installed and NO_COLOR is not set."""
    code = code.strip("\n")
    if stream.isatty() and "NO_COLOR" not in os.environ:
        try:
            from pygments import highlight
            from pygments.formatters import TerminalFormatter
            from pygments.lexers import PythonLexer
        except ImportError:
            pass
        else:
            code = highlight(code, PythonLexer(), TerminalFormatter()).rstrip("\n")
    print(code, file=stream)
