"""What the frontend hands on: functions in IR, and everything outside them that they were made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tangent_ad.ir.nodes import Func, Op


@dataclass(frozen=True)
class Dependency:
    """Something outside a function that its derivative was built from.

    Attributes:
      owner: the function (or, for an attribute, the class) that holds it.
      kind: "global"; "builtin" (a global of that name would hide it); "closure"; "default" (`name` is a
        position or a keyword); "attribute"; "source" (the function's code, `name` is empty).
      value: what it was when the derivative was built.
    """

    owner: Any
    kind: str
    name: str
    value: Any = field(compare=False)


@dataclass(frozen=True, eq=False)
class Program:
    """The function, those it calls by name, and what they were made from.

    `writes`: the parameters that the function writes into.
    """

    main: Func
    callees: dict[Op, Func]
    dependencies: tuple[Dependency, ...]
    writes: tuple[str, ...] = ()
