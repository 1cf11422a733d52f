"""Two names of one memory: aliases, views written through, bases written while a view lives."""

# ruff: noqa: B905 (a plain zip is what users write)

import numpy as np

from . import Program

# ---------------------------------------------------------------- two names of one array


def alias(x):
    y = x
    y[0] = x[1] ** 2
    x[1] = y[0] * x[2]
    return np.sum(x * y)


def augmented_alias(x):
    y = x
    y -= x[0] ** 2
    return np.sum(x * y)


def alias_then_rebound(x):
    y = x
    x = x * 2.0
    x[0] = y[0] ** 2
    y[1] = x[1] ** 2
    return np.sum(x * y**2)


def copy_is_apart(x):
    y = x.copy()
    z = np.array(x)
    x[0] = y[0] ** 2
    y[1] *= x[1]
    return np.sum(x * y * z)


def asarray_is_the_same(x):
    y = np.asarray(x)
    y[0] = x[1] ** 2
    return np.sum(x**3)


def alias_of_an_alias(x):
    y = z = x
    w = z
    w[0] *= y[1]
    z[1] = w[0] ** 2
    return np.sum(x * y * z * w)


def old_value_kept(x):
    first = x[0]
    total = np.sum(x)
    row = x + 0.0
    x[0] = x[1] * first
    x += total
    return np.sum(x * row) * first


def swapped_buffers(x, steps):
    new = np.zeros_like(x)
    for _ in range(steps):
        new[1:-1] = x[1:-1] + 0.3 * np.sin(x[2:] - x[:-2])
        new[0] = x[0] * x[1]
        new[-1] = x[-1]
        x, new = new, x
    return np.sum(x**2) + np.sum(new)


def three_buffers(x):
    a, b, c = x.copy(), x * x, np.zeros_like(x)
    for _ in range(4):
        c[:] = a * b + x
        a, b, c = b, c, a
    return np.sum(a * b + c)


def old_and_new(x):
    old = x
    new = x.copy()
    for _ in range(3):
        new[1:] = old[:-1] * old[1:]
        old = new
        new = old.copy()
    return np.sum(new)


# ---------------------------------------------------------------- slices


def slice_written_through(x):
    v = x[1:4]
    v[0] = x[0] ** 2
    v *= v
    return np.sum(x**2)


def base_written_while_a_slice_lives(x):
    v = x[1:4]
    x[2] = x[0] ** 2
    x *= 2.0
    return np.sum(v**2) * x[0]


def slice_and_base_in_turns(x):
    v = x[::2]
    v += x[1]
    x[0] = v[1] * v[2]
    v[2] = x[0] ** 2
    x[4] *= v[0]
    return np.sum(v**3) + np.sum(x**2)


def slice_of_a_slice(x):
    v = x[1:]
    w = v[::2]
    w[1] = x[0] * w[0]
    v[0] = w[1] ** 2
    x[5] = v[0] * w[2]
    return np.sum(w * w) + np.sum(v * x[:-1])


def overlapping_slices(x):
    a, b = x[:4], x[2:]
    a[2] = b[1] ** 2
    b *= a
    a += b
    return np.sum(a * b)


def reversed_view(x):
    v = x[::-1]
    v[0] = x[0] ** 2
    x[1] = v[0] * v[1]
    v[2:4] *= x[:2]
    return np.sum(v * x**2)


def sliced_again_and_again(x):
    total = 0.0
    for _ in range(3):
        x[0] = x[1] ** 2 + x[0]
        total += np.sum(x)
        x = x[1:]
    return total * np.sum(x)


def halves(x):
    while len(x) > 1:
        half = len(x) // 2
        x[:half] += x[half : 2 * half] ** 2
        x = x[:half]
    return x[0]


def rows_and_columns(a):
    row, column = a[0], a[:, 1]
    row[1] = column[2] ** 2
    column *= row
    row += a[2]
    return np.sum(row * column) + np.sum(a**2)


def row_of_a_row_view(a):
    block = a[:2]
    row = block[1]
    row[2] = a[0, 0] ** 2
    block[:, 0] *= row[:2]
    return np.sum(a**2)


def element_of_a_view(a):
    row = a[1]
    first = row[0]
    row[0] = 2.0 * first**2
    return first * a[1, 0] + np.sum(row)


# ---------------------------------------------------------------- transposes and other axes


def transpose_view(a):
    t = a.T
    t[0, 1] = a[0, 1] ** 2
    a[2] *= t[2]
    return np.sum(t * a * a)


