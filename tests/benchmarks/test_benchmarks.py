"""The suite's own tests: the programs, the gradients by hand at small sizes, and the table."""

import copy
import importlib.util
import inspect
import tempfile

import finite_differences as fd
import numpy as np
import pytest

from tangent_ad import check_grads
from tests.benchmarks import candidates, fifty_lines, measure, overheads, programs, suite, table, workloads
from tests.benchmarks.__main__ import parse
from tests.benchmarks.candidates import Absent, by_hand, peer, plain, rewritten
from tests.kernels import all_kernels

KERNELS = {f"programs.{kernel.label}": kernel for kernel in programs.KERNELS} | all_kernels()


def small(name):
    kernel = KERNELS[name]
    return workloads.Workload(name, name.split(".")[0], kernel, lambda: kernel.args)


def has(package, name, suffix=""):
    try:
        peer(small(name), package, suffix)
    except Absent:
        return False
    return True


HAND = [(by_hand, name) for name in KERNELS if has("hand_kernels", name)]
HAND += [(rewritten, name) for name in KERNELS if has("hand_kernels", name, "_rewritten")]
PORTS = {"jax": "jax_kernels", "torch": "eager_kernels", "autograd": "eager_kernels"}
INSTALLED = [rival for rival in PORTS if importlib.util.find_spec(rival)]
# The kernels in JAX have tests of their own.
CHECKED = {rival: KERNELS if rival != "jax" else [n for n in KERNELS if n.startswith("programs.")] for rival in PORTS}
RIVAL = [(rival, name) for rival in INSTALLED for name in CHECKED[rival] if has(PORTS[rival], name)]


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
    check_gradient(kernel, plain(small(f"programs.{kernel.label}"), kernel.args)())


def run(capsys, *options):
    """(exit code, what is printed) of a short run."""
    code = suite.run(parse(["--budget", "0.001", *options]))
    return code, capsys.readouterr().out


def test_the_table(capsys, tmp_path):
    page = tmp_path / "table.md"
    page.write_text(f"Kept.\n\n{table.MARK}\n\nReplaced.\n")
    code, out = run(capsys, "--only", "recurrence_math", "--only", "linear_algebra.lu_solve", "--markdown", str(page))
    assert code == 0
    lines = out.splitlines()
    assert [line.split()[0] for line in lines[1:4]] == [
        "workload", "programs.recurrence_math", "linear_algebra.lu_solve"
    ]  # fmt: skip
    assert any(line.startswith("time(tangent_ad) / time(by hand): geometric mean") for line in lines)
    text = page.read_text()
    assert text.startswith("Kept.") and "Replaced." not in text
    assert text.count("| programs.recurrence_math |") == 2  # its times, and what else it needs


def test_the_table_on_a_terminal(capsys, monkeypatch):
    pytest.importorskip("rich")
    monkeypatch.setattr(table, "printer", table.Rich)
    monkeypatch.setenv("COLUMNS", "250")
    code, out = run(capsys, "--only", "recurrence_math")
    assert code == 0
    assert "│ programs.recurrence_math │" in out


def test_the_plot(capsys, tmp_path):
    pytest.importorskip("matplotlib")
    picture = tmp_path / "plot.png"
    code, _ = run(capsys, "--only", "recurrence_math", "--only", "chain 1e3", "--plot", str(picture))
    assert code == 0
    assert picture.read_bytes().startswith(b"\x89PNG")


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


@pytest.mark.parametrize("rival", PORTS)
def test_a_rival_is_there_to_be_checked(rival):
    pytest.importorskip(rival)


@pytest.mark.parametrize(("rival", "name"), RIVAL, ids=[f"{name}-{rival}" for rival, name in RIVAL])
def test_gradient_of_a_rival(rival, name):
    kernel = KERNELS[name]
    result = candidates.CANDIDATES[rival](small(name), kernel.args)()
    check_gradient(kernel, (float(result[0]), measure.flat(result[1])))


@pytest.mark.parametrize("name", fifty_lines.examples())
def test_functions_of_fifty_lines(name):
    """What `overheads` compiles is of that length, and differentiated rightly."""
    fun, args = fifty_lines.examples()[name]
    helpers = (fifty_lines.layer, fifty_lines.softmax, fifty_lines.penalty) if fun is fifty_lines.kalman else ()
    assert 45 <= sum(len(inspect.getsource(f).splitlines()) for f in (fun, *helpers)) <= 62
    check_grads(fun, args, modes=("rev",))


def test_overheads_are_measured():
    """Each figure is of something: an import takes longer than none, a cold build than one from the cache."""
    taken = overheads.imports(1)
    assert 0.0 < taken["numpy"][0] < taken["tangent_ad"][0]
    with tempfile.TemporaryDirectory() as cache:
        cold, cached = (overheads.process(overheads.FIRST_CALL, "a loop", cache=cache)[0] for _ in range(2))
    assert cold > 3 * cached > 0.0
    for through, bare in overheads.dispatch(number=200).values():
        assert through > bare > 0.0
