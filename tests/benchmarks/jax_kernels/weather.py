"""Pieces of an atmosphere model on a grid of ni x nj columns with nk levels each."""

import jax.numpy as jnp
from jax import lax

from tests.kernels.weather import BETA

STATIC = {"shallow_water": (3,)}
NOT_PORTED: dict[str, str] = {}


def horizontal_diffusion(in_field, out_field, coeff):
    lap = 4.0 * in_field[1:-1, 1:-1] - (
        in_field[2:, 1:-1] + in_field[:-2, 1:-1] + in_field[1:-1, 2:] + in_field[1:-1, :-2]
    )
    flx = lap[1:, 1:-1] - lap[:-1, 1:-1]
    flx = jnp.where(flx * (in_field[2:-1, 2:-2] - in_field[1:-2, 2:-2]) > 0.0, 0.0, flx)
    fly = lap[1:-1, 1:] - lap[1:-1, :-1]
    fly = jnp.where(fly * (in_field[2:-2, 2:-1] - in_field[2:-2, 1:-2]) > 0.0, 0.0, fly)
    out_field = in_field[2:-2, 2:-2] - coeff * (flx[1:] - flx[:-1] + fly[:, 1:] - fly[:, :-1])
    return jnp.sum(out_field**2)


def vertical_advection(utens_stage, u_stage, wcon, u_pos, utens, dtr_stage):
    """The coefficients of all levels at once, levels first; then the two sweeps."""
    implicit = 0.5 * (1.0 + BETA)
    explicit = 0.5 * (1.0 - BETA)
    utens_stage, u_stage, wcon, u_pos, utens = (
        jnp.moveaxis(field, 2, 0) for field in (utens_stage, u_stage, wcon, u_pos, utens)
    )
    between = 0.25 * (wcon[1:, 1:] + wcon[1:, :-1])  # level k and the one above it, k = 1, ...
    drop = explicit * between * (u_stage[1:] - u_stage[:-1])
    down, up = ((1, 0), (0, 0), (0, 0)), ((0, 1), (0, 0), (0, 0))
    acol = jnp.pad(-implicit * between, down)
    ccol = jnp.pad(implicit * between, up)
    bcol = dtr_stage - acol - ccol
    dcol = dtr_stage * u_pos + utens + utens_stage - jnp.pad(drop, down) - jnp.pad(drop, up)

    def eliminate(above, level):
        c_above, d_above = above
        a, b, c, d = level
        divided = 1.0 / (b - c_above * a)
        level = c * divided, (d - d_above * a) * divided
        return level, level

    def substitute(below, level):
        c, d = level
        column = d - c * below
        return column, column

    nothing = jnp.zeros_like(dtr_stage * u_pos[0])
    _, levels = lax.scan(eliminate, (nothing, nothing), (acol, bcol, ccol, dcol))
    _, columns = lax.scan(substitute, nothing, levels, reverse=True)
    return jnp.sum((dtr_stage * (columns - u_pos)) ** 2)


def shallow_water(h, hu, ratio, steps):
    def step(_, state):
        h, hu = state
        momentum = hu**2 / h + 0.5 * 9.81 * h**2
        new_h = 0.5 * (h[2:] + h[:-2]) - 0.5 * ratio * (hu[2:] - hu[:-2])
        new_hu = 0.5 * (hu[2:] + hu[:-2]) - 0.5 * ratio * (momentum[2:] - momentum[:-2])
        return jnp.pad(new_h, 1, mode="edge"), jnp.concatenate((-new_hu[:1], new_hu, -new_hu[-1:]))

    h, hu = lax.fori_loop(0, steps, step, (h, hu))
    return jnp.sum(h**2) + jnp.sum(hu**2)


def saturation_adjustment(temperature, vapour, cloud):
    wet = vapour > 0.01 * jnp.exp(0.06 * temperature)
    t, q = temperature, vapour
    for _ in range(3):
        limit = 0.01 * jnp.exp(0.06 * t)
        condensed = jnp.where(wet, (q - limit) / (1.0 + 2.5 * 0.06 * limit), 0.0)
        q = q - condensed
        t = t + 2.5 * condensed
    return jnp.sum(t**2) + jnp.sum((cloud + vapour - q) ** 2)
