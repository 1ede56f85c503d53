"""e50 against the latent dimension k, with its power law."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import scaling, small_print, style
from genprior.figures.conditions import conditions, step_of

TITLE = "whether the expansivity that is needed grows with k"
CATEGORY = "Scaling"
NEEDS = {
    "transitions": "statistics/expansivity-against-k/transitions.csv",
    "scaling": "statistics/expansivity-against-k/scaling.csv",
}
CLAIMS = ["DRZ-constant"]
SETTINGS = ["experiments.expansivity-against-k", "descent", "success", "statistics"]
CAPTION = """The expansivity at which success passes one half, against the latent dimension k, at
fixed m/k, with the exponent of its power law (zero: a constant expansivity is enough)."""


def draw(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> Figure:
    """Where success passes one half, and the exponent in k."""
    figure = scaling.draw(
        tables["transitions"],
        tables["scaling"],
        "expansivity",
        "$e_{50}$",
        "$m/k={measurement_ratio:g}$",
    )
    text = small_print.joined(
        conditions(settings, SETTINGS[:1], step_of(tables["transitions"])),
        small_print.bars(settings["statistics"]["confidence"]),
    )
    style.note(figure, text)
    return figure
