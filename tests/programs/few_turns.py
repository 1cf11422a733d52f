"""Loops of a few turns that do something else in each: they are written out where they could not be followed."""

import numpy as np

from . import Program

x4 = np.array([0.7, 1.3, 2.1, 0.4])
x6 = np.array([0.7, -1.3, 2.1, 0.4, 0.9, 1.6])


def parameters_and_gradients(x):
    W = np.outer(x, x)
    b = x * 1.0
    for _ in range(2):
        gW, gb = W * 0.1, b * 0.2
        for p, g in zip([W, b], [gW, gb], strict=True):
            p -= 0.1 * g
    return np.sum(W) + np.sum(b ** 2)


def parameters_of_two_ranks(x):
    params = [np.outer(x, x), x * 1.0]
    for p in params:
        p *= 0.9
    return np.sum(params[0]) + np.sum(params[1] ** 2)


def parameters_by_name(x):
    params = {}
    k = 0
    for name, shape in [("Wx", (2, 2)), ("b", (2,))]:
        n = int(np.prod(shape))
        params[name] = x[k:k+n].reshape(shape)
        k += n
    return np.sum(params["Wx"] @ params["b"])
NAMES = ["a", "b", "c"]


def dict_filled_by_number(x):
    d = {}
    for k in range(3):
        d[k] = x[k] ** 2
    return d[0] * d[2]


def dict_filled_by_text(x):
    d = {}
    for k in range(3):
        d[f"k{k}"] = x[k] ** 2
    return d["k0"] * d["k2"]


def state_begun_in_a_turn(x):
    state = {}
    for i in range(3):
        if not state:
            state["m"] = x * 0.0
        state["m"] = 0.9 * state["m"] + x * x[i]
    return np.sum(state["m"])


class Momentum:
    def __init__(self):
        self.buf = None

    def step(self, ps, gs):
        if self.buf is None:
            self.buf = [np.zeros_like(p) for p in ps]
        out = []
        for i, (p, g) in enumerate(zip(ps, gs, strict=True)):
            self.buf[i] = 0.9 * self.buf[i] + g
            out.append(p - 0.1 * self.buf[i])
        return out


def optimiser_with_buffers(x):
    o = Momentum()
    ps = [np.outer(x, x), x]
    for _ in range(3):
        ps = o.step(ps, [p * 0.3 for p in ps])
    return np.sum(ps[0]) + np.sum(ps[1] ** 2)


def points_transposed(x):
    pts = [(x[i], x[i] ** 2) for i in range(4)]
    a, b = zip(*pts, strict=True)
    return sum(a) * np.sum(np.array(b))


def tree_of_any_shape(x, tree):
    value, children = tree
    total = value * x[0]
    for child in children:
        total += value * tree_of_any_shape(x, child)
    return total


def rows_begun_in_the_loop(x, n):
    rows = []
    for i in range(n):
        if rows:
            rows[-1].append(x[i])
        else:
            rows.append([x[i] ** 2])
    return rows[0][0]


def arrays_of_a_dict_written(x):
    d = {0: x * 2.0, 1: x * 3.0}
    for i in range(2):
        d[i] += x[0]
        d[i][0] = x[1]
    return np.sum(d[0] * d[1])


def lists_of_a_dict_appended_to(x):
    d = {0: [x[0]], 1: [x[1]]}
    for i in range(2):
        d[i].append(x[2])
    return d[0][0] * d[1][1]


def tuple_that_grows(x):
    history = (x[0],)
    for i in range(3):
        history = history + (np.sin(history[i]),)  # noqa: RUF005
    return history[1] * history[3]


PROGRAMS = [
    *(
        Program(fun, (x4,))
        for fun in (
            parameters_and_gradients,
            parameters_of_two_ranks,
            dict_filled_by_number,
            dict_filled_by_text,
            state_begun_in_a_turn,
            optimiser_with_buffers,
            points_transposed,
            arrays_of_a_dict_written,
            lists_of_a_dict_appended_to,
            tuple_that_grows,
        )
    ),
    Program(parameters_by_name, (x6,)),
    Program(rows_begun_in_the_loop, (x4, 3)),
    Program(tree_of_any_shape, (x4, (0.5, ((1.1, ()), (0.3, ((0.7, ()),)))))),
]
