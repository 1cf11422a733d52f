"""The programs of `refused_writes.py`, rewritten as their errors say."""

import numpy as np

from . import refused_writes as refused
from .cure import cures

# ---------------------------------------------------------------- memory that may be shared


@cures(refused.reshaped_matrix_written)
def reshaped_copy_written(x):
    a = np.outer(x, x).T
    v = a.reshape(-1).copy()
    v[0] = x[1] ** 2
    return np.sum(a)


@cures(refused.reshaped_matrix_written, same=False)
def array_itself_written(x):
    a = np.outer(x, x).T
    a[0, 0] = x[1] ** 2
    return np.sum(a)


@cures(refused.reshaped_while_the_base_is_written)
def reshaped_copy_read(x):
    a = np.outer(x, x)
    v = np.reshape(a.T, (9,)).copy()
    a[0, 0] = x[1] ** 2
    return v[0]


@cures(refused.zeros_in_column_order)
def reshaped_zeros_copied(x):
    y = np.zeros((2, 3), order="F")
    v = y.reshape(-1).copy()
    v[1] = x[0] ** 2
    return y[0, 1]


@cures(refused.array_of_a_transpose, same=False)
def array_of_a_transpose_written_itself(x):
    y = np.array(np.outer(x, x).T)
    y[0, 1] = x[0] ** 2
    return y[0, 1]


@cures(refused.array_of_a_transpose)
def array_of_a_transpose_copied(x):
    y = np.array(np.outer(x, x).T)
    v = y.reshape(-1).copy()
    v[1] = x[0] ** 2
    return y[0, 1]


@cures(refused.astype_of_a_transpose)
def raveled_copy(x):
    y = np.outer(x, x).T.astype(float)
    v = y.ravel().copy()
    y[0, 1] = x[0] ** 2
    return v[1]


@cures(refused.slice_of_a_slice_in_a_loop)
def sliced_once_after_the_loop(x):
    k = 0
    for _ in range(2):
        k += 1
    y = x[k:]
    y[0] = x[0] ** 2
    return np.sum(x)


@cures(refused.slice_of_a_slice_in_a_loop, same=False)
def copied_in_every_assignment(x):
    y = x.copy()
    for _ in range(2):
        y = y[1:].copy()
    y[0] = x[0] ** 2
    return np.sum(x)


@cures(refused.view_kept_from_a_loop)
def view_taken_after_the_loop(x):
    k = 0
    for i in range(3):
        k = i
    v = x[k:]
    x[1] = x[0] ** 2
    return np.sum(v)


@cures(refused.view_kept_from_a_loop)
def view_copied_in_every_assignment(x):
    v = x[:1].copy()
    for i in range(3):
        v = x[i:].copy()
    x[1] = x[0] ** 2
    return np.sum(v)


@cures(refused.helper_of_another_module_that_may_return_its_argument, same=False)
@cures(refused.helper_that_may_return_its_argument, same=False)
def helper_that_returns_a_copy(x, n):
    y = copy_or_double(x, n)
    y[0] = x[1] ** 2
    return np.sum(x)


def copy_or_double(v, n):
    if n > 2:
        return v.copy()
    return v * 2.0


@cures(refused.recursion_given_the_same_memory_twice, same=False)
def recursion_given_a_copy(x):
    refused.meet(x, x.copy())
    return np.sum(x)


# ---------------------------------------------------------------- lists that hold what is written


@cures(refused.array_in_a_list_of_unknown_length)
def appended_after_the_write(x, n):
    items = []
    for _ in range(n):
        items.append(np.zeros(3))
    x[0] = x[1] ** 2
    items.append(x)
    return items[n][0]


@cures(refused.array_in_a_list_of_unknown_length)
def written_and_read_through_the_list(x, n):
    items = []
    for _ in range(n):
        items.append(np.zeros(3))
    items.append(x)
    items[n][0] = items[n][1] ** 2
    return items[n][0]


@cures(refused.array_in_a_list_of_unknown_length, same=False)
def appended_as_a_copy(x, n):
    items = []
    for _ in range(n):
        items.append(np.zeros(3))
    items.append(x.copy())
    x[0] = x[1] ** 2
    return items[n][0]


