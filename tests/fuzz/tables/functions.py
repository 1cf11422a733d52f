"""Functions that keep, change or hand on what they are given: closures, defaults, generators, recursion, objects."""

from .table import Table

TEXT = '''
import functools
import itertools
import numpy as np

STATE = {}


def put(a, k, v):
    a[k] = v
    return a


def fresh(a, k=0, *rest, scale=1.0, **more):
    b = a * scale
    for r in rest:
        b = b + r
    for v in more.values():
        b = b * v
    return b


def down(a, n):
    if n == 0:
        return a
    a[n] = a[n - 1] * a[n]
    return down(a, n - 1)


def even(v, n):
    return v if n == 0 else odd(v * v, n - 1)


def odd(v, n):
    return v * 0.5 if n == 0 else even(v + 1.0, n - 1)


def twice(g):
    @functools.wraps(g)
    def wrapped(*args, **kwargs):
        g(*args, **kwargs)
        return g(*args, **kwargs)
    return wrapped


@twice
def doubled(a, v):
    a *= v
    return a


def pieces(a, v):
    for i in range(len(a)):
        a[i] = a[i] * v
        yield a[i]


class Counter:
    total = 0.0

    def __init__(self, a):
        self.a = a
        self.seen = []

    def __call__(self, v):
        self.total = self.total + v
        self.seen.append(self.total)
        return self.total * self.a[0]

    def add(self, v):
        self.a = self.a + v
        return self

    def put(self, v):
        self.a[0] = v
        return self

    @property
    def norm(self):
        return np.sqrt(1.0 + np.sum(self.a * self.a))

    @staticmethod
    def square(v):
        return v * v

    @classmethod
    def of(cls, a):
        return cls(a * 2.0)

    def __mul__(self, v):
        return Counter(self.a * v)

    def __imul__(self, v):
        self.a *= v
        return self

    def __len__(self):
        return len(self.seen)

    def __enter__(self):
        self.a = self.a * 2.0
        return self

    def __exit__(self, *args):
        self.a = self.a + 1.0


def f(x, y, z):
    s, t = x[0], y[0]
    a = <array>
    h = Counter(<array2>)
    <make>
    <use1>
    <use2>
    <use3>
    return <result>


def inputs():
    return np.array([0.7, -1.2, 0.4]), np.array([1.3, 0.6]), 0
'''

PARTS = {
    "array": (
        "x", "x * 1.0", "a", "x[::-1]", "np.zeros(3)", "[x * 1.0, x * 2.0][z]", "h0.a if (h0 := Counter(x)) else x",
    ),
    "make": (
        "def g(v):\n    a[0] = v\n    return a[1] * v", "def g(v):\n    nonlocal s\n    s = s * v\n    return s",
        "g = h", "g = h.add", "g = lambda v: a * v", "g = lambda v, b=a: b * v", "g = functools.partial(put, a, 0)",
        "g = functools.partial(fresh, a, 0)", "g = functools.partial(doubled, a)",
        "def make(b):\n    def inner(v):\n        b[0] = b[0] * v\n        return b\n    return inner\n"
        "g = make(a)",
        "def g(v, log=[]):\n    log.append(v)\n    return log[-1] * len(log)",
        "def g(v, b=a * 1.0):\n    b[0] += v\n    return b", "g = [lambda v: a * v, lambda v: put(a, 0, v)][z]",
        "g = h.put", "def g(v):\n    return even(v, 3)",
        "def g(v):\n    if v > 1.0:\n        a[1] = v\n        return a\n    return a * 2.0",
        "g = (lambda b: lambda v: b * v)(a)",
        "def g(v):\n    def inner():\n        nonlocal s\n        s = s + v\n    inner()\n    return s * v",
        "gs = [lambda v, k=k: a[k] * v for k in range(3)]\ng = gs[1]",
        "gs = [lambda v: a[k] * v for k in range(3)]\ng = gs[1]", "def g(*args):\n    return put(a, 0, args[0])",
        "def g(v):\n    h.a[0] = v\n    return h.norm", "g = h.square", "g = Counter.square",
        "@twice\ndef g(v):\n    a[0] = a[0] * v\n    return a",
        "@functools.lru_cache\ndef w(k):\n    return k + 1\ng = lambda v: a[w(z)] * v",
        "g = functools.partial(map, np.sin)\ng = lambda v: v * 2.0", "g = lambda v: [v * w for w in a]",
    ),
    "arg": (
        "t", "y[1]", "s", "a[0]", "y[0] * x[1]", "h.a[0]", "2.0", "y[z]",
    ),
    "use": (
        "r = g(<arg>)", "s = s + np.sum(g(<arg>))", "a = a * t", "a[1] = <arg>", "h.put(<arg>)", "h = h.add(<arg>)",
        "h.a = a", "h.a = h.a * <arg>", "t = h(<arg>)", "r = down(a, 2)", "s = sum(pieces(a, <arg>))",
        "for v in pieces(a, <arg>):\n    s = s + v * a[0]", "r = doubled(a, <arg>)", "h *= <arg>", "h = h * <arg>",
        "r = fresh(a, 1, y[0], y[1], scale=<arg>)", "r = fresh(a, scale=<arg>, k2=t)",
        "r = fresh(*[a, 0], **{'scale': <arg>})", "s = functools.reduce(lambda p, q: p * q + t, a, <arg>)",
        "r = list(map(g, [t, s]))", "r = [g(v) for v in y]", "for v in y:\n    r = g(v)",
        "for k in range(2):\n    t = t * h(<arg>)", "if y[0] > 1.0:\n    r = g(<arg>)\nelse:\n    r = a",
        "t = h.norm", "s = len(h) * t", "a, r = put(a * 1.0, 0, <arg>), a", "r = (lambda: a)()",
        "s = max([s, t, <arg>], key=lambda v: -v)", "r = sorted([s, t, <arg>])",
        "def inner(b):\n    b[0] = <arg>\ninner(a)", "def inner():\n    a[0] = <arg>\ninner()",
        "r = put(h.a, 1, <arg>)", "r = h.seen", "h.total = <arg>", "s = even(<arg>, 2)",
        "r = list(pieces(a, <arg>))", "r = list(itertools.accumulate(a, lambda p, q: p * q))", "r = g",
        "r = [*map(lambda v: v * t, a)]", "h = Counter.of(a)", "h2 = Counter(h.a)\nh2.put(<arg>)",
        "put(a, z, <arg>)[1] *= t", "s, t = t, s", "r = any(v > 1.0 for v in a) * s",
        "t = next(v for v in a if v > 0.0)", "s = s * getattr(h, 'norm')", "setattr(h, 'a', a * <arg>)",
    ),
    "result": (
        "s * t", "a, s", "s + np.sum(a * a) + h.norm", "h.a, a", "a", "np.sum(h.a) * t", "r", "r, a", "[s, t, a]",
        "h.a, s, t", "h.seen, a", "h(t), a", "h.total * s",
    ),
}  # fmt: skip
TABLE = Table(__doc__, TEXT, PARTS)
