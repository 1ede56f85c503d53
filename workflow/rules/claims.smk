CLAIMS_FILE = "config/claims.yaml"
CLAIMED = {
    "success": INVERSION,
    "transitions": ["measurements-d2", "measurements-d3"],
    "scaling": ["measurements-against-k", "expansivity-against-k"],
}
DECIDED = [*MEASUREMENTS, *INVERSION]
# The tables of trials that each table of measures rests on.
BEHIND = {
    "descents": trials_of(*sum(CLAIMED.values(), []), "step-d2"),
    "outcomes": trials_of(*DECIDED),
    "landscape": landscape_tables(*LANDSCAPE_STUDIES),
    "layerwise": [
        *(path for family in STUDIES for rows in all_rows_of(family).values() for path in rows),
        *trials_of("success-against-k"),
    ],
}


rule claims_descents:
    input:
        **{kind: statistics_of(kind, *experiments) for kind, experiments in CLAIMED.items()},
        default_recoveries=tables_of("recoveries", "measurements-d2"),
        default_outcomes=tables_of("outcomes", "measurements-d2"),
        bold_recoveries=tables_of("recoveries", "step-d2"),
        bold_outcomes=tables_of("outcomes", "step-d2"),
        source=sources(
            "claims/descents", "claims/ledger", "claims/rules", "statistics", "summaries"
        ),
    output:
        table=f"{RESULTS}/claims/descents.csv",
    log:
        f"logs/{SIZE}/claims/descents.log",
    cache: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        experiments=CLAIMED,
        success=config["success"],
        confidence=config["statistics"]["confidence"],
    message:
        "Numbers behind the claims about descent"
    script:
        "../scripts/claims_descents.py"


rule claims_outcomes:
    input:
        recoveries=[tables_of("recoveries", experiment) for experiment in DECIDED],
        outcomes=[tables_of("outcomes", experiment) for experiment in DECIDED],
        source=sources(
            "claims/outcomes",
            "claims/descents",
            "claims/ledger",
            "claims/rules",
            "statistics",
            "summaries",
        ),
    output:
        table=f"{RESULTS}/claims/outcomes.csv",
    log:
        f"logs/{SIZE}/claims/outcomes.log",
    cache: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        experiments=DECIDED,
        success=config["success"],
        confidence=config["statistics"]["confidence"],
    message:
        "Numbers behind the claims about what becomes of runs"
    script:
        "../scripts/claims_outcomes.py"


rule ledger:
    input:
        **BEHIND,
        claims=CLAIMS_FILE,
        measures=expand("{results}/claims/{part}.csv", results=RESULTS, part=CLAIM_TABLES),
        source=sources("claims/rules", "claims/ledger"),
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
        size=SIZE,
        tables=list(BEHIND),
        confidence=config["statistics"]["confidence"],
    message:
        "Ledger of claims: verdicts"
    script:
        "../scripts/ledger.py"


rule verify:
    input:
        ledger=f"{RESULTS}/claims.json",
        expected=f"tests/claims/{SIZE}.json",
        source=sources("claims/comparison"),
    output:
        table=f"{RESULTS}/claims.verified",
    log:
        f"logs/{SIZE}/claims/verify.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    message:
        "Verdicts against the expected ones"
    script:
        "../scripts/verify.py"