def swapped_axes(a):
    s = a.swapaxes(0, 1)
    s[1] = a[0] ** 2
    s[:, 0] += a[1, 1]
    return np.sum(a**2)


def moved_axis(b):
    m = np.moveaxis(b, 2, 0)
    m[0] = m[1] ** 2
    b[0, 0, 1] = m[0, 0, 0]
    return np.sum(b**2)


def transposed_with_axes(b):
    t = np.transpose(b, (2, 0, 1))
    t[1, 0] *= b[0, :, 0]
    t[0] += t[1]
    return np.sum(b**3)


def squeezed(x):
    c = np.zeros((6, 1))
    s = np.squeeze(c)
    s[:] = x**2
    c[0, 0] = s[1] * s[0]
    s[1:] *= c[:-1, 0]
    return np.sum(c * s[:, None])


def expanded(x):
    e = np.expand_dims(x, 0)
    e[0, 1] = x[0] ** 2
    x[2] *= e[0, 1]
    return np.sum(e * x)


def with_a_new_axis(x):
    column = x[:, None]
    column[1:] *= column[:-1]
    x[0] = column[1, 0] ** 2
    return np.sum(column**2)


def at_least_two_dimensions(x):
    m = np.atleast_2d(x)
    m[0, 0] = x[1] ** 2
    m *= m
    return np.sum(x)


def at_least_one_dimension(x):
    v = np.atleast_1d(x)
    v[0] = x[1] ** 2
    return np.sum(x**2)


def flipped(x):
    f = np.flip(x)
    f[0] = x[0] ** 2
    x[0] *= f[0]
    f[1:3] += x[:2]
    return np.sum(f * x)


def flipped_up_and_left(a):
    u, w = np.flipud(a), np.fliplr(a)
    u[0] = a[0] * a[1]
    w[1, 0] = u[1, 1] ** 2
    return np.sum(a**2)


def transpose_of_a_slice(a):
    t = a[:2].T
    t[1] = a[2, 2] * t[0]
    v = t[::2]
    v *= v
    return np.sum(a**2)


def view_of_view_of_view(b):
    v = b[1].T[::-1]
    w = v[0]
    w[1:] = b[0, 1:, 0] ** 2
    v[1, 0] = w[2] * w[1]
    b[1] *= b[0]
    return np.sum(w**2) * np.sum(v)


# ---------------------------------------------------------------- shapes


def reshaped_new_array(x):
    y = np.zeros(6)
    m = y.reshape(2, 3)
    m[0] = x[:3] ** 2
    y[3:] = m[0] * x[3:]
    m[:, 1] += y[0]
    return np.sum(y**2)


def reshaped_vector(x):
    """A vector is always reshaped without a copy."""
    m = x.reshape(3, 2)
    m[1, 0] = x[0] ** 2
    x[5] *= m[1, 0]
    m[:, 0] *= m[:, 1]
    return np.sum(x**2)


def reshaped_new_matrix(x):
    y = np.zeros((2, 3))
    y[0] = x[:3]
    y[1] = x[3:]
    v = y.reshape(-1)
    v[1:] *= v[:-1]
    y[1, 1] = v[0] ** 2
    return np.sum(v**2)


def raveled_new_matrix(x):
    y = np.ones((2, 3))
    v = y.ravel()
    v *= x
    y[0, 1] = v[3] ** 2
    return np.sum(v * v)


def reshaped_copy(a):
    """Not told apart, so a copy says what is meant."""
    v = a.reshape(-1).copy()
    a[0, 0] = v[1] ** 2
    v[0] *= a[0, 0]
    return np.sum(v * v) + np.sum(a**2)


def flattened_is_a_copy(a):
    v = a.flatten()
    a[0] = v[3:6] ** 2
    v[0] = a[0, 1]
    return np.sum(v * v) * np.sum(a)


def reshaped_only_read(a):
    total = np.sum(a.reshape(-1) ** 2)
    a[0] *= a[1]
    return total * np.sum(a.ravel()[::2])


def flat_is_not_a_view(a):
    """What is read from `a.flat` is a copy."""
    v = a.flat[:2]
    a[0, 0] = v[1] ** 2
    v[1] *= 3.0
    return np.sum(v * a[0, :2])


# ---------------------------------------------------------------- diagonals, complex parts


def diagonal_read_then_written(a):
    d = np.diag(a).copy()
    for i in range(3):
        a[i, i] = d[i] ** 2 * a[i, 0]
    return np.sum(a**2) * np.sum(d)


