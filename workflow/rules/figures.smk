DECLARED = all_declared()
LACKING = {
    name: [need for needs in figure.needs.values() for need in needs if not has(need)]
    for name, figure in DECLARED.items()
}
DRAWN = {name: figure for name, figure in DECLARED.items() if not LACKING[name]}
for name in sorted(DECLARED.keys() - DRAWN.keys()):
    print(f"no figure {name}: this configuration has no {LACKING[name][0]}", file=sys.stderr)

for figure in DRAWN.values():

    rule:
        name:
            f"figure_{figure.name}"
        input:
            **needed(figure.needs),
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
                "configured": {key: configured(key) for key in figure.settings},
                "caption": figure.caption,
            },
            software=software("figure", figure.path),
        message:
            f"Figure: {figure.title}"
        script:
            "../scripts/figure.py"


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
        expand(
            "{folder}/{name}.{ending}",
            folder=FIGURES,
            name=["scorecard", *DRAWN],
            ending=["pdf", "png"],
        ),
    message:
        f"All figures are in {FIGURES}"
