"""Two names that share the memory of a vector, written through either, in all contexts."""

from .table import Table

TEXT = '''
import numpy as np


class Box:
    def __init__(self, v):
        self.v = v
        self.w = v[1:]

    @property
    def tail(self):
        return self.v[1:]

    def view(self):
        return self.v[::-1]


def same(a):
    return a


def part(a, k=1):
    return a[k:]


def put(a, v):
    a[0] = v


def scale(a, b=None):
    a *= 2.0
    if b is not None:
        b[0] += a[-1]


def either(a, b, k):
    if k > 0:
        return a
    return b


def f(x, y, z):
    s = 0.5
    a = <array>
    <view>
    c = <read1>
    <context1>
    d = <read2>
    <context2>
    return <result>


def inputs():
    return np.array([0.7, -1.2, 0.4, 1.9]), np.array([1.3, 0.6]), 0
'''

PARTS = {
    "array": (
        "x", "x * 1.0", "x.copy()", "np.zeros(4)", "[x * 1.0, x * 2.0][z]", "np.outer(y, x)[1]", "x[::-1]",
        "np.append(x[:2], y)", "np.array([x[0], y[0], x[2], y[1]])", "same(x)", "np.linspace(y[0], y[1], 4)",
        "np.concatenate([y, y * x[0]])", "np.empty(4)\na[:] = x",
    ),
    "view": (
        "b = a", "b = a[1:]", "b = a[::-1]", "b = a[::2]", "b = a.T", "b = a.reshape(4)", "b = a.ravel()",
        "b = a.reshape(2, 2)[z]", "b = a.reshape(2, 2).T[1]", "b = np.asarray(a)", "b = np.atleast_1d(a)",
        "b = np.real(a)", "b = a.real", "b = same(a)", "b = part(a)", "b = part(a, k=z)", "b = a.copy()",
        "b = a[[0, 2]]", "b = a[a > 0.5]", "b = either(a, a[1:], z)", "b = either(a, x, 1)",
        "b = either(x, a, y[0] > 1.0)", "b = a if y[0] > 1.0 else x * 1.0", "b = a if z else a[1:]",
        "b = [a, a[1:]][z]", "b = [a, a * 1.0][z]", "b = {'p': a, 'q': x * 2.0}['p']", "b = Box(a).v",
        "b = Box(a).w", "b = Box(a).tail", "b = Box(a).view()", "b = (a, a[1:])[1]", "b, *_ = [a, a]",
        "b = a.squeeze()", "b = np.squeeze(a[None])", "b = a[None, :][0]", "b = a[..., 1:]", "b = a[z:]",
        "b = a[slice(0, 2)]", "b = np.split(a, 2)[1]", "b = np.flip(a)", "b = np.moveaxis(a[:, None], 0, 1)[0]",
        "b = np.swapaxes(a.reshape(2, 2), 0, 1)[1]", "b = np.diagonal(a.reshape(2, 2)).copy()",
        "b = max([a, x * 1.0], key=lambda v: v[0])", "b = (lambda: a)()", "b = (lambda v=a: v[1:])()",
        "b = list(a.reshape(2, 2))[1]", "b = [row for row in a.reshape(2, 2)][z]",
        "for b in a.reshape(2, 2):\n    pass", "for b in (a, a[1:]):\n    if z:\n        break",
        "b = x * 1.0\nif y[0] > 1.0:\n    b = a", "b = x * 1.0\nwhile s < 1.0:\n    b = a\n    s = s + 0.4",
        "b = a\nfor _ in range(z + 1):\n    b = b[1:]", "box = Box(x * 1.0)\nbox.v = a\nb = box.tail",
        "items = [x * 1.0, x * 3.0]\nitems[z] = a\nb = items[0]", "items = []\nitems.append(a)\nb = items[-1]",
        "b = [a]\nb = b[0]", "b = dict(p=a)\nb = b.get('p')", "(b := a)", "b = c = a", "b, c = a, a[1:]",
        "try:\n    b = a\nexcept ValueError:\n    b = x", "b = np.expand_dims(a, 0)[0]", "b = np.ravel(a[:, None])",
        "b = np.broadcast_to(a, (2, 4))[z]", "b = np.ascontiguousarray(a)", "b = np.hsplit(a, [1])[1]",
        "b = np.array(a)", "b = np.nan_to_num(a)", "b = a.astype(float)", "b = a.astype(float, copy=False)",
        "b = a.flatten()", "b = np.roll(a, 0)", "b = np.take(a, [0, 1])", "b = a + 0.0", "b = +a",
        "b = np.where(a > 0, a, a)", "b = np.stack([a, a])[z]", "b = np.concatenate([a])", "b = sum([a])",
        "b = np.asarray([a])[0]",
    ),
    "who": (
        "a", "b",
    ),
    "write": (
        "<who>[0] = y[0]", "<who>[1] *= y[0]", "<who>[:2] = y", "<who>[::-1] = <who> * y[0]", "<who> += y[0]",
        "<who> *= y[1]", "<who>[-1] -= <whom>[0]", "put(<who>, y[1])", "scale(<who>)", "scale(<who>, <whom>)",
        "<who>.fill(y[0])", "<who>.sort()", "np.copyto(<who>, y[0])", "np.multiply(<who>, y[0], out=<who>)",
        "<who>[<who> > 0.5] = y[0]", "<who>[[0, 1, 0]] = y[0]", "<who>[[0, 1, 0]] += y[0]",
        "np.add.at(<who>, [0, 1, 0], y[1])", "<who>[:-1] = <who>[1:]", "<who>[:-1] += <who>[1:]",
        "<who>[1:] = <who>[:-1] * y[0]", "<who>[z] = y[0]", "<who>[z:z + 2] = y", "<who> = <who> * y[0]",
        "<who> = <whom>", "<who> = <who>[::-1]", "<who>[:] = 0.0", "<who>[...] = y[1]", "<who>.T[0] = y[0]",
        "for i in range(len(<who>)):\n    <who>[i] = <who>[i - 1] * y[0]", "<who>.flat[1] = y[0]",
        "np.put(<who>, [1], y[0])", "<who>[0], <who>[1] = <who>[1], <who>[0] * y[0]", "<who>.real[0] = y[0]",
        "np.negative(<who>, where=<who> > 0.5, out=<who>)", "<who>[<whom>[:2] > 0] = y[0]",
        "for v in (<who>, <whom>):\n    v[0] = v[0] * y[1]", "np.place(<who>, <who> > 0, [y[0]])",
        "<who> /= 1.0 + <who> ** 2", "<who>[:2], <whom>[:2] = <whom>[:2].copy(), <who>[:2].copy()",
        "np.maximum(<who>, 0.1, <who>)", "np.cumsum(<who>, out=<who>)", "[put(v, y[0]) for v in (<who>, <whom>)]",
        "list(map(scale, [<who>, <whom>]))", "np.clip(<who>, 0.0, 1.0, out=<who>)",
        "<who>[0:1] @= np.array([[y[0]]])", "np.copyto(<who>[:1], <whom>[-1:])", "<who> **= 2",
        "<who>[<who>.argmax()] = y[0]", "<who>[:, None][0] = y[0]",
        "<who>[np.array([True] + [False] * (len(<who>) - 1))] *= y[0]",
    ),
    "whom": (
        "a", "b", "x",
    ),
    "context": (
        "pass", "<write>", "<write1>\n<write2>", "if y[0] > 1.0:\n    <write>", "if y[0] < 1.0:\n    <write>",
        "if y[0] > 1.0:\n    <write1>\nelse:\n    <write2>", "if a[0] > 0.5:\n    <write>",
        "for k in range(2):\n    <write>", "for k in range(z):\n    <write>",
        "for k in range(3):\n    if k == 1:\n        continue\n    <write>",
        "for k in range(3):\n    <write1>\n    if k == z + 1:\n        break\n    <write2>",
        "while s < 2.0:\n    <write>\n    s = s + 0.6", "for v in y:\n    <write>",
        "try:\n    <write1>\nexcept ValueError:\n    <write2>", "try:\n    <write1>\nfinally:\n    <write2>",
        "with np.errstate(all='ignore'):\n    <write>", "def step():\n    nonlocal a, b\n    <write>\nstep()",
        "def step():\n    nonlocal a, b\n    <write>\nfor k in range(2):\n    step()",
        "def step(a, b):\n    <write>\n    return a\nc = step(a, b)", "def step(b, a):\n    <write>\nstep(a, b)",
        "def step(a, b):\n    <write>\n    return b\na = step(a, b)",
        "match z:\n    case 0:\n        <write1>\n    case _:\n        <write2>",
        "for k in range(2):\n    a, b = b, a\n    <write>", "b = a if y[1] > 1.0 else b\n<write>",
        "for k in range(2):\n    <write>\nelse:\n    a = x * y[0]", "<write>\nreturn <result>",
    ),
    "read": (
        "a", "b", "a * b[0]", "a[1:]", "[a, b]", "(a, b[1:])", "np.sum(a) * b", "a.copy()", "{'a': a}", "a[0]",
        "b[z]", "b.sum()", "a @ a", "np.sin(b)", "lambda: a[0] * b[0]",
    ),
    "result": (
        "a, b", "a", "b", "np.sum(a * a) + np.sum(np.sin(b))", "[a, b, x]", "{'a': a, 'b': b[::-1]}",
        "np.sum(np.tanh(x)) * b[0] * a[0]", "a, c if not callable(c) else c(), d if not callable(d) else d()",
        "c if not callable(c) else c()", "d if not callable(d) else d(), x",
    ),
}  # fmt: skip
TABLE = Table(__doc__, TEXT, PARTS)
