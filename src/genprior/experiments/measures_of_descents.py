"""The numbers behind the claims about the main job's descents, from its tables of statistics."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from scipy import stats

from genprior.claims.ledger import COLUMNS
from genprior.statistics.intervals import wilson_interval

EXPANSIVE = 5.0  # "clearly expansive": the largest expansivity of a grid that is at most this
NARROW, WIDE = 1.25, 4.0  # the ends of the inversion grid that are pooled
Row = tuple[str, str, float, float, float, int]


def compressive(transitions: pd.DataFrame) -> Iterator[Row]:
    """HV, section 3: m50 as a share of the output dimension n_d, in a clearly expansive network."""
    along_m = transitions[transitions["axis"] == "measurements"]
    chosen = along_m[along_m["expansivity"] <= EXPANSIVE].sort_values("expansivity").iloc[-1]
    outputs = int(str(chosen["shape"]).rsplit("-", 1)[1])
    value, low, high = (float(chosen[name]) / outputs for name in ("location", "low", "high"))
    measure = f"m50 / n_d at d = {chosen['depth']:.0f}"
    yield "HV-compressive", measure, value, low, high, int(chosen["trials"])


def exponent(scaling: pd.DataFrame, axis: str) -> tuple[float, float, float, int]:
    """The exponent in k of a transition, with its interval and trials."""
    fit = scaling[scaling["axis"] == axis].iloc[0]
    return float(fit["exponent"]), float(fit["low"]), float(fit["high"]), int(fit["trials"])


def pooled_ends(success: pd.DataFrame, confidence: float) -> Iterator[Row]:
    """HV, Theorems 1 and 3: success at the narrow and at the expansive end of the grid.

    Cells are pooled at each end because a single one has too few trials to show that a probability
    lies below 0.05 or above 0.95.
    """
    depth = success["depth"].iloc[0]
    for cells, end in [
        (success[success["expansivity"] <= NARROW], f"at most {NARROW:g}"),
        (success[success["expansivity"] >= WIDE], f"at least {WIDE:g}"),
    ]:
        successes, trials = int(cells["successes"].sum()), int(cells["trials"].sum())
        low, high = wilson_interval(successes, trials, confidence)
        measure = f"success at expansivity {end}, d = {depth}"
        yield "HV-expansivity", measure, successes / trials, low, high, trials


def step_shift(
    default: pd.DataFrame, bold: pd.DataFrame, confidence: float
) -> tuple[float, float, float, int]:
    """The shift of log e50 from the default step to the bold one, on the same instances.

    Spearman and Kaerber's estimate of the 50% point is linear in the success probabilities, so the
    shift is a weighted sum of paired differences and its standard error follows from theirs.

    Args:
        default, bold: one row a trial of the same cells: expansivity, shape, measurement_ratio,
            trial, success.
        confidence: of the interval (Student, degrees of freedom by Satterthwaite).
    """
    keys = ["expansivity", "shape", "measurement_ratio", "trial"]
    pairs = default.merge(bold, on=keys, suffixes=("", "_bold"), validate="one_to_one")
    pairs = pairs[pairs["measurement_ratio"] == pairs["measurement_ratio"].max()]
    gain = pairs["success_bold"].astype(float) - pairs["success"].astype(float)
    cells = gain.groupby(pairs["expansivity"]).agg(["mean", "var", "count"])
    log_e = np.log(cells.index.to_numpy())
    gaps = np.diff(log_e)
    spacing = np.concatenate([gaps[:1], gaps[1:] + gaps[:-1], gaps[-1:]]) / 2
    shift = -float(spacing @ cells["mean"])
    variances = spacing**2 * cells["var"] / cells["count"]
    total = float(variances.sum())
    freedom = total**2 / float((variances**2 / (cells["count"] - 1)).sum()) if total else np.inf
    reach = float(stats.t.ppf(0.5 + confidence / 2, freedom)) * np.sqrt(total)
    return shift, shift - reach, shift + reach, len(pairs)


def measures(
    statistics: Mapping[tuple[str, str], pd.DataFrame],
    steps: tuple[pd.DataFrame, pd.DataFrame],
    confidence: float,
) -> pd.DataFrame:
    """All rows of the table of measures, columns ``claim, measure, value, low, high, trials``.

    Args:
        statistics: tables by (experiment, kind), kinds ``success``, ``transitions``, ``scaling``.
        steps: trials of the d = 2 diagram at the default and at the bold step.
        confidence: of every interval.
    """
    rows: list[Row] = []
    for depth in (2, 3):
        rows += compressive(statistics[f"measurements-d{depth}", "transitions"])
    growth = exponent(statistics["measurements-against-k", "scaling"], "measurements")
    rows.append(("HV-measurements", "exponent of m50 in k", *growth))
    for depth in (1, 2, 3):
        rows += pooled_ends(statistics[f"inversion-d{depth}", "success"], confidence)
    growth = exponent(statistics["expansivity-against-k", "scaling"], "expansivity")
    rows.append(("DRZ-constant", "exponent of e50 in k", *growth))
    rows.append(("OWN-step", "shift of log e50 at d = 2", *step_shift(*steps, confidence)))
    return pd.DataFrame(rows, columns=COLUMNS)