@cures(refused.array_read_after_its_list_wrote)
def goes_on_with_the_list(x, n):
    items = []
    for _ in range(n):
        items.append(np.zeros(3))
    items.append(x)
    items[n][0] = 2.0
    return items[n][0] * items[n][1]


@cures(refused.one_buffer_in_every_item, same=False)
def buffer_made_anew(x, n):
    items = []
    for i in range(n):
        buffer = np.zeros(3)
        buffer[0] = x[i] ** 2
        items.append(buffer)
    return items[0][0]


@cures(refused.one_buffer_in_every_item, same=False)
def buffer_appended_as_a_copy(x, n):
    items, buffer = [], np.zeros(3)
    for i in range(n):
        buffer[0] = x[i] ** 2
        items.append(buffer.copy())
    return items[0][0]


@cures(refused.one_buffer_in_every_item)
def buffer_appended_after_the_last_write(x, n):
    items, buffer = [], np.zeros(3)
    for i in range(n):
        buffer[0] = x[i] ** 2
    for _ in range(n):
        items.append(buffer)
    return items[0][0]


@cures(refused.one_array_appended_twice)
def array_appended_after_the_last_write(x, n):
    items, one = [], np.zeros(3)
    one[0] = x[0] ** 2
    for _ in range(n):
        items.append(one)
    return items[0][0]


@cures(refused.one_array_appended_twice, same=False)
def array_appended_as_copies(x, n):
    items, one = [], x * 1.0
    for _ in range(n):
        items.append(one.copy())
    one[0] = x[0] ** 2
    return items[0][0]


@cures(refused.list_of_lists_repeated, same=False)
def lists_of_lists_copied(x, n):
    rows = [[r.copy() for r in row] for row in [[[x[0], x[1]]]] * n]
    rows[0][0][1] = x[2] ** 2
    return rows[1][0][1]


@cures(refused.list_of_lists_in_a_list, same=False)
def list_of_lists_appended_as_a_copy(x, n):
    row, rows = [[x[0]]], []
    for _ in range(n):
        rows.append([[x[1]]])
    rows.append([r.copy() for r in row])
    rows[n][0][0] = x[2] ** 2
    return row[0][0]


@cures(refused.list_in_a_list_read_by_name)
def list_read_in_the_list(x, n):
    row, rows = [x[0]], []
    for _ in range(n):
        rows.append([x[1]])
    rows.append(row)
    rows[n][0] = x[2] ** 2
    return rows[n][0]


@cures(refused.list_in_a_list_read_by_name, same=False)
def list_appended_as_a_copy(x, n):
    row, rows = [x[0]], []
    for _ in range(n):
        rows.append([x[1]])
    rows.append(row.copy())
    rows[n][0] = x[2] ** 2
    return row[0]


@cures(refused.one_list_repeated, same=False)
def list_made_anew(x, n):
    rows = [[x[0], x[1]] for _ in range(n)]
    rows[0][1] = x[2] ** 2
    return rows[1][1]


@cures(refused.one_array_repeated, same=False)
def array_made_anew(x, n):
    rows = [np.zeros(3) for _ in range(n)]
    rows[0][1] = x[2] ** 2
    return rows[1][1] + rows[0][1]


@cures(refused.one_list_repeated, same=False)
@cures(refused.copy_of_a_repeated_row, same=False)
@cures(refused.reversed_repeated_row, same=False)
def copied_in_the_last_step(x, n):
    rows = [row.copy() for row in list(reversed([[x[0], x[1]]] * n))]
    rows[0][1] = x[2] ** 2
    return rows[1][1] + rows[0][1]


@cures(refused.one_array_repeated, same=False)
@cures(refused.list_of_a_repeated_array, same=False)
def arrays_copied_in_the_last_step(x, n):
    rows = [row.copy() for row in list([np.zeros(3)] * n)]
    rows[0][1] = x[2] ** 2
    return rows[1][1] + rows[0][1]


