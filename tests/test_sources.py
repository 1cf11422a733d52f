"""Functions whose text is not in a file of their own: cells of a notebook, doctests, several lambdas a line."""

import doctest
import functools
import linecache
import sys
import types

import numpy as np
import pytest

from tangent_ad import grad
from tangent_ad.errors import Refused


def run_cell(text, name, namespace=None):
    """Compile text as IPython does a cell: under a name of its own, its lines kept in linecache."""
    namespace = {} if namespace is None else namespace
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    exec(compile(text, name, "exec"), namespace)
    return namespace


CELL = """
import math

def helper(t):
    return t * t

def loss(x):
    total = 0.0
    for v in (helper(x), math.sin(x)):
        total += v
    return total

pair = (lambda t: t * 2.0, lambda t: t * t * t)
"""


def test_functions_of_a_cell():
    cell = run_cell(CELL, "<ipython-input-1-abc>")
    np.testing.assert_allclose(grad(cell["loss"])(0.7), 1.4 + np.cos(0.7))
    np.testing.assert_allclose(grad(cell["pair"][0])(0.7), 2.0)
    np.testing.assert_allclose(grad(cell["pair"][1])(0.7), 3.0 * 0.49)


def test_a_cell_that_is_run_again():
    """The function of the new cell is differentiated, the one of the old cell stays what it was."""
    first = run_cell("def f(x):\n    return x * x\n", "<ipython-input-2-abc>")["f"]
    assert grad(first)(3.0) == 6.0
    second = run_cell("def f(x):\n    return x * x * x\n", "<ipython-input-3-abc>")["f"]
    assert grad(second)(3.0) == 27.0
    assert grad(first)(3.0) == 6.0


def test_a_refusal_names_the_cell():
    cell = run_cell("def f(x):\n    y = x\n    return eval('y')\n", "<ipython-input-4-abc>")
    with pytest.raises(Refused) as caught:
        grad(cell["f"])(1.0)
    assert (caught.value.file, caught.value.line) == ("<ipython-input-4-abc>", 3)


def test_helpers_in_other_cells_are_followed():
    namespace = run_cell("def scale(x):\n    return 3.0 * x\n", "<ipython-input-5-abc>")
    run_cell("def f(x):\n    return scale(x) ** 2\n", "<ipython-input-6-abc>", namespace)
    assert grad(namespace["f"])(2.0) == 36.0
    run_cell("def scale(x):\n    return 5.0 * x\n", "<ipython-input-7-abc>", namespace)
    assert grad(namespace["f"])(2.0) == 100.0


DOCTEST = """
>>> from tangent_ad import grad
>>> def f(x):
...     return x * x + 1.0
>>> grad(f)(3.0)
6.0
>>> g, h = (lambda t: t * 2.0), (lambda t: t * t)
>>> grad(g)(3.0), grad(h)(3.0)
(2.0, 6.0)
"""


def test_functions_of_a_doctest():
    test = doctest.DocTestParser().get_doctest(DOCTEST, {}, "page", "page.md", 0)
    assert doctest.DocTestRunner(verbose=False).run(test).failed == 0


def test_text_that_nobody_kept_is_refused():
    namespace = {}
    exec("def f(x):\n    return x * x\n", namespace)
    with pytest.raises(Refused, match="cannot be read"):
        grad(namespace["f"])(1.3)


def test_a_function_made_of_another_code_object():
    """The source found is that of the code that runs."""
    base = run_cell("def f(x):\n    return x * x\n", "<ipython-input-8-abc>")["f"]
    renamed = types.FunctionType(base.__code__, base.__globals__, "square")
    assert grad(renamed)(3.0) == 6.0


def test_many_lambdas_on_a_line():
    """Before Python 3.11 code does not know its columns: equal ones of a line cannot be told apart there."""
    first, second, third = (lambda x: x * 2.0), (lambda x, y=3.0: x * y), (lambda x: [x * v for v in (x, 2.0)][1] * x)
    if sys.version_info < (3, 11):
        with pytest.raises(Refused, match="cannot be told from others on its line"):
            grad(third)(2.0)
        return
    assert [grad(f)(2.0) for f in (first, second, third)] == [2.0, 3.0, 8.0]


def test_lambdas_with_other_names():
    """A lambda is one by its code, whatever name it was given or hands on."""
    renamed = lambda x: x * x  # noqa: E731
    inner = lambda x: x * x * x  # noqa: E731
    renamed.__name__ = renamed.__qualname__ = "loss"

    @functools.wraps(inner)
    def wrapped(*args):
        return inner(*args)

    assert [grad(f)(2.0) for f in (renamed, wrapped)] == [4.0, 12.0]


def test_equal_lambdas_with_other_captures():
    made = [(lambda k: lambda x: x**k)(k) for k in (2, 3)]  # noqa: B023
    assert [grad(f)(2.0) for f in made] == [4.0, 12.0]


def test_warnings_stay_silent_in_both_sweeps():
    import warnings

    from tangent_ad import vjp

    def f(x):
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.sum(np.where(x > 0.0, np.log(x), x * x))

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        x = np.array([0.5, 0.0, 2.0])
        _, pullback = vjp(f, x)
        assert np.isfinite(pullback(1.0)[0][[0, 2]]).all()
