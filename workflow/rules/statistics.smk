rule statistics:
    input:
        recoveries=lambda wildcards: tables_of("recoveries", wildcards.experiment),
        outcomes=lambda wildcards: tables_of("outcomes", wildcards.experiment),
        source=sources("statistics", "summaries"),
    output:
        success=f"{RESULTS}/statistics/{{experiment}}/success.csv",
        transitions=f"{RESULTS}/statistics/{{experiment}}/transitions.csv",
        scaling=f"{RESULTS}/statistics/{{experiment}}/scaling.csv",
        outcomes=f"{RESULTS}/statistics/{{experiment}}/outcomes.csv",
    log:
        f"logs/{SIZE}/statistics/{{experiment}}.log",
    cache: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        experiment="{experiment}",
        success=config["success"],
        confidence=config["statistics"]["confidence"],
        axes=lambda wildcards: transition_axes(EXPERIMENTS[wildcards.experiment]),
    message:
        "Statistics of {wildcards.experiment}"
    script:
        "../scripts/statistics.py"
