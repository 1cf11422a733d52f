"""Pieces of an atmosphere model on a grid of ni x nj columns with nk levels each."""

import numpy as np

from . import Kernel


def horizontal_diffusion(in_field, out_field, coeff):
    """Fourth-order diffusion of each level, with fluxes that would steepen a slope cut off.

    in_field (ni + 4, nj + 4, nk) has two more points on each side than out_field and coeff (ni, nj, nk).
    """
    lap = 4.0 * in_field[1:-1, 1:-1] - (
        in_field[2:, 1:-1] + in_field[:-2, 1:-1] + in_field[1:-1, 2:] + in_field[1:-1, :-2]
    )
    flx = lap[1:, 1:-1] - lap[:-1, 1:-1]
    flx = np.where(flx * (in_field[2:-1, 2:-2] - in_field[1:-2, 2:-2]) > 0.0, 0.0, flx)
    fly = lap[1:-1, 1:] - lap[1:-1, :-1]
    fly[fly * (in_field[2:-2, 2:-1] - in_field[2:-2, 1:-2]) > 0.0] = 0.0
    out_field[:, :, :] = in_field[2:-2, 2:-2] - coeff * (flx[1:] - flx[:-1] + fly[:, 1:] - fly[:, :-1])


def horizontal_diffusion_loss(in_field, out_field, coeff):
    horizontal_diffusion(in_field, out_field, coeff)
    return np.sum(out_field**2)


BETA = 0.2  # of the vertical transport, this part more is taken from the new time than from the old one


def vertical_advection(utens_stage, u_stage, wcon, u_pos, utens, dtr_stage):
    """Implicit vertical transport of the wind u, as a tendency added up in utens_stage.

    All fields are (ni, nj, nk), but wcon (ni + 1, nj, nk) lies between the points of u. Each column is a
    tridiagonal system, solved by a sweep down that fills ccol and dcol and a sweep up that uses them.
    """
    ni, nj, nk = utens_stage.shape
    ccol = np.ndarray((ni, nj, nk), dtype=utens_stage.dtype)
    dcol = np.ndarray((ni, nj, nk), dtype=utens_stage.dtype)
    data_col = np.ndarray((ni, nj), dtype=utens_stage.dtype)
    implicit = 0.5 * (1.0 + BETA)
    explicit = 0.5 * (1.0 - BETA)

    for k in range(nk):
        rest = np.zeros((ni, nj))
        acol = np.zeros((ni, nj))
        if k > 0:
            above = -0.25 * (wcon[1:, :, k] + wcon[:-1, :, k])
            acol[:] = implicit * above
            rest -= explicit * above * (u_stage[:, :, k - 1] - u_stage[:, :, k])
        if k < nk - 1:
            below = 0.25 * (wcon[1:, :, k + 1] + wcon[:-1, :, k + 1])
            ccol[:, :, k] = implicit * below
            rest -= explicit * below * (u_stage[:, :, k + 1] - u_stage[:, :, k])
        else:
            ccol[:, :, k] = 0.0
        bcol = dtr_stage - acol - ccol[:, :, k]
        dcol[:, :, k] = dtr_stage * u_pos[:, :, k] + utens[:, :, k] + utens_stage[:, :, k] + rest
        if k == 0:
            divided = 1.0 / bcol
        else:
            divided = 1.0 / (bcol - ccol[:, :, k - 1] * acol)
            dcol[:, :, k] -= dcol[:, :, k - 1] * acol
        ccol[:, :, k] *= divided
        dcol[:, :, k] *= divided

    for k in range(nk - 1, -1, -1):
        if k == nk - 1:
            datacol = dcol[:, :, k]
        else:
            datacol = dcol[:, :, k] - ccol[:, :, k] * data_col[:, :]
        data_col[:] = datacol
        utens_stage[:, :, k] = dtr_stage * (datacol - u_pos[:, :, k])


def vertical_advection_loss(utens_stage, u_stage, wcon, u_pos, utens, dtr_stage):
    vertical_advection(utens_stage, u_stage, wcon, u_pos, utens, dtr_stage)
    return np.sum(utens_stage**2)


