"""Every study and every figure keeps the protocol; new ones are tested here unasked."""

import ast
import hashlib
from collections import Counter
from importlib import import_module
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pyarrow as pa
import pytest
import yaml

from genprior.claims.claim import read_claims, read_papers
from genprior.claims.ledger import entries_of
from genprior.configuration.whole import checked
from genprior.families import FAMILIES
from genprior.figures import style
from genprior.figures.declared import DeclarationError, all_declared, declared_in
from genprior.statistics.estimate import from_table, to_table
from genprior.studies.plans import all_studies, plan_of

ROOT = Path(__file__).parents[2]
SMOKE = yaml.safe_load((ROOT / "config/smoke.yaml").read_text())
SMALLEST = {
    family: import_module(f"genprior.studies.{family}.configuration").SMALLEST
    for family in FAMILIES
}
CONFIG = checked(SMOKE | SMALLEST, [])
STUDIES = all_studies(CONFIG)
CLAIMS, PAPERS = read_claims(ROOT / "config/claims.yaml"), read_papers(ROOT / "config/papers.yaml")
FIGURES = all_declared() if Path.cwd() == ROOT else {}


def configured(key):
    value = CONFIG
    for part in key.split("."):
        value = value.get(part) if value is not None else None
    return value


class Family:
    """What a family's jobs make at the smallest size."""

    def __init__(self, name, folder):
        self.name, self.folder = name, folder
        self.settings = {key: CONFIG[key] for key in ("success", "statistics", "descent", name)}
        self.rows, self.raw = {}, {}
        for study, planned in STUDIES[name].items():
            topic = import_module(f"genprior.studies.{name}.{planned.module}")
            made = [
                list(row for part in parts for row in topic.rows(CONFIG["seed"], part))
                for _, parts in sorted(planned.jobs.items())
            ]
            self.raw[study] = (topic.SCHEMA, made)
            tables = [pa.Table.from_pylist(rows, schema=topic.SCHEMA).to_pandas() for rows in made]
            self.rows[study] = pd.concat(tables, ignore_index=True)
        self.tables = import_module(f"genprior.studies.{name}.summary").tables(
            {study: rows.copy() for study, rows in self.rows.items()}, self.settings
        )
        measures = import_module(f"genprior.studies.{name}.measures")
        self.estimates = {}
        for group, studies in measures.GROUPS.items():
            path = folder / f"estimates-{group}.csv"
            rows = {study: self.rows[study].copy() for study in studies}
            to_table(measures.estimates(group, rows, self.settings)).to_csv(path, index=False)
            # As other jobs get them: through CSV.
            self.estimates[f"{name}/{group}"] = pd.read_csv(path)
        for table, points in self.tables.items():
            points.to_csv(folder / f"{table}.csv", index=False)

    def need(self, path):
        first, second = path.split("/")[:2]
        if first == "claims":
            return self.estimates[path.removeprefix("claims/").removesuffix(".csv")]
        if first == "statistics":
            return pd.read_csv(self.folder / path.split("/")[2])
        assert first == self.name, f"{path}: a family's figure needs its own tables"
        return self.rows[second]

    def found(self):
        """All estimates."""
        return [one for table in self.estimates.values() for one in from_table(table)]


@pytest.fixture(scope="module")
def families(tmp_path_factory):
    made = {}

    def family(name):
        if name not in made:
            made[name] = Family(name, tmp_path_factory.mktemp(name))
        return made[name]

    return family


@pytest.mark.parametrize("name", FAMILIES)
def test_rows_have_the_declared_columns(families, name):
    """A row with a column too many or too few would pass through Arrow unseen."""
    for study, (schema, made) in families(name).raw.items():
        assert made and all(made), study
        for row in (row for rows in made for row in rows):
            assert list(row) and set(row) == set(schema.names), study


@pytest.mark.parametrize("name", FAMILIES)
def test_a_plan_names_modules_of_its_family_and_jobs_once(name):
    for study, planned in STUDIES[name].items():
        assert (ROOT / f"src/genprior/studies/{name}/{planned.module}.py").is_file(), study
        assert planned.jobs and all(planned.jobs.values()), study


@pytest.mark.parametrize("name", FAMILIES)
def test_a_summary_gives_the_tables_that_its_plan_names(families, name):
    assert list(families(name).tables) == list(plan_of(name).TABLES)
    assert all(len(table) for table in families(name).tables.values())


@pytest.mark.parametrize("name", FAMILIES)
def test_every_estimate_lies_in_its_interval_and_survives_its_table(families, name):
    found = families(name).found()
    assert found
    for one in found:
        if one.value == one.value and one.low == one.low:
            assert one.low <= one.value + 1e-12 and one.value <= one.high + 1e-12, one.label
    again = from_table(to_table(found))
    assert [(one.claim, one.measure, one.where, one.trials) for one in again] == [
        (one.claim, one.measure, one.where, one.trials) for one in found
    ]


@pytest.mark.parametrize("name", FAMILIES)
def test_a_claim_names_the_tables_that_bear_on_it(families, name):
    """And no estimate names a claim that is none."""
    bearing = {claim.id: set() for claim in CLAIMS}
    for table, estimates in families(name).estimates.items():
        for one in from_table(estimates):
            if one.claim:
                bearing[one.claim].add(table)
    named = {
        claim.id: {table for table in claim.tables if table.startswith(f"{name}/")}
        for claim in CLAIMS
    }
    assert bearing == named


