"""Algebra with constants and neutral elements, copies, and values known from elsewhere.

    >>> def f(x, y, z):
    ...     a = x * 1.0
    ...     b = y + 0.0
    ...     c = 2 * (4 * z)
    ...     return a, b, c
    >>> show(f, "simplify", "dead_code", x="float", y="float", z="float")
    func f(x: float, y: float, z: float):
        c: float = operator.mul(8, z)
        t: tuple[float, float, float] = tuple.pack(x, y, c)
        yield t

Only where the types agree, here that of `x * 1` and of `x`:

    >>> def f(x):
    ...     return x * 1.0
    >>> show(f, "simplify", x="int")
    func f(x: int):
        t: float = operator.mul(x, 1.0)
        yield t
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from tangent_ad.analysis.hints import ANONYMOUS
from tangent_ad.analysis.indices import are_apart, is_everything
from tangent_ad.analysis.inference import broadcast, infer, value_of_int
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.analysis.sizes import at_least
from tangent_ad.ir.nodes import UNDEFINED, Apply, Block, Const, Expr, For, Func, If, Let, Op, Stmt, Store, Var, While
from tangent_ad.ir.ops import ADDITEM, CHAIN, GETITEM, PACK_LIST, PACK_TUPLE, SETITEM, SLICE
from tangent_ad.ir.types import Array, Number, Type, Unknown, dims_of, is_complex, rank
from tangent_ad.ir.walk import map_expr, statements, variables
from tangent_ad.optimise.common import key_of
from tangent_ad.rules.declare import RULES, op_of

Pattern = Callable[["_Simplifier", Apply], "Expr | None"]
PATTERNS: dict[object, list[Pattern]] = {}
MUL, DIV, ADD, SUB = operator.mul, operator.truediv, operator.add, operator.sub


def simplify(func: Func, known: Mapping[Var, Apply] | None = None) -> Func:
    """Rewrite by the patterns below, and drop copies. `known`: definitions outside `func` that it reads."""
    simplifier = _Simplifier(known or {}, PATTERNS)
    return replace(func, body=simplifier.block(func.body))


def drop_copies(func: Func) -> Func:
    """Copies and unchanged loop variables only: after `in_place` a definition may be out of date."""
    simplifier = _Simplifier({}, {})
    simplifier.written = {s.base for s in statements(func.body) if isinstance(s, Store)}
    return replace(func, body=simplifier.block(func.body))


def pattern(*calls: object) -> Callable[[Pattern], Pattern]:
    def declare(function: Pattern) -> Pattern:
        for call in calls:
            PATTERNS.setdefault(call, []).append(function)
        return function

    return declare


class _Simplifier:
    def __init__(self, known: Mapping[Var, Apply], patterns: Mapping[object, list[Pattern]]) -> None:
        self.patterns = patterns
        self.values: dict[Var, Expr] = {}  # variables that are another atom
        self.defs: dict[Var, Apply] = dict(known)
        self.written: set[Var] = set()
        self.derived = False  # whether the statement at hand was not written by the user

    def atom(self, expr: Expr) -> Expr:
        while isinstance(expr, Var) and expr in self.values:
            expr = self.values[expr]
        return expr

    def definition(self, expr: Expr) -> Apply | None:
        return expr if isinstance(expr, Apply) else self.defs.get(expr) if isinstance(expr, Var) else None

    def resolve(self, expr: Expr) -> Expr:
        known = self.values
        return map_expr(expr, self.atom) if any(v in known for v in variables(expr)) else expr

    def block(self, block: Block) -> Block:
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            stmts += self.stmt(stmt)
        return Block(tuple(stmts), tuple(self.resolve(r) for r in block.results))

    def stmt(self, stmt: Stmt) -> list[Stmt]:
        if isinstance(stmt, Let):
            return self.let(stmt)
        if isinstance(stmt, If):
            return self.branch(stmt)
        if isinstance(stmt, Store):
            base = self.atom(stmt.base)
            assert isinstance(base, Var)
            return [replace(stmt, base=base, args=tuple(self.resolve(a) for a in stmt.args))]
        assert isinstance(stmt, (For, While))
        return self.loop(stmt)

    def let(self, stmt: Let) -> list[Stmt]:
        self.derived = stmt.origin.derived
        value = self.resolve(stmt.value)
        made: list[Stmt] = []
        if isinstance(value, Apply):
            value = self.rewrite(value)
            if isinstance(value, Apply):  # keep the arguments atoms
                value, made = self.flatten(value, stmt)
        if stmt.target is None:
            return [*made, replace(stmt, value=value)]
        if isinstance(value, (Var, Const)):
            self.values[stmt.target] = value
            return made
        self.defs[stmt.target] = value
        return [*made, replace(stmt, value=value)]

    def flatten(self, value: Apply, stmt: Let) -> tuple[Apply, list[Stmt]]:
        made: list[Stmt] = []
        args: list[Expr] = []
        for i, arg in enumerate(value.args):
            if isinstance(arg, Apply) and not _may_nest(value, i, arg):
                inner, before = self.flatten(arg, stmt)
                var = Var("t", inner.type)
                self.defs[var] = inner
                made += [*before, Let(var, inner, stmt.origin)]
                args.append(var)
            else:
                args.append(arg)
        return (replace(value, args=tuple(args)) if made else value), made

    def rewrite(self, value: Apply) -> Expr:
        for _ in range(8):
            for rule in self.patterns.get(value.op.call, ()):
                found = rule(self, value)
                if found is not None:
                    if not isinstance(found, Apply):
                        return found
                    value = found
                    break
            else:
                return value
        return value

    def branch(self, stmt: If) -> list[Stmt]:
        test = self.resolve(stmt.test)
        if isinstance(test, Const) and test is not UNDEFINED:
            arm = stmt.then if test.value else stmt.orelse
            block = self.block(arm)
            self.values.update(zip(stmt.targets, block.results, strict=True))
            return list(block.stmts)
        then, orelse = self.block(stmt.then), self.block(stmt.orelse)
        keep = []
        for i, (target, a, b) in enumerate(zip(stmt.targets, then.results, orelse.results, strict=True)):
            if a is b or (isinstance(a, Const) and a == b):
                self.values[target] = a
            else:
                keep.append(i)
        arms = [Block(x.stmts, tuple(x.results[i] for i in keep)) for x in (then, orelse)]
        return [replace(stmt, test=test, then=arms[0], orelse=arms[1], targets=tuple(stmt.targets[i] for i in keep))]

    def loop(self, stmt: For | While) -> list[Stmt]:
        inits = tuple(self.resolve(i) for i in stmt.inits)
        n = len(stmt.params)
        # A carried variable that comes round unchanged is what it started as.
        same = [i for i in range(n) if self.atom(stmt.body.results[i]) is stmt.params[i] and inits[i] is not UNDEFINED]
        renamed: list[Stmt] = []
        for i in same:
            init, param = inits[i], stmt.params[i]
            hints = {init.hint, param.hint} if isinstance(init, Var) and param in self.written else set()
            literal = isinstance(init, Const) and param in self.written
            if literal or (len(hints) == 2 and not hints & set(ANONYMOUS)):  # written from here on under its new name
                init = Var(param.hint, param.type)
                renamed.append(Let(init, inits[i], stmt.origin))
            self.values[param] = init
            self.values[stmt.targets[i]] = init
        keep = [i for i in range(n) if i not in same]
        results = (*(stmt.body.results[i] for i in keep), *stmt.body.results[n:])
        parts: dict[str, object] = {
            "params": tuple(stmt.params[i] for i in keep),
            "inits": tuple(inits[i] for i in keep),
            "targets": tuple(stmt.targets[i] for i in keep),
        }
        if isinstance(stmt, For):
            parts["iterable"] = self.resolve(stmt.iterable)
        else:
            parts["test"] = self.block(stmt.test)
        parts["body"] = self.block(Block(stmt.body.stmts, results))
        return [*renamed, replace(stmt, **parts)]  # type: ignore[arg-type]


def _may_nest(value: Apply, i: int, arg: Apply) -> bool:
    """Indices and names of functions stay nested, everything else is flat."""
    if arg.op is SLICE or value.op is CHAIN or arg.op.syntax == "function":
        return True
    return i == 1 and arg.op in (PACK_TUPLE, CHAIN) and value.op.syntax in ("getitem", "setitem", "additem", "add_at")


def make(call: object, *args: Expr, **kwargs: Expr) -> Apply:
    op = call if isinstance(call, Op) else op_of(call)
    named = tuple(kwargs.items())
    return Apply(op, args, named, infer(op, args, named))


def number(expr: Expr) -> float | int | None:
    """The value of a real literal."""
    if isinstance(expr, Const) and type(expr.value) in (int, float):
        return expr.value  # type: ignore[no-any-return]
    return None


def same_type(t: Type, other: Type) -> bool:
    """Whether dropping an operation leaves the value's kind and shape as they were."""
    if isinstance(t, Unknown) or isinstance(other, Unknown):
        return False
    if isinstance(t, Array) and isinstance(other, Array):
        return t.dtype == other.dtype and t.dims == other.dims and t.dims is not None
    if {t, other} == {Array("float64", ()), Number("float")}:
        return True
    return isinstance(t, Number) and isinstance(other, Number) and t.kind == other.kind


