"""The examples in the documentation are run, and so are the before/after examples of the passes."""

import doctest
from pathlib import Path

import pytest

import tangent_ad

DOCS = Path(tangent_ad.__file__).parent.parent / "docs"


@pytest.mark.parametrize("name", ["architecture.md"])
def test_examples_of_a_page(name):
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    result = doctest.testfile(str(DOCS / name), module_relative=False, optionflags=flags)
    assert result.attempted > 5
    assert result.failed == 0


def test_examples_in_the_package_docstring():
    result = doctest.testmod(tangent_ad)
    assert result.attempted == 3 and result.failed == 0
