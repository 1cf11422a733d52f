"""What is said of a call that cannot be followed: a reason of its own where there is one, and a way out."""

from __future__ import annotations

import bisect
import builtins
import collections
import copy
import dataclasses
import heapq
import inspect
import sys
import types
from typing import Any

import numpy as np

from tangent_ad.analysis.sampling import has_own_operators
from tangent_ad.errors import Origin, Refused
from tangent_ad.ir.nodes import Const, Expr
from tangent_ad.rules.declare import Rule, name_of

Words = tuple[str, str]
BY_HAND = "write it with functions that `tangent-ad rules` lists, or give it a rule of your own: help(tangent_ad.rules)"
OF_RULE = ("declare it, too, with a partial of None for each argument where its own derivative is not wanted: "
           "help(tangent_ad.rules)")  # fmt: skip
FILES = ("reading and writing files is not differentiated", "read the data before the call, and pass it as an argument")
RUN_TEXT = ("text that is run as code cannot be followed", "write the code itself in place of the text")
NAMES = ("names looked up at run time cannot be followed", "use the variable, or the attribute, by its name")
ATTRIBUTES = ("attributes that are found or deleted at run time cannot be followed",
              "give every instance the attribute in __init__, None where it has none, and test that: self.v is None")
BY_ITEM = ("what a function computes item by item inside NumPy cannot be followed",
           "write np.array([f(t) for t in x.flat]).reshape(x.shape) with the plain function f; of two arguments, "
           "x, y = np.broadcast_arrays(x, y), and f(a, b) for a, b in zip(x.flat, y.flat). The plain function of what "
           "np.vectorize has made is its .pyfunc, taken at module level; where its first result is an int, "
           "np.vectorize makes ints of all. One without branches can be called on the whole array x")  # fmt: skip
DRAWS = ("random draws inside the function are not differentiated", "draw before the call, and pass what was drawn "
         "(an order for a shuffle: y[order]) as an argument")  # fmt: skip
CONTEXT = ("the context manager {name}() is not followed, only np.errstate, np.printoptions, "
           "warnings.catch_warnings and contextlib.nullcontext are",
           "enter it around the call of the derivative, and pass what it gives as an argument")  # fmt: skip
# The method that gives a plain array, and a name for that, by the module of another kind of array.
OTHER_ARRAYS = {"scipy.sparse": ("toarray", "dense"), "pandas": ("to_numpy", "values")}
PLAIN = ("make it a plain array outside of the differentiated function, {plain} = {owner}.{method}(), and use that, or "
         "pass it as an argument")  # fmt: skip
PLAIN_FROM_START = ("use plain arrays; what is constant is made one outside of the differentiated function, {plain} = "
                    "m.{method}()")  # fmt: skip
MATRIX = ("; where * has the matrix on one side, on this path, write @: np.multiply, and * of plain arrays, stay as "
          "they are")  # fmt: skip
AS_ARRAY = "make it a plain array outside of the differentiated function, plain = np.asarray({owner})"
OUTSIDE = "move {name}() out of the differentiated function, and use what it gives, or pass that as an argument"
MASK = ("keep the mask as a plain array of bools (True: left out), and write x[~mask].sum(), "
        "x[~mask].mean(), np.mean(x, axis=0, where=~mask); m.filled(v) is np.where(mask, v, x)")  # fmt: skip
UNMASKED = ("take it apart outside of the differentiated function, values, mask = {owner}.data, "
            "np.ma.getmaskarray({owner}) (True: left out), and write values[~mask], or "
            "np.where(mask, 0.0, values); where NumPy ignores the mask, as += of a plain array and np.dot do, values"
            )  # fmt: skip
OF_ITS_OWN = ("{name} makes a matrix, whose * and ** are not those of arrays: it is not followed",
              "keep the plain array, and write a @ b for the product of two matrices, "
              "np.linalg.matrix_power(a, n) for a ** n")  # fmt: skip
FFT = ("{name} has no derivative rule", "use those of np.fft that have one (`tangent-ad rules fft`): hfft(a, n) is "
       "np.fft.irfft(np.conj(a), n) * n with n = 2 * (len(a) - 1) if none is given, ihfft(a) is "
       "np.conj(np.fft.rfft(a)) / len(a), rfft2(m) is np.fft.fft2(m)[:, :m.shape[1] // 2 + 1]")
ITERATOR = ("an iterator that is asked for its items one by one is not followed",
            "write a for loop, or make it a list: items[0] is the first, items[1:] the rest")  # fmt: skip
