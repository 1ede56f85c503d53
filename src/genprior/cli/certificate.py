"""``genprior certificate``: what is proved of descent from a point."""

import json
from typing import Any

import numpy as np

from genprior.cli.inputs import code_of, given, plain, problem_of, settings_of
from genprior.descent.certificates import certify, recovers, require_proofs
from genprior.descent.outcomes import REFUSALS
from genprior.model.problem import Problem
from genprior.model.risk import empirical_risk


def run(chosen: Any) -> int:
    """Print the certificate at a point; the exit code says whether it holds."""
    problem = problem_of(chosen)
    x = code_of(problem, chosen.at, "x")
    code = code_of(problem, chosen.code)
    settings = settings_of(problem, chosen)
    given(require_proofs, problem, settings.negation_check)
    certificate = certify(problem, x, settings)
    home = None
    if code is not None and certificate.holds and certificate.rank == len(x):
        home = recovers(problem, certificate.limit, certificate.limit_error, code)
    told = {
        "holds": certificate.holds,
        "refusal": None if certificate.holds else str(certificate.refusal),
        "missing": None if certificate.holds else REFUSALS[certificate.refusal],
        "step": {"rule": settings.step_rule, "value": settings.step},
        "rank": certificate.rank,
        "isolated": certificate.holds and certificate.rank == len(x),
        "limit": certificate.limit if certificate.holds else None,
        "limit_error": certificate.limit_error if certificate.holds else None,
        "travel": certificate.travel if certificate.holds else None,
        "risk": empirical_risk(problem, x),
        "limit_risk": empirical_risk(problem, certificate.limit) if certificate.holds else None,
        "code_in_piece": home,
    }
    told = {name: plain(value) for name, value in told.items()}
    print(json.dumps(told, indent=1) if chosen.json else _text(told, problem))
    return 0 if certificate.holds else 1


def _text(told: dict[str, Any], problem: Problem) -> str:
    step = f"  step        {told['step']['value']:.6g} ({told['step']['rule']})"
    risk = f"  risk        {told['risk']:.6g} at x"
    if not told["holds"]:
        return "\n".join([f"no certificate: {told['missing']} ({told['refusal']})", step, risk])
    kind = "an isolated minimum" if told["isolated"] else "a minimum along which the risk is flat"
    k = problem.shape[0]
    numbers = np.array2string(np.array(told["limit"]), precision=6, max_line_width=84)
    lines = [
        f"certificate: descent from x stays in its piece and converges to {kind}",
        step,
        risk,
        f"  limit       within {told['limit_error']:.2g} of the exact one, risk "
        f"{told['limit_risk']:.6g}",
        "              " + numbers.strip("[]").replace("\n", "\n" + " " * 13),
        f"  travel      no later iterate is further than {told['travel']:.6g} from x",
        f"  rank        {told['rank']} of k = {k}",
    ]
    if told["code_in_piece"] is not None:
        inside = "lies in the limit's piece" if told["code_in_piece"] else "lies in another piece"
        lines.append(f"  x0          {inside}")
    return "\n".join(lines)
