"""Simulations, solvers and numerical recipes of physics, engineering and finance."""

# ruff: noqa: B905 (a plain zip is what users write)

import math

import numpy as np

from . import Program

rng = np.random.default_rng(13)


def rk4_step(f, t, y, h):
    k1 = f(t, y)
    k2 = f(t + h / 2.0, y + h / 2.0 * k1)
    k3 = f(t + h / 2.0, y + h / 2.0 * k2)
    k4 = f(t + h, y + h * k3)
    return y + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)


def rk4_pendulum(angle, damping):
    """A damped pendulum, integrated by a while loop that ends exactly at t = 1."""

    def slope(t, y):
        return np.array([y[1], -np.sin(y[0]) - damping * y[1]])

    t = 0.0
    h = 0.15
    y = np.array([angle, 0.0])
    while t < 1.0 - 1e-12:
        if t + h > 1.0:
            h = 1.0 - t
        y = rk4_step(slope, t, y, h)
        t += h
    return y


def lotka_volterra(rates, start):
    a, b, c, d = rates

    def slope(t, y):
        prey, predator = y
        return np.stack([a * prey - b * prey * predator, d * prey * predator - c * predator])

    y = start
    for i in range(5):
        y = rk4_step(slope, 0.1 * i, y, 0.1)
    return np.sum(y**2)


def adaptive_heun(y, rate):
    """y' = -rate y**2 with a step that an error estimate controls: rejected steps are part of the path."""
    t = 0.0
    h = 0.5
    while t < 1.0:
        h = h if t + h < 1.0 else 1.0 - t
        k1 = -rate * y * y
        euler = y + h * k1
        k2 = -rate * euler * euler
        heun = y + 0.5 * h * (k1 + k2)
        error = abs(heun - euler)
        if error > 0.02:
            h = 0.5 * h
            continue
        y = heun
        t = t + h
        if error < 0.004:
            h = 1.5 * h
    return y


def newton_square_root(a):
    """Early return as soon as the step is small."""
    x = a
    for _ in range(50):
        step = (x * x - a) / (2.0 * x)
        x = x - step
        if abs(step) < 1e-12:
            return x
    return -1.0


def kepler(mean_anomaly, eccentricity):
    """Kepler's equation by Newton's method."""
    E = mean_anomaly
    delta = 1.0
    while abs(delta) > 1e-13:
        delta = (E - eccentricity * math.sin(E) - mean_anomaly) / (1.0 - eccentricity * math.cos(E))
        E -= delta
    return math.cos(E) - eccentricity


def bisection_then_secant(a, low, high):
    """Brackets the root of x**3 + x = a by halving, then polishes it by one secant step."""
    for _ in range(60):
        middle = 0.5 * (low + high)
        value = middle**3 + middle - a
        if abs(value) < 0.055:
            break
        if value > 0.0:
            high = middle
        else:
            low = middle
    f_low = low**3 + low - a
    f_high = high**3 + high - a
    return low - f_low * (high - low) / (f_high - f_low)


def fixed_point(a):
    x = 1.0
    for _ in range(200):
        new = math.cos(a * x)
        if abs(new - x) < 1e-13:
            break
        x = new
    return x


def horner(coefficients, x):
    y = 0.0
    for c in coefficients:
        y = y * x + c
    return y


def continued_fraction(coefficients, x):
    y = coefficients[-1]
    for k in range(len(coefficients) - 2, -1, -1):
        y = coefficients[k] + x / y
    return y


def chebyshev(coefficients, x):
    """Clenshaw's recurrence."""
    b1, b2 = 0.0, 0.0
    for c in coefficients[:0:-1]:
        b1, b2 = 2.0 * x * b1 - b2 + c, b1
    return x * b1 - b2 + coefficients[0]


def bessel_series(x):
    """J0 by its power series, summed until the terms are small."""
    term = 1.0
    total = 1.0
    k = 1
    while abs(term) > 1e-10:
        term *= -0.25 * x * x / (k * k)
        total += term
        k += 1
    return total


def arithmetic_geometric_mean(a, b):
    while abs(a - b) > 1e-9:
        a, b = 0.5 * (a + b), math.sqrt(a * b)
    return a


def cubic_hermite(knots, values, slopes, x):
    """Evaluates a spline; the interval is found by a loop with a break."""
    k = 0
    for i in range(len(knots) - 1):
        k = i
        if x < knots[i + 1]:
            break
    h = knots[k + 1] - knots[k]
    t = (x - knots[k]) / h
    start = (1.0 + 2.0 * t) * (1.0 - t) ** 2 * values[k] + t * (1.0 - t) ** 2 * h * slopes[k]
    end = t**2 * (3.0 - 2.0 * t) * values[k + 1] + t**2 * (t - 1.0) * h * slopes[k + 1]
    return start + end


