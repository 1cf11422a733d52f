"""What is refused, with the reason and the remedy: one table, looked up by the kind of syntax."""

from __future__ import annotations

import gast

FENCE: dict[type, tuple[str, str]] = {
    gast.Try: ("a finally that returns or breaks", "return after the try statement"),
    gast.AsyncWith: ("async code is not differentiated", "move the computation to an ordinary function"),
    gast.AsyncFor: ("async code is not differentiated", "move the computation to an ordinary function"),
    gast.AsyncFunctionDef: ("async code is not differentiated", "move the computation to an ordinary function"),
    gast.Await: ("async code is not differentiated", "move the computation to an ordinary function"),
    gast.Yield: ("a generator is followed where a for loop uses it up, and yield is a statement of its own",
                 "return a list of the values"),
    gast.YieldFrom: ("a generator is followed where a for loop uses it up, and yield is a statement of its own",
                     "return a list of the values"),
    gast.GeneratorExp: ("a generator that is kept runs out when it is used",
                        "use it up where it is made (for, sum, list), or write a list comprehension"),
    gast.SetComp: ("a set comprehension is not differentiated", "write a list comprehension"),
    gast.Set: ("a set of what is found at run time", "use a list or a tuple"),
    gast.Global: ("a function that rebinds globals is not differentiated", "pass the value in and return the new one"),
    gast.Nonlocal: ("a function that rebinds captured names is not differentiated",
                    "pass the value in and return the new one"),
    gast.ClassDef: ("classes cannot be defined inside a differentiated function", "move the class to module level"),
    gast.Delete: ("del of an attribute is not differentiated", "leave the attribute alone"),
    gast.Match: ("a pattern that captures the rest of a mapping, or other parts in each alternative",
                 "write the cases as if and elif"),
    gast.Starred: ("* unpacking is not differentiated here", "name the items one by one"),
}  # fmt: skip
