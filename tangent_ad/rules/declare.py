"""How a derivative rule is declared, and the one table that holds them.

A rule's body is a template: it is read as source and inlined where the operation is differentiated, so
it may use anything that the compiler accepts, calls the same primitives as a user would, and its
branches on shapes fold away where the shapes are known. It is never executed at build time.
"""

from __future__ import annotations

import inspect
import operator
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn, TypeVar

import numpy as np

from tangent_ad.ir.nodes import Op

F = TypeVar("F", bound=Callable[..., Any])

BINARY = {
    operator.add: "+", operator.sub: "-", operator.mul: "*", operator.truediv: "/", operator.pow: "**",
    operator.matmul: "@", operator.floordiv: "//", operator.mod: "%", operator.and_: "&",
    operator.or_: "|", operator.xor: "^", operator.lshift: "<<", operator.rshift: ">>",
}  # fmt: skip
COMPARE = {
    operator.eq: "==", operator.ne: "!=", operator.lt: "<", operator.le: "<=", operator.gt: ">",
    operator.ge: ">=", operator.is_: "is", operator.is_not: "is not",
}  # fmt: skip
UNARY = {operator.neg: "-", operator.pos: "+", operator.not_: "not", operator.invert: "~"}


@dataclass(frozen=True, eq=False)
class Rule:
    """One operation's derivative, both directions.

    Attributes:
      kind: "elementwise", "linear", "multilinear", "general", "composed", "constant" or "passive".
      params: names of the operation's parameters, in order; `defaults` those that may be left out.
      wrt: the parameters that may carry a derivative.
      inert: parameters of which only the shape, or the truth, is read: a derivative in them is dropped.
        One in any other parameter is refused.
      positional: parameters that the operation takes by position only (those before a `/`).
      template: partials (elementwise), the adjoint (linear, multilinear, general), what stands for a call (composed).
      forward: the tangent (general only).
      broadcasts: the adjoint may be larger than the argument and is summed down to it.
      view: what memory the result has: "" its own; "permutes" all of the argument's, rearranged, and the adjoint is
        the inverse; "readonly" the argument's, not to be written; "may" perhaps the argument's.
      domain: the open interval that tests draw inputs from.
      words: the reason and the remedy of a passive operation, said where an argument is differentiated.
      kinks, source: where the derivative is a convention, and where the formula is from.
    """

    op: Op
    kind: str
    params: tuple[str, ...]
    defaults: dict[str, Any]
    wrt: tuple[str, ...]
    template: Callable[..., Any] | None = None
    forward: Callable[..., Any] | None = None
    variadic: bool = False
    inert: tuple[str, ...] = ()
    positional: tuple[str, ...] = ()
    broadcasts: bool = False
    view: str = ""
    domain: tuple[float, float] = (0.2, 0.9)
    words: tuple[str, str] = ("", "")
    kinks: str = ""
    source: str = ""

    @property
    def keywords(self) -> tuple[str, ...]:
        """Parameters taken by keyword only."""
        return tuple(n for n in self.defaults if n not in self.params)

    def names(self, given: int) -> tuple[str, ...]:
        """Names of a call's arguments when `given` come by position: a starred parameter is counted out."""
        if not self.variadic:
            return self.params
        *fixed, star = self.params
        return (*fixed, *(f"{star}[{i}]" for i in range(given - len(fixed))))

    def moving(self, given: int) -> tuple[str, ...]:
        """Those of `names(given)` that may carry a derivative."""
        starred = self.variadic and self.params[-1] in self.wrt
        return self.names(given)[len(self.params) - 1 :] if starred else self.wrt


def name_of(op: Op) -> str:
    """How a program spells an operation: np.sin, math.log, x + y, x.conj()."""
    if op.symbol:
        return {"binary": f"x {op.symbol} y", "compare": f"x {op.symbol} y"}.get(op.syntax, f"{op.symbol} x")
    return op.name.removeprefix("builtins.").replace("numpy.", "np.", 1)


