"""Runs of elementwise operations on arrays of one shape: what can be computed block by block.

    a = x[1:]                    an input of the region
    b = x[:-1]                   an input of the region
    t = a - b ** 2               members: they exist for one block only,
    u = t * t                    unless something else reads them
    s = np.sum(u)                a sum, added up over the blocks
    x_bar = np.zeros_like(x)
    x_bar[:-1] = u               a part of an array of zeros, of the members' shape
    x_bar[1:] += t
"""

from __future__ import annotations

import operator
from dataclasses import dataclass, field

import numpy as np

from tangent_ad.analysis.sampling import expr_type
from tangent_ad.ir.nodes import Apply, Block, Const, Expr, Let, Stmt, Var
from tangent_ad.ir.ops import ADDITEM, SETITEM, SLICE
from tangent_ad.ir.types import Array, Size, dims_of, rank
from tangent_ad.ir.walk import block_uses, blocks, bound, count_uses, statements, uses, variables

FLOATS = ("float32", "float64", "complex64", "complex128")
FEWEST = 3  # arrays that blocks must spare
BY_OPERATOR = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "**": np.power, "//": np.floor_divide,
    "%": np.remainder, "==": np.equal, "!=": np.not_equal, "<": np.less, "<=": np.less_equal, ">": np.greater,
    ">=": np.greater_equal,
}  # fmt: skip


@dataclass
class Region:
    """Statements that are computed block by block.

    Attributes:
      dims: the shape of all members.
      members: the values that are computed, and how.
      sums: numbers that are sums over members: of one, or of the product of two.
      zeros: arrays of zeros into which members are added; `parts`: the statements that do it, in order.
      stmts: all of its statements as they were.
    """

    dims: tuple[Size, ...]
    members: dict[Var, Apply] = field(default_factory=dict)
    sums: dict[Var, Apply] = field(default_factory=dict)
    zeros: dict[Var, Apply] = field(default_factory=dict)
    parts: dict[Var, Apply] = field(default_factory=dict)
    stmts: list[Stmt] = field(default_factory=list)

    def base(self, var: Var) -> Var:
        """The array of zeros that a value is a later state of."""
        while var in self.parts:
            found = self.parts[var].args[0]
            assert isinstance(found, Var)
            var = found
        return var

    def bound(self) -> list[Var]:
        return [v for s in self.stmts for v in bound(s)]

    def saves(self, after: list[Stmt], results: tuple[Expr, ...]) -> bool:
        """Whether blocks spare more arrays than they make: those of members that only members read.

        Each output is a new array, which that of a plain operation need not be. A change of sign spares none: it
        becomes part of what reads it.
        """
        later = set(block_uses(Block(tuple(after), results)))
        spared = [v for v, made in self.members.items() if v not in later and made.op.call is not operator.neg]
        outputs = len([v for v in self.members if v in later]) + len(self.zeros)
        return len(spared) >= max(FEWEST, 2 * outputs)


def ufunc_of(value: Apply) -> np.ufunc | None:
    """The NumPy function that does an elementwise operation and takes `out=`."""
    op, call = value.op, value.op.call
    if value.kwargs:
        return None
    if op.syntax in ("binary", "compare"):
        return BY_OPERATOR.get(op.symbol)
    if op.syntax == "unary":
        return np.negative if op.symbol == "-" else None
    if isinstance(call, np.ufunc) and call.nout == 1 and call.signature is None and call.nin == len(value.args):
        return call
    return None


