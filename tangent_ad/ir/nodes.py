"""The intermediate representation: structured, functional, in static single assignment.

A `Func` holds parameters and a `Block`. A block is a list of statements and the atoms it yields.
Control flow stays structured: `If`, `For` and `While` bind new variables (`targets`) to what their
blocks yield, and loops carry values (`params`, started from `inits`). There are no assignments to old
names and no writes: an in-place write is an operation that returns the new array; whether it may reuse
the old one's memory is decided last, by `optimise.in_place`, which alone makes `Store` statements.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tangent_ad.errors import NOWHERE, Origin
from tangent_ad.ir.types import Type, Unknown


@dataclass(frozen=True, eq=False)
class Op:
    """A resolved primitive. Identity is the object, never its name.

    `call` runs on small samples to find the type of the result, and tells the emitter what to print.
    `fresh`: the result shares no memory with the arguments. `pure`: no effect, may be moved or dropped.
    """

    name: str
    call: Callable[..., Any]
    syntax: str = "call"  # call, binary, unary, compare, getitem, attribute, tuple, list, dict, ...
    symbol: str = ""
    fresh: bool = True
    pure: bool = True

    def __repr__(self) -> str:
        return self.name


@dataclass(frozen=True, eq=False)
class Var:
    """One value, bound once. `hint` is the name it would like to be printed with."""

    hint: str
    type: Type = field(default_factory=Unknown)

    def __repr__(self) -> str:
        return f"%{self.hint}"

    def call(self, hint: str) -> None:
        """Another name to be printed with: the value, and whoever holds it, stay the same."""
        object.__setattr__(self, "hint", hint)


@dataclass(frozen=True, eq=False)
class Const:
    """A value known at build time: a literal, or an object that the program reads under `name`."""

    value: Any
    name: str = ""
    facts: dict[str, Any] = field(default_factory=dict, init=False)  # what was found out about the value

    def __repr__(self) -> str:
        return repr(self.value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Const):
            return NotImplemented
        mine, theirs = self.value, other.value
        if mine is theirs:
            return True
        literal = (bool, int, float, complex, str, tuple, type(None))
        # repr tells 0.0 from -0.0, and 1 from True inside tuples, where == does not.
        return type(mine) is type(theirs) and isinstance(mine, literal) and repr(mine) == repr(theirs)

    def __hash__(self) -> int:
        literal = (bool, int, float, complex, str)
        return hash((type(self.value), self.value)) if isinstance(self.value, literal) else hash(type(self.value))


class _Undefined:
    def __repr__(self) -> str:
        return "undefined"


UNDEFINED = Const(_Undefined())
"""What a variable is worth on a path that never assigned it."""

Atom = Var | Const


@dataclass(frozen=True, eq=False)
class Apply:
    """`op(*args, **kwargs)`; arguments are atoms until `optimise.fold_temporaries` nests them."""

    op: Op
    args: tuple[Expr, ...]
    kwargs: tuple[tuple[str, Expr], ...] = ()
    type: Type = field(default_factory=Unknown)

    def __repr__(self) -> str:
        inner = [repr(a) for a in self.args] + [f"{k}={v!r}" for k, v in self.kwargs]
        return f"{self.op.name}({', '.join(inner)})"

    @property
    def operands(self) -> tuple[Expr, ...]:
        return self.args + tuple(v for _, v in self.kwargs)


Expr = Var | Const | Apply


class Stmt:
    """Base of all statements."""

    origin: Origin


@dataclass(frozen=True, eq=False)
class Block:
    stmts: tuple[Stmt, ...] = ()
    results: tuple[Expr, ...] = ()


@dataclass(frozen=True, eq=False)
class Let(Stmt):
    """target = value; a target of None is an effect (print, assert) that keeps its place."""

    target: Var | None
    value: Expr
    origin: Origin = NOWHERE


@dataclass(frozen=True, eq=False)
class Store(Stmt):
    """A write that reuses memory: `setitem`, `additem`, `append`, `iadd`. Made by `optimise.in_place` only."""

    kind: str
    base: Var
    args: tuple[Expr, ...]
    origin: Origin = NOWHERE


@dataclass(frozen=True, eq=False)
class If(Stmt):
    """`inline`: the user wrote an expression (`a if t else b`, `a and b`), print one if possible."""

    test: Expr
    then: Block
    orelse: Block
    targets: tuple[Var, ...]
    origin: Origin = NOWHERE
    inline: bool = False
    undoes: int = 0


@dataclass(frozen=True, eq=False)
class For(Stmt):
    """`for elem in iterable`: `index` counts iterations from 0.

    `body.results` are the next `params`, and last, if `stops`, a bool that ends the loop.
    `undoes`: in a reverse sweep, the number of the statement this one walks back through.
    """

    index: Var
    elem: Var
    iterable: Expr
    params: tuple[Var, ...]
    inits: tuple[Expr, ...]
    body: Block
    targets: tuple[Var, ...]
    stops: bool = False
    origin: Origin = NOWHERE
    undoes: int = 0


@dataclass(frozen=True, eq=False)
class While(Stmt):
    """`while test`: `test` is a block over `params` that yields one atom."""

    test: Block
    params: tuple[Var, ...]
    inits: tuple[Expr, ...]
    body: Block
    targets: tuple[Var, ...]
    stops: bool = False
    origin: Origin = NOWHERE


@dataclass(frozen=True, eq=False)
class Func:
    """A function: `body.results` is what it returns (one atom). `title` opens its docstring.

    `contexts`: calls that make the context managers which all of it runs under, and that set their filters.
    """

    name: str
    params: tuple[Var, ...]
    body: Block
    origin: Origin = NOWHERE
    defaults: tuple[tuple[str, Any], ...] = ()
    title: str = ""
    contexts: tuple[Apply, ...] = ()