@pattern(ADD)
def step_at_a_number(s: _Simplifier, a: Apply) -> Expr | None:
    """(x > k) + 0.5 * (x == k) of an array is one call, where k is a finite number."""
    over, half = (s.definition(x) for x in a.args)
    if over is None or half is None or over.op.call is not np.greater or half.op.call is not MUL:
        return None
    equal = s.definition(half.args[1])
    if number(half.args[0]) != 0.5 or equal is None or equal.op.call is not np.equal or equal.args != over.args:
        return None
    x, k = over.args
    return make(np.heaviside, x, Const(0.5)) if number(k) == 0 and rank(expr_type(x)) != 0 else (
        make(np.heaviside, make(operator.neg, k), Const(0.5)) if number(x) == 0 and rank(expr_type(k)) != 0 else None)


@pattern(MUL)
def times_constant(s: _Simplifier, a: Apply) -> Expr | None:
    for x, y in (a.args, a.args[::-1]):
        k = number(x)
        if k is None:
            continue
        if k == 1 and same_type(a.type, expr_type(y)):
            return y
        if k == -1 and same_type(a.type, expr_type(y)):
            return make(operator.neg, y)
        inner = s.definition(y)
        if inner is not None and inner.op.call is MUL:
            for u, v in (inner.args, inner.args[::-1]):
                m = number(u)
                if m is not None and _exact_product(k, m) and same_type(a.type, inner.type):
                    return make(MUL, Const(k * m), v)
    return None


