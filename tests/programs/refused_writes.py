"""Programs that write where what is written, or what is read afterwards, cannot be told.

`# HERE` marks the line of the error. It names two more where they matter: the one marked `# WRITES`, and the
one marked `# SHARES`, whose result may or may not be the same memory.
"""

import numpy as np

from .refused import Refusal
from .support import mutating

table = np.array([1.0, 2.0, 3.0])
registry = [1.0, 2.0]
options = {"scale": 2.0}

# ---------------------------------------------------------------- memory that may be shared


def reshaped_matrix_written(x):
    a = np.outer(x, x).T
    v = a.reshape(9)  # SHARES
    v[0] = x[1] ** 2  # WRITES
    return np.sum(a)  # HERE


def reshaped_while_the_base_is_written(x):
    a = np.outer(x, x)
    v = np.reshape(a.T, (9,))  # SHARES
    a[0, 0] = x[1] ** 2  # WRITES
    return v[0]  # HERE


def zeros_in_column_order(x):
    y = np.zeros((2, 3), order="F")
    v = y.reshape(-1)  # SHARES
    v[1] = x[0] ** 2  # WRITES
    return y[0, 1]  # HERE


def array_of_a_transpose(x):
    """`np.array` and `astype` keep the order of what they copy."""
    y = np.array(np.outer(x, x).T)
    v = y.reshape(-1)  # SHARES
    v[1] = x[0] ** 2  # WRITES
    return y[0, 1]  # HERE


def astype_of_a_transpose(x):
    y = np.outer(x, x).T.astype(float)
    v = y.ravel()  # SHARES
    y[0, 1] = x[0] ** 2  # WRITES
    return v[1]  # HERE


def slice_of_a_slice_in_a_loop(x):
    y = x
    for _ in range(len(x) - 1):  # SHARES
        y = y[1:]
    y[0] = x[0] ** 2  # WRITES
    return np.sum(x)  # HERE


def view_kept_from_a_loop(x):
    v = x[:1]
    for i in range(len(x)):  # SHARES
        v = x[i:]
    x[1] = x[0] ** 2  # WRITES
    return np.sum(v)  # HERE


def helper_that_may_return_its_argument(x, n):
    y = same_or_copy(x, n)
    y[0] = x[1] ** 2  # WRITES
    return np.sum(x)  # HERE


def same_or_copy(v, n):
    if n > 2:
        return v
    return v * 2.0


def helper_of_another_module_that_may_return_its_argument(x, n):
    y = mutating.same_or_double(x, n)
    y[0] = x[1] ** 2  # WRITES
    return np.sum(x)  # HERE


def recursion_given_the_same_memory_twice(x):
    meet(x, x)  # HERE
    return np.sum(x)


def meet(a, b):
    if len(a) > 1:
        a[0] = b[1] ** 2
        meet(a[1:], b[1:])


# ---------------------------------------------------------------- lists that hold what is written


def array_in_a_list_of_unknown_length(x, n):
    items = []
    for _ in range(n):
        items.append(np.zeros(3))
    items.append(x)  # SHARES
    x[0] = x[1] ** 2  # WRITES
    return items[n][0]  # HERE


def array_read_after_its_list_wrote(x, n):
    items = []
    for _ in range(n):
        items.append(np.zeros(3))
    items.append(x)  # SHARES
    items[n][0] = 2.0  # WRITES
    return x[0] * x[1]  # HERE


def one_buffer_in_every_item(x, n):
    items, buffer = [], np.zeros(3)
    for i in range(n):
        buffer[0] = x[i] ** 2
        items.append(buffer)  # HERE
    return items[0][0]


def list_in_a_list_read_by_name(x, n):
    row, rows = [x[0]], []
    for _ in range(n):
        rows.append([x[1]])
    rows.append(row)  # SHARES
    rows[n][0] = x[2] ** 2  # WRITES
    return row[0]  # HERE


def one_array_appended_twice(x, n):
    items, one = [], np.zeros(3)
    for _ in range(n):
        items.append(one)  # SHARES
    one[0] = x[0] ** 2  # WRITES
    return items[0][0]  # HERE


def list_of_lists_repeated(x, n):
    rows = [[[x[0], x[1]]]] * n
    rows[0][0][1] = x[2] ** 2  # HERE
    return rows[1][0][1]


def list_of_lists_in_a_list(x, n):
    row, rows = [[x[0]]], []
    for _ in range(n):
        rows.append([[x[1]]])
    rows.append(row)  # SHARES
    rows[n][0][0] = x[2] ** 2  # WRITES
    return row[0][0]  # HERE


