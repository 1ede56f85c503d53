"""Interactive phase diagrams: what each cell shows when it is pointed at or chosen."""

from math import isfinite
from typing import Any

import pandas as pd
import plotly.graph_objects as go

TRIAL_COLUMNS = ("relative_error", "iterations", "stop", "outcome", "codimension")


def text_of(cell: pd.Series) -> str:
    """Counts and interval of a cell, for its hover box."""
    return (
        f"expansivity {cell['expansivity']:g}, m/k = {cell['measurement_ratio']:g}<br>"
        f"{cell['successes']:.0f} of {cell['trials']:.0f} trials recover<br>"
        f"{cell['proportion']:.2f} [{cell['low']:.2f}, {cell['high']:.2f}]"
    )


def diagram(success: pd.DataFrame) -> dict[str, Any]:
    """A heat map of success as Plotly's JSON; axes are categories, so every cell can be hit."""
    cells = success.assign(text=success.apply(text_of, axis=1))
    across, up = sorted(cells["expansivity"].unique()), sorted(cells["measurement_ratio"].unique())

    def grid(column: str) -> list[list[Any]]:
        table = cells.pivot(index="measurement_ratio", columns="expansivity", values=column)
        return table.loc[up, across].to_numpy().tolist()

    figure = go.Figure(
        go.Heatmap(
            x=[f"{value:g}" for value in across],
            y=[f"{value:g}" for value in up],
            z=grid("proportion"),
            text=grid("text"),
            hovertemplate="%{text}<extra></extra>",
            colorscale="Cividis",
            zmin=0,
            zmax=1,
            colorbar={"title": "success", "thickness": 12},
        )
    )
    figure.update_layout(
        xaxis={"title": "expansivity n<sub>i</sub> / n<sub>i−1</sub>", "type": "category"},
        yaxis={"title": "m/k", "type": "category"},
        margin={"l": 50, "r": 10, "t": 10, "b": 45},
        height=380,
    )
    return figure.to_plotly_json()


def finite(number: float) -> float | None:
    """A number as JSON, which has no infinity."""
    return float(number) if isfinite(number) else None


def cell_details(trials: pd.DataFrame, traces: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """What is shown of a chosen cell, by ``expansivity|m/k``: its trials and one convergence trace.

    Args:
        trials: one row a trial: expansivity, measurement_ratio, trial and ``TRIAL_COLUMNS`` as far
            as they exist.
        traces: rows of ``genprior.experiments.traces`` for the same experiment.
    """
    details: dict[str, dict[str, Any]] = {}
    columns = [column for column in TRIAL_COLUMNS if column in trials]
    for (expansivity, ratio), group in trials.groupby(["expansivity", "measurement_ratio"]):
        details[f"{expansivity:g}|{ratio:g}"] = {
            "columns": ["trial", *columns],
            "trials": [
                [finite(value) if isinstance(value, float) else value for value in row]
                for row in group.sort_values("trial")[["trial", *columns]].itertuples(
                    index=False, name=None
                )
            ],
            "trace": None,
        }
    ratios = traces["measurements"] / traces["latent_dimension"]
    for (expansivity, ratio), group in traces.groupby([traces["expansivity"], ratios]):
        details[f"{expansivity:g}|{ratio:g}"]["trace"] = {
            "x": group["iteration"].tolist(),
            "y": [finite(value) for value in group["relative_error"]],
        }
    return details
