"""Every rule of the table × samples × mode × order, against central differences.

The samples come from the rule's kind (`rule_cases.py`), or from `rule_samples.py` where the kind cannot know
them. Nothing here, or there, repeats a derivation.
"""

import contextlib
import math

import finite_differences as fd
import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from rule_cases import (
    Case,
    cases,
    check_busy,
    check_forward,
    check_reverse,
    check_second,
    check_untyped,
    compiled,
    differentiable_rules,
    function_of,
)
from rule_mutants import Mutant, mutants
from rule_samples import REFUSING

from tangent_ad import grad, jvp, source
from tangent_ad.errors import Refused
from tangent_ad.rules import RULES, Rule
from tangent_ad.rules.declare import np_functions
from tangent_ad.rules.passive import gives_new_memory, is_passive

pytestmark = [
    pytest.mark.filterwarnings("error::RuntimeWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]

CASES = [case for rule in differentiable_rules() for case in cases(rule)]
SECOND = [case for case in CASES if case.second]


def each(chosen: list[Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", chosen, ids=lambda case: case.id)


@pytest.mark.parametrize("rule", differentiable_rules(), ids=lambda rule: rule.op.name)
def test_every_rule_has_samples(rule):
    assert cases(rule), f"give {rule.op.name} a line in tests/rule_samples.py"


def test_every_rule_without_a_derivative_is_said_to_refuse():
    silent = [r.op.call for r in RULES.values() if r.kind not in ("constant", "passive") and not r.wrt]
    assert set(silent) == set(REFUSING)


@each(CASES)
def test_first_order(case):
    fun = function_of(case)
    check_forward(case, fun)
    check_reverse(case, fun)


@each([case for case in CASES if fd.precision(case.args) == np.float64])
def test_beside_other_uses(case):
    """Of what may be a view the arguments are not written, or nothing is read behind the write."""
    try:
        check_busy(case)
    except Refused as refused:
        assert not case.rule.op.fresh
        assert any(text in refused.reason for text in ("a view or a copy", "views or copies"))


@each([case for case in CASES if case.rule.op.fresh])
def test_memory_is_shared_as_declared(case):
    """What an operation not declared a view returns may be written to without a change of its arguments."""
    for part, out in zip(case.parts, function_of(case)(*case.args), strict=True):
        shared = [n for n, a in zip(case.names, case.args, strict=True) if np.shares_memory(out, a)]
        assert not shared, f"{part} shares memory with {shared}: declare view=True"


CONSTANTS = [rule.op.call for rule in RULES.values() if rule.kind == "constant" and rule.op.fresh]
FUNCTIONS = [f for module in (np, np.linalg, math) for f in vars(module).values() if callable(f)]
RULED = {rule.op.call for rule in RULES.values() if rule.kind != "passive"}
NEW = [*CONSTANTS, *(f for f in FUNCTIONS if is_passive(f) and gives_new_memory(f) and f not in RULED)]
READ = [np.arange(4), np.arange(4.0), np.arange(4) > 1, np.eye(3), np.arange(9).reshape(3, 3), np.ones((2, 3, 3))]


def memory_of(value) -> list[np.ndarray]:
    parts = [a for v in value for a in memory_of(v)] if isinstance(value, (tuple, list)) else []
    return [value] if isinstance(value, np.ndarray) else parts


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("function", NEW, ids=lambda f: getattr(f, "__name__", str(f)))
def test_what_is_not_differentiated_gives_new_memory(function):
    calls = [given for a in READ for given in [(a,), (a, a + 1), ([a, a],), (a, 1)]]  # where `a` may be seen again
    for given in calls:
        try:
            out = function(*given)
        except (TypeError, ValueError, IndexError, AttributeError, np.linalg.LinAlgError):
            continue  # no argument of this operation
        assert not [a for a in memory_of(out) for b in memory_of([given[0]]) if np.shares_memory(a, b)], given


@each(SECOND)
def test_second_order(case):
    check_second(case)


def first_cases(rule: Rule) -> list[Case]:
    """Few cases that still reach every branch of a rule."""
    return [c for c in cases(rule) if c.label.endswith("shapes") or c.label.isdigit()]


# What their adjoints are, or what they are made of, is worked out from ranks.
NEEDS_RANKS = (np.inner, np.tensordot, np.tile, np.gradient, np.fft.fftshift, np.fft.ifftshift, np.block, np.rollaxis)
# Those of which some calls need them.
MAY_NEED_RANKS = (
    np.insert, np.histogram, sliding_window_view, np.linalg.svd,
    *np_functions("vector_norm", "tensordot", module=np.linalg),
)  # fmt: skip


@each([c for rule in differentiable_rules() for c in first_cases(rule)])
def test_without_types(case):
    """A module made without example arguments serves all shapes, through helpers that it carries along."""
    fun = function_of(case)
    if case.rule.op.call in NEEDS_RANKS:
        with pytest.raises(Refused, match="ranks"):
            source(fun, "vjp", argnums=case.active)
        return
    try:
        check_untyped(case, fun)
    except Refused as refused:
        assert case.rule.op.call in MAY_NEED_RANKS and "known" in refused.reason


# ---------------------------------------------------------------- the test of the test


def check_untyped_reverse(case):
    with contextlib.suppress(Refused):
        check_untyped(case, function_of(case))


def caught(mutant: Mutant) -> bool:
    """Where the types are known, another rule may be all that is needed: np.flip(x) is x[::-1]."""
    checks = [check_forward] if mutant.field == "forward" else [check_reverse, check_untyped_reverse]
    for check in checks:
        for case in first_cases(mutant.rule):
            try:
                check(case)
            except AssertionError:
                return True
    return False


@pytest.mark.parametrize("rule", differentiable_rules(), ids=lambda rule: rule.op.name)
def test_a_wrong_rule_is_caught(rule):
    made = mutants(rule)
    assert {m.what.split("_")[0] for m in made} >= {"sign", "factor"}
    for mutant in made:
        with mutant.installed():
            assert caught(mutant), f"{mutant.id} goes unnoticed"
    assert RULES[rule.op] is rule


# ---------------------------------------------------------------- what carries no derivative

# Constants whose value is worth multiplying by the input: x * op(x) has the derivative op(x).
FACTORS = (
    "np.floor(x)", "np.ceil(x)", "np.trunc(x)", "np.rint(x)", "np.round(x)", "np.round(x, 1)", "x.round()",
    "np.fix(x)", "np.sign(x)", "np.heaviside(x, 0.5)", "np.signbit(x)", "np.isnan(x)", "np.isfinite(x)",
    "np.isinf(x)", "np.isclose(x, 0.3)", "(x > 0.2)", "(x != 0.2)", "np.less(x, 0.4)",
    "np.logical_not(x > 0.2)", "np.logical_and(x > 0.2, x < 0.8)", "(x // 0.3)", "np.floor_divide(x, 0.3)",
    "np.shape(x)[0]", "x.shape[1]", "np.ndim(x)", "x.size", "len(x)", "np.argmax(x)", "x.argmin()",
    "np.argmin(x, axis=0)", "x.argsort(axis=1)", "np.count_nonzero(x > 0.3)", "np.zeros_like(x)",
    "np.ones_like(x)", "np.zeros(3)", "np.ones((2, 3))", "np.eye(2, 3)", "np.arange(3)",
    "np.arange(1, 7, 2)", "np.arange(3, dtype=float)", "np.searchsorted(np.ones(2), x)", "np.any(x > 0.3)",
    "(x > 0.1).all()", "int(x[0, 0] * 9.0)", "round(x[0, 1], 1)", "np.isreal(x)",
    "math.floor(x[0, 0] * 9.0)", "math.ceil(x[0, 1])", "math.isfinite(x[1, 1])", "x.shape[-1]",
    "np.tri(2, 3)", "np.meshgrid(np.arange(3.0), np.arange(2.0))[1]", "np.full_like(x, 2.0)",
    "np.full((2, 3), 1.5)",
)  # fmt: skip


@pytest.mark.parametrize("factor", FACTORS)
def test_a_constant_is_a_factor(factor):
    x = np.array([[0.31, -0.42, 0.77], [0.12, 0.58, -0.26]])
    fun = compiled(f"    return np.sum(x * x * {factor})", ("x",))
    weight = compiled(f"    return np.ones((2, 3)) * {factor}", ("x",))(x)
    np.testing.assert_allclose(grad(fun)(x), 2 * x * weight, rtol=1e-12)
    value, tangent = jvp(fun, (x,), (np.ones((2, 3)),))
    np.testing.assert_allclose((value, tangent), (fun(x), np.sum(2 * x * weight)), rtol=1e-12)


@pytest.mark.parametrize("call", REFUSING, ids=lambda call: call.__name__)
def test_a_rule_without_a_derivative_refuses(call):
    sample = REFUSING[call]
    fun = compiled(f"    return np.sum({sample.calls[0]})", ("x",))
    x = 0.5 if sample.arguments["x"] == "float" else np.ones(sample.arguments["x"])
    with pytest.raises(Refused, match="not known"):
        grad(fun)(x)


REFUSED = {
    "np.trace({x}.reshape(2, 2, 2))": "two axes",
    "np.var({x}, dtype=float)": "dtype",
    "np.hypot({x}, {x}, {x}, {x})": "arguments",
    "np.i0({x})": "no derivative rule",
}


ADJOINT_ONLY = ("np.trace({x}.reshape(2, 2, 2))",)  # fmt: skip
MODES = {"reverse": lambda f, x: grad(f)(x), "forward": lambda f, x: jvp(f, (x,), (x,))}


@pytest.mark.parametrize("call", REFUSED)
@pytest.mark.parametrize("mode", MODES.values(), ids=MODES)
def test_what_has_no_rule_is_refused_at_the_users_line(call, mode):
    fun = compiled(f"    y = x * 2.0\n    return np.sum({call.format(x='y')})", ("x",))
    if mode is MODES["forward"] and call in ADJOINT_ONLY:
        pytest.skip("linear: forward mode applies the operation itself")
    with pytest.raises(Refused, match=REFUSED[call]) as caught_:
        mode(fun, np.ones((4, 2)))
    assert caught_.value.file == fun.__code__.co_filename
    assert caught_.value.line == 3


# ---------------------------------------------------------------- conventions, where differences say nothing


def gradient(body: str, *args, argnums=0):
    names = ("x", "y", "z")[: len(args)]
    return grad(compiled(f"    return {body}", names), argnums)(*args)


def array(*items):
    return np.array(items)


CONVENTIONS = [
    ("np.max(x)", array(0.7, 0.2, 0.7), array(0.5, 0.0, 0.5)),
    ("np.min(x)", array(0.7, 0.2, 0.2), array(0.0, 0.5, 0.5)),
    ("np.sum(np.max(x, axis=1))", array([0.7, 0.7], [0.1, 0.2]), array([0.5, 0.5], [0.0, 1.0])),
    ("np.sum(np.maximum(x, 0.7))", array(0.7, 0.2, 0.9), array(0.5, 0.0, 1.0)),
    ("np.sum(np.minimum(x, 0.7))", array(0.7, 0.2, 0.9), array(0.5, 1.0, 0.0)),
    ("max(x, 0.7)", 0.7, 0.5),
    ("min(x, 0.7)", 0.7, 0.5),
    ("np.sum(np.clip(x, 0.0, 1.0))", array(0.0, 0.5, 1.0, 2.0), array(0.5, 1.0, 0.5, 0.0)),
    ("np.sum(np.abs(x))", array(0.0, -2.0), array(0.0, -1.0)),
    ("abs(x)", 0.0, 0.0),
    ("np.linalg.norm(x)", array(0.0, 0.0), array(0.0, 0.0)),
    ("np.linalg.norm(x, np.inf)", array(-2.0, 1.0, 2.0), array(-0.5, 0.0, 0.5)),
    ("np.sum(np.unique(x) * np.array([1.0, 2.0]))", array(0.7, 0.2, 0.7), array(2.0, 1.0, 0.0)),
    ("np.std(x)", array(1.5, 1.5), array(0.0, 0.0)),
    ("np.nanstd(x)", array(1.5, 1.5), array(0.0, 0.0)),
    ("np.sum(np.nan_to_num(x))", array(np.nan, 1.5, np.inf), array(0.0, 1.0, 0.0)),
    ("np.nanmax(x)", array(0.7, np.nan, 0.7), array(0.5, 0.0, 0.5)),
    ("np.max(x, initial=0.7)", array(0.7, 0.2), array(0.5, 0.0)),
    ("np.sum(np.maximum.accumulate(x) * np.array([1.0, 2.0, 4.0]))", array(0.7, 0.7, 0.2), array(1.0, 6.0, 0.0)),
    ("np.sum(np.linalg.eigvalsh(x))", array([1.0, 0.0], [0.0, 1.0]), array([1.0, 0.0], [0.0, 1.0])),
    ("np.sum(np.linalg.svd(x, compute_uv=False))", array([1.0, 0.0], [0.0, 1.0]), array([1.0, 0.0], [0.0, 1.0])),
    ("np.sum(np.hypot(x, 0.0))", array(0.0, 2.0), array(0.0, 1.0)),
    ("np.sum(x**0)", array(0.0, 2.0), array(0.0, 0.0)),
    ("np.sum(x ** np.array([0.0, 1.0, 2.0]))", array(0.0, 0.0, 0.0), array(0.0, 1.0, 0.0)),
    ("x**0.0", 0.0, 0.0),
    ("x**1", 0.0, 1.0),
    ("math.pow(x, 0.0)", 0.0, 0.0),
    ("math.pow(0.0, x)", 1.5, 0.0),
    ("np.sum(0.0 ** x)", array(1.5, 2.0), array(0.0, 0.0)),
    ("np.prod(x)", array(0.0, 3.0, 0.0), array(0.0, 0.0, 0.0)),
    ("np.prod(x)", array(0.0, 3.0, 2.0), array(6.0, 0.0, 0.0)),
    ("np.sum(np.sinc(x))", array(0.0), array(0.0)),
    ("np.sum(np.where(x > 0.0, x, 1.0))", array(0.0, 1.0), array(0.0, 1.0)),
]


@pytest.mark.parametrize(("body", "x", "expected"), CONVENTIONS, ids=[c[0] for c in CONVENTIONS])
def test_convention(body, x, expected):
    np.testing.assert_array_equal(gradient(body, x), expected)


def test_gradient_of_a_complex_argument_is_not_conjugated():
    """The convention of JAX: |z|² at 3 + 4i has the gradient 6 - 8i, and f(z) = z² is multiplied by f'(z)."""
    z = 3.0 + 4.0j
    np.testing.assert_allclose(gradient("np.abs(x) ** 2", z), 6.0 - 8.0j)
    np.testing.assert_allclose(gradient("np.sum(np.abs(x) ** 2)", array(z, 1j)), array(6.0 - 8.0j, -2.0j))
    np.testing.assert_allclose(gradient("np.real(x * x)", z), 2.0 * z)
    np.testing.assert_allclose(gradient("np.imag(x)", z), -1.0j)
    np.testing.assert_allclose(gradient("np.real(np.conj(x) * 1j)", z), np.conj(1j))


@pytest.mark.parametrize("call", ["np.linalg.eigh(x)[1]", "np.linalg.svd(x)[0]"])
def test_vectors_of_equal_values_have_no_derivative(call):
    """It is not a number, with a warning: zero would be wrong for what does not depend on their choice."""
    fun = compiled(f"    return np.sum({call}[:, 0] ** 2 * np.arange(3.0))", ("x",))
    with np.errstate(all="ignore"):
        assert np.isnan(grad(fun)(2.0 * np.eye(3))).any()
        assert np.isnan(jvp(fun, (2.0 * np.eye(3),), (np.arange(9.0).reshape(3, 3),))[1])


def test_second_derivative_of_a_product_with_zeros():
    x = np.array([0.0, 2.0, 0.0, 3.0])
    fun = compiled("    return np.prod(x)", ("x",))
    _, product = jvp(grad(fun), (x,), (np.array([1.0, 0.0, 0.0, 0.0]),))
    np.testing.assert_array_equal(product, [0.0, 0.0, 6.0, 0.0])


def test_higher_derivatives_of_sinc_at_zero():
    x = np.array([0.0, 1e-9, 0.01, 0.0709, 0.072, 0.4])
    fun = compiled("    return np.sum(np.sinc(x) * np.arange(1.0, 7.0))", ("x",))
    _, second = jvp(grad(fun), (x,), (np.ones(6),))
    points, weights = np.polynomial.legendre.leggauss(24)  # sinc(x) is the mean of cos(pi x t) for t from 0 to 1
    t, weights = (points + 1.0) / 2.0, weights / 2.0
    curvature = -(weights * (np.pi * t) ** 2 * np.cos(np.pi * np.outer(x, t))).sum(1)
    np.testing.assert_allclose(second, curvature * np.arange(1.0, 7.0), rtol=1e-11)
    slope = -(weights * np.pi * t * np.sin(np.pi * np.outer(x, t))).sum(1)
    np.testing.assert_allclose(grad(fun)(x), slope * np.arange(1.0, 7.0), rtol=1e-11, atol=1e-300)


def test_a_negative_base_has_no_derivative_in_its_exponent():
    """NumPy's nan, not the error of Python's log, beside a derivative in the base that is fine."""
    fun = compiled("    return x**y", ("x", "y"))
    with np.errstate(invalid="ignore"):
        in_base, in_exponent = grad(fun, argnums=(0, 1))(-1.3, 3.0)
    assert in_base == pytest.approx(3.0 * 1.3**2)
    assert np.isnan(in_exponent)
