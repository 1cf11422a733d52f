"""Arrays of small integers and bools beside floats: what NumPy computes in floats must not be computed in integers.

The squares, sums and negatives of such integers overflow, the logarithms of bytes are halves, bools have no minus.
"""

import finite_differences as fd
import numpy as np
import pytest

from tangent_ad import jvp, vjp

X = np.array([0.7, 1.3, 2.1, 0.4])
INTEGERS = {
    "uint8": np.array([200, 3, 0, 1], np.uint8),
    "int8": np.array([-128, 100, 7, 3], np.int8),
    "int16": np.array([300, 3, 9, -32768], np.int16),
    "int32": np.array([50000, 3, 9, -60000], np.int32),
    "bool": np.array([True, False, True, True]),
}

PROGRAMS = (
    lambda x, k: np.sum(np.arctan2(x, k)),
    lambda x, k: np.sum(np.arctan2(k, x)),
    lambda x, k: np.sum(np.where(k > 0, k, k[1]) ** x),
    lambda x, k: np.sum(np.power(np.where(k > 100, k[3] == 1, k) % 5, x) * x),
    lambda x, k: np.sum(np.power(x, k % 3)),
    lambda x, k: np.sum(k / x),
    lambda x, k: np.sum(x / np.where(k == 0, 3, k)),
    lambda x, k: np.sum(np.interp(x * 3, np.sort(k), x)),
    lambda x, k: np.sum(np.interp(x, np.arange(4.0), k)),
    lambda x, k: np.average(k, weights=np.abs(k)) * x[0],
    lambda x, k: np.average(x, weights=k),
    lambda x, k: np.sum(np.gradient(k * 1) * x),
    lambda x, k: np.sum(np.gradient(x, np.array([0, 100, 120, 250], np.uint8)) * x) * k[1],
    lambda x, k: np.sum(np.hypot(x, k)),
    lambda x, k: np.sum(np.mod(k % 7, x + 0.03)),
    lambda x, k: np.sum(np.logaddexp(x, k)),
    lambda x, k: np.sum(np.maximum(x, k) * x),
    lambda x, k: np.sum(np.cov(x, k)),
    lambda x, k: np.sum(np.copysign(x, k)),
    lambda x, k: x @ k + np.tensordot(x, k, 1) ** 2,
    lambda x, k: np.sum(np.sin(np.outer(x, k) / 1e5)),
    lambda x, k: np.sum(np.convolve(x, k) ** 2),
    lambda x, k: np.std(k) * x[0] + np.var(k) * x[1] + np.mean(k) * x[2],
    lambda x, k: np.linalg.norm(k) * x[0] + np.linalg.norm(x - k),
    lambda x, k: np.sum(np.linspace(x[0], k[1], 5) ** 2),
    lambda x, k: np.sum(np.clip(x, k.min(), k.max()) ** 2),
    lambda x, k: np.sum(np.cross(x[:3], k[:3]) * x[1:]),
    lambda x, k: np.sum(np.kron(x, k) ** 2),
    lambda x, k: np.sum((x - k) * (k - x)) + np.sum(np.abs(k - x)),
    lambda x, k: np.einsum("i,j->", x, k) ** 2,
    lambda x, k: np.sum(np.where(k, x, k) ** 2),
    lambda x, k: np.sum(np.exp2(k / 1000) * x),
    lambda x, k: np.prod(x + k) + np.sum(np.cumprod(x + k)),
    lambda x, k: np.sum(np.linalg.solve(np.diag(k + 1.5), x)),
)


@pytest.mark.parametrize("kind", INTEGERS)
@pytest.mark.parametrize("number", range(len(PROGRAMS)))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # overflow of the program's own
def test_beside_floats(number, kind):
    fun, k = PROGRAMS[number], INTEGERS[kind]
    try:
        expected = fun(X, k)
    except TypeError:  # NumPy has no minus for bools
        assert kind == "bool"
        return
    for optimise in ("all", False):
        value, pullback = vjp(fun, X, k, optimise=optimise)
        np.testing.assert_allclose(value, expected, rtol=1e-12)
        v = np.array([0.3, -0.7, 0.5, 1.1])
        slope = fd.directional(fun, (X, k), (0,), v)
        dtype = np.dtype(float)
        fd.assert_close([pullback(1.0)[0] @ v], slope, dtype, what=f"reverse, {optimise}")
        fd.assert_close([jvp(fun, (X, k), (v, None), optimise=optimise)[1]], slope, dtype, what=f"forward, {optimise}")
