"""The frontend's engine: an abstract interpreter that runs a function on types and writes IR.

It walks the user's tree with an environment from names to atoms. What is known at build time (modules,
functions, literals, ranks) is a `Const` and is folded; the rest is a typed `Var`. Calls of the user's own
functions are followed and inlined; recursive ones become functions of their own (`outline.py`). Handlers
of single constructs register themselves in `STATEMENTS` and `EXPRESSIONS`.
"""

from __future__ import annotations

import builtins
import functools
import itertools
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, NoReturn, Union

import gast
import numpy as np

from tangent_ad.analysis.builder import Builder
from tangent_ad.errors import Origin, Refused
from tangent_ad.frontend.cells import Cell, declared, in_cell, new_cell, put_in_cell, rebound_inside
from tangent_ad.frontend.exits import RESULT, Exits
from tangent_ad.frontend.fence import FENCE
from tangent_ad.frontend.heap import Heap
from tangent_ad.frontend.parting import kept_apart
from tangent_ad.frontend.sharing import PICKED, Why
from tangent_ad.frontend.source import Source, source_of
from tangent_ad.frontend.sugar import simpler
from tangent_ad.frontend.trees import hint_of
from tangent_ad.frontend.views import HeapBuilder
from tangent_ad.ir.instances import holds_itself
from tangent_ad.ir.nodes import UNDEFINED, Apply, Atom, Const, Expr, Func, Op, Var
from tangent_ad.ir.ops import COPY_NAME, PACK_LIST, PACK_TUPLE
from tangent_ad.ir.program import Dependency
from tangent_ad.ir.types import List, Number, Seq, Type, is_differentiable, rank
from tangent_ad.rules.declare import RULES, Rule, is_own, op_of

STATEMENTS: dict[type, Callable[[Lowering, Any], None]] = {}
EXPRESSIONS: dict[type, Callable[[Lowering, Any], Atom]] = {}
READ_ONLY = {
    np.broadcast_to: "write into a copy of it, with .copy()",
    **dict.fromkeys((np.diag, np.diagonal), "write into the matrix itself: np.fill_diagonal(a, v), a[i, i] = v"),
}  # fmt: skip
Exceptional = type[BaseException]
COMPREHENSIONS = (gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp)


@dataclass(frozen=True, eq=False)
class Closure:
    """A nested function or lambda met while lowering: its tree and the frame it captures from."""

    tree: Any
    frame: Frame
    defaults: tuple[Atom, ...] = ()
    kw_defaults: tuple[Atom | None, ...] = ()


@dataclass(frozen=True, eq=False)
class Cached:
    """A function made by the program, under a cache: followed where it would give the same again."""

    function: Const


@dataclass(frozen=True, eq=False)
class Choice:
    """One of two functions, by a test that was made earlier."""

    test: Atom
    then: Atom
    orelse: Atom


@dataclass(frozen=True, eq=False)
class Bound:
    """A method of a value: `x.sum`."""

    base: Atom
    name: str


@dataclass(frozen=True, eq=False)
class Failure:
    """An error that Python raises, and in what; where it does not, `base` has `least` items."""

    error: Exceptional
    what: str
    base: Atom | None = None
    least: int = 0


@dataclass(eq=False)
class Frame:
    """One activation: names of the function being lowered."""

    source: Source
    env: dict[str, Atom]
    parent: Frame | None = None
    locals: frozenset[str] = frozenset()
    tree: Any = None


Place = Union[tuple[str, int], tuple[str, int, int]]  # noqa: UP007 (evaluated, on Python 3.10 too)
"""What must be told apart: a file and a line of paths, turns or items, or, with its column, a loop's turns."""


