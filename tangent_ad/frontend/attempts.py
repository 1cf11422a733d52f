"""`try`: what it catches becomes a test before the statement that may raise it.

Before:                                    After:
    try:                                       if fails(np.linalg.LinAlgError, np.linalg.cholesky, a):
        c = np.linalg.cholesky(a)                  return math.inf
    except np.linalg.LinAlgError:              c = np.linalg.cholesky(a)
        return math.inf                        d = c[0, 0]
    d = c[0, 0]

Statements that cannot raise what is caught are lowered as they are. One that may must do so in one operation, whose
failure can be foreseen; anything else is refused. An exception that is not caught leaves the derivative as it leaves
the function.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import gast
import numpy as np

from tangent_ad.analysis.inference import infer
from tangent_ad.analysis.sampling import expr_type
from tangent_ad.errors import Origin, Refused
from tangent_ad.frontend.describe import operation
from tangent_ad.frontend.heap_state import newest_object
from tangent_ad.frontend.lowering import STATEMENTS, Failure, Lowering
from tangent_ad.frontend.outline import has_effects
from tangent_ad.frontend.statements import branch, lower_raise
from tangent_ad.frontend.trees import bind, placed
from tangent_ad.ir.nodes import UNDEFINED, Apply, Atom, Block, Const, Let, Stmt, Var
from tangent_ad.ir.ops import (
    ADDITEM,
    APPEND,
    ASSERT,
    COPY_NAME,
    FORMAT,
    GETITEM,
    PACK_DICT,
    PACK_LIST,
    PACK_TUPLE,
    POP,
    RAISE,
    SETITEM,
    SLICE,
    WRITES,
)
from tangent_ad.ir.types import Array, Dict, List, Number, Opaque, Seq, Type, Unknown, dims_of, may_be_python, rank
from tangent_ad.ir.walk import blocks
from tangent_ad.rules.declare import BINARY, COMPARE, RULES, UNARY, op_of
from tangent_ad.runtime import helpers

RAISED = "<raised>"
SEVERAL = ("{count} operations of this statement may raise {error}, which the try in {attempt} catches: only one may",
            "split the statement, so that each may raise once, or test with if")  # fmt: skip
INSIDE = ("{what} may raise {error} inside a loop, a branch or a call, and the try in {attempt} around it catches that",
          "move the try to where this is, around this statement alone (a comprehension is a for loop then), or test "
          "with an if in place of the try")  # fmt: skip
TESTED = ("{what} may raise {error} in the test of this if, which the try in {attempt} catches",
          "put it into a statement of its own before the if: test = ...")  # fmt: skip
EVERYTHING = ("the try in {attempt} catches whatever is raised, and {what} may raise {error}",
              "test with if in place of the try, if x.shape[-1] == w.shape[0]; or name another exception that can be "
              "foreseen, if that is meant: except ZeroDivisionError, except np.linalg.LinAlgError")  # fmt: skip
INDEXING = (EVERYTHING[0],
            "take the items before the try, a, b = x[0], x[1]; or test with if in place of the try, if len(x) > 1; or "
            "name another exception, if that is meant: except ZeroDivisionError (IndexError of an array cannot be "
            "foreseen)")  # fmt: skip
SILENT = ("NumPy does not raise FloatingPointError here: it warns, unless np.errstate(...='raise') asks for more",
          "leave the try out, and test what would make the result infinite or nan before: if (x != 0.0).all(): "
          "y = 1.0 / x, else: y = ...")  # fmt: skip
EITHER = ("{what} is of what is a number of Python's on some path, which raises {error}, and of NumPy's on another, "
          "which gives nan or inf; the try in {attempt} catches the error",
          "test the divisor, whatever it is here, with an if in place of the try: if divisor == 0")  # fmt: skip
UNFORESEEN = ("whether {what} will raise {error}, which the try in {attempt} catches, cannot be foreseen",
              "test for it with an if in place of the try: if len(a) != len(b), if step == 0, if len(items) > 0 "
              "before items.pop()")  # fmt: skip
CONVERTED = (UNFORESEEN[0],
             "convert the text before the call, with the try around it, and pass the numbers as arguments")
RAISED_INSIDE = ("this raise is caught by the try in {attempt}, around the call or the loop that it is in",
                 "move the raise, with its if, from there into the try itself; or leave the try out, and test the "
                 "condition with if, before the call")  # fmt: skip
CHANGED = ("{what} may raise {error}, which the try in {attempt} catches, after the statement has changed something",
           "split the statement: what assigns a name, or changes something, goes before the try")  # fmt: skip
DIVISIONS = (operator.truediv, operator.floordiv, operator.mod)
SAFE = {APPEND, PACK_TUPLE, PACK_LIST, PACK_DICT, COPY_NAME, SLICE, FORMAT}
SAFE_CALLS = {len, isinstance, range, zip, enumerate, reversed, list, print, helpers.order, np.shape, np.ndim, np.size,
              operator.is_, operator.is_not}  # fmt: skip
SAFE_ON_NUMBERS = {abs, float, bool, max, min, operator.not_, operator.neg, operator.pos}
Classes = tuple[type[BaseException], ...]


@dataclass(frozen=True)
class Risk:
    """An operation that may raise one of some exceptions. `place`: its position in the block, None inside others.

    `foreseen`: what the frontend knows to fail where the operation, a test, holds (`Lowering.may_raise`).
    """

    operation: Apply
    raises: Classes
    origin: Origin
    place: int | None
    foreseen: Failure | None = None


@dataclass(frozen=True)
class Handler:
    classes: Classes
    name: str | None
    body: list[Any]

    def catches(self, error: type[BaseException]) -> bool:
        return issubclass(error, self.classes)

    def may_catch(self, errors: Classes) -> bool:
        """`Exception` stands for any; NumPy raises FloatingPointError only for those who ask for it."""
        if not {FloatingPointError, ArithmeticError} & set(self.classes):
            errors = tuple(e for e in errors if e is not FloatingPointError)
        own = (c for c in self.classes if c.__module__.startswith("numpy"))
        special = [c for c in own if c is not np.linalg.LinAlgError]  # AxisError is a ValueError of any function
        return any(self.catches(e) or e is Exception or any(issubclass(c, e) for c in special) for e in errors)


def lower_try(low: Lowering, node: gast.Try) -> None:
    if any(isinstance(n, (gast.Return, gast.Break, gast.Continue)) for s in node.finalbody for n in gast.walk(s)):
        low.fence(node)
    handlers = [Handler(_classes(low, h), h.name.id if h.name is not None else None, h.body) for h in node.handlers]
    if handlers:
        _Attempt(low, node, handlers).run(node.body)
    else:
        low.statements([*node.body, *node.orelse])
    low.statements(node.finalbody)


def _classes(low: Lowering, handler: gast.ExceptHandler) -> Classes:
    if handler.type is None:
        return (BaseException,)
    found = low.expression(handler.type)
    value = found.value if isinstance(found, Const) else None
    classes = value if isinstance(value, tuple) else (value,)
    definition = low.builder.definition(found)
    if definition is not None and definition.op is PACK_TUPLE:
        classes = tuple(a.value for a in definition.args if isinstance(a, Const))
    if not all(isinstance(c, type) and issubclass(c, BaseException) for c in classes):
        low.refuse(handler, "which exceptions are caught here is not known", "name their classes: except ValueError")
    return classes


@dataclass
class _Attempt:
    low: Lowering
    node: gast.Try
    handlers: list[Handler]

    def run(self, stmts: list[Any]) -> None:
        """Lower the statements, and the `else` after the last of them."""
        low = self.low
        if not stmts:
            low.statements(self.node.orelse)
            return
        first, rest = stmts[0], stmts[1:]
        low.builder.origin = low.origin(first)
        if isinstance(first, gast.Raise) and first.exc is not None:
            self.explicit(first)
            return
        before, risks = self.risks(first)
        if not risks:  # it is lowered
            self.run(rest)
        elif isinstance(first, gast.If):
            self.parted(first, rest, risks)
        else:
            self.guarded(first, rest, before, risks)

    def risks(self, stmt: Any) -> tuple[list[Stmt], list[Risk]]:
        """Lower a statement that cannot raise what is caught here; of another one what it does, and what may raise."""
        low = self.low
        with low.tried(), self.catching():
            low.statements([stmt])
            made, state, env = list(low.builder.stmts), low.heap.state, dict(low.env)
        all_risks = _risks(Block(tuple(made)), True, low.failures)
        found = [r for r in all_risks if any(h.may_catch(r.raises) for h in self.handlers)]
        if not found:
            low.builder.stmts += made
            low.heap.state = state
            low.env.clear()
            low.env.update(env)
        return made, found

    @contextmanager
    def catching(self) -> Iterator[None]:
        """While a statement is lowered whose exceptions are caught here."""
        caught, self.low.caught = self.low.caught, [*self.low.caught, *(h.classes for h in self.handlers)]
        try:
            yield
        finally:
            self.low.caught = caught

    def explicit(self, stmt: gast.Raise) -> None:
        """`raise` goes to its handler at once."""
        low = self.low
        error = low.expression(stmt.exc)
        cls = _raised_class(low, error)
        handler = next((h for h in self.handlers if h.catches(cls)), None)
        if handler is None:
            low.builder.effect(RAISE, (error,))
        else:
            self.handle(handler, error)

    def handle(self, handler: Handler, error: Atom | None) -> None:
        env = self.low.env
        for name in (RAISED, handler.name):
            if name is not None:
                env.pop(name, None)
                if error is not None:
                    env[name] = error
        read = [n for s in handler.body for n in gast.walk(s) if isinstance(n, gast.Name) and n.id == handler.name]
        if error is None and read:
            self.low.refuse(read[0], f"the exception that an operation raises, {handler.name}, is not made here",
                            "leave it out, and print or keep a text of your own: what it says is known where it is "
                            "caught")  # fmt: skip
        self.low.statements(handler.body)
        env.pop(RAISED, None)
        if handler.name is not None:
            env[handler.name] = UNDEFINED

    def parted(self, stmt: gast.If, rest: list[Any], risks: list[Risk]) -> None:
        """What follows a branch that may raise belongs to the paths that have not raised."""
        low = self.low
        raising = [bool(arm) and isinstance(arm[-1], gast.Raise) for arm in (stmt.body, stmt.orelse)]
        if rest and not any(raising):
            self.refuse(risks, INSIDE)
        test = bind(low.fresh("test"), stmt.test)
        _, risks = self.risks(placed([test], stmt)[0])
        if risks:
            self.refuse(risks, TESTED)
        verdict = low.env.pop(test.targets[0].id)
        branch(low, verdict, lambda: self.run(stmt.body + rest), lambda: self.run(stmt.orelse + rest))

    def guarded(self, stmt: Any, rest: list[Any], before: list[Stmt], risks: list[Risk]) -> None:
        """Test first whether the one operation that may fail does."""
        low, risk = self.low, risks[0]
        unsure = any(not isinstance(s, Let) or s.target is None for s in before)
        if risk.foreseen is not None:
            unsure = has_effects(before[: risk.place])
        if len(risks) > 1 or risk.place is None or unsure:
            several = SEVERAL if len(risks) > 1 else UNFORESEEN
            self.refuse(risks, INSIDE if any(r.place is None for r in risks) else several)
        low.builder.stmts += before[: risk.place]
        if self.acts_before(stmt, len(before[: risk.place])):
            self.refuse(risks, CHANGED)

        def select(handlers: list[Handler]) -> None:
            if not handlers:
                low.statements([stmt])
                self.run(rest)
                return
            handler, others = handlers[0], handlers[1:]
            test = self.fails(risk, handler)
            branch(low, test, lambda: self.handle(handler, None), lambda: select(others))

        select([h for h in self.handlers if h.may_catch(risk.raises)])

    def acts_before(self, stmt: Any, place: int) -> bool:
        """Whether a statement has changed something, an object or a name, when it comes to an operation."""
        low, mark = self.low, newest_object()
        env, state = dict(low.env), low.heap.state
        with low.tried(), self.catching():
            low.builder.stmts = watched = _Watched(place, low)
            low.statements([stmt])
            low.heap.state = watched.state
            rebound = any(watched.env.get(name) is not atom for name, atom in env.items())
            return rebound or low.heap.is_changed(state, mark)

    def fails(self, risk: Risk, handler: Handler) -> Atom:
        """Whether an operation will raise what a handler catches."""
        builder, made = self.low.builder, risk.operation
        if risk.foreseen is not None:
            return made.args[0]  # type: ignore[return-value]
        if FloatingPointError in risk.raises and handler.catches(FloatingPointError):
            self.refuse([risk], UNFORESEEN if handler.catches(ValueError) else SILENT)
        if made.op.call in DIVISIONS:
            if not all(isinstance(expr_type(a), Number) for a in made.args):
                self.refuse([risk], EITHER)
            return builder.raw(op_of(operator.eq), (made.args[1], Const(0)))
        if made.kwargs or (getattr(made.op.call, "__module__", "") or "").partition(".")[0] not in ("numpy", "math"):
            self.refuse([risk], UNFORESEEN)
        function = Const(made.op.call, getattr(made.op.call, "__name__", ""))
        classes = handler.classes[0] if len(handler.classes) == 1 else handler.classes
        return builder.raw(op_of(helpers.fails), (Const(classes), function, *made.args))

    def refuse(self, risks: list[Risk], words: tuple[str, str]) -> None:
        """Refuse what may raise; the first inside a loop or a branch, else the last; the first where all is caught."""
        everything = any({Exception, BaseException} & set(h.classes) for h in self.handlers)
        risk = next((r for r in risks if r.place is None), risks[0 if everything else -1])
        builder, attempt = self.low.builder, self.low.origin(self.node)
        builder.origin = risk.origin
        if risk.operation.op is RAISE:
            words = RAISED_INSIDE
        elif words is UNFORESEEN and risk.operation.op.call in (int, float):
            words = CONVERTED
        elif words not in (SILENT, EITHER) and everything:
            words = INDEXING if risk.operation.op is GETITEM and IndexError in risk.raises else EVERYTHING
        named = [c for h in self.handlers for c in h.classes]
        caught = [e for e in risk.raises if any(h.catches(e) for h in self.handlers)]
        names = " or ".join(e.__name__ for e in caught or (named if Exception in risk.raises else risk.raises))
        what = operation(risk.operation.op) if risk.foreseen is None else risk.foreseen.what
        facts = {"what": what, "error": names, "count": len(risks),
                 "attempt": attempt.seen_from(risk.origin)}  # fmt: skip
        raise Refused(risk.origin, words[0].format(**facts), words[1].format(**facts), (attempt,))


class _Watched(list[Stmt]):
    """The statements of a block, and what names and objects are when the one at a place is written."""

    def __init__(self, place: int, low: Lowering) -> None:
        super().__init__()
        self.place, self.low, self.frame = place, low, low.frame
        self.env: dict[str, Atom] = {}
        self.state = low.heap.state

    def append(self, stmt: Stmt) -> None:
        if len(self) == self.place:
            self.env, self.state = dict(self.frame.env), self.low.heap.state.copy()
        super().append(stmt)


def _raised_class(low: Lowering, error: Atom) -> type[BaseException]:
    made = low.builder.definition(error)
    cls = made.op.call if made is not None else error.value if isinstance(error, Const) else None
    if not (isinstance(cls, type) and issubclass(cls, BaseException)):
        low.refuse(None, "which exception is raised here is not known", "raise an exception of a known class")
    return cls


def _risks(block: Block, top: bool, failures: dict[Var, Failure]) -> list[Risk]:
    found: list[Risk] = []
    tested: dict[Any, int] = {}  # how many items are known to exist
    for i, stmt in enumerate(block.stmts):
        if isinstance(stmt, Let) and isinstance(stmt.value, Apply):
            failure = failures.get(stmt.target) if stmt.target is not None else None
            if failure is not None:
                found.append(Risk(stmt.value, (failure.error,), stmt.origin, i if top else None, failure))
                tested[failure.base] = failure.least
                continue
            if stmt.value.op is GETITEM and _is_within(stmt.value.args[1], tested.get(stmt.value.args[0], 0)):
                continue
            raises = exceptions(stmt.value)
            last = found[-1].operation if found else None  # `items.pop()` reads the item, too
            if stmt.value.op is POP and last is not None and last.op is GETITEM and last.args[0] is stmt.value.args[0]:
                continue
            if raises:
                found.append(Risk(stmt.value, raises, stmt.origin, i if top else None))
        for inner in blocks(stmt):
            found += _risks(inner, False, failures)
    return found


def _is_step(given: Any) -> bool:
    """Whether the step of a range or a slice is surely not 0, which Python refuses."""
    return all(isinstance(a, Const) and a.value != 0 for a in given)


def _is_within(index: Any, n: int) -> bool:
    return isinstance(index, Const) and type(index.value) is int and -n <= index.value < n


NUMPYS: Classes = (ValueError, IndexError, TypeError, FloatingPointError)


def exceptions(made: Apply) -> Classes:
    """What an operation on values of these types may raise; Exception where that is not known."""
    call, kinds = made.op.call, [expr_type(a) for a in made.args]
    if call is zip and dict(made.kwargs).get("strict", Const(False)) != Const(False):
        lengths = {len(t.items) if isinstance(t, Seq) else (dims_of(t) or (None,))[0] for t in kinds}
        return () if len(lengths) == 1 and None not in lengths else (ValueError,)
    if call is range and not _is_step(made.args[2:]):
        return (ValueError,)
    if call in (np.ndim, np.shape, np.size) and not all(isinstance(t, (Number, Array)) for t in kinds):
        return NUMPYS  # a ragged list
    if made.op in SAFE or call in SAFE_CALLS or (isinstance(call, type) and issubclass(call, BaseException)):
        return ()
    if made.op in WRITES:
        return _write_errors(made, kinds) if made.op in (SETITEM, ADDITEM) else (IndexError, ValueError, TypeError)
    if made.op is ASSERT:
        return (AssertionError,)
    if made.op is RAISE:
        return _class_of(made.args[0])
    if made.op is GETITEM:
        return _lookup_errors(made, kinds[0])
    if not all(isinstance(t, (Number, Array)) for t in kinds):
        of_numpy = str(getattr(call, "__module__", "")).partition(".")[0] == "numpy"
        return (*NUMPYS, np.linalg.LinAlgError) if of_numpy and all(map(_is_of_numbers, kinds)) else (Exception,)
    if call in SAFE_ON_NUMBERS and all(rank(t) == 0 for t in kinds):
        return ()
    arrays = [dims_of(t) for t in kinds if rank(t) != 0]
    numbers, python = all(isinstance(t, Number) for t in kinds), all(map(may_be_python, kinds))
    shapes: Classes = () if numbers else (FloatingPointError,)
    shapes += (ValueError,) if len(set(arrays)) > 1 or None in arrays else ()
    if call in DIVISIONS:
        divisor = made.args[1]
        if isinstance(divisor, Const) and divisor.value != 0:
            return shapes
        return (ZeroDivisionError,) if numbers else (ZeroDivisionError, *shapes) if python else shapes
    if call is operator.pow:
        return (ZeroDivisionError, OverflowError) if python else (FloatingPointError, ValueError)
    if call in COMPARE or call in UNARY or (call in BINARY and call is not operator.matmul):
        return shapes
    rule = RULES.get(made.op)
    module = getattr(call, "__module__", None) or ("numpy" if isinstance(call, np.ufunc) else "")
    if rule is not None and rule.kind == "elementwise" and isinstance(call, np.ufunc):
        return shapes
    if call in vars(np.linalg).values():
        return (np.linalg.LinAlgError, *NUMPYS)
    if module == "math":
        return (ValueError, OverflowError)
    return NUMPYS if module == "numpy" or call is operator.matmul else (Exception,)


def _is_of_numbers(t: Type) -> bool:
    """Whether a value is a number, an array, or a list or tuple of such at any depth."""
    if isinstance(t, (Seq, List)):
        return all(map(_is_of_numbers, (t.item,) if isinstance(t, List) else t.items))
    return isinstance(t, (Number, Array))


def _class_of(error: Any) -> Classes:
    """The class of an exception that is raised, or that is raised without arguments."""
    if isinstance(error, Const):
        return (error.value if isinstance(error.value, type) else type(error.value),)
    t = expr_type(error)
    return (t.cls,) if isinstance(t, Opaque) and issubclass(t.cls, BaseException) else (Exception,)


def _write_errors(made: Apply, kinds: list[Type]) -> Classes:
    """A number, or what is as large as the place, is written wherever an array has that place."""
    base, index, _ = made.args
    if not isinstance(kinds[0], Array) or not isinstance(kinds[2], (Number, Array)):
        return (IndexError, ValueError, TypeError)
    place = Apply(GETITEM, (base, index), (), infer(GETITEM, (base, index), ()))
    dims = dims_of(place.type)
    fits = rank(kinds[2]) == 0 or (dims is not None and dims == dims_of(kinds[2]))
    return _lookup_errors(place, kinds[0]) if fits else (IndexError, ValueError, TypeError)


def _lookup_errors(made: Apply, base: Type) -> Classes:
    index = made.args[1]
    if isinstance(index, Apply) and index.op is SLICE:
        return () if _is_step(index.args[2:]) else (ValueError,)
    if isinstance(base, Seq) and isinstance(index, Const) and type(index.value) is int:
        return () if -len(base.items) <= index.value < len(base.items) else (IndexError,)
    if isinstance(base, Dict):
        return () if isinstance(index, Const) and base.get(index.value) is not None else (KeyError,)
    return (IndexError, TypeError) if isinstance(base, Unknown) else (IndexError,)


def lower_any_raise(low: Lowering, node: gast.Raise) -> None:
    """`raise` alone raises again what is being handled."""
    if node.exc is None and RAISED in low.env:
        low.builder.effect(RAISE, (low.env[RAISED],))
        return
    lower_raise(low, node)


STATEMENTS.update({gast.Try: lower_try, gast.Raise: lower_any_raise})
