"""The cache of generated modules: rebuilt whenever what a derivative was made from changes, and only then."""

import importlib
import linecache
import os
import shutil
import stat
import subprocess
import sys
import textwrap
import time
import types
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

import tangent_ad
from tangent_ad import Refused, grad, pipeline
from tangent_ad.emit import fingerprint, guards, modules
from tangent_ad.emit.fingerprint import CannotFingerprint, digest

ROOT = Path(tangent_ad.__file__).parents[1]


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache of this test's own."""
    path = tmp_path / "cache"
    monkeypatch.setenv("TANGENT_AD_CACHE", str(path))
    return path


@pytest.fixture
def builds(cache, monkeypatch):
    """A list that grows by one whenever the compiler runs."""
    made = []
    prepare = pipeline.prepare
    monkeypatch.setattr(pipeline, "prepare", lambda *what: made.append(what) or prepare(*what))
    return made


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Writes and imports modules of a user's project; a module written again is imported anew."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    names = set()

    def write(name, text):
        names.add(name)
        (folder / f"{name}.py").write_text(textwrap.dedent(text))
        importlib.invalidate_caches()
        linecache.checkcache()
        if name in sys.modules:
            return importlib.reload(sys.modules[name])
        return importlib.import_module(name)

    yield write
    for name in names:
        sys.modules.pop(name, None)


def files(cache):
    return sorted(p for p in cache.rglob("*") if p.is_file())


# -- one process: guards -------------------------------------------------------------------------------

SURROUNDINGS = """
    import numpy as np
    import other

    class Config:
        gain = 1.0

    scale = 2.0
    table = [1.0, 2.0]
    options = {"rate": 1.0}
    weights = np.array([1.0, 2.0])
    order = np.array([1, 0])
    pair = (3.0, 4.0)

    def helper(x, factor=1.0):
        return inner(x) * factor

    def inner(x):
        return x * x

    def make(factor):
        def captured(x):
            return x * factor
        return captured

    captured = make(1.0)

    def uses_helper(x): return helper(x)
    def uses_scale(x): return x * scale
    def uses_table(x): return x * table[0]
    def uses_options(x): return x * options["rate"]
    def uses_weights(x): return np.sum(x * weights)
    def uses_order(x): return np.sum(weights[order] * np.array([1.0, 3.0]) * x)
    def uses_pair(x): return x * pair[0]
    def uses_capture(x): return captured(x)
    def uses_module(x): return other.triple(x) * other.unit
    def uses_class(x): return x * Config.gain
    class Solver:
        order = 2.0
        def __init__(self): pass
        def cost(self, x): return x * self.order
        def __len__(self): return 3
        def __add__(self, x): return 2.0 * x
        @property
        def gain(self): return 4.0
    class Child(Solver): pass
    class Plain: pass
    class Apart:
        gain = 1.0
        def cost(self, x): return 7.0 * x
    solver, plain = Child(), Plain()
    def uses_truth(x): return x if plain else x * 3.0
    def doubled_order(self): self.order = 4.0
    def uses_option(x): return x * solver.order
    def uses_method(x): return solver.cost(x) if x > 1.0 else x
    def builds(x): return Child().cost(x)
    class Grandchild(Child):
        def cost(self, x): return super().cost(x) + super().gain * x
        @property
        def gain(self): return 1.0
        @classmethod
        def named(cls, x): return super().named(x) * 2.0
    class Named(Grandchild):
        def __init__(self):
            super().__init__()
            self.rate = 1.0
        @classmethod
        def named(cls, x): return super().named(x)
    Solver.named = classmethod(lambda cls, x: x * x)
    grandchild = Grandchild()
    def uses_super(x): return grandchild.cost(x)
    def builds_by_super(x): return Named().cost(x) * Named().rate
    def uses_super_of_a_class(x): return Named.named(x)
    def uses_length(x): return x * len(solver)
    def uses_operator(x):
        total = Child()
        total += x
        return total
    def uses_property(x): return x * solver.gain
    def uses_builtin(x): return abs(x)
    def uses_default(x, y=2.0): return x * y
"""
OTHER = "unit = 1.0\ndef triple(x): return 3.0 * x\n"


def set_item(container, key, value):
    container[key] = value


