"""Write config/README.md's tables of sections and keys from the models of the configuration.

`make format` runs this; a test fails where the page and the models are out of step.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from genprior.configuration.whole import allowed, meaning, root, whole
from genprior.studies import FAMILIES

PAGE = Path(__file__).resolve().parents[1] / "config/README.md"
BEGIN, END = "<!-- keys: begin -->", "<!-- keys: end -->"

Schema = Mapping[str, Any]


def inside(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """The mappings that a value is or holds, each with what follows the value's own name."""
    schema = whole(schema)
    if "properties" in schema:
        yield "", schema
    for one in schema.get("patternProperties", {}).values():
        yield from ((".<name>", whole(option)) for option in one["oneOf"])
    if "items" in schema:
        yield from inside(schema["items"])


def sections(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """The mappings of the first level, and of the families' second: name and schema."""
    for name, value in schema["properties"].items():
        for suffix, section in inside(value):
            yield f"{name}{suffix}", section
        if name in FAMILIES:
            yield from ((f"{name}.{study}", found) for study, found in sections(section))


def keys(schema: Schema, place: str = "") -> Iterator[tuple[str, str, Schema]]:
    """Every key below a mapping, depth first: the place that it stands in, its name, its schema."""
    for name, value in schema["properties"].items():
        yield place, name, whole(value)
        for suffix, section in inside(value):
            yield from keys(section, f"{place}.{name}{suffix}".strip("."))


def listed(names: Iterable[str]) -> str:
    """Names as code, each once."""
    return ", ".join(f"`{name}`" for name in dict.fromkeys(names))


def values(schema: Schema) -> str:
    """What a key may hold, with the keys of a mapping and the default."""
    held = [f" of {listed(section['properties'])}" for _, section in inside(schema)]
    default = schema.get("default")
    return "".join([allowed(schema), *held, f" (default {default})" if default else ""])


def told(texts: Mapping[str, list[str]]) -> str:
    """The usual text of a key, then those of other places, given the places of each."""
    usual, *others = sorted(texts, key=lambda text: -len(texts[text]))
    return " ".join([usual, *(f"In {listed(texts[text])}: {text}" for text in others)])


def section_rows(schema: Schema) -> Iterator[str]:
    """A row a section."""
    for name, section in sections(schema):
        yield f"| `{name}` | {meaning(section)} | {listed(section['properties'])} |"


def key_rows(schema: Schema) -> Iterator[str]:
    """A row a key, in whatever places it stands."""
    known = {name.removesuffix(".<name>") for name, _ in sections(schema)}
    texts: dict[str, tuple[dict, dict]] = {}
    for place, name, value in keys(schema):
        if f"{place}.{name}".strip(".") in known:
            continue
        short = place.removesuffix(".<name>").rsplit(".", 1)[-1]
        meanings, allowances = texts.setdefault(name, ({}, {}))
        meanings.setdefault(meaning(value), []).append(short)
        allowances.setdefault(values(value), []).append(short)
    for name, (meanings, allowances) in texts.items():
        yield f"| `{name}` | {told(meanings)} | {told(allowances)} |"


def tables(schema: Schema) -> str:
    """The tables of sections and of keys in Markdown."""
    heads = ["| section | what it is | keys |", "| key | meaning | allowed |"]
    rows = [section_rows(schema), key_rows(schema)]
    both = ("\n".join([head, "|---|---|---|", *of]) for head, of in zip(heads, rows, strict=True))
    return "\n\n".join(both)


def with_keys(page: str, schema: Schema) -> str:
    """The page with its tables renewed."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{tables(schema)}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(with_keys(PAGE.read_text(), root()))
