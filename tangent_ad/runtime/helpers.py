"""What generated code may call where the types do not tell: copied into the module that needs it.

Each function stands alone, on NumPy and Python's own library.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np


def unbroadcast(g, x):
    """Sum a cotangent down to the shape of `x` and give it x's kind."""
    if isinstance(g, np.ndarray) and isinstance(x, np.ndarray) and g.shape == x.shape and g.dtype == x.dtype:
        return g
    if isinstance(x, (list, tuple, dict)):
        raise TypeError("arithmetic on a list, tuple or dict, in code that was built without types: give types")
    g = summed_to(g, np.shape(x))
    if np.iscomplexobj(g) and not np.iscomplexobj(x):
        g = np.real(g)
    if isinstance(g, np.ndarray) and not isinstance(x, np.ndarray):
        return g[()]  # a number has no memory that others may see
    is_cast = isinstance(g, np.ndarray) and x.dtype.kind in "fc"
    return g.astype(x.dtype, copy=False) if is_cast else g


def summed_to(g, shape):
    """Sum a cotangent down to a shape, over the axes along which what has that shape was repeated."""
    if np.shape(g) == shape:
        return g
    if np.ndim(g) > len(shape):
        g = np.sum(g, axis=tuple(range(np.ndim(g) - len(shape))))
    ones = tuple(i for i in range(-np.ndim(g), 0) if shape[i] == 1 and np.shape(g)[i] != 1)
    if ones:
        g = np.sum(g, axis=ones, keepdims=True)
    return g if np.shape(g) == shape else np.broadcast_to(g, shape).copy()  # it was summed over axes that g has not


def spread(t, z):
    """A tangent in the shape of the value `z` it belongs to."""
    if isinstance(z, (list, tuple, dict)) or np.shape(t) == np.shape(z):
        return t
    return np.broadcast_to(t, np.shape(z))


def zeros_like(x, listed=False, within=()):
    """Zero in the shape of a number, an array, or a container of them; None where there is no derivative.

    What is `listed`, at any depth, may have floats beside it, or in its place: ints count as floats there.
    What an instance is `within` may be held by it again.
    """
    if isinstance(x, list):
        return [zeros_like(item, True, within) for item in x]
    if isinstance(x, tuple):
        items = [zeros_like(item, listed, within) for item in x]
        return type(x)(*items) if hasattr(x, "_fields") else type(x)(items)
    if isinstance(x, dict):
        return {key: zeros_like(value, listed, within) for key, value in x.items()}
    if is_instance(x) and not any(x is outer for outer in within):
        parts = attributes(x).items()
        return instance(type(x), **{name: zeros_like(part, listed, (*within, x)) for name, part in parts})
    if isinstance(x, np.ndarray) and x.dtype.kind in "fc":
        return np.zeros_like(x)
    if listed and (isinstance(x, int) or getattr(x, "dtype", np.dtype("O")).kind in "biu"):
        return 0.0 if np.shape(x) == () else np.zeros(np.shape(x))
    return x * 0 if isinstance(x, (float, complex, np.inexact)) else None


def whole(t, x):
    """The tangent of a list or tuple, with zeros also for the numbers in it that have no tangent."""
    if not isinstance(x, (list, tuple)):
        return np.zeros(np.shape(x)) if t is None else t
    items = [whole(None if t is None else t[i], item) for i, item in enumerate(x)]
    return items if isinstance(x, list) else tuple(items)


def add(a, b):
    """The sum of two cotangents of one value, container or not; None is zero."""
    if a is None or b is None:
        return b if a is None else a
    if isinstance(a, (list, tuple)):
        items = [add(p, q) for p, q in zip(a, b, strict=True)]
        return type(a)(*items) if hasattr(a, "_fields") else type(a)(items)
    if isinstance(a, dict):
        return {key: add(a[key], b[key]) for key in a}
    if is_instance(a):
        return instance(type(a), **{name: add(p, getattr(b, name)) for name, p in attributes(a).items()})
    return a + b


def is_instance(x):
    """Whether a value, or its cotangent, is an instance of a class that a user wrote in Python."""
    from sys import stdlib_module_names

    written_in_python = 1 << 9  # Py_TPFLAGS_HEAPTYPE
    root = str(type(x).__module__).partition(".")[0]
    own = root == "__main__" or root not in stdlib_module_names
    return own and all(cls.__flags__ & written_in_python for cls in type(x).__mro__[:-1])


