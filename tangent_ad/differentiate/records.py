"""Records: what the reverse sweep reads of the forward sweep's loops and branches is kept for it.

Before (the reverse loop reads `x` and `sin_x` of each turn as if they were still there):
    for i in range(n):
        sin_x = np.sin(x)
        x = sin_x * x
    for <backwards>:
        x_bar = x_bar * (sin_x + x * np.cos(x))

After:
    record = []
    for i in range(n):
        sin_x = np.sin(x)
        record.append((x, sin_x))
        x = sin_x * x
    for x, sin_x in reversed(record):
        x_bar = x_bar * (sin_x + x * np.cos(x))

What is cheap to compute again from what is there anyway is not kept (`recompute.py`); a loop that needs nothing but
its own index has no record at all.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import replace

from tangent_ad.analysis.hints import suggestions
from tangent_ad.analysis.undefined import define_recorded, maybe_none, maybe_undefined
from tangent_ad.differentiate.comparisons import compare_before
from tangent_ad.differentiate.recompute import (
    kept_by_the_next_turn,
    of_other_arrays,
    overwritten_in_loops,
    recompute,
)
from tangent_ad.differentiate.reverse import Sweeps
from tangent_ad.differentiate.shapes import read_shapes_alone
from tangent_ad.ir.nodes import UNDEFINED, Apply, Block, Const, Expr, For, If, Let, Stmt, Var, While
from tangent_ad.ir.ops import APPEND, GETITEM, PACK_DICT, PACK_LIST, PACK_TUPLE
from tangent_ad.ir.types import Array, Dict, List, Number, Range, Seq, Unknown
from tangent_ad.ir.walk import bound, definitions, free_variables, statements, substitute, variables
from tangent_ad.rules.declare import op_of
from tangent_ad.runtime import helpers


def keep_records(sweeps: Sweeps, arguments: tuple[Var, ...]) -> tuple[tuple[Stmt, ...], tuple[Stmt, ...]]:
    """Both sweeps, the reverse one reading only what is in scope."""
    keeper = _Keeper(sweeps.pairs, sweeps.calls, arguments)
    keeper.fleeting = overwritten_in_loops(Block(sweeps.forward))
    keeper.missing = maybe_none(Block(sweeps.forward))
    keeper.undefined = maybe_undefined(Block(sweeps.forward))
    forward, reverse = keeper.blocks(sweeps.forward, sweeps.reverse)
    for stmt in statements(Block(tuple(reverse))):  # zeros in the shape of what may never have been assigned
        if isinstance(stmt, Let) and isinstance(stmt.value, Apply) and stmt.value.op.call is helpers.zeros_like:
            keeper.recorded |= set(variables(stmt.value))
    return tuple(define_recorded(forward, keeper.recorded)), tuple(reverse)


class _Keeper:
    def __init__(
        self, pairs: Mapping[int, Stmt], calls: Mapping[Stmt, tuple[Stmt, ...]], arguments: tuple[Var, ...]
    ) -> None:
        self.pairs, self.calls, self.arguments = pairs, calls, arguments
        self.recorded: set[Var] = set()
        self.fleeting: frozenset[Var] = frozenset()
        self.missing: set[Var] = set()  # what may be None
        self.undefined: set[Var] = set()  # what some path of the forward sweep does not assign

    def blocks(self, forward: tuple[Stmt, ...], reverse: tuple[Stmt, ...]) -> tuple[list[Stmt], list[Stmt]]:
        new_forward: dict[Stmt, list[Stmt]] = {f: list(self.calls.get(f, (f,))) for f in forward}
        new_reverse: list[Stmt] = []
        for r in reverse:
            f = self.pairs.get(getattr(r, "undoes", 0))
            if f is None:
                new_reverse.append(r)
            elif isinstance(f, If):
                assert isinstance(r, If)
                made, undo = self.branch(f, r)
                new_forward[f] = [made]
                new_reverse.append(undo)
            else:
                assert isinstance(f, (For, While)) and isinstance(r, For)
                new_forward[f], undo_stmts = self.loop(f, r)
                new_reverse += undo_stmts
        return [s for f in forward for s in new_forward[f]], new_reverse

    def branch(self, f: If, r: If) -> tuple[If, If]:
        targets, results = list(f.targets), [list(f.then.results), list(f.orelse.results)]
        arms, undo = [], []
        for i, (fa, ra) in enumerate(((f.then, r.then), (f.orelse, r.orelse))):
            fs, rs = self.blocks(fa.stmts, ra.stmts)
            back = Block(tuple(rs), ra.results)
            here = {v for s in fs for v in bound(s)}
            read = list(free_variables(back))
            stays = of_other_arrays(fs, here, set(read))
            again, _ = recompute([v for v in read if v in here], fs, here, set(), self.fleeting, stays)
            copies: dict[Var, Expr] = {s.target: Var(s.target.hint, s.target.type) for s in again}  # type: ignore[attr-defined]
            back = _rename_bound(Block((*again, *back.stmts), back.results), copies)
            back = _with_parts(back, here, fs, self.undefined)
            renamed: dict[Var, Expr] = {v: t for v, t in zip(fa.results, f.targets, strict=True)
                                        if isinstance(v, Var) and v in here and v.type == t.type}  # fmt: skip
            for v in free_variables(back):
                if v in here and v not in renamed:
                    # On the other path it is None, which cannot be taken apart; an instance is read by attributes.
                    apart = isinstance(v.type, Seq) or (isinstance(v.type, Dict) and v.type.cls is dict)
                    new = Var(v.hint, Unknown() if apart else v.type)
                    renamed[v] = new
                    targets.append(new)
                    results[i].append(v)
                    results[1 - i].append(UNDEFINED)
            arms.append(fs)
            undo.append(substitute(back, renamed))
        blocks = [Block(tuple(s), tuple(x)) for s, x in zip(arms, results, strict=True)]
        made = replace(f, then=blocks[0], orelse=blocks[1], targets=tuple(targets))
        return made, replace(r, then=undo[0], orelse=undo[1], undoes=0)

    def loop(self, f: For | While, r: For) -> tuple[list[Stmt], list[Stmt]]:
        fs, rs = self.blocks(f.body.stmts, r.body.stmts)
        back = Block(tuple(rs), r.body.results)
        if isinstance(f, For) and _from_zero(f.iterable):
            back = substitute(back, {f.index: f.elem})
        inside = set(definitions(Block(tuple(fs)))) | set(f.params)
        inside |= {f.index, f.elem} if isinstance(f, For) else set()
        back = compare_before(fs, back, inside, self.missing)
        inside |= set(definitions(Block(tuple(fs))))
        back = read_shapes_alone(fs, back, inside, self.arguments, set(f.params), self.missing)
        inside |= set(definitions(Block(tuple(fs))))
        free = {f.index, f.elem} if isinstance(f, For) and not f.stops and _is_range(f.iterable) else set()
        needed = [v for v in free_variables(back) if v in inside]
        stays = kept_by_the_next_turn(f, needed)
        again, needed = recompute(needed, fs, inside, free, self.fleeting, stays)
        if isinstance(f, For) and _from_zero(f.iterable) and f.index in needed:
            again = list(substitute(Block(tuple(again)), {f.index: f.elem}).stmts)
            needed = list(dict.fromkeys(f.elem if v is f.index else v for v in needed))
        back = Block((*again, *back.stmts), back.results)
        return self.record(f, fs, r, back, needed, inside)

    def record(
        self, f: For | While, fs: list[Stmt], r: For, back: Block, needed: list[Var], inside: set[Var]
    ) -> tuple[list[Stmt], list[Stmt]]:
        sources: list[tuple[Var, Expr]] = []  # what the reverse loop iterates over, one a variable
        before: list[Stmt] = []
        f = replace(f, body=Block(tuple(fs), f.body.results))
        if isinstance(f, For) and not f.stops:
            sources = self.free_sources(f, needed)
            needed = [v for v in needed if v not in {s[0] for s in sources}]
        if needed:
            before, f, kept, unpack = self.append(f, fs, needed)
            sources.append(kept)
            back = Block((*unpack, *back.stmts), back.results)
        elif not sources:
            f, source = self.counted(f)
            sources = [source]
        elem, iterable, unpack = _zipped(sources)
        back = Block((*unpack, *back.stmts), back.results)
        # The forward sweep binds these variables already: the reverse sweep gets new ones of the same name.
        twice = [v for v in (elem, *(b for s in back.stmts for b in bound(s))) if v in inside]
        names = suggestions(Block(tuple(fs)))
        renamed: dict[Var, Expr] = {v: Var(names.get(v, v.hint), v.type) for v in twice}
        new_elem = renamed.get(elem, elem)
        assert isinstance(new_elem, Var)
        return [*before, f], [replace(r, elem=new_elem, iterable=iterable, body=_rename_bound(back, renamed), undoes=0)]

    def free_sources(self, f: For, needed: list[Var]) -> list[tuple[Var, Expr]]:
        """Variables of the turn that the loop's own iterable gives back, read backwards."""
        tree = f.iterable
        plain = isinstance(tree, Var) and isinstance(tree.type, (Array, List, Seq))
        is_range = _is_range(tree)
        backwards_record = (
            isinstance(tree, Apply) and tree.op.call is reversed and isinstance(tree.args[0], Var)
        )
        sources: list[tuple[Var, Expr]] = []
        if f.elem in needed:
            if plain or is_range:
                sources.append((f.elem, _call(reversed, tree)))
            elif backwards_record:
                assert isinstance(tree, Apply)
                sources.append((f.elem, tree.args[0]))
        size = _call(len, tree) if plain or is_range else _call(len, tree.args[0]) if backwards_record else None  # type: ignore[union-attr]
        if f.index in needed and size is not None:
            sources.append((f.index, _call(reversed, _call(range, size))))
        if not needed and size is not None:
            sources.append((Var("_", Number("int")), tree if is_range else _call(range, size)))
        return sources

    def append(
        self, f: For | While, fs: list[Stmt], needed: list[Var]
    ) -> tuple[list[Stmt], For | While, tuple[Var, Expr], list[Stmt]]:
        """Keep one entry a turn, appended as soon as everything in it is known."""
        self.recorded |= set(needed)
        item_type = needed[0].type if len(needed) == 1 else Seq(tuple, tuple(v.type for v in needed))
        t = List(item_type)
        start, param, grown, final = (Var("record", t) for _ in range(4))
        last = max((i for i, s in enumerate(fs) if set(bound(s)) & set(needed)), default=-1)
        if len(needed) == 1:
            entry: list[Stmt] = [Let(grown, Apply(APPEND, (param, needed[0]), (), t), f.origin)]
            elem, unpack = needed[0], []
        else:
            packed, elem = Var("entry", item_type), Var("entry", item_type)
            entry = [
                Let(packed, Apply(PACK_TUPLE, tuple(needed), (), item_type), f.origin),
                Let(grown, Apply(APPEND, (param, packed), (), t), f.origin),
            ]
            unpack = [Let(v, Apply(GETITEM, (elem, Const(i)), (), v.type), f.origin) for i, v in enumerate(needed)]
        body = (*fs[: last + 1], *entry, *fs[last + 1 :])
        n = len(f.params)
        made = replace(
            f, params=(*f.params, param), inits=(*f.inits, start), targets=(*f.targets, final),
            body=Block(body, (*f.body.results[:n], grown, *f.body.results[n:])),
        )  # fmt: skip
        first = Let(start, Apply(PACK_LIST, (), (), t), f.origin)
        return [first], made, (elem, _call(reversed, final)), list(unpack)

    def counted(self, f: For | While) -> tuple[For | While, tuple[Var, Expr]]:
        """Nothing is kept and the number of turns is not known before: count them."""
        t = Number("int")
        param, grown, final = (Var("turns", t) for _ in range(3))
        count = Let(grown, Apply(op_of(operator.add), (param, Const(1)), (), t), f.origin)
        n, results = len(f.params), f.body.results
        made = replace(
            f, params=(*f.params, param), inits=(*f.inits, Const(0)), targets=(*f.targets, final),
            body=Block((count, *f.body.stmts), (*results[:n], grown, *results[n:])),
        )  # fmt: skip
        return made, (Var("_", t), _call(range, final))