class Lowering:
    """State of one lowering run."""

    call: ClassVar[Callable[..., Atom]]  # frontend.calls.call
    attribute: ClassVar[Callable[..., Atom]]  # frontend.expressions.attribute
    binary: ClassVar[Callable[..., Atom]]  # frontend.expressions.binary
    of_now: ClassVar[Callable[..., Atom]]  # frontend.dict_views.of_now
    plain_tuple: ClassVar[Callable[..., Atom]]  # frontend.protocols.plain_tuple
    truth: ClassVar[Callable[..., Atom]]  # frontend.protocols.truth

    def __init__(
        self,
        builder: Builder | None = None,
        callees: dict[Op, Func] | None = None,
        apart: frozenset[Place] = frozenset(),
    ) -> None:
        self.builder = builder or HeapBuilder()
        self.heap = self.builder.heap if isinstance(self.builder, HeapBuilder) else Heap(self.builder)
        self.heap.invert = self.invert
        self.frames: list[Frame] = []
        self.active: list[Any] = []  # functions being inlined now, outermost first
        self.dependencies: dict[Dependency, Const] = {}
        self.callees: dict[Op, Func] = callees if callees is not None else {}
        self.outlined: dict[Any, Any] = {}
        self.recursive: set[Any] = set()
        self.pinned: Origin | None = None  # while a rule's template is inlined: the place that it is inlined for
        self.apart = apart
        self.params: frozenset[Var] = frozenset()  # of the function that is differentiated
        self.is_typed = False  # whether the types of all arguments are known
        self.doubtful: set[Any] = set()  # parameters of recursive functions, of unknown kind
        self.copies = 1  # how often the statement at hand is written out by loops around it
        self.undecided = 0  # branches around us that are taken or not when the program runs
        self.views: dict[Atom, Any] = {}  # what keys(), values() and items() of dicts gave: see dict_views.py
        self.unrolled_: set[Atom] = set()  # sequences whose loops are written out, turn by turn
        self.caught: list[tuple[Exceptional, ...]] = []  # what each try around us catches
        self.failures: dict[Var, Failure] = {}  # by their tests
        self.contexts: list[Apply] = []  # what the derivative runs under
        self.outermost: list[Any] | None = None  # the statements of the function that is differentiated
        self.counter = itertools.count()
        self.depth = 0  # generators being used up around us

    # -- where we are ------------------------------------------------------------------------------

    @property
    def frame(self) -> Frame:
        return self.frames[-1]

    @property
    def env(self) -> dict[str, Atom]:
        return self.frame.env

    def origin(self, node: gast.AST) -> Origin:
        source: Source = getattr(node, "source", self.frame.source)
        return self.pinned or source.origin(node)

    def refuse(
        self, node: gast.AST, reason: str, remedy: str, lines: tuple[Origin, ...] = (), parted: tuple[Origin, ...] = ()
    ) -> NoReturn:
        here = self.origin(node) if hasattr(node, "lineno") else self.builder.origin
        refused = Refused(here, reason, remedy, lines, parted)
        if hasattr(node, "lineno") and self.users_rule() is not None:
            refused = Refused(self.frame.source.origin(node), reason, remedy, lines, parted)
            refused.calls.append(here)
        raise refused

    def users_rule(self) -> Rule | None:
        """The rule whose text is being followed, if the user declared it: what is wrong with it is said there."""
        if self.pinned is None or is_own(self.frame.source.function):
            return None
        rules = {t: r for r in RULES.values() for t in (r.template, r.forward) if t is not None and not is_own(t)}
        return next((rules[f.source.function] for f in self.frames if f.source.function in rules), None)

    def type(self, atom: Expr) -> Type:
        return self.heap.type(atom)

    def invert(self, step: Apply, view: Atom, base: Atom) -> Atom:
        """The base of a view that has a new value: the adjoint of a permutation is its inverse."""
        saved, self.heap.given_values = self.heap.given_values, True
        try:
            return self.inverse(step, view, base)
        finally:
            self.heap.given_values = saved

    def inverse(self, step: Apply, view: Atom, base: Atom) -> Atom:
        if step.op.call in (np.real, np.imag):
            return self.run_python(_with_real if step.op.call is np.real else _with_imag, base, view)
        rule = RULES[step.op]
        if rule.view != "permutes" and step.op.call is not np.ravel:
            name = step.op.name.replace("numpy.", "np.", 1)
            reason = f"{name} gives a view that may not be written into, in NumPy, too"
            if step.op.call is np.broadcast_to:
                reason = f"what {name}, or a function under a cache, gives is not to be written into"
            raise Refused(self.builder.origin, reason,
                          READ_ONLY.get(step.op.call, "write into the array itself"))  # fmt: skip
        assert rule.template is not None
        given = {**dict(zip(rule.params[1:], step.args[1:], strict=False)), **dict(step.kwargs)}
        rest = [given.get(p, Const(rule.defaults.get(p))) for p in rule.params[1:]]
        return self.run_python(rule.template, view, base, *rest)  # type: ignore[arg-type]

    # -- walking -----------------------------------------------------------------------------------

    def statements(self, stmts: list[Any]) -> None:
        for i, stmt in enumerate(stmts):
            self.builder.origin = self.origin(stmt)
            place = (self.builder.origin.file, self.builder.origin.line)
            apart = kept_apart(self, stmt, stmts[i + 1 :]) if place in self.apart else None
            for made in (stmt,) if apart is None else apart.stmts:
                handler = STATEMENTS.get(type(made))
                if handler is None:
                    self.fence(made)
                handler(self, made)
            if apart is not None and apart.whole:
                return

    @contextmanager
    def tried(self) -> Iterator[None]:
        """What is lowered here leaves names, objects and statements as they were, also where it is refused."""
        env, state, outer = self.env, self.heap.state, self.builder.open()
        names = dict(env)
        self.heap.state = state.copy()
        try:
            yield
        finally:
            self.heap.state, self.builder.stmts = state, outer
            env.clear()
            env.update(names)

    def always_comes_here(self) -> bool:
        """Whether no branch and no loop is around us."""
        return self.builder.stmts is self.outermost

    def catches(self, error: Exceptional) -> bool:
        """Whether a try around us catches an error."""
        return any(issubclass(error, classes) for classes in self.caught)

    def may_raise(
        self, error: Exceptional, what: str, test: Callable[[], Atom], items: Atom | None = None, least: int = 0
    ) -> None:
        """What follows raises an error of Python's where the test holds, though none of our operations does.

        `what`: how it is called; where the test does not hold, the first and the last `least` of `items` exist.
        """
        if self.catches(error) and (verdict := test()) != Const(False):
            base = None if items is None else self.heap.now(items)
            made = self.builder.name(Apply(COPY_NAME, (verdict,), (), Number("bool")), "fails")
            self.failures[made] = Failure(error, what, base, least)

    def decides(self, loop: gast.For) -> bool:
        """Whether the turns of a loop must be told apart, because of a line in it or for its own sake."""
        here = self.origin(loop)
        if (here.file, here.line, here.col) in self.apart:
            return True
        lines = {p[1] for p in self.apart if len(p) == 2 and p[0] == here.file}
        return bool(lines) and any(getattr(n, "lineno", 0) in lines for n in gast.walk(loop))

    def expression(self, node: Any) -> Atom:
        handler = EXPRESSIONS.get(type(node))
        if handler is None:
            self.fence(node)
        return handler(self, node)

    def fence(self, node: Any) -> NoReturn:
        reason, remedy = FENCE.get(
            type(node), (f"{type(node).__name__} is not differentiated", "rewrite it with plain statements")
        )
        self.refuse(node, reason, remedy)

    def unrolled(self, atom: Atom) -> Atom:
        self.unrolled_.add(atom)
        return atom

    def fresh(self, hint: str) -> str:
        """A name that nothing else has."""
        return f"<{hint_of(hint)}:{next(self.counter)}>"

    # -- names -------------------------------------------------------------------------------------

    def look_up(self, node: gast.Name) -> Atom:
        value = self.of_now(self.held(self.entry(node)))
        if value is UNDEFINED:
            self.refuse(node, f"{node.id!r} is read before it is assigned", f"assign {node.id!r} on every path")
        return value

    def entry(self, node: gast.Name) -> Atom:
        """What is kept for a name: its value, or the cell of one that inner functions rebind."""
        name = node.id
        frame: Frame | None = self.frame
        while frame is not None:
            if name in frame.env:
                return frame.env[name]
            if name in frame.locals:
                return UNDEFINED
            if frame.parent is None:
                return self.outside(node, frame.source.function, name)
            frame = frame.parent
        raise AssertionError

    def held(self, atom: Atom) -> Atom:
        """What a name's entry stands for: the cell's value, where inner functions rebind the name."""
        return in_cell(self.heap, atom.value) if isinstance(atom, Const) and isinstance(atom.value, Cell) else atom

    def bind(self, name: str, value: Atom) -> None:
        """Give a name of the function a value; one that it declares nonlocal is an outer function's."""
        frame: Frame | None = self.frame
        if name in declared(self.frame.tree):
            frame = self.frame.parent
            while frame is not None and name not in frame.env:
                frame = frame.parent
        if frame is None:
            raise Refused(self.builder.origin, f"{name!r} belongs to a function that is not differentiated here",
                          "pass the value in and return the new one")  # fmt: skip
        entry = frame.env.get(name)
        if isinstance(entry, Const) and isinstance(entry.value, Cell):
            put_in_cell(self.heap, entry.value, value)
        else:
            frame.env[name] = value

    def outside(self, node: gast.Name, function: types.FunctionType, name: str) -> Atom:
        """A name that the function finds in its closure, its module or the built-ins."""
        free = function.__code__.co_freevars
        if name in free and function.__closure__ is not None:
            try:
                value = function.__closure__[free.index(name)].cell_contents
            except ValueError:
                self.refuse(node, f"the captured {name!r} has no value yet", f"assign {name!r} before the call")
            return self.captured(function, "closure", name, value)
        if name in function.__globals__:
            return self.captured(function, "global", name, function.__globals__[name])
        if hasattr(builtins, name):
            return self.captured(function, "builtin", name, getattr(builtins, name))
        self.refuse(node, f"the name {name!r} is not defined", f"define or import {name!r}")

    def captured(self, function: Any, kind: str, name: str, value: Any) -> Atom:
        if (getattr(function, "__module__", None) or "").startswith(("tangent_ad.rules", "tangent_ad.frontend")):
            return Const(value, name)  # templates are covered by the version of tangent_ad
        dependency = Dependency(function, kind, name, value)
        if dependency not in self.dependencies and holds_itself(value):
            remedy = f"leave out of {name} what is {name} itself, and write its own name: d['k'] for d['self']['k']"
            raise Refused(self.builder.origin, f"{name} holds itself", remedy)
        return self.dependencies.setdefault(dependency, Const(value, name))

    # -- calls of functions with source ------------------------------------------------------------

    @contextmanager
    def entered(self, frame: Frame) -> Iterator[None]:
        self.frames.append(frame)
        origin = self.builder.origin
        try:
            yield
        except Refused as error:
            if self.pinned is None and len(self.frames) > 1:
                error.calls.append(origin)
            raise
        finally:
            self.frames.pop()
            self.builder.origin = origin

    def run_function(self, source: Source, tree: Any, env: dict[str, Atom], parent: Frame | None = None) -> Atom:
        """Lower a function's body in a new frame; returns the atom of its result."""
        frame = Frame(source, dict(env), parent, local_names(tree), tree)
        with self.entered(frame):
            for name in rebound_inside(tree) - declared(tree):
                if name in frame.env or name in frame.locals:
                    old = frame.env.get(name, UNDEFINED)
                    frame.env[name] = new_cell(self.heap, name, old, self.builder.origin)
            if isinstance(tree, gast.Lambda):
                return self.expression(tree.body)
            self.statements(desugared(tree))
            return self.env.get(RESULT, Const(None))  # all of its paths may raise

    def decided(self, why: Why) -> Why:
        """Why paths or turns that meet here leave doubt: in a rule's template the user sees neither."""
        return why if self.pinned is None else PICKED

    def run_template(self, function: Callable[..., Any], *args: Atom) -> Atom:
        """Inline one of our own functions; what it says is said at the user's line."""
        outer = self.pinned
        self.pinned = outer or self.builder.origin
        try:
            return self.run_python(function, *args)
        finally:
            self.pinned = outer

    def run_python(self, function: Callable[..., Any], *args: Atom) -> Atom:
        """Inline a Python function on positional atoms: how rule templates are instantiated."""
        assert isinstance(function, types.FunctionType)
        source = source_of(function)
        names = [a.id for a in (*source.tree.args.posonlyargs, *source.tree.args.args)]
        env: dict[str, Atom] = dict(zip(names, args, strict=False))
        defaults = function.__defaults__ or ()
        for name, value in zip(names[len(names) - len(defaults) :], defaults, strict=True):
            env.setdefault(name, Const(value))
        if source.tree.args.vararg is not None:
            env[source.tree.args.vararg.id] = self.builder.apply(PACK_TUPLE, args[len(names) :])
        pinned, self.pinned = self.pinned, self.pinned or self.builder.origin
        try:
            return self.run_function(source, source.tree, env)
        finally:
            self.pinned = pinned