@cures(refused.copy_of_a_repeated_row, same=False)
@cures(refused.slice_of_a_repeated_row, same=False)
@cures(refused.repeated_row_on_one_path, same=False)
def rows_made_anew_and_copied(x, n):
    rows = [[x[0], x[1]] for _ in range(n)].copy()
    rows[0][1] = x[2] ** 2
    return rows[1][1] + rows[0][1]


@cures(refused.list_of_a_repeated_array, same=False)
def list_of_arrays_made_anew(x, n):
    rows = list([np.zeros(3) for _ in range(n)])
    rows[0][1] = x[2] ** 2
    return rows[1][1] + rows[0][1]


@cures(refused.repeated_row_on_one_path, same=False)
def copies_of_repeated_rows(x, n):
    rows = [row.copy() for row in [[x[0], x[1]]] * n]
    rows[0][1] = x[2] ** 2
    return rows[1][1] + rows[0][1]


@cures(refused.result_of_recursion_that_repeats, same=False)
def copies_of_what_recursion_repeats(x, n):
    rows = refused.repeated_by_recursion(x, n)
    rows = [row.copy() for row in rows]
    rows[0][1] = x[2] ** 2
    return rows[1][1]


def repeated_after_the_write(row, n):
    if n == 0:
        last = row.copy()
        last[1] = (last[2] / 8.0) ** 2
        return [last] * 2
    return repeated_after_the_write(row * 2.0, n - 1)


@cures(refused.result_of_recursion_that_repeats)
def written_before_it_is_repeated(x, n):
    rows = repeated_after_the_write(x, n)
    return rows[1][1]


@cures(refused.copy_of_a_list_with_one_array_appended, same=False)
def copies_of_one_array_appended(x, n):
    r = np.zeros(3)
    rows = []
    for _ in range(n):
        rows.append(r)
    more = [row.copy() for row in rows]
    more[0][1] = x[2] ** 2
    return more[1][1] + more[0][1]


@cures(refused.item_at_run_time_scaled, same=False)
def copies_scaled_at_run_time(x, n):
    held = [x.copy(), 2.0 * x]
    held[n % 2] *= 3.0
    return np.sum(x)


@cures(refused.rows_of_an_array_in_a_list)
def copies_of_rows(x):
    rows = [row.copy() for row in np.outer(x, x)]
    rows[0][1] = x[2] ** 2
    return rows[1][1]


@cures(refused.rows_of_an_array_in_a_list)
def matrix_in_place_of_the_list(x):
    a = np.outer(x, x)
    a[0, 1] = x[2] ** 2
    return a[1, 1]


@cures(refused.shallow_copy_of_a_list, same=False)
def items_copied_too(x, n):
    rows = []
    for i in range(n):
        rows.append([x[i]])
    more = [item.copy() for item in rows]
    more[0][0] = x[1] ** 2
    return rows[0][0]


@cures(refused.list_grows_under_its_loop)
def counts_while_the_list_grows(x):
    values = [x[0], x[1]]
    i = 0
    while i < len(values):
        v = values[i]
        if len(values) < 4:
            values.append(v**2)
        i += 1
    return values[-1]


@cures(refused.list_grows_under_its_loop)
def loops_over_a_copy(x):
    values = [x[0], x[1]]
    for v in list(values):
        if len(values) < 4:
            values.append(v**2)
    return values[-1]


@cures(refused.list_grows_in_a_branch_under_its_loop)
def counts_while_a_branch_appends(x):
    values = [v for v in x]
    total, i = 0.0, 0
    while i < len(values):
        v = values[i]
        total = total * 2.0 + v
        if v > 1.0 and v < 1.3:
            values.append(v**2)
        i += 1
    return total


@cures(refused.list_in_a_list_grows_under_its_loop)
def counts_in_a_list_in_a_list(x, n):
    rows = [[v for v in x] for _ in range(n + 1)]
    total, i = 0.0, 0
    while i < len(rows[n]):
        v = rows[n][i]
        total = total * 2.0 + v
        if v > 1.0 and v < 1.3:
            rows[n].append(v**2)
        i += 1
    return total


