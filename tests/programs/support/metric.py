"""Metric units: `convert` and `SCALE` exist in `imperial` too, and mean something else there."""

SCALE = 1.25


def convert(x):
    return SCALE * x


def convert_squared(x):
    return convert(x) ** 2
