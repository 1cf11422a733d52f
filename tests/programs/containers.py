"""Tuples, lists and dicts: as arguments, as results, nested, iterated and unpacked."""

# ruff: noqa: B905 (a plain zip is what users write)

import math

import numpy as np

from . import Program

rng = np.random.default_rng(5)


def tuple_argument(pair):
    a, b = pair
    return a * math.sin(b)


def nested_unpacking(nested):
    (a, b), (c, (d, e)) = nested
    return a * b + c * d * e


def tuple_elements_read_twice(pair):
    return pair[0] * pair[1] + pair[0] ** 2 + pair[-1]


def list_argument(values):
    total = 0.0
    for i in range(len(values)):
        total += values[i] ** (i + 1)
    return total


def list_iterated(values):
    product = 1.0
    for value in values:
        product *= math.cos(value)
    return product


def builtin_sum_of_list(values):
    return sum(values) * values[0]


def dict_argument(parameters):
    return parameters["slope"] * parameters["offset"] ** 2 + parameters["slope"] ** 3


def dict_of_arrays(parameters, x):
    hidden = np.tanh(x @ parameters["W"] + parameters["b"])
    return np.sum(hidden * parameters["v"])


def dict_of_dicts(tree):
    return tree["first"]["a"] * tree["second"]["b"][0] + tree["second"]["b"][1] ** 2


def dict_items(parameters):
    total = 0.0
    for name, value in parameters.items():
        if name == "bias":
            total += value
        else:
            total += value**2
    return total


def dict_values_and_keys(parameters):
    total = 0.0
    for value in parameters.values():
        total = total * 0.5 + math.sin(value)
    for name in parameters:
        total += parameters[name] ** 2
    return total


def list_of_layers(layers, x):
    for W, b in layers:
        x = np.tanh(x @ W + b)
    return np.sum(x**2)


def layers_except_last(layers, x):
    for W, b in layers[:-1]:
        x = np.tanh(x @ W + b)
    W, b = layers[-1]
    return np.sum(x @ W + b)


def zip_of_lists(weights, biases):
    total = 0.0
    for w, b in zip(weights, biases):
        total = math.tanh(w * total + b)
    return total


def reversed_list(values):
    y = 0.2
    for value in reversed(values):
        y = math.sin(y + value)
    return y


def local_tuple(x, y):
    point = (x * y, x + y)
    a, b = point
    return a * b + point[0]


def local_list(x):
    terms = [x, x**2, math.sin(x)]
    return terms[0] * terms[1] + terms[-1]


def local_dict(x, y):
    state = {"position": x, "speed": y}
    state = {"position": state["position"] + 0.1 * state["speed"], "speed": 0.9 * state["speed"]}
    return state["position"] * state["speed"]


def container_in_loop(x, n):
    state = (x, 1.0)
    for i in range(n):
        position, speed = state
        state = (position + 0.1 * speed, speed - 0.1 * math.sin(position) * i)
    return state[0] * state[1]


def alias_of_a_container(pair):
    other = pair
    both = (pair, other)
    return both[0][0] * both[1][1]


def returns_tuple(x, y):
    return x * y, math.sin(x)


def returns_list(x):
    return [x, 2.0 * x, x * x]


def returns_dict(x, v):
    return {"loss": np.sum(v * x), "scaled": x * v}


def returns_nested(x, v):
    return (x**2, [v * x, {"sum": np.sum(v)}]), x


def returns_its_input(x):
    return x


def returns_input_twice(x):
    return x, x


def returns_containers_of_input(parameters):
    return {"b": parameters["a"], "a": parameters["b"] * parameters["a"]}


def helper_takes_and_returns_containers(x, y):
    def step(state):
        return {"x": state["x"] * state["y"], "y": state["y"] + 0.5}

    state = step(step({"x": x, "y": y}))
    return state["x"] + state["y"] ** 2


def mixed_container(model):
    """Scalars, a vector and a matrix in one argument."""
    scale, (vector, matrix) = model
    return scale * np.sum(matrix @ vector) + vector[0] ** 2


def only_part_of_container_used(pair):
    return pair[0] ** 2


def dict_get_passive(x, options):
    if "order" in options and options["order"] > 1:
        return x ** options["order"]
    return x


layers = [(rng.normal(size=(3, 4)), rng.normal(size=4)), (rng.normal(size=(4, 2)), rng.normal(size=2))]
parameters = {"W": rng.normal(size=(3, 2)), "b": rng.normal(size=2), "v": rng.normal(size=2)}

def list_read_twice(values):
    """Adding to one item's cotangent must not write into another's: all are the same array at first."""
    total = values[0]
    for value in values:
        total = total + value
    return np.sum(total * total * values[1])


def list_scaled(values):
    total = values[0] * 2.0
    for value in values:
        total = total + value
    return total


