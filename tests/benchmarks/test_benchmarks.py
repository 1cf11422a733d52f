"""The suite's own tests: the programs, the gradients by hand at small sizes, and the table."""

import copy

import finite_differences as fd
import numpy as np
import pytest

from tests.benchmarks import candidates, programs, suite, workloads
from tests.benchmarks.__main__ import parse
from tests.benchmarks.candidates import Absent, by_hand, rewritten, tangent_ad
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


def run(capsys, *options):
    """(exit code, what is printed) of a short run."""
    code = suite.run(parse(["--budget", "0.001", *options]))
    return code, capsys.readouterr().out


def test_the_table(capsys, tmp_path):
    page = tmp_path / "table.md"
    code, out = run(capsys, "--only", "recurrence_math", "--only", "linear_algebra.lu_solve", "--markdown", str(page))
    assert code == 0
    lines = out.splitlines()
    assert [line.split()[0] for line in lines[1:4]] == [
        "workload", "programs.recurrence_math", "linear_algebra.lu_solve"
    ]  # fmt: skip
    assert any(line.startswith("time(tangent_ad) / time(by hand): geometric mean") for line in lines)
    text = page.read_text()
    assert "| programs.recurrence_math |" in text and "| workload |" in text


def test_another_gradient_is_reported_and_not_timed(capsys, monkeypatch):
    def wrong(workload, args):
        right = by_hand(workload, args)
        return lambda: (right()[0], tuple(1.001 * g for g in right()[1]))

    monkeypatch.setitem(candidates.CANDIDATES, "by hand", wrong)
    code, out = run(capsys, "--only", "recurrence_math")
    assert code == 1
    assert "programs.recurrence_math: by hand: the gradient is off by" in out
    assert "time(by hand)" not in out


def test_a_ratio_is_that_of_the_times():
    from tests.benchmarks.timing import Timed, ratio

    slow = Timed(lambda: None, 1, 1, {0: 2.0, 1: 9.0, 2: 4.0})
    fast = Timed(lambda: None, 1, 2, {0: 1.0, 2: 1.0})
    assert ratio(slow, fast) == 3.0
