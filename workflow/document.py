"""Write config/README.md's tables of keys from the models of the configuration; README.md's
findings and claims from the list of claims and the committed verdicts, its figures from what they
declare; FINDINGS.md; and the verdicts that the package brings.

`make format` runs this; a test fails where a page and its source are out of step.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from genprior.claims.claim import Claim, Paper, read_claims, read_papers
from genprior.claims.comparison import label
from genprior.claims.findings import OTHER, QUESTIONS, Finding, as_markdown, findings, question_of
from genprior.claims.multiplicity import DECIDED
from genprior.claims.rules import in_words
from genprior.claims.words import interval
from genprior.configuration.whole import allowed, meaning, root, whole
from genprior.figures.declared import Declared, all_declared, main_figures
from genprior.methods.registry import DESCENTS, METHODS
from genprior.tables import read_json, write_json

ROOT = Path(__file__).resolve().parents[1]
PAGE, README = ROOT / "config/README.md", ROOT / "README.md"
METHODS_PAGE = ROOT / "docs/methods.md"
FINDINGS = ROOT / "FINDINGS.md"
SHIPPED = ROOT / "src/genprior/cli/claims.json"

Schema = Mapping[str, Any]
Place = tuple[str, ...]


def inside(schema: Schema, place: Place) -> Iterator[tuple[Place, Schema]]:
    """The mappings that a value is or holds, with their places in the configuration."""
    schema = whole(schema)
    if "properties" in schema:
        yield place, schema
    for one in schema.get("patternProperties", {}).values():
        yield from (((*place, "<name>"), whole(option)) for option in one["oneOf"])
    for option in schema.get("oneOf", []):
        yield from inside(option, place)
    if "items" in schema:
        yield from inside(schema["items"], (*place[:-1], f"{place[-1]}[]"))


def sections(schema: Schema, place: Place = ()) -> Iterator[tuple[Place, Schema]]:
    """A mapping and all in it, depth first."""
    yield place, schema
    for name, value in schema["properties"].items():
        for inner_place, inner in inside(value, (*place, name)):
            yield from sections(inner, inner_place)


def listed(names: Iterable[str]) -> str:
    """Names as code."""
    return ", ".join(f"`{name}`" for name in names)


def in_braces(places: Iterable[Place]) -> str:
    """Places in words, those that differ in their second part alone as one."""
    alike: dict[tuple[str, Place], dict[str, None]] = {}
    for first, *rest in places:
        alike.setdefault((first, tuple(rest[1:])), {})[".".join(rest[:1])] = None
    names = []
    for (first, rest), seconds in alike.items():
        second = next(iter(seconds)) if len(seconds) == 1 else "{" + ", ".join(seconds) + "}"
        names.append(".".join(filter(None, [first, second, *rest])))
    return listed(names)


def told(name: str, schema: Schema) -> str:
    """A key with its meaning and, where no row of its own says it, what is allowed."""
    usual = schema.get("default")
    default = f", default {str(usual).lower() if usual is True else usual}" if usual else ""
    values = "" if "properties" in schema else f" ({allowed(schema)}{default})"
    return f"`{name}`: {meaning(schema)}{values}"


def shared(models: Iterable[Mapping[str, Schema]]) -> set[str]:
    """What is told once of keys that several sections have: a name's most usual text, and others
    that three sections have."""
    count = Counter(told(*key) for keys in models for key in keys.items())
    usual: dict[str, str] = {}
    for text, _ in count.most_common():
        usual.setdefault(text.split(":")[0], text)
    return {text for text in count if count[text] > (1 if text in usual.values() else 2)}


def rows(schema: Schema) -> tuple[list[str], list[str]]:
    """A row a section, with the keys told there, and a row a key that is told once for several."""
    places: dict[str, list[Place]] = {}
    for place, section in sections(schema):
        places.setdefault(section.get("$ref", ""), []).append(place)
    models = {name: whole({"$ref": name}) if name else schema for name in places}
    keys = {
        name: {key: whole(value) for key, value in model["properties"].items()}
        for name, model in models.items()
    }
    once = shared(keys.values())
    section_rows, key_rows = [], {}
    for model, values in keys.items():
        here, elsewhere = [meaning(models[model])], []
        for key, value in values.items():
            text = told(key, value)
            if meaning(models.get(value.get("$ref"), {"description": ""})) == meaning(value):
                elsewhere.append(key)
            elif text in once:
                elsewhere.append(key)
                key_rows.setdefault(text, (key, value, {}))[2][places[model][0][0]] = None
            else:
                here.append(text)
        where = in_braces(places[model]) if model else "the file"
        section_rows.append(f"| {where} | {'<br>'.join(here)} | {listed(elsewhere)} |")
    names = Counter(key for key, _, _ in key_rows.values())
    return section_rows, [
        f"| {listed([key])}{f' in {listed(tops)}' if names[key] > 1 else ''} "
        f"| {meaning(value)} | {allowed(value)} |"
        for key, value, tops in key_rows.values()
    ]


def tables(schema: Schema) -> str:
    """The tables of sections and of keys in Markdown."""
    heads = ["| section | what it is; keys of its own | keys shared with others |"]
    heads += ["| shared key | meaning | allowed |"]
    both = zip(heads, rows(schema), strict=True)
    return "\n\n".join("\n".join([head, "|---|---|---|", *body]) for head, body in both)


def figure_table(figures: Iterable[Declared]) -> str:
    """README's table of figures, by the first question that their claims bear on."""
    order = [*(question.text for question in QUESTIONS), OTHER]
    by_question: dict[str, list[str]] = {question: [] for question in order}
    for figure in figures:
        needs = [path for paths in figure.needs.values() for path in paths]
        data = dict.fromkeys(
            f"{path.rsplit('/', 1)[0]}/" if path.startswith("statistics/") else path
            for path in needs
        )
        picture = f"[{figure.name}](figures/standard/{figure.name}.png)"
        file = f"[{Path(figure.path).name}]({figure.path})"
        question = min(map(question_of, figure.claims or [""]), key=order.index)
        by_question[question].append(
            f"| {picture} | {figure.title} | {file} | {listed(data) or 'closed forms'} |"
        )
    head = "| question | figure | what it shows | file | data in `results/<size>/` |"
    rows = [
        f"| {'' if number else question} {row}"
        for question, several in by_question.items()
        for number, row in enumerate(several)
    ]
    return "\n".join([head, "|---|---|---|---|---|", *rows])


