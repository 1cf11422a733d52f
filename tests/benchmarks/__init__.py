"""Timings of gradients against the code an expert would write; each module runs by `python -m`."""
