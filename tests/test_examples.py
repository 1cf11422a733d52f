"""The examples and the demo, run as a user would run them."""

import ast
import importlib.util
import io
import re
import sys
from pathlib import Path

import pytest

pytest.importorskip("sklearn")

EXAMPLES = Path(__file__).parents[1] / "examples"


def load_example(name):
    """Import examples/<name>.py from its file: `examples` is a folder of scripts, not a package."""
    spec = importlib.util.spec_from_file_location(f"example_{name}", EXAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_digits_reach_their_accuracy(capsys):
    assert load_example("digits").main() >= 0.96
    assert "held-out accuracy" in capsys.readouterr().out


def test_linear_regression_agrees_with_least_squares():
    assert load_example("linear_regression").main() < 1e-4  # coefficients are of order 10


def test_heat_inverse_recovers_the_initial_state(tmp_path, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "Agg")
    image = pytest.importorskip("matplotlib.image")
    path = tmp_path / "heat.png"
    assert load_example("heat_inverse").main(path) < 0.1  # the noisy reading itself is at 0.32
    height, width, _ = image.imread(path).shape  # reading checks the signature and every chunk
    assert height > 200
    assert width > 200


@pytest.fixture(scope="module")
def demo_sections():
    """The demo's report, title -> body; asserts that it succeeded."""
    from tangent_ad import demo

    stream = io.StringIO()
    assert demo.run(stream) == 0, stream.getvalue()
    _, *parts = re.split(r"^== (.*) ==\n", stream.getvalue(), flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_demo_shows_a_module_that_runs_without_tangent_ad(demo_sections):
    tree = ast.parse(demo_sections["Its value and gradient, as compiled"])
    assert any(isinstance(node, ast.FunctionDef) and "loss" in node.name for node in tree.body)

    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module)
    assert imported == {"numpy"}
    assert "tangent_ad" not in {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def test_demo_shows_the_users_program_and_its_results(demo_sections):
    program, gradient, check, training, time = demo_sections.values()
    assert "def loss(w1, b1, w2, b2, images, targets):" in program
    assert program != gradient
    assert check.startswith("agrees")
    before, after = map(float, re.search(r"loss (\S+) -> (\S+)", training).groups())
    assert after < 0.2 * before
    assert float(re.search(r"held-out accuracy (\S+)", training)[1]) > 0.9
    assert re.search(r"gradient / function = \d", time)


def test_demo_fails_when_one_entry_of_the_gradient_is_wrong(monkeypatch):
    from tangent_ad import demo

    def slightly_wrong(*args, **kwargs):
        right = demo_value_and_grad(*args, **kwargs)

        def gradient(*args):
            value, (w1_bar, b1_bar, w2_bar, b2_bar) = right(*args)
            b1_bar = b1_bar.copy()
            b1_bar[0] *= 1.01
            return value, (w1_bar, b1_bar, w2_bar, b2_bar)

        return gradient

    demo_value_and_grad = demo.value_and_grad
    monkeypatch.setattr(demo, "value_and_grad", slightly_wrong)
    stream = io.StringIO()
    assert demo.run(stream) == 1
    assert "DISAGREES" in stream.getvalue()


def test_demo_without_scikit_learn_says_what_to_install(monkeypatch):
    from tangent_ad import demo

    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    stream = io.StringIO()
    assert demo.run(stream) == 2
    assert "pip install 'tangent-ad-compiler[examples]'" in stream.getvalue()
    assert stream.getvalue().count("\n") == 1
