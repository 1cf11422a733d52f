"""The kernels of `tests/kernels` as an expert in JAX would write them, to compare the speed of gradients honestly.

A module for each topic. A function is called as the kernel is, takes the arguments of the kernel's loss, and returns
the same number. The algorithm is the kernel's: its sequential loops are `lax.scan` or `lax.fori_loop`, and what may
be computed at once is vectorised. Rows that a loop reads are given to `scan` as `xs`, since the cotangent of `A[i]`
is a whole array in each step.

Each module has two tables:
    STATIC: the positions of the arguments that `jax.jit` must know as numbers; a name that is missing has none.
    NOT_PORTED: the kernels that JAX cannot do, and why.
"""

import jax

jax.config.update("jax_enable_x64", True)
