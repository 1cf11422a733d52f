"""Loops over all that can be run over, which change what they run over, hold or gather."""

from .table import Table

TEXT = '''
import itertools
import functools
import numpy as np


def each(a):
    for v in a:
        yield v * 2.0


def halves(a):
    yield a[:1]
    yield a[1:]


def f(x, y, z):
    s = y[0]
    k, v, w = 0, x[0], x[1]
    a = <array>
    d = {'p': x[0], 'q': x[1] * 2.0, 'r': y[1]}
    e = {'p': x * 1.0, 'q': x * 2.0}
    u, o = [], [x[1], y[0], x[0] * y[1]]
    rows = [x * 1.0, x * y[0]]
    m = np.outer(y, x)
    <change9>
    <loop1>
    <loop2>
    return <result>


def inputs():
    return np.array([0.7, -1.2, 0.4]), np.array([1.3, 0.6]), 0
'''

PARTS = {
    "array": (
        "x", "x * 1.0", "x[::-1]", "[x[0], x[1], x[2]]", "[v * v for v in x]", "np.append(x, y)",
        "(x[0], x[1], y[0])", "list(x)",
    ),
    "one": (
        "a", "x", "y", "o", "d.values()", "reversed(a)", "reversed(o)", "a[::-1]", "a[1:]", "list(a)", "each(a)",
        "map(np.sin, a)", "u", "iter(a)", "filter(lambda v: v > 0.0, a)", "[v * 2.0 for v in a]",
        "(v * 2.0 for v in a)", "sorted(o)", "tuple(o)", "itertools.accumulate(a)", "o[::-1]",
        "itertools.chain(a, y)", "itertools.islice(a, 2)", "itertools.takewhile(lambda v: v > 0.0, a)",
        "x.tolist()", "m[0]", "m.flat", "range(3)", "(s, y[1])", "[a[0], s, a[-1]]", "d", "rows[0]", "m.ravel()",
        "m[:, z]", "a.copy()", "list(reversed(o))",
    ),
    "row": (
        "rows", "m", "m.T", "zip(a, y)", "zip(a, a[1:])", "zip(o, reversed(o))", "enumerate(a)",
        "enumerate(reversed(o))", "d.items()", "zip(rows, m)", "zip(*rows)", "itertools.product(a, y)",
        "itertools.combinations(a, 2)", "itertools.pairwise(a)", "list(zip(a, x))", "[(v, v * s) for v in a]",
        "e.items()", "e.values()", "halves(a)", "zip(range(3), a)", "reversed(rows)", "rows[::-1]", "m[::-1]",
        "zip(a, o, y)", "enumerate(a, 1)", "zip(a, map(np.cos, a))", "np.ndenumerate(x)",
        "itertools.starmap(lambda p, q: (p, q), [(s, x[0])])", "np.split(x, [1])", "zip(m, m.T)", "np.ndindex(2)",
    ),
    "change": (
        "s = s * v + x[0]", "a[0] = s", "a[-1] = s * y[1]", "a[z] *= y[0]", "o.append(s)", "o[0] = s",
        "u.append(v)", "u.append(s)", "x[0] = s", "o[k % 2] = v", "m[0] = s", "m[:, 1] *= s", "rows[0] = rows[1]",
        "rows[1][0] = s", "rows.append(x * s)", "d['p'] = s", "d['q'] *= s", "e['p'] = e['q']", "e['q'][0] = s",
        "a = a[1:]", "o = o[1:]", "s = s + sum(o)", "o.pop()", "u = u + [s]", "v *= y[0]", "v[0] = s", "v = v * s",
        "w = v\nw *= 2.0", "s += np.sum(v)", "k = k + 1", "a.append(v)", "o.reverse()", "o.insert(0, s)",
        "a[k % 2] = v * s", "x[1:] = x[:-1] * s", "rows[k % 2] *= s", "s = s * a[k % 2]", "u.append(k * s)",
        "u.append((v, s))", "y[0] = s", "rows[0], rows[1] = rows[1], rows[0]", "del o[0]", "m = m.T",
        "s = s + m[0].sum()", "rows = [m[0]] + rows[1:]",
    ),
    "body": (
        "<change>", "<change1>\n<change2>", "if np.sum(v) > 0.0:\n    <change>",
        "if k == 1:\n    continue\n<change>", "<change1>\nif k > 0:\n    break\n<change2>",
        "for w in y:\n    <change1>\n<change2>", "if s > 1.0:\n    <change1>\nelse:\n    <change2>",
    ),
    "loop": (
        "for v in <one>:\n    <body>\n    k += 1", "for v in <row>:\n    <body>\n    k += 1",
        "for v, w in <row>:\n    s = s + np.sum(w) * np.sum(v)\n    <body>",
        "for k, v in enumerate(<one>):\n    <body>",
        "for v, w in zip(<one1>, <one2>):\n    s = s * 0.5 + v * w\n    <body>",
        "for k, v in enumerate(<row>):\n    <body>",
        "for k, (v, w) in enumerate(<row>):\n    s = s + np.sum(v) ** 2 * np.sum(w)\n    <body>",
        "u = [v * s for v in <one>]", "u = [np.sum(v) * s for v in <one> if np.sum(v) > 0.0]", "s = sum(<one>)",
        "s = sum(v * s for v in <one>)",
        "for v in <one1>:\n    for w in <one2>:\n        s = s * 0.3 + v * w\n    <body>",
        "u = [v * w for v in <one1> for w in <one2>]", "s = max(<one>)",
        "s = functools.reduce(lambda p, q: p + q * s, <one>)", "a, *o = <one>",
        "p, *q = <one>\n<change>\ns = p * sum(q)", "u = sorted(<one>, key=lambda v: -v)",
        "u = list(<one>)\n<change>", "w = <one>\n<change>\ns = s + sum(w)", "for v in <row>:\n    u.append(v)",
        "u = np.array(list(<one>))", "while o:\n    v = o.pop()\n    s = s * v + y[1]",
        "while len(o) > 1:\n    k = len(o)\n    v = o.pop(0)\n    <body>", "u.extend(<one>)", "o += <one>",
        "for a[0] in <one>:\n    s = s * a[0]", "for o[0], v in <row>:\n    s = s + np.sum(v) * np.sum(o[0])",
        "w = [v for v in <row>]\n<change>\nu = w",
    ),
    "result": (
        "s", "s, a", "a, o", "u, s", "u", "rows, s", "m, s", "d, s", "np.sum(np.sin(a)) * s", "e, s", "s * sum(o)",
        "x, s", "k * s, u", "[np.sum(v) for v in u]", "v * s",
    ),
}  # fmt: skip
TABLE = Table(__doc__, TEXT, PARTS)
