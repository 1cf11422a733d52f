"""What is outside the language is refused at build time, at the user's line, with a way out."""

import copy
import dataclasses
import inspect

import finite_differences as fd
import numpy as np
import pytest
from programs import (
    cures,
    cures_classes,
    cures_structures,
    cures_writes,
    refused,
    refused_classes,
    refused_structures,
    refused_writes,
)
from programs.cure import CURES, Cure
from programs.refused import Refusal
from programs.support import mutating

from tangent_ad import grad, jvp, value_and_grad, vjp
from tangent_ad.errors import Refused

MODES = {
    "grad": lambda fun, args: grad(fun)(*args),
    "vjp": lambda fun, args: vjp(fun, *args),
    "jvp": lambda fun, args: jvp(fun, args, (np.ones_like(args[0]), *[None] * (len(args) - 1))),
}


MODULES = (refused, refused_writes, refused_classes, refused_structures)
REFUSALS = [refusal for module in MODULES for refusal in module.REFUSALS]


def marked_lines(refusal: Refusal, marker: str) -> list[int]:
    lines, first = inspect.getsourcelines(refusal.where or refusal.fun)
    return [first + i for i, line in enumerate(lines) if marker in line]


def marked_place(refusal: Refusal) -> tuple[str, int]:
    """The file and the line number of the `# HERE` marker."""
    (line,) = marked_lines(refusal, "# HERE")
    return inspect.getsourcefile(refusal.where or refusal.fun), line


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.fun.__name__)
def test_refused_at_the_line(refusal, mode):
    before = refusal.args[0].copy()
    with pytest.raises(Refused) as caught:
        MODES[mode](refusal.fun, refusal.args)
    error = caught.value
    assert (str(error.file), error.line) == marked_place(refusal)
    assert isinstance(error.col, int) and error.col >= 1
    assert error.reason.strip() and error.remedy.strip()
    for line in (*marked_lines(refusal, "# SHARES"), *marked_lines(refusal, "# WRITES")):
        assert f"line {line}" in error.reason
    assert str(error).startswith(f"{error.file}:{error.line}:{error.col}: ")
    assert error.reason in str(error) and error.remedy in str(error)
    np.testing.assert_array_equal(refusal.args[0], before, err_msg="a refused program ran")


def test_lines_of_another_file_are_named_with_their_file():
    program = refused_writes.helper_of_another_module_that_may_return_its_argument
    lines, first = inspect.getsourcelines(mutating.same_or_double)
    (line,) = [first + i for i, text in enumerate(lines) if "# SHARES" in text]
    with pytest.raises(Refused) as caught:
        vjp(program, np.array([0.7, 1.2, 0.4]), 3)
    assert f"mutating.py:{line}" in caught.value.reason and f"mutating.py:{line}" in caught.value.remedy
    assert f"  mutating.py:{line}: if n > 2:" in str(caught.value)


def test_the_calls_that_lead_there_are_named():
    with pytest.raises(Refused) as caught:
        vjp(refused.helper_of_other_module_writes, np.array([0.7, 1.2, 0.4]))
    line = inspect.getsourcelines(refused.helper_of_other_module_writes)[1] + 1
    assert f"  called in {refused.__file__}:{line}:" in str(caught.value)


def arguments(cure: Cure) -> tuple:
    """Fresh ones: a program may write into them."""
    given = next(r.args for r in REFUSALS if r.fun is cure.refused) if cure.args is None else cure.args
    return copy.deepcopy(given)


@pytest.mark.filterwarnings("ignore::UserWarning")  # a cure may be a constant
@pytest.mark.parametrize("cure", CURES, ids=lambda cure: f"{cure.refused.__name__}-{cure.fun.__name__}")
def test_the_remedy_works(cure):
    """The program, rewritten as its error says, has the derivative that central differences find."""
    args = arguments(cure)
    direction = np.random.default_rng(5).normal(size=args[0].size)
    expected = fd.directional(cure.fun, args, (0,), direction)
    out, pullback = vjp(cure.fun, *arguments(cure))
    cotangent = fd.random_like(out, np.random.default_rng(6))
    pulled = fd.flatten(pullback(cotangent)[0])
    fd.assert_close([pulled @ direction], [np.sum(fd.flatten(cotangent) * expected)], np.dtype(float), what="reverse")
    tangents = (direction, *[None] * (len(args) - 1))
    value, tangent = jvp(cure.fun, arguments(cure), tangents)
    fd.assert_close(tangent, expected, np.dtype(float), what="forward")
    computed = fd.flatten(cure.fun(*arguments(cure)))
    np.testing.assert_allclose(fd.flatten(value), computed)
    if cure.same:
        np.testing.assert_allclose(computed, fd.flatten(cure.refused(*arguments(cure))))


