"""Instances of the user's classes: built, read, written into and called while the function is lowered.

Before:
    state = State(x, 0.0)
    state.push(dt)                  # self.x = self.x + dt
    return state.x

After (IR): an instance is the values of its attributes, and its methods are inlined
    t = operator.add(x, dt)

An instance made elsewhere and read here (a captured `model`, the `self` of a bound method) is read attribute by
attribute when the derivative is built; what the function writes into it stays within the function.
"""

from __future__ import annotations

import abc
import dataclasses
import functools
import sys
import types
from collections import namedtuple
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tangent_ad.frontend.describe import describe
from tangent_ad.frontend.lowering import Lowering
from tangent_ad.frontend.unknown_calls import is_interface
from tangent_ad.ir.instances import is_foreign, is_named_tuple, users_class
from tangent_ad.ir.nodes import UNDEFINED, Atom, Const, Expr
from tangent_ad.ir.ops import PACK_DICT
from tangent_ad.ir.types import Dict, Fields

Call = Callable[[Lowering, Any, Atom, list[Atom], dict[str, Atom]], Atom]
BY_OBJECT = (object, types.SimpleNamespace)  # which had object's own slots under its name until Python 3.13
SPECIAL = ("__getattr__", "__getattribute__", "__setattr__")
OF_FIELDS = (types.MemberDescriptorType, type(namedtuple("Field", "a").a))  # type: ignore[attr-defined]


@dataclass(frozen=True, eq=False)
class Method:
    """A function of a class, bound to an instance."""

    function: Atom
    base: Atom


@dataclass(frozen=True, eq=False)
class Super:
    """`super()`: the classes after `cls` in the order of the instance's class."""

    cls: type
    base: Atom


def class_of_instance(low: Lowering, base: Expr) -> type | None:
    """The user's class that a value is an instance of, if it is one."""
    if isinstance(base, Const):
        return users_class(base.value) if base is not UNDEFINED else None
    t = low.type(base)
    return t.cls if isinstance(t, Dict) and t.cls is not dict else None


def is_library(module: str) -> bool:
    """NumPy and the standard library do not change between calls."""
    root = module.partition(".")[0]
    return root == "numpy" or (root in sys.stdlib_module_names and root != "__main__")


def find(cls: type, name: str, after: type | None = None) -> Any:
    """An attribute of a class, as it stands there, and the class that has it; None if no class does."""
    order = cls.__mro__[cls.__mro__.index(after) + 1 :] if after is not None else cls.__mro__
    for owner in order:
        if name in vars(owner):
            return vars(owner)[name], owner
    return None, None


# -- reading ---------------------------------------------------------------------------------------------


def read_attribute(low: Lowering, node: Any, base: Atom, cls: type, name: str) -> Atom:
    """`base.name` for an instance."""
    value, owner = find(cls, name)
    if isinstance(find(cls, "__getattribute__")[0], types.FunctionType) or is_data_descriptor(value):
        return class_attribute(low, node, base, cls, name, value, owner)
    own = own_attribute(low, base, name)
    return class_attribute(low, node, base, cls, name, value, owner) if own is None else own


def is_data_descriptor(value: Any) -> bool:
    """Whether what stands in a class is asked before the instance: a property, or a class with `__set__`."""
    kind = type(value)
    return (hasattr(kind, "__set__") or hasattr(kind, "__delete__")) and kind not in OF_FIELDS


def looked_up(low: Lowering, base: Atom, cls: type, name: str, value: Any, after: type | None = None) -> None:
    """Remember what an instance found in its class: a nearer definition may come, in it or in a subclass.

    `after`: the class whose method asked `super()` for it.
    """
    owner = base.value if isinstance(base, Const) else cls
    if after is None:
        low.captured(owner, "lookup", name, value)
    else:
        low.captured(owner, "super", f"{name} after {after.__module__}.{after.__qualname__}", value)


def own_attribute(low: Lowering, base: Atom, name: str) -> Atom | None:
    """What an instance itself holds under a name."""
    if isinstance(base, Const):
        written = low.heap.attributes(base)
        if low.heap.apart:
            low.heap.read_apart.setdefault((id(base.value), name), []).append(low.builder.origin)
        if name in written:
            return written[name]
        return outside_attribute(low, base, name)
    t = low.type(base)
    return low.builder.item(base, name) if isinstance(t, Dict) and t.get(name) is not None else None


