"""Numbers and vectors changed on paths that leave early, by any of Python's ways to leave."""

from .table import Table

TEXT = '''
import numpy as np
from contextlib import nullcontext


class Stop(Exception):
    def __init__(self, v=0.0):
        self.v = v


def f(x, y, z):
    s, t, n = x[0], y[0], 0
    a = x * 1.0
    u = []
    <loop1>
    <loop2>
    return <result>


def inputs():
    return np.array([0.7, -1.2, 0.4]), np.array([1.3, 0.6]), 0
'''

PARTS = {
    "do": (
        "s = s * t + x[1]", "t = np.sin(s) * y[1]", "a[n % 3] *= s", "a = a * t", "s, t = t, s", "u.append(s)",
        "a[0] = t", "t += a.sum() * 0.1", "s = a[z] * y[0]", "a[1:] = a[:-1] * t", "n += 1", "u.append(a)",
        "u = u + [t]", "a += y[0]", "s = max(s, t)", "t = u[-1] if u else s", "s -= np.tanh(t)",
        "a = np.append(a, s)[:3]", "w = s * 2.0", "t = w * y[0]", "del w", "s = sum(u) if u else t",
        "b = a\nb[0] = s", "a = a[::-1]", "s = s / (1.0 + t * t)", "t = float(n) * s",
    ),
    "test": (
        "s > 0.2", "t < 0.9", "n > 0", "z", "y[0] > 1.0", "a[0] > 0.5", "len(u) > 1", "n == 1",
        "s * t > 0.0 and n < 2", "not z", "n % 2", "a.sum() > 0.0 or z", "0.0 < s < 2.0", "y[1] > 1.0", "True",
        "np.any(a > 1.0)", "np.all(a < 9.0)",
    ),
    "leave": (
        "break", "continue", "return <result>", "raise Stop(s)", "pass", "break", "continue",
    ),
    "head": (
        "for v in y:", "for k in range(3):", "for k, v in enumerate(x):", "for v in reversed(x):",
        "for k in range(z):", "for k in range(2, -1, -1):", "for v in a:", "for v, w in zip(x, y):",
        "for k in (0, 1):", "for v in u:", "for k in range(n + 1):", "for t in y:", "for s in x:", "for a[0] in y:",
        "for k in range(len(u)):", "for v in [s, t]:",
    ),
    "block": (
        "<do>", "<do1>\n<do2>", "if <test>:\n    <do1>\nelse:\n    <do2>", "if <test>:\n    <leave>\n<do>",
        "<do1>\nif <test>:\n    <do2>\n    <leave>\n<do3>",
        "if <test>:\n    <do1>\nelif <test2>:\n    <do2>\n    <leave>\nelse:\n    <do3>",
        "n += 1\nif <test>:\n    if <test2>:\n        <leave>\n    <do>",
        "for j in range(2):\n    <do1>\n    if <test>:\n        <leave>\n    <do2>",
        "with nullcontext():\n    <do>\n    if <test>:\n        <leave>",
        "try:\n    <do1>\n    if <test>:\n        <leave>\n    <do2>\nfinally:\n    <do3>",
        "try:\n    <do1>\n    if <test>:\n        raise Stop(t)\nexcept Stop as e:\n    s = e.v * y[1]\n"
        "    <do2>\nelse:\n    <do3>",
        "w = s if <test> else t\n<do>\ns = w", "if (w := s * t) > 0.1:\n    <do>\n    t = w",
        "match n:\n    case 0:\n        <do1>\n    case 1 if <test>:\n        <do2>\n    case _:\n        <do3>",
        "for j in range(3):\n    if <test>:\n        <leave>\n    <do1>\nelse:\n    <do2>",
        "while n < 2 and <test>:\n    n += 1\n    <do>",
        "try:\n    <do1>\n    s = [t][n]\nexcept IndexError:\n    <do2>", "assert n < 9\n<do>",
    ),
    "loop": (
        "<head>\n    <block>", "<head>\n    <block>\nelse:\n    <do9>", "<head>\n    <block1>\n    <block2>",
        "while n < 3:\n    n += 1\n    <block>", "while n < 3:\n    n += 1\n    <block>\nelse:\n    <do9>",
        "while True:\n    n += 1\n    <block>\n    if n > 2:\n        break\n    <do9>",
        "try:\n    <head>\n        <block>\nexcept Stop as e:\n    t = e.v * y[1]\n    <do9>",
        "if <test9>:\n    <head>\n        <block>\nelse:\n    <do9>",
        "def step(v):\n    nonlocal s, t, a, n, u\n    <do1>\n    if <test>:\n        return v * s\n    <do2>\n"
        "    return v\ns = step(t)",
        "def step(s, t):\n    for k in range(3):\n        s = s * t + x[k]\n        if s > 1.0:\n"
        "            return s\n        t = t * 0.5\n    return t\nt = step(s, t)\n<do9>",
        "if <test>:\n    <do1>\n    if <test2>:\n        return <result>\n<do2>",
        "with np.errstate(all='ignore'):\n    <head>\n        <block>", "<block>",
    ),
    "result": (
        "s * t", "s + np.sum(a * a) * t", "a", "s, a", "(s, t, n * x)", "[a, u]", "np.sum(a) + len(u) * s", "t, u",
        "{'s': s, 'a': a}",
    ),
}  # fmt: skip
TABLE = Table(__doc__, TEXT, PARTS)
