"""What lists of lists' items share: every way to make the list, to write, and to read, is right or refused."""

from __future__ import annotations

import importlib.util
import itertools
from types import ModuleType

import numpy as np
import pytest

from tangent_ad import Refused, jvp, vjp

FIRST = {
    "filled": "table = [None] * 2\n    for i in range(2):\n        table[i] = y",
    "rows": "table = []\n    for i in range(len(y)):\n        table.append(y[i:])",
    "known": "table = [y, y * 2.0]",
    "perhaps": "table = [y.T.reshape(-1), y * 2.0]",
}
SECOND = {
    "none": "held = table",
    "one": "held = [table[0]]",
    "two": "held = [table[1], table[0]]",
    "slice": "held = table[:1]",
    "list": "held = list(table)",
    "rest": "_, *held = table",
    "grown": "held = []\n    for k in range(n):\n        held.append(table[k % 2])",
    "dict": "entry = {'a': table[0]}\n    held = [entry['a']]",
    "twice": "inner = [table[0]]\n    held = [inner[n % 1]]",
    "nested": "lists = [[table[0]], [table[1]]]\n    held = lists[n % 2]",
}
WRITE = {
    "array": "y[0] = 5.0",
    "first": "table[n % 2][0] = 5.0",
    "second": "held[n % len(held)][0] = 5.0",
    "known": "held[0][0] = 5.0",
}
READ = {"array": "y", "first": "table[(n + 1) % 2]", "second": "held[n % len(held)]", "known": "held[-1]"}
NAMES = ("first", "second", "write", "read")


def program(first: str, second: str, write: str, read: str) -> str:
    name = "_".join((first, second, write, read))
    return (f"def {name}(y, n):\n    {FIRST[first]}\n    {SECOND[second]}\n    {WRITE[write]}\n"
            f"    return {READ[read]} * 1.0\n\n\n")  # fmt: skip


@pytest.fixture(scope="module")
def programs(tmp_path_factory) -> ModuleType:
    """All of them in one file: their sources are read from it."""
    path = tmp_path_factory.mktemp("sharing") / "programs.py"
    path.write_text("".join(program(*ways) for ways in itertools.product(FIRST, SECOND, WRITE, READ)))
    spec = importlib.util.spec_from_file_location("sharing_programs", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("first", "second"), list(itertools.product(FIRST, SECOND)))
def test_right_or_refused(programs, first, second):
    y, direction = np.array([0.3, 0.7, 1.9]), np.array([1.0, -0.6, 0.2])
    followed = 0
    for write, read in itertools.product(WRITE, READ):
        f = getattr(programs, "_".join((first, second, write, read)))

        def at(x, f=f):
            return f(x.copy(), 3)

        expected = at(y)
        slope = (at(y + 1e-6 * direction) - at(y - 1e-6 * direction)) / 2e-6
        try:
            value, pullback = vjp(f, y, 3)
            tangent = jvp(lambda x, f=f: f(x, 3), (y,), (direction,))[1]
        except Refused:
            continue
        followed += 1
        np.testing.assert_array_equal(value, expected, err_msg=f.__name__)
        np.testing.assert_allclose(tangent, slope, atol=1e-8, err_msg=f.__name__)
        seed = np.linspace(0.5, 1.5, len(expected))
        np.testing.assert_allclose(pullback(seed)[0] @ direction, seed @ slope, atol=1e-8, err_msg=f.__name__)
    assert followed, "every one of these programs was refused"
