DIAGRAMS = diagrams(CONFIG)
FILES = list(map(os.path.relpath, workflow.configfiles))
# The file that was named last, to which the page links; the standard one may lie under it.
NAMED = list(map(os.path.relpath, workflow.overwrite_configfiles)) or FILES
CONFIGURATION = NAMED[-1] if NAMED else None
OUTSIDE = None
if CONFIGURATION and CONFIGURATION.startswith(".."):  # neither a site nor an archive could hold it
    OUTSIDE, CONFIGURATION = CONFIGURATION, f"{RESULTS}/configuration.yaml"

    rule configuration:
        input:
            file=OUTSIDE,
            source=sources("configuration"),
        output:
            file=CONFIGURATION,
        log:
            f"logs/{SIZE}/configuration.log",
        conda:
            "../../environment.yml"
        threads: 1
        resources:
            mem_mb=1000,
        params:
            software=software("configuration"),
        message:
            "Configuration, from outside of this folder"
        script:
            "../scripts/configuration.py"


rule notebook:
    input:
        notebook="notebooks/{notebook}.ipynb",
        ledger=f"{RESULTS}/claims.json",
        tables=all_tables(),
        source=lambda wildcards: sources("notebook", f"notebooks/{wildcards.notebook}.ipynb"),
    output:
        html=f"{RESULTS}/notebooks/{{notebook}}.html",
    log:
        f"logs/{SIZE}/notebooks/{{notebook}}.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        software=lambda wildcards: software("notebook", f"notebooks/{wildcards.notebook}.ipynb"),
    message:
        "Notebook {wildcards.notebook}"
    script:
        "../scripts/notebook.py"


rule provenance:
    input:
        ledger=f"{RESULTS}/claims.json",
        source=sources("provenance"),
    output:
        json=f"{RESULTS}/provenance.json",
    log:
        f"logs/{SIZE}/provenance.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        settings={"config": CONFIG},
        software=software("provenance"),
    message:
        "Provenance"
    script:
        "../scripts/provenance.py"


rule report:
    input:
        ledger=f"{RESULTS}/claims.json",
        facts=f"{RESULTS}/provenance.json",
        pictures=expand("{folder}/{name}.png", folder=FIGURES, name=["scorecard", *DRAWN, *DEFAULT]),
        papers="config/papers.yaml",
        success=[f"{RESULTS}/statistics/{name}/success.csv" for name in DIAGRAMS],
        transitions=[f"{RESULTS}/statistics/{name}/transitions.csv" for name in DIAGRAMS],
        own=[path for name in DEFAULT.values() for path in default_tables(name)],
        configuration=[CONFIGURATION] if OUTSIDE else [],
        trials=trials_of(*CONFIG["experiments"]),
        source=sources("report"),
    output:
        html=f"{RESULTS}/report.html",
    log:
        f"logs/{SIZE}/report.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        settings={
            "diagrams": DIAGRAMS,
            "notebooks": NOTEBOOKS,
            "configuration": CONFIGURATION,
            "figures": {
                "scorecard": {
                    "png": f"{FIGURES}/scorecard.png",
                    "caption": Path("workflow/report/scorecard.rst").read_text().strip(),
                    "rule": "scorecard",
                    "script": "src/genprior/report/scorecard.py",
                    "data": [f"{RESULTS}/claims.json"],
                    "experiments": [],
                },
                **{name: figure_facts(figure) for name, figure in DRAWN.items()},
                **{name: default_facts(name, one) for name, one in DEFAULT.items()},
            },
            "trials": {
                name: {stage: tables_of(stage, name) for stage in STAGES}
                for name in CONFIG["experiments"]
            },
            **({"own": own_experiments()} if DEFAULT else {}),
            **judging(),
        },
        software=software("report"),
    message:
        "Report"
    script:
        "../scripts/report.py"


rule crate:
    input:
        facts=f"{RESULTS}/provenance.json",
        files=[
            f"{RESULTS}/report.html",
            f"{RESULTS}/claims.json",
            f"{RESULTS}/claims.csv",
            f"{RESULTS}/provenance.json",
            *expand("{results}/claims/{table}.csv", results=RESULTS, table=ESTIMATES),
            *expand("{results}/notebooks/{name}.html", results=RESULTS, name=NOTEBOOKS),
            *all_tables(),
            *[path for name in CONFIG["experiments"] for path in tables_of("instances", name)],
            *[path for name in CONFIG["experiments"] for path in tables_of("recoveries", name)],
        ],
        source=sources("crate"),
    output:
        json=f"{RESULTS}/ro-crate-metadata.json",
    log:
        f"logs/{SIZE}/crate.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        software=software("crate"),
    message:
        "RO-Crate"
    script:
        "../scripts/crate.py"


rule site:
    input:
        page=f"{RESULTS}/report.html",
        notebooks=expand("{results}/notebooks/{name}.html", results=RESULTS, name=NOTEBOOKS),
        figures=rules.figures.input,
        tables=all_tables(),
        findings=[str(path) for path in Path().glob("FINDINGS.md")],
        package=sorted(map(str, Path("src").rglob("*.py"))),
        source=sources("site"),
    output:
        folder=directory("site"),
    log:
        f"logs/{SIZE}/site.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        software=software("site"),
    message:
        "Site: open site/index.html, or serve the folder"
    script:
        "../scripts/site.py"


rule archive:
    input:
        results=[f"{RESULTS}/ro-crate-metadata.json", *rules.crate.input.files],
        rows=sorted(
            {path for table in ESTIMATES for path in trials_behind(table)}
            | set(trials_of(*DEFAULT.values()))
        ),
        figures=rules.figures.input,
        about=["LICENSE", "CITATION.cff", "README.md", *described_by()],
        source=sources("archive"),
    output:
        zip=f"genprior-{SIZE}.zip",
    log:
        f"logs/{SIZE}/archive.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        software=software("archive"),
    message:
        "Archive: {output.zip}"
    script:
        "../scripts/archive.py"
