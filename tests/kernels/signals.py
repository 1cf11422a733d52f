"""Transforms and filters of signals, and programs in complex numbers. Inputs and results are real."""

import numpy as np

from . import Kernel


def stockham(x, y):
    """The Fourier transform of x (n,), n a power of 2: it goes back and forth between two complex buffers."""
    half = x.size // 2
    stride = 1
    while half >= 1:
        for j in range(half):
            w = np.exp(-1j * np.pi * j / half)
            for k in range(stride):
                a = x[stride * j + k]
                b = x[stride * (j + half) + k]
                y[stride * 2 * j + k] = a + b
                y[stride * (2 * j + 1) + k] = w * (a - b)
        x, y = y, x
        half //= 2
        stride *= 2
    return x


def power_spectrum(signal):
    """The squared magnitudes (n,) of the Fourier transform of a real signal (n,)."""
    x = signal.astype(np.complex128)
    y = np.empty_like(x)
    transform = stockham(x, y)
    return np.abs(transform) ** 2


def power_spectrum_loss(signal):
    return np.sum(np.log(1.0 + power_spectrum(signal)))


def stockham_views(signal):
    """The same transform of real signals (batch, n), its halves written through reshaped views; real and imaginary."""
    batch, n = signal.shape
    x = np.zeros((batch, n), dtype=complex)
    y = np.zeros((batch, n), dtype=complex)
    x[:] = signal
    half, stride = n // 2, 1
    while half > 0:
        source = x.reshape(batch, 2, half, stride)
        target = y.reshape(batch, half, 2, stride)
        w = np.exp(-1j * np.pi * np.arange(half) / half)[:, np.newaxis]
        target[:, :, 0] = source[:, 0] + source[:, 1]
        target[:, :, 1] = w * (source[:, 0] - source[:, 1])
        x, y = y, x
        half, stride = half // 2, stride * 2
    return x.real, x.imag


def stockham_views_loss(signal):
    real, imag = stockham_views(signal)
    return np.sum(np.log(1.0 + real**2 + imag**2))


def contour_integral(coefficients, Y, points):
    """Moments of the resolvent of T(z) = sum_k coefficients[k] z**k on the points of a ring around the origin.

    coefficients (k, n, n), Y (n, m), points (count,) complex; the points inside the unit circle count negatively.
    """
    n = Y.shape[0]
    P0 = np.zeros(Y.shape, dtype=np.complex128)
    P1 = np.zeros(Y.shape, dtype=np.complex128)
    for z in points:
        T = np.zeros((n, n), dtype=np.complex128)
        for k in range(coefficients.shape[0]):
            T += z**k * coefficients[k]
        X = np.linalg.solve(T, Y)
        if np.abs(z) < 1.0:
            X = -X
        P0 += X
        P1 += z * X
    return P0.real, P1.imag


def contour_integral_loss(coefficients, Y, points):
    P0, P1 = contour_integral(coefficients, Y, points)
    return np.sum(P0**2) + np.sum(P1**2)


def mandelbrot(xs, ys, maxiter, horizon):
    """Iterates z**2 + c on the grid xs (n,), ys (m,) until a point is over the horizon: z and the count (m, n)."""
    C = xs + 1j * ys[:, None]
    count = np.zeros(C.shape, dtype=np.int64)
    Z = np.zeros(C.shape, dtype=np.complex128)
    for n in range(maxiter):
        inside = np.abs(Z) < horizon
        count[inside] = n
        Z[inside] = Z[inside] ** 2 + C[inside]
    count[count == maxiter - 1] = 0
    return Z, count


def mandelbrot_shading(xs, ys, maxiter, horizon):
    """How bright each point is: smooth where its count is fixed, and 0 for what stays inside."""
    Z, count = mandelbrot(xs, ys, maxiter, horizon)
    shade = np.zeros(count.shape)
    outside = count > 0
    shade[outside] = count[outside] + 1.0 - np.log2(np.log(np.abs(Z[outside])))
    return shade


def mandelbrot_shading_loss(xs, ys, maxiter, horizon):
    return np.sum(mandelbrot_shading(xs, ys, maxiter, horizon) ** 2)


def iir_filter(b, a, x):
    """The recursion a[0] y[t] + a[1] y[t - 1] + ... = b[0] x[t] + b[1] x[t - 1] + ... on a signal x (n,)."""
    y = np.zeros_like(x)
    for t in range(len(x)):
        for k in range(len(b)):
            if t - k >= 0:
                y[t] += b[k] * x[t - k]
        for k in range(1, len(a)):
            if t - k >= 0:
                y[t] -= a[k] * y[t - k]
        y[t] /= a[0]
    return y


def iir_filter_loss(b, a, x):
    return np.sum(iir_filter(b, a, x) ** 2)


