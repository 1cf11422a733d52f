"""Functions that write into what they are given: helpers, closures, recursion."""

import numpy as np

from . import Program
from .support import mutating

# ---------------------------------------------------------------- helpers


def double(v):
    v *= 2.0


def square_first(v):
    v[0] = v[0] ** 2 * v[1]


def helper_that_returns_none(x):
    before = np.sum(x**3)
    double(x)
    square_first(x)
    return before * np.sum(x**2)


def helper_on_a_local_array(x):
    y = x * x
    square_first(y)
    return np.sum(y * x)


def helper_on_a_view(x):
    square_first(x[2:])
    double(x[::2])
    return np.sum(x**3)


def helper_on_rows(a):
    for row in a:
        square_first(row)
    square_first(a[:, 1])
    return np.sum(a**2)


def helper_of_another_module(x):
    y = mutating.normalise(x * 2.0, mutating.harmless(x[0] ** 2))
    return np.sum(y**2) * y[0]


def axpy(alpha, x, y):
    y += alpha * x
    return y


def helper_that_returns_its_argument(x):
    y = x**2
    z = axpy(x[0], x, y)
    z[1] *= y[0]
    return np.sum(y * z)


def normalised(v):
    v /= np.sqrt(np.sum(v**2))
    return v


def gram_schmidt(a):
    for i in range(len(a)):
        for j in range(i):
            axpy(-np.dot(a[i], a[j]), a[j], a[i])
        normalised(a[i])
    return np.sum(a**3)


def middle(v):
    v[0] += v[-1]
    return v[1:-1]


def helper_that_returns_a_view(x):
    m = middle(x)
    m *= x[0]
    inner = middle(m)
    inner[0] = m[0] ** 2
    return np.sum(x**2)


def depth_three(v, k):
    v[k] = v[k - 1] * v[k]
    return v[k]


def depth_two(v):
    a = depth_three(v, 1)
    b = depth_three(v[1:], 1)
    return a * b


def depth_one(x):
    t = depth_two(x)
    x[0] = t
    t += depth_two(x[2:])
    return t * np.sum(x**2)


def rotate(v, c, s, i, j):
    v[i], v[j] = c * v[i] - s * v[j], s * v[i] + c * v[j]


def helper_swaps(x):
    for i in range(4):
        rotate(x, np.cos(x[5]), np.sin(x[5]), i, i + 1)
    return np.sum(x**2 * np.arange(6.0))


def fills_two(a, b, source):
    a[:] = source[:3] ** 2
    b[:] = a * source[3:]


def helper_with_outputs(x):
    a, b = np.empty(3), np.empty(3)
    fills_two(a, b, x)
    fills_two(x[:3], x[3:], np.concatenate((b, a)))
    return np.sum(a * b) + np.sum(x)


def step(state, dt):
    state["v"] -= dt * np.sin(state["x"])
    state["x"] += dt * state["v"]
    state["t"] = state["t"] + dt


def helper_on_a_dict_of_arrays(x, dt):
    state = {"x": x, "v": x * 0.5, "t": 0.0}
    for _ in range(3):
        step(state, dt)
    return np.sum(state["x"] * state["v"]) * state["t"] + np.sum(x)


def push(items, value):
    items.append(value * items[-1])
    return len(items)


def helper_that_appends(x):
    items = [x[0]]
    n = push(items, x[1])
    n = n + push(items, x[2])
    return items[2] * n + items[1]


def conditional_write(v, limit):
    if v[0] > limit:
        v[0] = v[1] ** 2
        return True
    v[1] = v[0] * v[1]
    return False


def helper_with_early_return(x):
    count = 0
    for i in range(5):
        if conditional_write(x[i:], 0.4):
            count += 1
    return np.sum(x**2) * count


def helper_with_default(v, scale=2.0, *, shift=0.5):
    v *= scale
    v[0] += shift


def helper_with_keywords(x):
    helper_with_default(x)
    helper_with_default(x[2:], shift=x[0])
    helper_with_default(v=x, scale=x[1])
    return np.sum(x**2)


