"""Particles, fluids and structures, in the style of the scripts that physicists share."""

import numpy as np

from . import Kernel


def getAcc(pos, mass, G, softening):
    """The accelerations (n, 3) of particles at pos (n, 3) with mass (n, 1), by their softened gravity."""
    x, y, z = pos[:, 0:1], pos[:, 1:2], pos[:, 2:3]
    dx = x.T - x
    dy = y.T - y
    dz = z.T - z
    pull = dx**2 + dy**2 + dz**2 + softening**2
    pull[pull > 0] = pull[pull > 0] ** (-1.5)
    acc = np.zeros_like(pos)
    acc[:, 0:1] = G * (dx * pull) @ mass
    acc[:, 1:2] = G * (dy * pull) @ mass
    acc[:, 2:3] = G * (dz * pull) @ mass
    return acc


def getEnergy(pos, vel, mass, G, softening):
    """The kinetic and the potential energy; each pair counts once."""
    KE = 0.5 * np.sum(mass * vel**2)
    d = pos[:, np.newaxis, :] - pos[np.newaxis, :, :]
    r = np.sqrt(np.sum(d**2, axis=2) + softening**2)
    PE = -G * np.sum(np.triu(mass * mass.T / r, 1))
    return KE, PE


def n_body(mass, pos, vel, steps, dt, G, softening):
    """A cluster seen from its centre of mass: kick, drift, kick; returns the energies (steps + 1,) over time."""
    vel -= np.mean(mass * vel, axis=0) / np.mean(mass)
    acc = getAcc(pos, mass, G, softening)
    KE = np.ndarray(steps + 1, dtype=np.float64)
    PE = np.ndarray(steps + 1, dtype=np.float64)
    KE[0], PE[0] = getEnergy(pos, vel, mass, G, softening)
    t = 0.0
    for i in range(steps):
        vel += acc * dt / 2.0
        pos += vel * dt
        acc = getAcc(pos, mass, G, softening)
        vel += acc * dt / 2.0
        t += dt
        KE[i + 1], PE[i + 1] = getEnergy(pos, vel, mass, G, softening)
    return KE, PE


def n_body_loss(mass, pos, vel, steps, dt, G, softening):
    KE, PE = n_body(mass, pos, vel, steps, dt, G, softening)
    return KE[-1] - KE[0] + np.sum(PE**2)


def lennard_jones_forces(pos, force):
    """Overwrites force (n, 3) with that of all pairs, returns their energy."""
    force.fill(0.0)
    energy = 0.0
    n = len(pos)
    for i in range(n):
        for j in range(i + 1, n):
            d = pos[i] - pos[j]
            r2 = np.dot(d, d)
            s6 = 1.0 / r2**3
            pair = 24.0 * (2.0 * s6 * s6 - s6) / r2 * d
            force[i] += pair
            force[j] -= pair
            energy += 4.0 * (s6 * s6 - s6)
    return energy


def molecular_dynamics(pos, vel, dt, steps):
    """Moves pos and vel (n, 3) by the scheme of Verlet; returns the total energy (steps,) over time."""
    force = np.zeros_like(pos)
    total = np.zeros(steps)
    potential = lennard_jones_forces(pos, force)
    for step in range(steps):
        vel += 0.5 * dt * force
        pos += dt * vel
        potential = lennard_jones_forces(pos, force)
        vel += 0.5 * dt * force
        total[step] = potential + 0.5 * np.sum(vel**2)
    return total


def molecular_dynamics_loss(pos, vel, dt, steps):
    total = molecular_dynamics(pos, vel, dt, steps)
    return total[-1] + np.sum(pos**2)


def build_up_b(b, rho, dt, u, v, dx, dy):
    """The right side of the pressure equation: how fast the velocities (ny, nx) would pile up mass."""
    du_dx = (u[1:-1, 2:] - u[1:-1, :-2]) / (2.0 * dx)
    du_dy = (u[2:, 1:-1] - u[:-2, 1:-1]) / (2.0 * dy)
    dv_dx = (v[1:-1, 2:] - v[1:-1, :-2]) / (2.0 * dx)
    dv_dy = (v[2:, 1:-1] - v[:-2, 1:-1]) / (2.0 * dy)
    b[1:-1, 1:-1] = rho * ((du_dx + dv_dy) / dt - du_dx**2 - 2.0 * du_dy * dv_dx - dv_dy**2)


