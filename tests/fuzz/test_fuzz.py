"""A short fixed hunt: the same programs every time, by number and from the Hypothesis strategy."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from . import backends
from .body import FEATURES
from .hunt import describe, hunt, way_of
from .oracle import CRASH, OK, REFUSED, WAYS, WRONG, Discrepancy, Plain, check
from .passes import bisect, compare
from .programs import ALL, TABLES, loaded, numbered, programs
from .reduce import reduce

WRITES = {"writes", "changes", "objects", "nonlocal", "walrus", "star", "out", "empty"}
PURE = frozenset(FEATURES) - WRITES
SEED = 977


CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.py"))


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_corpus(path):
    """Programs on which a hunt found something, made small."""
    for way in ("", *WAYS):
        outcome = check(path.read_text(), way)
        assert outcome.status in (OK, REFUSED), f"{outcome.what}\n{outcome.detail}"


@pytest.mark.parametrize("part", range(4))
def test_programs_without_writes(part):
    hunt_finds_nothing(PURE, SEED + part, programs=25)


@pytest.mark.parametrize("part", range(8))
def test_programs(part):
    hunt_finds_nothing(frozenset(ALL), SEED + 10 + part, programs=25)


@pytest.mark.parametrize("table", TABLES.values())
def test_tables(table):
    hunt_finds_nothing(frozenset({table}), SEED + 40, programs=15)


@pytest.mark.parametrize("part", range(2))
def test_the_passes_change_nothing(part):
    hunt_finds_nothing(frozenset(ALL), SEED + 20 + part, programs=20, further=compare)


@pytest.mark.parametrize("part", range(2))
def test_the_backend_changes_nothing(part):
    hunt_finds_nothing(frozenset(ALL), SEED + 30 + part, programs=20, further=backends.compare)


def hunt_finds_nothing(features, seed, programs, further=None):
    tally = hunt(features, seed, seconds=120.0, programs=programs, reducing=10.0, quiet=True, further=further)
    assert not tally.failed, "\n".join(describe(found) for found in tally.found.values())


@settings(
    derandomize=True, database=None, deadline=None, max_examples=25, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(programs())
def test_programs_of_hypothesis(text):
    outcome = check(text)
    if outcome.failed:  # cheaper than to let Hypothesis shrink it: each try compiles
        text = reduce(text, lambda t: check(t).key == outcome.key, seconds=10.0)
    assert not outcome.failed, f"{text}\n{outcome.what}\n{outcome.detail}"


def test_a_program_follows_from_its_number():
    assert numbered(5) == numbered(5) != numbered(6)
    assert way_of(5) == way_of(5)


RIGHT = """
import numpy as np

def f(x):
    return np.sum(x * x)

def inputs():
    return (np.array([0.5, 2.0]),)
"""


def test_the_oracle_accepts_what_is_right():
    for way in ("", "hvp", "jvp of grad", "vjp of grad"):
        assert check(RIGHT, way).status == OK


KINK = RIGHT.replace("np.sum(x * x)", "np.max(x[0] * np.array([3.0, 1.0, -1.0, 0.0]))").replace("0.5, 2.0", "0.0, 2.0")


def test_the_oracle_has_no_opinion_of_kinks(monkeypatch):
    """A maximum of four that are equal: central differences give a slope that no rule needs to give."""
    from . import oracle

    assert check(KINK).status == OK
    monkeypatch.setattr(oracle, "is_kink", lambda moved, scale: False)
    assert check(KINK).status == WRONG


CHAOS = """
import numpy as np

def f(x):
    y = x[0] * 100.0
    for _ in range(12):
        y = 100.0 * np.sin(y * y)
    return x[1] ** 2 + 1e-12 * y

def inputs():
    return (np.array([0.5, 2.0]),)
"""


CANCELLED = """
import numpy as np

