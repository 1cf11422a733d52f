"""What the derivatives of a program must satisfy, and what came of one program.

Reverse mode, forward mode and central differences must agree, values must be those of the plain function,
nobody's arrays may change, a pullback may run twice. Programs that are not smooth at their inputs, by the word of
the differences, are checked for values and crashes only.
"""

from __future__ import annotations

import contextlib
import re
import sys
import traceback
import warnings
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import finite_differences as fd
import numpy as np

import tangent_ad
from tangent_ad import Refused, grad, hvp, jvp, vjp

from .limits import TooLong, time_limit
from .programs import Loaded, loaded

LARGEST = 1e3  # beyond, differences are no judge
LARGEST_ON_THE_WAY = 1e9
SECONDS = 10
WAYS = ("hvp", "jvp of grad", "vjp of grad")
STEPS = (1e-3, 1e-5, 1e-6)  # asked again before a derivative is called wrong

OK, REFUSED, SKIPPED, WRONG, CRASH = "ok", "refused", "skipped", "wrong value", "crash"


@dataclass(frozen=True)
class Outcome:
    """What came of a program.

    Attributes:
        status: one of the five above.
        what: the reason, the discrepancy or the exception, in one line.
        key: equal for outcomes that have one cause, as far as can be told.
        detail: a traceback.
    """

    status: str
    what: str = ""
    key: str = ""
    detail: str = ""

    @property
    def failed(self) -> bool:
        return self.status in (WRONG, CRASH)


class Skip(Exception):
    """The program itself is no good as a test."""


class Discrepancy(Exception):
    """A check failed: which one, and the numbers."""

    def __init__(self, check: str, numbers: str = "") -> None:
        self.check = check
        super().__init__(f"{check}: {numbers}" if numbers else check)


def check(text: str, way: str = "", further: Callable[[Plain, str], None] | None = None) -> Outcome:
    """Runs a program and all its derivatives.

    Args:
        text: the program.
        way: one of WAYS, to look at second derivatives too.
        further: one more check, of a program and a way.
    """
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            with loaded(text) as program:
                return _check(program, way, further)
        except Exception as error:  # only the program's own: those of derivatives are caught where they run
            return Outcome(SKIPPED, f"does not run: {type(error).__name__}", f"skipped {type(error).__name__}")


def _check(program: Loaded, way: str, further: Callable[[Plain, str], None] | None) -> Outcome:
    try:
        with time_limit(SECONDS):
            plain = Plain(program)
    except Skip as reason:
        return Outcome(SKIPPED, str(reason))
    except TooLong:
        return Outcome(SKIPPED, "takes too long")
    refused = None
    checks: list[tuple[Callable[[Plain], None], int]] = [(forward, SECONDS), (reverse, SECONDS)]
    if way and plain.is_scalar and plain.slope is not None:
        checks.append((lambda plain: second_order(plain, way), SECONDS))
    if further is not None:  # it derives the program in three ways
        checks.append((lambda plain: further(plain, way), 3 * SECONDS))
    for one, seconds in checks:
        try:
            with time_limit(seconds):
                one(plain)
        except Discrepancy as found:
            return Outcome(WRONG, str(found), f"wrong {found.check}")
        except Refused as refusal:
            problem = misplaced(refusal, program)
            if problem:
                return Outcome(CRASH, f"{problem}: {refusal}", f"crash {problem} {generic(refusal.reason)}")
            refused = refused or Outcome(REFUSED, generic(refusal.reason), str(refusal))
        except Skip:
            pass  # its second derivative does not exist
        except (Exception, TooLong) as error:
            return crash(error)
    if refused:
        return refused
    return Outcome(OK) if plain.slope is not None else Outcome(SKIPPED, "not smooth, values right")


# -- the program alone ----------------------------------------------------------------------------------


