"""Classic numerical programs as their users write them: arrays are allocated, filled, and changed in place.

Nothing here makes way for differentiation. Helpers write into their arguments, many kernels return nothing,
buffers are swapped, rows are views. Each topic module exposes `KERNELS`; beside each kernel stands a `loss`,
the few lines with which a user turns it into one number.

`test_kernels.py` checks every kernel at a small size; `python -m tests.benchmarks` times the gradients of the losses
at a larger one.
"""

import copy
import importlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

TOPICS = (
    "linear_algebra",
    "data",
    "stencils",
    "weather",
    "physics",
    "images",
    "networks",
    "signals",
)


@dataclass(frozen=True)
class Kernel:
    """A function, sample arguments of two sizes, and which of them to differentiate.

    Attributes:
        fun: the kernel.
        args: small sample values of all its arguments, away from kinks.
        argnums: the position, or the tuple of positions, of the differentiated arguments.
        loss: takes the arguments of `fun`, calls it, and makes one float of what it computed.
        timing: makes arguments for which the loss takes 1 to 20 milliseconds.
        outputs: of a kernel that returns nothing: the parameter, or the parameters, that hold its results.
    """

    fun: Callable[..., Any]
    args: tuple[Any, ...]
    argnums: int | tuple[int, ...]
    loss: Callable[..., Any]
    timing: Callable[[], tuple[Any, ...]]
    outputs: str | tuple[str, ...] | None = None

    @property
    def label(self) -> str:
        """The name to show in test ids and in the table."""
        return self.fun.__name__

    @property
    def active(self) -> tuple[int, ...]:
        """The differentiated positions, always as a tuple."""
        return (self.argnums,) if isinstance(self.argnums, int) else self.argnums

    def run(self, *args: Any) -> Any:
        """What the kernel computes: its result or the final contents of its outputs; `args` are left alone."""
        bound = inspect.signature(self.fun).bind(*copy.deepcopy(args))
        result = self.fun(*bound.args)
        if self.outputs is None:
            return result
        assert result is None, f"{self.label} has outputs and returns something"
        if isinstance(self.outputs, str):
            return bound.arguments[self.outputs]
        return tuple(bound.arguments[name] for name in self.outputs)

    def run_loss(self, *args: Any) -> Any:
        """The loss; `args` are left alone."""
        return self.loss(*copy.deepcopy(args))


def all_kernels() -> dict[str, Kernel]:
    """Every kernel of every topic, by its name `topic.label`."""
    kernels: dict[str, Kernel] = {}
    for topic in TOPICS:
        for kernel in importlib.import_module(f"{__name__}.{topic}").KERNELS:
            name = f"{topic}.{kernel.label}"
            assert name not in kernels, f"two kernels are called {name}"
            kernels[name] = kernel
    return kernels
