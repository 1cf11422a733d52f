"""No keyword of a function of NumPy is passed over: it does what NumPy does with it, or is refused."""

import ast
import inspect

import finite_differences as fd
import numpy as np
import pytest
from rule_cases import Case, cases, compiled

from tangent_ad import vjp
from tangent_ad.errors import Refused
from tangent_ad.rules import RULES

pytestmark = [pytest.mark.filterwarnings("ignore")]

# Values that change what most functions give, or where it is in memory, by the name of the keyword.
VALUES = {
    "axis": ("0", "-1", "None", "1", "(0,)", "(0, 1)"), "axes": ("None", "0", "1", "(1, 0)"),
    "axis1": ("1",), "axis2": ("0",), "ord": ("1", "2", "-1", "np.inf", "3", "'nuc'"),
    "dtype": ("np.float32", "complex", "int"), "order": ("'F'", "'K'"), "casting": ("'unsafe'",), "copy": ("False",),
    "subok": ("False", "True"), "ndmin": ("3",), "shape": ("(2,)",), "device": ("'cpu'",),
    "keepdims": ("True",), "initial": ("2.0",), "ddof": ("1",), "correction": ("1",),
    "k": ("1", "-1"), "n": ("2", "3"), "M": ("3",), "N": ("3",), "offset": ("1",), "start": ("1",), "num": ("7",),
    "prepend": ("1.0",), "append": ("2.0",), "left": ("0.3",), "right": ("0.3",), "period": ("1.0",),
    "fill_value": ("0.5",), "constant_values": ("2.0",), "nan": ("1.0",), "posinf": ("1.0",),
    "a_min": ("0.5",), "a_max": ("0.8",), "min": ("0.5",), "max": ("0.8",), "decimals": ("1",), "dx": ("0.5",),
    "mode": ("'wrap'", "'clip'", "'edge'", "'same'", "'full'", "'valid'"), "method": ("'nearest'", "'lower'"),
    "kind": ("'stable'",), "stable": ("True",), "optimize": ("True",), "endpoint": ("False",), "retstep": ("True",),
    "overwrite_input": ("True",), "rowvar": ("False",), "bias": ("True",), "returned": ("True",), "upper": ("True",),
    "weights": ("np.arange(1.0, 4.0)",), "UPLO": ("'U'",), "s": ("(2, 2)",), "norm": ("'ortho'", "'forward'"),
    "edge_order": ("2",), "indexing": ("'ij'",), "sparse": ("True",), "equal_nan": ("True",), "repeats": ("2",),
    "reps": ("2",), "include_initial": ("True",), "out": ("out",),
    "where": ("np.arange(np.size(x)).reshape(np.shape(x)) > 0",),
}  # fmt: skip
WEIGHED = "np.sum(np.real({r}) * np.cos(np.arange(np.size({r}))).reshape(np.shape({r})))"


def loss(case: Case, call: str, name: str, value: str):
    """A weighed sum of what `call` gives with one keyword more; of what it writes, for `out`."""
    inner = call[:-1] + ("" if call.endswith("()") else ", ")
    first = case.names[0]
    made = f"    r = {inner}{name}={value.replace('x)', first + ')')})\n"
    if name == "out":
        shape = np.shape(compiled(f"    return {call}", case.names)(*case.args))
        made = f"    r = np.full({shape}, 0.5)\n    {inner}out=r)\n"
    return compiled(f"{made}    return {WEIGHED.format(r='r')}", case.names)


def calls_of(rule):
    """Calls of the samples, and what of the function's signature they leave out."""
    try:
        parameters = list(inspect.signature(rule.op.call).parameters.values())
    except (TypeError, ValueError):  # written in C, without a text of it
        return
    for case in cases(rule)[:4]:
        if any(np.result_type(a) != np.float64 for a in case.args if isinstance(a, (np.ndarray, float))):
            continue
        for call in case.parts[:2]:
            tree = ast.parse(call, mode="eval").body
            if isinstance(tree, ast.Call):
                of_array = not ast.unparse(tree.func).startswith("np.")
                given = {k.arg for k in tree.keywords} | {p.name for p in parameters[: len(tree.args) + of_array]}
                yield case, call, [p.name for p in parameters if p.name not in given]


@pytest.mark.parametrize(
    "rule", [r for r in RULES.values() if r.op.name.startswith("numpy")], ids=lambda rule: rule.op.name
)
def test_a_keyword_does_what_it_does_or_is_refused(rule):
    for case, call, names in calls_of(rule):
        for name in names:
            for value in VALUES.get(name, ()):
                check(case, call, name, value)


METHODS = ("np.add.outer(x, x)", "np.multiply.reduce(x)", "np.maximum.reduce(x)", "np.add.accumulate(x)",
           "np.multiply.accumulate(x)", "x.copy()", "x.flatten()", "np.copy(x)", "np.asarray(x)", "np.array(x)",
           )  # fmt: skip


@pytest.mark.parametrize("method", METHODS)
def test_keywords_of_methods(method):
    case = Case(None, "method", ("x",), (np.random.default_rng(3).uniform(0.3, 1.7, size=(3, 2)),), (0,), (method,))
    for name in ("out", "order", "dtype", "where", "axis", "keepdims", "initial", "copy", "subok", "ndmin"):
        for value in VALUES[name]:
            check(case, method, name, value)
            check(case, f"{method}.ravel()", name, value)


def check(case, call, name, value):
    what = f"{call}, {name}={value}"
    fun = loss(case, call, name, value)
    try:
        expected = fun(*case.args)
    except (TypeError, ValueError, IndexError, AttributeError):  # NumPy itself does not take it here
        return
    try:
        got, pullback = vjp(fun, *case.args)
    except Refused:
        return
    single = "float32" in value
    np.testing.assert_allclose(got, expected, rtol=1e-5 if single else 1e-9, atol=1e-12, err_msg=what)
    if single or name == "decimals":
        return  # rounded: differences say nothing
    direction = np.random.default_rng(7).normal(size=fd.flatten(tuple(case.args[i] for i in case.active)).size)
    difference = fd.directional(fun, case.args, case.active, direction)
    slope = fd.flatten(tuple(pullback(1.0)[i] for i in case.active)) @ direction
    fd.assert_close([slope], difference, np.dtype(float), what=what)
