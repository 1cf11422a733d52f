"""The command line: what it writes, where it takes types from, what it says when it cannot."""

import ast
import importlib.util
import inspect
import os
import pdb
import re
import stat
import subprocess
import sys
import textwrap
import traceback
from io import StringIO
from pathlib import Path

import numpy as np
import pytest

from tangent_ad import cli, grad
from tangent_ad.annotations import BadType, Reader
from tangent_ad.ir.types import Array, Dict, List, Number, Opaque, Seq, Unknown
from tangent_ad.standalone import literal

MODEL = '''
"""A module of the user's."""
import numpy as np
from typing import Annotated
from helpers import twice

SCALE = 2.5
OFFSETS = np.array([0.5, -1.0, 0.25])
COUNTS = np.array([1, 2, 3], dtype=np.int32)
TABLE = np.ones((100, 100))


class Settings:
    pass


SETTINGS = Settings()


def squares(w, x):
    return np.sum((x @ w - SCALE) ** 2)


def typed(w: "float64[n]", x: Annotated[np.ndarray, "float64[m, n]"], rate: float = 0.5):
    residual = x @ w - 1.0
    return rate * np.sum(residual * residual)


def with_globals(x: "float64[3]"):
    return np.sum(twice(x) * COUNTS + OFFSETS * x)


def with_table(x: "float64[n, m]"):
    return np.sum(x @ TABLE)


def with_object(x: float):
    y = x * 2.0
    return y + SETTINGS.rate


def vector(x: "float64[n]"):
    return 2.0 * x


def unused(x: float, y: float):
    return x * x


def option(x: "float64[n]", axis=None, act=np.tanh):
    return np.sum(act(x), axis=axis)


def branches(x: float, n: int):
    for _ in range(n):
        x = np.sin(x) * x
    return x


def rebinds(x: float):
    global number
    number = x
    return x * x


def nothing():
    return 1.0


number = 3.0

if __name__ == "__main__":
    raise RuntimeError("the main program ran")
'''
HELPERS = "def twice(x):\n    return 2.0 * x\n"
IMPORT_HOOK = """
import sys
class Only:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("tangent_ad", "gast", "astor", "platformdirs", "scipy"):
            raise ImportError(f"only NumPy is installed here, not {name}")
sys.meta_path.insert(0, Only())
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of the user's with `model.py`, which is the current one."""
    (tmp_path / "model.py").write_text(MODEL)
    (tmp_path / "helpers.py").write_text(HELPERS)
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").write_text("")
    (tmp_path / "package" / "inner.py").write_text(MODEL)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield tmp_path
    for name in [n for n in sys.modules if n.partition(".")[0] in ("model", "helpers", "package")]:
        del sys.modules[name]


def run(*argv):
    """Run the command in this process; returns the exit status and both streams' texts."""
    streams = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = StringIO(), StringIO()
    try:
        status = cli.main(argv)
    except SystemExit as stop:
        status = stop.code
    finally:
        out, err = sys.stdout.getvalue(), sys.stderr.getvalue()
        sys.stdout, sys.stderr = streams
        for name in [n for n in sys.modules if n in ("model", "helpers")]:
            del sys.modules[name]
    return status, out, err


def built(*argv):
    """The text that `tangent-ad build` writes, and the names that it defines."""
    status, out, err = run("build", *argv)
    assert status == 0, err
    names = {}
    exec(compile(out, "<built>", "exec"), names)
    return out, names


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


W, X = np.array([0.5, -1.5]), np.array([[1.0, 2.0], [0.5, -0.3], [0.1, 0.2]])
SQUARES = 2.0 * X.T @ (X @ W - 2.5)


# -- what is written -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target", ["model:squares", "model.py:squares", "./model.py:squares", "package.inner:squares"]
)
def test_a_module_or_a_file(folder, target):
    _, names = built(target)
    np.testing.assert_allclose(names["squares_grad"](W, X), SQUARES, rtol=1e-12)


def test_a_file_elsewhere_finds_its_neighbours(folder, monkeypatch, tmp_path_factory):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    before = list(sys.path)
    _, names = built(f"{folder / 'model.py'}:with_globals")
    np.testing.assert_allclose(names["with_globals_grad"](np.ones(3)), [2.5, 3.0, 6.25], rtol=1e-12)
    assert sys.path == before


