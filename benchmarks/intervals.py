"""How often intervals of the 50% point cover it, and what a user would take instead.

    python benchmarks/intervals.py [--repeats N] [--seconds S] [--psignifit-repeats N]

simulates success curves of known location (``genprior.statistics.simulation``), fits them, and
rewrites the tables of docs/intervals.md and benchmarks/intervals.json.  Conditions that the file
already has with the same number of repeats are not simulated again.  psignifit is no dependency; it
gets its column where it can be imported and is asked for.
"""

import argparse
import json
import time
import warnings
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from scipy import optimize
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.families.links import Logit, Probit
from statsmodels.genmod.generalized_linear_model import GLM

from genprior.statistics.simulation import SHAPES, Truth, coverage_error
from genprior.statistics.transitions import Curve, fit_transition

SEED = 1414  # not the standard run's
HERE = Path(__file__).parent
STORE, PAGE = HERE / "intervals.json", HERE.parent / "docs/intervals.md"
BEGIN, END = "<!-- made by benchmarks/intervals.py -->", "<!-- end -->"
RATIOS = np.array([0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 12])
NORMAL = 1.959963984540054
DRAWS = 100  # of the bootstrap


@dataclass(frozen=True)
class Condition:
    """A row of the table."""

    name: str
    trials: int
    location: float = 2.2
    rise: float = 1.8
    lapse: float = 0.0
    shared: float = np.nan

    def truth(self, shape: str) -> Truth:
        return Truth(shape, self.location, self.rise, self.lapse, self.shared)


CONDITIONS = [
    Condition("", 14),
    Condition("", 25),
    Condition("", 100),
    Condition("shared networks", 25, shared=1.0),
    Condition("flat", 25, rise=4.0),
    Condition("flat", 100, rise=4.0),
    Condition("partly shared networks", 25, shared=0.7),
    Condition("lapse .45", 25, lapse=0.45),
    Condition("lapse .2, shared networks", 25, lapse=0.2, shared=0.7),
    Condition("near the lower edge", 25, location=0.7),
    Condition("near the upper edge", 25, location=10.5),
    Condition("steep", 25, rise=1.2),
    Condition("flat", 14, rise=4.0),
    Condition("", 50),
    Condition("", 400),
    Condition("flat", 400, rise=4.0),
    Condition("lapse .45", 100, lapse=0.45),
    Condition("shared networks, flat", 14, shared=1.0, rise=4.0),
]


def regression(curve: Curve, link: object) -> tuple[float, float]:
    """A regression on log m without lapse, the delta method; no bounds where it finds no rise."""
    design = np.column_stack([np.ones(len(curve.values)), np.log(curve.values)])
    counts = np.column_stack([curve.successes, curve.trials - curve.successes])
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            fit = GLM(counts, design, Binomial(link)).fit(maxiter=50)
        except Exception:  # statsmodels raises several kinds on separation
            return 0.0, np.inf
        a, b = fit.params
        gradient = np.array([-1 / b, a / b**2])
        error = np.sqrt(gradient @ fit.cov_params() @ gradient)
    if not (b > 0 and np.isfinite(error) and error < 10):
        return 0.0, np.inf
    return tuple(np.exp(-a / b + NORMAL * np.array([-error, error])))


def isotonic_bootstrap(curve: Curve, stream: np.random.Generator) -> tuple[float, float]:
    """Percentiles of the isotonic regression's crossing over binomial draws of each cell."""
    x, n = np.log(curve.values), curve.trials
    found = []
    for draw in stream.binomial(n.astype(int), curve.successes / n, (DRAWS, len(n))):
        p = optimize.isotonic_regression(draw / n, weights=n).x
        if p[0] > 0.5 or p[-1] < 0.5:
            found.append(-np.inf if p[0] > 0.5 else np.inf)
            continue
        right = min(int(np.searchsorted(p, 0.5, "right")), len(p) - 1)
        left = max(int(np.searchsorted(p, 0.5, "left")) - 1, 0)
        found.append(float(np.interp(0.5, p[[left, right]], x[[left, right]])))
    low, high = np.quantile(found, [0.025, 0.975], method="inverted_cdf")
    return float(np.exp(low)), float(np.exp(high))


def psignifit_interval(curve: Curve) -> tuple[float, float]:
    """psignifit's credible interval of its threshold, all settings its own."""
    import psignifit

    data = np.column_stack([np.log(curve.values), curve.successes, curve.trials])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = psignifit.psignifit(data, experiment_type="yes/no", verbose=False)
    bounds = fit.confidence_intervals["threshold"]["0.95"]
    return float(np.exp(bounds[0])), float(np.exp(bounds[1]))


