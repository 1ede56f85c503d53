"""The conditions of the layer-wise and neighbouring studies, as phrases of small print."""

from collections.abc import Mapping
from typing import Any

from genprior.figures.style import scientific, span

WEIGHTS = r"$(W_i)_{jl}\sim N(0,1/n_i)$"
GAUSSIAN = r"$x_0\sim N(0,I_k)$"
Settings = Mapping[str, Any]


def _trials(settings: Settings) -> str:
    if "networks" in settings:
        return f"{span([network['trials'] for network in settings['networks']])} trials a point"
    return f"{span(settings['trials'])} trials a point"


def _success(settings: Settings) -> str:
    return rf"success: $\|x-x_0\|\leq{scientific(settings['relative_error'])}\,\|x_0\|$"


def _bars(settings: Settings) -> str:
    return f"bars: {settings['confidence']:.0%} intervals"


def noise(settings: Settings) -> str:
    return "; ".join(
        [
            WEIGHTS,
            GAUSSIAN,
            f"thresholds grow by {settings['growth']:g} on observed data alone",
            rf"descent: $\nu=1$, no negation check, at most {settings['max_iterations']:,} steps",
            "dots: runs",
            "lines: medians",
            _trials(settings),
        ]
    )


def comparison(settings: Settings) -> str:
    widths = "-".join(map(str, settings["widths"]))
    return "; ".join(
        [
            f"widths $k$-{widths}",
            "$A=I$",
            WEIGHTS,
            r"$x_0$ and start $\sim N(0,I_k)$",
            _success(settings),
            _trials(settings),
            _bars(settings) + ", for seconds quartiles",
        ]
    )


def layer(settings: Settings) -> str:
    return "; ".join(
        [
            r"Gaussian $W$",
            r"inputs $\sim N(0,I_k)$ or their positive parts",
            "exact: a random objective over the feasible set leads to the true input",
            _trials(settings),
            _bars(settings),
        ]
    )


def depth(settings: Settings) -> str:
    return "; ".join(
        [
            WEIGHTS,
            GAUSSIAN,
            "least squares where it determines a layer, else the linear program",
            _trials(settings),
            _bars(settings),
        ]
    )


def subset(settings: Settings) -> str:
    return "; ".join([WEIGHTS, GAUSSIAN, "random coordinates", _trials(settings), _bars(settings)])


def levels(settings: Settings) -> str:
    return "; ".join(
        [
            r"SNR $=10\log_{10}(\|AG(x_0)\|/\|e\|)$",
            r"$\nu=2^d/d^2$ with negation check",
            f"at most {settings['max_iterations']:,} steps",
            "means over runs that succeed",
            "bars: 1.96 standard errors",
            _trials(settings),
        ]
    )


def paths(settings: Settings) -> str:
    return "; ".join(
        [
            f"$k={settings['latent_dimension']}$",
            r"SNR $=10\log_{10}(\|AG(x_0)\|/\|e\|)$",
            r"$\nu=2^d/d^2$ with negation check",
            f"medians of {settings['trials']} trials",
        ]
    )


def plugin(settings: Settings) -> str:
    return "; ".join(
        [
            f"$d={settings['depth']}$",
            "$A=I$",
            rf"$\eta={settings['step']:g}$",
            r"$x_0$ on the unit sphere",
            r"success: $\|x-x_0\|\leq 10^{-5}$",
            f"at most {settings['max_iterations']:,} steps",
            r"dashed: $n=20\,n_0$",
            f"circles: $n_{{50}}$ with {settings['confidence']:.0%} intervals",
            _trials(settings),
        ]
    )


def reversal(settings: Settings) -> str:
    return "; ".join(
        [
            f"$k={settings['latent_dimension']}$",
            WEIGHTS,
            "medians with quartiles over trials",
            f"descent: with negation check, at most {settings['max_iterations']:,} steps",
            _trials(settings),
        ]
    )


def stochastic(settings: Settings) -> str:
    return "; ".join(
        [
            _success(settings),
            r"step $\nu/(1+k/b)$ for batches of $b$ rows, $\nu=2^d/d^2$",
            "until success; largest batch: full descent",
            "medians with quartiles over trials",
            _trials(settings),
        ]
    )
