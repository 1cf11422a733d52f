"""Every program of `tests/programs`, in every mode and to second order, against central differences."""

import copy

import finite_differences as fd
import numpy as np
import pytest
from programs import Program, all_programs

from tangent_ad import grad, hvp, jvp, value_and_grad, vjp

# A derivative that divides by zero where the program does not is wrong, even if the numbers come out right.
# A warning that an output does not depend on an input is expected: linear programs have zero Hessians.
pytestmark = [
    pytest.mark.filterwarnings("error::RuntimeWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]

DIRECTIONS = 3


def is_scalar(program: Program) -> bool:
    """Whether the program returns one float, so that it has a gradient."""
    out = program.run()
    return isinstance(out, (float, np.floating)) or (isinstance(out, np.ndarray) and out.ndim == 0)


PROGRAMS = all_programs()
SCALAR = {label: program for label, program in PROGRAMS.items() if is_scalar(program)}
TWICE = {label: program for label, program in SCALAR.items() if program.second_order}


def each(programs: dict[str, Program]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("program", programs.values(), ids=programs.keys())


def random_source() -> np.random.Generator:
    """The same numbers for every test, whichever tests run."""
    return np.random.default_rng(20240607)


def active_inputs(program: Program) -> tuple:
    return tuple(program.args[i] for i in program.active)


def tangents_for(program: Program, direction: np.ndarray) -> tuple:
    """One tangent for each argument, None where it is not differentiated."""
    parts = dict(zip(program.active, fd.unflatten(active_inputs(program), direction), strict=True))
    return tuple(parts.get(i) for i in range(len(program.args)))


def random_directions(program: Program) -> list[np.ndarray]:
    rng = random_source()
    size = fd.flatten(active_inputs(program)).size
    return [rng.normal(size=size) for _ in range(DIRECTIONS)]


def largest(vector: np.ndarray) -> float:
    return float(np.max(np.abs(vector), initial=0.0))


@each(PROGRAMS)
def test_reverse_mode(program):
    out, pullback = vjp(program.fun, *program.args)
    cotangent = fd.random_like(out, random_source())
    pulled = pullback(cotangent)
    assert len(pulled) == len(program.args)
    got = fd.flatten(tuple(pulled[i] for i in program.active))
    expected_out = fd.flatten(program.run())
    np.testing.assert_allclose(fd.flatten(out), expected_out, rtol=1e-6)
    for direction in random_directions(program):
        terms = fd.flatten(cotangent) * fd.directional(program.fun, program.args, program.active, direction)
        size = np.sum(np.abs(terms)) + np.sum(np.abs(got * direction)) + largest(expected_out)
        fd.assert_close([got @ direction], [np.sum(terms)], fd.precision(program.args), size, "reverse")


@each(PROGRAMS)
def test_forward_mode(program):
    for direction in random_directions(program):
        out, tangent = jvp(program.fun, program.args, tangents_for(program, direction))
        expected_out = program.run()
        expected = fd.directional(program.fun, program.args, program.active, direction)
        np.testing.assert_allclose(fd.flatten(out), fd.flatten(expected_out), rtol=1e-6)
        fd.assert_close(tangent, expected, fd.precision(program.args), largest(fd.flatten(out)), "forward")
        assert fd.signature(tangent) == fd.signature(expected_out)


@each(SCALAR)
def test_value_and_gradient(program):
    value, gradient = value_and_grad(program.fun, program.argnums)(*program.args)
    expected_value = program.run()
    expected = fd.gradient(program.fun, program.args, program.active)
    precision = fd.precision(program.args)
    np.testing.assert_allclose(value, expected_value, rtol=1e-6 if precision == np.float32 else 1e-12)
    fd.assert_close(gradient, expected, precision, abs(float(value)), "gradient")
    alone = grad(program.fun, program.argnums)(*program.args)
    rounding = 64 * np.finfo(precision).eps  # products that the value does not need may be summed in another order
    np.testing.assert_allclose(fd.flatten(alone), fd.flatten(gradient), rounding, rounding * largest(expected))


@pytest.mark.parametrize("option", [{"optimise": False}, {"backend": "numpy"}], ids=["no passes", "backend"])
@each(SCALAR)
def test_gradient_made_in_other_ways(program, option):
    """What is right only because a pass removes what would fail is not right."""
    gradient = grad(program.fun, program.argnums, **option)(*program.args)
    expected = fd.gradient(program.fun, program.args, program.active)
    size = abs(float(program.run()))
    fd.assert_close(gradient, expected, fd.precision(program.args), size, "gradient")


@each(SCALAR)
def test_gradient_looks_like_the_inputs(program):
    """Containers in, same containers out; same shapes; float32 in, float32 out."""
    gradient = grad(program.fun, program.argnums)(*program.args)
    inputs = program.args[program.argnums] if isinstance(program.argnums, int) else active_inputs(program)
    assert fd.signature(gradient) == fd.signature(inputs)


@each(PROGRAMS)
def test_pullback_looks_like_the_inputs_and_runs_twice(program):
    out, pullback = vjp(program.fun, *program.args)
    first, second = (fd.random_like(out, np.random.default_rng(seed)) for seed in (1, 2))
    unchanged = copy.deepcopy(first)
    pulled = pullback(first)
    for i in program.active:
        assert fd.signature(pulled[i]) == fd.signature(program.args[i])
    once = fd.flatten(tuple(pulled[i] for i in program.active)).copy()
    pullback(second)
    again = pullback(first)
    np.testing.assert_array_equal(fd.flatten(tuple(again[i] for i in program.active)), once)
    kept = fd.flatten(tuple(pulled[i] for i in program.active))
    np.testing.assert_array_equal(kept, once, err_msg="a later call changed an earlier result")
    np.testing.assert_equal(first, unchanged)


@each(PROGRAMS)
def test_inputs_are_left_alone(program):
    before = copy.deepcopy(program.args)
    tangents = tangents_for(program, random_directions(program)[0])
    tangents_before = copy.deepcopy(tangents)
    out, pullback = vjp(program.fun, *program.args)
    pullback(fd.random_like(out, random_source()))
    jvp(program.fun, program.args, tangents)
    np.testing.assert_equal(program.args, before)
    np.testing.assert_equal(tangents, tangents_before)


def arrays(*trees) -> list[np.ndarray]:
    return [leaf for leaf in fd.leaves(trees) if isinstance(leaf, np.ndarray)]


@each(PROGRAMS)
def test_results_are_the_callers_own(program):
    """A derivative may be written into: it is no memory of arguments, of tangents, of itself or of another call."""
    tangents = tangents_for(program, random_directions(program)[0])
    out, pullback = vjp(program.fun, *program.args)
    cotangent = fd.random_like(out, random_source())
    moved, tangent = jvp(program.fun, program.args, tangents)
    for made, given in (
        (pullback(cotangent), [program.args, cotangent, out, pullback(cotangent)]),
        (tangent, [program.args, tangents, moved]),
    ):
        mine, others = arrays(made), arrays(given)
        assert all(a.flags.writeable for a in mine)
        assert not any(np.shares_memory(a, b) for i, a in enumerate(mine) for b in (*mine[:i], *others))


def pulled_through_gradient(program: Program, direction: np.ndarray, **options: str) -> np.ndarray:
    """The Hessian times a direction by reverse mode of the gradient, which has all that a first derivative leaves."""
    parts = fd.unflatten(active_inputs(program), direction)
    _, pullback = vjp(grad(program.fun, program.argnums, **options), *program.args, **options)
    pulled = pullback(parts[0] if isinstance(program.argnums, int) else parts)
    return fd.flatten(tuple(pulled[i] for i in program.active))


def hessian_products(program: Program, direction: np.ndarray) -> dict[str, np.ndarray]:
    """The Hessian times a direction in three ways: hvp, forward over reverse, reverse over reverse."""
    gradient_of = grad(program.fun, program.argnums)
    tangents = tangents_for(program, direction)
    return {
        "hvp": fd.flatten(hvp(program.fun, program.args, tangents)),
        "jvp of grad": fd.flatten(jvp(gradient_of, program.args, tangents)[1]),
        "vjp of grad": pulled_through_gradient(program, direction),
    }


@each(TWICE)
def test_second_order(program):
    gradient_of = grad(program.fun, program.argnums)
    size = largest(fd.flatten(gradient_of(*program.args)))
    for direction in random_directions(program)[:2]:
        expected = fd.directional(gradient_of, program.args, program.active, direction)
        for way, product in hessian_products(program, direction).items():
            fd.assert_close(product, expected, fd.precision(program.args), size, way)


@each(TWICE)
def test_second_order_with_the_backend(program):
    gradient_of = grad(program.fun, program.argnums)
    size = largest(fd.flatten(gradient_of(*program.args)))
    direction = random_directions(program)[0]
    expected = fd.directional(gradient_of, program.args, program.active, direction)
    product = pulled_through_gradient(program, direction, backend="numpy")
    fd.assert_close(product, expected, fd.precision(program.args), size, "vjp of grad")


# In the product of `distance_of_equal_points` two branches with one test ask for the distance's derivative.
BEFORE_ONE_BRANCH = {
    label: program
    for label, program in SCALAR.items()
    if label.startswith("paths_not_taken.") and not label.endswith("distance_of_equal_points")
}


@each(BEFORE_ONE_BRANCH)
def test_hessian_product_where_a_path_is_not_taken(program):
    direction = random_directions(program)[0]
    expected = fd.directional(grad(program.fun), program.args, program.active, direction)
    with np.errstate(divide="ignore", invalid="ignore"):  # in tangents that no path reads
        product = fd.flatten(hvp(program.fun, program.args, tangents_for(program, direction))[0])
    fd.assert_close(product, expected, fd.precision(program.args))


def test_third_derivative_of_a_scalar():
    """API objects compose more than once."""
    third = grad(grad(grad(PROGRAMS["simulations.bessel_series"].fun)))
    second = grad(grad(PROGRAMS["simulations.bessel_series"].fun))
    fd.assert_close(third(1.6), fd.directional(second, (1.6,), (0,), np.ones(1)), np.dtype(np.float64))


def test_argnames_choose_inputs():
    fun = PROGRAMS["models.ridge_regression"].fun
    args = PROGRAMS["models.ridge_regression"].args
    by_name = grad(fun, argnames=("w", "penalty"))(*args)
    np.testing.assert_array_equal(fd.flatten(by_name), fd.flatten(grad(fun, (0, 3))(*args)))


def loss_with_prediction(w, x):
    prediction = w * x
    return np.sum(prediction**2), {"prediction": prediction}


def test_auxiliary_output():
    w, x = np.array([0.7, 1.2]), np.array([0.4, -0.3])
    gradient, aux = grad(loss_with_prediction, has_aux=True)(w, x)
    np.testing.assert_allclose(gradient, 2.0 * w * x**2, rtol=1e-12)
    np.testing.assert_allclose(aux["prediction"], w * x, rtol=1e-12)
    (value, aux), gradient = value_and_grad(loss_with_prediction, has_aux=True)(w, x)
    np.testing.assert_allclose(value, np.sum((w * x) ** 2), rtol=1e-12)
    np.testing.assert_allclose(aux["prediction"], w * x, rtol=1e-12)
    np.testing.assert_allclose(gradient, 2.0 * w * x**2, rtol=1e-12)


@pytest.mark.filterwarnings("default::UserWarning")
def test_an_input_without_effect_warns_and_gets_zeros():
    def fun(x, unused):
        return np.sum(x**2)

    with pytest.warns(UserWarning):
        gradient = grad(fun, argnums=1)(np.ones(2), np.ones((3, 2)))
    np.testing.assert_array_equal(gradient, np.zeros((3, 2)))
