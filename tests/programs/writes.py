"""Writes into arrays: elements, slices, masks, integer arrays, whole arrays, `out=`, methods, new arrays.

Values are read nonlinearly before and after they are overwritten, so that the reverse sweep has to know both.
"""

import numpy as np

from . import Program

rng = np.random.default_rng(21)

# ---------------------------------------------------------------- elements


def element_of_an_argument(x):
    y = x[0] ** 2 * x[1]
    x[0] = np.sin(x[1]) * x[0]
    return y * x[0] ** 3 + np.sum(x**2)


def element_of_a_local_array(x):
    y = x * 2.0
    y[0] = y[1] ** 2 * y[0]
    return np.sum(y**3)


def element_replaced_by_a_constant(x):
    before = np.sum(x**3)
    x[1] = 0.5
    return before * np.sum(x**2)


def element_written_twice(x):
    x[0] = x[0] * x[1]
    x[0] = np.exp(x[0]) + x[2]
    x[0] = x[0] ** 2
    return np.sum(x * x)


def elements_swapped(x):
    x[0], x[1] = x[1], x[0] * x[1]
    return x[0] ** 2 * x[1] + x[2]


def elements_in_terms_of_each_other(x):
    x[0] = x[1] * x[2]
    x[1] = x[0] * x[2]
    x[2] = x[0] * x[1]
    return x[0] + x[1] ** 2 + x[2]


def negative_index(x):
    x[-1] = x[-1] * x[-2] ** 2
    return np.sum(x**2)


def element_of_a_matrix(a):
    a[0, 1] = a[1, 0] ** 2 * a[0, 1]
    a[-1, -1] = a[0, 1] * a[0, 0]
    return np.sum(np.sin(a))


def augmented_elements(x):
    x[0] += x[1] ** 2
    x[1] -= x[0] * x[2]
    x[2] *= x[1]
    x[0] /= 1.0 + x[2] ** 2
    x[1] **= 2
    return np.sum(x**2)


def power_of_an_element_by_another(x):
    x[0] **= x[1]
    x[1] = x[0] ** x[2]
    return x[0] * x[1]


def index_known_at_run_time(x, i, j):
    x[i] = x[j] * x[i]
    x[j] += x[i] ** 2
    return np.sum(x**2)


def the_same_index_twice_at_run_time(x, i, j):
    """i and j are one place."""
    x[i] = x[j] ** 2
    x[j] *= x[i]
    return np.sum(x**2)


def element_through_two_indices(a):
    a[1][2] = a[0][1] * a[1][2] ** 2
    a[0][0] += a[1][2]
    return np.sum(a**2)


def element_by_unpacking(x):
    y = np.zeros(3)
    y[0], y[1] = x[1] ** 2, x[0] * x[2]
    (y[2], total) = y[0] * y[1], x[2]
    return np.sum(y * total)


def loop_target_is_an_element(x):
    y = np.zeros(3)
    total = 0.0
    for y[0] in x:
        total = total + y[0] ** 2
    return total * y[0]


def elements_in_a_loop(x):
    y = np.zeros_like(x)
    for i in range(len(x)):
        y[i] = np.sin(x[i]) * x[i]
    return np.sum(y**2)


def recurrence(x):
    for i in range(1, len(x)):
        x[i] = x[i] * np.sin(x[i - 1])
    return np.sum(x**2)


def recurrence_backwards(x):
    for i in range(len(x) - 2, -1, -1):
        x[i] += x[i + 1] ** 2 * x[i]
    return x[0]


def matrix_in_nested_loops(x):
    n = len(x)
    a = np.empty((n, n))
    for i in range(n):
        for j in range(n):
            a[i, j] = x[i] * np.cos(x[j])
    for i in range(1, n):
        for j in range(1, n):
            a[i, j] = a[i - 1, j] * a[i, j - 1] + a[i, j]
    return a[-1, -1]


def one_cell_over_and_over(x, n):
    """An accumulator in an array of one element."""
    total = np.zeros(1)
    for i in range(n):
        total[0] = np.sin(total[0] + x[i % 3]) * x[0]
    return total[0]


# ---------------------------------------------------------------- slices


