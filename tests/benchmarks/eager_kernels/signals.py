"""Transforms and filters of signals. Complex numbers are pairs where the kernel has them only on the way."""

import numpy


def transform(np, real, imag):
    """Stockham's transform of (batch, n), as real and imaginary part."""
    batch, n = real.shape
    half, stride = n // 2, 1
    while half > 0:
        angle = numpy.pi * numpy.arange(half)[:, None] / half
        c, s = np.constant(numpy.cos(angle)), np.constant(-numpy.sin(angle))
        real, imag = (np.reshape(x, (batch, 2, half, stride)) for x in (real, imag))
        up, down = real[:, 0] + real[:, 1], real[:, 0] - real[:, 1]
        imag_up, imag_down = imag[:, 0] + imag[:, 1], imag[:, 0] - imag[:, 1]
        real = np.reshape(np.stack([up, c * down - s * imag_down], 2), (batch, n))
        imag = np.reshape(np.stack([imag_up, c * imag_down + s * down], 2), (batch, n))
        half, stride = half // 2, stride * 2
    return real, imag


def stockham_views(np, signal):
    real, imag = transform(np, signal, 0.0 * signal)
    return np.sum(np.log(1.0 + real**2 + imag**2))


def power_spectrum(np, signal):
    return stockham_views(np, signal[None, :])


def contour_integral(np, coefficients, Y, points):
    """Each complex system as a real one of twice the size."""
    degrees = numpy.arange(len(coefficients))
    P0 = P1 = 0.0
    for z in numpy.asarray(points):
        powers = z**degrees
        real, imag = (np.tensordot(np.constant(part.copy()), coefficients, 1) for part in (powers.real, powers.imag))
        T = np.concatenate([np.concatenate([real, -imag], 1), np.concatenate([imag, real], 1)])
        X = np.linalg.solve(T, np.concatenate([Y, 0.0 * Y]))
        sign = -1.0 if abs(z) < 1.0 else 1.0
        upper, lower = sign * X[: len(Y)], sign * X[len(Y) :]
        P0 = P0 + upper
        P1 = P1 + float(z.real) * lower + float(z.imag) * upper
    return np.sum(P0**2) + np.sum(P1**2)


def mandelbrot_shading(np, xs, ys, maxiter, horizon):
    """Points over the horizon stay where they are; the logarithm of the others is not taken."""
    x, y = xs + 0.0 * ys[:, None], ys[:, None] + 0.0 * xs
    a, b = 0.0 * x, 0.0 * x
    count = numpy.zeros(tuple(x.shape), dtype=int)
    for n in range(maxiter):
        inside = a**2 + b**2 < horizon**2
        count[np.to_numpy(inside)] = n
        a, b = np.where(inside, a**2 - b**2 + x, a), np.where(inside, 2.0 * a * b + y, b)
    count[count == maxiter - 1] = 0
    outside = np.constant(count > 0)
    size = np.where(outside, a**2 + b**2, 10.0)
    shade = np.constant(count + 1.0) - np.log2(0.5 * np.log(size))
    return np.sum(np.where(outside, shade, 0.0) ** 2)


def iir_filter(np, b, a, x):
    """What comes from x is a sum of shifted signals; the recursion goes number by number."""
    n, orders = len(x), range(1, len(a))
    shifted = [np.pad(x, ((k, 0),))[:n] for k in range(len(b))]
    driven = sum(w * s for w, s in zip(np.rows(b), shifted, strict=True))
    a = np.rows(a)
    y = []
    for t, value in enumerate(np.rows(driven)):
        for k in orders:
            if t >= k:
                value = value - a[k] * y[t - k]
        y.append(value / a[0])
    return np.sum(np.stack(y) ** 2)


def echo_canceller(np, x, d, taps, rate):
    n = len(x)
    places = numpy.arange(taps, n)[:, None] - 1 - numpy.arange(taps)
    windows = x[np.constant(places)]
    power = np.rows(0.1 + np.sum(windows**2, axis=1))
    w = np.constant(numpy.zeros(taps))
    total = 0.0
    for recent, wanted, size in zip(np.rows(windows), np.rows(d[taps:]), power, strict=True):
        error = wanted - w @ recent
        w = w + (rate * error / size) * recent
        total = total + error**2
    return total / n


def kalman_smoother(np, z, F, H, Q, R, x0, P0):
    x, P, predicted = [], [], []
    state, covariance = x0, P0
    for measured in np.rows(z):
        x_pred = F @ state
        P_pred = F @ covariance @ F.T + Q
        HP = H @ P_pred
        gain = P_pred @ H / (HP @ H + R)
        state = x_pred + gain * (measured - H @ x_pred)
        covariance = P_pred - gain[:, None] * HP
        x.append(state)
        P.append(covariance)
        predicted.append((x_pred, P_pred))
    smooth = [state]
    for t in range(len(x) - 2, -1, -1):
        x_pred, P_pred = predicted[t + 1]
        C = P[t] @ F.T @ np.linalg.inv(P_pred)
        state = x[t] + C @ (state - x_pred)
        covariance = P[t] + C @ (covariance - P_pred) @ C.T
        smooth.append(state)
    return np.sum(np.stack(smooth) ** 2)


def haar(np, x):
    total = 0.0
    while len(x) > 1:
        even, odd = x[::2], x[1::2]
        total = total + np.sum(((even - odd) / 2.0**0.5) ** 4)
        x = (even + odd) / 2.0**0.5
    return total + np.sum(x**4)