def one_list_repeated(x, n):
    rows = [[x[0], x[1]]] * n
    rows[0][1] = x[2] ** 2  # HERE
    return rows[1][1]


def one_array_repeated(x, n):
    rows = [np.zeros(3)] * n
    rows[0][1] = x[2] ** 2  # HERE
    return rows[1][1]


def rows_of_an_array_in_a_list(x):
    rows = [row for row in np.outer(x, x)]
    rows[0][1] = x[2] ** 2  # HERE
    return rows[1][1]


def shallow_copy_of_a_list(x, n):
    rows = []
    for i in range(n):
        rows.append([x[i]])
    more = rows[:]  # SHARES
    more[0][0] = x[1] ** 2  # WRITES
    return rows[0][0]  # HERE


def list_grows_under_its_loop(x):
    values = [x[0], x[1]]
    for v in values:  # HERE
        if len(values) < 4:
            values.append(v**2)  # SHARES
    return values[-1]


def list_grows_in_a_branch_under_its_loop(x):
    values = [v for v in x]
    total = 0.0
    for v in values:  # HERE
        total = total * 2.0 + v
        if v > 1.0 and v < 1.3:
            values.append(v**2)  # SHARES
    return total


def list_in_a_list_grows_under_its_loop(x, n):
    rows = [[v for v in x] for _ in range(n + 1)]
    total = 0.0
    for v in rows[n]:  # HERE
        total = total * 2.0 + v
        if v > 1.0 and v < 1.3:
            rows[n].append(v**2)  # SHARES
    return total


def list_shrinks_under_its_loop(x):
    values = [x[0], x[1], x[2]]
    total = 0.0
    for v in values:  # HERE
        total += v**2
        values.pop()
    return total


def slice_of_a_list_assigned(x, n):
    values = [v for v in x]
    values[::n] = [x[2], x[1], x[0]]  # HERE
    return values[0]


def list_sorted_by_a_key(x, n):
    rows = [[x[i], 1.0] for i in range(n)]
    rows.sort(key=lambda row: row[0])  # HERE
    return rows[0][0]


def list_of_arrays_removed_from(x):
    values = [x[0] * x, x[1] * x]
    values.remove(values[0])  # HERE
    return values[0][0]


def item_of_a_list_with_a_copy_deleted(x, n):
    """Another list holds the same arrays."""
    values = [x * 1.0, x * 2.0, x * 3.0]
    more = values.copy()  # SHARES
    del values[n]
    values[n][0] = 5.0 * x[1]  # WRITES
    return np.sum(more[2])  # HERE


def array_inserted_at_run_time(x, n):
    values = [x * 1.0, x * 2.0, x * 3.0]
    more = values.copy()  # SHARES
    values.insert(n, x * 4.0)
    values[n + 1][0] = 5.0 * x[1]  # WRITES
    return np.sum(more[1])  # HERE


# ---------------------------------------------------------------- what may not be written


def global_array_written(x):
    table[0] = x[0] ** 2  # HERE
    return np.sum(table)


def global_array_augmented(x):
    y = table
    y += x  # HERE
    return np.sum(y)


def global_array_as_out(x):
    np.multiply(x, x, out=table)  # HERE
    return np.sum(table)


def global_list_appended(x):
    registry.append(x[0])  # HERE
    return registry[-1]


def global_dict_written(x):
    options["scale"] = x[0]  # HERE
    return options["scale"] ** 2


def writes_a_captured_array():
    memory = np.zeros(3)

    def remember(x):
        memory[0] = x[0] ** 2  # HERE
        return memory[0] * x[1]

    return remember


remember = writes_a_captured_array()


def tuple_item_assigned(x):
    pair = (x[0], x[1])
    pair[0] = x[2]  # HERE
    return pair[0]


def tuple_item_assigned_in_a_list(x):
    pairs = [(x[0], 1.0)]
    pairs[0][1] = x[2]  # HERE
    return pairs[0][1]


def diagonal_written(x):
    d = np.diagonal(np.outer(x, x))
    d[0] = x[1]  # HERE
    return np.sum(d)


def diag_of_a_matrix_written(x):
    a = np.outer(x, x)
    np.diag(a)[:] = x  # HERE
    return np.sum(a)


def broadcast_written(x):
    b = np.broadcast_to(x, (2, 3))
    b[0] = x[1]  # HERE
    return np.sum(b)


def element_of_a_number(x):
    y = np.sum(x)
    y[0] = 1.0  # HERE
    return y


def item_of_no_dimensions(x):
    total = np.zeros(())
    total[0] = x[1]  # HERE
    return total


