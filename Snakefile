from snakemake.utils import min_version

min_version("9.0")


if "experiments" not in config:

    configfile: "config/standard.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/allocations.smk"
include: "workflow/rules/instances.smk"
include: "workflow/rules/recoveries.smk"
include: "workflow/rules/outcomes.smk"
include: "workflow/rules/statistics.smk"
include: "workflow/rules/landscape.smk"
include: "workflow/rules/layerwise.smk"
include: "workflow/rules/neighbours.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/claims.smk"
include: "workflow/rules/notebooks.smk"
include: "workflow/rules/report.smk"


rule all:
    default_target: True
    input:
        rules.figures.input,
    message:
        f"All figures are in {FIGURES}"


rule tables:
    input:
        all_tables(),
    message:
        f"All tables are in {RESULTS}"