def not_differentiable(rule: Rule, name: str) -> tuple[str, str]:
    """What is said where an argument depends on the inputs, but the rule has no derivative in it."""
    if rule.kind == "passive":
        return rule.words
    place = name.partition("[")[2]
    which = f"argument {int(place[:-1]) + len(rule.params)}" if place else repr(name)
    remedy = "keep that argument free of the inputs to differentiate"
    if rule.op.call is np.arange:
        remedy = "write start + step * np.arange(n)"
    return f"the derivative of {name_of(rule.op)} in {which} is not known", remedy


def static(function: F) -> F:
    """A function that templates call while a derivative is built, on what is known then: ranks, axes."""
    STATIC.add(function)
    return function


def refuse(reason: str, remedy: str) -> NoReturn:
    """In a template: this case has no rule; the user reads why, at their own line, and what to write instead.

    Where the types do not tell whether this is the case, the derivative raises when it runs into it.
    """
    raise NotImplementedError(f"{reason}; {remedy}")


def unrolled(items: Any) -> Any:
    """In a template: loop over these items turn by turn at build time."""
    return items


def static_length(items: Any) -> int | None:
    """In a template: the number of items where it is known at build time, else None."""
    return len(items)


def hold(items: Any) -> None:
    """In a template: from here on, until `release`, a change of what these items are is refused."""


def release(items: Any) -> None:
    """In a template: see `hold`."""


def holds_numbers(items: Any) -> bool:
    """In a template: whether these are numbers, not arrays or containers, which show what is written into them."""
    return True


def is_known(*values: Any) -> bool:
    """In a template: whether all of these are known at build time."""
    return True


def is_array(value: Any) -> bool:
    """In a template: whether a value is known to be an array or a number, not a list."""
    return not isinstance(value, (list, tuple))


def is_integral(value: Any) -> bool:
    """In a template: whether a value is known to be an array, or a NumPy scalar, of integers or bools."""
    return np.asarray(value).dtype.kind in "biu"


def is_unused(bar: Any) -> bool:
    """In a template: whether the part of a result that this is the cotangent of is known not to be used."""
    return False


def may_be_empty(value: Any) -> bool:
    """In a template: whether an array, of a known rank, may have no items for all that is known of its sizes."""
    return np.size(value) == 0


STATIC: set[Any] = set()
RULES: dict[Op, Rule] = {}
FORMS: dict[Op, Op] = {}
OPS: dict[Any, Op] = {}
declared = [0]
"""How many rules were declared so far: what was built before a rule was declared, perhaps anew, is built again."""
METHODS: dict[str, Any] = {}
ATTRIBUTES: dict[str, Op] = {}


def op_of(call: Any, **properties: Any) -> Op:
    """The one `Op` of a callable, made at the first request."""
    if call not in OPS:
        syntax, symbol = "call", ""
        for table, name in ((BINARY, "binary"), (COMPARE, "compare"), (UNARY, "unary")):
            if call in table:
                syntax, symbol = name, table[call]
        syntax = properties.pop("syntax", syntax)
        OPS[call] = Op(full_name(call), call, syntax, symbol, **properties)
    elif properties.get("fresh", OPS[call].fresh) != OPS[call].fresh:
        raise ValueError(f"{OPS[call].name} was used before it was declared a view: declare it earlier")
    return OPS[call]


def full_name(call: Any) -> str:
    """The name of a callable, with its module."""
    name = getattr(call, "__name__", str(call))
    owner = getattr(call, "__self__", None)
    name = f"{owner.__name__}.{name}" if isinstance(owner, np.ufunc) else name
    module = getattr(call, "__module__", None) or _home(call, name)
    module = module if module.startswith("__") else module.removeprefix("_")  # _operator, but __main__
    return f"{module}.{name}"


def _home(call: Any, name: str) -> str:
    """The module of a callable that does not say it itself, as ufuncs do not."""
    known = ("numpy", "math", "scipy.special")
    return next((m for m in known if getattr(sys.modules.get(m), name, None) is call), "numpy")


