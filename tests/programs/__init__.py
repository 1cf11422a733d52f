"""Whole programs, written as scientists write them, that every mode of differentiation is tested on.

Each topic module exposes `PROGRAMS`, and is found by that. The sample values sit away from kinks and from the
places where a branch or a loop count changes, so that central differences are trustworthy
(`finite_differences.py` checks it). A program may write into its arguments: whoever calls one passes copies
(`Program.run`).
"""

import copy
import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Program:
    """A function, sample arguments, and which of them to differentiate.

    Attributes:
        fun: the function of the user.
        args: the sample values of all its arguments.
        argnums: the position, or the tuple of positions, of the differentiated arguments.
        name: how tests call it; the function's own name when empty.
        second_order: False where second derivatives do not exist near the sample or are beside the point.
    """

    fun: Callable[..., Any]
    args: tuple[Any, ...]
    argnums: int | tuple[int, ...] = 0
    name: str = ""
    second_order: bool = True

    @property
    def label(self) -> str:
        """The name to show in test ids."""
        return self.name or self.fun.__name__

    def run(self) -> Any:
        """The result, from copies of the sample arguments."""
        return self.fun(*copy.deepcopy(self.args))

    @property
    def active(self) -> tuple[int, ...]:
        """The differentiated positions, always as a tuple."""
        return (self.argnums,) if isinstance(self.argnums, int) else self.argnums


def all_programs() -> dict[str, Program]:
    """Every program of every topic, by its test id `topic.label`."""
    programs: dict[str, Program] = {}
    for topic in sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg):
        for program in getattr(importlib.import_module(f"{__name__}.{topic}"), "PROGRAMS", ()):
            label = f"{topic}.{program.label}"
            assert label not in programs, f"two programs are called {label}"
            programs[label] = program
    return programs
