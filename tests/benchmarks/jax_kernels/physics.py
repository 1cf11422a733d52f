"""Particles, fluids and structures."""

import jax.numpy as jnp
from jax import lax

from tests.kernels.physics import EX, EY, OPPOSITE, WEIGHT

STATIC = {
    "n_body": (3,),
    "molecular_dynamics": (3,),
    "cavity_flow": (0, 1),
    "lattice_boltzmann": (3,),
    "particle_in_cell": (4, 6),
    "lorenz_rk4": (5,),
}
NOT_PORTED: dict[str, str] = {}


def accelerations(pos, mass, G, softening):
    d = pos[None, :, :] - pos[:, None, :]
    r2 = jnp.sum(d**2, axis=2) + softening**2
    pull = jnp.where(r2 > 0.0, jnp.where(r2 > 0.0, r2, 1.0) ** (-1.5), 0.0)
    return G * jnp.einsum("ijk,ij,j->ik", d, pull, mass[:, 0])


def energies(pos, vel, mass, G, softening):
    d = pos[None, :, :] - pos[:, None, :]
    r = jnp.sqrt(jnp.sum(d**2, axis=2) + softening**2)
    return 0.5 * jnp.sum(mass * vel**2), -G * jnp.sum(jnp.triu(mass * mass.T / r, 1))


def n_body(mass, pos, vel, steps, dt, G, softening):
    def step(state, _):
        pos, vel, acc = state
        vel = vel + acc * dt / 2.0
        pos = pos + vel * dt
        acc = accelerations(pos, mass, G, softening)
        vel = vel + acc * dt / 2.0
        return (pos, vel, acc), energies(pos, vel, mass, G, softening)

    vel = vel - jnp.mean(mass * vel, axis=0) / jnp.mean(mass)
    start = pos, vel, accelerations(pos, mass, G, softening)
    first_KE, first_PE = energies(pos, vel, mass, G, softening)
    _, (KE, PE) = lax.scan(step, start, length=steps)
    return KE[-1] - first_KE + first_PE**2 + jnp.sum(PE**2)


def lennard_jones(pos):
    """The forces (n, 3) and the energy, each pair from both sides: sums over rows instead of scattered additions."""
    self = jnp.eye(len(pos))
    d = pos[:, None] - pos
    r2 = jnp.sum(d**2, axis=2) + self
    s6 = (1.0 - self) / r2**3
    forces = jnp.sum((24.0 * (2.0 * s6 * s6 - s6) / r2)[:, :, None] * d, axis=1)
    return forces, jnp.sum(2.0 * (s6 * s6 - s6))


def molecular_dynamics(pos, vel, dt, steps):
    def step(state, _):
        pos, vel, force = state
        vel = vel + 0.5 * dt * force
        pos = pos + dt * vel
        force, potential = lennard_jones(pos)
        vel = vel + 0.5 * dt * force
        return (pos, vel, force), potential + 0.5 * jnp.sum(vel**2)

    force, _ = lennard_jones(pos)
    (pos, _, _), total = lax.scan(step, (pos, vel, force), length=steps)
    return total[-1] + jnp.sum(pos**2)


def cavity_flow(nt, nit, u, v, p, dt, dx, dy, rho, nu):
    across, along = (d**2 / (2.0 * (dx**2 + dy**2)) for d in (dy, dx))

    def pressure(p, b):
        """The sweeps of Jacobi, with all that is the same in each of them computed before."""
        source = along * dy**2 * b

        def sweep(_, p):
            inner = across * (p[1:-1, 2:] + p[1:-1, :-2]) + along * (p[2:, 1:-1] + p[:-2, 1:-1]) - source
            return jnp.pad(inner, 1, mode="edge").at[-1].set(0.0)

        return lax.fori_loop(0, nit, sweep, p)

    def moved(w, u, v, slope):
        """What the flow (u, v) makes of the inside of its component w, under a slope of the pressure."""
        centre = w[1:-1, 1:-1]
        return (
            centre
            - u[1:-1, 1:-1] * (dt / dx) * (centre - w[1:-1, :-2])
            - v[1:-1, 1:-1] * (dt / dy) * (centre - w[:-2, 1:-1])
            - dt / (2.0 * rho) * slope
            + nu * dt / dx**2 * (w[1:-1, 2:] - 2.0 * centre + w[1:-1, :-2])
            + nu * dt / dy**2 * (w[2:, 1:-1] - 2.0 * centre + w[:-2, 1:-1])
        )

    def step(_, state):
        u, v, p = state
        du_dx = (u[1:-1, 2:] - u[1:-1, :-2]) / (2.0 * dx)
        du_dy = (u[2:, 1:-1] - u[:-2, 1:-1]) / (2.0 * dy)
        dv_dx = (v[1:-1, 2:] - v[1:-1, :-2]) / (2.0 * dx)
        dv_dy = (v[2:, 1:-1] - v[:-2, 1:-1]) / (2.0 * dy)
        p = pressure(p, rho * ((du_dx + dv_dy) / dt - du_dx**2 - 2.0 * du_dy * dv_dx - dv_dy**2))
        new_u = moved(u, u, v, (p[1:-1, 2:] - p[1:-1, :-2]) / dx)
        new_v = moved(v, u, v, (p[2:, 1:-1] - p[:-2, 1:-1]) / dy)
        return jnp.pad(new_u, 1).at[-1].set(1.0), jnp.pad(new_v, 1), p

    u, v, p = lax.fori_loop(0, nt, step, (u, v, p))
    return jnp.sum(u**2 + v**2) + jnp.sum(p**2)


