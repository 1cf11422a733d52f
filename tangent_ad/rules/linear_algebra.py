"""Products of vectors and matrices."""

from __future__ import annotations

import operator

import numpy as np

from tangent_ad.rules.declare import method, multilinear


@multilinear(operator.matmul, np.matmul, wrt=("x", "y"))
def matmul(z_bar, x, y):
    if np.ndim(x) == 1 and np.ndim(y) == 1:
        return z_bar * y, z_bar * x
    if np.ndim(x) == 2 and np.ndim(y) == 2:
        return z_bar @ y.T, x.T @ z_bar
    if np.ndim(x) == 2 and np.ndim(y) == 1:
        return np.outer(z_bar, y), x.T @ z_bar
    if np.ndim(x) == 1 and np.ndim(y) == 2:
        return y @ z_bar, np.outer(x, z_bar)
    if np.ndim(x) == 1:  # (k) @ (..., k, m)
        return np.swapaxes(y, -1, -2), x[:, None] * np.expand_dims(z_bar, -2)
    if np.ndim(y) == 1:  # (..., n, k) @ (k)
        return np.expand_dims(z_bar, -1) * y, np.expand_dims(z_bar, -2) @ x
    return z_bar @ np.swapaxes(y, -1, -2), np.swapaxes(x, -1, -2) @ z_bar


@multilinear(np.dot, wrt=("x", "y"))
def dot(z_bar, x, y):
    if np.ndim(x) == 0 or np.ndim(y) == 0:
        return z_bar * y, z_bar * x
    if np.ndim(x) == 1 and np.ndim(y) == 1:
        return z_bar * y, z_bar * x
    if np.ndim(x) == 2 and np.ndim(y) == 2:
        return z_bar @ y.T, x.T @ z_bar
    if np.ndim(x) == 2 and np.ndim(y) == 1:
        return np.outer(z_bar, y), x.T @ z_bar
    if np.ndim(x) == 1 and np.ndim(y) == 2:
        return y @ z_bar, np.outer(x, z_bar)
    raise NotImplementedError("np.dot of arrays with more than two axes: use np.matmul or np.einsum")


@multilinear(np.outer, wrt=("x", "y"))
def outer(z_bar, x, y):
    return np.reshape(z_bar @ np.ravel(y), np.shape(x)), np.reshape(np.ravel(x) @ z_bar, np.shape(y))


@multilinear(np.vdot, np.inner, wrt=("x", "y"))
def vdot(z_bar, x, y):
    return z_bar * y, z_bar * x


method(dot=np.dot)
