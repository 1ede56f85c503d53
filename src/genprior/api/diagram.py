"""Phase diagrams of a method of one's own, or of descent with proofs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from genprior.api import steps
from genprior.api.design import Design, Method
from genprior.api.pool import rows_of
from genprior.experiments.forms import transition_axes
from genprior.experiments.summaries import (
    judged,
    outcomes_table,
    success_table,
    transitions_table,
)
from genprior.model.networks import Network
from genprior.types import Array

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Columns that are left out where no row has a value.
MAY_LACK = ("step", "iterations", "negations", "gradient_norm", "expansivity", "measurement_ratio")
THRESHOLD = 1e-3  # relative error up to which a method without proofs succeeds


@dataclass(frozen=True)
class PhaseDiagram:
    """Where a method recovers, by trials that anyone can rebuild.

    Attributes:
        trials: one row a trial: what it is (shape, sensing, measurements, trial), how it ended, and
            whether that is a success.
        table: one row a cell: trials, successes, their proportion with its interval.
        transitions: one row a curve: where success passes one half, with its interval; empty where
            no axis has three values.
        outcomes: one row a cell and kind of outcome, for descent; else empty.
        axes: those along which success is a curve.
        judged_by: ``certificate`` or ``threshold``.
    """

    trials: pd.DataFrame
    table: pd.DataFrame
    transitions: pd.DataFrame
    outcomes: pd.DataFrame
    axes: tuple[str, ...]
    judged_by: str

    def plot(self) -> "Figure":
        """Success over the grid with its 50% points: a map, or curves where one axis varies.

        Raises:
            ImportError: without Matplotlib and Seaborn, which are the extra ``figures``.
        """
        # Here alone, for these packages are an extra and nothing else asks for them.
        from genprior.api.pictures import picture

        return picture(self)


def phase_diagram(
    method: str | Method = "descent",
    *,
    latent_dimension: int | Sequence[int] | None = None,
    expansivity: float | Sequence[float] | None = None,
    depth: int | None = None,
    widths: Sequence[int] | None = None,
    measurement_ratio: float | Sequence[float] | None = None,
    measurements: int | Sequence[int] | None = None,
    network: str | Path | Network | Sequence[Array] = "gaussian",
    sensing: str | Path | Array = "gaussian",
    trials: int = 20,
    seed: int = 0,
    settings: Mapping[str, Any] | None = None,
    step: str | float | None = None,
    max_iterations: int = 5000,
    threshold: float = THRESHOLD,
    confidence: float = 0.95,
    cores: int | None = None,
    progress: bool = True,
    store: str | Path | None = None,
) -> PhaseDiagram:
    """How often a method recovers the code, over a grid, from random instances.

    The instances, the statistics and, for descent, the proofs are those of the project's own
    diagrams: trial 3 of a shape under a seed is the same arrays in both.

    Args:
        method: ``"descent"``, whose successes are proved; or a function
            ``method(problem, start) -> x`` of a ``genprior.Problem`` (its ``network``, ``sensing``
            and ``measurements``) and a start, shape (k,), or of all that ``genprior.methods`` hands
            on; or the name of a method there, such as ``"adam"``.  Where there is no proof success
            is that ||x - x0|| is at most ``threshold`` ||x0||.
        latent_dimension: k, one or several.
        expansivity, depth: n_i / n_{i-1}, one or several, and the number of layers d; or
        widths: n_1, ..., n_d.
        measurement_ratio: m/k, one or several; or
        measurements: m, one or several.  Neither for ``sensing="identity"``; of a matrix of
            one's own the first m rows, by default all.
        network: a random law (``genprior.network``), or a network of one's own, or its .npz file,
            which says k and the widths; then codes and starts are random, and A where it has a law.
        sensing: a random law (``genprior.instance``), or a matrix of one's own, or its file.
        trials: of each cell.
        seed: of the instances.
        settings: of a method by name.
        step: of descent, a rule or a number (``genprior.step_for``); by default ``"2^d/d^2"``, and
            for a network of one's own ``"curvature"``.
        max_iterations: of descent.
        threshold: relative error of a success, where there are no proofs.
        confidence: of all intervals.
        cores: how many processes; by default one for each core.  The result does not depend on it.
        progress: whether a line on standard error tells how far it is.
        store: a folder, made where it is not there, for trials as they finish.  The same call goes
            on where one was stopped, and one for more trials adds them.

    Raises:
        ValueError: for a grid that is none, a file that cannot be used, or a store that holds other
            trials.
        MethodError: where the method fails, or returns something else than a code.

    >>> diagram = phase_diagram(
    ...     latent_dimension=2, depth=1, expansivity=[2, 8], measurement_ratio=[1, 2, 8],
    ...     trials=3, progress=False,
    ... )
    >>> print(len(diagram.trials), diagram.judged_by, diagram.table["trials"].tolist())
    18 certificate [3, 3, 3, 3, 3, 3]
    """
    design = Design.of(
        latent_dimension=latent_dimension,
        expansivity=expansivity,
        depth=depth,
        widths=widths,
        measurement_ratio=measurement_ratio,
        measurements=measurements,
        network=network,
        sensing=sensing,
        trials=trials,
        seed=seed,
        step=step,
        max_iterations=max_iterations,
        method=method,
        settings=settings,
    )
    _require_share("confidence", confidence)
    _require_share("threshold", threshold)
    rows = pa.Table.from_pylist(rows_of(design, cores, progress, store), schema=design.schema)
    return summarised(rows.to_pandas(), design, threshold, confidence)


def summarised(
    rows: pd.DataFrame, design: Design, threshold: float, confidence: float
) -> PhaseDiagram:
    """The diagram of finished trials."""
    outcomes = rows[design.outcome_columns] if design.proves else None
    judged_by = "certificate" if design.proves else "threshold"
    trials = judged(rows[design.recovery_columns].copy(), outcomes, threshold, judged_by)
    axes = tuple(transition_axes(design.experiment))
    # A step by curvature is another in each trial: cells have its rule.
    alike = trials.assign(step=nan) if design.step in steps.FITTED else trials
    return PhaseDiagram(
        trials=_known(trials),
        table=_known(success_table(alike, confidence)),
        transitions=_known(transitions_table(alike, axes, confidence).table),
        outcomes=_known(outcomes_table(alike)) if design.proves else pd.DataFrame(),
        axes=axes,
        judged_by=judged_by,
    )


def _known(table: pd.DataFrame) -> pd.DataFrame:
    """A table without columns that do not apply here, such as the step of another method."""
    return table.drop(
        columns=[name for name in MAY_LACK if name in table and table[name].isna().all()]
    )


def _require_share(name: str, value: Any) -> None:
    if not isinstance(value, float) or not 0 < value < 1:
        raise ValueError(f"{name} is {value!r}; it should be a number between 0 and 1")
