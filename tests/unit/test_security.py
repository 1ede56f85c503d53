"""Markup stays text, no pickle is read, nothing is fetched, all that is installed has a hash."""

import ast
import json
import re
import runpy
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
import yaml

from genprior.claims.claim import claims_of, papers_of
from genprior.claims.findings import Finding
from genprior.claims.ledger import ledger
from genprior.report.crate import metadata
from genprior.report.diagrams import diagram
from genprior.report.page import PARTS, Picture, embedded, render
from genprior.statistics.estimate import Estimate

ROOT = Path(__file__).parents[2]
PARTS_END = {".j2", ".css", ".js"}
PLAIN = "words"
# Text that ends an attribute, an element, a comment and a script, and begins others.
HOSTILE = "\"'><img src=x onerror=alert(1)></td></script><!--<script>alert(2)</script>&lt;{{7*7}}"


def diagram_with(text):
    """A phase diagram of one trial in which every string is this text."""
    cell = {"expansivity": 2.0, "measurement_ratio": 4.0, "latent_dimension": 10}
    cell |= {"shape": f"shape {text}", "measurements": 40}
    success = cell | {"successes": 1, "trials": 1, "proportion": 1.0, "low": 0.0, "high": 1.0}
    trial = cell | {"trial": 0, "iterations": 3, "relative_error": 0.1}
    return diagram(
        ["expansivity", "measurement_ratio"],
        pd.DataFrame([success | {"iterations": 3.0, "median_error": 0.1}]),
        pd.DataFrame(),
        pd.DataFrame([trial | {"stop": f"stop {text}", "outcome": f"outcome {text}"}]),
        pd.DataFrame([trial | {"curve": [1.0, 0.1]}]),
        {(cell["shape"], 0): f"table {text}"},
    )


def page_with(text):
    """A report in which every string from claims, configuration and file names is this text."""
    claim = {
        "id": f"id {text}",
        "where": {"paper": f"paper {text}", "place": f"place {text}"},
        "known": "ours",
        "fixed": f"fixed {text}",
        "plan": f"plan {text}",
        "claim": f"claim {text}",
        "note": f"note {text}",
        "depends": f"depends {text}",
        "tables": [f"table {text}"],
        "quantity": f"quantity {text}",
        "measures": [{"measure": f"measure {text}", "rule": {"low_at_least": 0.95}}],
    }
    papers = {f"paper {text}": {"cite": f"cite {text}", "version": f"arXiv 1705.07576 {text}"}}
    measured = [
        Estimate(1.0, 0.97, 1.0, 120).named(claim["id"], f"measure {text}", sensing=f"law {text}")
    ]
    picture = Picture(
        name=f"name {text}",
        png=b"",
        caption=f"caption {text}",
        pdf=f"pdf {text}",
        rule=f"rule {text}",
        script=f"script {text}",
        data=(f"data {text}.csv", f"folder {text}/rows.parquet"),
        seconds=1.0,
    )
    provenance = {
        "size": f"size {text}",
        "seed": 2**128 - 1,
        f"key {text}": f"value {text}",
        "versions": {f"package {text}": f"version {text}"},
    }
    papers = papers_of(papers)
    facts = {claim["id"]: 1.0}, {claim["id"]: f"name {text}"}
    entries = ledger(claims_of([claim]), papers, measured, 0.95, f"size {text}", *facts)
    for entry in entries:
        entry["command"] = f"command {text}"
    finding = Finding(f"question {text}", f"sentence {text}", (claim["id"],), picture.name)
    diagrams = {f"experiment {text}": diagram_with(text)}
    return (
        render(
            entries,
            [picture, replace(picture, name="scorecard")],
            diagrams,
            provenance,
            0.95,
            page="results/x/report.html",
            papers=papers,
            findings=[finding],
            notebooks=[f"notebook {text}"],
            configuration=f"configuration {text}",
        ),
        diagrams,
    )