@cures(refused.list_in_a_list_grows_under_its_loop, same=False)
def loops_over_a_copy_of_a_list_in_a_list(x, n):
    rows = [[v for v in x] for _ in range(n + 1)]
    total = 0.0
    for v in list(rows[n]):
        total = total * 2.0 + v
        if v > 1.0 and v < 1.3:
            rows[n].append(v**2)
    return total * rows[n][-1]


@cures(refused.list_shrinks_under_its_loop)
def counts_while_the_list_shrinks(x):
    values = [x[0], x[1], x[2]]
    total, i = 0.0, 0
    while i < len(values):
        total += values[i] ** 2
        values.pop()
        i += 1
    return total


@cures(refused.list_shrinks_under_its_loop, same=False)
def loops_over_a_copy_as_it_was(x):
    values = [x[0], x[1], x[2]]
    total = 0.0
    for v in list(values):
        total += v**2
        values.pop()
    return total


@cures(refused.slice_of_a_list_assigned)
def items_written_one_by_one(x, n):
    values = [v for v in x]
    for i, v in enumerate([x[2], x[1], x[0]]):
        values[n * i] = v
    return values[0]


@cures(refused.list_sorted_by_a_key)
def sorted_into_a_new_list(x, n):
    rows = [[x[i], 1.0] for i in range(n)]
    rows = sorted(rows, key=lambda row: row[0])
    return rows[0][0]


@cures(refused.list_of_arrays_removed_from)
def deleted_by_index(x):
    values = [x[0] * x, x[1] * x]
    del values[0]
    return values[0][0]


@cures(refused.item_of_a_list_with_a_copy_deleted, same=False)
def list_of_copies_deleted_from(x, n):
    values = [x * 1.0, x * 2.0, x * 3.0]
    more = [v.copy() for v in values]
    del values[n]
    values[n][0] = 5.0 * x[1]
    return np.sum(more[2])


@cures(refused.array_inserted_at_run_time, same=False)
def list_of_copies_inserted_into(x, n):
    values = [x * 1.0, x * 2.0, x * 3.0]
    more = [v.copy() for v in values]
    values.insert(n, x * 4.0)
    values[n + 1][0] = 5.0 * x[1]
    return np.sum(more[1])


# ---------------------------------------------------------------- what may not be written


@cures(refused.global_array_written, same=False)
def copy_of_a_global_array(x):
    mine = refused.table.copy()
    mine[0] = x[0] ** 2
    return np.sum(mine)


@cures(refused.global_array_written, (np.array([0.7, 1.2, 0.4]), np.array([1.0, 2.0, 3.0])), same=False)
def array_as_an_argument(x, table):
    table[0] = x[0] ** 2
    return np.sum(table)


@cures(refused.global_array_augmented, same=False)
def copy_of_a_global_array_augmented(x):
    y = refused.table.copy()
    y += x
    return np.sum(y)


@cures(refused.global_array_as_out, same=False)
def copy_of_a_global_array_as_out(x):
    mine = refused.table.copy()
    np.multiply(x, x, out=mine)
    return np.sum(mine)


@cures(refused.global_list_appended, same=False)
def copy_of_a_global_list(x):
    mine = refused.registry.copy()
    mine.append(x[0])
    return mine[-1]


@cures(refused.global_dict_written, same=False)
def copy_of_a_global_dict(x):
    mine = dict(refused.options)
    mine["scale"] = x[0]
    return mine["scale"] ** 2


@cures(refused.remember, same=False)
def array_of_its_own(x):
    memory = np.zeros(3)
    memory[0] = x[0] ** 2
    return memory[0] * x[1]


@cures(refused.tuple_item_assigned, same=False)
def list_item_assigned(x):
    pair = [x[0], x[1]]
    pair[0] = x[2]
    return pair[0]


@cures(refused.tuple_item_assigned_in_a_list, same=False)
def list_item_assigned_in_a_list(x):
    pairs = [[x[0], 1.0]]
    pairs[0][1] = x[2]
    return pairs[0][1]


