"""The kernels compute what they say: against NumPy's own function, or a property, where there is one."""

import numpy as np
import pytest

from . import all_kernels

KERNELS = all_kernels()


def sample(name):
    """The small arguments of a kernel and what it makes of them."""
    kernel = KERNELS[name]
    return kernel.args, kernel.run(*kernel.args)


def toeplitz_system(r):
    """The matrix and the right side of the Yule-Walker equations."""
    n = len(r)
    row = np.concatenate(([1.0], r[:-1]))
    return row[np.abs(np.subtract.outer(np.arange(n), np.arange(n)))], -r


def dense(A_row, A_col, A_val, n):
    A = np.zeros((n, n))
    np.add.at(A, (np.repeat(np.arange(n), np.diff(A_row)), A_col), A_val)
    return A


def tridiagonal(lower, diagonal, upper):
    return np.diag(diagonal) + np.diag(lower[1:], -1) + np.diag(upper[:-1], 1)


# name -> (result, expected) of (arguments, result)
EXPECTED = {
    "linear_algebra.cholesky": lambda args, out: (np.tril(out), np.linalg.cholesky(args[0])),
    "linear_algebra.cholesky_columns": lambda args, out: (out, np.linalg.cholesky(args[0])),
    "linear_algebra.lu": lambda args, out: ((np.tril(out, -1) + np.eye(len(out))) @ np.triu(out), args[0]),
    "linear_algebra.lu_solve": lambda args, out: (out[1], np.linalg.solve(*args)),
    "linear_algebra.triangular_solve": lambda args, out: (out, np.linalg.solve(np.tril(args[0]), args[2])),
    "linear_algebra.solve_with_pivoting": lambda args, out: (out, np.linalg.solve(*args)),
    "linear_algebra.inverse": lambda args, out: (out, np.linalg.inv(args[0])),
    "linear_algebra.gram_schmidt": lambda args, out: (out[0] @ out[1], args[0]),
    "linear_algebra.householder_qr": lambda args, out: (out[0] @ out[1], args[0]),
    "linear_algebra.durbin": lambda args, out: (out, np.linalg.solve(*toeplitz_system(args[0]))),
    "linear_algebra.spmv": lambda args, out: (out, dense(*args[:3], len(args[3])) @ args[3]),
    "linear_algebra.tridiagonal_solve": lambda args, out: (tridiagonal(*args[:3]) @ out, args[3]),
    "data.covariance": lambda args, out: (out, np.cov(args[0], rowvar=False)),
    "data.correlation": lambda args, out: (out[:-1, :-1], np.corrcoef(args[0], rowvar=False)[:-1, :-1]),
    "physics.truss": lambda args, out: (out[args[4]], np.zeros(3)),
    "images.integral_image": lambda args, out: (out[0, 0], args[0][:3, :3].mean()),
    "signals.power_spectrum": lambda args, out: (out, np.abs(np.fft.fft(args[0])) ** 2),
    "signals.stockham_views": lambda args, out: (out[0] + 1j * out[1], np.fft.fft(args[0])),
    "signals.haar": lambda args, out: (np.sum(out**2), np.sum(args[0] ** 2)),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_result(name):
    result, expected = EXPECTED[name](*sample(name))
    np.testing.assert_allclose(result, expected, rtol=1e-10, atol=1e-12)


def test_factors_are_orthogonal():
    for name in ("linear_algebra.gram_schmidt", "linear_algebra.householder_qr"):
        _, (Q, _) = sample(name)
        np.testing.assert_allclose(Q.T @ Q, np.eye(Q.shape[1]), atol=1e-12)


def test_shortest_paths():
    """Both forms agree, some way is shorter than its edge, and no step in between makes any shorter."""
    (edges,), paths = sample("data.floyd_warshall")
    np.testing.assert_array_equal(paths, sample("data.floyd_warshall_outer")[1])
    assert np.any(paths < edges)
    assert np.all(paths <= np.min(paths[:, :, None] + paths[None, :, :], axis=1) + 1e-12)


def test_energy_is_kept():
    for name in ("physics.n_body", "physics.molecular_dynamics"):
        _, out = sample(name)
        total = np.sum(out, axis=0) if isinstance(out, tuple) else out
        assert np.ptp(total) < 1e-2 * np.max(np.abs(total))


def test_probabilities():
    for name in ("networks.softmax", "networks.softmax_in_place", "networks.mlp"):
        np.testing.assert_allclose(np.sum(sample(name)[1], axis=-1), 1.0)


def test_multigrid_converges():
    kernel = KERNELS["stencils.multigrid"]
    u, f, _ = kernel.args
    solved = kernel.run(u, f, 30)
    h = 1.0 / (u.size - 1)
    np.testing.assert_allclose(2.0 * solved[1:-1] - solved[2:] - solved[:-2], h * h * f[1:-1], atol=1e-10)
