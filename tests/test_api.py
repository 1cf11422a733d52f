"""What users call: choosing inputs, containers, auxiliary values, errors, the decorator, both printers."""

import ast
import copy
import dataclasses
import functools
import pickle
import threading
import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest

import tangent_ad
from tangent_ad import check_grads, differentiable, grad, hvp, jvp, source, value_and_grad, vjp
from tangent_ad.api import KINDS, plan_of
from tangent_ad.derive import derive
from tangent_ad.ir.types import Unknown
from tangent_ad.rules.declare import OPS, RULES, elementwise
from tangent_ad.specialise import Typer

X, Y = np.array([1.0, 2.0]), np.array([3.0, -1.0])


def weighted(x, y, scale=2.0):
    """A docstring of the user's."""
    return scale * np.sum(x * x * y)


def product(x, y, z):
    return x * y * z


# -- choosing inputs -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("argnums", "expected"),
    [
        (0, 6.0),
        (1, 3.0),
        (-1, 2.0),
        ((0,), (6.0,)),
        ((2, 0), (2.0, 6.0)),
        ([0, 1], (6.0, 3.0)),
        ((-3, -1), (6.0, 2.0)),
        (np.int64(1), 3.0),
        (np.array([2, 0]), (2.0, 6.0)),
    ],
)
def test_argnums(argnums, expected):
    assert grad(product, argnums)(1.0, 2.0, 3.0) == expected


@pytest.mark.parametrize(("argnames", "expected"), [("y", 3.0), (("y",), (3.0,)), (["z", "x"], (2.0, 6.0))])
def test_argnames(argnames, expected):
    assert grad(product, argnames=argnames)(1.0, 2.0, 3.0) == expected


@pytest.mark.parametrize("argnums", [3, -4, (0, 7)])
def test_argnums_that_are_out_of_range(argnums):
    with pytest.raises(ValueError, match=r"product has 3 parameters: x, y, z"):
        grad(product, argnums)


def test_argnames_that_do_not_exist():
    with pytest.raises(ValueError, match=r"product has no parameter 'q'; it has x, y, z"):
        grad(product, argnames="q")


def test_what_is_not_a_python_function():
    with pytest.raises(TypeError, match="sin is not a function with a source in Python, but of type ufunc: wrap"):
        grad(np.sin)


# -- calls ---------------------------------------------------------------------------------------------


def test_keyword_and_default_arguments():
    gradient = grad(weighted)
    expected = 4.0 * X * Y
    np.testing.assert_allclose(gradient(X, Y), expected)
    np.testing.assert_allclose(gradient(X, y=Y), expected)
    np.testing.assert_allclose(gradient(y=Y, x=X), expected)
    np.testing.assert_allclose(gradient(X, Y, 1.0), expected / 2.0)
    np.testing.assert_allclose(gradient(X, Y, scale=1.0), expected / 2.0)


@pytest.mark.parametrize(("args", "kwargs"), [((X,), {}), ((X, Y, 1.0, 2.0), {}), ((X, Y), {"rate": 1.0})])
def test_calls_that_the_function_itself_would_not_take(args, kwargs):
    with pytest.raises(TypeError):
        weighted(*args, **kwargs)
    with pytest.raises(TypeError):
        grad(weighted)(*args, **kwargs)


def keyword_only(x, *, power=2.0):
    return x**power


def test_keyword_only_arguments():
    assert grad(keyword_only)(3.0) == 6.0
    assert grad(keyword_only)(3.0, power=3.0) == pytest.approx(27.0)
    assert grad(keyword_only, argnames="power")(np.e, power=2.0) == pytest.approx(np.e**2)


def test_a_derivative_looks_like_its_function():
    gradient = grad(weighted)
    assert gradient.__name__ == "weighted_grad"
    assert gradient.__doc__ == weighted.__doc__
    assert repr(gradient) == "<grad of weighted with respect to x>"


def test_integers_as_other_arguments_and_booleans_as_options():
    def power(x, n, negate):
        for _ in range(n):
            x = x * x
        return -x if negate else x

    gradient = grad(power)
    assert gradient(2.0, 2, False) == 32.0
    assert gradient(2.0, 1, True) == -4.0
    assert gradient(2.0, 2, False) == 32.0