def test_the_header_says_what_from_what_and_how(folder):
    out, _ = built("model.py:typed", "--wrt", "w,x", "--kind", "value_and_grad")
    header = ast.get_docstring(ast.parse(out))
    assert header.startswith("Value and gradient of typed with respect to w, x (model.py:")
    assert "from model.py:typed (model.py)" in header
    assert re.search(r"sources sha256 [0-9a-f]{64}", header)
    assert "w: float64[n]; x: float64[m, n]; rate: float" in header
    assert "    tangent-ad build model.py:typed --wrt w,x --kind value_and_grad" in header.splitlines()


def test_the_command_in_the_header_builds_the_same_module(folder):
    argv = (
        "build",
        "model:squares",
        "--arg",
        "w: float64[n]",
        "--arg",
        "x: float64[m, n]",
        "-o",
        "squares_grad.py",
    )
    assert run(*argv) == (0, "", "")
    text = Path("squares_grad.py").read_text()
    import shlex

    command = next(line.strip() for line in text.splitlines() if line.strip().startswith("tangent-ad build"))
    assert shlex.split(command) == ["tangent-ad", *argv]
    Path("squares_grad.py").unlink()
    run(*shlex.split(command)[1:])
    assert Path("squares_grad.py").read_text() == text


def test_the_digest_covers_the_call_graph_and_what_it_reads(folder):
    def sources():
        out, _ = built("model.py:with_globals")
        return re.search(r"sources sha256 (\w+)", out)[1]

    first = sources()
    assert sources() == first
    Path("helpers.py").write_text(HELPERS.replace("2.0", "2.5"))
    second = sources()
    Path("model.py").write_text(MODEL.replace("0.25]", "0.75]"))
    assert len({first, second, sources()}) == 3


def test_lines_say_where_they_come_from(folder):
    out, _ = built("model.py:branches", "--kind", "vjp")
    comments = re.findall(r"# model\.py:(\d+)  (.*)", out)
    assert comments
    for line, text in comments:
        assert MODEL.splitlines()[int(line) - 1].strip() == text


@pytest.mark.parametrize(
    "types", [[], ["--arg", "w: float64[n]", "--arg", "x: float64[m, n]"]], ids=["unknown", "typed"]
)
def test_every_kind(folder, types):
    def function(kind):
        return built("model.py:squares", "--kind", kind, *types)[1][f"squares_{kind}"]

    direction = np.array([1.0, -2.0])
    value = np.sum((X @ W - 2.5) ** 2)
    np.testing.assert_allclose(function("grad")(W, X), SQUARES, rtol=1e-12)
    for found, expected in zip(function("value_and_grad")(W, X), (value, SQUARES), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-12)
    for found, expected in zip(function("jvp")(W, X, direction), (value, SQUARES @ direction), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-12)
    found, pullback = function("vjp")(W, X)
    np.testing.assert_allclose(found, value, rtol=1e-12)
    for weight in (1.0, 3.0):
        np.testing.assert_allclose(pullback(weight)[0], weight * SQUARES, rtol=1e-12)
    np.testing.assert_allclose(function("hvp")(W, X, direction), 2.0 * X.T @ (X @ direction), rtol=1e-12)


@pytest.mark.filterwarnings("ignore:invalid value")  # of what `dead_code` would have removed
def test_passes_may_be_left_out(folder):
    whole = built("model.py:squares")[0]
    for choice in ("-fold", "simplify,dead_code", ""):
        out, names = built("model.py:squares", f"--optimise={choice}")
        np.testing.assert_allclose(names["squares_grad"](W, X), SQUARES, rtol=1e-12)
        assert out != whole
        assert f"--optimise={choice}" in out
    assert built("model.py:squares", "--optimise", "all")[0] == whole


def test_several_parameters_give_a_tuple(folder):
    _, names = built("model.py:squares", "--wrt", "x,w")
    x_bar, w_bar = names["squares_grad"](W, X)
    np.testing.assert_allclose(x_bar, 2.0 * np.outer(X @ W - 2.5, W), rtol=1e-12)
    np.testing.assert_allclose(w_bar, SQUARES, rtol=1e-12)


