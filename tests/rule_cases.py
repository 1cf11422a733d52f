"""From the rule table to test cases, and the check of one case against central differences.

A case is a function of several arguments that returns a tuple of parts, each one call of the operation, as
a user would write it. It goes through the compiler whole; one derivative covers all parts.
"""

from __future__ import annotations

import itertools
import linecache
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import finite_differences as fd
import numpy as np
from rule_samples import SAMPLES, Sample

from tangent_ad import (
    frontend,  # noqa: F401  it declares some of the rules
    grad,
    hvp,
    jvp,
    source,
    vjp,
)
from tangent_ad.emit.spelling import path_of
from tangent_ad.rules import RULES, Rule
from tangent_ad.rules.declare import BINARY, UNARY
from tangent_ad.runtime import helpers

_numbers = itertools.count()
SCALARS_ONLY = (max, min)
ROUNDING = ("np.float32(", "np.complex64(")  # differences of what is rounded tell little
ELSEWHERE = (list, tuple)  # conversions of containers: tests/programs/containers.py


@dataclass(frozen=True)
class Case:
    """Calls of one operation, with arguments.

    Attributes:
        rule: the rule under test.
        label: what the case is about, for the test id.
        names, args: parameters of the function, and their values.
        active: positions of the arguments that are differentiated.
        parts: the calls.
        second: whether second derivatives are checked, too.
    """

    rule: Rule
    label: str
    names: tuple[str, ...]
    args: tuple[Any, ...]
    active: tuple[int, ...]
    parts: tuple[str, ...]
    second: bool = False

    @property
    def id(self) -> str:
        return f"{self.rule.op.name}-{self.label}"


def compiled(body: str, names: tuple[str, ...]) -> Callable[..., Any]:
    """A function with source that tracebacks and the compiler can read."""
    text = f"def f({', '.join(names)}):\n{body}\n"
    file = f"<rule case {next(_numbers)}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    space = {"np": np, "math": math, "helpers": helpers, "__name__": "rule_cases"}
    exec(compile(text, file, "exec"), space)
    return space["f"]


def function_of(case: Case) -> Callable[..., Any]:
    """Returns all parts as a tuple."""
    lines = "".join(f"        {part},\n" for part in case.parts)
    return compiled(f"    return (\n{lines}    )", case.names)


def exact_function_of(case: Case) -> Callable[..., Any]:
    """The same in double precision, casts included: what is differenced."""
    exact = (
        p.replace("np.float32(", "np.float64(").replace("np.complex64(", "np.complex128(") for p in case.parts
    )
    return function_of(replace(case, parts=tuple(exact)))


def loss_of(case: Case) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """A scalar function that bends every part, and the arguments it takes: weights beside the case's own."""
    rng = np.random.default_rng(11)
    outs = function_of(case)(*case.args)
    weights = [np.asarray(rng.uniform(0.5, 1.5, size=np.shape(o)), np.asarray(o).dtype) for o in outs]
    terms = [f"np.sum(w{i} * ({part}) ** 2)" for i, part in enumerate(case.parts)]
    names = (*case.names, *(f"w{i}" for i in range(len(terms))))
    return compiled("    return (\n        " + "\n        + ".join(terms) + "\n    )", names), (
        *case.args,
        *weights,
    )


def busy_function_of(case: Case) -> Callable[..., Any]:
    """Its arguments are new arrays, read before and written after; results are added to arguments of their shape.

    So cotangents share memory, and what an adjoint reads is written while it is still to be read.
    """
    arrays = [
        case.names[i] for i in case.active if isinstance(case.args[i], np.ndarray) and case.args[i].ndim
    ]
    sizes = {n: np.shape(a) for n, a in zip(case.names, case.args, strict=True)}
    lines = [f"{n} = {n} * 1" for n in arrays]
    before = [f"np.sum({n} ** 2)" for n in arrays]
    results = []
    for i, (part, out) in enumerate(zip(case.parts, function_of(case)(*case.args), strict=True)):
        beside = [n for n in arrays if isinstance(out, np.ndarray) and out.ndim and sizes[n] == out.shape]
        lines.append(f"r{i} = {part}" + "".join(f" * 1 + {n}" for n in beside[:1]))
        results.append(f"r{i} ** 2" if isinstance(out, np.ndarray) else f"r{i}")
    lines += [f"{n} *= 0.5" for n in arrays]
    lines.insert(len(arrays), f"before = ({', '.join(before)})")
    lines.append(f"return before, ({', '.join(results)},), ({', '.join(f'{n} * 2' for n in arrays)})")
    return compiled("".join(f"    {line}\n" for line in lines), case.names)


