"""Arrays from outside, found in any container, in any way: read rightly, and left as they are."""

import itertools
import linecache
from collections import namedtuple
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from tangent_ad import grad, hvp, jvp, vjp

NUMBERS = (0.3, 0.5, 0.7)


@dataclass
class Box:
    w: Any


Named = namedtuple("Named", "w")


def new():
    return np.array(NUMBERS)


HELD: dict[str, Any] = {
    "dicts": {"a": {"b": new()}}, "lists": [[new()], [new()]], "boxes": {"a": Box(new())},
    "tuples": ((new(),), (new(),)), "row": [Box(new()), Box(new())], "one": Box(new()), "two": Box(new()),
    "first": Named(new()), "second": Named(new()), "nested": Box(Box(new())), "mixed": [(new(),), (new(),)],
    "ends": {"a": [new()]},
}  # fmt: skip
globals().update(HELD)
PATHS = (
    'dicts["a"]["b"]', "lists[i][0]", "lists[0][0]", 'boxes["a"].w', "tuples[0][0]", "row[i].w", "row[0].w",
    "(one if y > 0 else two).w", "(first if y > 0 else second).w", "nested.w.w", "mixed[i][0]", 'ends["a"][0]',
    '(dicts if y > 0 else dicts)["a"]["b"]', "[q.w for q in row][i]", "max(row, key=lambda q: q.w[0]).w",
    '[dicts["a"]["b"], x * 2][i]', "dict(dicts)['a']['b']", "list(lists)[i][0]", "[*row][i].w", "row[-1].w",
    "[*tuples][0][0]", 'list(ends["a"])[0] * sum(list([1.0]))',
)  # fmt: skip
BODIES = (
    """
    c = x * x if y > 5 else {}
    return np.sum(np.sin(c)) + np.sum(c * c)""",
    """
    c = {}
    return np.sum(np.sin(c) * x) + np.sum(np.cos(c) ** 2 * x)""",
    """
    c = x * x
    for k in range(2):
        c = np.sin(c) * x if y > 5 else {}
    d = c * 2.0
    return np.sum(np.exp(c) * x) + np.sum(np.sqrt(1 + c * c) * d)""",
    """
    c = {}
    if y > 5:
        c = x * 3
    c = c * 1.0 if y > 7 else c
    return np.sum(np.tanh(c)) * x[0]""",
    """
    pair = ({}, x * x)
    c = pair[0] if y > 0 else pair[1]
    return np.sum(np.tanh(c)) * x[0] + np.sum(c)""",
    """
    same = lambda z: z
    c = same({}) if y > 0 else same(x * 2)
    c = -c if y > 5 else c
    return np.sum(np.tanh(c) * np.exp(c)) * x[0] + np.sum(c)""",
)


def arrays(value):
    if isinstance(value, np.ndarray):
        return [value]
    items = value.values() if isinstance(value, dict) else [value.w] if isinstance(value, Box) else value
    return [a for item in items for a in arrays(item)]


def compiled(path, body):
    text = f"def f(x, y, i):{body.format(path)}\n"
    file = f"<outside memory {path} {BODIES.index(body)}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    exec(compile(text, file, "exec"), globals())
    return globals()["f"]


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("backend", ["plain", "numpy"])
@pytest.mark.parametrize("path, body", [*itertools.product(PATHS, BODIES)],
                         ids=[f"{p}-{i}" for p in PATHS for i in range(len(BODIES))])  # fmt: skip
def test_read_and_left_alone(path, body, backend):
    fun, args = compiled(path, body), (np.array([0.2, -0.4, 0.9]), 1.0, 0)
    step = 1e-6 * np.eye(3)
    expected = np.array([(fun(args[0] + e, *args[1:]) - fun(args[0] - e, *args[1:])) / 2e-6 for e in step])
    tangents = [(e / 1e-6, None, None) for e in step]
    forward = [jvp(fun, args, t, backend=backend)[1] for t in tangents]
    _, pullback = vjp(fun, *args, backend=backend)
    back = pullback(1.0)[0]
    np.testing.assert_allclose(forward, expected, atol=1e-7)
    np.testing.assert_allclose(back, expected, atol=1e-7)
    np.testing.assert_allclose(grad(fun, backend=backend)(*args), expected, atol=1e-7)
    hvp(fun, args, tangents[0], backend=backend)
    for array in arrays(HELD):
        np.testing.assert_array_equal(array, NUMBERS)