def array_of_a_comprehension(x):
    rows = [x * x for _ in range(3)]
    return np.sum(np.array(rows) ** 2)


def array_of_nested_comprehensions(x, n):
    table = [[x[i] * x[j] for j in range(n)] for i in range(n)]
    return np.sum(np.array(table) ** 2)


def keys_made_of_text(x):
    table = {f"w{i}": x[i] for i in range(3)}
    return table["w0"] * table["w1"] + table[f"w{len(table) - 1}"]


def bonds_in_two_loops(x):
    bonds = [((0,), x[0]), ((1,), x[1])]
    s = 0.0
    for n, v in bonds:
        if n[0] > 0:
            s += v**2
    for _, v in bonds:
        s += v
    return s


def joins_of_lists_that_grew(x):
    numbers, rows = [], []
    for v in x:
        numbers.append(v * v)
        rows.append([v, v * x[0]])
    numbers.append(numbers.pop(0))
    joined = np.concatenate([numbers, x, [x[1]]])
    stacked = np.stack((numbers, x), axis=1) @ np.vstack([x[:2], numbers[:2]])
    return np.sum(joined**2) + np.sum(np.hstack((numbers, joined))) * np.sum(stacked**2) * np.sum(np.stack(rows) ** 2)


def number_times_list(x, n):
    zeros = n * [0.0]
    for i in range(n):
        zeros[i] = x[i] * x[0]
    return np.sum(np.array(zeros + 2 * [x[0], x[1]]) ** 2)


def array_among_floats(x):
    items = x.tolist()
    items[0] = x * x[1]
    items.reverse()
    return items


PROGRAMS = [
    Program(joins_of_lists_that_grew, (rng.normal(size=3),)),
    Program(number_times_list, (rng.normal(size=3), 3)),
    Program(array_among_floats, (rng.normal(size=3),)),
    Program(bonds_in_two_loops, (rng.normal(size=4),)),
    Program(keys_made_of_text, (rng.normal(size=4),)),
    Program(array_of_a_comprehension, (rng.normal(size=4),)),
    Program(array_of_nested_comprehensions, (rng.normal(size=3), 3)),
    Program(list_read_twice, ([rng.normal(size=4) for _ in range(10)],)),
    Program(list_scaled, ([rng.normal(size=3) for _ in range(10)],)),
    Program(tuple_argument, ((0.7, 1.2),)),
    Program(nested_unpacking, (((0.7, 1.2), (0.4, (-0.3, 1.5))),)),
    Program(tuple_elements_read_twice, ((0.7, 1.2),)),
    Program(list_argument, ([0.7, 1.2, -0.4],)),
    Program(list_iterated, ([0.7, 1.2, -0.4],)),
    Program(builtin_sum_of_list, ([0.7, 1.2, -0.4],)),
    Program(dict_argument, ({"slope": 0.7, "offset": 1.2},)),
    Program(dict_of_arrays, (parameters, rng.normal(size=(5, 3))), (0, 1)),
    Program(dict_of_dicts, ({"first": {"a": 0.7}, "second": {"b": [1.2, 0.4]}},)),
    Program(dict_items, ({"w": 0.7, "bias": 1.2, "v": 0.3},)),
    Program(dict_values_and_keys, ({"w": 0.7, "bias": 1.2, "v": 0.3},)),
    Program(list_of_layers, (layers, rng.normal(size=(2, 3)))),
    Program(layers_except_last, (layers, rng.normal(size=(2, 3))), (0, 1)),
    Program(zip_of_lists, ([0.7, 1.2, 0.3], [0.1, -0.5, 0.8]), (0, 1)),
    Program(reversed_list, ([0.7, 1.2, 0.3],)),
    Program(local_tuple, (0.7, 1.2), (0, 1)),
    Program(local_list, (0.7,)),
    Program(local_dict, (0.7, 1.2), (0, 1)),
    Program(container_in_loop, (0.7, 4)),
    Program(alias_of_a_container, ((0.7, 1.2),)),
    Program(returns_tuple, (0.7, 1.2), (0, 1)),
    Program(returns_list, (0.7,)),
    Program(returns_dict, (0.7, rng.normal(size=3)), (0, 1)),
    Program(returns_nested, (0.7, rng.normal(size=3)), (0, 1)),
    Program(returns_its_input, (rng.normal(size=3),)),
    Program(returns_input_twice, (rng.normal(size=3),)),
    Program(returns_containers_of_input, ({"a": rng.normal(size=3), "b": 1.2},)),
    Program(helper_takes_and_returns_containers, (0.7, 1.2), (0, 1)),
    Program(mixed_container, ((0.7, (rng.normal(size=3), rng.normal(size=(2, 3)))),)),
    Program(only_part_of_container_used, ((0.7, 1.2),)),
    Program(dict_get_passive, (0.7, {"order": 3})),
]