# ---------------------------------------------------------------- checks


def active_of(case: Case) -> tuple[Any, ...]:
    return tuple(case.args[i] for i in case.active)


def tangents_for(case: Case, args: tuple[Any, ...], direction: np.ndarray) -> tuple[Any, ...]:
    parts = dict(zip(case.active, fd.unflatten(active_of(case), direction), strict=True))
    return tuple(parts.get(i) for i in range(len(args)))


def random_direction(case: Case) -> np.ndarray:
    return np.random.default_rng(5).normal(size=fd.flatten(active_of(case)).size)


def scale(*vectors: np.ndarray) -> float:
    return max(float(np.max(np.abs(v), initial=0.0)) for v in vectors)


def check_forward(case: Case, fun: Callable[..., Any] | None = None) -> None:
    """J v is the central difference along v, in the shapes and dtypes of the result."""
    fun = fun or function_of(case)
    direction = random_direction(case)
    out, tangent = jvp(fun, case.args, tangents_for(case, case.args, direction))
    expected = fun(*case.args)
    np.testing.assert_allclose(fd.flatten(out), fd.flatten(expected), rtol=1e-6)
    for part, o, t, e in zip(case.parts, out, tangent, expected, strict=True):
        assert fd.signature(o) == fd.signature(e), (
            f"{part}: the value is {fd.signature(o)}, not {fd.signature(e)}"
        )
        assert fd.signature(t) == fd.signature(e), (
            f"{part}: the tangent is {fd.signature(t)}, not {fd.signature(e)}"
        )
    moved = fd.unflatten(
        expected, fd.directional(exact_function_of(case), case.args, case.active, direction), np.float64
    )
    for part, t, m, e in zip(case.parts, tangent, moved, expected, strict=True):
        fd.assert_close(
            t, m, fd.precision(case.args), scale(fd.flatten(e), fd.flatten(m)), f"forward, {part}"
        )


def check_reverse(case: Case, fun: Callable[..., Any] | None = None) -> None:
    """⟨w, J v⟩ = ⟨Jᵀ w, v⟩, the left side by central differences; cotangents look like the arguments."""
    fun = fun or function_of(case)
    direction = random_direction(case)
    out, pullback = vjp(fun, *case.args)
    weights = fd.random_like(out, np.random.default_rng(6))
    expected = fd.unflatten(
        out, fd.directional(exact_function_of(case), case.args, case.active, direction), np.float64
    )
    nothing = fd.unflatten(weights, np.zeros(fd.flatten(weights).size))
    for chosen in (range(len(out)), *((i,) for i in range(len(out)))):
        w = tuple(weights[i] if i in chosen else nothing[i] for i in range(len(out)))
        pulled = tuple(pullback(w)[i] for i in case.active)
        for name, bar, arg in zip(case.names, pulled, active_of(case), strict=False):
            assert fd.signature(bar) == fd.signature(arg), (
                f"{name}: {fd.signature(bar)}, not {fd.signature(arg)}"
            )
        terms, back = fd.flatten(w) * fd.flatten(expected), fd.flatten(pulled) * direction
        size = float(np.sum(np.abs(terms)) + np.sum(np.abs(back)))
        what = "reverse" if len(chosen) > 1 else f"reverse, {case.parts[chosen[0]]}"
        fd.assert_close([np.sum(back)], [np.sum(terms)], fd.precision(case.args), size, what)


def check_second(case: Case, ways: tuple[str, ...] = ("hvp", "vjp of grad")) -> None:
    """Forward over reverse and reverse over reverse are the central difference of the gradient."""
    loss, args = loss_of(case)
    gradient = grad(loss, case.active)
    direction = random_direction(case)
    expected = fd.directional(gradient, args, case.active, direction)
    size = scale(expected, fd.flatten(gradient(*args)))
    tangents = tangents_for(case, args, direction)
    if "hvp" in ways:
        product = hvp(loss, args, tangents)
        fd.assert_close(product, expected, fd.precision(case.args), size, "hvp")
    if "vjp of grad" in ways:
        _, pullback = vjp(gradient, *args)
        pulled = pullback(tuple(tangents[i] for i in case.active))
        fd.assert_close(
            tuple(pulled[i] for i in case.active), expected, fd.precision(case.args), size, "vjp of grad"
        )


