"""Every rule of the table × samples × mode × order, against central differences.

The samples come from the rule's kind (`rule_cases.py`), or from `rule_samples.py` where the kind cannot know
them. Nothing here, or there, repeats a derivation.
"""

import numpy as np
import pytest
from rule_cases import Case, cases, check_forward, check_reverse, check_second, compiled, differentiable_rules, function_of
from rule_samples import REFUSING

from tangent_ad import grad, jvp, vjp
from tangent_ad.errors import Refused
from tangent_ad.rules import RULES

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
    silent = [r.op.call for r in RULES.values() if r.kind != "constant" and not r.wrt]
    assert set(silent) == set(REFUSING)


@each(CASES)
def test_first_order(case):
    fun = function_of(case)
    check_forward(case, fun)
    check_reverse(case, fun)


@each(SECOND)
def test_second_order(case):
    check_second(case)
