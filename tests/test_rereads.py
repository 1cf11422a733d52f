"""What the reverse sweep reads again from arrays that loops write into, instead of keeping a copy for each turn.

Random loops read slices of the arrays that they write, before and after the writes, in rising and falling order, in
branches and in loops within loops. Forward mode, which has no reverse sweep, says what is right.
"""

import linecache
import random

import numpy as np
import pytest

from tangent_ad import jvp, source, value_and_grad

LOOPS = ("range(n)", "range(1, n)", "range(1, n - 1)", "range(n - 1, -1, -1)", "range(n - 2, 0, -1)", "range(0, n, 2)")
INNER = ("range(n)", "range(i)", "range(i + 1, n)", "range(n - 1, i, -1)", "range(max(i - 1, 0), n)")
SLICES = ("y[:{k}]", "y[{k} + 1:]", "y[{k}:]", "y[max({k} - 1, 0):{k} + 1]", "y[:{k}:2]", "y[-2:]",
          "a[{k}, :]", "a[:, {k}]", "a[{k}, :{k}]", "a[{k}:, {k}]", "a[:{k}, {l}]", "a[{l}, {k} + 1:]",
          "a[{k} - 1]", "a[:{k}, :{k}]", "a[0, 1:]", "a[{k} - 1, :{l}]")  # fmt: skip
NUMBERS = ("y[{k}]", "a[{k}, {l}]", "y[{k} - 1]", "a[{k}, {k}]", "x[{k}]", "y[{l}]")
WRITES = ("y[{k}] = {v}", "y[{k}] += {v}", "a[{k}, {l}] = {v}", "a[{k}, :] = {v} + 0.1 * x", "a[:{k}, {k}] *= {v}",
          "y[{k}:] += 0.2 * {v}", "a[{k}, {k}:] -= {v}", "y[{k} - 1] = {v}", "a[{l}, {k}] += {v}", "y[:{k}] *= 0.5",
          "a[{k} - 1] = {v} * x", "y[n - 1 - {k}] = {v}")  # fmt: skip
INSIDE = ("a[{k}, 1:-1]", "a[{k} - 1, 1:-1]", "a[{k}, :-2]", "a[{k}, 2:]", "a[1:-1, {k}]", "a[2:, {l}]",
          "y[1:-1]", "y[2:]")  # fmt: skip


