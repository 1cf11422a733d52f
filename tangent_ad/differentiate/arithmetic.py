"""Arithmetic of tangents and cotangents: zero, sum, and fitting one to the value it belongs to."""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable, Iterable
from typing import Any

import numpy as np

from tangent_ad.analysis.builder import Builder
from tangent_ad.analysis.inference import element
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.analysis.sizes import never_one
from tangent_ad.analysis.undefined import Missing, of_item
from tangent_ad.errors import Origin, Refused
from tangent_ad.ir.nodes import Apply, Atom, Const, Expr, Let, Var
from tangent_ad.ir.ops import COPY_NAME, PACK_DICT, PACK_LIST, PACK_TUPLE
from tangent_ad.ir.types import (
    Array,
    Dict,
    List,
    Number,
    Seq,
    Type,
    Unknown,
    dims_of,
    is_complex,
    is_differentiable,
    is_number_like,
    may_be_none,
    perhaps_whole,
)  # fmt: skip
from tangent_ad.rules.declare import Rule, name_of, not_differentiable, op_of
from tangent_ad.runtime import helpers

Expand = Callable[..., Atom]


class Arithmetic:
    """Operations on derivatives of values, folded where the types allow it.

    `expand(template, *atoms)` inlines a rule's template; the frontend provides it.
    """

    def __init__(self, builder: Builder, expand: Expand) -> None:
        self.b, self.expand = builder, expand
        self.missing: Missing = {}  # variables that some path never assigns, and what holds such

    def parts(self, stmt: Let, rule: Rule, names: Iterable[str], args: Iterable[Expr]) -> dict[str, Atom]:
        """What a rule's template returns for these parameters; what only the others need is left out.

        It may fail where these do not: log(x), in the derivative of x ** 2 with respect to the exponent.
        """
        assert isinstance(stmt.value, Apply)
        wrt = rule.moving(len(stmt.value.args))
        start = len(self.b.stmts)
        found = self.expand(rule.template, *(self.as_computed(stmt.value, rule, a) for a in args))
        self.check_count(stmt.value, rule, self.type(found), wrt)
        parts = {}
        for i, name in enumerate(wrt):
            if name in names:
                parts[name] = self.b.item(found, i) if len(wrt) > 1 or rule.variadic else found
                if parts[name] == Const(None):
                    raise Refused(stmt.origin, *not_differentiable(rule, name))
        self.b.keep(start, parts.values())
        return parts

    def as_computed(self, call: Apply, rule: Rule, x: Expr) -> Expr:
        """An argument of small integers as the floats that NumPy makes of it: squared, or negated, it would overflow.

        A product takes it as it is.
        """
        t, made = self.type(x), call.type
        if rule.kind != "elementwise" or rule.op.call in (operator.mul, np.multiply) or x not in call.args:
            return x
        is_small = isinstance(t, Array) and np.dtype(t.dtype).kind in "biu" and t.dtype != "int64"
        if not is_small or not isinstance(made, Array) or np.dtype(made.dtype).kind not in "fc":
            return x
        return self.b.call(np.asarray, x, Const(np.dtype(made.dtype).type))

    def check_count(self, call: Apply, rule: Rule, found: Type, wrt: tuple[str, ...]) -> None:
        """Refuse a rule that does not return one derivative for each argument."""
        several = len(wrt) > 1 or rule.variadic
        given = len(found.items) if isinstance(found, Seq) else 1
        fits = given == len(wrt) if several else not isinstance(found, Seq) or not all(map(self.is_plain, call.args))
        if not fits and not isinstance(found, Unknown):
            code = rule.template.__code__  # type: ignore[union-attr]
            raise Refused(
                Origin(code.co_filename, code.co_firstlineno),
                f"the rule of {name_of(rule.op)} returns {_counted(given, found)} for {', '.join(wrt)}",
                "return one for each of them, in that order; None where there is none"
                if several else "return one alone, not in a tuple",
            )

    def is_plain(self, x: Expr) -> bool:
        return isinstance(self.type(x), (Number, Array))

    def item(self, x: Atom, key: Any) -> Atom:
        """An item of a value: of what may hold something unassigned it may be that."""
        made = self.b.item(x, key)
        if x in self.missing and isinstance(made, Var):
            self.missing.setdefault(made, of_item(self.missing[x], made))
        return made

    def is_there(self, x: Atom) -> bool:
        """Whether it is what its type says on every path."""
        return 0 not in self.depths(x)

    def depths(self, x: Atom) -> frozenset[int]:
        """How deep in it something may be missing."""
        own = frozenset((0,)) if may_be_none(self.type(x)) else frozenset()
        return own | self.missing.get(x, frozenset())

    def zeros(self, x: Atom, hint: str = "t", beside: Type | None = None) -> Atom:
        """Zero in the shape of x; `beside`: what may be read in its place, where its ints count as floats."""
        t = self.type(x)
        if t == Seq(list, ()):
            return self.b.apply(PACK_LIST, (), (), hint)  # nothing yet: a list that will grow beside x
        wider = beside is not None and is_wider(beside, t)
        if isinstance(t, Number) or (isinstance(t, Array) and t.dims == ()):
            return Const(0.0) if is_differentiable(t) or wider else Const(None)
        if not is_differentiable(t) and not (wider and isinstance(t, (Seq, Dict))):
            return Const(None)
        if isinstance(t, Array) and self.is_there(x):
            return self.b.call(np.zeros_like, x, hint=hint)
        if isinstance(t, Seq) and self.is_there(x):
            items = [self.zeros(self.item(x, i), hint, beside_of(t, i, beside)) for i in range(len(t.items))]
            items = with_numbers(items, t.items)
            return self.b.apply(PACK_TUPLE if t.cls is tuple else PACK_LIST, items, (), hint)
        if isinstance(t, Dict) and self.is_there(x):
            values = [self.zeros(self.item(x, k), hint, beside_of(t, k, beside)) for k, _ in t.entries]
            return self.b.apply(PACK_DICT, (Const(t.fields), *values), (), hint)
        counts = perhaps_whole(t) or isinstance(t, Unknown)  # an int on some path, as a float
        listed = (Const(True),) if counts else ()
        return self.b.name(Apply(op_of(helpers.zeros_like), (x, *listed), (), t), hint)

    def add(self, a: Atom, b: Atom, hint: str = "t", missing: frozenset[int] = frozenset()) -> Atom:
        """The sum of two derivatives of one value; None stands for the zeros of what is `missing`, so deep in it."""
        if 0 in missing:
            return self.b.call(helpers.add, a, b, hint=hint)
        kinds = (self.type(a), self.type(b))
        for atom, other in ((a, b), (b, a)):
            if not isinstance(atom, Const):
                continue
            if atom.value is None or (_is_zero(atom.value) and self.dims(other) is not None):
                return other
        for atom, other in ((a, b), (b, a)):
            definition = self.b.definition(atom)
            zeros = definition is not None and definition.op.call is helpers.zeros_like
            if zeros and isinstance(self.type(atom), Array) and self.type(atom) == self.type(other):
                return other
        if all(is_number_like(t) for t in kinds) and not any(map(may_be_none, kinds)):
            return self.b.apply(op_of(operator.add), (a, b), (), hint)
        if all(isinstance(t, Seq) for t in kinds):
            t = kinds[0]
            assert isinstance(t, Seq)
            items = [self.add_parts(a, b, i, missing) for i in range(len(t.items))]
            return self.b.apply(PACK_TUPLE if t.cls is tuple else PACK_LIST, items, (), hint)
        first, second = kinds
        if isinstance(first, Dict) and isinstance(second, Dict) and first.fields == second.fields:
            parts = [self.add_parts(a, b, k, missing) for k, _ in first.entries]
            return self.b.apply(PACK_DICT, (Const(first.fields), *parts), (), hint)
        return self.b.call(helpers.add, a, b, hint=hint)

    def add_parts(self, a: Atom, b: Atom, key: Any, missing: frozenset[int]) -> Atom:
        """The sum of one part of two derivatives of a tuple, list of known length or dict."""
        part = self.part(a, key)
        return self.add(part, self.part(b, key), missing=of_item(missing, part))

    def fit(self, g: Atom, x: Atom, exact: bool = False) -> Atom:
        """A contribution to the cotangent of x: summed down to x's shape, and of x's kind.

        `exact`: the rule promises the shape, even where the types do not show it.
        """
        have, want = self.type(g), self.type(x)
        if isinstance(want, (Seq, Dict)) and not isinstance(have, Unknown):
            return g
        if isinstance(want, List) or not is_number_like(want):
            return g if exact or isinstance(want, List) else self.b.call(helpers.unbroadcast, g, x)
        fitted = g if exact and is_number_like(have) else self._sum_down(g, x)
        fitted = self._cast(fitted, want)
        return self._retype(fitted, want) if exact else fitted

    def spread(self, t: Atom, z: Atom) -> Atom:
        """A tangent in the shape, and of the dtype, of the value it belongs to."""
        return self._cast(self._spread(t, z), self.type(z))

    def _spread(self, t: Atom, z: Atom) -> Atom:
        have, want = self.dims(t), self.dims(z)
        if want is not None and have == want:
            return t
        if not is_number_like(self.type(z)) and not isinstance(self.type(z), Unknown):
            return t
        if have == () and want is not None:
            shape = self.b.call(np.shape, z)
            return self.b.call(np.broadcast_to, t, shape)
        return self.b.call(helpers.spread, t, z)

    def times(self, g: Atom, partial: Atom) -> Atom:
        if isinstance(partial, Const) and type(partial.value) in (int, float) and partial.value in (1, -1):
            return g if partial.value == 1 else self.b.call(operator.neg, g)
        return self.b.call(operator.mul, g, partial)

    def part(self, bar: Atom, key: Any) -> Atom:
        """The cotangent of one part: None where that has no derivative.

        A cotangent that is not packed here has the type of its value, and holds None, or in lists 0.0, for an int.
        """
        found, made = self.b.item(bar, key), self.b.definition(bar)
        is_packed = made is not None and made.op in (PACK_TUPLE, PACK_LIST, PACK_DICT)
        return found if is_packed or is_differentiable(self.type(found)) else Const(None)

    def type(self, x: Expr) -> Type:
        return expr_type(x)

    def dims(self, x: Expr) -> Any:
        return dims_of(self.type(x))

    def _sum_down(self, g: Atom, x: Atom) -> Atom:
        have, want = self.dims(g), self.dims(x)
        if have is None or want is None:
            return self.b.call(helpers.unbroadcast, g, x)
        if have == want:
            return g
        if len(have) < len(want):
            return self._broadcast_up(g, x)
        lead = len(have) - len(want)
        axes = list(range(lead))
        kept = []
        for i, (h, w) in enumerate(zip(have[lead:], want, strict=True)):
            if h == w or never_one(w):  # a size that is not 1 was not broadcast
                continue
            if w == 1:
                kept.append(i)
            elif h == 1:
                return self.b.call(helpers.unbroadcast, self._broadcast_up(g, x), x)
            else:
                return self.b.call(helpers.unbroadcast, g, x)
        if not want:
            return self.b.call(np.sum, g)
        if axes:
            g = self.b.call(np.sum, g, axis=Const(axes[0] if len(axes) == 1 else tuple(axes)))
        if kept:
            axis = Const(kept[0] if len(kept) == 1 else tuple(kept))
            g = self.b.call(np.sum, g, axis=axis, keepdims=Const(True))
        return g

    def _broadcast_up(self, g: Atom, x: Atom) -> Atom:
        return self.b.call(np.broadcast_to, g, self.b.call(np.shape, x))

    def _cast(self, g: Atom, want: Type) -> Atom:
        have = self.type(g)
        if is_complex(have) and not is_complex(want):
            g = self.b.call(np.real, g)
            have = self.type(g)
        if is_complex(want) and not is_complex(have):  # so that it may be added to in place
            return self.b.call(operator.add, g, Const(0j)) if isinstance(have, Array) and have.dims else g
        if not isinstance(want, Array):
            return g
        if want.dims == () and getattr(have, "dtype", "float64") != want.dtype and is_number_like(have):
            return self.b.call(np.dtype(want.dtype).type, g)
        if isinstance(have, Array) and have.dtype != want.dtype and want.dims != ():
            return self.b.call(np.asarray, g, dtype=Const(want.dtype))
        return g

    def _retype(self, g: Atom, want: Type) -> Atom:
        """Give the variable the type that the rule promises."""
        if not isinstance(g, Var) or g.type == want or not isinstance(want, Array):
            return g
        return self.b.name(Apply(COPY_NAME, (g,), (), want), g.hint)


