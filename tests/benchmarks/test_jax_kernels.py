"""The ports to JAX compute what the kernels compute, and their gradients are ours: two derivations of each."""

import copy
import importlib

import numpy as np
import pytest

from tangent_ad import value_and_grad
from tests.kernels import TOPICS, all_kernels

jax = pytest.importorskip("jax", reason="jax is not installed")

KERNELS = all_kernels()
PORTS = {topic: importlib.import_module(f"tests.benchmarks.jax_kernels.{topic}") for topic in TOPICS}


def ported(name):
    """The port of a kernel and the positions of its static arguments; skips where there is none."""
    topic, label = name.split(".")
    module = PORTS[topic]
    if label in module.NOT_PORTED:
        pytest.skip(module.NOT_PORTED[label])
    return getattr(module, label), module.STATIC.get(label, ())


def test_the_tables_name_kernels():
    for topic, module in PORTS.items():
        labels = {name.split(".")[1] for name in KERNELS if name.startswith(f"{topic}.")}
        assert set(module.STATIC) | set(module.NOT_PORTED) <= labels, topic


@pytest.mark.parametrize("name", KERNELS)
def test_value_and_gradient(name):
    kernel = KERNELS[name]
    port, static = ported(name)
    assert not set(static) & set(kernel.active), "a static argument cannot be differentiated"
    value = jax.jit(port, static_argnums=static)(*kernel.args)
    assert value.shape == ()
    np.testing.assert_allclose(value, kernel.run_loss(*kernel.args), rtol=1e-8)

    gradient = jax.jit(jax.grad(port, kernel.active), static_argnums=static)(*kernel.args)
    _, expected = value_and_grad(kernel.loss, kernel.active)(*copy.deepcopy(kernel.args))
    for got, wanted in zip(gradient, expected, strict=True):
        assert got.shape == np.shape(wanted) and got.dtype == np.asarray(wanted).dtype
        np.testing.assert_allclose(got, wanted, rtol=1e-8, atol=1e-8 * np.max(np.abs(wanted)))
