"""The rows as a picture: how many times as long as its function a gradient takes."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np

from .measure import Row

# name -> colour, marker, size; what is drawn last lies on top
STYLE = {
    "autograd": ("#d9a0c7", "v", 22),
    "torch": ("#e69f00", "^", 22),
    "jax": ("#0072b2", "s", 22),
    "rewritten": ("#86c5a4", "D", 26),
    "by hand": ("#009e73", "D", 26),
    "compiled": ("#999999", "o", 26),
    "backend": ("#555555", "o", 30),
    "tangent_ad": ("#000000", "o", 30),
}
OPEN = {"backend"}  # a ring, so that what lies under it is seen


def draw(rows: Sequence[Row], names: Sequence[str], header: str, path: str) -> None:
    """Write the picture to `path`: a line for each workload, sorted by tangent_ad's ratio, on a logarithmic axis."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    rows = [row for row in rows if ("tangent_ad", "function") in row.ratios]
    rows = sorted(rows, key=lambda row: row.ratios["tangent_ad", "function"], reverse=True)
    figure, axes = pyplot.subplots(figsize=(10, 1.8 + 0.19 * len(rows)), layout="constrained")
    for place, row in enumerate(rows):
        found = [row.ratios[name, "function"] for name in STYLE if (name, "function") in row.ratios]
        axes.plot([min(found), max(found)], [place, place], color="#dddddd", linewidth=1.0, zorder=1)
    for name, (colour, marker, size) in STYLE.items():
        places = [place for place, row in enumerate(rows) if (name, "function") in row.ratios]
        ratios = [rows[place].ratios[name, "function"] for place in places]
        if name in names and places:
            face = "none" if name in OPEN else colour
            label = f"{name} (geometric mean {np.exp(np.mean(np.log(ratios))):.2f} over {len(ratios)})"
            axes.scatter(ratios, places, size, facecolors=face, edgecolors=colour, marker=marker, label=label, zorder=2)
    axes.axvline(1.0, color="#888888", linewidth=1.0)
    axes.set_xscale("log")
    axes.set_xlabel("time of value and gradient / time of the function")
    axes.set_yticks(range(len(rows)), [row.name for row in rows], fontsize=7)
    axes.set_ylim(-1, len(rows))
    axes.grid(axis="x", which="major", color="#eeeeee", zorder=0)
    axes.tick_params(axis="x", top=True, labeltop=True)
    axes.set_title(textwrap.fill(header, 130), fontsize=7, loc="left")
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles[::-1], labels[::-1], loc="outside lower center", ncols=3, fontsize=8, frameon=False)
    figure.savefig(path, dpi=130)
    pyplot.close(figure)
