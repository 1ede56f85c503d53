"""The numbers behind the claims about what becomes of runs, from the verdicts on every trial."""

from collections.abc import Iterator, Mapping

import pandas as pd

from genprior.claims.ledger import COLUMNS
from genprior.experiments.measures_of_descents import WIDE, Row
from genprior.statistics.intervals import clustered_interval

NARROW = 3.0  # OWN-kinks is about networks of at most this expansivity


def share(
    trials: pd.DataFrame, chosen: pd.Series, confidence: float
) -> tuple[float, float, float, int]:
    """The share of trials that were chosen, with an interval by networks, and how many there are.

    Trials along m share their network, code and start.
    """
    if trials.empty:
        return float("nan"), 0.0, 1.0, 0
    networks = [trials["shape"], trials["trial"]]
    counts = chosen.astype(float).groupby(networks).agg(["sum", "count"])
    low, high = clustered_interval(counts["sum"], counts["count"], confidence)
    return float(chosen.mean()), low, high, len(trials)


def recovery(trials: pd.DataFrame, claim: str, confidence: float) -> Iterator[Row]:
    """HV: the share of certified recoveries in expansive networks, at the most measurements."""
    wide = trials[trials["expansivity"] >= WIDE]
    if wide["measurement_ratio"].notna().any():
        wide = wide[wide["measurement_ratio"] == wide["measurement_ratio"].max()]
    measure = f"certified at expansivity at least {WIDE:g}, d = {trials['depth'].iloc[0]}"
    yield claim, measure, *share(wide, wide["certified"], confidence)


def kinks(trials: pd.DataFrame, confidence: float) -> Iterator[Row]:
    """Which class decided failures in narrow networks belong to."""
    narrow = trials[trials["expansivity"] <= NARROW]
    failures = narrow[~narrow["outcome"].isin(["recovery", "undecided"])]
    for kind in ("kink", "dead", "smooth", "zero"):
        measure = f"{kind} share of decided failures at expansivity at most {NARROW:g}"
        yield "OWN-kinks", measure, *share(failures, failures["outcome"] == kind, confidence)


def threshold(trials: pd.DataFrame, confidence: float) -> Iterator[Row]:
    """How often the threshold misjudges a decided trial, where recovery is neither sure nor out."""
    recovered = trials.groupby(["shape", "measurements"])["certified"].transform("mean")
    near = trials[(recovered > 0) & (recovered < 1) & (trials["outcome"] != "undecided")]
    wrong = near["below_threshold"] != near["certified"]
    yield "OWN-threshold", "disagreement near the transition", *share(near, wrong, confidence)


def certified(trials: pd.DataFrame, confidence: float) -> Iterator[Row]:
    """How much is decided, and how far the limit of a recovery is from that of anything else."""
    below = trials[trials["below_threshold"]]
    decided = trials["outcome"] != "undecided"
    yield (
        "OWN-certified",
        "threshold recoveries certified",
        *share(below, below["certified"], confidence),
    )
    yield "OWN-certified", "trials decided", *share(trials, decided, confidence)
    isolated = trials[decided & (trials["nullity"] == 0) & trials["converges"]]
    for measure, errors, extreme in [
        ("largest limit error of a recovery", isolated[isolated["certified"]], "max"),
        ("smallest limit error of a failure", isolated[~isolated["certified"]], "min"),
    ]:
        value = float(errors["point_error"].agg(extreme)) if len(errors) else float("nan")
        yield "OWN-certified", measure, value, value, value, len(errors)


def measures(trials: Mapping[str, pd.DataFrame], confidence: float) -> pd.DataFrame:
    """All rows of the table of measures, columns ``claim, measure, value, low, high, trials``.

    Args:
        trials: judged trials with verdicts (``summaries.read_recoveries``) by experiment.
        confidence: of every interval.
    """
    rows: list[Row] = []
    for name, table in trials.items():
        claim = "HV-inversion" if name.startswith("inversion") else "HV-recovery"
        rows += recovery(table, claim, confidence)
    diagram = trials["measurements-d2"]
    rows += [*kinks(diagram, confidence), *threshold(diagram, confidence)]
    rows += certified(diagram, confidence)
    return pd.DataFrame(rows, columns=COLUMNS)
