"""The programs of `refused_structures.py`, rewritten as their errors say."""

import dataclasses
import functools
import itertools

import numpy as np

from . import refused_structures as refused
from .cure import cures


@cures(refused.tree_of_objects)
def tree_in_lists(x):
    values, left = [x[0]], [-1]
    for i in range(1, 3):
        node = 0
        while left[node] >= 0:
            node = left[node]
        left[node] = len(values)
        values.append(x[i])
        left.append(-1)
    return values[left[0]]


@cures(refused.tree_of_lists_of_objects)
def tree_by_index(x):
    values, children = [x[0]], [-1]

    def insert(node, v):
        if children[node] >= 0:
            insert(children[node], v)
        else:
            children[node] = len(values)
            values.append(v)
            children.append(-1)

    for i in range(1, 3):
        insert(0, x[i])
    return values[children[0]]


@cures(refused.linked_list)
def linked_by_index(x, n):
    values, left, head = [], [], -1
    for i in range(n):
        values.append(x[i])
        left.append(head)
        head = i
    return values[head]


@cures(refused.tree_of_lists_of_objects, same=False)
def tree_by_parent(x):
    values, parent = [v for v in x], [-1, 0, 0]
    total = 0.0
    for i in range(len(values)):
        k, product = i, values[i]
        while parent[k] >= 0:
            k = parent[k]
            product = product * values[k]
        total += product
    return total


@cures(refused.tree_of_lists_of_objects, same=False)
def tree_by_first_child_and_next_sibling(x):
    values, first_child, next_sibling = [v for v in x], [1, -1, -1], [-1, 2, -1]

    def total(node):
        found, child = values[node] ** 2, first_child[node]
        while child >= 0:
            found += values[node] * total(child)
            child = next_sibling[child]
        return found

    return total(0)


class Term:
    def __init__(self, kind):
        self.kind = kind

    def cost(self, v):
        return v + 1.0 if self.kind == 1 else v * 2.0


@cures(refused.objects_of_two_classes)
def objects_of_one_class(x, n):
    terms = [Term(i % 2) for i in range(n)]
    return sum([t.cost(x[0]) for t in terms])


@cures(refused.key_on_one_path)
def key_on_every_path(x, n):
    found = {"a": x[0], "b": 0.0}
    if n > 2:
        found["b"] = x[1] ** 2
    return found["a"]


@cures(refused.list_returned_by_recursion)
def list_passed_along(x, n):
    def powers(i, found):
        if i > 0:
            powers(i - 1, found)
            found.append(x[0] ** i)

    found = []
    powers(n, found)
    return sum(found)


@cures(refused.default_that_is_written, same=False)
def list_as_an_argument(x):
    return refused.remembered(x[0], [])


class OwnSteps:
    def __init__(self):
        self.taken = 0

    def take(self, v):
        self.taken += 1
        return v * 2.0


@cures(refused.attribute_of_a_class_written)
def attribute_of_the_instance(x):
    return OwnSteps().take(x[0])


@dataclasses.dataclass
class Settings:
    scale: float


@cures(refused.plain_instance_as_an_argument, (refused.x3, Settings(2.0)), same=False)
def dataclass_as_an_argument(x, settings):
    return x[0] * settings.scale


@cures(refused.plain_instance_as_an_argument, (refused.x3, 2.0), same=False)
def attribute_as_an_argument(x, scale):
    return x[0] * scale


@cures(refused.uses_a_deque)
def list_as_a_queue(x):
    window = [x[0], x[1]]
    window.append(x[2])
    return window.pop(0) * window.pop(0)


@cures(refused.keeps_the_last_two)
def list_kept_at_two(x):
    last = []
    for v in x:
        last.append(v * v)
        if len(last) > 2:
            last.pop(0)
    return last[0] * last[1]


@cures(refused.takes_the_smallest)
def first_of_sorted(x):
    return sum(np.sort(x)[:2])


@cures(refused.takes_the_largest)
def last_of_sorted(x):
    first, second = np.sort(x)[::-1][:2]
    return first * first + second


@cures(refused.values_found_by_their_keys)
def values_of_keys_that_are_there(x, names):
    keys = []
    for name in names:
        if name not in keys:
            keys.append(name)
    values = [0.0] * len(keys)
    seen = [False] * len(keys)
    for i, name in enumerate(names):
        k = keys.index(name)
        values[k] = x[i] ** 2 if seen[k] else x[i]
        seen[k] = True
    return sum(values)