@cures(refused.diagonal_written, same=False)
def matrix_written(x):
    a = np.outer(x, x)
    a[0, 0] = x[1]
    return np.sum(np.diagonal(a))


@cures(refused.diag_of_a_matrix_written, same=False)
def diagonal_filled(x):
    a = np.outer(x, x)
    np.fill_diagonal(a, x[0] ** 3)
    return np.sum(a)


@cures(refused.broadcast_written, same=False)
def copy_of_a_broadcast_written(x):
    b = np.broadcast_to(x, (2, 3)).copy()
    b[0] = x[1]
    return np.sum(b)


@cures(refused.element_of_a_number, same=False)
def element_of_an_array(x):
    y = np.array([np.sum(x), 2.0])
    y[1] = 1.0
    return y[0] * y[1]


@cures(refused.item_of_no_dimensions, same=False)
def all_of_an_array_of_no_dimensions(x):
    total = np.zeros(())
    total[...] = x[1]
    return total


@cures(refused.number_or_array_of_no_dimensions, same=False)
def new_number(x):
    total = np.zeros(())
    for v in x:
        old = total
        total = total + v * v
        old = old + 1.0
    return total * old


# ---------------------------------------------------------------- numbers that would be cut off


@cures(refused.float_into_integers, same=False)
def float_into_floats(x):
    counts = np.zeros(3)
    counts[0] = x[0] ** 2
    return np.sum(counts * x)


@cures(refused.floats_into_integers, same=False)
def floats_into_floats(x):
    y = np.arange(3, dtype=float)
    y[:] = x
    return np.sum(y * x)


@cures(refused.integers_augmented_by_floats, same=False)
def floats_augmented_by_floats(x):
    y = np.array([1, 2, 3]).astype(float)
    y += x
    return np.sum(y)


@cures(refused.float_added_at_integers, same=False)
def float_added_at_floats(x):
    y = np.array([1, 2, 3], dtype=float)
    np.add.at(y, [0, 0], x[0])
    return np.sum(y)


@cures(refused.integers_filled_with_a_float, same=False)
def floats_filled_with_a_float(x):
    y = np.arange(3).astype(float)
    y.fill(x[0])
    return np.sum(y)


@cures(refused.ufunc_into_integers, same=False)
def ufunc_into_floats(x):
    y = np.arange(3).astype(float)
    np.multiply(x, x, out=y)
    return np.sum(y)


@cures(refused.float_into_booleans)
def comparison_into_booleans(x):
    m = np.zeros(3, dtype=bool)
    m[0] = x[0] != 0
    return np.sum(x[m])


@cures(refused.array_without_dimensions_where)
def array_without_dimensions_by_where(x):
    z = np.array(x[0])
    z[...] = np.where(z > 0.5, x[1], z)
    return z * x[2]


@cures(refused.complex_into_floats, same=False)
def complex_into_complex(x):
    y = np.zeros(3, dtype=complex)
    y[0] = x[0] + 1j * x[1]
    return np.abs(np.sum(y))


@cures(refused.complex_into_floats, same=False)
def real_part_into_floats(x):
    y = np.zeros(3)
    y[0] = np.real(x[0] + 1j * x[1])
    return np.sum(y)


@cures(refused.floats_augmented_by_complex, same=False)
def complex_augmented_by_complex(x):
    y = (x * 1.0).astype(complex)
    y *= 1j * x
    return np.abs(np.sum(y))


# ---------------------------------------------------------------- dicts, keywords, the rest


@cures(refused.dict_key_at_run_time)
def list_in_place_of_a_dict(x, n):
    state = [x[0], x[1]]
    state[n] = x[2]
    return state[1]


@cures(refused.dict_key_at_run_time)
def literal_keys_in_branches(x, n):
    state = {0: x[0], 1: x[1]}
    if n == 0:
        state[0] = x[2]
    else:
        state[1] = x[2]
    return state[1]


@cures(refused.dict_popped_at_run_time)
def list_popped_at_run_time(x, n):
    state = [x[0], x[1]]
    return state.pop(n)


@cures(refused.where_without_out, same=False)
def where_with_zeros_as_out(x):
    return np.sum(np.sqrt(x, where=x > 0.5, out=np.zeros_like(x)))


