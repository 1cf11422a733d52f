"""Partial differential equations on grids: the inside of a field is computed anew and put into its border."""

import numpy


def inside(np, border, inner):
    """A field from its border (zeros inside) and its inner points."""
    return border + np.pad(inner, [(1, 1)] * inner.ndim)


def border_of(np, u):
    inner = u[(slice(1, -1),) * u.ndim]
    return u - np.pad(inner, [(1, 1)] * u.ndim)


def jacobi_1d(np, steps, A, B):
    rims = border_of(np, A), border_of(np, B)
    for _ in range(steps):
        B = inside(np, rims[1], (A[:-2] + A[1:-1] + A[2:]) / 3.0)
        A = inside(np, rims[0], (B[:-2] + B[1:-1] + B[2:]) / 3.0)
    return np.sum(A**2)


def cross(u):
    return u[1:-1, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:] + u[2:, 1:-1] + u[:-2, 1:-1]


def jacobi_2d(np, steps, A, B):
    rims = border_of(np, A), border_of(np, B)
    for _ in range(steps):
        B = inside(np, rims[1], 0.2 * cross(A))
        A = inside(np, rims[0], 0.2 * cross(B))
    return np.sum(A**2)


def heat_3d(np, steps, u, conductivity):
    conductivity = conductivity[1:-1, 1:-1, 1:-1]
    for _ in range(steps):
        change = u[2:, 1:-1, 1:-1] + u[:-2, 1:-1, 1:-1] + u[1:-1, 2:, 1:-1] + u[1:-1, :-2, 1:-1]
        change = change + u[1:-1, 1:-1, 2:] + u[1:-1, 1:-1, :-2] - 6.0 * u[1:-1, 1:-1, 1:-1]
        u = inside(np, u, change * conductivity)
    return np.sum(u**2)


def heat_2d_loops(np, u, r, steps):
    for _ in range(steps):
        u = inside(np, u, r * (cross(u) - 5.0 * u[1:-1, 1:-1]))
    return np.sum(u**2)


def seidel_2d(np, steps, A):
    rows = list(np.rows(A))
    for _ in range(steps):
        for i in range(1, len(rows) - 1):
            above, row, below = rows[i - 1 : i + 2]
            inner = row[1:-1] + above[:-2] + above[1:-1] + above[2:]
            right = np.concatenate([inner[1:], row[-1:]])
            known = inner + right + below[:-2] + below[1:-1] + below[2:]
            found = [row[0]]
            for point in np.rows(known):
                found.append((found[-1] + point) / 9.0)
            rows[i] = np.concatenate([np.stack(found), row[-1:]])
    return np.sum(np.stack(rows) ** 2)


def red_black(np, u, f, omega, sweeps):
    """A colour at a time by masks: both parts of the colour read what the other colour wrote."""
    n = len(u)
    i, j = numpy.indices((n - 2, n - 2))
    colours = [np.constant((i % 2 == j % 2).astype(float)), np.constant((i % 2 != j % 2).astype(float))]
    known = 0.25 * f[1:-1, 1:-1]
    for _ in range(sweeps):
        for colour in colours:
            centre = u[1:-1, 1:-1]
            change = omega * (0.25 * (cross(u) - centre) - known - centre)
            u = inside(np, u, colour * change)
    return np.sum(u**2)


def adi_half(np, r, u):
    """Implicit along the first axis of u; the result keeps u's border."""
    explicit = r * u[1:-1, :-2] + (1.0 - 2.0 * r) * u[1:-1, 1:-1] + r * u[1:-1, 2:]
    ends = np.rows(u)
    first, last = ends[0][1:-1], ends[-1][1:-1]
    p, q = [0.0], [first]
    for known in np.rows(explicit):
        pivot = 1.0 + 2.0 * r - r * p[-1]
        p.append(r / pivot)
        q.append((known + r * q[-1]) / pivot)
    v = [last]
    for a, b in zip(reversed(p[1:]), reversed(q[1:]), strict=True):
        v.append(a * v[-1] + b)
    return inside(np, border_of(np, u), np.stack(v[:0:-1]))


def adi(np, steps, r, u):
    for _ in range(steps):
        u = adi_half(np, r, u)
        u = adi_half(np, r, u.T).T
    return np.sum(u**2)


def fdtd_2d(np, steps, ex, ey, hz, source):
    drive = np.rows(source)
    m = ey.shape[1]
    edge = np.constant(numpy.ones((1, m)))
    for t in range(steps):
        ey = np.concatenate([drive[t] * edge, ey[1:, :] - 0.5 * (hz[1:, :] - hz[:-1, :])])
        ex = np.concatenate([ex[:, :1], ex[:, 1:] - 0.5 * (hz[:, 1:] - hz[:, :-1])], 1)
        change = 0.7 * (ex[:-1, 1:] - ex[:-1, :-1] + ey[1:, :-1] - ey[:-1, :-1])
        hz = hz - np.pad(change, ((0, 1), (0, 1)))
    return np.sum(hz**2)


def wave_1d(np, u, speed, steps):
    """The first new buffer has a border of zeros, and so has every third one."""
    previous = current = u
    still = border_of(np, u)
    rims = [0.0 * still, still, still]
    for t in range(steps):
        change = 2.0 * current[1:-1] - previous[1:-1]
        change = change + speed**2 * (current[2:] - 2.0 * current[1:-1] + current[:-2])
        previous, current = current, inside(np, rims[t % 3], change)
    return np.sum(current**2)


def burgers(np, u, viscosity, dx, dt, steps):
    for _ in range(steps):
        left, right = np.roll(u, 1), np.roll(u, -1)
        slope = np.where(u < 0.0, right - u, u - left) / dx
        u = u - dt * u * slope + dt * viscosity / dx**2 * (right - 2.0 * u + left)
    return np.sum(u**2)


def gray_scott(np, U, V, feed, kill, steps):
    def spread(u):
        return np.roll(u, 1, 0) + np.roll(u, -1, 0) - 4.0 * u + np.roll(u, 1, 1) + np.roll(u, -1, 1)

    for _ in range(steps):
        rate = U * V * V
        U, V = (
            U + 0.16 * spread(U) - rate + feed * (1.0 - U),
            V + 0.08 * spread(V) + rate - (feed + kill) * V,
        )
    return np.sum(V**2)


def smooth(np, u, f, h, sweeps):
    for _ in range(sweeps):
        u = inside(np, u, 0.4 * (u[2:] - 2.0 * u[1:-1] + u[:-2] + h * h * f[1:-1]))
    return u


def v_cycle(np, u, f, h):
    if len(u) == 3:
        return np.concatenate([u[:1], 0.5 * (u[:1] + u[2:] + h * h * f[1:2]), u[2:]])
    u = smooth(np, u, f, h, 2)
    r = np.pad(f[1:-1] + (u[2:] - 2.0 * u[1:-1] + u[:-2]) / h**2, ((1, 1),))
    coarse = np.pad(0.25 * (r[1:-3:2] + 2.0 * r[2:-2:2] + r[3:-1:2]), ((1, 1),))
    correction = v_cycle(np, 0.0 * coarse, coarse, 2.0 * h)
    between = 0.5 * (correction[1:] + correction[:-1])
    pairs = np.stack([correction[:-1], between], 1)
    u = u + np.concatenate([np.reshape(pairs, (-1,)), correction[-1:]])
    return smooth(np, u, f, h, 2)


def multigrid(np, u, f, cycles):
    h = 1.0 / (len(u) - 1)
    for _ in range(cycles):
        u = v_cycle(np, u, f, h)
    return np.sum(u**2)