def helper_rebinds_its_parameter(v):
    v[0] = v[1] ** 2
    v = v * 2.0
    v[1] = 7.0
    return v


def parameter_rebound(x):
    y = helper_rebinds_its_parameter(x)
    x[2] *= y[0]
    return np.sum(x * y)


def helper_in_an_expression(x):
    return np.sum(axpy(2.0, x[:3], x[3:])) * np.sum(axpy(x[0], x[3:], x[:3]))


def arguments_in_order(x):
    """The first argument is read before the helper in the second one writes."""
    return two(x[0] ** 2, normalised(x)[0], x[0])


def two(a, b, c):
    return a * b + c**2


# ---------------------------------------------------------------- closures


def closure_that_writes(x):
    y = np.zeros(6)

    def put(i, value):
        y[i] = value * y[i - 1] + value

    for i in range(6):
        put(i, x[i])
    return np.sum(y**2)


def closure_over_an_argument(x):
    def relax(i):
        x[i] = 0.5 * (x[i - 1] + x[i] ** 2)

    for _ in range(2):
        relax(1)
        relax(2)
        relax(4)
    return np.sum(x**2)


def closure_that_appends(x):
    history = []

    def record(v):
        history.append(v**2)
        return len(history)

    n = 0
    for v in x:
        n = record(v)
    return history[0] * history[n - 1] + history[2]


def closure_with_a_buffer(x):
    buffer = np.empty(3)

    def smooth(v):
        buffer[:] = v[:-1] * v[1:]
        v[1:] += buffer

    smooth(x[:4])
    smooth(x[2:])
    return np.sum(x**2)


def nested_closures(x):
    total = np.zeros(2)

    def outer(i):
        def inner(k):
            total[k] += x[i] ** 2 * total[1 - k] + x[i]

        inner(i % 2)
        inner(0)

    for i in range(4):
        outer(i)
    return total[0] * total[1]


def function_passed_on(f, v):
    f(v)
    f(v[1:])


def helper_as_argument(x):
    function_passed_on(square_first, x)
    function_passed_on(lambda v: axpy(2.0, v, v), x[2:])
    return np.sum(x**2)


# ---------------------------------------------------------------- recursion


def scan(v):
    """Prefix sums of squares, by halves."""
    n = len(v)
    if n > 1:
        half = n // 2
        scan(v[:half])
        scan(v[half:])
        v[half:] += v[half - 1] ** 2


def recursion_on_slices(x):
    scan(x)
    return np.sum(x**2)


def countdown(v, k):
    if k == 0:
        return
    v[k] *= v[k - 1]
    countdown(v, k - 1)
    v[k - 1] += v[k] ** 2


def recursion_on_an_argument(x):
    countdown(x, 4)
    return np.sum(x**2)


def quicksort(v):
    if len(v) < 2:
        return
    k = 0
    for i in range(1, len(v)):
        if v[i] < v[0]:
            k += 1
            v[i], v[k] = v[k], v[i]
    v[0], v[k] = v[k], v[0]
    quicksort(v[:k])
    quicksort(v[k + 1 :])


def sorted_by_recursion(x):
    quicksort(x)
    return np.sum(x**2 * np.arange(8.0))


def sift(v, i, n):
    child = 2 * i + 1
    if child < n:
        if child + 1 < n and v[child + 1] > v[child]:
            child += 1
        if v[child] > v[i]:
            v[i], v[child] = v[child], v[i]
            sift(v, child, n)


