"""Numerical derivatives that know nothing of the compiler.

Everything happens on flat float64 vectors: a container (nested tuples, lists, dicts and instances of floats and
float arrays) is flattened, moved along a direction and rebuilt. Single-precision inputs are differenced in double
precision, so that only the compiler's answer carries single-precision error, not the reference.
"""

import copy
import functools
import types
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

STEP = 1e-4
# How far the two step sizes may disagree before the sample counts as too close to a kink.
SMOOTH = 1e-3
# Relative and absolute accuracy of a compiled derivative, by the precision of the inputs.
TOLERANCE = {np.dtype(np.float64): (1e-6, 1e-8), np.dtype(np.float32): (1e-4, 1e-5)}

Vector = np.ndarray
Fun = Callable[..., Any]


NO_INSTANCES = (types.FunctionType, types.MethodType, types.ModuleType, type, functools.partial, np.ndarray)


def is_instance(tree: Any) -> bool:
    """Whether a value is known by its attributes."""
    return hasattr(tree, "__dict__") and not isinstance(tree, NO_INSTANCES)


def leaves(tree: Any) -> list[Any]:
    """The floats and float arrays of a container, in order; integers, strings and the like are left out."""
    if is_instance(tree):
        return leaves(vars(tree))
    if isinstance(tree, dict):
        return [leaf for key in tree for leaf in leaves(tree[key])]
    if isinstance(tree, (tuple, list)):
        return [leaf for item in tree for leaf in leaves(item)]
    is_number = isinstance(tree, (float, np.floating, np.ndarray))
    return [tree] if is_number and np.asarray(tree).dtype.kind == "f" else []


def flatten(tree: Any) -> Vector:
    """All floats of a container as one float64 vector."""
    parts = [np.asarray(leaf, dtype=np.float64).ravel() for leaf in leaves(tree)]
    return np.concatenate(parts) if parts else np.zeros(0)


def unflatten(tree: Any, flat: Vector, dtype: Any = None) -> Any:
    """The container of the same structure, shapes and dtypes whose floats are `flat`.

    Args:
        tree: the container to imitate; what is no float in it is taken over as it is.
        flat: as many numbers as `flatten(tree)` returns.
        dtype: a dtype for all arrays instead of their own; Python floats stay Python floats.
    """
    rest = iter(np.split(flat, np.cumsum([np.size(leaf) for leaf in leaves(tree)])))

    def build(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: build(value) for key, value in node.items()}
        if is_instance(node):
            made = copy.copy(node)
            vars(made).update(build(vars(node)))
            return made
        if isinstance(node, (tuple, list)):
            items = [build(item) for item in node]
            return type(node)(*items) if hasattr(node, "_fields") else type(node)(items)
        if not leaves(node):
            return node
        part = next(rest)
        if type(node) is float:
            return float(part[0])
        array = np.array(part.reshape(np.shape(node)), dtype=dtype or node.dtype)
        return array if isinstance(node, np.ndarray) else array[()]

    return build(tree)


def random_like(tree: Any, rng: np.random.Generator) -> Any:
    """A container like `tree` with standard normal numbers in it: a tangent or a cotangent."""
    return unflatten(tree, rng.normal(size=flatten(tree).size))


def signature(tree: Any) -> Any:
    """The structure of a container with the dtype and shape of each float in place of its value."""
    if isinstance(tree, dict):
        return {key: signature(value) for key, value in tree.items()}
    if is_instance(tree):
        return type(tree), signature(vars(tree))
    if isinstance(tree, (tuple, list)):
        return type(tree), [signature(item) for item in tree]
    return (np.asarray(tree).dtype, np.shape(tree)) if leaves(tree) else type(tree)


def precision(tree: Any) -> np.dtype[Any]:
    """The least precise float dtype of a container."""
    dtypes = [np.asarray(leaf).dtype for leaf in leaves(tree)]
    return min(dtypes, key=lambda dtype: dtype.itemsize, default=np.dtype(np.float64))


def directional(fun: Fun, args: Sequence[Any], active: Sequence[int], direction: Vector) -> Vector:
    """The derivative of the flattened output along `direction`, by Richardson extrapolation of two steps.

    Raises:
        AssertionError: the two step sizes disagree, so the function is not smooth around `args`.
    """
    chosen = tuple(args[i] for i in active)
    base = flatten(chosen)

    def moved(step: float) -> Vector:
        inputs = copy.deepcopy(list(args))  # the function may write into them
        for i, value in zip(active, unflatten(chosen, base + step * direction, np.float64), strict=True):
            inputs[i] = value
        return flatten(fun(*inputs))

    def central(step: float) -> Vector:
        return (moved(step) - moved(-step)) / (2.0 * step)

    coarse, fine = central(STEP), central(STEP / 2.0)
    scale = max(1.0, float(np.max(np.abs(fine), initial=0.0)))
    assert np.max(np.abs(coarse - fine), initial=0.0) < SMOOTH * scale, "not smooth at the sample"
    return (4.0 * fine - coarse) / 3.0


def gradient(fun: Fun, args: Sequence[Any], active: Sequence[int]) -> Vector:
    """All partial derivatives of a scalar function with respect to the floats of the active arguments."""
    size = flatten(tuple(args[i] for i in active)).size
    return np.array([directional(fun, args, active, unit)[0] for unit in np.eye(size)])


def assert_close(actual: Any, expected: Any, dtype: np.dtype[Any], size: float = 1.0, what: str = "") -> None:
    """Compares two containers, or two vectors, with the accuracy that `dtype` allows.

    Args:
        size: how large the numbers are that the derivative came from; the absolute tolerance grows with it.
        what: what is compared, for the message.
    """
    got, want = flatten(actual), flatten(expected)
    assert got.shape == want.shape, f"{what}: {got.size} numbers instead of {want.size}"
    relative, absolute = TOLERANCE[dtype]
    bound = relative * np.max(np.abs(want), initial=0.0) + absolute * max(1.0, size)
    assert np.all(np.abs(got - want) <= bound), f"{what}: got {got}, central differences give {want}"