class Plain:
    """The plain function at its inputs: its value, and its slope along a direction, None where not smooth."""

    def __init__(self, program: Loaded) -> None:
        self.program = program
        self.rng = np.random.default_rng(zlib.crc32(program.text.encode()))
        self.args = program.inputs()
        found = []
        for poison in (np.nan, 0.37, 2.7, -2e5):  # nan is on neither side of a test
            with poisoned_memory(poison):
                found.append(self.run(*program.inputs()))
            if not np.all(np.isfinite(fd.flatten(found[0]))):
                raise Skip("not finite, or reads what was never written")
        try:
            with np.errstate(over="raise", divide="raise", invalid="raise"):
                self.run(*program.inputs())
        except FloatingPointError as error:
            raise Skip("on its way it leaves the range of floats") from error
        with watched(program.file) as seen, poisoned_memory(0.37):
            self.run(*program.inputs())
        self.value = self.run(*program.inputs())
        if seen.largest > LARGEST_ON_THE_WAY:
            raise Skip("large on its way, so that digits may be lost")
        if not all(same(self.value, other) for other in found):
            raise Skip("decides by what was never written")
        flat = fd.flatten(self.value)
        if not flat.size:
            raise Skip("no float in the result")
        if not np.all(np.isfinite(flat)) or np.max(np.abs(flat)) > LARGEST:
            raise Skip("large")
        if not same(self.value, self.run(*program.inputs())):
            raise Skip("not deterministic")
        self.active = tuple(i for i, a in enumerate(self.args) if fd.leaves(a))
        self.size = fd.flatten(self.active_args).size
        self.direction = self.rng.normal(size=self.size)
        self.slope = slope(self.run, self.args, self.active, self.direction)
        self.is_scalar = isinstance(self.value, (float, np.floating))

    def run(self, *args: Any) -> Any:
        try:
            return self.program.f(*args)
        finally:
            self.program.reset()

    def blur(self) -> float:
        """How far the value moves with the last bits of the inputs: a sine of 1e8 has half of its digits."""
        found = 0.0
        for sign in (1.0, -1.0):
            moved = fd.flatten(self.run(*self.inputs_at(self.next_to(sign))))
            if moved.shape == (flat := fd.flatten(self.value)).shape:
                found = max(found, 10.0 * _distance(moved, flat))
        return found

    def next_to(self, sign: float) -> np.ndarray:
        """The numbers of the inputs, with other last bits."""
        return fd.flatten(self.active_args) * (1.0 + sign * np.sign(self.direction) * 4.0 * np.finfo(float).eps)

    def inputs_at(self, numbers: np.ndarray) -> list[Any]:
        """The inputs, with these numbers in them."""
        inputs = list(self.program.inputs())
        for i, value in zip(self.active, fd.unflatten(self.active_args, numbers), strict=True):
            inputs[i] = value
        return inputs

    @property
    def active_args(self) -> tuple[Any, ...]:
        return tuple(self.args[i] for i in self.active)

    def tangents(self) -> tuple[Any, ...]:
        parts = dict(zip(self.active, fd.unflatten(self.active_args, self.direction), strict=True))
        return tuple(parts.get(i) for i in range(len(self.args)))

    def along(self, pulled: tuple[Any, ...]) -> float:
        return float(fd.flatten(tuple(pulled[i] for i in self.active)) @ self.direction)


def slope(fun: Callable[..., Any], args: tuple[Any, ...], active: tuple[int, ...], direction: np.ndarray) -> Any:
    try:
        found = fd.directional(fun, args, active, direction)
    except (AssertionError, ValueError, IndexError):  # another path close by, with a result of another size
        return None
    return found if np.all(np.isfinite(found)) and np.max(np.abs(found), initial=0.0) < LARGEST else None


# -- its derivatives ------------------------------------------------------------------------------------


def forward(plain: Plain) -> None:
    args, tangents = plain.program.inputs(), plain.tangents()
    value, tangent = jvp(plain.program.f, args, tangents)

    def again(inputs: list[Any]) -> np.ndarray:
        return fd.flatten(without_ints(jvp(plain.program.f, inputs, tangents)[1], plain.value))

    expect_value(value, plain, "value of jvp")
    expect_same(args, plain.program.inputs(), "jvp changed its arguments")
    expect_same(tangents, plain.tangents(), "jvp changed its tangents")
    tangent, like = (without_ints(t, plain.value) for t in (tangent, plain.value))
    if fd.signature(tangent) != fd.signature(like):
        raise Discrepancy("structure of the tangent", f"{fd.signature(tangent)} for {fd.signature(plain.value)}")
    if plain.slope is not None:
        expect_close(fd.flatten(tangent), plain.slope, plain.run, plain, "jvp", again)


def without_ints(tangent: Any, value: Any) -> Any:
    """A tangent, with None for what has no floats: there it may be None, or 0.0 where another path has floats."""
    if not fd.leaves(value) and not np.any(fd.flatten(tangent)):
        return None
    if isinstance(value, (tuple, list)) and type(tangent) is type(value) and len(tangent) == len(value):
        return [without_ints(t, v) for t, v in zip(tangent, value, strict=True)]
    if fd.is_instance(value) and type(tangent) is type(value):
        return without_ints(vars(tangent), vars(value))
    if isinstance(value, dict) and isinstance(tangent, dict):
        return {k: without_ints(t, value.get(k)) for k, t in tangent.items()}
    return tangent


