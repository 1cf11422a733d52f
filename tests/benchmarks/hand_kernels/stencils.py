"""Gradients by hand of `tests/kernels/stencils.py`."""

from __future__ import annotations

import numpy as np


def seidel_2d(steps, A):
    """Linear, so nothing is recorded. What is left of a row after its vector part is one comprehension.

    The views of all rows are made once; A itself becomes the cotangent.
    """
    A = A.copy()
    n = len(A)
    thirds = [(row[:-2], row[1:-1], row[2:]) for row in A]
    firsts = A[:, 0]
    middle = np.empty(n - 2)
    add = np.add
    for _ in range(steps):
        for i in range(1, n - 1):
            _, inner, right = thirds[i]
            for part in thirds[i - 1]:
                add(inner, part, inner)
            add(inner, right, middle)
            for part in thirds[i + 1]:
                add(middle, part, middle)
            left = firsts.item(i)
            inner[:] = [left := (left + point) / 9.0 for point in middle.tolist()]
    flat = A.reshape(-1)
    value = flat.dot(flat)

    A *= 2.0
    for _ in range(steps):
        for i in range(n - 2, 0, -1):
            _, inner, right = thirds[i]
            t = 0.0
            found = [t := (t + point) / 9.0 for point in inner[::-1].tolist()]
            firsts[i] += t
            middle[:] = found[::-1]
            inner[:] = middle
            for part in thirds[i + 1]:
                add(part, middle, part)
            add(right, middle, right)
            for part in thirds[i - 1]:
                add(part, inner, part)
    return value, A
