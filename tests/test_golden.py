"""The emitted source of real programs, read in the diff as a colleague's code: `pytest --update-golden`.

Each golden file is also executed and checked against central differences, so that a pretty but wrong file
cannot be committed.
"""

import copy
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import finite_differences as fd
import numpy as np
import pytest
import test_backend_blocks as backend_blocks
import test_backend_loops as backend_loops
from kernels import stencils
from programs import closures, control_flow, models, simulations

from tangent_ad import source

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = Path(__file__).parent / "golden"
sys.path.append(str(ROOT / "examples"))

import digits  # noqa: E402
import heat_inverse  # noqa: E402
import linear_regression  # noqa: E402

rng = np.random.default_rng(7)


@dataclass(frozen=True)
class Golden:
    """An emitted module: of which function, for which example arguments, of which kind."""

    name: str
    fun: Any
    args: tuple[Any, ...]
    kind: str
    argnums: Any = 0
    backend: str = "plain"

    @property
    def label(self) -> str:
        return f"{self.name}.{self.kind}" if self.backend == "plain" else f"{self.name}.{self.backend}.{self.kind}"

    @property
    def path(self) -> Path:
        return GOLDEN / f"{self.label}.py"


def program(module: Any, name: str) -> tuple[Any, tuple[Any, ...]]:
    found = next(p for p in module.PROGRAMS if p.label == name)
    return found.fun, found.args


digits_args = (digits.initial_params(rng), rng.normal(size=(5, 64)), np.eye(10)[[1, 2, 3, 3, 9]])
CASES = [
    Golden("digits", digits.loss, digits_args, "value_and_grad"),
    Golden("digits", digits.loss, digits_args, "vjp"),
    Golden("heat_inverse", heat_inverse.misfit,
           (rng.normal(size=9), rng.normal(size=9), 0.2, 4, 1e-2), "value_and_grad"),
    Golden("linear_regression", linear_regression.loss,
           (rng.normal(size=3), 0.5, rng.normal(size=(6, 3)), rng.normal(size=6)), "grad", (0, 1)),
    Golden("rk4_pendulum", *program(simulations, "rk4_pendulum"), "jvp"),
    Golden("lotka_volterra", *program(simulations, "lotka_volterra"), "vjp"),
    Golden("nested_loops", *program(control_flow, "nested_loops"), "grad"),
    Golden("for_break", *program(control_flow, "for_break"), "grad"),
    Golden("nested_recursion", *program(closures, "nested_recursion"), "grad"),
    Golden("waves", stencils.fdtd_2d_loss, stencils.fdtd_sample(5, 6, 4), "grad", (1, 2, 3, 4)),
    Golden("attention", *program(models, "attention"), "vjp"),
    Golden("rosenbrock", *program(models, "rosenbrock"), "hvp"),
    Golden("rosenbrock", backend_blocks.rosenbrock, (rng.normal(size=9),), "grad", backend="numpy"),
    Golden("chain", backend_blocks.chain, (rng.normal(size=9),), "grad", backend="numpy"),
    Golden("double_loop", backend_loops.double_loop, tuple(rng.normal(size=(2, 5, 4))), "grad", backend="numpy"),
]  # fmt: skip


def emitted(case: Golden) -> str:
    return source(case.fun, case.kind, case.args, argnums=case.argnums, backend=case.backend)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.label)
def test_emitted_source_is_the_golden_one(case, request):
    path = case.path
    text = emitted(case)
    if request.config.getoption("--update-golden"):
        path.write_text(text)
    assert path.exists(), "run: pytest tests/test_golden.py --update-golden, and read the diff"
    assert text == path.read_text(), "the emitted code changed: --update-golden, and read the diff"


@pytest.mark.parametrize("case", [c for c in CASES if c.kind == "grad"], ids=lambda c: c.label)
def test_golden_gradient_agrees_with_differences(case):
    namespace: dict[str, Any] = {}
    exec(case.path.read_text(), namespace)
    gradient = namespace[f"{case.fun.__name__}_grad"](*case.args)
    places = (case.argnums,) if isinstance(case.argnums, int) else case.argnums
    gradients = (gradient,) if isinstance(case.argnums, int) else gradient
    for place, g in zip(places, gradients, strict=True):
        direction = rng.normal(size=np.shape(case.args[place]))

        def along(step, place=place, direction=direction):
            args = copy.deepcopy(list(case.args))  # a kernel writes into them
            args[place] = args[place] + step * direction
            return case.fun(*args)

        expected = (along(1e-5) - along(-1e-5)) / 2e-5
        assert np.sum(g * direction) == pytest.approx(expected, rel=1e-6, abs=1e-8)


def test_reference_numerics_are_independent():
    """The differences used by the tests do not import the compiler."""
    assert "tangent_ad" not in Path(fd.__file__).read_text().split('"""')[2]