def reverse(plain: Plain) -> None:
    args = plain.program.inputs()
    value, pullback = vjp(plain.program.f, *args)
    expect_value(value, plain, "value of vjp")
    cotangent, other = (fd.random_like(plain.value, plain.rng) for _ in range(2))
    kept = fd.flatten(cotangent).copy()
    pulled = pullback(cotangent)
    once = [fd.flatten(p).copy() for p in pulled]
    expect_value(value, plain, "value of vjp after the pullback")
    expect_same(args, plain.program.inputs(), "vjp changed its arguments")
    expect_same(fd.flatten(cotangent), kept, "the pullback changed its cotangent")
    for i in plain.active:
        if fd.signature(pulled[i]) != fd.signature(plain.args[i]):
            raise Discrepancy("structure of the gradient", f"{fd.signature(pulled[i])} for argument {i}")
    pullback(other)
    expect_same([fd.flatten(p) for p in pullback(cotangent)], once, "a second call of the pullback differs")
    expect_same([fd.flatten(p) for p in pulled], once, "a later call changed an earlier result")
    if plain.slope is not None:
        weights = fd.flatten(cotangent)

        def again(inputs: list[Any]) -> np.ndarray:
            return np.array([plain.along(vjp(plain.program.f, *inputs)[1](cotangent))])

        expect_close(
            np.array([plain.along(pulled)]), np.array([weights @ plain.slope]), plain.run, plain, "vjp", again, weights
        )


def second_order(plain: Plain, way: str) -> None:
    f, tangents, argnums = plain.program.f, plain.tangents(), plain.active
    args = plain.program.inputs()
    if way == "hvp":
        products = hvp(f, args, tangents)
        got = fd.flatten(tuple(products[i] for i in plain.active))
    elif way == "jvp of grad":
        got = fd.flatten(jvp(grad(f, argnums), args, tangents)[1])
    else:
        pulled = vjp(grad(f, argnums), *args)[1](tuple(tangents[i] for i in plain.active))
        got = fd.flatten(tuple(pulled[i] for i in plain.active))
    expect_same(args, plain.program.inputs(), f"{way} changed its arguments")
    expect_same(tangents, plain.tangents(), f"{way} changed its tangents")

    def gradient(*args: Any) -> Any:
        pulled = vjp(f, *args)[1](1.0)
        return tuple(pulled[i] for i in plain.active)

    expected = slope(gradient, plain.args, plain.active, plain.direction)
    if expected is None:
        raise Skip("the gradient is not smooth")
    expect_close(got, expected, gradient, plain, way, None)


# -- comparisons ----------------------------------------------------------------------------------------


def same(one: Any, two: Any) -> bool:
    """Equal to the last bit, and of one structure."""
    if isinstance(one, (list, tuple)):
        return type(one) is type(two) and len(one) == len(two) and all(map(same, one, two))
    if isinstance(one, dict):
        return isinstance(two, dict) and list(one) == list(two) and all(same(one[k], two[k]) for k in one)
    if fd.is_instance(one):
        return type(one) is type(two) and same(vars(one), vars(two))
    return np.shape(one) == np.shape(two) and bool(np.array_equal(one, two, equal_nan=isinstance(one, np.ndarray)))


def expect_same(got: Any, expected: Any, check: str) -> None:
    if not same(got, expected):
        raise Discrepancy(check, f"{got} instead of {expected}")


def expect_value(got: Any, plain: Plain, check: str) -> None:
    if fd.signature(got) != fd.signature(plain.value):
        raise Discrepancy(f"structure of the {check}", f"{fd.signature(got)} for {fd.signature(plain.value)}")
    one, two = fd.flatten(got), fd.flatten(plain.value)
    least = 1e-9 * max(1.0, float(np.max(np.abs(two))))
    if not np.allclose(one, two, rtol=1e-9, atol=least) and not _distance(one, two) <= plain.blur():
        raise Discrepancy(check, f"{one} instead of {two}")


def expect_close(
    got: np.ndarray, expected: np.ndarray, fun: Callable[..., Any], plain: Plain, check: str,
    again: Callable[[list[Any]], np.ndarray] | None, weights: np.ndarray | None = None,
) -> None:  # fmt: skip
    """Compares with differences; where they seem wrong, with those of other steps before saying so.

    `again`: the derivative at other inputs.
    """
    if got.shape != expected.shape:
        raise Discrepancy(check, f"{got.size} numbers instead of {expected.size}")
    size = max(1.0, float(np.max(np.abs(fd.flatten(plain.value)))), float(np.max(np.abs(expected))))
    scale = size if weights is None else size * max(1.0, float(np.sum(np.abs(weights))))
    if _distance(got, expected) <= 1e-6 * scale:
        return
    base = fd.flatten(plain.active_args)

    def moved(step: float) -> np.ndarray:
        found = fd.flatten(fun(*plain.inputs_at(base + step * plain.direction)))
        return found if weights is None else np.array([weights @ found])

    for step in STEPS:
        other = (moved(step) - moved(-step)) / (2.0 * step)
        if _distance(other, expected) > 1e-3 * scale:
            return  # the differences do not agree with each other
        if _distance(got, other) <= 1e-6 * scale:
            return
    if _distance(got, expected) > 1e-5 * scale:
        if is_kink(moved, size):
            raise Skip("the slopes of the two sides differ")
        if again is not None and is_noise(_distance(got, expected), got, again, plain):
            raise Skip("the slope is another one at the next number")
        raise Discrepancy(check, f"{got}, but central differences give {expected}")


