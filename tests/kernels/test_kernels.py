"""Every kernel at its small size, in both modes, against central differences; and that the samples are sound.

The tests of the samples do not use the compiler. Those of kernels that return nothing name the parameters that
hold the results (`outputs=`); those of the losses see the same writes through a caller.
"""

import copy

import finite_differences as fd
import numpy as np
import pytest
from test_programs import active_inputs, largest, random_directions, random_source, tangents_for

from tangent_ad import grad, hvp, jvp, value_and_grad, vjp

from . import Kernel, all_kernels

# As in test_programs.py: a derivative that divides by zero where the kernel does not is wrong.
pytestmark = [
    pytest.mark.filterwarnings("error::RuntimeWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]

KERNELS = all_kernels()
SILENT = {name: kernel for name, kernel in KERNELS.items() if kernel.outputs is not None}
# Second derivatives of a few that cover the ways of writing: numbers, slices, masks, helpers, recursion, swaps.
TWICE = {
    name: KERNELS[name]
    for name in (
        "linear_algebra.cholesky",
        "linear_algebra.cholesky_columns",
        "linear_algebra.lu_solve",
        "linear_algebra.durbin",
        "linear_algebra.gauss_seidel",
        "linear_algebra.conjugate_gradient",
        "data.correlation",
        "data.time_warping",
        "stencils.seidel_2d",
        "stencils.wave_1d",
        "stencils.multigrid",
        "weather.shallow_water",
        "weather.saturation_adjustment",
        "physics.n_body",
        "physics.lorenz_rk4",
        "networks.softmax_in_place",
        "signals.iir_filter",
    )
}


def each(kernels: dict[str, Kernel]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("kernel", kernels.values(), ids=kernels.keys())


def chosen_outputs(kernel: Kernel) -> dict:
    """The keywords that tell the compiler where the results of a kernel are."""
    return {} if kernel.outputs is None else {"outputs": kernel.outputs}


def of_active(kernel: Kernel, values) -> np.ndarray:
    """What belongs to the differentiated arguments, as one vector."""
    return fd.flatten(tuple(values[i] for i in kernel.active))


def check_tangent(fun, kernel: Kernel, out, tangent, direction: np.ndarray, what: str) -> None:
    expected = fd.directional(fun, kernel.args, kernel.active, direction)
    fd.assert_close(tangent, expected, fd.precision(kernel.args), largest(fd.flatten(out)), what)


# ---- the samples, without the compiler


@each(KERNELS)
def test_the_sample_is_repeatable_and_finite(kernel):
    once, again = kernel.run(*kernel.args), kernel.run(*kernel.args)
    assert np.all(np.isfinite(fd.flatten(once)))
    np.testing.assert_equal(once, again)
    loss = kernel.run_loss(*kernel.args)
    assert isinstance(loss, float) and np.isfinite(loss)


@each(KERNELS)
def test_the_sample_is_smooth_and_every_input_counts(kernel):
    """`directional` fails near kinks; an input that changes nothing would make every gradient of it right."""
    for direction in random_directions(kernel):
        fd.directional(kernel.run, kernel.args, kernel.active, direction)
        fd.directional(kernel.run_loss, kernel.args, kernel.active, direction)
    for i in kernel.active:
        size = fd.flatten(kernel.args[i]).size
        change = fd.directional(kernel.run_loss, kernel.args, (i,), random_source().normal(size=size))
        assert largest(change) > 1e-6, f"the loss does not depend on argument {i}"


@each(SILENT)
def test_a_silent_kernel_writes_into_its_outputs(kernel):
    names = (kernel.outputs,) if isinstance(kernel.outputs, str) else kernel.outputs
    before = dict(zip(kernel.fun.__code__.co_varnames, kernel.args, strict=False))
    results = kernel.run(*kernel.args)
    for name, result in zip(names, (results,) if isinstance(kernel.outputs, str) else results, strict=True):
        assert np.any(result != before[name]), name


# ---- the kernels


@each(KERNELS)
def test_reverse_mode(kernel):
    out, pullback = vjp(kernel.fun, *kernel.args, **chosen_outputs(kernel))
    expected_out = fd.flatten(kernel.run(*kernel.args))
    np.testing.assert_allclose(fd.flatten(out), expected_out, rtol=1e-10)
    cotangent = fd.random_like(out, random_source())
    pulled = pullback(cotangent)
    assert len(pulled) == len(kernel.args)
    got = of_active(kernel, pulled)
    for direction in random_directions(kernel):
        terms = fd.flatten(cotangent) * fd.directional(kernel.run, kernel.args, kernel.active, direction)
        size = np.sum(np.abs(terms)) + np.sum(np.abs(got * direction)) + largest(expected_out)
        fd.assert_close([got @ direction], [np.sum(terms)], fd.precision(kernel.args), size, "reverse")


@each(KERNELS)
def test_forward_mode(kernel):
    for direction in random_directions(kernel):
        tangents = tangents_for(kernel, direction)
        out, tangent = jvp(kernel.fun, kernel.args, tangents, **chosen_outputs(kernel))
        expected_out = kernel.run(*kernel.args)
        np.testing.assert_allclose(fd.flatten(out), fd.flatten(expected_out), rtol=1e-10)
        assert fd.signature(tangent) == fd.signature(expected_out)
        check_tangent(kernel.run, kernel, out, tangent, direction, "forward")


@each(KERNELS)
def test_pullback_looks_like_the_inputs_and_runs_twice(kernel):
    out, pullback = vjp(kernel.fun, *kernel.args, **chosen_outputs(kernel))
    first, second = (fd.random_like(out, np.random.default_rng(seed)) for seed in (1, 2))
    first_before, out_before = copy.deepcopy(first), copy.deepcopy(out)
    pulled = pullback(first)
    for i in kernel.active:
        assert fd.signature(pulled[i]) == fd.signature(kernel.args[i])
    once = of_active(kernel, pulled).copy()
    pullback(second)
    np.testing.assert_array_equal(of_active(kernel, pullback(first)), once)
    np.testing.assert_array_equal(of_active(kernel, pulled), once, err_msg="a later call changed an earlier result")
    np.testing.assert_equal(first, first_before)
    np.testing.assert_equal(out, out_before)


@each(KERNELS)
def test_inputs_are_left_alone(kernel):
    before = copy.deepcopy(kernel.args)
    tangents = tangents_for(kernel, random_directions(kernel)[0])
    tangents_before = copy.deepcopy(tangents)
    out, pullback = vjp(kernel.fun, *kernel.args, **chosen_outputs(kernel))
    np.testing.assert_equal(kernel.args, before)
    pullback(fd.random_like(out, random_source()))
    jvp(kernel.fun, kernel.args, tangents, **chosen_outputs(kernel))
    np.testing.assert_equal(kernel.args, before)
    np.testing.assert_equal(tangents, tangents_before)


# ---- the losses, which call the kernels


@each(KERNELS)
def test_gradient_of_the_loss(kernel):
    before = copy.deepcopy(kernel.args)
    value, gradient = value_and_grad(kernel.loss, kernel.argnums)(*kernel.args)
    np.testing.assert_allclose(value, kernel.run_loss(*kernel.args), rtol=1e-10)
    inputs = kernel.args[kernel.argnums] if isinstance(kernel.argnums, int) else active_inputs(kernel)
    assert fd.signature(gradient) == fd.signature(inputs)
    got = fd.flatten(gradient)
    for direction in random_directions(kernel):
        expected = fd.directional(kernel.run_loss, kernel.args, kernel.active, direction)
        size = np.sum(np.abs(got * direction)) + abs(float(value))
        fd.assert_close([got @ direction], expected, fd.precision(kernel.args), size, "gradient")
    alone = grad(kernel.loss, kernel.argnums)(*kernel.args)
    np.testing.assert_array_equal(fd.flatten(alone), got)
    np.testing.assert_equal(kernel.args, before)


@each(KERNELS)
def test_the_numpy_backend_agrees(kernel):
    before = copy.deepcopy(kernel.args)
    value, gradient = value_and_grad(kernel.loss, kernel.argnums)(*kernel.args)
    found, by_backend = value_and_grad(kernel.loss, kernel.argnums, backend="numpy")(*kernel.args)
    np.testing.assert_allclose(found, value, rtol=1e-12)
    expected = fd.flatten(gradient)
    np.testing.assert_allclose(fd.flatten(by_backend), expected, rtol=1e-9, atol=1e-12 * largest(expected))
    np.testing.assert_equal(kernel.args, before)


@each(KERNELS)
def test_tangent_of_the_loss(kernel):
    before = copy.deepcopy(kernel.args)
    for direction in random_directions(kernel):
        value, tangent = jvp(kernel.loss, kernel.args, tangents_for(kernel, direction))
        np.testing.assert_allclose(value, kernel.run_loss(*kernel.args), rtol=1e-10)
        check_tangent(kernel.run_loss, kernel, value, tangent, direction, "tangent")
    np.testing.assert_equal(kernel.args, before)


@each(TWICE)
def test_second_order_of_the_loss(kernel):
    gradient_of = grad(kernel.loss, kernel.argnums)
    direction = random_directions(kernel)[0]
    tangents = tangents_for(kernel, direction)
    product = hvp(kernel.loss, kernel.args, tangents)
    expected = fd.directional(gradient_of, kernel.args, kernel.active, direction)
    size = largest(fd.flatten(gradient_of(*kernel.args)))
    fd.assert_close(product, expected, fd.precision(kernel.args), size, "hvp")
