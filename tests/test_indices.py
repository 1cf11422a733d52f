"""What is known of indices when a derivative is built: the shapes that they give, and which meet no place twice."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from programs import indexing

from tangent_ad import grad, source
from tangent_ad.analysis.inference import infer
from tangent_ad.ir.nodes import Apply, Const, Expr, Var
from tangent_ad.ir.ops import GETITEM, PACK_TUPLE, SLICE
from tangent_ad.ir.types import Array, Number, dims_of

ARRAY = np.zeros((3, 4, 5))
ITEMS = {
    "1": 1,
    "k": np.int64(1),
    "1:": slice(1, None),
    ":": slice(None),
    "None": None,
    "...": Ellipsis,
    "[0, 2]": [0, 2],
    "vector": np.array([0, 2]),
    "one": np.array([1]),
    "matrix": np.array([[0, 1], [2, 0], [1, 1]]),
    "mask": np.array([True, False, True]),
    "masks": np.arange(12).reshape(3, 4) % 2 == 0,
}


def expr(item: object) -> Expr:
    """An item of an index, of which only the type is known where it is not written out."""
    if isinstance(item, np.ndarray):
        return Var("i", Array(str(item.dtype), item.shape))
    if isinstance(item, np.integer):
        return Var("k", Number("int"))
    if isinstance(item, slice):
        return Apply(SLICE, tuple(map(Const, (item.start, item.stop, item.step))))
    return Const(item)


@pytest.mark.parametrize("many", [1, 2, 3, 4])
def test_shapes_are_those_of_numpy(many):
    known = 0
    for names in itertools.product(ITEMS, repeat=many):
        index = tuple(ITEMS[n] for n in names)
        try:
            expected = ARRAY[index].shape
        except IndexError:
            continue
        dims = dims_of(infer(GETITEM, (Var("a", Array("float64", ARRAY.shape)),
                                       Apply(PACK_TUPLE, tuple(map(expr, index)))), ()))  # fmt: skip
        if dims is None:
            assert any("mask" in n for n in names) or "[0, 2]" in names, f"nothing is known of a[{', '.join(names)}]"
            continue
        known += 1
        assert len(dims) == len(expected), names
        for found, size in zip(dims, expected, strict=True):
            assert found == size or not isinstance(found, int), names
    assert known > 5


@pytest.mark.parametrize("name", ["cross_entropy", "triangles", "rows_in_order", "places_met_twice"])
def test_only_places_that_may_be_met_twice_are_added_one_by_one(name):
    program = next(p for p in indexing.PROGRAMS if p.label == name)
    text = source(program.fun, "vjp", program.args, argnums=program.argnums)
    assert ("add.at" in text or "last_written" in text) == (name in ("triangles", "places_met_twice"))


def test_small_integers_start_again():
    """np.arange(300, dtype=np.uint8) has 0 to 43 twice."""
    found = grad(lambda x: np.sum(x[np.arange(300, dtype=np.uint8)]))(np.ones(256))
    np.testing.assert_array_equal(found, np.bincount(np.arange(300, dtype=np.uint8)))
