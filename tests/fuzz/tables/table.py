"""All programs that a text with holes gives: few parts, met in every way."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

HOLE = re.compile(r"<(\w+?)(\d*)>")


@dataclass(frozen=True)
class Table:
    """The programs of one text.

    Attributes:
        about: what they try.
        text: a module with `f` and `inputs`. `<write>` is a hole for one of the parts called `write`; `<write1>`
            and `<write2>` are two of them, chosen apart. Parts may have holes themselves.
        parts: what fits into holes, by their name.
    """

    about: str
    text: str
    parts: dict[str, tuple[str, ...]]

    def program(self, rng: random.Random) -> str:
        """One of the programs."""
        chosen: dict[str, str] = {}
        text = self.text
        while hole := HOLE.search(text):
            name = hole.group(1)
            part = chosen.setdefault(hole.group(0), rng.choice(self.parts[name]))
            line = text[text.rfind("\n", 0, hole.start()) + 1 : hole.start()]
            indent = line[: len(line) - len(line.lstrip())]
            text = text[: hole.start()] + part.replace("\n", "\n" + indent) + text[hole.end() :]
        return text