def test_zero_dimensional_arrays_and_numpy_scalars():
    for x in (np.array(3.0), np.float64(3.0), 3.0):
        assert grad(lambda x: x * x)(x) == 6.0
    assert grad(lambda x: x * x)(np.float32(3.0)).dtype == np.float32


# -- containers ----------------------------------------------------------------------------------------


def network(layers, x):
    for layer in layers:
        x = np.tanh(x @ layer["w"] + layer["b"])
    return np.sum(x)


def layers():
    rng = np.random.default_rng(0)
    return [
        {"w": rng.normal(size=(2, 3)), "b": rng.normal(size=3)},
        {"w": rng.normal(size=(3, 1)), "b": np.ones(1)},
    ]


def test_containers_in_the_same_containers_out():
    gradient = grad(network)(layers(), X)
    assert type(gradient) is list
    assert [set(g) for g in gradient] == [{"w", "b"}, {"w", "b"}]
    assert [g["w"].shape for g in gradient] == [(2, 3), (3, 1)]
    check_grads(network, (layers(), X))


@dataclasses.dataclass(frozen=True)
class Affine:
    slope: np.ndarray
    offset: float = 0.5

    def __call__(self, x):
        return self.slope * x + self.offset


@dataclasses.dataclass
class Neuron:
    slope: float
    activation: Callable = np.tanh

    def __call__(self, x):
        return self.activation(self.slope * x)


def test_a_dataclass_that_is_called_is_a_container():
    def loss(model, x):
        return np.sum(model(x) ** 2)

    model, x = Affine(np.array([1.0, 2.0]), 0.5), np.array([3.0, 4.0])
    of_model, of_x = grad(loss, (0, 1))(model, x)
    assert isinstance(of_model, Affine)
    np.testing.assert_allclose(of_model.slope, 2.0 * model(x) * x)
    np.testing.assert_allclose(of_model.offset, np.sum(2.0 * model(x)))
    np.testing.assert_allclose(of_x, 2.0 * model(x) * model.slope)
    np.testing.assert_array_equal(vjp(loss, model, x)[1](1.0)[0].slope, of_model.slope)
    check_grads(loss, (model, x), order=2)


class Particle(NamedTuple):
    position: np.ndarray
    velocity: np.ndarray
    energy: float = 0.0

    def step(self, dt):
        return self._replace(position=self.position + dt * self.velocity, velocity=self.velocity - dt * self.position)


def test_instances_in_the_same_instances_out():
    def advance(tree):
        particle = tree["particle"]
        model, (scale, vector) = tree["parts"]
        return {"moved": (particle.step(0.1), scale * np.sum(model(vector))),
                "models": [Affine(model.slope * scale, particle.energy**2)]}  # fmt: skip

    tree = {"particle": Particle(X, Y, 0.4), "parts": [Affine(X * Y, 0.2), (0.3, X + Y)]}
    out, pullback = vjp(advance, tree)
    (bar,) = pullback(out)
    assert type(bar["particle"]) is Particle and type(bar["parts"][0]) is Affine and type(bar["parts"][1]) is tuple
    value, dot = jvp(advance, (tree,), (tree,))
    assert type(dot["moved"][0]) is Particle and type(dot["models"][0]) is Affine and type(value["models"]) is list
    np.testing.assert_allclose(dot["moved"][0].position, tree["particle"].step(0.1).position)
    np.testing.assert_allclose(bar["particle"].position, 1.01 * X)
    np.testing.assert_allclose(bar["particle"].energy, 0.4 + 2.0 * 0.4**3)
    check_grads(advance, (tree,))
    check_grads(lambda t: np.sum(t["particle"].step(t["parts"][1][0]).velocity ** 2), (tree,), order=2)


@dataclasses.dataclass
class Unweighed:
    value: float
    weight: dataclasses.InitVar[float]


def test_a_dataclass_is_returned_without_what_it_does_not_keep():
    x = np.array([0.7, 1.2])
    out, pullback = vjp(lambda x: Unweighed(x[0] ** 2, x[1]), x)
    assert out.value == x[0] ** 2
    np.testing.assert_allclose(pullback(out)[0], [2.0 * x[0] ** 3, 0.0])


def test_a_dataclass_that_holds_a_function_is_one():
    """It is an option, and vjp, which differentiates all that holds floats, says so."""

    def response(neuron, x):
        return neuron(x)

    np.testing.assert_allclose(grad(response, 1)(Neuron(2.0), 0.3), 2.0 / np.cosh(0.6) ** 2)
    with pytest.raises(TypeError, match="holds floats and a function"):
        vjp(response, Neuron(2.0), 0.3)