def slice_of_an_argument(x):
    y = np.sum(x**3)
    x[1:3] = x[2:4] * x[0:2]
    return y * np.sum(x**2)


def slice_with_a_step(x):
    x[::2] = x[1::2] ** 2
    x[1::2] *= x[::2]
    return np.sum(x**2)


def slice_with_a_negative_step(x):
    x[::-1] = x * np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    x[4:1:-1] = x[1:4] ** 2
    return np.sum(x**3)


def slice_with_bounds_at_run_time(x, i, n):
    x[i : i + n] = np.sin(x[i : i + n]) * x[0]
    x[:n] += x[-n:] ** 2
    return np.sum(x**2)


def empty_slice(x):
    x[2:2] = 7.0
    x[3:1] *= 2.0
    return np.sum(x**3)


def slice_beyond_the_end(x):
    x[4:100] = x[-100:2] ** 2
    return np.sum(x**2)


def shifted_onto_itself(x):
    """The right side is read whole before the left side is written."""
    x[1:] = x[:-1]
    x[1:] *= x[:-1]
    return np.sum(x**2 * np.arange(6.0))


def shifted_sum(x):
    x[1:] += x[:-1]
    x[:-1] += x[1:] ** 2
    return np.sum(x**2)


def column_from_a_column(a):
    a[:, 0] = a[:, 1]
    a[:, 1] = a[:, 0] * a[:, 2]
    return np.sum(a**3)


def row_from_a_column(a):
    a[1, :] = a[:, 0] * a[1, :]
    return np.sum(np.sin(a))


def matrix_from_its_transpose(a):
    a[:, :] = a.T * a
    return np.sum(a**2 * np.arange(9.0).reshape(3, 3))


def sum_with_the_flipped_part(y, alpha):
    """From the Levinson recursion."""
    k = 4
    y[:k] += alpha * np.flip(y[:k])
    return np.sum(y**2)


def levinson(r):
    """The Yule-Walker equations."""
    n = len(r) - 1
    y = np.zeros(n)
    alpha = -r[1]
    beta = 1.0
    y[0] = -r[1]
    for k in range(1, n):
        beta = (1 - alpha * alpha) * beta
        alpha = -(r[k + 1] + np.dot(np.flip(r[1 : k + 1]), y[:k])) / beta
        y[:k] += alpha * np.flip(y[:k])
        y[k] = alpha
    return np.sum(y**2)


def block(a):
    a[1:, 1:] -= np.outer(a[1:, 0], a[0, 1:]) / a[0, 0]
    a[:2, ::2] = a[1:, :2] ** 2
    return np.sum(a**2)


def corner_blocks_swapped(a):
    a[:1, :1], a[2:, 2:] = a[2:, 2:].copy(), a[:1, :1].copy()
    return np.sum(a**2 * np.arange(9.0).reshape(3, 3))


def lu_in_place(a):
    n = len(a)
    for k in range(n):
        for i in range(k + 1, n):
            a[i, k] /= a[k, k]
            a[i, k + 1 :] -= a[i, k] * a[k, k + 1 :]
    return np.sum(np.log(np.abs(np.diag(a))))


def gauss_jordan(a, b):
    n = len(b)
    for k in range(n):
        pivot = a[k, k]
        a[k] = a[k] / pivot
        b[k] /= pivot
        for i in range(n):
            if i != k:
                factor = a[i, k]
                a[i] -= factor * a[k]
                b[i] -= factor * b[k]
    return np.sum(b**2)


def cholesky_in_place(a):
    n = a.shape[0]
    for j in range(n):
        a[j, j] = np.sqrt(a[j, j] - np.sum(a[j, :j] ** 2))
        for i in range(j + 1, n):
            a[i, j] = (a[i, j] - np.dot(a[i, :j], a[j, :j])) / a[j, j]
            a[j, i] = 0.0
    return np.sum(a**3)


def ellipsis_and_newaxis(a):
    a[..., 0] = a[..., 1] ** 2
    a[...] = a * a[:, :1]
    a[:, np.newaxis, 2] *= a[:, 0, np.newaxis]
    a[None, 1] += 0.5 * a[0, None]
    return np.sum(a**2)


