"""The examples in the documentation are run, and so are the before/after examples of the passes."""

import doctest
import os
import runpy
from pathlib import Path

import numpy as np
import pytest

import tangent_ad
from tangent_ad.rules import OPS, RULES

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


def test_examples_in_the_docstring_of_the_rules():
    rules, ops = dict(RULES), dict(OPS)
    try:
        result = doctest.testmod(tangent_ad.rules)
    finally:  # the rule of the example is forgotten
        for table, before in ((RULES, rules), (OPS, ops)):
            for key in table.keys() - before.keys():
                del table[key]
    assert result.attempted == 6 and result.failed == 0


def test_the_error_on_the_page_of_limits(tmp_path):
    """The sample is what the compiler says."""
    page = (DOCS / "limits.md").read_text()
    sample = page.split("```text\n")[1].split("```")[0]
    program = "import numpy as np\n\n\n\ndef f(x):\n    a = np.outer(x, x).T\n    v = a.reshape(4)\n"
    program += "    v[0] = x[1] ** 2\n    return np.sum(a)\n"
    (tmp_path / "model.py").write_text(program)
    names = runpy.run_path(str(tmp_path / "model.py"))
    with pytest.raises(tangent_ad.Refused) as caught:
        tangent_ad.grad(names["f"])(np.array([0.7, 1.2]))
    assert str(caught.value).replace(f"{tmp_path}{os.sep}", "") + "\n" == sample