COPY = ("{name} is not followed", "write the copy out: a.copy() of an array, list(values) of a list, dict(d) of a "
        "dict, dataclasses.replace(p) of a dataclass; of another object q = Body(...), and each attribute after it, "
        "q.pos = b.pos; they hold the same arrays then")  # fmt: skip
DEEP = ("{name} is not followed", "write the copy out: a.copy() of an array, [v.copy() for v in values] of a list of "
        "arrays, {'a': d['a'].copy()} of a dict of arrays, q = Body(...), q.pos = b.pos.copy() of an object; an array "
        "that is there twice is copied once: c = a.copy(), [c, c]")  # fmt: skip
SMALLEST = ("{name} is not followed", "use np.sort(values)[:n] of numbers, sorted(values, key=...)[:n] with a key")
LARGEST = ("{name} is not followed",
           "use np.sort(values)[::-1][:n] of numbers, sorted(values, key=..., reverse=True)[:n] with a key")
MERGED = ("{name} is not followed",
          "use sorted([*a, *b]), with the same key= and reverse=")
WITHOUT_NAN = ("{name} has no derivative rule", "leave the nans out first: kept = a[~np.isnan(a)], and "
               "np.quantile(kept, q), np.median(kept); along axis=1 row by row, "
               "np.array([np.quantile(row[~np.isnan(row)], q) for row in a]) (.T of it for several q), along axis=0 "
               "for row in a.T")  # fmt: skip
HEAP = ("{name} is not followed", "keep a list in order: values = sorted(values), values.pop(0)")
PLACE = ("{name} is not followed", "use np.searchsorted(np.array(values), v, side='right')")
PLACE_LEFT = ("{name} is not followed", "use np.searchsorted(np.array(values), v)")
SET = ("a set is not followed", "make it before the call, and pass sorted(s), a list, as an argument; or a list: if "
       "v not in seen: seen.append(v); or "
       "np.unique(np.array(values)), which is sorted")  # fmt: skip
ALONG = ("{name} is not followed", "for a matrix write np.array([f(row) for row in a]) for axis 1, np.array([f(c) for "
         "c in a.T]).T for axis 0 (without the last .T where f gives numbers)")  # fmt: skip
CLASS = ("classes cannot be made inside a differentiated function", "move the class to module level")
OF_FIELDS = ("{name} is not followed", "read the fields by name: d.a, d.b")
# Modules that hold what users call: grad, check_grads, and what these make.
INTERFACE = ("tangent_ad.api", "tangent_ad.checking")
INSIDE = ("{name} is called inside of a function that is differentiated",
          "make the derivative a plain function outside of it, at module level, {made} = tangent_ad.compile({fun}, "
          "x{kind}), {itself}with an x of the kind that comes, and call {made}(x)")  # fmt: skip

