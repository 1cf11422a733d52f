"""Desugars `return`, `break` and `continue` into nesting and flags, so that blocks have one way out.

Before:
    for v in values:
        if v > limit:
            return v
        total = total + v
    return total

After (the names in <> cannot clash with the user's):
    <returned> = False
    for v in values:
        <stop> = False
        if v > limit:
            <result> = v
            <returned> = True
            <stop> = True
        else:
            total = total + v
    if not <returned>:
        <result> = total

An `if` whose branch always exits takes the rest of its block into its `else`; only where a branch may
or may not exit is the rest guarded by a flag.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import gast

RESULT, RETURNED, STOP, BROKE, LEFT = "<result>", "<returned>", "<stop>", "<broke>", "<left>"


@dataclass(frozen=True)
class _Context:
    """Where an exit is: in a loop or not, and the flags it must raise on its way out."""

    in_loop: bool
    flags: tuple[str, ...] = ()
    broke: str = ""  # raised by a break that passes over the loop's else


@dataclass
class _Out:
    """Transformed statements; whether control may, or must, have left the block by then."""

    stmts: list[gast.stmt]
    may: bool = False
    must: bool = False


class Exits:
    """One function's desugaring; `run` gives statements that assign `<result>` and never exit."""

    def __init__(self) -> None:
        self.counter = 0
        self.needs_returned = False

    def run(self, body: list[gast.stmt]) -> list[gast.stmt]:
        out = self.block(body, _Context(False))
        stmts = out.stmts
        if self.needs_returned:
            stmts = [_assign(RETURNED, False, body[0]), *stmts]
        return stmts if out.must else [_assign(RESULT, None, body[0]), *stmts]

    def block(self, stmts: list[gast.stmt], context: _Context) -> _Out:
        out = _Out([])
        for i, stmt in enumerate(stmts):
            rest = stmts[i + 1 :]
            if isinstance(stmt, (gast.Return, gast.Break, gast.Continue)):
                out.stmts += self.exit(stmt, context)
                out.may = out.must = True
                return out
            if not _has_exit(stmt):
                out.stmts.append(stmt)
                continue
            if isinstance(stmt, gast.If):
                tail = self.branch(stmt, rest, context)
            elif isinstance(stmt, (gast.For, gast.While)):
                tail = self.loop(stmt, rest, context)
            elif isinstance(stmt, gast.Try) and not any(map(_has_exit, stmt.finalbody)):
                tail = self.attempt(stmt, rest, context)
            else:  # fenced where it is lowered
                out.stmts.append(stmt)
                continue
            out.stmts += tail.stmts
            out.may |= tail.may
            out.must = tail.must
            return out
        out.must = bool(stmts) and _always_raises(stmts[-1])
        return out

    def exit(self, stmt: gast.stmt, context: _Context) -> list[gast.stmt]:
        made: list[gast.stmt] = []
        if isinstance(stmt, gast.Return):
            value = stmt.value if stmt.value is not None else gast.Constant(None, None)
            made.append(_assign_node(RESULT, gast.copy_location(value, stmt) if stmt.value is None else value, stmt))
            if context.in_loop:
                self.needs_returned = True
                made += [_assign(RETURNED, True, stmt), _assign(STOP, True, stmt)]
        elif isinstance(stmt, gast.Break):
            made.append(_assign(STOP, True, stmt))
            if context.broke:
                made.append(_assign(context.broke, True, stmt))
        return made + [_assign(flag, True, stmt) for flag in context.flags]

    def branch(self, stmt: gast.If, rest: list[gast.stmt], context: _Context) -> _Out:
        then, orelse = self.block(stmt.body, context), self.block(stmt.orelse, context)
        if not rest:
            return _Out([_if(stmt, then.stmts, orelse.stmts)], then.may or orelse.may, then.must and orelse.must)
        if then.must and orelse.must:
            return _Out([_if(stmt, then.stmts, orelse.stmts)], True, True)
        if then.must and not orelse.may:
            tail = self.block(stmt.orelse + rest, context)
            return _Out([_if(stmt, then.stmts, tail.stmts)], True, tail.must)
        if orelse.must and not then.may:
            tail = self.block(stmt.body + rest, context)
            return _Out([_if(stmt, tail.stmts, orelse.stmts)], True, tail.must)
        self.counter += 1
        flag = f"{LEFT[:-1]}{self.counter}>"
        flagged = replace(context, flags=(*context.flags, flag))
        then, orelse = self.block(stmt.body, flagged), self.block(stmt.orelse, flagged)
        tail = self.block(rest, context)
        guard = _if_not(flag, tail.stmts, stmt)
        return _Out([_assign(flag, False, stmt), _if(stmt, then.stmts, orelse.stmts), guard], True, tail.must)

    def attempt(self, stmt: gast.Try, rest: list[gast.stmt], context: _Context) -> _Out:
        """A try whose parts may leave: what follows it, and its `else`, run where none has."""
        self.counter += 1
        flag = f"{LEFT[:-1]}{self.counter}>"
        flagged = replace(context, flags=(*context.flags, flag))
        body, orelse = self.block(stmt.body, flagged), self.block(stmt.orelse, flagged)
        handled = [self.block(h.body, flagged) for h in stmt.handlers]
        handlers = [gast.copy_location(gast.ExceptHandler(h.type, h.name, out.stmts), h)
                    for h, out in zip(stmt.handlers, handled, strict=True)]  # fmt: skip
        after = [_if_not(flag, orelse.stmts, stmt)] if orelse.stmts else []
        made = gast.copy_location(gast.Try(body.stmts, handlers, after, stmt.finalbody), stmt)
        must = (body.must or orelse.must) and all(out.must for out in handled)
        tail = self.block(rest, context)
        guard = [_if_not(flag, tail.stmts, stmt)] if tail.stmts else []
        return _Out([_assign(flag, False, stmt), made, *guard], True, must or tail.must)

    def loop(self, stmt: gast.For | gast.While, rest: list[gast.stmt], context: _Context) -> _Out:
        breaks = _exits_of(stmt, gast.Break)
        returns = any(isinstance(n, gast.Return) for n in _own_nodes(stmt))
        self.counter += 1
        broke = f"{BROKE[:-1]}{self.counter}>" if stmt.orelse and breaks else ""
        inner = _Context(True, (), broke)
        body = self.block(stmt.body, inner).stmts
        if breaks or returns:
            body = [_assign(STOP, False, stmt), *body]
        loop = gast.copy_location(
            gast.For(stmt.target, stmt.iter, body, [], None)
            if isinstance(stmt, gast.For)
            else gast.While(stmt.test, body, []),
            stmt,
        )
        made: list[gast.stmt] = [loop]
        after = stmt.orelse + rest
        if broke:
            made.insert(0, _assign(broke, False, stmt))
            guarded = _if_not(broke, stmt.orelse, stmt)
            after = [guarded, *rest]
        if not returns:
            tail = self.block(after, context)
            return _Out(made + tail.stmts, tail.may, tail.must)
        self.needs_returned = True
        tail = self.block(after, context)
        left = [_assign(flag, True, stmt) for flag in context.flags]
        if context.in_loop:
            left.append(_assign(STOP, True, stmt))
        test = gast.copy_location(gast.Name(RETURNED, gast.Load(), None, None), stmt)
        made.append(_if_node(test, left, tail.stmts, stmt) if left else _if_not(RETURNED, tail.stmts, stmt))
        return _Out(made, True, tail.must)