def cox_de_boor(i, degree, knots, t):
    if degree == 0:
        return 1.0 if knots[i] <= t < knots[i + 1] else 0.0
    left = (t - knots[i]) / (knots[i + degree] - knots[i])
    right = (knots[i + degree + 1] - t) / (knots[i + degree + 1] - knots[i + 1])
    return left * cox_de_boor(i, degree - 1, knots, t) + right * cox_de_boor(i + 1, degree - 1, knots, t)


def b_spline(control, t):
    total = 0.0
    for i in range(len(control)):
        total += control[i] * cox_de_boor(i, 2, (0.0, 1.0, 2.0, 3.5, 4.0, 5.0, 6.0), t)
    return total


def heat_equation(u, diffusivity, steps):
    """Explicit steps on a rod with fixed ends; a new array each step."""
    for _ in range(steps):
        inner = u[1:-1] + diffusivity * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        u = np.concatenate((u[:1], inner, u[-1:]))
    return np.sum(u**2)


def periodic_advection(u, speed, steps):
    for _ in range(steps):
        u = u - speed * (u - np.concatenate((u[-1:], u[:-1]))) * u
    return u


def n_body(positions, velocities, masses, steps):
    """Leapfrog with softened gravity; returns the total energy and the final positions."""

    def accelerations(x):
        d = x[None, :, :] - x[:, None, :]
        r2 = np.sum(d**2, axis=-1) + 0.1
        return np.sum(masses[None, :, None] * d / r2[:, :, None] ** 1.5, axis=1)

    dt = 0.05
    a = accelerations(positions)
    for _ in range(steps):
        velocities = velocities + 0.5 * dt * a
        positions = positions + dt * velocities
        a = accelerations(positions)
        velocities = velocities + 0.5 * dt * a
    return 0.5 * np.sum(masses * np.sum(velocities**2, axis=1)), positions


def n_body_energy_loops(positions, masses):
    energy = 0.0
    for i in range(len(masses)):
        for j in range(i + 1, len(masses)):
            d = positions[i] - positions[j]
            energy -= masses[i] * masses[j] / np.sqrt(np.dot(d, d) + 0.01)
    return energy


def spring_mass(stiffness, damping, x, v, n):
    """Symplectic Euler; the loop stops when the mass comes back through zero."""
    dt = 0.1
    for _ in range(n):
        force = -stiffness * x - damping * v
        v += dt * force
        x += dt * v
        if x < 0.0:
            return v * v
    return x * x


def bouncing_ball(height, restitution):
    v = 0.0
    bounces = 0
    dt = 0.05
    for _ in range(30):
        v = v - 9.81 * dt
        height = height + dt * v
        if height < 0.0:
            height = -restitution * height
            v = -restitution * v
            bounces += 1
            if bounces == 2:
                break
    return height + 0.1 * v


def kalman_filter(F, H, Q, R, x, P, measurements):
    """Negative log-likelihood of scalar measurements under a linear state-space model."""
    loss = 0.0
    for z in measurements:
        x = F @ x
        P = F @ P @ F.T + Q
        innovation = z - H @ x
        S = H @ P @ H + R
        K = P @ H / S
        x = x + K * innovation
        P = P - np.outer(K, H @ P)
        loss += 0.5 * (np.log(S) + innovation**2 / S)
    return loss


def discounted_cash_flows(rate, flows, growth=0.02):
    value = 0.0
    for year, flow in enumerate(flows, 1):
        value += flow / (1.0 + rate) ** year
    terminal = flows[-1] * (1.0 + growth) / (rate - growth)
    return value + terminal / (1.0 + rate) ** len(flows)


def internal_rate_of_return(flows):
    """Newton's method on the net present value."""

    def present_value(rate):
        total = 0.0
        slope = 0.0
        for year, flow in enumerate(flows):
            total += flow / (1.0 + rate) ** year
            slope -= year * flow / (1.0 + rate) ** (year + 1)
        return total, slope

    rate = 0.1
    for _ in range(30):
        total, slope = present_value(rate)
        if abs(total) < 1e-13:
            return rate
        rate -= total / slope
    return rate


def american_put_tree(spot, sigma, n):
    """A binomial tree; each level is a new, shorter array."""
    dt = 1.0 / n
    up = np.exp(sigma * np.sqrt(dt))
    p = (np.exp(0.05 * dt) - 1.0 / up) / (up - 1.0 / up)
    k = np.arange(n + 1)
    value = np.maximum(1.0 - spot * up ** (n - 2.0 * k), 0.0)
    for level in range(n - 1, -1, -1):
        k = np.arange(level + 1)
        hold = np.exp(-0.05 * dt) * (p * value[:-1] + (1.0 - p) * value[1:])
        value = np.maximum(hold, 1.0 - spot * up ** (level - 2.0 * k))
    return value[0]


def lennard_jones(positions, cutoff):
    energy = 0.0
    n = positions.shape[0]
    for i in range(n):
        for j in range(i):
            r2 = np.sum((positions[i] - positions[j]) ** 2)
            if r2 > cutoff**2:
                continue
            s6 = 1.0 / r2**3
            energy += 4.0 * (s6 * s6 - s6)
    return energy


