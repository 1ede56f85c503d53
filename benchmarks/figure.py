"""The figure of the benchmark: rates of all engines by size, and cost against size."""

from pathlib import Path

import numpy as np
import pandas as pd

from genprior.figures import style

NAMES = {
    "numpy": "NumPy loop",
    "torch": "PyTorch autograd",
    "jax": "JAX vmap + jit",
    "streaming": "ours, streaming",
    "incremental": "ours, incremental",
}


def draw(results: dict, path: Path) -> None:
    """Write ``path``.pdf and ``path``.png from the contents of results.json."""
    figure, (left, right) = style.new_figure(style.PAGE, 3.0, columns=2)
    sizes = results["sizes"]
    engines = [
        name for name in NAMES if name in next(iter(sizes.values()))["iterations_per_second"]
    ]
    offsets = np.linspace(-0.3, 0.3, len(engines))
    for colour, (engine, offset) in enumerate(zip(engines, offsets, strict=True)):
        rates = pd.DataFrame([size["iterations_per_second"][engine] for size in sizes.values()])
        left.errorbar(
            np.arange(len(rates)) + offset,
            rates["median"],
            yerr=[rates["median"] - rates["low"], rates["high"] - rates["median"]],
            fmt="o",
            color=style.PALETTE[colour],
            capsize=1.5,
            label=NAMES[engine],
        )
    left.set_yscale("log")
    low, high = left.get_ylim()
    left.set_ylim(low, high * 12)
    left.set_xticks(np.arange(len(sizes)), [name.replace(" ", "\n") for name in sizes])
    left.set_ylabel("instance-iterations per second, two cores")
    left.legend(loc="upper right", ncols=2)

    curve = pd.DataFrame(results["cost_curve"])
    for depth, colour in style.DEPTH.items():
        for engine, line in (("streaming", "-"), ("incremental", "--")):
            chosen = curve[(curve["depth"] == depth) & (curve["engine"] == engine)]
            if len(chosen):
                right.plot(
                    chosen["latent_dimension"],
                    chosen["seconds_per_iteration"] * 1e6,
                    line,
                    color=colour,
                    marker=style.DEPTH_MARKERS[depth],
                    label=f"$d={depth}$" if engine == "streaming" else None,
                )
    right.plot([], [], "k-", label="streaming")
    right.plot([], [], "k--", label="incremental")
    right.set_xscale("log")
    right.set_yscale("log")
    style.plain_ticks(right.xaxis, sorted(curve["latent_dimension"].unique()))
    low, high = right.get_ylim()
    right.set_ylim(low, high * 3)
    right.set_xlabel("latent dimension $k$ (widths $2k, 4k, \\ldots$; $m=6k$)")
    right.set_ylabel("microseconds per iteration, one core")
    right.legend(ncols=2, loc="upper left")
    machine = results["machine"]
    runs = next(iter(sizes.values()))["streaming_vs_best_peer"]["runs"]
    style.note(
        figure,
        f"{machine['processor']}, {machine['cores']} cores; arithmetic in float64; "
        "negation check in all engines; "
        f"medians and ranges of {runs} runs; each peer in its best arrangement; "
        "incremental: whole runs to a gradient of 1e-9, at most 1,500 iterations",
    )
    style.save(figure, f"{path}.pdf", f"{path}.png")
