"""Gradients by hand of `tests/kernels/weather.py`."""

from __future__ import annotations

import numpy as np

from tests.kernels.weather import BETA


def vertical_advection(utens_stage, u_stage, wcon, u_pos, utens, dtr_stage):
    """Levels first, so that each level is one run of memory; the loops only eliminate, all else is whole fields.

    The system is T x = d, so with T^T y = x_bar the cotangent of d is y and that of T is -y x^T. The factors of T
    serve both ways. Gradients come back as views, with the axes of the arguments.
    """
    ni, nj, nk = utens_stage.shape
    implicit, explicit = 0.5 * (1.0 + BETA), 0.5 * (1.0 - BETA)
    levels = (nk, ni * nj)

    def as_given(field):
        return field.reshape(-1, ni, nj).transpose(1, 2, 0)

    wind = np.ascontiguousarray(u_stage.transpose(2, 0, 1)).reshape(levels)
    position = np.ascontiguousarray(u_pos.transpose(2, 0, 1)).reshape(levels)
    w = np.empty((nk - 1, ni * nj))  # between the levels
    np.add(wcon[1:, :, 1:], wcon[:-1, :, 1:], out=as_given(w))
    w *= 0.25
    wind_steps = np.subtract(wind[1:], wind[:-1])
    d, divided = np.empty(levels), np.empty(levels)
    np.add(utens, utens_stage, out=as_given(d))
    np.multiply(position, dtr_stage, out=divided)
    d += divided
    flux = w * wind_steps
    flux *= explicit
    d[1:] -= flux
    d[:-1] -= flux
    c = w  # right of the diagonal of T; left of it is -c
    c *= implicit
    divided.fill(dtr_stage)
    divided[1:] += c
    divided[:-1] -= c

    factor = flux
    part = np.empty(ni * nj)
    for k in range(nk):
        if k > 0:
            np.multiply(factor[k - 1], c[k - 1], out=part)
            divided[k] += part
            np.multiply(d[k - 1], c[k - 1], out=part)
            d[k] += part
        np.reciprocal(divided[k], out=divided[k])
        d[k] *= divided[k]
        if k < nk - 1:
            np.multiply(c[k], divided[k], out=factor[k])
    x = d
    for k in range(nk - 2, -1, -1):
        np.multiply(factor[k], x[k + 1], out=part)
        x[k] -= part

    moved = np.subtract(x, position, out=wind)
    flat = moved.reshape(-1)
    total = flat.dot(flat)
    value = dtr_stage * dtr_stage * total

    direct = moved
    direct *= 2.0 * dtr_stage * dtr_stage  # the cotangent of x
    y = direct.copy()
    for k in range(1, nk):
        np.multiply(factor[k - 1], y[k - 1], out=part)
        y[k] -= part
    y[-1] *= divided[-1]
    for k in range(nk - 2, -1, -1):
        np.multiply(c[k], y[k + 1], out=part)
        y[k] += part
        y[k] *= divided[k]

    # Every buffer whose content has served is the next result.
    flat_y = y.reshape(-1)
    dtr_bar = 2.0 * dtr_stage * total + flat_y.dot(position.reshape(-1)) - flat_y.dot(x.reshape(-1))
    u_pos_bar = np.multiply(y, dtr_stage, out=divided)
    u_pos_bar -= direct
    both = np.add(y[1:], y[:-1], out=direct[1:])
    c *= explicit / implicit
    c *= both
    u_stage_bar = position
    u_stage_bar[:-1] = c
    u_stage_bar[-1] = 0.0
    u_stage_bar[1:] -= c
    w_bar = np.subtract(x[1:], x[:-1], out=factor)
    w_bar *= -0.25 * implicit
    wind_steps *= -0.25 * explicit
    w_bar += wind_steps
    w_bar *= both  # a quarter of it: the mean of two
    wcon_bar = np.empty_like(wcon)
    wcon_bar[:, :, 0] = 0.0
    wcon_bar[0, :, 1:] = 0.0
    wcon_bar[1:, :, 1:] = as_given(w_bar)
    wcon_bar[:-1, :, 1:] += as_given(w_bar)
    other = x
    other[...] = y
    return value, (*map(as_given, (y, u_stage_bar)), wcon_bar, *map(as_given, (u_pos_bar, other)), dtr_bar)
