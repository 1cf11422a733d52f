"""docs/adding_a_rule.md runs, docs/rules.md is up to date, rules of users behave like those of the table."""

import importlib.util
import inspect
import re
import sys
from pathlib import Path

import numpy as np
import pytest
import scipy.special

from tangent_ad import check_grads, grad, source
from tangent_ad.errors import Refused
from tangent_ad.rules import OPS, RULES
from tangent_ad.rules.declare import elementwise
from tangent_ad.rules.document import table

DOCS = Path(__file__).resolve().parent.parent / "docs"
NEWEST = (
    sys.version_info >= (3, 11) and np.lib.NumpyVersion(np.__version__) >= "2.0.0"
)  # with every listed function

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")


@pytest.fixture
def clean_table():
    """Rules declared in a test are forgotten after it."""
    rules, ops = dict(RULES), dict(OPS)
    yield
    for table_, before in ((RULES, rules), (OPS, ops)):
        for key in [k for k in table_ if k not in before]:
            del table_[key]


def imported(text: str, path: Path):
    path.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_adding_a_rule_runs(tmp_path, clean_table):
    text = (DOCS / "adding_a_rule.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert len(blocks) >= 7
    imported("\n\n".join(blocks), tmp_path / "adding_a_rule_page.py")


def test_the_table_is_up_to_date():
    """Rewrite it with `python -m tangent_ad.rules.document docs/rules.md`."""
    written, now = (DOCS / "rules.md").read_text(encoding="utf-8"), table()
    if NEWEST:
        assert written == now
    rows, known = (set(re.findall(r"^\| .*", text, re.MULTILINE)) for text in (now, written))
    assert {r for r in rows if not r.startswith("| `np.trapz`")} <= known  # which NumPy 2 has no more


def steep(x):
    return np.floor(1000.0 * x) / 1000.0


def helper(x):
    return steep(x) ** 2


def test_a_users_rule_is_found_by_object_before_the_body_is_inlined(clean_table):
    @elementwise(steep)
    def rule(z, x):
        return 1.0

    x = np.array([0.5, 1.25])
    renamed = steep
    np.testing.assert_allclose(grad(lambda x: np.sum(helper(x)))(x), 2.0 * x)
    np.testing.assert_allclose(grad(lambda x: np.sum(renamed(x) * x))(x), 2.0 * x)
    assert "floor" not in source(lambda x: np.sum(helper(x)), args=(x,))


def digamma_of_twice(x):
    return scipy.special.digamma(2.0 * x)


def test_what_a_users_rule_calls_without_a_rule_is_said_there(clean_table):
    @elementwise(scipy.special.gammaln)
    def rule(z, x):
        return digamma_of_twice(x / 2.0)

    def loss(x):
        return np.sum(scipy.special.gammaln(x))

    x = np.array([0.5, 1.25])
    with pytest.raises(Refused) as caught:
        grad(loss)(x)
    error = caught.value
    assert (error.file, error.line) == (__file__, inspect.getsourcelines(digamma_of_twice)[1] + 1)
    assert "scipy.special.digamma, which the rule of scipy.special.gammaln calls" in error.reason
    assert [call.line for call in error.calls] == [inspect.getsourcelines(loss)[1] + 1]

    @elementwise(scipy.special.digamma)
    def not_differentiated(z, x):
        return None

    np.testing.assert_allclose(grad(loss)(x), scipy.special.digamma(x))
    with pytest.raises(Refused):
        grad(lambda x: np.sum(scipy.special.digamma(x)))(x)


def test_a_changed_rule_rebuilds_the_derivative(clean_table, tmp_path):
    program = (
        "import numpy as np\n\n\ndef op(x):\n    return x * 1.0\n\n\ndef f(x):\n    return np.sum(op(x))\n"
    )
    program = "from tangent_ad.rules.declare import elementwise\n" + program
    rule = "\n\n@elementwise(op)\ndef _(z, x):\n    return {}\n"
    for factor in (2.0, 3.0):
        module = imported(program + rule.format(factor), tmp_path / "program.py")
        np.testing.assert_array_equal(grad(module.f)(np.ones(2)), [factor, factor])


factor_of_a_rule = 1.0


def scaled(x):
    return x * 1.0


def test_what_a_rule_reads_rebuilds_the_derivative(clean_table, monkeypatch):
    @elementwise(scaled)
    def rule(z, x):
        return factor_of_a_rule

    def loss(x):
        return np.sum(scaled(x))

    np.testing.assert_array_equal(grad(loss)(np.ones(2)), [1.0, 1.0])
    monkeypatch.setitem(globals(), "factor_of_a_rule", 3.0)
    np.testing.assert_array_equal(grad(loss)(np.ones(2)), [3.0, 3.0])


def scaling(a):
    def scaled(x):
        return x * a

    @elementwise(scaled)
    def rule(z, x):
        return a

    return scaled


def test_rules_of_two_closures_are_two(clean_table):
    for a, scaled_by_a in [(a, scaling(a)) for a in (1.0, 2.0)]:

        def loss(x, scaled_by_a=scaled_by_a):
            return np.sum(scaled_by_a(x))

        np.testing.assert_array_equal(grad(loss)(np.ones(2)), [a, a])


def test_a_users_rule_with_a_refusal_names_the_users_line(clean_table, tmp_path):
    text = """
import numpy as np
from tangent_ad.rules.declare import linear, refuse

def op(x):
    return x * 2.0

@linear(op)
def _(y_bar, x):
    if np.ndim(x) > 1:
        refuse("op of a matrix has no rule", "call it row by row")
    return y_bar * 2.0

def f(x):
    y = x * x
    return np.sum(op(y))
"""
    module = imported(text, tmp_path / "program_with_refusal.py")
    np.testing.assert_array_equal(grad(module.f)(np.ones(2)), [4.0, 4.0])
    with pytest.raises(Refused, match="row by row") as caught:
        grad(module.f)(np.ones((2, 2)))
    assert caught.value.line == text.split("\n").index("    return np.sum(op(y))") + 1


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("lambda z, x, y: z", "returns one derivative for x, y"),
        ("lambda z, x, y: (z, z, z)", "returns a tuple of 3 derivatives for x, y"),
        ("lambda z, x: (z, z)", "returns a tuple of 2 derivatives for x"),
        ("lambda z, x: (z,)", "returns a tuple of one derivative for x"),
    ],
)
def test_a_rule_with_too_many_or_too_few_derivatives(body, message, clean_table, tmp_path):
    """One array for two arguments would be taken apart, and its first item be the derivative in the first."""
    names = body[len("lambda z, ") : body.index(":")]
    text = f"""
import numpy as np
from tangent_ad.rules.declare import elementwise

def op({names}):
    return np.exp({names.replace(", ", " + ")})

@elementwise(op)
def _(z, {names}):
    return {body.partition(": ")[2]}

def f({names}):
    return np.sum(op({names}))
"""
    module = imported(text, tmp_path / "program_of_derivatives.py")
    with pytest.raises(Refused, match=re.escape(message)) as caught:
        grad(module.f)(*[np.ones(3)] * (1 + names.count(",")))
    assert caught.value.file.endswith("program_of_derivatives.py")
    assert caught.value.line == text.split("\n").index("@elementwise(op)") + 1


def test_the_parameters_of_a_rule_have_names_of_their_own(clean_table, tmp_path):
    """What NumPy's functions mean by `out` and `where` is nothing to a user's function."""
    text = """
import numpy as np
from tangent_ad.rules.declare import elementwise

def op(x, out, where):
    return x * out + where

@elementwise(op)
def _(z, v, w, s):
    return w, v, 1.0

def by_place(x, y):
    return np.sum(op(x, y, x * y))

@elementwise(op)
def _(z, x, out, where):
    return out, x, 1.0

def by_name(x, y):
    return np.sum(op(x, where=x * y, out=y))
"""
    module = imported(text, tmp_path / "program_of_names.py")
    for fun in (module.by_place, module.by_name):
        check_grads(fun, (np.array([0.4, 1.1]), np.array([0.7, 0.3])), order=2)


def test_a_variadic_rule(clean_table):
    check_grads(
        lambda x: np.sum(np.einsum("i,ij,j,j->i", x, np.outer(x, x), x, np.sin(x))),
        (np.array([0.4, 1.1]),),
        order=2,
    )
