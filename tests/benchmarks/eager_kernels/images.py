"""Filters of images."""

import numpy


def smoothed(np, x, a1, a2, a3, a4, b1, b2):
    """Recursions from both ends of the first axis of x."""
    rows = np.rows(x)
    down = [a1 * rows[0]]
    down.append(a1 * rows[1] + a2 * rows[0] + b1 * down[0])
    for i in range(2, len(rows)):
        down.append(a1 * rows[i] + a2 * rows[i - 1] + b1 * down[-1] + b2 * down[-2])
    up = [0.0 * rows[-1], a3 * rows[-1]]
    for i in range(len(rows) - 3, -1, -1):
        up.append(a3 * rows[i + 1] + a4 * rows[i + 2] + b1 * up[-1] + b2 * up[-2])
    return np.stack(down) + np.stack(up[::-1])


def deriche(np, alpha, image):
    decay = np.exp(-alpha)
    gain = (1.0 - decay) ** 2 / (1.0 + 2.0 * alpha * decay - decay**2)
    a1, a2 = gain, gain * decay * (alpha - 1.0)
    a3, a4 = gain * decay * (alpha + 1.0), -gain * decay**2
    coefficients = a1, a2, a3, a4, 2.0 * decay, -(decay**2)
    smooth = smoothed(np, image.T, *coefficients).T
    return np.sum(smoothed(np, smooth, *coefficients) ** 2)


def gaussian_blur(np, image, sigma, radius):
    rows, columns = image.shape
    weights = np.exp(-0.5 * (np.constant(numpy.arange(-radius, radius + 1.0)) / sigma) ** 2)
    weights = np.rows(weights / np.sum(weights))
    padded = np.pad(image, ((radius, radius), (0, 0)))
    across = sum(w * padded[k : k + rows] for k, w in enumerate(weights))
    across = np.pad(across, ((0, 0), (radius, radius)))
    return np.sum(sum(w * across[:, k : k + columns] for k, w in enumerate(weights)) ** 2)


def diffuse(np, image, kappa, rate, steps):
    """What flows between two neighbours is computed once: the one gains it, the other loses it."""
    for _ in range(steps):
        down, right = image[1:] - image[:-1], image[:, 1:] - image[:, :-1]
        down = rate * np.exp(-((down / kappa) ** 2)) * down
        right = rate * np.exp(-((right / kappa) ** 2)) * right
        image = image + np.pad(down, ((0, 1), (0, 0))) - np.pad(down, ((1, 0), (0, 0)))
        image = image + np.pad(right, ((0, 0), (0, 1))) - np.pad(right, ((0, 0), (1, 0)))
    return np.sum(image**3)


def integral_image(np, image, radius):
    table = np.pad(np.cumsum(np.cumsum(image, 0), 1), ((1, 0), (1, 0)))
    width = 2 * radius + 1
    means = table[width:, width:] - table[:-width, width:] - table[width:, :-width] + table[:-width, :-width]
    return np.sum((means / width**2) ** 2)


def tone(np, image, gamma, low, high):
    rows, columns = image.shape
    out = (image - low) / (high - low)
    out = np.where(out < 0.0, 0.0, np.where(out > 1.0, 1.0, out))
    lit = out > 0.0
    out = np.where(lit, np.where(lit, out, 1.0) ** gamma, 0.0)
    i, j = numpy.indices((rows, columns))
    vignette = 1.0 - 0.5 * ((i / rows - 0.5) ** 2 + (j / columns - 0.5) ** 2)
    return np.mean(out * np.constant(vignette))