@cures(refused.counts_as_an_argument, (refused.x3, {"a": 2, "b": 1, "c": 1}), same=False)
def counts_as_a_dict(x, counts):
    return x[0] ** counts["a"]


@cures(refused.merges_two_lists)
def sorted_sum_of_two_lists(x):
    return sum((i + 1) * v for i, v in enumerate(sorted([x[0], x[1], x[2]])))


@cures(refused.medians_without_nans)
def median_of_each_row(x):
    a = np.where(np.outer(x, x) > 0.6, np.outer(x, x), np.nan)
    return np.array([np.median(row[~np.isnan(row)]) for row in a])[1]


@cures(refused.more_values_than_conditions, same=False)
def a_value_for_each_condition(x):
    return np.sum(np.select([x > 1.0], [x**2], default=x))


@cures(refused.largest_by_a_key)
def first_by_a_key(x):
    return sorted(x, key=lambda v: -v, reverse=True)[:2][1]


@cures(refused.quantile_without_nans)
def nans_left_out_first(x):
    a = np.log(np.where(x > 0.5, x, np.nan))
    kept = a[~np.isnan(a)]
    return np.quantile(kept, 0.3)


@cures(refused.joins_two_sets)
def sorted_list_of_two_sets(x):
    return sum(x[i] for i in sorted({0, 1}) + sorted({2}))


@cures(refused.largest_of_a_set)
def largest_of_sorted(x):
    chosen = sorted({0, 2})
    return x[max(chosen)]


@cures(refused.product_with_a_sparse_matrix, (refused.x3, np.diag([1.0, 2.0, 3.0])), same=False)
def product_with_a_plain_array(x, A):
    return np.sum(A @ x)


@cures(refused.list_or_number)
def list_on_every_path(x):
    y = [x[0], x[1]] if x[0] > 0.5 else [x[0]]
    if len(y) > 1:
        return y[0] * y[1]
    return y[0]


@cures(refused.sends_to_a_generator)
def loop_over_what_was_sent(x):
    total = 0.0
    for v in x:
        total += v * v
    return total


@cures(refused.two_numbers_from_text)
def text_tested_first(x, text):
    n = int(text) if text.isdigit() else 2
    return np.sum(x) * n


@cures(refused.uses_a_defaultdict)
def dict_with_first_values(x):
    sums = {"a": 0.0}
    sums["a"] += x[0]
    return sums["a"] * x[1]


@cures(refused.uses_an_ordered_dict)
def plain_dict(x):
    table = dict(a=x[0])
    return table["a"] ** 2


@cures(refused.uses_a_counter)
def counted_in_a_loop(x):
    counts = {"a": 0, "b": 0}
    for k in ("a", "b", "a"):
        counts[k] += 1
    return x[0] * counts["a"]


@cures(refused.uses_a_heap)
def list_kept_in_order(x):
    heap = [x[1]]
    heap.append(x[0])
    heap = sorted(heap)
    return heap.pop(0) ** 2


@cures(refused.uses_bisect)
def place_found_by_numpy(x):
    knots = [0.0, 1.0, 2.0]
    return x[np.searchsorted(np.array(knots), 1.5)] ** 2


@cures(refused.bisects_to_the_right)
def place_behind_equal_values(x):
    return x[np.searchsorted(np.array([0.0, 1.0, 2.0]), 1.0, side="right")] ** 2


@cures(refused.copies_a_list)
def list_of_the_same_arrays(x):
    rows = [x * 2.0, x * 3.0]
    other = list(rows)
    other[0][0] = 5.0
    other[1] = x
    return np.sum(rows[0] * rows[1])


@cures(refused.copies_an_object)
def object_of_the_same_array(x):
    pair = refused.Pair(x * 2.0, x[1])
    other = dataclasses.replace(pair)
    other.a[0], other.b = 5.0, 1.0
    return np.sum(pair.a) * pair.b


@cures(refused.copies_a_dict_deeply)
def dict_of_copies(x):
    table = {"a": x * 2.0, "b": x * 3.0}
    other = {"a": table["a"].copy(), "b": table["b"].copy()}
    other["a"][0] = 5.0
    return np.sum(table["a"] * other["a"] * other["b"])


@cures(refused.chosen_piece_by_piece)
def selected_from_the_last(x):
    root = np.sqrt(np.where(x > 0.5, x, 1.0))
    return np.sum(np.select([x > 1.0, x > 0.5], [np.square(x), root], 0.3 * x))


