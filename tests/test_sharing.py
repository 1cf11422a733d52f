"""Memory that is shared, way by way: lists of the items of lists, and moves within one array, are right or refused."""

from __future__ import annotations

import importlib.util
import itertools
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from tangent_ad import Refused, jvp, vjp

FIRST = {
    "filled": "table = [None] * 2\n    for i in range(2):\n        table[i] = y",
    "rows": "table = []\n    for i in range(len(y)):\n        table.append(y[i:])",
    "known": "table = [y, y * 2.0]",
    "perhaps": "table = [y.T.reshape(-1), y * 2.0]",
}
SECOND = {
    "none": "held = table",
    "one": "held = [table[0]]",
    "two": "held = [table[1], table[0]]",
    "slice": "held = table[:1]",
    "list": "held = list(table)",
    "rest": "_, *held = table",
    "grown": "held = []\n    for k in range(n):\n        held.append(table[k % 2])",
    "dict": "entry = {'a': table[0]}\n    held = [entry['a']]",
    "twice": "inner = [table[0]]\n    held = [inner[n % 1]]",
    "nested": "lists = [[table[0]], [table[1]]]\n    held = lists[n % 2]",
}
WRITE = {
    "array": "y[0] = 5.0",
    "first": "table[n % 2][0] = 5.0",
    "second": "held[n % len(held)][0] = 5.0",
    "known": "held[0][0] = 5.0",
}
READ = {"array": "y", "first": "table[(n + 1) % 2]", "second": "held[n % len(held)]", "known": "held[-1]"}
NAMES = ("first", "second", "write", "read")


def program(first: str, second: str, write: str, read: str) -> str:
    name = "_".join((first, second, write, read))
    return (f"def {name}(y, n):\n    {FIRST[first]}\n    {SECOND[second]}\n    {WRITE[write]}\n"
            f"    return {READ[read]} * 1.0\n\n\n")  # fmt: skip


def written(path: Path, source: str) -> ModuleType:
    """A module of programs: their sources are read from its file."""
    path.write_text(source)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def programs(tmp_path_factory) -> ModuleType:
    source = "".join(program(*ways) for ways in itertools.product(FIRST, SECOND, WRITE, READ))
    return written(tmp_path_factory.mktemp("sharing") / "programs_of_lists.py", source)


@pytest.mark.parametrize(("first", "second"), list(itertools.product(FIRST, SECOND)))
def test_right_or_refused(programs, first, second):
    y, direction = np.array([0.3, 0.7, 1.9]), np.array([1.0, -0.6, 0.2])
    followed = 0
    for write, read in itertools.product(WRITE, READ):
        f = getattr(programs, "_".join((first, second, write, read)))

        def at(x, f=f):
            return f(x.copy(), 3)

        expected = at(y)
        slope = (at(y + 1e-6 * direction) - at(y - 1e-6 * direction)) / 2e-6
        followed += is_right(f, y, direction, expected, slope)
    assert followed, "every one of these programs was refused"


def is_right(f, x, direction, expected, slope, **options) -> bool:
    """Whether the compiler follows f(x, 3); what it gives is right then."""
    try:
        value, pullback = vjp(f, x, 3, **options)
        tangent = jvp(lambda x: f(x, 3), (x,), (direction,), **options)[1]
    except Refused:
        return False
    np.testing.assert_array_equal(value, expected, err_msg=f.__name__)
    np.testing.assert_allclose(tangent, slope, atol=1e-8, err_msg=f.__name__)
    seed = np.linspace(0.5, 1.5, expected.size).reshape(expected.shape)
    adjoint = np.sum(pullback(seed)[0] * direction)
    np.testing.assert_allclose(adjoint, np.sum(seed * slope), atol=1e-8, err_msg=f.__name__)
    return True


