"""Gradients of one or two numbers through loops: which are taken forwards, and that they are the same ones."""

import linecache
import math
import random

import finite_differences as fd
import numpy as np
import pytest

from tangent_ad import grad, hvp, source, value_and_grad, vjp


def recurrence(x, c, n):
    for _ in range(n):
        x = math.sin(x) * x + c
    return x


def of_numpy(x, c, n):
    for _ in range(n):
        x = np.exp(-x) * np.square(c) / (1.0 + x**2)
    return x


def newton(a, c, n):
    x, k = 1.0, 0
    while k < 60 and abs(x * x * x - a) > 1e-12:
        x = x - c * (x * x * x - a) / (3.0 * x * x)
        k += 1
    return x


def two_states(x, c, n):
    u, v = 0.0, x
    for i in range(n):
        for j in range(3):
            if u < v - 0.03:
                u, v = v, u * c
            else:
                v = v + 0.1 * (i - j) * u
        if u > 5.0:
            break
    return u - v * c


def not_of_the_second(x, c, n):
    for _ in range(n):
        x = x * x
    return x


def no_turn(x, c, n):
    for _ in range(0 * n):
        x = x * c
    return x


def tuple_in_the_loop(x, c, n):
    pair = (x, 1.0)
    for _ in range(n):
        pair = (pair[0] * c, pair[1] + pair[0])
    return pair[0] * pair[1]


FORWARDS = [recurrence, of_numpy, newton, two_states, not_of_the_second, no_turn]


def first_of_a_root(x, c, n):
    """The slope of the first root is infinite, and does not count."""
    total = 0.0
    for _ in range(n):
        total = total + x * c + np.sqrt(total)
    return total


def steps_of_an_array(x, c, n):
    u = np.ones(4)
    for _ in range(n):
        u = u * x + c
    return np.sum(u)


def list_of_states(x, c, n):
    path = [x]
    for _ in range(n):
        path.append(path[-1] * c)
    return sum(path)


def in_single_precision(x, c, n):
    x = np.float32(0.5) * x
    for _ in range(n):
        x = x * np.float32(c)
    return x


def without_a_loop(x, c, n):
    return math.sin(x) * c


BACKWARDS = [first_of_a_root, tuple_in_the_loop, steps_of_an_array, list_of_states, in_single_precision, without_a_loop]
ARGS = (0.7, 0.9, 5)


def text(fun, kind="grad", argnums=(0, 1)):
    return source(fun, kind, ARGS, argnums=argnums)


@pytest.mark.parametrize("kind", ["grad", "value_and_grad"])
@pytest.mark.parametrize("fun", FORWARDS)
def test_tangents_instead_of_a_record(fun, kind):
    for argnums in (0, (0, 1)):
        made = text(fun, kind, argnums)
        assert "_bar" not in made and "record" not in made


@pytest.mark.parametrize("fun", BACKWARDS)
def test_the_others_go_backwards(fun):
    assert "_dot" not in text(fun)


def test_more_inputs_go_backwards():
    def three(x, c, d, n):
        for _ in range(n):
            x = x * c + d
        return x

    assert "_dot" not in source(three, "grad", (*ARGS[:2], 0.3, 5), argnums=(0, 1, 2))


def test_what_an_expert_would_write():
    made = text(recurrence)
    assert "x_dot_x *= t\n        x_dot_c = x_dot_c * t + 1.0" in made
    assert made.count("math.sin") == made.count("math.cos") == 1


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore:divide by zero:RuntimeWarning")
@pytest.mark.parametrize("optimise", [True, False])
@pytest.mark.parametrize("fun", [f for f in FORWARDS + BACKWARDS if f is not in_single_precision])
def test_gradients(fun, optimise):
    options = {} if optimise else {"optimise": False}
    expected = fd.gradient(fun, ARGS, (0, 1))
    precision = np.dtype(np.float64)
    value, made = value_and_grad(fun, (0, 1), **options)(*ARGS)
    assert value == pytest.approx(fun(*ARGS), rel=1e-14)
    assert all(np.isscalar(g) and np.isrealobj(g) for g in made)
    fd.assert_close(made, expected, precision)
    fd.assert_close(grad(fun, **options)(*ARGS), expected[:1], precision)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("fun", FORWARDS)
