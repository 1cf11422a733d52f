"""What a loop records, and what its reverse sweep computes again: arrays that follow from what is kept anyway."""

import linecache
import random
import re
import tracemalloc

import finite_differences as fd
import numpy as np
import pytest

from tangent_ad import grad, source, value_and_grad, vjp

X = np.linspace(0.2, 1.4, 6)


def of_what_is_kept(x, n):
    u, v = x, np.cos(x)
    for _ in range(n):
        t = u * v
        u = u + 0.1 * t * (1.0 - t)
        v = np.sin(v) * t
    return np.sum(u * v)


def pairs(x, n):
    for _ in range(n):
        d = x[:, None] - x[None, :]
        x = x + 0.01 * np.sum(d / np.sqrt(d * d + 0.3), axis=1)
    return np.sum(x**2)


def masked(x, n):
    for _ in range(n):
        far = x > 0.5
        x = np.where(far, x * x, np.sin(x))
    return np.sum(x)


def the_next_state(x, n):
    for _ in range(n):
        x = x / np.sqrt(np.sum(x**2)) + 0.1
    return x[0] * x[1]


def in_an_arm(x, n):
    for i in range(n):
        y = x * x
        z = y * 0.5 if i % 2 else y * x
        x = np.tanh(z) * z
    return np.sum(x)


def written_later(x, n):
    a = x.copy()
    total = 0.0
    for _ in range(n):
        d = a[1:] - a[:-1]
        total = total + np.sum(np.sqrt(d * d + 1.0) * d)
        a[1:] = a[1:] * a[:-1]
    return total


def powers(x, n):
    for _ in range(n):
        x = (x**2 + 0.5) ** -1.5 + x**0.5
    return np.sum(x)


FUNCTIONS = [of_what_is_kept, pairs, masked, the_next_state, in_an_arm, written_later, powers]


def record(fun):
    """The names of what is kept of a turn."""
    found = re.search(r"record\.append\(\(?([^()]*)\)", source(fun, args=(X, 3)))
    assert found is not None
    return found[1].split(", ")


@pytest.mark.parametrize("options", [{}, {"optimise": False}, {"backend": "numpy"}])
@pytest.mark.parametrize("fun", FUNCTIONS)
def test_gradients(fun, options):
    value, found = value_and_grad(fun, **options)(X, 3)
    assert value == pytest.approx(fun(X, 3), rel=1e-14)
    fd.assert_close(found, fd.gradient(fun, (X, 3), (0,)), X.dtype)


@pytest.mark.parametrize("fun", FUNCTIONS)
def test_second_order(fun):
    direction = np.cos(7.0 * X)
    expected = fd.directional(grad(fun), (X, 3), (0,), direction)
    fd.assert_close(vjp(grad(fun), X, 3)[1](direction)[0], expected, X.dtype)


def test_a_product_of_what_is_kept_is_not():
    assert record(of_what_is_kept) == ["sin_v", "v", "u"]  # a sine costs more than memory
    assert record(masked) == ["x"]
    assert len(record(in_an_arm)) == 4  # np.tanh(z), z, the test, x


def test_the_smaller_operands_are_kept():
    """The differences of all pairs follow from the points."""
    count = {}
    for n in (20, 40):
        x = np.linspace(0.0, 1.0, n)
        gradient = grad(pairs)
        gradient(x, 2)
        peaks = []
        for turns in (4, 12):
            tracemalloc.start()
            gradient(x, turns)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        count[n] = (peaks[1] - peaks[0]) / 8 / (8 * n * n)  # arrays of all pairs that a turn keeps
    assert count[40] < 1.5, count


def test_what_is_the_next_state_stays():
    """A turn's result is the same array as the next one's argument: to compute it again would save nothing."""

    def normed(x, n):
        for _ in range(n):
            x = x / np.sqrt(x @ x)
        return np.sum(x * np.arange(6.0))

    assert record(normed) == ["t", "x_2", "x"]