def echo_canceller(x, d, taps, rate):
    """Normalised least mean squares: weights w (taps,) learn in place to predict d (n,) from x (n,)."""
    w = np.zeros(taps)
    error = np.zeros(len(x))
    for t in range(taps, len(x)):
        recent = x[t - taps : t][::-1]
        error[t] = d[t] - w @ recent
        w += rate * error[t] * recent / (0.1 + recent @ recent)
    return error


def echo_canceller_loss(x, d, taps, rate):
    return np.mean(echo_canceller(x, d, taps, rate) ** 2)


def kalman_smoother(z, F, H, Q, R, x0, P0):
    """Estimates (t, n) of the states behind the measurements z (t,): a filter forwards, a correction backwards."""
    steps, n = len(z), len(x0)
    x = np.zeros((steps, n))
    P = np.zeros((steps, n, n))
    x_pred = np.zeros((steps, n))
    P_pred = np.zeros((steps, n, n))
    for t in range(steps):
        x_pred[t] = F @ (x[t - 1] if t > 0 else x0)
        P_pred[t] = F @ (P[t - 1] if t > 0 else P0) @ F.T + Q
        gain = P_pred[t] @ H / (H @ P_pred[t] @ H + R)
        x[t] = x_pred[t] + gain * (z[t] - H @ x_pred[t])
        P[t] = P_pred[t] - np.outer(gain, H @ P_pred[t])
    for t in range(steps - 2, -1, -1):
        C = P[t] @ F.T @ np.linalg.inv(P_pred[t + 1])
        x[t] += C @ (x[t + 1] - x_pred[t + 1])
        P[t] += C @ (P[t + 1] - P_pred[t + 1]) @ C.T
    return x


def kalman_smoother_loss(z, F, H, Q, R, x0, P0):
    return np.sum(kalman_smoother(z, F, H, Q, R, x0, P0) ** 2)


def haar(x):
    """The Haar wavelet transform of x (n,), n a power of 2, in place."""
    n = len(x)
    while n > 1:
        n //= 2
        mean = (x[: 2 * n : 2] + x[1 : 2 * n : 2]) / np.sqrt(2.0)
        x[n : 2 * n] = (x[: 2 * n : 2] - x[1 : 2 * n : 2]) / np.sqrt(2.0)
        x[:n] = mean


def haar_loss(x):
    haar(x)
    return np.sum(x**4)


# ---- samples


def noise(*shape, seed=1):
    return np.random.default_rng(seed).normal(size=shape)


def ring(n, m, degree, count, seed=2):
    rng = np.random.default_rng(seed)
    coefficients = rng.normal(size=(degree + 1, n, n)) / n + 2.0 * np.eye(n)
    angles = 0.3 + 2.0 * np.pi * np.arange(count) / count
    radii = np.where(np.arange(count) % 2 == 0, 0.6, 1.5)
    return coefficients, rng.normal(size=(n, m)), radii * np.exp(1j * angles)


def tracking(steps, seed=3):
    z = np.random.default_rng(seed).normal(size=steps)
    F = np.array([[1.0, 0.1], [0.0, 0.95]])
    return z, F, np.array([1.0, 0.2]), 0.1 * np.eye(2), 0.3, np.array([0.2, 0.5]), np.eye(2)


def echo_sample(n, taps, seed=4):
    x = np.random.default_rng(seed).normal(size=n)
    return x, 0.5 * np.roll(x, 2) + 0.1 * np.sin(np.arange(n)), taps, 0.5


KERNELS = [
    Kernel(power_spectrum, (noise(8),), 0, power_spectrum_loss, lambda: (noise(1024),)),
    Kernel(stockham_views, (noise(2, 8),), 0, stockham_views_loss, lambda: (noise(16, 4096),)),
    Kernel(contour_integral, ring(3, 2, 2, 4), (0, 1), contour_integral_loss, lambda: ring(40, 10, 2, 32)),
    Kernel(
        mandelbrot_shading,
        (np.linspace(-2.1, 0.6, 5), np.linspace(-1.2, 1.3, 4), 8, 50.0),
        (0, 1),
        mandelbrot_shading_loss,
        lambda: (np.linspace(-2.1, 0.6, 150), np.linspace(-1.2, 1.3, 150), 20, 50.0),
    ),
    Kernel(
        iir_filter,
        (np.array([0.2, 0.3, 0.1]), np.array([1.2, -0.4, 0.15]), noise(7)),
        (0, 1, 2),
        iir_filter_loss,
        lambda: (np.array([0.2, 0.3, 0.1]), np.array([1.2, -0.4, 0.15]), noise(2000)),
    ),
    Kernel(echo_canceller, echo_sample(9, 3), (0, 1, 3), echo_canceller_loss, lambda: echo_sample(1000, 16)),
    Kernel(kalman_smoother, tracking(4), (0, 1, 2, 3, 4, 5, 6), kalman_smoother_loss, lambda: tracking(150)),
    Kernel(haar, (noise(8),), 0, haar_loss, lambda: (noise(2**18),), "x"),
]