def number_or_array_of_no_dimensions(x):
    total = np.zeros(())
    for v in x:
        old = total
        total = total + v * v
        old += 1.0  # HERE
    return total * old


# ---------------------------------------------------------------- numbers that would be cut off


def float_into_integers(x):
    counts = np.zeros(3, dtype=int)
    counts[0] = x[0] ** 2  # HERE
    return np.sum(counts * x)


def floats_into_integers(x):
    y = np.arange(3)
    y[:] = x  # HERE
    return np.sum(y * x)


def integers_augmented_by_floats(x):
    y = np.array([1, 2, 3])
    y += x  # HERE
    return np.sum(y)


def float_added_at_integers(x):
    y = np.array([1, 2, 3])
    np.add.at(y, [0, 0], x[0])  # HERE
    return np.sum(y)


def integers_filled_with_a_float(x):
    y = np.arange(3)
    y.fill(x[0])  # HERE
    return np.sum(y)


def ufunc_into_integers(x):
    y = np.arange(3)
    np.multiply(x, x, out=y)  # HERE
    return np.sum(y)


def float_into_what_may_be_integers(x):
    """NumPy makes an array of ints, if all the items are."""
    items = [1, 2, 3]
    if x[0] > 5.0:
        items[0] = x[0]
    a = np.array(items)
    a[0] = 3.0 * x[0]  # HERE
    return np.sum(a * x)


def float_into_a_copy_of_what_may_be_integers(x):
    v = 5 if x[0] > 100.0 else x[0]
    a = np.outer([v, 1], [1, 2])
    b = np.cumsum(np.zeros_like(a) + a[0])
    b[0] = 0.5 * x[1]  # HERE
    return np.sum(b) * x[2]


def remainder_of_what_may_be_integers(x):
    """By 0 an integer has the remainder 0, a float nan."""
    v = 5 if x[0] > 100.0 else x[0]
    return np.sum(np.arange(4) % v) * x[1]  # HERE


def float_into_booleans(x):
    m = np.zeros(3, dtype=bool)
    m[0] = x[0]  # HERE
    return np.sum(x[m])


def complex_into_floats(x):
    y = np.zeros(3)
    y[0] = x[0] + 1j * x[1]  # HERE
    return np.sum(y)


def array_without_dimensions_where(x):
    z = np.array(x[0])
    z[z > 0.5] = x[1]  # HERE
    return z * x[2]


def floats_augmented_by_complex(x):
    y = x * 1.0
    y *= 1j * x  # HERE
    return np.sum(y)


# ---------------------------------------------------------------- dicts, keywords, the rest


def dict_key_at_run_time(x, n):
    state = {0: x[0], 1: x[1]}
    state[n] = x[2]  # HERE
    return state[1]


def dict_popped_at_run_time(x, n):
    state = {0: x[0], 1: x[1]}
    return state.pop(n)  # HERE


def where_without_out(x):
    return np.sum(np.sqrt(x, where=x > 0.5))  # HERE


def where_into_empty(x):
    return np.sum(np.sqrt(x, where=x > 0.5, out=np.empty(3)))  # HERE


def array_over_a_buffer(x):
    y = np.ndarray((3,), float, x)  # HERE
    y[0] = 2.0
    return np.sum(x)


x3 = np.array([0.7, 1.2, 0.4])


def largest_of_arrays_without_dimensions(x):
    a, b = np.array(x[0]), np.array(x[1])
    m = max(a, b)
    m += x[2]
    return a * b  # HERE


def larger_of_what_may_be_a_number(x):
    a = x[:1] if x[0] > 0.1 else x[1]
    m = max(a, x[2])
    m += 1.0  # HERE
    return np.sum(a * m)


