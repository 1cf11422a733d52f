"""Train a small neural network on real handwritten digits; the gradient comes from tangent_ad.

    python examples/digits.py

Everything above `main` is ordinary NumPy. `value_and_grad(loss)` compiles its derivative at the first call.
"""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from tangent_ad import value_and_grad

HIDDEN = 100
BATCH = 128
EPOCHS = 60
LEARNING_RATE = 0.1
MOMENTUM = 0.9


def scores(params, images):
    """One row of unnormalised log-probabilities per image: float64[n, 64] -> float64[n, 10]."""
    w1, b1, w2, b2 = params
    hidden = np.tanh(images @ w1 + b1)
    return hidden @ w2 + b2


def loss(params, images, targets):
    """Mean softmax cross-entropy of `images` (float64[n, 64]) against one-hot `targets` (float64[n, 10])."""
    logits = scores(params, images)
    # exp overflows above 709; the largest logit of a row may be taken off without changing its softmax.
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    log_total = np.log(np.sum(np.exp(shifted), axis=1))
    return np.mean(log_total - np.sum(targets * shifted, axis=1))


def accuracy(params, images, labels):
    """The share of `images` whose highest score is that of their label (int64[n])."""
    return float(np.mean(np.argmax(scores(params, images), axis=1) == labels))


def initial_params(rng):
    """(w1, b1, w2, b2): float64[64, HIDDEN], [HIDDEN], [HIDDEN, 10] and [10]."""
    # Scaled so that the inputs of tanh and the scores start with a variance near one.
    w1 = rng.normal(0.0, 1.0 / np.sqrt(64), (64, HIDDEN))
    w2 = rng.normal(0.0, 1.0 / np.sqrt(HIDDEN), (HIDDEN, 10))
    return w1, np.zeros(HIDDEN), w2, np.zeros(10)


def load_data():
    """(train_images, test_images, train_labels, test_labels), a fifth held out; pixels are in 0..1."""
    images, labels = load_digits(return_X_y=True)
    return train_test_split(images / 16.0, labels, test_size=0.2, random_state=0, stratify=labels)


def train(params, images, labels, rng, loss_and_gradient, epochs=EPOCHS):
    """Minibatch gradient descent with momentum; prints its progress and returns the trained parameters."""
    targets = np.eye(10)[labels]
    velocity = [np.zeros_like(p) for p in params]
    for epoch in range(1, epochs + 1):
        total = 0.0
        order = rng.permutation(len(images))
        for start in range(0, len(images), BATCH):
            batch = order[start : start + BATCH]
            value, gradient = loss_and_gradient(params, images[batch], targets[batch])
            velocity = [MOMENTUM * v - LEARNING_RATE * g for v, g in zip(velocity, gradient, strict=True)]
            params = tuple(p + v for p, v in zip(params, velocity, strict=True))
            total += value * len(batch)
        if epoch == 1 or epoch % 10 == 0:
            correct = accuracy(params, images, labels)
            print(f"epoch {epoch:3d}   loss {total / len(images):.4f}   training accuracy {correct:.4f}")
    return params


def main():
    """Train, print, and return the accuracy on the held-out images."""
    rng = np.random.default_rng(0)
    train_images, test_images, train_labels, test_labels = load_data()
    params = train(initial_params(rng), train_images, train_labels, rng, value_and_grad(loss))
    held_out = accuracy(params, test_images, test_labels)
    print(f"held-out accuracy {held_out:.4f} on {len(test_labels)} digits")
    return held_out


if __name__ == "__main__":
    main()
