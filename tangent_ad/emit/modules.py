"""Generated modules as real files: written atomically, verified before they run, found again later.

A file of the cache is a Python module. Its first line holds the digest of the rest; its last line, a
comment, says what it was made from. Processes may race: each writes a file of its own and renames it.
Nothing runs that another user could have written.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import hashlib
import importlib.util
import json
import linecache
import os
import shutil
import stat
import tempfile
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from platformdirs import user_cache_dir

MARK, MANIFEST = "# tangent_ad module, sha256 ", "# made from "
MOST_VARIANTS = 16  # of one program, for different values of the globals it reads

Steps = tuple[str, ...]


@dataclass(frozen=True)
class Manifest:
    """What a module was made from, and what its free names stand for.

    Attributes:
      made_from: (path, digest) pairs.
      same: pairs of paths that led to one object.
      bindings: name to path.
      notes: facts for the caller.
    """

    made_from: tuple[tuple[Steps, str], ...]
    same: tuple[tuple[Steps, Steps], ...]
    bindings: Mapping[str, Steps]
    notes: Mapping[str, Any]

    def to_json(self) -> str:
        return json.dumps([self.made_from, self.same, dict(self.bindings), dict(self.notes)])

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Raises ValueError, TypeError or AttributeError for what `to_json` did not write."""
        made_from, same, bindings, notes = json.loads(text)
        return cls(
            tuple((tuple(steps), str(d)) for steps, d in made_from),
            tuple((tuple(a), tuple(b)) for a, b in same),
            {name: tuple(steps) for name, steps in bindings.items()},
            dict(notes),
        )


@dataclass(frozen=True)
class Stored:
    """A module found or written: its file and the text of it, read once."""

    path: Path
    text: str
    manifest: Manifest


# -- the folder ------------------------------------------------------------------------------------


def cache_directory() -> Path:
    """The folder of generated modules: TANGENT_AD_CACHE, or one in the user's cache directory.

    Where that cannot be used, a temporary folder that this process removes when it ends: generated code
    has to live in a file for tracebacks and debuggers.
    """
    return _usable(os.environ.get("TANGENT_AD_CACHE") or user_cache_dir("tangent-ad-compiler"))


def _usable(chosen: str) -> Path:
    path = Path(chosen)
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not _is_ours(path.stat()):
            _warn_shared(str(path))
            return private_directory()
        if os.access(path, os.W_OK | os.X_OK):
            return path
    except OSError:
        pass  # a home that cannot be written, or a file of that name
    return private_directory()


def _is_ours(status: os.stat_result) -> bool:
    """Whether nobody but this user and root may have written it. Windows keeps profiles apart by itself."""
    if not hasattr(os, "geteuid"):
        return True
    return status.st_uid in (os.geteuid(), 0) and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


@functools.cache
def _warn_shared(path: str) -> None:
    warnings.warn(
        f"the cache {path} can be written by others and is not used; make it yours alone: chmod 700 {path}",
        RuntimeWarning, stacklevel=2,
    )  # fmt: skip


@functools.cache
def private_directory() -> Path:
    """A folder for this process alone, removed when it ends."""
    path = Path(tempfile.mkdtemp(prefix="tangent-ad-"))
    owner = os.getpid()

    def remove() -> None:
        if os.getpid() == owner:  # not in a forked child, whose parent still uses it
            shutil.rmtree(path, ignore_errors=True)

    atexit.register(remove)
    return path


# -- writing ---------------------------------------------------------------------------------------


def write(key: str, stem: str, text: str, manifest: Manifest, lasting: bool = True) -> Stored:
    """Store a module under a key. `lasting` False: for this process alone."""
    body = f"{text.rstrip()}\n\n{MANIFEST}{manifest.to_json()}\n"
    whole = f"{MARK}{hashlib.sha256(body.encode()).hexdigest()}\n{body}"
    variant = hashlib.sha256(body.encode()).hexdigest()[:12]
    name = f"{stem}_{key}_{variant}.py"
    folder = cache_directory() if lasting else private_directory()
    try:
        path = _write_atomically(folder / key[:2], name, whole)
        _drop_oldest(path.parent, f"{stem}_{key}_*.py")
    except OSError:  # a full disk, or a folder that went away
        try:
            path = _write_atomically(private_directory(), name, whole)
        except OSError:
            path = Path(f"<{name}>")  # in memory: `load` gives linecache the text
    return Stored(path, whole, manifest)


def _write_atomically(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=folder, suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        os.replace(temporary, folder / name)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return folder / name


def _drop_oldest(folder: Path, pattern: str) -> None:
    """Keep the newest variants of a program whose globals take ever new values."""
    variants = list(folder.glob(pattern))
    if len(variants) > MOST_VARIANTS:
        for path in sorted(variants, key=_age)[:-MOST_VARIANTS]:
            path.unlink(missing_ok=True)


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # another process removed it
        return 0.0


# -- reading ---------------------------------------------------------------------------------------


def look_up(key: str, stem: str, current: Callable[[Manifest], bool]) -> Stored | None:
    """The stored module of a key whose sources are still what they were; damaged files are removed."""
    for path in sorted((cache_directory() / key[:2]).glob(f"{stem}_{key}_*.py")):
        stored = read(path)
        if stored is None:
            _remove(path)
        elif current(stored.manifest):
            return stored
    return None


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):  # not ours to remove; it is not run either
        path.unlink(missing_ok=True)


def read(path: Path) -> Stored | None:
    """A stored module, None if the file is not intact or not ours."""
    try:
        with open(path, encoding="utf-8") as stream:
            if path.is_symlink() or not _is_ours(os.fstat(stream.fileno())):
                return None
            text = stream.read()
    except (OSError, UnicodeDecodeError):
        return None
    first, _, body = text.partition("\n")
    if first != f"{MARK}{hashlib.sha256(body.encode()).hexdigest()}":
        return None
    last = body.rstrip("\n").rpartition("\n")[2]
    if not last.startswith(MANIFEST):
        return None
    try:
        return Stored(path, text, Manifest.from_json(last[len(MANIFEST) :]))
    except (ValueError, TypeError, AttributeError):
        return None


def load(stored: Stored, bindings: Mapping[str, Any]) -> ModuleType:
    """Run a module with its free names bound. What was verified is what runs: the file is not read again."""
    path = str(stored.path)
    spec = importlib.util.spec_from_loader(
        f"tangent_ad_generated.{stored.path.stem}", loader=None, origin=path
    )
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    module.__file__ = path
    # Tracebacks, debuggers and inspect.getsource find the lines even if another process drops the file.
    linecache.cache[path] = (len(stored.text), None, stored.text.splitlines(keepends=True), path)
    vars(module).update(bindings)
    exec(compile(stored.text, path, "exec", dont_inherit=True), vars(module))
    return module


def source_of(stored: Stored) -> str:
    """The text of a stored module, without the lines that only the cache reads."""
    lines = [line for line in stored.text.splitlines() if not line.startswith((MARK, MANIFEST))]
    return "\n".join(lines).strip() + "\n"