def f(x):
    y = np.full((3, 3), np.sum(x * x))
    return np.sum(x) * 1e12 * np.sum(np.sin(x[0]) * (y - y[2:]))

def inputs():
    return (np.array([0.955, 1.164, 1.317]),)
"""


@pytest.mark.parametrize("text", [CHAOS, CANCELLED])
def test_the_oracle_has_no_opinion_of_noise(text, monkeypatch):
    """A slope of some 1e30, times whatever the last bits say, of a part that is too small for differences to see; the
    rounding of slopes that cancel."""
    from . import oracle

    assert check(text).status == OK
    monkeypatch.setattr(oracle, "is_noise", lambda gap, got, again, plain: False)
    assert check(text).status == WRONG


def test_the_oracle_sees_a_wrong_derivative(monkeypatch):
    """The compiler is replaced by one whose reverse mode forgets a factor."""
    from . import oracle

    right = oracle.vjp

    def wrong(f, *args):
        value, pullback = right(f, *args)
        return value, lambda bar: tuple(0.5 * b for b in pullback(bar))

    monkeypatch.setattr(oracle, "vjp", wrong)
    outcome = check(RIGHT)
    assert (outcome.status, outcome.key) == (WRONG, "wrong vjp")


def test_a_wrong_pass_is_found_and_named(monkeypatch):
    """One of the passes is replaced by one that forgets the factors 2."""
    from tangent_ad.ir.nodes import Const
    from tangent_ad.ir.walk import map_block

    def wrong(func):
        two = Const(2)
        return replace(func, body=map_block(func.body, lambda e: Const(1) if e == two else e))

    monkeypatch.setattr("tangent_ad.optimise.cheaper.cheaper_spellings", wrong)
    text = RIGHT.replace("x * x", "2 * x * x")
    with loaded(text) as program, pytest.raises(Discrepancy, match="optimise=False: value of jvp"):
        compare(Plain(program), "")
    assert bisect(text, "").startswith("cheaper changes the result")
    monkeypatch.undo()
    assert check(text, "hvp", compare).status == OK
    assert bisect(text, "hvp") == "no pass changes the result"


LOOP = """
import numpy as np

def f(x):
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[i] = x[i] * np.sin(x[i])
    return np.sum(np.tanh(y * y) * np.exp(y))

def inputs():
    return (np.array([0.5, 2.0, 0.1, -0.7, 0.2]),)
"""


def test_a_wrong_backend_is_found(monkeypatch):
    """One that forgets the first turn of a loop, one that takes buffers that are still read."""
    from tangent_ad.backend import blocks, space

    right = space.Space.over_range

    def forgets(self, args):
        right(self, args)
        self.low = self.low.plus(1)

    def too_soon(self, n):
        for register in {*self.held.values()}:
            self.free.setdefault("float64", []).insert(0, register)
        self.held.clear()

    for place, name, wrong in ((space.Space, "over_range", forgets), (blocks._Registers, "free_after", too_soon)):
        with monkeypatch.context() as patch, loaded(LOOP) as program:
            patch.setattr(place, name, wrong)
            with pytest.raises(Discrepancy, match="the backend changes a result"):
                backends.compare(Plain(program), "")
    with loaded(LOOP) as program:
        backends.compare(Plain(program), "hvp")


def test_the_oracle_sees_a_crash(monkeypatch):
    from . import oracle

    def broken(*_):
        raise KeyError("x")

    monkeypatch.setattr(oracle, "jvp", broken)
    assert check(RIGHT).status == CRASH


def test_the_oracle_wants_refusals_with_a_place():
    assert check(RIGHT.replace("np.sum(x * x)", "np.sum(np.sort_complex(x).real * x)")).status == REFUSED


def test_the_reducer_keeps_what_matters():
    text = numbered(4)
    small = reduce(text, lambda t: "np." in t and "return" in t and check(t).status != "skipped", seconds=120.0)
    assert "np." in small
    assert len(small) < len(text) / 2
