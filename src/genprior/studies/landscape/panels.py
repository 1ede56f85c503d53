"""What the figures of the landscape at k = 2 share: panels, critical points and small print."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from genprior.figures import small_print
from genprior.figures.small_print import joined
from genprior.model.theory import rho

TOP = 1.6  # surfaces and colours end at this height of 2^d f


def panels(risks: pd.DataFrame) -> list[tuple[str, str | None, np.ndarray, np.ndarray]]:
    """Title, shape (None for the expected risk), ticks and heights of each landscape."""
    found = []
    for shape, table in risks.groupby("shape", sort=False):
        grids = table.pivot(index="y", columns="x", values=["empirical", "expected"])
        ticks = grids["expected"].columns.to_numpy()
        if not found:
            found.append(("expected", None, ticks, grids["expected"].to_numpy()))
        widths = ", ".join(f"{int(width):,}" for width in shape.split("-")[1:])
        found.append((f"widths {widths}", shape, ticks, grids["empirical"].to_numpy()))
    return found


def critical_points(depth: int):
    """Place, marker and name of the critical points of the expected risk."""
    return [
        ((1.0, 0.0), "*", r"$x_0$"),
        ((0.0, 0.0), "^", r"$0$"),
        ((-rho(depth), 0.0), "D", r"$-\rho_d x_0$"),
    ]


def conditions(plane: Mapping[str, Any]) -> str:
    """The small print of the networks, from the configuration's key ``landscape.plane``."""
    return joined(
        "$k=2$",
        f"$d={len(plane['widths'][0])}$",
        small_print.INVERSION,
        f"{small_print.WEIGHTS}, one network a panel",
        "$x_0=(1,0)$",
        "marked: critical points of the expected risk",
    )