def attributes(x):
    """What an instance holds, by name; no code of its own runs."""
    slots = [name for cls in type(x).__mro__ for name in vars(cls).get("__slots__", ()) if hasattr(x, name)]
    return {name: object.__getattribute__(x, name) for name in (*slots, *getattr(x, "__dict__", ()))}


def split_like(g, arrays, axis):
    """The parts of a concatenation's cotangent."""
    if axis is None:
        parts = split_like(g, [np.ravel(a) for a in arrays], 0)
        return [np.reshape(part, np.shape(a)) for part, a in zip(parts, arrays, strict=True)]
    ends = np.cumsum([np.shape(a)[axis] for a in arrays])
    return np.split(g, ends[:-1], axis)


def unstack(g, axis):
    """The parts of a stack's cotangent."""
    return list(np.moveaxis(g, axis, 0))


def from_diagonal(g, x, offset):
    """Zeros in the shape of the matrix `x` with `g` on a diagonal."""
    result = np.zeros(np.shape(x), np.result_type(g))
    rows = np.arange(np.size(g)) + max(-offset, 0)
    result[rows, rows + offset] = g
    return result


def others(x):
    """For each item the product of all others along the last axis, without division."""
    one = np.ones_like(x[..., :1])
    before = np.cumprod(np.concatenate((one, x[..., :-1]), -1), -1)
    after = np.cumprod(np.concatenate((one, x[..., :0:-1]), -1), -1)[..., ::-1]
    return before * after


def check_number(y):
    """Raise TypeError unless a gradient is asked of one real number."""
    if np.shape(y) != () or np.iscomplexobj(y):
        what = f"{np.asarray(y).dtype} of shape {np.shape(y)}"
        raise TypeError(f"a gradient is of one real number, but the function returned {what}")


def add_item(x_bar, index, g):
    """Add to one place of a cotangent, container or array; the result may be `x_bar` itself."""
    if isinstance(x_bar, np.ndarray):
        np.add.at(x_bar, index, g)
        return x_bar
    had = x_bar[index]
    both = [add(p, q) for p, q in zip(had, g, strict=True)] if isinstance(had, (list, tuple)) else add(had, g)
    if isinstance(x_bar, tuple):
        return (*x_bar[:index], both, *x_bar[index:][1:])
    x_bar[index] = both
    return x_bar


def copy(x):
    """A copy of an array or a container, to write into."""
    return x.copy() if hasattr(x, "copy") else x


def copied(x):
    """A copy of an array, or of a container with all that it holds."""
    if isinstance(x, (list, tuple)):
        items = [copied(item) for item in x]
        return type(x)(*items) if hasattr(x, "_fields") else type(x)(items)
    if isinstance(x, dict):
        return {key: copied(value) for key, value in x.items()}
    if is_instance(x):
        return instance(type(x), **{name: copied(part) for name, part in attributes(x).items()})
    return x.copy() if isinstance(x, np.ndarray) else x


def put_along_axis(y_bar, x, indices, axis):
    """The adjoint of `np.take_along_axis(x, indices, axis)`: places may be met twice."""
    if axis is None:
        return np.reshape(put_along_axis(y_bar, np.ravel(x), indices, 0), np.shape(x))
    result = np.zeros(np.shape(x), np.result_type(y_bar))
    spread = [1 if x.shape[i] == 1 else n for i, n in enumerate(np.shape(y_bar))]
    places = list(np.indices(spread, sparse=True))
    places[axis] = indices
    np.add.at(result, tuple(places), y_bar)
    return result


def sinc_curvature(x):
    """The derivative of `np.sinc(x)`, divided by x: (cos(pi x) - sinc(x)) / x^2, by its series near 0."""
    t = (np.pi * np.asarray(x)) ** 2
    series = -(np.pi**2) / 3 * (1 - t / 10 * (1 - t / 28 * (1 - t / 54 * (1 - t / 88))))
    small = t < 0.05
    square = np.where(small, 1.0, t)
    return np.where(small, series, np.pi**2 * (np.cos(np.pi * x) - np.sinc(x)) / square)[()]