class Finder:
    """Finds the regions of a block."""

    def __init__(self, block: Block) -> None:
        self.uses = count_uses([block])

    def first(
        self, stmts: tuple[Stmt, ...], results: tuple[Expr, ...]
    ) -> tuple[list[Stmt], Region, list[Stmt]] | None:
        """Statements before a region, the region, and those after it; None where none is worth the while."""
        done: list[Stmt] = []
        while found := self.splits(stmts):
            for before, region, after in found:
                if region.saves(after, results):
                    return [*done, *before], region, after
            first = next(n for n, s in enumerate(stmts) if self.shape(s) is not None)
            done += stmts[: first + 1]  # in their order: a region that is none moves nothing
            stmts = stmts[first + 1 :]
        return None

    def splits(self, stmts: tuple[Stmt, ...]) -> list[tuple[list[Stmt], Region, list[Stmt]]]:
        """For each shape, its region and what comes before and after."""
        shapes = dict.fromkeys(d for d in map(self.shape, stmts) if d is not None)
        return [self.split(stmts, dims) for dims in shapes]

    def shape(self, stmt: Stmt) -> tuple[Size, ...] | None:
        """The shape of an elementwise operation on arrays of floats."""
        if not isinstance(stmt, Let) or stmt.target is None or not isinstance(stmt.value, Apply):
            return None
        t = stmt.target.type
        if not isinstance(t, Array) or not t.dims or t.dtype not in FLOATS or ufunc_of(stmt.value) is None:
            return None
        return t.dims

    def split(self, stmts: tuple[Stmt, ...], dims: tuple[Size, ...]) -> tuple[list[Stmt], Region, list[Stmt]]:
        """Put statements into the region of a shape, or before or after it: nothing moves past what it needs.

        Nothing moves forward that need not: an array that is made earlier is in the way for longer.
        """
        region = Region(dims)
        before: list[Stmt] = []
        after: list[Stmt] = []
        inside: set[Var] = set()
        late: set[Var] = set()
        for n, stmt in enumerate(stmts):
            reads = set(uses(stmt))
            if _acts(stmt):
                after += stmts[n:]
                break
            joins = not reads & late and self.joins(stmt, region, inside)
            if joins:
                region.stmts.append(stmt)
                inside.update(bound(stmt))
            elif reads & (inside | late):
                after.append(stmt)
                late.update(bound(stmt))
            else:
                before.append(stmt)
        _without_lone_zeros(region, before)
        first = next((n for n, s in enumerate(stmts) if region.stmts and s is region.stmts[0]), 0)
        needed = {v for s in region.stmts for v in uses(s)}
        sooner = set(map(id, stmts[:first]))
        for stmt in reversed(before):
            if id(stmt) in sooner or needed & set(bound(stmt)):
                sooner.add(id(stmt))
                needed.update(uses(stmt))
        later = [s for s in stmts if id(s) not in {*sooner, *map(id, region.stmts)}]
        return [s for s in stmts if id(s) in sooner], region, later

    def joins(self, stmt: Stmt, region: Region, inside: set[Var]) -> bool:
        if not isinstance(stmt, Let) or stmt.target is None or not isinstance(stmt.value, Apply):
            return False
        value, target = stmt.value, stmt.target
        if self.is_member(target, value, region, inside):
            region.members[target] = value
        elif is_sum(target, value, region):
            region.sums[target] = value
        elif value.op.call in (np.zeros_like, np.zeros) and not set(variables(value)) & inside and _floats(target):
            region.zeros[target] = value
        elif self.is_part(target, value, region):
            region.parts[target] = value
        else:
            return False
        return True

    def is_member(self, target: Var, value: Apply, region: Region, inside: set[Var]) -> bool:
        t = target.type
        known = ufunc_of(value) is not None or (value.op.call is np.where and len(value.args) == 3)
        if not isinstance(t, Array) or t.dims != region.dims or not known:
            return False
        return all(self.is_operand(a, region, inside) for a in value.args)

    def is_operand(self, arg: Expr, region: Region, inside: set[Var]) -> bool:
        """A member, an array of the same shape, or what is broadcast to any block as it is."""
        dims = dims_of(expr_type(arg))
        if isinstance(arg, Const):
            return dims == ()
        if arg in inside:  # not a sum, which is not known before the last block
            return arg in region.members
        return isinstance(arg, Var) and dims is not None and (dims == region.dims or len(dims) < len(region.dims))

    def is_part(self, target: Var, value: Apply, region: Region) -> bool:
        """`x_bar[1:] += t`: every member has its own place, and a set comes first, onto zeros."""
        if value.op not in (SETITEM, ADDITEM) or value.args[2] not in region.members:
            return False
        base, index = value.args[:2]
        if not (isinstance(base, Var) and (base in region.zeros or base in region.parts)):
            return False
        if self.uses[base] != 1:  # the array is written into: nobody else may read what it was
            return False
        if value.op is SETITEM and base not in region.zeros:
            return False
        slices = isinstance(index, Apply) and index.op is SLICE and all(isinstance(a, Const) for a in index.args)
        return slices and rank(target.type) == len(region.dims) == 1


def is_sum(target: Var, value: Apply, region: Region) -> bool:
    """A sum of double precision: 0.0 plus others may be of another dtype than they are."""
    if value.kwargs or not isinstance(target.type, Array) or target.type.dtype not in ("float64", "complex128"):
        return False
    if value.op.call is np.sum:
        return len(value.args) == 1 and value.args[0] in region.members
    return value.op.call is np.dot and len(region.dims) == 1 and all(a in region.members for a in value.args)


def _floats(target: Var) -> bool:
    return isinstance(target.type, Array) and target.type.dtype in FLOATS


def _acts(stmt: Stmt) -> bool:
    """Whether a statement does something besides binding values: nothing moves past it."""
    inner = [stmt, *(s for b in blocks(stmt) for s in statements(b))]
    return any(isinstance(s, Let) and (s.target is None or _impure(s.value)) for s in inner)


def _impure(value: Expr) -> bool:
    return isinstance(value, Apply) and (not value.op.pure or any(map(_impure, value.operands)))


def _without_lone_zeros(region: Region, before: list[Stmt]) -> None:
    """Zeros into which no member is added need no blocks."""
    used = {region.base(v) for v in region.parts}
    for var in [v for v in region.zeros if v not in used]:
        del region.zeros[var]
        stmt = next(s for s in region.stmts if var in bound(s))
        region.stmts.remove(stmt)
        before.append(stmt)