def test_containers_as_results():
    def fun(x):
        return {"sum": np.sum(x), "pair": (x * 2.0, [x[0]])}

    value, tangent = jvp(fun, (X,), (Y,))
    assert tangent.keys() == value.keys()
    np.testing.assert_allclose(tangent["pair"][0], 2.0 * Y)
    _, pullback = vjp(fun, X)
    (bar,) = pullback({"sum": 1.0, "pair": (np.ones(2), [10.0])})
    np.testing.assert_allclose(bar, [13.0, 3.0])


# -- has_aux -------------------------------------------------------------------------------------------


def with_aux(x, y):
    residual = x - y
    return np.sum(residual**2), {"residual": residual, "count": 2}


def test_auxiliary_values_are_handed_on():
    gradient, aux = grad(with_aux, has_aux=True)(X, Y)
    np.testing.assert_allclose(gradient, 2.0 * (X - Y))
    np.testing.assert_allclose(aux["residual"], X - Y)
    assert aux["count"] == 2
    (value, aux), (x_bar, y_bar) = value_and_grad(with_aux, (0, 1), has_aux=True)(X, Y)
    assert value == 13.0
    np.testing.assert_allclose(x_bar, -y_bar)
    np.testing.assert_allclose(aux["residual"], X - Y)


def test_has_aux_needs_a_pair():
    with pytest.raises(TypeError, match=r"has_aux=True weighted must return a pair \(value, aux\)"):
        grad(weighted, has_aux=True)(X, Y)


# -- jvp, vjp, hvp -------------------------------------------------------------------------------------


def test_a_tangent_of_none_is_not_differentiated():
    value, tangent = jvp(weighted, (X, Y), (X, None))
    assert value == weighted(X, Y)
    np.testing.assert_allclose(tangent, np.sum(4.0 * X * Y * X))
    both = jvp(weighted, (X, Y), (X, Y))[1]
    np.testing.assert_allclose(both, tangent + jvp(weighted, (X, Y), (None, Y))[1])


def test_vjp_gives_none_for_what_holds_no_floats():
    def fun(x, n, name):
        return x * n

    value, pullback = vjp(fun, 2.0, 3, "label")
    assert value == 6.0
    assert pullback(1.0) == (3.0, None, None)
    assert pullback(2.0) == (6.0, None, None)


def test_vjp_of_integers_alone():
    with pytest.raises(TypeError, match="at least one float argument"):
        vjp(lambda n: n * 2, 3)


def test_hvp_of_chosen_inputs():
    products = hvp(weighted, (X, Y), (np.ones(2), None))
    np.testing.assert_allclose(products[0], 4.0 * Y)
    assert products[1] is None


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: jvp(weighted, (X, Y), (np.ones(3), None)),
            r"tangent of x has shape \(3,\), its value \(2,\)",
        ),
        (lambda: jvp(weighted, (X, Y), (X,)), "2 primals but 1 tangents"),
        (lambda: hvp(weighted, (X, Y), (np.ones((2, 1)), None)), r"tangent of x has shape \(2, 1\)"),
        (
            lambda: vjp(np_double, X)[1](np.ones(3)),
            r"cotangent of the result has shape \(3,\), its value \(2,\)",
        ),
        (lambda: jvp(first_of, ((X, Y),), ((X,),)), "tangent of pair must be a tuple of 2"),
        (
            lambda: jvp(network, (layers(), X), ([{"w": 1.0}, {"b": 1.0}], None)),
            "must be a dict with the keys",
        ),
    ],
)
def test_tangents_and_cotangents_that_do_not_fit(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def np_double(x):
    return 2.0 * x


def first_of(pair):
    return np.sum(pair[0])


def test_tangents_are_cast_to_their_primals():
    _, tangent = jvp(np_double, (X.astype(np.float32),), ([1, 2],))
    assert tangent.dtype == np.float32


# -- errors --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (3, r"'x' is of type int \(3\).*pass float\(x\), here 3\.0"),
        (np.arange(3), r"'x' is an array of int64.*pass x\.astype\(float\)"),
        (np.int32(2), r"'x' is of type int32.*pass float\(x\), here 2\.0"),
        (True, r"'x' is of type bool"),
        ("text", r"'x' is of type str.*leave it out of argnums"),
        ([1, 2], r"'x' is of type list.*pass floats"),
    ],
)
def test_inputs_without_floats_show_the_fix(x, message):
    with pytest.raises(TypeError, match=message):
        grad(lambda x: x * 2.0)(x)


