"""Generators, where they are used up: the consumer's code takes the place of each `yield`.

Before:
    def halves(x, n):                 for h in halves(a, 3):
        for _ in range(n):                total = total + h
            x = x / 2
            yield x

After:
    <x> = a
    for _ in range(3):
        <x> = <x> / 2
        h = <x>
        total = total + h

So the consumer and the generator take turns as they do in Python. A generator expression is a generator that
yields its element in nested loops; `map`, `filter` and itertools are those of `streams.py`.
"""

from __future__ import annotations

import inspect
import types
from dataclasses import dataclass
from typing import Any

import gast

import tangent_ad.frontend.expressions  # noqa: F401  names are read another way here
from tangent_ad.frontend.arguments import arguments
from tangent_ad.frontend.binding import bind as bind_arguments
from tangent_ad.frontend.builtin_calls import builtin
from tangent_ad.frontend.cells import is_cell
from tangent_ad.frontend.comprehensions import nest, renamed
from tangent_ad.frontend.exits import RESULT, RETURNED, STOP, Exits
from tangent_ad.frontend.lowering import EXPRESSIONS, Closure, Frame, Lowering
from tangent_ad.frontend.objects import Method, class_of_instance, find, looked_up, special_method
from tangent_ad.frontend.protocols import users_class, without_instances
from tangent_ad.frontend.source import Source, source_of
from tangent_ad.frontend.streams import STREAMS, enumerate_
from tangent_ad.frontend.sugar import simpler
from tangent_ad.frontend.trees import Known, Unrolled, bind, constant, hint_of, placed, read
from tangent_ad.frontend.unknown_calls import known_words
from tangent_ad.ir.instances import module_of
from tangent_ad.ir.nodes import Atom, Const

DEEPEST = 25  # generators within generators


@dataclass(frozen=True, eq=False)
class Lazy:
    """A generator given to another one. It is used up in the frame and the block where it was made."""

    node: Any
    frame: Frame
    block: list[Any]


class Turn(gast.stmt):  # type: ignore[misc]
    """The consumer's turn with one item: a `yield`."""

    _fields = ("value",)


def lazy(low: Lowering, node: Any) -> list[Any] | None:
    """The statements of a generator, with a `Turn` for each `yield`; None for any other expression."""
    if isinstance(node, gast.GeneratorExp):
        return nest(low, node, [gast.copy_location(Turn(node.elt), node)])[0]
    if isinstance(node, gast.Name) and node.id in low.env:
        return _passed_on(low, node, low.env[node.id])
    return _called(low, node, callee_of(low, node)) if isinstance(node, gast.Call) else None


def callee_of(low: Lowering, node: Any) -> Any:
    """The function that a call names by itself or in a module, None for others: nothing is evaluated twice."""
    path: list[str] = []
    target = node.func if isinstance(node, gast.Call) else None
    while isinstance(target, gast.Attribute):
        path.insert(0, target.attr)
        target = target.value
    found = low.look_up(target) if isinstance(target, gast.Name) else getattr(target, "atom", None)
    cls = class_of_instance(low, found) if found is not None and len(path) == 1 else None
    method = find(cls, path[0])[0] if cls is not None else None
    if cls is not None and found is not None and inspect.isgeneratorfunction(method):
        looked_up(low, found, cls, path[0], method)
        return Method(Const(method, path[0]), found)
    for name in path:
        if not (isinstance(found, Const) and isinstance(found.value, (types.ModuleType, type))):
            return None
        found = low.attribute(node.func, found, name)
    return found.value if isinstance(found, Const) else None


def _passed_on(low: Lowering, node: Any, value: Atom) -> list[Any] | None:
    if not (isinstance(value, Const) and isinstance(value.value, Lazy)):
        return None
    made = value.value
    if made.frame is not low.frame or made.block is not low.builder.stmts:
        low.refuse(node, "a generator that was passed in is used up inside a loop or a branch: a second turn would "
                         "find nothing left", "pass a list of its items: [...] in place of (...)")  # fmt: skip
    del low.env[node.id]
    return lazy(low, made.node)


def _called(low: Lowering, node: gast.Call, function: Any) -> list[Any] | None:
    """The body of a generator function, its variables renamed to live in our frame."""
    first: list[Atom] = []
    if isinstance(function, Closure):
        if not yields(function.tree):
            return None
        tree, source, frame = function.tree, function.frame.source, function.frame
        defaults, names = function.defaults, [a.id for a in tree.args.kwonlyargs]
        kw_defaults = {n: d for n, d in zip(names, function.kw_defaults, strict=True) if d is not None}
        at = None
    else:
        stream = stream_of(low, node, function)
        special = known_words(stream)
        if special is not None:
            low.refuse(node, special[0].format(name=f"{module_of(stream)}.{stream.__name__}"), special[1])
        if isinstance(function, Method):
            first, stream = [function.base], function.function.value  # type: ignore[union-attr]
        if not isinstance(stream, types.FunctionType) or not inspect.isgeneratorfunction(stream):
            return None
        source, frame = source_of(stream, generator=True), None
        tree, at = source.tree, node if stream is not function and not first else None
        low.captured(stream, "source", "", stream.__code__)
        captured = enumerate(stream.__defaults__ or ())
        defaults = tuple(low.captured(stream, "default", str(i), d) for i, d in captured)
        kw_defaults = {k: low.captured(stream, "default", k, d) for k, d in (stream.__kwdefaults__ or {}).items()}
    args, kwargs = arguments(low, node, lambda arg: _argument(low, arg), low.expression)
    if at is not None:
        args, kwargs = without_instances(low, node, function, args, kwargs)
    env = bind_arguments(low, node, hint_of(tree.name), tree.args, [*first, *args], kwargs, defaults, kw_defaults)
    return _inlined(low, tree, source, frame, env, at)


