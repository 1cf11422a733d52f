"""What loops carry from turn to turn: states that rotate, share memory, grow, or are read a turn later."""

from .table import Table

TEXT = '''
import numpy as np


class State:
    def __init__(self, u, v):
        self.u = u
        self.v = v

    def step(self, c):
        self.u, self.v = self.v, self.u * c
        return self


def advance(u, v, c):
    u[1:-1] += c * v[:-2]
    return v, u


def f(x, y, z):
    p, q = <start1>, <start2>
    r = <start3>
    h = State(p, q)
    log, g = [], np.zeros((4, 4))
    k, s, t = 0, y[0], y[1]
    <loop>
    return <result>


def inputs():
    return np.array([0.7, -1.2, 0.4, 0.9]), np.array([1.3, 0.6, 0.8]), 0
'''

PARTS = {
    "start": (
        "x", "x * 1.0", "np.zeros(4)", "x.copy()", "x[::-1]", "np.ones(4) * y[0]", "y[1] * x",
    ),
    "step": (
        "p, q = q, p", "p, q, r = q, r, p", "p = q", "q = p.copy()", "r = p", "r = p * s", "p = p * y[1]",
        "q[1:] = p[:-1]", "p[0] = s", "q[k] = p[k] * s", "p[1:-1] += q[2:] - q[:-2]", "p += r", "q *= s",
        "p, q = advance(p, q, s)", "advance(p, q, s)", "h.step(s)", "h = h.step(s)", "h.u = p", "p = h.v",
        "h = State(q, p)", "h.u[0] = s", "h.u, h.v = h.v, h.u * s", "log.append(p)", "log.append(p.copy())",
        "log.append(q[k])", "log.append((p, s))", "g[k] = p", "g[:, k] = q * s", "g[k, k] = s", "q = g[k]",
        "p = g[:, 0]", "g[k] += g[k - 1]", "s = s * 0.5 + p[k]", "s = np.sum(p * q) * 0.1", "s = s * y[k]",
        "p = p[::-1]", "q = p[1:] * 1.0\nq = np.append(q, s)", "r = q[::-1]", "r = log[-1] if log else p",
        "p = np.where(p > 0.0, p, q)", "p[p > 0.5] *= s", "q[:] = p", "q[:] = 0.0", "p, r = r, p + q",
        "t = p\np = q\nq = t * s", "p[k], q[k] = q[k], p[k]", "w = p * q\nr = w + r", "g = g.T", "g = g @ g * 0.1",
        "if k == 0:\n    r = p\nr[1] = s", "log = log[-1:] + [q]", "log = [p] + log", "s, t = t * s if k else s, s",
        "last = p\np = last * s", "log[-1:] = [s * p]", "r = (p if k % 2 else q)", "r = [p, q][k % 2]",
        "h = State(h.v, h.u)", "p.sort()", "x[k] = s", "g[k, :] = x\ng[:, k] *= s",
    ),
    "turn": (
        "<step1>\n<step2>", "<step1>\n<step2>\n<step3>", "<step1>\n<step2>\n<step3>\n<step4>",
        "<step1>\nif s > 0.9:\n    <step2>\nelse:\n    <step3>",
        "<step1>\nif k == 1:\n    continue\n<step2>\n<step3>", "<step1>\n<step2>\nif s < 0.5:\n    break\n<step3>",
        "for j in range(2):\n    <step1>\n<step2>", "<step1>\nif k == 1:\n    <step2>",
        "if y[0] > 1.0:\n    <step1>\n    <step2>\n<step3>",
        "def inner():\n    nonlocal p, q, r, s, log, g, h\n    <step1>\n    <step2>\ninner()\n<step3>",
    ),
    "loop": (
        "for k in range(3):\n    <turn>", "for k, v in enumerate(y):\n    <turn>",
        "k = 0\nwhile k < 3:\n    <turn>\n    k += 1", "for k in range(2, -1, -1):\n    <turn>",
        "for k in range(3):\n    <turn1>\nfor k in range(2):\n    <turn2>",
        "for k in range(z):\n    <turn1>\nfor k in range(1, 3):\n    <turn2>",
        "for i in range(2):\n    for k in range(2):\n        <turn>\n    <step9>",
        "for k in range(3):\n    <turn>\n<step9>", "<step8>\n<step9>\nfor k in range(3):\n    <turn>",
        "for k in range(3):\n    <turn>\nelse:\n    <step9>",
    ),
    "result": (
        "p, q", "p", "np.sum(p * p) + np.sum(np.sin(q)) * s", "s", "r, s", "log", "g, p", "h.u, h.v",
        "np.sum(g * g) * s", "np.sum(r) + np.sum(h.u * h.v)", "[p, q, r]", "log, s", "x, p, s",
        "sum([np.sum(v) ** 2 for v in log]) * s",
    ),
}  # fmt: skip
TABLE = Table(__doc__, TEXT, PARTS)
