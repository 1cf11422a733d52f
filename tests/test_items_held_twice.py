"""Items of a list that hold the same memory at two places: a write into an item is seen at both, or refused."""

import copy
import itertools

import finite_differences as fd
import numpy as np
import pytest
from test_sharing import written

from tangent_ad import vjp
from tangent_ad.errors import Refused

# What an item is, of an array `a`; where it is written; whether it holds `a` once.
ITEMS = {
    "dict": ("{'b': a, 'c': a}", "['c'][0]"),
    "dict of a tuple": ("{'b': (a, 1.0), 'c': a}", "['c'][0]"),
    "dict of a dict": ("{'b': {'q': a}, 'c': a}", "['c'][0]"),
    "dict of a view": ("{'b': a[::-1], 'c': a}", "['c'][0]"),
    "list": ("[a, a]", "[1][0]"),
    "list of a list": ("[[a], a]", "[1][0]"),
    "list of a view": ("[a[1:], a]", "[1][1]"),
    "lists": ("[[a, a * 1.0], [a, a * 3.0]]", "[0][0][0]"),
    "instance": ("Box([a], a)", ".c[0]"),
    "all its own": ("[[a, a * 1.0], [a * 2.0, a * 3.0]]", "[0][0][0]"),
}
LISTS = {
    "appended": "items = []\n    for v in y:\n        a = v * x\n        items.append({})",
    "inserted": "items = []\n    for v in y:\n        a = v * x\n        items.insert(0, {})",
    "added": "items = []\n    for v in y:\n        a = v * x\n        items = items + [{}]",
    "made at once": "def made(a):\n        return {}\n    items = [made(v * x) for v in y]",
    "known": "a = y[0] * x\n    first = {}\n    a = y[1] * x\n    items = [first, {}]",
    "filled": "items = [0] * len(y)\n    for i in range(len(y)):\n        a = y[i] * x\n        items[i] = {}",
    "yielded": "def each():\n        for v in y:\n            a = v * x\n            yield {}\n"
               "    items = list(each())",
    "values": "a = y[0] * x\n    d = {{'u': {}}}\n    a = y[1] * x\n    d['v'] = {}\n    items = list(d.values())",
    "copied": "items = []\n    for v in y:\n        a = v * x\n        items.append({})\n    items = items[:]",
    "recursive": "def fill(items, n):\n        if n > 0:\n            a = y[n - 1] * x\n            items.append({})\n"
                 "            fill(items, n - 1)\n    items = []\n    fill(items, len(y))",
}  # fmt: skip
WRITES = {
    "by an index": "items[z]{} *= 3.0",
    "by a name": "item = items[z]\n    item{} *= 3.0",
    "in a loop": "for item in items:\n        item{} *= y[1]",
    "by a helper": "def put(item):\n        item{} *= y[0]\n    put(items[z])",
    "taken out": "item = items.pop()\n    item{} = x[1]\n    items.append(item)",
}
REFUSED = ("added", "filled")  # whatever the items are
HEAD = "from dataclasses import dataclass\n\n\n@dataclass\nclass Box:\n    b: object\n    c: object\n"


@pytest.mark.parametrize("made", LISTS)
@pytest.mark.parametrize("item", ITEMS)
def test_a_write_into_an_item_is_seen_wherever_the_item_holds_it(item, made, tmp_path):
    text, place = ITEMS[item]
    result = "[(item.b[0], item.c) for item in items]" if item == "instance" else "items"
    module = HEAD
    for i, write in enumerate(WRITES.values()):
        module += (f"\n\ndef f{i}(x, y, z):\n    {LISTS[made].format(*itertools.repeat(text, 2))}\n"
                   f"    {write.format(place)}\n    return {result}\n")  # fmt: skip
    functions = written(tmp_path / "held_twice.py", module)
    x, y = np.array([0.5, 0.7, 0.9]), np.array([1.1, 1.3])
    followed = 0
    for i in range(len(WRITES)):
        f = getattr(functions, f"f{i}")
        expected = f(x, y, 0)
        try:
            value, pullback = vjp(f, x, y, 0)
        except Refused as refusal:
            assert refusal.origin.file.endswith("held_twice.py")
            continue
        followed += 1
        assert np.array_equal(fd.flatten(value), fd.flatten(expected))
        cotangent = fd.random_like(expected, np.random.default_rng(i))
        direction = np.random.default_rng(9).normal(size=5)
        slope = fd.directional(lambda *args, f=f: copy.deepcopy(f(*args)), (x, y, 0), (0, 1), direction)
        pulled = fd.flatten(pullback(cotangent)[:2])
        fd.assert_close(pulled @ direction, fd.flatten(cotangent) @ slope, np.dtype(float))
    assert followed >= 3 or item != "all its own" or made in REFUSED