def is_kink(moved: Callable[[float], np.ndarray], scale: float) -> bool:
    """Whether the slopes of the two sides stay apart: at a maximum of equals any in between is right, and the
    central differences of many of them are one that depends on the direction."""
    here = moved(0.0)
    far, near = (_distance((moved(h) - here) / h, (here - moved(-h)) / h) for h in (1e-4, 1e-6))
    return near > 1e-3 * scale and near > 0.5 * far


def is_noise(gap: float, got: np.ndarray, again: Callable[[list[Any]], np.ndarray], plain: Plain) -> bool:
    """Whether a derivative, the same each time, is as far from itself where the inputs' last bits are others.

    A sine of what has been squared over and over: its slope is beyond all digits, and no step sees it. Or large slopes
    that cancel each other: what is left is their rounding.
    """
    if not same(again(list(plain.program.inputs())), got):
        return False
    near = [again(plain.inputs_at(plain.next_to(sign))) for sign in (1.0, -1.0, 2.0)]
    return any(n.shape == got.shape and gap <= 100.0 * _distance(n, got) for n in near)


def _distance(one: np.ndarray, two: np.ndarray) -> float:
    gap = np.abs(one - two)
    return float(np.max(gap, initial=0.0)) if np.all(np.isfinite(gap)) else float("inf")


# -- exceptions -----------------------------------------------------------------------------------------


def misplaced(refusal: Refused, program: Loaded) -> str:
    """What is missing in a refusal, which must name a line of the program, the reason and a remedy."""
    if refusal.file != program.file or not 1 <= refusal.line <= program.text.count("\n"):
        return "a refusal without a place"
    return "" if refusal.reason and refusal.remedy else "a refusal without reason or remedy"


def crash(error: BaseException) -> Outcome:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if "tangent_ad" in f.filename or "tangent-ad" in f.filename]
    last = ours[-1] if ours else frames[-1]
    package = str(tangent_ad.__path__[0])
    if last.filename.startswith(package):
        place = f"{last.filename[len(package) + 1 :]}:{last.name}"
    else:
        place = f"generated code: {last.line}"
    message = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
    if isinstance(error, TooLong):  # the place is where it happened to be
        return Outcome(CRASH, message, "crash TooLong", "".join(traceback.format_exception(error)))
    key = f"crash {generic(message)} in {place if last.filename.startswith(package) else 'generated code'}"
    return Outcome(CRASH, f"{message} in {place}", key, "".join(traceback.format_exception(error)))


def generic(message: str) -> str:
    """A message without the names and numbers of one program."""
    message = re.sub(r"'[^']*'|`[^`]*`", "'...'", message)
    message = re.sub(r", in \w+( at \S+)?:|%[\w.]+", "", message)
    return re.sub(r"\b[a-z_]\w*\d+\b|\d+", "N", message)


@contextlib.contextmanager
def poisoned_memory(poison: float) -> Iterator[None]:
    """np.empty gives arrays of this number, so that a program that reads them before it writes them is found out."""
    empty, empty_like = np.empty, np.empty_like
    np.empty = lambda shape: np.full(shape, poison)  # type: ignore[misc, assignment]
    np.empty_like = lambda like: np.full_like(like, poison)  # type: ignore[misc, assignment]
    try:
        yield
    finally:
        np.empty, np.empty_like = empty, empty_like  # type: ignore[misc]


@dataclass
class Seen:
    """The largest number that a variable of the program has held."""

    largest: float = 0.0


@contextlib.contextmanager
def watched(file: str) -> Iterator[Seen]:
    """Looks at the variables of a program's functions, line by line, while it runs."""
    seen = Seen()

    def look(frame: Any, event: str, _: Any) -> Any:
        if frame.f_code.co_filename != file:
            return None
        for value in frame.f_locals.values():
            found = np.abs(fd.flatten(value))
            seen.largest = max(seen.largest, float(np.max(found, initial=0.0, where=np.isfinite(found))))
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        yield seen
    finally:
        sys.settrace(before)