def check_busy(case: Case, **options: Any) -> None:
    """⟨w, J v⟩ = ⟨Jᵀ w, v⟩ where the arguments and the results are not the operation's own."""
    fun = busy_function_of(case)
    direction = random_direction(case)
    out, pullback = vjp(fun, *case.args, **options)
    weights = fd.random_like(out, np.random.default_rng(6))
    expected = fd.directional(fun, case.args, case.active, direction)
    pulled = pullback(weights)
    terms = fd.flatten(weights) * expected
    back = fd.flatten(tuple(pulled[i] for i in case.active)) * direction
    size = float(np.sum(np.abs(terms)) + np.sum(np.abs(back)))
    fd.assert_close([np.sum(back)], [np.sum(terms)], fd.precision(case.args), size, "reverse, beside other uses")


def check_untyped(case: Case, fun: Callable[..., Any]) -> None:
    """J v and ⟨Jᵀ w, v⟩ of modules that were built knowing nothing of the arguments."""
    direction = random_direction(case)
    expected = fd.directional(exact_function_of(case), case.args, case.active, direction)
    tangents = [t for t in tangents_for(case, case.args, direction) if t is not None]
    size = scale(expected, fd.flatten(fun(*case.args)))
    out, tangent = standalone(fun, "jvp", case.active)(*case.args, *tangents)
    fd.assert_close(tangent, expected, fd.precision(case.args), size, "forward without types")
    out, pullback = standalone(fun, "vjp", case.active)(*case.args)
    weights = fd.random_like(out, np.random.default_rng(6))
    back = fd.flatten(pullback(weights)) * direction
    terms = fd.flatten(weights) * expected
    size = float(np.sum(np.abs(terms)) + np.sum(np.abs(back)))
    fd.assert_close([np.sum(back)], [np.sum(terms)], fd.precision(case.args), size, "reverse without types")


def standalone(fun: Callable[..., Any], kind: str, argnums: tuple[int, ...]) -> Callable[..., Any]:
    """The function that a printed module defines."""
    space: dict[str, Any] = {}
    exec(source(fun, kind, argnums=argnums), space)
    return space[f"f_{kind}"]


# ---------------------------------------------------------------- cases from the rule's kind


UNARY_SHAPES: tuple[Any, ...] = (
    "float", "np.float64", (), (3,), (2, 3), (1,), (3, 1), (0,), (2, 0), "transposed", "strided",
)  # fmt: skip
PAIRS: tuple[tuple[Any, Any], ...] = (
    ("float", (3,)), ((2, 3), "float"), ("float", "float"), ((), (3,)), ((), ()), ((3,), (3,)),
    ((1, 4), (3, 1)), ((3, 1), (3, 4)), ((3,), (2, 3)), ((2, 3), (3,)), ((1,), (4,)), ((1,), (1, 1)),
    ((2, 1, 3), (4, 1)), ((0,), (1,)), ((2, 0), (2, 1)), ("transposed", "strided"), ("np.float64", "float"),
)  # fmt: skip
SCALAR_PAIRS = (("float", "float"), ("np.float64", "float")) * 4


def value(shape: Any, domain: tuple[float, float], rng: np.random.Generator, dtype: Any = np.float64) -> Any:
    """Random numbers of a domain in a shape, or in a layout that has a name."""
    low, high = domain
    if shape == "float":
        return float(rng.uniform(low, high))
    if shape == "np.float64":
        return np.dtype(dtype).type(rng.uniform(low, high))
    if shape == "transposed":
        return rng.uniform(low, high, size=(3, 2)).astype(dtype).T
    if shape == "strided":
        return rng.uniform(low, high, size=(2, 6)).astype(dtype)[:, ::2]
    return np.array(rng.uniform(low, high, size=shape), dtype)


def spelling(rule: Rule, args: tuple[str, ...]) -> str:
    """A call of the operation in a program."""
    call = rule.op.call
    if call in UNARY:
        return f"{UNARY[call]}{args[0]}"
    if call in BINARY:
        return f"{args[0]} {BINARY[call]} {args[1]}"
    path = path_of(call)
    if path is None and call in vars(helpers).values():
        path = f"helpers.{call.__name__}"
    assert path is not None, f"{rule.op.name} has no name to call it by"
    return f"{path}({', '.join(args)})"


def batch(rule: Rule, label: str, rows: list[tuple[Any, ...]], second: bool = False) -> Case:
    """One part a row of arguments; ints stay passive."""
    names, args, active, parts = [], [], [], []
    for number, row in enumerate(rows):
        own = tuple(f"{'xyz'[i % 3]}{number}{'' if i < 3 else i}" for i in range(len(row)))
        for name, arg in zip(own, row, strict=True):
            if np.asarray(arg).dtype.kind == "f":
                active.append(len(args))
            names.append(name)
            args.append(arg)
        parts.append(spelling(rule, own))
    return Case(rule, label, tuple(names), tuple(args), tuple(active), tuple(parts), second)