def pressure_poisson(nit, p, dx, dy, b):
    """Jacobi sweeps on p (ny, nx); no pressure at the lid, no slope at the walls."""
    pn = np.empty_like(p)
    for _ in range(nit):
        pn[:] = p
        p[1:-1, 1:-1] = (
            (pn[1:-1, 2:] + pn[1:-1, :-2]) * dy**2
            + (pn[2:, 1:-1] + pn[:-2, 1:-1]) * dx**2
            - b[1:-1, 1:-1] * dx**2 * dy**2
        ) / (2.0 * (dx**2 + dy**2))
        p[:, -1] = p[:, -2]
        p[0, :] = p[1, :]
        p[:, 0] = p[:, 1]
        p[-1, :] = 0.0


def cavity_flow(nt, nit, u, v, p, dt, dx, dy, rho, nu):
    """Flow in a box whose lid moves: u, v and p (ny, nx) are driven forward by nt steps."""
    un = np.empty_like(u)
    vn = np.empty_like(v)
    b = np.zeros_like(p)
    for _ in range(nt):
        un[:] = u
        vn[:] = v
        build_up_b(b, rho, dt, u, v, dx, dy)
        pressure_poisson(nit, p, dx, dy, b)
        u[1:-1, 1:-1] = (
            un[1:-1, 1:-1]
            - un[1:-1, 1:-1] * dt / dx * (un[1:-1, 1:-1] - un[1:-1, :-2])
            - vn[1:-1, 1:-1] * dt / dy * (un[1:-1, 1:-1] - un[:-2, 1:-1])
            - dt / (2.0 * rho * dx) * (p[1:-1, 2:] - p[1:-1, :-2])
            + nu * dt / dx**2 * (un[1:-1, 2:] - 2.0 * un[1:-1, 1:-1] + un[1:-1, :-2])
            + nu * dt / dy**2 * (un[2:, 1:-1] - 2.0 * un[1:-1, 1:-1] + un[:-2, 1:-1])
        )
        v[1:-1, 1:-1] = (
            vn[1:-1, 1:-1]
            - un[1:-1, 1:-1] * dt / dx * (vn[1:-1, 1:-1] - vn[1:-1, :-2])
            - vn[1:-1, 1:-1] * dt / dy * (vn[1:-1, 1:-1] - vn[:-2, 1:-1])
            - dt / (2.0 * rho * dy) * (p[2:, 1:-1] - p[:-2, 1:-1])
            + nu * dt / dx**2 * (vn[1:-1, 2:] - 2.0 * vn[1:-1, 1:-1] + vn[1:-1, :-2])
            + nu * dt / dy**2 * (vn[2:, 1:-1] - 2.0 * vn[1:-1, 1:-1] + vn[:-2, 1:-1])
        )
        u[0, :] = 0.0
        u[:, 0] = 0.0
        u[:, -1] = 0.0
        u[-1, :] = 1.0
        v[0, :] = v[-1, :] = 0.0
        v[:, 0] = v[:, -1] = 0.0


def cavity_flow_loss(nt, nit, u, v, p, dt, dx, dy, rho, nu):
    cavity_flow(nt, nit, u, v, p, dt, dx, dy, rho, nu)
    return np.sum(u**2 + v**2) + np.sum(p**2)


# the nine directions of the lattice, their weights, and which is opposite to which
EX = np.array([0, 1, 0, -1, 0, 1, -1, -1, 1])
EY = np.array([0, 0, 1, 0, -1, 1, 1, -1, -1])
WEIGHT = np.array([4 / 9] + 4 * [1 / 9] + 4 * [1 / 36])
OPPOSITE = np.array([0, 3, 4, 1, 2, 7, 8, 5, 6])


