"""What users call: grad, value_and_grad, jvp, vjp, hvp, source, compile, and the decorator."""

from __future__ import annotations

import copy
import functools
import inspect
import types
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar, Union

import numpy as np

from tangent_ad.build import Compiled, build
from tangent_ad.ir.instances import children, is_structured, rebuilt
from tangent_ad.ir.nodes import Const
from tangent_ad.ir.program import Dependency, signature_of
from tangent_ad.ir.types import Type, Unknown, classes_in, fixed_in, is_differentiable
from tangent_ad.optimise import Optimise
from tangent_ad.plan import Options, Plan, Step
from tangent_ad.runtime.helpers import zeros_like
from tangent_ad.specialise import (
    SCALARS,
    Typer,
    holds,
    is_float,
    is_static,
    pattern_key,
    quick_key,
)

F = TypeVar("F", bound=Callable[..., Any])
Outputs = Union[str, int, Sequence[Union[str, int]]]  # noqa: UP007 (evaluated, on Python 3.10 too)
MOST_KEYS = 512
MOST_FUNCTIONS = 4096


@dataclass(frozen=True)
class Entry:
    """A derivative found by its quick key.

    Attributes:
      plain: the arguments are passed on as they come.
      dynamic: places of those that are passed on.
      static: the other arguments. The key knows them by their ids, which must not be given to others.
      writes: places of the arguments that the function writes into.
      lasting: what it reads that lasts between calls.
    """

    compiled: Compiled
    plain: bool
    dynamic: tuple[int, ...]
    static: list[Any]
    writes: tuple[int, ...]
    lasting: tuple[Any, ...] = ()


class Specialised:
    """Derivatives of one plan, one for each pattern of argument types; finds or builds the right one."""

    def __init__(self, plan_for: Callable[[dict[str, Any]], Plan], names: Sequence[str]) -> None:
        self.plan_for, self.names = plan_for, tuple(names)
        self.by_quick_key: dict[Any, Entry] = {}
        self.by_pattern: dict[Any, Compiled] = {}

    def entry(self, values: Sequence[Any]) -> Entry:
        # quick_key of a number is its class: a call of it for each would be a good part of a small call.
        key = tuple([v.__class__ if v.__class__ in SCALARS else quick_key(v) for v in values])
        found = self.by_quick_key.get(key)
        if found is None or not found.compiled.guards.hold():
            if len(self.by_quick_key) >= MOST_KEYS:
                self.by_quick_key.clear()
            static = [v for v in values if is_static(v)]
            dynamic = tuple(i for i, v in enumerate(values) if not is_static(v))
            compiled = self.make(values)
            writes = tuple(self.names.index(n) for n in compiled.notes["writes"])
            function = self.plan_for(dict(zip(self.names, values, strict=True))).function
            kept = lasting(compiled, function) if writes else ()
            found = Entry(compiled, not static, dynamic, static, writes, kept)
            self.by_quick_key[key] = found
        return found

    def compiled(self, values: Sequence[Any]) -> Compiled:
        """The derivative that a call with these arguments runs."""
        return self.entry(values).compiled

    def make(self, values: Sequence[Any]) -> Compiled:
        typer = Typer()
        arguments = dict(zip(self.names, values, strict=True))
        plan = replace(self.plan_for(arguments), in_order=in_c_order(arguments))
        typed = {n: typer.argument(n, v) for n, v in arguments.items()}
        # Equal code may have captured other values, and classes of one name have other methods.
        inside = [f for t in typed.values() for f in fixed_in(t)]
        functions = tuple(id(v) for v in (*values, *inside) if callable(v) and is_static(v))
        classes = tuple(c for t in typed.values() for c in classes_in(t))
        pattern = (plan.steps, plan.in_order, pattern_key(typed), functions, classes)
        found = self.by_pattern.get(pattern)
        if found is None or not found.is_current():
            check_wrt(plan, typed, arguments)
            found = build(plan, typed, pattern[2])
            found.keep.extend(v for v in (*values, *inside) if is_static(v))
            if len(self.by_pattern) >= MOST_KEYS:
                self.by_pattern.clear()
            self.by_pattern[pattern] = found
            outputs = plan.outputs if isinstance(plan.outputs, tuple) else (plan.outputs,)
            for name in (n for n in found.notes["disconnected"] if n not in outputs):
                warnings.warn(f"{plan.function.__name__} does not depend on {name!r}: its derivative is zero",
                              stacklevel=5)  # fmt: skip
        return found

    def call(self, values: Sequence[Any], *further: Any) -> Any:
        entry = self.entry(values)
        if entry.writes:
            check_apart(self.names, values, entry.writes, entry.lasting)
        if entry.plain:
            return entry.compiled.call(*values, *further)
        return entry.compiled.call(*(values[i] for i in entry.dynamic), *further)


