DIAGRAMS = MEASUREMENTS


rule traces:
    input:
        source=DESCENT_SOURCES + sources("traces"),
    output:
        table=f"{RESULTS}/traces/{{experiment}}.parquet",
    log:
        f"logs/{SIZE}/traces/{{experiment}}.log",
    cache: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        seed=config["seed"],
        grid=lambda wildcards: EXPERIMENTS[wildcards.experiment],
        descent=lambda wildcards: descent_of(wildcards.experiment),
    message:
        "Traces of {wildcards.experiment}"
    script:
        "../scripts/traces.py"


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
    message:
        "Provenance"
    script:
        "../scripts/provenance.py"


rule report:
    input:
        ledger=f"{RESULTS}/claims.json",
        facts=f"{RESULTS}/provenance.json",
        pictures=expand("{folder}/{name}.png", folder=FIGURES, name=FIGURE_NAMES),
        captions=expand("workflow/report/{name}.rst", name=FIGURE_NAMES),
        success=statistics_of("success", *DIAGRAMS),
        traces=expand("{results}/traces/{experiment}.parquet", results=RESULTS, experiment=DIAGRAMS),
        recoveries=[
            path for name in config["experiments"] for path in tables_of("recoveries", name)
        ],
        source=sources("report/page", "report/diagrams", "summaries"),
        template="src/genprior/report/page.html.j2",
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
        diagrams=DIAGRAMS,
        figures={
            name: figure_facts(name, getattr(rules, f"figure_{name}").rule)
            for name in FIGURE_NAMES
        },
        trials={
            name: {step: tables_of(step, name) for step in ("recoveries", "outcomes")}
            for name in config["experiments"]
        },
        success=config["success"],
        confidence=config["statistics"]["confidence"],
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
            *expand("{results}/claims/{part}.csv", results=RESULTS, part=CLAIM_TABLES),
            *expand("{results}/notebooks/{name}.html", results=RESULTS, name=NOTEBOOKS),
            *all_tables(),
            *[path for name in config["experiments"] for path in tables_of("instances", name)],
            *[path for name in config["experiments"] for path in tables_of("recoveries", name)],
        ],
        source=sources("report/crate"),
    output:
        json=f"{RESULTS}/ro-crate-metadata.json",
    log:
        f"logs/{SIZE}/crate.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    message:
        "RO-Crate"
    script:
        "../scripts/crate.py"
