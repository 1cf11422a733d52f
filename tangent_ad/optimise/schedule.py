"""The order of the passes, and which of them run.

A pass is a file of this folder and a row of `PASSES`; the schedules below say when it runs. Every pass may be left
out, and the derivative stays right: what is needed for that is no pass but a stage of its own (`own_results`), or is
done in another way where the pass is off (`instead`).

    >>> Passes.of("all") == Passes()
    True
    >>> Passes.of(("dead_code", "simplify")).names
    ('dead_code', 'simplify')
    >>> Passes.of("-fold").off
    ('fold',)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, Union

if TYPE_CHECKING:
    from tangent_ad.ir.nodes import Apply, Func, Var

Optimise = Union[bool, str, Sequence[str]]  # noqa: UP007 (evaluated, on Python 3.10 too)
"""True or "all", False, or names of passes: these alone, or with "-" before each of them all others."""


class Pass(NamedTuple):
    """A function of the file that has the pass's name; the file is loaded when the pass runs.

    `takes`: the facts that it is given beside the function. `instead`: what runs where it is off.
    """

    function: str
    takes: tuple[str, ...] = ()
    instead: str | None = None


@dataclass(frozen=True)
class Facts:
    """What a pass may be told of what it cannot see.

    Attributes:
      known: definitions outside the function, of variables that it reads.
      region: of a pullback, the variables of its forward sweep, whose memory is not written: it may run twice.
      final: whether nothing will be differentiated any more.
      rounds: whether the user's own values may be rounded in another way, as those of the NumPy backend may.
    """

    known: Mapping[Var, Apply] | None = None
    region: frozenset[Var] = frozenset()
    final: bool = False
    rounds: bool = False


PASSES: dict[str, Pass] = {
    "dead_code": Pass("dead_code"),
    "simplify": Pass("simplify", ("known", "rounds")),
    "common": Pass("common_subexpressions", ("final",)),
    "invariant": Pass("hoist_invariants"),
    "last_turn": Pass("compute_last_turn_only"),
    "contract": Pass("contract", ("rounds",)),
    "outer": Pass("sum_outer_products"),
    "cheaper": Pass("cheaper_spellings"),
    "overwrite": Pass("overwrite"),
    "unread_writes": Pass("unread_writes"),
    "first_write": Pass("first_write"),
    "lists": Pass("work_on_lists"),
    "scalars": Pass("keep_scalars"),
    "sink": Pass("sink_writes"),
    "in_place": Pass("in_place", ("region",), instead="copy_every_write"),
    "hoist_rows": Pass("hoist_rows"),
    "hoist_views": Pass("hoist_views"),
    "fold": Pass("fold_temporaries", ("region",)),
}

TIDY = ("dead_code", "simplify", "common", "simplify", "dead_code", "invariant", "last_turn")  # after every stage
PRODUCTS = ("contract", "simplify", "dead_code")  # a loop's body, before its turns are taken at once
SWEEP = ("dead_code", "simplify", "dead_code")  # a reverse sweep, before it is decided what to record for it
LAST = ("contract", "outer", "cheaper", *TIDY)  # the finished derivative, still without writes
ELEMENTS = ("overwrite", "unread_writes", "first_write", "lists", "scalars")  # of it and its callees
WRITES = ("sink", "in_place", "dead_code", "hoist_rows", "hoist_views", "fold")  # from functional to Python


@dataclass(frozen=True)
class Passes:
    """Which passes run: all but `off`."""

    off: tuple[str, ...] = ()

    @classmethod
    def of(cls, chosen: Optimise) -> Passes:
        """Raises ValueError for what is no choice of passes."""
        if chosen is True or chosen == "all":
            return cls()
        names = tuple(filter(None, chosen.split(",")) if isinstance(chosen, str) else chosen or ())
        without = [n.removeprefix("-") for n in names if n.startswith("-")]
        unknown = [n for n in names if n.removeprefix("-") not in PASSES]
        if unknown or (without and len(without) < len(names)):
            why = f"there is no pass {unknown[0]!r}" if unknown else "names with and without '-' do not mix"
            raise ValueError(f"optimise={chosen!r}: {why}; the passes are {', '.join(PASSES)}")
        return cls(tuple(p for p in PASSES if (p in without if without else p not in names)))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(p for p in PASSES if p not in self.off)

    def run(self, func: Func, schedule: Sequence[str], facts: Facts = Facts()) -> Func:
        """`func` after the passes of a schedule that are on."""
        for name in schedule:
            made = PASSES[name]
            function = made.instead if name in self.off else made.function
            if function is not None:
                run = getattr(import_module(f"tangent_ad.optimise.{name}"), function)
                func = run(func, *(getattr(facts, f) for f in made.takes))
        return func


__all__ = ["ELEMENTS", "LAST", "PASSES", "PRODUCTS", "SWEEP", "TIDY", "WRITES", "Facts", "Optimise", "Pass", "Passes"]
