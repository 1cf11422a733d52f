"""Passes from IR to IR, one a file, each with an example that the tests run."""

from tangent_ad.optimise.cheaper import cheaper_spellings
from tangent_ad.optimise.common import common_subexpressions
from tangent_ad.optimise.dead_code import dead_code
from tangent_ad.optimise.fold import fold_temporaries
from tangent_ad.optimise.in_place import in_place
from tangent_ad.optimise.own_results import own_results
from tangent_ad.optimise.simplify import simplify

__all__ = [
    "cheaper_spellings",
    "common_subexpressions",
    "dead_code",
    "fold_temporaries",
    "in_place",
    "own_results",
    "simplify",
]
