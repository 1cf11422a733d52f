"""tangent_ad: source-to-source automatic differentiation of Python and NumPy.

    >>> import tangent_ad
    >>> def f(x, y):
    ...     return x * y + x
    >>> tangent_ad.grad(f)(3.0, 2.0)
    3.0
"""

from tangent_ad.api import compile, differentiable, grad, hvp, jvp, source, value_and_grad, vjp
from tangent_ad.checking import check_grads
from tangent_ad.errors import Refused, TangentError

__all__ = [
    "Refused",
    "TangentError",
    "check_grads",
    "compile",
    "differentiable",
    "grad",
    "hvp",
    "jvp",
    "source",
    "value_and_grad",
    "vjp",
]
