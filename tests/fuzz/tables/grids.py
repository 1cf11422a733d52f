"""Two names that share the memory of a matrix, of any layout, written through either."""

from .table import Table

TEXT = '''
import numpy as np


def f(x, y, z):
    g = np.outer(y, x) + 1.0
    a = <array>
    b = <view>
    c = <read1>
    <context>
    d = <read2>
    <write9>
    return <result>


def inputs():
    return np.array([0.7, -1.2, 0.4, 1.9]), np.array([1.3, 0.6, -0.8]), 0
'''

PARTS = {
    "array": (
        "g", "g * 1.0", "g.T", "g[::-1]", "g[:, ::2]", "np.array([x, x * 2.0, x * y[0]])", "x.reshape(2, 2)",
        "np.stack([x, x])", "np.zeros((3, 4))", "g[:2, :2]", "g.reshape(4, 3)", "g.T.copy()",
        "np.asfortranarray(g)", "g[None]", "g.reshape(3, 2, 2)", "np.outer(x, x)", "np.tile(x, (3, 1))",
        "np.diag(x)", "g[[0, 2]]", "np.ones((2, 3, 2)) * y[:, None]", "g.swapaxes(0, 1)", "np.eye(3) * y",
    ),
    "view": (
        "a", "a.T", "a[0]", "a[-1]", "a[:, 0]", "a[..., 0]", "a[..., 1:]", "a[1:]", "a[::-1]", "a[:, ::-1]",
        "a.reshape(-1)", "a.ravel()", "a.reshape(a.shape)", "a.reshape(-1, 2)", "a.flatten()", "a[:, None]",
        "a[None]", "a.swapaxes(0, -1)", "np.moveaxis(a, 0, -1)", "np.rollaxis(a, 1)", "np.atleast_2d(a)",
        "np.diagonal(a)", "a.diagonal()", "np.einsum('ii->i', a[:2, :2])", "a[0, ...]", "a[z]", "a[z:, 1]",
        "a[:, [0, 1]]", "a[[0, 1]]", "a[a > 0.5]", "a[0].T", "a.T[0]", "a.T[1:].T", "np.squeeze(a[None])",
        "np.expand_dims(a, 1)", "np.flipud(a)", "np.fliplr(a)", "np.rot90(a)", "np.transpose(a)", "list(a)[0]",
        "[r for r in a][-1]", "a.copy()", "a.real", "np.split(a, [1])[0]", "np.hsplit(a, [1])[1]",
        "np.vsplit(a, [1])[0]", "np.array_split(a, 2)[1]", "np.broadcast_to(a, a.shape)", "a.T.reshape(-1)",
        "a[:1, :1]", "a[::2, 1:]", "a[1, 1:][::-1]", "a.squeeze()", "np.reshape(a, (-1,))",
        "np.ravel(a, order='F')", "a.reshape(-1, order='F')", "a[np.ix_([0, 1], [1, 0])]", "a[tuple([0, 1])]",
    ),
    "who": (
        "a", "b",
    ),
    "index": (
        "0", "-1", "1:", "::-1", "...", ":, 0", "0, 0", "..., 0", "..., ::2", "None, 0", "[0, 1]", "[0, 0]", "z",
        "z:, z", "[0, 1], [1, 1]", "<who> > 0.5", ":, [0, 1]", "np.array([0, 1])[:, None], [0, 1]",
        "slice(None), 1", "-1:, ...", ":, None", "np.array([True, False])", "tuple([0])", "np.abs(<who>) > 0.6",
        "(0, slice(1, None))",
    ),
    "value": (
        "y[0]", "<who>[<index>] * y[1]", "<whom>[<index>]", "x[0]", "0.0", "y[:1]", "<who>[<index>][::-1]",
        "<whom>[<index>].T", "np.sum(<whom>) * 0.1", "np.flip(<who>[<index>])", "[y[0]]",
    ),
    "whom": (
        "a", "b", "g",
    ),
    "op": (
        "=", "+=", "*=", "-=", "=", "/=",
    ),
    "write": (
        "<who>[<index>] <op> <value>", "<who> += y[0]", "<who> *= <whom>", "<who>.fill(y[0])", "<who>.sort()",
        "<who>.sort(0)", "np.copyto(<who>, y[0])", "np.multiply(<who>, y[0], out=<who>)",
        "np.add.at(<who>, (0,), y[1])", "<who>[<index>] **= 2", "<who>.T[<index>] = y[0]",
        "np.fill_diagonal(<who>, y[0])", "<who> = <who>.T", "<who> = <whom>", "<who>.flat[1] = y[0]",
        "<who>.flat = y[0]", "<who>.flat[::2] *= y[1]", "np.put(<who>, [0, 2], y[0])",
        "np.put_along_axis(<who>, np.argmax(<who>, -1)[..., None], y[0], -1)",
        "for r in <who>:\n    r[...] = r * y[0]", "for i, r in enumerate(<who>):\n    <who>[i] = r * <who>[0]",
        "for r in <who>:\n    r += <whom>[0]", "<who>.ravel()[0] = y[0]", "<who>.reshape(-1)[1] = y[0]",
        "for i in range(len(<who>)):\n    <who>[i] += <who>[i - 1]", "<who>[:-1] += <who>[1:]",
        "<who>[1:] -= <who>[:-1]", "<who>[..., :-1], <who>[..., 1:] = <who>[..., 1:] * 1.0, <who>[..., :-1] * 1.0",
        "<who> @= <who>.T @ <who>", "np.cumsum(<who>, axis=0, out=<who>)", "np.place(<who>, <who> > 0.6, y)",
        "np.putmask(<who>, <who> > 0.6, y[0])", "<who>[0], <who>[1] = <who>[1].copy(), <who>[0] * y[0]",
        "<who>[<index>] <op> y[0]", "<who>[<index>] <op> <value>",
    ),
    "context": (
        "<write>", "<write1>\n<write2>", "if y[0] > 1.0:\n    <write>", "for k in range(2):\n    <write>",
        "if y[0] > 1.0:\n    <write1>\nelse:\n    <write2>",
        "for k in range(len(y)):\n    a[k % 2] *= y[k]\n    <write>", "def step(a, b):\n    <write>\nstep(b, a)",
        "def step(a, b):\n    <write>\n    return b\nb = step(a, b)",
    ),
    "read": (
        "a", "b", "a * 1.0", "a[0]", "a.T", "np.sum(a)", "b[z]", "[a, b]", "a.reshape(-1)", "b.mean(0)", "b ** 2",
    ),
    "result": (
        "a, b", "a, c", "d, b", "np.sum(a * a) + np.sum(np.sin(b))", "[a, b, x]", "np.sum(np.tanh(g)) * np.sum(b)",
        "c", "d, g", "np.sum(c[0] * c[0])",
    ),
}  # fmt: skip
TABLE = Table(__doc__, TEXT, PARTS)