def simulate(condition: Condition, repeats: int, psignifit_repeats: int) -> dict:
    """By shape and method: intervals that cover, repeats, median log-width."""
    found = {}
    for number, shape in enumerate(SHAPES):
        truth = condition.truth(shape)
        key = [SEED, number, condition.trials, *(int(1e3 * x) for x in (
            condition.location, condition.rise, condition.lapse, np.nan_to_num(condition.shared)
        ))]  # fmt: skip
        stream, resampling = np.random.default_rng(key), np.random.default_rng([*key, 1])
        rows: dict[str, list[tuple[float, float]]] = {}
        for repeat in range(repeats):
            curve = truth.curve(stream, RATIOS, condition.trials)
            fit = fit_transition(curve, 0.95)
            alone = fit_transition(curve, 0.95, links=1)
            rows.setdefault("ours", []).append((fit.low, fit.high))
            rows.setdefault("logistic alone", []).append((alone.low, alone.high))
            rows.setdefault("logit GLM", []).append(regression(curve, Logit()))
            rows.setdefault("probit GLM", []).append(regression(curve, Probit()))
            rows.setdefault("isotonic bootstrap", []).append(isotonic_bootstrap(curve, resampling))
            # Its threshold is half of its range, which is our 50% point where nothing lapses.
            if repeat < psignifit_repeats and not condition.lapse:
                rows.setdefault("psignifit", []).append(psignifit_interval(curve))
        found[shape] = {name: summary(ends, truth.location) for name, ends in rows.items()}
    return found


def summary(ends: list[tuple[float, float]], location: float) -> dict:
    """Counts of one method."""
    low, high = np.array(ends).T
    with np.errstate(divide="ignore"):
        width = float(np.median(np.log(high) - np.log(low)))
    covered = int(((low <= location) & (location <= high)).sum())
    return {"covered": covered, "repeats": len(ends), "log_width": round(width, 4)}


METHODS = {
    "ours": "ours",
    "logistic alone": "logistic shape alone",
    "logit GLM": "logit regression",
    "probit GLM": "probit regression",
    "isotonic bootstrap": "isotonic bootstrap",
    "psignifit": "psignifit",
}


def percent(one: dict) -> str:
    """Coverage and its error."""
    share, error = one["covered"] / one["repeats"], coverage_error(one["covered"], one["repeats"])
    return f"{share:.3f} ± {error:.3f}"


def pooled(found: dict, method: str) -> str:
    """The least coverage over the shapes, and where."""
    known = {shape: rows[method] for shape, rows in found.items() if method in rows}
    if not known:
        return "–"
    worst = min(known, key=lambda shape: known[shape]["covered"] / known[shape]["repeats"])
    return f"{percent(known[worst])} ({worst})"


def tables(store: dict) -> str:
    """Both tables as Markdown."""
    shapes = list(SHAPES)
    lines = ["| trials a cell | condition | " + " | ".join(shapes) + " | all five | log-width |"]
    lines.append("|" + "---|" * (len(shapes) + 4))
    for entry in store["conditions"]:
        found = entry["found"]
        ours = [found[shape]["ours"] for shape in shapes]
        total = {name: sum(one[name] for one in ours) for name in ("covered", "repeats")}
        width = np.median([one["log_width"] for one in ours])
        cells = [percent(one) for one in ours]
        label = f"| {entry['trials']} | {entry['name'] or 'plain'} | "
        lines.append(label + " | ".join([*cells, percent(total), f"{width:.2f}"]) + " |")
    lines += ["", "The worst of the five shapes, by method:", ""]
    lines.append("| trials a cell | condition | " + " | ".join(METHODS.values()) + " |")
    lines.append("|" + "---|" * (len(METHODS) + 2))
    for entry in store["conditions"]:
        label = f"| {entry['trials']} | {entry['name'] or 'plain'} | "
        cells = [pooled(entry["found"], method) for method in METHODS]
        lines.append(label + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Simulate what is missing, then write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=100)
    parser.add_argument("--psignifit-repeats", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=np.inf, help="begin nothing new after")
    options = parser.parse_args()
    began = time.monotonic()
    store = json.loads(STORE.read_text()) if STORE.exists() else {"seed": SEED, "conditions": []}
    kept = []
    for condition in CONDITIONS:
        facts = {k: None if v != v else v for k, v in asdict(condition).items()}
        facts["asked"] = options.repeats
        known = [e for e in store["conditions"] if facts.items() <= e.items()]
        if known:
            kept += known
        elif time.monotonic() - began < options.seconds:
            found = simulate(condition, options.repeats, options.psignifit_repeats)
            kept.append(facts | {"found": found})
        STORE.write_text(json.dumps({"seed": SEED, "conditions": kept}, indent=1) + "\n")
    before, rest = PAGE.read_text().split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n\n{tables({'conditions': kept})}\n\n{END}{after}")


if __name__ == "__main__":
    main()
