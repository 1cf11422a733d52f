"""A derivative as a module of its own: NumPy and nothing else, with the values of the globals it reads."""

from __future__ import annotations

import ast
import hashlib
import textwrap
import types
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import gast
import numpy as np

from tangent_ad.derive import Derived, derive
from tangent_ad.emit.fingerprint import LITERALS, CannotFingerprint, code_text, digest
from tangent_ad.errors import Origin, Refused
from tangent_ad.frontend.source import source_of
from tangent_ad.ir.nodes import Const
from tangent_ad.ir.program import signature_of
from tangent_ad.ir.types import Type
from tangent_ad.plan import Plan

LARGEST = 256  # elements of an array that is written out
WIDTH = 100
HEADER = "tangent_ad header"
SIMPLE = (bool, int, float, complex, str, type(None))


@dataclass(frozen=True)
class Provenance:
    """What the opening docstring says.

    Attributes:
      target: what the user asked for, `model:loss`.
      file: where it is.
      command: how to build the module again.
      types: the arguments that it is made for, as text; "" where nothing is known.
      version: of tangent_ad.
    """

    target: str
    file: str
    command: str
    types: str
    version: str


def standalone(
    plan: Plan, arguments: dict[str, Type | Const], made: Provenance
) -> tuple[str, tuple[str, ...]]:
    """The text of a module that needs NumPy only, and the inputs that the result does not depend on.

    Raises:
      Refused: the function cannot be differentiated, or reads an object that has no literal.
      NotOneNumber: a gradient of a function that does not return one number.
    """
    derived = derive(plan, arguments)
    derived = replace(derived, unit=replace(derived.unit, func=_with_defaults(derived, plan)))
    emitted = derived.emit(HEADER)
    constants = {name: _literal_of(name, value, derived, plan) for name, value in emitted.bindings.items()}
    header = _header(derived, constants, made)
    return _assemble(emitted.text, header, constants), tuple(derived.notes["disconnected"])


def _with_defaults(derived: Derived, plan: Plan) -> Any:
    """The function with the user's defaults, where they are plain numbers at the end of the parameters."""
    func = derived.unit.func
    if plan.steps[-1].kind in ("jvp", "hvp"):
        return func  # the tangents come last and have none
    params = signature_of(plan.function).parameters
    outer = func.params[: len(func.params) - derived.seeds]
    found = []
    for var in reversed(outer):
        parameter = params.get(var.hint)
        if parameter is None or type(parameter.default) not in (int, float):
            break
        found.append((var.hint, parameter.default))
    return replace(func, defaults=tuple(reversed(found)))


# -- constants ---------------------------------------------------------------------------------------


def _literal_of(name: str, value: Any, derived: Derived, plan: Plan) -> str:
    text = literal(value)
    if text is not None:
        return text
    if isinstance(value, np.ndarray):
        shape = f"{value.size} numbers ({value.dtype}, shape {value.shape})"
        reason = f"{name!r} is an array of {shape}, too large to write out"
    else:
        reason = f"{name!r} is {_what(value)}, which cannot be written into a module"
    raise Refused(_read_at(value, derived, plan), reason, f"pass {name!r} to the function as an argument")


def _what(value: Any) -> str:
    if isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType)):
        return f"{value.__module__}.{value.__qualname__}"
    return f"an object of class {type(value).__name__}"


def _read_at(value: Any, derived: Derived, plan: Plan) -> Origin:
    """The place where the program reads an object."""
    for d in derived.dependencies:
        if d.value is value and isinstance(d.owner, types.FunctionType) and d.kind in ("global", "closure"):
            try:
                source = source_of(d.owner)
            except Refused:
                continue
            for node in gast.walk(source.tree):
                if isinstance(node, gast.Name) and node.id == d.name:
                    return source.origin(node)
    source = source_of(plan.function)
    return source.origin(source.tree)


def literal(value: Any) -> str | None:
    """Python text that makes an equal value, None where there is none that a reader would want."""
    if type(value) in SIMPLE:
        return _number(value) if isinstance(value, (float, complex)) else repr(value)
    if isinstance(value, np.generic):
        return _scalar(value)
    if type(value) is np.ndarray:
        return _array(value)
    if type(value) in (tuple, list):
        items = [literal(v) for v in value]
        if any(i is None for i in items) or len(items) > LARGEST:
            return None
        inner = ", ".join(i for i in items if i is not None)
        return f"[{inner}]" if type(value) is list else f"({inner}{',' if len(items) == 1 else ''})"
    if type(value) is dict and all(isinstance(k, SIMPLE) for k in value) and len(value) <= LARGEST:
        entries = [(repr(k), literal(v)) for k, v in value.items()]
        if all(v is not None for _, v in entries):
            return "{" + ", ".join(f"{k}: {v}" for k, v in entries) + "}"
    return None


