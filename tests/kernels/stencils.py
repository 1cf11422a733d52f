"""Partial differential equations on regular grids: updates of slices, in place or between two buffers.

Sizes: n points along each axis; a field has 1 to 3 axes, and its border is given.
"""

import numpy as np

from . import Kernel


def jacobi_1d(steps, A, B):
    """Averages of neighbours, back and forth between A (n,) and B (n,)."""
    for _ in range(steps):
        B[1:-1] = (A[:-2] + A[1:-1] + A[2:]) / 3.0
        A[1:-1] = (B[:-2] + B[1:-1] + B[2:]) / 3.0


def jacobi_1d_loss(steps, A, B):
    jacobi_1d(steps, A, B)
    return np.sum(A**2)


def jacobi_2d(steps, A, B):
    """The same on A (n, n) and B (n, n), with the four neighbours of a point."""
    for _ in range(steps):
        B[1:-1, 1:-1] = 0.2 * (A[1:-1, 1:-1] + A[1:-1, :-2] + A[1:-1, 2:] + A[2:, 1:-1] + A[:-2, 1:-1])
        A[1:-1, 1:-1] = 0.2 * (B[1:-1, 1:-1] + B[1:-1, :-2] + B[1:-1, 2:] + B[2:, 1:-1] + B[:-2, 1:-1])


def jacobi_2d_loss(steps, A, B):
    jacobi_2d(steps, A, B)
    return np.sum(A**2)


def laplacian(u, out):
    """Writes the second differences of u (n, n, n) into the inside of out."""
    out[1:-1, 1:-1, 1:-1] = -6.0 * u[1:-1, 1:-1, 1:-1]
    out[1:-1, 1:-1, 1:-1] += u[2:, 1:-1, 1:-1] + u[:-2, 1:-1, 1:-1]
    out[1:-1, 1:-1, 1:-1] += u[1:-1, 2:, 1:-1] + u[1:-1, :-2, 1:-1]
    out[1:-1, 1:-1, 1:-1] += u[1:-1, 1:-1, 2:] + u[1:-1, 1:-1, :-2]


def heat_3d(steps, u, conductivity):
    """Explicit steps of the heat equation on u (n, n, n) with a conductivity for each point."""
    change = np.zeros_like(u)
    for _ in range(steps):
        laplacian(u, change)
        change *= conductivity
        u += change


def heat_3d_loss(steps, u, conductivity):
    heat_3d(steps, u, conductivity)
    return np.sum(u**2)


def heat_2d_loops(u, r, steps):
    """The heat equation on u (n, n), point by point, from a copy of the last step."""
    rows, columns = u.shape
    for _ in range(steps):
        old = u.copy()
        for i in range(1, rows - 1):
            for j in range(1, columns - 1):
                u[i, j] = old[i, j] + r * (
                    old[i + 1, j] + old[i - 1, j] + old[i, j + 1] + old[i, j - 1] - 4.0 * old[i, j]
                )
    return u


def heat_2d_loops_loss(u, r, steps):
    return np.sum(heat_2d_loops(u, r, steps) ** 2)


def seidel_2d(steps, A):
    """Averages of the nine points around each point of A (n, n), each used as soon as it is there."""
    n = A.shape[0]
    for _ in range(steps):
        for i in range(1, n - 1):
            A[i, 1:-1] += A[i - 1, :-2] + A[i - 1, 1:-1] + A[i - 1, 2:]
            A[i, 1:-1] += A[i, 2:] + A[i + 1, :-2] + A[i + 1, 1:-1] + A[i + 1, 2:]
            for j in range(1, n - 1):
                A[i, j] += A[i, j - 1]
                A[i, j] /= 9.0


def seidel_2d_loss(steps, A):
    seidel_2d(steps, A)
    return np.sum(A**2)


def red_black(u, f, omega, sweeps):
    """Over-relaxation for the Poisson equation on u (n, n), n odd: every second point at a time, as strided slices."""
    for _ in range(sweeps):
        for row, column in ((1, 1), (2, 2), (1, 2), (2, 1)):
            centre = u[row:-1:2, column:-1:2]
            above = u[row - 1 : -2 : 2, column:-1:2]
            below = u[row + 1 :: 2, column:-1:2]
            left = u[row:-1:2, column - 1 : -2 : 2]
            right = u[row:-1:2, column + 1 :: 2]
            centre += omega * (0.25 * (above + below + left + right - f[row:-1:2, column:-1:2]) - centre)


def red_black_loss(u, f, omega, sweeps):
    red_black(u, f, omega, sweeps)
    return np.sum(u**2)


