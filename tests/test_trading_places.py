"""Loops in which two arrays are written by parts and trade places: a turn reads one by the name of the other.

The gradient of such a loop has the same shape, so it is differentiated once more.
"""

import linecache
import random

import finite_differences as fd
import numpy as np
import pytest

from tangent_ad import grad, jvp, vjp

X = np.array([0.7, -0.4, 1.2, 0.3, -0.8])
DIRECTION = np.array([0.3, -0.7, 0.2, 0.9, 0.5])


class Trade:
    """A program of one vector, by a number of its own."""

    PARTS = (("1:", ":-1"), (":-1", "1:"), ("1:", "1:"), ("::2", "::2"), ("0", "1"), ("2:", ":3"), ("t", "t + 1"),
             ("t + 1", "t"), ("-1", "0"))  # fmt: skip
    VALUES = ("{q}[{read}] * {q}[{to}]", "{q}[{read}] * {p}[{to}]", "np.sin({q}[{read}])", "{p}[{read}] * {q}[{to}]",
              "{q}[{read}] * x[{to}]")  # fmt: skip
    TRADES = (("{p} = {q}", "{q} = {p}.copy()"), ("{p}, {q} = {q}, {p}.copy()",),
              ("{p}, {q} = {q}.copy(), {p}.copy()",), ("{p} = {q} * {p}",), ("{p} = np.sin({q})",))  # fmt: skip
    RESULTS = ("np.sum(a)", "np.sum(a * b)", "np.sum(b * x)", "b[-1]", "np.sum(a[1:]) + b[0]")

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        pick = self.rng.choice
        self.lines = ["import numpy as np", "", "def f(x):", "    a = x.copy()", "    b = np.sin(x)"]
        self.put(1, f"for t in range({pick((2, 3))}):")
        for _ in range(pick((1, 1, 2, 3))):
            self.write()
        self.trade()
        if self.rng.random() < 0.2:
            self.write()
        self.put(1, f"return {pick(self.RESULTS)}")
        self.text = "\n".join(self.lines) + "\n"

    def put(self, depth: int, line: str) -> None:
        self.lines.append("    " * depth + line)

    def write(self) -> None:
        pick = self.rng.choice
        p, q = self.rng.sample("ab", 2)
        to, read = pick(self.PARTS)
        value = pick(self.VALUES).format(p=p, q=q, to=to, read=read)
        self.put(2, f"{p}[{to}] {pick(('=', '=', '=', '+=', '*='))} {value}")

    def trade(self) -> None:
        p, q = self.rng.sample("ab", 2)
        depth = 2
        if self.rng.random() < 0.2:
            self.put(depth, "if np.sum(a) < 0.4:")
            depth += 1
        for line in self.rng.choice(self.TRADES):
            self.put(depth, line.format(p=p, q=q))


def check_program(seed, **options):
    text, name = Trade(seed).text, f"<trade {seed}>"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    space: dict = {}
    exec(compile(text, name, "exec"), space)
    gradient = grad(space["f"], **options)
    fd.assert_close(gradient(X), fd.gradient(space["f"], (X,), (0,)), X.dtype, what=text)
    expected = fd.directional(gradient, (X,), (0,), DIRECTION)
    pulled = vjp(gradient, X, **options)[1](DIRECTION)[0]  # the second derivative is symmetric
    fd.assert_close(pulled, expected, X.dtype, np.max(np.abs(expected)), text)
    fd.assert_close(jvp(gradient, (X,), (DIRECTION,), **options)[1], expected, X.dtype, np.max(np.abs(expected)), text)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("seed", range(40, 80))
def test_random_programs(seed):
    check_program(seed)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("seed", range(80, 100))
def test_random_programs_with_the_backend(seed):
    check_program(seed, backend="numpy")
