"""A configuration beside the published: what it takes from the standard one, what it leaves out.

Read while the workflow is planned, and by no job.
"""

import ast
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from genprior.configuration.pieces import PUBLISHED
from genprior.experiments.forms import transition_axes, varying
from genprior.families import FAMILIES

Settings = Mapping[str, Any]

# What may differ between experiments that one figure can show: how many and how large.
FREE = {"trials", "allocation", "descent"}
SHORT = 8  # names that a line still lists


def completed(config: Settings, standard: Settings) -> dict[str, Any]:
    """A configuration of one's own in which a family that is named without more, as in
    ``stochastic: {}``, is the standard one's; any other as it is."""
    if config.get("size") in PUBLISHED:
        return dict(config)
    empty = {key for key in config if key in FAMILIES and not config[key]}
    return {key: standard[key] if key in empty & standard.keys() else config[key] for key in config}


def of_one_form(experiment: Settings, published: Settings) -> bool:
    """Whether what is written for one experiment can be drawn from another: the same keys, axes,
    sensing and depth."""

    def form(one: Settings) -> Any:
        keys = one.keys() - FREE
        fixed = [one.get(key) for key in ("sensing", "network", "method", "depth")]
        return keys, varying(one), transition_axes(one), fixed

    return form(experiment) == form(published)


def tables_of_notebook(path: str | Path) -> list[str]:
    """The tables of statistics that a notebook reads, as it names them below the results."""
    cells = json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    words = (node.value for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Constant))
    return sorted({one for one in words if isinstance(one, str) and one.startswith("statistics/")})


def origin(need: str) -> str:
    """The experiment or family that a needed table is of.

    Args:
        need: a path below ``results/<size>/``, as figures declare it.
    """
    first, second, *_ = need.split("/")
    stages = ("statistics", "claims", "instances", "recoveries", "outcomes", "convergence")
    return second if first in stages else first


def notice(
    size: str,
    absent: Iterable[str],
    figures: Sequence[str],
    notebooks: Sequence[str],
    claims: Sequence[str],
) -> str | None:
    """What is left out and why, in one line; None where nothing is.

    Args:
        size: the configuration's.
        absent: experiments and families that something published needs and that are not there, or
            not of the published form.
        figures, notebooks: names of those that are not made.
        claims: ids of those that are not judged for want of their tables.
    """
    left = [
        *([counted(figures, "figure")] if figures else []),
        *([counted(notebooks, "notebook")] if notebooks else []),
        *([f"{counted(claims, 'claim')}, not tested"] if claims else []),
    ]
    told = []
    if size not in PUBLISHED:
        sizes = ", ".join(PUBLISHED)
        told.append(f"no claim is judged, for {size} is no published size ({sizes})")
    if left:
        why = ", ".join(dict.fromkeys(absent))
        told.append(f"left out, with the findings that rest on them: {'; '.join(left)}; why: this")
        told[-1] += f" configuration has not, or not in the published form, {why}"
    return f"{size}: {'; '.join(told)}" if told else None


def counted(names: Sequence[str], noun: str) -> str:
    """Names with their number, the first few where they are many."""
    shown = ", ".join(names[:SHORT]) + (", ..." if len(names) > SHORT else "")
    return f"{len(names)} {noun}{'' if len(names) == 1 else 's'} ({shown})"
