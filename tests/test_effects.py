"""What a function prints, logs and warns of, it does once, in every mode: as often as when it is called itself."""

import logging
import warnings

import numpy as np
import pytest

from tangent_ad import grad, hvp, jvp, value_and_grad, vjp

log = logging.getLogger(__name__)

MODES = {
    "value_and_grad": lambda f, x, n: value_and_grad(f)(x, n),
    "grad_by_arrays": lambda f, x, n: grad(f, backend="numpy")(x, n),
    "vjp": lambda f, x, n: vjp(f, x, n)[1](1.0),
    "jvp": lambda f, x, n: jvp(f, (x, n), (1.0, None)),
    "hvp": lambda f, x, n: hvp(f, (x, n), (1.0, None)),
    "grad_of_grad": lambda f, x, n: grad(grad(f))(x, n),
}


def repeated_square(v, n):
    logging.getLogger(__name__).info("%d squares of %.2f to go", n, v)
    return v if n == 0 else repeated_square(v * v, n - 1)


def countdown(v, n):
    """Nobody reads what it returns."""
    print(f"{n} left")
    return v if n == 0 else countdown(v * 2.0, n - 1)


def talkative(x, n):
    y = x
    countdown(x, 2)
    for i in range(n):
        if i == 2:
            log.warning("skipped")
            continue
        y = y * repeated_square(x, 2)
        print(f"turn {i}: {y:.3f} {y:.3f}", end=f" of {n}\n")
    try:
        print("tried")
        y = y * x
    finally:
        print("done")
    while y < 100.0:
        y = y * 3.0
        log.debug(f"{y:.1f}")
    warnings.warn("large", stacklevel=1)
    return y


def what_happens(capsys, caplog, run):
    caplog.clear()
    capsys.readouterr()
    with warnings.catch_warnings(record=True) as caught, caplog.at_level(logging.DEBUG, logger=__name__):
        warnings.simplefilter("always")
        run()
    said = [str(w.message) for w in caught if str(w.message) == "large"]
    return capsys.readouterr().out, [r.getMessage() for r in caplog.records], said


@pytest.mark.parametrize("mode", MODES)
def test_effects_happen_once(mode, capsys, caplog):
    expected = what_happens(capsys, caplog, lambda: talkative(1.1, 4))
    assert all(expected)
    assert what_happens(capsys, caplog, lambda: MODES[mode](talkative, 1.1, 4)) == expected


def test_a_pullback_says_nothing(capsys, caplog):
    _, pullback = vjp(talkative, 1.1, 4)
    assert what_happens(capsys, caplog, lambda: [pullback(1.0), pullback(2.0)]) == ("", [], [])


@pytest.mark.parametrize("optimise", ["all", "-fold", "-common", False])
def test_text_with_the_same_value_twice(optimise, capsys):
    def f(x, digits):
        for i in range(2):
            print(f"{i} {i!r} {x:.2f} {x:.2f} {x:.{digits}f} {x:.{digits}f} {{}}")
            print(f"{x:.2f}")
            x = x * x
        return x

    f(1.1, 4)
    expected = capsys.readouterr().out
    np.testing.assert_allclose(grad(f, optimise=optimise)(1.1, 4), 4.0 * 1.1**3)
    assert capsys.readouterr().out == expected


def checked(v, n):
    assert v[0] > n, "too small"
    return 0.0 if n == 0 else checked(v * 2.0, n - 1)


def test_recursion_that_only_checks_is_run():
    def f(x):
        checked(x, 3)
        return np.sum(x**2)

    assert grad(f)(np.array([4.0])) == 8.0
    for run in (lambda x: grad(f)(x), lambda x: jvp(f, (x,), (x,)), lambda x: vjp(f, x)):
        with pytest.raises(AssertionError, match="too small"):
            run(np.array([2.0]))
