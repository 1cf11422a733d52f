"""Types of arguments from what the user wrote: annotations of parameters, and texts such as `float64[n, m]`.

float  int  bool  complex          Python numbers
float64[n, m]  int64[n]            arrays; a name is any size, equal names are equal sizes; also n + 1 and 3
float64[]                          a NumPy scalar
float64[...]                       an array of any rank
tuple[float64[n, m], float64[m]]   a tuple; list[float] is a list of any length, list[float, float] one of two
dict[w: float64[n], b: float]      a dict with these keys
array                              not known: any array or number
"""

from __future__ import annotations

import ast
import inspect
import types
import typing
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from tangent_ad.analysis.sizes import between
from tangent_ad.ir.program import signature_of
from tangent_ad.ir.types import Array, Dict, Dim, List, Number, Opaque, Seq, Type, Unknown

NUMBERS = {"float": "float", "int": "int", "bool": "bool", "complex": "complex"}
UNKNOWN = ("array", "ndarray", "np.ndarray", "numpy.ndarray", "any", "Any", "object")
DTYPES = (
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32",
    "float64", "longdouble", "complex64", "complex128", "clongdouble",
)  # fmt: skip
EXAMPLE = 'for example "float64[n, m]", "float" or "tuple[float64[n], float]"'


class BadType(ValueError):
    """A text that is not a type; the message says what is wrong with it."""


class UnknownName(BadType):
    """A name that stands for no type here, such as a class of the user's."""


class Reader:
    """Reads the types of one function's parameters: names of sizes are shared among them."""

    def __init__(self) -> None:
        self.sizes: dict[str, Dim] = {}

    # -- texts -------------------------------------------------------------------------------------

    def text(self, text: str) -> Type:
        """The type that a text stands for.

        Raises:
          BadType: it does not follow the grammar above.
        """
        try:
            tree = ast.parse(text.strip().replace("[]", "[()]"), mode="eval").body
        except SyntaxError:
            raise BadType(f"{text!r} is not a type: write {EXAMPLE}") from None
        return self.node(tree)

    def node(self, node: ast.expr) -> Type:
        if isinstance(node, ast.Constant) and node.value is None:
            return Opaque(type(None))
        if isinstance(node, (ast.Name, ast.Attribute)):
            return _named(ast.unparse(node))
        if isinstance(node, ast.Subscript):
            return self.subscript(ast.unparse(node.value), node.slice)
        raise BadType(f"{ast.unparse(node)!r} is not a type: write {EXAMPLE}")

    def subscript(self, name: str, index: ast.expr) -> Type:
        items = list(index.elts) if isinstance(index, ast.Tuple) else [index]
        if name in DTYPES:
            return Array(name, None if _is_ellipsis(items) else tuple(self.size(i) for i in items))
        if name in ("tuple", "Tuple"):
            return Unknown() if _is_ellipsis(items[1:]) else Seq(tuple, tuple(map(self.node, items)))
        if name in ("list", "List"):
            return List(self.node(items[0])) if len(items) == 1 else Seq(list, tuple(map(self.node, items)))
        if name == "dict" and items and all(isinstance(i, ast.Slice) for i in items):
            return Dict(tuple(self.entry(i) for i in items if isinstance(i, ast.Slice)))
        raise UnknownName(f"{name!r} is not a type here: write {EXAMPLE}")

    def entry(self, item: ast.Slice) -> tuple[str, Type]:
        if item.lower is None or item.upper is None or item.step is not None:
            raise BadType("an entry of a dict is `key: type`")
        key = item.lower
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            return key.value, self.node(item.upper)
        return ast.unparse(key), self.node(item.upper)

    def size(self, node: ast.expr) -> int | Dim:
        if isinstance(node, ast.Constant) and type(node.value) is int and node.value >= 0:
            return node.value
        if isinstance(node, ast.Name):
            return self.sizes.setdefault(node.id, between(1, None))
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
            base, shift = self.size(node.left), self.size(node.right)
            if isinstance(base, Dim) and isinstance(shift, int):
                return Dim(base.symbol, base.offset + (shift if isinstance(node.op, ast.Add) else -shift))
        raise BadType(f"{ast.unparse(node)!r} is not a size: write a name, a number, or a name plus a number")

    # -- annotations -------------------------------------------------------------------------------

    def annotation(self, annotation: Any, scope: dict[str, Any]) -> Type | None:
        """The type that an annotation stands for, None where it says nothing. `scope`: the module's names.

        Raises:
          BadType: a text meant as an array type that does not follow the grammar.
        """
        if annotation is inspect.Parameter.empty:
            return None
        if annotation is None or annotation is type(None):
            return Opaque(type(None))
        if isinstance(annotation, str):
            return self.deferred(annotation, scope)
        if isinstance(annotation, type) and annotation in (float, int, bool, complex):
            return Number(annotation.__name__)
        if isinstance(annotation, type) and issubclass(annotation, np.generic):
            return Array(np.dtype(annotation).name, ())
        if typing.is_typeddict(annotation):
            entries = typing.get_type_hints(annotation, include_extras=True)
            return Dict(tuple((k, self.annotation(v, scope) or Unknown()) for k, v in entries.items()))
        return self.generic(annotation, scope)

    def generic(self, annotation: Any, scope: dict[str, Any]) -> Type:
        """Annotated[...], NDArray[...], tuple[...], list[...]; Unknown for what is not known here."""
        origin, args = typing.get_origin(annotation), typing.get_args(annotation)
        if origin is Annotated:
            texts = [a for a in args[1:] if isinstance(a, str)]
            return self.text(texts[0]) if texts else self.annotation(args[0], scope) or Unknown()
        if origin is np.ndarray or origin is NDArray:
            return _array_type(origin, args)
        if origin is tuple and args and Ellipsis not in args:
            return Seq(tuple, tuple(self.annotation(a, scope) or Unknown() for a in args))
        if origin is list and args:
            return List(self.annotation(args[0], scope) or Unknown())
        return Unknown()

    def deferred(self, text: str, scope: dict[str, Any]) -> Type:
        """A quoted annotation: a type of the grammar, or Python to be evaluated in the module."""
        try:
            return self.text(text)
        except BadType as error:
            if text.partition("[")[0].strip() in DTYPES and not isinstance(error, UnknownName):
                raise
        try:
            value = eval(text, scope)
        except Exception:  # a name that only type checkers know
            return Unknown()
        return (
            self.deferred(value, scope)
            if isinstance(value, str)
            else self.annotation(value, scope) or Unknown()
        )

    # -- and back ----------------------------------------------------------------------------------

    def describe(self, t: Type) -> str:
        """A type in the grammar above."""
        if isinstance(t, Number):
            return t.kind
        if isinstance(t, Array):
            return f"{t.dtype}[{'...' if t.dims is None else ', '.join(map(self.describe_size, t.dims))}]"
        if isinstance(t, Seq):
            return f"{t.cls.__name__}[{', '.join(map(self.describe, t.items))}]"
        if isinstance(t, List):
            return f"list[{self.describe(t.item)}]"
        if isinstance(t, Dict):
            return f"dict[{', '.join(f'{k}: {self.describe(v)}' for k, v in t.entries)}]"
        return "None" if isinstance(t, Opaque) else "array"

    def describe_size(self, size: int | Dim) -> str:
        if isinstance(size, int):
            return str(size)
        name = next(n for n, d in self.sizes.items() if d.symbol == size.symbol)
        return f"{name} {'+' if size.offset > 0 else '-'} {abs(size.offset)}" if size.offset else name