def _number(value: complex | float) -> str:
    if isinstance(value, complex):
        return f"complex({_number(value.real)}, {_number(value.imag)})"
    return (
        repr(value) if np.isfinite(value) else "np.nan" if np.isnan(value) else f"{'-' * (value < 0)}np.inf"
    )


def _scalar(value: np.generic) -> str | None:
    if value.dtype.kind not in "biufc" or value.dtype.name.startswith(
        ("longdouble", "float128", "clong", "complex256")
    ):
        return None
    return f"np.{value.dtype.type.__name__}({_number_of(value)})"


def _number_of(value: Any) -> str:
    """An element as the shortest text that its dtype reads back."""
    if value.dtype.kind == "f" and np.isfinite(value):
        return repr(float(str(value)))
    return _number(value.item()) if value.dtype.kind in "fc" else repr(value.item())


def _array(value: np.ndarray[Any, Any]) -> str | None:
    if value.size > LARGEST or value.dtype.kind not in "biufc" or value.dtype.itemsize > 16:
        return None
    if value.dtype.name in ("longdouble", "float128"):
        return None
    dtype = f"np.{value.dtype.type.__name__}"
    if value.size == 0:
        return f"np.zeros({value.shape}, dtype={dtype})"
    suffix = "" if np.array(value.tolist()).dtype == value.dtype else f", dtype={dtype}"
    return f"np.array({_nested(value)}{suffix})"


def _nested(value: Any) -> str:
    return f"[{', '.join(map(_nested, value))}]" if np.ndim(value) else _number_of(value)


# -- text --------------------------------------------------------------------------------------------


def _header(derived: Derived, constants: Mapping[str, str], made: Provenance) -> str:
    sources = sources_digest(derived, constants)
    lines = [
        derived.unit.func.title or derived.unit.func.name,
        "",
        f"Built by tangent-ad {made.version} from {made.target} ({made.file}),",
        f"sources sha256 {sources}.",
    ]
    if made.types:
        lines += textwrap.wrap(f"For the arguments {made.types}.", WIDTH)
    lines += ["It needs NumPy only. To build it again:", "", f"    {made.command}", ""]
    return "\n".join(lines)


def sources_digest(derived: Derived, constants: Mapping[str, str]) -> str:
    """Digest of every function that the derivative was made from, and of the values that they read.

    It does not depend on where the files lie, nor on the versions of Python and NumPy.
    """
    parts: list[Any] = sorted(constants.items())
    for d in derived.dependencies:
        if d.kind == "source":
            parts.append((d.value.co_name, textwrap.dedent(code_text(d.value))))
        elif isinstance(d.value, (*LITERALS, tuple, list, dict)):
            try:
                parts.append((d.kind, d.name, digest(d.value)))
            except CannotFingerprint:
                parts.append((d.kind, d.name, type(d.value).__name__))
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _assemble(text: str, header: str, constants: Mapping[str, str]) -> str:
    """The module: docstring, imports, constants, functions."""
    quoted = header.replace("\\", "\\\\").replace('"""', r"\"\"\"")
    body = ast.parse(text).body
    imports = [n for n in body if isinstance(n, (ast.Import, ast.ImportFrom))]
    lines = text.splitlines()
    modules = [ast.unparse(n) for n in imports]
    if "import numpy as np" not in modules and any("np." in c for c in constants.values()):
        modules.append("import numpy as np")
    rest = "\n".join(lines[_end(imports[-1] if imports else body[0]) :]).strip("\n")
    values = [_wrapped(name, value) for name, value in constants.items()]
    parts = [f'"""{quoted}"""', "\n".join(modules), "\n".join(values)]
    return "\n\n".join(p for p in parts if p) + f"\n\n\n{rest}\n"


def _end(node: ast.stmt) -> int:
    assert node.end_lineno is not None
    return node.end_lineno


def _wrapped(name: str, value: str) -> str:
    line = f"{name} = {value}"
    if not value.startswith("np.array("):  # texts hold spaces of their own
        return line
    return "\n".join(textwrap.wrap(line, WIDTH, subsequent_indent="    ", break_long_words=False))


__all__ = ["LARGEST", "Provenance", "literal", "sources_digest", "standalone"]
