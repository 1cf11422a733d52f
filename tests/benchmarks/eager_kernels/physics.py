"""Particles, fluids and structures: pairs and bars at once, steps one by one."""

import numpy

from tests.kernels.physics import EX, EY, OPPOSITE, WEIGHT


def state(np, pos, mass, G, softening, above):
    """(accelerations, potential energy) of a cluster."""
    d = pos - pos[:, None, :]
    near = np.sum(d**2, axis=2) + softening**2
    acc = G * np.sum(d * (near**-1.5)[:, :, None] * mass, axis=1)
    return acc, -G * np.sum(above * (mass * mass.T) / np.sqrt(near))


def n_body(np, mass, pos, vel, steps, dt, G, softening):
    above = np.constant(numpy.triu(numpy.ones((len(pos), len(pos))), 1))
    vel = vel - np.mean(mass * vel, axis=0) / np.mean(mass)
    first = 0.5 * np.sum(mass * vel**2)
    acc, potential = state(np, pos, mass, G, softening, above)
    squares = potential**2
    for _ in range(steps):
        vel = vel + acc * dt / 2.0
        pos = pos + vel * dt
        acc, potential = state(np, pos, mass, G, softening, above)
        vel = vel + acc * dt / 2.0
        squares = squares + potential**2
    return 0.5 * np.sum(mass * vel**2) - first + squares


def lennard_jones(np, pos, i, j):
    """(forces, energy) by all pairs i < j."""
    d = pos[i] - pos[j]
    r2 = np.sum(d**2, axis=1)
    s6 = 1.0 / r2**3
    pair = (24.0 * (2.0 * s6 * s6 - s6) / r2)[:, None] * d
    return pair, 4.0 * np.sum(s6 * s6 - s6)


def molecular_dynamics(np, pos, vel, dt, steps):
    n = len(pos)
    upper = numpy.triu_indices(n, 1)
    i, j = (np.constant(side) for side in upper)
    signs = numpy.zeros((n, len(upper[0])))
    signs[upper[0], numpy.arange(len(upper[0]))] = 1.0
    signs[upper[1], numpy.arange(len(upper[0]))] = -1.0
    signs = np.constant(signs)
    pair, energy = lennard_jones(np, pos, i, j)
    force = signs @ pair
    for _ in range(steps):
        vel = vel + 0.5 * dt * force
        pos = pos + dt * vel
        pair, energy = lennard_jones(np, pos, i, j)
        force = signs @ pair
        vel = vel + 0.5 * dt * force
    return energy + 0.5 * np.sum(vel**2) + np.sum(pos**2)


def cavity_flow(np, nt, nit, u, v, p, dt, dx, dy, rho, nu):
    inner = slice(1, -1)
    columns = u.shape[1] - 2
    lid = np.constant(numpy.ones((1, columns + 2)))

    def walled(f):
        return np.pad(f, ((1, 1), (1, 1)))

    for _ in range(nt):
        du_dx, du_dy = (u[1:-1, 2:] - u[1:-1, :-2]) / (2.0 * dx), (u[2:, 1:-1] - u[:-2, 1:-1]) / (2.0 * dy)
        dv_dx, dv_dy = (v[1:-1, 2:] - v[1:-1, :-2]) / (2.0 * dx), (v[2:, 1:-1] - v[:-2, 1:-1]) / (2.0 * dy)
        b = rho * ((du_dx + dv_dy) / dt - du_dx**2 - 2.0 * du_dy * dv_dx - dv_dy**2) * dx**2 * dy**2
        for _ in range(nit):
            beside, over = p[1:-1, 2:] + p[1:-1, :-2], p[2:, 1:-1] + p[:-2, 1:-1]
            new = (beside * dy**2 + over * dx**2 - b) / (2.0 * (dx**2 + dy**2))
            # no slope at the right wall, then at the floor and at the left one; none of it below the lid
            middle = np.concatenate([p[1:-1, :1], new, new[:, -1:]], 1)
            rows = np.concatenate([middle[:1], middle])
            rows = np.concatenate([rows[:, 1:2], rows[:, 1:]], 1)
            p = np.concatenate([rows, 0.0 * lid])
        un, vn = u, v
        uc, vc = un[inner, inner], vn[inner, inner]
        u = (
            uc
            - uc * dt / dx * (uc - un[1:-1, :-2])
            - vc * dt / dy * (uc - un[:-2, 1:-1])
            - dt / (2.0 * rho * dx) * (p[1:-1, 2:] - p[1:-1, :-2])
            + nu * dt / dx**2 * (un[1:-1, 2:] - 2.0 * uc + un[1:-1, :-2])
            + nu * dt / dy**2 * (un[2:, 1:-1] - 2.0 * uc + un[:-2, 1:-1])
        )
        v = (
            vc
            - uc * dt / dx * (vc - vn[1:-1, :-2])
            - vc * dt / dy * (vc - vn[:-2, 1:-1])
            - dt / (2.0 * rho * dy) * (p[2:, 1:-1] - p[:-2, 1:-1])
            + nu * dt / dx**2 * (vn[1:-1, 2:] - 2.0 * vc + vn[1:-1, :-2])
            + nu * dt / dy**2 * (vn[2:, 1:-1] - 2.0 * vc + vn[:-2, 1:-1])
        )
        u, v = np.concatenate([walled(u)[:-1], lid]), walled(v)
    return np.sum(u**2 + v**2) + np.sum(p**2)


