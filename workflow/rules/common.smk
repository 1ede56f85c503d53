import os
import sys
from pathlib import Path

import genprior
from genprior.configuration.absent import completed, notice, of_one_form, origin, tables_of_notebook
from genprior.configuration.pieces import PUBLISHED, read_yaml
from genprior.configuration.planning import (
    all_experiments,
    announcement,
    demands,
    diagrams,
    planned,
    refuse_beyond,
)
from genprior.configuration.whole import ConfigurationError, checked
from genprior.dependencies import depends
from genprior.experiments.comparisons import partners
from genprior.experiments.configuration import resolved
from genprior.experiments.forms import caption_of, transition_axes
from genprior.experiments.jobs import block_params
from genprior.experiments.methods import descends, job_method
from genprior.figures.declared import all_declared, literals, main_figures, paths_of
from genprior.machine import memory
from genprior.methods.registry import file_of
from genprior.studies.plans import plan_of

# An environment can be another checkout's: one that was copied, moved or is still activated.
if not Path(genprior.__file__).resolve().is_relative_to(Path("src").resolve()):
    sys.exit(
        f"genprior comes from {Path(genprior.__file__).parent}, not from this checkout: "
        "run `make`, or use an environment in which it was installed from here"
    )

try:
    CONFIG = checked(completed(config, read_yaml("config/standard.yaml")), workflow.configfiles)
    BLOCKS, STUDIES = planned(CONFIG)
    DEMANDS = list(demands(CONFIG))
    if workflow.local_exec:
        refuse_beyond(memory(), DEMANDS)
except ConfigurationError as error:
    sys.exit(str(error))

SIZE = CONFIG["size"]
RESULTS = f"results/{SIZE}"
FIGURES = f"{RESULTS}/figures"
EXPERIMENTS = all_experiments(CONFIG)
# Experiments with another method than descent, and those beside which they are put.
PARTNERS = partners(CONFIG["experiments"])
STAGES = ("instances", "recoveries", "outcomes")
# What the published figures, claims and notebooks are written for: the same at every size.
SMOKE = read_yaml("config/smoke.yaml")
FORMS = all_experiments(SMOKE | {"experiments": resolved(SMOKE["experiments"])})

# The tables of estimates that bear on each claim.
CLAIMS = {claim["id"]: claim.get("tables", []) for claim in read_yaml("config/claims.yaml")}


def one_of(names):
    """A pattern of these names; of none of them a name that nothing has."""
    return "|".join(names) or "-"


wildcard_constraints:
    experiment=one_of(EXPERIMENTS),
    block=r"[\dk_-]+(\.r\d+)?\.t\d+-\d+",
    round=r"\d+",
    family=one_of(STUDIES),
    study=one_of(sorted({study for studies in STUDIES.values() for study in studies})),
    job=r"[\w.-]+",


def sources(script, *modules):
    """A job's script, these modules, and the files that they come to import.

    Snakemake tells an edited script by its time alone, an edited input by its content.
    """
    path = f"workflow/scripts/{script}.py"
    return [path, *depends(path, *modules).files]


def software(script, *modules):
    """The versions of the packages that these files import."""
    return depends(f"workflow/scripts/{script}.py", *modules).software


def module_of(family, name):
    """The file of a module in a family's folder."""
    return f"src/genprior/studies/{family}/{name}.py"


def configured(key):
    """The value of a dotted key of the configuration; None where it is left out."""
    value = CONFIG
    for part in key.split("."):
        value = value.get(part) if value is not None else None
    return value


def tables_of(stage, experiment):
    """The tables of all blocks of an experiment at one stage."""
    return [f"{RESULTS}/{stage}/{experiment}/{block}.parquet" for block in BLOCKS[experiment]]


def trials_of(*experiments):
    """The tables of everything computed on the trials of these experiments."""
    return [path for name in experiments for stage in STAGES for path in tables_of(stage, name)]


def rows_of(family, study):
    """The tables of all jobs of a study."""
    return [f"{RESULTS}/{family}/{study}/{job}.parquet" for job in STUDIES[family][study].jobs]


def all_rows_of(family):
    """The tables of all jobs of a family, by study."""
    return {study: rows_of(family, study) for study in STUDIES[family]}


def has(need):
    """Whether the configuration has what a needed table is of: a study, a family, or an experiment
    in the form for which the published is written."""
    first, second = need.split("/")[:2]
    if first in STUDIES:
        return second in STUDIES[first]
    if first == "claims":
        return need.removeprefix("claims/").removesuffix(".csv") in ESTIMATES
    return second in STUDIES or has_published(second)