def in_c_order(arguments: dict[str, Any]) -> frozenset[str]:
    """The arguments that are arrays in C order, or hold such arrays only."""
    def is_in_order(value: Any) -> bool:
        return all(a.flags.c_contiguous for a in memory(value) if isinstance(a, np.ndarray))

    return frozenset(n for n, v in arguments.items() if is_in_order(v))


def lasting(compiled: Compiled, function: types.FunctionType) -> tuple[Any, ...]:
    """What a function reads that lasts between calls: globals, captured values, defaults."""
    found = (d.value for d in compiled.keep if isinstance(d, Dependency) and d.kind != "source")
    return (*found, *(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values())


def check_apart(
    names: Sequence[str], values: Sequence[Any], writes: Sequence[int], lasting: Sequence[Any]
) -> None:
    """Raises ValueError where what the function writes into is another argument's memory, or outlasts the call."""
    others = [a for value in lasting for a in memory(value)]
    for i in writes:
        mine = list(memory(values[i]))
        if any(shares(a, b) for a in mine for b in others) or any(values[i] is v for v in lasting):
            raise ValueError(f"the function writes into {names[i]!r}, which is a global, a captured or a default value "
                             f"of its own, too: pass a copy, and read what is written as {names[i]!r}")  # fmt: skip
        for j, other in enumerate(values):
            if i != j and any(shares(a, b) for a in mine for b in memory(other)):
                copied = f"{names[j]}.copy()" if isinstance(other, np.ndarray) else f"copy.deepcopy({names[j]})"
                raise ValueError(f"the function writes into {names[i]!r}, and {names[j]!r} shares its memory in this "
                                 f"call: pass {copied}; or, if it is to see the write, differentiate a function that "
                                 "has one argument for both: lambda x: f(x, x)")  # fmt: skip
        if any(shares(a, b) for n, a in enumerate(mine) for b in mine[n + 1 :]):
            raise ValueError(f"the function writes into {names[i]!r}, which holds the same memory twice: pass copies")
        if any(isinstance(a, np.ndarray) and overlaps_itself(a) for a in mine):
            raise ValueError(f"the function writes into {names[i]!r}, whose items share memory: pass {names[i]}.copy()")


def memory(value: Any) -> Iterator[Any]:
    """What may be written into in an argument: arrays, lists, dicts, instances, and those in them."""
    parts = children(value)
    if isinstance(value, np.ndarray) or (parts is not None and not isinstance(value, tuple)):
        yield value
    for item in (parts or {}).values():
        yield from memory(item)


def shares(a: Any, b: Any) -> bool:
    """Whether two are one, or two arrays have a place in common; where that is hard to tell, whether they may."""
    if not isinstance(a, np.ndarray) or not isinstance(b, np.ndarray):
        return a is b
    if not np.may_share_memory(a, b):
        return False
    try:
        return np.shares_memory(a, b, max_work=1000)  # type: ignore[arg-type]
    except np.exceptions.TooHardError:
        return True


def overlaps_itself(a: np.ndarray) -> bool:
    """Whether items of an array, of `as_strided` for one, lie in fewer bytes than they have."""
    extent = sum((n - 1) * abs(step) for n, step in zip(a.shape, a.strides, strict=True)) + a.itemsize
    return bool(extent < a.nbytes)


def check_wrt(plan: Plan, typed: dict[str, Type | Const], arguments: dict[str, Any]) -> None:
    """Raises TypeError where an argument to differentiate holds no floats."""
    for name in dict.fromkeys(w for s in plan.steps for w in s.wrt):
        t = typed[name]
        if isinstance(t, Const) or not is_differentiable(t):
            value = arguments[name]
            raise TypeError(f"argument {name!r} is {_what(value)}: derivatives need floats; {_cure(name, value)}")
        for place, leaf in integers(arguments[name], name) if any(s.kind != "vjp" for s in plan.steps) else ():
            raise TypeError(f"{place} is {_what(leaf)}: derivatives need floats; {_cure(place, leaf)}")


def integers(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Leaves of a container that are numbers without derivative, and where they are."""
    parts = children(value)
    if parts is not None:
        named = not isinstance(value, (list, dict)) and type(value) is not tuple
        for key, item in parts.items():
            if not named or not isinstance(item, int):  # a field that counts something is no input
                yield from integers(item, f"{place}.{key}" if named else f"{place}[{key!r}]")
    elif isinstance(value, (int, np.ndarray, np.generic)) and np.asarray(value).dtype.kind not in "fc":
        yield place, value


def _what(value: Any) -> str:
    if isinstance(value, (np.ndarray, np.generic)):
        return f"an array of {value.dtype}" if np.ndim(value) else f"of type {value.dtype}"
    return f"of type {type(value).__name__} ({value!r})" if np.isscalar(value) else f"of type {type(value).__name__}"


def _cure(name: str, value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"pass {name}.astype(float)"
    if isinstance(value, (int, np.generic)):
        return f"pass float({name}), here {float(value)!r}"
    return "pass floats, or leave it out of argnums"


def plain_function(fun: Any) -> types.FunctionType:
    """The function under decorators and derivatives. Raises TypeError for what is not a Python function."""
    while isinstance(fun, (Derivative, Differentiable, Kernel)):
        fun = fun.fun
    if not isinstance(fun, types.FunctionType):
        name = getattr(fun, "__qualname__", None) or type(fun).__name__
        how = "grad(lambda x: np.sum(np.array([f(t) for t in x]))) of the plain function f"
        if not isinstance(fun, np.vectorize):
            is_method = isinstance(fun, types.MethodType)
            called = f"obj.{fun.__name__}" if is_method else name if hasattr(fun, "__qualname__") else "f"
            how = f"grad(lambda x: {called}(x))"
        raise TypeError(f"{name} is not a function with a source in Python, but of type {type(fun).__name__}: wrap the "
                        f"call in one, as in {how}")  # fmt: skip
    return fun


def steps_of(fun: Any) -> tuple[Step, ...]:
    """The differentiations that `fun` stands for already."""
    if isinstance(fun, Derivative):
        return (*steps_of(fun.fun), fun.step)
    return steps_of(fun.fun) if isinstance(fun, (Differentiable, Kernel)) else ()


def outputs_of(fun: Any) -> str | tuple[str, ...] | None:
    """The parameters that are the results of `fun`, if it is a kernel."""
    while isinstance(fun, (Derivative, Differentiable)):
        fun = fun.fun
    return fun.outputs if isinstance(fun, Kernel) else None


class Kernel:
    """A function whose results are arguments that it writes into: a call returns them and leaves the caller's alone."""

    def __init__(self, fun: Callable[..., Any], outputs: Outputs) -> None:
        self.fun = fun
        self.names = tuple(signature_of(plain_function(fun)).parameters)
        self.outputs: str | tuple[str, ...]
        if isinstance(outputs, (str, int)):
            self.outputs = self.name_of(outputs)
        else:
            self.outputs = tuple(map(self.name_of, outputs))
        functools.update_wrapper(self, fun)

    def name_of(self, output: str | int) -> str:
        if isinstance(output, int) and -len(self.names) <= output < len(self.names):
            return self.names[output]
        if output in self.names:
            return str(output)
        raise ValueError(f"outputs={output!r}, but {self.fun.__name__} has the parameters {', '.join(self.names)}")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        bound = signature_of(plain_function(self.fun)).bind(*copy.deepcopy(args), **copy.deepcopy(kwargs))
        bound.apply_defaults()
        self.fun(*bound.args, **bound.kwargs)
        if isinstance(self.outputs, str):
            return bound.arguments[self.outputs]
        return tuple(bound.arguments[n] for n in self.outputs)


def with_outputs(fun: Any, outputs: Outputs | None) -> Any:
    """`fun`, or the kernel that it is with these outputs."""
    return fun if outputs is None else Kernel(fun, outputs)


def parameter_names(fun: Any) -> list[str]:
    return list(signature_of(plain_function(fun)).parameters)


class Derivative:
    """The gradient of a function: call it with the function's own arguments."""

    def __init__(self, fun: Callable[..., Any], kind: str, argnums: int | Sequence[int],
                 argnames: str | Sequence[str] | None, has_aux: bool, options: Options) -> None:  # fmt: skip
        self.fun, self.kind = fun, kind
        self.made_with = fun, kind, argnums, argnames, has_aux, options
        function = plain_function(fun)
        parameters = signature_of(function).parameters
        self.names = tuple(parameters)
        self.simple = all(p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in parameters.values())
        wrt, single = choose(function, self.names, argnums, argnames)
        self.step = Step(kind, wrt, single, has_aux)
        self.plan = Plan(function, (*steps_of(fun), self.step), outputs_of(fun), options=options)
        self.specialised = Specialised(lambda _: self.plan, self.names)
        functools.update_wrapper(self, function)
        self.__name__ = self.plan.name

    def values(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        """All arguments in the order of the parameters, defaults filled in."""
        bound = signature_of(self.plan.function).bind(*args, **kwargs)  # its defaults may be new ones
        bound.apply_defaults()
        return tuple(bound.arguments[n] for n in self.names)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        as_they_are = self.simple and not kwargs and len(args) == len(self.names)
        return self.specialised.call(args if as_they_are else self.values(args, kwargs))

    def __reduce__(self) -> tuple[Any, ...]:
        """It is made again where it is unpickled, in a pool of processes for one; `fun` is found by its name there."""
        return Derivative, self.made_with

    def source(self, *args: Any, **kwargs: Any) -> str:
        """The text of the module that a call with these arguments runs."""
        return self.specialised.entry(self.values(args, kwargs)).compiled.text

    def __repr__(self) -> str:
        return f"<{self.kind} of {self.plan.function.__qualname__} with respect to {', '.join(self.step.wrt)}>"


def choose(
    function: types.FunctionType,
    names: Sequence[str],
    argnums: int | Sequence[int],
    argnames: str | Sequence[str] | None,
) -> tuple[tuple[str, ...], bool]:
    """Names of the parameters to differentiate, and whether the result is one gradient, not a tuple."""
    if argnames is not None:
        chosen = (argnames,) if isinstance(argnames, str) else tuple(argnames)
        for name in chosen:
            if name not in names:
                raise ValueError(f"{function.__name__} has no parameter {name!r}; it has {', '.join(names)}")
        return chosen, isinstance(argnames, str)
    single = isinstance(argnums, (int, np.integer))
    numbers: tuple[int, ...] = (argnums,) if single else tuple(argnums)  # type: ignore[assignment, arg-type]
    for n in numbers:
        if not -len(names) <= n < len(names):
            raise ValueError(f"argnums={n}, but {function.__name__} has {len(names)} parameters: {', '.join(names)}")
    return tuple(names[n] for n in numbers), single


def grad(fun: Callable[..., Any], argnums: int | Sequence[int] = 0, argnames: str | Sequence[str] | None = None, *,
         has_aux: bool = False, outputs: Outputs | None = None, optimise: Optimise = "all",
         backend: str = "plain", threads: int = 1) -> Derivative:  # fmt: skip
    """The gradient of a function that returns one real number.

    Args:
      fun: a Python function over NumPy arrays, numbers, and tuples, lists or dicts of them.
      argnums: position, or positions, of the arguments to differentiate.
      argnames: their names instead.
      has_aux: fun returns (value, aux); the gradient function returns (gradient, aux).
      outputs: for a kernel that writes its result into its arguments: their names or positions. What they
        hold at the end is the result, one array for a name, a tuple for a sequence. The caller's arrays stay.
      optimise: "all" passes, False for none, their names ("simplify", "fold"), or "-fold" for all but that one.
        The derivative is the same to rounding; this is to find out which pass is to blame where it is not.
      backend: "plain", or "numpy": scalar loops whose turns do not depend on each other become array expressions, and
        runs of elementwise operations on large arrays are done block by block. Results agree with the plain module
        but for rounding.
      threads: with the numpy backend, how many threads share the blocks.

    Returns:
      A function of the same arguments. Each gradient has the container, shape and dtype of its argument;
      its units are those of the result per unit of the argument. A tuple where argnums is a sequence.

    Raises (at the first call, when the derivative is built):
      Refused: the program holds something that cannot be differentiated with certainty.
      TypeError: an argument to differentiate is not float, or the result is not one real number.
    """
    options = Options.of(optimise, backend, threads)
    return Derivative(with_outputs(fun, outputs), "grad", argnums, argnames, has_aux, options)


def value_and_grad(fun: Callable[..., Any], argnums: int | Sequence[int] = 0,
                   argnames: str | Sequence[str] | None = None, *, has_aux: bool = False,
                   outputs: Outputs | None = None, optimise: Optimise = "all",
                   backend: str = "plain", threads: int = 1) -> Derivative:  # fmt: skip
    """Like `grad`, and returns (value, gradient), or ((value, aux), gradient) with `has_aux`."""
    options = Options.of(optimise, backend, threads)
    return Derivative(with_outputs(fun, outputs), "value_and_grad", argnums, argnames, has_aux, options)


_shared: dict[tuple[Any, ...], Specialised] = {}


def _specialised(fun: Any, steps: tuple[Step, ...], names: Sequence[str], options: Options) -> Specialised:
    """Derivatives made by jvp, vjp and hvp are kept per function."""
    function = plain_function(fun)
    outputs = outputs_of(fun)
    key = (function, steps, outputs, options)
    if key not in _shared:
        if len(_shared) >= MOST_FUNCTIONS:  # of lambdas made in a loop, each is new
            _shared.clear()
        plan = Plan(function, steps, outputs, options=options)
        _shared[key] = Specialised(lambda _: plan, names)
    return _shared[key]


class _Bound:
    """The primals of a call as the values of parameters: those of `*args` are one tuple.

    Attributes:
      names, values: of all parameters, defaults filled in.
      places: the parameters that the primals are given to.
    """

    def __init__(self, fun: Any, primals: Sequence[Any]) -> None:
        signature = signature_of(plain_function(fun))
        bound = signature.bind(*primals)
        bound.apply_defaults()
        self.names, self.count = list(signature.parameters), len(primals)
        self.values = [bound.arguments[n] for n in self.names]
        kinds = [p.kind for p in signature.parameters.values()]
        starred = inspect.Parameter.VAR_POSITIONAL
        self.rest = kinds.index(starred) if starred in kinds and len(primals) > kinds.index(starred) else None
        self.places = list(range(len(primals) if self.rest is None else self.rest + 1))

    def together(self, tangents: Sequence[Any]) -> list[Any]:
        """A tangent for each parameter, None where it is not differentiated."""
        if len(tangents) != self.count:
            raise ValueError(f"{self.count} primals but {len(tangents)} tangents")
        if self.rest is None:
            return list(tangents)
        rest = tangents[self.rest :]
        if all(t is None for t in rest):
            return [*tangents[: self.rest], None]
        given = zip(self.values[self.rest], rest, strict=True)
        return [*tangents[: self.rest], tuple(zeros_like(x) if t is None else t for x, t in given)]  # type: ignore[no-untyped-call]

    def apart(self, found: dict[int, Any]) -> tuple[Any, ...]:
        """What was found for each parameter, by primal."""
        if self.rest is None:
            return tuple(found.get(i) for i in self.places)
        rest = found.get(self.rest)
        return (*(found.get(i) for i in self.places[:-1]), *(rest or (None,) * (self.count - self.rest)))


def jvp(fun: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any], *,
        outputs: Outputs | None = None, optimise: Optimise = "all",
        backend: str = "plain", threads: int = 1) -> tuple[Any, Any]:  # fmt: skip
    """The value and the directional derivative: (f(x), J(x) v), in one forward pass.

    Args:
      fun: any function that `grad` accepts; its result may be an array or a container.
      primals: the arguments.
      tangents: one for each primal, of the same container and shape; None: do not differentiate it.
      outputs, optimise, backend, threads: as for `grad`.

    Returns:
      (value, tangent of the value).
    """
    fun = with_outputs(fun, outputs)
    bound = _Bound(fun, primals)
    names, values, given = bound.names, bound.values, bound.together(tangents)
    moving = [i for i in bound.places if given[i] is not None]
    steps = (*steps_of(fun), Step("jvp", tuple(names[i] for i in moving)))
    dots = [fitting(names[i], values[i], given[i], "tangent") for i in moving]
    made = _specialised(fun, steps, names, Options.of(optimise, backend, threads))
    return made.call(values, *dots)  # type: ignore[no-any-return]


def vjp(fun: Callable[..., Any], *primals: Any, outputs: Outputs | None = None,
        optimise: Optimise = "all",
        backend: str = "plain", threads: int = 1) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:  # fmt: skip
    """The value and the pullback: (f(x), w -> (wᵀ J(x))); `outputs`, `optimise`, `backend` and `threads` as for `grad`.

    Returns:
      (value, pullback). `pullback(cotangent)` takes the container and shape of the value and gives one
      cotangent for each primal, None for those that hold no floats. It may be called any number of times.
    """
    fun = with_outputs(fun, outputs)
    bound = _Bound(fun, primals)
    names, values, places = bound.names, bound.values, bound.places
    for i in places:
        if is_static(values[i]) and holds(values[i], is_float):
            raise TypeError(f"argument {names[i]!r} is {_what(values[i])}, which holds floats and a function: pass the "
                            f"floats as an argument of their own, or leave it out: "
                            f"vjp(lambda x: {fun.__name__}(..., x), x)")  # fmt: skip
    typer = Typer()
    moving = [i for i in places if not is_static(values[i]) and is_differentiable(typer.type(values[i], names[i]))]
    if not moving:
        raise TypeError("vjp needs at least one float argument")
    steps = (*steps_of(fun), Step("vjp", tuple(names[i] for i in moving)))
    value, inner = _specialised(fun, steps, names, Options.of(optimise, backend, threads)).call(values)

    def pullback(cotangent: Any) -> tuple[Any, ...]:
        bars = inner(fitting("the result", value, cotangent, "cotangent"))
        return bound.apart(dict(zip(moving, bars, strict=True)))

    return value, pullback


def hvp(fun: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any], *,
        optimise: Optimise = "all", backend: str = "plain", threads: int = 1) -> tuple[Any, ...]:  # fmt: skip
    """Hessian times vector of a scalar function, forward over reverse; the options are as for `grad`.

    Returns:
      One product for each primal, None for those whose tangent is None.
    """
    bound = _Bound(fun, primals)
    names, values, given = bound.names, bound.values, bound.together(tangents)
    moving = [i for i in bound.places if given[i] is not None]
    if not moving:
        return bound.apart({})
    wrt = tuple(names[i] for i in moving)
    steps = (*steps_of(fun), Step("hvp", wrt))
    dots = [fitting(names[i], values[i], given[i], "tangent") for i in moving]
    products = _specialised(fun, steps, names, Options.of(optimise, backend, threads)).call(values, *dots)
    return bound.apart(dict(zip(moving, products, strict=True)))


def fitting(name: str, primal: Any, given: Any, what: str) -> Any:
    """A tangent or cotangent in the container, shape and dtype of its primal.

    Raises:
      ValueError: it has another shape or container.
    """
    if type(primal) in (tuple, list):
        if not isinstance(given, (tuple, list)) or len(given) != len(primal):
            raise ValueError(f"the {what} of {name} must be a {type(primal).__name__} of {len(primal)}")
        return type(primal)([fitting(name, p, g, what) for p, g in zip(primal, given, strict=True)])
    if isinstance(primal, dict):
        if not isinstance(given, dict) or given.keys() != primal.keys():
            raise ValueError(f"the {what} of {name} must be a dict with the keys {list(primal)}")
        return {k: fitting(name, primal[k], given[k], what) for k in primal}
    if is_structured(primal):
        parts, theirs = children(primal) or {}, children(given)
        if theirs is None or theirs.keys() != parts.keys():
            raise ValueError(f"the {what} of {name} must be a {type(primal).__name__}")
        return rebuilt(type(primal), {k: fitting(name, parts[k], theirs[k], what) for k in parts})
    if not isinstance(primal, (float, complex, np.ndarray, np.generic)) or isinstance(primal, (np.integer, np.bool_)):
        return given
    if np.shape(given) != np.shape(primal):
        raise ValueError(f"the {what} of {name} has shape {np.shape(given)}, its value {np.shape(primal)}")
    if isinstance(primal, (np.ndarray, np.generic)):
        cast = np.asarray(given).astype(primal.dtype, copy=False)
        return cast if np.ndim(primal) else cast[()]
    return type(primal)(given)


class Differentiable(Generic[F]):
    """A function with its derivatives as attributes; calling it calls the function."""

    stands_for = "fun"  # what the compiler follows where a function that is differentiated calls this

    def __init__(self, fun: F, argnums: int | Sequence[int] = 0, argnames: str | Sequence[str] | None = None,
                 optimise: Optimise = "all", backend: str = "plain", threads: int = 1) -> None:  # fmt: skip
        self.fun = fun
        self.argnums, self.argnames = argnums, argnames
        self.options: dict[str, Any] = {"optimise": optimise, "backend": backend, "threads": threads}
        functools.update_wrapper(self, fun)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.fun(*args, **kwargs)

    def __reduce__(self) -> str:
        """As functions are pickled: by name."""
        return str(self.__qualname__)  # type: ignore[attr-defined]

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        """A method is bound as a function is; its derivatives are of the function: `Model.loss.grad(model, x)`."""
        return self if instance is None else types.MethodType(self, instance)

    @functools.cached_property
    def grad(self) -> Derivative:
        """The gradient, as `tangent_ad.grad` makes it."""
        return grad(self, self.argnums, self.argnames, **self.options)

    @functools.cached_property
    def value_and_grad(self) -> Derivative:
        """(value, gradient), as `tangent_ad.value_and_grad` makes it."""
        return value_and_grad(self, self.argnums, self.argnames, **self.options)

    def jvp(self, primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
        return jvp(self.fun, primals, tangents, **self.options)

    def vjp(self, *primals: Any) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
        return vjp(self.fun, *primals, **self.options)

    def hvp(self, primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, ...]:
        return hvp(self.fun, primals, tangents, **self.options)

    def source(self, kind: str = "grad", args: Sequence[Any] | None = None) -> str:
        """The emitted module, as `tangent_ad.source` gives it."""
        return source(self.fun, kind, args, self.argnums, self.argnames, **self.options)


def differentiable(fun: Any = None, *, argnums: int | Sequence[int] = 0,
                   argnames: str | Sequence[str] | None = None, optimise: Optimise = "all",
                   backend: str = "plain", threads: int = 1) -> Any:  # fmt: skip
    """Decorator: `f` stays `f`, and gets `f.grad`, `f.value_and_grad`, `f.jvp`, `f.vjp`, `f.hvp`, `f.source`."""
    if fun is None:
        return lambda f: Differentiable(f, argnums, argnames, optimise, backend, threads)
    return Differentiable(fun, argnums, argnames, optimise, backend, threads)


AS_USUAL = Options()
KINDS = ("grad", "value_and_grad", "jvp", "vjp", "hvp")


def plan_of(
    fun: Any, kind: str, wrt: tuple[str, ...], single: bool, options: Options = AS_USUAL, has_aux: bool = False
) -> Plan:
    """The plan of a named kind of derivative.

    Raises:
      ValueError: an unknown kind.
    """
    if kind not in KINDS:
        raise ValueError(f"kind {kind!r}; choose one of {', '.join(KINDS)}")
    step = Step(kind, wrt, single and kind in ("grad", "value_and_grad", "hvp"), has_aux)
    return Plan(plain_function(fun), (*steps_of(fun), step), outputs_of(fun), options=options)


def source(
    fun: Callable[..., Any],
    kind: str = "grad",
    args: Sequence[Any] | None = None,
    argnums: int | Sequence[int] = 0,
    argnames: str | Sequence[str] | None = None,
    outputs: Outputs | None = None,
    optimise: Optimise = "all",
    backend: str = "plain",
    threads: int = 1,
) -> str:
    """The text of a derivative module.

    Args:
      fun: the function.
      kind: "grad", "value_and_grad", "jvp", "vjp" or "hvp".
      args: example arguments; the module is specialised on their types. Without them the module works for
        arguments of any rank, through a few helpers that it carries along.
      argnums, argnames, outputs, optimise, backend, threads: as for `grad`.
    """
    fun = with_outputs(fun, outputs)
    names = parameter_names(fun)
    options = Options.of(optimise, backend, threads)
    plan = plan_of(fun, kind, *choose(plain_function(fun), names, argnums, argnames), options)
    if args is not None:
        return Specialised(lambda _: plan, names).compiled(_Bound(fun, args).values).text
    typed: dict[str, Type | Const] = {n: Unknown() for n in names}
    return build(plan, typed, pattern_key(typed)).text


def compile(
    fun: Callable[..., Any],
    *example_args: Any,
    kind: str = "grad",
    argnums: int | Sequence[int] = 0,
    argnames: str | Sequence[str] | None = None,
    has_aux: bool = False,
    outputs: Outputs | None = None,
    optimise: Optimise = "all",
    backend: str = "plain",
    threads: int = 1,
    workspace: bool = False,
) -> Callable[..., Any]:
    """The emitted function itself: no dispatch, no checks, nothing between the caller and the derivative.

    It is right only for arguments like the examples: of the same types, dtypes and ranks, with the same functions
    in their fields, with equal sizes where theirs are equal, 0 or 1 where theirs is and not elsewhere, 2 or 3 only
    where theirs is not more, and in C order where theirs are. Sizes that differ from those of the examples in no
    other way are fine. Nothing of this is checked. What the function reads besides (globals, captured values) is taken
    as it is now, and arrays that it writes into must not share memory.

    Args:
      fun: the function.
      example_args: its arguments; defaults are filled in. Options among them (bools, strings, None, functions,
        dtypes, slices) are fixed: the result does not take them.
      kind: "grad", "value_and_grad", "jvp", "vjp" or "hvp".
      argnums, argnames, has_aux, outputs, optimise, backend, threads: as for `grad`.
      workspace: with the numpy backend, blocks keep their buffers and results between calls. A call then takes no
        new memory, and overwrites what the call before returned: copy what has to last. Such a function is not safe
        to call from several threads at a time.

    Returns:
      For "grad" and "value_and_grad", a function of the arguments, by position; those of `*rest` are one tuple, those
      of `**options` one dict, at the place that the parameter has. For "vjp", the same, which returns (value,
      pullback). For "jvp" and "hvp" it takes the tangents of the chosen arguments after them.

    Raises:
      Refused, TypeError: as the first call of `grad`.
    """
    fun = with_outputs(fun, outputs)
    names = parameter_names(fun)
    options = Options.of(optimise, backend, threads, workspace)
    plan = plan_of(fun, kind, *choose(plain_function(fun), names, argnums, argnames), options, has_aux)
    return Specialised(lambda _: plan, names).compiled(_Bound(fun, example_args).values).call
