"""What is measured: the programs of the suite and every kernel, at one size or at several."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.kernels import Kernel, all_kernels

from . import programs


@dataclass(frozen=True)
class Workload:
    """A kernel at one size.

    Attributes:
        name: `topic.label`, and the size where there are several.
        topic: the module that holds the kernel; peers of the kernel are in modules of the same name.
        kernel: the function and its small sample.
        args: makes the arguments to time.
        calls: how many calls make one measurement.
    """

    name: str
    topic: str
    kernel: Kernel
    args: Callable[[], tuple[Any, ...]]
    calls: int = 1


def all_workloads(only: list[str] | None = None) -> Iterator[Workload]:
    """Every workload whose name contains one of `only`; programs first."""
    kernels = {f"programs.{kernel.label}": kernel for kernel in programs.KERNELS}
    for name, kernel in (kernels | all_kernels()).items():
        for size, args in programs.SIZES.get(name, {"": kernel.timing}).items():
            full = f"{name} {size}".rstrip()
            if not only or any(part in full for part in only):
                yield Workload(full, name.split(".")[0], kernel, args, programs.CALLS.get(name, 1))


def overwritten(kernel: Kernel) -> tuple[int, ...]:
    """The positions of the arguments that the loss changes."""
    after = copy.deepcopy(kernel.args)
    kernel.loss(*after)
    arrays = [i for i, value in enumerate(after) if isinstance(value, np.ndarray)]
    return tuple(i for i in arrays if not np.array_equal(kernel.args[i], after[i]))
