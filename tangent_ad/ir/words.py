"""Types in a user's words."""

from __future__ import annotations

from tangent_ad.ir.types import Array, Bottom, Dict, List, Mixed, Number, Opaque, Range, Seq, Type, Unknown


def describe(t: Type) -> str:
    """What a value of this type is called: "a list"."""
    if isinstance(t, Mixed):
        return "what is " + " on one path and ".join(kinds(t)[:2]) + " on another"
    if isinstance(t, (Opaque, Dict, Seq)):
        name = {type(None): "None", frozenset: "a set"}.get(t.cls, str(t.cls.__name__))
        return name if isinstance(t, Opaque) else f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"
    names: dict[type, str] = {
        Array: "an array", List: "a list", Number: "a number", Range: "a range",
        Bottom: "what the recursive call returns", Unknown: "a value whose type is not known",
    }  # fmt: skip
    if isinstance(t, Array) and t.dims == ():
        return "a number"
    return next((words for kind, words in names.items() if isinstance(t, kind)), "this value")


def kinds(t: Mixed) -> list[str]:
    """What a value is on the different paths, in words that differ."""
    plain = list(dict.fromkeys(describe(k) for k in t.types))
    return plain if len(plain) > 1 else list(dict.fromkeys(map(_in_detail, t.types)))


def _in_detail(t: Type) -> str:
    if isinstance(t, Dict):
        return f"{describe(t)} of {', '.join(repr(k) for k, _ in t.entries) or 'nothing'}"
    if isinstance(t, Seq):
        return f"{describe(t)} of length {len(t.items)}"
    return describe(t)


def mixed(t: Mixed, where: str = "the path, or on the turn of a loop") -> tuple[str, str]:
    """Why what differs from path to path cannot be used, and what to write instead; `where` the paths part."""
    found = kinds(t)
    reason = "this is " + " or ".join(found if len(found) > 1 else ["of one structure", "of another"])
    reason += f", depending on {where}"
    if all(isinstance(k, Dict) and k.cls is dict for k in t.types):
        sets = [{key for key, _ in k.entries} for k in t.types if isinstance(k, Dict)]
        some = ", ".join(sorted(map(repr, set.union(*sets) - set.intersection(*sets))))
        return reason, f"give it {some or 'its keys in one order'} on every path, for instance where it is made"
    if Opaque(type(None)) in t.types and all(isinstance(k, (Opaque, Seq)) for k in t.types):
        return reason, ("start with a tuple of the same length that stands for none yet, best = (-1, -np.inf), and "
                        "test best[0] < 0 in place of best is None; if each holds the one before, keep a list in place "
                        "of them: values.append(v), and values[-1] for the last")  # fmt: skip
    if Opaque(type(None)) in t.types:
        return reason, ("keep what may be missing, as in trees, in lists of numbers, one for each attribute, and refer "
                        "to it by index: left[i], -1 for None")  # fmt: skip
    if any(isinstance(k, (Opaque, Dict)) for k in t.types):
        return reason, "use one class on every path, with a number that says which kind it is"
    return reason, ("make it a list of items of one kind on every path, [v] for one number, which may grow: "
                    "values.append(v); a flag beside it, is_list = True, tells what isinstance did")  # fmt: skip
