"""The angle map g and its orbit: how a network contracts angles (HV, their one figure)."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from genprior.figures import style
from genprior.model.theory import angle_map, angle_orbit

TITLE = "the angle map g, HV's one figure, and the angles after d layers"
CATEGORY = "Landscape"
NEEDS = {}
CLAIMS = []
SETTINGS = []
CAPTION = """What layers do to angles. Left: the angle map g of one random layer, and the staircase
of the angle pi. Right: the angle between G(x) and G(-x) after d layers, with HV's two bounds. All
closed forms.
"""

ORBIT = 6


def draw(tables: Mapping[str, pd.DataFrame], settings: Mapping[str, Any]) -> Figure:
    """g on [0, pi] with the staircase from pi, and the orbit of pi against the depth."""
    figure, (left, right) = style.new_figure(style.PAGE, 2.7, 2)
    t = np.linspace(0, np.pi, 400)
    left.plot(t, t, color="0.6", linestyle=":", linewidth=0.9, label=r"$\theta$")
    left.plot(t, angle_map(t), color=style.PALETTE[0], label=r"$g(\theta)$")
    orbit = angle_orbit(np.pi, ORBIT)
    steps = np.repeat(orbit, 2)
    left.plot(
        steps[:-2], steps[1:-1], color=style.PALETTE[1], linewidth=0.8, label=r"orbit of $\pi$"
    )
    ticks, names = [0, np.pi / 4, np.pi / 2, 3 * np.pi / 4, np.pi], ["0", "π/4", "π/2", "3π/4", "π"]
    left.set_xticks(ticks, names)
    left.set_yticks(ticks, names)
    left.set_xlabel(r"angle before the layer $\theta$")
    left.set_ylabel("angle after the layer")
    left.set_title("one layer")
    left.legend(loc="upper left")

    depth = np.arange(1, 101)
    orbit = angle_orbit(np.pi, depth[-1])[1:]
    right.fill_between(
        depth, np.pi / (depth + 1), 3 * np.pi / (depth + 3), color="0.88", label="HV's bounds"
    )
    right.plot(
        depth, 3 * np.pi / depth, color="0.4", linestyle="--", linewidth=0.9, label=r"$3\pi/d$"
    )
    right.plot(depth, orbit, ".", color=style.PALETTE[1], markersize=3, label=r"$g^{(d)}(\pi)$")
    right.set_xscale("log")
    right.set_yscale("log")
    right.set_ylim(0.02, 5)
    style.plain_ticks(right.xaxis, [1, 2, 5, 10, 20, 50, 100])
    style.plain_ticks(right.yaxis, [0.03, 0.1, 0.3, 1, 3])
    right.set_xlabel("layers $d$")
    right.set_ylabel(r"angle of $G(x)$, $G(-x)$")
    right.set_title(r"$d$ layers, opposite codes")
    right.legend(loc="lower left")
    style.note(figure, "closed forms; bounds: HV, section 1")
    return figure