def _call(function: object, *args: Expr) -> Apply:
    return Apply(op_of(function), args)


def _is_range(tree: Expr) -> bool:
    if isinstance(tree, Apply):
        return tree.op.call is range
    return isinstance(tree, Var) and isinstance(tree.type, Range)


def _from_zero(iterable: Expr) -> bool:
    return isinstance(iterable, Apply) and iterable.op.call is range and len(iterable.args) == 1


def _zipped(sources: list[tuple[Var, Expr]]) -> tuple[Var, Expr, list[Stmt]]:
    if len(sources) == 1:
        return sources[0][0], sources[0][1], []
    t = Seq(tuple, tuple(v.type for v, _ in sources))
    elem = Var("entry", t)
    unpack: list[Stmt] = [Let(v, Apply(GETITEM, (elem, Const(i)), (), v.type)) for i, (v, _) in enumerate(sources)]
    return elem, _call(zip, *(s for _, s in sources)), unpack


def _rename_bound(block: Block, renamed: Mapping[Var, Expr]) -> Block:
    """Rename variables where they are bound at the block's top level, and wherever they are read."""
    stmts = []
    for s in block.stmts:
        if isinstance(s, Let) and s.target is not None and s.target in renamed:
            target = renamed[s.target]
            assert isinstance(target, Var)
            s = replace(s, target=target)
        stmts.append(s)
    return substitute(Block(tuple(stmts), block.results), renamed)


def _with_parts(back: Block, here: set[Var], fs: list[Stmt], undefined: set[Var]) -> Block:
    """A block that reads the parts of instances, not the instances: the attributes of None are not to be read.

    What some path leaves `undefined` may be None already where the parts are taken: it stays whole.
    """
    while True:
        wholes = [v for v in free_variables(back)
                  if v in here - undefined and isinstance(v.type, Dict) and v.type.cls is not dict]
        if not wholes:
            return back
        for v in wholes:
            assert isinstance(v.type, Dict)
            origin = fs[-1].origin
            parts = {Var(str(k), t): Apply(GETITEM, (v, Const(k)), (), t) for k, t in v.type.entries}
            fs += [Let(p, value, origin) for p, value in parts.items()]
            here.update(parts)
            new = Var(v.hint, v.type)
            whole = Let(new, Apply(PACK_DICT, (Const(v.type.fields), *parts), (), v.type), origin)
            back = substitute(back, {v: new})
            back = Block((whole, *back.stmts), back.results)
