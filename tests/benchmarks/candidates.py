"""Who computes: the function itself, tangent_ad, the expert, and the rivals.

A candidate is made for one workload. Each looks up its own version of the program by topic and name, and has its own
way to call it; all return (value, gradient) as NumPy arrays or as what converts to them.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import tangent_ad

from .workloads import Workload, overwritten

Call = Callable[[], Any]
Maker = Callable[[Workload, Sequence[Any]], Call]


class Absent(Exception):
    """There is no such candidate for a workload; the text says why."""


def function(workload: Workload, args: Sequence[Any]) -> Call:
    """The program itself. What it overwrites is copied first, within its time: a gradient leaves it alone, too."""
    changed = overwritten(workload.kernel)
    loss = workload.kernel.loss
    if not changed:
        return lambda: loss(*args)

    def call() -> Any:
        fresh = list(args)
        for i in changed:
            fresh[i] = args[i].copy()
        return loss(*fresh)

    return call


def plain(workload: Workload, args: Sequence[Any], **options: Any) -> Call:
    gradient = tangent_ad.value_and_grad(workload.kernel.loss, workload.kernel.argnums, **options)
    return lambda: gradient(*args)


def compiled(workload: Workload, args: Sequence[Any]) -> Call:
    """The emitted function itself, where the cost of finding it counts."""
    if workload.calls == 1:
        raise Absent("the same but for the dispatch")
    loss, argnums = workload.kernel.loss, workload.kernel.argnums
    gradient = tangent_ad.compile(loss, *args, kind="value_and_grad", argnums=argnums)
    return lambda: gradient(*args)


def backend(workload: Workload, args: Sequence[Any]) -> Call:
    """With as many threads as everyone has."""
    return plain(workload, args, backend="numpy", threads=int(os.environ.get("OMP_NUM_THREADS", "1")))


def peer(workload: Workload, package: str, suffix: str = "") -> tuple[Any, Callable[..., Any]]:
    """The module of a package beside this one that has the workload's topic, and in it the version of the program."""
    name = f"{__package__}.{package}.{workload.topic}"
    if importlib.util.find_spec(name) is None:
        raise Absent("not written")
    module = importlib.import_module(name)
    label = workload.kernel.label + suffix
    refused = getattr(module, "NOT_PORTED", {})
    if label in refused:
        raise Absent(refused[label])
    if not hasattr(module, label):
        raise Absent("not written")
    return module, getattr(module, label)


def by_hand(workload: Workload, args: Sequence[Any], suffix: str = "") -> Call:
    _, gradient = peer(workload, "hand_kernels", suffix)
    return lambda: gradient(*args)


def rewritten(workload: Workload, args: Sequence[Any]) -> Call:
    return by_hand(workload, args, "_rewritten")


def jax(workload: Workload, args: Sequence[Any]) -> Call:
    """jit(value_and_grad) in double precision; its arguments are on the device already.

    Without asynchronous dispatch, which costs small functions a change of threads and gains nothing here.
    """
    import jax

    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_cpu_enable_async_dispatch", False)
    module, loss = peer(workload, "jax_kernels")
    static = module.STATIC.get(workload.kernel.label, ())
    compiled = jax.jit(jax.value_and_grad(loss, workload.kernel.argnums), static_argnums=static)
    on_device = [a if i in static else jax.tree.map(jax.numpy.asarray, a) for i, a in enumerate(args)]
    return lambda: jax.block_until_ready(compiled(*on_device))


def torch(workload: Workload, args: Sequence[Any]) -> Call:
    """Eager PyTorch. What is differentiated are leaves made anew in each call, as after a step of an optimiser."""
    import torch

    from .eager_kernels import torch_numpy

    _, loss = peer(workload, "eager_kernels")
    tensors = [as_tensor(value, i in workload.kernel.active) for i, value in enumerate(args)]

    def call() -> Any:
        leaves: list[Any] = []

        def leaf(value: Any) -> Any:
            if isinstance(value, (tuple, list)):
                return type(value)(map(leaf, value))
            leaves.append(value.detach().requires_grad_())
            return leaves[-1]

        values = list(tensors)
        for i in workload.kernel.active:
            values[i] = leaf(values[i])
        value = loss(torch_numpy, *values)
        return value.item(), torch.autograd.grad(value, leaves)

    return call


def as_tensor(value: Any, number: bool) -> Any:
    """Arrays as tensors of their own, numbers where they are differentiated."""
    import torch

    if isinstance(value, (tuple, list)):
        return type(value)(as_tensor(item, number) for item in value)
    if isinstance(value, np.ndarray):
        return torch.as_tensor(value.copy())
    return torch.tensor(value, dtype=torch.float64) if number else value


def autograd(workload: Workload, args: Sequence[Any]) -> Call:
    import autograd

    from .eager_kernels import autograd_numpy

    _, loss = peer(workload, "eager_kernels")
    gradient = autograd.value_and_grad(lambda *values: loss(autograd_numpy, *values), workload.kernel.active)
    return lambda: gradient(*args)


CANDIDATES: dict[str, Maker] = {
    "function": function,
    "tangent_ad": plain,
    "compiled": compiled,
    "backend": backend,
    "by hand": by_hand,
    "rewritten": rewritten,
    "jax": jax,
    "torch": torch,
    "autograd": autograd,
}
OURS = ("function", "tangent_ad", "compiled", "backend", "by hand", "rewritten")
RIVALS = ("jax", "torch", "autograd")
