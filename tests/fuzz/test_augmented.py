"""`place op= value` for kinds of places, containers and values: right, or refused with a place and a remedy.

A container and an array do not add as two containers do: NumPy takes the operator over, and the name is rebound to a
new array; everything else that holds the container keeps it. What Python itself refuses is left out.
"""

import pytest

from .oracle import OK, check

PLACES = {
    "name": ("a = {made}", "a"),
    "attribute": ("b = B({made})", "b.v"),
    "dict item": ('d = {{"k": {made}}}', 'd["k"]'),
    "list item": ("d = [{made}, {made}]", "d[0]"),
    "item found at run time": ("d = [{made}, {made}]", "d[n - 2]"),
    "item of a list that grew": ("d = []\n    for _ in range(n):\n        d.append({made})", "d[1]"),
}
CONTAINERS = ("[x[0], x[1], x[2]]", "[]", "[x[i] for i in range(n)]", "[x, x * 2.0]", "(x[0], x[1], x[2])", "x * 1.0")
VALUES = ("x", "x[1:2]", "np.array([1.0, 2.0])", "[x[0]]", "(x[0] * x[1],)", "x[2]", "2", "[v * x[0] for v in x]")
PROGRAM = """import numpy as np


class B:
    def __init__(self, v):
        self.v = v


def f(x, n):
    {start}
    held = {place}
    {step}
    return {place}, held


def inputs():
    return np.array([0.7, 1.2, 0.4]), 3
"""
STEPS = {
    "line": "{place} {op}= {value}",
    "branch": "if n > 2:\n        {place} {op}= {value}",
    "loop": "for _ in range(n - 1):\n        {place} {op}= {value}",
    "sum": "{place} = {place} {op} {value}",
}


def outcomes(place, step, ops, containers):
    start, place = PLACES[place]
    for made in containers:
        for value in VALUES:
            for op in ops:
                done = STEPS[step].format(place=place, op=op, value=value)
                text = PROGRAM.format(start=start.format(made=made), place=place, step=done)
                yield text, check(text)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("place", PLACES)
def test_assignment_of_a_sum_to_what_may_be_a_container(place, step):
    containers = [c for c in CONTAINERS if (step, c) != ("sum", "[]")]  # the tangent of a [] that is left is None
    found = [*outcomes(place, step, "+", containers), *outcomes(place, step, "-*", CONTAINERS[:1])]
    wrong = [f"{text}\n{outcome.what}\n{outcome.detail}" for text, outcome in found if outcome.failed]
    assert not wrong, f"{len(wrong)} of {len(found)}\n{wrong[0]}"
    assert OK in {outcome.status for _, outcome in found}
