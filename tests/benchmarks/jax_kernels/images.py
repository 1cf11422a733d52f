"""Filters of images: (rows, columns) of grey values."""

import jax
import jax.numpy as jnp
from jax import lax

STATIC = {"gaussian_blur": (2,), "diffuse": (3,), "integral_image": (1,)}
NOT_PORTED: dict[str, str] = {}


def deriche(alpha, image):
    decay = jnp.exp(-alpha)
    gain = (1.0 - decay) ** 2 / (1.0 + 2.0 * alpha * decay - decay**2)
    a1, a2 = gain, gain * decay * (alpha - 1.0)
    a3, a4 = gain * decay * (alpha + 1.0), -gain * decay**2
    b1, b2 = 2.0 * decay, -(decay**2)

    def recursion(last, driven):
        before, last = last
        y = driven + b1 * last + b2 * before
        return (last, y), y

    def smooth(x):
        """Along the first axis; outside of the image there are zeros."""
        rows = len(x)
        padded = jnp.pad(x, ((1, 2), (0, 0)))
        zeros = jnp.zeros_like(x[0])
        _, y1 = lax.scan(recursion, (zeros, zeros), a1 * x + a2 * padded[:rows])
        _, y2 = lax.scan(recursion, (zeros, zeros), a3 * padded[2:-1] + a4 * padded[3:], reverse=True)
        return y1 + y2

    return jnp.sum(smooth(smooth(image.T).T) ** 2)


def gaussian_blur(image, sigma, radius):
    """Convolutions with a column and with a row of weights, which are symmetric."""
    weights = jnp.exp(-0.5 * (jnp.arange(-radius, radius + 1) / sigma) ** 2)
    weights = weights / jnp.sum(weights)
    across = jax.scipy.signal.convolve2d(image, weights[:, None], mode="same")
    return jnp.sum(jax.scipy.signal.convolve2d(across, weights[None, :], mode="same") ** 2)


def diffuse(image, kappa, rate, steps):
    """The difference to a neighbour outside of the image is zero: there the edge is repeated."""

    def flux(d):
        return jnp.exp(-((d / kappa) ** 2)) * d

    def step(_, image):
        padded = jnp.pad(image, 1, mode="edge")
        neighbours = padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]
        return image + rate * sum(flux(neighbour - image) for neighbour in neighbours)

    return jnp.sum(lax.fori_loop(0, steps, step, image) ** 3)


def integral_image(image, radius):
    """Adds up row by row, which takes less time than `cumsum` on a processor."""

    def accumulate(total, row):
        return total + row, total + row

    def accumulated(x):
        return lax.scan(accumulate, jnp.zeros_like(x[0]), x)[1]

    table = jnp.pad(accumulated(accumulated(image).T).T, ((1, 0), (1, 0)))
    width = 2 * radius + 1
    means = table[width:, width:] - table[:-width, width:] - table[width:, :-width] + table[:-width, :-width]
    return jnp.sum((means / width**2) ** 2)


def tone(image, gamma, low, high):
    rows, columns = image.shape
    out = jnp.clip((image - low) / (high - low), 0.0, 1.0)
    lit = out > 0.0
    out = jnp.where(lit, jnp.where(lit, out, 1.0) ** gamma, 0.0)
    down, right = jnp.arange(rows)[:, None] / rows - 0.5, jnp.arange(columns) / columns - 0.5
    return jnp.mean(out * (1.0 - 0.5 * (down**2 + right**2)))
