"""A function being written: choices, scope, and the registries that the themes add to."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from .kinds import NUM, Arr, Dct, Function, Int, Kind, Lst, Num, Obj, Place, Scope, Tup, Var

T = TypeVar("T")

FEATURES = {
    "writes": "in-place writes into arrays",
    "views": "variables that are views of others",
    "aliases": "two names of one array, swapped names",
    "fancy": "boolean masks and integer array indices",
    "out": "out=, fill, copyto, np.add.at, fill_diagonal",
    "empty": "arrays filled element by element",
    "branches": "if statements and conditional expressions",
    "values": "conditions on values, not only on counters",
    "loops": "for",
    "while": "while",
    "exits": "break, continue, early return, else of loops",
    "helpers": "functions of the module",
    "recursion": "functions that call themselves",
    "closures": "local functions and lambdas",
    "nonlocal": "captured names bound again",
    "containers": "lists, tuples and dicts",
    "changes": "writes into lists and dicts; append, pop, ...",
    "objects": "attributes of dataclass objects",
    "comprehensions": "list comprehensions",
    "star": "*rest, zip(*rows)",
    "walrus": ":=",
    "linear": "matmul, outer",
    "kinks": "abs, maximum, max, where",
    "methods": "methods and properties of objects; plain classes",
    "shared": "objects of the module, written and met again",
    "keywords": "arguments by name, defaults",
    "generators": "functions that yield, generator expressions",
    "none": "names that are None at first",
    "slices": "slices that have names",
    "attempts": "try, raise, finally",
}


@dataclass
class Module:
    """What all functions of a program share.

    Attributes:
        rng: all choices of the program.
        features: names of FEATURES that may be used.
        sizes: the lengths of the axes that inputs have.
        helpers: functions written so far.
        classes: classes at hand, the `methods` and `properties` of their instances.
        shared: the class of the instances that all functions see.
        generators: functions that yield.
    """

    rng: random.Random
    features: frozenset[str]
    sizes: tuple[int, ...] = (3, 2)
    helpers: list[Function] = field(default_factory=list)
    classes: list[Obj] = field(default_factory=list)
    methods: list[Function] = field(default_factory=list)
    properties: list[str] = field(default_factory=list)
    shared: Obj | None = None
    generators: list[Function] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)

    def name(self, stem: str) -> str:
        """A name that the program does not use yet."""
        self.names[stem] = self.names.get(stem, -1) + 1
        number = self.names[stem]
        return f"{stem}{number}" if number else stem

    def shape(self, axes: int) -> tuple[int, ...]:
        return tuple(self.rng.choice(self.sizes) for _ in range(axes))

    def some_kind(self, containers: float = 0.0) -> Kind:
        """A number, vector or matrix; with the given chance a container of them."""
        if self.rng.random() < containers and "containers" in self.features:
            roll = self.rng.randrange(3)
            if roll == 0:
                return Lst(self.some_kind(), self.rng.randint(2, 3))
            if roll == 1:
                return Tup(tuple(self.some_kind() for _ in range(self.rng.randint(2, 3))))
            return Dct(tuple((key, self.some_kind()) for key in ("w", "b", "c")[: self.rng.randint(1, 3)]))
        return self.rng.choices([NUM, Arr(self.shape(1)), Arr(self.shape(2))], [3, 5, 2])[0]


class Body:
    """One function: statements are lists of lines, expressions are texts; both know the scope so far."""

    def __init__(self, module: Module, scope: Scope, result: Kind | None, budget: int, level: int = 0) -> None:
        self.module, self.scope, self.result = module, scope, result
        self.rng = module.rng
        self.budget = budget
        self.level = level  # how deep the function itself is nested in others
        self.depth = 0  # how deep the block is nested in the function
        self.loops = 0  # loops around the place
        self.quiet = 0  # inside lambdas and the like: no calls, no assignments

    # -- choices ------------------------------------------------------------------------------------

    def has(self, feature: str) -> bool:
        return feature in self.module.features

    def chance(self, p: float) -> bool:
        return self.rng.random() < p

    def pick(self, items: Sequence[T]) -> T:
        return self.rng.choice(items)

    def number(self, low: float = -1.0, high: float = 1.0) -> str:
        return repr(round(self.rng.uniform(low, high), 1))

    def name(self, stem: str) -> str:
        return self.module.name(stem)

    # -- scope --------------------------------------------------------------------------------------

    def add(self, stem: str, kind: Kind, **properties: bool) -> str:
        """Bring a new name into scope."""
        name = self.name(stem)
        self.scope.variables.append(Var(name, kind, **properties))
        return name

    def places(self, accept: Callable[[Kind], bool]) -> list[Place]:
        """All stored values of an accepted kind, those inside containers too."""
        found: list[Place] = []
        for variable in self.scope.variables:
            start = Place(variable.name, variable.kind, variable.rebind, variable)
            found.extend(p for p in self._within(start) if accept(p.kind))
        return found

    def _within(self, place: Place) -> Iterator[Place]:
        yield place
        kind, text, changes = place.kind, place.text, self.has("changes")
        if isinstance(kind, Lst) and kind.length:
            yield from self._within(Place(f"{text}[{self.item_index(kind)}]", kind.item, changes, place.root))
        elif isinstance(kind, Tup):
            for i, item in enumerate(kind.items):
                yield from self._within(Place(f"{text}[{i}]", item, False, place.root))
        elif isinstance(kind, Dct):
            for key, item in kind.items:
                yield from self._within(Place(f'{text}["{key}"]', item, changes, place.root))
        elif isinstance(kind, Obj):
            for name, item in kind.fields:
                yield from self._within(Place(f"{text}.{name}", item, self.has("objects"), place.root))

    def item_index(self, kind: Lst) -> str:
        if kind.exact or self.chance(0.6):
            return self.index(kind.length)
        return "-1"

    def place(self, kind: Kind) -> Place | None:
        """A stored value of this kind; later names are likelier, as programs read what they just made."""
        return self.latest(self.places(lambda k: k == kind))

    def latest(self, items: Sequence[T]) -> T | None:
        if not items:
            return None
        return self.rng.choices(items, range(2, len(items) + 2))[0]

    def shape(self, axes: int) -> tuple[int, ...]:
        """A shape with so many axes: mostly that of an array in scope."""
        known = self.arrays(axes)
        return self.pick(known).kind.shape if known and self.chance(0.8) else self.module.shape(axes)

    def some_kind(self, containers: float = 0.0) -> Kind:
        """A kind of the module's; mostly with shapes that arrays in scope have."""
        kind = self.module.some_kind(containers)
        return Arr(self.shape(len(kind.shape))) if isinstance(kind, Arr) else kind

    def arrays(self, axes: int | None = None) -> list[Place]:
        return self.places(lambda k: isinstance(k, Arr) and axes in (None, len(k.shape)))

    def functions(self) -> list[Function]:
        return [*self.module.helpers, *self.scope.functions]

    def index(self, size: int) -> str:
        """An index into an axis of this size: a literal, or made from a loop variable."""
        counters = [(v.name, v.kind) for v in self.scope.variables if isinstance(v.kind, Int)]
        if counters and self.chance(0.6):
            name, kind = self.latest(counters)
            fits = kind.low >= 0 and kind.high < size
            choices = [f"{name} % {size}", f"({name} + 1) % {size}"]
            if fits:
                choices = [name, name, name, f"{size - 1} - {name}", f"-1 - {name}"]
            if kind.low >= 1 and kind.high <= size:
                choices += [f"{name} - 1"] * 2
            if kind.low >= 0 and kind.high + 1 < size:
                choices += [f"{name} + 1"] * 2
            return self.pick(choices)
        return str(self.rng.randrange(-size, size) if self.chance(0.4) else self.rng.randrange(size))

    # -- language -----------------------------------------------------------------------------------

    def expr(self, kind: Kind, depth: int = 2) -> str:
        """An expression of this kind, nested at most so deep."""
        for _ in range(8):
            rule = self._rule(EXPRESSIONS.get(type(kind), []), lambda r: r.deep <= depth)
            text = rule.write(self, kind, depth)
            if text is not None:
                return text
        return LAST_RESORT[type(kind)](self, kind)

    def statement(self) -> list[str]:
        """One statement, which may hold others."""
        self.budget -= 1
        for _ in range(20):
            rule = self._rule(STATEMENTS, lambda r: self.depth + r.deep <= 3)
            lines = rule.write(self)
            if lines:
                return lines
        return []

    def block(self, size: int, looping: bool = False) -> list[str]:
        """An indented block with a scope of its own."""
        mark = self.scope.mark()
        self.depth += 1
        self.loops += looping
        lines: list[str] = []
        for _ in range(size):
            if self.budget > 0 or not lines:
                lines += self.statement()
        self.loops -= looping
        self.depth -= 1
        self.scope.forget(mark)
        return indent(lines or ["pass"])

    def _rule(self, rules: list[Rule], accept: Callable[[Rule], bool]) -> Rule:
        usable = [r for r in rules if r.needs <= self.module.features and accept(r)]
        return self.rng.choices(usable, [r.weight for r in usable])[0]


