"""What `map`, `filter` and itertools do, as generators that the compiler reads. They are never run."""

# ruff: noqa: UP028, B905

from __future__ import annotations

import itertools
import operator

import numpy as np

from tangent_ad.rules.declare import hold, holds_numbers, refuse, release, unrolled


def map_(function, first, *more):
    if len(more) == 0:
        for item in first:
            yield function(item)
    else:
        for items in zip(first, *more):
            yield function(*items)


def filter_(function, items):
    for item in items:
        if item if function is None else function(item):
            yield item


def starmap(function, items):
    for item in items:
        yield function(*item)


def chain(*iterables):
    for items in unrolled(iterables):
        for item in items:
            yield item


def from_iterable(iterables):
    for items in iterables:
        for item in items:
            yield item


def repeat(value, times):
    for _ in range(times):
        yield value


def pairwise(items):
    if holds_numbers(items):
        if len(items) > 0:
            last = items[0]
            for i in range(1, len(items)):
                item = items[i]
                yield last, item
                last = item
    else:
        hold(items)
        for i in range(len(items) - 1):
            yield items[i], items[i + 1]
        release(items)


def takewhile(predicate, items):
    for item in items:
        if not predicate(item):
            return
        yield item


def dropwhile(predicate, items):
    dropping = True
    for item in items:
        if dropping:
            dropping = bool(predicate(item))
        if not dropping:
            yield item


def accumulate(items, function=operator.add, *, initial=None):
    if initial is None:
        if len(items) > 0:
            total = items[0]
            yield total
            for i in range(1, len(items)):
                total = function(total, items[i])
                yield total
    else:
        total = initial
        yield total
        for item in items:
            total = function(total, item)
            yield total


def islice(items, first, *more):
    start, stop, step = 0, first, 1
    if len(more) > 0:
        start, stop = first, more[0]
    if len(more) > 1:
        step = more[1]
    start = 0 if start is None else start
    stop = len(items) if stop is None else min(stop, len(items))
    for i in range(start, stop, 1 if step is None else step):
        yield items[i]


def product(*iterables, repeat=1):
    sources = iterables * repeat
    for items in unrolled(iterables):
        hold(items)
    if len(sources) == 0:
        yield ()
    elif len(sources) == 1:
        for a in sources[0]:
            yield (a,)
    elif len(sources) == 2:
        for a in sources[0]:
            for b in sources[1]:
                yield a, b
    elif len(sources) == 3:
        for a in sources[0]:
            for b in sources[1]:
                for c in sources[2]:
                    yield a, b, c
    else:
        for first in product(*sources[:3]):
            for rest in product(*sources[3:]):
                yield first + rest
    for items in unrolled(iterables):
        release(items)


def ndindex(*shape):
    sizes = shape[0] if len(shape) == 1 and isinstance(shape[0], tuple) else shape
    for place in product(*[range(n) for n in unrolled(sizes)]):
        yield place


def ndenumerate(array):
    for place in ndindex(np.shape(array)):
        yield place, array[place]


def combinations(items, r):
    hold(items)
    if r == 2:
        for i in range(len(items)):
            for j in range(i + 1, len(items)):
                yield items[i], items[j]
    elif r == 3:
        for i in range(len(items)):
            for j in range(i + 1, len(items)):
                for k in range(j + 1, len(items)):
                    yield items[i], items[j], items[k]
    else:
        refuse("combinations of other than two or three are not followed", "write the loops out")
    release(items)


def enumerate_(items, start=0):
    i = start
    for item in items:
        yield i, item
        i += 1


STREAMS = {
    map: map_,
    filter: filter_,
    itertools.starmap: starmap,
    itertools.chain: chain,
    itertools.chain.from_iterable: from_iterable,
    itertools.repeat: repeat,
    itertools.takewhile: takewhile,
    itertools.dropwhile: dropwhile,
    itertools.accumulate: accumulate,
    itertools.islice: islice,
    itertools.product: product,
    itertools.combinations: combinations,
    np.ndindex: ndindex,
    np.ndenumerate: ndenumerate,
}
if hasattr(itertools, "pairwise"):  # Python 3.10
    STREAMS[itertools.pairwise] = pairwise
