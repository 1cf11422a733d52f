"""Passes from IR to IR, one a file, each with an example that the tests run; `schedule` says when they run."""

from tangent_ad.optimise.schedule import (
    ELEMENTS,
    LAST,
    PASSES,
    PRODUCTS,
    SWEEP,
    TIDY,
    WRITES,
    Facts,
    Optimise,
    Pass,
    Passes,
)

__all__ = [
    "ELEMENTS",
    "LAST",
    "PASSES",
    "PRODUCTS",
    "SWEEP",
    "TIDY",
    "WRITES",
    "Facts",
    "Optimise",
    "Pass",
    "Passes",
]
