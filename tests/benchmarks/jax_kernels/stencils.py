"""Partial differential equations on regular grids."""

import jax.numpy as jnp
from jax import lax

STATIC = {
    "jacobi_1d": (0,),
    "jacobi_2d": (0,),
    "heat_3d": (0,),
    "heat_2d_loops": (2,),
    "seidel_2d": (0,),
    "red_black": (3,),
    "adi": (0,),
    "fdtd_2d": (0,),
    "wave_1d": (2,),
    "burgers": (4,),
    "gray_scott": (4,),
    "multigrid": (2,),
}
NOT_PORTED: dict[str, str] = {}


def jacobi_1d(steps, A, B):
    def mean(u):
        return (u[:-2] + u[1:-1] + u[2:]) / 3.0

    def step(_, AB):
        A, B = AB
        B = B.at[1:-1].set(mean(A))
        return A.at[1:-1].set(mean(B)), B

    A, _ = lax.fori_loop(0, steps, step, (A, B))
    return jnp.sum(A**2)


def neighbours(u):
    """The sum of the four neighbours of each inner point."""
    return u[1:-1, :-2] + u[1:-1, 2:] + u[2:, 1:-1] + u[:-2, 1:-1]


def jacobi_2d(steps, A, B):
    def mean(u):
        return 0.2 * (u[1:-1, 1:-1] + neighbours(u))

    def step(_, AB):
        A, B = AB
        B = B.at[1:-1, 1:-1].set(mean(A))
        return A.at[1:-1, 1:-1].set(mean(B)), B

    A, _ = lax.fori_loop(0, steps, step, (A, B))
    return jnp.sum(A**2)


def heat_3d(steps, u, conductivity):
    conductivity = conductivity[1:-1, 1:-1, 1:-1]

    def step(_, u):
        laplacian = (
            -6.0 * u[1:-1, 1:-1, 1:-1]
            + (u[2:, 1:-1, 1:-1] + u[:-2, 1:-1, 1:-1])
            + (u[1:-1, 2:, 1:-1] + u[1:-1, :-2, 1:-1])
            + (u[1:-1, 1:-1, 2:] + u[1:-1, 1:-1, :-2])
        )
        return u.at[1:-1, 1:-1, 1:-1].add(conductivity * laplacian)

    return jnp.sum(lax.fori_loop(0, steps, step, u) ** 2)


def heat_2d_loops(u, r, steps):
    def step(_, u):
        return u.at[1:-1, 1:-1].add(r * (neighbours(u) - 4.0 * u[1:-1, 1:-1]))

    return jnp.sum(lax.fori_loop(0, steps, step, u) ** 2)


def seidel_2d(steps, A):
    """Rows from top to bottom, and each row from left to right: no two points may be computed at once."""

    def point(left, rest):
        new = (rest + left) / 9.0
        return new, new

    def row(above, rows):
        old, below = rows
        partial = old.at[1:-1].add(above[:-2] + above[1:-1] + above[2:])
        rest = partial[1:-1] + partial[2:] + below[:-2] + below[1:-1] + below[2:]
        new = old.at[1:-1].set(lax.scan(point, old[0], rest)[1])
        return new, new

    def sweep(_, A):
        return A.at[1:-1].set(lax.scan(row, A[0], (A[1:-1], A[2:]))[1])

    return jnp.sum(lax.fori_loop(0, steps, sweep, A) ** 2)


def red_black(u, f, omega, sweeps):
    """Strided slices are slow scatters in JAX: the points of one colour are those that a mask lets change."""
    index = jnp.arange(1, len(u) - 1)
    colour = (index[:, None] + index) % 2

    def relaxed(u, mask):
        centre = u[1:-1, 1:-1]
        change = omega * (0.25 * (neighbours(u) - f[1:-1, 1:-1]) - centre)
        return u.at[1:-1, 1:-1].add(jnp.where(mask, change, 0.0))

    def sweep(_, u):
        return relaxed(relaxed(u, colour == 0), colour == 1)

    return jnp.sum(lax.fori_loop(0, sweeps, sweep, u) ** 2)