def ellipsis_in_three_dimensions(a):
    a[..., 1] = a[0, ..., 0] * a[..., 0]
    a[1, ...] *= a[0]
    return np.sum(a**2)


# ---------------------------------------------------------------- broadcasting


def scalar_into_a_slice(x):
    x[1:4] = x[0] * x[1]
    return np.sum(x**3)


def scalar_into_everything(x):
    s = np.sum(x**2)
    x[:] = s
    return x[0] * x[1] + x[-1]


def row_into_all_rows(a):
    a[:] = a[0] * a[1]
    return np.sum(a**2 * np.arange(9.0).reshape(3, 3))


def column_into_all_columns(a):
    a[...] = a[:, :1] ** 2
    return np.sum(a**2 * np.arange(9.0).reshape(3, 3))


def row_added_to_a_matrix(a, x):
    a += x
    a *= x[:, None]
    a[1:] -= x * x[0]
    return np.sum(a**2)


def size_one_into_a_slice(x):
    x[2:] = x[:1] * x[1:2]
    return np.sum(x**2)


def integers_into_floats(x):
    x[1] = 3
    x[2:4] = np.arange(2)
    return np.sum(x**3)


def list_into_a_slice(x):
    x[1:4] = [x[0], x[1] * x[2], 2.0]
    return np.sum(x**2)


def list_into_a_row(a):
    a[0] = [a[1, 0] ** 2, 0.5, a[2, 2]]
    return np.sum(a**2)


# ---------------------------------------------------------------- masks


def mask_of_itself(a):
    a[a > 0] = a[a > 0] ** 2
    return np.sum(a**3)


def mask_with_a_constant(a):
    before = np.sum(a**3)
    a[a < 0] = 0.0
    return before * np.sum(a**2)


def mask_augmented(x):
    m = x > 0.0
    x[m] *= x[m]
    x[~m] -= np.sum(x[m])
    x[m] += 1.0
    return np.sum(x**3)


def mask_power(x):
    m = x > 0.0
    x[m] **= -1.5
    return np.sum(x**2)


def mask_with_a_scalar(x):
    s = x[0] * x[1]
    x[x < 0.1] = s
    return np.sum(x**2)


def mask_of_another_array(x, m):
    x[m] = x[~m] * x[m]
    return np.sum(x**3)


def mask_of_rows(a):
    a[a[:, 0] > 0.0] *= 2.0 * a[0]
    return np.sum(a**2)


def mask_of_rows_and_a_column(a):
    m = a[:, 0] > 0.0
    a[m, 1] = a[m, 0] * a[m, 2]
    return np.sum(a**2)


def mask_that_selects_nothing(x):
    x[x > 100.0] = x[0]
    x[x > 100.0] *= x[1]
    return np.sum(x**2)


# ---------------------------------------------------------------- integer arrays


def integer_array(x):
    places = np.array([3, 0, 4])
    x[places] = x[places] ** 2 * x[1]
    return np.sum(x**2)


def integer_list(x):
    x[[0, 2]] = x[[2, 0]] * x[1]
    return np.sum(x**3)


def integer_array_with_repeats(x):
    """The last value written to a place stays."""
    places = np.array([1, 3, 1, 1])
    x[places] = x[:4] ** 2
    return np.sum(x**2)


def augmented_integer_array_with_repeats(x):
    """`x[i] += v` with repeats adds once."""
    places = np.array([1, 3, 1, 1])
    x[places] += x[:4] ** 2
    return np.sum(x**2)


def product_with_repeats(x):
    places = np.array([1, 3, 1, 1])
    x[places] *= x[:4]
    return np.sum(x**2)


def scatter_add(x, places):
    y = np.zeros(3)
    np.add.at(y, places, x**2)
    return np.sum(y**3)


def scatter_add_onto_itself(x):
    np.add.at(x, np.array([1, 3, 1, 1]), x[:4] ** 2)
    return np.sum(x**2)


def scatter_subtract(x):
    y = x**2
    np.subtract.at(y, [0, 0, 1], x[:3] * x[3])
    return np.sum(y**2)


def scatter_add_of_a_scalar(x):
    np.add.at(x, [0, 0, 1], x[4])
    return np.sum(x**2)


