"""Shapes of sums of products, told from subscripts: samples of many axes would be large."""

from __future__ import annotations

from tangent_ad.analysis.sizes import broadcast_size
from tangent_ad.ir.types import Size

Shape = tuple[Size, ...]


def einsum_shape(subscripts: str, shapes: list[Shape]) -> Shape | None:
    """The shape of `np.einsum(subscripts, ...)`; None with an ellipsis, or where ranks do not match."""
    inputs, explicit, output = subscripts.replace(" ", "").partition("->")
    terms = inputs.split(",")
    if "." in subscripts or [len(t) for t in terms] != [len(s) for s in shapes]:
        return None
    if not explicit:
        letters = "".join(terms)
        output = "".join(sorted(c for c in set(letters) if letters.count(c) == 1))
    sizes: dict[str, list[Size]] = {}
    for term, shape in zip(terms, shapes, strict=True):
        for letter, size in zip(term, shape, strict=True):
            sizes.setdefault(letter, []).append(size)
    return tuple(broadcast_size(sizes[c]) for c in output) if set(output) <= set(sizes) else None


def tensordot_shape(x: Shape, y: Shape, axes: int | tuple[int | tuple[int, ...], ...]) -> Shape:
    """The shape of `np.tensordot(x, y, axes)`."""
    if isinstance(axes, int):
        return (*x[: len(x) - axes], *y[axes:])
    gone = [
        {a % len(s) for a in ((p,) if isinstance(p, int) else p)} for p, s in zip(axes, (x, y), strict=True)
    ]
    return tuple(n for s, out in zip((x, y), gone, strict=True) for i, n in enumerate(s) if i not in out)
