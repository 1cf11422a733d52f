"""Functions that are made of others: what stands for a call of them, written out."""

from __future__ import annotations

import numpy as np

from tangent_ad.rules.declare import (
    composed,
    constant,
    is_array,
    is_integral,
    method,
    np_functions,
    refuse,
    static,
    static_length,
    unrolled,
)  # fmt: skip
from tangent_ad.rules.joining import between

TUPLES = np.lib.NumpyVersion(np.__version__) >= "2.0.0"  # what some functions give lists of before


def floating(a):
    """Floats for integers, as NumPy has them before it computes: small integers would overflow."""
    return 1.0 * a if is_integral(a) else a


def along(a, index, axis):
    """a[index] along an axis."""
    if axis == 0:
        return a[index]
    if axis == -1:
        return a[..., index]
    if axis == 1:
        return a[:, index]
    first = np.moveaxis(a, axis, 0)[index]
    return first if np.ndim(index) == 0 else np.moveaxis(first, 0, axis)


def in_range(places, n, mode):
    """Indices of n items, as np.choose and np.take take those out of range."""
    if mode == "wrap":
        return places % n
    return np.clip(places, 0, n - 1) if mode == "clip" else places


# -- items and parts -------------------------------------------------------------------------------------


@composed(np.take)
def take(a, indices, axis=None, *, mode="raise"):
    if static_length(indices) == 0:
        indices = np.zeros(0, dtype=int)
    places = np.asarray(indices) * 1  # bools are 0 and 1 here, no mask
    places = in_range(places, np.size(a) if axis is None else np.shape(a)[axis], mode)
    if np.ndim(places) > 1 and axis is not None:
        refuse("np.take of a matrix of indices along an axis has no rule", "index the array: a[:, indices]")
    if axis is None:
        return np.ravel(a)[places]
    if np.ndim(places) == 0 and np.ndim(a) > 1:
        return np.copy(along(a, places, axis))
    return along(a, places, axis)


@composed(np.compress, wrt=("a",))
def compress(condition, a, axis=None):
    places = np.nonzero(condition)[0]
    return np.ravel(a)[places] if axis is None else along(a, places, axis)


@composed(np.extract, wrt=("arr",))
def extract(condition, arr):
    return np.ravel(arr)[np.nonzero(np.ravel(condition))[0]]


@composed(np.delete)
def delete(arr, obj, axis=None):
    items = np.ravel(arr) if axis is None else arr
    kept = np.ones(np.shape(items)[0 if axis is None else axis], dtype=bool)
    kept[obj] = False
    places = np.nonzero(kept)[0]
    return items[places] if axis is None else along(items, places, axis)


@composed(np.unique, kinks="equal items: the first has the derivative")
def unique(ar):
    items = np.sort(np.ravel(ar))
    new = np.ones(np.shape(items), dtype=bool)
    unknown = np.isnan(items)
    new[1:] = np.logical_and(items[1:] != items[:-1], np.logical_not(np.logical_and(unknown[1:], unknown[:-1])))
    return items[np.nonzero(new)[0]]


@composed(np.append, wrt=("arr", "values"))
def append(arr, values, axis=None):
    if axis is None:
        return np.concatenate((np.ravel(arr), np.ravel(values)))
    return np.concatenate((arr, values), axis)


def parted(a, n, axis, exact):
    """Parts of nearly one size; the first are one item longer where they must be."""
    size = np.shape(a)[axis]
    if exact and size % n != 0:
        raise ValueError("array split does not result in an equal division")
    parts = []
    start = 0
    for i in unrolled(range(n)):
        stop = start + size // n if exact else start + size // n + (1 if i < size % n else 0)
        parts.append(between(a, start, stop, axis))
        start = stop
    return parts


def parted_at(a, places, axis):
    parts = []
    start = 0
    for stop in unrolled(places):
        parts.append(between(a, start, stop, axis))
        start = stop
    parts.append(between(a, start, np.shape(a)[axis], axis))
    return parts