def scatter_add_in_a_matrix(a):
    np.add.at(a, ([0, 0, 1], [1, 1, 2]), a[0] ** 2)
    np.add.at(a, [1, 1], a[0])
    return np.sum(a**2)


def pairs_of_integer_arrays(a):
    a[[0, 1, 2], [1, 2, 0]] = a[0] * a[1]
    a[[0, 0], [2, 2]] += a[1, :2]
    return np.sum(a**3)


def rows_by_an_integer_array(a):
    a[[2, 0]] = a[[0, 1]] ** 2
    a[[1, 1]] *= a[[0, 2]]
    return np.sum(a**2)


def integer_array_and_a_slice(a):
    a[1:, [0, 2]] = a[:2, [1, 1]] * a[0, 0]
    return np.sum(a**2)


def integer_array_with_a_scalar(x):
    x[[0, 0, 2]] = x[1] ** 2
    x[[1, 3]] = 0.25
    return np.sum(x**3)


def permuted_by_argsort(x):
    order = np.argsort(x)
    y = np.empty(6)
    y[order] = x**2
    return np.sum(y * np.arange(6.0) * x)


def integer_arrays_in_a_loop(x, edges):
    force = np.zeros_like(x)
    for i, j in edges:
        stretch = np.sin(x[j] - x[i])
        force[i] += stretch
        force[j] -= stretch**2
    return np.sum(force**2)


# ---------------------------------------------------------------- whole arrays


def augmented_array(x):
    y = x * 2.0
    y += x**2
    y *= x
    y -= y[0]
    y /= 1.0 + x**2
    return np.sum(y**2)


def augmented_argument(x):
    before = np.sum(x**3)
    x *= x
    x += before
    return np.sum(x**2)


def power_in_place(x):
    x **= 2
    x **= 1.5
    return np.sum(x * x[0])


def power_of_an_array_in_place(x):
    x *= x
    x **= x
    return np.sum(x)


def divided_by_its_own_sum(x):
    x /= np.sum(x**2)
    x -= np.mean(x)
    return np.sum(x**3)


def matrix_product_in_place(a, b):
    a @= b
    a @= a
    return np.sum(a**2)


def array_accumulator(x):
    total = np.zeros(6)
    for i in range(3):
        total += x ** (i + 1)
        total *= x
    return np.sum(total**2)


def array_minus_itself_times(x):
    x -= 0.1 * x * np.sum(x)
    x += x
    x *= -x
    return np.sum(x**2)


def zero_dimensional_array(x):
    total = np.zeros(())
    total = total + x[0] ** 2
    total += x[1]
    return total * x[2]


# ---------------------------------------------------------------- out= and where=


def ufunc_out(x):
    y = np.zeros(6)
    np.sin(x, out=y)
    np.multiply(x, y, out=y)
    return np.sum(y**2)


def ufunc_out_is_its_argument(x):
    before = np.sum(x**2)
    np.exp(x, out=x)
    np.subtract(x, x[0], out=x)
    return before * np.sum(x**2)


def ufunc_out_positional(x):
    y = np.empty_like(x)
    np.cos(x, y)
    np.add(x, y, y)
    return np.sum(y * y * x)


def ufunc_out_in_a_tuple(x):
    y = np.empty_like(x)
    np.tanh(x, out=(y,))
    return np.sum(y**2)


def ufunc_out_result_used(x):
    y = np.empty_like(x)
    z = np.multiply(x, x, out=y)
    z += x
    return np.sum(y * z)


def ufunc_out_is_a_slice(x):
    y = np.zeros(6)
    np.sin(x[:3], out=y[3:])
    np.multiply(y[3:], x[0], out=y[:3])
    return np.sum(y**2)


def ufunc_out_and_where(x):
    y = x**2
    np.sqrt(x, out=y, where=x > 0.0)
    return np.sum(y**3)


def ufunc_out_is_its_argument_and_where(x):
    np.multiply(x, x[0], out=x, where=x > 0.0)
    np.add(x, 1.0, out=x, where=np.array([True, False, True, True, False, False]))
    return np.sum(x**3)


def ufunc_out_broadcasts(x):
    y = np.zeros((2, 6))
    np.multiply(x, x, out=y)
    np.add(y, x, out=y, where=x > 0.0)
    return np.sum(y**2)


