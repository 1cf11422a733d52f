"""Runs of elementwise operations on large arrays are computed in blocks, and give what they give at once."""

import importlib
import re
import sys

import finite_differences as fd
import numpy as np
import pytest

from tangent_ad import compile, grad, hvp, jvp, source, value_and_grad, vjp
from tangent_ad.backend import blocks

rng = np.random.default_rng(11)


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def chain(x):
    y = np.sin(x) * x
    z = np.exp(-y * y) + np.tanh(x)
    return np.sum(z * np.cos(y))


def softmax(x, w):
    e = np.exp(x - np.max(x))
    p = e / np.sum(e)
    return np.sum(np.tanh(p * w) ** 2)


def clipped(x, w):
    y = np.where(x > 0.1, np.sin(x) * w, x * w - 1.0)
    return np.dot(y * x, np.cos(y))


def rows(x, w):
    y = np.tanh(x * w + 0.1)
    return np.sum(y * y * x) + np.sum(w)


def mixed(x, w):
    y = np.sin(x) * w
    total = np.sum(y * y)
    z = np.cos(x * total) * y
    return np.sum(z / (1.0 + z * z))


def integers(x, w):
    k = np.arange(len(x)) * 100_000_000_000
    y = (k**2.0 * 1e-22 + x) * w
    return np.sum(y * y) + np.sum(np.abs(y * (1.0 + 1j * x)) ** 2)


def stepped(x, n):
    for _ in range(n):
        x = x - 0.1 * np.sin(x) * np.cos(x)
    return np.sum(x * x * x)


CASES = [
    (rosenbrock, lambda n: (rng.normal(size=n),)),
    (chain, lambda n: (rng.normal(size=n),)),
    (softmax, lambda n: (rng.normal(size=n), rng.normal(size=n))),
    (clipped, lambda n: (rng.normal(size=n), rng.normal(size=n))),
    (rows, lambda n: (rng.normal(size=(n, 5)), rng.normal(size=5))),
    (integers, lambda n: (rng.normal(size=n), rng.normal(size=n))),
    (mixed, lambda n: (rng.normal(size=n) / n, rng.normal(size=n))),
    (stepped, lambda n: (rng.normal(size=n), 3)),
]
IDS = [fun.__name__ for fun, _ in CASES]


@pytest.fixture
def small_blocks(monkeypatch, tmp_path):
    """Blocks of 8 elements for arrays of 20 and more, so that small tests meet all cases."""
    monkeypatch.setenv("TANGENT_AD_CACHE", str(tmp_path))
    monkeypatch.setattr(blocks, "BLOCK", 8)
    monkeypatch.setattr(blocks, "LARGE", 20)