@pytest.mark.parametrize("name", FAMILIES)
def test_estimates_have_all_measures_of_their_claims_rules(families, name):
    """Cells aside, for they depend on the size."""
    found = {(one.claim, one.measure) for one in families(name).found()}
    for claim in CLAIMS:
        if any(table.startswith(f"{name}/") for table in claim.tables):
            assert {(claim.id, asked.measure) for asked in claim.measures} <= found


def own_figures(name):
    folder = f"src/genprior/studies/{name}/"
    return [figure for figure in FIGURES.values() if figure.path.startswith(folder)]


def needed(found, declared):
    """What a figure is drawn from."""
    tables = {
        name: pd.concat([found.need(path) for path in paths], ignore_index=True)
        for name, paths in declared.needs.items()
    }
    claims = entries_of(declared.claims, CLAIMS, PAPERS, found.found(), 0.95)
    return tables | {"claims": claims}


@pytest.mark.parametrize(
    ("family", "figure"),
    [(name, figure.name) for name in FAMILIES for figure in own_figures(name)],
)
def test_a_figure_is_the_same_bytes_when_drawn_again(families, tmp_path, family, figure):
    declared = FIGURES[figure]
    draw = import_module(declared.module).draw
    settings = {key: configured(key) for key in declared.settings}
    assert None not in settings.values()
    digests = []
    for turn in ("first", "second"):
        drawn = draw(needed(families(family), declared), settings)
        if turn == "first":
            shown = [axes for axes in drawn.axes if axes.has_data()]
            assert shown and all(
                axes.get_xlabel() or axes.get_shared_x_axes() or axes.get_label() == "<colorbar>"
                for axes in shown
            )
            assert drawn.get_supxlabel(), "the conditions in small print are missing"
        paths = [tmp_path / f"{turn}.pdf", tmp_path / f"{turn}.png"]
        style.save(drawn, *paths)
        digests.append([hashlib.sha256(path.read_bytes()).hexdigest() for path in paths])
        # A style that another figure has changed must not leak into the next one.
        plt.rcParams.update({"font.size": 14, "axes.linewidth": 3, "figure.dpi": 50})
    assert digests[0] == digests[1]
    assert not plt.get_fignums(), "the figure was left open"


@pytest.mark.parametrize(
    ("family", "figure"),
    [(name, figure.name) for name in FAMILIES for figure in own_figures(name)],
)
def test_a_figure_shows_seconds_exactly_where_it_says_so(families, tmp_path, family, figure):
    declared = FIGURES[figure]
    digests = []
    for factor in (1, 3):
        tables = needed(families(family), declared)
        seconds = 0
        for table in [tables[name] for name in declared.needs]:
            for column in table.columns[table.columns.str.startswith("seconds")]:
                table[column] *= factor
                seconds += 1
        if not seconds:
            assert not declared.seconds
            return
        drawn = import_module(declared.module).draw(
            tables, {key: configured(key) for key in declared.settings}
        )
        paths = [tmp_path / f"{factor}.pdf", tmp_path / f"{factor}.png"]
        style.save(drawn, *paths)
        digests.append([hashlib.sha256(path.read_bytes()).hexdigest() for path in paths])
    assert (digests[0] != digests[1]) == declared.seconds


@pytest.mark.parametrize("figure", FIGURES)
def test_declared_literals_are_what_the_module_says(figure):
    declared = FIGURES[figure]
    module = import_module(declared.module)
    assert declared.title == module.TITLE and declared.category == module.CATEGORY
    assert list(declared.settings) == list(module.SETTINGS)
    assert list(declared.claims) == list(module.CLAIMS)
    assert declared.caption == " ".join(module.CAPTION.split())
    assert list(declared.needs) == list(module.NEEDS)


@pytest.mark.parametrize("figure", FIGURES)
def test_a_figure_bears_on_claims_of_the_ledger_each_once(figure):
    declared = FIGURES[figure]
    assert len(set(declared.claims)) == len(declared.claims)
    assert set(declared.claims) <= {claim.id for claim in CLAIMS if claim.measures}


def test_a_declaration_that_is_no_literal_is_refused_by_file_and_line(tmp_path):
    path = tmp_path / "figure_a.py"
    path.write_text("import x\nTITLE = x.y\n")
    with pytest.raises(DeclarationError, match=r"figure_a\.py:2: TITLE must be a plain literal"):
        declared_in(path)
    path.write_text("TITLE = 'a'\n")
    with pytest.raises(DeclarationError, match="missing CATEGORY, NEEDS"):
        declared_in(path)


def test_random_streams_of_two_roles_never_collide():
    """Roles are numbers in every stream's key; each family states its own."""
    found = Counter()
    for path in sorted((ROOT / "src/genprior").rglob("*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and node.name == "Role":
                module = ".".join(path.relative_to(ROOT / "src").with_suffix("").parts)
                found.update(int(role) for role in import_module(module).Role)
    assert len(found) >= 18 and set(found.values()) == {1}
