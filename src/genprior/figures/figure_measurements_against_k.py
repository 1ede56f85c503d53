"""m50 against the latent dimension k, with its power law."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import scaling, small_print, style
from genprior.figures.conditions import conditions, step_of

TITLE = "how m50 grows with the latent dimension, and the exponent"
CATEGORY = "Scaling"
NEEDS = {
    "transitions": "statistics/measurements-against-k/transitions.csv",
    "scaling": "statistics/measurements-against-k/scaling.csv",
}
CLAIMS = ["HV-measurements", "OWN-exponent"]
SETTINGS = ["experiments.measurements-against-k", "descent", "success", "statistics"]
CAPTION = """The number of measurements at which success passes one half, against the latent
dimension k, at a fixed expansive network, with the exponent of its power law."""


def draw(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> Figure:
    """Where success passes one half, and the exponent in k."""
    figure = scaling.draw(
        tables["transitions"],
        tables["scaling"],
        "measurements",
        "$m_{50}$",
        "expansivity {expansivity:g}",
    )
    text = small_print.joined(
        conditions(settings, SETTINGS[:1], step_of(tables["transitions"])),
        small_print.bars(settings["statistics"]["confidence"]),
    )
    style.note(figure, text)
    return figure
