"""Decides which functional writes may reuse memory; the others get a copy first.

    >>> def f(x):
    ...     y = np.zeros(3)
    ...     y[0] = x
    ...     x = y.copy()
    ...     y[1] += 2.0
    ...     return x, y
    >>> show(f, "dead_code", x="float")
    func f(x: float):
        y: float64[3] = numpy.zeros(3)
        y.1: float64[3] = array.set(y, 0, x)
        x.1: float64[3] = numpy.copy(y.1)
        y.2: float64[3] = array.add_at(y.1, 1, 2.0)
        t: tuple[float64[3], float64[3]] = tuple.pack(x.1, y.2)
        yield t
    >>> show(f, "dead_code", "in_place", x="float")
    func f(x: float):
        y: float64[3] = numpy.zeros(3)
        setitem y (0, x)
        x.1: float64[3] = numpy.copy(y)
        additem y (1, 2.0)
        t: tuple[float64[3], float64[3]] = tuple.pack(x.1, y)
        yield t

A write reuses memory when the old array was made in this function and neither it nor anything that may
share its memory is read later, the next turn of a loop included. What a loop writes but does not own is
copied once, before the loop.
"""

from __future__ import annotations

from dataclasses import replace

from tangent_ad.analysis.hints import ANONYMOUS
from tangent_ad.analysis.indices import is_basic
from tangent_ad.analysis.inference import infer
from tangent_ad.analysis.memory import Memory
from tangent_ad.analysis.reuse import INTO_SECOND, Reuse, is_temporary_name
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.errors import Refused
from tangent_ad.ir.nodes import Apply, Block, Expr, For, Func, If, Let, Stmt, Store, Var, While
from tangent_ad.ir.ops import GETITEM, SETITEM, WRITES
from tangent_ad.ir.types import Array, rank
from tangent_ad.ir.walk import blocks, map_stmt, statements, substitute
from tangent_ad.optimise.simplify import drop_copies
from tangent_ad.optimise.unblock import Repair, copy_base, copy_bases, copy_of, copy_views, replaced
from tangent_ad.rules.declare import op_of

COPIES = 200
MANY = 4


def in_place(func: Func, region: frozenset[Var] = frozenset()) -> Func:
    """Turn functional writes into `Store` statements.

    `region`: for a pullback, the variables of the forward sweep; their memory is not written.
    """
    func = _moves_from_copies(func)
    reuse = Reuse(func, region)
    for _ in range(COPIES):
        if not reuse.blocked:
            break
        func, region, reuse = _unblocked(func, region, reuse)
    else:
        place = reuse.blocked[-1].stmt.origin
        raise Refused(place, "what the derivative writes here shares memory that cannot be told apart",
                      "compute the value in a helper function, or build it without the list")  # fmt: skip
    reuse.find_more()
    body, renamed = _apply(func.body, reuse)
    return drop_copies(replace(func, body=substitute(body, renamed)))


def copy_every_write(func: Func, region: frozenset[Var] = frozenset()) -> Func:
    """What `in_place` does where nothing is to be reused: each write gets an array of its own."""
    renamed: dict[Var, Expr] = {}

    def visit(block: Block) -> Block:
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            if not isinstance(stmt, Let) or not isinstance(stmt.value, Apply) or stmt.value.op not in WRITES:
                stmts.append(map_stmt(stmt, lambda e: e, visit))
                continue
            base, *rest = stmt.value.args
            own, copy = copy_of(base, stmt)
            stmts += [copy, Store(stmt.value.op.syntax, own, tuple(rest), stmt.origin)]
            if stmt.target is not None:
                renamed[stmt.target] = own
        return Block(tuple(stmts), block.results)

    return replace(func, body=substitute(visit(func.body), renamed))


def _moves_from_copies(func: Func) -> Func:
    """Copy what is written into an array and, by what the passes before made of it, may be memory of that array.

    `y[1] = (y * 1.0)[:, 2]` came to be `y[1] = y[:, 2]`, of which NumPy reads items that it has just written.
    """
    written = [s for s in statements(func.body) if isinstance(s, Let) and _is_in_one_line(s)]
    if not written:
        return func
    memory = Memory(func)
    new: dict[Stmt, list[Stmt]] = {}
    for stmt in written:
        assert isinstance(stmt.value, Apply)
        *where, value = stmt.value.args
        if memory.own(where[0]) & memory.own(value):
            copied, copy = copy_of(value, stmt)
            new[stmt] = [copy, replace(stmt, value=replace(stmt.value, args=(*where, copied)))]
    return replace(func, body=replaced(func.body, new)) if new else func