def adi(steps, r, u):
    """Alternating implicit steps of the heat equation on u (n, n): Thomas's algorithm along each axis in turn.

    p and q hold the elimination of all lines at once; the border is kept at u's own values.
    """
    n = u.shape[0]
    v = np.empty(u.shape)
    p = np.empty(u.shape)
    q = np.empty(u.shape)
    for _ in range(steps):
        # implicit along the first axis, from u to v
        v[0, :] = u[0, :]
        v[n - 1, :] = u[n - 1, :]
        v[:, 0] = u[:, 0]
        v[:, n - 1] = u[:, n - 1]
        p[0, 1:-1] = 0.0
        q[0, 1:-1] = v[0, 1:-1]
        for i in range(1, n - 1):
            known = r * u[i, :-2] + (1.0 - 2.0 * r) * u[i, 1:-1] + r * u[i, 2:]
            pivot = 1.0 + 2.0 * r - r * p[i - 1, 1:-1]
            p[i, 1:-1] = r / pivot
            q[i, 1:-1] = (known + r * q[i - 1, 1:-1]) / pivot
        for i in range(n - 2, 0, -1):
            v[i, 1:-1] = p[i, 1:-1] * v[i + 1, 1:-1] + q[i, 1:-1]
        # implicit along the second axis, from v to u
        p[1:-1, 0] = 0.0
        q[1:-1, 0] = u[1:-1, 0]
        for j in range(1, n - 1):
            known = r * v[:-2, j] + (1.0 - 2.0 * r) * v[1:-1, j] + r * v[2:, j]
            pivot = 1.0 + 2.0 * r - r * p[1:-1, j - 1]
            p[1:-1, j] = r / pivot
            q[1:-1, j] = (known + r * q[1:-1, j - 1]) / pivot
        for j in range(n - 2, 0, -1):
            u[1:-1, j] = p[1:-1, j] * u[1:-1, j + 1] + q[1:-1, j]


def adi_loss(steps, r, u):
    adi(steps, r, u)
    return np.sum(u**2)


def fdtd_2d(steps, ex, ey, hz, source):
    """Maxwell's equations in the plane: leapfrog of ex, ey and hz (n, m); the source drives an edge of ey."""
    for t in range(steps):
        ey[0, :] = source[t]
        ey[1:, :] -= 0.5 * (hz[1:, :] - hz[:-1, :])
        ex[:, 1:] -= 0.5 * (hz[:, 1:] - hz[:, :-1])
        hz[:-1, :-1] -= 0.7 * (ex[:-1, 1:] - ex[:-1, :-1] + ey[1:, :-1] - ey[:-1, :-1])


def fdtd_2d_loss(steps, ex, ey, hz, source):
    fdtd_2d(steps, ex, ey, hz, source)
    return np.sum(hz**2)


def wave_1d(u, speed, steps):
    """A string u (n,), at rest at first: three buffers change places in each step."""
    previous = u.copy()
    current = u.copy()
    following = np.zeros_like(u)
    for _ in range(steps):
        following[1:-1] = 2.0 * current[1:-1] - previous[1:-1]
        following[1:-1] += speed**2 * (current[2:] - 2.0 * current[1:-1] + current[:-2])
        previous, current, following = current, following, previous
    return current


def wave_1d_loss(u, speed, steps):
    return np.sum(wave_1d(u, speed, steps) ** 2)


def burgers(u, viscosity, dx, dt, steps):
    """Burgers' equation on a circle (n,): upwind differences by masks, in steps written into a trajectory."""
    history = np.zeros((steps + 1, u.size))
    history[0] = u
    for t in range(steps):
        v = history[t]
        slope = (v - np.roll(v, 1)) / dx
        against = v < 0.0
        slope[against] = ((np.roll(v, -1) - v) / dx)[against]
        history[t + 1] = v - dt * v * slope
        history[t + 1] += dt * viscosity / dx**2 * (np.roll(v, -1) - 2.0 * v + np.roll(v, 1))
    return history


def burgers_loss(u, viscosity, dx, dt, steps):
    return np.sum(burgers(u, viscosity, dx, dt, steps)[-1] ** 2)


def gray_scott(U, V, feed, kill, steps):
    """Reaction and diffusion of two substances on a torus (n, n), with buffers given as out=."""
    rate = np.empty_like(U)
    spread = np.empty_like(U)
    for _ in range(steps):
        np.multiply(U, V * V, out=rate)
        np.subtract(np.roll(U, 1, axis=0) + np.roll(U, -1, axis=0), 4.0 * U, out=spread)
        spread += np.roll(U, 1, axis=1) + np.roll(U, -1, axis=1)
        U += 0.16 * spread - rate + feed * (1.0 - U)
        np.subtract(np.roll(V, 1, axis=0) + np.roll(V, -1, axis=0), 4.0 * V, out=spread)
        spread += np.roll(V, 1, axis=1) + np.roll(V, -1, axis=1)
        V += 0.08 * spread + rate - (feed + kill) * V


