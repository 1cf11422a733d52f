"""Particles, layers and rows: objects that lists hold, written into where they are, one by one in loops."""

from dataclasses import dataclass

import numpy as np

from . import Program

xs = np.array([0.3, 0.7, -0.4, 1.1])


@dataclass
class Body:
    mass: float
    pos: np.ndarray
    vel: np.ndarray
    acc: np.ndarray


class Node:
    def __init__(self, value):
        self.value = value
        self.sums = [0.0, value]
        self.inner = Body(1.0, np.array([value, 1.0]), np.zeros(2), np.zeros(2))


def attract(bodies):
    for b in bodies:
        b.acc[:] = 0.0
    for i, a in enumerate(bodies):
        for j, b in enumerate(bodies):
            if i != j:
                d = b.pos - a.pos
                a.acc += b.mass * d / (np.sum(d * d) + 0.1) ** 1.5


def drift(bodies, dt):
    for b in bodies:
        b.vel += dt * b.acc
        b.pos = b.pos + dt * b.vel


def particles(x, n):
    bodies = [Body(1.0 + i, x[2 * i : 2 * i + 2].copy(), np.zeros(2), np.zeros(2)) for i in range(len(x) // 2)]
    for _ in range(n):
        attract(bodies)
        drift(bodies, 0.1)
    return sum(np.sum(b.pos**2) * b.mass for b in bodies)


def two_particles(x, n):
    bodies = [Body(1.0, x[:2].copy(), np.zeros(2), np.zeros(2)), Body(x[3], x[2:] * 1.0, np.zeros(2), np.zeros(2))]
    for _ in range(n):
        for b in bodies:
            b.acc[:] = 0.0
        for i in range(2):
            for j in range(2):
                if i != j:
                    d = bodies[j].pos - bodies[i].pos
                    bodies[i].acc += bodies[j].mass * d / (np.sum(d * d) + 0.1) ** 1.5
        drift(bodies, 0.2)
    return sum(np.sum(b.pos**2) for b in bodies)


def particles_made_anew(x, n):
    bodies = [Body(1.0 + i, x[2 * i : 2 * i + 2], np.ones(2), np.zeros(2)) for i in range(len(x) // 2)]
    for _ in range(n):
        bodies = [Body(b.mass, b.pos + 0.1 * b.vel, b.vel - 0.1 * np.sin(b.pos), b.acc) for b in bodies]
    return sum(np.sum(b.pos**2) for b in bodies)


def element_of_an_attribute(x, n):
    nodes = [Node(v) for v in x]
    for k in range(n):
        nodes[k].sums[0] += nodes[k - 1].value ** 2
        nodes[k].sums.append(nodes[k].sums[0] * x[0])
        nodes[k].inner.pos[1] *= nodes[k].sums[-1]
        nodes[k - 1].value = nodes[k].inner.pos[1]
        nodes[-1].inner.mass = nodes[0].value
    return sum(n.value * n.sums[-1] + np.sum(n.inner.pos) * n.inner.mass for n in nodes)


def dicts_in_a_list(x, n):
    layers = [{"w": x[i] * np.ones(2), "b": x[i]} for i in range(len(x))]
    for k in range(n):
        layers[k]["w"][0] += layers[k]["b"] ** 2
        layers[k]["b"] = layers[k]["w"][0] * x[1]
        layers[-1]["w"] = layers[k]["w"] * layers[k]["b"]
    return sum(np.sum(p["w"] ** 2) * p["b"] for p in layers)


def two_lists_of_views(x, n):
    weights, biases = [], []
    k = 0
    for _ in range(n):
        weights.append(x[k : k + 1])
        biases.append(x[k + 1 : k + 2])
        k += 2
    h = np.ones(1)
    for w, b in zip(weights, biases, strict=True):
        h = np.tanh(w * h + b)
    return np.sum(h)


def two_lists_of_one_array(x, n):
    a, b = [], []
    y = x * 2.0
    for _ in range(n):
        a.append(y)
        b.append(y)
    a.append(x)
    b.append(x[:1])
    return np.sum(b[0] ** 2) + np.sum(a[-1]) + np.sum(b[-1] ** 3)


def ints_then_floats_under_one_key(x):
    table = [{"k": i, "scale": 2} for i in range(len(x))]
    for i in range(2):
        table.append({"k": x[i] * (i + 1), "scale": 3})
    table[0]["k"] = x[2]
    return sum(entry["k"] * x[1] * entry["scale"] for entry in table)


def ints_then_floats_in_inner_lists(x):
    table = [{"k": [i]} for i in range(len(x))]
    for i in range(3):
        table[i]["k"].append(x[i] * (i + 1))
    return sum(entry["k"][-1] * x[1] for entry in table)


PROGRAMS = [
    *(
        Program(fun, (xs, n), name=f"{fun.__name__}_{n}")
        for fun in (
            particles,
            two_particles,
            particles_made_anew,
            element_of_an_attribute,
            dicts_in_a_list,
            two_lists_of_views,
            two_lists_of_one_array,
        )
        for n in (0, 1, 2)
    ),
    Program(ints_then_floats_under_one_key, (np.array([1.2, 0.7, 0.3]),)),
    Program(ints_then_floats_in_inner_lists, (np.array([1.2, 0.7, 0.3]),)),
]
