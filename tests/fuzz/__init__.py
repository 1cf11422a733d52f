"""Random programs against the compiler: what it makes of them must be right, or a located refusal.

    python -m tests.fuzz --seconds 600 --seed 1            # hunt until the time is up
    python -m tests.fuzz --without writes,closures         # on a part of the language
    python -m tests.fuzz --program 1000042 --show          # one program again, by its number
    python -m pytest tests/fuzz                            # a short fixed run

A program is text: helpers, `f`, and `inputs()`, which makes fresh arguments for `f`. It follows from one number.

- `kinds`: what is known of a variable: number, array of a shape, list, tuple, dict, record.
- `body`: a function being written: its scope, choices, registries of expressions and statements.
- `expressions`, `views`, `statements`, `loops`, `writes`, `containers`, `functions`, `classes`, `protocols`: the
  language, by theme.
- `tables/`: short programs, all that a text with holes gives; every fourth of a hunt.
- `programs`: whole modules from a number; their text made runnable.
- `oracle`: what a program's derivatives must satisfy, and what came of it.
- `reduce`: the smallest program that fails in the same way.
- `limits`: an end for what may never end.
- `passes`, `backends`: whether a derivative depends on how it is made.
- `hunt`: the long run and its report.
- `corpus/`: programs on which a hunt found something, made small; tests check them too.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # for finite_differences, as under pytest