def _with_real(z: Any, part: Any) -> Any:
    return part + 1j * np.imag(z)


def _with_imag(z: Any, part: Any) -> Any:
    return np.real(z) + 1j * part


@functools.lru_cache(maxsize=4096)  # a helper may be inlined many times
def desugared(tree: Any) -> list[Any]:
    """The statements of a function without exits."""
    return Exits().run(simpler(tree.body))


@functools.lru_cache(maxsize=4096)
def local_names(tree: Any) -> frozenset[str]:
    """The names that are a function's own."""
    return frozenset(assigned_names(tree) - declared(tree))


def assigned_names(tree: Any) -> set[str]:
    """Names a function (or a list of statements) assigns, nested functions left out."""
    names: set[str] = set()
    if isinstance(tree, gast.FunctionDef):
        tree = desugared(tree)
    stack = list(tree) if isinstance(tree, list) else [tree.body]
    while stack:
        node = stack.pop()
        if isinstance(node, gast.Name) and isinstance(node.ctx, (gast.Store, gast.Del)):
            names.add(node.id)
        elif isinstance(node, (gast.FunctionDef, gast.ClassDef)):
            names.add(node.name)
            continue
        elif isinstance(node, (gast.Import, gast.ImportFrom)):
            names.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, gast.Lambda):
            continue
        elif isinstance(node, COMPREHENSIONS):  # their targets are their own, but not what := binds in them
            names.update(n.target.id for n in gast.walk(node) if isinstance(n, gast.NamedExpr))
            continue
        stack.extend(gast.iter_child_nodes(node))
    return names