def fluxes(h, hu, mass, momentum):
    mass[:] = hu
    momentum[:] = hu**2 / h
    momentum += 0.5 * 9.81 * h**2


def shallow_water(h, hu, ratio, steps):
    """Water of height h (n,) and momentum hu (n,) in a channel with walls, by the method of Lax and Friedrichs."""
    mass = np.empty_like(h)
    momentum = np.empty_like(hu)
    for _ in range(steps):
        fluxes(h, hu, mass, momentum)
        new_h = 0.5 * (h[2:] + h[:-2]) - 0.5 * ratio * (mass[2:] - mass[:-2])
        new_hu = 0.5 * (hu[2:] + hu[:-2]) - 0.5 * ratio * (momentum[2:] - momentum[:-2])
        h[1:-1], hu[1:-1] = new_h, new_hu
        h[0], h[-1] = h[1], h[-2]
        hu[0] = -hu[1]
        hu[-1] = -hu[-2]


def shallow_water_loss(h, hu, ratio, steps):
    shallow_water(h, hu, ratio, steps)
    return np.sum(h**2) + np.sum(hu**2)


def saturation_adjustment(temperature, vapour, cloud):
    """Condenses what exceeds saturation at each point, by Newton steps on the points that do. All (ni, nj, nk)."""
    saturated = 0.01 * np.exp(0.06 * temperature)
    wet = vapour > saturated
    t = temperature[wet]
    q = vapour[wet]
    for _ in range(3):
        limit = 0.01 * np.exp(0.06 * t)
        condensed = (q - limit) / (1.0 + 2.5 * 0.06 * limit)
        q -= condensed
        t += 2.5 * condensed
    cloud[wet] += vapour[wet] - q
    temperature[wet] = t
    vapour[wet] = q


def saturation_adjustment_loss(temperature, vapour, cloud):
    saturation_adjustment(temperature, vapour, cloud)
    return np.sum(temperature**2) + np.sum(cloud**2)


# ---- samples


def diffusion_sample(ni, nj, nk, seed=1):
    rng = np.random.default_rng(seed)
    in_field = rng.normal(size=(ni + 4, nj + 4, nk))
    return in_field, np.zeros((ni, nj, nk)), rng.uniform(0.02, 0.05, size=(ni, nj, nk))


def advection_sample(ni, nj, nk, seed=2):
    rng = np.random.default_rng(seed)
    tendency, stage, position, other = (rng.normal(size=(ni, nj, nk)) for _ in range(4))
    return tendency, stage, rng.normal(size=(ni + 1, nj, nk)), position, other, 3.0 / 20.0 * 10.0


def channel_sample(n, steps, seed=3):
    rng = np.random.default_rng(seed)
    return 1.0 + 0.1 * rng.normal(size=n), 0.1 * rng.normal(size=n), 0.1, steps


def moist_sample(ni, nj, nk, seed=4):
    """A third of the points is saturated, and none is close to it."""
    rng = np.random.default_rng(seed)
    temperature = rng.normal(size=(ni, nj, nk))
    excess = rng.choice([-0.4, -0.2, 0.3], size=(ni, nj, nk))
    return temperature, 0.01 * np.exp(0.06 * temperature) * (1.0 + excess), np.zeros((ni, nj, nk))


KERNELS = [
    Kernel(
        horizontal_diffusion,
        diffusion_sample(3, 4, 2),
        (0, 2),
        horizontal_diffusion_loss,
        lambda: diffusion_sample(60, 60, 30),
        "out_field",
    ),
    Kernel(
        vertical_advection,
        advection_sample(3, 2, 5),
        (0, 1, 2, 3, 4, 5),
        vertical_advection_loss,
        lambda: advection_sample(40, 40, 40),
        "utens_stage",
    ),
    Kernel(
        shallow_water,
        channel_sample(8, 4),
        (0, 1, 2),
        shallow_water_loss,
        lambda: channel_sample(2000, 100),
        ("h", "hu"),
    ),
    Kernel(
        saturation_adjustment,
        moist_sample(3, 2, 4),
        (0, 1, 2),
        saturation_adjustment_loss,
        lambda: moist_sample(40, 40, 40),
        ("temperature", "vapour", "cloud"),
    ),
]
