"""Integers as sums, `2*i + n - 1`, and what is known of their range: enough to prove an index in bounds."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass, field

from tangent_ad.analysis.builder import Builder
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.ir.nodes import Apply, Atom, Const, Expr, Var
from tangent_ad.ir.types import Dim, Number, Size

Key = Var | int  # a variable, or the symbol of a size


@dataclass(frozen=True)
class Linear:
    """`const` plus integer multiples of variables and sizes."""

    const: int = 0
    terms: tuple[tuple[Key, int], ...] = ()

    @classmethod
    def of(cls, terms: Mapping[Key, int], const: int) -> Linear:
        return cls(const, tuple((k, c) for k, c in terms.items() if c))

    def coefficient(self, key: Key) -> int:
        return dict(self.terms).get(key, 0)

    def plus(self, other: Linear | int, times: int = 1) -> Linear:
        if isinstance(other, int):
            other = Linear(other)
        terms = dict(self.terms)
        for key, c in other.terms:
            terms[key] = terms.get(key, 0) + times * c
        return Linear.of(terms, self.const + times * other.const)

    def times(self, k: int) -> Linear:
        return Linear.of({key: k * c for key, c in self.terms}, k * self.const)

    def without(self, key: Key) -> Linear:
        return Linear.of({k: c for k, c in self.terms if k is not key}, self.const)

    def difference(self, other: Linear) -> int | None:
        """self - other where that is a number."""
        d = self.plus(other, -1)
        return None if d.terms else d.const

    @property
    def size(self) -> Size | None:
        """As a dimension, if it is a number or a symbol plus a number."""
        if not self.terms:
            return max(self.const, 0)
        (key, c), *more = self.terms
        return Dim(key, self.const) if isinstance(key, int) and c == 1 and not more else None


def of_size(size: Size) -> Linear:
    return Linear(size) if isinstance(size, int) else Linear(size.offset, ((size.symbol, 1),))


def is_int(expr: Expr) -> bool:
    t = expr_type(expr)
    return isinstance(t, Number) and t.kind == "int"


@dataclass
class Facts:
    """What is known of integer variables where the walk has come to.

    Attributes:
      defs: the operation behind each variable.
      lower, upper: the least and the greatest value of a variable, both included.
      sizes: a variable that holds a size, for each symbol.
      alias: variables that were computed elsewhere under another name.
    """

    defs: dict[Var, Apply] = field(default_factory=dict)
    lower: dict[Var, Linear] = field(default_factory=dict)
    upper: dict[Var, Linear] = field(default_factory=dict)
    sizes: dict[int, tuple[Var, int]] = field(default_factory=dict)
    alias: dict[Var, Var] = field(default_factory=dict)

    def learn(self, var: Var, value: Expr) -> None:
        if isinstance(value, Apply):
            self.defs[var] = value
        self.see(var)

    def see(self, var: Var) -> None:
        if isinstance(var.type, Number) and isinstance(var.type.size, Dim):
            self.sizes.setdefault(var.type.size.symbol, (var, var.type.size.offset))

    def linear(self, expr: Expr) -> Linear | None:
        """An integer as a sum, None for what is not a Python int."""
        if isinstance(expr, Const):
            return Linear(expr.value) if type(expr.value) is int else None
        if not isinstance(expr, Var) or not is_int(expr):
            return None
        expr = self.alias.get(expr, expr)
        if isinstance(expr.type, Number) and expr.type.size is not None:
            return of_size(expr.type.size)
        value = self.defs.get(expr)
        if value is not None and len(value.args) <= 2 and not value.kwargs:
            parts = [self.linear(a) for a in value.args]
            if parts and all(p is not None for p in parts):
                found = _combined(value.op.call, [p for p in parts if p is not None])
                if found is not None:
                    return found
        return Linear(0, ((expr, 1),))

    def at_least(self, value: Linear, least: int) -> bool:
        """Whether `value >= least` always holds."""
        rest = value
        for _ in range(16):
            variable = next((k for k, _ in reversed(rest.terms) if isinstance(k, Var)), None)
            if variable is None:
                return rest.const >= least and all(c >= 0 for _, c in rest.terms)
            c = rest.coefficient(variable)
            bound = (self.lower if c > 0 else self.upper).get(variable)
            if bound is None:
                return False
            rest = rest.without(variable).plus(bound, c)
        return False

    def build(self, value: Linear, builder: Builder) -> Atom | None:
        """Code that computes the sum; None where a size has no name yet."""
        made: Atom | None = None
        const = value.const
        for key, c in value.terms:
            term: Atom
            if isinstance(key, int):
                if key not in self.sizes:
                    return None
                term, offset = self.sizes[key]
                const -= c * offset
            else:
                term = key
            if made is None:
                made = term if c == 1 else builder.call(operator.mul, Const(c), term)
            elif abs(c) == 1:
                made = builder.call(operator.add if c > 0 else operator.sub, made, term)
            else:
                made = builder.call(operator.add, made, builder.call(operator.mul, Const(c), term))
        if made is None:
            return Const(const)
        if const:
            made = builder.call(operator.add if const > 0 else operator.sub, made, Const(abs(const)))
        return made


def _combined(call: object, parts: list[Linear]) -> Linear | None:
    if call is operator.neg:
        return parts[0].times(-1)
    if call in (operator.add, operator.sub) and len(parts) == 2:
        return parts[0].plus(parts[1], 1 if call is operator.add else -1)
    if call is operator.mul and len(parts) == 2:
        for a, b in (parts, parts[::-1]):
            if not a.terms:
                return b.times(a.const)
    return None