def test_the_slope_of_a_negative_power_is_a_division():
    text = source(powers, args=(X, 3))
    assert "2.5" not in text and "-0.5" not in text


# -- any program -----------------------------------------------------------------------------------------


class Arrays:
    """A program of one vector, by a number of its own: two vectors and a matrix that a loop changes, and a sum."""

    VECTORS = ("{} * {}", "{} - {}", "{} / (2.0 + {} ** 2)", "-{}", "np.sin({})", "({} > 0.3) * {}", "0.5 * {}",
               "np.where({} > 0.1, {}, 0.3)", "(1.0 + {} ** 2) ** -0.5", "np.sum(M * {}[:, None], axis=1)")  # fmt: skip
    MATRICES = ("{}[:, None] * M", "M * M", "M - {}[:, None]", "M / (1.0 + M ** 2)", "np.tanh(M)", "M - M.mean(axis=0)")
    PAIRS = ("d = {}[:, None] - {}[None, :]", "a = 0.3 * np.sum(d / np.sqrt(d * d + 0.5), axis={})")
    PARTS = ("1:", ":-1", "::2", "0", "t")

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.names = ["a", "b", "x"]
        self.lines = ["import numpy as np", "", "def f(x):", "    a, b, s = x.copy(), np.cos(x), 0.0",
                      "    M = x[:, None] * np.linspace(0.3, 1.0, 4)"]  # fmt: skip
        self.put(1, f"for t in range({self.rng.choice('23')}):")
        for _ in range(self.rng.randint(2, 6)):
            self.step(2)
        self.put(1, "return s + np.sum(a * b) + np.sum(M ** 2)")
        self.text = "\n".join(self.lines) + "\n"

    def put(self, depth: int, line: str) -> None:
        self.lines.append("    " * depth + line)

    def vector(self) -> str:
        return self.rng.choice(self.VECTORS).format(*self.rng.choices(self.names, k=2))

    def step(self, depth: int) -> None:
        roll, pick = self.rng.random(), self.rng.choice
        if roll < 0.2:
            self.put(depth, f"v{len(self.names)} = {self.vector()}")
            if depth == 2:
                self.names.append(f"v{len(self.names)}")
        elif roll < 0.4:
            self.put(depth, f"{pick('ab')} = {self.vector()}")
        elif roll < 0.55:
            self.put(depth, f"M = {pick(self.MATRICES).format(pick(self.names))}")
        elif roll < 0.65:
            self.put(depth, self.PAIRS[0].format(*self.rng.choices(self.names, k=2)))
            self.put(depth, self.PAIRS[1].format(pick("01")))
        elif roll < 0.75:
            self.put(depth, f"{pick('ab')}[{pick(self.PARTS)}] {pick(('*=', '+='))} 0.7")
        elif roll < 0.85 or depth > 3:
            self.put(depth, f"s += np.sum({self.vector()} * {pick(self.names)})")
        else:
            self.put(depth, pick(("if t % 2:", "if np.sum(a) > 0.2:", f"for j{depth} in range(2):")))
            self.step(depth + 1)
            self.step(depth + 1)


@pytest.mark.parametrize("seed", range(24))
def test_random_programs(seed):
    text, name = Arrays(seed).text, f"<arrays {seed}>"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    space: dict = {}
    exec(compile(text, name, "exec"), space)
    x, direction = np.array([0.71, -0.43, 1.17, 0.38, -0.83]), np.array([0.3, -0.7, 0.2, 0.9, 0.5])
    expected = fd.gradient(space["f"], (x,), (0,))
    for options in ({}, {"backend": "numpy"}):
        gradient = grad(space["f"], **options)
        fd.assert_close(gradient(x), expected, x.dtype, what=text)
        along = fd.directional(gradient, (x,), (0,), direction)
        size = float(np.max(np.abs(along)))
        fd.assert_close(vjp(gradient, x, **options)[1](direction)[0], along, x.dtype, size, text)