class Outline(HTMLParser):
    """The elements of a page with the names of their attributes, and all texts."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.texts = [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, tuple(name for name, _ in attributes)))
        self.texts += [value for _, value in attributes if value]

    def handle_endtag(self, tag):
        self.elements.append((f"/{tag}", ()))

    def handle_data(self, data):
        self.texts.append(data)


def without_scripts(page):
    """The page without the code and the data of its diagrams."""
    return re.sub(r"<script\b[^>]*>.*?</script>\n", "", page, flags=re.DOTALL)


def test_markup_in_any_string_of_the_report_stays_text():
    ours, theirs = (Outline(without_scripts(page_with(text)[0])) for text in (PLAIN, HOSTILE))
    assert theirs.elements == ours.elements
    shown = "\n".join(theirs.texts)
    for word in (
        *("id", "claim", "note", "depends", "quantity", "command", "measure", "law", "name"),
        *("paper", "place"),
        *("caption", "rule", "script", "data", "size", "key", "value", "package", "version"),
        *("experiment", "question", "sentence", "cite", "fixed", "plan", "pdf", "folder"),
        *("notebook", "configuration"),
    ):
        assert f"{word} {HOSTILE}" in shown, word


def test_a_link_leads_into_the_checkout_or_to_a_paper():
    """Whatever a path says: it is taken as one below the checkout, never as an address."""
    links = re.findall(r'href="([^"]*)"', page_with("javascript:alert(1)")[0])
    assert len(links) > 20
    allowed = r"#|\.\./\.\./|notebooks/|provenance\.json|claims\.csv|https://arxiv\.org/abs/|data:,"
    assert not [link for link in links if not re.match(allowed, link)]


def test_markup_in_the_data_of_a_diagram_cannot_leave_its_script():
    page, diagrams = page_with(HOSTILE)
    (data,) = re.findall(
        r'^<script type="application/json" id="data">(.*)</script>$', page, flags=re.MULTILINE
    )
    assert "<" not in data
    assert json.loads(data) == json.loads(json.dumps(diagrams))
    shown = json.loads(data)[f"experiment {HOSTILE}"]["cells"][0]
    assert shown["shape"] == f"shape {HOSTILE}"
    assert shown["trials"][0][3:5] == [f"stop {HOSTILE}", f"outcome {HOSTILE}"]


@pytest.mark.parametrize("text", ["</script>", "<!--", "<script", "\u2028", "\u2029"])
def test_what_ends_a_script_is_written_otherwise(text):
    written = embedded({text: [text]})
    assert text not in written and json.loads(written) == {text: [text]}


def test_the_page_puts_text_into_itself_as_text_alone():
    """In the browser, too: nothing there makes elements of strings."""
    template = "\n".join(part.read_text() for part in PARTS)
    assert not re.findall(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", template
    )
    assert re.findall(r"(\w+) \| safe", template) == ["diagrams"]
    assert not re.findall(r"\bon\w+=", template)


def test_every_part_of_the_page_is_one_that_its_job_depends_on():
    folder = ROOT / "src/genprior/report"
    assert set(PARTS) == {path for path in folder.iterdir() if path.suffix in PARTS_END}


def test_markup_in_provenance_and_file_names_stays_text_in_the_crate(tmp_path):
    file = tmp_path / "a <b> & 'c'.csv"
    file.write_text("x\n1\n")
    facts = {"size": HOSTILE, "seed": 7, "config_sha256": HOSTILE, "commit": HOSTILE}
    crate = metadata(tmp_path, [file], facts | {"versions": {"numpy": HOSTILE}}, "2026-01-01")
    texts = json.dumps(json.loads(json.dumps(crate)), ensure_ascii=False).replace('\\"', '"')
    assert HOSTILE in texts


def sources():
    """Every Python file that a run can come to execute, the notebooks' code too."""
    for folder in ("src", "workflow", "benchmarks"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield str(path.relative_to(ROOT)), path.read_text()
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        yield path.name, "\n".join(cell.source for cell in cells if cell.cell_type == "code")


SOURCES = dict(sources())
NETWORK = {
    *("aiohttp", "asyncio", "ftplib", "http", "httpx", "imaplib", "poplib", "requests", "smtplib"),
    *("socket", "socketserver", "ssl", "telnetlib", "urllib", "urllib3", "webbrowser", "xmlrpc"),
}
PICKLES = {"cPickle", "cloudpickle", "dill", "joblib", "marshal", "pickle", "shelve"}
ADDRESS = re.compile(r"(?!module)\b\w+://")  # Matplotlib's names of back ends begin with module://
# Names in a crate's metadata; no file of the project opens them.
NAMES_ALONE = {"src/genprior/report/crate.py", "workflow/sbom.py"}


def imported(text):
    """The top-level packages that a module imports."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "__import__":
            yield ast.unparse(node.args[0]).strip("'\"")


def test_the_sources_are_those_that_run():
    assert {"src/genprior/report/page.py", "workflow/run.py", "benchmarks/worker.py"} <= set(
        SOURCES
    )
    assert "4_ledger.ipynb" in SOURCES
    assert list(imported("from urllib.request import urlopen\nimport os.path")) == ["urllib", "os"]


@pytest.mark.parametrize("name", SOURCES)
def test_no_source_opens_a_connection_or_reads_a_pickle(name):
    text = SOURCES[name]
    assert not set(imported(text)) & (NETWORK | PICKLES)
    calls = {ast.unparse(n.func) for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Call)}
    assert not {call for call in calls if re.search(r"read_pickle|to_pickle|urlopen", call)}
    assert not calls & {"eval", "exec", "yaml.load", "yaml.unsafe_load", "os.system", "os.popen"}
    assert "allow_pickle" not in text and "shell=True" not in text
    words = [n.value for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Constant)]
    assert not {"curl", "wget", "clone", "fetch"} & {
        word for word in words if isinstance(word, str)
    }
    addresses = [word for word in words if isinstance(word, str) and ADDRESS.search(word)]
    assert not addresses or name in NAMES_ALONE


def test_no_rule_fetches_anything():
    rules = [ROOT / "Snakefile", *(ROOT / "workflow/rules").glob("*.smk")]
    assert len(rules) > 5
    for path in rules:
        assert not re.findall(r"storage|curl|wget|urlopen|\w+://|HTTP", path.read_text()), path


def test_an_archive_with_a_pickle_is_refused(tmp_path):
    """As every archive is read here: without saying otherwise."""
    np.savez(tmp_path / "odd.npz", y=np.array([{"a": 1}], dtype=object))
    with np.load(tmp_path / "odd.npz") as stored, pytest.raises(ValueError, match="pickle"):
        stored["y"]


LOCKS = ["requirements.lock", "benchmarks/requirements.txt"]
BILL = runpy.run_path(str(ROOT / "workflow/sbom.py"))


def test_whatever_is_installed_has_a_hash():
    """The project itself is installed without dependencies, and builds with what is locked."""
    names = ["Makefile", ".ci/run", "environment.yml", *map(str, (ROOT / ".github").rglob("*.yml"))]
    files = {name: (ROOT / name).read_text().replace("\\\n", " ") for name in names}
    installs = [
        (name, line)
        for name, text in files.items()
        for line in text.splitlines()
        if re.search(r"\bpip3? install|pipx|uvx|uv pip (install|sync)", line)
    ]
    assert {name for name, _ in installs} == {"Makefile", "environment.yml"}
    for name, line in installs:
        own = "--no-deps" in line and "--no-build-isolation" in line and " -e ." in line
        assert own or "--require-hashes" in line, (name, line)
    of_setup = re.findall(r'\["--[^\]]*\]', (ROOT / "workflow/install.py").read_text())
    assert [("--require-hashes" in what, "--no-deps" in what) for what in of_setup] == [
        (True, False),
        (False, True),
    ]


@pytest.mark.parametrize("name", LOCKS)
def test_the_bill_of_materials_names_every_package_of_a_lock(name):
    lock = (ROOT / name).read_text()
    bill = BILL["bill"](lock, "1.0")
    assert bill == BILL["bill"](lock, "1.0")
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", bill["serialNumber"])
    parts = bill["components"]
    assert len(parts) == len(re.findall(r"^[a-zA-Z0-9._-]+==", lock, flags=re.MULTILINE)) > 30
    references = [part["bom-ref"] for part in parts]
    assert len(set(references)) == len(references)
    assert sum(len(part["hashes"]) for part in parts) == lock.count("--hash=sha256:")
    for part in parts:
        assert part["purl"] == f"pkg:pypi/{part['name']}@{part['version']}"
        assert all(re.fullmatch("[0-9a-f]{64}", one["content"]) for one in part["hashes"])


def test_the_bench_s_lock_holds_its_peers_as_they_are_pinned():
    pinned = re.findall(r"^\w+==\S+$", (ROOT / "benchmarks/requirements.in").read_text(), re.M)
    assert len(pinned) == 4
    locked = {
        f"{name}=={version}" for name, version, *_ in BILL["entries"]((ROOT / LOCKS[1]).read_text())
    }
    assert set(pinned) <= locked


def test_a_lock_without_a_hash_is_no_lock():
    with pytest.raises(ValueError, match=r"numpy==1\.0"):
        BILL["bill"]("numpy==1.0\n", "1.0")


def test_the_audit_looks_at_every_lock():
    jobs = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"]
    (audit,) = (step["with"] for step in jobs["audit"]["steps"] if "audit" in step.get("uses", ""))
    assert audit["inputs"].split() == LOCKS and audit["require-hashes"]
