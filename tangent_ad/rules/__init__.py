"""The derivative rules: a file per mathematical family, one table (`declare.RULES`)."""

from tangent_ad.rules import (  # noqa: F401  each declares its rules
    arithmetic,
    elementary,
    helpers,
    joining,
    linear_algebra,
    reductions,
    shaping,
)
from tangent_ad.rules.declare import OPS, RULES, Rule

__all__ = ["OPS", "RULES", "Rule"]
