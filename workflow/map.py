"""Draw docs/rules.svg, the map of the rules (needs Graphviz's dot).

    python workflow/map.py

Figures are one box, as are the summaries of families: they are made by loops.
"""

import re
import subprocess
import sys
from pathlib import Path

MAP = Path(__file__).resolve().parents[1] / "docs/rules.svg"
ONE_BOX = [
    (re.compile(r"^figure_\w+$"), "figures, one each"),
    (re.compile(r"^summary_\w+$"), "summary"),
    (re.compile(r"^paired_\w+$"), "paired"),
]
LEFT_OUT = {"all", "figures"}
TARGETS = ["all", "verify", "site", "archive"]


def boxed(rule: str) -> str:
    """The box that a rule is drawn in."""
    for pattern, name in ONE_BOX:
        if pattern.match(rule):
            return name
    return rule


def drawing(graph: str) -> str:
    """Graphviz source of the map from that of Snakemake's graph of rules."""
    rules = {
        number: label
        for number, label in re.findall(r'^\s*(\d+)\s*\[label = "(\w+)"', graph, re.MULTILINE)
        if label not in LEFT_OUT
    }
    arrows = {
        (boxed(rules[start]), boxed(rules[end]))
        for start, end in re.findall(r"^\s*(\d+) -> (\d+)", graph, re.MULTILINE)
        if start in rules and end in rules
    }
    lines = [f'"{start}" -> "{end}"' for start, end in sorted(arrows) if start != end]
    look = 'rankdir=LR; node [shape=box, style=rounded, fontname="Helvetica"]'
    return "\n".join(["digraph {", look, *lines, "}"])


if __name__ == "__main__":
    snakemake = Path(sys.executable).with_name("snakemake")
    command = [snakemake, "--rulegraph", "dot", "--forceall", "--", *TARGETS]
    graph = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    picture = subprocess.run(
        ["dot", "-Tsvg"], input=drawing(graph), capture_output=True, text=True, check=True
    ).stdout
    MAP.write_text(re.sub(r"<!--.*?-->\n?", "", picture, flags=re.DOTALL))
