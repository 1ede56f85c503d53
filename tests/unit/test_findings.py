"""The findings say what the ledger says, whatever it says."""

import re
from copy import deepcopy
from pathlib import Path

import pytest
import yaml

from genprior.claims.findings import (
    CHECK,
    OTHER,
    QUESTIONS,
    SAID,
    UNDECIDED,
    Number,
    Says,
    bearing,
    findings,
    question_of,
)
from genprior.claims.rules import Verdict
from genprior.tables import read_json

ROOT = Path(__file__).resolve().parents[2]
COMMITTED = read_json(ROOT / "tests/claims/standard.json")
NUMBER = re.compile(r"−?-?[\d.]+(?:e-?\d+)? \[[^\]]+\]")


def planted(verdict=None, **numbers):
    """The committed ledger with every verdict and every number replaced."""
    entries = deepcopy(COMMITTED)
    for entry in entries:
        entry["verdict"] = verdict or entry["verdict"]
        for part in entry["parts"]:
            part |= numbers
            part["verdict"] = verdict or part["verdict"]
    return entries


def one(entries, question):
    """The answer to one question."""
    return next(found for found in findings(entries) if found.question.startswith(question))


def changed(claim, verdict):
    """The committed ledger with one claim's verdict replaced."""
    entries = deepcopy(COMMITTED)
    next(entry for entry in entries if entry["id"] == claim)["verdict"] = verdict
    return entries


@pytest.mark.parametrize("verdict", Verdict)
def test_an_answer_follows_the_verdict_and_has_no_other_s_words(verdict):
    answered = findings(planted(verdict))
    assert len(answered) == 10 and answered[-1] == CHECK
    for question, found in zip(QUESTIONS, answered, strict=False):
        answers = UNDECIDED | {Verdict.SUPPORTED: question.yes, Verdict.NOT_SUPPORTED: question.no}
        assert re.match(re.escape(answers[verdict]) + "[:.]", found.sentence)
        heads = set(re.findall(r"\. ([A-Z][a-z ]+):", found.sentence))
        assert heads == {SAID[verdict]}
        for what in (question.first, *question.then):
            assert not isinstance(what, Says) or what.text in found.sentence


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("numbers", [{}, {"value": None, "low": None, "high": None}])
def test_an_answer_is_whole_sentences_with_and_without_numbers(verdict, numbers):
    for found in findings(planted(verdict, **numbers))[:-1]:
        assert found.sentence[0].isupper() and found.sentence.endswith(".")
        assert not re.search(r"None|nan|[{}—]|: [.;]|\.\.|  |; ;", found.sentence)
        assert bool(NUMBER.search(found.sentence)) <= (not numbers)


def test_every_number_of_an_answer_is_the_ledger_s():
    told = " ".join(found.sentence for found in findings(planted(value=0.25, low=-1.5, high=None)))
    numbers = NUMBER.findall(told)
    count = sum(isinstance(one, Number) for question in QUESTIONS for one in question.then)
    assert len(numbers) == count > 10
    assert {one.removeprefix("−") for one in numbers} == {"0.25 [-1.5, ∞]"}


def test_where_one_verdict_flips_one_sentence_does():
    before, after = (
        [found.sentence for found in findings(entries)]
        for entries in (changed("OWN-step", "supported"), changed("OWN-step", "not supported"))
    )
    assert [old != new for old, new in zip(before, after, strict=True)].count(True) == 1
    step = one(changed("OWN-step", "not supported"), "Does the step").sentence
    assert step.startswith("Little: ") and "Not supported: 2^d/2 needs" in step
    assert "Supported: an iteration near x0" in step  # another claim, whose verdict is as it was


def test_a_part_answers_where_the_question_is_about_a_part():
    """LJDD's figure says two things; the question is about descent."""
    entries = changed("LJDD-figure", "not supported")
    parts = next(entry for entry in entries if entry["id"] == "LJDD-figure")["parts"]
    for part in parts:
        part["verdict"] = "supported" if "descent" in str(part["where"]) else "not supported"
    assert one(entries, "Does descent fail").sentence.startswith("Yes: ")
    assert one(changed("LJDD-figure", "void"), "Does descent").sentence.startswith("No verdict")


def test_a_ledger_without_a_claim_says_not_tested():
    assert all(found.sentence.startswith("Nothing here tells. ") for found in findings([])[:-1])


def test_what_is_asked_of_the_ledger_is_there():
    """A claim or a measure of another name would go missing without a word."""
    listed = {one["id"]: one for one in yaml.safe_load((ROOT / "config/claims.yaml").read_text())}
    ledger = {entry["id"]: entry for entry in COMMITTED}
    for question in QUESTIONS:
        assert set(bearing(question)) <= listed.keys()
        for what in (question.first, *question.then):
            if what.measure is not None:
                parts = [
                    part
                    for part in ledger[what.claim]["parts"]
                    if part["measure"] == what.measure
                    if what.where.items() <= part["where"].items()
                ]
                assert len(parts) == 1, what


def test_a_claim_is_listed_under_the_first_question_that_it_bears_on():
    assert question_of("OWN-step") == "Does the step matter?"
    assert question_of("HV-recovery") == QUESTIONS[0].text
    assert question_of("of no question") == OTHER