def test_an_array_of_objects():
    with pytest.raises(TypeError, match="dtype object: pass numbers"):
        grad(np_double)(np.array([1.0, None]))
    with pytest.raises(TypeError, match=r"is a matrix: pass a plain array, np\.asarray\(x\)"):
        grad(np_double)(np.matrix([1.0]))


@pytest.mark.parametrize(
    ("fun", "message"),
    [
        (
            np_double,
            r"np_double returns an array \(float64, 1 axes\); reduce it \(np\.sum, np\.mean\), or use vjp",
        ),
        (lambda x: (np.sum(x), x), "returns a tuple of 2; use vjp, or has_aux=True"),
        (lambda x: None, "returns None"),
        (lambda x: np.sum(x) * 1j, r"a complex number; take np\.real or np\.abs"),
    ],
    ids=["array", "tuple", "none", "complex"],
)
def test_results_that_are_not_one_number_show_the_fix(fun, message):
    with pytest.raises(TypeError, match=message):
        grad(fun)(X)


def test_a_disconnected_input_warns_once_and_gives_zeros():
    def fun(x, y):
        return np.sum(x)

    gradient = grad(fun, (0, 1))
    with pytest.warns(UserWarning, match="fun does not depend on 'y': its derivative is zero"):
        x_bar, y_bar = gradient(X, np.ones((4, 3)))
    np.testing.assert_array_equal(x_bar, np.ones(2))
    np.testing.assert_array_equal(y_bar, np.zeros((4, 3)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gradient(X, np.ones((5, 3)))


# -- the decorator -------------------------------------------------------------------------------------


@differentiable
def decorated(x, y):
    """Squares and products."""
    return np.sum(x * x * y)


@differentiable(argnums=1)
def by_the_second(x, y):
    return np.sum(x * y)


def test_a_decorated_function_stays_itself():
    assert decorated(X, Y) == np.sum(X * X * Y)
    assert decorated(X, y=Y) == np.sum(X * X * Y)
    assert decorated.__name__ == "decorated"
    assert decorated.__doc__ == "Squares and products."


def test_a_decorated_function_is_followed_where_it_is_called():
    twice = differentiable(decorated)

    def loss(x, y):
        return decorated(x, y) ** 2 + twice(y, y=x)

    np.testing.assert_allclose(grad(loss)(X, Y), 4.0 * np.sum(X * X * Y) * X * Y + Y * Y)
    np.testing.assert_allclose(decorated.grad(X, Y), 2.0 * X * Y)


def test_a_decorated_function_has_its_derivatives():
    np.testing.assert_allclose(decorated.grad(X, Y), 2.0 * X * Y)
    value, gradient = decorated.value_and_grad(X, Y)
    assert value == decorated(X, Y)
    np.testing.assert_allclose(gradient, 2.0 * X * Y)
    np.testing.assert_allclose(decorated.jvp((X, Y), (X, None))[1], np.sum(2.0 * X * X * Y))
    np.testing.assert_allclose(decorated.vjp(X, Y)[1](1.0)[1], X * X)
    np.testing.assert_allclose(decorated.hvp((X, Y), (X, None))[0], 2.0 * X * Y)
    assert "def decorated_grad(x, y):" in decorated.source()
    assert "def decorated_vjp(x, y):" in decorated.source("vjp", (X, Y))
    np.testing.assert_allclose(by_the_second.grad(X, Y), X)


def test_a_decorated_function_is_differentiated_as_itself():
    np.testing.assert_allclose(grad(decorated)(X, Y), 2.0 * X * Y)
    check_grads(decorated, (X, Y), order=2)


def test_derivatives_of_derivatives():
    def cube(x):
        return x**3

    assert grad(grad(cube))(2.0) == pytest.approx(12.0)
    assert grad(grad(grad(cube)))(2.0) == pytest.approx(6.0)
    assert jvp(grad(cube), (2.0,), (1.0,))[1] == pytest.approx(12.0)


# -- source --------------------------------------------------------------------------------------------


def scaled_sum(x, a):
    y = a * x
    return np.sum(y * y)


def run_source(text, name):
    names = {}
    exec(compile(text, "<source>", "exec"), names)
    return names[name]


@pytest.mark.parametrize("args", [None, (X, 2.0)], ids=["unknown", "typed"])
@pytest.mark.parametrize("kind", KINDS)
def test_source_of_each_kind_runs_alone(kind, args):
    text = source(scaled_sum, kind, args)
    assert "tangent_ad." not in text.partition('"""\n')[2]
    function = run_source(text, f"scaled_sum_{kind}")
    value, gradient = np.sum((2.0 * X) ** 2), 8.0 * X
    if kind == "grad":
        np.testing.assert_allclose(function(X, 2.0), gradient)
    elif kind == "hvp":
        np.testing.assert_allclose(function(X, 2.0, Y), 8.0 * Y)
    else:
        found, rest = function(X, 2.0, Y) if kind == "jvp" else function(X, 2.0)
        np.testing.assert_allclose(found, value)
        if kind == "vjp":
            np.testing.assert_allclose(rest(3.0)[0], 3.0 * gradient)
        else:
            np.testing.assert_allclose(rest, gradient @ Y if kind == "jvp" else gradient)


def test_source_needs_no_helper_where_the_types_are_known():
    tree = ast.parse(source(scaled_sum, "grad", (X, 2.0)))
    assert [n.name for n in tree.body if isinstance(n, ast.FunctionDef)] == ["scaled_sum_grad"]


def test_source_of_a_call_and_of_the_function_are_one():
    assert grad(scaled_sum).source(X, 2.0) == source(scaled_sum, "grad", (X, 2.0))


def test_source_of_an_unknown_kind():
    with pytest.raises(ValueError, match=r"kind 'hessian'; choose one of grad, value_and_grad"):
        source(scaled_sum, "hessian")


def loops(x, n):
    for i in range(n):
        if i % 2 == 0 and np.sum(x) > -10.0:
            x = np.sin(x) * 2.0**-i
        else:
            x = -x + (x if i > 3 else 0.5)
    return np.sum(x**2)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("fun", "typed"), [(loops, True), (loops, False), (weighted, True), (weighted, False), (network, True)]
)
def test_both_printers_print_the_same_program(fun, kind, typed):
    args = {loops: (X, 5), weighted: (X, Y, 2.0), network: (layers(), X)}[fun]
    names = list(tangent_ad.api.parameter_names(fun))
    typer = Typer()
    types = {
        n: typer.argument(n, a) if typed or type(a) is int else Unknown()
        for n, a in zip(names, args, strict=True)
    }
    derived = derive(plan_of(fun, kind, (names[0],), True), types)
    texts = {printer: derived.emit("Header.", printer).text for printer in ("astor", "unparse")}
    trees = {ast.dump(ast.parse(text)) for text in texts.values()}
    assert len(trees) == 1
    functions = [run_source(text, f"{fun.__name__}_{kind}") for text in texts.values()]
    if kind in ("jvp", "hvp"):
        args = (*args, args[0])
    results = [f(*args) for f in functions]
    if kind == "vjp":
        results = [(value, pullback(1.0)) for value, pullback in results]
    np.testing.assert_equal(results[0], results[1])
    comments = [
        [line.strip() for line in text.splitlines() if line.strip().startswith("#")]
        for text in texts.values()
    ]
    assert comments[0] == comments[1]


# -- check_grads ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("modes", [("fwd",), ("rev",), ("fwd", "rev")])
def test_check_grads_passes_what_is_right(modes):
    check_grads(weighted, (X, Y, 2.0), order=2, modes=modes)
    check_grads(network, (layers(), X), modes=modes)
    check_grads(np_double, (X.astype(np.float32),), modes=modes)


def tanh_of(x):
    return np.sum(np.tanh(x))


def wrong_tanh(y, x):
    return 1 - y * y * 1.001


@pytest.mark.parametrize(("mode", "name"), [("fwd", "forward"), ("rev", "reverse")])
def test_check_grads_finds_a_wrong_rule(monkeypatch, mode, name):
    op = OPS[np.tanh]
    monkeypatch.setitem(RULES, op, replace(RULES[op], template=wrong_tanh))
    monkeypatch.setattr(tangent_ad.api, "_shared", {})
    with pytest.raises(AssertionError, match=f"first derivative of tanh_of, {name} mode"):
        check_grads(tanh_of, (X,), modes=(mode,))


def kinked(x):
    return np.sum(np.abs(x))


def test_check_grads_fails_at_a_kink():
    with pytest.raises(AssertionError, match="first derivative of kinked"):
        check_grads(kinked, (np.array([1e-7, 1.0]),))


# -- threads -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [lambda x: (x, x), lambda x: (x[1:], x[:-1]), lambda x: (x, [x[1:]])])
def test_arguments_that_share_what_is_written(arguments):
    def f(x, y):
        x[0] = 2.0 * x[1]
        return np.sum(x) + np.sum(y[0])

    x = np.array([1.0, 2.0, 3.0])
    for call in (grad(f), lambda *a: vjp(f, *a), lambda *a: jvp(f, a, (a[0], None))):
        with pytest.raises(ValueError, match=r"into 'x', and 'y' shares its memory in this call: pass (y|copy)[.]"):
            call(*arguments(x))
    np.testing.assert_array_equal(x, [1.0, 2.0, 3.0])


def test_threads_may_share_a_derivative():
    def fun(x, n):
        for _ in range(n):
            x = np.sin(x) + x
        return np.sum(x)

    gradient = grad(fun)
    inputs = [np.linspace(0.0, 1.0, 2 + i % 5).reshape(-1, *(1,) * (i % 3)) for i in range(24)]
    results = [None] * len(inputs)
    start = threading.Barrier(8)

    def work(which):
        start.wait()
        for i in range(which, len(inputs), 8):
            results[i] = gradient(inputs[i], 3)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    fresh = grad(fun)
    for x, found in zip(inputs, results, strict=True):
        np.testing.assert_array_equal(found, fresh(x, 3))


@pytest.mark.parametrize("order", [1, -1])
def test_one_gradient_for_few_and_for_many_columns(order):
    """A slice is a column, or nothing: what a module assumes of small sizes holds for the arrays that it is given."""

    def fun(p):
        x, z = p[:, 0:1], p[:, 2:3]
        return np.sum(z**2 * x) + np.sum(x * p) + np.sum(p[1:] * p[:-1] ** 2)

    gradient = grad(fun)
    shapes = [(4, 5), (4, 3), (4, 2), (4, 1), (4, 0), (0, 3), (1, 3), (2, 2), (2, 3), (3, 3), (6, 4)]
    for shape in shapes[::order]:
        p = np.arange(1.0, 1.0 + np.prod(shape)).reshape(shape) / 7.0
        found = gradient(p)
        assert found.shape == shape
        for place in np.ndindex(shape):
            step = np.zeros(shape)
            step[place] = 1e-6
            assert found[place] == pytest.approx((fun(p + step) - fun(p - step)) / 2e-6, rel=1e-6, abs=1e-8)


@dataclasses.dataclass
class Pair:
    u: float
    v: float
    scale = 1.0


def of_items(a, b):
    a[0] = b[1] * 2.0
    return a[0] * b[0]


def of_fields(a, b):
    a.u = b.v * 2.0
    return a.u * b.u


def of_parts(p):
    return of_items(p["a"], p["b"])


SAME = [1.5, 2.0]
PAIR = Pair(1.5, 2.0)


@pytest.mark.filterwarnings("ignore:.* does not depend")
@pytest.mark.parametrize(
    ("fun", "args"), [(of_items, (SAME, SAME)), (of_fields, (PAIR, PAIR)), (of_parts, ({"a": SAME, "b": SAME},))]
)
def test_containers_that_are_one_and_written(fun, args):
    with pytest.raises(ValueError, match=r"shares its memory|holds the same memory twice"):
        value_and_grad(fun)(*args)
    if len(args) == 2:
        assert value_and_grad(fun)(args[0], copy.deepcopy(args[1]))[0] == 6.0


def test_an_argument_whose_items_share_memory():
    def shifted(windows):
        windows[1:] += windows[:-1]
        return np.sum(windows**2)

    windows = np.lib.stride_tricks.as_strided(np.arange(5.0), (3, 3), (8, 8))
    with pytest.raises(ValueError, match=r"whose items share memory: pass windows.copy\(\)"):
        grad(shifted)(windows)
    every_other = np.arange(12.0).reshape(3, 4)[::-1, ::2].T
    np.testing.assert_allclose(grad(shifted)(every_other), grad(shifted)(every_other.copy()))



def test_an_attribute_that_hides_one_of_the_class():
    scaled = grad(lambda p, x: p.scale * x, 1)
    pair = Pair(1.0, 2.0)
    assert scaled(pair, 3.0) == 1.0
    pair.scale = 4.0
    with pytest.raises(TypeError, match="'scale', which is no field, hides"):
        scaled(pair, 3.0)


def test_arguments_of_a_star():
    """One primal, one tangent and one cotangent for each argument, however the function takes them."""
    x, y = np.array([1.0, 2.0]), np.array([0.5, -1.0])

    def fun(a, *rest, k=2.0):
        return np.sum(a * rest[0] * k + rest[1])

    assert jvp(fun, (x, y, x), (x, None, y))[1] == pytest.approx(np.sum(x * y * 2.0 + y))
    for found, expected in zip(vjp(fun, x, y, x)[1](1.0), (y * 2.0, x * 2.0, np.ones(2)), strict=True):
        np.testing.assert_allclose(found, expected)
    assert vjp(lambda *r: r[0] * r[1], 2.0, 3.0)[1](1.0) == (3.0, 2.0)
    products = hvp(lambda *r: np.sum(r[0] * r[1]), (x, y), (x, y))
    np.testing.assert_allclose(products, (y, x))
    check_grads(fun, (x, y, x))


def given(function):
    @functools.wraps(function)
    def wrapped(y, x, k=3.0):
        return function(x, y) * k

    return wrapped


@given
def powers(x, y, k=1.0):
    return x**2 * y


def test_a_wrapper_with_parameters_of_its_own():
    """Arguments are those of the function that is called, not of the one that it wraps."""
    assert grad(powers)(2.0, 3.0) == 27.0
    assert jvp(powers, (2.0, 3.0), (1.0, 0.0)) == (54.0, 27.0)


def test_check_grads_leaves_its_arguments_alone():
    def fun(x, n):
        n[0] += 1
        x[0] = x[1] * x[2]
        return np.sum(x**3) * n[0]

    x, n = np.array([0.5, 0.6, 0.7]), np.array([1])
    check_grads(fun, (x, n))
    assert (x[0], n[0]) == (0.5, 1)


class Model:
    def __init__(self, scale):
        self.scale = scale

    @differentiable(argnums=1)
    def loss(self, x):
        return np.sum(x**2) * self.scale

    def twice(self, x):
        return 2 * self.loss(x)


def test_a_method_that_is_differentiable_is_bound():
    x = np.array([1.0, 2.0, 3.0])
    assert Model(2.0).loss(x) == 28.0
    np.testing.assert_allclose(grad(lambda x: Model(x[0]).twice(x))(x), [32.0, 8.0, 12.0])


@differentiable
def cubed(x):
    return np.sum(x**3)


def by_name(x, y=2.0):
    return np.sum(x**2) * y


@pytest.mark.parametrize("made", [grad(by_name), value_and_grad(by_name, optimise="-fold"), cubed, cubed.grad])
def test_derivatives_are_pickled_as_functions_are(made):
    x = np.array([1.0, 2.0])
    np.testing.assert_equal(pickle.loads(pickle.dumps(made))(x), made(x))


def test_a_rule_that_is_declared_again_counts():
    def softly(x):
        return np.logaddexp(0.0, x)

    def loss(x):
        return np.sum(softly(x) ** 2)

    def slopes():
        return gradient(x), jvp(loss, (x,), (np.ones(2),))[1], vjp(loss, x)[1](1.0)[0]

    x = np.array([0.3, -0.2])
    gradient = grad(loss)
    right = slopes()

    @elementwise(softly)
    def wrong(z, x):
        return 7.0 + 0 * x

    np.testing.assert_allclose(slopes()[0], 14.0 * softly(x))

    @elementwise(softly)
    def mended(z, x):
        return 1.0 - np.exp(-z)

    for found, expected in zip(slopes(), right, strict=True):
        np.testing.assert_allclose(found, expected)
    del RULES[OPS.pop(softly)]  # the table of rules is one for all tests


def test_the_product_with_no_tangent_at_all():
    assert hvp(by_name, (np.ones(2), 2.0), (None, None)) == (None, None)