def diagonal_of_a_base_written(a):
    d = np.diagonal(a)
    a[0, 0] = a[1, 1] ** 2
    a *= 2.0
    return np.sum(d**2) * a[0, 1]


def real_part_of_a_complex_array(x):
    z = x[:3] + 1j * x[3:]
    r, i = z.real, z.imag
    r[0] = i[1] ** 2
    z *= z
    i += r
    return np.sum(np.abs(z) ** 2) + np.sum(r * i)


def imaginary_part_assigned(x):
    z = np.zeros(3, dtype=complex)
    z.real[:] = x[:3]
    z.imag[1:] = x[:2] ** 2
    np.imag(z)[0] = x[5]
    z.real = z.imag * x[3:]
    return np.sum(np.abs(z * z))


def real_part_of_real_is_the_array(x):
    r = np.real(x)
    r[0] = x[1] ** 2
    x[2] = r[0] * r[1]
    return np.sum(r * x)


# ---------------------------------------------------------------- containers of arrays


def array_in_a_list(x):
    items = [x, x * 2.0]
    items[0][1] = x[0] ** 2
    x[2] = items[0][1] * items[1][0]
    items[1] *= x
    return np.sum(items[0] * items[1])


def array_in_a_tuple(x):
    pair = (x, np.zeros(6))
    pair[1][:] = x**2
    pair[0][0] = pair[1][1]
    a, b = pair
    b *= a
    return np.sum(x * pair[1])


def array_in_a_dict(x):
    state = {"x": x, "v": np.ones(6)}
    state["v"][:3] = x[3:] ** 2
    x += state["v"]
    state["x"][0] *= x[1]
    return np.sum(state["x"] * state["v"])


def array_twice_in_a_list(x):
    items = [x, x]
    items[0][0] = x[1] ** 2
    items[1][1] *= items[0][0]
    return np.sum(items[0] * items[1])


def views_in_a_tuple(a):
    rows = (a[0], a[1], a[:, 2])
    rows[0][1] = rows[1][0] ** 2
    rows[2][:] *= rows[0]
    a[1] += rows[2]
    return np.sum(rows[0] * rows[1] * rows[2])


def nested_containers(x):
    tree = {"a": [x[:3], (x[3:], x)]}
    tree["a"][0][0] = x[5] ** 2
    tree["a"][1][0][:] *= tree["a"][0]
    tree["a"][1][1][1] += x[4]
    return np.sum(x**2)


def list_argument_written(arrays):
    a, b = arrays
    a[0] = b[1] ** 2
    arrays[1][0] *= a[0]
    return np.sum(a * b)


def rows_in_a_loop(a):
    for row in a:
        row[0] = row[1] ** 2
        row *= row[2]
    return np.sum(a**2)


def rows_that_change_others(a):
    for i, row in enumerate(a):
        row *= a[i - 1]
        a[(i + 1) % 3, i] += row[0]
    return np.sum(a**2)


def rows_of_two_matrices(a, b):
    for u, v in zip(a, b):
        u[1:] = v[:-1] ** 2
        v *= u
    return np.sum(a * b)


def rows_with_their_numbers(a):
    total = 0.0
    for i, row in enumerate(a):
        row[i] *= row[i - 1]
        total += np.sum(row**2) * a[0, 0]
    return total


def list_of_arrays_in_a_loop(arrays):
    for i, u in enumerate(arrays):
        u[0] = u[1] ** 2
        u *= i + 1.0
    return np.sum(arrays[0] * arrays[2]) + np.sum(arrays[1] ** 2)


def columns_in_a_loop(a):
    for column in a.T:
        column[1:] -= column[0] * column[:-1]
    return np.sum(a**2)


# ---------------------------------------------------------------- views in branches and loops


def view_in_a_branch(x, n):
    if n > 2:
        v = x[:3]
        v *= v
        x[0] = v[2]
    else:
        v = x[3:]
        v += x[0]
    return np.sum(x**2)


def view_of_either_array(x, y, n):
    """Which array is written depends on a number; only that name is read."""
    if n > 2:
        v = x
    else:
        v = y
    return np.sum(v**2)


def the_same_view_in_both_branches(x, n):
    if n > 2:
        v = x[1:]
        v[0] = x[0] ** 2
    else:
        v = x[1:]
        v[1] = x[0]
    v *= x[:-1]
    return np.sum(x**2)


def view_taken_in_a_loop(a):
    for i in range(3):
        v = a[i]
        v[i] = a[0, 0] * v[i - 1]
        w = v[:2]
        w *= a[2, 1]
    return np.sum(a**2)


