"""Calls of NumPy that have several spellings, brought to the one that their rule knows.

Before:
    y = x.clip(min=0.0)
    z = np.einsum("...i,...i->...", a, b)       # matrices

After:
    y = np.clip(x, 0.0, None)
    z = np.einsum("ai,ai->a", a, b)
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tangent_ad.frontend.builtin_calls import BUILTINS, Handler, builtin, evaluated
from tangent_ad.frontend.lowering import Lowering, as_array
from tangent_ad.frontend.primitives import as_known_tuple, primitive, run_as_it_is
from tangent_ad.ir.nodes import Atom, Const
from tangent_ad.ir.types import Array, dims_of, rank
from tangent_ad.rules.declare import RULES, op_of

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


@builtin(np.clip)
def lower_clip(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    """A bound that is left out is None; NumPy has two names for each."""
    named = {{"min": "a_min", "max": "a_max"}.get(k, k): v for k, v in kwargs.items()}
    bounds = [named.pop(name, Const(None)) for name in ("a_min", "a_max")[max(len(args) - 1, 0) :]]
    return primitive(low, node, RULES[op_of(np.clip)], [*args, *bounds], named)


@builtin(np.linalg.svd)
def lower_svd(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    """Square matrices have no full and reduced one; singular values alone are a part of the reduced one."""
    named = {"full_matrices": Const(True), "compute_uv": Const(True), **kwargs}
    named.update(zip(("full_matrices", "compute_uv"), args[1:], strict=False))
    dims = dims_of(low.type(args[0])) or ()
    reduced = named["full_matrices"] == Const(False) or (len(dims) > 1 and dims[-1] == dims[-2])
    alone = named["compute_uv"] == Const(False)
    known = isinstance(named["compute_uv"], Const) and len(args) < 4 and len(named) == 2
    if not known or not (reduced or alone):
        words = ("np.linalg.svd has a rule with full_matrices=False, with compute_uv=False, and for what is known "
                 "to be square",
                 "pass full_matrices=False; for the singular values alone compute_uv=False")  # fmt: skip
        return run_as_it_is(low, node, np.linalg.svd, args, kwargs, words)
    made = primitive(low, node, RULES[op_of(np.linalg.svd)], args[:1], {"full_matrices": Const(False)})
    return low.builder.item(made, 1) if alone else made


@builtin(np.linalg.qr)
def lower_qr(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    """r alone is a part of the reduced one."""
    mode = args[1] if len(args) == 2 else kwargs.get("mode", Const("reduced"))
    if mode not in (Const("reduced"), Const("r")) or len(args) > 2 or kwargs.keys() - {"mode"}:
        words = "np.linalg.qr has a rule in the modes reduced and r", "use one of them"
        return run_as_it_is(low, node, np.linalg.qr, args, kwargs, words)
    made = primitive(low, node, RULES[op_of(np.linalg.qr)], args[:1], {})
    return low.builder.item(made, 1) if mode == Const("r") else made


def limits(of: Any) -> Handler:
    """What np.finfo and np.iinfo say of a dtype, or of the dtype of a value, is known."""

    def handler(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
        t = low.type(args[0])
        known = args[0].value if isinstance(args[0], Const) else t.dtype if isinstance(t, Array) else None
        if known is None:
            low.refuse(node, "the dtype whose limits are asked for is not known, or depends on the path",
                       "name it, np.finfo(float); or ask on each path: "
                       "np.finfo(x.dtype).eps if c else ...")  # fmt: skip
        return evaluated(low, node, of.__name__, of, known) or Const(None)

    return handler


BUILTINS[np.finfo], BUILTINS[np.iinfo] = limits(np.finfo), limits(np.iinfo)


@builtin(np.einsum)
def lower_einsum(low: Lowering, node: Any, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    """With one letter for each axis, where the axes are known; in which order it is done does not matter."""
    kwargs = {k: v for k, v in kwargs.items() if k != "optimize"}
    if args and not (isinstance(args[0], Const) and isinstance(args[0].value, str)):
        args = _from_lists(low, args)
    operands = [as_array(low, a) for a in args[1:]]
    ranks = [rank(low.type(a)) for a in operands]
    spec = args[0].value if isinstance(args[0], Const) else None
    if isinstance(spec, str) and "..." in spec and None not in ranks:
        args = [Const(spelled_out(spec, [r for r in ranks if r is not None])), *operands]
    return primitive(low, node, RULES[op_of(np.einsum)], args, kwargs)


def _from_lists(low: Lowering, args: list[Atom]) -> list[Atom]:
    """`einsum(a, [0, 1], b, [1], [0])` as `einsum("ab,b->a", a, b)`; as it is where the lists are not known."""
    lists = [as_known_tuple(low, a) for a in args[1::2]]
    last = [as_known_tuple(low, args[-1])] if len(args) % 2 else []
    known = [v.value for v in (*lists, *last) if isinstance(v, Const) and isinstance(v.value, tuple)]
    if len(known) < len(lists) + len(last):
        return args
    terms = ["".join("..." if i is Ellipsis else LETTERS[i] for i in axes) for axes in known]
    spec = ",".join(terms[: len(lists)]) + "".join(f"->{t}" for t in terms[len(lists) :])
    return [Const(spec), *args[0 : 2 * len(lists) : 2]]


def spelled_out(spec: str, ranks: list[int]) -> str:
    """Subscripts of operands with so many axes, with letters for what an ellipsis stands for.

    >>> spelled_out("...i,ij", [3, 2])
    'abi,ij->abj'
    """
    inputs, explicit, output = spec.replace(" ", "").partition("->")
    terms = inputs.split(",")
    free = "".join(c for c in LETTERS if c not in spec)
    counts = [r - len(t.replace("...", "")) if "..." in t else 0 for t, r in zip(terms, ranks, strict=True)]
    most = free[: max(counts)]
    if not explicit:
        letters = inputs.replace(",", "").replace("...", "")
        output = "..." + "".join(sorted(c for c in set(letters) if letters.count(c) == 1))
    inside = ",".join(t.replace("...", most[len(most) - n :]) for t, n in zip(terms, counts, strict=True))
    return f"{inside}->{output.replace('...', most)}"