@cures(refused.along_the_columns)
def rows_of_the_transpose(x):
    a = np.outer(x, x + 1.0)
    return np.sum(np.array([c[0] * c for c in a.T]).T * np.outer(x, np.arange(3.0)))


@cures(refused.items_with_their_places)
def items_enumerated(x):
    y = np.zeros((3, 3))
    for place, value in np.ndenumerate(np.outer(x, x + 1.0).T):
        y[place] = value**2
    return np.sum(y * np.arange(9.0).reshape(3, 3))


@cures(refused.set_of_an_array)
def each_value_once(x, ids):
    return sum(x[i] ** 2 for i in np.unique(ids))


@cures(refused.copies_deeply)
def object_built_again(x):
    pair = refused.Pair(x[0], x[1])
    pair = refused.Pair(pair.a, pair.b)
    return pair.a * pair.b


@cures(refused.dataclass_as_a_dict)
def field_by_name(x):
    return refused.Pair(x[0], x[1]).a ** 2


@cures(refused.dict_of_zipped_text)
def dict_written_out(x):
    table = {"a": x[0], "b": x[1], "c": x[2]}
    return table["a"] * table["b"]


@cures(refused.steps_of_an_active_size)
def steps_counted(x):
    n = int(np.ceil(1.0 / x[2]))
    return np.sum((0.0 + x[2] * np.arange(n)) ** 2)


@cures(refused.child_that_knows_its_parent)
def parent_by_its_index(x):
    values, parent_of = [x[0], x[1]], [-1, 0]
    child = 1
    return values[child] * values[parent_of[child]]


@cures(refused.list_that_holds_itself)
def list_by_its_own_name(x):
    values = [x[0]]
    return values[0] ** 2


@cures(refused.array_of_a_dict_added_to)
def array_of_a_list_added_to(x):
    items = [x * 2.0, x * 3.0]
    for i in range(2):
        items[i] += x[0]
    return np.sum(items[0] * items[1])


@cures(refused.array_of_a_dict_written)
def array_of_a_literal_key_written(x):
    d = {0: x * 2.0, 1: x * 3.0}
    for i in range(2):
        if i == 0:
            d[0][0] = x[1]
        else:
            d[1][0] = x[1]
    return np.sum(d[0] * d[1])


@cures(refused.list_of_a_dict_appended_to)
def dict_made_at_once(x):
    d = {i: [x[i], x[2]] for i in range(2)}
    return d[0][0] * d[1][1]


@cures(refused.instance_of_a_dict_written)
def instance_of_a_list_written(x):
    items = [refused.Tree(x[0]), refused.Tree(x[1])]
    for i in range(2):
        items[i].v += x[2]
    return items[0].v * items[1].v


@cures(refused.dict_of_a_dict_written)
def dict_of_a_list_written(x):
    items = [{"a": x[0]}, {"a": x[1]}]
    for i in range(2):
        items[i]["a"] = x[2]
    return items[0]["a"] * items[1]["a"]


@cures(refused.key_added_under_a_loop, same=False)
def key_added_over_a_copy(x):
    d = {"a": x[0], "b": x[1]}
    for k in list(d):
        d[k + "c"] = x[2]
    return d["a"]


@cures(refused.key_dropped_under_a_loop, same=False)
def key_dropped_over_a_copy(x):
    d, s = {"a": x[0], "b": x[1]}, 0.0
    for k in list(d):
        s = s + d.pop(k) ** 2
    return s


@cures(refused.view_kept_in_a_list, same=False)
def list_kept_in_a_list(x):
    d = {"a": x[0], "b": x[1]}
    views = [list(d.values())]
    d["b"] = x[2]
    return sum(views[0])


@cures(refused.view_kept_in_a_list)
def view_taken_again(x):
    d = {"a": x[0], "b": x[1]}
    d["b"] = x[2]
    return sum(d.values())


@cures(refused.view_read_beside_an_array, same=False)
def list_of_values_beside_an_array(x):
    d, s = {"a": x[0], "b": x[1]}, 0.0
    for v, w in zip(list(d.values()), x, strict=False):
        d["b"] = v * w
        s = s + v * w
    return s


@cures(refused.views_compared, same=False)
def lists_compared(x):
    d, e = {"a": x[0], "b": x[1]}, {"a": x[0], "b": x[1]}
    return x[2] if list(d.values()) == list(e.values()) else x[1]


