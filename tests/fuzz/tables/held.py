"""Arrays held by containers, instances and functions at several places: a write at one place is seen at all."""

from .table import Table

TEXT = '''
from dataclasses import dataclass
from typing import NamedTuple
import numpy as np


@dataclass
class Box:
    p: object
    q: object

    def put(self, v):
        self.p[0] = v
        return self

    def __getitem__(self, k):
        return self.p if k == 0 else self.q

    def __setitem__(self, k, v):
        if k == 0:
            self.p = v
        else:
            self.q = v

    @property
    def both(self):
        return [self.p, self.q]


class Node:
    def __init__(self, p, q=None):
        self.p = p
        self.q = q

    def __iter__(self):
        yield self.p
        yield self.q


class Pair(NamedTuple):
    p: object
    q: object


def put(a, v):
    a[0] = v


def f(x, y, z):
    a = <array>
    h = <holder>
    <more>
    c = <read>
    <context1>
    d = <read2>
    <context2>
    return <result>


def inputs():
    return np.array([0.7, -1.2, 0.4]), np.array([1.3, 0.6]), 0
'''

PARTS = {
    "array": (
        "x", "x * 1.0", "np.zeros(3)", "x[::-1]", "[x * 1.0, x * 2.0][z]", "np.append(y, x[0])",
    ),
    "item": (
        "a", "a[1:]", "a * 1.0", "x", "[a]", "(a, y)", "Box(a, y)", "a[::-1]", "y[0] * x", "{'u': a}",
    ),
    "holder": (
        "Box(<item1>, <item2>)", "Node(<item1>, <item2>)", "Node(a, Node(<item1>, a))", "Pair(<item1>, <item2>)",
        "Box([<item1>, <item2>], a)", "Node(lambda: a, <item1>)", "Node({'p': <item1>, 'q': <item2>}, a)",
        "Node(*[<item1>, <item2>])", "Box(q=<item1>, p=<item2>)", "[Box(<item1>, a), Box(a, <item2>)][z]",
        "Node((a, a * 1.0), <item1>)", "Node(a)\nh.q = h.p", "Box(a, None)\nh.q = Box(h.p, h)",
    ),
    "more": (
        "g = h", "g = Node(h.p, h.q)", "g = [h, h]", "g = [h, Box(h.q, h.p)]", "g = {'k': h}", "g = h.p", "g = h.q",
        "g = Box(h, h.p)", "g = lambda: h.p", "def g():\n    return h.q", "g = [h][z]",
        "g = h if y[0] > 1.0 else Node(x, x)", "g = [Node(a, v) for v in y]",
        "g = []\nfor v in y:\n    g.append(Node(a, v * x))", "g = (h, a)", "g = []\nfor v in y:\n    g.append(h)",
        "g = h.p\nh.p = h.q", "g = [h.p, h.q, a]", "g = dict(p=h.p, q=h.q)", "g = Pair(h, a)",
        "g = Box(*[h.p, h.q])",
    ),
    "place": (
        "a", "h.p", "h.q", "g.p", "g.q", "g[0]", "g[1]", "g[z]", "g[0].p", "g[z].p", "g[-1].q", "g['k'].p",
        "g['p']", "g()", "h.p[0]", "h.q[0]", "h.p.p", "h.q.p", "h[0]", "h[z]", "h[1]", "h.both[0]", "h.both[z]",
        "g", "h.q.q.p", "h.p['u']", "h.p[z]", "h.q[z]", "g.p.p", "x",
    ),
    "value": (
        "y[0]", "x[1] * y[0]", "<place2>[1]", "a[-1]", "2.0", "x[z]",
    ),
    "write": (
        "<place>[0] = <value>", "<place>[1:] = <value>", "<place> *= y[0]", "<place>[:] = <value>",
        "put(<place>, <value>)", "<place>[0] *= <value>", "<place>.fill(<value>)", "h.put(<value>)",
        "<place> = <place2>", "<place> = <place2> * y[0]", "<place> = x * y[1]", "<place>[::-1] += <value>",
        "<place>, <place2> = <place2>, <place>", "h.p, h.q = h.q, h.p", "for v in h:\n    v[0] = y[0]",
        "for v in g:\n    v.p[0] = y[0]", "for v in g:\n    v.p = v.p * y[0]", "for v in g:\n    v[0] = y[0]",
        "setattr(h, 'p', x * y[0])", "t = <place>\nt[0] = <value>", "t = <place>\nt *= y[0]",
        "t = <place>[1:]\nt[0] = <value>", "h[0] = <place>", "h[z] = x * y[0]", "h[1][0] = y[0]",
        "[put(v, y[0]) for v in (h.p, <place>)]", "h.new = <place>\nh.new[0] = y[0]", "a = a * y[0]", "a = x",
        "np.add(<place>, 1.0, out=<place>)", "g = h", "h, g = g, h",
    ),
    "context": (
        "<write>", "<write1>\n<write2>", "if y[0] > 1.0:\n    <write>",
        "if y[0] > 1.0:\n    <write1>\nelse:\n    <write2>", "for k in range(2):\n    <write>",
        "for v in y:\n    <write>", "def step():\n    nonlocal a, g, h\n    <write>\nstep()",
        "def step(h, g, a):\n    <write>\nstep(h, g, a)",
        "def step(h, g, a):\n    <write>\n    return h\nh = step(h, g, a)",
        "for k in range(2):\n    <write1>\n    if k == z:\n        continue\n    <write2>",
        "try:\n    <write1>\nexcept AttributeError:\n    <write2>", "for k in range(z):\n    <write>",
        "k = 0\nwhile k < 2:\n    <write>\n    k = k + 1",
    ),
    "read": (
        "<place> * 1.0", "<place>[0]", "<place>", "<place> * y[0]", "[<place>, a]", "h.p", "h.q",
    ),
    "result": (
        "a, <place>", "a, c, d", "c, d", "<place>", "np.sum(np.sin(a)) * np.sum(<place>)", "[c, a]", "x, a, d",
        "h.p, h.q", "h", "g, a", "np.sum(c[0] * d) + np.sum(h.p)", "[h.p, g.p]", "h.p, d",
    ),
}  # fmt: skip
TABLE = Table(__doc__, TEXT, PARTS)