def test_annotations_leave_no_helper(folder):
    out, names = built("model.py:typed")
    assert [n.name for n in ast.parse(out).body if isinstance(n, ast.FunctionDef)] == ["typed_grad"]
    np.testing.assert_allclose(names["typed_grad"](W, X), X.T @ (X @ W - 1.0), rtol=1e-12)
    np.testing.assert_allclose(names["typed_grad"](W, X, rate=1.0), 2.0 * X.T @ (X @ W - 1.0), rtol=1e-12)


def test_arg_wins_over_the_annotation(folder):
    out, names = built("model.py:typed", "--arg", "w: float32[n]", "--arg", "x: float32[m, n]")
    gradient = names["typed_grad"](W.astype(np.float32), X.astype(np.float32), 0.5)
    assert gradient.dtype == np.float32
    assert "w: float32[n]" in out


def test_a_size_may_be_one(folder):
    _, names = built(
        "model.py:squares", "--arg", "w: float64[n]", "--arg", "x: float64[m, n]", "--wrt", "w,x"
    )
    w, x = np.array([0.5]), np.array([[2.0]])
    w_bar, x_bar = names["squares_grad"](w, x)
    np.testing.assert_allclose(w_bar, [2.0 * 2.0 * (1.0 - 2.5)], rtol=1e-12)
    np.testing.assert_allclose(x_bar, [[2.0 * 0.5 * (1.0 - 2.5)]], rtol=1e-12)


def test_globals_become_literals(folder):
    out, names = built("model.py:with_globals")
    assert "OFFSETS = np.array([0.5, -1.0, 0.25])" in out
    assert "COUNTS = np.array([1, 2, 3], dtype=np.int32)" in out
    np.testing.assert_allclose(names["with_globals_grad"](np.ones(3)), [2.5, 3.0, 6.25], rtol=1e-12)


def test_options_are_fixed_at_their_defaults(folder):
    out, names = built("model.py:option")
    assert "axis = None; act = tanh" in " ".join(out.split())
    np.testing.assert_allclose(names["option_grad"](W), 1.0 - np.tanh(W) ** 2, rtol=1e-12)


def test_a_gradient_of_an_array_is_refused_by_the_module_itself(folder):
    Path("late.py").write_text("import numpy as np\n\n\ndef late(x):\n    return np.sin(x)\n")
    _, names = built("late.py:late")
    assert names["late_grad"](0.0) == 1.0
    with pytest.raises(TypeError, match=r"one real number.*shape \(2,\)"):
        names["late_grad"](W)


def test_the_main_program_is_not_run(folder):
    assert run("build", "model.py:squares")[0] == 0


def test_a_disconnected_input_is_told(folder):
    status, out, err = run("build", "model.py:unused", "--wrt", "y")
    assert status == 0
    assert re.search(r"model\.py:\d+:1: warning: unused does not depend on 'y'", err)
    ast.parse(out)


def test_the_output_is_the_same_in_every_process(folder):
    texts = set()
    for seed in ("0", "1", "77"):
        env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(cli.__file__).parents[1])}
        command = [
            sys.executable,
            "-m",
            "tangent_ad",
            "build",
            "model.py:squares",
            "--wrt",
            "w,x",
            "--kind",
            "vjp",
        ]
        texts.add(subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout)
    assert len(texts) == 1