class Loops:
    """A program from a number."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.lines = ["import numpy as np", "", "def f(x, sweeps):", "    n = len(x)", "    y = 0.5 * x",
                      "    a = np.outer(x, 0.1 + x)"]  # fmt: skip
        if self.rng.random() < 0.4:
            self.put(1, "for _ in range(sweeps):")
            self.nest(2)
            if self.rng.random() < 0.5:
                self.nest(2)
        else:
            self.nest(1)
        if self.rng.random() < 0.4:
            self.nest(1)
        self.put(1, f"return np.sum(y ** 2) + np.sum(a * {self.rng.choice(('a', '0.3'))})")

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    def put(self, depth: int, line: str) -> None:
        self.lines.append("    " * depth + line)

    def nest(self, depth: int) -> None:
        self.put(depth, f"for i in {self.rng.choice(LOOPS)}:")
        self.body(depth + 1, "i")
        if self.rng.random() < 0.4:
            self.put(depth + 1, f"for j in {self.rng.choice(INNER)}:")
            self.body(depth + 2, "ji")
            if self.rng.random() < 0.4:
                self.body(depth + 1, "i")

    def body(self, depth: int, counters: str) -> None:
        if self.rng.random() < 0.25:
            k = counters[0]
            tests = (f"if {k} > 0:", f"if {k} == 0:", f"if {k} >= 1:", f"if {k} != 0:", f"if {k} < n - 1:")
            self.put(depth, self.rng.choice(tests))
            self.steps(depth + 1, counters)
            if self.rng.random() < 0.6:
                self.put(depth, "else:")
                self.steps(depth + 1, counters)
        else:
            self.steps(depth, counters)

    def steps(self, depth: int, counters: str) -> None:
        if self.rng.random() < 0.35:
            self.lines_of_grid(depth, counters)
            return
        value = "0.3"
        for step in range(self.rng.randint(1, 3)):
            if self.rng.random() < 0.7:
                read = self.fill(self.rng.choice(SLICES), counters)
                self.put(depth, f"v{step} = np.sum(np.sin({read}) * {read}) * 0.1")
            else:
                self.put(depth, f"v{step} = np.cos({self.fill(self.rng.choice(NUMBERS), counters)})")
            value = f"v{step} * {self.fill(self.rng.choice(NUMBERS), counters)}"
            self.put(depth, self.fill(self.rng.choice(WRITES), counters).replace("{v}", value))

    def lines_of_grid(self, depth: int, counters: str) -> None:
        """Rows and columns without their ends, as stencils and eliminations read and write them."""
        one, other, place = (self.fill(self.rng.choice(INSIDE), counters) for _ in range(3))
        self.put(depth, f"w = np.sin({one}) * {other}")
        self.put(depth, f"{place} = w")
        self.put(depth, f"{self.fill(self.rng.choice(INSIDE), counters)} += 0.1 * np.cos(w) * w")

    def fill(self, text: str, counters: str) -> str:
        k, l = self.rng.choice(counters), self.rng.choice(counters)  # noqa: E741
        return text.replace("{k}", k).replace("{l}", l)


def loaded(text, name):
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    space = {}
    exec(compile(text, name, "exec"), space)
    return space["f"]


def check(seed):
    text = Loops(seed).text
    f = loaded(text, f"<loops {seed}>")
    gradient_of = value_and_grad(f)
    for n, sweeps in ((4, 2), (5, 1), (2, 3)):
        rng = np.random.default_rng(seed)
        x, v = rng.uniform(-1.0, 1.0, n), rng.normal(size=n)
        value, gradient = gradient_of(x, sweeps)
        expected, slope = jvp(f, (x, sweeps), (v, None))
        assert value == f(x.copy(), sweeps) == expected, text
        size = 1e-9 * np.sum(np.abs(gradient * v))
        np.testing.assert_allclose(gradient @ v, slope, rtol=1e-8, atol=size, err_msg=text)


@pytest.mark.parametrize("seed", range(220))
def test_random_loops(seed):
    check(seed)


def cholesky(A):
    for i in range(len(A)):
        for j in range(i):
            for k in range(j):
                A[i, j] -= A[i, k] * A[j, k]
            A[i, j] /= A[j, j]
        for k in range(i):
            A[i, i] -= A[i, k] ** 2
        A[i, i] = np.sqrt(A[i, i])
    return np.sum(np.log(np.diag(A)))


def recurrence(x):
    y = np.zeros(len(x))
    for i in range(2, len(x)):
        y[i] = x[i] + y[i - 1] * y[i - 2]
    return np.sum(y)


def overwritten_later(x):
    y = np.zeros(len(x))
    for i in range(2, len(x)):
        y[i] = x[i] + y[i - 1] * y[i - 2]
    y[3] = 0.5
    return np.sum(y)


@pytest.mark.parametrize(("fun", "records"), [(cholesky, 0), (recurrence, 0), (overwritten_later, 1)])
def test_numbers_of_finished_arrays_are_not_kept(fun, records):
    rng = np.random.default_rng(0)
    x = rng.uniform(-0.1, 0.1, (6, 6)) if fun is cholesky else rng.normal(size=8)
    x = x @ x.T + np.eye(6) if fun is cholesky else x
    assert source(fun, "grad", (x,)).count(".append(") == records
    for optimise in ("all", False):
        value, gradient = value_and_grad(fun, optimise=optimise)(x)
        expected, slope = jvp(fun, (x,), (np.cos(x),))
        assert value == pytest.approx(expected, rel=1e-14)
        assert np.sum(gradient * np.cos(x)) == pytest.approx(slope, rel=1e-10)
