MEASURES = "src/genprior/experiments/measures.py"
# What there is of it in this configuration.
MEASURED = {
    name: there
    for name, need in literals(Path(MEASURES), ["NEEDS"])["NEEDS"].items()
    if (there := list(filter(has, paths_of(need))))
}
# The tables of trials that each table of estimates rests on.
BEHIND = {"experiments": trials_of(*experiments_in(MEASURED))} | {
    family: [path for study in STUDIES[family] for path in rows_of(family, study)]
    for family in STUDIES
}


rule measures:
    input:
        **needed(MEASURED),
        source=sources("measures"),
    output:
        estimates=f"{RESULTS}/claims/experiments.csv",
    log:
        f"logs/{SIZE}/claims/experiments.log",
    cache: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        settings={"needs": list(MEASURED), "configured": judging()},
        software=software("measures"),
    message:
        "Numbers behind the claims about the main experiments"
    script:
        "../scripts/measures.py"


rule ledger:
    input:
        **BEHIND,
        claims="config/claims.yaml",
        papers="config/papers.yaml",
        estimates=[f"{RESULTS}/claims/{table}.csv" for table in BEHIND],
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
        settings={"size": SIZE, "tables": list(BEHIND), "statistics": CONFIG["statistics"]},
        software=software("ledger"),
    message:
        "Ledger of claims: verdicts"
    script:
        "../scripts/ledger.py"


rule verify:
    input:
        ledger=f"{RESULTS}/claims.json",
        expected=f"tests/claims/{SIZE}.json",
        figures=rules.figures.input,
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