@composed(np.split, view="may")
def split(ary, indices_or_sections, axis=0):
    if isinstance(indices_or_sections, int):
        return parted(ary, indices_or_sections, axis, True)
    return parted_at(ary, indices_or_sections, axis)


@composed(np.array_split, view="may")
def array_split(ary, indices_or_sections, axis=0):
    if isinstance(indices_or_sections, int):
        return parted(ary, indices_or_sections, axis, False)
    return parted_at(ary, indices_or_sections, axis)


@composed(np.hsplit, view="may")
def hsplit(ary, indices_or_sections):
    return np.split(ary, indices_or_sections, 1 if np.ndim(ary) > 1 else 0)


@composed(np.vsplit, view="may")
def vsplit(ary, indices_or_sections):
    return np.split(ary, indices_or_sections, 0)


@composed(np.dsplit, view="may")
def dsplit(ary, indices_or_sections):
    return np.split(ary, indices_or_sections, 2)


@composed(np.rot90, view="may")
def rot90(m, k=1, axes=(0, 1)):
    if k % 4 == 0:
        return m[...]
    if k % 4 == 1:
        return np.swapaxes(np.flip(m, axes[1]), axes[0], axes[1])
    if k % 4 == 2:
        return np.flip(np.flip(m, axes[0]), axes[1])
    return np.flip(np.swapaxes(m, axes[0], axes[1]), axes[1])


# -- joins -----------------------------------------------------------------------------------------------


@composed(np.dstack, wrt=("tup",))
def dstack(tup):
    return np.concatenate([np.atleast_3d(a) for a in unrolled(tup)], 2)


@composed(np.meshgrid, wrt=("xi",))
def meshgrid(*xi, indexing="xy", sparse=False, copy=True):
    if not copy:
        refuse("np.meshgrid with copy=False gives views of its arguments, of which the rule makes copies",
               "leave copy=False out, if nothing is written into the arguments, or the results, after the call; else "
               "call np.meshgrid without it once more after the write, with what the other arguments were")  # fmt: skip
    n = static_length(xi)
    parts = []
    k = 0
    for x in unrolled(xi):
        part = np.reshape(x, (1,) * k + (-1,) + (1,) * (n - 1 - k))
        parts.append(np.swapaxes(part, 0, 1) if indexing == "xy" and n > 1 else part)
        k = k + 1
    if not sparse:
        shape = np.broadcast_shapes(*[np.shape(p) for p in parts])
        parts = [np.broadcast_to(p, shape) for p in unrolled(parts)]
    parts = [np.copy(p) for p in unrolled(parts)]
    if TUPLES:
        parts = tuple(parts)
    return parts


def widths(pad_width, axis):
    """How many items come before and after, along an axis."""
    if is_array(pad_width) and np.ndim(pad_width) > 0:
        own = pad_width
        if np.ndim(pad_width) > 1:
            own = pad_width[axis if np.shape(pad_width)[0] > 1 else 0]
        return own[0], own[-1]
    if isinstance(pad_width, (tuple, list)):
        own = pad_width
        if isinstance(pad_width[0], (tuple, list)):
            own = pad_width[axis if static_length(pad_width) > 1 else 0]
        return own[0], own[1 if static_length(own) > 1 else 0]
    return pad_width, pad_width