@cures(refused.where_into_empty, same=False)
def where_into_zeros(x):
    return np.sum(np.sqrt(x, where=x > 0.5, out=np.zeros(3)))


@cures(refused.array_over_a_buffer)
def slice_over_the_same_memory(x):
    y = x[:3]
    y[0] = 2.0
    return np.sum(x)


@cures(refused.array_over_a_buffer)
def reshape_over_the_same_memory(x):
    y = x.reshape(3)
    y[0] = 2.0
    return np.sum(x)


# ---------------------------------------------------------------- lists and arrays


@cures(refused.list_with_an_array_added)
def array_with_an_array_added(x):
    values = [x[0]]
    held = values
    values = np.array(values) + x
    return values[-1] * held[0]


@cures(refused.list_with_an_array_added, same=False)
def list_with_an_array_extended(x):
    values = [x[0]]
    held = values
    values.extend(x)
    return values[-1] * held[0]


@cures(refused.item_with_an_array_added)
def item_made_an_array(x):
    rows = {"a": [x[0]], "b": [x[1]]}
    rows["a"] = np.array(rows["a"]) + x[1:]
    return sum(rows["a"])


@cures(refused.item_with_an_array_added, same=False)
def item_with_an_array_extended(x):
    rows = {"a": [x[0]], "b": [x[1]]}
    rows["a"].extend(x[1:])
    return sum(rows["a"])


@cures(refused.list_with_a_number_added)
def array_with_a_number_added(x):
    values = [x[0], x[1]]
    values = np.array(values) + x[2]
    return values[-1]


@cures(refused.list_with_a_number_added, same=False)
def list_with_a_number_appended(x):
    values = [x[0], x[1]]
    values.append(x[2])
    return values[-1]


@cures(refused.list_scaled_in_place)
def product_of_a_list_and_an_array(x):
    values = [x[0], x[1], x[2]]
    values = values * x
    return sum(values)


@cures(refused.list_of_one_arm_that_holds_an_array_twice, same=False)
def list_of_one_arm_with_a_copy(x, n):
    if n > 0:
        w = x * 2
        pair = [w, w.copy()]
    s = 0.0
    if n > 1:
        pair[1][0] = x[0]
        s += np.sum(pair[0] ** 2)
    return s


@cures(refused.view_beside_its_array_in_each_turn, same=False)
def copy_beside_the_array_in_each_turn(x, n):
    w = x * 2
    t = (w, w[1:].copy())
    s = 0.0
    for _ in range(n):
        t[1][0] = x[0]
        s += np.sum(t[0] ** 2)
        w = x * 2
        t = (w, w[1:].copy())
    return s + x[1]


@cures(refused.list_that_holds_a_list_twice)
def written_where_it_is_made(x, n):
    s = 0.0
    if n > 1:
        rows = [[x[0], x[1]]] * 2
        rows[0][0] = x[2] ** 2
        s = rows[1][0] * rows[1][1]
    return s


@cures(refused.item_of_what_a_recursion_returns, same=False)
def copies_of_what_a_recursion_returns(x, n):
    pair = (x * 1.0, x * 2.0)
    found = [v.copy() for v in refused.turned(pair, n)]
    found[0][0] = 5.0
    return np.sum(pair[0] ** 2) + np.sum(pair[1])


@cures(refused.array_of_the_module_on_one_path, same=False)
def copy_of_the_array_on_one_path(x, n):
    u = refused.LEVELS.copy() if n > 0 else x * 1.0
    u[0] = x[1]
    return np.sum(refused.LEVELS * x) + np.sum(u)


@cures(refused.array_of_the_module_by_recursion, same=False)
def copy_of_what_a_recursion_gives(x, n):
    u = refused.levels(n).copy()
    u[0] = x[1]
    return np.sum(refused.LEVELS * x) + np.sum(u)


WITHOUT = {}