def test_the_module_runs_where_only_numpy_is_installed(folder):
    for name, kind in (("squares", "grad"), ("with_globals", "vjp"), ("branches", "hvp")):
        assert run("build", f"model.py:{name}", "--kind", kind, "-o", f"{name}_{kind}.py")[0] == 0
    program = textwrap.dedent("""
        import numpy as np
        from squares_grad import squares_grad
        from with_globals_vjp import with_globals_vjp
        from branches_hvp import branches_hvp
        x = np.array([[1.0, 2.0], [0.5, -0.3]])
        print(squares_grad(np.array([0.5, -1.5]), x).shape, with_globals_vjp(np.ones(3))[1](1.0)[0].shape)
        print(branches_hvp(0.5, 3, 1.0))
        import sys
        assert not {"tangent_ad", "gast", "astor"} & set(sys.modules)
    """)
    Path("program.py").write_text(IMPORT_HOOK + program)
    env = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    done = subprocess.run([sys.executable, "program.py"], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("(2,) (3,)")


# -- where it is written -------------------------------------------------------------------------------


def test_output_replaces_a_file_in_one_step_and_keeps_its_mode(folder):
    out = Path("out.py")
    out.write_text("old")
    out.chmod(0o640)
    assert run("build", "model.py:typed", "-o", "out.py") == (0, "", "")
    assert hasattr(load(out), "typed_grad")
    assert stat.S_IMODE(out.stat().st_mode) == 0o640
    assert not [p for p in folder.iterdir() if "out.py" in p.name and p.name != "out.py"]


def test_a_refusal_leaves_the_old_output(folder):
    Path("out.py").write_text("old")
    assert run("build", "model.py:rebinds", "-o", "out.py")[0] == 2
    assert Path("out.py").read_text() == "old"


def test_a_folder_that_does_not_exist(folder):
    status, _, err = run("build", "model.py:typed", "-o", "nowhere/out.py")
    assert status == 2
    assert err.startswith("nowhere/out.py: cannot be written")


def test_the_source_is_never_replaced(folder):
    status, _, err = run("build", "model.py:typed", "-o", "model.py")
    assert status == 2
    assert "would replace the source" in err
    assert Path("model.py").read_text() == MODEL


# -- errors --------------------------------------------------------------------------------------------


def line_of(text):
    return next(i for i, line in enumerate(MODEL.splitlines(), 1) if text in line)


@pytest.mark.parametrize(
    ("argv", "place", "reason", "remedy"),
    [
        (["model.py:squars"], r"model\.py:1:1", "there is no function 'squars'", "mean 'squares'"),
        (["model.py:number"], r"model\.py:1:1", "'number' is not a Python function", "with def"),
        (["model.py:Settings"], r"model\.py:1:1", "not a Python function but of type type", "with def"),
        (["absent.py:f"], r"absent\.py", "no such file", "check the path"),
        (["absent:f"], r"absent:1:1", "No module named 'absent'", "path/to/file.py:function"),
        (["squares"], "squares", "which function", "pkg.mod:function"),
        (["model.py:squares", "--wrt", "q"], r"model\.py:\d+:1", "no parameter 'q'", "choose from w, x"),
        (["model.py:squares", "--wrt", "w,w"], r"model\.py:\d+:1", "twice", "choose from w, x"),
        (["model.py:branches", "--wrt", "n"], r"model\.py:\d+:1", "'n' holds no floats", "--wrt"),
        (["model.py:nothing"], r"model\.py:\d+:1", "has no parameters", "pass it"),
        (["model.py:squares", "--arg", "w float64[n]"], r"model\.py:\d+:1", "not `name: type`", "--arg"),
        (["model.py:squares", "--arg", "q: float"], r"model\.py:\d+:1", "no parameter 'q'", "choose from"),
        (["model.py:squares", "--arg", "w: float64"], r"model\.py:\d+:1", "needs its sizes", "correct"),
        (["model.py:squares", "--optimise=-speed"], r"model\.py:\d+:1", "no pass '-speed'", "the passes are dead_code"),
        (["model.py:vector"], r"model\.py:\d+:1", "returns an array", "reduce it"),
        (["model.py:rebinds"], rf"model\.py:{line_of('    global number')}:5", "rebinds globals", "pass the value in"),
        (["model.py:with_table"], rf"model\.py:{line_of('x @ TABLE')}:\d+", "'TABLE' is an array", "pass"),
        (["model.py:with_object"], rf"model\.py:{line_of('SETTINGS.rate')}:\d+", "Settings", "__init__"),
    ],
)  # fmt: skip
def test_errors_say_where_why_and_what_to_do(folder, argv, place, reason, remedy):
    status, out, err = run("build", *argv)
    assert (status, out) == (2, "")
    assert re.match(rf"(/.*/)?{place}: ", err), err
    assert reason in err
    assert remedy in err.partition("remedy: ")[2]
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("def f(x):\n    return x +\n", "broken.py:2:", "invalid syntax"),
        ("import numpy\n\nscale = 1 / 0\n", "broken.py:3:1", "ZeroDivisionError: division by zero"),
        ("import nothing_of_this_name\n", "broken.py:1:1", "No module named 'nothing_of_this_name'"),
        ("raise SystemExit(3)\n", "broken.py:1:1", "SystemExit"),
    ],
    ids=["syntax", "exception", "import", "exit"],
)
def test_a_module_that_cannot_be_imported(folder, text, place, reason):
    Path("broken.py").write_text(text)
    status, _, err = run("build", "broken.py:f")
    assert status == 2
    assert place in err.splitlines()[0]
    assert reason in err
    assert "Traceback" not in err