WITHOUT = {}


@cures(refused.pairs_of_a_list_that_changes)
def pairs_of_a_copied_list(x):
    rows, s = [x * v for v in x], 0.0
    for a, b in itertools.combinations(list(rows), 2):
        rows[1] = a * 0.5
        s = s + np.sum(a * b)
    return s + rows[1][0]


@cures(refused.pairs_of_a_list_that_grows)
def pairs_of_a_copied_list_of_numbers(x):
    numbers, s = [v * v for v in x], 0.0
    for a, b in itertools.product(list(numbers), list(numbers)):
        numbers.append(a)
        s = s + a * b * b
    return s + numbers[-1]


@cures(refused.pairs_of_numbers_that_change)
def pairs_of_copied_numbers(x):
    y, s = x * 1.0, 0.0
    for a, b in itertools.combinations(y.copy(), 2):
        y[0] = a + b
        s = s + a * b * b
    return s + y[0]


@cures(refused.sum_of_a_list_that_changes, same=False)
def sum_of_a_copied_list(x):
    numbers = [v * v for v in x]

    def step(total, v):
        numbers[2] = numbers[0] * 0.3
        return total * 0.5 + v * v

    return functools.reduce(step, list(numbers))


@cures(refused.list_times_numpys_int)
def list_times_an_int(x):
    return np.sum(np.array([x[0], x[1]] * int(np.argmax(x))))


@cures(refused.list_that_may_hold_itself)
def copy_of_a_list_in_itself(x, k):
    inner = [x * 1.0, x * 2.0]
    rows = [inner, [x, x]]
    inner[0] = list(rows[k])
    inner[1] = x * 9.0
    return np.sum(inner[1] * inner[1])


@cures(refused.ints_put_into_floats_in_a_loop, same=False)
def floats_put_in_a_loop(x, n):
    values = x.tolist()
    for i in range(n):
        values[i] = 2.0
    return x[0] * (np.asarray(values).dtype == float)


@cures(refused.ints_put_into_floats_in_a_recursion, same=False)
def floats_put_in_a_recursion(x, n):
    def fill(values, k):
        if k == 0:
            return x[0] * (np.asarray(values, dtype=float).dtype == float)
        values[k - 1] = 2
        return fill(values, k - 1)

    return fill(x.tolist(), n)


@cures(refused.sorts_arrays)
def sorts_arrays_by_a_number(x):
    return np.sum(sorted([x[1:2], x[:1] * 0.5], key=lambda v: v[0])[0])


@cures(refused.largest_of_arrays)
def largest_of_arrays_by_a_number(x):
    rows = [x[i : i + 1] * x[0] for i in range(3)]
    return np.sum(max(rows, key=np.sum))


@cures(refused.columns_of_a_list)
def columns_of_an_array(x):
    rows = [v * 2.0 for v in np.outer(x, x)]
    return np.sum(np.split(np.array(rows), [1], axis=1)[0])


@cures(refused.parts_of_a_list)
def parts_of_an_array(x):
    rows = np.outer(x, x).tolist()
    return np.sum(np.array_split(np.array(rows), 2, axis=-1)[0])


@cures(refused.no_differences_of_a_list)
def no_call_for_no_differences(x):
    return np.sum(x.tolist())


@cures(refused.selected_from_a_list_of_unknown_length)
def selected_from_a_list_written_out(x):
    return np.sum(np.select([x > 0.1, x > 0.2, x > 0.3], [x[0] * x, x[1] * x, x[2] * x]))


@cures(refused.returns_an_inner_function, same=False)
def returns_what_an_inner_function_gives(x):
    def scaled(v):
        return v * x[0]

    return np.sum(scaled(x)), scaled(x)


@cures(refused.array_or_inner_function, same=False)
def array_or_what_an_inner_function_gives(x):
    def scaled():
        return x * x[0]

    found = x
    if x[0] > 0.2:
        found = scaled()
    return np.sum(x), [found]


@cures(refused.inner_function_in_turns, same=False)
def values_of_an_inner_function_in_turns(x):
    last, other = x, x * 1.0
    for _ in range(2):
        last, other = other, last
    return np.sum(last)


@cures(refused.method_in_a_result, same=False)
def result_of_a_method(x):
    return {"value": np.sum(x), "total": x.sum()}
