"""Lists and dicts that share their items or are one another, changed through either."""

from .table import Table

TEXT = '''
import numpy as np


def grow(items, v):
    items.append(v)


def swap(items):
    items[0], items[-1] = items[-1], items[0]


def same(items):
    return items


def f(x, y, z):
    a = <list>
    b = <other>
    c = <read1>
    <context1>
    d = <read2>
    <change9>
    return <result>


def inputs():
    return np.array([0.7, -1.2, 0.4]), np.array([1.3, 0.6]), 0
'''

PARTS = {
    "list": (
        "[x[0], x[1] * 2.0, x[2]]", "[x, x * 2.0, x * y[0]]", "[v * y[0] for v in x]", "[x * v for v in y]",
        "[[x[0], x[1]], [x[2], y[0]]]", "[[v, v * v] for v in x]", "[x] * 3", "[[x[0]]] * 2", "list(x)",
        "[]\nfor v in x:\n    a.append(v * v)", "[]\nfor v in y:\n    a.append(x * v)",
        "[]\nfor v in y:\n    a.append([v, v * x[0]])", "[None] * 3\nfor i in range(3):\n    a[i] = x[i] * y[0]",
        "sorted([x[0], x[1], y[0]])", "x.tolist()", "[(x[0], x), (x[1], x * 2.0)]", "[*x, *y]", "list(zip(x, y))",
        "list(map(np.sin, x))", "[x[1:], x[:-1], x]", "list(reversed([x[0], y[0], x[2]]))", "[x[0]] + list(y)",
        "[v for v in x if v > 0.0]", "list(enumerate(y))", "[dict(p=x, q=v) for v in y]",
        "[x[z], y[z], x[z] * y[z]]", "list({'p': x[0], 'q': y[0]}.values())", "[x[0], [x[1], [x[2]]]]",
    ),
    "other": (
        "a", "list(a)", "a[:]", "a[1:]", "a.copy()", "[a, a]", "(a, a)", "{'k': a}", "same(a)", "a[::-1]", "[*a]",
        "a + a", "a * 2", "a[0]", "a[z]", "[v for v in a]", "[a]", "a if y[0] > 1.0 else []", "tuple(a)",
        "list(reversed(a))", "list(filter(lambda v: True, a))", "a and a[1:]", "(lambda: a)()", "(lambda v=a: v)()",
        "a[z:]", "[(i, v) for i, v in enumerate(a)]",
    ),
    "who": (
        "a", "b",
    ),
    "whom": (
        "a", "b", "[y[0], x]", "y",
    ),
    "value": (
        "y[0]", "x * y[0]", "<who>[0]", "<who>[-1]", "<whom>[z]", "[y[0], x[0]]", "a[0]", "a", "b", "x[0] * y[1]",
    ),
    "change": (
        "<who>.append(<value>)", "<who>.pop()", "<who>.pop(0)", "<who>.insert(0, <value>)", "<who>[0] = <value>",
        "<who>[-1] = <value>", "<who>[z] = <value>", "<who>.extend(<whom>)", "<who> += [<value>]",
        "<who> = <who> + [<value>]", "<who>.reverse()", "<who>.clear()", "del <who>[0]", "del <who>[1:]",
        "<who>[1:] = [<value>]", "<who>[:0] = [<value>, y[1]]", "<who>[:] = <whom>", "swap(<who>)",
        "grow(<who>, <value>)", "<who> = <whom>", "<who>[0] *= y[0]", "<who>[0] += <value>", "<who>[z] *= 2.0",
        "<who>[0][0] = <value>", "<who>[z][z] = y[0]", "<who>[0][0] *= y[0]", "<who>[0].append(<value>)",
        "<who>[0], <who>[1] = <who>[1], <who>[0]", "for i in range(len(<who>)):\n    <who>[i] = <who>[i] * y[0]",
        "for v in <who>:\n    v *= y[0]", "for v in list(<who>):\n    <who>.append(v * y[0])",
        "<who>, *rest = <whom>", "*<who>, last = <who>", "while len(<who>) > 2:\n    <who>.pop()",
        "<who>.append(<who>.pop(0))", "<who>[0] = <who>.pop()", "<who>.pop('k')", "del <who>['k']",
        "for i, v in enumerate(<who>):\n    <who>[i] = v * 2.0", "a, b = b, a", "a, b = b, list(a)",
        "<who> = [v for v in <who>][::-1]",
    ),
    "context": (
        "<change>", "<change1>\n<change2>", "if y[0] > 1.0:\n    <change>", "if y[0] < 1.0:\n    <change>",
        "if y[0] > 1.0:\n    <change1>\nelse:\n    <change2>", "for k in range(2):\n    <change>",
        "for k in range(z):\n    <change>", "for v in y:\n    <change>",
        "for k in range(3):\n    <change1>\n    if k == z + 1:\n        break\n    <change2>",
        "def step():\n    nonlocal a, b\n    <change>\nstep()", "def step(a, b):\n    <change>\nstep(b, a)",
        "def step(a, b):\n    <change>\n    return a\nb = step(a, b)",
        "try:\n    <change1>\nexcept (IndexError, KeyError):\n    <change2>",
        "n = 0\nwhile n < 2:\n    <change>\n    n += 1", "for k in range(2):\n    a, b = b, a\n    <change>",
    ),
    "read": (
        "a[0]", "a", "list(b)", "b", "a[-1]", "len(a) * x", "a[z]", "b[z]", "[v for v in a]", "a[1:]", "sum(a)",
        "[a, b]", "np.array(a)", "len(b) * y", "a == b", "a is b", "dict(u=a)",
    ),
    "result": (
        "a, b", "a", "b", "c, d", "[c, a]", "np.sum(np.array(a)) * x[0]", "len(a) * x, b", "sum(a)",
        "np.sum(np.array(c) ** 2)", "{'a': a, 'd': d}", "sum([np.sum(v) ** 2 for v in a])", "d",
        "[v * 2.0 for v in b]", "np.stack(a)", "np.concatenate([np.atleast_1d(v) for v in a])",
        "[len(a) * x, len(b) * y]",
    ),
}  # fmt: skip
TABLE = Table(__doc__, TEXT, PARTS)
