"""The cotangents collected so far: one atom a value, or one for each part of a tuple or dict."""

from __future__ import annotations

from collections.abc import Hashable

from tangent_ad.differentiate.arithmetic import Arithmetic, beside_of, with_numbers
from tangent_ad.ir.nodes import UNDEFINED, Atom, Const, Expr, Var
from tangent_ad.ir.ops import PACK_DICT, PACK_LIST, PACK_TUPLE
from tangent_ad.ir.types import Dict, Seq, Type, is_differentiable

Parts = dict[Hashable, "Bar"]
Bar = Atom | Parts


class Cotangents:
    """A map from variables to cotangents; what is absent is zero and costs nothing."""

    def __init__(self, arithmetic: Arithmetic, active: set[Var]) -> None:
        self.a, self.active = arithmetic, active
        self.bars: dict[Var, Bar] = {}

    def copy(self) -> dict[Var, Bar]:
        return {v: _copy(b) for v, b in self.bars.items()}

    def add(self, value: Expr, contribution: Bar | None, exact: bool = True) -> None:
        """Add to the cotangent of an atom; one that is not active, or a constant, takes nothing."""
        if contribution is None or not isinstance(value, Var) or value not in self.active:
            return
        if isinstance(contribution, Const) and contribution.value is None:
            return
        if not isinstance(contribution, dict):
            contribution = self.a.fit(contribution, value, exact)
        self.bars[value] = self._merge(value, self.bars.get(value), contribution)

    def add_part(self, value: Expr, key: Hashable, contribution: Atom) -> None:
        """Add to the cotangent of one item of a tuple, list of known length, or dict."""
        if isinstance(key, int) and key < 0 and isinstance(t := self.a.type(value), Seq):
            key += len(t.items)
        self.add(value, {key: contribution})

    def _merge(self, value: Atom, old: Bar | None, new: Bar) -> Bar:
        if old is None:
            return new
        by_parts = isinstance(old, dict) or isinstance(new, dict)
        if by_parts or (isinstance(self.a.type(value), (Seq, Dict)) and self.a.is_there(value)):
            merged = dict(self.parts(value, old))
            for key, bar in self.parts(value, new).items():
                merged[key] = self._merge(self.a.item(value, key), merged.get(key), bar)
            return merged
        assert not isinstance(old, dict) and not isinstance(new, dict)
        return self.a.add(old, new, _bar_hint(value), self.a.depths(value))

    def parts(self, value: Atom, bar: Bar) -> Parts:
        """The cotangent of a tuple, list of known length or dict, item by item."""
        return bar if isinstance(bar, dict) else self._split(value, bar)

    def _split(self, value: Atom, bar: Atom) -> Parts:
        t = self.a.type(value)
        keys: list[Hashable] = [k for k, _ in t.entries] if isinstance(t, Dict) else list(range(len(t.items)))  # type: ignore[attr-defined]
        kinds = [k for _, k in t.entries] if isinstance(t, Dict) else t.items  # type: ignore[attr-defined]
        parts: Parts = {}
        for key, kind in zip(keys, kinds, strict=True):
            if is_differentiable(kind):
                item = self.a.b.item(bar, key)
                if not (isinstance(item, Const) and item.value is None):
                    parts[key] = item
        return parts

    def get(self, value: Expr) -> Bar | None:
        return self.bars.get(value) if isinstance(value, Var) else None

    def take(self, value: Var) -> Bar | None:
        return self.bars.pop(value, None)

    def atom(self, value: Atom, bar: Bar | None, beside: Type | None = None) -> Atom:
        """The cotangent as one atom: zeros where nothing was added; `beside`: as for `zeros`."""
        if value is UNDEFINED:
            return UNDEFINED
        if bar is None:
            return self.a.zeros(value, _bar_hint(value), beside)
        t = self.a.type(value)
        if not isinstance(bar, dict):
            made = self.a.type(bar)
            if not (isinstance(t, Seq) and t.cls is list and isinstance(made, Seq) and made.cls is tuple):
                return bar
            bar = self._split(value, bar)  # rules give the cotangents of a list's items as a tuple
        keys: list[Hashable] = [k for k, _ in t.entries] if isinstance(t, Dict) else list(range(len(t.items)))  # type: ignore[attr-defined]
        items = [self.atom(self.a.item(value, k), bar.get(k), beside_of(t, k, beside)) for k in keys]
        if isinstance(t, Dict):
            return self.a.b.apply(PACK_DICT, (Const(t.fields), *items), (), _bar_hint(value))
        items = with_numbers(items, t.items)  # type: ignore[attr-defined]
        return self.a.b.apply(PACK_TUPLE if t.cls is tuple else PACK_LIST, items, (), _bar_hint(value))  # type: ignore[attr-defined]


def _bar_hint(value: Atom) -> str:
    return f"{value.hint}_bar" if isinstance(value, Var) else "bar"


def _copy(bar: Bar) -> Bar:
    return {k: _copy(b) for k, b in bar.items()} if isinstance(bar, dict) else bar