def verdict_text(expected: Mapping[str, Any]) -> str:
    """A verdict, with a mark where it does not stand when the list is read as a whole."""
    uncorrected = expected["verdict"] in DECIDED and expected["stands"] is False
    return f"{expected['verdict']}{' †' if uncorrected else ''}"


def asked(claim: Claim, part: Mapping[str, Any]) -> str:
    """What the rule asks of a part, in words."""
    rules = [
        one.rule
        for one in claim.measures
        if one.measure == part["measure"] and one.where.items() <= part["where"].items()
    ]
    return f"; asked: {in_words(rules[0])}" if rules else ""


def claim_table(
    claims: Iterable[Claim], papers: Mapping[str, Paper], expected: Iterable[Mapping[str, Any]]
) -> str:
    """README's table of claims with their committed verdicts, controls last."""
    committed = {one["id"]: one for one in expected}
    judged = [claim for claim in claims if claim.id in committed]
    rows = []
    for claim in sorted(judged, key=lambda claim: claim.kind == "control"):
        one = committed[claim.id]
        deciding = (part for part in one["parts"] if label(part) == one["decisive"])
        number = next(
            (f"{interval(part)} {label(part)}{asked(claim, part)}" for part in deciding), ""
        )
        where = "; ".join(place.text(papers) for place in claim.where)
        kind = "" if claim.kind == "measurement" else f" ({claim.kind})"
        rows.append(
            f"| {claim.id}{kind} | {' '.join(claim.claim.split())} | {where}: {claim.known} "
            f"| **{verdict_text(one)}** | {number} |"
        )
    head = "| claim | in our words | made in: how that is known | verdict | deciding number |"
    return "\n".join([head, "|---|---|---|---|---|", *rows])


def counted(claims: Iterable[Claim], expected: Iterable[Mapping[str, Any]]) -> str:
    """How many claims have which verdict, controls left out."""
    controls = {claim.id for claim in claims if claim.kind == "control"}
    counts = Counter(one["verdict"] for one in expected if one["id"] not in controls)
    told = ", ".join(f"{count} {verdict}" for verdict, count in counts.most_common())
    return f"At standard size: {told}."


