"""Fit a linear model to real data by gradient descent and compare it with the closed-form answer.

    python examples/linear_regression.py

The data are 442 diabetes patients: ten measurements each, and how far the disease had gone one year later.
"""

import numpy as np
from sklearn.datasets import load_diabetes

from tangent_ad import grad

STEPS = 10_000
LEARNING_RATE = 0.25  # below 2 / (largest eigenvalue of the correlation matrix, 4.02), or the steps diverge


def loss(weights, bias, features, progression):
    """Half the mean squared residual: float64[10], float64, float64[n, 10] and float64[n] -> float64."""
    residual = features @ weights + bias - progression
    return 0.5 * np.mean(residual**2)


def main():
    """Fit, print both answers, and return the largest difference between their coefficients."""
    patients = load_diabetes()
    progression = patients.target
    features = patients.data / patients.data.std(axis=0)  # columns come centred, not of unit variance

    gradient = grad(loss, argnums=(0, 1))
    weights, bias = np.zeros(features.shape[1]), 0.0
    for _ in range(STEPS):
        weights_bar, bias_bar = gradient(weights, bias, features, progression)
        weights = weights - LEARNING_RATE * weights_bar
        bias = bias - LEARNING_RATE * bias_bar

    design = np.column_stack((features, np.ones(len(features))))
    exact = np.linalg.lstsq(design, progression, rcond=None)[0]

    names = (*patients.feature_names, "(bias)")
    print(f"{'':8}{'descent':>12}{'lstsq':>12}")
    for name, fitted, best in zip(names, (*weights, bias), exact, strict=True):
        print(f"{name:8}{fitted:12.6f}{best:12.6f}")
    difference = float(np.max(np.abs(np.append(weights, bias) - exact)))
    print(f"largest difference {difference:.1e} after {STEPS} steps")
    return difference


if __name__ == "__main__":
    main()
