"""Operations given ints or truths where floats are usual: what they give has NumPy's values, dtype and shape."""

import random
import zlib

import finite_differences as fd
import numpy as np
import pytest
from rule_cases import cases, compiled
from test_rules_of_lists import IN_NUMPY

from tangent_ad import jvp
from tangent_ad.errors import Refused

KINDS = ("int64", "bool", "int32", "float32")


def programs(rule):
    """Calls of a rule with other kinds of numbers, in one argument or all, beside floats that are differentiated."""
    rng = random.Random(zlib.crc32(rule.op.name.encode()))
    for case in cases(rule):
        arrays = [i for i, a in enumerate(case.args) if isinstance(a, np.ndarray) and a.dtype.kind == "f" and a.size]
        if not arrays:
            continue
        which = arrays if rng.random() < 0.6 else [rng.choice(arrays)]
        args, kind = list(case.args), rng.choice(KINDS)
        for i in which:
            args[i] = (3.0 * args[i] - 0.3).astype(kind)
        f = compiled(f"    return {rng.choice(case.parts)}, 2.0 * free", (*case.names, "free"))
        yield f, (*args, np.array([0.3, 0.4]))


def check(f, args):
    """The value that comes with the derivative; not, where NumPy itself refuses such numbers."""
    try:
        expected = f(*args)
    except (AttributeError, TypeError, ValueError, IndexError, np.linalg.LinAlgError, OverflowError):
        return False
    if not np.all(np.isfinite(fd.flatten(expected))):
        return False  # 0 / 0, or 1 / 0, by how it was computed
    try:
        value, tangent = jvp(f, args, (*(None,) * (len(args) - 1), np.ones(2)))
    except Refused:
        return False
    assert fd.signature(value) == fd.signature(expected)
    np.testing.assert_allclose(fd.flatten(value), fd.flatten(expected), rtol=1e-4)
    np.testing.assert_array_equal(tangent[1], [2.0, 2.0])
    return True


@pytest.mark.parametrize("rule", IN_NUMPY, ids=lambda rule: rule.op.name)
@pytest.mark.filterwarnings("ignore")
def test_as_numpy_has_it(rule):
    with np.errstate(all="ignore"):
        for f, args in programs(rule):
            check(f, args)