@composed(np.pad)
def pad(array, pad_width, mode="constant", constant_values=0):
    if mode == "constant":
        for axis in unrolled(range(np.ndim(array))):
            before, after = widths(pad_width, axis)
            first, last = widths(constant_values, axis)
            edge = np.zeros_like(np.sum(array, axis=axis, keepdims=True))
            left, right = edge + np.asarray(first, array.dtype), edge + np.asarray(last, array.dtype)
            array = np.concatenate((np.repeat(left, before, axis), array, np.repeat(right, after, axis)), axis)
        return array
    if mode == "edge":
        for axis in unrolled(range(np.ndim(array))):
            before, after = widths(pad_width, axis)
            n = np.shape(array)[axis]
            array = along(array, np.clip(np.arange(-before, n + after), 0, n - 1), axis)
        return array
    if mode == "wrap":
        for axis in unrolled(range(np.ndim(array))):
            before, after = widths(pad_width, axis)
            n = np.shape(array)[axis]
            array = along(array, np.arange(-before, n + after) % n, axis)
        return array
    if mode == "reflect":
        for axis in unrolled(range(np.ndim(array))):
            before, after = widths(pad_width, axis)
            n = np.shape(array)[axis]
            places = np.arange(-before, n + after) % max(2 * n - 2, 1)
            array = along(array, np.minimum(places, (2 * n - 2) - places), axis)
        return array
    if mode == "symmetric":
        for axis in unrolled(range(np.ndim(array))):
            before, after = widths(pad_width, axis)
            n = np.shape(array)[axis]
            places = np.arange(-before, n + after) % (2 * n)
            array = along(array, np.minimum(places, (2 * n - 1) - places), axis)
        return array
    refuse("np.pad has a rule for the modes constant, edge, wrap, reflect and symmetric", "use one of them")


# -- choices ---------------------------------------------------------------------------------------------


@composed(np.select, wrt=("choicelist", "default"))
def select(condlist, choicelist, default=0):
    n, values = static_length(condlist), static_length(choicelist)
    if n is None or values is None:
        what = "conditions" if n is None else "values"
        refuse(f"np.select asks for the length of the list of {what}, which is not known before the program runs",
               f"write the {what} out, [a, b, c], one for each {'value' if n is None else 'condition'}")
    if values != n:
        refuse("np.select has not as many values as conditions: NumPy raises ValueError", "give one value for each "
               "condition; what is left is default=...")  # fmt: skip
    result = default
    for i in unrolled(range(n)):
        result = np.where(condlist[n - 1 - i], choicelist[n - 1 - i], result)
    return result


# -- products --------------------------------------------------------------------------------------------


@composed(np.kron, wrt=("a", "b"))
def kron(a, b):
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return np.multiply(np.asarray(a), np.asarray(b))
    if np.ndim(a) == 1 and np.ndim(b) == 1:
        return np.ravel(np.outer(a, b))
    if np.ndim(a) > 2 or np.ndim(b) > 2:
        refuse("np.kron of arrays with more than two axes has no rule", "use np.einsum and reshape")
    rows, columns = np.atleast_2d(a), np.atleast_2d(b)
    product = rows[:, None, :, None] * columns[None, :, None, :]
    shape = np.shape(product)
    return np.reshape(product, (shape[0] * shape[1], shape[2] * shape[3]))


@composed(np.cross, wrt=("a", "b"))
def cross(a, b):
    if np.shape(a)[-1] != 3 or np.shape(b)[-1] != 3:
        refuse("np.cross of vectors in the plane has no rule", "write a[0] * b[1] - a[1] * b[0]")
    x, y, z = a[..., 0], a[..., 1], a[..., 2]
    u, v, w = b[..., 0], b[..., 1], b[..., 2]
    return np.stack((y * w - z * v, z * u - x * w, x * v - y * u), axis=-1)


@composed(*np_functions("cross", module=np.linalg), wrt=("x1", "x2"))
def linalg_cross(x1, x2):
    return np.cross(x1, x2)


@composed(*np_functions("outer", module=np.linalg), wrt=("x1", "x2"))
def linalg_outer(x1, x2):
    if np.ndim(x1) != 1 or np.ndim(x2) != 1:
        raise ValueError("np.linalg.outer takes vectors")
    return np.outer(x1, x2)


@composed(*np_functions("matmul", module=np.linalg), wrt=("x1", "x2"))
def linalg_matmul(x1, x2):
    return np.matmul(x1, x2)


@composed(*np_functions("tensordot", module=np.linalg), wrt=("x1", "x2"))
def linalg_tensordot(x1, x2, axes=2):
    return np.tensordot(x1, x2, axes)