MOVES = """
x[1] = x[:, 1]          | x[k, k:] = x[k:, k]      | x[k:, k] = x[k, k:]      | x[k] = x[:, k]
x[0] = x[1]             | x[k] = x[0]              | x[:, 0] = x[:, 1]        | x[k] = x[k - 1]
x[0, :2] = x[0, ::2]    | x[0, 1:] = x[0, :-1]     | x[0, :-1] = x[0, 1:]     | x[k, 1::2] = x[k, ::2]
x[0] = x[0, ::-1]       | x[0] = np.flip(x[0])     | x[...] = x.T             | x[:] = x[::-1]
x[:] = x[0]             | x[1:] = x[:-1]           | x[-1] = x[0]             | x[0, 1:-1] = x[1:-1, 0]
v = x[0]; v[1:] = v[:-1]| v = x.ravel(); v[:8] = v[::2] | x[0] += x[:, 2]     | x[0, ::2] += x[0, :2]
np.add(x[0], x[:, 2], out=x[2]) | x[1] = x[:, 2] * 1.0 | y = x if k > 2 else x * 2.0; y[0, 1:] = x[0, :-1]
rows = [r * 1.0 for r in x]; rows[k][1:] = rows[k - 1][:-1]; x[0] = rows[3]   | x[0] = np.ravel(x[0])
"""
MOVES_NUMPY_MAY_GET_WRONG = """
x[1] = x[:, 2]          | x[:, 2] = x[1]           | x[k] = x[:, 0]           | x[0, ::2] = x[0, :2]
x[k, ::2] = x[1, :2]    | x[0, 2:] = x[0, ::2]     | x.flat[1:4] = x[0, :3]   | x[[1, 0]] = x[:2]
v = x[0]; v[::2] = v[:2]| v = x.ravel(); v[::2] = v[:8]       | x[0, x[0] > 0] = x[0]
held = [x, x]; held[0][0] = held[k % 2][:, 2]
"""


def move(text: str, tmp_path: Path):
    source = f"import numpy as np\n\n\ndef move(x, k):\n    {text}\n    return x\n"
    return written(tmp_path / f"move_{len(text)}.py", source).move


def each(moves: str) -> list[str]:
    return [m.strip() for line in moves.strip().splitlines() for m in line.split("|")]


def assert_right(f, reference, **options):
    """The derivatives of f are those of the reference, by differences."""
    x, direction = np.random.default_rng(7).uniform(0.2, 2.0, (2, 4, 4))
    ends = [reference(x + step * direction, 3) for step in (1e-6, -1e-6)]
    assert is_right(f, x, direction, reference(x.copy(), 3), (ends[0] - ends[1]) / 2e-6, **options)


@pytest.mark.parametrize("text", each(MOVES))
def test_moves_within_an_array(text, tmp_path, recwarn):
    f = move(text, tmp_path)
    assert_right(f, f)
    assert not [w for w in recwarn if "just written" in str(w.message)]


@pytest.mark.parametrize("text", each(MOVES_NUMPY_MAY_GET_WRONG))
def test_moves_that_numpy_may_get_wrong(text, tmp_path):
    """They are what NumPy promises, whatever it does: what a copy of the right side gives; a warning says so."""
    with pytest.warns(UserWarning, match="just written"):
        assert_right(move(text, tmp_path), move(f"{text}.copy()", tmp_path))


SEQUENCES = """
x[:2] = x[0], x[2] * 1.0 | x[:2] = [x[1], x[0].copy()] | x[[0, 1]] = x[1], x[0]
x[0, :2] = x[0, 1], x[0, 0] | x[:2] = np.array((x[1], x[0])) | x[:2] += x[1], x[0] | x[x[:, 0] > 9] = [x[0]]
np.copyto(x[:2], (x[1], x[0])) | z = x * 1.0; x[:2] = z[1], z[0]
"""
SEQUENCES_OF_ITSELF = """
x[:2] = x[1], x[0]      | x[:2] = [x[1], x[0]]     | v, w = x[:2]; x[:2] = w, v | x[:] = list(x[::-1])
x[:2] = x[1] * 1.0, x[0] | x[:] = [row for row in x[::-1]] | x.T[:2] = (x[:, 1], x[:, 0]) | x[:2] = x[2], x[3]
x[0, :2] = x[0, 1, ...], x[0, 0, ...] | x[:2, :1] = [[x[1, 0]], x[0, :1]]
held = [x[1], x[0]]; x[:k - 1] = held
"""


@pytest.mark.filterwarnings("ignore:.*just written")
@pytest.mark.parametrize("text", each(SEQUENCES))
def test_an_array_is_written_from_a_sequence(text, tmp_path):
    f = move(text, tmp_path)
    assert_right(f, f)


