"""config/README.md describes the keys that the schema allows."""

import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "workflow"))

import document  # noqa: E402


def test_the_page_is_in_step_with_the_schema():
    schema = yaml.safe_load(document.SCHEMA.read_text())
    page = document.PAGE.read_text()
    assert page == document.with_keys(page, schema), "config/README.md is stale: run `make format`"


def test_a_key_without_a_line_is_noticed():
    schema = {"properties": {"seed": {"description": "Entropy.", "type": "integer", "minimum": 0}}}
    assert "| `seed` | Entropy. | an integer >= 0 |" in document.table(schema)