CHANGES = {
    "a helper is rebound": ("uses_helper", lambda m: setattr(m, "helper", lambda x: 5.0 * x), 5.0),
    "a helper of a helper": ("uses_helper", lambda m: setattr(m, "inner", lambda x: 7.0 * x), 7.0),
    "a helper's default": ("uses_helper", lambda m: setattr(m.helper, "__defaults__", (3.0,)), 12.0),
    "a helper's code, as reloaders do": (
        "uses_helper", lambda m: setattr(m.inner, "__code__", m.double.__code__), 2.0),
    "a global number": ("uses_scale", lambda m: setattr(m, "scale", 4.0), 4.0),
    "a global number by another type": ("uses_scale", lambda m: setattr(m, "scale", 4), 4.0),
    "a global list in place": ("uses_table", lambda m: set_item(m.table, 0, 6.0), 6.0),
    "a global list by another": ("uses_table", lambda m: setattr(m, "table", [8.0]), 8.0),
    "a global dict in place": ("uses_options", lambda m: set_item(m.options, "rate", 6.0), 6.0),
    "a global array in place": ("uses_weights", lambda m: m.weights.fill(5.0), 10.0),
    "a global array by another": ("uses_weights", lambda m: setattr(m, "weights", np.ones(5)), 5.0),
    "an index array in place": ("uses_order", lambda m: m.order.fill(0), 4.0),
    "a global tuple": ("uses_pair", lambda m: setattr(m, "pair", (9.0, 1.0)), 9.0),
    "a captured value": ("uses_capture", lambda m: set_cell(m.captured, 6.0), 6.0),
    "a closure by another of that code": ("uses_capture", lambda m: setattr(m, "captured", m.make(8.0)), 8.0),
    "another module's function": ("uses_module", lambda m: setattr(m.other, "triple", abs), 1.0),
    "a number of another module": ("uses_module", lambda m: setattr(m.other, "unit", 2.0), 6.0),
    "an attribute of a class": ("uses_class", lambda m: setattr(m.Config, "gain", 3.0), 3.0),
    "a built-in hidden by a global": ("uses_builtin", lambda m: setattr(m, "abs", lambda x: 3.0 * x), 3.0),
    "a default of the function itself": (
        "uses_default", lambda m: setattr(m.uses_default, "__defaults__", (5.0,)), 5.0),
}  # fmt: skip


# Their derivatives are not kept between processes: a class cannot be told from another of its name.
CLASS_CHANGES = {
    "an option set on an instance": ("uses_option", lambda m: setattr(m.solver, "order", 3.0), 3.0),
    "an option of a subclass": ("uses_option", lambda m: setattr(m.Child, "order", 3.0), 3.0),
    "a method replaced": ("uses_method", lambda m: setattr(m.Solver, "cost", lambda self, x: 5.0 * x), 5.0),
    "a method of an instance replaced": ("uses_method", lambda m: setattr(m.solver, "cost", m.inner), 4.0),
    "a method set on a subclass": ("uses_method", lambda m: setattr(m.Child, "cost", lambda self, x: 5.0 * x), 5.0),
    "a method of a class that is built": ("builds", lambda m: setattr(m.Child, "cost", lambda self, x: 5.0 * x), 5.0),
    "__init__ of a class that is built": ("builds", lambda m: setattr(m.Solver, "__init__", m.doubled_order), 4.0),
    "what super() finds": ("uses_super", lambda m: setattr(m.Solver, "cost", lambda self, x: 5.0 * x), 9.0),
    "what super() finds nearer": ("uses_super", lambda m: setattr(m.Child, "cost", lambda self, x: 5.0 * x), 9.0),
    "a property that super() finds": (
        "uses_super", lambda m: setattr(m.Solver, "gain", property(lambda self: 5.0)), 7.0),
    "the bases of super()": ("uses_super", lambda m: setattr(m.Grandchild, "__bases__", (m.Apart,)), 8.0),
    "__init__ by super()": ("builds_by_super", lambda m: setattr(m.Solver, "__init__", m.doubled_order), 8.0),
    "a class's method by super()": (
        "uses_super_of_a_class", lambda m: setattr(m.Solver, "named", classmethod(lambda cls, x: 5.0 * x)), 10.0),
    "a special method replaced": ("uses_length", lambda m: setattr(m.Solver, "__len__", lambda self: 5), 5.0),
    "a special method defined": ("uses_truth", lambda m: setattr(m.Plain, "__bool__", lambda self: False), 3.0),
    "an operator defined": (
        "uses_operator", lambda m: setattr(m.Solver, "__iadd__", lambda self, x: 6.0 * x), 6.0),
    "a property replaced": ("uses_property", lambda m: setattr(m.Solver, "gain", property(lambda self: 5.0)), 5.0),
}