def lattice_boltzmann(f, obstacle, tau, steps):
    """Moves the densities f (9, ny, nx) of nine directions around an obstacle (ny, nx), which throws them back."""
    for _ in range(steps):
        for i in range(9):
            f[i] = np.roll(np.roll(f[i], EX[i], axis=1), EY[i], axis=0)
        thrown_back = f[:, obstacle][OPPOSITE]
        rho = np.sum(f, axis=0)
        ux = np.tensordot(EX, f, axes=1) / rho
        uy = np.tensordot(EY, f, axes=1) / rho
        for i in range(9):
            along = 3.0 * (EX[i] * ux + EY[i] * uy)
            equilibrium = WEIGHT[i] * rho * (1.0 + along + 0.5 * along**2 - 1.5 * (ux**2 + uy**2))
            f[i] += (equilibrium - f[i]) / tau
        f[:, obstacle] = thrown_back


def lattice_boltzmann_loss(f, obstacle, tau, steps):
    lattice_boltzmann(f, obstacle, tau, steps)
    return np.sum(f**2)


def particle_in_cell(x, v, charge, length, cells, dt, steps):
    """Electrons at x (n,) with speeds v (n,) in a periodic plasma: they charge a grid, whose field drives them."""
    dx = length / cells
    for _ in range(steps):
        where = x / dx
        left = np.floor(where).astype(int)
        part = where - left
        density = np.zeros(cells)
        np.add.at(density, left % cells, charge * (1.0 - part) / dx)
        np.add.at(density, (left + 1) % cells, charge * part / dx)
        density -= density.mean()
        field = np.zeros(cells)
        for k in range(1, cells):
            field[k] = field[k - 1] + 0.5 * dx * (density[k] + density[k - 1])
        field -= np.mean(field)
        v -= dt * (field[left % cells] * (1.0 - part) + field[(left + 1) % cells] * part)
        x += dt * v
        x %= length


def particle_in_cell_loss(x, v, charge, length, cells, dt, steps):
    particle_in_cell(x, v, charge, length, cells, dt, steps)
    return np.sum(v**2)


def truss(nodes, bars, areas, loads, fixed):
    """How far a truss gives way under its loads: bars assembled into a stiffness matrix.

    nodes (n, 2), bars (m, 2) integers, areas (m,), loads (2 n,), fixed: the numbers of the degrees of freedom held.
    """
    size = 2 * len(nodes)
    K = np.zeros((size, size))
    for e in range(len(bars)):
        i, j = bars[e]
        d = nodes[j] - nodes[i]
        length = np.linalg.norm(d)
        c, s = d / length
        b = np.array([-c, -s, c, s])
        dofs = [2 * i, 2 * i + 1, 2 * j, 2 * j + 1]
        K[np.ix_(dofs, dofs)] += areas[e] / length * np.outer(b, b)
    K[fixed, :] = 0.0
    K[:, fixed] = 0.0
    K[fixed, fixed] = 1.0
    f = loads.copy()
    f[fixed] = 0.0
    return np.linalg.solve(K, f)


def truss_loss(nodes, bars, areas, loads, fixed):
    u = truss(nodes, bars, areas, loads, fixed)
    return loads @ u


def lorenz(state, sigma, rho, beta, out):
    x, y, z = state
    out[0] = sigma * (y - x)
    out[1] = x * (rho - z) - y
    out[2] = x * y - beta * z


def lorenz_rk4(start, sigma, rho, beta, dt, steps):
    """The path (steps + 1, 3) of Lorenz's system: four slopes held in rows of one array."""
    path = np.empty((steps + 1, 3))
    path[0] = start
    k = np.empty((4, 3))
    for i in range(steps):
        lorenz(path[i], sigma, rho, beta, k[0])
        lorenz(path[i] + 0.5 * dt * k[0], sigma, rho, beta, k[1])
        lorenz(path[i] + 0.5 * dt * k[1], sigma, rho, beta, k[2])
        lorenz(path[i] + dt * k[2], sigma, rho, beta, k[3])
        path[i + 1] = path[i] + dt / 6.0 * (k[0] + 2.0 * k[1] + 2.0 * k[2] + k[3])
    return path


def lorenz_rk4_loss(start, sigma, rho, beta, dt, steps):
    path = lorenz_rk4(start, sigma, rho, beta, dt, steps)
    return np.mean(path[:, 2])


# ---- samples