class _Parameters(NamedTuple):
    params: tuple[str, ...]
    defaults: dict[str, Any]
    positional: tuple[str, ...]
    variadic: bool


def _parameters(template: Callable[..., Any], skip: int) -> _Parameters:
    """What a template says of its operation's parameters; the first `skip` are the mechanism's own."""
    found = list(inspect.signature(template).parameters.values())[skip:]
    return _Parameters(
        tuple(p.name for p in found if p.kind is not p.KEYWORD_ONLY),
        {p.name: p.default for p in found if p.default is not p.empty},
        tuple(p.name for p in found if p.kind is p.POSITIONAL_ONLY),
        any(p.kind is p.VAR_POSITIONAL for p in found),
    )


def _register(calls: tuple[Any, ...], properties: dict[str, Any], **fields: Any) -> None:
    for call in calls:
        op = op_of(call, **properties)
        _declare(Rule(op=op, **fields))


def _declare(rule: Rule) -> None:
    RULES[rule.op] = rule
    declared[0] += 1


def elementwise(
    *calls: Any,
    inert: tuple[str, ...] = (),
    domain: tuple[float, float] = (0.2, 0.9),
    kinks: str = "",
    source: str = "",
) -> Callable[[F], F]:
    """Rule of an operation that acts element by element: `def op(z, x, y): return dz_dx, dz_dy`.

    `z` is the result. Broadcasting is added by the mechanism. No partial is given for an `inert`
    parameter, whose derivative is 0. A partial of None: not differentiable.
    """

    def declare(template: F) -> F:
        p = _parameters(template, 1)
        wrt = tuple(n for n in p.params if n not in inert and (n not in p.defaults or n in p.positional))
        _register(calls, {}, kind="elementwise", wrt=wrt, inert=inert, template=template, domain=domain,
                  kinks=kinks, source=source, **p._asdict())  # fmt: skip
        return template

    return declare


def _adjoint_rule(kind: str, skip: int) -> Callable[..., Callable[[F], F]]:
    def make(
        *calls: Any,
        wrt: tuple[str, ...] | None = None,
        inert: tuple[str, ...] = (),
        forward: Callable[..., Any] | None = None,
        view: str = "",
        broadcasts: bool = False,
        domain: tuple[float, float] = (0.2, 0.9),
        kinks: str = "",
        source: str = "",
    ) -> Callable[[F], F]:
        def declare(template: F) -> F:
            p = _parameters(template, skip)
            chosen = wrt if wrt is not None else p.params[:1]
            _register(calls, {"fresh": not view}, kind=kind, wrt=chosen, inert=inert, template=template,
                      forward=forward, broadcasts=broadcasts, view=view, domain=domain, kinks=kinks, source=source,
                      **p._asdict())  # fmt: skip
            return template

        return declare

    make.__name__ = kind
    return make


linear = _adjoint_rule("linear", 1)
linear.__doc__ = """Rule of a map linear in `wrt` jointly: `def op(y_bar, x, ...): return x_bar`.

Forward mode applies the operation to the tangents. `view`: see `Rule.view`.
"""
multilinear = _adjoint_rule("multilinear", 1)
multilinear.__doc__ = """Rule of a map linear in each of `wrt`: `def op(z_bar, x, y): return x_bar, y_bar`.

Forward mode is the product rule.
"""
general = _adjoint_rule("general", 2)
general.__doc__ = """Rule with both directions written: `def op(y_bar, y, x, ...): return x_bar`.

`forward=` is a function `(x_dot, ..., y, x, ...)`: one tangent for each of `wrt`, the result, the arguments.
"""


def composed(*calls: Any, wrt: tuple[str, ...] | None = None, view: str = "", kinks: str = "") -> Callable[[F], F]:
    """Rule of a function that others make up: `def op(x, ...): return ...` is inlined where it is called."""

    def declare(template: F) -> F:
        p = _parameters(template, 0)
        _register(calls, {"fresh": not view}, kind="composed", wrt=p.params[:1] if wrt is None else wrt,
                  template=template, view=view, kinks=kinks, **p._asdict())  # fmt: skip
        return template

    return declare


