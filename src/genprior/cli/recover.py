"""``genprior recover``: the code, the image, and the proof or what is missing for one."""

import json
from typing import Any

import numpy as np

from genprior.api.recovery import Recovery, Verdict, recover
from genprior.cli.inputs import code_of, given, must_be_writable, plain, problem_of, settings_of
from genprior.files import whole

SAYS = {
    Verdict.RECOVERY: "descent is proved to converge to x0",
    Verdict.MINIMUM: "descent is proved to converge to an isolated minimum with this risk",
    Verdict.FLAT: "descent is proved to converge to a minimum with this risk, which is flat there",
    Verdict.KINK: "a minimum with this risk is proved near the run's end, not that it converges",
    Verdict.ZERO: "descent shrank to 0",
    Verdict.UNDECIDED: "nothing is proved of where descent goes",
}
COUNTS = 1.001  # risks within this factor of the least are as low


def run(chosen: Any) -> int:
    """Recover what the files hold; the exit code says whether it is proved."""
    problem = problem_of(chosen)
    code = code_of(problem, chosen.code)
    must_be_writable(chosen.output)
    # By curvature the step is fitted while descending (``recover``); other steps stay as they are.
    settings = settings_of(problem, chosen)
    found = given(
        lambda: recover(
            problem.network,
            problem.sensing,
            problem.measurements,
            starts=chosen.starts,
            seed=chosen.seed,
            settings=settings,
            halve=chosen.step == "curvature",
            code=code,
        )
    )
    if chosen.output:
        given(_write, found, chosen.output)
    print(json.dumps(as_json(found), indent=1) if chosen.json else as_text(found, chosen.output))
    return 0 if found.proved else 1


def _write(found: Recovery, path: str) -> None:
    with whole(path) as partial, open(partial, "wb") as file:
        np.savez(file, code=found.code, image=found.image)


def as_json(found: Recovery) -> dict[str, Any]:
    """All of it, null where there is no number."""
    settings = found.settings
    numbers = {
        "verdict": str(found.verdict),
        "proved": found.proved,
        "says": SAYS[found.verdict],
        "missing": found.missing,
        "risk": found.risk,
        "relative_misfit": found.relative_misfit,
        "error": found.error,
        "relative_error": found.relative_error,
        "step": {"rule": settings.step_rule, "value": settings.step},
        "negation_check": settings.negation_check,
        "max_iterations": settings.max_iterations,
        "iterations": found.iterations,
        "start": found.start,
        "risks": np.array(found.risks),
        "code": found.code,
        "image": found.image,
    }
    return {name: plain(value) for name, value in numbers.items()}


def as_text(found: Recovery, written: str | None = None) -> str:
    """The same for a person, the image in a word."""
    told = [f"{found.verdict}: {SAYS[found.verdict]}"]
    if found.missing:
        told.append(f"  missing     {found.missing}")
    told += [
        f"  risk        {found.risk:.6g}",
        f"  misfit      |A G(x) - y| = {found.relative_misfit:.3g} |y|",
    ]
    if found.error is not None:
        told.append(f"  error       within {found.error:.2g} of the exact limit")
    if found.relative_error is not None:
        told.append(f"  to x0       |x - x0| = {found.relative_error:.3g} |x0|")
    settings = found.settings
    told.append(
        f"  step        {settings.step:.6g} ({settings.step_rule}), {found.iterations:,} iterations"
    )
    least = min(found.risks)
    alike = sum(risk <= COUNTS * least for risk in found.risks)
    if len(found.risks) > 1:
        told.append(
            f"  starts      {len(found.risks)}; this is number {found.start}, {alike} ended as low"
        )
    numbers = np.array2string(
        found.code, precision=6, max_line_width=84, threshold=10_000, separator=" "
    )
    told.append("  code        " + numbers.strip("[]").replace("\n", "\n" + " " * 13))
    low, high = float(found.image.min()), float(found.image.max())
    where = f"written to {written}" if written else "--output writes it"
    told.append(f"  image       {len(found.image)} values from {low:.4g} to {high:.4g}; {where}")
    return "\n".join(told)