def gray_scott_loss(U, V, feed, kill, steps):
    gray_scott(U, V, feed, kill, steps)
    return np.sum(V**2)


def smooth(u, f, h, sweeps):
    for _ in range(sweeps):
        u[1:-1] += 0.4 * (u[2:] - 2.0 * u[1:-1] + u[:-2] + h * h * f[1:-1])


def v_cycle(u, f, h):
    """Improves u (2**k + 1,) as a solution of -u'' = f: corrects it by half as many points, recursively."""
    if u.size == 3:
        u[1] = 0.5 * (u[0] + u[2] + h * h * f[1])
        return
    smooth(u, f, h, 2)
    residual = np.zeros_like(u)
    residual[1:-1] = f[1:-1] + (u[2:] - 2.0 * u[1:-1] + u[:-2]) / h**2
    coarse = np.zeros(u.size // 2 + 1)
    coarse[1:-1] = 0.25 * (residual[1:-3:2] + 2.0 * residual[2:-2:2] + residual[3:-1:2])
    correction = np.zeros_like(coarse)
    v_cycle(correction, coarse, 2.0 * h)
    u[::2] += correction
    u[1::2] += 0.5 * (correction[1:] + correction[:-1])
    smooth(u, f, h, 2)


def multigrid(u, f, cycles):
    """-u'' = f between the end values of u, improved by V-cycles."""
    h = 1.0 / (u.size - 1)
    for _ in range(cycles):
        v_cycle(u, f, h)


def multigrid_loss(u, f, cycles):
    multigrid(u, f, cycles)
    return np.sum(u**2)


# ---- samples


def fields(shape, count, seed=1):
    rng = np.random.default_rng(seed)
    return tuple(rng.normal(size=shape) for _ in range(count))


def heat_sample(n, steps):
    (u,) = fields((n, n, n), 1)
    return steps, u, np.random.default_rng(2).uniform(0.05, 0.15, size=(n, n, n))


def fdtd_sample(n, m, steps):
    return steps, *fields((n, m), 3), np.sin(0.3 * np.arange(steps))


def burgers_sample(n, steps):
    """Half of the circle flows to the left, half to the right, no point is near rest."""
    u = np.where(np.arange(n) < n // 2, 1.0, -0.8) + 0.2 * np.sin(np.arange(n))
    return u, 0.02, 0.5, 0.05, steps


def gray_scott_sample(n, steps):
    noise, more = fields((n, n), 2)
    return 0.6 + 0.05 * noise, 0.3 + 0.05 * more, 0.04, 0.06, steps


KERNELS = [
    Kernel(jacobi_1d, (4, *fields(8, 2)), (1, 2), jacobi_1d_loss, lambda: (100, *fields(4000, 2)), ("A", "B")),
    Kernel(
        jacobi_2d, (3, *fields((6, 6), 2)), (1, 2), jacobi_2d_loss, lambda: (10, *fields((250, 250), 2)), ("A", "B")
    ),
    Kernel(heat_3d, heat_sample(5, 3), (1, 2), heat_3d_loss, lambda: heat_sample(40, 10), "u"),
    Kernel(
        heat_2d_loops, (*fields((6, 5), 1), 0.2, 3), (0, 1), heat_2d_loops_loss, lambda: (*fields((40, 40), 1), 0.2, 5)
    ),
    Kernel(seidel_2d, (3, *fields((6, 6), 1)), 1, seidel_2d_loss, lambda: (5, *fields((50, 50), 1)), "A"),
    Kernel(
        red_black,
        (*fields((7, 7), 2), 1.3, 3),
        (0, 1, 2),
        red_black_loss,
        lambda: (*fields((151, 151), 2), 1.3, 20),
        "u",
    ),
    Kernel(adi, (3, 0.4, *fields((6, 6), 1)), (1, 2), adi_loss, lambda: (5, 0.4, *fields((80, 80), 1)), "u"),
    Kernel(
        fdtd_2d, fdtd_sample(5, 6, 4), (1, 2, 3, 4), fdtd_2d_loss, lambda: fdtd_sample(150, 150, 20), ("ex", "ey", "hz")
    ),
    Kernel(wave_1d, (*fields(8, 1), 0.6, 5), (0, 1), wave_1d_loss, lambda: (*fields(3000, 1), 0.6, 300)),
    Kernel(burgers, burgers_sample(8, 3), (0, 1, 2, 3), burgers_loss, lambda: burgers_sample(1000, 100)),
    Kernel(
        gray_scott,
        gray_scott_sample(5, 3),
        (0, 1, 2, 3),
        gray_scott_loss,
        lambda: gray_scott_sample(100, 20),
        ("U", "V"),
    ),
    Kernel(multigrid, (*fields(9, 2), 2), (0, 1), multigrid_loss, lambda: (*fields(1025, 2), 20), "u"),
]
