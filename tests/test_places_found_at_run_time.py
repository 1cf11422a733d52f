"""An item read at a place found at run time stays that item, whatever the containers on the way to it hold later."""

import copy

import finite_differences as fd
import numpy as np
import pytest
from test_sharing import written

from tangent_ad import vjp
from tangent_ad.errors import Refused

HEAD = "from dataclasses import dataclass\n\n\n@dataclass\nclass Box:\n    b: object\n    c: object\n"
LISTS = "g = [[x * 1.0, x * 2.0], [x * 3.0, x * 4.0]]"
DEEP = "g = [[[x, x * 1.0], [x * 2.0, x * 3.0]], [[x * 4.0, x * 1.5], [x * 2.5, x * 3.5]]]"
DICTS = "g = [{'b': x * 1.0, 'c': x * 2.0}, {'b': x * 3.0, 'c': x * 4.0}]"
BOXES = "g = [Box(x * 1.0, x * 2.0), Box(x * 3.0, x * 4.0)]"
FULL = "g = [Box([x * 1.0, x * 2.0], x), Box([x * 3.0, x * 4.0], x)]"
GROWN = "g = []\n    for v in y:\n        g.append([v * x, x * 2.0])"
PARTS = {
    "lists": (LISTS, ("g[z][z]", "g[z][0]", "g[0][z]"), (
        "g[0][0] = x * 5.0", "g[0][z] = x * 5.0", "g[z][z] = x * 5.0", "g[z] = [x, x * 5.0]", "g[0].reverse()",
        "g[0].insert(0, x * 5.0)", "g[0].pop(0)", "del g[0][0]", "g[0][:] = [x * 5.0, x * 6.0]", "g.reverse()",
        "g[0][z], g[1][z] = g[1][z], g[0][z]", "for row in g:\n        row[z] = x * 5.0", "put(g[0], z, x * 5.0)",
        "if y[0] > 1.0:\n        g[0][0] = x * 5.0", "for v in y:\n        g[0][0] = g[0][0] * v",
        "while z < 1:\n        g[z][z] = x * 5.0\n        z = z + 1", "g[0][0] = g[z][1]", "g[0].append(g[z][0])")),
    "deep": (DEEP, ("g[z][z][z]", "g[0][z][z]", "g[z][0][z]", "g[z][z][0]"), (
        "g[0][0][0] = x * 5.0", "g[0][0][z] = x * 5.0", "g[0][z] = [x * 5.0, x]", "g[z][z] = [x * 5.0, x * 6.0]",
        "g[0] = [[x, x * 5.0], [x, x * 6.0]]")),
    "dicts": (DICTS, ("g[z]['b']",), (
        "g[0]['b'] = x * 5.0", "g[z]['b'] = x * 5.0", "g[0].update(b=x * 5.0)", "g[z] = {'b': x * 5.0, 'c': x}",
        "for p in g:\n        p['b'] = p['b'] * 2.0", "g[0]['b'] = g[z - 1]['b']")),
    "instances": (BOXES, ("g[z].b",), ("g[0].b = x * 5.0", "g[z].b = x * 5.0", "g[0].b = g[z].c", "g[z] = Box(x, x)")),
    "lists of instances": (FULL, ("g[z].b[z]", "g[0].b[z]", "g[z].b[0]"), (
        "g[z].b[z] = x * 5.0", "g[0].b[z] = x * 5.0", "g[0].b[0] = x * 5.0", "g[z].b = [x * 5.0, x]",
        "g[0].b = [x * 5.0, x]", "g[0].b.reverse()")),
    "grown": (GROWN, ("g[z][z]", "g[z][0]", "g[0][z]"), (
        "g[z][z] = x * 5.0", "g[0][z] = x * 5.0", "g[z][0] = x * 5.0", "g[0] = [x, x * 5.0]")),
}  # fmt: skip
AFTER = ("return t, g", "t[0] *= 3.0\n    return t, g", "g[0] = g[1]\n    return t * 2.0")


@pytest.mark.parametrize("kind", PARTS)
def test_an_item_stays_the_one_that_was_read(kind, tmp_path):
    made, reads, changes = PARTS[kind]
    text, names = HEAD + "\n\ndef put(items, k, v):\n    items[k] = v\n", []
    for read in reads:
        for change in changes:
            for after in AFTER:
                names.append(f"f{len(names)}")
                shown = after.replace("t, g", "t, [(p.b, p.c) for p in g]") if "Box" in made else after
                text += f"\n\ndef {names[-1]}(x, y, z):\n    {made}\n    t = {read}\n    {change}\n    {shown}\n"
    module = written(tmp_path / "places.py", text)
    x, y = np.array([0.5, 0.7, 0.9]), np.array([1.1, 1.3])
    direction, followed = np.random.default_rng(9).normal(size=5), 0
    for i, name in enumerate(names):
        f = getattr(module, name)

        def plain(x, y, z, f=f):
            return copy.deepcopy(f(x.copy(), y, z))  # what it returns may be what it is given, written into

        expected = plain(x, y, 0)
        try:
            value, pullback = vjp(f, x, y, 0)
        except Refused:
            continue
        followed += 1
        assert np.array_equal(fd.flatten(value), fd.flatten(expected)), name
        cotangent = fd.random_like(expected, np.random.default_rng(i))
        slope = fd.directional(plain, (x, y, 0), (0, 1), direction)
        pulled = fd.flatten(pullback(cotangent)[:2])
        fd.assert_close(pulled @ direction, fd.flatten(cotangent) @ slope, np.dtype(float), what=name)
    assert followed > len(names) // 3