def function_with_out(x):
    y = np.zeros(6)
    np.cumsum(x**2, out=y)
    return np.sum(y * x)


def clipped_in_place(x):
    np.clip(x, -0.3, 0.6, out=x)
    np.maximum(x, 0.1, out=x)
    return np.sum(x**2)


# ---------------------------------------------------------------- methods and functions that write


def filled(x):
    s = x[0] * x[1]
    x.fill(s)
    return np.sum(x**2)


def slice_filled(x):
    x[1:3].fill(x[0] ** 2)
    return np.sum(x**2)


def sorted_in_place(x):
    w = np.arange(6.0)
    before = np.sum(x**2 * w)
    x.sort()
    return before * np.sum(x**2 * w)


def sorted_along_an_axis(a):
    b = a**2
    b.sort(axis=0)
    c = np.sort(a, axis=1)
    c.sort()
    return np.sum(b * c * np.arange(9.0).reshape(3, 3))


def copyto(x):
    y = np.zeros(6)
    np.copyto(y, x**2)
    np.copyto(y[:3], y[3:] * x[0])
    return np.sum(y**2)


def copyto_where(x):
    y = x**2
    np.copyto(y, x, where=x > 0.0)
    np.copyto(x, 0.5, where=x > 0.0)
    return np.sum(y * y) + np.sum(x**3)


def put(x):
    np.put(x, [1, 4], x[:2] ** 2)
    x.put([0], x[1])
    return np.sum(x**2)


def put_in_a_matrix(a):
    np.put(a, [1, 5], a[0, :2] ** 2)
    return np.sum(a**2)


def filled_diagonal(a):
    np.fill_diagonal(a, a[0, 1] * a[1, 0])
    return np.sum(a**2)


def diagonal_filled_with_an_array(a):
    np.fill_diagonal(a, a[0] ** 2)
    return np.sum(a**3)


def diagonal_filled_again_from_the_start(a):
    np.fill_diagonal(a, (a[0, 1] ** 2, 3.0))
    return np.sum(a**3)


def put_again_from_the_start(a, n):
    """`put` and `flat` start again where the values are fewer, and leave those out that are too many."""
    np.put(a, [4, 4, 1, 2], a[0, :2] * 2.0)
    a.put([3, 0], a[1] * a[2])
    a.flat[5:] = [a[0, 0] * a[1, 1], 1.5]
    total = np.sum(a**2 * np.arange(3))
    a.flat = a[:n, 1] ** 2
    return total + np.sum(a**3 * np.arange(3))


def flat_written(a):
    a.flat[2] = a.flat[5] ** 2
    a.flat[4:] *= a[0, 0]
    a.flat[[0, 1]] = a.flat[[3, 3]]
    return np.sum(a**2)


def flat_of_a_transpose(a):
    a.T.flat[1] = a[0, 1] ** 2
    a.T.flat[3:5] = 0.5 * a.T.flat[:2]
    return np.sum(a**2 * np.arange(9.0).reshape(3, 3))


def whole_flat(a):
    a.flat = np.ravel(a.T) ** 2
    return np.sum(a**2)


def transpose_written(a):
    a.T[0] = a[0] ** 2
    a.T[1, 2] += a[0, 0]
    a.T[...] = a * a[:, :1]
    return np.sum(a**2 * np.arange(9.0).reshape(3, 3))


# ---------------------------------------------------------------- new arrays


def empty_array(x):
    y = np.empty(3)
    y[0] = x[0] ** 2
    y[1] = y[0] * x[1]
    y[2] = y[1] * y[0]
    return np.sum(y**2)


def ndarray_constructor(x):
    y = np.ndarray(3)
    z = np.ndarray((2, 2))
    y[:] = x[:3] ** 2
    z[0] = y[:2]
    z[1] = z[0] * y[1:]
    return np.sum(y) * np.sum(z**2)


def arrays_like_others(x):
    e, z, o, f = np.empty_like(x), np.zeros_like(x), np.ones_like(x), np.full_like(x, 0.5)
    e[:] = x**2
    z[1:] = x[:-1]
    o[::2] *= x[::2]
    f[0] += x[0]
    return np.sum(e * z + o * f + z * o)


