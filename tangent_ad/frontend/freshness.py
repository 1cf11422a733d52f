"""Whether the text of a file still is what a function in memory was compiled from.

A file edited after its import gives new text for old code: a derivative of a program that does not run.
"""

from __future__ import annotations
import __future__

import functools
import linecache
import types
from collections.abc import Iterator
from typing import Any

FUTURE = functools.reduce(
    int.__or__, (getattr(__future__, n).compiler_flag for n in __future__.all_feature_names)
)


def is_fresh(code: types.CodeType) -> bool:
    """Whether the file, as it is now, compiles to this code; True where that cannot be told.

    Code that an import hook has instrumented (pytest's assertions, typeguard) holds more than its text does.
    """
    linecache.checkcache(code.co_filename)
    text = "".join(linecache.getlines(code.co_filename))
    compiled = _compiled(text, code.co_filename, code.co_flags & FUTURE) if text else None
    if compiled is None:
        return True
    here = [
        c for c in _nested(compiled) if (c.co_name, c.co_firstlineno) == (code.co_name, code.co_firstlineno)
    ]
    return any(_facts(c) == _facts(code) or _words(c) < _words(code) for c in here)


@functools.lru_cache(maxsize=64)
def _compiled(text: str, filename: str, flags: int) -> types.CodeType | None:
    try:
        code: types.CodeType = compile(text, filename, "exec", flags, dont_inherit=True)
    except SyntaxError:  # a notebook's own syntax
        return None
    return code


def _nested(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _nested(constant)


def _facts(code: types.CodeType) -> tuple[Any, ...]:
    constants = [_facts(c) if isinstance(c, types.CodeType) else (type(c), repr(c)) for c in code.co_consts]
    return code.co_code, constants, code.co_names, code.co_varnames, code.co_freevars


def _words(code: types.CodeType) -> set[str]:
    """Names and constants of a function and of those nested in it."""
    return {
        repr(w) for c in _nested(code) for w in (*c.co_names, *c.co_varnames, *c.co_consts) if not _is_code(w)
    }


def _is_code(value: Any) -> bool:
    return isinstance(value, types.CodeType)