def outside_attribute(low: Lowering, base: Const, name: str) -> Atom | None:
    """An attribute of an instance that is there when the derivative is built."""
    value = base.value
    if is_named_tuple(type(value)):
        held = dict(zip(value._fields, value, strict=True))
    else:
        held = dict(getattr(value, "__dict__", {}))
        slots = [s for c in type(value).__mro__ for s in getattr(c, "__slots__", ()) if hasattr(value, s)]
        held.update({s: getattr(value, s) for s in slots if s not in held})
    if name not in held:
        return None
    atom = low.captured(value, "attribute", name, held[name])
    assert isinstance(atom, Const)
    return Const(atom.value, f"{base.name}.{name}" if base.name else name)


def class_attribute(
    low: Lowering, node: Any, base: Atom, cls: type, name: str, value: Any, owner: Any, after: type | None = None
) -> Atom:
    """What an instance finds in its class, or in those `after` one: a method, a property, a constant."""
    if is_named_tuple(cls) and name in ("_replace", "_asdict"):
        return Const(Method(Const(name), base))
    if owner is None or is_foreign(owner):
        check_special(low, node, cls, f"in place of __getattr__, set the attribute in __init__ (self.{name} = ...), or "
                      "make it a property or a method", SPECIAL[:1])  # fmt: skip
        check_special(low, node, cls, "use a dataclass or a plain class, or pass the value as an argument of its own")
        if dataclasses.is_dataclass(cls) and name not in {f.name for f in dataclasses.fields(cls)}:
            low.refuse(node, f"{cls.__name__} is a dataclass, and declares no field {name!r}",
                       f"declare it in the class, {name}: float, and leave __init__ to the dataclass")  # fmt: skip
        low.refuse(node, f"an instance of {cls.__name__} has no attribute {name!r} here, or on some path only",
                   f"assign {name!r} in __init__")  # fmt: skip
    if owner is not None:
        looked_up(low, base, cls, name, value, after)
    if isinstance(find(cls, "__getattribute__")[0], types.FunctionType):
        check_special(low, node, cls, "use a dataclass or a plain class")
    if isinstance(value, property):
        if value.fget is None:
            low.refuse(node, f"the property {name!r} of {cls.__name__} cannot be read", "give it a getter")
        if "AttributeError" in getattr(getattr(value.fget, "__code__", None), "co_names", ()):
            check_special(low, node, cls, "give it a value on every path, None for none", SPECIAL[:1])
        return low.call(node, Const(value.fget, name), [base], {})
    if isinstance(value, (staticmethod, classmethod)):
        function = Const(value.__func__, name)
        return function if isinstance(value, staticmethod) else Const(Method(function, Const(cls, cls.__name__)))
    if isinstance(value, types.FunctionType) or (is_interface(value) and hasattr(value, "stands_for")):
        return Const(Method(Const(value, name), base))
    if isinstance(value, functools.cached_property) and not isinstance(base, Const):
        made = low.call(node, Const(value.func, name), [base], {})
        put_attribute(low, node, base, cls, name, made)
        return made
    if isinstance(value, types.DynamicClassAttribute) and isinstance(base, Const):  # value and name of an Enum's member
        return low.captured(base.value, "attribute", name, getattr(base.value, name))
    if hasattr(type(value), "__get__"):
        if name == "__dict__":
            low.refuse(node, "attributes that are found at run time cannot be followed",
                       "write the attribute itself: self.v; or getattr(self, k) of a literal k")
        low.refuse(node, f"{name!r} of {cls.__name__} is a descriptor that is not followed", "use a property")
    return low.captured(owner, "attribute", name, value)


def instance_has(low: Lowering, node: Any, base: Atom, cls: type, name: str) -> bool:
    """Whether an instance has an attribute, its own or of its class."""
    remedy = f"give it the attribute in __init__, None where it has none, and test that: {name} is None"
    if any(isinstance(find(cls, s)[0], types.FunctionType) for s in SPECIAL[:2]):
        check_special(low, node, cls, remedy)
    if isinstance(base, Const) and name in low.heap.attributes(base) and outside_attribute(low, base, name) is None:
        low.refuse(node, f"whether this {cls.__name__} has {name!r} depends on the lines before", remedy)
    if own_attribute(low, base, name) is not None:
        return True
    value, owner = find(cls, name)
    looked_up(low, base, cls, name, ... if owner is None else value)
    return owner is not None and type(value) not in OF_FIELDS  # of __slots__: it has not been given a value


