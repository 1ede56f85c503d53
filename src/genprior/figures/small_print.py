"""Phrases of small print that figures share; each figure joins them with its own."""

from collections.abc import Sequence

from genprior.descent import step_text
from genprior.figures.style import scientific, span

WEIGHTS = r"$(W_i)_{jl}\sim N(0,1/n_i)$"
CODE = r"$x_0\sim N(0,I_k)$"
CODE_AND_START = r"$x_0$ and start $\sim N(0,I_k)$"
INVERSION = "$A=I$"
SIGNAL_TO_NOISE = r"SNR $=10\log_{10}(\|AG(x_0)\|/\|e\|)$"
QUARTILES = "medians with quartiles over trials"


def joined(*phrases: str) -> str:
    """Phrases as the text of ``style.note``."""
    return "; ".join(phrases)


def trials(counts: int | Sequence[int]) -> str:
    """How many trials a point has, or the range where points differ."""
    return f"{span(counts)} trials a point"


def success(relative_error: float) -> str:
    """The error up to which a run counts as a success."""
    return rf"success: $\|x-x_0\|\leq{scientific(relative_error)}\,\|x_0\|$"


def intervals(confidence: float) -> str:
    """What intervals are drawn."""
    return f"{confidence:.0%} intervals"


def bars(confidence: float) -> str:
    """What the bars are."""
    return f"bars: {intervals(confidence)}"


def step(rule: str | float) -> str:
    """The step of descent; a table read from CSV may hold it as a number."""
    return rf"$\nu={step_text(rule)}$"


def check(negation_check: bool) -> str:
    """Whether HHHV's check precedes every step."""
    return f"{'with' if negation_check else 'without'} negation check"


def cap(max_iterations: int) -> str:
    """The iteration cap."""
    return f"at most {max_iterations:,} steps"
