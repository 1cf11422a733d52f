"""Who computes: the function itself, tangent_ad, the expert, and the rivals.

A candidate is made for one workload. Each looks up its own version of the program by topic and name, and has its own
way to call it; all return (value, gradient) as NumPy arrays or as what converts to them.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tangent_ad import value_and_grad

from .workloads import Workload, overwritten

Call = Callable[[], Any]
PACKAGES = {"by hand": "hand_kernels", "jax": "jax_kernels", "torch": "torch_kernels", "autograd": "autograd_kernels"}


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


def tangent_ad(workload: Workload, args: Sequence[Any], **options: Any) -> Call:
    gradient = value_and_grad(workload.kernel.loss, workload.kernel.argnums, **options)
    return lambda: gradient(*args)


def backend(workload: Workload, args: Sequence[Any]) -> Call:
    if "backend" not in inspect.signature(value_and_grad).parameters:
        raise Absent("no backend")
    return tangent_ad(workload, args, backend="numpy")


def peer(workload: Workload, package: str, suffix: str = "") -> Callable[..., Any]:
    """The version of a program in one of the packages beside this module."""
    name = f"{__package__}.{package}.{workload.topic}"
    if importlib.util.find_spec(f"{__package__}.{package}") is None or importlib.util.find_spec(name) is None:
        raise Absent("not written")
    module = importlib.import_module(name)
    label = workload.kernel.loss.__name__ + suffix
    refused = getattr(module, "NOT_PORTED", {})
    if label in refused:
        raise Absent(refused[label])
    if not hasattr(module, label):
        raise Absent("not written")
    return getattr(module, label)


def by_hand(workload: Workload, args: Sequence[Any], suffix: str = "") -> Call:
    gradient = peer(workload, PACKAGES["by hand"], suffix)
    return lambda: gradient(*args)


def rewritten(workload: Workload, args: Sequence[Any]) -> Call:
    return by_hand(workload, args, "_rewritten")


def jax(workload: Workload, args: Sequence[Any]) -> Call:
    """jit(value_and_grad): float and complex arguments are traced, all else is known when it compiles."""
    import jax

    jax.config.update("jax_enable_x64", True)
    loss = peer(workload, PACKAGES["jax"])
    active = workload.kernel.active
    traced = [i for i, a in enumerate(args) if is_traced(a)]
    places = tuple(traced.index(i) for i in active)

    def of_traced(*values: Any) -> Any:
        full = list(args)
        for i, value in zip(traced, values, strict=True):
            full[i] = value
        return loss(*full)

    compiled = jax.jit(jax.value_and_grad(of_traced, places))
    on_device = [jax.tree.map(jax.numpy.asarray, args[i]) for i in traced]
    return lambda: jax.block_until_ready(compiled(*on_device))


def is_traced(value: Any) -> bool:
    if isinstance(value, (tuple, list)):
        return all(is_traced(v) for v in value)
    return isinstance(value, (float, np.floating, np.ndarray)) and np.asarray(value).dtype.kind in "fc"


def torch(workload: Workload, args: Sequence[Any]) -> Call:
    """Eager PyTorch: leaves are made anew in each call, as after a step of an optimiser."""
    import torch

    loss = peer(workload, PACKAGES["torch"])
    active = workload.kernel.active

    def tensor(value: Any, wanted: bool) -> Any:
        if isinstance(value, (tuple, list)):
            return type(value)(tensor(v, wanted) for v in value)
        if wanted or isinstance(value, np.ndarray):
            return torch.as_tensor(value).requires_grad_(wanted)
        return value

    tensors = [tensor(value, i in active) for i, value in enumerate(args)]

    def call() -> Any:
        leaves: list[Any] = []

        def fresh(value: Any) -> Any:
            if isinstance(value, (tuple, list)):
                return type(value)(map(fresh, value))
            leaves.append(value.detach().requires_grad_())
            return leaves[-1]

        values = list(tensors)
        for i in active:
            values[i] = fresh(tensors[i])
        value = loss(*values)
        return value.item(), torch.autograd.grad(value, leaves)

    return call


def autograd(workload: Workload, args: Sequence[Any]) -> Call:
    import autograd

    gradient = autograd.value_and_grad(peer(workload, PACKAGES["autograd"]), workload.kernel.active)
    return lambda: gradient(*args)


CANDIDATES: dict[str, Callable[[Workload, Sequence[Any]], Call]] = {
    "function": function,
    "tangent_ad": tangent_ad,
    "backend": backend,
    "by hand": by_hand,
    "rewritten": rewritten,
    "jax": jax,
    "torch": torch,
    "autograd": autograd,
}
OURS = ("function", "tangent_ad", "backend", "by hand", "rewritten")
RIVALS = ("jax", "torch", "autograd")
