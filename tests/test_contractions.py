"""Sums of products, written as such or as np.einsum: their adjoints are products of matrices, or of stacks of them."""

import linecache

import finite_differences as fd
import numpy as np
import pytest

from tangent_ad import grad, hvp, source, value_and_grad


def normal(*shapes):
    rng = np.random.default_rng(5)
    return tuple(rng.normal(size=shape) for shape in shapes)


def of_text(value, shapes):
    """A scalar function of arrays of these shapes, and the arrays."""
    names = "xyzw"[: len(shapes)]
    text = f"import numpy as np\n\ndef f({', '.join(names)}):\n    return np.sum(np.sin({value}))\n"
    file = f"<contraction {value} {shapes}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    space: dict = {}
    exec(compile(text, file, "exec"), space)
    return space["f"], normal(*shapes)


def check(f, args):
    every = tuple(range(len(args)))
    expected = fd.gradient(f, args, every)
    for options in ({}, {"optimise": False}, {"backend": "numpy"}):
        value, found = value_and_grad(f, every, **options)(*args)
        assert value == pytest.approx(f(*args), rel=1e-12, abs=1e-12)
        assert [g.shape for g in found] == [a.shape for a in args]
        fd.assert_close(found, expected, np.dtype(float))
    tangents = tuple(np.cos(3.0 * a) for a in args)
    flat = np.concatenate([t.ravel() for t in tangents])
    along = fd.directional(grad(f, every), args, every, flat)
    fd.assert_close(hvp(f, args, tangents), along, np.dtype(float))


EINSUMS = [
    ("ij,jk->ik", (4, 3), (3, 5)), ("ij,j->i", (4, 3), (3,)), ("i,j->ij", (4,), (3,)), ("i,j->ji", (4,), (3,)),
    ("ij,ij->i", (4, 3), (4, 3)), ("ij,ij->j", (4, 3), (4, 3)), ("ij,ij->", (4, 3), (4, 3)),
    ("ij,kj->ki", (4, 3), (5, 3)), ("bij,bjk->bik", (2, 4, 9), (2, 9, 5)), ("bij,bjk->bki", (2, 4, 9), (2, 9, 5)),
    ("bij,bkj->ikb", (2, 4, 9), (2, 5, 9)), ("ijk,kjl->il", (4, 3, 2), (2, 3, 5)), ("ij,jkl->kil", (4, 3), (3, 5, 2)),
    ("abij,ij->ab", (2, 3, 9, 4), (9, 4)), ("ij,aij->a", (9, 4), (4, 9, 4)), ("ij,j->ij", (4, 3), (3,)),
    ("ij,ji->ij", (4, 4), (4, 4)), ("ii,ij->j", (4, 4), (4, 3)),
    ("ij,jk,kl->il", (2, 3), (3, 4), (4, 5)), ("ij,k->ik", (4, 3), (5,)), ("ij,jk->ik", (4, 1), (3, 5)),
    ("ij,jk->ik", (4, 0), (0, 5)), ("ij->ji", (4, 3)), ("ijk->j", (2, 3, 4)),
]  # fmt: skip


@pytest.mark.parametrize("case", EINSUMS, ids=lambda c: f"{c[0]}{c[1]}")
def test_einsum(case):
    spec, *shapes = case
    names = ", ".join("xyzw"[: len(shapes)])
    check(*of_text(f'np.einsum("{spec}", {names})', shapes))


SUMS = [
    ("np.sum(x[:, None, :] * y[None, :, :], axis=2)", (4, 9), (5, 9)),
    ("np.sum(x[..., None] * y, axis=1)", (4, 9), (4, 9, 3)),
    ("np.sum(x[..., None] * y, axis=0)", (4, 9), (4, 9, 3)),
    ("np.sum((x[:, None] - y) ** 2, axis=-1)", (4, 3), (5, 3)),
    ("np.sum(x[:, None, :] * (y[None] - x[:, None]), axis=(0, 2), keepdims=True)", (4, 3), (5, 3)),
    ("np.sum(x * y, axis=1, keepdims=True)", (4, 3), (4, 3)),
    ("np.sum(x * y, axis=0)", (4, 3), (3,)),
    ("np.sum(x * y, axis=1)", (4, 1), (4, 3)),
    ("np.sum(x[:, :, None] * y, axis=(0, 1))", (4, 9), (1, 9, 3)),
    ("np.sum(x[1:, None] * y[:, :2, None], axis=2)", (4, 3), (3, 3)),
    ("np.sum(x[0, :, None] * y, axis=0)", (2, 9), (9, 3)),
    ("np.sum(np.square(x) - 2.0 * x * y, axis=1)", (4, 3), (4, 3)),
    ("x @ np.sum(x * y[:, None], axis=0)", (4, 3), (4,)),
    ("np.tensordot(x, y, axes=([0, 2], [1, 0]))", (2, 4, 3), (3, 2, 5)),
    ("np.inner(x, y)", (4, 3), (5, 3)),
    ("x / (9.0 + np.sum(x * y, axis=-1))[..., None]", (4, 3), (4, 3)),
]


@pytest.mark.parametrize("case", SUMS, ids=lambda c: c[0])
def test_sums_of_products(case):
    value, *shapes = case
    check(*of_text(value, shapes))


def kernel_matrix(x, w):
    d = x[:, None, :] - x[None, :, :]
    return np.sum((np.exp(-0.5 * np.sum(d**2, axis=2)) @ w) ** 2)


def attention(q, k, v):
    s = np.sum(q[:, :, None, :] * k[:, None, :, :], axis=3)
    p = np.exp(s - s.max(axis=2, keepdims=True))
    p = p / p.sum(axis=2, keepdims=True)
    return np.sum(np.einsum("bij,bjd->bid", p, v) ** 2)


def test_pairs_of_points():
    """Neither sweep sums up the products of all pairs with all coordinates one by one."""
    args = normal((7, 3), 7)
    check(kernel_matrix, args)
    text = source(kernel_matrix, args=args, argnums=(0, 1))
    assert "sum(axis=1)" not in text and "sum(axis=0)" not in text and text.count(" @ d)") == 1


def test_attention():
    args = normal((2, 5, 9), (2, 5, 9), (2, 5, 9))
    check(attention, args)
    text = source(attention, args=args, argnums=(0, 1, 2))
    adjoint = text[text.index("# test_contractions.py") :]
    assert adjoint.count(" @ ") == 4 and "p_bar[..., None]" not in adjoint


def test_single_precision_is_summed_in_pairs():
    """np.einsum adds up one by one."""
    x, y = (a.astype(np.float32) for a in normal((3, 4), (3, 4)))
    f, _ = of_text("np.sum(x * y, axis=1)", ((3, 4), (3, 4)))
    assert "einsum" not in source(f, args=(x, y), argnums=(0, 1), backend="numpy")
