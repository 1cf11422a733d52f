"""Objects, dicts and containers of the standard library in structures that depend on what is found at run time."""

import bisect
import copy
import dataclasses
import functools
import heapq
import itertools
from collections import Counter, OrderedDict, defaultdict, deque

import numpy as np
import scipy.sparse

from .refused import Refusal


class Node:
    def __init__(self, v):
        self.v, self.left = v, None

    def insert(self, v):
        if self.left is None:  # HERE
            self.left = Node(v)
        else:
            self.left.insert(v)


def pairs_of_a_list_that_changes(x):
    rows, s = [x * v for v in x], 0.0
    for a, b in itertools.combinations(rows, 2):
        rows[1] = a * 0.5  # HERE
        s = s + np.sum(a * b)
    return s + rows[1][0]


def pairs_of_a_list_that_grows(x):
    numbers, s = [v * v for v in x], 0.0
    for a, b in itertools.product(numbers, numbers):
        numbers.append(a)  # HERE
        s = s + a * b * b
    return s + numbers[-1]


def sum_of_a_list_that_changes(x):
    numbers = [v * v for v in x]

    def step(total, v):
        numbers[2] = numbers[0] * 0.3
        return total * 0.5 + v * v

    return functools.reduce(step, numbers)  # HERE


def pairs_of_numbers_that_change(x):
    y, s = x * 1.0, 0.0
    for a, b in itertools.combinations(y, 2):
        y[0] = a + b  # HERE
        s = s + a * b * b
    return s + y[0]


class Plus:
    def cost(self, v):
        return v + 1.0


class Times:
    def cost(self, v):
        return v * 2.0


class Tree:
    def __init__(self, v):
        self.v, self.children = v, []

    def insert(self, v):
        if self.children:
            self.children[0].insert(v)
        else:
            self.children.append(Tree(v))


class Steps:
    taken = 0

    def take(self, v):
        Steps.taken += 1  # HERE
        return v * 2.0


class Settings:
    def __init__(self, scale):
        self.scale = scale


@dataclasses.dataclass
class Pair:
    a: float
    b: float = 2.0


# ---------------------------------------------------------------- what is one thing or another


def tree_of_objects(x):
    root = Node(x[0])
    for i in range(1, 3):
        root.insert(x[i])
    return root.left.v


def linked_list(x, n):
    head = None
    for i in range(n):
        node = Node(x[i])
        node.left = head
        head = node  # HERE
    return head.v


def tree_of_lists_of_objects(x):
    root = Tree(x[0])
    for i in range(1, len(x)):
        root.insert(x[i])  # HERE
    return root.children[0].v


def objects_of_two_classes(x, n):
    terms = [Plus() if i % 2 else Times() for i in range(n)]  # HERE
    return sum([t.cost(x[0]) for t in terms])


def key_on_one_path(x, n):
    found = {"a": x[0]}
    if n > 2:  # SHARES
        found["b"] = x[1] ** 2
    return found["a"]  # HERE


def list_returned_by_recursion(x, n):
    def powers(i):
        return [] if i == 0 else powers(i - 1) + [x[0] ** i]  # noqa: RUF005  # HERE

    return sum(powers(n))


# ---------------------------------------------------------------- what is outside


def default_that_is_written(x):
    return remembered(x[0])


def remembered(v, seen=[]):  # noqa: B006
    seen.append(v)  # HERE
    return seen[0] * v


def attribute_of_a_class_written(x):
    return Steps().take(x[0])


def plain_instance_as_an_argument(x, settings):
    return x[0] * settings.scale  # HERE


# ---------------------------------------------------------------- the standard library


def uses_a_deque(x):
    window = deque([x[0], x[1]])  # HERE
    window.append(x[2])
    return window.popleft() * window.popleft()


def keeps_the_last_two(x):
    last = deque(maxlen=2)  # HERE
    for v in x:
        last.append(v * v)
    return last[0] * last[1]


def takes_the_smallest(x):
    return sum(heapq.nsmallest(2, x))  # HERE


def takes_the_largest(x):
    first, second = heapq.nlargest(2, x)  # HERE
    return first * first + second


def values_found_by_their_keys(x, names):
    keys, values = [], []
    for i, name in enumerate(names):
        if name in keys:
            values[keys.index(name)] = x[i] ** 2  # HERE
        else:
            keys.append(name)
            values.append(x[i])
    return sum(values)