@composed(*np_functions("trace", module=np.linalg))
def linalg_trace(x, offset=0):
    return np.trace(x, offset=offset, axis1=-2, axis2=-1)


@composed(np.correlate, wrt=("a", "v"))
def correlate(a, v, mode="valid"):
    if mode != "same":
        return np.convolve(a, np.conj(v)[::-1], mode)
    full = np.convolve(a, np.conj(v)[::-1])
    short, long = min(len(a), len(v)), max(len(a), len(v))
    start = (short - 1) // 2 if len(a) >= len(v) else short // 2
    return full[start : start + long]


@composed(np.linalg.multi_dot)
def multi_dot(arrays):
    first, rest = arrays[0], arrays[1:]
    for a in unrolled(rest):
        first = first @ a
    return first


@composed(np.linalg.matrix_power, view="may")
def matrix_power(a, n):
    if n == 1:
        return a
    if n < 0:
        return np.linalg.matrix_power(np.linalg.inv(a), -n)
    power = np.zeros_like(a) + np.eye(np.shape(a)[-1], dtype=a.dtype)
    for _ in range(n):
        power = power @ a
    return power


@composed(np.cumprod)
def cumprod(a, axis=None):
    if axis is None:
        return np.cumprod(np.ravel(a), 0)
    items = np.moveaxis(a, axis, 0)
    result = items * np.prod(items[:0], axis=0)  # in the type of a product
    for i in range(1, len(items)):
        result[i] = result[i - 1] * items[i]
    return np.moveaxis(result, 0, axis)


def line(x, axis):
    if isinstance(axis, tuple):
        refuse("running sums and products have a rule along an axis that is an int", "write axis=0 for axis=(0,)")
    if axis is None and np.ndim(x) != 1:
        refuse("NumPy asks for the axis here", "pass axis=")
    return 0 if axis is None else axis


def led(sums, first, axis, include_initial):
    """Running sums, or products, with what they start from in front."""
    return np.concatenate((first, sums), axis) if include_initial else sums


@composed(*np_functions("cumulative_sum"))
def cumulative_sum(x, axis=None, include_initial=False):
    own = line(x, axis)
    return led(np.cumsum(x, own), np.zeros_like(np.sum(x, axis=own, keepdims=True)), own, include_initial)


@composed(*np_functions("cumulative_prod"))
def cumulative_prod(x, axis=None, include_initial=False):
    own = line(x, axis)
    return led(np.cumprod(x, own), np.ones_like(np.sum(x, axis=own, keepdims=True)), own, include_initial)


@composed(np.polyval, wrt=("p", "x"))
def polyval(p, x):
    value = np.zeros_like(x)
    for c in unrolled(p):
        value = value * x + c
    return value


@composed(np.vander)
def vander(x, N=None, increasing=False):
    powers = np.arange(len(x) if N is None else N)
    return x[:, None] ** (powers if increasing else powers[::-1])


@composed(*np_functions("vecdot"), *np_functions("vecdot", module=np.linalg), wrt=("x1", "x2"))
def vecdot(x1, x2, axis=-1):
    return np.sum(np.conj(x1) * x2 if np.iscomplexobj(x1) else x1 * x2, axis=axis)


@composed(*np_functions("matvec"), wrt=("x1", "x2"))
def matvec(x1, x2):
    return x1 @ x2 if np.ndim(x2) == 1 else (x1 @ x2[..., None])[..., 0]


@composed(*np_functions("vecmat"), wrt=("x1", "x2"))
def vecmat(x1, x2):
    row = np.conj(x1) if np.iscomplexobj(x1) else x1
    return row @ x2 if np.ndim(x1) == 1 else (row[..., None, :] @ x2)[..., 0, :]


@static
def ones(n):
    return (1,) * n


@composed(np.modf)
def modf(x):
    whole = np.trunc(x)
    return np.where(np.isinf(x), 0.0, x - np.where(np.isinf(x), 0.0, whole)), whole


