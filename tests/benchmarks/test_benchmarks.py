"""The suite's own tests: the programs, the gradients by hand and those of rivals at small sizes, and the table."""

import copy

import finite_differences as fd
import numpy as np
import pytest

from tests.benchmarks import programs, workloads
from tests.benchmarks.candidates import RIVALS, Absent, by_hand, rewritten, tangent_ad
from tests.kernels import all_kernels

KERNELS = {f"programs.{kernel.label}": kernel for kernel in programs.KERNELS} | all_kernels()


def small(name):
    kernel = KERNELS[name]
    return workloads.Workload(name, name.split(".")[0], kernel, lambda: kernel.args)


def has(make, name):
    try:
        make(small(name), KERNELS[name].args)
    except Absent:
        return False
    return True


HAND = [(make, name) for make in (by_hand, rewritten) for name in KERNELS if has(make, name)]


def check_gradient(kernel, result):
    """Raises AssertionError unless (value, gradient) is what the function and its central differences say."""
    value, gradient = result
    np.testing.assert_allclose(value, kernel.run_loss(*kernel.args), rtol=1e-10)
    got = fd.flatten(gradient)
    rng = np.random.default_rng(0)
    for _ in range(3):
        direction = rng.normal(size=got.size)
        expected = fd.directional(kernel.run_loss, kernel.args, kernel.active, direction)
        size = np.sum(np.abs(got * direction)) + abs(float(value))
        fd.assert_close([got @ direction], expected, fd.precision(kernel.args), size, "gradient")


def test_there_are_enough_gradients_by_hand():
    assert sum(make is by_hand for make, _ in HAND) >= 10


@pytest.mark.parametrize(("make", "name"), HAND, ids=[f"{name}-{make.__name__}" for make, name in HAND])
def test_gradient_by_hand(make, name):
    kernel = KERNELS[name]
    args = copy.deepcopy(kernel.args)
    before = copy.deepcopy(args)
    call = make(small(name), args)
    check_gradient(kernel, call())
    np.testing.assert_equal(args, before)
    np.testing.assert_equal(call()[1], call()[1])


@pytest.mark.parametrize("kernel", programs.KERNELS, ids=lambda kernel: kernel.label)
def test_gradient_of_a_program(kernel):
    check_gradient(kernel, tangent_ad(small(f"programs.{kernel.label}"), kernel.args)())