def view_before_a_loop(x):
    v = x[1:4]
    for i in range(3):
        x[i + 1] = v[i - 1] * x[i]
        v[i] += x[0]
    return np.sum(v**2) + np.sum(x)


def view_and_base_written_in_a_loop(x, n):
    v = x[::2]
    for i in range(n):
        v *= x[1]
        x[i] = v[0] ** 2
    return np.sum(x**2) * v[1]


def view_in_a_nested_loop(a):
    for i in range(2):
        row = a[i]
        for j in range(2):
            row[j] = row[j + 1] * a[j, i]
            a[2, j] += row[0]
    return np.sum(a**2)


def alias_in_a_loop(x):
    y = x
    for i in range(4):
        y[i] = x[i + 1] ** 2
        x[i + 1] = y[i] * x[i]
    return np.sum(x * y)


def local_views_of_a_new_array_each_turn(x):
    total = 0.0
    for i in range(3):
        y = np.zeros(4)
        head, tail = y[:2], y[2:]
        head[:] = x[i] ** 2
        tail[:] = head * x[i + 1]
        y *= x[0]
        total += np.sum(y * y)
    return total


def conditional_alias_then_only_it(x, n):
    y = x if n > 2 else x * 2.0
    return np.sum(y**2)


def conditional_copy(x, n):
    y = x.copy() if n > 2 else x * 2.0
    y[0] = x[1] ** 2
    x[0] *= y[0]
    return np.sum(y * x)


# ---------------------------------------------------------------- views and functions


def head(v):
    return v[:3]


def same(v):
    return v


def view_returned_by_a_helper(x):
    h = head(x)
    h[0] = x[4] ** 2
    x[1] *= h[0]
    return np.sum(h**2) + np.sum(x)


def argument_returned_by_a_helper(x):
    y = same(same(x))
    y[0] = x[1] ** 2
    return np.sum(x * y)


def add_into(a, b):
    a += b**2
    b[0] *= a[1]
    return np.sum(a * b)


def one_array_passed_twice(x):
    return add_into(x, x) * x[0]


def overlapping_arguments(x):
    return add_into(x[:3], x[1:4]) * np.sum(x)


def two_rows(a):
    return add_into(a[0], a[1]) + add_into(a[1], a[0])


def returns_a_view(x):
    x[0] = x[1] ** 2
    return x[:2]


def returns_base_and_view(x):
    v = x[1:]
    v *= x[:-1]
    return x, v


def outer_and_inner_products_of_views(a):
    u, v = a[0], a[:, 0]
    m = np.outer(u, v)
    u *= v
    m[0] += u
    return np.sum(m * a) + u @ v


# ---------------------------------------------------------------- one of two arrays, by path


def alias_on_one_path(x, n):
    y = x * 2.0
    if n > 2:
        y = x
    y[0] = x[1] ** 2
    return np.sum(x)


def alias_by_a_conditional_expression(x, n):
    y = x if n > 2 else x * 2.0
    x[0] = x[1] ** 2
    return np.sum(y)


def alias_of_either(x, n):
    a, b = x * 2.0, x * 3.0
    v = a if n > 2 else b
    v[0] = x[1] ** 2
    return np.sum(a * b)


def names_that_two_paths_leave_with_one_array(x, n):
    y = x * 2.0
    if n > 2:
        x = y
    else:
        y = y - x
    x[0] += 0.5
    return np.sum(y)


def which_of_two_arrays_in_turn(x, n):
    a, b = x * 2.0, x * 3.0
    for i in range(n):
        v = a if i % 2 == 0 else b
        v[0] += x[1] * a[0]
        if b[0] > 100.0:
            break
    return np.sum(a * b)


def three_names_of_two_arrays(x, n):
    a, b = x * 2.0, x * 3.0
    v = a if n > 2 else b
    w = a if n > 3 else v
    for i in range(3):
        v[i] = x[1] ** 2
        if v[i] > 100.0:
            return a[0]
    w[1] *= 2.0
    return np.sum(a * b)


def overwrite_if_asked(x, overwrite):
    """The option of many numerical libraries."""
    y = x if overwrite else x.copy()
    y[1:] -= y[:-1] ** 2
    return np.sum(x * y)


x6 = np.array([0.7, -0.4, 1.2, 0.3, -0.8, 0.5])
x8 = np.array([0.7, -0.4, 1.2, 0.3, -0.8, 0.5, 0.9, -0.2])
a33 = np.array([[0.7, -0.4, 1.2], [0.9, 0.3, -0.6], [-0.5, 0.8, 1.1]])
b33 = np.array([[0.4, 1.3, -0.2], [-0.7, 0.6, 0.5], [1.1, -0.9, 0.8]])
b232 = np.array([[[0.7, -0.4], [1.2, 0.9], [0.3, -0.6]], [[-0.5, 0.8], [1.1, 0.2], [-0.9, 0.4]]])