@composed(np.real_if_close, view="may")
def real_if_close(a):
    if np.iscomplexobj(a):
        refuse("whether np.real_if_close gives real or complex values is found only when it runs",
               "write np.real(a), or leave it complex")  # fmt: skip
    return np.asarray(a)


# -- statistics ------------------------------------------------------------------------------------------


@composed(np.ptp, kinks="ties share evenly")
def ptp(a, axis=None, keepdims=False):
    return np.max(a, axis=axis, keepdims=keepdims) - np.min(a, axis=axis, keepdims=keepdims)


@composed(np.average, wrt=("a", "weights"))
def average(a, axis=None, weights=None, keepdims=False):
    if weights is None:
        return np.mean(a, axis=axis, keepdims=keepdims)
    a, weights = floating(a), floating(weights)
    if axis is None or np.ndim(weights) == np.ndim(a):
        return np.sum(a * weights, axis=axis, keepdims=keepdims) / np.sum(weights, axis=axis, keepdims=keepdims)
    mean = np.sum(np.moveaxis(a, axis, -1) * weights, axis=-1) / np.sum(weights)
    return np.expand_dims(mean, axis) if keepdims else mean


def without_nan(a, neutral):
    return a if is_integral(a) else np.where(np.isnan(a), neutral, a)


@composed(np.nansum)
def nansum(a, axis=None, keepdims=False):
    return np.sum(without_nan(a, 0.0), axis=axis, keepdims=keepdims)


@composed(np.nanmean)
def nanmean(a, axis=None, keepdims=False):
    known = np.ones_like(a) * np.logical_not(np.isnan(a))
    return np.nansum(a, axis=axis, keepdims=keepdims) / np.sum(known, axis=axis, keepdims=keepdims)


@composed(np.nanprod)
def nanprod(a, axis=None, keepdims=False):
    return np.prod(without_nan(a, 1.0), axis=axis, keepdims=keepdims)


@composed(np.nancumsum)
def nancumsum(a, axis=None):
    return np.cumsum(without_nan(a, 0.0), axis=axis)


@composed(np.corrcoef, wrt=("x", "y"))
def corrcoef(x, y=None, rowvar=True):
    if np.iscomplexobj(x):
        refuse("np.corrcoef of complex values has no rule", "divide np.cov by the roots of its diagonal")
    c = np.cov(x, y, rowvar=rowvar)
    if np.ndim(c) == 0:
        return c / c
    deviations = np.sqrt(np.diagonal(c))
    return c / deviations[:, None] / deviations


@composed(np.cov, wrt=("m", "y"))
def cov(m, y=None, rowvar=True, bias=False, ddof=None):
    rows = variables(m, rowvar)
    if y is not None:
        rows = np.concatenate((rows, variables(y, rowvar)))
    centred = rows - np.mean(rows, axis=1, keepdims=True)
    less = ddof if ddof is not None else 0 if bias else 1
    return np.squeeze(centred @ np.conj(centred.T) / (np.shape(rows)[1] - less))


def variables(m, rowvar):
    """A variable in each row."""
    rows = np.atleast_2d(m if np.iscomplexobj(m) else np.asarray(m, np.float64))
    return rows if rowvar or np.ndim(m) == 1 else rows.T


# -- along a line ----------------------------------------------------------------------------------------


@composed(*np_functions("trapezoid", "trapz"), wrt=("y", "x", "dx"))
def trapezoid(y, x=None, dx=1.0, axis=-1):
    values = y if axis == -1 else np.moveaxis(y, axis, -1)
    middles = (values[..., 1:] + values[..., :-1]) / 2.0
    if x is None:
        return np.sum(middles * dx, axis=-1)
    places = x if axis == -1 or np.ndim(x) == 1 else np.moveaxis(x, axis, -1)
    return np.sum(middles * np.diff(places), axis=-1)