def _array_type(origin: Any, args: tuple[Any, ...]) -> Type:
    """The type of NDArray[dtype], an alias of its own from NumPy 2.5 on, or of ndarray[shape, dtype[...]]."""
    inner = args[0] if origin is NDArray else next(iter(typing.get_args(args[-1])), None)
    known = isinstance(inner, type) and issubclass(inner, np.generic) and np.dtype(inner).name in DTYPES
    return Array(np.dtype(inner).name, None) if known else Unknown()


def _named(name: str) -> Type:
    if name in NUMBERS:
        return Number(NUMBERS[name])
    if name in UNKNOWN:
        return Unknown()
    if name in DTYPES:
        forms = f"{name}[] for a scalar, {name}[n] for a vector, {name}[...] for any rank"
        raise BadType(f"{name!r} needs its sizes: {forms}")
    if name == "str":
        return Opaque(str)
    raise UnknownName(f"{name!r} is not a type here: write {EXAMPLE}")


def _is_ellipsis(items: list[ast.expr]) -> bool:
    return len(items) == 1 and isinstance(items[0], ast.Constant) and items[0].value is Ellipsis


def argument_types(
    function: types.FunctionType, given: dict[str, str]
) -> tuple[dict[str, Type | None], Reader]:
    """The type of each parameter: from `given` (name to text), else from its annotation, else None.

    Raises:
      BadType: a text is not a type; the message names the parameter.
    """
    reader = Reader()
    found: dict[str, Type | None] = {}
    for name, parameter in signature_of(function).parameters.items():
        try:
            if name in given:
                found[name] = reader.text(given[name])
            else:
                found[name] = reader.annotation(parameter.annotation, function.__globals__)
        except BadType as error:
            raise BadType(f"the type of {name!r}: {error}") from None
    return found, reader


__all__ = ["BadType", "Reader", "argument_types"]
