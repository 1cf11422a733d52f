"""Filters of images: (rows, columns) of grey values."""

import numpy as np

from . import Kernel


def deriche(alpha, image):
    """Deriche's smoothing: recursions from both sides along the rows, then along the columns."""
    decay = np.exp(-alpha)
    gain = (1.0 - decay) ** 2 / (1.0 + 2.0 * alpha * decay - decay**2)
    a1, a2 = gain, gain * decay * (alpha - 1.0)
    a3, a4 = gain * decay * (alpha + 1.0), -gain * decay**2
    b1, b2 = 2.0 * decay, -(decay**2)
    rows, columns = image.shape
    y1 = np.empty_like(image)
    y2 = np.empty_like(image)

    y1[:, 0] = a1 * image[:, 0]
    y1[:, 1] = a1 * image[:, 1] + a2 * image[:, 0] + b1 * y1[:, 0]
    for j in range(2, columns):
        y1[:, j] = a1 * image[:, j] + a2 * image[:, j - 1] + b1 * y1[:, j - 1] + b2 * y1[:, j - 2]
    y2[:, -1] = 0.0
    y2[:, -2] = a3 * image[:, -1]
    for j in range(columns - 3, -1, -1):
        y2[:, j] = a3 * image[:, j + 1] + a4 * image[:, j + 2] + b1 * y2[:, j + 1] + b2 * y2[:, j + 2]
    smooth = y1 + y2

    y1[0, :] = a1 * smooth[0, :]
    y1[1, :] = a1 * smooth[1, :] + a2 * smooth[0, :] + b1 * y1[0, :]
    for i in range(2, rows):
        y1[i, :] = a1 * smooth[i, :] + a2 * smooth[i - 1, :] + b1 * y1[i - 1, :] + b2 * y1[i - 2, :]
    y2[-1, :] = 0.0
    y2[-2, :] = a3 * smooth[-1, :]
    for i in range(rows - 3, -1, -1):
        y2[i, :] = a3 * smooth[i + 1, :] + a4 * smooth[i + 2, :] + b1 * y2[i + 1, :] + b2 * y2[i + 2, :]
    smooth[:] = y1
    smooth += y2
    return smooth


def deriche_loss(alpha, image):
    return np.sum(deriche(alpha, image) ** 2)


def gaussian_blur(image, sigma, radius):
    """A separable blur: shifted slices of a padded copy are added up, first along one axis, then the other."""
    rows, columns = image.shape
    weights = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    weights /= weights.sum()
    padded = np.zeros((rows + 2 * radius, columns))
    padded[radius : radius + rows] = image
    across = np.zeros((rows, columns + 2 * radius))
    for k in range(2 * radius + 1):
        across[:, radius : radius + columns] += weights[k] * padded[k : k + rows]
    result = np.zeros_like(image)
    for k in range(2 * radius + 1):
        result += weights[k] * across[:, k : k + columns]
    return result


def gaussian_blur_loss(image, sigma, radius):
    return np.sum(gaussian_blur(image, sigma, radius) ** 2)


def diffuse(image, kappa, rate, steps):
    """Anisotropic diffusion: less where the image is steep; differences lie in the slices of one array."""
    d = np.zeros((4, *image.shape))
    for _ in range(steps):
        d[0, 1:, :] = image[:-1, :] - image[1:, :]
        d[1, :-1, :] = image[1:, :] - image[:-1, :]
        d[2, :, 1:] = image[:, :-1] - image[:, 1:]
        d[3, :, :-1] = image[:, 1:] - image[:, :-1]
        image += rate * np.sum(np.exp(-((d / kappa) ** 2)) * d, axis=0)


def diffuse_loss(image, kappa, rate, steps):
    diffuse(image, kappa, rate, steps)
    return np.sum(image**3)


def integral_image(image, radius):
    """Box means from a summed-area table (rows + 1, columns + 1), which two accumulations build in place."""
    rows, columns = image.shape
    table = np.zeros((rows + 1, columns + 1))
    table[1:, 1:] = image
    for i in range(1, rows + 1):
        table[i] += table[i - 1]
    for j in range(1, columns + 1):
        table[:, j] += table[:, j - 1]
    means = np.empty((rows - 2 * radius, columns - 2 * radius))
    width = 2 * radius + 1
    means[...] = table[width:, width:] - table[:-width, width:] - table[width:, :-width] + table[:-width, :-width]
    means /= width**2
    return means


def integral_image_loss(image, radius):
    return np.sum(integral_image(image, radius) ** 2)


def tone(image, gamma, low, high):
    """Stretches the grey values and clips them with masks; then a vignette darkens the corners in place."""
    out = (image - low) / (high - low)
    out[out < 0.0] = 0.0
    out[out > 1.0] = 1.0
    lit = out > 0.0
    out[lit] = out[lit] ** gamma
    rows, columns = out.shape
    for i in range(rows):
        for j in range(columns):
            out[i, j] *= 1.0 - 0.5 * ((i / rows - 0.5) ** 2 + (j / columns - 0.5) ** 2)
    return out


def tone_loss(image, gamma, low, high):
    return np.mean(tone(image, gamma, low, high))


def picture(rows, columns, seed=1):
    return np.random.default_rng(seed).uniform(size=(rows, columns))


KERNELS = [
    Kernel(deriche, (0.7, picture(6, 7)), (0, 1), deriche_loss, lambda: (0.25, picture(250, 250))),
    Kernel(gaussian_blur, (picture(6, 5), 0.8, 2), (0, 1), gaussian_blur_loss, lambda: (picture(250, 250), 2.0, 6)),
    Kernel(
        diffuse, (picture(5, 6), 0.5, 0.1, 3), (0, 1, 2), diffuse_loss, lambda: (picture(80, 80), 0.5, 0.1, 10), "image"
    ),
    Kernel(integral_image, (picture(7, 6), 1), 0, integral_image_loss, lambda: (picture(400, 400), 4)),
    Kernel(tone, (picture(5, 6), 0.8, 0.22, 0.81), (0, 1, 2, 3), tone_loss, lambda: (picture(50, 50), 0.8, 0.22, 0.81)),
]