@composed(np.interp, wrt=("x", "xp", "fp", "left", "right"), kinks="xp (which increases): the slope to the right")
def interp(x, xp, fp, left=None, right=None):
    if np.ndim(xp) > 1 or np.ndim(fp) > 1:
        refuse("np.interp takes places and values of one dimension", "call it for each row: np.interp(x, xp, fp[i])")
    xp = floating(xp)
    i = np.clip(np.searchsorted(xp, x, side="right") - 1, 0, len(xp) - 2)
    outside = np.logical_or(x < xp[0], x >= xp[-1])
    width = np.where(outside, 1.0, xp[i + 1] - xp[i])
    w = np.where(outside, 1.0 * (x >= xp[-1]), (x - xp[i]) / width)
    value = (1.0 - w) * fp[i] + w * fp[i + 1]
    if left is not None:
        value = np.where(x < xp[0], left, value)
    if right is not None:
        value = np.where(x > xp[-1], right, value)
    return value


@static
def axes_of(n):
    return tuple(range(n))


@static
def column(n):
    """The shape of a vector along the first of n axes."""
    return (-1,) + (1,) * (n - 1)


@composed(np.gradient, wrt=("f", "spacing"))
def gradient(f, *spacing, axis=None, edge_order=1):
    f, n, given = floating(f), np.ndim(f), static_length(spacing)
    if isinstance(axis, tuple):
        refuse("np.gradient along some axes has no rule", "call it once for each axis")
    if axis is not None:
        return slope(f, spacing[0] if given > 0 else 1.0, axis, edge_order)
    if n == 1:
        return slope(f, spacing[0] if given > 0 else 1.0, 0, edge_order)
    slopes = []
    for i in unrolled(axes_of(n)):
        slopes.append(slope(f, spacing[i if given > 1 else 0] if given > 0 else 1.0, i, edge_order))
    return tuple(slopes) if TUPLES else slopes


def at_the_end(a, b, c, before, after):
    """The slope at `a` of the parabola through three items in a row, from their distances."""
    both = before + after
    return b * both / (before * after) - a * (before + both) / (before * both) - c * before / (after * both)


def slope(f, h, axis, edge_order):
    """Central differences inside, one-sided ones at the ends."""
    a = f if axis == 0 else np.moveaxis(f, axis, 0)
    if np.ndim(h) == 0:
        first, second, last_but_one, last = h, h, h, h
        inside = (a[2:] - a[:-2]) / (2.0 * h)
    else:
        d = np.reshape(np.diff(np.asarray(h, dtype=f.dtype)), column(np.ndim(a)))
        first, second, last_but_one, last = d[:1], d[1:2], d[-2:-1], d[-1:]
        before, after = d[:-1], d[1:]
        inside = (
            a[2:] * before / (after * (before + after))
            + a[1:-1] * (after - before) / (before * after)
            - a[:-2] * after / (before * (before + after))
        )
    if edge_order == 2:
        start = at_the_end(a[:1], a[1:2], a[2:3], first, second)
        end = -at_the_end(a[-1:], a[-2:-1], a[-3:-2], last, last_but_one)
    else:
        start, end = (a[1:2] - a[:1]) / first, (a[-1:] - a[-2:-1]) / last
    result = np.concatenate((start, inside, end))
    return result if axis == 0 else np.moveaxis(result, 0, axis)


@composed(np.ediff1d, view="may")
def ediff1d(ary):
    return np.diff(np.ravel(ary))


@composed(np.geomspace, wrt=("start", "stop"))
def geomspace(start, stop, num=50, endpoint=True):
    ends = np.log10(np.abs(start)), np.log10(np.abs(stop))
    return np.sign(start) * 10.0 ** np.linspace(ends[0], ends[1], num, endpoint)


@composed(np.logspace, wrt=("start", "stop"))
def logspace(start, stop, num=50, endpoint=True, base=10.0):
    return base ** np.linspace(start, stop, num, endpoint)


constant(*np_functions(
    "digitize", "unravel_index", "ravel_multi_index", "isin", "lexsort", "array_equiv", "triu_indices_from",
    "tril_indices_from", "diag_indices_from", "broadcast_shapes", "can_cast",
))  # fmt: skip
method(take=np.take, choose=np.choose, cumprod=np.cumprod)
