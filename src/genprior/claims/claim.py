"""A claim as ``config/claims.yaml`` states it, and the papers of ``config/papers.yaml``."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError

from genprior.claims.rules import RULES
from genprior.configuration.pieces import Fault, Section

Known = Literal["quoted", "read off", "recalled", "ours"]
Kind = Literal["measurement", "identity", "control"]
KNOWN: Mapping[str, str] = {
    "quoted": "read in the paper's text or its released code, and put in our words",
    "read off": "read off a figure of the paper",
    "recalled": "recalled, and not seen in the paper's text",
    "ours": "derived or measured by this replication; no paper says it",
}


class ClaimError(ValueError):
    """A list of claims or papers that cannot be used as written."""


class Paper(Section):
    """A paper, its version the one by whose numbers statements are named."""

    cite: str
    version: str | None = None


class Place(Section):
    """Where a claim is made."""

    paper: str
    place: str | None = None

    def text(self, papers: Mapping[str, Paper]) -> str:
        """Paper, version and statement."""
        version = papers[self.paper].version
        named = f"{self.paper} ({version})" if version else self.paper
        return f"{named}, {self.place}" if self.place else named


class Asked(Section):
    """A measure, the cells where it is taken and the rule that turns it into a verdict."""

    measure: str
    where: dict[str, str | int | float | bool] = Field(default_factory=dict)
    rule: dict[str, Any]
    published: float | None = None
    """The number that the paper has, known as the claim is."""

    def faults(self) -> Iterator[Fault]:
        if len(self.rule) != 1 or not set(self.rule) <= set(RULES):
            yield "rule", f"exactly one of {', '.join(RULES)}"
            return
        ((kind, bound),) = self.rule.items()
        ends = bound if kind == "inside" else [bound]
        if not isinstance(ends, list) or len(ends) != (2 if kind == "inside" else 1):
            yield "rule", "two ends, such as inside: [0.9, 1.1]"
        elif not all(isinstance(end, int | float) or end == "reference" for end in ends):
            yield "rule", "numbers, or the word reference"
        elif kind == "inside" and not ends[0] < ends[1]:
            yield "rule", "the first end below the second"


class Claim(Section):
    """One row of the ledger, as it stands before anything is measured."""

    id: str
    where: Annotated[
        list[Place],
        BeforeValidator(lambda given: given if isinstance(given, list) else [given]),
        Field(min_length=1),
    ]
    """The places where the claim is made."""
    known: Known
    """How we know that it is made there."""
    kind: Kind = "measurement"
    """An identity holds by algebra and is no measurement; a control is known to be false."""
    claim: str
    """In our words."""
    table: str | None = None
    """The table of estimates that bear on it."""
    figure: str | None = None
    depends: str | None = None
    """What the result depends on."""
    fixed: str | None = None
    """When the rules were fixed, and at what seed the pilots ran."""
    plan: str | None = None
    """Why so many trials: the smallest design that decides."""
    note: str | None = None
    measures: list[Asked] = Field(default_factory=list)

    def faults(self) -> Iterator[Fault]:
        if self.measures and not (self.table and self.fixed):
            yield "", "a claim with measures names its table and when its rules were fixed"


def claims_of(listed: Sequence[Mapping[str, Any]]) -> list[Claim]:
    """The claims of a list as YAML holds it.

    Raises:
        ClaimError: which claim and key, what was given and what is wrong.
    """
    return [_checked(Claim, f"claim {one.get('id', one)}", one) for one in listed]


def papers_of(listed: Mapping[str, Mapping[str, Any]]) -> dict[str, Paper]:
    """The papers by short name; raises ``ClaimError``."""
    return {name: _checked(Paper, f"paper {name}", one) for name, one in listed.items()}


def _checked(model: Any, name: str, given: Mapping[str, Any]) -> Any:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        faults = [
            f"{'.'.join(map(str, one['loc'])) or 'as a whole'}: {one['msg']}, "
            f"given {one['input']!r}"
            for one in error.errors()
        ]
        raise ClaimError(f"{name}: {'; '.join(faults)}") from None
