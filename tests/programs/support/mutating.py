"""A helper of another module that the compiler must refuse: the error names this file."""


def normalise(weights, total):
    weights[0] = weights[0] / total  # HERE
    return weights


def harmless(x):
    return 2.0 * x
