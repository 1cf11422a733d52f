"""Imperial units: `convert` and `SCALE` exist in `metric` too, and mean something else there."""

from numpy import exp as SCALE


def convert(x):
    return SCALE(-x) * x


def convert_squared(x):
    return convert(x) ** 2 + 1.0
