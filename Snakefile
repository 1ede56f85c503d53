from snakemake.logging import logger
from snakemake.utils import min_version

min_version("9.0")


if "experiments" not in config:

    configfile: "config/standard.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/experiments.smk"
include: "workflow/rules/studies.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/claims.smk"
include: "workflow/rules/report.smk"


onstart:
    print(announcement(CONFIG, memory(), DEMANDS), file=sys.stderr)
    jobs = [list(job.log) for job in workflow.dag.needrun_jobs()]
    logger.info("", extra={"plan": {"jobs": jobs, "size": SIZE, "cores": workflow.cores}})


rule all:
    default_target: True
    input:
        rules.figures.input,
        all_tables(),
        f"{RESULTS}/claims.json",
        f"{RESULTS}/report.html",
        expand("{results}/notebooks/{name}.html", results=RESULTS, name=NOTEBOOKS),
        rules.verify.output if Path(rules.verify.input.expected).is_file() else [],
    message:
        f"All figures are in {FIGURES}, the report is {RESULTS}/report.html"


rule tables:
    input:
        all_tables(),
    message:
        f"All tables are in {RESULTS}"