@pytest.mark.parametrize("argv", [[], ["build"], ["build", "m:f", "--kind", "hessian"], ["unknown"]])
def test_wrong_usage_exits_with_2(argv):
    status, _, err = run(*argv)
    assert status == 2
    assert "usage: tangent-ad" in err


def test_errors_as_a_process_sees_them(folder):
    command = [sys.executable, "-m", "tangent_ad", "build", "model.py:rebinds"]
    env = {**os.environ, "PYTHONPATH": str(Path(cli.__file__).parents[1])}
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


# -- show, demo, version -------------------------------------------------------------------------------


def test_show_prints_the_same_module(folder):
    status, shown, _ = run("show", "model.py:squares", "--kind", "vjp")
    assert status == 0
    assert shown == built("model.py:squares", "--kind", "vjp")[0]


class Terminal(StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("installed", [True, False])
def test_show_highlights_on_a_terminal_where_pygments_is_installed(folder, monkeypatch, installed):
    if installed:
        pytest.importorskip("pygments")
    else:
        monkeypatch.setitem(sys.modules, "pygments", None)
    monkeypatch.delenv("NO_COLOR", raising=False)
    plain = run("show", "model.py:squares")[1]
    monkeypatch.setattr(sys, "stdout", Terminal())
    assert cli.main(["show", "model.py:squares"]) == 0
    shown = sys.stdout.getvalue()
    assert ("\x1b[" in shown) == installed
    assert re.sub(r"\x1b\[[0-9;]*m", "", shown) == plain


def test_version():
    status, out, _ = run("--version")
    assert status == 0
    assert re.fullmatch(r"tangent-ad \d+\.\d+\.\d+\n", out)


def test_demo_hands_its_status_on(monkeypatch):
    from tangent_ad import demo

    monkeypatch.setattr(demo, "run", lambda stream: print("the demo", file=stream) or 1)
    assert run("demo") == (1, "the demo\n", "")


# -- types as text -------------------------------------------------------------------------------------


def test_types_as_text():
    read = Reader()
    assert read.text("float") == Number("float")
    assert read.text("int") == Number("int")
    assert read.text("float64[]") == Array("float64", ())
    assert read.text("float32[...]") == Array("float32", None)
    n, m = read.text("float64[n, m]").dims
    assert n != m
    assert read.text("tuple[float64[n, m], float64[m]]") == Seq(
        tuple, (Array("float64", (n, m)), Array("float64", (m,)))
    )
    assert read.text("list[float64[n, 3]]") == List(Array("float64", (n, 3)))
    assert read.text("list[float, float]") == Seq(list, (Number("float"), Number("float")))
    assert read.text("dict[w: float64[n], b: float]") == Dict(
        (("w", Array("float64", (n,))), ("b", Number("float")))
    )
    assert read.text("float64[n + 1]").dims[0].offset == 1
    assert read.text("array") == Unknown()
    for text in (
        "float",
        "float64[n, m]",
        "float64[]",
        "float64[...]",
        "tuple[float64[n + 1], int]",
        "dict[w: float]",
    ):
        assert read.describe(read.text(text)) == text


@pytest.mark.parametrize(
    "text", ["float64", "float64[n", "float64[n * 2]", "float65[n]", "3", "float64[-1]", "f(x)", ""]
)
def test_texts_that_are_no_types(text):
    with pytest.raises(BadType):
        Reader().text(text)


def test_types_from_annotations():
    from typing import Annotated, TypedDict

    from numpy.typing import NDArray

    class Weights(TypedDict):
        w: "float64[n]"  # noqa: F821
        b: float

    def read(annotation):
        return Reader().annotation(annotation, {"np": np, "NDArray": NDArray})

    assert read(inspect.Parameter.empty) is None
    assert read(float) == Number("float")
    assert read("float") == Number("float")
    assert read(np.ndarray) == Unknown()
    assert read("np.ndarray") == Unknown()
    assert read(NDArray[np.float64]) == Array("float64", None)
    assert read("NDArray[np.float32]") == Array("float32", None)
    assert read(np.float32) == Array("float32", ())
    assert read(Annotated[np.ndarray, "float64[3]"]) == Array("float64", (3,))
    assert read("'float64[3]'") == Array("float64", (3,))  # from __future__ import annotations
    assert read(tuple[float, int]) == Seq(tuple, (Number("float"), Number("int")))
    assert read(list[float]) == List(Number("float"))
    assert read(None) == Opaque(type(None))
    assert read("Unheard[of]") == Unknown()
    with pytest.raises(BadType):
        read("float64[n")


@pytest.mark.parametrize(
    "value",
    [
        1.5, -0.0, float("inf"), 3, True, "a b", None, 1.0 + 2.0j, np.float32(0.1), np.int64(3), np.bool_(1),
        np.array([[0.1, np.nan], [-np.inf, 1e-300]]), np.arange(4, dtype=np.int8), np.array([True, False]),
        np.array([0.1, 1 / 3], dtype=np.float32), np.zeros((0, 3)), np.array([1.0 + 2.0j]), np.array(2.0),
        [1.0, (2, "x")], {"a": np.array([1.0]), "b": [0.5]}, (1.0,), (),
    ],
    ids=repr,
)  # fmt: skip
def test_literals_are_exact(value):
    back = eval(literal(value), {"np": np})
    assert type(back) is type(value)
    assert repr(back) == repr(value)
    if isinstance(value, np.ndarray):
        assert (back.dtype, back.shape, back.tobytes()) == (value.dtype, value.shape, value.tobytes())


@pytest.mark.parametrize(
    "value", [object(), np.ones(1000), {1, 2}, len, [object()], np.array([None])], ids=map(str, range(6))
)
def test_no_literals(value):
    assert literal(value) is None


# -- generated code is real code -----------------------------------------------------------------------


def failing(x):
    y = np.reshape(x, (2, 2))
    return np.sum(y * y)


def test_tracebacks_show_the_generated_line():
    gradient = grad(failing)
    gradient(np.ones(4))
    with pytest.raises(ValueError, match="reshape") as caught:
        gradient(np.ones(6))
    last = [f for f in traceback.extract_tb(caught.value.__traceback__) if f.name == "failing_grad"][-1]
    assert "x.reshape(2, 2)" in last.line
    assert Path(last.filename).is_file()
    assert Path(last.filename).read_text().splitlines()[last.lineno - 1].strip() == last.line


def test_the_source_of_a_compiled_function_is_found():
    gradient = grad(failing)
    gradient(np.ones(4))
    compiled = gradient.specialised.compiled((np.ones(4),)).call
    assert inspect.getsource(compiled).startswith("def failing_grad(x):")
    assert inspect.getsourcefile(compiled).endswith(".py")
    assert "Gradient of failing" in compiled.__doc__


def test_a_debugger_steps_through_it():
    gradient = grad(failing)
    gradient(np.ones(4))
    compiled = gradient.specialised.compiled((np.ones(4),)).call
    screen = StringIO()
    debugger = pdb.Pdb(
        stdin=StringIO("step\nnext\nlist\nargs\ncontinue\n"), stdout=screen, nosigint=True, readrc=False
    )
    debugger.runcall(compiled, np.ones(4))
    assert "failing_grad(" in screen.getvalue()
    assert "x.reshape" in screen.getvalue()


def test_the_rules_are_listed(capsys):
    assert cli.main(["rules"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert any(line.startswith("np.hypot ") and " in " in line for line in listed)
    assert len(listed) > 200


def test_the_rules_of_a_name_are_listed(capsys):
    assert cli.main(["rules", "linalg"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert listed and all("linalg" in line for line in listed)
    assert any("cholesky" in line and "in a" in line for line in listed)


def test_a_name_without_a_rule(capsys):
    assert cli.main(["rules", "erfcx"]) == 2
    assert "help(tangent_ad.rules)" in capsys.readouterr().err