@pytest.mark.parametrize("text", each(SEQUENCES_OF_ITSELF))
def test_an_array_is_not_written_from_a_sequence_of_its_own_parts(text, tmp_path):
    """NumPy writes one item after the other, and may read there what it has just written."""
    with pytest.raises(Refused, match="its own parts"):
        jvp(move(text, tmp_path), (np.ones((4, 4)), 3), (np.ones((4, 4)), None))


NEW_ARRAYS = """
x * 1.0 | 1.0 * x | x / 1 | x ** 1 | x + 0.0 | 0.0 + x | x - 0.0 | -(-x) | +x | np.where(True, x, 0.0) | x.copy()
np.array(x) | x.astype(float) | np.positive(x) | (x.T * 1.0).T | x.T.copy().T | x * one | np.sqrt(x) ** 2
x if k > 5 else x * 1.0 | np.real(x) + 0.0 | x.reshape(16).reshape(4, 4) * one | np.concatenate([x]) | np.stack([x])[0]
"""
MOVES_FROM_ELSEWHERE = """
x[1] = z[:, 2]          | x[:, 2] = z[1]           | x[k] = z[:, 0]           | x[0, ::2] = z[0, :2]
x[0, 2:] = z[0, ::2]    | x.flat[1:4] = z[0, :3]   | x[[1, 0]] = z[:2]        | x[x[:, 0] > 0] = z[::-1]
"""


@pytest.mark.filterwarnings("ignore:.*just written")
@pytest.mark.parametrize("made", each(NEW_ARRAYS))
@pytest.mark.parametrize("base", ["x", "x * 2.0"])
def test_moves_from_a_new_array(made, base, tmp_path):
    """What an array is written from is new, and stays so whatever is simplified: NumPy reads none of it too late."""
    for text in each(MOVES_FROM_ELSEWHERE):
        for backend in ("plain", "numpy"):
            f = move(f"one, x = 1.0, {base}; z = {made}; {text}", tmp_path)
            assert_right(f, f, backend=backend)


EFFECTS = {
    "none": "pass",
    "index": "k[0] = -1 - k[0]",
    "longer": "held.append(x[1:])",
    "longer_ahead": "held.insert(0, x[1:])",
    "shorter": "held.pop(0)",
    "other_order": "held.reverse()",
    "other_list": "nonlocal held; held = [x[1:], *held]",
    "other_index": "nonlocal n; n = -1 - n",
}
STATEMENTS = {
    "set": "held[{i}][0] = effect()",
    "augmented": "held[{i}][0] *= effect()",
    "from_itself": "held[{i}][1] = effect() * held[{i}][0]",
    "read_before": "v = held[{i}] * effect(); v[0] *= 2.0; x[1] *= v[0]",
    "read_after": "v = effect() * held[{i}]; held[{i}][1] = v[0]",
    "bound_before": "n, held[{i}][0] = -1 - n, effect()",
    "bound_after": "held[{i}][0], n = effect(), -1 - n",
}


@pytest.mark.parametrize(("effect", "statement"), list(itertools.product(EFFECTS, STATEMENTS)))
def test_items_of_a_list_that_the_statement_changes(effect, statement, tmp_path):
    """Items are told apart by an index; where the statement changes that, or the list, it is right or refused."""
    x, direction = np.array([0.3, 0.7, 1.9]), np.array([1.0, -0.6, 0.2])
    followed = 0
    for i, n in itertools.product(("n", "k[0]"), (-2, -1, 0, 1)):
        name = f"changed_{i[0]}_{n + 2}"
        source = f"""
def {name}(x, n):
    n -= {3 - n}
    k, held = [n], [x, x[::-1]]

    def effect():
        {EFFECTS[effect]}
        return x[1] ** 2

    {STATEMENTS[statement].format(i=i)}
    return x * 1.0
"""
        f = getattr(written(tmp_path / f"{name}.py", source), name)
        try:
            expected, ahead, behind = (f(x + step * direction, 3) for step in (0.0, 1e-6, -1e-6))
        except IndexError:  # the list has become too short
            continue
        followed += is_right(f, x, direction, expected, (ahead - behind) / 2e-6)
    assert followed or effect != "none"
