"""Paths that are kept apart: what follows an `if` is written out on both.

A name that is one array on one path and another on the other cannot be told apart once the paths have met. A
write through it is then refused, and the function is lowered once more with that `if` kept apart:

Before:                           After:
    y = x if overwrite else x * 1     if overwrite:
    y[0] = 2.0                            y = x
    return x[0] * y[1]                    y[0] = 2.0
                                          return x[0] * y[1]
                                      else:
                                          ...
"""

from __future__ import annotations

import copy
from typing import Any

import gast

MOST = 3  # each doubles what follows it


def kept_apart(stmt: Any, rest: list[Any]) -> gast.If | None:
    """A statement that decides between two paths, with what follows it on each; None where it does not."""
    if isinstance(stmt, gast.If):
        made = copy.copy(stmt)
        made.body, made.orelse = [*stmt.body, *rest], [*stmt.orelse, *rest]
        return made
    if isinstance(stmt, gast.Assign) and isinstance(stmt.value, gast.IfExp):
        paths = []
        for value in (stmt.value.body, stmt.value.orelse):
            assign = copy.copy(stmt)
            assign.value = value
            paths.append([assign, *rest])
        return gast.copy_location(gast.If(stmt.value.test, *paths), stmt)
    return None
