"""Recover how a rod was heated from a noisy reading of its temperature later on.

    python examples/heat_inverse.py [PLOT.png]

Heat flow forgets: fine detail dies out exponentially, so running it backwards blows up the noise. The inverse
problem is solved as an optimisation instead: find the smoothest initial state that explains the reading.
SciPy's L-BFGS needs the gradient of the whole simulation, and `value_and_grad` compiles it.
"""

import sys

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import minimize

from tangent_ad import value_and_grad

POINTS = 100
STEPS = 100
MESH_RATIO = 0.4  # diffusivity * dt / dx**2; explicit stepping is stable up to 0.5
NOISE = 0.005  # standard deviation of the reading; the hottest point starts near 1
SMOOTHING = 1e-2


def diffuse(u, mesh_ratio, steps):
    """Temperatures float64[n] inside a rod whose ends are held at zero, after `steps` explicit time steps."""
    end = np.zeros(1)
    for _ in range(steps):
        padded = np.concatenate((end, u, end))
        u = u + mesh_ratio * (padded[2:] - 2.0 * u + padded[:-2])
    return u


def misfit(initial, observed, mesh_ratio, steps, smoothing):
    """Half the squared distance from `observed` (float64[n]), plus Tikhonov's penalty on the slope."""
    residual = diffuse(initial, mesh_ratio, steps) - observed
    slope = initial[1:] - initial[:-1]
    return 0.5 * np.sum(residual**2) + 0.5 * smoothing * np.sum(slope**2)


def plot(path, positions, truth, observed, recovered):
    """Save truth, reading and recovery (float64[n] each) as a PNG."""
    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    axes.plot(positions, truth, "k", label="true initial state")
    axes.plot(positions, observed, ".", color="0.6", label="noisy reading afterwards")
    axes.plot(positions, recovered, "C3--", label="recovered initial state")
    axes.set(xlabel="position", ylabel="temperature")
    axes.legend()
    figure.savefig(path, dpi=120, format="png")
    plt.close(figure)


def main(path="heat_inverse.png"):
    """Simulate, recover, print, plot to `path`, and return the relative error of the recovered state."""
    positions = np.linspace(0.0, 1.0, POINTS + 2)[1:-1]
    truth = np.exp(-(((positions - 0.3) / 0.1) ** 2)) + 0.6 * np.exp(-(((positions - 0.7) / 0.15) ** 2))
    noise = NOISE * np.random.default_rng(0).normal(size=POINTS)
    observed = diffuse(truth, MESH_RATIO, STEPS) + noise

    known = (observed, MESH_RATIO, STEPS, SMOOTHING)
    found = minimize(value_and_grad(misfit), observed, args=known, jac=True, method="L-BFGS-B", tol=1e-10)
    error = float(np.linalg.norm(found.x - truth) / np.linalg.norm(truth))
    unsolved = float(np.linalg.norm(observed - truth) / np.linalg.norm(truth))

    plot(path, positions, truth, observed, found.x)
    print(f"{found.nit} iterations, {found.nfev} gradients: {found.message}")
    print(f"relative error of the recovered state {error:.3f} (of the reading itself {unsolved:.3f})")
    print(f"plot saved to {path}")
    return error


if __name__ == "__main__":
    main(*sys.argv[1:2])