def _exact_product(k: float, m: float) -> bool:
    """Products with a power of two do not round."""
    return any(abs(f) in (0.5, 1, 2, 4) for f in (k, m))


@pattern(MUL)
def negated_factor(s: _Simplifier, a: Apply) -> Expr | None:
    """x * (-y) is -(x * y), which lets a sum subtract it."""
    for x, y in (a.args, a.args[::-1]):
        inner = s.definition(y)
        if inner is not None and inner.op.call is operator.neg and not isinstance(a.type, Unknown):
            return make(operator.neg, make(MUL, *((x, inner.args[0]) if y is a.args[1] else (inner.args[0], x))))
    return None


@pattern(DIV)
def over_one(s: _Simplifier, a: Apply) -> Expr | None:
    x, y = a.args
    if number(y) == 1 and same_type(a.type, expr_type(x)):
        return x
    return None


@pattern(MUL)
def times_quotient(s: _Simplifier, a: Apply) -> Expr | None:
    """A cotangent times -z / y, the slope of z = x / y, is -(g / y * z): its g / y is that of x, one division less."""
    g, y = a.args
    inner = s.definition(y)
    over = s.definition(inner.args[0]) if s.derived and inner is not None and inner.op.call is DIV else None
    if inner is None or over is None or over.op.call is not operator.neg:
        return None
    if not dims_of(expr_type(g)) == dims_of(expr_type(over.args[0])) == dims_of(a.type):
        return None
    return make(operator.neg, make(MUL, make(DIV, g, inner.args[1]), over.args[0]))


