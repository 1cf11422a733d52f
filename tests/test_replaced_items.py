"""Lists whose items are replaced by items of another shape."""

import finite_differences as fd
import numpy as np
import pytest
from test_sharing import written

from tangent_ad import source, vjp

OLD = {"number": "x[i] ** 2", "one": "x[i:i + 1] * 2.0", "vector": "x * x[i]", "part": "x[i:] * 1.5",
       "matrix": "np.outer(x, x) * x[i]"}  # fmt: skip
NEW = {"number": "s * 2.0", "one": "s * x[:1]", "vector": "s * x", "part": "s * x[1:]", "matrix": "s * np.outer(x, x)"}
REPLACED = {
    "item": "s = np.sum(a[0]) * x[1]\n    a[0] = {new}",
    "loop": "for k in range(n):\n        s = np.sum(a[k]) * x[k]\n        a[k] = {new}",
    "twice": "for k in range(n - 1):\n        s = np.sum(a[k]) * x[k]\n        a[k + 1] = {new}\n        a[k] = {new}",
    "exchanged": "s = np.sum(a[1]) + x[2]\n    a[0], a[1] = {new}, a[0]",
    "nested": "rows = [a, list(a)]\n    s = np.sum(rows[1][n - 1])\n    rows[1][n - 1] = {new}\n    a = a + rows[1]",
    "in a dict": "d = {{'a': a}}\n    s = np.sum(d['a'][n - 2])\n    d['a'][n - 2] = {new}",
    "by a helper": "def put(l, i, s):\n        l[i] = {new}\n    put(a, n - 1, np.sum(a[0]))",
    "from the end": "s = np.sum(a.pop())\n    a.append({new})\n    s = s + np.sum(a[0])\n    a[-1] = {new}",
}


@pytest.mark.parametrize("how", REPLACED)
@pytest.mark.parametrize("old", OLD)
def test_items_replaced_by_others_of_another_shape(old, how, tmp_path):
    """The cotangent of the item that was there has the shape of that item, not of the new one."""
    x = np.array([0.7, 1.3, 0.4])
    names = [f"{kind}_{i}" for i, kind in enumerate(NEW)]
    text = "import numpy as np\n"
    for name, new in zip(names, NEW.values(), strict=True):
        text += (f"\n\ndef {name}(x, n):\n    a = [{OLD[old]} for i in range(n)]\n    {REPLACED[how].format(new=new)}\n"
                 f"    return sum([np.sum(v ** 2) for v in a])\n")  # fmt: skip
    module = written(tmp_path / f"replaced_{old}_{len(how)}.py", text)
    for name in names:
        f = getattr(module, name)
        expected = fd.gradient(f, (x, 3), (0,))
        for optimise in (True, False):
            got = vjp(f, x, 3, optimise=optimise)[1](1.0)[0]
            assert got.shape == x.shape, name
            np.testing.assert_allclose(got, expected, rtol=1e-6, atol=1e-6, err_msg=name)


def appended(x, n):
    items = []
    for i in range(n):
        items.append(x * i)
    return np.sum(items[0] * items[-1])


def scaled(x, n):
    items = [x * i for i in range(n)]
    for k in range(n):
        items[k] = items[k] * np.sin(x[0])
    last = items.pop()
    return np.sum(items[0] * last)


@pytest.mark.parametrize("fun", [appended, scaled])
def test_a_turn_does_not_copy_the_list(fun):
    """The adjoint of a loop over n items takes n times as long as that of one."""
    text = source(fun, "grad", (np.ones(4), 3))
    assert "list(" not in text[text.index(f"def {fun.__name__}_grad") :]