def set_cell(function, value):
    function.__closure__[0].cell_contents = value


@pytest.mark.parametrize("change", CHANGES | CLASS_CHANGES)
def test_a_change_in_the_process_rebuilds(cache, project, change):
    project("other", OTHER)
    module = project("surroundings", SURROUNDINGS + "    def double(x): return 2.0 * x\n")
    name, make, expected = (CHANGES | CLASS_CHANGES)[change]
    gradient = grad(getattr(module, name))
    before = gradient(2.0)
    make(module)
    assert gradient(2.0) == expected != before
    assert grad(getattr(module, name))(2.0) == expected


@pytest.mark.parametrize("name", sorted({name for name, *_ in CHANGES.values()}))
def test_nothing_changed_nothing_is_built(builds, project, name):
    project("other", OTHER)
    module = project("surroundings", SURROUNDINGS)
    gradient = grad(getattr(module, name))
    results = {gradient(2.0) for _ in range(3)} | {grad(getattr(module, name))(2.0)}
    assert len(results) == 1
    assert len(builds) == 1


@pytest.mark.parametrize("name", sorted({name for name, *_ in CLASS_CHANGES.values()}))
def test_a_class_that_has_not_changed_builds_nothing(builds, project, name):
    project("other", OTHER)
    gradient = grad(getattr(project("surroundings", SURROUNDINGS), name))
    assert len({gradient(2.0) for _ in range(3)}) == 1
    assert len(builds) == 1


def test_a_global_rebound_to_an_equal_number_builds_nothing(builds, project):
    module = project("equal", "scale = 2.5\ndef f(x): return x * scale\n")
    gradient = grad(module.f)
    gradient(1.0)
    module.scale = float("2.5")
    assert gradient(1.0) == 2.5
    assert len(builds) == 1


def test_sizes_are_no_part_of_the_key(builds):
    def f(w, x):
        return np.sum((x @ w) ** 2)

    gradient = grad(f)
    for m, n in ((6, 4), (5, 4), (7, 12), (100, 31)):
        assert gradient(np.ones(n), np.ones((m, n))).shape == (n,)
    assert len(builds) == 1
    for n in (3, 2):  # few are: x[:, 2:3] is a column, or nothing
        assert gradient(np.ones(n), np.ones((9, n))).shape == (n,)
    assert len(builds) == 3


def test_the_pattern_of_equal_sizes_and_ones_is(builds):
    def f(x, y):
        return np.sum(x * y)

    gradient = grad(f)
    assert gradient(np.ones((7, 1)), np.ones((7, 4))).shape == (7, 1)
    assert gradient(np.ones((7, 4)), np.ones((7, 4))).shape == (7, 4)
    assert gradient(np.ones((5, 6)), np.ones((5, 6))).shape == (5, 6)
    assert len(builds) == 2


def applied(x, act):
    return act(x)


def scaled(factor):
    return lambda x: x * factor


def test_functions_as_arguments_are_told_apart(cache):
    gradient = grad(applied)
    assert [gradient(2.0, scaled(a)) for a in (1.0, 2.0, 3.0)] == [1.0, 2.0, 3.0]
    first, second = scaled(4.0), scaled(5.0)
    assert [gradient(2.0, f) for f in (first, second, first)] == [4.0, 5.0, 4.0]
    set_cell(second, 6.0)
    assert [gradient(2.0, f) for f in (first, second)] == [4.0, 6.0]


@dataclass
class Model:
    weight: float
    activation: Callable


def applied_of_a_field(x, model):
    return model.activation(x) * model.weight


