"""Gradients by hand of `tests/kernels/physics.py`."""

from __future__ import annotations

import numpy as np


def n_body(mass, pos, vel, steps, dt, G, softening):
    """Sums over pairs are products of matrices, for the forces, for the energy and on the way back.

    A configuration keeps 1 / r and 1 / r**3 for its pairs, with the softened distance r. Of the kinetic energies only
    the first and the last count.
    """
    n = len(mass)
    m = mass[:, 0]
    diagonal = np.arange(n)
    mean_mass = m.sum() / n
    drift = m.dot(vel) / (n * mean_mass)
    v = vel - drift
    p = pos.copy()
    start = v.copy()
    half = 0.5 * dt
    self_energy = m.dot(m) / softening

    d = np.empty((3, n, n))
    weighted = np.empty((n, 4))
    weighted[:, 3] = m
    inverse, cubed = np.empty((2, steps + 1, n, n))
    positions, speeds = np.empty((2, steps + 1, n, 3))
    forces = np.empty((steps + 1, n, 4))  # sums of m / r**3 by place and, last, without; the acceleration in the end
    potential = np.empty(steps + 1)
    for i in range(steps + 1):
        if i:
            v += half * forces[i - 1, :, :3]
            speeds[i] = v
            p += dt * v
        positions[i] = p
        np.subtract(p.T[:, None, :], p.T[:, :, None], out=d)
        d *= d
        near = d[0]
        near += d[1]
        near += d[2]
        near += softening * softening
        R, P = inverse[i], cubed[i]
        np.reciprocal(near, out=P)
        np.sqrt(P, out=R)
        P *= R
        np.multiply(p, mass, out=weighted[:, :3])
        np.matmul(P, weighted, out=forces[i])
        acc = forces[i, :, :3]
        acc -= forces[i, :, 3:] * p
        acc *= G
        if i:
            v += half * acc
        potential[i] = -0.5 * G * (m.dot(R.dot(m)) - self_energy)
    v_squares, start_squares = (np.einsum("ij,ij->i", w, w) for w in (v, start))
    value = 0.5 * m.dot(v_squares - start_squares) + potential.dot(potential)

    m_bar = 0.5 * (v_squares - start_squares)
    v_bar = mass * v
    p_bar = np.zeros((n, 3))
    a = np.zeros((n, 3))  # the cotangent of the acceleration
    G_bar = dt_bar = softening_bar = 0.0
    pairs = np.multiply.outer(m, m)
    for i in range(steps, -1, -1):
        R, P, p = inverse[i], cubed[i], positions[i]
        acc, near_mass = forces[i, :, :3], forces[i, :, 3:]
        if i:
            a += half * v_bar
            dt_bar += 0.5 * np.vdot(v_bar, acc)
        G_bar += np.vdot(a, acc) / G
        energy_bar = 2.0 * potential[i]
        G_bar += energy_bar * potential[i] / G
        m_bar -= energy_bar * G * (R.dot(m) - m / softening)
        # a_i (p_j - p_i), for the masses, and then for the distances
        along = a @ p.T
        along -= along[diagonal, diagonal][:, None]
        along *= P
        m_bar += G * along.sum(axis=0)
        along *= m
        along *= R
        along *= R
        along *= -1.5 * G
        S = pairs * P
        S *= 0.25 * G * energy_bar
        S += along  # the cotangent of r**2
        S[diagonal, diagonal] = 0.0
        softening_bar += 2.0 * softening * S.sum()
        S += S.T
        p_bar += 2.0 * (S.sum(axis=1)[:, None] * p - S @ p)
        p_bar += G * (mass * (P @ a) - near_mass * a)
        if i:
            v_bar += dt * p_bar
            dt_bar += np.vdot(p_bar, speeds[i])
            dt_bar += 0.5 * np.vdot(v_bar, forces[i - 1, :, :3])
            a = half * v_bar
    v_bar -= mass * start
    M_bar = -v_bar.sum(axis=0) / mean_mass
    m_bar += (vel.dot(M_bar) - drift.dot(M_bar)) / n
    v_bar += mass * (M_bar / n)
    return value, (m_bar[:, None], p_bar, v_bar, dt_bar, G_bar, softening_bar)