def form(*calls: Any, wrt: tuple[str, ...] | None = None, kinks: str = "") -> Callable[[F], F]:
    """Rule of calls with keywords that the operation's own rule does not know: what stands for such a call.

    `np.sum(a, where=mask)` is a sum of other items, not another sum: no pass need know of it.
    """

    def declare(template: F) -> F:
        p, plain = _parameters(template, 0), OPS[calls[0]]
        more = ", ".join(f"{n}=" for n in p.params if n not in RULES[plain].params)
        op = Op(f"{plain.name}({more})", template, fresh=plain.fresh)
        _declare(Rule(op, "composed", wrt=p.params[:1] if wrt is None else wrt, template=template,
                      view=RULES[plain].view, kinks=kinks, **p._asdict()))  # fmt: skip
        FORMS.update((OPS[call], op) for call in calls)
        return template

    return declare


def constant(*calls: Any, pure: bool = True, fresh: bool = True) -> None:
    """Declare operations that carry no derivative: shapes, comparisons, rounding, index arithmetic.

    `fresh`: whether the result is new memory, none of the arguments'.
    """
    for call in calls:
        op = op_of(call, pure=pure, fresh=fresh)
        _declare(Rule(op, "constant", (), {}, ()))


def method(**names: Any) -> None:
    """Declare `ndarray` methods that mean `function(array, ...)`."""
    METHODS.update(names)


def attribute(name: str, call: Any) -> None:
    """Declare an `ndarray` attribute that means `call(array)`; call is differentiated like any function."""
    ATTRIBUTES[name] = op_of(call)


def np_functions(*names: str, module: Any = np) -> tuple[Any, ...]:
    """Those of the named NumPy functions that this NumPy has."""
    return tuple(getattr(module, n) for n in names if hasattr(module, n))


def is_own(function: Any) -> bool:
    """Whether a function is part of tangent_ad."""
    return str(getattr(function, "__module__", None)).startswith("tangent_ad.")


def foreign_templates() -> tuple[Any, ...]:
    """Code of the rules declared outside tangent_ad: a derivative is rebuilt when one of them changes."""
    return tuple((op.name, read) for op, rule in RULES.items() if (read := read_by_rule(rule)))


def read_by_rule(rule: Rule | None) -> tuple[Any, ...]:
    """The code of a rule that is declared outside tangent_ad, and what it reads; of another rule nothing."""
    templates = [] if rule is None else [t for t in (rule.template, rule.forward) if t is not None and not is_own(t)]
    return tuple((rule.kind, *_with_what_it_reads(t, set())) for t in templates)  # type: ignore[union-attr, arg-type]


def _with_what_it_reads(function: types.FunctionType, within: set[int]) -> tuple[Any, ...]:
    """The code of a function, and the values of the globals and captured names in it, with those of the functions."""
    within = within | {id(function)}
    read: list[Any] = []
    for cell in function.__closure__ or ():
        read.append(cell.cell_contents if cell != types.CellType() else None)
    for name in function.__code__.co_names:
        value = function.__globals__.get(name)
        read.append(value)
        if isinstance(value, types.ModuleType) and not _is_library(value.__name__):
            read += [getattr(value, n) for n in function.__code__.co_names if hasattr(value, n)]
    return function.__code__, tuple(_told_apart(value, within) for value in read)


def _told_apart(value: Any, within: set[int]) -> Any:
    if isinstance(value, types.ModuleType):
        return value.__name__
    if isinstance(value, types.FunctionType) and not _is_library(value.__module__ or ""):
        return () if id(value) in within else _with_what_it_reads(value, within)
    if isinstance(value, np.ndarray) and not value.dtype.hasobject:
        return value.dtype.str, value.shape, value.tobytes()
    name = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
    return repr(value) if name is None else f"{getattr(value, '__module__', '')}.{name}"


def _is_library(module: str) -> bool:
    return module.partition(".")[0] in sys.stdlib_module_names | {"numpy", "scipy", "tangent_ad"}
