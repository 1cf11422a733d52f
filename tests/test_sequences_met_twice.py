"""Loops that meet one sequence in several ways at once: what a turn adds at one place, another has added to before."""

import itertools

import finite_differences as fd
import numpy as np
import pytest
from test_sharing import written

from tangent_ad import grad, jvp

SEQUENCES = {
    "numbers": "r = x",
    "rows": "r = np.outer(x, x)",
    "list": "r = [v * v for v in x]",
    "list of arrays": "r = []\n    for v in x:\n        r.append(x * v)",
    "tuple": "r = (x[0], x[1] * x[2], x[3])",
    "pairs": "r = [(v, v * x[0]) for v in x]",
}
WAYS = ("r", "reversed(r)", "r[::-1]", "list(reversed(r))", "r[1:]", "enumerate(r)", "zip(r, reversed(r))")
BODIES = ("s = s + total(a) * total(a) * total(b) * (1.0 + i)", "s = s + total(a) * total(b) * total(r[0])",
          "if total(a) > 0.6:\n            s = s + total(a) ** 2 * total(b) * total(r[-1])")  # fmt: skip
HEAD = """
import numpy as np


def total(v):
    if isinstance(v, tuple):
        return sum([total(part) * (2.0 + k) for k, part in enumerate(v)])
    return np.sum(v * v)
"""


@pytest.mark.parametrize("one", WAYS)
@pytest.mark.parametrize("kind", SEQUENCES)
def test_the_cotangents_of_all_places_are_added_up(kind, one, tmp_path):
    text, names = HEAD, []
    for k, (other, body) in enumerate(zip(WAYS, itertools.cycle(BODIES))):
        names.append(f"f{k}")
        loop = f"for i, (a, b) in enumerate(zip({one}, {other})):"
        text += f"\n\ndef f{k}(x):\n    {SEQUENCES[kind]}\n    s = 0.0\n    {loop}\n        {body}\n    return s\n"
    module = written(tmp_path / "met_twice.py", text)
    x, direction = np.array([0.5, 0.7, 0.9, 1.2]), np.array([0.3, -0.8, 0.5, 0.4])
    for name in names:
        f = getattr(module, name)
        expected = fd.directional(f, (x,), (0,), direction)
        fd.assert_close([grad(f)(x) @ direction], expected, np.dtype(float), what=f"reverse, {name}")
        fd.assert_close([jvp(f, (x,), (direction,))[1]], expected, np.dtype(float), what=f"forward, {name}")