def check_special(low: Lowering, node: Any, cls: type, remedy: str, names: tuple[str, ...] = SPECIAL) -> None:
    """Refuse a class that says itself what its attributes are."""
    special = [(s, *find(cls, s)) for s in names]
    found = [s for s, value, owner in special if owner not in (None, *BY_OBJECT) and not is_generated(value)]
    if found and not any(isinstance(find(cls, s)[0], types.FunctionType) for s in found):
        low.refuse(node, f"{cls.__name__} is written in C: its attributes are not followed", remedy)
    if found:
        low.refuse(node, f"{cls.__name__} computes its attributes ({', '.join(found)})", remedy)


def super_attribute(low: Lowering, node: Any, made: Super, name: str) -> Atom:
    of_class = isinstance(made.base, Const) and isinstance(made.base.value, type)  # in a classmethod
    cls = made.base.value if of_class else class_of_instance(low, made.base)  # type: ignore[union-attr]
    assert cls is not None
    value, owner = find(cls, name, after=made.cls)
    if owner is object and name == "__init__":
        looked_up(low, made.base, cls, name, value, made.cls)
        return Const(Method(Const(_no_init), made.base))
    if not of_class or owner is None or isinstance(value, (staticmethod, property)):
        return class_attribute(low, node, made.base, cls, name, value, owner, made.cls)
    looked_up(low, made.base, cls, name, value, made.cls)
    if isinstance(value, classmethod):
        return Const(Method(Const(value.__func__, name), made.base))
    if isinstance(value, types.FunctionType):
        return Const(value, name)
    return low.captured(owner, "attribute", name, value)


def _no_init(self: Any) -> None:
    """`object.__init__`."""


# -- writing ---------------------------------------------------------------------------------------------


def write_attribute(low: Lowering, node: Any, base: Atom, name: str, value: Atom) -> None:
    """`base.name = value`."""
    cls = class_of_instance(low, base)
    if cls is None:
        what = describe(low.type(base))
        if name == "shape":
            text = getattr(getattr(node, "value", None), "id", "a")
            low.refuse(node, f"{text}.shape = ... changes the array under all of its names",
                       f"write {text} = {text}.reshape(...)")  # fmt: skip
        if isinstance(base, Const) and isinstance(base.value, type):
            low.refuse(node, f"the class {base.value.__name__} was made outside of the function: a write into it would "
                             "last beyond the call",
                       f"keep it in the instance, self.{name} = ..., or in a local variable")  # fmt: skip
        low.refuse(node, f"the attribute {name!r} of {what} is not written",
                   "write into one that the function makes, or that is found by literal keys; where it is found at run "
                   "time, write in a branch for each, if i == 0: items[0].v = ...; or return the value")  # fmt: skip
    found, _ = find(cls, name)
    if isinstance(found, property):
        if found.fset is None:
            low.refuse(node, f"the property {name!r} of {cls.__name__} cannot be set", "give it a setter")
        looked_up(low, base, cls, name, found)
        low.call(node, Const(found.fset, name), [base, value], {})
        return
    if is_data_descriptor(found):
        low.refuse(node, f"{name!r} of {cls.__name__} is a descriptor that is not followed", "use a property")
    if dataclasses.is_dataclass(cls) and cls.__dataclass_params__.frozen:  # type: ignore[attr-defined]
        low.refuse(node, f"{cls.__name__} is frozen", f"make a new one: dataclasses.replace(..., {name}=...)")
    if is_named_tuple(cls):
        low.refuse(node, f"{cls.__name__} is a named tuple: its attributes are not written",
                   f"make another, p = p._replace({name}=...)")  # fmt: skip
    own = isinstance(base, Const)  # __getattr__ is asked for what is not there: see where that is read
    check_special(low, node, cls, f"use a dataclass or a plain class, or a local variable: {name} = ...",
                  SPECIAL if own else SPECIAL[1:])  # fmt: skip
    if isinstance(base, Const):
        if low.heap.apart:
            low.refuse(node, f"a recursive function writes into {base.name or cls.__name__}, made outside of it",
                       f"pass its {name} as an argument, and return the new one: return result, {name}")
        low.heap.set_attribute(base, name, value, outside_attribute(low, base, name) or UNDEFINED)
        return
    put_attribute(low, node, base, cls, name, value)


def is_set_by_code(low: Lowering, base: Atom, name: str) -> bool:
    """Whether `base.name = value` does more than to bind a name: a property, `__setattr__`; or fails."""
    cls = class_of_instance(low, base)
    if cls is None:
        return False
    setter = find(cls, "__setattr__")[1]
    return isinstance(find(cls, name)[0], property) or setter not in (None, *BY_OBJECT) or is_named_tuple(cls)


