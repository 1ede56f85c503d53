"""Write config/README.md's table of keys from the schema, which is their one description.

`make format` runs this; a test fails where the page and the schema are out of step.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from genprior.configuration import allowed

ROOT = Path(__file__).resolve().parents[1]
SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"
PAGE = ROOT / "config/README.md"
BEGIN, END = "<!-- keys: begin -->", "<!-- keys: end -->"


def keys(schema: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str, str]]:
    """Every key below a schema, depth first: its dotted name, its description, what it may hold.

    Keys with the same schema object (a YAML anchor) are listed once in full.
    """
    described: dict[int, str] = {}
    for name, value in schema.get("properties", {}).items():
        dotted = f"{prefix}{name}"
        if id(value) in described:
            yield dotted, f"as `{described[id(value)]}`", allowed(value)
            continue
        described[id(value)] = dotted
        yield dotted, " ".join(value["description"].split()), allowed(value)
        yield from keys(value, f"{dotted}.")
        yield from keys(value.get("items", {}), f"{dotted}[].")


def table(schema: Mapping[str, Any]) -> str:
    """The table of keys in Markdown."""
    rows = (f"| `{name}` | {text} | {values} |" for name, text, values in keys(schema))
    return "\n".join(["| key | meaning | allowed |", "|---|---|---|", *rows])


def with_keys(page: str, schema: Mapping[str, Any]) -> str:
    """The page with its table of keys renewed."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{table(schema)}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(with_keys(PAGE.read_text(), yaml.safe_load(SCHEMA.read_text())))