def has_published(experiment):
    """Whether an experiment is there in the form for which the published is written."""
    there = experiment in EXPERIMENTS and experiment in FORMS
    return there and of_one_form(EXPERIMENTS[experiment], FORMS[experiment])


def needed(needs):
    """Needed tables by argument, folders as the tables of all jobs in them."""

    def files(need):
        first, second = need.split("/")[:2]
        if not need.endswith("/"):
            return [f"{RESULTS}/{need}"]
        return rows_of(first, second) if first in STUDIES else tables_of(first, second)

    return {name: [path for need in paths for path in files(need)] for name, paths in needs.items()}


def measures_of(family):
    """The file of the module that makes the estimates of a family or of the main experiments."""
    folder = "experiments" if family == "experiments" else f"studies/{family}"
    return f"src/genprior/{folder}/measures.py"


MEASURED = literals(Path(measures_of("experiments")), ["NEEDS", "GROUPS"])


def estimated():
    """What every table of estimates needs of what this configuration has, as arguments: tables of
    the main experiments or, by study, those of a family's jobs.

    Of experiments they are made for claims alone, which no size of a user's own has judged.
    """
    tables = {}
    declared = MEASURED if SIZE in PUBLISHED else {"NEEDS": {}, "GROUPS": {}}
    for group, names in declared["GROUPS"].items():
        there = {name: list(filter(has, paths_of(declared["NEEDS"][name]))) for name in names}
        if any(there.values()):
            tables[f"experiments/{group}"] = needed(
                {name: paths for name, paths in there.items() if paths}
            )
    for family in STUDIES:
        for group, studies in literals(Path(measures_of(family)), ["GROUPS"])["GROUPS"].items():
            tables[f"{family}/{group}"] = {
                study: sorted(rows_of(family, study)) for study in studies
            }
    return tables


ESTIMATES = estimated()
# Those by which claims are judged.
JUDGED = ESTIMATES if SIZE in PUBLISHED else {}
UNTESTED = [claim for claim, tables in CLAIMS.items() if tables and not set(tables) & set(JUDGED)]
NOTEBOOKS = {
    path.stem: tables_of_notebook(path) for path in sorted(Path("notebooks").glob("*.ipynb"))
}
MISSING = {name: [need for need in needs if not has(need)] for name, needs in NOTEBOOKS.items()}
NOTEBOOKS = [name for name in NOTEBOOKS if not MISSING[name]]


def estimating(table):
    """What a table of estimates depends on besides the tables that it needs."""
    family, group = table.split("/")
    needs = list(ESTIMATES[table])
    configured = judging()
    if family in STUDIES:
        configured[family] = {key: CONFIG[family][key] for key in needs if key in CONFIG[family]}
    return {"family": family, "group": group, "needs": needs, "configured": configured}


def trials_behind(table):
    """The tables of everything computed on the trials behind a table of estimates."""
    needs = ESTIMATES[table]
    if table.startswith("experiments/"):
        return trials_of(*experiments_in(needs))
    return [path for paths in needs.values() for path in paths]


def estimates_on(claims):
    """The tables of estimates that bear on these claims."""
    tables = dict.fromkeys(table for claim in claims for table in CLAIMS[claim])
    return [f"{RESULTS}/claims/{table}.csv" for table in tables if table in JUDGED]


def experiments_in(needs):
    """The main experiments whose tables are needed."""
    parts = {part for paths in needs.values() for need in paths for part in need.split("/")}
    return [name for name in CONFIG["experiments"] if name in parts]


def descent_of(experiment):
    """The settings of descent of an experiment, as configured."""
    return CONFIG["descent"] | EXPERIMENTS[experiment].get("descent", {})


def judging():
    """What turns trials into counts with intervals."""
    return {"success": CONFIG["success"], "statistics": CONFIG["statistics"]}


def judged_tables(experiment):
    """The tables from which an experiment's trials are judged."""
    return {stage: tables_of(stage, experiment) for stage in ("recoveries", "outcomes")}


def block_of(wildcards):
    """The cells and trials of a job, as JSON."""
    return block_params(BLOCKS[wildcards.experiment][wildcards.block])


def allocation_of(wildcards):
    """The allocation that says which trials a job has, for blocks of a round after the first."""
    number = BLOCKS[wildcards.experiment][wildcards.block].round
    return [f"{RESULTS}/allocations/{wildcards.experiment}/r{number}.json"] if number else []


def earlier_tables(stage):
    """The tables at one stage of all rounds before the one that is being allocated."""
    return lambda wildcards: [
        f"{RESULTS}/{stage}/{wildcards.experiment}/{name}.parquet"
        for name, block in BLOCKS[wildcards.experiment].items()
        if block.round < int(wildcards.round)
    ]


