DECLARED = all_declared()
LACKING = {
    name: [need for needs in figure.needs.values() for need in needs if not has(need)]
    for name, figure in DECLARED.items()
}
DRAWN = {name: figure for name, figure in DECLARED.items() if not LACKING[name]}
SHOWN = {name for figure in DRAWN.values() for name in experiments_in(figure.needs)}


# Default figures by name, each with its experiment.
DEFAULT = {f"experiment_{name}": name for name in CONFIG["experiments"] if has_default(name)}


if (line := left_out()) and workflow.is_main_process:
    print(line, file=sys.stderr)

for figure in DRAWN.values():

    rule:
        name:
            f"figure_{figure.name}"
        input:
            **needed(figure.needs),
            claim_estimates=estimates_on(figure.claims),
            claims="config/claims.yaml",
            papers="config/papers.yaml",
            source=sources("figure", figure.path),
        output:
            pdf=f"{FIGURES}/{figure.name}.pdf",
            png=report(
                f"{FIGURES}/{figure.name}.png",
                caption="../report/figure.rst",
                category=figure.category,
            ),
        log:
            f"logs/{SIZE}/figures/{figure.name}.log",
        conda:
            "../../environment.yml"
        threads: 1
        resources:
            mem_mb=1000,
        params:
            settings={
                "module": figure.module,
                "needs": list(figure.needs),
                "claims": figure.claims,
                "confidence": CONFIG["statistics"]["confidence"],
                "configured": {key: configured(key) for key in figure.settings},
                "style": CONFIG["style"],
                "caption": figure.caption,
            },
            software=software("figure", figure.path),
        message:
            f"Figure: {figure.title}"
        script:
            "../scripts/figure.py"


if DEFAULT:

    rule figure_experiment:
        input:
            **{
                table: f"{RESULTS}/statistics/{{experiment}}/{table}.csv"
                for table in ("success", "transitions", "scaling")
            },
            source=sources("experiment"),
        output:
            pdf=f"{FIGURES}/experiment_{{experiment}}.pdf",
            png=report(
                f"{FIGURES}/experiment_{{experiment}}.png",
                caption="../report/figure.rst",
                category="Experiments",
            ),
        log:
            f"logs/{SIZE}/figures/experiment_{{experiment}}.log",
        conda:
            "../../environment.yml"
        threads: 1
        resources:
            mem_mb=1000,
        params:
            settings=lambda wildcards: {
                "name": wildcards.experiment,
                "experiment": EXPERIMENTS[wildcards.experiment],
                "descent": CONFIG["descent"],
                "style": CONFIG["style"],
                "caption": caption_of(wildcards.experiment, EXPERIMENTS[wildcards.experiment]),
                **judging(),
            },
            software=software("experiment"),
        message:
            "Figure of {wildcards.experiment}"
        script:
            "../scripts/experiment.py"


rule scorecard:
    input:
        ledger=f"{RESULTS}/claims.json",
        source=sources("scorecard"),
    output:
        pdf=f"{FIGURES}/scorecard.pdf",
        png=report(
            f"{FIGURES}/scorecard.png",
            caption="../report/scorecard.rst",
            category="Ledger",
        ),
    log:
        f"logs/{SIZE}/figures/scorecard.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        settings={"confidence": CONFIG["statistics"]["confidence"]},
        software=software("scorecard"),
    message:
        "Figure: scorecard of all claims"
    script:
        "../scripts/scorecard.py"


rule figures:
    input:
        published_figures(),
        expand("{folder}/{name}.{ending}", folder=FIGURES, name=DEFAULT, ending=["pdf", "png"]),
    message:
        f"All figures are in {FIGURES}"
