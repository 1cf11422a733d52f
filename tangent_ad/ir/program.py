"""What the frontend hands on: functions in IR, and everything outside them that they were made from."""

from __future__ import annotations

import inspect
import types
from dataclasses import dataclass
from typing import Any

from tangent_ad.ir.nodes import Func, Op


@dataclass(frozen=True, eq=False)
class Dependency:
    """Something outside a function that its derivative was built from.

    Two are one where they read the same name of the same object: instances of dataclasses have no hash.

    Attributes:
      owner: the function (or, for an attribute, the class or the instance) that holds it.
      kind: "global"; "builtin" (a global of that name would hide it); "closure"; "default" (`name` is a
        position or a keyword); "attribute"; "lookup" (what an instance finds in its class, or a class in its
        bases: the function or the property itself); "super" (the same, in the classes after one of them);
        "source" (the function's code, `name` is empty).
      value: what it was when the derivative was built.
    """

    owner: Any
    kind: str
    name: str
    value: Any

    @property
    def place(self) -> tuple[int, str, str]:
        return id(self.owner), self.kind, self.name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dependency) and self.place == other.place

    def __hash__(self) -> int:
        return hash(self.place)


@dataclass(frozen=True, eq=False)
class Program:
    """The function, those it calls by name, and what they were made from.

    `writes`: the parameters that the function writes into.
    """

    main: Func
    callees: dict[Op, Func]
    dependencies: tuple[Dependency, ...]
    writes: tuple[str, ...] = ()


def signature_of(function: Any) -> inspect.Signature:
    """The parameters of a function itself; those of one that it wraps where it hands on `*args` and `**kwargs`."""
    own = inspect.signature(function, follow_wrapped=False)
    hands_on = all(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in own.parameters.values())
    wrapped = getattr(function, "__wrapped__", None)
    return signature_of(wrapped) if hands_on and isinstance(wrapped, types.FunctionType) else own