def agree(expected, found):
    return np.allclose(fd.flatten(expected), fd.flatten(found), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(("fun", "make"), CASES, ids=IDS)
@pytest.mark.parametrize("threads", [1, 2])
def test_every_size_agrees_with_the_plain_module(fun, make, threads, small_blocks):
    args = make(31)
    fast = compile(fun, *args, kind="value_and_grad", backend="numpy", threads=threads)
    plain = compile(fun, *args, kind="value_and_grad")
    text = source(fun, "value_and_grad", args, backend="numpy", threads=threads)
    assert "for start in range(first, last, " in text
    for n in (0, 2, 3, 7, 8, 9, 19, 20, 21, 22, 23, 24, 25, 31, 32, 33, 40, 41, 100):
        if fun is softmax and n == 0:
            continue
        args = make(n)
        kept = [np.copy(a) for a in args]
        assert agree(plain(*args), fast(*args)), n
        assert all(np.array_equal(a, b) for a, b in zip(args, kept, strict=True))


@pytest.mark.parametrize(("fun", "make"), CASES, ids=IDS)
def test_gradient_agrees_with_differences(fun, make, small_blocks):
    args = make(40)
    gradient = grad(fun, backend="numpy")(*args)
    direction = rng.normal(size=args[0].shape)
    ahead, behind = (fun(args[0] + step * direction, *args[1:]) for step in (1e-6, -1e-6))
    assert np.sum(gradient * direction) == pytest.approx((ahead - behind) / 2e-6, rel=1e-5, abs=1e-8)


@pytest.mark.parametrize(("fun", "make"), CASES, ids=IDS)
def test_other_kinds(fun, make, small_blocks):
    args = make(50)
    moves = tuple(rng.normal(size=a.shape) if isinstance(a, np.ndarray) else None for a in args)
    assert agree(jvp(fun, args, moves), jvp(fun, args, moves, backend="numpy"))
    assert agree(hvp(fun, args, moves), hvp(fun, args, moves, backend="numpy"))
    (value, pull), (expected, plain) = vjp(fun, *args, backend="numpy"), vjp(fun, *args)
    assert agree(expected, value)
    assert agree(plain(1.5), pull(1.5))
    assert agree(pull(1.5), pull(1.5))


def test_results_are_new_arrays(small_blocks):
    """Two calls share nothing, nor does a result with an argument."""
    x = rng.normal(size=64)
    fast = compile(chain, x, backend="numpy")
    first, second = fast(x), fast(x)
    assert not np.shares_memory(first, second)
    assert not np.shares_memory(first, x)
    first[:] = 0.0
    assert agree(second, fast(x))


def test_single_precision(small_blocks):
    x = rng.normal(size=100).astype(np.float32)
    expected, found = value_and_grad(chain)(x), value_and_grad(chain, backend="numpy")(x)
    assert found[1].dtype == np.float32
    assert type(found[0]) is type(expected[0])
    assert np.allclose(found[1], expected[1], rtol=1e-4, atol=1e-5)


def test_columns_and_steps(small_blocks):
    """Arrays that are not contiguous."""
    matrix = rng.normal(size=(60, 4))
    for x in (matrix[:, 1], matrix[::2, 0], np.asfortranarray(matrix)[:, 2]):
        assert agree(value_and_grad(rosenbrock)(x), value_and_grad(rosenbrock, backend="numpy")(x))


def test_warnings_are_those_of_the_caller(small_blocks):
    def logs(x):
        return np.sum(np.log(x) * x + np.log(x * x))

    x = rng.uniform(1, 2, 400_000)
    x[7] = 0.0
    fast = value_and_grad(logs, backend="numpy", threads=2)
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        fast(x)
    with np.errstate(all="ignore"):
        assert np.isnan(fast(x)[0])


def test_a_shipped_module_runs_alone(tmp_path, monkeypatch):
    """Text that the command line writes, at the real sizes, with threads."""
    from tangent_ad import cli

    (tmp_path / "shipped_model.py").write_text(
        "import numpy as np\n\n\ndef f(x):\n    y = np.sin(x) * x\n    return np.sum(np.tanh(y) * np.exp(-y * y))\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    command = ["build", "shipped_model.py:f", "--kind", "value_and_grad", "--arg", "x: float64[n]", "--backend",
               "numpy", "--threads", "2", "-o", "shipped.py"]  # fmt: skip
    assert cli.main(command) == 0
    text = (tmp_path / "shipped.py").read_text()
    assert set(re.findall(r"^(?:import|from) (\w+)", text, re.M)) == {"concurrent", "numpy"}
    assert "--backend numpy --threads 2" in text
    shipped = importlib.import_module("shipped")
    model = importlib.import_module("shipped_model")
    try:
        for n in (10, blocks.LARGE - 1, blocks.LARGE + 1, 300_001):
            x = rng.normal(size=n)
            assert agree(value_and_grad(model.f)(x), shipped.f_value_and_grad(x))
    finally:
        del sys.modules["shipped"], sys.modules["shipped_model"]


def test_threads_need_the_backend():
    with pytest.raises(ValueError, match='threads=2 needs backend="numpy"'):
        grad(chain, threads=2)
    with pytest.raises(ValueError, match="there is at least one"):
        grad(chain, backend="numpy", threads=0)


@pytest.mark.parametrize(("fun", "make"), CASES, ids=IDS)
def test_a_workspace_stays_between_calls(fun, make, small_blocks, monkeypatch):
    monkeypatch.setattr(blocks, "LARGE_KEPT", 20)
    args = make(31)
    fast = compile(fun, *args, kind="value_and_grad", backend="numpy", workspace=True)
    plain = compile(fun, *args, kind="value_and_grad")
    for n in (40, 40, 7, 40, 33, 100, 21):
        args = make(n)
        assert agree(plain(*args), fast(*args)), n


def test_results_in_a_workspace_are_overwritten(small_blocks, monkeypatch):
    monkeypatch.setattr(blocks, "LARGE_KEPT", 20)
    x = rng.normal(size=50)
    fast = compile(rosenbrock, x, backend="numpy", workspace=True)
    first = fast(x)
    assert fast(2.0 * x) is first
    expected = grad(rosenbrock)(first.copy())
    assert agree(expected, fast(first)), "an argument is not overwritten while it is read"
    first = fast(x)
    assert fast(2.0 * x) is first
    assert agree(first, grad(rosenbrock)(2.0 * x))
    single = compile(rosenbrock, x.astype(np.float32), backend="numpy", workspace=True)
    assert single(x.astype(np.float32)).dtype == np.float32
    with pytest.raises(ValueError, match='workspace=True needs backend="numpy"'):
        compile(rosenbrock, x, workspace=True)


def zeros_read_twice(x):
    """The array of zeros is read as it was before the block wrote into it."""
    y = np.zeros(len(x))
    z = y + 1.0
    z[1:] = np.sin(x[1:]) * x[:-1] * x[1:]
    w = np.zeros(len(x))
    v = w.copy()
    v[1:] += np.tanh(x[1:] * x[:-1]) * x[1:]
    return np.sum(z * v + w)


def read_before(x):
    y = np.zeros(len(x))
    before = y + x
    y[1:] = np.sin(x[1:]) * x[:-1] * x[1:]
    return np.sum(y * y) + np.sum(before * before * np.cos(before))


@pytest.mark.parametrize("fun", [zeros_read_twice, read_before], ids=lambda f: f.__name__)
def test_zeros_that_others_read(fun, small_blocks):
    x = rng.normal(size=45)
    for kind in ("grad", "value_and_grad", "hvp"):
        given = (x, x) if kind == "hvp" else (x,)
        fast = compile(fun, x, kind=kind, backend="numpy")
        assert agree(compile(fun, x, kind=kind)(*given), fast(*given))
