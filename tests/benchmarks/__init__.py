"""What gradients cost, beside functions, gradients by hand and other libraries: `python -m tests.benchmarks`.

`workloads.py` says what is measured, `candidates.py` who computes it, `measure.py` how, `table.py` and `plot.py`
show it.
`growth.py` (how times grow with the length of a loop) and `overheads.py` (importing, compiling, calling) run alone.
"""