def polygamma(n, x):
    """The n-th derivative of the digamma function, which is the derivative of `math.lgamma`.

    Recurrence up to 16, and the asymptotic series from there (NIST DLMF 5.5.2, 5.11.2, 5.15.8); digamma of what is
    far below 0 by reflection (5.5.4).
    """
    if n == 0 and x < -16.0:
        return polygamma(0, 1.0 - x) - math.pi / math.tan(math.pi * (x - round(x)))
    steps = max(math.ceil(16.0 - x), 0)
    below = math.fsum((x + k) ** -(n + 1) for k in range(steps))
    x = x + steps
    total = math.log(x) if n == 0 else -math.factorial(n - 1) / (-x) ** n
    total = total + (-1) ** (n + 1) * math.factorial(n) / (2.0 * x ** (n + 1))
    bernoulli = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6)
    for k, b in enumerate(bernoulli, 1):
        total = total + (-1) ** (n + 1) * b * math.factorial(2 * k + n - 1) / (math.factorial(2 * k) * x ** (2 * k + n))
    return total + (-1) ** (n + 1) * math.factorial(n) * below


def add_segments(g, x, indices, axis):
    """The adjoint of `np.add.reduceat(x, indices, axis)`: each sum's cotangent, for each item of the sum."""
    result = np.zeros(np.shape(x), g.dtype)
    rows, parts, ends = np.moveaxis(result, axis, 0), np.moveaxis(g, axis, 0), [*indices[1:], np.shape(x)[axis]]
    for start, stop, part in zip(indices, ends, parts, strict=True):
        rows[start : max(stop, start + 1)] += part
    return result


def running_places(extremum, x, axis):
    """Where the items of `extremum.accumulate(x, axis)` come from; of ties the last."""
    taken = (x == extremum.accumulate(x, axis)) | np.isnan(x)
    places = np.reshape(np.arange(x.shape[axis]), [-1 if i == axis % x.ndim else 1 for i in range(x.ndim)])
    return np.maximum.accumulate(np.where(taken, places, 0), axis)


def unresize(g, x):
    """The adjoint of `np.resize(x, shape)`: items that are repeated get a sum, those left out nothing."""
    result = np.zeros(np.shape(x), np.result_type(g))
    if result.size > 0:
        np.add.at(result.reshape(-1), np.arange(np.size(g)) % result.size, np.ravel(g))
    return result


def last_written(g, index):
    """The cotangent of `v` in `a[index] = v`: where the index names a place again, only the last item stays."""
    bars = g[index]
    writers = np.arange(np.size(bars)).reshape(np.shape(bars))
    last = np.empty(np.shape(g), int)
    last[index] = writers
    return np.where(last[index] == writers, bars, 0.0)


def scatter_last(v, g, index):
    """Zeros in the shape of `g`, with `v` written at `index`."""
    result = np.zeros_like(g)
    result[index] = v
    return result


def instance(cls, /, **attributes):
    """An instance of a class with these attributes; its own code does not run."""
    if issubclass(cls, tuple):
        return tuple.__new__(cls, attributes.values())
    made = object.__new__(cls)
    for name, value in attributes.items():
        object.__setattr__(made, name, value)
    return made


def rebound(x):
    """Raise TypeError unless `x += y` gives x a new value, as it does for a number, and writes into nothing."""
    if isinstance(x, (list, dict)) or (isinstance(x, np.ndarray) and x.ndim):
        raise TypeError("an augmented assignment to an array or a list, which was not known when this was built: "
                        "give types, or write x = x + y")  # fmt: skip


def fails(errors, function, *args):
    """Whether a function raises one of these exceptions for these arguments."""
    try:
        function(*args)
    except errors:
        return True
    return False


def order(keys, reverse=False):
    """Where the items with these keys come from when they are sorted."""
    return sorted(range(len(keys)), key=keys.__getitem__, reverse=reverse)


def items_like(g, x):
    """The cotangent of `np.array(x)`, in the lists and tuples of `x`."""
    if isinstance(x, (list, tuple)):
        return type(x)([items_like(part, item) for part, item in zip(g, x, strict=True)])
    return g


def windows(x, start, turns, step, size, axis):
    """`x[start + i * step :][:size]` along an axis for i = 0 to turns - 1, their axis in front; not to be written."""
    last = start + max(turns - 1, 0) * step + size
    if turns > 0 and not 0 <= start <= last <= x.shape[axis]:
        raise IndexError(f"places {start} to {last} of an axis with size {x.shape[axis]}")
    part = x[(slice(None),) * axis + (slice(start, last),)]
    shape = (max(turns, 0), *x.shape[:axis], size, *x.shape[axis + 1 :])
    strides = (step * x.strides[axis], *x.strides)
    return np.lib.stride_tricks.as_strided(part, shape, strides, writeable=False)