def lattice_boltzmann(np, f, obstacle, tau, steps):
    ex, ey = (np.constant(e.astype(float)) for e in (EX, EY))
    weights = np.constant(WEIGHT[:, None, None])
    opposite = np.constant(OPPOSITE)
    for _ in range(steps):
        f = np.stack([np.roll(np.roll(f[i], EX[i], 1), EY[i], 0) for i in range(9)])
        rho = np.sum(f, axis=0)
        ux, uy = np.tensordot(ex, f, 1) / rho, np.tensordot(ey, f, 1) / rho
        along = 3.0 * (ex[:, None, None] * ux + ey[:, None, None] * uy)
        equilibrium = weights * rho * (1.0 + along + 0.5 * along**2 - 1.5 * (ux**2 + uy**2))
        f = np.where(obstacle, f[opposite], f + (equilibrium - f) / tau)
    return np.sum(f**2)


def particle_in_cell(np, x, v, charge, length, cells, dt, steps):
    dx = length / cells
    for _ in range(steps):
        where = x / dx
        left = np.integers(where)
        part = where - left
        left, right = left % cells, (left + 1) % cells
        density = np.scatter_add(charge * (1.0 - part) / dx, left, cells)
        density = density + np.scatter_add(charge * part / dx, right, cells)
        density = density - np.mean(density)
        field = np.pad(np.cumsum(0.5 * dx * (density[1:] + density[:-1]), 0), ((1, 0),))
        field = field - np.mean(field)
        v = v - dt * (field[left] * (1.0 - part) + field[right] * part)
        x = x + dt * v
        x = x - length * np.integers(x / length)
    return np.sum(v**2)


def truss(np, nodes, bars, areas, loads, fixed):
    """All bars at once: a bar acts along b, a row of zeros but for the four numbers of its ends."""
    size = 2 * len(nodes)
    pairs, held = numpy.asarray(bars), numpy.asarray(fixed)
    ends = numpy.zeros((len(pairs), len(nodes)))
    ends[numpy.arange(len(pairs)), pairs[:, 0]] = -1.0
    ends[numpy.arange(len(pairs)), pairs[:, 1]] = 1.0
    ends = np.constant(ends)
    d = ends @ nodes
    length = np.sqrt(np.sum(d**2, axis=1))
    direction = d / length[:, None]
    b = np.reshape(ends[:, :, None] * direction[:, None, :], (len(pairs), size))
    free = numpy.ones(size)
    free[held] = 0.0
    b = b * np.constant(free)
    K = b.T @ ((areas / length)[:, None] * b) + np.constant(numpy.diag(1.0 - free))
    return loads @ np.linalg.solve(K, loads * np.constant(free))


def lorenz(np, state, sigma, rho, beta):
    x, y, z = np.rows(state)
    return np.stack([sigma * (y - x), x * (rho - z) - y, x * y - beta * z])


def lorenz_rk4(np, start, sigma, rho, beta, dt, steps):
    here = start
    total = here[2]
    for _ in range(steps):
        k1 = lorenz(np, here, sigma, rho, beta)
        k2 = lorenz(np, here + 0.5 * dt * k1, sigma, rho, beta)
        k3 = lorenz(np, here + 0.5 * dt * k2, sigma, rho, beta)
        k4 = lorenz(np, here + dt * k3, sigma, rho, beta)
        here = here + dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
        total = total + here[2]
    return total / (steps + 1)
