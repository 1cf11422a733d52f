"""The table of all rules as Markdown: `python -m tangent_ad.rules.document docs/rules.md` rewrites it."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from tangent_ad.rules import RULES, Rule
from tangent_ad.rules.declare import ATTRIBUTES, METHODS, name_of
from tangent_ad.rules.passive import NAMES
from tangent_ad.runtime import helpers

HEADER = """# Operations with a derivative rule

Written by `python -m tangent_ad.rules.document docs/rules.md` from the table itself; do not edit.
[How to add one](adding_a_rule.md). An operation or a keyword that is not listed is refused when a derivative
is built.

*differentiable in*: arguments that may carry a derivative. *other arguments*: options, and arguments that
must not depend on what is differentiated, except those in brackets, which carry no derivative.
*convention*: where the derivative does not exist, or is chosen.

| operation | kind | differentiable in | other arguments | convention | source |
|---|---|---|---|---|---|
"""


AS_THEY_ARE = """

## Run as they are

Accepted where no argument depends on what is differentiated: ufuncs without a rule (those of SciPy, too), functions
without one of `math`, `np.linalg` and the modules of `np.polynomial`, and {}.
What gives counts or places only (`np.linalg.matrix_rank`) is a constant of any argument."""


def every_rule() -> list[Rule]:
    """Those of a user's operations."""
    importlib.import_module("tangent_ad.frontend")  # some rules are declared when it is loaded
    known = [r for r in RULES.values() if r.kind != "passive"]  # these are made as they are met
    return [r for r in known if r.op.call not in vars(helpers).values()]


def table() -> str:
    """The whole document."""
    listed = every_rule()
    rows = sorted(row(r) for r in listed if r.kind != "constant")
    constants = sorted({f"`{name_of(r.op)}`" for r in listed if r.kind == "constant"})
    methods = [f"`x.{n}(…)`" for n in METHODS] + [f"`x.{n}`" for n in ATTRIBUTES]
    return (
        HEADER + "\n".join(rows)
        + "\n\n## Without a derivative\n\nPiecewise constant: accepted anywhere, treated as constants.\n\n"
        + ", ".join(constants)
        + AS_THEY_ARE.format(", ".join(sorted(f"`np.{f.__name__}`" for f in NAMES)))
        + "\n\n## Methods and attributes of arrays\n\nEach means the function of its name.\n\n"
        + ", ".join(sorted(methods)) + "\n"
    )  # fmt: skip


def listing(name: str) -> list[str]:
    """A line for each operation with this in its name: what it is, and in which arguments it is differentiated."""
    listed = [r for r in every_rule() if name in name_of(r.op)]
    lines = [f"{name_of(r.op):28} {_described(r)}".rstrip() for r in listed]
    members = [f"x.{n}(...)" for n in METHODS] + [f"x.{n}" for n in ATTRIBUTES]
    return sorted(lines) + sorted(f"{m:28} as the function of its name" for m in members if name in m)


def _described(rule: Rule) -> str:
    if rule.kind == "constant":
        return "without a derivative: a constant"
    kinks = f"; {rule.kinks}" if rule.kinks else ""
    others = [p for p in (*rule.params, *rule.keywords) if p not in rule.wrt]
    return f"in {', '.join(rule.wrt)}" + (f", with {', '.join(others)}" if others else "") + kinks


def row(rule: Rule) -> str:
    """One line of the table."""
    others = [f"({p})" if p in rule.inert else p for p in (*rule.params, *rule.keywords) if p not in rule.wrt]
    starred = [f"*{p}" if rule.variadic and p == rule.params[-1] else p for p in rule.wrt]
    cells = [
        f"`{name_of(rule.op)}`",
        rule.kind,
        ", ".join(starred) or "—",
        ", ".join(others),
        rule.kinks,
        rule.source,
    ]
    return f"| {' | '.join(c.replace('|', chr(92) + '|') for c in cells)} |"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(table(), encoding="utf-8")
