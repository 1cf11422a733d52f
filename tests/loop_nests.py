"""Random loop nests over arrays, for tests of the NumPy backend: text, and the arrays to call it with.

Most of their turns do not depend on each other; some read what another turn wrote, and must stay loops.
"""

from __future__ import annotations

import random

import numpy as np

UNARY = ("np.sin({})", "np.tanh({})", "math.sin({})", "np.exp(-np.abs({}))", "-{}", "{} ** 2",
         "math.sqrt({} ** 2 + 1.0)", "abs({})", "max({}, 0.25)", "min(0.5, {})")  # fmt: skip
BINARY = ("{} + {}", "{} - {}", "{} * {}", "({} * 0.5 if {} > 0.1 else 0.3)", "{} / (2.0 + {} ** 2)")


class Nest:
    """One program from one number: `text` defines `f`, `args(size)` gives its arguments.

    `sizes`: those of the arrays, where they are known when the loops are built; then an index may wrap around.
    """

    def __init__(self, seed: int, sizes: tuple[int, int] | None = None) -> None:
        self.sizes = sizes
        self.rng = random.Random(seed)
        self.depth = self.rng.choice((1, 1, 2, 2, 3))
        self.matrix = self.depth > 1
        self.lines: list[str] = []
        self.locals: list[str] = []
        self.text = self.program()

    def args(self, n: int, m: int, seed: int = 0) -> tuple[np.ndarray, ...]:
        rng = np.random.default_rng(seed)
        return tuple(rng.normal(size=(n, m) if self.matrix else (n,)) for _ in "ab")

    # -- text ------------------------------------------------------------------------------------------

    def program(self) -> str:
        pick = self.rng.choice
        axes = 2 if self.matrix else 1
        shape = "(a.shape[0], a.shape[1])" if self.matrix else "len(a)"
        self.put(0, "def f(a, b):")
        if self.sizes is not None:
            for array in "ab":
                self.put(1, f"{array} = {array} + np.zeros({self.sizes[:axes]})")
        self.put(1, f"y = {pick(('np.zeros({})', 'np.ones({})')).format(shape)}")
        self.put(1, "z = a * 0.5")
        self.put(1, "s = 0.0")
        for axis in range(axes):
            self.put(1, f"n{axis} = a.shape[{axis}]")
        for _ in range(self.rng.choice((1, 1, 2))):
            self.loops(axes)
        self.put(1, f"return s + np.sum(y * {pick(('y', 'z', '0.5'))}) + np.sum(z)")
        return "import math\nimport numpy as np\n\n\n" + "\n".join(self.lines) + "\n"

    def put(self, depth: int, line: str) -> None:
        self.lines.append("    " * depth + line)

    def loops(self, axes: int) -> None:
        self.locals, self.offsets = [], {}
        order = list(range(axes))
        if self.rng.random() < 0.2:
            order.reverse()
        depth = 1
        if self.depth == 3:
            self.put(depth, "for t in range(2):")
            depth += 1
        for place, axis in enumerate(order):
            header, room = self.rng.choice((
                ("range(n{})", (0, 0)), ("range(n{})", (0, 0)), ("range(1, n{} - 1)", (-1, 1)),
                ("range(1, n{})", (-1, 0)), ("range(n{} - 1)", (0, 1)), ("range(n{} - 1, -1, -1)", (0, 0)),
                ("range(0, n{}, 2)", (0, 0)),
                ("range(n{} - 2, 0, -1)", (-1, 1)),
                *([("range(n{})", (-1, 0)), ("range(n{} - 1, -1, -1)", (-1, 0))] if self.sizes is not None else []),
            ))  # fmt: skip
            self.put(depth, f"for i{axis} in {header.format(axis)}:")
            self.offsets[axis] = room
            depth += 1
            if place < len(order) - 1 and self.rng.random() < 0.3:
                self.put(depth, "r = 0.0")
        inner = "r = 0.0" in self.lines[-1 if not self.lines[-1].strip().startswith("for") else -2]
        for _ in range(self.rng.randint(1, 4)):
            self.statement(depth, inner)

    def index(self, array: str) -> str:
        parts = []
        for axis in sorted(self.offsets):
            low, high = self.offsets[axis]
            if array in "ab":
                k = self.rng.randint(low, high)
            else:  # what is written is mostly read where it is
                k = self.rng.randint(low, high) if self.rng.random() < 0.15 else 0
            parts.append(f"i{axis} {'+' if k > 0 else '-'} {abs(k)}" if k else f"i{axis}")
            if self.rng.random() < 0.06:
                parts[-1] = f"n{axis} - 1 - i{axis}"
        return f"{array}[{', '.join(parts)}]"

    def value(self, depth: int = 2) -> str:
        roll = self.rng.random()
        if depth == 0 or roll < 0.3:
            axis = self.rng.choice(sorted(self.offsets))
            leaves = [self.index("a"), self.index("b"), self.index("a"), "0.7", f"i{axis} * 0.1", f"i{axis} / n{axis}"]
            return self.rng.choice([*leaves, self.index(self.rng.choice("yz")), *self.locals])
        if roll < 0.6:
            return "(" + self.rng.choice(UNARY).format(self.value(depth - 1)) + ")"
        return "(" + self.rng.choice(BINARY).format(self.value(depth - 1), self.value(depth - 1)) + ")"

    def statement(self, depth: int, inner: bool, nested: int = 0) -> None:
        roll = self.rng.random()
        if roll < 0.2:
            name = f"t{len(self.locals)}"
            self.put(depth, f"{name} = {self.value()}")
            if not nested:
                self.locals.append(name)
        elif roll < 0.5:
            self.put(depth, f"{self.target()} {self.rng.choice(('=', '=', '+=', '-='))} {self.value()}")
        elif roll < 0.65:
            self.put(depth, f"s {self.rng.choice(('+=', '-='))} {self.value()}")
        elif roll < 0.75 and inner:
            self.put(depth, f"r += {self.value()}")
        elif roll < 0.79:
            self.put(depth, f"s += {self.value()}")
            self.put(depth, f"{self.target()} = s")
        elif nested < 2 and roll < 0.9:
            self.put(depth, f"if {self.value(1)} > {self.value(0)}:")
            kept = list(self.locals)
            self.statement(depth + 1, inner, nested + 1)
            if self.rng.random() < 0.5:
                self.put(depth, "else:")
                self.statement(depth + 1, inner, nested + 1)
            self.locals = kept
        elif not self.matrix and self.offsets[0] != (0, 0):  # what NumPy has a scan for, and what looks like it
            array, low = self.rng.choice("yz"), self.offsets[0][0]
            last = f"{array}[i0 - 1]" if low else f"{array}[i0 + 1]"
            forms = ("{0}[i0] = {1} + {2}", "{0}[i0] = {2} + {1}", "{0}[i0] += {1}", "{0}[i0] = {1} - {2}")
            self.put(depth, self.rng.choice(forms).format(array, last, self.value(1)))
        else:
            self.put(depth, f"{self.target()} = {self.value()}")

    def target(self) -> str:
        array = self.rng.choice("yz")
        return f"{array}[{', '.join(f'i{axis}' for axis in sorted(self.offsets))}]"