def test_every_refused_program_has_a_cure():
    without = {**cures.WITHOUT, **cures_writes.WITHOUT, **cures_classes.WITHOUT, **cures_structures.WITHOUT}
    cured = {cure.refused for cure in CURES}
    assert [r.fun.__name__ for r in REFUSALS if (r.fun in cured) == (r.fun in without)] == []


@dataclasses.dataclass
class WithArea:
    width: float
    height: float
    area: float = dataclasses.field(init=False, default=0.0)

    def __post_init__(self):
        self.area = self.width * self.height


def test_a_declared_attribute_is_set_in_each_cotangent():
    """The other remedy of `dataclass_with_more_than_its_fields`."""
    _, pullback = vjp(lambda x: WithArea(x[0], x[1]), np.array([0.7, 1.2]))
    cotangent = WithArea(1.0, 2.0)
    cotangent.area = 0.0
    np.testing.assert_array_equal(pullback(cotangent)[0], [1.0, 2.0])
    cotangent.area = 1.0
    np.testing.assert_allclose(pullback(cotangent)[0], [2.2, 2.7])


def test_of_several_faults_in_a_try_the_first_is_named():
    with pytest.raises(Refused) as caught:
        vjp(refused.try_everything, np.array([0.7, 1.2, 0.4]))
    assert caught.value.col == caught.value.origin.text.index("x[0]") + 9


def test_what_differs_from_item_to_item_is_where_the_item_is_written():
    with pytest.raises(Refused) as caught:
        vjp(refused_structures.objects_of_two_classes, np.array([0.7, 1.2, 0.4]), 3)
    assert caught.value.col == caught.value.origin.text.index("Plus()") + 5


@pytest.mark.parametrize("transform", [grad, value_and_grad])
@pytest.mark.parametrize(
    "fun",
    [lambda x: x * 2.0, lambda x: (np.sum(x), np.sum(x)), lambda x: x[:1], lambda x: {"loss": np.sum(x)}],
    ids=["vector", "tuple", "size_one", "dict"],
)
def test_gradient_of_a_non_scalar_is_a_type_error(transform, fun):
    with pytest.raises(TypeError, match="scalar"):
        transform(fun)(np.array([0.7, 1.2]))


@pytest.mark.parametrize(
    "x",
    [3, np.int64(3), np.array([1, 2]), True, np.array([True, False]), (1.5, 2), {"a": np.array([1, 2])}],
    ids=["int", "int64", "int_array", "bool", "bool_array", "int_in_tuple", "int_array_in_dict"],
)
def test_gradient_of_integers_is_a_type_error_that_says_float(x):
    def fun(x):
        if isinstance(x, dict):
            return np.sum(x["a"] ** 2)
        return np.sum(x[0] ** 2) if isinstance(x, tuple) else np.sum(x**2)

    with pytest.raises(TypeError, match="float"):
        grad(fun)(x)


def test_tangent_of_an_integer_is_a_type_error():
    with pytest.raises(TypeError, match="float"):
        jvp(lambda x, n: x**n, (1.3, 2), (1.0, 1.0))


def test_gradient_of_a_string_is_a_type_error():
    with pytest.raises(TypeError):
        grad(lambda name, x: x**2, argnums=0)("width", 1.3)


def test_source_that_cannot_be_found_is_refused():
    """A function made by exec has no source to compile."""
    namespace = {}
    exec("def f(x):\n    return x * x\n", namespace)
    with pytest.raises(Refused):
        grad(namespace["f"])(1.3)