def cluster(n, steps, seed=1):
    rng = np.random.default_rng(seed)
    return rng.uniform(0.5, 1.5, size=(n, 1)), rng.normal(size=(n, 3)), rng.normal(size=(n, 3)), steps, 0.01, 1.0, 0.3


def crystal(side, steps, seed=2):
    """side**3 atoms near their places in a cube."""
    rng = np.random.default_rng(seed)
    axes = np.meshgrid(*(3 * [1.2 * np.arange(side)]), indexing="ij")
    pos = np.stack([axis.ravel() for axis in axes], axis=1)
    return pos + 0.05 * rng.normal(size=pos.shape), 0.2 * rng.normal(size=pos.shape), 0.005, steps


def cavity_sample(ny, nx, nt, nit, dt, seed=3):
    rng = np.random.default_rng(seed)
    u, v, p = (0.1 * rng.normal(size=(ny, nx)) for _ in range(3))
    return nt, nit, u, v, p, dt, 2.0 / (nx - 1), 2.0 / (ny - 1), 1.0, 0.1


def lattice_sample(ny, nx, steps, seed=4):
    rng = np.random.default_rng(seed)
    f = WEIGHT[:, None, None] * (1.0 + 0.1 * rng.uniform(size=(9, ny, nx)))
    obstacle = np.zeros((ny, nx), dtype=bool)
    obstacle[ny // 3 : ny // 2 + 1, nx // 4 : nx // 3 + 1] = True
    return f, obstacle, 0.6, steps


def plasma(n, cells, steps, seed=5):
    rng = np.random.default_rng(seed)
    x = (np.arange(n) + 0.3) * 10.0 / n
    return x, 0.1 * rng.normal(size=n), 10.0 / n, 10.0, cells, 0.05, steps


def bridge(panels, seed=6):
    """Two rows of nodes joined by chords, posts and crossed diagonals, held at two ends."""
    rng = np.random.default_rng(seed)
    top = [(i, 1.0) for i in range(panels + 1)]
    bottom = [(i, 0.0) for i in range(panels + 1)]
    nodes = np.array(bottom + top) + 0.05 * rng.normal(size=(2 * panels + 2, 2))
    over = panels + 1
    bars = [(i, i + over) for i in range(panels + 1)]
    for i in range(panels):
        bars += [(i, i + 1), (i + over, i + 1 + over), (i, i + 1 + over), (i + 1, i + over)]
    loads = np.zeros(4 * panels + 4)
    loads[3 : 2 * panels : 2] = -1.0
    fixed = np.array([0, 1, 2 * panels + 1])
    return nodes, np.array(bars), rng.uniform(0.5, 1.5, size=len(bars)), loads, fixed


KERNELS = [
    Kernel(n_body, cluster(4, 3), (0, 1, 2, 4, 5, 6), n_body_loss, lambda: cluster(60, 20)),
    Kernel(molecular_dynamics, crystal(2, 2), (0, 1, 2), molecular_dynamics_loss, lambda: crystal(3, 3)),
    Kernel(
        cavity_flow,
        cavity_sample(6, 7, 2, 3, 0.1),
        (2, 3, 4, 5, 6, 7, 8, 9),
        cavity_flow_loss,
        lambda: cavity_sample(61, 61, 10, 20, 0.001),
        ("u", "v", "p"),
    ),
    Kernel(
        lattice_boltzmann,
        lattice_sample(5, 6, 3),
        (0, 2),
        lattice_boltzmann_loss,
        lambda: lattice_sample(40, 100, 10),
        "f",
    ),
    Kernel(
        particle_in_cell,
        plasma(7, 5, 3),
        (0, 1, 2, 5),
        particle_in_cell_loss,
        lambda: plasma(2000, 64, 20),
        ("x", "v"),
    ),
    Kernel(truss, bridge(3), (0, 2, 3), truss_loss, lambda: bridge(30)),
    Kernel(
        lorenz_rk4,
        (np.array([1.0, 2.0, 15.0]), 10.0, 28.0, 8.0 / 3.0, 0.01, 4),
        (0, 1, 2, 3, 4),
        lorenz_rk4_loss,
        lambda: (np.array([1.0, 2.0, 15.0]), 10.0, 28.0, 8.0 / 3.0, 0.01, 200),
    ),
]
