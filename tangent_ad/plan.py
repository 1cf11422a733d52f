"""What is to be derived, and how: a function, the differentiations, the options."""

from __future__ import annotations

import types
from dataclasses import dataclass, field

from tangent_ad.backend import Backend
from tangent_ad.optimise import Optimise, Passes


@dataclass(frozen=True)
class Step:
    """One differentiation: `kind` is grad, value_and_grad, vjp, jvp or hvp; `wrt` names parameters."""

    kind: str
    wrt: tuple[str, ...]
    single: bool = False
    aux: bool = False


@dataclass(frozen=True)
class Options:
    """How a derivative is made, apart from what it is the derivative of. Its text is a part of the cache's key."""

    passes: Passes = field(default_factory=Passes)
    backend: Backend = field(default_factory=Backend)

    @classmethod
    def of(
        cls, optimise: Optimise = "all", backend: str = "plain", threads: int = 1, workspace: bool = False
    ) -> Options:
        """Raises ValueError for passes or a backend that do not exist."""
        return cls(Passes.of(optimise), Backend(backend, threads, workspace))


@dataclass(frozen=True, eq=False)
class Plan:
    """A function and what is done to it, innermost first.

    `in_order`: the parameters that are arrays in C order. `outputs`: the parameters whose final contents are its
    result, for a kernel that returns nothing; a tuple of one name is a tuple of one array, a name alone that array.
    """

    function: types.FunctionType
    steps: tuple[Step, ...]
    outputs: str | tuple[str, ...] | None = None
    in_order: frozenset[str] = frozenset()
    options: Options = field(default_factory=Options)

    @property
    def name(self) -> str:
        stem = self.function.__name__ if self.function.__name__.isidentifier() else "function"
        return "_".join([stem, *(s.kind for s in self.steps)])
