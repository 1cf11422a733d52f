"""Pieces of an atmosphere model."""

from tests.kernels.weather import BETA


def horizontal_diffusion(np, in_field, out_field, coeff):
    lap = 4.0 * in_field[1:-1, 1:-1] - (
        in_field[2:, 1:-1] + in_field[:-2, 1:-1] + in_field[1:-1, 2:] + in_field[1:-1, :-2]
    )
    flx = lap[1:, 1:-1] - lap[:-1, 1:-1]
    flx = np.where(flx * (in_field[2:-1, 2:-2] - in_field[1:-2, 2:-2]) > 0.0, 0.0, flx)
    fly = lap[1:-1, 1:] - lap[1:-1, :-1]
    fly = np.where(fly * (in_field[2:-2, 2:-1] - in_field[2:-2, 1:-2]) > 0.0, 0.0, fly)
    out = in_field[2:-2, 2:-2] - coeff * (flx[1:] - flx[:-1] + fly[:, 1:] - fly[:, :-1])
    return np.sum(out**2)


def vertical_advection(np, utens_stage, u_stage, wcon, u_pos, utens, dtr_stage):
    """The system of all levels at once, then the two sweeps over lists of levels."""
    levels = (2, 0, 1)
    u, position = np.transpose(u_stage, levels), np.transpose(u_pos, levels)
    w = 0.25 * np.transpose(wcon[1:, :, 1:] + wcon[:-1, :, 1:], levels)
    flux = 0.5 * (1.0 - BETA) * w * (u[1:] - u[:-1])
    d = dtr_stage * position + np.transpose(utens + utens_stage, levels)
    sides = np.pad(flux, ((1, 1), (0, 0), (0, 0)))
    d = np.rows(d - sides[1:] - sides[:-1])
    c = 0.5 * (1.0 + BETA) * w
    across = np.pad(c, ((1, 1), (0, 0), (0, 0)))
    b = np.rows(dtr_stage + across[:-1] - across[1:])
    c = np.rows(c)

    divided = 1.0 / b[0]
    factors, found = [c[0] * divided], [d[0] * divided]
    for k in range(1, len(b)):
        divided = 1.0 / (b[k] + factors[-1] * c[k - 1])
        found.append((d[k] + found[-1] * c[k - 1]) * divided)
        if k < len(c):
            factors.append(c[k] * divided)
    x = [found[-1]]
    for factor, known in zip(reversed(factors), reversed(found[:-1]), strict=True):
        x.append(known - factor * x[-1])
    return np.sum((dtr_stage * (np.stack(x[::-1]) - position)) ** 2)


def shallow_water(np, h, hu, ratio, steps):
    for _ in range(steps):
        momentum = hu**2 / h + 0.5 * 9.81 * h**2
        h = 0.5 * (h[2:] + h[:-2]) - 0.5 * ratio * (hu[2:] - hu[:-2])
        inner = 0.5 * (hu[2:] + hu[:-2]) - 0.5 * ratio * (momentum[2:] - momentum[:-2])
        h = np.concatenate([h[:1], h, h[-1:]])
        hu = np.concatenate([-inner[:1], inner, -inner[-1:]])
    return np.sum(h**2) + np.sum(hu**2)


def saturation_adjustment(np, temperature, vapour, cloud):
    wet = vapour > 0.01 * np.exp(0.06 * temperature)
    t, q = temperature[wet], vapour[wet]
    for _ in range(3):
        limit = 0.01 * np.exp(0.06 * t)
        condensed = (q - limit) / (1.0 + 2.5 * 0.06 * limit)
        q = q - condensed
        t = t + 2.5 * condensed
    dry = ~wet
    warmed = np.sum(temperature[dry] ** 2) + np.sum(t**2)
    return warmed + np.sum(cloud[dry] ** 2) + np.sum((cloud[wet] + vapour[wet] - q) ** 2)
