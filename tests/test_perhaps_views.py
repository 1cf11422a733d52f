"""What gives back its argument, or a view of it, of a value that is a number on one path and an array on another.

Of a number most of these make new memory, of an array none; what is written into afterwards shows the difference.
Every program is differentiated correctly on both paths, or refused.
"""

import linecache

import finite_differences as fd
import numpy as np
import pytest

from tangent_ad import Refused, jvp, vjp

GIVEN_BACK = (
    "np.asarray(a)", "np.asanyarray(a)", "np.ascontiguousarray(a)", "np.asarray(a, dtype=float)", "np.real(a)",
    "a.real", "np.squeeze(a)", "a.squeeze()", "np.atleast_1d(a)", "np.atleast_2d(a)", "np.reshape(a, -1)",
    "np.ravel(a)",
    "a.T", "np.transpose(a)", "np.expand_dims(a, 0)", "np.flip(a)", "+a", "np.positive(a)",
    "np.add(a, 0)", "np.clip(a, None, 5.0)", "np.split(np.atleast_1d(a), 1)[0]", "a or 1.0", "a and a", "[a][0]",
    "{'k': a}.get('k', 0.0)", "(lambda v=a: v)()", "list(filter(None, [a]))[0]", "sum([a])",
    "max(a, y[1])", "min(y[1], a)", "max(a, a)", "max((a,))", "max([a, y[1]], key=lambda v: v)",
    "functools.reduce(max, [a, y[1]])", "max(v for v in [a, y[1]])", "min(map(lambda v: v, [a, y[1]]))",
    "np.max([a], axis=0)", "np.broadcast_arrays(a, y[:1])[0]",
)  # fmt: skip
WRITES = ("c += 1.0", "c *= c", "c[...] = c * y[1]", "c[0] = c[0] * y[1]", "np.multiply(c, 2.0, out=c)", "a += 1.0",
          "c = c * y[1]")  # fmt: skip
PROGRAM = """import functools
import numpy as np

def f(x, y):
    a = x[:1] if y[0] > 0 else x[1]
    c = {given}
    {write}
    return np.sum(a * c)
"""


def made(text):
    name = f"<perhaps {hash(text)}>"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    space = {}
    exec(compile(text, name, "exec"), space)
    return space["f"]


def is_refused(f, x, y):
    """Whether it is refused; what is not is differentiated correctly."""
    try:
        value, pullback = vjp(f, x, y)
    except Refused:
        return True
    expected = fd.gradient(f, (x, y), (0,))
    fd.assert_close(value, f(x.copy(), y.copy()), np.dtype(float), what="value")
    fd.assert_close(pullback(1.0)[0], expected, np.dtype(float), what="gradient")
    direction = np.array([0.3, -0.7, 0.2])
    tangent = jvp(f, (x, y), (direction, np.zeros(2)))[1]
    fd.assert_close(tangent, expected @ direction, np.dtype(float), what="tangent")
    return False


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("given", GIVEN_BACK)
def test_what_is_written_is_what_python_writes(given):
    x, followed = np.array([0.7, 1.2, 0.4]), 0
    for write in WRITES:
        f = made(PROGRAM.format(given=given, write=write))
        for y in (np.array([0.3, 0.9]), np.array([-0.3, 0.9])):
            try:
                f(x.copy(), y.copy())
            except (TypeError, ValueError, IndexError, AttributeError):
                continue  # NumPy has no such program on this path
            followed += not is_refused(f, x, y)
    assert followed, "every program is refused"