@dataclass(frozen=True)
class Rule:
    """One form of the language.

    Attributes:
        write: makes the text; None where it does not apply here.
        weight: how likely it is.
        needs: the features without which it is left out.
        deep: levels of nesting that it adds at least.
    """

    write: Callable[..., Any]
    weight: float
    needs: frozenset[str]
    deep: int


STATEMENTS: list[Rule] = []
EXPRESSIONS: dict[type[Kind], list[Rule]] = {}
LAST_RESORT: dict[type[Kind], Callable[[Body, Any], str]] = {Num: lambda body, kind: body.number()}


def statement(weight: float, *needs: str, deep: int = 0) -> Callable[[T], T]:
    """Registers a function from a body to lines."""

    def register(write: T) -> T:
        STATEMENTS.append(Rule(write, weight, frozenset(needs), deep))  # type: ignore[arg-type]
        return write

    return register


def expression(kind: type[Kind], weight: float, *needs: str, deep: int = 1) -> Callable[[T], T]:
    """Registers a function from a body, a kind and a depth to a text."""

    def register(write: T) -> T:
        EXPRESSIONS.setdefault(kind, []).append(Rule(write, weight, frozenset(needs), deep))  # type: ignore[arg-type]
        return write

    return register


def indent(lines: list[str]) -> list[str]:
    return ["    " + line for line in lines]
