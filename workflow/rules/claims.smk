rule estimates:
    input:
        unpack(lambda wildcards: ESTIMATES[wildcards.table]),
        source=lambda wildcards: sources("estimates", measures_behind(wildcards)),
    output:
        table=f"{RESULTS}/claims/{{table}}.csv",
    log:
        f"logs/{SIZE}/claims/{{table}}.log",
    wildcard_constraints:
        table=one_of(ESTIMATES),
    cache: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        settings=lambda wildcards: estimating(wildcards.table),
        software=lambda wildcards: software("estimates", measures_behind(wildcards)),
    message:
        "Numbers behind claims: {wildcards.table}"
    script:
        "../scripts/estimates.py"


rule ledger:
    input:
        **{table: trials_behind(table) for table in JUDGED},
        claims="config/claims.yaml",
        papers="config/papers.yaml",
        estimates=[f"{RESULTS}/claims/{table}.csv" for table in JUDGED],
        source=sources("ledger"),
    output:
        json=f"{RESULTS}/claims.json",
        table=f"{RESULTS}/claims.csv",
    log:
        f"logs/{SIZE}/claims/ledger.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        settings={
            "size": SIZE,
            "statistics": CONFIG["statistics"],
            "figures": main_figures(DECLARED.values()),
        },
        software=software("ledger"),
    message:
        "Ledger of claims: verdicts"
    script:
        "../scripts/ledger.py"


rule verify:
    input:
        ledger=f"{RESULTS}/claims.json",
        expected=f"tests/claims/{SIZE}.json",
        figures=published_figures(),
        committed=[str(path) for path in sorted(Path(f"figures/{SIZE}").glob("*.p[dn][fg]"))],
        source=sources("verify"),
    output:
        table=f"{RESULTS}/verified.csv",
    log:
        f"logs/{SIZE}/claims/verify.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        settings={"seconds": [name for name, figure in DRAWN.items() if figure.seconds]},
        software=software("verify"),
    message:
        "Verdicts, numbers and figures against the committed ones"
    script:
        "../scripts/verify.py"
