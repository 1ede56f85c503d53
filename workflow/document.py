"""Write config/README.md's tables of keys from the models of the configuration, and README.md's
tables: of claims from their list and the committed verdicts, of figures from what they declare.

`make format` runs this; a test fails where a page and its source are out of step.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from genprior.claims.claim import Claim, Paper, claims_of, papers_of
from genprior.claims.comparison import label
from genprior.claims.ledger import interval
from genprior.claims.multiplicity import DECIDED
from genprior.configuration.whole import allowed, meaning, root, whole
from genprior.figures.declared import Declared, all_declared
from genprior.tables import read_json

ROOT = Path(__file__).resolve().parents[1]
PAGE, README = ROOT / "config/README.md", ROOT / "README.md"

Schema = Mapping[str, Any]
Place = tuple[str, ...]


def inside(schema: Schema, place: Place) -> Iterator[tuple[Place, Schema]]:
    """The mappings that a value is or holds, with their places in the configuration."""
    schema = whole(schema)
    if "properties" in schema:
        yield place, schema
    for one in schema.get("patternProperties", {}).values():
        yield from (((*place, "<name>"), whole(option)) for option in one["oneOf"])
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
    default = f", default {schema['default']}" if schema.get("default") else ""
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
    """README's table of figures."""
    rows = []
    for figure in figures:
        needs = [path for paths in figure.needs.values() for path in paths]
        data = dict.fromkeys(
            f"{path.rsplit('/', 1)[0]}/" if path.startswith("statistics/") else path
            for path in needs
        )
        picture = f"[{figure.name}](figures/standard/{figure.name}.png)"
        file = f"[{Path(figure.path).name}]({figure.path})"
        rows.append(f"| {picture} | {figure.title} | {file} | {listed(data) or 'closed forms'} |")
    head = "| figure | what it shows | file | data in `results/<size>/` |"
    return "\n".join([head, "|---|---|---|---|", *rows])


def verdict_text(expected: Mapping[str, Any]) -> str:
    """A verdict, with a mark where it does not stand when the list is read as a whole."""
    uncorrected = expected["verdict"] in DECIDED and expected["stands"] is False
    return f"{expected['verdict']}{' †' if uncorrected else ''}"


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
        number = next((f"{interval(part)} {label(part)}" for part in deciding), "")
        where = "; ".join(place.text(papers) for place in claim.where)
        kind = "" if claim.kind == "measurement" else f" ({claim.kind})"
        rows.append(
            f"| {claim.id}{kind} | {' '.join(claim.claim.split())} | {where}: {claim.known} "
            f"| **{verdict_text(one)}** | {number} |"
        )
    counts = Counter(committed[one.id]["verdict"] for one in judged if one.kind != "control")
    told = ", ".join(f"{count} {verdict}" for verdict, count in counts.most_common())
    head = "| claim | in our words | made in: how that is known | verdict | deciding number |"
    return "\n".join([f"At standard size: {told}.", "", head, "|---|---|---|---|---|", *rows])


def renewed(page: str, part: str, text: str) -> str:
    """A page with what stands between the marks of one of its parts renewed."""
    begin, end = f"<!-- {part}: begin -->", f"<!-- {part}: end -->"
    before, rest = page.split(begin)
    _, after = rest.split(end)
    return f"{before}{begin}\n{text}\n{end}{after}"


def with_keys(page: str, schema: Schema) -> str:
    """The page of keys with its tables renewed."""
    return renewed(page, "keys", tables(schema))


def with_claims(page: str) -> str:
    """README with its table of claims renewed."""
    listed, papers = (
        yaml.safe_load((ROOT / f"config/{name}.yaml").read_text()) for name in ("claims", "papers")
    )
    expected = read_json(ROOT / "tests/claims/standard.json")
    return renewed(page, "claims", claim_table(claims_of(listed), papers_of(papers), expected))


def with_figures(page: str) -> str:
    """README with its table of figures renewed."""
    return renewed(page, "figures", figure_table(all_declared().values()))


if __name__ == "__main__":
    PAGE.write_text(with_keys(PAGE.read_text(), root()))
    README.write_text(with_figures(with_claims(README.read_text())))