def test_functions_in_fields_of_arguments_are_told_apart(cache):
    """Of one code with other captured values, of other code, by another derivative from the disk."""
    first, second = scaled(4.0), scaled(5.0)
    for gradient in (grad(applied_of_a_field), grad(applied_of_a_field)):
        assert [gradient(2.0, Model(2.0, f)) for f in (first, second, first)] == [8.0, 10.0, 8.0]
        assert gradient(2.0, Model(3.0, lambda x: x * x)) == 12.0
    set_cell(second, 6.0)
    assert [gradient(2.0, Model(2.0, f)) for f in (first, second)] == [8.0, 12.0]


def test_freed_arguments_do_not_lend_their_identity(cache):
    """Ids are used again as soon as an object is gone."""
    gradient, within = grad(applied), grad(applied_of_a_field)
    for i in range(50):
        assert gradient(2.0, scaled(float(i))) == float(i)
        assert within(2.0, Model(2.0, scaled(float(i)))) == 2.0 * i


def test_the_rules_are_part_of_the_key(cache, monkeypatch):
    def f(x):
        return np.sinh(x)

    from tangent_ad.rules.declare import OPS, RULES

    assert grad(f)(0.0) == 1.0

    def doubled(y, x):
        return 2.0 * np.cosh(x)

    op = OPS[np.sinh]
    with monkeypatch.context() as patch:
        patch.setitem(RULES, op, replace(RULES[op], template=doubled))
        assert grad(f)(0.0) == 2.0
    assert grad(f)(0.0) == 1.0


def test_the_compiler_is_part_of_the_key(builds, monkeypatch):
    def f(x):
        return x * x

    grad(f)(1.0)
    grad(f)(1.0)
    assert len(builds) == 1
    monkeypatch.setattr("tangent_ad.build.compiler_digest", lambda: "another version")
    grad(f)(1.0)
    assert len(builds) == 2


def test_two_functions_of_one_name(cache, project):
    first = project("first", "def f(x): return 2.0 * x\n")
    second = project("second", "def f(x): return 3.0 * x\n")
    for _ in range(2):
        assert grad(first.f)(1.0) == 2.0
        assert grad(second.f)(1.0) == 3.0


def from_text(text, filename, name="f"):
    """A function made by exec, its text known to linecache as notebooks do it."""
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    space = {"__name__": "__main__", "np": np}
    exec(compile(text, filename, "exec"), space)
    return space[name]


def test_functions_made_by_exec(cache):
    for factor in (2.0, 3.0):
        function = from_text(f"def f(x):\n    return x * {factor}\n", "<cell 1>")
        assert grad(function)(1.0) == factor


def test_a_cell_edited_and_run_again(cache):
    """The same name, the same cell, another helper."""
    first = from_text("def h(x): return x * x\ndef f(x): return h(x)\n", "<cell 2>")
    assert grad(first)(3.0) == 6.0
    second = from_text("def h(x): return x * x * x\ndef f(x): return h(x)\n", "<cell 2>")
    assert grad(second)(3.0) == 27.0
    assert grad(first)(3.0) == 6.0


EDITED = {
    "a number": ("x * x\n", "x * 3.0\n"),
    "an operator": ("x * x\n", "x + x\n"),
    "lines above": ("def f", "import os\n\ndef f"),
}


@pytest.mark.parametrize("edit", EDITED)
def test_a_file_edited_after_its_import_is_refused(cache, project, tmp_path, edit):
    """Its text is not what runs; a derivative of it would be of another program."""
    module = project("edited", "def f(x):\n    return x * x\n")
    path = Path(module.__file__)
    path.write_text(path.read_text().replace(*EDITED[edit]))
    with pytest.raises(Refused, match="has changed since 'f' was compiled"):
        grad(module.f)(3.0)
    module = importlib.reload(module)
    expected = {"a number": 3.0, "an operator": 2.0, "lines above": 6.0}
    assert grad(module.f)(3.0) == expected[edit]


def test_a_derivative_made_before_the_edit_stays(cache, project):
    module = project("edited", "def f(x):\n    return x * x\n")
    gradient = grad(module.f)
    assert gradient(3.0) == 6.0
    old = module.f
    module = project("edited", "def f(x):\n    return x * x * x\n")
    assert gradient(3.0) == grad(old)(3.0) == 6.0
    assert grad(module.f)(3.0) == 27.0


