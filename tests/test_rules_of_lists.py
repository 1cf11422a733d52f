"""Operations given lists where arrays are usual: each is right as NumPy is, or refused.

The arguments of every rule's cases are made lists in one of the ways that programs do; which one is drawn from the
name of the rule, so that a rule that takes one way for another is found by its neighbours.
"""

import random
import zlib

import finite_differences as fd
import numpy as np
import pytest
from rule_cases import ELSEWHERE, cases, compiled, random_direction, tangents_for

from tangent_ad import jvp, vjp
from tangent_ad.errors import Refused
from tangent_ad.rules import RULES

WAYS = {
    "tolist": "{n} = {n}.tolist()",
    "rows": "{n} = list({n})",
    "comprehension": "{n} = [v for v in {n}]",
    "display": "{n} = [{items}]",
    "tuple": "{n} = ({items},)",
    "starred": "{n} = [*{n}[:-1], {n}[-1]]",
}
IN_NUMPY = [
    rule for rule in RULES.values()
    if rule.kind not in ("constant", "passive") and not rule.op.name.startswith("tangent_ad")
    and rule.op.call not in ELSEWHERE
]  # fmt: skip


def as_lists(case, which, way):
    """Statements that make lists of some of the arguments."""
    lines = []
    for i in which:
        n, items = case.names[i], ", ".join(f"{case.names[i]}[{k}]" for k in range(len(case.args[i])))
        lines.append(f"    {WAYS[way].format(n=n, items=items)}\n")
    return "".join(lines)


def programs(rule):
    """A call of each case of a rule, with one argument a list, or all of them."""
    rng = random.Random(zlib.crc32(rule.op.name.encode()))
    for case in cases(rule):
        arrays = [i for i, a in enumerate(case.args) if isinstance(a, np.ndarray) and a.ndim in (1, 2) and a.size]
        if not arrays or fd.precision(case.args) != np.float64:
            continue
        which = arrays if rng.random() < 0.3 else [rng.choice(arrays)]
        way, part = rng.choice(list(WAYS)), rng.choice(case.parts)
        yield case, compiled(as_lists(case, which, way) + f"    return {part}", case.names)


def check(case, f):
    """Forward and reverse mode against central differences; not, where NumPy itself takes no list."""
    try:
        expected = f(*case.args)
    except (AttributeError, TypeError, ValueError, IndexError, np.linalg.LinAlgError):
        return False
    if not fd.flatten(expected).size:
        return False
    direction = random_direction(case)
    slopes = fd.directional(f, case.args, case.active, direction)
    try:
        value, tangent = jvp(f, case.args, tangents_for(case, case.args, direction))
        again, pullback = vjp(f, *case.args)
    except Refused:
        return False
    assert fd.signature(value) == fd.signature(again) == fd.signature(expected)
    np.testing.assert_allclose(fd.flatten(value), fd.flatten(expected), rtol=1e-9)
    scale = max(1, np.max(np.abs(slopes)))
    np.testing.assert_allclose(fd.flatten(tangent), slopes, rtol=1e-5, atol=1e-6 * scale)
    weights = fd.random_like(expected, np.random.default_rng(0))
    pulled = pullback(weights)
    found = fd.flatten(tuple(pulled[i] for i in case.active)) @ direction
    w = fd.flatten(weights)
    assert found == pytest.approx(w @ slopes, rel=1e-5, abs=1e-6 * scale * np.sum(np.abs(w)))
    return True


@pytest.mark.parametrize("rule", IN_NUMPY, ids=lambda rule: rule.op.name)
@pytest.mark.filterwarnings("ignore")
def test_right_or_refused(rule):
    for case, f in programs(rule):
        check(case, f)


def test_most_are_right():
    """What is refused, and what NumPy itself does not take, are few: the test above is of something."""
    sample = random.Random(3).sample(IN_NUMPY, 30)
    with np.errstate(all="ignore"):
        outcomes = [check(case, f) for rule in sample for case, f in programs(rule)]
    assert sum(outcomes) > 0.6 * len(outcomes)
