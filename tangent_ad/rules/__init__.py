"""The derivative rules: a file per mathematical family, one table (`declare.RULES`).

`tangent-ad rules` on the command line lists the operations that have one. A function of yours, or of a library, gets
one in three lines, before it is differentiated; the rule is read as source, and may use whatever has a rule itself:

    >>> import numpy as np
    >>> from tangent_ad import grad
    >>> from tangent_ad.rules.declare import elementwise
    >>> def softplus(x):
    ...     return np.logaddexp(0.0, x)
    >>> @elementwise(softplus)
    ... def _(z, x):                    # z is the result
    ...     return 1.0 - np.exp(-z)     # dz/dx; one for each argument, None where it is not differentiable
    >>> float(grad(lambda x: softplus(x) ** 2)(0.0))
    0.6931471805599453

Beside `elementwise` there are `linear` (write the adjoint), `multilinear`, `general` (write both directions),
`composed` (what the function is made of) and `constant` (no derivative); their own help says what each takes.
"""

from tangent_ad.rules import (  # noqa: F401  each declares its rules
    arithmetic,
    assembling,
    composed,
    decompositions,
    elementary,
    helpers,
    joining,
    linear_algebra,
    norms,
    reductions,
    shaping,
)
from tangent_ad.rules.declare import OPS, RULES, Rule

__all__ = ["OPS", "RULES", "Rule"]