def _is_zero(value: Any) -> bool:
    return type(value) in (int, float) and value == 0


def bind_rule(rule: Rule, apply: Apply) -> dict[str, Expr]:
    """The arguments of an application by the names of the rule's parameters, in order, defaults filled in."""
    names = rule.names(len(apply.args))
    given = {**dict(zip(names, apply.args, strict=False)), **dict(apply.kwargs)}
    return {n: given[n] if n in given else Const(rule.defaults[n]) for n in names}


def with_numbers(parts: list[Atom], kinds: Iterable[Type]) -> list[Atom]:
    """Derivatives of the items of a tuple or list: beside floats ints have 0.0, as they may be read for a float."""
    if all(part == Const(None) for part in parts):
        return parts
    return [Const(0.0) if part == Const(None) and isinstance(kind, Number) else part
            for part, kind in zip(parts, kinds, strict=True)]  # fmt: skip


def beside_of(t: Type, key: Hashable, beside: Type | None) -> Type | None:
    """What may be read where an item of a container of type `t` is, which itself lies `beside` others."""
    if isinstance(t, Seq):
        return element(beside if isinstance(beside, (Seq, List)) else t)
    return dict(beside.entries).get(key) if isinstance(beside, Dict) else None


def is_wider(t: Type, s: Type) -> bool:
    """Whether something is a float in a value of type `t` that in one of type `s` is an int, or not there yet."""
    if isinstance(s, Seq) and isinstance(t, (Seq, List)):
        kinds = t.items if isinstance(t, Seq) else [t.item] * len(s.items)
        filled = is_differentiable(t) and not s.items and isinstance(t, List)
        return filled or (len(kinds) == len(s.items) and any(map(is_wider, kinds, s.items)))
    if isinstance(s, List) and isinstance(t, List):
        return is_wider(t.item, s.item)
    if isinstance(s, Dict) and isinstance(t, Dict):
        return s.fields == t.fields and any(map(is_wider, (k for _, k in t.entries), (k for _, k in s.entries)))
    return is_differentiable(t) and not is_differentiable(s)


def _counted(n: int, t: Type) -> str:
    one = "one derivative"
    return f"a tuple of {one if n == 1 else f'{n} derivatives'}" if isinstance(t, Seq) else one