def counts_as_an_argument(x, counts):
    return x[0] ** counts["a"]  # HERE


def merges_two_lists(x):
    return sum((i + 1) * v for i, v in enumerate(heapq.merge([x[0], x[1]], [x[2]])))  # HERE


def medians_without_nans(x):
    return np.nanmedian(np.where(np.outer(x, x) > 0.6, np.outer(x, x), np.nan), axis=1)[1]  # HERE


def more_values_than_conditions(x):
    return np.sum(np.select([x > 1.0], [x**2, x]))  # HERE


def largest_by_a_key(x):
    return heapq.nlargest(2, x, key=lambda v: -v)[1]  # HERE


def quantile_without_nans(x):
    return np.nanquantile(np.log(np.where(x > 0.5, x, np.nan)), 0.3)  # HERE


def joins_two_sets(x):
    return sum(x[i] for i in sorted({0, 1} | {2}))  # HERE


def largest_of_a_set(x):
    chosen = {0, 2}
    return x[max(chosen)]  # HERE


def product_with_a_sparse_matrix(x, A):
    return np.sum(A @ x)  # HERE


def list_or_number(x):
    y = [x[0], x[1]] if x[0] > 0.5 else x[0]
    if isinstance(y, list):  # HERE
        return y[0] * y[1]
    return y


def sends_to_a_generator(x):
    def sums():
        total = 0.0
        while True:
            v = yield total
            total += v * v

    running = sums()  # HERE
    next(running)
    for v in x:
        total = running.send(v)
    return total


def two_numbers_from_text(x, text):
    try:
        n = int(text)  # HERE
    except ValueError:
        n = 2
    return np.sum(x) * n


def uses_a_defaultdict(x):
    sums = defaultdict(float)  # HERE
    sums["a"] += x[0]
    return sums["a"] * x[1]


def uses_an_ordered_dict(x):
    table = OrderedDict(a=x[0])  # HERE
    return table["a"] ** 2


def uses_a_counter(x):
    return x[0] * Counter(["a", "b", "a"])["a"]  # HERE


def uses_a_heap(x):
    heap = [x[1]]
    heapq.heappush(heap, x[0])  # HERE
    return heapq.heappop(heap) ** 2


def uses_bisect(x):
    knots = [0.0, 1.0, 2.0]
    return x[bisect.bisect_left(knots, 1.5)] ** 2  # HERE


def bisects_to_the_right(x):
    return x[bisect.bisect([0.0, 1.0, 2.0], 1.0)] ** 2  # HERE


def ints_put_into_floats_in_a_loop(x, n):
    values = x.tolist()
    for i in range(n):
        values[i] = 2
    return x[0] * (np.asarray(values).dtype == float)  # HERE


def ints_put_into_floats_in_a_recursion(x, n):
    def fill(values, k):
        if k == 0:
            return x[0] * (np.asarray(values).dtype == float)  # HERE
        values[k - 1] = 2
        return fill(values, k - 1)

    return fill(x.tolist(), n)


def sorts_arrays(x):
    return np.sum(sorted([x[1:2], x[:1] * 0.5])[0])  # HERE


def largest_of_arrays(x):
    rows = [x[i : i + 1] * x[0] for i in range(3)]
    return np.sum(max(rows))  # HERE


def list_times_numpys_int(x):
    return np.sum(np.array(np.argmax(x) * [x[0], x[1]]))  # HERE


def list_that_may_hold_itself(x, k):
    inner = [x * 1.0, x * 2.0]
    rows = [inner, [x, x]]
    inner[0] = rows[k]  # HERE
    inner[1] = x * 9.0
    return np.sum(inner[1] * inner[1])


def copies_a_list(x):
    rows = [x * 2.0, x * 3.0]
    other = copy.copy(rows)  # HERE
    other[0][0] = 5.0
    other[1] = x
    return np.sum(rows[0] * rows[1])


def copies_an_object(x):
    pair = Pair(x * 2.0, x[1])
    other = copy.copy(pair)  # HERE
    other.a[0], other.b = 5.0, 1.0
    return np.sum(pair.a) * pair.b


def copies_a_dict_deeply(x):
    table = {"a": x * 2.0, "b": x * 3.0}
    other = copy.deepcopy(table)  # HERE
    other["a"][0] = 5.0
    return np.sum(table["a"] * other["a"] * other["b"])