def lattice_boltzmann(f, obstacle, tau, steps):
    ex, ey, weight = (values[:, None, None] for values in (EX, EY, WEIGHT))

    def step(_, f):
        f = jnp.stack([jnp.roll(f[i], (EY[i], EX[i]), axis=(0, 1)) for i in range(9)])
        rho = jnp.sum(f, axis=0)
        ux = jnp.tensordot(EX, f, axes=1) / rho
        uy = jnp.tensordot(EY, f, axes=1) / rho
        along = 3.0 * (ex * ux + ey * uy)
        equilibrium = weight * rho * (1.0 + along + 0.5 * along**2 - 1.5 * (ux**2 + uy**2))
        return jnp.where(obstacle, f[OPPOSITE], f + (equilibrium - f) / tau)

    return jnp.sum(lax.fori_loop(0, steps, step, f) ** 2)


def particle_in_cell(x, v, charge, length, cells, dt, steps):
    dx = length / cells

    def step(_, state):
        x, v = state
        where = x / dx
        floor = jnp.floor(where)
        part = where - floor
        left = floor.astype(int) % cells
        right = (left + 1) % cells
        density = jnp.zeros(cells).at[left].add(charge * (1.0 - part) / dx).at[right].add(charge * part / dx)
        density = density - jnp.mean(density)
        field = jnp.append(0.0, jnp.cumsum(0.5 * dx * (density[1:] + density[:-1])))
        field = field - jnp.mean(field)
        v = v - dt * (field[left] * (1.0 - part) + field[right] * part)
        return (x + dt * v) % length, v

    _, v = lax.fori_loop(0, steps, step, (x, v))
    return jnp.sum(v**2)


def truss(nodes, bars, areas, loads, fixed):
    """The stiffness of all bars at once, added up at their degrees of freedom."""
    i, j = bars.T
    d = nodes[j] - nodes[i]
    length = jnp.linalg.norm(d, axis=1)
    b = jnp.hstack((-d, d)) / length[:, None]
    dofs = jnp.stack((2 * i, 2 * i + 1, 2 * j, 2 * j + 1), axis=1)
    stiffness = (areas / length)[:, None, None] * b[:, :, None] * b[:, None, :]
    K = jnp.zeros((nodes.size, nodes.size)).at[dofs[:, :, None], dofs[:, None, :]].add(stiffness)
    K = K.at[fixed].set(0.0).at[:, fixed].set(0.0).at[fixed, fixed].set(1.0)
    return loads @ jnp.linalg.solve(K, loads.at[fixed].set(0.0))


def lorenz_rk4(start, sigma, rho, beta, dt, steps):
    def slope(state):
        x, y, z = state
        return jnp.stack((sigma * (y - x), x * (rho - z) - y, x * y - beta * z))

    def step(state, _):
        k0 = slope(state)
        k1 = slope(state + 0.5 * dt * k0)
        k2 = slope(state + 0.5 * dt * k1)
        k3 = slope(state + dt * k2)
        state = state + dt / 6.0 * (k0 + 2.0 * k1 + 2.0 * k2 + k3)
        return state, state[2]

    _, z = lax.scan(step, start, length=steps)
    return (start[2] + jnp.sum(z)) / (steps + 1)