def full_of_an_input(x):
    y = np.full(4, x[0] ** 2)
    y[1] = x[1]
    y[2:] *= x[2:4]
    return np.sum(y**2)


def shape_of_a_tuple(x):
    n = len(x)
    y = np.zeros((n, 2))
    for i in range(n):
        y[i, 0] = x[i]
        y[i, 1] = x[i] ** 2 * y[i - 1, 0]
    return np.sum(y[:, 0] * y[:, 1])


def identity_written(x):
    a = np.eye(3)
    a[0, 1] = x[0]
    a[2] -= x[:3]
    return np.sum(np.linalg.inv(a) ** 2)


def list_to_array_written(x):
    y = np.array([1.0, 2.0, 3.0])
    y[1] = x[0] * x[1]
    y *= x[:3]
    return np.sum(y**2)


def integer_array_as_counter(x):
    counts = np.zeros(3, dtype=int)
    total = 0.0
    for i in range(6):
        counts[i % 3] += i
        total += x[i] ** counts[i % 3]
    return total


def boolean_array_written(x):
    m = np.zeros(6, dtype=bool)
    m[1] = True
    m[3:] = x[3:] > 0.0
    x[m] = x[m] ** 2
    return np.sum(x**3)


def array_of_integers_times_floats(x):
    n = np.arange(6)
    n[2] = 7
    n[3:] += n[:3]
    y = n * x
    y[0] = x[1]
    return np.sum(y**2)


def single_precision(x):
    x[1:] *= x[:-1]
    x[0] = x[1] * x[0]
    return np.sum(x**2)


def complex_array_written(x):
    z = np.zeros(3, dtype=complex)
    z[0] = x[0] + 1j * x[1]
    z[1:] = x[2:4] * z[0]
    z *= z
    z[2] += 1j * x[4]
    return np.sum(np.abs(z) ** 2 * x[:3])


def returns_what_it_wrote(x):
    x[1] = x[0] ** 2
    y = x.copy()
    x[0] = x[1] * x[2]
    return x, y


def returns_part_of_what_it_wrote(a):
    a[0] = a[1] ** 2
    return a[0] * 1.0, a[:, 1], a


def strided_argument(x):
    x[1:] = x[:-1] ** 2
    x *= x[2]
    return np.sum(x**2)


def reads_between_writes(x):
    total = 0.0
    for i in range(len(x)):
        total += x[i] ** 2 * np.sum(x)
        x[i] = total
    return np.sum(np.sin(x)) * total


weights = np.arange(1.0, 7.0)


def cotangent_is_a_global_array(x):
    x[0] = 2.0 * x[1] ** 2
    return np.sum(weights * x)


def prefix_sums(x):
    for i in range(1, len(x)):
        x[i] += x[i - 1]
    return np.sum(np.log(1.0 + x**2))


def row_operations(a):
    for i in range(1, 3):
        a[i] -= a[i, 0] / a[0, 0] * a[0]
        a[i, 1:] *= a[i - 1, :-1]
    return np.sum(a**2)


def heat_equation(u, k, steps):
    for _ in range(steps):
        u[1:-1] += k * (u[2:] - 2.0 * u[1:-1] + u[:-2]) * u[1:-1]
    return np.sum(u**2)


def game_of_neighbours(u, steps):
    v = np.zeros_like(u)
    for _ in range(steps):
        v[1:-1] = np.sin(u[:-2]) * u[2:] + v[1:-1]
        u[:] = v + 0.5 * u
    return np.sum(u**2)


def lists_into_arrays(x):
    squares, rows = [], []
    for v in x:
        squares.append(v * v)
        rows.append(v * x)
    a, b = x * 1.0, np.outer(x, x)
    a[:2] = squares[1:3]
    a[2:] += squares[2:]
    b[:] = rows
    b[0] *= rows[1]
    b[1:] *= rows[1:]
    np.add.at(a, [0, 1], squares[:2])
    b[:, 1] = np.where(x > 0.5, squares, x)
    return np.sum(a * x) + np.sum(b * x)


