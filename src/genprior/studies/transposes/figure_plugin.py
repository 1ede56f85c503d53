"""Success of PLUGIn over n_0 and width, with its boundary."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import small_print, style
from genprior.studies.transposes.published import PLUGIN_RATIO, PLUGIN_SUCCESS

TITLE = "PLUGIn, descent without masks, and its boundary"
CATEGORY = "Transposes"
NEEDS = {"points": "statistics/transposes/plugin.csv", "estimates": "claims/transposes/plugin.csv"}
CLAIMS = ["PLUGIN-boundary"]
SETTINGS = ["transposes.plugin", "statistics.confidence"]
CAPTION = """Success of PLUGIn (Joshi, Li, Plan, Yilmaz, NeurIPS 2021), descent without activation
masks, over latent dimension and width, with the published boundary n = 20 n_0."""


def draw(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> Figure:
    """A phase diagram with n50 (circles with intervals) and the published line.

    Args:
        tables: the study's points, and the family's estimates.
        settings: the study's section, and the confidence.
    """
    points, estimates = tables["points"], tables["estimates"]
    figure, axes = style.new_figure(style.COLUMN, 2.9)
    mesh = style.probability_map(axes, points, "latent_dimension", "width")
    sizes = np.sort(points["latent_dimension"].unique())
    bottom, top = axes.get_ylim()
    places = estimates[estimates["measure"] == "n50 / n_0"].set_index("latent_dimension")
    for k in sizes:
        at = places.loc[k]
        if at["value"] == at["value"]:
            low, high = (float(np.clip(at[end] * k, bottom, top)) for end in ("low", "high"))
            axes.plot([k, k], [low, high], color="white", linewidth=2.2)
            axes.plot([k, k], [low, high], color=style.PALETTE[3], linewidth=1.1)
            axes.plot(k, at["value"] * k, "o", color=style.PALETTE[3], markeredgecolor="white")
    line = np.array(axes.get_xlim())
    axes.plot(line, PLUGIN_RATIO * line, color="white", linestyle="--")
    axes.set_ylim(bottom, top)
    style.plain_ticks(axes.xaxis, sizes)
    style.plain_ticks(axes.yaxis, [20, 40, 80, 160, 320])
    axes.set_xlabel("latent dimension $n_0$")
    axes.set_ylabel("width $n_1=n_2=n_3$")
    figure.colorbar(mesh, ax=axes, label=style.SUCCESS)
    study = settings["transposes.plugin"]
    style.note(
        figure,
        small_print.joined(
            f"$d={study['depth']}$",
            small_print.INVERSION,
            rf"$\eta={study['step']:g}$",
            r"$x_0$ on the unit sphere",
            rf"success: $\|x-x_0\|\leq {style.scientific(PLUGIN_SUCCESS)}$",
            small_print.cap(study["max_iterations"]),
            rf"dashed: $n={PLUGIN_RATIO}\,n_0$",
            f"circles: $n_{{50}}$ with {small_print.intervals(settings['statistics.confidence'])}",
            small_print.trials(study["trials"]),
        ),
    )
    return figure
