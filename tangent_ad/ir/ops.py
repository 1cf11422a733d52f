"""Structural primitives: packing and unpacking, indexing, functional writes."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from tangent_ad.ir.instances import rebuilt
from tangent_ad.ir.nodes import Op
from tangent_ad.ir.types import Fields
from tangent_ad.runtime import helpers


class Chain:
    """The index of a write through views: `base[i][j] = v`."""

    def __init__(self, *indices: Any) -> None:
        self.indices = indices


def _pack_tuple(*items: Any) -> tuple[Any, ...]:
    return items


def _pack_list(*items: Any) -> list[Any]:
    return list(items)


def _pack_dict(keys: Fields, *items: Any) -> Any:
    return rebuilt(keys.cls, dict(zip(keys, items, strict=True)))


def _inner(base: Any, index: Any) -> tuple[Any, Any]:
    """Where a write lands: a chain of indices is followed up to its last one."""
    if isinstance(index, Chain):
        for step in index.indices[:-1]:
            base = base[step]
        return base, index.indices[-1]
    return base, index


def _set_item(base: Any, index: Any, value: Any) -> Any:
    result = base.copy()
    place, last = _inner(result, index)
    place[last] = value
    return result


def _add_item(base: Any, index: Any, value: Any) -> Any:
    result = base.copy()
    place, last = _inner(result, index)
    place[last] += value
    return result


def _append(base: list[Any], value: Any) -> list[Any]:
    return [*base, value]


def _contains(item: Any, container: Any) -> bool:
    return item in container


def method_op(name: str, pure: bool = True) -> Op:
    """A method, called on the first argument."""
    if (name, pure) not in _METHODS:
        _METHODS[name, pure] = Op(f"method.{name}", operator.methodcaller(name), "method", name, pure=pure)
    return _METHODS[name, pure]


_METHODS: dict[tuple[str, bool], Op] = {}


def _raise(error: Any, *_: Any) -> None:
    raise error


def _add_at(base: Any, index: Any, value: Any) -> Any:
    result = base.copy()
    place, last = _inner(result, index)
    np.add.at(place, last, value)
    return result


def _pop(base: list[Any]) -> list[Any]:
    return base[:-1]


PACK_TUPLE = Op("tuple.pack", _pack_tuple, "tuple", fresh=False)
PACK_LIST = Op("list.pack", _pack_list, "list", fresh=False)
PACK_DICT = Op("dict.pack", _pack_dict, "dict", fresh=False)
GETITEM = Op("operator.getitem", operator.getitem, "getitem", fresh=False)
SLICE = Op("builtins.slice", slice, "slice")
TOLIST = Op("numpy.ndarray.tolist", np.ndarray.tolist, "method", "tolist")
# As the index of a functional write: base[i][j] = v where [i, j] would mean something else.
CHAIN = Op("chain", Chain, "chain")
# Functional writes: the result is the new value; `optimise.in_place` decides whose memory it lives in.
SETITEM = Op("array.set", _set_item, "setitem", fresh=False)
ADDITEM = Op("array.add_at", _add_item, "additem", fresh=False)
ADD_AT = Op("numpy.add.at", _add_at, "add_at", fresh=False)  # right where an index repeats
APPEND = Op("list.append", _append, "append", fresh=False)
POP = Op("list.pop", _pop, "pop", fresh=False)
# A plain name for a value, where two variables must not share one.
COPY_NAME = Op("name", lambda x: x, "identity", fresh=False)
CONTAINS = Op("in", _contains, "in")
FORMAT = Op("builtins.format", format, "format")
RAISE = Op("raise", _raise, "raise", pure=False)
ASSERT = Op("assert", _raise, "assert", pure=False)

# `base = add_item(base, index, value)`, where it is not known whether base is an array or a container.
ADD_ITEM = Op("add_item", helpers.add_item, "add_item", fresh=False)

WRITES = {ADD_ITEM, SETITEM, ADDITEM, ADD_AT, APPEND, POP}