def _is_in_one_line(stmt: Let) -> bool:
    """Whether an array is written from an array, by other statements than the user's own moves.

    Where the places have more than one axis, and are no array of indices, NumPy makes the copy itself.
    """
    if not isinstance(stmt.value, Apply) or stmt.value.op is not SETITEM or stmt.origin.moves:
        return False
    base, index, value = stmt.value.args
    if not isinstance(expr_type(base), Array) or rank(expr_type(value)) == 0:
        return False
    return not is_basic(index) or (rank(infer(GETITEM, (base, index), ())) or 0) < 2


State = tuple[Func, frozenset[Var], Reuse]


def _unblocked(func: Func, region: frozenset[Var], reuse: Reuse) -> State:
    """One or more writes less that are blocked."""
    views = copy_views(func, reuse.blocked, reuse.memory)
    if views is not None:
        return _tried(views, region)
    straight = [b for b in reuse.blocked if not b.loops]
    if len(straight) > MANY:  # to look again after each of so many takes too long
        made = {}
        for one in straight[-len(straight) // 4 :]:
            func, new = copy_base(func, one)
            made.update(new)
        return _tried(Repair(func, made), region)
    first = reuse.blocked[-1]  # the walk is backwards: what is first in the program may be why others are blocked
    *hoisted, last = copy_bases(func, first)
    for repair in hoisted:
        found = _tried(repair, region)
        views = copy_views(found[0], found[2].blocked, found[2].memory)
        for state in (found, _tried(views, found[1]) if views is not None else found):
            if all(b.stmt.target is not first.stmt.target for b in state[2].blocked):
                return state
    return _tried(last, region)


def _tried(repair: Repair, region: frozenset[Var]) -> State:
    more = region | {new for old, new in repair.made.items() if old in region}
    return repair.func, more, Reuse(repair.func, more)


def _apply(block: Block, reuse: Reuse) -> tuple[Block, dict[Var, Expr]]:
    renamed: dict[Var, Expr] = {}
    hints: dict[Var, str] = {}  # anonymous memory takes the name of what is written into it

    def let(stmt: Let) -> Stmt:
        value, target = stmt.value, stmt.target
        assert isinstance(value, Apply) and target is not None
        if stmt in reuse.into:
            op = op_of(INTO_SECOND[value.op.call]) if len(value.args) == 2 else value.op
            return replace(stmt, value=replace(value, op=op, kwargs=(("out", value.args[-1]),)))
        base, *rest = reuse.swapped.get(stmt, value.args)
        assert isinstance(base, Var)
        renamed[target] = base
        if base.hint in ANONYMOUS and not is_temporary_name(target.hint):
            root: Expr = base
            while isinstance(root, Var) and root in renamed:
                root = renamed[root]
            hints[root] = target.hint  # type: ignore[index]
        return Store(reuse.writes[stmt], base, tuple(rest), stmt.origin)

    def visit(b: Block) -> Block:
        stmts: list[Stmt] = []
        for stmt in b.stmts:
            if isinstance(stmt, Let) and (stmt in reuse.writes or stmt in reuse.into):
                stmts.append(let(stmt))
            elif isinstance(stmt, If):
                stmts.append(replace(stmt, then=visit(stmt.then), orelse=visit(stmt.orelse)))
            elif isinstance(stmt, (For, While)):
                stmts.append(replace(stmt, body=visit(stmt.body)))
            else:
                stmts.append(stmt)
        return Block(tuple(stmts), b.results)

    return _rehint(visit(block), hints, renamed), renamed


def _rehint(block: Block, hints: dict[Var, str], renamed: dict[Var, Expr]) -> Block:
    """Bind variables anew under better hints."""
    new: dict[Var, Var] = {}

    def visit(b: Block) -> Block:
        stmts: list[Stmt] = []
        for stmt in b.stmts:
            if isinstance(stmt, Let) and stmt.target in hints:
                new[stmt.target] = Var(hints[stmt.target], stmt.target.type)
                stmt = replace(stmt, target=new[stmt.target])
            stmts.append(map_stmt(stmt, lambda e: e, visit) if blocks(stmt) else stmt)
        return Block(tuple(stmts), b.results)

    block = visit(block)
    renamed.update(new)
    return block