x6 = np.array([0.7, -0.4, 1.2, 0.3, -0.8, 0.5])
p6 = np.array([0.7, 0.4, 1.2, 0.3, 0.8, 0.5])
a33 = np.array([[0.7, -0.4, 1.2], [0.9, 0.3, -0.6], [-0.5, 0.8, 1.1]])
spd = a33 @ a33.T + 2.0 * np.eye(3)
dominant = a33 + 3.0 * np.eye(3)

def outer_of_ufuncs(x):
    return np.minimum(np.add.outer(x, x[1:]), np.multiply.outer(2.0 * x, x[:3] + 1.01))


def reduced_by_ufuncs(a):
    return np.add.reduce(a) * np.multiply.reduce(a, axis=1) + np.add.accumulate(a)[1]


def multiplied_at(x):
    a = 2.0 * x
    np.multiply.at(a, np.array([0, 1, 1, 3]), x)
    return a


def rows_multiplied_at(a):
    np.multiply.at(a, np.array([-1, 0, 0]), a[[1]])
    return a


def rows_joined_and_doubled(x, k):
    """The sizes must agree, which their types do not show; the array is written into all the same."""
    joined = np.array([np.full(3, -0.7), x[k % 2,], x[0] * x[1]])
    joined += joined
    return np.sum(joined**2 * x[0])


def lists_added_to_items(x):
    z = x * 1.0
    z[1:3] += (x[0], x[1])
    z[1:3] *= [x[2], x[3] * 2.0]
    z[[0, 3]] -= [x[1], x[0]]
    return np.sum(z * x)


def moved_by_neutral_elements(w):
    """Each right side is a new array, though nothing is computed in it: what is written does not change it."""
    one, nothing = 1.0, 0.0
    for i in range(2):
        w[:, i + 1] = w[i] * one
    row = (w + nothing)[0]
    w[:, 1] = row
    negative = -w[1]
    w[:, 2] = -negative
    w[3] = w[:, 0] ** 1
    w[:, 0] = w[2] / one - nothing
    return np.sum(w**2)