def method_of(experiment):
    """The method of an experiment as configured; None for descent."""
    return EXPERIMENTS[experiment].get("method")


def method_file(wildcards):
    """The file of the method of a job's experiment; none for descent, which every job knows."""
    method = method_of(wildcards.experiment)
    return [] if method is None else [file_of(method["name"])]


def method_sources(wildcards):
    """The script of recoveries and all that it comes to import, with the method's file, which is
    none of the package's where it is someone's own."""
    files = method_file(wildcards)
    return list(dict.fromkeys([*sources("recoveries", *files), *files]))


def descending(wildcards):
    """What a block's runs depend on; their settings of descent only where they are descents."""
    described = {"seed": CONFIG["seed"], "block": block_of(wildcards)}
    if descends(method_of(wildcards.experiment)):
        described["descent"] = descent_of(wildcards.experiment)
    return described


def recovering(wildcards):
    """What a block's recoveries depend on, the method included."""
    return descending(wildcards) | job_method(method_of(wildcards.experiment))


def measures_behind(wildcards):
    """The file of the module that makes a table of estimates."""
    return measures_of(wildcards.table.split("/")[0])


def study_module(wildcards):
    """The file of the module that makes a study's rows."""
    return module_of(wildcards.family, STUDIES[wildcards.family][wildcards.study].module)


def all_tables():
    """Every table of statistics, and the convergence curves."""
    return [
        *(
            f"{RESULTS}/statistics/{experiment}/{table}.csv"
            for experiment in CONFIG["experiments"]
            for table in ("success", "transitions", "scaling", "outcomes")
        ),
        *(f"{RESULTS}/statistics/{experiment}/paired.csv" for experiment in PARTNERS),
        *(
            f"{RESULTS}/statistics/{family}/{table}.csv"
            for family in STUDIES
            for table in plan_of(family).TABLES
        ),
        *(tables_of("convergence", "convergence") if "convergence" in BLOCKS else []),
    ]


def default_facts(name, experiment):
    """What the report says of a default figure and what made it."""
    return {
        "png": f"{FIGURES}/{name}.png",
        "caption": caption_of(experiment, EXPERIMENTS[experiment]),
        "rule": "figure_experiment",
        "script": "src/genprior/figures/default.py",
        "data": default_tables(experiment),
        "experiments": [experiment],
        "own": True,
    }


def default_tables(experiment):
    """The tables that an experiment's default figure is drawn from."""
    return [
        f"{RESULTS}/statistics/{experiment}/{table}.csv"
        for table in ("success", "transitions", "scaling")
    ]


def figure_facts(figure):
    """What the report says of a figure and what made it."""
    return {
        "png": f"{FIGURES}/{figure.name}.png",
        "caption": figure.caption,
        "rule": f"figure_{figure.name}",
        "script": figure.path,
        "data": [path for paths in needed(figure.needs).values() for path in paths],
        "experiments": experiments_in(figure.needs),
    }


def has_default(experiment):
    """Whether an experiment has a default figure: where no published one shows it, but for those
    that serve claims alone."""
    declared = {origin(need) for one in DECLARED.values() for p in one.needs.values() for need in p}
    claimed = JUDGED and has_published(experiment) and experiment not in declared
    return experiment not in SHOWN and not claimed


def left_out():
    """What of the published is not made, in one line, or None."""
    needs = [need for lacking in (*LACKING.values(), *MISSING.values()) for need in lacking]
    needs += [
        need
        for names in (MEASURED["NEEDS"].values() if UNTESTED and JUDGED else [])
        for need in paths_of(names)
        if not has(need)
    ]
    return notice(
        SIZE,
        map(origin, needs),
        [name for name in DECLARED if LACKING[name]],
        [name for name in MISSING if MISSING[name]],
        UNTESTED if JUDGED else [],
    )


def published_figures():
    """The files of the figures that can be held against committed ones."""
    names = ["scorecard", *DRAWN]
    return expand("{folder}/{name}.{ending}", folder=FIGURES, name=names, ending=["pdf", "png"])


def described_by():
    """The files that say what was run, as far as they lie in this folder."""
    files = [CONFIGURATION] if CONFIGURATION else []
    return list(dict.fromkeys([*files, *(one for one in FILES if not one.startswith(".."))]))


def own_experiments():
    """Experiments with a default figure, by the figure's name, as configured."""
    return {name: {"name": one, "experiment": EXPERIMENTS[one]} for name, one in DEFAULT.items()}
