"""The command line: `tangent-ad build`, `show`, `demo` and `rules`.

Errors go to stderr as `file:line:col: reason`, a line with the remedy below; the exit status is 2.
"""

from __future__ import annotations

import argparse
import difflib
import importlib
import importlib.util
import inspect
import os
import shlex
import sys
import tempfile
import traceback
import types
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from tangent_ad import demo
from tangent_ad.annotations import BadType, argument_types
from tangent_ad.api import KINDS, plain_function, plan_of
from tangent_ad.backend.options import NAMES as BACKENDS
from tangent_ad.derive import NotOneNumber
from tangent_ad.errors import Refused
from tangent_ad.ir.nodes import Const
from tangent_ad.ir.program import signature_of
from tangent_ad.ir.types import Type, Unknown, is_differentiable
from tangent_ad.plan import Options, Plan
from tangent_ad.rules.document import listing
from tangent_ad.specialise import is_static
from tangent_ad.standalone import Provenance, standalone

DISTRIBUTION = "tangent-ad-compiler"
FAILED = 2


class CommandError(Exception):
    """What the user is told: where, why, and what to do."""

    def __init__(self, place: str, reason: str, remedy: str) -> None:
        super().__init__(f"{place}: {reason}\n  remedy: {remedy}")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status: 0, or 2 for an error."""
    options = parser().parse_args(argv)
    try:
        return int(options.run(options))
    except (CommandError, Refused) as error:
        print(error, file=sys.stderr)
    except BrokenPipeError:  # `tangent-ad show ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return FAILED


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="tangent-ad", description="Derivatives of NumPy programs, as programs."
    )
    top.add_argument("--version", action="version", version=f"tangent-ad {version()}")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    build = commands.add_parser(
        "build", help="write the derivative of a function as a module that needs NumPy only"
    )
    build.set_defaults(run=run_build)
    build.add_argument("-o", "--output", metavar="FILE", help="write it there; by default to standard output")
    show = commands.add_parser("show", help="print the module that build writes")
    show.set_defaults(run=run_show, output=None)
    for command in (build, show):
        _add_target(command)
    shown = commands.add_parser(
        "demo", help="differentiate a small neural network, check the gradient, train it"
    )
    shown.set_defaults(run=run_demo)
    rules = commands.add_parser("rules", help="list the operations that have a derivative rule")
    rules.add_argument("name", nargs="?", default="", help="only those with this in their name")
    rules.set_defaults(run=run_rules)
    return top


def _add_target(command: argparse.ArgumentParser) -> None:
    command.add_argument("target", help="pkg.mod:function or path/to/file.py:function")
    command.add_argument("--wrt", metavar="X,Y", help="parameters to differentiate; by default the first")
    command.add_argument("--kind", choices=KINDS, default="grad", help="what to build; by default grad")
    types = 'type of a parameter, as "x: float64[n, m]"; by default its annotation'
    passes = '"-fold" leaves a pass out, "simplify,fold" runs only these, "" none; by default all run'
    command.add_argument("--optimise", metavar="PASSES", default="all", help=passes)
    backend = '"numpy" is for scalar loops and large arrays; by default "plain"'
    command.add_argument("--backend", choices=BACKENDS, default="plain", help=backend)
    command.add_argument("--threads", type=int, default=1, help="for large arrays, with --backend numpy; by default 1")
    command.add_argument("--arg", action="append", default=[], dest="types", metavar="TYPE", help=types)


def version() -> str:
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return "(not installed)"


def run_build(options: argparse.Namespace) -> int:
    text = derivative_module(options)
    if options.output is None:
        sys.stdout.write(text)
    else:
        write_atomically(Path(options.output), text)
    return 0


def run_show(options: argparse.Namespace) -> int:
    demo.show_code(sys.stdout, derivative_module(options))
    return 0


def run_demo(options: argparse.Namespace) -> int:
    return demo.run(sys.stdout)


def run_rules(options: argparse.Namespace) -> int:
    lines = listing(options.name)
    if not lines:
        raise CommandError(
            options.name, "no operation of this name has a derivative rule",
            "give it one, help(tangent_ad.rules), or see what has: tangent-ad rules",
        )  # fmt: skip
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


# -- the module --------------------------------------------------------------------------------------


def derivative_module(options: argparse.Namespace) -> str:
    """The text of the module that the options ask for."""
    fun = find_function(options.target)
    function = plain_function(fun)
    place = f"{function.__code__.co_filename}:{function.__code__.co_firstlineno}:1"
    if options.output is not None and _same_file(options.output, function.__code__.co_filename):
        raise CommandError(
            place, f"-o {options.output} would replace the source itself", "choose another file"
        )
    given = given_types(options.types, function, place)
    try:
        found, reader = argument_types(function, given)
    except BadType as error:
        raise CommandError(place, str(error), "correct its --arg or its annotation") from None
    arguments = {name: _or_default(function, name, t) for name, t in found.items()}
    wrt = chosen_parameters(options.wrt, function, arguments, place)
    try:
        made_so = Options.of(options.optimise, options.backend, options.threads)
        plan = plan_of(fun, options.kind, wrt, len(wrt) == 1, made_so)
    except ValueError as error:
        reason, _, remedy = str(error).rpartition("; ")
        raise CommandError(place, reason, remedy) from None
    described = [
        f"{n}: {reader.describe(t)}" for n, t in arguments.items() if not isinstance(t, (Const, Unknown))
    ]
    described += [f"{n} = {_name_of(t.value)}" for n, t in arguments.items() if isinstance(t, Const)]
    made = Provenance(
        options.target, _shown_path(function), command_of(options), "; ".join(described), version()
    )
    return _standalone(plan, arguments, made, place)


def _standalone(plan: Plan, arguments: dict[str, Type | Const], made: Provenance, place: str) -> str:
    try:
        text, disconnected = standalone(plan, arguments, made)
    except NotOneNumber as error:
        reason, _, remedy = str(error).partition("; ")
        raise CommandError(place, reason, remedy or "return one number") from None
    except Refused:
        raise
    except Exception as error:
        if os.environ.get("TANGENT_AD_VERIFY", "") not in ("", "0"):
            raise
        what = f"tangent-ad itself failed: {type(error).__name__}: {error}"
        raise CommandError(place, what, "please report it; TANGENT_AD_VERIFY=1 shows where") from None
    for name in disconnected:
        function = plan.function.__name__
        print(
            f"{place}: warning: {function} does not depend on {name!r}: its derivative is zero",
            file=sys.stderr,
        )
    return text


def _same_file(one: str, other: str) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False


def _shown_path(function: types.FunctionType) -> str:
    """The file as seen from here, so that the text is the same on every machine."""
    path = Path(function.__code__.co_filename)
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else path.name


def command_of(options: argparse.Namespace) -> str:
    """The command that builds this module again."""
    words = ["tangent-ad", "build", options.target]
    words += ["--wrt", options.wrt] if options.wrt is not None else []
    words += ["--kind", options.kind] if options.kind != "grad" else []
    words += ["--optimise=" + options.optimise] if options.optimise != "all" else []
    words += ["--backend", options.backend] if options.backend != "plain" else []
    words += ["--threads", str(options.threads)] if options.threads != 1 else []
    for text in options.types:
        words += ["--arg", text]
    words += ["-o", options.output] if options.output is not None else []
    return shlex.join(words)


# -- parameters --------------------------------------------------------------------------------------


def given_types(texts: Sequence[str], function: types.FunctionType, place: str) -> dict[str, str]:
    """--arg "x: float64[n]" as {"x": "float64[n]"}."""
    names = list(signature_of(function).parameters)
    found: dict[str, str] = {}
    for text in texts:
        name, colon, described = (part.strip() for part in text.partition(":"))
        if not colon or not described:
            raise CommandError(place, f"--arg {text!r} is not `name: type`", 'write --arg "x: float64[n, m]"')
        if name not in names:
            raise CommandError(place, f"--arg {text!r}: {function.__name__} has no parameter {name!r}",
                               f"choose from {', '.join(names)}")  # fmt: skip
        found[name] = described
    return found


def _or_default(function: types.FunctionType, name: str, t: Type | None) -> Type | Const:
    """A type; an option without one (`axis=None`, `act=np.tanh`) is fixed at its default."""
    if t is not None:
        return t
    default = signature_of(function).parameters[name].default
    if default is not inspect.Parameter.empty and is_static(default):
        return Const(default, name)
    return Unknown()


def _name_of(value: Any) -> str:
    return getattr(value, "__name__", None) or repr(value)


def chosen_parameters(
    wrt: str | None, function: types.FunctionType, arguments: dict[str, Type | Const], place: str
) -> tuple[str, ...]:
    """The parameters to differentiate."""
    names = list(arguments)
    if not names:
        raise CommandError(place, f"{function.__name__} has no parameters", "pass it what to differentiate")
    chosen = [n.strip() for n in wrt.split(",") if n.strip()] if wrt is not None else names[:1]
    if not chosen or len(set(chosen)) < len(chosen):
        raise CommandError(
            place, f"--wrt {wrt!r} names no parameter, or one twice", f"choose from {', '.join(names)}"
        )
    for name in chosen:
        if name not in names:
            raise CommandError(
                place, f"{function.__name__} has no parameter {name!r}", f"choose from {', '.join(names)}"
            )
        t = arguments[name]
        if isinstance(t, Const) or not is_differentiable(t):
            raise CommandError(place, f"{name!r} holds no floats, so it has no derivative",
                               "give it a float type, or choose other parameters with --wrt")  # fmt: skip
    return tuple(chosen)


# -- finding the function ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Target:
    """`model:loss` or `path/to/model.py:loss`."""

    module: str
    name: str

    @property
    def is_file(self) -> bool:
        return self.module.endswith(".py") or "/" in self.module or os.sep in self.module


def find_function(text: str) -> Any:
    """The function that a target names; imports its module."""
    module, colon, name = text.rpartition(":")
    if not colon or not module or not name:
        raise CommandError(text, "which function?", "write pkg.mod:function or path/to/file.py:function")
    target = Target(module, name)
    found: Any = import_file(Path(module)) if target.is_file else import_module(module)
    file = getattr(found, "__file__", None) or module
    for part in name.split("."):
        if not hasattr(found, part):
            raise CommandError(f"{file}:1:1", f"there is no function {name!r}", _suggestion(part, found))
        found = getattr(found, part)
    try:
        plain_function(found)
    except TypeError:
        reason = f"{name!r} is not a Python function but of type {type(found).__name__}"
        raise CommandError(f"{file}:1:1", reason, "name one that is defined with def") from None
    return found


def _suggestion(name: str, holder: Any) -> str:
    functions = [n for n, v in vars(holder).items() if isinstance(v, types.FunctionType)]
    close = difflib.get_close_matches(name, functions, 1)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"choose from {', '.join(functions)}" if functions else "it defines no functions"


def import_file(path: Path) -> types.ModuleType:
    """Import a file by its path: not as `__main__`, its folder on sys.path meanwhile."""
    if not path.is_file():
        raise CommandError(
            f"{path}", "there is no such file", "check the path; a module is written pkg.mod:function"
        )
    path = path.resolve()
    name = path.stem if path.stem not in sys.modules else f"_{path.stem}_to_differentiate"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise CommandError(f"{path}", "this is not a Python file", "name a file that ends in .py")
    module = importlib.util.module_from_spec(spec)
    with importing(str(path.parent), str(path)):
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[name]
            raise
    return module


def import_module(name: str) -> types.ModuleType:
    with importing(os.getcwd(), name):
        return importlib.import_module(name)


@contextmanager
def importing(folder: str, subject: str) -> Iterator[None]:
    """With a folder on sys.path, tell what goes wrong in an import by the line of the user's code."""
    sys.path.insert(0, folder)
    try:
        yield
    except SyntaxError as error:
        place = f"{error.filename or subject}:{error.lineno or 1}:{error.offset or 1}"
        raise CommandError(place, f"{error.msg}", "correct the syntax") from None
    except ModuleNotFoundError as error:
        remedy = "install it, or name the function by its file: path/to/file.py:function"
        raise CommandError(_raised_at(error, subject), str(error), remedy) from None
    except (Exception, SystemExit) as error:
        reason = f"importing it raises {type(error).__name__}: {error}"
        raise CommandError(_raised_at(error, subject), reason, "make the module importable") from None
    finally:
        if folder in sys.path:
            sys.path.remove(folder)


def _raised_at(error: BaseException, subject: str) -> str:
    """The last line outside the import system and this file."""
    frames = [f for f in traceback.extract_tb(error.__traceback__)
              if f.filename != __file__ and "importlib" not in f.filename]  # fmt: skip
    return f"{frames[-1].filename}:{frames[-1].lineno}:1" if frames else f"{subject}:1:1"


# -- output ------------------------------------------------------------------------------------------


def write_atomically(path: Path, text: str) -> None:
    """Replace a file in one step: nobody sees half a module."""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise CommandError(
            str(path), f"cannot be written: {error.strerror}", "choose a folder that can be"
        ) from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        os.chmod(temporary, path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        os.replace(temporary, path)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        raise CommandError(str(path), f"cannot be written: {error.strerror}", "choose another file") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