def of_instance(low: Lowering, node: Any, value: Atom) -> list[Any] | None:
    """What `__iter__` of an instance gives: its `yield`s, or the items of what it returns; None without one."""
    method = special_method(low, value, "__iter__")
    if method is None:
        return None
    function = method.value.function.value  # type: ignore[union-attr]
    source = source_of(function, generator=True)
    tree = source.tree
    low.captured(function, "source", "", function.__code__)
    env = bind_arguments(low, node, "__iter__", tree.args, [value], {}, (), {})
    if not yields(tree):
        *before, last = tree.body
        given = last.value if isinstance(last, gast.Return) else None
        itself = isinstance(given, gast.Name) and given.id == tree.args.args[0].id
        if given is None or itself or any(isinstance(n, gast.Return) for s in before for n in gast.walk(s)):
            low.refuse(node, f"what __iter__ of {users_class(low, value).__name__} gives is not followed",  # type: ignore[union-attr]
                       "end it with return iter(values), or write it with yield")  # fmt: skip
        items = gast.Expr(gast.YieldFrom(_iterated(given, function)))
        tree = gast.FunctionDef("__iter__", tree.args, [*before, *placed([items], last)], [], None, None)
    return _inlined(low, tree, source, None, env, None)


def _iterated(node: Any, function: types.FunctionType) -> Any:
    """`iter(values)` gives what values does, where all of it is used up at once."""
    code = function.__code__
    own = "iter" in function.__globals__ or "iter" in (*code.co_varnames, *code.co_freevars)
    plain = isinstance(node, gast.Call) and isinstance(node.func, gast.Name) and node.func.id == "iter" and not own
    return node.args[0] if plain and len(node.args) == 1 and not node.keywords else node


def _argument(low: Lowering, node: Any) -> Atom:
    if is_lazy(low, node):
        return Const(Lazy(node, low.frame, low.builder.stmts))
    return low.expression(node)


def is_lazy(low: Lowering, node: Any) -> bool:
    """Whether an expression is a generator."""
    if isinstance(node, gast.GeneratorExp):
        return True
    if not isinstance(node, gast.Call):
        return False
    value = callee_of(low, node)
    if isinstance(value, Closure):
        return yields(value.tree)
    if isinstance(value, Method):
        return True
    return inspect.isgeneratorfunction(stream_of(low, node, value))


def stream_of(low: Lowering, node: gast.Call, function: Any) -> Any:
    """The generator function that says what a library's iterator does, or the function itself."""
    if function is enumerate and node.args and is_lazy(low, node.args[0]):
        return enumerate_
    try:
        return STREAMS.get(function, function)
    except TypeError:  # unhashable
        return function


def _inlined(
    low: Lowering, tree: Any, source: Source, frame: Frame | None, env: dict[str, Atom], at: Any
) -> list[Any]:
    nodes = [n for stmt in tree.body for n in gast.walk(stmt)]
    bound = {n.id for n in nodes if isinstance(n, gast.Name) and not isinstance(n.ctx, gast.Load)} | env.keys()
    bound |= {n.name for n in nodes if isinstance(n, gast.FunctionDef)}
    names: dict[str, Any] = {name: low.fresh(name) for name in sorted(bound)}
    if frame is not low.frame:  # what it reads from outside is read there, of a name that is rebound its cell
        with low.entered(frame or Frame(source, {})):
            free = {n.id: n for n in nodes if isinstance(n, gast.Name) and n.id not in bound}
            entries = {name: low.entry(n) for name, n in free.items()}
            names.update({name: e if is_cell(e) else low.look_up(free[name]) for name, e in entries.items()})
    for name, atom in env.items():
        low.env[names[name]] = atom
    body = renamed(tree.body, names, None if at else source)
    for stmt in body if at else ():
        for n in gast.walk(stmt):
            if hasattr(n, "lineno"):
                gast.copy_location(n, at)
    return [stmt for s in body for stmt in _turns(low, s)]


def _turns(low: Lowering, stmt: Any) -> list[Any]:
    """A statement with its `yield` statements marked as turns of the consumer."""
    if isinstance(stmt, gast.Expr) and isinstance(stmt.value, gast.Yield):
        return [gast.copy_location(Turn(stmt.value.value or constant(None)), stmt)]
    if isinstance(stmt, gast.Expr) and isinstance(stmt.value, gast.YieldFrom):
        item = low.fresh("item")
        turn = gast.copy_location(Turn(read(item)), stmt)
        target = gast.Name(item, gast.Param(), None, None)
        return placed([gast.For(target, stmt.value.value, [turn], [], None)], stmt)
    for block in ("body", "orelse"):
        if isinstance(stmt, (gast.For, gast.While, gast.If, gast.With)) and getattr(stmt, block, None):
            setattr(stmt, block, [made for s in getattr(stmt, block) for made in _turns(low, s)])
    return [stmt]