def shipped(
    claims: Iterable[Claim], papers: Mapping[str, Paper], expected: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The committed verdicts as the package brings them, for `genprior claims`."""
    listed = {claim.id: claim for claim in claims}
    entries = []
    for one in expected:
        claim = listed[one["id"]]
        deciding = [part for part in one["parts"] if label(part) == one["decisive"]]
        numbers = deciding[0] if deciding else {}
        entries.append(
            {
                "id": claim.id,
                "kind": claim.kind,
                "verdict": one["verdict"],
                "stands": one["stands"] if one["verdict"] in DECIDED else None,
                "claim": " ".join(claim.claim.split()),
                "where": "; ".join(place.text(papers) for place in claim.where),
                "known": claim.known,
                "decisive": one["decisive"],
                **{name: numbers.get(name) for name in ("value", "low", "high", "trials")},
            }
        )
    return entries


def finding_list(found: Iterable[Finding]) -> str:
    """README's list of findings."""
    return "\n".join(
        f"{number}. {as_markdown(one, 'figures/standard')}" for number, one in enumerate(found, 1)
    )


def findings_page(
    found: Iterable[Finding], claims: Iterable[Claim], expected: Iterable[Mapping[str, Any]]
) -> str:
    """FINDINGS.md: each answer with its figure and the parts of its claims."""
    claims, ledger = {claim.id: claim for claim in claims}, {one["id"]: one for one in expected}
    lines = [
        "# What we found",
        "",
        f"{counted(claims.values(), ledger.values())} Written by `make format` from the committed "
        "verdicts; [README.md](README.md#the-claims) has all claims, "
        "[config/claims.yaml](config/claims.yaml) their rules.",
        "",
        "![Scorecard of all claims](figures/standard/scorecard.png)",
    ]
    for one in found:
        lines += ["", f"## {one.question}", "", one.sentence]
        if one.figure:
            lines += ["", f"Figure: [{one.figure}](figures/standard/{one.figure}.png)."]
        lines += [""] if one.claims else []
        for name in filter(ledger.__contains__, one.claims):
            said = " ".join(claims[name].claim.split())
            lines.append(f"- {name}, **{verdict_text(ledger[name])}**: {said}")
            lines += [
                f"  - {label(part)}: {interval(part)}, {part['verdict']}"
                for part in ledger[name]["parts"]
            ]
    return "\n".join(lines) + "\n"


def renewed(page: str, part: str, text: str) -> str:
    """A page with what stands between the marks of one of its parts renewed."""
    begin, end = f"<!-- {part}: begin -->", f"<!-- {part}: end -->"
    before, rest = page.split(begin)
    _, after = rest.split(end)
    return f"{before}{begin}\n{text}\n{end}{after}"


def with_keys(page: str, schema: Schema) -> str:
    """The page of keys with its tables renewed."""
    return renewed(page, "keys", tables(schema))


def committed() -> tuple[list[Claim], dict[str, Paper], list[dict[str, Any]]]:
    """The claims, the papers and the committed verdicts, each with its claim's figure."""
    claims = read_claims(ROOT / "config/claims.yaml")
    papers = read_papers(ROOT / "config/papers.yaml")
    figures = main_figures(all_declared().values())
    expected = read_json(ROOT / "tests/claims/standard.json")
    return claims, papers, [one | {"figure": figures.get(one["id"])} for one in expected]


def readme(page: str) -> str:
    """README with what is generated in it renewed."""
    claims, papers, expected = committed()
    found = f"{counted(claims, expected)}\n\n{finding_list(findings(expected))}"
    page = renewed(page, "findings", found)
    page = renewed(page, "claims", claim_table(claims, papers, expected))
    return renewed(page, "figures", figure_table(all_declared().values()))


def what_we_found() -> str:
    """FINDINGS.md."""
    claims, _, expected = committed()
    return findings_page(findings(expected), claims, expected)


def method_table() -> str:
    """The methods of recovery: what each is, the problems that it is for, its settings."""
    lines = ["| `method:` | what it is | for | settings and defaults |", "|---|---|---|---|"]
    for name, path in METHODS.items():
        module = import_module(path)
        what, *more = module.__doc__.split("\n\n")
        source = [part.split("; ``")[0] for part in more if part.startswith("Source")]
        settings = (
            "those of `descent`"
            if name in DESCENTS
            else "<br>".join(
                f"`{key}` {field.default}: {' '.join(field.description.split())}"
                for key, field in module.Settings.model_fields.items()
            )
        )
        cells = [f"`{name}`", " ".join([what, *source]), module.require.__doc__, settings]
        lines.append(" | ".join(["", *(in_a_cell(cell) for cell in cells), ""]).strip())
    return "\n".join(lines)


def in_a_cell(text: str) -> str:
    """A docstring's first part as a cell of a table."""
    words = " ".join(text.split("\n\n    Raises:")[0].split())
    return words.replace("``", "`").replace("||", "‖")


def methods_page(page: str) -> str:
    """docs/methods.md with its table of methods renewed."""
    return renewed(page, "methods", method_table())


def main() -> None:
    """Write all of them anew."""
    METHODS_PAGE.write_text(methods_page(METHODS_PAGE.read_text()))
    PAGE.write_text(with_keys(PAGE.read_text(), root()))
    README.write_text(readme(README.read_text()))
    FINDINGS.write_text(what_we_found())
    write_json(shipped(*committed()), SHIPPED)


if __name__ == "__main__":
    main()