REFUSALS = [
    *(
        Refusal(fun, (x3,))
        for fun in (
            larger_of_what_may_be_a_number,
            largest_of_arrays_without_dimensions,
            reshaped_matrix_written,
            reshaped_while_the_base_is_written,
            zeros_in_column_order,
            array_of_a_transpose,
            astype_of_a_transpose,
            slice_of_a_slice_in_a_loop,
            view_kept_from_a_loop,
            recursion_given_the_same_memory_twice,
            rows_of_an_array_in_a_list,
            list_grows_under_its_loop,
            list_grows_in_a_branch_under_its_loop,
            list_shrinks_under_its_loop,
            list_of_arrays_removed_from,
            global_array_written,
            global_array_augmented,
            global_array_as_out,
            global_list_appended,
            global_dict_written,
            tuple_item_assigned,
            tuple_item_assigned_in_a_list,
            diagonal_written,
            diag_of_a_matrix_written,
            broadcast_written,
            element_of_a_number,
            item_of_no_dimensions,
            number_or_array_of_no_dimensions,
            float_into_integers,
            float_into_what_may_be_integers,
            float_into_a_copy_of_what_may_be_integers,
            remainder_of_what_may_be_integers,
            floats_into_integers,
            integers_augmented_by_floats,
            float_added_at_integers,
            integers_filled_with_a_float,
            ufunc_into_integers,
            float_into_booleans,
            complex_into_floats,
            floats_augmented_by_complex,
            array_without_dimensions_where,
            where_without_out,
            where_into_empty,
            array_over_a_buffer,
        )
    ),
    *(
        Refusal(fun, (x3, 3))
        for fun in (
            helper_that_may_return_its_argument,
            helper_of_another_module_that_may_return_its_argument,
            array_in_a_list_of_unknown_length,
            array_read_after_its_list_wrote,
            one_buffer_in_every_item,
            one_array_appended_twice,
            list_of_lists_repeated,
            list_of_lists_in_a_list,
            list_in_a_list_read_by_name,
            one_list_repeated,
            one_array_repeated,
            shallow_copy_of_a_list,
            list_sorted_by_a_key,
        )
    ),
    *(
        Refusal(fun, (x3, 1))
        for fun in (
            dict_key_at_run_time,
            dict_popped_at_run_time,
            slice_of_a_list_assigned,
            item_of_a_list_with_a_copy_deleted,
            array_inserted_at_run_time,
            list_in_a_list_grows_under_its_loop,
        )
    ),
    Refusal(remember, (x3,)),
]

# ---------------------------------------------------------------- lists that hold one object twice, copied


def copy_of_a_repeated_row(x, n):
    rows = ([[x[0], x[1]]] * n).copy()
    rows[0][1] = x[2] ** 2  # HERE
    return rows[1][1]


def list_of_a_repeated_array(x, n):
    rows = list([np.zeros(3)] * n)
    rows[0][1] = x[2] ** 2  # HERE
    return rows[1][1]


def copy_of_a_list_with_one_array_appended(x, n):
    r = np.zeros(3)
    rows = []
    for _ in range(n):
        rows.append(r)
    more = rows.copy()
    more[0][1] = x[2] ** 2  # HERE
    return more[1][1]


def slice_of_a_repeated_row(x, n):
    rows = ([[x[0], x[1]]] * n)[:]
    rows[0][1] = x[2] ** 2  # HERE
    return rows[1][1]


def reversed_repeated_row(x, n):
    rows = list(reversed([[x[0], x[1]]] * n))
    rows[0][1] = x[2] ** 2  # HERE
    return rows[1][1]


def repeated_row_on_one_path(x, n):
    rows = [[x[0], x[1]]] * n
    chosen = rows.copy() if n > 2 else rows
    chosen[0][1] = x[2] ** 2  # HERE
    return chosen[1][1]


def repeated_by_recursion(row, n):
    if n == 0:
        return [row.copy()] * 2
    return repeated_by_recursion(row * 2.0, n - 1)


def result_of_recursion_that_repeats(x, n):
    rows = repeated_by_recursion(x, n)  # SHARES
    rows[0][1] = x[2] ** 2  # WRITES
    return rows[1][1]  # HERE


def item_at_run_time_scaled(x, n):
    held = [x, 2.0 * x, 3.0 * x, 4.0 * x, 5.0 * x]
    held[n % 2] *= 3.0  # WRITES
    return np.sum(x)  # HERE


REFUSALS += [
    Refusal(fun, (x3, 3))
    for fun in (
        copy_of_a_repeated_row,
        list_of_a_repeated_array,
        copy_of_a_list_with_one_array_appended,
        slice_of_a_repeated_row,
        reversed_repeated_row,
        repeated_row_on_one_path,
        result_of_recursion_that_repeats,
        item_at_run_time_scaled,
    )
]


# ---------------------------------------------------------------- lists and arrays


def list_with_an_array_added(x):
    values = [x[0]]
    held = values
    values += x  # HERE
    return values[-1] * held[0]


def item_with_an_array_added(x):
    rows = {"a": [x[0]], "b": [x[1]]}
    rows["a"] += x[1:]  # HERE
    return sum(rows["a"])


def list_with_a_number_added(x):
    values = [x[0], x[1]]
    values += x[2]  # HERE
    return values[-1]


def list_scaled_in_place(x):
    values = [x[0], x[1], x[2]]
    values *= x  # HERE
    return sum(values)


