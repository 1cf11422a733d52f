"""Generated modules as real files: written atomically, verified before they run, found again later.

A file of the cache is a Python module. Its first line holds the digest of the rest; its last line, a
comment, says what it was made from. Processes may race: each writes a file of its own and renames it.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from platformdirs import user_cache_dir

MARK, MANIFEST = "# tangent_ad module, sha256 ", "# made from "


@dataclass(frozen=True)
class Manifest:
    """What a module was made from, and what its free names stand for.

    `made_from`: (path, digest) pairs; `bindings`: name to path; `notes`: facts for the caller.
    """

    made_from: tuple[tuple[tuple[str, ...], str], ...]
    bindings: Mapping[str, tuple[str, ...]]
    notes: Mapping[str, Any]


def cache_directory() -> Path:
    """The folder of generated modules: TANGENT_AD_CACHE, or one in the user's cache directory."""
    chosen = os.environ.get("TANGENT_AD_CACHE") or user_cache_dir("tangent-ad-compiler")
    path = Path(chosen)
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.access(path, os.W_OK):
            return path
    except OSError:
        pass  # a home that cannot be written: generated code still has to live in a file
    return Path(tempfile.mkdtemp(prefix="tangent-ad-"))


def write(key: str, stem: str, text: str, manifest: Manifest) -> Path:
    """Store a module under a key; returns its file."""
    record = json.dumps([manifest.made_from, dict(manifest.bindings), dict(manifest.notes)])
    body = f"{text.rstrip()}\n\n{MANIFEST}{record}\n"
    whole = f"{MARK}{hashlib.sha256(body.encode()).hexdigest()}\n{body}"
    folder = cache_directory() / key[:2]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    variant = hashlib.sha256(record.encode()).hexdigest()[:12]
    path = folder / f"{stem}_{key}_{variant}.py"
    handle, temporary = tempfile.mkstemp(dir=folder, suffix=".tmp")
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(whole)
    os.replace(temporary, path)
    return path


def look_up(key: str, stem: str, current: Callable[[Manifest], bool]) -> tuple[Path, Manifest] | None:
    """The stored module of a key whose sources are still what they were; damaged files are removed."""
    for path in sorted((cache_directory() / key[:2]).glob(f"{stem}_{key}_*.py")):
        manifest = read_manifest(path)
        if manifest is None:
            path.unlink(missing_ok=True)
        elif current(manifest):
            return path, manifest
    return None


def read_manifest(path: Path) -> Manifest | None:
    """The manifest of a file, None if the file is not intact."""
    try:
        first, _, body = path.read_text(encoding="utf-8").partition("\n")
    except (OSError, UnicodeDecodeError):
        return None
    if first != f"{MARK}{hashlib.sha256(body.encode()).hexdigest()}":
        return None
    last = body.rstrip("\n").rpartition("\n")[2]
    if not last.startswith(MANIFEST):
        return None
    made_from, bindings, notes = json.loads(last[len(MANIFEST) :])
    return Manifest(
        tuple((tuple(steps), d) for steps, d in made_from), {k: tuple(v) for k, v in bindings.items()}, notes
    )


def load(path: Path, bindings: Mapping[str, Any]) -> ModuleType:
    """Run a module file with its free names bound."""
    name = f"tangent_ad_generated.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    vars(module).update(bindings)
    dont_write, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = dont_write
    return module


def source_of(path: Path) -> str:
    """The text of a stored module, without the lines that only the cache reads."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith((MARK, MANIFEST))).strip() + "\n"