def chosen_piece_by_piece(x):
    return np.sum(np.piecewise(x, [x > 0.5, x > 1.0], [np.sqrt, np.square, lambda v: 0.3 * v]))  # HERE


def along_the_columns(x):
    a = np.outer(x, x + 1.0)
    return np.sum(np.apply_along_axis(lambda c: c[0] * c, 0, a) * np.outer(x, np.arange(3.0)))  # HERE


def items_with_their_places(x):
    y = np.zeros((3, 3))
    it = np.nditer(np.outer(x, x + 1.0).T, flags=["multi_index"])  # HERE
    for value in it:
        y[it.multi_index] = value**2
    return np.sum(y * np.arange(9.0).reshape(3, 3))


def set_of_an_array(x, ids):
    return sum(x[i] ** 2 for i in sorted(set(ids.tolist())))  # HERE


def copies_deeply(x):
    pair = copy.deepcopy(Pair(x[0], x[1]))  # HERE
    return pair.a * pair.b


def dataclass_as_a_dict(x):
    return dataclasses.asdict(Pair(x[0], x[1]))["a"] ** 2  # HERE


def dict_of_zipped_text(x):
    table = dict(zip("abc", x, strict=True))  # HERE
    return table["a"] * table["b"]


def steps_of_an_active_size(x):
    return np.sum(np.arange(0.0, 1.0, x[2]) ** 2)  # HERE


def child_that_knows_its_parent(x):
    parent, child = {"v": x[0]}, {"v": x[1]}
    parent["child"] = child
    child["parent"] = parent  # HERE
    return parent["child"]["v"] * child["parent"]["v"]


def list_that_holds_itself(x):
    values = [x[0]]
    values.append(values)  # HERE
    return values[0] ** 2


def array_of_a_dict_added_to(x):
    d = {0: x * 2.0, 1: x * 3.0}
    for i in range(len(x) - 1):
        d[i] += x[0]  # HERE
    return np.sum(d[0] * d[1])


def array_of_a_dict_written(x):
    d = {0: x * 2.0, 1: x * 3.0}
    for i in range(len(x) - 1):
        d[i][0] = x[1]  # HERE
    return np.sum(d[0] * d[1])


def list_of_a_dict_appended_to(x):
    d = {0: [x[0]], 1: [x[1]]}
    for i in range(len(x) - 1):
        d[i].append(x[2])  # HERE
    return d[0][0] * d[1][1]


def instance_of_a_dict_written(x):
    d = {0: Tree(x[0]), 1: Tree(x[1])}
    for i in range(len(x) - 1):
        d[i].v += x[2]  # HERE
    return d[0].v * d[1].v


def dict_of_a_dict_written(x):
    d = {0: {"a": x[0]}, 1: {"a": x[1]}}
    for i in range(len(x) - 1):
        d[i]["a"] = x[2]  # HERE
    return d[0]["a"] * d[1]["a"]


def key_added_under_a_loop(x):
    d = {"a": x[0], "b": x[1]}
    for k in d:  # HERE
        d[k + "c"] = x[2]
    return d["a"]


def key_dropped_under_a_loop(x):
    d, s = {"a": x[0], "b": x[1]}, 0.0
    for k in d.keys():  # HERE  # noqa: SIM118
        s = s + d.pop(k) ** 2
    return s


def view_kept_in_a_list(x):
    d = {"a": x[0], "b": x[1]}
    views = [d.values()]
    d["b"] = x[2]
    return sum(views[0])  # HERE


def view_read_beside_an_array(x):
    d, s = {"a": x[0], "b": x[1]}, 0.0
    for v, w in zip(d.values(), x, strict=False):  # HERE
        d["b"] = v * w
        s = s + v * w
    return s


def views_compared(x):
    d, e = {"a": x[0], "b": x[1]}, {"a": x[0], "b": x[1]}
    return x[2] if d.values() == e.values() else x[1]  # HERE


x3 = np.array([0.7, 1.2, 0.4])
def columns_of_a_list(x):
    rows = [v * 2.0 for v in np.outer(x, x)]
    return np.sum(np.split(rows, [1], axis=1)[0])  # HERE


def parts_of_a_list(x):
    rows = np.outer(x, x).tolist()
    return np.sum(np.array_split(rows, 2, axis=-1)[0])  # HERE