@pattern(MUL)
def times_reciprocal(s: _Simplifier, a: Apply) -> Expr | None:
    """g * (k / x) is g / x for k = 1, and g * k / x otherwise."""
    for g, y in (a.args, a.args[::-1]):
        inner = s.definition(y)
        if inner is not None and inner.op.call is DIV:
            k = number(inner.args[0])
            if k == 1:
                return make(DIV, g, inner.args[1])
    return None


@pattern(ADD)
def plus(s: _Simplifier, a: Apply) -> Expr | None:
    x, y = a.args
    for u, v in ((x, y), (y, x)):
        if number(u) == 0 and same_type(a.type, expr_type(v)):
            return v
        inner = s.definition(u)
        if inner is not None and inner.op.call is np.zeros_like and same_type(a.type, expr_type(v)):
            return v
    for u, v in ((x, y), (y, x)):
        inner = s.definition(v)
        if inner is not None and inner.op.call is operator.neg and not isinstance(a.type, Unknown):
            return make(SUB, u, inner.args[0])
    return None


@pattern(ADD)
def doubled(s: _Simplifier, a: Apply) -> Expr | None:
    """x + x is 2 * x, exactly."""
    x, y = a.args
    made = make(MUL, Const(2), x) if isinstance(x, Var) and x is y else None
    return made if made is not None and same_type(a.type, made.type) else None


@pattern(SUB)
def minus(s: _Simplifier, a: Apply) -> Expr | None:
    x, y = a.args
    if number(y) == 0 and same_type(a.type, expr_type(x)):
        return x
    inner = s.definition(y)
    if inner is not None and inner.op.call is operator.neg:
        return make(ADD, x, inner.args[0])
    if number(x) == 0 and same_type(a.type, expr_type(y)):
        return make(operator.neg, y)
    return None


@pattern(operator.neg)
def double_negation(s: _Simplifier, a: Apply) -> Expr | None:
    inner = s.definition(a.args[0])
    if inner is not None and inner.op.call is operator.neg:
        return inner.args[0]
    k = number(a.args[0])
    return Const(-k) if k is not None else None


@pattern(operator.pow, np.power)
def first_power(s: _Simplifier, a: Apply) -> Expr | None:
    x, k = a.args[0], number(a.args[1])
    t = expr_type(x)
    if k == 1 and same_type(a.type, t):
        return x
    return None


@pattern(MUL, ADD, SUB, DIV)
def broadcast_operand(s: _Simplifier, a: Apply) -> Expr | None:
    """NumPy broadcasts by itself where the other operand has the full shape."""
    for i, arg in enumerate(a.args):
        inner = s.definition(arg)
        if inner is None or inner.op.call is not np.broadcast_to:
            continue
        source, other = inner.args[0], a.args[1 - i]
        shapes = [dims_of(expr_type(source)), dims_of(expr_type(other))]
        if None in shapes or dims_of(a.type) is None or dims_of(expr_type(arg)) != dims_of(a.type):
            continue
        if broadcast(shapes) == dims_of(a.type):
            args = (source, other) if i == 0 else (other, source)
            made = make(a.op, *args)
            if dims_of(made.type) == dims_of(a.type):
                return made
    return None


@pattern(MUL, ADD, SUB, DIV)
def repeated_number(s: _Simplifier, a: Apply) -> Expr | None:
    """A number spread over a shape, then reshaped or indexed, is that number where the other operand has the shape."""
    for i, arg in enumerate(a.args):
        number_, other = _repeated(s, arg), a.args[1 - i]
        if number_ is None or not dims_of(a.type) or dims_of(expr_type(other)) != dims_of(a.type):
            continue
        made = make(a.op, *((number_, other) if i == 0 else (other, number_)))
        if made.type == a.type:
            return made
    return None


