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

    wind = np.ascontiguousarray(u_stage.transpose(2, 0, 1)).reshape(levels)
    position = np.ascontiguousarray(u_pos.transpose(2, 0, 1)).reshape(levels)
    w = np.add(wcon[1:, :, 1:], wcon[:-1, :, 1:]).transpose(2, 0, 1).reshape(nk - 1, ni * nj)  # between the levels
    w *= 0.25
    wind_steps = np.subtract(wind[1:], wind[:-1])
    d = np.empty(levels)
    known = d.reshape(nk, ni, nj).transpose(1, 2, 0)
    np.add(utens, utens_stage, out=known)
    x = dtr_stage * position
    d += x
    flux = w * wind_steps
    flux *= explicit
    d[1:] -= flux
    d[:-1] -= flux
    c = implicit * w  # right of the diagonal of T; left of it is -c
    divided = np.full(levels, dtr_stage)
    divided[1:] += c
    divided[:-1] -= c

    factor = np.empty_like(c)
    part = flux[0]
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

    moved = np.subtract(x, position)
    flat = moved.reshape(-1)
    total = flat.dot(flat)
    value = dtr_stage * dtr_stage * total

    x_steps = np.subtract(x[1:], x[:-1])
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

    flat_y = y.reshape(-1)
    dtr_bar = 2.0 * dtr_stage * total + flat_y.dot(position.reshape(-1)) - flat_y.dot(x.reshape(-1))
    u_pos_bar = dtr_stage * y
    u_pos_bar -= direct
    both = np.add(y[1:], y[:-1])
    c *= explicit / implicit
    c *= both
    u_stage_bar = np.zeros(levels)
    u_stage_bar[:-1] += c
    u_stage_bar[1:] -= c
    x_steps *= -0.25 * implicit
    wind_steps *= -0.25 * explicit
    x_steps += wind_steps
    x_steps *= both  # the cotangent of w, a quarter of it
    w_bar = x_steps.reshape(nk - 1, ni, nj).transpose(1, 2, 0)
    wcon_bar = np.zeros_like(wcon)
    wcon_bar[1:, :, 1:] = w_bar
    wcon_bar[:-1, :, 1:] += w_bar

    def as_given(field):
        return field.reshape(nk, ni, nj).transpose(1, 2, 0)

    y = as_given(y)
    return value, (y, as_given(u_stage_bar), wcon_bar, as_given(u_pos_bar), y.copy(), dtr_bar)
