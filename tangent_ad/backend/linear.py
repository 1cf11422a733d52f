"""Integers as sums, `2*i + n - 1`: what `analysis.sizes` knows of them, and code that computes them."""

from __future__ import annotations

import operator
from dataclasses import dataclass, field

from tangent_ad.analysis import sizes
from tangent_ad.analysis.builder import Builder
from tangent_ad.analysis.inference import value_of_int
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.ir.nodes import Atom, Const, Expr, Var
from tangent_ad.ir.types import Dim, Number, Size, dims_of

MANY = 1 << 36  # more items, and more turns, than there is memory or time for


@dataclass(frozen=True)
class Linear:
    """`const` plus integer multiples of symbols."""

    const: int = 0
    terms: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, form: sizes.Form) -> Linear:
        return cls(form.get(sizes.CONSTANT, 0), tuple((s, k) for s, k in form.items() if k and s != sizes.CONSTANT))

    @property
    def form(self) -> sizes.Form:
        return {**dict(self.terms), sizes.CONSTANT: self.const}

    @property
    def size(self) -> Size:
        return sizes.size_of(self.form)

    def coefficient(self, symbol: int | None) -> int:
        return dict(self.terms).get(symbol, 0)  # type: ignore[arg-type]

    def plus(self, other: Linear | int, times: int = 1) -> Linear:
        other = Linear(other) if isinstance(other, int) else other
        return Linear.of(sizes.plus(self.form, other.form, times))

    def minus(self, other: Linear | int) -> Linear:
        return self.plus(other, -1)

    def times(self, k: int) -> Linear:
        return Linear().plus(self, k)

    def without(self, symbol: int) -> Linear:
        return Linear(self.const, tuple((s, k) for s, k in self.terms if s != symbol))

    def difference(self, other: Linear) -> int | None:
        """self - other where that is a number."""
        rest = self.minus(other)
        return None if rest.terms else rest.const

    def at_least(self, least: int) -> bool:
        """Whether it is always so large."""
        return sizes.at_least(self.size, least)


def of_size(size: Size) -> Linear:
    return Linear.of(sizes.form(size))


def linear(expr: Expr) -> Linear | None:
    """An integer as a sum, None where nothing is known of it."""
    size = value_of_int(expr)
    return None if size is None else of_size(size)


def is_int(expr: Expr) -> bool:
    t = expr_type(expr)
    return isinstance(t, Number) and t.kind == "int"


@dataclass
class Names:
    """The variables in scope that stand for symbols.

    most: of symbols that count what there is, sizes of arrays and turns of loops, how far from zero they may be.
    """

    of: dict[int, tuple[Var, int]] = field(default_factory=dict)
    most: dict[int, int] = field(default_factory=dict)

    def see(self, var: Var) -> None:
        size = var.type.size if isinstance(var.type, Number) and var.type.kind == "int" else None
        if isinstance(size, Dim):
            self.of.setdefault(size.symbol, (var, size.offset))
        for counted in dims_of(var.type) or ():
            self.counts(of_size(counted), MANY)

    def scope(self) -> tuple[dict[int, tuple[Var, int]], dict[int, int]]:
        """What is known now, to go back to."""
        return dict(self.of), dict(self.most)

    def counts(self, value: Linear, most: int) -> None:
        """What is known of a sum that is at most so far from zero."""
        if len(value.terms) == 1:
            (symbol, _), *_ = value.terms
            self.most[symbol] = min(most + abs(value.const), self.most.get(symbol, most + abs(value.const)))

    def largest(self, value: Linear) -> int | None:
        """How far from zero a sum may be, None where a symbol may be any number."""
        if any(symbol not in self.most for symbol, _ in value.terms):
            return None
        return abs(value.const) + sum(abs(k) * self.most[symbol] for symbol, k in value.terms)

    def build(self, value: Linear, builder: Builder) -> Atom | None:
        """Code that computes a sum; None where a symbol has no name here."""
        made: Atom | None = None
        const = value.const
        for symbol, k in value.terms:
            if symbol not in self.of:
                return None
            name, offset = self.of[symbol]
            const -= k * offset
            term: Atom = name if abs(k) == 1 else builder.call(operator.mul, Const(abs(k)), name)
            if made is None:
                made = term if k > 0 else builder.call(operator.neg, term)
            else:
                made = builder.call(operator.add if k > 0 else operator.sub, made, term)
        if made is None or const == 0:
            return Const(const) if made is None else made
        return builder.call(operator.add if const > 0 else operator.sub, made, Const(abs(const)))