KNOWN: dict[Any, Words] = {
    open: FILES, input: FILES, np.load: FILES, np.loadtxt: FILES, np.genfromtxt: FILES, np.save: FILES,
    np.savetxt: FILES, eval: RUN_TEXT, exec: RUN_TEXT, compile: RUN_TEXT,
    locals: NAMES, globals: NAMES, vars: NAMES, hasattr: ATTRIBUTES, delattr: ATTRIBUTES,
    np.vectorize: BY_ITEM, np.frompyfunc: BY_ITEM, np.apply_along_axis: ALONG, np.apply_over_axes: BY_ITEM,
    np.nditer: ("np.nditer is not followed", "loop over the items, for value in x.flat, or with their places, for "
                "place, value in np.ndenumerate(x); write y[place] = v"),
    iter: ITERATOR, next: ITERATOR,
    copy.copy: COPY, copy.deepcopy: DEEP, heapq.heappush: HEAP, heapq.heappop: HEAP, heapq.heapify: HEAP,
    heapq.nsmallest: SMALLEST, heapq.nlargest: LARGEST, heapq.merge: MERGED,
    np.seterr: ("{name} is not followed", "call it before the differentiated function, or leave it out; with 'raise', "
                "write an if in place of the try: if np.any(x <= 0.0)"),
    np.nanquantile: WITHOUT_NAN, np.nanpercentile: WITHOUT_NAN, np.nanmedian: WITHOUT_NAN,
    bisect.bisect: PLACE, bisect.bisect_left: PLACE_LEFT, bisect.bisect_right: PLACE,
    bisect.insort: HEAP, bisect.insort_left: HEAP, bisect.insort_right: HEAP,
    dataclasses.asdict: OF_FIELDS, dataclasses.astuple: OF_FIELDS, dataclasses.fields: OF_FIELDS,
    collections.deque: ("a deque is not followed", "use a list: append(v), pop(), pop(0) for popleft(), insert(0, v) "
                        "for appendleft(v); what maxlen=n drops is dropped by if len(values) > n: values.pop(0)"),
    collections.defaultdict: ("a defaultdict is not followed",
                              "use a list where the keys are 0, 1, 2, ...: d = [0.0] * n, "
                              "[[] for _ in range(n)] for lists, with names.index(k) for a key k that is a text; or "
                              "a dict of which all keys that are written are literals, each with a first value: d = "
                              "{'a': 0.0}, d['a'] += ..."),
    collections.OrderedDict: ("an OrderedDict is not followed",
                              "use a dict, which keeps its order, too, with keys that are literals; for others two "
                              "lists, keys (if k not in keys: keys.append(k)) and then values = [0.0] * len(keys), "
                              "values[keys.index(k)] = v"),
    collections.Counter: ("a Counter is not followed", "count before the call, and pass dict(Counter(words)), whose "
                          "missing keys are KeyErrors, or Counter(words).most_common(), as an argument; or use a dict "
                          "whose keys are literals, each with a first value: counts = {'a': 0}, counts['a'] += 1"),
}  # fmt: skip
KNOWN.update({
    np.matrix: OF_ITS_OWN, np.asmatrix: OF_ITS_OWN, np.bmat: OF_ITS_OWN,
    types.SimpleNamespace: ("a SimpleNamespace made here is not followed", "use a dataclass, or a dict"),
    set: SET, frozenset: SET, collections.namedtuple: CLASS, dataclasses.make_dataclass: CLASS,
    type: ("what type() gives is not followed", "test with isinstance"),
    np.i0: ("{name} has no derivative rule: its derivative, I1, is not in NumPy", "declare it, with elementwise of "
            "tangent_ad.rules.declare: @elementwise(np.i0) of a function (z, x) that returns scipy.special.i1(x), and "
            "@elementwise(scipy.special.i1) of one that returns None"),
    np.piecewise: ("{name} is not followed", "write np.select(conditions, values) with both lists in reverse order, as "
                   "the last condition that holds is the one that counts; where a value is not defined everywhere, as "
                   "np.sqrt(x) is not, np.sqrt(np.where(m, x, 1.0)) for the condition m"),
})  # fmt: skip
INTERPOLATED = "write np.interp(t, xs, ys) for kind='linear', constant beyond both ends; other kinds have no rule"
NUMERICS = {
    "scipy.interpolate": INTERPOLATED,
    "scipy.integrate": "write it out: np.trapezoid for values on a grid, a fixed rule for an integral of a function, "
                       "t, w = np.polynomial.legendre.leggauss(n) outside; for a differential equation steps in a loop",
    "scipy.optimize": "write the steps out, x = x - f(x) / df(x) in a loop; or solve before, and give the solution a "
                      "rule of its own: help(tangent_ad.rules)",
}  # fmt: skip
DECOMPOSITIONS = ("eig", "eigvals", "matrix_rank")