def raveled_argument_in_c_order(x):
    v = x.ravel()
    v[0] = x[0, 1] ** 2
    return np.sum(x * x) + v[1] * x[0, 0]


PROGRAMS = [
    *(
        Program(fun, (x6,))
        for fun in (
            alias,
            augmented_alias,
            alias_then_rebound,
            copy_is_apart,
            asarray_is_the_same,
            alias_of_an_alias,
            old_value_kept,
            three_buffers,
            old_and_new,
            slice_written_through,
            base_written_while_a_slice_lives,
            slice_and_base_in_turns,
            slice_of_a_slice,
            overlapping_slices,
            reversed_view,
            sliced_again_and_again,
            squeezed,
            expanded,
            with_a_new_axis,
            at_least_two_dimensions,
            at_least_one_dimension,
            flipped,
            reshaped_new_array,
            reshaped_vector,
            reshaped_new_matrix,
            raveled_new_matrix,
            real_part_of_a_complex_array,
            imaginary_part_assigned,
            real_part_of_real_is_the_array,
            array_in_a_list,
            array_in_a_tuple,
            array_in_a_dict,
            array_twice_in_a_list,
            nested_containers,
            view_before_a_loop,
            alias_in_a_loop,
            local_views_of_a_new_array_each_turn,
            view_returned_by_a_helper,
            argument_returned_by_a_helper,
            one_array_passed_twice,
            overlapping_arguments,
            returns_a_view,
            returns_base_and_view,
        )
    ),
    *(
        Program(fun, (a33,))
        for fun in (
            rows_and_columns,
            row_of_a_row_view,
            element_of_a_view,
            transpose_view,
            swapped_axes,
            flipped_up_and_left,
            transpose_of_a_slice,
            reshaped_copy,
            flattened_is_a_copy,
            reshaped_only_read,
            flat_is_not_a_view,
            diagonal_read_then_written,
            diagonal_of_a_base_written,
            views_in_a_tuple,
            rows_in_a_loop,
            rows_that_change_others,
            rows_with_their_numbers,
            columns_in_a_loop,
            view_taken_in_a_loop,
            view_in_a_nested_loop,
            two_rows,
            outer_and_inner_products_of_views,
        )
    ),
    Program(transpose_view, (a33.T,), name="transposed_argument"),
    Program(reshaped_only_read, (a33.T,), name="transposed_argument_reshaped"),
    Program(reshaped_copy, (a33.T,), name="transposed_argument_copied"),
    Program(rows_in_a_loop, (a33.T,), name="rows_of_a_transposed_argument"),
    Program(swapped_buffers, (x6, 3)),
    Program(halves, (x8,)),
    Program(moved_axis, (b232,)),
    Program(transposed_with_axes, (b232,)),
    Program(view_of_view_of_view, (b232,)),
    Program(list_argument_written, ([x6[:3], x6[3:]],)),
    Program(list_of_arrays_in_a_loop, ([x6[:3], x6[3:], x8[2:5]],)),
    Program(rows_of_two_matrices, (a33, b33), (0, 1)),
    Program(view_in_a_branch, (x6, 3), name="view_in_the_first_branch"),
    Program(view_in_a_branch, (x6, 1), name="view_in_the_second_branch"),
    Program(view_of_either_array, (x6, x8, 3), (0, 1)),
    Program(the_same_view_in_both_branches, (x6, 3)),
    Program(view_and_base_written_in_a_loop, (x6, 3)),
    Program(conditional_alias_then_only_it, (x6, 3)),
    Program(conditional_copy, (x6, 3)),
    Program(raveled_argument_in_c_order, (np.array([[0.3, 0.7], [1.1, 0.4]]),)),
    *(
        Program(fun, (x6, n), name=f"{fun.__name__}_{n}")
        for n in (2, 3, 4)
        for fun in (
            alias_on_one_path,
            alias_by_a_conditional_expression,
            alias_of_either,
            names_that_two_paths_leave_with_one_array,
            which_of_two_arrays_in_turn,
            three_names_of_two_arrays,
        )
    ),
    Program(overwrite_if_asked, (x6, True), name="overwrite"),
    Program(overwrite_if_asked, (x6, False), name="copy_instead_of_overwrite"),
]