def add_windows(g, x, start, step, axis):
    """The adjoint of `windows`: zeros in the shape of `x`, to which all of `g` is added where it came from."""
    result = np.zeros(np.shape(x), g.dtype)
    places = np.moveaxis(result, axis, 0)[start:]
    turns, size = g.shape[0], g.shape[axis + 1]
    if size < turns:
        for i, part in enumerate(np.moveaxis(g, axis + 1, 0)):
            places[i : i + (turns - 1) * step + 1 : step] += part
    else:
        for i, part in enumerate(np.moveaxis(g, axis + 1, 1)):
            places[i * step : i * step + size] += part
    return result


def all_finite(x):
    """Whether no item is inf or nan."""
    return bool(np.isfinite(x).all())


def segments_fit(starts, stops, size, largest):
    """Whether slices `starts[i]:stops[i]` lie in an axis of this size; not if they are few, or too large together."""
    if len(starts) != len(stops) or len(starts) < 16:
        return False
    lengths = stops - starts
    inside = starts.min() >= 0 and stops.max() <= size and lengths.min() >= 0
    return bool(inside and lengths.sum() <= max(size, largest))


def segment_places(starts, stops):
    """The places `starts[i]` to `stops[i]`, of one slice behind the other."""
    lengths = stops - starts
    before = np.cumsum(lengths) - lengths
    return np.arange(lengths.sum()) + np.repeat(starts - before, lengths)


def segment_turns(starts, stops):
    """For each of `segment_places(starts, stops)` the number of its slice."""
    return np.repeat(np.arange(len(starts)), stops - starts)


def roll(x, shift, axis):
    """`np.roll` by one shift along one axis, at a third of its cost for small arrays."""
    cut = -shift % max(x.shape[axis], 1)
    first = (slice(None),) * (axis % x.ndim)
    return np.concatenate((x[(*first, slice(cut, None))], x[(*first, slice(cut))]), axis)


def check_bounds(start, stop, size, turns=1):
    """Raise IndexError where a loop from `start` to `stop`, in a loop of so many turns, leaves an axis of this size."""
    if turns > 0 and start < stop and stop > size:
        raise IndexError(f"index {max(start, size)} is out of bounds for axis with size {size}")


def raise_like(function, result, *operands, turns=1):
    """Raise what a function of floats raises, in so many turns, for the items of which NumPy makes inf or nan."""
    unusual = ~np.isfinite(result)
    if turns > 0 and unusual.any():
        for items in zip(*(np.broadcast_to(x, result.shape)[unusual].tolist() for x in operands), strict=True):
            function(*items)


def in_threads(function, size, threads, *arrays):
    """The sums of `function(first, last, *arrays)` over equal parts of `range(size)`, each in its own thread."""
    threads = min(threads, arrays[0].size // 100000)  # less work than that is done before a thread has begun
    if threads < 2:
        return function(0, size, *arrays)
    ends = [size * k // threads for k in range(threads + 1)]
    warnings_as_here = np.geterr()

    def part(first, last):
        with np.errstate(**warnings_as_here):
            return function(first, last, *arrays)

    with ThreadPoolExecutor(threads) as pool:
        parts = list(pool.map(part, ends[:-1], ends[1:]))
    if isinstance(parts[0], tuple):
        return tuple(map(sum, zip(*parts, strict=True)))
    return None if parts[0] is None else sum(parts)


def kept(name, shape, dtype=np.float64, unlike=(), arrays={}):
    """An array that stays between calls, whatever it holds, and is none of `unlike`.

    It is not safe where several threads call at a time.
    """
    found = arrays.get(name)
    if found is None or found.shape != shape or any(np.may_share_memory(found, x) for x in unlike):
        found = arrays[name] = np.empty(shape, dtype)
    return found


def power(x, y):
    """x ** y of floats, with NumPy's inf or nan where Python raises or leaves the real numbers."""
    return x**y if 1e-100 < x < 1e100 and -3 <= y <= 3 else float(np.float64(x) ** y)


def exp(x):
    """np.exp of a float, as a float."""
    return math.exp(x) if x < 709.0 else float(np.exp(x))


def log(x):
    """np.log of a float, as a float."""
    return math.log(x) if x > 0.0 else float(np.log(x))


def sqrt(x):
    """np.sqrt of a float, as a float."""
    return math.sqrt(x) if x >= 0.0 else float(np.sqrt(x))


def sin(x):
    """np.sin of a float, as a float."""
    return math.sin(x) if -1e308 < x < 1e308 else float(np.sin(x))


def cos(x):
    """np.cos of a float, as a float."""
    return math.cos(x) if -1e308 < x < 1e308 else float(np.cos(x))