def no_differences_of_a_list(x):
    return np.sum(np.diff(x.tolist(), n=0, prepend=0.0))  # HERE


def selected_from_a_list_of_unknown_length(x):
    return np.sum(np.select([x > 0.1, x > 0.2, x > 0.3], [v * x for v in x]))  # HERE


def returns_an_inner_function(x):
    def scaled(v):
        return v * x[0]

    return np.sum(scaled(x)), scaled  # HERE


def array_or_inner_function(x):
    def scaled():
        return x * x[0]

    found = x
    if x[0] > 0.2:  # HERE
        found = scaled
    return np.sum(x), [found]


def inner_function_in_turns(x):
    last, other = x, lambda: x
    for _ in range(2):  # HERE
        last, other = other, last
    return np.sum(last)


def method_in_a_result(x):
    return {"value": np.sum(x), "total": x.sum}  # HERE


REFUSALS = [
    Refusal(tree_of_objects, (x3,), where=Node.insert),
    Refusal(tree_of_lists_of_objects, (x3,)),
    Refusal(attribute_of_a_class_written, (x3,), where=Steps.take),
    Refusal(default_that_is_written, (x3,), where=remembered),
    Refusal(plain_instance_as_an_argument, (x3, Settings(2.0))),
    Refusal(product_with_a_sparse_matrix, (x3, scipy.sparse.csr_matrix(np.diag([1.0, 2.0, 3.0])))),
    Refusal(two_numbers_from_text, (x3, "seven")),
    Refusal(values_found_by_their_keys, (x3, ["u", "v", "u"])),
    Refusal(counts_as_an_argument, (x3, Counter("abca"))),
    *(
        Refusal(f, (x3, 3))
        for f in (
            linked_list,
            objects_of_two_classes,
            key_on_one_path,
            list_returned_by_recursion,
        )
    ),
    *(
        Refusal(f, (x3,))
        for f in (
            uses_a_deque,
            keeps_the_last_two,
            takes_the_smallest,
            takes_the_largest,
            merges_two_lists,
            medians_without_nans,
            more_values_than_conditions,
            largest_by_a_key,
            quantile_without_nans,
            joins_two_sets,
            largest_of_a_set,
            list_or_number,
            sends_to_a_generator,
            uses_a_defaultdict,
            uses_an_ordered_dict,
            uses_a_counter,
            uses_a_heap,
            uses_bisect,
            bisects_to_the_right,
            copies_a_list,
            copies_an_object,
            copies_a_dict_deeply,
            chosen_piece_by_piece,
            along_the_columns,
            items_with_their_places,
            copies_deeply,
            dataclass_as_a_dict,
            dict_of_zipped_text,
            steps_of_an_active_size,
            child_that_knows_its_parent,
            list_that_holds_itself,
            array_of_a_dict_added_to,
            array_of_a_dict_written,
            list_of_a_dict_appended_to,
            instance_of_a_dict_written,
            dict_of_a_dict_written,
            key_added_under_a_loop,
            key_dropped_under_a_loop,
            view_kept_in_a_list,
            view_read_beside_an_array,
            views_compared,
            pairs_of_a_list_that_changes,
            pairs_of_a_list_that_grows,
            pairs_of_numbers_that_change,
            sum_of_a_list_that_changes,
        )
    ),
]

REFUSALS.append(Refusal(list_times_numpys_int, (x3,)))
REFUSALS.append(Refusal(ints_put_into_floats_in_a_loop, (x3, 3)))
REFUSALS.append(Refusal(ints_put_into_floats_in_a_recursion, (x3, 3)))
REFUSALS.append(Refusal(sorts_arrays, (x3,)))
REFUSALS.append(Refusal(largest_of_arrays, (x3,)))
REFUSALS.append(Refusal(list_that_may_hold_itself, (x3, 0)))
REFUSALS.append(Refusal(set_of_an_array, (x3, np.array([2, 0, 2]))))
REFUSALS.extend(
    Refusal(fun, (x3,))
    for fun in (columns_of_a_list, parts_of_a_list, no_differences_of_a_list, selected_from_a_list_of_unknown_length)
)
REFUSALS.extend(
    Refusal(fun, (x3,))
    for fun in (returns_an_inner_function, array_or_inner_function, inner_function_in_turns, method_in_a_result)
)
