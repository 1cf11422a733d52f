"""Fourier transforms. Their matrices are symmetric, so a transform is its own adjoint.

NumPy loads them when they are asked for: this module is loaded with the compiler, not with the other rules.
"""

# Templates are compiled: no * in tuples.
# ruff: noqa: RUF005

from __future__ import annotations

import numpy as np

from tangent_ad.rules.declare import composed, constant, form, linear, refuse, static, unrolled
from tangent_ad.rules.reductions import items_along


def fitted(g, a, axis):
    """The cotangent of an argument that was cut off, or filled up with zeros."""
    rows = np.moveaxis(g, axis, -1)[..., : np.shape(a)[axis]]
    missing = np.zeros(np.shape(rows)[:-1] + (np.shape(a)[axis] - np.shape(rows)[-1],), rows.dtype)
    return np.moveaxis(np.concatenate((rows, missing), -1), -1, axis)


@linear(np.fft.fft, broadcasts=True)
def fft(y_bar, a, n=None, axis=-1):
    bar = np.fft.fft(y_bar, None, axis)
    return bar if n is None else fitted(bar, a, axis)


@linear(np.fft.ifft, broadcasts=True)
def ifft(y_bar, a, n=None, axis=-1):
    bar = np.fft.ifft(y_bar, None, axis)
    return bar if n is None else fitted(bar, a, axis)


def no_shape(s):
    if s is not None:
        refuse("Fourier transforms along more than one axis have no rule with s=", "pad with np.pad, or cut by slices")


@linear(np.fft.fft2, broadcasts=True)
def fft2(y_bar, a, s=None, axes=(-2, -1)):
    no_shape(s)
    return np.fft.fft2(y_bar, None, axes)


@linear(np.fft.ifft2, broadcasts=True)
def ifft2(y_bar, a, s=None, axes=(-2, -1)):
    no_shape(s)
    return np.fft.ifft2(y_bar, None, axes)


@linear(np.fft.fftn, broadcasts=True)
def fftn(y_bar, a, s=None, axes=None):
    no_shape(s)
    return np.fft.fftn(y_bar, None, axes)


@linear(np.fft.ifftn, broadcasts=True)
def ifftn(y_bar, a, s=None, axes=None):
    no_shape(s)
    return np.fft.ifftn(y_bar, None, axes)


@linear(np.fft.rfft)
def rfft(y_bar, a, n=None, axis=-1):
    bars = np.moveaxis(y_bar, axis, -1)
    size = np.shape(a)[axis] if n is None else n
    missing = np.zeros(np.shape(bars)[:-1] + (size - np.shape(bars)[-1],), bars.dtype)
    bar = np.moveaxis(np.real(np.fft.fft(np.concatenate((bars, missing), -1))), -1, axis)
    return bar if n is None else fitted(bar, a, axis)


@linear(np.fft.irfft)
def irfft(y_bar, a, n=None, axis=-1):
    bars = np.moveaxis(y_bar, axis, -1)
    size = np.shape(bars)[-1]
    parts = np.conj(np.fft.rfft(bars))
    places = np.arange(np.shape(parts)[-1])
    twice = np.where(np.logical_or(places == 0, 2 * places == size), 1.0, 2.0)
    bar = np.moveaxis(parts * twice / size, -1, axis)
    return bar if n is None else fitted(bar, a, axis)


def in_norm(y, norm, items, inverse):
    """A transform of so many items, as it is without `norm`, in the scale that `norm` asks for."""
    if norm is None or norm == "backward":
        return y
    factor = items if norm == "forward" else items**0.5
    return y * factor if inverse else y / factor


def length(a, n, axis):
    return np.shape(a)[axis] if n is None else n


@form(np.fft.fft)
def fft_in_norm(a, n=None, axis=-1, norm=None):
    return in_norm(np.fft.fft(a, n, axis), norm, length(a, n, axis), False)


@form(np.fft.ifft)
def ifft_in_norm(a, n=None, axis=-1, norm=None):
    return in_norm(np.fft.ifft(a, n, axis), norm, length(a, n, axis), True)


@form(np.fft.rfft)
def rfft_in_norm(a, n=None, axis=-1, norm=None):
    return in_norm(np.fft.rfft(a, n, axis), norm, length(a, n, axis), False)


@form(np.fft.irfft)
def irfft_in_norm(a, n=None, axis=-1, norm=None):
    y = np.fft.irfft(a, n, axis)
    return in_norm(y, norm, np.shape(y)[axis], True)


@form(np.fft.fft2)
def fft2_in_norm(a, s=None, axes=(-2, -1), norm=None):
    return in_norm(np.fft.fft2(a, s, axes), norm, items_along(a, axes), False)


@form(np.fft.ifft2)
def ifft2_in_norm(a, s=None, axes=(-2, -1), norm=None):
    return in_norm(np.fft.ifft2(a, s, axes), norm, items_along(a, axes), True)


@form(np.fft.fftn)
def fftn_in_norm(a, s=None, axes=None, norm=None):
    return in_norm(np.fft.fftn(a, s, axes), norm, items_along(a, axes), False)


@form(np.fft.ifftn)
def ifftn_in_norm(a, s=None, axes=None, norm=None):
    return in_norm(np.fft.ifftn(a, s, axes), norm, items_along(a, axes), True)


@composed(np.fft.fftshift)
def fftshift(x, axes=None):
    for axis in unrolled(shifted(np.ndim(x), axes)):
        x = np.roll(x, np.shape(x)[axis] // 2, axis)
    return x


@composed(np.fft.ifftshift)
def ifftshift(x, axes=None):
    for axis in unrolled(shifted(np.ndim(x), axes)):
        x = np.roll(x, -(np.shape(x)[axis] // 2), axis)
    return x


@static
def shifted(rank, axes):
    return tuple(range(rank)) if axes is None else (axes,) if isinstance(axes, int) else tuple(axes)


constant(np.fft.fftfreq, np.fft.rfftfreq)
