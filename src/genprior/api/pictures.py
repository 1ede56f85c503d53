"""The picture of a phase diagram, in the project's style."""

from io import BytesIO
from typing import Any

import matplotlib

# The user's, for the project's style takes one without windows.
USERS = matplotlib.get_backend(auto_select=False)
FALLBACK = matplotlib.rcParams["backend_fallback"]

import matplotlib.pyplot as plt  # noqa: E402
import pandas as pd  # noqa: E402
from matplotlib.axes import Axes  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402

from genprior.figures import style  # noqa: E402
from genprior.figures.phase_diagram import phase_diagram as map_of  # noqa: E402

if USERS is not None:
    matplotlib.use(USERS)
matplotlib.rcParams["backend_fallback"] = FALLBACK

LABELS = {
    "measurement_ratio": "measurements $m/k$",
    "expansivity": style.EXPANSIVITY,
    "latent_dimension": "latent dimension $k$",
    "measurements": "measurements $m$",
}
MOST_TICKS = 10
SHOWN_DPI = 150
SUCCESS = {
    "certificate": "success: proved to converge to $x_0$",
    "threshold": "success: the error is below the threshold",
}


def picture(diagram: Any) -> Figure:
    """Success over two axes as a map, or along one as curves, with the intervals of both.

    Args:
        diagram: a ``genprior.PhaseDiagram``.
    """
    table, transitions = diagram.table, diagram.transitions
    varying = varying_of(table, diagram.axes)
    with matplotlib.rc_context():
        figure, axes = style.new_figure(style.COLUMN, 2.7)
        if varying == ["measurement_ratio", "expansivity"]:
            mesh = _map(axes, table, transitions)
            figure.colorbar(mesh, ax=axes, label=style.SUCCESS)
        else:
            _curves(axes, table, varying)
        counts = table["trials"]
        trials = f"{counts.min():,.0f} trials a point"
        style.note(figure, f"{trials}; {SUCCESS[diagram.judged_by]}")
        plt.close(figure)  # it is handed out; nothing else is to show it
    # A notebook shows a figure by itself only where it has set Matplotlib up for that.
    figure._repr_png_ = lambda: png_of(figure)
    return figure


def png_of(figure: Figure) -> bytes:
    """The figure's bytes, as a notebook shows it."""
    with BytesIO() as file:
        figure.savefig(file, format="png", dpi=SHOWN_DPI)
        return file.getvalue()


def varying_of(table: pd.DataFrame, axes: tuple[str, ...]) -> list[str]:
    """The columns to draw over, the first along the abscissa of a curve.

    Args:
        table: one row a cell.
        axes: those along which success is a curve.
    """
    varying = [name for name in LABELS if name in table and table[name].nunique() > 1]
    if axes == ("latent_dimension",):  # m/k and the expansivity follow from it
        return ["latent_dimension"]
    if "measurement_ratio" in varying:  # and m from it and k
        varying = [name for name in varying if name != "measurements"]
    return varying or ["measurements"]


def _map(axes: Axes, table: pd.DataFrame, transitions: pd.DataFrame) -> Any:
    along = len(transitions) and (transitions["axis"] == "measurements").any()
    if along:
        mesh = map_of(axes, table, transitions)
    else:
        mesh = style.probability_map(axes, table, "expansivity", "measurement_ratio")
    for name, axis in (("expansivity", axes.xaxis), ("measurement_ratio", axes.yaxis)):
        _ticks(axis, table[name])
    axes.set_xlabel(style.EXPANSIVITY)
    axes.set_ylabel(LABELS["measurement_ratio"])
    return mesh


def _curves(axes: Axes, table: pd.DataFrame, varying: list[str]) -> None:
    """One curve for each combination of what varies besides the first."""
    along, *rest = varying
    groups = table.groupby(rest, sort=True) if rest else [((), table)]
    for number, (values, group) in enumerate(groups):
        names = zip(rest, values, strict=True)
        style.proportions(
            axes,
            along,
            group.sort_values(along),
            color=style.PALETTE[number % len(style.PALETTE)],
            fmt="o-",
            label=", ".join(f"{LABELS[name].rsplit(' ', 1)[-1]} = {v:g}" for name, v in names),
        )
    axes.set_xscale("log")
    _ticks(axes.xaxis, table[along])
    axes.set_ylim(-0.03, 1.03)
    axes.axhline(0.5, color=style.THEORY, linewidth=0.6, linestyle=":")
    axes.set_xlabel(LABELS[along])
    axes.set_ylabel(style.SUCCESS)
    if rest:
        axes.legend()


def _ticks(axis: Any, values: pd.Series) -> None:
    """The grid's own values, every other one and so on where they are many."""
    known = sorted(set(values))
    style.plain_ticks(axis, known[:: -(-len(known) // MOST_TICKS)])