PROGRAMS = [
    Program(moved_by_neutral_elements, (np.random.default_rng(0).uniform(0.2, 0.9, (4, 4)),)),
    Program(lists_added_to_items, (np.array([0.3, 0.7, 1.1, 0.4]),)),
    *(
        Program(fun, (x6,))
        for fun in (
            element_of_an_argument,
            element_of_a_local_array,
            element_replaced_by_a_constant,
            element_written_twice,
            elements_swapped,
            elements_in_terms_of_each_other,
            negative_index,
            augmented_elements,
            element_by_unpacking,
            loop_target_is_an_element,
            elements_in_a_loop,
            recurrence,
            recurrence_backwards,
            matrix_in_nested_loops,
            slice_of_an_argument,
            slice_with_a_step,
            slice_with_a_negative_step,
            empty_slice,
            slice_beyond_the_end,
            shifted_onto_itself,
            shifted_sum,
            scalar_into_a_slice,
            scalar_into_everything,
            size_one_into_a_slice,
            integers_into_floats,
            list_into_a_slice,
            mask_augmented,
            mask_power,
            mask_with_a_scalar,
            mask_that_selects_nothing,
            integer_array,
            integer_list,
            integer_array_with_repeats,
            augmented_integer_array_with_repeats,
            product_with_repeats,
            scatter_add_onto_itself,
            scatter_subtract,
            scatter_add_of_a_scalar,
            integer_array_with_a_scalar,
            permuted_by_argsort,
            augmented_array,
            augmented_argument,
            divided_by_its_own_sum,
            array_accumulator,
            array_minus_itself_times,
            zero_dimensional_array,
            ufunc_out,
            ufunc_out_is_its_argument,
            ufunc_out_positional,
            ufunc_out_in_a_tuple,
            ufunc_out_result_used,
            ufunc_out_is_a_slice,
            ufunc_out_is_its_argument_and_where,
            ufunc_out_broadcasts,
            function_with_out,
            clipped_in_place,
            filled,
            slice_filled,
            sorted_in_place,
            copyto,
            copyto_where,
            put,
            empty_array,
            ndarray_constructor,
            arrays_like_others,
            full_of_an_input,
            shape_of_a_tuple,
            identity_written,
            list_to_array_written,
            integer_array_as_counter,
            boolean_array_written,
            array_of_integers_times_floats,
            complex_array_written,
            returns_what_it_wrote,
            reads_between_writes,
            cotangent_is_a_global_array,
            prefix_sums,
        )
    ),
    *(
        Program(fun, (a33,))
        for fun in (
            element_of_a_matrix,
            element_through_two_indices,
            column_from_a_column,
            row_from_a_column,
            matrix_from_its_transpose,
            block,
            corner_blocks_swapped,
            ellipsis_and_newaxis,
            row_into_all_rows,
            column_into_all_columns,
            list_into_a_row,
            mask_of_itself,
            mask_with_a_constant,
            mask_of_rows,
            mask_of_rows_and_a_column,
            scatter_add_in_a_matrix,
            pairs_of_integer_arrays,
            rows_by_an_integer_array,
            integer_array_and_a_slice,
            sorted_along_an_axis,
            put_in_a_matrix,
            filled_diagonal,
            diagonal_filled_with_an_array,
            flat_written,
            flat_of_a_transpose,
            whole_flat,
            transpose_written,
            returns_part_of_what_it_wrote,
            row_operations,
        )
    ),
    Program(power_of_an_element_by_another, (p6[:3],)),
    Program(lists_into_arrays, (np.array([0.7, 1.2, 0.4, 0.9]),)),
    Program(index_known_at_run_time, (x6, 1, 4)),
    Program(the_same_index_twice_at_run_time, (x6, 2, 2)),
    Program(one_cell_over_and_over, (x6[:3], 5)),
    Program(slice_with_bounds_at_run_time, (x6, 1, 2)),
    Program(sum_with_the_flipped_part, (x6, 0.6), (0, 1)),
    Program(levinson, (np.array([1.0, 0.5, 0.2, -0.1, 0.3]),)),
    Program(lu_in_place, (dominant,)),
    Program(gauss_jordan, (dominant, np.array([0.7, -0.4, 1.2])), (0, 1)),
    Program(cholesky_in_place, (spd,)),
    Program(ellipsis_in_three_dimensions, (rng.normal(size=(2, 3, 2)),)),
    Program(row_added_to_a_matrix, (a33, x6[:3]), (0, 1)),
    Program(mask_of_another_array, (x6, np.array([True, False, True, False, False, True]))),
    Program(scatter_add, (x6, np.array([0, 2, 0, 1, 1, 0]))),
    Program(integer_arrays_in_a_loop, (x6, [(0, 1), (1, 2), (0, 5), (4, 3)])),
    Program(power_in_place, (p6,)),
    Program(power_of_an_array_in_place, (p6,)),
    Program(matrix_product_in_place, (a33, dominant), (0, 1)),
    Program(ufunc_out_and_where, (p6 - 0.45,), second_order=False),
    Program(single_precision, (x6.astype(np.float32),)),
    Program(strided_argument, (np.arange(1.0, 13.0)[::2] / 7.0,), name="strided_argument"),
    Program(strided_argument, (a33.T[1],), name="column_as_argument"),
    Program(transpose_written, (a33.T,), name="transposed_argument"),
    Program(flat_written, (a33.T,), name="flat_of_a_transposed_argument"),
    Program(diagonal_filled_again_from_the_start, (a33,)),
    Program(put_again_from_the_start, (a33, 2)),
    Program(put_again_from_the_start, (a33.T, 3), name="put_again_into_a_transposed_argument"),
    Program(heat_equation, (x6, 0.3, 3), (0, 1)),
    Program(game_of_neighbours, (x6, 3)),
    Program(outer_of_ufuncs, (np.array([0.3, 0.7, 1.1, 0.4]),)),
    Program(reduced_by_ufuncs, (np.arange(9.0).reshape(3, 3) / 7.0 + 0.3,)),
    Program(multiplied_at, (np.array([0.3, 0.7, 1.1, 0.4]),)),
    Program(rows_multiplied_at, (np.arange(6.0).reshape(3, 2) / 7.0 + 0.3,)),
    Program(rows_joined_and_doubled, (np.array([[0.3, -1.2, 0.8], [1.1, 0.4, -0.6]]), 3)),
]