def yields(tree: Any) -> bool:
    """Whether this is the tree of a generator function."""
    stack = list(tree.body) if isinstance(tree, gast.FunctionDef) else []
    while stack:
        node = stack.pop()
        if isinstance(node, (gast.Yield, gast.YieldFrom)):
            return True
        if not isinstance(node, (gast.FunctionDef, gast.Lambda)):
            stack.extend(gast.iter_child_nodes(node))
    return False


def consume(low: Lowering, node: gast.For, stream: list[Any]) -> None:
    """`for target in generator: body`. A `break` in the body returns from the generator."""
    left = low.fresh("left")
    body = _leaving(node.body, left)
    stops = any(isinstance(n, gast.Name) and n.id == left for s in body for n in gast.walk(s))
    if stops:
        low.env[left] = Const(False)

    def turn(stmt: Turn) -> list[Any]:
        leave = [gast.If(read(left), [gast.Return(constant(None))], [])] if stops else []
        return placed([bind(node.target, stmt.value), _Body(), *leave], stmt)

    if low.depth > DEEPEST:
        low.refuse(node.iter, "a generator that calls itself is not followed",
                   "append to a list that is passed along, in place of yield: values.append(v)")
    if isinstance(node.iter, Unrolled):
        stream = _written_out(stream)
    stmts = without_exits(low, _replaced(stream, Turn, turn))
    low.depth += 1
    try:
        low.statements(_replaced(stmts, _Body, lambda _: body))
    finally:
        low.depth -= 1
    low.env.pop(left, None)


def _leaving(stmts: list[Any], left: str) -> list[Any]:
    """The consumer's statements, with its own `stop` called `left`: that of a loop inside is the inner loop's."""
    out: list[Any] = []
    for stmt in stmts:
        if isinstance(stmt, (gast.For, gast.While)):
            out.append(stmt)
            continue
        blocks = {b: getattr(stmt, b) for b in ("body", "orelse", "handlers", "finalbody") if getattr(stmt, b, None)}
        if isinstance(stmt, gast.FunctionDef) or not blocks:
            out.append(renamed(stmt, {STOP: left}))
            continue
        made = renamed(stmt, {})
        for name, block in blocks.items():
            setattr(made, name, _leaving(block, left))
        out.append(made)
    return out


@builtin(*STREAMS)
def kept(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    low.refuse(node, "an iterator that is kept runs out when it is used",
               "use it up where it is made: in a for loop, list(...), sum(...)")  # fmt: skip


class _Body(gast.stmt):  # type: ignore[misc]
    """Stands for the consumer's statements, while the generator's own exits are rewritten."""


def _replaced(stmts: list[Any], kind: type, make: Any) -> list[Any]:
    """The statements, those of one kind replaced at any depth."""
    out: list[Any] = []
    for stmt in stmts:
        if isinstance(stmt, kind):
            out += make(stmt)
            continue
        stmt = renamed(stmt, {})
        for block in ("body", "orelse"):
            if isinstance(getattr(stmt, block, None), list) and not isinstance(stmt, gast.FunctionDef):
                setattr(stmt, block, _replaced(getattr(stmt, block), kind, make))
        out.append(stmt)
    return out


def without_exits(low: Lowering, stmts: list[Any]) -> list[Any]:
    """Statements with exits of their own, as if they were a function's; its flags get new names."""
    made = Exits().run(simpler(stmts))
    flags = {n.id for s in made for n in gast.walk(s) if isinstance(n, gast.Name) and n.id.startswith("<")}
    own = {f for f in flags if f in (RESULT, RETURNED) or (f.startswith(("<broke", "<left")) and ":" not in f)}
    return renamed(made, {f: low.fresh(f) for f in sorted(own)})  # type: ignore[no-any-return]


def _written_out(stream: list[Any]) -> list[Any]:
    """A generator whose turns are written out, where their number is known."""
    for stmt in stream:
        if isinstance(stmt, (gast.For, gast.If)) and any(isinstance(n, Turn) for n in gast.walk(stmt)):
            if isinstance(stmt, gast.For):
                stmt.iter = gast.copy_location(Unrolled(stmt.iter), stmt.iter)
            _written_out(stmt.body)
            _written_out(stmt.orelse)
    return stream


def lower_name(low: Lowering, node: gast.Name) -> Atom:
    value = low.look_up(node)
    if isinstance(value, Const) and isinstance(value.value, Lazy):
        low.refuse(value.value.node, "a generator is given to what needs all of its items",
                   "pass a list of them: [...] in place of (...)")
    return value


EXPRESSIONS[gast.Name] = lower_name
EXPRESSIONS[Known] = lambda low, node: low.held(node.atom)