def is_type(atom: Atom, *kinds: type) -> bool:
    return isinstance(atom, Const) and isinstance(atom.value, kinds)


def as_array(low: Lowering, value: Atom) -> Atom:
    """What NumPy makes of a list, or of a tuple, of numbers or arrays that it computes with."""
    t = low.type(value)
    if not (isinstance(t, List) or (isinstance(t, Seq) and t.cls in (list, tuple))):
        return value
    kinds = (t.item,) if isinstance(t, List) else t.items
    if not is_differentiable(t) and not all(rank(k) == 0 for k in kinds):
        return value
    return low.builder.apply(op_of(np.asarray), (with_rows(low, value),))


def with_rows(low: Lowering, value: Atom) -> Atom:
    """A list of lists, some with derivatives and some without, with arrays for those of unknown length without: they
    have a tangent, zeros, in the shape of a row."""
    t = low.type(value)
    if not isinstance(t, Seq) or t.cls not in (list, tuple) or not is_differentiable(t):
        return value
    items = [low.builder.item(value, i) for i in range(len(t.items))]
    kinds = map(low.type, items)
    made = [as_array(low, v) if isinstance(k, List) and not is_differentiable(k) else with_rows(low, v)
            for v, k in zip(items, kinds, strict=True)]  # fmt: skip
    if all(m is i for m, i in zip(made, items, strict=True)):
        return value
    return low.builder.apply(PACK_TUPLE if t.cls is tuple else PACK_LIST, made)
