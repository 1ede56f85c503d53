rule outcomes:
    input:
        instances=rules.instances.output.table,
        recoveries=rules.recoveries.output.table,
        allocation=allocation_of,
        source=[
            *DESCENT_SOURCES,
            *sources(
                "risk",
                "theory",
                "verdicts",
                "descent/pieces",
                "descent/certificates",
                "descent/kinks",
                "descent/outcomes",
            ),
        ],
    output:
        table=f"{RESULTS}/outcomes/{{experiment}}/{{block}}.parquet",
    log:
        f"logs/{SIZE}/outcomes/{{experiment}}/{{block}}.log",
    cache: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
    params:
        seed=config["seed"],
        block=block_of,
        descent=lambda wildcards: descent_of(wildcards.experiment),
    message:
        "Verdicts on {wildcards.experiment}, {wildcards.block}"
    script:
        "../scripts/outcomes.py"
