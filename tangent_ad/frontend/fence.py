"""What is refused, with the reason and the remedy: one table, looked up by the kind of syntax."""

from __future__ import annotations

import gast

ASYNC = ("async code is not differentiated", "write the functions without async and await, as ordinary ones, and call "
         "them: f(x) for asyncio.run(f(x)), [f(x), g(x)] for asyncio.gather(f(x), g(x))")  # fmt: skip

FENCE: dict[type, tuple[str, str]] = {
    gast.Try: ("a finally that returns or breaks is not differentiated", "return after the try statement"),
    gast.AsyncWith: ASYNC,
    gast.AsyncFor: ASYNC,
    gast.AsyncFunctionDef: ASYNC,
    gast.Await: ASYNC,
    gast.Yield: ("a yield that receives what is sent in (z = yield y), or that stands in a try, is not followed",
                 "write yield y as a statement of its own, or return a list of the values; what is sent is given as "
                 "an argument, a list of the values to come, or worked on in a loop over them"),
    gast.YieldFrom: ("the result of yield from is not followed",
                     "have it return a list of its values beside its result, return values, last, and write values, "
                     "last = inner(), then yield from values"),
    gast.GeneratorExp: ("a generator is used up by who asks it first: kept in a variable, or given to an ordinary "
                        "function, it is not followed",
                        "use it up where it is made (for, sum, list), or make a list of it, items = [v for v in ...], "
                        "whose first is items[0], and items[1:] is left after next(); a second loop over a generator "
                        "that is used up gives nothing: leave it out; one that is sent values, send(v), is written as "
                        "a loop over these values, with what it keeps between them in variables"),
    gast.SetComp: ("a set comprehension is not differentiated",
                   "write np.unique(np.array([...])), which has each value once; a list keeps equal values"),
    gast.Set: ("a set of values that are computed is not differentiated",
               "write np.unique(np.array([...])), which has each value once; a list keeps equal values"),
    gast.Global: ("a function that rebinds globals is not differentiated",
                  "pass the value in and return the new one beside the result: grad(f, has_aux=True); what is only "
                  "counted is counted by the caller"),
    gast.Nonlocal: ("a function that rebinds captured names is not differentiated",
                    "pass the value in and return the new one"),
    gast.ClassDef: ("classes cannot be defined inside a differentiated function", "move the class to module level"),
    gast.Delete: ("del of an attribute is not differentiated",
                  "leave the del out: what nothing reads any more does no harm"),
    gast.MatchMapping: ("a pattern that captures the rest of a mapping (**rest) is not followed",
                        "leave **rest out, or write the case as an if"),
    gast.MatchOr: ("alternatives of a pattern that capture different parts are not followed",
                   "write a case for each alternative"),
    gast.Starred: ("* unpacking is not followed here", "name the items one by one"),
}  # fmt: skip
