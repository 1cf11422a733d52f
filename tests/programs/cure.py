"""What the errors of refused programs say to write instead, written: `@cures(program)` over the program rewritten."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Cure:
    """A refused program, rewritten by following its error to the letter.

    Attributes:
        refused: the program that is refused.
        fun: the program rewritten.
        args: arguments for it where they are others than those of the refused program.
        same: False where it computes another value, as the error says, or where the refused program cannot run.
    """

    refused: Callable[..., Any]
    fun: Callable[..., Any]
    args: tuple[Any, ...] | None = None
    same: bool = True


CURES: list[Cure] = []


def cures(refused: Callable[..., Any], args: tuple[Any, ...] | None = None, same: bool = True) -> Any:
    """Register the function below as the cure of a refused program."""

    def register(fun: Callable[..., Any]) -> Callable[..., Any]:
        CURES.append(Cure(refused, fun, args, same))
        return fun

    return register
