"""reversed(list), items of the list replaced."""


def f(x):
    for e in reversed(x):
        x[1] += e
    return x


def inputs():
    return ([0.644, 0.226],)