@cures(refused.float_into_what_may_be_integers, same=False)
def float_into_floats_by_dtype(x):
    items = [1, 2, 3]
    if x[0] > 5.0:
        items[0] = x[0]
    a = np.array(items, dtype=float)
    a[0] = 3.0 * x[0]
    return np.sum(a * x)


@cures(refused.float_into_what_may_be_integers, same=False)
def float_into_an_array_of_floats(x):
    items = [1.0, 2.0, 3.0]
    if x[0] > 5.0:
        items[0] = x[0]
    a = np.array(items)
    a[0] = 3.0 * x[0]
    return np.sum(a * x)


@cures(refused.float_into_a_copy_of_what_may_be_integers, same=False)
def float_into_a_copy_of_floats(x):
    v = 5.0 if x[0] > 100.0 else x[0]
    a = np.outer([v, 1], [1, 2])
    b = np.cumsum(np.zeros_like(a) + a[0])
    b[0] = 0.5 * x[1]
    return np.sum(b) * x[2]


@cures(refused.remainder_of_what_may_be_integers, same=False)
def remainder_of_floats(x):
    v = 5 if x[0] > 100.0 else x[0]
    return np.sum(np.arange(4) % float(v)) * x[1]


@cures(refused.largest_of_arrays_without_dimensions, same=False)
def largest_copied(x):
    a, b = np.array(x[0]), np.array(x[1])
    m = max(a, b).copy()
    m += x[2]
    return a * b


@cures(refused.largest_of_arrays_without_dimensions, same=False)
def largest_by_numpy(x):
    a, b = np.array(x[0]), np.array(x[1])
    m = np.maximum(a, b)
    m += x[2]
    return a * b


@cures(refused.larger_of_what_may_be_a_number, same=False)
def larger_of_what_may_be_a_number_anew(x):
    a = x[:1] if x[0] > 0.1 else x[1]
    m = max(a, x[2])
    m = m + 1.0
    return np.sum(a * m)


@cures(refused.rows_swapped_in_a_tuple, same=False)
def rows_swapped_in_an_array(x, n):
    y = np.outer(x, x + n)
    y[:2] = np.array((y[1], y[0]))
    return np.sum(y * y * x)


@cures(refused.rows_swapped_in_a_tuple, same=False)
def rows_swapped_by_index(x, n):
    y = np.outer(x, x + n)
    y[[0, 1]] = y[[1, 0]]
    return np.sum(y * y * x)


@cures(refused.ints_converted_and_written, same=False)
def ints_converted_and_copied(x, n):
    order = np.arange(3)
    places = np.int64(order).copy()
    order[0] = n
    return np.sum(x[places] ** 2)


@cures(refused.grid_of_places_written, same=False)
def grid_of_places_copied(x, n):
    order = np.arange(3)
    rows, columns = np.ix_(order.copy(), order.copy())
    order[0] = n
    return np.sum(np.outer(x, x)[rows, columns] * x)


@cures(refused.buffers_swapped_beside_a_list, same=False)
def buffers_copied_beside_a_list(x, n):
    table = [None] * 2
    for i in range(2):
        table[i] = x
    table += [np.outer(x, x)]
    old = table[1].copy()
    new = old.copy()
    for _ in range(n):
        for item in table:
            print(len(item))
        new[1] = 1.0
        old, new = new, old
    return np.sum(table[0] * x)


@cures(refused.two_grids_of_one_array, same=False)
def two_grids_of_two_arrays(x, n):
    order = np.arange(3)
    rows, columns = np.ix_(order.copy(), order.copy())
    rows[0, 0] = n
    return np.sum(x[columns] * x) + rows[0, 0]


if hasattr(np.linalg, "diagonal"):  # NumPy 2

    @cures(refused.diagonal_of_a_table_written, same=False)
    def diagonal_of_a_table_copied(x, n):
        table = np.arange(9.0).reshape(3, 3)
        diagonal = np.linalg.diagonal(table).copy()
        table[0, 0] = n
        return np.sum(diagonal**3 * x)


@cures(refused.masked_from_its_own_items)
def masked_from_a_copy(x, n):
    np.putmask(x, x > 0.5, x[::-1].copy())
    return np.sum(x * x) * n
