"""The house is in order: imports point one way, and each pass says what it does by an example."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import tangent_ad
from tangent_ad import optimise
from tangent_ad.emit.spelling import HELPERS, Speller, global_names

PACKAGE = Path(tangent_ad.__file__).parent

# From the top down: a part imports parts of lower layers only, never its own neighbours.
LAYERS = (
    ("__main__",),
    ("cli", "__init__"),
    ("demo", "standalone", "checking"),
    ("api", "annotations", "demo_model"),
    ("build", "specialise"),
    ("derive",),
    ("plan", "pipeline"),
    ("frontend", "differentiate", "optimise", "backend", "emit"),
    ("analysis",),
    ("rules",),
    ("ir",),
    ("runtime", "errors"),
)
LEVEL = {part: level for level, layer in enumerate(LAYERS) for part in layer}
API = {"__init__"}  # what users import: `from tangent_ad import grad`


def part_of(path):
    """The folder, or the file at the top, that a source file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_names(tree):
    """Every module of tangent_ad that a file imports, inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imported_parts(path):
    for name in imported_names(ast.parse(path.read_text())):
        root, _, rest = name.partition(".")
        if root == "tangent_ad":
            part = rest.partition(".")[0]
            yield part if part in LEVEL else "__init__"


def wrong_arrows():
    """(file, part that it may not import)."""
    for path in sorted(PACKAGE.rglob("*.py")):
        own = part_of(path)
        for other in sorted(set(imported_parts(path)) - {own}):
            if other in API:
                allowed = LEVEL[own] <= LEVEL["demo"]
            else:
                allowed = LEVEL[own] < LEVEL[other]
            if not allowed:
                yield f"{path.relative_to(PACKAGE)} imports {other}"


def test_every_part_has_its_place():
    assert {part_of(p) for p in PACKAGE.rglob("*.py")} <= set(LEVEL)


def test_imports_point_down():
    assert list(wrong_arrows()) == []


def test_an_import_that_points_up_is_found(tmp_path, monkeypatch):
    """A test of the test: function-level imports count, `from tangent_ad import x` does too."""
    for name, text in {
        "differentiate/__init__.py": "def f():\n    from tangent_ad.optimise import dead_code\n",
        "ir/nodes.py": "import tangent_ad.rules.declare\n",
        "emit/x.py": "from tangent_ad import frontend\n",
        "rules/y.py": "from tangent_ad import grad\n",
        "errors.py": "from tangent_ad.ir.nodes import Var\n",
        "pipeline.py": "from tangent_ad.derive import derive\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(f"{__name__}.PACKAGE", tmp_path)
    assert list(wrong_arrows()) == [
        "differentiate/__init__.py imports optimise",
        "emit/x.py imports frontend",
        "errors.py imports ir",
        "ir/nodes.py imports rules",
        "pipeline.py imports derive",
        "rules/y.py imports __init__",
    ]


def test_nothing_of_the_compiler_is_needed_by_generated_code():
    """Helpers stand alone: they are copied into the modules that call them."""
    tree = ast.parse((PACKAGE / "runtime" / "helpers.py").read_text())
    assert set(imported_names(tree)) <= {
        "__future__.annotations",
        "concurrent.futures.ThreadPoolExecutor",
        "sys.stdlib_module_names",
        "math",
        "numpy",
    }


@pytest.mark.parametrize("helper", HELPERS, ids=HELPERS.get)
def test_a_helper_comes_with_all_that_it_calls(helper):
    """Those that the called ones call, too, and what is called in a comprehension."""
    speller = Speller(set())
    speller.helper(helper)
    read = set().union(*(global_names(f.__code__) for f in speller.helpers))
    assert read & set(HELPERS.values()) <= {HELPERS[f] for f in speller.helpers}


def test_a_pass_is_named_by_its_file():
    for name, row in optimise.PASSES.items():
        module = importlib.import_module(f"tangent_ad.optimise.{name}")
        assert callable(getattr(module, row.function)) and (row.instead is None or hasattr(module, row.instead))


def test_every_pass_is_on_the_schedule():
    scheduled = {*optimise.TIDY, *optimise.SWEEP, *optimise.LAST, *optimise.ELEMENTS, *optimise.WRITES}
    assert scheduled == set(optimise.PASSES)


def test_every_module_says_what_it_is():
    without = [
        p
        for p in PACKAGE.rglob("*.py")
        if p.stat().st_size and not ast.get_docstring(ast.parse(p.read_text()))
    ]
    assert without == []


def test_what_an_import_loads():
    """The compiler is loaded when there is something to compile; parts of NumPy that it does not need never are."""
    program = "import numpy, sys; before = set(sys.modules); import tangent_ad; print(*set(sys.modules) - before)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = {name for name in run.stdout.split() if name.count(".") < 2}
    assert "tangent_ad.build" in loaded
    assert not loaded & {"gast", "astor", "tangent_ad.frontend", "tangent_ad.differentiate", "tangent_ad.pipeline"}
    assert "tangent_ad.backend.vectorise" not in run.stdout.split()
    assert not {name for name in loaded if name.startswith("numpy")} | (loaded & {"importlib.metadata"})
