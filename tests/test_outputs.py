"""Kernels that return nothing: `outputs=` names the arguments that they write their results into."""

import copy

import finite_differences as fd
import numpy as np
import pytest

from tangent_ad import jvp, vjp
from tangent_ad.errors import Refused

rng = np.random.default_rng(3)
A, C, V = rng.uniform(0.3, 1.5, (3, 3)), rng.uniform(0.3, 1.5, (3, 3)), rng.uniform(0.3, 1.5, 4)


def rank_update(A, C):
    for i in range(3):
        for j in range(3):
            C[i, j] *= 0.5
            C[i, j] += A[i, j] * A[j, i]


def scale_rows(m, k):
    m[k] *= m[k - 1]
    return m[k]


def sweep(m):
    for k in range(1, 3):
        scale_rows(m, k)[0] *= 1.5


def writes_through_helpers(A, C):
    sweep(A)
    C[:] = A
    A = A * 2.0  # another array, from here on
    A[0] = 5.0
    C += A


def rebinds_its_output(A, C):
    C[0] = A[0] ** 2
    C = C * 2.0
    C[1] = 7.0


def leaves_early(v, n):
    for i in range(n):
        if i == 2:
            v[i] = v[i - 1] ** 2
            return
        v[i] *= v[i + 1]


def returns_something_too(A, C, *, power=2):
    C[0] = A[1] ** power
    return C[0]


def fills_containers(A, parts, named):
    parts[0][:3] = A[0] ** 2
    parts[1] *= parts[0]
    named["u"][1:] += parts[1][:-1]
    named["u"] = named["u"] * 2.0


def leaves_all_alone(v):
    pass


CASES = [
    (rank_update, (A, C), "C"),
    (rank_update, (A, C), 1),
    (rank_update, (A, C), -1),
    (rank_update, (A, C), ("A", "C")),
    (rank_update, (A, C), ["C", "A"]),
    (rank_update, (A, C), (1, "A")),
    (writes_through_helpers, (A, C), ("A", "C")),
    (rebinds_its_output, (A, C), "C"),
    (leaves_early, (V, 4), "v"),
    (leaves_early, (V, 1), "v"),
    (returns_something_too, (A, C), "C"),
    (fills_containers, (A, [V, 2.0 * V], {"u": V**2}), ("parts", "named")),
    (leaves_all_alone, (V,), 0),
]


def reference(fun, outputs):
    """The kernel as a function that returns what it wrote."""
    names = fun.__code__.co_varnames[: fun.__code__.co_argcount]

    def run(*args):
        fun(*args)
        chosen = [args[names.index(o) if isinstance(o, str) else o] for o in np.atleast_1d(np.array(outputs, object))]
        return chosen[0] if isinstance(outputs, (str, int)) else tuple(chosen)

    return run


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(("fun", "args", "outputs"), CASES, ids=lambda v: getattr(v, "__name__", None))
def test_both_modes(fun, args, outputs):
    run, active = reference(fun, outputs), [i for i, a in enumerate(args) if fd.leaves(a)]
    before = copy.deepcopy(args)
    inputs = tuple(args[i] for i in active)
    direction = rng.normal(size=fd.flatten(inputs).size)
    expected = fd.directional(run, args, active, direction)
    out, pullback = vjp(fun, *args, outputs=outputs)
    np.testing.assert_allclose(fd.flatten(out), fd.flatten(run(*copy.deepcopy(args))))
    cotangent = fd.random_like(out, rng)
    first, second = pullback(cotangent), pullback(cotangent)
    got = fd.flatten(tuple(first[i] for i in active))
    np.testing.assert_array_equal(got, fd.flatten(tuple(second[i] for i in active)))
    fd.assert_close([got @ direction], [fd.flatten(cotangent) @ expected], np.dtype(float), what="reverse")
    moved = dict(zip(active, fd.unflatten(inputs, direction), strict=True))
    value, tangent = jvp(fun, args, tuple(moved.get(i) for i in range(len(args))), outputs=outputs)
    fd.assert_close(tangent, expected, np.dtype(float), what="forward")
    assert fd.signature(tangent) == fd.signature(value) == fd.signature(out)
    np.testing.assert_equal(args, before)


def filled(a, out=None):
    if out is None:
        out = np.zeros_like(a)
    out[:] = a * a


def test_an_output_that_is_not_given():
    with pytest.raises(Refused, match="'out' is an output, but nothing is given for it") as caught:
        vjp(filled, A, outputs="out")
    assert caught.value.line == filled.__code__.co_firstlineno
    assert caught.value.remedy.startswith("give vjp or jvp an array for 'out'")


@pytest.mark.parametrize("outputs", ["Z", 5, ("A", "Z"), -3])
def test_outputs_that_the_function_has_not(outputs):
    with pytest.raises(ValueError, match="rank_update has the parameters A, C"):
        vjp(rank_update, A, C, outputs=outputs)


def lists_of_one_path_each(x, y):
    """An early return, and later ones, that give lists of other lengths, one with an empty list in it."""
    u = []
    if x[0] > 5.0:
        return [x, u]
    u = [y]
    if np.sum(x) > 0.0:
        return u
    return u


@pytest.mark.parametrize("first", [0.5, -3.0, 7.0])
def test_tangents_have_the_structure_of_the_path(first):
    x, y = np.array([first, 1.0]), np.array([0.3, 0.4])
    value, tangent = jvp(lists_of_one_path_each, (x, y), (x, 2.0 * y))
    assert len(value) == len(tangent) == (2 if first > 5.0 else 1)
    np.testing.assert_array_equal(tangent[0], x if first > 5.0 else 2.0 * y)
    assert tangent[1:] == value[1:]