def adi(steps, r, u):
    def implicit(u):
        """Implicit along the first axis, explicit along the second; the border stays."""

        def eliminate(above, known):
            p, q = above
            pivot = 1.0 + 2.0 * r - r * p
            row = r / pivot, (known + r * q) / pivot
            return row, row

        def substitute(below, row):
            p, q = row
            v = p * below + q
            return v, v

        known = r * u[1:-1, :-2] + (1.0 - 2.0 * r) * u[1:-1, 1:-1] + r * u[1:-1, 2:]
        top, bottom = u[0, 1:-1], u[-1, 1:-1]
        _, pq = lax.scan(eliminate, (jnp.zeros_like(top), top), known)
        _, v = lax.scan(substitute, bottom, pq, reverse=True)
        return u.at[1:-1, 1:-1].set(v)

    def step(_, u):
        return implicit(implicit(u).T).T

    return jnp.sum(lax.fori_loop(0, steps, step, u) ** 2)


def fdtd_2d(steps, ex, ey, hz, source):
    def step(fields, source):
        ex, ey, hz = fields
        ey = ey.at[0].set(source)
        ey = ey.at[1:].add(-0.5 * (hz[1:] - hz[:-1]))
        ex = ex.at[:, 1:].add(-0.5 * (hz[:, 1:] - hz[:, :-1]))
        curl = ex[:-1, 1:] - ex[:-1, :-1] + ey[1:, :-1] - ey[:-1, :-1]
        return (ex, ey, hz.at[:-1, :-1].add(-0.7 * curl)), None

    (_, _, hz), _ = lax.scan(step, (ex, ey, hz), source[:steps])
    return jnp.sum(hz**2)


def wave_1d(u, speed, steps):
    """Three buffers, as in the kernel: their borders differ."""

    def step(_, buffers):
        previous, current, following = buffers
        bend = current[2:] - 2.0 * current[1:-1] + current[:-2]
        following = following.at[1:-1].set(2.0 * current[1:-1] - previous[1:-1] + speed**2 * bend)
        return current, following, previous

    _, current, _ = lax.fori_loop(0, steps, step, (u, u, jnp.zeros_like(u)))
    return jnp.sum(current**2)


def burgers(u, viscosity, dx, dt, steps):
    def step(_, v):
        before, after = jnp.roll(v, 1), jnp.roll(v, -1)
        slope = jnp.where(v < 0.0, after - v, v - before) / dx
        return v - dt * v * slope + dt * viscosity / dx**2 * (after - 2.0 * v + before)

    return jnp.sum(lax.fori_loop(0, steps, step, u) ** 2)


def gray_scott(U, V, feed, kill, steps):
    def spread(u):
        return jnp.roll(u, 1, 0) + jnp.roll(u, -1, 0) - 4.0 * u + jnp.roll(u, 1, 1) + jnp.roll(u, -1, 1)

    def step(_, UV):
        U, V = UV
        rate = U * V * V
        U = U + 0.16 * spread(U) - rate + feed * (1.0 - U)
        V = V + 0.08 * spread(V) + rate - (feed + kill) * V
        return U, V

    _, V = lax.fori_loop(0, steps, step, (U, V))
    return jnp.sum(V**2)


def smooth(u, f, h):
    for _ in range(2):
        u = u.at[1:-1].add(0.4 * (u[2:] - 2.0 * u[1:-1] + u[:-2] + h * h * f[1:-1]))
    return u


def v_cycle(u, f, h):
    if u.size == 3:
        return u.at[1].set(0.5 * (u[0] + u[2] + h * h * f[1]))
    u = smooth(u, f, h)
    residual = jnp.pad(f[1:-1] + (u[2:] - 2.0 * u[1:-1] + u[:-2]) / h**2, 1)
    coarse = jnp.pad(0.25 * (residual[1:-3:2] + 2.0 * residual[2:-2:2] + residual[3:-1:2]), 1)
    correction = v_cycle(jnp.zeros_like(coarse), coarse, 2.0 * h)
    between = 0.5 * (correction[1:] + correction[:-1])
    pairs = jnp.stack((correction[:-1], between), axis=1)
    return smooth(u + jnp.append(pairs.ravel(), correction[-1]), f, h)


def multigrid(u, f, cycles):
    h = 1.0 / (u.size - 1)
    return jnp.sum(lax.fori_loop(0, cycles, lambda _, u: v_cycle(u, f, h), u) ** 2)
