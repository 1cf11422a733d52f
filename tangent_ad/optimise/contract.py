"""A sum over axes of a product of two arrays, of which each lacks axes of the other, is one product of matrices.

    >>> def f(a, w):
    ...     return np.sum(a[:, :, np.newaxis] * w[np.newaxis, :, :], axis=1)
    >>> adjoint(f, a="float64[5, 4]", w="float64[4, 3]")
    func f(a: float64[5, 4], w: float64[4, 3], t_bar: float64[5, 3]):
        ...
        t.3: float64[5, 4, 3] = operator.mul(t.2, t.1)
        t.4: float64[5, 4, 3] = operator.mul(t.2, t)
        w_bar: float64[4, 3] = numpy.sum(t.4, axis=0)
        a_bar: float64[5, 4] = numpy.sum(t.3, axis=2)
        ...
    >>> adjoint(f, "contract", "dead_code", a="float64[5, 4]", w="float64[4, 3]")
    func f(a: float64[5, 4], w: float64[4, 3], t_bar: float64[5, 3]):
        t: float64[4, 5] = numpy.transpose(a)
        w_bar: float64[4, 3] = operator.matmul(t, t_bar)
        t.1: float64[3, 4] = numpy.transpose(w)
        a_bar: float64[5, 4] = operator.matmul(t_bar, t.1)
        t.2: tuple[float64[5, 4], float64[4, 3]] = tuple.pack(a_bar, w_bar)
        yield t.2

The array of all products is never made, and BLAS adds them up. That rounds in another way: only in what is derived,
the user's own values stay as they are to the last bit.

Where both operands have an axis that is not summed, as in the adjoint of `w * (x[:, None] - x[None, :])`, it is a stack
of such products, or `np.einsum` where the matrices are small or there is nothing but such axes. The other way round,
`np.einsum` of two arrays, as the adjoints of `np.einsum` and `np.tensordot` are, is a product where it can be.

    >>> def f(a, w):
    ...     return a[:, :, np.newaxis] * w
    >>> adjoint(f, "contract", "dead_code", a="float64[5, 9]", w="float64[5, 9, 3]")
    func f(a: float64[5, 9], w: float64[5, 9, 3], t_bar: float64[5, 9, 3]):
        ...
        a_bar: float64[5, 9] = numpy.einsum('abc,abc->ab', t_bar, w)
        ...
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from tangent_ad.analysis.builder import Builder
from tangent_ad.analysis.factors import ALL, FULL, Factor, as_einsum, as_elementwise, as_matrices, contraction
from tangent_ad.analysis.indices import items, known
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.ir.nodes import Apply, Atom, Block, Const, Expr, Func, Let, Stmt, Var
from tangent_ad.ir.ops import GETITEM, PACK_TUPLE, SLICE
from tangent_ad.ir.types import Number, dims_of, is_scalar, may_be_none
from tangent_ad.ir.walk import count_uses, map_stmt, statements
from tangent_ad.rules.declare import op_of

LINEAR = (operator.mul, operator.truediv, operator.add, operator.sub, operator.neg)


def contract(func: Func, rounds: bool = False) -> Func:
    """Sums of products become products of matrices where their axes allow it: in derived code, with `rounds` in all."""
    lets = {s.target: s for s in statements(func.body) if isinstance(s, Let) and s.target is not None}
    counts = count_uses([func.body])
    counts.update(dict.fromkeys(_summed_twice(lets, counts), 1))

    def contracted(stmt: Let) -> list[Stmt]:
        return _contracted(stmt, lets, counts) if rounds or stmt.origin.derived else [stmt]

    def visit(block: Block) -> Block:
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            stmts += contracted(stmt) if isinstance(stmt, Let) else [map_stmt(stmt, lambda e: e, visit)]
        return Block(tuple(stmts), block.results)

    return replace(func, body=visit(func.body))


def _summed_twice(lets: Mapping[Var, Let], counts: Mapping[Var, int]) -> Iterator[Var]:
    """What is read by two sums alone, over some axes and over others, both of which are products of matrices."""
    sums: dict[Var, list[Let]] = {}
    for let in lets.values():
        if isinstance(let.value, Apply) and let.value.op.call is np.sum and isinstance(let.value.args[0], Var):
            sums.setdefault(let.value.args[0], []).append(let)
    for v, found in sums.items():
        if counts[v] == len(found) == 2:
            made = [[s.value.op.call for s in _contracted(s, lets, {**counts, v: 1})] for s in found]  # type: ignore[attr-defined]
            if all(operator.matmul in calls and np.einsum not in calls for calls in made):
                yield v


def _contracted(stmt: Let, lets: Mapping[Var, Let], counts: Mapping[Var, int]) -> list[Stmt]:
    value = stmt.value
    if not isinstance(value, Apply) or stmt.target is None:
        return [stmt]
    b = Builder(derivative=bool(stmt.origin.derived))
    b.origin = stmt.origin
    made = _sum(b, value, lets, counts) if value.op.call is np.sum else _einsum(b, value)
    last = None if made is None else b.definition(made)
    if last is None or dims_of(last.type) != dims_of(stmt.target.type):
        return [stmt]
    return [*b.stmts, replace(stmt, value=replace(last, type=stmt.target.type))]


def _einsum(b: Builder, value: Apply) -> Atom | None:
    """np.einsum of two arrays, as products of matrices or of arrays."""
    if value.op.call is not np.einsum or len(value.operands) != 3 or not isinstance(value.args[0], Const):
        return None
    inputs, explicit, output = value.args[0].value.replace(" ", "").partition("->")
    terms = inputs.split(",")
    ranks = [len(dims_of(expr_type(a)) or ()) for a in value.args[1:]]
    met_again = any(len(set(t)) < len(t) for t in (*terms, output))
    if not explicit or "." in inputs or met_again or [len(t) for t in terms] != ranks:
        return None
    letters = list(dict.fromkeys((*output, *terms[0], *terms[1])))
    first, second = (Factor(a, tuple(map(letters.index, t))) for a, t in zip(value.args[1:], terms, strict=True))
    found = contraction(first, second, range(len(output), len(letters)))
    if found is None or len(found.result) != len(output):
        return None
    return as_matrices(b, found, found.result) if found.summed else as_elementwise(b, found)


def _sum(b: Builder, value: Apply, lets: Mapping[Var, Let], counts: Mapping[Var, int]) -> Atom | None:
    options = dict(value.kwargs)
    axis, keeps = options.pop("axis", Const(None)), options.pop("keepdims", Const(False))
    if options or len(value.args) > 1 or not isinstance(axis, Const) or not isinstance(keeps, Const):
        return None
    rank = len(dims_of(expr_type(value.args[0])) or ())
    axes = range(rank) if axis.value is None else axis.value if isinstance(axis.value, tuple) else (axis.value,)
    summed = frozenset(a % rank for a in axes) if rank else frozenset()
    return _Sum(b, lets, counts, summed, bool(keeps.value)).of(value.args[0])


@dataclass(frozen=True)
class _Sum:
    """The sum of what only it reads, over `axes`."""

    b: Builder
    lets: Mapping[Var, Let]
    counts: Mapping[Var, int]
    axes: frozenset[int]
    keeps: bool

    def of(self, expr: Expr) -> Atom | None:
        """The sum without the array that is summed: of terms each for itself, and numbers before it."""
        value = self.lets[expr].value if isinstance(expr, Var) and expr in self.lets else None
        if not isinstance(value, Apply) or self.counts.get(expr) != 1 or value.kwargs:  # type: ignore[arg-type]
            return None
        product = _as_product(value)
        made = None if product is None else self.of_product(product)
        if made is not None:
            return made
        summed = [a for a in value.args if not is_scalar(expr_type(a))]
        terms = 2 if value.op.call in (operator.add, operator.sub) else 1
        divides = value.op.call is operator.truediv and value.args[1] in summed
        is_linear = value.op.call in LINEAR and len(summed) == terms and not divides
        mark = len(self.b.stmts)
        sums = {a: self.of(a) for a in summed if is_linear and expr_type(a) == value.type}
        if not is_linear or len(sums) < terms or None in sums.values():
            del self.b.stmts[mark:]
            return None
        return self.b.call(value.op.call, *(sums.get(a, a) for a in value.args))  # type: ignore[arg-type]

    def of_product(self, product: Apply) -> Atom | None:
        dims = dims_of(product.type) or ()
        if any(may_be_none(expr_type(a)) or not dims_of(expr_type(a)) for a in product.args):
            return None
        mark = len(self.b.stmts)
        first, second = (self.factor(a, len(dims)) for a in product.args)
        found = contraction(first, second, {a for a in self.axes if dims[a] != 1})
        made = None
        if found is not None and found.summed:
            axes = (i for i in range(len(dims)) if i in found.result or self.keeps or i not in self.axes)
            shape = [i if i in found.result else None for i in axes]
            made = as_matrices(self.b, found, shape) or as_einsum(self.b, found, shape)
        if made is None:
            del self.b.stmts[mark:]
        return made

    def factor(self, expr: Expr, rank: int) -> Factor:
        """An operand of a product of that rank; axes of one item that only an index gave it are left out."""
        axes: tuple[int | None, ...] = tuple(range(rank - len(dims_of(expr_type(expr)) or ()), rank))
        while isinstance(expr, Var) and (index := self.index_with_new_axes(expr)) is not None:
            base = self.lets[expr].value.args[0]  # type: ignore[union-attr]
            made = [i for i in index if not _is_int(i)]  # one for each axis
            axes = tuple(a for a, i in zip(axes, made, strict=True) if i != Const(None))
            left = tuple(i for i in index if i != Const(None))
            whole = all(known(i) == ALL for i in left)
            expr = base if whole else self.b.apply(GETITEM, (base, Apply(PACK_TUPLE, left)))
        sizes = dims_of(expr_type(expr)) or ()
        return Factor(expr, tuple(None if size == 1 else a for a, size in zip(axes, sizes, strict=True)))

    def index_with_new_axes(self, var: Var) -> list[Expr] | None:
        """The index of ints, slices and None, without an ellipsis, that made an array."""
        value = self.lets[var].value if var in self.lets else None
        if not isinstance(value, Apply) or value.op is not GETITEM or not dims_of(expr_type(value.args[0])):
            return None
        index = [_as_item(i) for i in items(value.args[1])]
        plain = all(_is_int(i) or i in (Const(None), Const(...)) or _is_slice(i) for i in index)
        if not plain or Const(None) not in index or index.count(Const(...)) > 1:
            return None
        spoken = [i for i in index if i != Const(...) and not _is_int(i)]
        rest = (FULL,) * (len(dims_of(var.type) or ()) - len(spoken))
        at = index.index(Const(...)) if Const(...) in index else len(index)
        return [*index[:at], *rest, *(i for i in index[at:] if i != Const(...))]


def _as_item(item: object) -> Expr:
    if isinstance(item, slice):
        return Apply(SLICE, (Const(item.start), Const(item.stop), Const(item.step)))
    return item if isinstance(item, (Var, Const, Apply)) else Const(item)


def _is_slice(item: Expr) -> bool:
    return isinstance(item, Apply) and item.op is SLICE


def _is_int(item: Expr) -> bool:
    t = expr_type(item)
    return isinstance(t, Number) and t.kind == "int"


def _as_product(value: Apply) -> Apply | None:
    """A product, or a square as one."""
    if value.op.call is operator.mul:
        return value
    is_square = value.op.call is np.square or (value.op.call is operator.pow and value.args[1] == Const(2))
    return replace(value, op=op_of(operator.mul), args=(value.args[0], value.args[0])) if is_square else None