REFUSALS += [
    Refusal(fun, (x3,))
    for fun in (list_with_an_array_added, item_with_an_array_added, list_with_a_number_added, list_scaled_in_place)
]


def list_of_one_arm_that_holds_an_array_twice(x, n):
    if n > 0:
        w = x * 2
        pair = [w, w]
    s = 0.0
    if n > 1:
        pair[1][0] = x[0]
        s += np.sum(pair[0] ** 2)  # HERE
    return s


def view_beside_its_array_in_each_turn(x, n):
    w = x * 2
    t = (w, w[1:])
    s = 0.0
    for _ in range(n):
        t[1][0] = x[0]
        s += np.sum(t[0] ** 2)  # HERE
        w = x * 2
        t = (w, w[1:])
    return s + x[1]


def list_that_holds_a_list_twice(x, n):
    if n > 0:
        rows = [[x[0], x[1]]] * 2
    s = 0.0
    if n > 1:
        rows[0][0] = x[2] ** 2
        s = rows[1][0] * rows[1][1]  # HERE
    return s


REFUSALS += [
    Refusal(fun, (x3, 2))
    for fun in (
        list_of_one_arm_that_holds_an_array_twice,
        view_beside_its_array_in_each_turn,
        list_that_holds_a_list_twice,
    )
]


def turned(pair, k):
    return pair if k == 0 else turned((pair[1], pair[0]), k - 1)


def item_of_what_a_recursion_returns(x, n):
    pair = (x * 1.0, x * 2.0)
    found = turned(pair, n)
    found[0][0] = 5.0
    return np.sum(pair[0] ** 2) + np.sum(pair[1])  # HERE


REFUSALS.append(Refusal(item_of_what_a_recursion_returns, (x3, 2)))


LEVELS = np.array([1.0, 2.0, 3.0])


def levels(k):
    return LEVELS if k == 0 else levels(k - 1)


def array_of_the_module_on_one_path(x, n):
    u = LEVELS if n > 0 else x * 1.0
    u[0] = x[1]  # HERE
    return np.sum(LEVELS * x) + np.sum(u)


def array_of_the_module_by_recursion(x, n):
    u = levels(n)
    u[0] = x[1]  # HERE
    return np.sum(LEVELS * x) + np.sum(u)


REFUSALS += [Refusal(fun, (x3, 2)) for fun in (array_of_the_module_on_one_path, array_of_the_module_by_recursion)]


def rows_swapped_in_a_tuple(x, n):
    y = np.outer(x, x + n)
    y[:2] = y[1], y[0]  # HERE
    return np.sum(y * y * x)


REFUSALS.append(Refusal(rows_swapped_in_a_tuple, (x3, 2)))


def ints_converted_and_written(x, n):
    order = np.arange(3)
    places = np.int64(order)
    order[0] = n
    return np.sum(x[places] ** 2)  # HERE


def grid_of_places_written(x, n):
    order = np.arange(3)
    rows, columns = np.ix_(order, order)
    order[0] = n
    return np.sum(np.outer(x, x)[rows, columns] * x)  # HERE


def diagonal_of_a_table_written(x, n):
    table = np.arange(9.0).reshape(3, 3)
    diagonal = np.linalg.diagonal(table)
    table[0, 0] = n
    return np.sum(diagonal**3 * x)  # HERE


REFUSALS += [Refusal(fun, (x3, 2)) for fun in (ints_converted_and_written, grid_of_places_written)]
if hasattr(np.linalg, "diagonal"):
    REFUSALS.append(Refusal(diagonal_of_a_table_written, (x3, 2)))


def buffers_swapped_beside_a_list(x, n):
    table = [None] * 2
    for i in range(2):
        table[i] = x
    table += [np.outer(x, x)]
    old = table[1]
    new = old.copy()
    for _ in range(n):
        for item in table:  # HERE
            print(len(item))
        new[1] = 1.0
        old, new = new, old
    return np.sum(table[0] * x)


def two_grids_of_one_array(x, n):
    order = np.arange(3)
    rows, columns = np.ix_(order, order)
    rows[0, 0] = n
    return np.sum(x[columns] * x)  # HERE


REFUSALS += [Refusal(fun, (x3, 2)) for fun in (buffers_swapped_beside_a_list, two_grids_of_one_array)]


def masked_from_its_own_items(x, n):
    np.putmask(x, x > 0.5, x[::-1])  # HERE
    return np.sum(x * x) * n


REFUSALS.append(Refusal(masked_from_its_own_items, (x3, 2)))