def elementwise_cases(rule: Rule) -> Iterator[Case]:
    rng = np.random.default_rng(len(rule.op.name) + 70)
    scalars = rule.op.name.startswith("math.") or rule.op.call in SCALARS_ONLY
    required = [p for p in rule.params if p not in rule.defaults]

    def draw(shapes: tuple[Any, ...], dtype: Any = np.float64) -> tuple[Any, ...]:
        return tuple(value(s, rule.domain, rng, dtype) for s in shapes)

    arities = {len(required), len(rule.params)} if not rule.variadic else {1, 2, 3}
    for arity in sorted(arities):
        if arity == 1:
            shapes = [(s,) for s in (UNARY_SHAPES[:2] if scalars else UNARY_SHAPES)]
        else:
            pairs = SCALAR_PAIRS if scalars else PAIRS
            shapes = [
                (*p, *("float",) * (arity - 2)) if i % 2 else (*p, *p[:1] * (arity - 2))
                for i, p in enumerate(pairs)
            ]
        tag = f"{arity}_" if len(arities) > 1 else ""
        yield batch(rule, f"{tag}shapes", [draw(s) for s in shapes])
        few = (
            [(s,) for s in ("float", (2, 3))]
            if arity == 1
            else [s for s in shapes if s[:2] in (PAIRS[2], PAIRS[6], PAIRS[0])]
        )
        yield batch(rule, f"{tag}second", [draw(s) for s in (few[:1] if scalars else few)], second=True)
        if scalars:
            continue
        vectors = [(3,), "np.float64"]
        yield batch(rule, f"{tag}float32", [draw((s,) * arity, np.float32) for s in vectors])
        if arity == 2:
            ints = rng.integers(1, 4, size=3)
            (x,), (y,) = draw(((3,),)), draw(("float",))
            rows: list[tuple[Any, ...]] = [(x, ints), (x, 2), (y, ints), (ints, x), (3, y)]
            yield batch(rule, "integers", rows)


def sample_arguments(sample: Sample, dtype: Any = None) -> tuple[Any, ...]:
    rng = np.random.default_rng(23)

    def make(spec: Any) -> Any:
        if isinstance(spec, np.ndarray):
            return spec if dtype is None else spec.astype(dtype)
        if isinstance(spec, float):
            return spec
        if spec == "float":
            return float(rng.normal())
        return np.array(rng.normal(size=spec), dtype or np.float64)

    return tuple(make(s) for s in sample.arguments.values())


def sample_cases(rule: Rule, samples: list[Sample]) -> Iterator[Case]:
    for i, sample in enumerate(samples):
        names, text = tuple(sample.arguments), " ".join(sample.calls)
        active = tuple(names.index(n) for n in sample.active)
        args = sample_arguments(sample)
        small = sum(np.size(a) for a in args) <= 40 and not any(word in text for word in ROUNDING)
        second = small and min(np.size(a) for a in args) > 0
        yield Case(rule, f"{i}", names, args, active, sample.calls, second)
        if any(isinstance(a, np.ndarray) and a.ndim for a in args):
            yield Case(rule, f"{i}_strided", names, tuple(map(strided, args)), active, sample.calls)
        precise = any(word in text for word in ("float64", "(float", "=float", "1j"))
        if i == 0 and all(isinstance(a, np.ndarray) for a in args) and not precise:
            single = sample_arguments(sample, np.float32)
            yield Case(rule, "float32", names, single, active, sample.calls)


def strided(x: Any) -> Any:
    """The same numbers, with gaps between them in memory."""
    if not isinstance(x, np.ndarray) or not x.ndim:
        return x
    wide = np.zeros((*x.shape[:-1], 2 * x.shape[-1]), x.dtype)
    wide[..., ::2] = x
    return wide[..., ::2]


def differentiable_rules() -> list[Rule]:
    """Every rule that carries a derivative."""
    return [r for r in RULES.values() if r.wrt and r.op.call not in ELSEWHERE]


def cases(rule: Rule) -> list[Case]:
    """All cases of a rule; none where nobody said on which arguments it can be tested."""
    by_kind = list(elementwise_cases(rule)) if rule.kind == "elementwise" else []
    return by_kind + list(sample_cases(rule, SAMPLES.get(rule.op.call, [])))
