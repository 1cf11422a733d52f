"""What is refused, with the reason and the remedy: one table, looked up by the kind of syntax."""

from __future__ import annotations

import gast

FENCE: dict[type, tuple[str, str]] = {
    gast.Try: ("try statements are not differentiated", "test the condition with if before the call that may raise"),
    gast.With: ("with statements are not differentiated", "open the context around the call of the derivative"),
    gast.AsyncWith: ("async code is not differentiated", "move the computation to an ordinary function"),
    gast.AsyncFor: ("async code is not differentiated", "move the computation to an ordinary function"),
    gast.AsyncFunctionDef: ("async code is not differentiated", "move the computation to an ordinary function"),
    gast.Await: ("async code is not differentiated", "move the computation to an ordinary function"),
    gast.Yield: ("generators are not differentiated", "return a tuple of the values"),
    gast.YieldFrom: ("generators are not differentiated", "return a tuple of the values"),
    gast.GeneratorExp: ("generator expressions are not differentiated", "write a list comprehension or a loop"),
    gast.SetComp: ("sets carry no derivatives", "use a list or a tuple"),
    gast.Set: ("sets carry no derivatives", "use a list or a tuple"),
    gast.DictComp: ("dict comprehensions are not differentiated yet", "write the dict out key by key"),
    gast.Global: ("a function that rebinds globals is not differentiated", "pass the value in and return the new one"),
    gast.Nonlocal: ("a function that rebinds captured names is not differentiated",
                    "pass the value in and return the new one"),
    gast.ClassDef: ("classes cannot be defined inside a differentiated function", "move the class to module level"),
    gast.Import: ("imports inside a differentiated function are not followed", "import at the top of the module"),
    gast.ImportFrom: ("imports inside a differentiated function are not followed", "import at the top of the module"),
    gast.Delete: ("del of a name or an attribute is not differentiated", "leave the name alone"),
    gast.Match: ("match statements are not differentiated yet", "write the cases as if and elif"),
    gast.NamedExpr: ("assignment expressions (:=) are not differentiated yet", "assign on a line of its own"),
    gast.Starred: ("* unpacking is not differentiated here", "name the items one by one"),
}  # fmt: skip
