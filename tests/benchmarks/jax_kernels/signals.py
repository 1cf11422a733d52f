"""Transforms and filters of signals, and programs in complex numbers."""

import jax
import jax.numpy as jnp
from jax import lax

STATIC = {"mandelbrot_shading": (2,), "echo_canceller": (2,)}
NOT_PORTED: dict[str, str] = {}


def stockham(x):
    """The Fourier transform of x (batch, n), n a power of 2, stage by stage."""
    batch, n = x.shape
    half, stride = n // 2, 1
    while half > 0:
        source = x.reshape(batch, 2, half, stride)
        w = jnp.exp(-1j * jnp.pi * jnp.arange(half) / half)[:, None]
        x = jnp.stack((source[:, 0] + source[:, 1], w * (source[:, 0] - source[:, 1])), axis=2)
        half, stride = half // 2, stride * 2
    return x.reshape(batch, n)


def power_spectrum(signal):
    transform = stockham(signal.astype(complex)[None])
    return jnp.sum(jnp.log(1.0 + jnp.abs(transform) ** 2))


def stockham_views(signal):
    transform = stockham(signal.astype(complex))
    return jnp.sum(jnp.log(1.0 + transform.real**2 + transform.imag**2))


def contour_integral(coefficients, Y, points):
    """All points at once: a batch of linear systems."""
    powers = points[:, None] ** jnp.arange(len(coefficients))
    X = jax.vmap(jnp.linalg.solve, (0, None))(jnp.tensordot(powers, coefficients, axes=1), Y)
    X = jnp.where(jnp.abs(points) < 1.0, -1.0, 1.0)[:, None, None] * X
    P0 = jnp.sum(X, axis=0)
    P1 = jnp.tensordot(points, X, axes=1)
    return jnp.sum(P0.real**2) + jnp.sum(P1.imag**2)


def mandelbrot_shading(xs, ys, maxiter, horizon):
    C = xs + 1j * ys[:, None]

    def step(n, state):
        Z, count = state
        inside = Z.real**2 + Z.imag**2 < horizon**2
        return jnp.where(inside, Z * Z + C, Z), jnp.where(inside, n, count)

    Z, count = lax.fori_loop(0, maxiter, step, (jnp.zeros_like(C), jnp.zeros(C.shape, int)))
    outside = (count > 0) & (count < maxiter - 1)
    radius = jnp.abs(jnp.where(outside, Z, 2.0))
    shade = jnp.where(outside, count + 1.0 - jnp.log2(jnp.log(radius)), 0.0)
    return jnp.sum(shade**2)


def iir_filter(b, a, x):
    """What comes from x for all times at once; the recursion carries the last numbers of y, the newest first."""
    n = len(x)
    padded = jnp.pad(x, (len(b) - 1, 0))
    driven = sum(b[k] * padded[len(b) - 1 - k : len(b) - 1 - k + n] for k in range(len(b)))

    def step(past, driven):
        y = (driven - a[1:] @ past) / a[0]
        return jnp.append(y, past[:-1]), y

    _, y = lax.scan(step, jnp.zeros(len(a) - 1), driven)
    return jnp.sum(y**2)


def echo_canceller(x, d, taps, rate):
    """The windows of x, newest first, and their lengths are gathered before the recursion."""

    def step(w, sample):
        recent, d_t, rate = sample
        error = d_t - w @ recent
        return w + rate * error * recent, error

    recent = x[jnp.arange(taps, len(x))[:, None] - jnp.arange(1, taps + 1)]
    rates = rate / (0.1 + jnp.sum(recent**2, axis=1))
    _, error = lax.scan(step, jnp.zeros(taps), (recent, d[taps:], rates))
    return jnp.sum(error**2) / len(x)


def kalman_smoother(z, F, H, Q, R, x0, P0):
    """Nothing asks for the smoothed covariances."""

    def predict_and_correct(state, z):
        x, P = state
        x_pred, P_pred = F @ x, F @ P @ F.T + Q
        gain = P_pred @ H / (H @ P_pred @ H + R)
        x = x_pred + gain * (z - H @ x_pred)
        P = P_pred - jnp.outer(gain, H @ P_pred)
        return (x, P), (x, P, x_pred, P_pred)

    def smooth(x_after, row):
        x, C, x_pred_after = row
        x = x + C @ (x_after - x_pred_after)
        return x, x

    _, (x, P, x_pred, P_pred) = lax.scan(predict_and_correct, (x0, P0), z)
    C = P[:-1] @ F.T @ jnp.linalg.inv(P_pred[1:])
    _, smoothed = lax.scan(smooth, x[-1], (x[:-1], C, x_pred[1:]), reverse=True)
    return jnp.sum(smoothed**2) + jnp.sum(x[-1] ** 2)


def haar(x):
    details = []
    while len(x) > 1:
        even, odd = x.reshape(-1, 2).T
        details.append((even - odd) / jnp.sqrt(2.0))
        x = (even + odd) / jnp.sqrt(2.0)
    return jnp.sum(jnp.concatenate((x, *reversed(details))) ** 4)
