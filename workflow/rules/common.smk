import logging
import os
import sys
from pathlib import Path

import yaml

from genprior.configuration import ConfigurationError, check
from genprior.experiments.jobs import block_params, blocks_of, transition_axes
from genprior.studies.landscape.plan import grids, job
from genprior.studies.layerwise.plan import jobs
from genprior.studies.layerwise.plan import parts as layerwise_parts
from genprior.studies.neighbours_plan import parts as neighbours_parts

SCHEMA = Path(workflow.basedir) / "workflow/schemas/config.schema.yaml"

try:
    check(config, yaml.safe_load(SCHEMA.read_text()))
except ConfigurationError as error:
    sys.exit(str(error))

SIZE = config["size"]
RESULTS = f"results/{SIZE}"
FIGURES = f"figures/{SIZE}"
EXPERIMENTS = config["experiments"] | {"convergence": config["convergence"]}
BLOCKS = {
    name: blocks_of(experiment, config.get("trials_per_job", 25), config.get("networks_per_job", 1))
    for name, experiment in EXPERIMENTS.items()
}
NUMBER_STUDIES = ["gram", "layers", "isometry", "audit", "rays"]
ENDS_STUDIES = ["census", "second", "negation"]
# The tables of measures that the ledger judges; a stage that measures claims adds its own.
CLAIM_TABLES = [
    "descents",
    "outcomes",
    "landscape",
    "layerwise",
]
NOTEBOOKS = ["1_landscape", "2_transition", "3_one_layer_at_a_time", "4_ledger"]

STUDIES = {
    family: {
        topic: jobs(parts, config.get("trials_per_job", 25)) for topic, parts in topics.items()
    }
    for family, topics in [
        ("layerwise", layerwise_parts(config)),
        ("neighbours", neighbours_parts(config)),
    ]
}


wildcard_constraints:
    topic="|".join(topic for topics in STUDIES.values() for topic in topics),
    experiment="|".join(EXPERIMENTS),
    block=r"[\dk_-]+(\.r\d+)?\.t\d+-\d+",
    round=r"\d+",
    numbers_study="|".join(NUMBER_STUDIES),
    ends_study="|".join(ENDS_STUDIES),
    grid=r"grid-\d+",


def sources(*modules):
    """The package files that a rule's result depends on: Snakemake does not follow imports.

    A folder stands for all modules in it.
    """
    files = []
    for module in modules:
        folder = Path("src/genprior", module)
        inside = sorted(str(file) for file in folder.glob("*.py"))
        files += inside or [f"{folder}.py"]
    return files


def tables_of(step, experiment):
    """The tables of all blocks of an experiment at one step."""
    return [f"{RESULTS}/{step}/{experiment}/{block}.parquet" for block in BLOCKS[experiment]]


def trials_of(*experiments):
    """The tables of everything computed on the trials of these experiments."""
    steps = ("instances", "recoveries", "outcomes")
    return [path for name in experiments for step in steps for path in tables_of(step, name)]


def allocation_of(wildcards):
    """The allocation that says which trials a job has, for blocks of a round after the first."""
    number = BLOCKS[wildcards.experiment][wildcards.block].round
    return [f"{RESULTS}/allocations/{wildcards.experiment}/r{number}.json"] if number else []


def earlier_tables(step):
    """The tables at one step of all rounds before the one that is being allocated."""
    return lambda wildcards: [
        f"{RESULTS}/{step}/{wildcards.experiment}/{name}.parquet"
        for name, block in BLOCKS[wildcards.experiment].items()
        if block.round < int(wildcards.round)
    ]


def all_tables():
    """Every table of the main workflow."""
    statistics = [
        f"{RESULTS}/statistics/{experiment}/{table}.csv"
        for experiment in config["experiments"]
        for table in ("success", "transitions", "scaling", "outcomes")
    ]
    landscape = [
        f"{RESULTS}/statistics/landscape/{table}.csv" for table in ("cells", "trends", "ends")
    ]
    return statistics + landscape + tables_of("convergence", "convergence")


def block_of(wildcards):
    """The cells and trials of a job, as JSON."""
    return block_params(BLOCKS[wildcards.experiment][wildcards.block])


def descent_of(experiment):
    """The settings of descent of an experiment, as configured."""
    return config["descent"] | EXPERIMENTS[experiment].get("descent", {})


def statistics_of(table, *experiments):
    """One table of statistics of several experiments."""
    return [f"{RESULTS}/statistics/{experiment}/{table}.csv" for experiment in experiments]


def conditions_of(*experiments):
    """What the success of a figure's experiments depends on, for its small print."""
    first = EXPERIMENTS[experiments[0]]
    steps = {str(EXPERIMENTS[name].get("depth")): descent_of(name)["step"] for name in experiments}
    return (
        descent_of(experiments[0])
        | config["success"]
        | config["statistics"]
        | {
            "sensing": first["sensing"],
            "trials": [EXPERIMENTS[name]["trials"] for name in experiments],
            "allocated": any("allocation" in EXPERIMENTS[name] for name in experiments),
            "step": steps if len(set(steps.values())) > 1 else steps.popitem()[1],
        }
    )


def figure_facts(name, made_by):
    """What the report says of a figure and the rule that made it."""
    data = [str(path) for path in made_by.input if str(path).startswith(RESULTS)]
    return {
        "png": f"{FIGURES}/{name}.png",
        "caption": f"workflow/report/{name}.rst",
        "rule": made_by.name,
        "script": f"workflow/scripts/{Path(str(made_by.script)).name}",
        "data": data,
        "experiments": sorted(
            {part for path in data for part in Path(path).parts} & set(config["experiments"])
        ),
    }


def landscape_job(wildcards):
    """The cells, trials and settings of one grid of a landscape study, as JSON."""
    study = wildcards.get("numbers_study") or wildcards.ends_study
    return job(config["landscape"][study], wildcards.grid)


def landscape_tables(*studies):
    """The tables of all grids of these landscape studies."""
    return [
        f"{RESULTS}/landscape/{study}/{grid}.parquet"
        for study in studies
        for grid in grids(config["landscape"][study])
    ]


def parts_of(family):
    """What one job of a layer-wise or neighbouring study computes, as JSON."""
    return lambda wildcards: STUDIES[family][wildcards.topic][wildcards.part]


def rows_of(family, topic):
    """The tables of all jobs of a study."""
    return [f"{RESULTS}/{family}/{topic}/{part}.parquet" for part in STUDIES[family][topic]]


def all_rows_of(family):
    """The tables of all jobs of a family of studies, by study."""
    return {topic: rows_of(family, topic) for topic in STUDIES[family]}


def points_of(family):
    """The points of a family's studies for figures, by study."""
    return {topic: f"{RESULTS}/{family}/points/{topic}.csv" for topic in STUDIES[family]}


def study_settings(family, study):
    """What a study's results depend on, for the small print of its figure."""
    return config[family][study] | config["success"] | config["statistics"]