def _repeated(s: _Simplifier, expr: Expr) -> Expr | None:
    """The number that fills an array, if it was made by spreading one."""
    views = (np.broadcast_to, np.reshape, np.expand_dims, np.transpose, operator.getitem)
    spread = False
    while (inner := s.definition(expr)) is not None and inner.op.call in views:
        spread |= inner.op.call is np.broadcast_to
        expr = inner.args[0]
    return expr if spread and rank(expr_type(expr)) == 0 else None


@pattern(MUL, ADD, SUB, DIV)
def number_with_spread(s: _Simplifier, a: Apply) -> Expr | None:
    """broadcast(g) * 2 is broadcast(g * 2): one product instead of many."""
    for i, arg in enumerate(a.args):
        inner = s.definition(arg)
        other = a.args[1 - i]
        if inner is None or inner.op.call is not np.broadcast_to or rank(expr_type(inner.args[0])) != 0:
            continue
        if rank(expr_type(other)) == 0 and dims_of(a.type) == dims_of(expr_type(arg)):
            args = (inner.args[0], other) if i == 0 else (other, inner.args[0])
            return make(np.broadcast_to, make(a.op, *args), inner.args[1])
    return None


@pattern(np.zeros_like)
def zeros_like_zeros(s: _Simplifier, a: Apply) -> Expr | None:
    inner = s.definition(a.args[0])
    if inner is not None and inner.op.call is np.zeros_like and isinstance(inner.args[0], Var):
        return make(np.zeros_like, inner.args[0])
    return None


@pattern(operator.neg)
def negated_spread(s: _Simplifier, a: Apply) -> Expr | None:
    """-broadcast(g) is broadcast(-g): fewer numbers to negate."""
    inner = s.definition(a.args[0])
    if inner is not None and inner.op.call is np.broadcast_to:
        return make(np.broadcast_to, make(operator.neg, inner.args[0]), inner.args[1])
    return None


@pattern(np.sum)
def sum_of_negation(s: _Simplifier, a: Apply) -> Expr | None:
    inner = s.definition(a.args[0])
    if inner is not None and inner.op.call is operator.neg and not isinstance(a.type, Unknown):
        return make(operator.neg, replace(a, args=(inner.args[0], *a.args[1:])))
    return None


@pattern(np.sum)
def sum_of_products(s: _Simplifier, a: Apply) -> Expr | None:
    """A cotangent that is the sum of the products of two vectors is their inner product."""
    inner = s.definition(a.args[0])
    if not s.derived or a.kwargs or len(a.args) != 1 or inner is None or inner.op.call is not MUL:
        return None
    kinds = [expr_type(x) for x in inner.args]
    is_real = all(isinstance(t, Array) and t.dtype == "float64" and len(t.dims or ()) == 1 for t in kinds)
    return make(np.dot, *inner.args) if is_real and kinds[0] == kinds[1] == expr_type(a.args[0]) else None


@pattern(np.expand_dims)
def expand_by_index(s: _Simplifier, a: Apply) -> Expr | None:
    """g[:, None] is ten times faster than np.expand_dims(g, 1)."""
    g, axis = a.args
    n = rank(expr_type(g))
    if n is None or not isinstance(axis, Const):
        return None
    axes = axis.value if isinstance(axis.value, tuple) else (axis.value,)
    total = n + len(axes)
    places = {x % total for x in axes}
    if n == 0 or not places:
        return g if not places else None
    last_none = max(places)
    items: list[Expr] = [Const(None) if i in places else _FULL for i in range(total)]
    if last_none == total - 1 and len(places) == 1 and total > 2:
        return make(GETITEM, g, Const((Ellipsis, None)))
    items = items[: last_none + 1]
    index = items[0] if len(items) == 1 else Apply(PACK_TUPLE, tuple(items), (), Unknown())
    return make(GETITEM, g, index)