def put_attribute(low: Lowering, node: Any, base: Atom, cls: type, name: str, value: Atom) -> None:
    """Give an instance that the function made this attribute."""
    known = low.heap.contents(base)
    if known is None and low.heap.replace_part(base, name, value):
        return
    if known is None:
        low.refuse(node, f"this {cls.__name__} may be one of several objects here, of a list or of two paths",
                   "write into each of two in its own branch, under its own name; in place of a list of objects, keep "
                   f"their numbers in arrays, one row for each: {name}[i] = ...")  # fmt: skip
    items = dict(zip(known.keys, known.items or (), strict=True))
    items[name] = value
    low.heap.set_contents(base, tuple(items.values()), tuple(items))


# -- building and calling --------------------------------------------------------------------------------


def construct(low: Lowering, node: Any, cls: type, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    """`cls(*args, **kwargs)`."""
    if is_named_tuple(cls):
        check_rebuilt(low, node, cls)
        return pack(low, cls, bind_fields(low, node, cls, list(cls._fields), cls._field_defaults, args, kwargs))  # type: ignore[attr-defined]
    new, owner = find(cls, "__new__")
    abstract = sorted(getattr(cls, "__abstractmethods__", ()))
    if abstract:
        low.refuse(node, f"{cls.__name__} is abstract: it does not define {', '.join(abstract)}", "define them")
    if (new is not None and owner is not object) or type(cls) not in (type, abc.ABCMeta):
        how = f"__new__ of {owner.__name__}" if owner not in (None, object) else f"metaclass {type(cls).__name__}"
        low.refuse(node, f"{cls.__name__} builds its instances in its own way ({how})",
                   "write a plain class with __init__, or a function; or, if it holds nothing that is differentiated, "
                   "build it once at module level")  # fmt: skip
    init, owner = find(cls, "__init__")
    if dataclasses.is_dataclass(cls) and is_generated(init):
        return build_dataclass(low, node, cls, args, kwargs)
    made = pack(low, cls, {})
    looked_up(low, made, cls, "__init__", init)
    if isinstance(init, types.FunctionType):
        low.call(node, Const(init, "__init__"), [made, *args], kwargs)
    elif args or kwargs:
        low.refuse(node, f"{cls.__name__}() takes no arguments", "leave them out")
    return made


def check_rebuilt(low: Lowering, node: Any, cls: type) -> None:
    """Refuse a class whose instances are not just their parts: they, and their derivatives, are made of parts."""
    setter = find(cls, "__setattr__")
    own = ["__setattr__"] if setter[1] not in (None, *BY_OBJECT) and not is_generated(setter[0]) else []
    if is_named_tuple(cls):
        base = next(c for c in cls.__mro__ if tuple in c.__bases__)
        names = ("__new__", "_replace", "_asdict", *cls._fields)  # type: ignore[attr-defined]
        own += [n for n in names if find(cls, n)[1] is not base]
        defaults = tuple(cls._field_defaults.values())  # type: ignore[attr-defined]
        if not own and (cls.__new__.__defaults__ or ()) != defaults:
            own = ["__new__.__defaults__"]
    if own:
        remedy = f"leave {own[0]} out, or give it another name, where it is called, too"
        if own[0].startswith("__new__"):
            remedy = ("leave it out, and write a function that calls the class: "
                      f"def make(x, y): return {cls.__name__}(2.0 * x, y)")  # fmt: skip
        low.refuse(node, f"{cls.__name__} has {own[0]} of its own: its instances, and their derivatives, are made of "
                         "their parts", remedy)  # fmt: skip


def is_generated(init: Any) -> bool:
    code = getattr(init, "__code__", None)
    return code is not None and code.co_filename == "<string>"


def pack(low: Lowering, cls: type, parts: dict[str, Atom]) -> Atom:
    return low.builder.apply(PACK_DICT, (Const(Fields(parts, cls)), *parts.values()))


def bind_fields(
    low: Lowering, node: Any, cls: type, names: list[str], defaults: dict[str, Any], args: list[Atom],
    kwargs: dict[str, Atom]
) -> dict[str, Atom]:  # fmt: skip
    """Fields to atoms, as the generated `__init__` binds them."""
    parts: dict[str, Atom] = dict(zip(names, args, strict=False))
    wrong = [k for k in kwargs if k not in names or k in parts]
    if len(args) > len(names) or wrong:
        low.refuse(node, f"{cls.__name__}() takes {', '.join(names)}", "check the arguments")
    parts.update(kwargs)
    for name in names:
        if name not in parts:
            if name not in defaults:
                low.refuse(node, f"{cls.__name__}() misses {name!r}", f"pass {name!r}")
            parts[name] = Const(defaults[name], name)
    return {name: parts[name] for name in names}


def build_dataclass(low: Lowering, node: Any, cls: type, args: list[Atom], kwargs: dict[str, Atom]) -> Atom:
    fields = init_fields(cls)
    check_special(low, node, cls, "use a plain dataclass", ("__setattr__",))
    unlike = [f.name for f in fields if is_data_descriptor(find(cls, f.name)[0])]
    if unlike:
        low.refuse(node, f"{unlike[0]!r} of {cls.__name__} is a descriptor and a field",
                   "use a plain field")  # fmt: skip
    missing = dataclasses.MISSING
    if any(f.kw_only for f in fields) or any(f.default is missing and f.default_factory is missing and not f.init
                                             for f in fields):  # fmt: skip
        low.refuse(node, f"{cls.__name__} has fields that are keyword-only, or set in __post_init__ alone",
                   "give such a field a default")  # fmt: skip
    made = {f.name: low.call(node, Const(f.default_factory, f.name), [], {})
            for f in fields if f.default_factory is not missing and f.name not in kwargs}  # fmt: skip
    defaults = {f.name: f.default for f in fields if f.default is not missing}
    taken = [f.name for f in fields if f.init]
    given = dict(zip(taken, args, strict=False))
    more = {n: a for n, a in made.items() if n not in given and n in taken}
    parts = bind_fields(low, node, cls, taken, defaults, args, {**kwargs, **more})
    for f in fields:
        if f.name not in parts:
            parts[f.name] = made[f.name] if f.name in made else Const(defaults[f.name], f.name)
    instance = pack(low, cls, {f.name: parts[f.name] for f in dataclasses.fields(cls)})
    post, _ = find(cls, "__post_init__")
    if "__post_init__" in find(cls, "__init__")[0].__code__.co_names:  # one defined later is not called
        looked_up(low, instance, cls, "__post_init__", post)
        given_on = [parts[f.name] for f in fields if is_init_only(f)]
        low.call(node, Const(post, "__post_init__"), [instance, *given_on], {})
    return instance


def init_fields(cls: type) -> list[dataclasses.Field[Any]]:
    """What `__init__` of a dataclass knows: its fields, and what it hands on to `__post_init__` (`InitVar`)."""
    own = {f.name for f in dataclasses.fields(cls)}
    return [f for f in cls.__dataclass_fields__.values() if f.name in own or is_init_only(f)]  # type: ignore[attr-defined]


def is_init_only(f: dataclasses.Field[Any]) -> bool:
    return f._field_type is dataclasses._FIELD_INITVAR  # type: ignore[attr-defined]


def replace_fields(low: Lowering, node: Any, base: Atom, kwargs: dict[str, Atom]) -> Atom:
    """`p._replace(x=...)`, `dataclasses.replace(p, x=...)`."""
    cls = class_of_instance(low, base)
    if cls is None:
        low.refuse(node, "only dataclasses and named tuples are copied with new fields", "build the value anew")
    names = list(cls._fields) if is_named_tuple(cls) else [f.name for f in init_fields(cls) if f.init]  # type: ignore[attr-defined]
    wrong = [n for n in kwargs if n not in names]
    if wrong:
        low.refuse(node, f"{cls.__name__} has no field {wrong[0]!r} that can be given", f"give {', '.join(names)}")
    only = [] if is_named_tuple(cls) else [f for f in init_fields(cls) if is_init_only(f)]
    missing = [f.name for f in only if f.name not in kwargs and f.default is dataclasses.MISSING]
    if missing:
        low.refuse(node, f"{cls.__name__} keeps no {missing[0]!r}: it must be given anew", f"give {missing[0]}=...")
    parts = {n: kwargs[n] if n in kwargs else read_attribute(low, node, base, cls, n) for n in names}
    return construct(low, node, cls, [], parts)


def special_method(low: Lowering, base: Atom, name: str) -> Atom | None:
    """A method such as `__add__`, if the value is an instance of a user's class that has it."""
    cls = class_of_instance(low, base)
    if cls is None:
        return None
    value, owner = find(cls, name)
    if isinstance(value, types.FunctionType) and not is_foreign(owner) and not is_generated(value):
        looked_up(low, base, cls, name, value)
        return Const(Method(Const(value, name), base))
    if owner is None:
        looked_up(low, base, cls, name, ...)  # it may be defined later
    return None


__all__ = ["Method", "Super", "class_of_instance", "construct", "read_attribute", "replace_fields",
           "special_method", "super_attribute", "write_attribute"]  # fmt: skip