def test_objects_without_a_digest_are_right_and_leave_no_file(cache, project):
    module = project("objects", """
        class Thing:
            pass

        def make(thing):
            def g(x):
                return x * 2.0 if thing is None else x * 3.0
            return g

        f = make(Thing())
    """)  # fmt: skip
    assert grad(module.f)(1.0) == 3.0
    assert files(cache) == []


NAMESAKES = """
    import dataclasses

    def make(power):
        @dataclasses.dataclass
        class Model:
            w: float
            def __call__(self, x):
                return x * self.w**power
        return Model

    Model, Cubic = make(2), make(3)

    def loss(model, x):
        return model(x)

    def loss_of_models(model):
        return model.w**2 if isinstance(model, Model) else model.w
"""


@pytest.mark.parametrize("how", ["one_function", "functions_made_anew"])
def test_arguments_of_two_classes_of_one_name(cache, project, how):
    """As after a cell of a notebook that defines a class is run again."""
    module = project("namesakes", NAMESAKES)
    gradient = grad(module.loss, (0, 1))
    for _ in range(2):
        for cls, slopes in ((module.Model, (12.0, 9.0)), (module.Cubic, (54.0, 27.0))):
            if how == "functions_made_anew":
                gradient = grad(lambda model, x: module.loss(model, x), (0, 1))
            of_model, of_x = gradient(cls(3.0), 2.0)
            assert (type(of_model), of_model.w, of_x) == (cls, *slopes)


def test_an_argument_of_the_class_that_a_global_names(cache, project):
    """The stored derivative is for arguments of that class; another class of its name is another program."""
    module = project("namesakes", NAMESAKES)
    assert grad(module.loss_of_models)(module.Model(3.0)).w == 6.0
    assert grad(module.loss_of_models)(module.Cubic(3.0)).w == 1.0
    again = project("namesakes", NAMESAKES)
    again.Model, again.Cubic = again.Cubic, again.Model
    assert grad(again.loss_of_models)(again.Cubic(3.0)).w == 1.0
    assert grad(again.loss_of_models)(again.Model(3.0)).w == 6.0


# -- the second process: digests -----------------------------------------------------------------------

NO_COMPILER = """
from tangent_ad import derive, pipeline
def refuse(*args):
    raise SystemExit("compiled again")
pipeline.prepare = derive.lower = refuse
"""


