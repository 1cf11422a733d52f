"""Gradients by hand of `tests/kernels/data.py`."""

from __future__ import annotations

import numpy as np


def covariance(data):
    """On the columns as rows, one product a column forwards; all of the way back is one product."""
    n, m = data.shape
    columns = np.ascontiguousarray(data.T)
    columns -= columns.mean(axis=1)[:, None]
    cov = np.empty((m, m))
    for i in range(m):
        np.dot(columns[i:], columns[i], cov[i, i:])
        cov[i:, i] = cov[i, i:]
    cov /= n - 1.0
    flat = cov.reshape(-1)
    value = flat.dot(flat)

    cov *= 4.0 / (n - 1.0)
    columns_bar = cov @ columns
    columns_bar -= columns_bar.mean(axis=1)[:, None]
    return value, columns_bar.T
