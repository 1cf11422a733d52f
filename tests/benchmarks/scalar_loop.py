"""What the gradient of a loop of scalar steps costs, next to the loop itself.

    python -m tests.benchmarks.scalar_loop

Nothing here is vectorised: the time is the interpreter's, so each needless statement of the gradient shows.
"""

from __future__ import annotations

import math

import numpy as np

from tangent_ad import grad
from tests.benchmarks.timing import interleave, microseconds, ratio

STEPS = 1_000


def numpy_sine(x, c, n):
    for _ in range(n):
        x = np.sin(x) * x + c
    return x


def math_sine(x, c, n):
    for _ in range(n):
        x = math.sin(x) * x + c
    return x


def arithmetic(x, c, n):
    for _ in range(n):
        x = x * (1.0 - c * x) + c
    return x


def while_sine(x, c, n):
    i = 0
    while i < n:
        x = math.sin(x) * x + c
        i += 1
    return x


PROGRAMS = (numpy_sine, math_sine, arithmetic, while_sine)
POINT = (0.4, 0.25)  # from here every step contracts by 0.5 to 0.85: no overflow and no subnormal derivatives


def check_equal(function, gradient):
    """Raises AssertionError unless `gradient` (of x and c) is the central difference after ten steps."""
    x, c = POINT
    h = 1e-5
    by_difference = (
        (function(x + h, c, 10) - function(x - h, c, 10)) / (2 * h),
        (function(x, c + h, 10) - function(x, c - h, 10)) / (2 * h),
    )
    np.testing.assert_allclose(gradient(x, c, 10), by_difference, rtol=1e-7)


def main(repeats=200):
    """Print the table; return {(program, inputs): time(gradient) / time(function)}."""
    ratios = {}
    print(f"{'program':14}{'with respect to':>17}{'function':>13}{'gradient':>13}{'gradient / function':>22}")
    for function in PROGRAMS:
        check_equal(function, grad(function, argnums=(0, 1)))
        for argnums, inputs in ((0, "x"), ((0, 1), "x, c")):
            gradient = grad(function, argnums=argnums)
            seconds = interleave(
                {
                    "function": lambda f=function: f(*POINT, STEPS),
                    "gradient": lambda g=gradient: g(*POINT, STEPS),
                },
                repeats,
            )
            name = function.__name__
            ratios[name, inputs] = ratio(seconds, "gradient", "function")
            times = "".join(f"{microseconds(s):10.0f} us" for s in seconds.values())
            print(f"{name:14}{inputs:>17}{times}{ratios[name, inputs]:22.2f}")
    return ratios


if __name__ == "__main__":
    main()