def _own_nodes(node: gast.AST) -> list[gast.AST]:
    """Nodes of a statement, nested functions left out."""
    found, stack = [], [node]
    while stack:
        current = stack.pop()
        found.append(current)
        if not isinstance(current, (gast.FunctionDef, gast.Lambda, gast.ClassDef)) or current is node:
            stack.extend(gast.iter_child_nodes(current))
    return found


def _has_exit(stmt: gast.stmt) -> bool:
    if isinstance(stmt, (gast.FunctionDef, gast.ClassDef)):
        return False
    return any(isinstance(n, (gast.Return, gast.Break, gast.Continue)) for n in _own_nodes(stmt))


def _always_raises(stmt: gast.stmt) -> bool:
    if isinstance(stmt, gast.If) and stmt.orelse and stmt.body:
        return _always_raises(stmt.body[-1]) and _always_raises(stmt.orelse[-1])
    return isinstance(stmt, gast.Raise)


def _exits_of(loop: gast.For | gast.While, kind: type) -> bool:
    """Whether a loop's own body has such an exit; those of inner loops are theirs."""
    stack: list[gast.AST] = list(loop.body)
    while stack:
        node = stack.pop()
        if isinstance(node, kind):
            return True
        if isinstance(node, (gast.For, gast.While)):
            stack.extend(node.orelse)
        elif not isinstance(node, (gast.FunctionDef, gast.Lambda, gast.ClassDef)):
            stack.extend(gast.iter_child_nodes(node))
    return False


def _assign_node(name: str, value: gast.expr, at: gast.AST) -> gast.stmt:
    target = gast.copy_location(gast.Name(name, gast.Store(), None, None), at)
    return gast.copy_location(gast.Assign([target], value, None), at)


def _assign(name: str, value: object, at: gast.AST) -> gast.stmt:
    return _assign_node(name, gast.copy_location(gast.Constant(value, None), at), at)


def _if(stmt: gast.If, then: list[gast.stmt], orelse: list[gast.stmt]) -> gast.stmt:
    return gast.copy_location(gast.If(stmt.test, then, orelse), stmt)


def _if_node(test: gast.expr, then: list[gast.stmt], orelse: list[gast.stmt], at: gast.AST) -> gast.stmt:
    return gast.copy_location(gast.If(test, then, orelse), at)


def _if_not(flag: str, body: list[gast.stmt], at: gast.AST) -> gast.stmt:
    test = gast.copy_location(gast.Name(flag, gast.Load(), None, None), at)
    return gast.copy_location(gast.If(test, [], body), at)