def run_process(folder, cache, program, compile_=True, **env):
    """Run a program in a fresh process; returns what it printed."""
    text = (
        "import sys\nsys.dont_write_bytecode = True\n"
        + ("" if compile_ else NO_COMPILER)
        + textwrap.dedent(program)
    )
    environment = {
        **os.environ,
        "TANGENT_AD_CACHE": str(cache),
        "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}",
        **env,
    }
    done = subprocess.run(
        [sys.executable, "-c", text], env=environment, capture_output=True, text=True, cwd=folder
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


PROGRAM = """
    import numpy as np, tangent_ad, model
    print(float(np.sum(tangent_ad.grad(model.f)(np.array([1.0, 2.0])))))
"""
MODEL = """
    import numpy as np
    import parts
    from parts import helper

    scale = 2.0
    weights = np.array([1.0, 3.0])
    layers = [(np.array([1.0, 1.0]), 2.0)]

    def make(gain):
        def closed(x):
            return x * gain
        return closed

    closed = make(3.0)

    def own(x, power=2):
        return x ** power

    def f(x):
        w, b = layers[0]
        total = np.sum(helper(own(x)) * scale) + parts.unit * np.sum(x * weights)
        return total + np.sum(closed(x)) + np.sum(x * w) * b
"""
PARTS = """
    unit = 1.0

    def helper(x, factor=1.0):
        return x * factor
"""


def write_project(folder, model=MODEL, parts=PARTS):
    folder.mkdir(exist_ok=True)
    (folder / "model.py").write_text(textwrap.dedent(model))
    (folder / "parts.py").write_text(textwrap.dedent(parts))


def test_the_second_process_compiles_nothing(tmp_path):
    folder, cache = tmp_path / "project", tmp_path / "cache"
    write_project(folder)
    first = run_process(folder, cache, PROGRAM)
    assert float(first) == 2.0 * (2.0 + 4.0) + 4.0 + 6.0 + 4.0
    before = files(cache)
    assert len(before) == 1
    for seed in ("1", "2"):
        assert run_process(folder, cache, PROGRAM, compile_=False, PYTHONHASHSEED=seed) == first
    assert files(cache) == before


def test_a_module_loaded_from_bytecode_has_the_same_key(tmp_path):
    """The first process compiles the user's module, the second loads what the first left in __pycache__."""
    folder, cache = tmp_path / "project", tmp_path / "cache"
    write_project(folder)
    with_bytecode = "import sys\nsys.dont_write_bytecode = False\n" + textwrap.dedent(PROGRAM)
    first = run_process(folder, cache, with_bytecode)
    assert list(folder.rglob("model*.pyc"))
    assert run_process(folder, cache, with_bytecode, compile_=False) == first


EDITS = {
    "the function": ("model", "total + np", "2.0 * total + np"),
    "a helper": ("parts", "return x * factor", "return x * factor * 5.0"),
    "a helper's default": ("parts", "factor=1.0", "factor=4.0"),
    "a default of a function beside it": ("model", "power=2", "power=3"),
    "a global": ("model", "scale = 2.0", "scale = 2.5"),
    "a global of another module": ("parts", "unit = 1.0", "unit = 7.0"),
    "the shape of an array": ("model", "np.array([1.0, 3.0])", "np.array([[1.0, 3.0], [1.0, 1.0]])"),
    "a captured value": ("model", "make(3.0)", "make(4.0)"),
    "a number in a list": ("model", "1.0]), 2.0)", "1.0]), 6.0)"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_between_processes_rebuilds(tmp_path, edit):
    folder, cache = tmp_path / "project", tmp_path / "cache"
    write_project(folder)
    before = run_process(folder, cache, PROGRAM)
    name, old, new = EDITS[edit]
    text = {"model": MODEL, "parts": PARTS}[name]
    assert old in text
    write_project(folder, **{name: text.replace(old, new)})
    after = run_process(folder, cache, PROGRAM)
    assert after == run_process(folder, tmp_path / "empty", PROGRAM)
    assert after != before
    write_project(folder)
    assert run_process(folder, cache, PROGRAM, compile_=False) == before


def test_new_numbers_in_an_array_build_nothing(tmp_path):
    """They are read when the derivative runs."""
    folder, cache = tmp_path / "project", tmp_path / "cache"
    write_project(folder)
    run_process(folder, cache, PROGRAM)
    program = """
        import numpy as np, tangent_ad, model
        model.weights = np.array([10.0, 20.0])
        print(float(np.sum(tangent_ad.grad(model.f)(np.array([1.0, 2.0])))))
    """
    assert float(run_process(folder, cache, program, compile_=False)) == 12.0 + 30.0 + 6.0 + 4.0


def test_names_of_one_object_are_told_apart_once_they_differ(tmp_path):
    """At first both globals are one array, one closure; later they are not."""
    folder, cache = tmp_path / "project", tmp_path / "cache"
    model = """
        import numpy as np
        def make(gain):
            def closed(x):
                return x * gain
            return closed
        a = b = np.array([1.0, 1.0])
        f1 = f2 = make(2.0)
        def f(x):
            return np.sum(f1(x) * a) + np.sum(f2(x) * b)
    """
    write_project(folder, model)
    assert float(run_process(folder, cache, PROGRAM)) == 8.0
    program = "import numpy as np, model\n{}\n" + textwrap.dedent(PROGRAM)
    assert float(run_process(folder, cache, program.format("model.b = np.array([5.0, 5.0])"))) == 24.0
    assert float(run_process(folder, cache, program.format("model.f2 = model.make(5.0)"))) == 14.0


def test_processes_race_without_harm(tmp_path):
    folder, cache = tmp_path / "project", tmp_path / "cache"
    write_project(folder)
    text = textwrap.dedent(PROGRAM)
    env = {**os.environ, "TANGENT_AD_CACHE": str(cache), "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}"}
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    running = [
        subprocess.Popen([sys.executable, "-c", text], env=env, cwd=folder, **streams) for _ in range(8)
    ]
    results = [p.communicate() for p in running]
    assert [p.returncode for p in running] == [0] * 8, results
    assert len({out for out, _ in results}) == 1
    assert [p.suffix for p in files(cache)] == [".py"]


# -- the files -----------------------------------------------------------------------------------------


def simple(x):
    return x * x * x


@pytest.fixture
def stored(cache):
    """The one file of the cache, for `simple`."""
    assert grad(simple)(2.0) == 12.0
    (path,) = files(cache)
    return path


def foreign_digest(text):
    import hashlib

    return f"{modules.MARK}{hashlib.sha256(text.encode()).hexdigest()}\n{text}"


DAMAGE = {
    "empty": lambda text: "",
    "truncated": lambda text: text[: len(text) // 2],
    "one character": lambda text: text.replace("return", "retorn"),
    "another number": lambda text: text.replace("simple_grad(x):", "simple_grad(x):\n    return 666.0"),
    "a foreign module": lambda text: "def simple_grad(x):\n    return 666.0\n",
    "foreign, digest right, no manifest": lambda text: foreign_digest(
        "def simple_grad(x):\n    return 666.0\n"
    ),
    "foreign, manifest of another form": lambda text: foreign_digest(f"x = 1\n{modules.MANIFEST}[1, 2]\n"),
    "foreign, manifest no JSON": lambda text: foreign_digest(f"x = 1\n{modules.MANIFEST}]\n"),
    "binary": lambda text: "\0\xff" * 100,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_rebuilt(stored, damage):
    text = stored.read_text()
    stored.write_bytes(DAMAGE[damage](text).encode("latin-1"))
    assert grad(simple)(2.0) == 12.0
    assert stored.read_text() == text


def test_a_linked_file_is_not_run(stored, tmp_path):
    elsewhere = tmp_path / "elsewhere.py"
    elsewhere.write_text(stored.read_text())
    stored.unlink()
    stored.symlink_to(elsewhere)
    assert grad(simple)(2.0) == 12.0
    assert not stored.is_symlink()


def test_a_file_that_others_may_write_is_not_run(stored, monkeypatch):
    stored.chmod(0o666)
    assert modules.read(stored) is None
    assert grad(simple)(2.0) == 12.0
    assert not stored.stat().st_mode & 0o022


def test_the_file_is_a_module_that_says_what_it_is(stored):
    text = stored.read_text()
    assert text.startswith(modules.MARK)
    assert "def simple_grad(x):" in text
    assert grad(simple).source(2.0) in text + "\n"
    assert modules.MARK not in grad(simple).source(2.0)


def test_the_folder_is_the_users_alone(stored, cache):
    for folder in [cache, *(p for p in cache.rglob("*") if p.is_dir())]:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(stored.stat().st_mode) == 0o600


def test_a_folder_that_others_may_write_is_not_used(cache):
    cache.mkdir()
    cache.chmod(0o777)
    modules._warn_shared.cache_clear()
    with pytest.warns(RuntimeWarning, match=f"chmod 700 {cache}"):
        assert grad(simple)(2.0) == 12.0
    assert files(cache) == []
    with_entry = cache / "planted.py"
    with_entry.write_text("raise SystemExit('planted code ran')\n")
    assert grad(simple)(2.0) == 12.0


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
def test_a_folder_of_another_user_is_not_used(cache):
    cache.mkdir(mode=0o700)
    os.chown(cache, 65534, 65534)
    modules._warn_shared.cache_clear()
    with pytest.warns(RuntimeWarning, match="chmod 700"):
        assert grad(simple)(2.0) == 12.0
    assert files(cache) == []


def test_a_cache_that_cannot_be_written(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("TANGENT_AD_CACHE", str(tmp_path / "file" / "cache"))
    gradient = grad(simple)
    assert gradient(2.0) == 12.0
    path = gradient.specialised.compiled((2.0,)).path
    assert path.is_file()
    assert path.is_relative_to(modules.private_directory())


def test_a_full_disk(cache, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(modules, "_write_atomically", full)
    gradient = grad(simple)
    assert gradient(2.0) == 12.0
    assert "def simple_grad" in gradient.source(2.0)


def test_a_write_that_fails_leaves_no_temporary_file(cache, monkeypatch):
    def fail(*args):
        raise OSError("no renaming today")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", fail)
        assert grad(simple)(2.0) == 12.0
    assert files(cache) == []


def test_temporary_folders_go_when_the_process_ends(tmp_path):
    write_project(tmp_path / "project")
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "tmp").mkdir()
    cache = tmp_path / "file" / "cache"
    assert run_process(tmp_path / "project", cache, PROGRAM, TMPDIR=str(tmp_path / "tmp"))
    assert list((tmp_path / "tmp").iterdir()) == []


def test_few_variants_are_kept(cache, project):
    module = project("many", "scale = 0.0\ndef f(x): return x * scale\n")
    gradient = grad(module.f)
    for i in range(modules.MOST_VARIANTS + 5):
        module.scale = float(i)
        assert gradient(1.0) == float(i)
        time.sleep(0.002)  # ages of files tell variants apart
    assert len(files(cache)) == modules.MOST_VARIANTS


def test_without_the_variable_it_is_the_users_cache_directory(tmp_path, monkeypatch):
    monkeypatch.delenv("TANGENT_AD_CACHE", raising=False)
    monkeypatch.setattr(modules, "user_cache_dir", lambda name: str(tmp_path / "home" / name))
    assert modules.cache_directory() == tmp_path / "home" / "tangent-ad-compiler"


# -- digests and guards --------------------------------------------------------------------------------


def test_digests_tell_values_apart():
    values = [
        0, 0.0, -0.0, False, None, "", b"", (), [], {}, 1, 1.0, True, "1", (1,), [1], (1.0,), ((1,),),
        {"a": 1}, {"a": 1.0}, {1}, frozenset({1}), np.float32(1), np.float64(1), np.int64(1), np.array([1]),
        np.array([2]), np.array([True, False]), np.array([1.0]), np.array([1.0], np.float32), np.ones((1, 1)),
        np.dtype(float), slice(1), range(1), float("nan"), float("inf"), ..., np.sin, np.cos, float, int, np,
        os, len, "ab", ("a", "b"),
    ]  # fmt: skip
    digests = [digest(v) for v in values]
    assert len(set(digests)) == len(values)
    assert digests == [digest(v) for v in values]


def test_a_digest_of_an_unknown_object_is_refused():
    with pytest.raises(CannotFingerprint):
        digest([object()])


def test_sets_have_one_digest_whatever_their_order():
    assert digest({"a", "b", "c"}) == digest({"c", "b", "a"})


def test_nested_functions_are_part_of_a_digest():
    one = from_text("def f(x):\n    def g(y): return y * 2.0\n    return g(x)\n", "<nested>")
    first = digest(one)
    other = from_text("def f(x):\n    def g(y): return y * 3.0\n    return g(x)\n", "<nested>")
    assert digest(other) != first


def test_frozen_values_compare_what_can_be_read():
    array, mask = np.ones(3), np.array([True, False])
    before = guards.frozen([array, {"m": mask}, 1.0])
    assert before != guards.frozen([array, {"m": mask}, 1.0])  # another list: the derivative holds the first
    values = [array, {"m": mask}, 1.0]
    before = guards.frozen(values)
    array[0] = 5.0
    assert guards.frozen(values) == before
    mask[0] = False
    assert guards.frozen(values) != before


@pytest.mark.parametrize("package", ["tangent_ad", "gast", "astor"])
def test_the_digest_of_the_compiler_covers_every_file(package, monkeypatch, tmp_path):
    """Each file of it, and of what parses and prints for it, counts."""
    find_spec = fingerprint.importlib.util.find_spec
    folder = tmp_path / package
    shutil.copytree(Path(find_spec(package).origin).parent, folder, ignore=shutil.ignore_patterns("__pycache__"))

    def elsewhere(name):
        spec = find_spec(name)
        return types.SimpleNamespace(submodule_search_locations=[str(folder)]) if name == package else spec

    monkeypatch.setattr(fingerprint.importlib.util, "find_spec", elsewhere)
    digest = fingerprint.compiler_digest.__wrapped__
    assert digest() == fingerprint.compiler_digest()
    found = {digest()}
    files = sorted(folder.rglob("*.py"))
    for path in files[:: max(1, len(files) // 12)]:
        path.write_text(path.read_text() + "# edited\n")
        found.add(digest())
    assert len(found) == 1 + len(files[:: max(1, len(files) // 12)])