def logistic_map(r, x, n):
    total = 0.0
    for _ in range(n):
        x = r * x * (1.0 - x)
        total += math.log(abs(r * (1.0 - 2.0 * x)))
    return total / n


def robot_arm(angles, lengths, target):
    """Forward kinematics of a planar arm with cumulative angles."""
    x, y, total = 0.0, 0.0, 0.0
    for angle, length in zip(angles, lengths):
        total += angle
        x += length * math.cos(total)
        y += length * math.sin(total)
    tx, ty = target
    return (x - tx) ** 2 + (y - ty) ** 2


def snell_path(x, heights, indices):
    """Optical path length through layers, as in Fermat's principle."""
    ends = np.concatenate((np.zeros(1), x, np.ones(1)))
    return np.sum(indices * np.sqrt(heights**2 + np.diff(ends) ** 2))


def orthotropic_rotation(angles):
    """The product of three rotation matrices."""
    a, b, c = angles
    Rx = np.array([[1.0, 0.0, 0.0], [0.0, np.cos(a), -np.sin(a)], [0.0, np.sin(a), np.cos(a)]])
    Ry = np.array([[np.cos(b), 0.0, np.sin(b)], [0.0, 1.0, 0.0], [-np.sin(b), 0.0, np.cos(b)]])
    Rz = np.array([[np.cos(c), -np.sin(c), 0.0], [np.sin(c), np.cos(c), 0.0], [0.0, 0.0, 1.0]])
    return Rz @ Ry @ Rx


coefficients = np.array([0.4, -1.1, 0.7, 1.9])
positions = rng.normal(size=(3, 2))
masses = rng.uniform(0.5, 1.5, size=3)
F = np.array([[1.0, 0.1], [0.0, 0.95]])
kalman = (F, np.array([1.0, 0.2]), 0.1 * np.eye(2), 0.3, np.array([0.2, 0.5]), np.eye(2), rng.normal(size=5))

PROGRAMS = [
    Program(rk4_pendulum, (0.9, 0.2), (0, 1)),
    Program(lotka_volterra, ((1.1, 0.4, 0.5, 0.3), np.array([1.0, 0.8])), (0, 1)),
    Program(adaptive_heun, (1.0, 1.3), (0, 1)),
    Program(newton_square_root, (2.3,)),
    Program(kepler, (1.1, 0.4), (0, 1)),
    Program(bisection_then_secant, (1.7, 0.0, 2.0), (0, 1, 2)),
    Program(fixed_point, (0.6,)),
    Program(horner, (coefficients, 0.8), (0, 1)),
    Program(continued_fraction, (coefficients, 0.8), (0, 1)),
    Program(chebyshev, (coefficients, 0.8), (0, 1)),
    Program(bessel_series, (1.6,)),
    Program(arithmetic_geometric_mean, (1.0, 2.6), (0, 1)),
    Program(
        cubic_hermite, (np.array([0.0, 0.7, 1.5, 2.0]), coefficients, masses[[0, 1, 2, 0]], 1.1), (0, 1, 2, 3)
    ),
    Program(b_spline, (coefficients, 2.6), (0, 1)),
    Program(heat_equation, (rng.normal(size=6), 0.2, 4), (0, 1)),
    Program(periodic_advection, (rng.normal(size=5), 0.1, 3), (0, 1)),
    Program(n_body, (positions, rng.normal(size=(3, 2)), masses, 3), (0, 1, 2)),
    Program(n_body_energy_loops, (positions, masses), (0, 1)),
    Program(spring_mass, (2.0, 0.3, 1.0, 0.2, 40), (0, 1, 2, 3), name="spring_mass_returns_early"),
    Program(spring_mass, (2.0, 0.3, 1.0, 0.2, 5), (0, 1, 2, 3), name="spring_mass_runs_out"),
    Program(bouncing_ball, (1.03, 0.7), (0, 1)),
    Program(kalman_filter, kalman, (0, 1, 2, 3, 4, 5, 6)),
    Program(discounted_cash_flows, (0.08, [1.0, 1.2, 0.9, 1.5]), (0, 1)),
    Program(internal_rate_of_return, ((-3.0, 1.0, 1.2, 0.9, 1.5),)),
    Program(american_put_tree, (0.97, 0.3, 5), (0, 1)),
    Program(lennard_jones, (np.array([[0.0, 0.1], [1.2, 0.0], [0.5, 1.1], [3.0, 3.0]]), 2.5)),
    Program(logistic_map, (3.1, 0.3, 5), (0, 1)),
    Program(robot_arm, (coefficients, masses[[0, 1, 2, 0]], (0.5, 1.0)), (0, 1, 2)),
    Program(snell_path, (np.array([0.3, 0.6]), masses, 1.0 + masses**2), (0, 1, 2)),
    Program(orthotropic_rotation, (rng.normal(size=3),)),
]