_FULL = Apply(SLICE, (Const(None), Const(None), Const(None)))


@pattern(np.reshape)
def reshape_to_own_shape(s: _Simplifier, a: Apply) -> Expr | None:
    t = dims_of(a.type)
    return a.args[0] if t is not None and t == dims_of(expr_type(a.args[0])) else None


@pattern(np.broadcast_to)
def broadcast_to_own_shape(s: _Simplifier, a: Apply) -> Expr | None:
    t = dims_of(a.type)
    return a.args[0] if t is not None and t == dims_of(expr_type(a.args[0])) and t != () else None


@pattern(np.transpose)
def double_transpose(s: _Simplifier, a: Apply) -> Expr | None:
    inner = s.definition(a.args[0])
    if inner is not None and inner.op.call is np.transpose and not a.kwargs and not inner.kwargs:
        return inner.args[0]
    return None


@pattern(operator.getitem)
def item_of_pack(s: _Simplifier, a: Apply) -> Expr | None:
    inner = s.definition(a.args[0])
    key = a.args[1]
    if not isinstance(key, Const):
        return None
    is_pack = inner is not None and inner.op in (PACK_TUPLE, PACK_LIST)
    if inner is not None and is_pack and type(key.value) is int and -len(inner.args) <= key.value < len(inner.args):
        return inner.args[key.value]
    if isinstance(a.args[0], Const) and isinstance(a.args[0].value, tuple):
        return Const(a.args[0].value[key.value])
    return None


@pattern(operator.getitem)
def item_just_written(s: _Simplifier, a: Apply) -> Expr | None:
    """After x[i] = v, x[i] is v; writes to other places in between change nothing."""
    base, place = a.args[0], key_of(a.args[1])
    added: Expr | None = None
    while place is not None and (inner := s.definition(base)) is not None and inner.op in (SETITEM, ADDITEM):
        if not isinstance(expr_type(base), Array):
            return None
        index, value = inner.args[1:]
        if key_of(index) == place:
            if inner.op is SETITEM and (added is None or value == Const(0.0)):
                found = value if added is None else added
                return found if expr_type(found) == a.type else None
            if inner.op is SETITEM or added is not None:
                return None
            added = value
        elif not are_apart(index, a.args[1]):
            return None
        base = inner.args[0]
    return None


@pattern(SETITEM.call)
def everything_written(s: _Simplifier, a: Apply) -> Expr | None:
    """x[:] = y + z is a new x, where the sum is as x was: nobody else holds it."""
    base, index, value = a.args
    inner = s.definition(value)
    is_new = inner is not None and inner.op.fresh and inner.op in RULES and dims_of(a.type)
    same = isinstance(base, Var) and base.type == expr_type(value)
    return value if is_new and same and is_everything(index) else None


@pattern(np.size, np.shape, len)
def size_of_operand(s: _Simplifier, a: Apply) -> Expr | None:
    """The size of x * x is that of x, which is there anyway."""
    inner, t = s.definition(a.args[0]), expr_type(a.args[0])
    if inner is None or inner.op not in RULES or RULES[inner.op].kind != "elementwise" or not dims_of(t):
        return None
    for operand in inner.args:
        if isinstance(operand, Var) and dims_of(operand.type) == dims_of(t):
            return make(a.op, operand)
    return None


@pattern(len)
def length_of_range(s: _Simplifier, a: Apply) -> Expr | None:
    """len(range(n)) is n, where that is a size."""
    inner = s.definition(a.args[0])
    if inner is None or inner.op.call is not range or len(inner.args) != 1:
        return None
    size = value_of_int(inner.args[0])
    return inner.args[0] if size is not None and at_least(size, 0) else None


@pattern(np.real)
def real_of_real(s: _Simplifier, a: Apply) -> Expr | None:
    t = expr_type(a.args[0])
    return a.args[0] if isinstance(t, (Array, Number)) and not is_complex(t) else None
