"""Functions that need no rule where no argument depends on the inputs: they are run as they are.

    nodes, weights = np.polynomial.legendre.leggauss(5)
    axes = np.linalg.eigh(covariance).eigenvectors

Which functions these are is told by where they are from: ufuncs, Python's `math`, `np.linalg`, the modules of
`np.polynomial`, and a few more by name. All of them only read their arguments, and give numbers and arrays. Where an
argument turns out to be differentiated, the call is refused for what it is: one without a rule.
"""

from __future__ import annotations

import math
import sys
from typing import Any

import numpy as np

from tangent_ad.ir.nodes import Op
from tangent_ad.rules.declare import RULES, Rule, full_name, np_functions

SERIES = ("chebyshev", "hermite", "hermite_e", "laguerre", "legendre", "polynomial")
MODULES = ("numpy.linalg", *(f"numpy.polynomial.{n}" for n in SERIES))
NAMES = np_functions(
    "unique", "union1d", "intersect1d", "setdiff1d", "setxor1d", "histogram", "histogram2d", "histogramdd",
    "histogram_bin_edges", "i0", "mask_indices", "packbits", "unpackbits", "diagflat", "poly", "polyadd", "polyder",
    "polydiv", "polyfit", "polyint", "polymul", "polysub", "roots", "sort_complex",
)  # fmt: skip
ROOTS = ("roots", *(f"{n}roots" for n in ("poly", "leg", "cheb", "lag", "herm", "herme")))
KIND_BY_VALUES = ("eig", "eigvals", "poly", "sort_complex", *ROOTS)  # real or complex
SIZES_BY_SHAPES = {f for n, f in vars(np.linalg).items() if hasattr(f, "__name__") and n != "lstsq"}
_MADE: dict[Any, Op] = {}


def is_passive(function: Any) -> bool:
    """Whether a function is known to read its arguments only, and to give numbers and arrays."""
    if isinstance(function, np.ufunc):
        return not all(set(t) <= set("O->") for t in function.types)  # made of a Python function
    name, module = getattr(function, "__name__", ""), getattr(function, "__module__", None)
    if module in MODULES:
        return not isinstance(function, type) and getattr(sys.modules.get(module), name, None) is function
    return vars(math).get(name) is function or any(function is f for f in NAMES)


def gives_new_memory(function: Any) -> bool:
    """Whether no result is memory of an argument, as it is of `np.linalg.diagonal` and may be of `polytrim`."""
    if isinstance(function, np.ufunc) or vars(math).get(function.__name__) is function:
        return True
    return function.__module__ == "numpy.linalg" and function.__name__ not in ("diagonal", "matrix_transpose")


def passive_op(function: Any, given: int, keywords: tuple[str, ...], words: tuple[str, str]) -> Op:
    """The operation of a call with so many arguments by position, and these keywords.

    `words` are said where one of them is differentiated. A rule that is declared later is one for other operations.
    """
    key = (function, given, keywords, words)
    if key not in _MADE:
        op = Op(full_name(function), function, fresh=gives_new_memory(function))
        params = (*(f"argument {i + 1}" for i in range(given)), *keywords)
        RULES[op] = Rule(op, "passive", params, {}, (), words=words)
        _MADE[key] = op
    return _MADE[key]
