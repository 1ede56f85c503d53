"""The terms of the page, each with a tiny picture, and links from wherever they are used."""

import re
from dataclasses import dataclass, field

from markupsafe import Markup, escape


@dataclass(frozen=True)
class Term:
    """A term of the glossary.

    Attributes:
        name: as it is headed.
        uses: regular expressions of the words that stand for it in running text.
        text: what it means, in plain text.
        strokes: the picture on a canvas of 48 by 32, as an SVG path.
        dots: its points.
        synonyms: what else a reader may type for it.
    """

    name: str
    uses: tuple[str, ...]
    text: str
    strokes: str
    dots: tuple[tuple[float, float], ...] = field(default=())
    synonyms: tuple[str, ...] = field(default=())

    @property
    def anchor(self) -> str:
        return "term-" + re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")


AXES = "M6 4V27H44"
TERMS = (
    Term(
        "latent dimension k",
        ("latent dimensions?",),
        "How many numbers a latent code has.",
        "M10 4V28M10 4H14M10 28H14M38 4V28M38 4H34M38 28H34",
        ((24, 9), (24, 16), (24, 23)),
        ("input size", "code length"),
    ),
    Term(
        "latent code x0",
        ("latent codes?", "codes?"),
        "The input that the generator turned into the signal; recovery means finding it.",
        "M4 16H16M12 12L16 16L12 20",
        ((24, 16), (32, 10), (32, 22), (40, 16)),
        ("seed", "z", "input"),
    ),
    Term(
        "generator G",
        ("generative priors?", "generators?"),
        "ReLU layers that turn a latent code into a signal, G(x) = relu(W_d … relu(W_1 x)).",
        "M8 11V21L24 26V6ZM24 6V26L42 31V1Z",
        (),
        ("decoder", "network", "GAN", "VAE"),
    ),
    Term(
        "depth d",
        ("depths?",),
        "How many layers the generator has.",
        "M8 10V22M20 7V25M32 4V28M44 1V31",
        (),
        ("layers",),
    ),
    Term(
        "expansivity",
        ("expansivity", "expansive"),
        "How much wider a layer is than the one before, n_i / n_(i−1).",
        "M14 11V21M14 11L34 2V30L14 21",
        (),
        ("width", "overparametrised", "expansion"),
    ),
    Term(
        "measurement",
        ("measurements?",),
        "One number seen of the signal; m of them are y = A G(x0).",
        "M6 27H44M12 27V12M20 27V20M28 27V8M36 27V16",
        ((12, 12), (20, 20), (28, 8), (36, 16)),
        ("sample", "observation"),
    ),
    Term(
        "sensing matrix A",
        ("sensing matri(?:x|ces)", "sensing"),
        "What measures the signal: m random rows, or the identity where the signal itself is seen.",
        "M8 8H40V24H8ZM8 16H40M16 8V24M24 8V24M32 8V24",
        (),
        ("measurement operator", "compressed sensing"),
    ),
    Term(
        "empirical risk",
        ("empirical risks?", "risks?"),
        "f(x) = ½‖A G(x) − y‖², what descent makes small.",
        "M4 5C12 30 16 30 20 20S28 14 32 24S40 20 44 4",
        (),
        ("loss", "objective"),
    ),
    Term(
        "gradient descent",
        ("gradient descent", "descents?"),
        "Steps against the gradient of the empirical risk, from a random start.",
        "M4 4C10 34 38 34 44 4M9 13L17 21L24 26",
        ((9, 13), (17, 21), (24, 26)),
        ("GD", "optimisation", "optimization"),
    ),
    Term(
        "step",
        ("steps?",),
        "The factor before the gradient; HHHV's is 2^d/d².",
        "M6 26H18V18H30V10H42",
        (),
        ("learning rate", "step size"),
    ),
    Term(
        "negation check",
        ("negation checks?",),
        "Before a step, x is replaced by −x where that has the smaller risk.",
        "M24 4V28M38 16H10M15 11L10 16L15 21",
        ((38, 16),),
        ("sign flip",),
    ),
    Term(
        "second basin",
        ("second basins?", "second points?", "-rho_d x0", "−ρ_d x0"),
        "The neighbourhood of −ρ_d x0, where the expected risk has its other stationary point.",
        "M4 4C8 18 12 20 16 16S22 12 26 20S38 36 44 4",
        ((14, 17), (34, 26)),
        ("mirror", "spurious minimum", "local minimum"),
    ),
    Term(
        "kink",
        ("kinks?",),
        "A point where a neuron is exactly at zero and the risk has no gradient.",
        "M4 4L24 26L44 12",
        ((24, 26),),
        ("nonsmooth", "non-differentiable", "non-differentiability"),
    ),
    Term(
        "saddle",
        ("(?:degenerate )?saddles?",),
        "A stationary point that is no minimum; a degenerate one is flat to second order.",
        "M4 8C16 24 32 24 44 8M4 26C16 14 32 14 44 26",
        ((24, 20),),
        ("critical point", "stationary point"),
    ),
    Term(
        "certificate",
        ("certificates?", "certified"),
        "A computed proof of what became of a trial: the code, a minimum, a kink.",
        "M10 4H38V22H10ZM20 22V30L24 27L28 30V22M16 13L22 18L32 8",
        (),
        ("proof", "verified"),
    ),
    Term(
        "phase transition",
        ("phase (?:transitions?|diagrams?)", "transitions?", "m50", "e50"),
        "Where success passes one half: m50 along the measurements, e50 along the expansivity.",
        AXES + "M8 26C24 26 22 6 42 6M6 16H25V27",
        ((25, 16),),
        ("threshold", "boundary", "sample complexity"),
    ),
    Term(
        "interval",
        ("intervals?",),
        "What a number may be in truth, at the stated confidence.",
        "M8 16H40M8 11V21M40 11V21",
        ((24, 16),),
        ("confidence", "error bar"),
    ),
    Term(
        "verdict",
        ("verdicts?",),
        "Supported, not supported or inconclusive: an interval against a bound fixed before.",
        "M4 22H44M30 4V28M12 12H26M12 9V15M26 9V15",
        ((19, 12),),
        ("result", "decision"),
    ),
    Term(
        "control",
        ("(?:negative )?controls?",),
        "A claim known to be false; were it not refuted, the ledger would be void.",
        "M12 4L36 28M36 4L12 28",
        (),
        ("sanity check",),
    ),
    Term(
        "linear program",
        ("linear programs?", "one layer at a time", "layer-wise"),
        "Inverts one layer after another, from the last, by convex optimisation.",
        "M8 24L14 6L34 4L42 18L30 28ZM6 14L44 30",
        ((42, 18),),
        ("LP", "layerwise", "convex"),
    ),
    Term(
        "weight distribution condition",
        ("weight distribution condition", "WDC"),
        "Gram matrices of active rows lie close to their mean, uniformly over all pairs of inputs.",
        "M24 16m-12 0a12 12 0 1 0 24 0a12 12 0 1 0 -24 0M24 16m-6 0a6 6 0 1 0 12 0a6 6 0 1 0 -12 0",
        ((26, 15), (22, 18), (25, 19)),
        ("concentration",),
    ),
    Term(
        "RRIC",
        ("RRIC", "isometry"),
        "A keeps lengths and angles of differences in the generator's range.",
        "M6 26L22 26L16 10ZM28 26L44 26L38 10Z",
        (),
        ("restricted isometry", "RIP"),
    ),
    Term(
        "approximate message passing",
        ("AMP", "message passing"),
        "An algorithm whose errors are known as k grows, and what is possible in its time.",
        "M8 8L24 24M24 8L8 24M24 8L40 24M40 8L24 24",
        ((8, 8), (24, 8), (40, 8), (8, 24), (24, 24), (40, 24)),
        ("state evolution", "Bayes optimal", "information limit"),
    ),
    Term(
        "signal-to-noise ratio",
        ("SNR", "signal-to-noise ratios?"),
        "Energy of the measurements over that of the noise, in decibels.",
        "M4 16C8 4 12 4 16 16S24 28 28 16M30 16L32 12L34 19L36 14L38 18L40 15L44 16",
        (),
        ("noisy", "dB"),
    ),
)
_USES = [(term, use) for term in TERMS for use in term.uses]
# The longest words first, so that "gradient descent" is not read as "descent".
_ANY = re.compile(
    r"(?<![\w-])(?:"
    + "|".join(
        f"(?P<t{number}>{use})"
        for number, (_, use) in sorted(enumerate(_USES), key=lambda one: -len(one[1][1]))
    )
    + r")(?![\w-])",
    re.IGNORECASE,
)


def linked(text: str) -> Markup:
    """A text as HTML, every use of a term a link to the glossary; all else is escaped."""
    parts, end = [], 0
    for match in _ANY.finditer(text):
        term, _ = _USES[int(match.lastgroup[1:])]
        parts += [
            escape(text[end : match.start()]),
            Markup('<a class="term" href="#{}">{}</a>').format(term.anchor, match[0]),
        ]
        end = match.end()
    return Markup("").join([*parts, escape(text[end:])])


def synonyms(text: str) -> str:
    """What else readers call the terms that a text uses, for the filter."""
    used = {_USES[int(match.lastgroup[1:])][0].name for match in _ANY.finditer(text)}
    return " ".join(
        word for term in TERMS if term.name in used for word in (term.name, *term.synonyms)
    )
