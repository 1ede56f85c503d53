"""What was found: ten answers by template from the ledger.

A question is answered by verdicts and numbers alone: what it says of a claim is looked up, so that
another verdict makes another sentence, and a number that is missing is not spoken of.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from genprior.claims.rules import Verdict
from genprior.claims.words import interval

Entry = Mapping[str, Any]

SAID = {
    Verdict.SUPPORTED: "Supported",
    Verdict.NOT_SUPPORTED: "Not supported",
    Verdict.INCONCLUSIVE: "Open",
    Verdict.NOT_TESTED: "Not tested",
    Verdict.VOID: "Void",
}
# How a question is answered where the verdict neither affirms nor denies.
UNDECIDED = {
    Verdict.INCONCLUSIVE: "Open",
    Verdict.NOT_TESTED: "Nothing here tells",
    Verdict.VOID: "No verdict counts, for a control was not refuted",
}


@dataclass(frozen=True)
class Says:
    """A claim, or one part of it, to be listed under its verdict."""

    text: str
    claim: str
    measure: str | None = None
    where: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Number:
    """A number of the ledger with its interval, in place of the braces."""

    text: str
    claim: str
    measure: str
    where: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """What is asked, and what of the ledger answers it.

    Attributes:
        text: the question.
        first: whose verdict is the answer.
        yes, no: the answer by that verdict.
        then: what follows, in order.
        claims: the ids of others that bear on it, which the answer does not tell.
    """

    text: str
    first: Says
    yes: str
    no: str
    then: Sequence[Says | Number] = ()
    claims: str = ""


@dataclass(frozen=True)
class Finding:
    """An answer.

    Attributes:
        question: what is asked.
        sentence: numbers, and what is supported and what not, as plain text.
        claims: whose verdicts and numbers it tells, by id.
        figure: the name of the first claim's figure, if it has one.
    """

    question: str
    sentence: str
    claims: tuple[str, ...]
    figure: str | None


E50 = "e50, the expansivity at which half of the runs succeed,"
OUTSIDE = "share of networks with a proved minimum outside the balls"
SHORT = {"method": "descent-short", "cells": "k = 60"}
KINKS = {"depth": 2, "cells": "expansivity <= 3"}

QUESTIONS = (
    Question(
        "Does m grow like k?",
        Says("measurements of the order of k suffice", "HV-measurements"),
        "Like k or more slowly",
        "Faster than k",
        (
            Number(
                "m50, where half of the runs succeed, grows as k to the power {} "
                "(d = 2, expansivity 5)",
                "HV-measurements",
                "exponent of m50 in k",
            ),
            Says("they grow more slowly than k", "OWN-exponent"),
        ),
        "HV-recovery HV-compressive OWN-excess OWN-amp-ahead OWN-amp-follows CONTROL-half",
    ),
    Question(
        "Is a constant expansivity enough?",
        Says("a constant is enough for descent, whatever k", "DRZ-constant"),
        "Yes, at these sizes",
        "No",
        (
            Number(
                f"{E50} grows as k to the power {{}} (d = 2, m/k = 6)",
                "DRZ-constant",
                "exponent of e50 in k",
            ),
            Says("it is enough for the weight distribution condition", "HV-logfactor"),
        ),
        "HV-expansivity HV-inversion HV-wdc HV-gram HV-products HV-tied HV-rric HV-kinks "
        "MI-disjoint",
    ),
    Question(
        "Does descent fail from k = 60 on?",
        Says(
            "descent fails at k = 60",
            "LJDD-figure",
            "success",
            SHORT,
        ),
        "Yes",
        "No",
        (
            Number(
                "under LJDD's cap descent recovers a share {} of the codes at k = 60 "
                "(k-250-600, A = I)",
                "LJDD-figure",
                "success",
                SHORT,
            ),
            Number("from m = 150 half of the runs succeed at k = {}", "OWN-fig1", "k50"),
            Says("success falls to near zero at k = 100, as in HHHV's figure",
                 "HHHV-fig1"),
        ),
    ),
    Question(
        "When do the linear programs win?",
        Says("they do better than descent", "LJDD-vs-gd"),
        "When k is large, without noise or a sensing matrix",
        "Not when k is large",
        (
            Number(
                "k50, where half of the runs succeed, is {} times that of descent with many steps",
                "LJDD-vs-gd",
                "k50 over the other method's",
            ),
            Number(
                "one layer is inverted from n/k of {} on",
                "OWN-layer",
                "50% point in n/k",
                {"inputs": "free"},
            ),
            Says("constant expansion is enough for them at any depth", "LJDD-deep"),
        ),
        "LJDD-layer LJDD-programs LJDD-hard LJDD-noise LJDD-proportional LJDD-fewer CONTROL-layer",
    ),
    Question(
        "What happens at d = 3?",
        Says(
            "no minimum lies outside the balls about x0 and −ρ_d x0",
            "HV-descent",
            OUTSIDE,
            {"depth": 3, "sensing": "identity"},
        ),
        "The landscape is as claimed",
        "Minima outside the balls remain",
        (
            Number(
                "a share {} of the widest networks has one (k = 5, A = I)",
                "HV-descent",
                OUTSIDE,
                {"depth": 3, "sensing": "identity"},
            ),
            Says("such minima vanish as expansivity grows", "OWN-vanishing"),
            Number(
                "at expansivity 5 and m/k = 12 descent recovers a share {} of the codes",
                "HV-recovery",
                "certified",
                {"depth": 3},
            ),
        ),
        "HV-two-points HV-zero HV-zero-slope",
    ),
    Question(
        "Does the step matter?",
        Says("2^d/2 needs at least 5% more expansivity than 2^d/d^2", "OWN-step"),
        "Yes",
        "Little",
        (
            Number(
                "log e50, the expansivity at which half of the runs succeed, shifts by {} (d = 2)",
                "OWN-step",
                "shift of log e50",
            ),
            Says("an iteration near x0 shrinks the error as the theorem says", "HHHV-rate"),
        ),
        "HHHV-linear",
    ),
    Question(
        "What is a failed run?",
        Says("it ends at a minimum on a kink", "OWN-kinks"),
        "One that ends at a minimum on a kink",
        "Of more than one kind",
        (
            Number(
                "of the decided failures (d = 2, expansivity 3 or less) a share {} ends on kinks",
                "OWN-kinks",
                "share of decided failures",
                KINKS | {"outcome": "kink"},
            ),
            Number(
                "{} at smooth spurious minima",
                "OWN-smooth",
                "share of decided failures",
                KINKS | {"outcome": "smooth"},
            ),
            Says("hardly ever at a smooth spurious minimum", "OWN-smooth"),
            Says("near the transition a threshold with a cap misjudges one run in a hundred",
                 "OWN-threshold"),
            Says("nearly every run ends with a proof", "OWN-decided"),
        ),
        "OWN-certified",
    ),
    Question(
        "Is the second basin real, and is it a minimum?",
        Says("there is one at −ρ_d x0", "HV-rho"),
        "It is real",
        "It is not where it is claimed to be",
        (
            Number(
                "beyond 0 the risk is least at −{} x0 (d = 2, wide networks)",
                "HV-rho",
                "ray minimiser, extrapolated in 1/n",
                {"depth": 2},
            ),
            Says("on average it is a saddle and no minimum", "MI-saddle"),
            Says("minima of single networks move to it as they widen", "MI-pushed"),
            Says("the negation check leads out of it", "HHHV-negation"),
        ),
        "HV-rho-cluster MI-degenerate MI-onebasin OWN-onebasin OWN-trapped CONTROL-mirror",
    ),
    Question(
        "Does it hold on a learned network?",
        Says("descent converges there", "MI-learned"),
        "Yes",
        "No",
        (
            Says("the programs do better there", "LJDD-learned"),
            Says("it needs ten times fewer measurements than sparsity", "MI-tenfold"),
        ),
        "BJPD-saturates",
    ),
)  # fmt: skip
CHECK = Finding(
    "How do I check one trial myself?",
    "`python -m genprior.export TABLE --trial N` rebuilds it, bit for bit, from its row of an "
    "instances table, compares its digest and writes W, A, x0, start and y for any language.",
    (),
    None,
)
OTHER = "Beside these questions"


def findings(entries: Sequence[Entry]) -> list[Finding]:
    """The ten answers, but for those of which a configuration has no verdict, and says so.

    Args:
        entries: the ledger, as ``claims.json`` holds it; of each entry ``id``, ``verdict``,
            ``parts`` and, where they are there, ``figure`` and ``why`` are read.
    """
    ledger = {entry["id"]: entry for entry in entries}
    return [*(_answered(one, ledger) for one in QUESTIONS if not _absent(one, ledger)), CHECK]


def _absent(question: Question, ledger: Mapping[str, Entry]) -> bool:
    """Whether nothing of an answer was tested in a ledger of less than what is published."""
    told = {one.claim for one in (question.first, *question.then)} & ledger.keys()
    tested = any(ledger[name]["verdict"] != Verdict.NOT_TESTED for name in told)
    return not tested and any(entry.get("why") for entry in ledger.values())


def as_markdown(found: Finding, figures: str) -> str:
    """An answer with a link to its figure and the ids of its claims.

    Args:
        found: the answer.
        figures: the address of the folder with the figures.
    """
    picture = f"[figure]({figures}/{found.figure}.png)" if found.figure else ""
    behind = ", ".join(filter(None, [picture, *found.claims]))
    return f"**{found.question}** {found.sentence}{f' ({behind})' if behind else ''}"


def question_of(claim: str) -> str:
    """The question that a claim bears on."""
    return next((one.text for one in QUESTIONS if claim in bearing(one)), OTHER)


def bearing(question: Question) -> tuple[str, ...]:
    """The claims that bear on a question, those of the sentence first."""
    told = [one.claim for one in (question.first, *question.then)]
    return tuple(dict.fromkeys([*told, *question.claims.split()]))


def _answered(question: Question, ledger: Mapping[str, Entry]) -> Finding:
    told = (question.first, *question.then)
    answers = UNDECIDED | {Verdict.SUPPORTED: question.yes, Verdict.NOT_SUPPORTED: question.no}
    numbers = [
        one.text.format(interval(part))
        for one in told
        if isinstance(one, Number)
        if (part := _part(one, ledger)) and part["value"] is not None
    ]
    said: dict[Verdict, list[str]] = {}
    for one in told:
        if isinstance(one, Says):
            said.setdefault(_verdict(one, ledger), []).append(one.text)
    sentences = [
        ": ".join(filter(None, [answers[_verdict(question.first, ledger)], "; ".join(numbers)])),
        *(f"{SAID[verdict]}: {'; '.join(texts)}" for verdict, texts in said.items()),
    ]
    claims = tuple(dict.fromkeys(one.claim for one in told))
    return Finding(
        question.text,
        " ".join(f"{sentence}." for sentence in sentences),
        claims,
        ledger.get(claims[0], {}).get("figure"),
    )


def _verdict(one: Says, ledger: Mapping[str, Entry]) -> Verdict:
    """Of a claim or of its part; a ledger that is void has no other."""
    entry = ledger.get(one.claim)
    if entry is None:
        return Verdict.NOT_TESTED
    whole = Verdict(entry["verdict"])
    if one.measure is None or whole is Verdict.VOID:
        return whole
    part = _part(one, ledger)
    return Verdict(part["verdict"]) if part else Verdict.NOT_TESTED


def _part(one: Says | Number, ledger: Mapping[str, Entry]) -> Mapping[str, Any] | None:
    parts = ledger[one.claim]["parts"] if one.claim in ledger else ()
    return next(
        (
            part
            for part in parts
            if part["measure"] == one.measure and one.where.items() <= part["where"].items()
        ),
        None,
    )