def test_second_order(fun):
    both = grad(fun, (0, 1))
    expected = fd.directional(both, ARGS, (0, 1), np.array([1.0, 0.0]))
    fd.assert_close(np.array(hvp(fun, ARGS, (1.0, 0.0, None))[:2]), expected, np.dtype(np.float64))
    pulled = vjp(both, *ARGS)[1]((1.0, 0.0))[:2]
    fd.assert_close(np.array(pulled), expected, np.dtype(np.float64))


def test_an_input_without_influence_is_told():
    with pytest.warns(UserWarning, match="c"):
        assert grad(not_of_the_second, (0, 1))(*ARGS)[1] == 0.0


# -- any program -----------------------------------------------------------------------------------------


class Numbers:
    """A program of two numbers, by a number of its own: loops, branches and helpers over floats."""

    VALUES = ("{} * {}", "{} + {}", "{} - 0.5 * {}", "{} / (2.0 + {} ** 2)", "math.sin({}) * {}", "np.tanh({}) - {}",
              "{} ** 2 * {}", "math.exp(-{} ** 2) + {}", "np.cos({}) * {}", "min({}, {})", "abs({}) * {}",
              "scaled({}, {})", "np.sqrt({} ** 2 + {} ** 2)")  # fmt: skip

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.lines = ["import math", "import numpy as np", "", "def scaled(v, w=1.0):", "    return 0.5 * v + w", "",
                      "def f(x, c, n):", "    u, v, w = x, 0.3, c * x"]  # fmt: skip
        self.loop(1)
        if self.rng.random() < 0.4:
            self.loop(1)
        self.put(1, f"return {self.value()} + u * w")

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    def put(self, depth: int, line: str) -> None:
        self.lines.append("    " * depth + line)

    def value(self) -> str:
        return self.rng.choice(self.VALUES).format(*(self.rng.choice("uvwxc") for _ in "ab"))

    def loop(self, depth: int) -> None:
        pick = self.rng.choice
        if self.rng.random() < 0.2:
            self.put(depth, f"k{depth} = 0")
            self.put(depth, f"while k{depth} < n and abs(u) < 3.0:")
            self.put(depth + 1, f"k{depth} += 1")
        else:
            self.put(depth, f"for k{depth} in {pick(('range(n)', 'range(1, n)', 'range(n - 1, -1, -1)'))}:")
        for _ in range(self.rng.randint(1, 3)):
            self.step(depth + 1)

    def step(self, depth: int) -> None:
        roll = self.rng.random()
        if roll < 0.15 and depth < 4:
            self.loop(depth)
        elif roll < 0.35:
            self.put(depth, f"if {self.rng.choice('uvw')} > {self.rng.choice(('0.31', 'x', f'0.2 * k{depth - 1}'))}:")
            self.put(depth + 1, f"{self.rng.choice('uvw')} = {self.value()}")
            last = self.rng.choice(("continue", "break", "w = 0.5 * w", "return u * c", "v = v + x"))
            self.put(depth + 1, last)
        elif roll < 0.5:
            self.put(depth, f"u, v = {self.rng.choice(('v, u', 'w, u', 'u * c, w'))}")
        else:
            self.put(depth, f"{self.rng.choice('uvw')} = {self.value()}")


def check_program(seed):
    text = Numbers(seed).text
    name = f"<numbers {seed}>"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    space: dict = {}
    exec(compile(text, name, "exec"), space)
    f = space["f"]
    for args in ((0.7, 0.9, 3), (-0.4, 1.1, 4), (0.2, 0.5, 0)):
        value, made = value_and_grad(f, (0, 1))(*args)
        expected, pullback = vjp(f, *args)
        pulled = pullback(type(expected)(1.0))[:2]
        assert value == pytest.approx(float(f(*args)), rel=1e-13, abs=1e-300), text
        size = np.max(np.abs(pulled))
        np.testing.assert_allclose(made, pulled, rtol=1e-9, atol=1e-11 * size, err_msg=text)
        alone = grad(f)(*args)
        np.testing.assert_allclose(alone, pulled[0], rtol=1e-9, atol=1e-11 * size, err_msg=text)


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::RuntimeWarning")
@pytest.mark.parametrize("seed", range(40))
def test_random_programs(seed):
    check_program(seed)