def heapsort(x):
    n = len(x)
    for i in range(n // 2 - 1, -1, -1):
        sift(x, i, n)
    for end in range(n - 1, 0, -1):
        x[0], x[end] = x[end], x[0]
        sift(x, 0, end)
    return np.sum(np.sin(x) * np.arange(8.0))


def fft(re, im):
    n = len(re)
    if n == 1:
        return
    er, ei, odd_r, odd_i = re[::2].copy(), im[::2].copy(), re[1::2].copy(), im[1::2].copy()
    fft(er, ei)
    fft(odd_r, odd_i)
    half = n // 2
    for k in range(half):
        c, s = np.cos(2 * np.pi * k / n), -np.sin(2 * np.pi * k / n)
        tr, ti = c * odd_r[k] - s * odd_i[k], c * odd_i[k] + s * odd_r[k]
        re[k], im[k] = er[k] + tr, ei[k] + ti
        re[k + half], im[k + half] = er[k] - tr, ei[k] - ti


def fourier_power(x):
    im = np.zeros_like(x)
    fft(x, im)
    return np.sum((x**2 + im**2) ** 2 * np.arange(8.0))


def hadamard(v):
    n = len(v)
    if n > 1:
        half = n // 2
        a, b = v[:half], v[half:]
        total = a * b[0] + b
        b[:] = a - b
        a[:] = total
        hadamard(a)
        hadamard(b)
    return v


def recursion_that_returns_its_argument(x):
    return np.sum(hadamard(x) ** 2 * np.arange(8.0))


def lu(a):
    n = len(a)
    if n > 1:
        a[1:, 0] /= a[0, 0]
        a[1:, 1:] -= np.outer(a[1:, 0], a[0, 1:])
        lu(a[1:, 1:])


def recursive_factorisation(a):
    lu(a)
    return np.sum(np.diag(a) ** 2) + a[2, 1]


def even(v, n):
    if n > 0:
        v[0] = v[0] * v[1]
        odd(v, n - 1)


def odd(v, n):
    if n > 0:
        v[1] = np.sin(v[0]) + v[1]
        even(v, n - 1)


def mutual_recursion(x):
    even(x, 5)
    return x[0] * x[1] + x[2] ** 2


def recursive_closure(x):
    memo = np.zeros(6)

    def fill(k):
        if k < 2:
            memo[k] = x[k]
            return memo[k]
        memo[k] = fill(k - 1) * x[k] + memo[k - 2]
        return memo[k]

    return fill(5) * np.sum(memo**2)


def accumulate(tree, k, out):
    out[0] += tree[k] ** 2 * out[1]
    out[1] *= 1.0 + tree[k]
    if 2 * k + 2 < len(tree):
        accumulate(tree, 2 * k + 1, out)
        accumulate(tree, 2 * k + 2, out)


def recursion_with_an_output(x):
    out = np.array([0.0, 1.0])
    accumulate(x, 0, out)
    return out[0] * out[1]


x6 = np.array([0.7, -0.4, 1.2, 0.3, -0.8, 0.5])
x8 = np.array([0.7, -0.4, 1.2, 0.3, -0.8, 0.5, 0.9, -0.2])
a33 = np.array([[1.7, -0.4, 1.2], [0.9, 1.3, -0.6], [-0.5, 0.8, 2.1]])

PROGRAMS = [
    *(
        Program(fun, (x6,))
        for fun in (
            helper_that_returns_none,
            helper_on_a_local_array,
            helper_on_a_view,
            helper_of_another_module,
            helper_that_returns_its_argument,
            helper_that_returns_a_view,
            depth_one,
            helper_swaps,
            helper_with_outputs,
            helper_that_appends,
            helper_with_early_return,
            helper_with_keywords,
            parameter_rebound,
            helper_in_an_expression,
            arguments_in_order,
            closure_that_writes,
            closure_over_an_argument,
            closure_that_appends,
            closure_with_a_buffer,
            nested_closures,
            helper_as_argument,
            recursion_on_slices,
            recursion_on_an_argument,
            mutual_recursion,
            recursive_closure,
            recursion_with_an_output,
        )
    ),
    *(Program(fun, (x8,)) for fun in (sorted_by_recursion, heapsort, fourier_power)),
    Program(recursion_that_returns_its_argument, (x8,)),
    *(Program(fun, (a33,)) for fun in (helper_on_rows, gram_schmidt, recursive_factorisation)),
    Program(helper_on_a_dict_of_arrays, (x6, 0.3), (0, 1)),
]
