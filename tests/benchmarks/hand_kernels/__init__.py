"""Gradients by hand: what an expert in NumPy writes after thinking about each program for a while.

A module per topic, a function per program, of its name and with the arguments of its loss; it leaves them alone and
returns (value, gradient), the gradient like that of `value_and_grad`.

Rules of the game: NumPy alone, and the program's own loops; within a turn, and for what can be moved out of a loop,
any spelling (buffers written in place, blocks that fit the cache, lists for loops over numbers, products by BLAS,
sums over all turns at the end). No LAPACK in place of a factorisation in loops and no closed form of a result: the
loops stand for those that have none. Who finds a faster spelling, replaces what is here.

A function called `..._rewritten` is what the same expert writes where the loops may go, because a program without
them computes the same. It is measured beside the first one: what it gains, it gains over the program as well.
"""