def words_for(value: Any, name: str, rule: Rule | None = None) -> Words:
    """Why a call of this value is refused, and what to write instead; `rule`: one of the user's that calls it."""
    full = full_name(value, name)
    found = known_words(value)
    if found is not None:
        return found[0].format(name=full), found[1]
    made_of_function = isinstance(value, np.ufunc) and all(set(t) <= set("O->") for t in value.types)
    if isinstance(value, np.vectorize) or made_of_function:
        return BY_ITEM
    if is_interface(value):
        words = {"made": "f_grad", "fun": "f", "kind": "", "itself": ""}
        if not callable(getattr(value, "fun", None)):
            return INSIDE[0].format(name=full), INSIDE[1].format(**words)
        fun, kind = getattr(value.fun, "__name__", ""), getattr(value, "kind", "grad")
        words["fun"] = fun = fun if fun.isidentifier() else "f"
        words["kind"] = "" if kind == "grad" else f", kind={kind!r}"
        words.update(made=name.rpartition(".")[2], itself=f"of {fun} itself, not of its derivative, ")
        return INSIDE[0].format(name=full), INSIDE[1].format(**words)
    if isinstance(getattr(value, "__self__", None), (np.random.RandomState, np.random.Generator)) or (
        full.startswith(("np.random.", "random."))):
        return DRAWS
    if full.startswith(("np.fft.", "scipy.fft.")):
        return FFT[0].format(name=full), FFT[1]
    if any(getattr(np.linalg, n, None) is value for n in DECOMPOSITIONS):
        return (f"{full} has no derivative rule",
                "use np.linalg.eigh where the matrix is symmetric (its values ascend); or give it a rule of your own: "
                "help(tangent_ad.rules)")  # fmt: skip
    if hasattr(value, "registry") and hasattr(value, "dispatch"):
        return (f"{full} is a functools.singledispatch function: what it calls is not known",
                f"call the function for this type by its own name, or take it out at module level, impl = "
                f"{full}.dispatch(np.float64), and call that: np.float64 for an item of an array, np.ndarray for an "
                f"array; the default one is {full}.__wrapped__")  # fmt: skip
    if isinstance(value, types.FunctionType) and inspect.isgeneratorfunction(inspect.unwrap(value)):
        return CONTEXT[0].format(name=full), CONTEXT[1]
    if getattr(builtins, full, None) is value:
        return f"{full}() is not followed", "call it before, and pass what it gives as an argument"
    if isinstance(value, type) and hasattr(value, "__enter__"):
        return CONTEXT[0].format(name=full), CONTEXT[1]
    if is_other_array(value):
        reason = f"{full} makes, or takes, arrays of another kind than np.ndarray, which are not followed"
        return reason, plain_array(value, full)
    if rule is not None:
        return f"{full}, which the rule of {name_of(rule.op)} calls, has no rule of its own", OF_RULE
    instead = next((words for start, words in NUMERICS.items() if module_of(value).startswith(start)), BY_HAND)
    return f"{full} has no derivative rule", instead


def is_other_array(value: Any) -> bool:
    """Whether a function, a class or a value is of a kind of array that is not NumPy's plain one."""
    owner = getattr(value, "__self__", value)
    return has_own_operators(owner) or module_of(value).startswith((*OTHER_ARRAYS, "numpy.ma"))


def module_of(value: Any) -> str:
    return str(getattr(value, "__module__", None) or type(value).__module__)


def plain_array(value: Any, name: str) -> str:
    """What to write in place of a sparse matrix, a masked array or a table, of its method, or of what makes one."""
    owner, _, attribute = name.rpartition(".")
    owner = owner if callable(value) else name
    array = getattr(value, "__self__", value)
    made = callable(array)
    if module_of(array).startswith("numpy.ma"):
        return MASK if made else UNMASKED.format(owner=owner)
    found = (words for module, words in OTHER_ARRAYS.items() if module_of(array).startswith(module))
    method, plain = next(found, (None, ""))
    if method is None:
        return AS_ARRAY.format(owner=owner) + (MATRIX if isinstance(array, np.matrix) else "")
    words = PLAIN_FROM_START if made else OUTSIDE if callable(value) and attribute in (method, "todense") else PLAIN
    return words.format(name=name, owner=owner, plain=plain, method=method)


def passed_plain(cls: type, name: str) -> str:
    """What to write in place of an argument that is an array of another kind."""
    found = (method for module, (method, _) in OTHER_ARRAYS.items() if module_of(cls).startswith(module))
    method = next(found, None)
    if method is None:
        return MASK
    product = f", and write {name} @ x for {name} * x" if cls.__name__.endswith("_matrix") else ""
    return f"pass {name}.{method}() in place of {name}{product}"


def check_plain(origin: Origin, value: Expr) -> None:
    """Refuse an array of a class with operators of its own, as matrices and masked arrays have."""
    if isinstance(value, Const) and has_own_operators(value.value):
        name = value.name or "m"
        reason = f"{name} is a {type(value.value).__name__}, whose operators are not those of plain arrays"
        raise Refused(origin, reason, plain_array(value.value, name))


def is_interface(value: Any) -> bool:
    """Whether this is `tangent_ad.grad` or one of its like, or what they make."""
    return not {getattr(value, "__module__", None), type(value).__module__}.isdisjoint(INTERFACE)


def known_words(value: Any) -> Words | None:
    """The words of its own that a value has."""
    try:
        return KNOWN.get(value)
    except TypeError:  # unhashable
        return None


def full_name(value: Any, name: str) -> str:
    """How a program spells it, with its module."""
    if "." in name:
        return name
    for module, prefix in (("numpy", "np"), ("scipy.special", "scipy.special"), ("numpy.linalg", "np.linalg"),
                           ("numpy.fft", "np.fft"), ("numpy.random", "np.random"), ("random", "random")):  # fmt: skip
        own = getattr(value, "__name__", None)
        if own is not None and getattr(sys.modules.get(module), own, None) is value:
            return f"{prefix}.{own}"
    return name
