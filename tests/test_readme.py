"""The README holds: its programs run, the source that it shows is the one that is emitted.

`python tests/test_readme.py` writes the emitted source into the README after a change of the compiler.
"""

import importlib
import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tangent_ad import cli, source
from tangent_ad.frontend.fence import FENCE

ROOT = Path(__file__).parents[1]
README, LIMITS = ROOT / "README.md", ROOT / "docs" / "limits.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TOOL_BINARY = "tangent-ad"


def blocks(language):
    return [text for kind, text in BLOCK.findall(README.read_text()) if kind == language]


@pytest.fixture
def model(tmp_path, monkeypatch):
    """The README's `model.py`, importable."""
    (tmp_path / "model.py").write_text(blocks("python")[0])
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    importlib.invalidate_caches()
    yield importlib.import_module("model")
    del sys.modules["model"]


def run_program(model):
    names = {"np": np}
    exec(compile(blocks("python")[1], str(README), "exec"), names)
    return names


def emitted(model):
    names = run_program(model)
    return source(model.loss, args=(names["w"], names["x"], names["y"]))


def test_the_program_runs(model):
    names = run_program(model)
    w, x, y = names["w"], names["x"], names["y"]
    error = np.tanh(x @ w) - y
    np.testing.assert_allclose(names["gradient"], x.T @ (2.0 / 3.0 * error * (1.0 - np.tanh(x @ w) ** 2)))


def test_the_emitted_source_is_the_one_shown(model):
    assert blocks("python")[2] == emitted(model), "run python tests/test_readme.py"


def test_the_shown_source_runs_alone(model):
    names = {}
    exec(blocks("python")[2], names)
    program = run_program(model)
    np.testing.assert_array_equal(
        names["loss_grad"](program["w"], program["x"], program["y"]), program["gradient"]
    )


def test_the_build_command_works(model, tmp_path):
    (command,) = [text for text in blocks("sh") if text.startswith(TOOL_BINARY)]
    assert cli.main(shlex.split(command)[1:]) == 0
    text = (tmp_path / "loss_grad.py").read_text()
    assert command.strip() in text.replace("'", '"')
    assert "def unbroadcast" not in text


def test_the_commands_are_the_promised_ones():
    demo, tests = (text.strip() for text in blocks("sh")[:2])
    assert demo.endswith(".venv/bin/tangent-ad demo")
    assert tests.endswith("-e '.[test]' && .venv/bin/python -m pytest -n auto")
    assert all(text.startswith("python -m venv .venv && ") and "\n" not in text for text in (demo, tests))


def test_continuous_integration_runs_the_readmes_test_command():
    printed = subprocess.run(
        [str(ROOT / ".ci" / "run"), "--print"], capture_output=True, text=True, check=True
    )
    assert printed.stdout.strip() == blocks("sh")[1].strip()


def test_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)#]+)\)", README.read_text()):
        assert (ROOT / target).exists(), target


def test_the_readme_has_the_versions_of_the_package():
    metadata = (ROOT / "pyproject.toml").read_text()
    assert 'requires-python = ">=3.10"' in metadata
    version = re.search(r'^version = "(\d+\.\d+)', metadata, re.MULTILINE)[1]
    assert f"Status: {version}" in README.read_text()


def fence_table():
    rows = []
    for kind, (reason, remedy) in FENCE.items():
        rows.append(f"| `{kind.__name__}` | {reason} | {remedy} |")
    return "\n".join(["| syntax | reason | write instead |", "|---|---|---|", *rows])


def test_the_limits_list_the_whole_fence():
    assert fence_table() in LIMITS.read_text(), "run python tests/test_readme.py"


def update():
    """Write the emitted source into the README, and the fence into the limits."""
    import tempfile

    folder = Path(tempfile.mkdtemp())
    (folder / "model.py").write_text(blocks("python")[0])
    sys.path.insert(0, str(folder))
    old = [m for m in BLOCK.finditer(README.read_text()) if m[1] == "python"][2]
    new = emitted(importlib.import_module("model"))
    text = README.read_text()
    README.write_text(text[: old.start(2)] + new + text[old.end(2) :])
    before, _, rest = LIMITS.read_text().partition("<!-- fence -->\n")
    _, _, after = rest.partition("<!-- /fence -->\n")
    LIMITS.write_text(f"{before}<!-- fence -->\n{fence_table()}\n<!-- /fence -->\n{after}")


if __name__ == "__main__":
    update()
