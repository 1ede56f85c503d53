rule allocations:
    input:
        recoveries=earlier_tables("recoveries"),
        outcomes=earlier_tables("outcomes"),
        source=sources("allocation", "allotment", "statistics", "summaries"),
    output:
        json=f"{RESULTS}/allocations/{{experiment}}/r{{round}}.json",
    log:
        f"logs/{SIZE}/allocations/{{experiment}}/r{{round}}.log",
    cache: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        experiment="{experiment}",
        round="{round}",
        axis=lambda wildcards: transition_axes(EXPERIMENTS[wildcards.experiment])[0],
        trials=lambda wildcards: EXPERIMENTS[wildcards.experiment]["trials"],
        allocation=lambda wildcards: EXPERIMENTS[wildcards.experiment]["allocation"],
        success=config["success"],
    message:
        "Allocation of round {wildcards.round} of {wildcards.experiment}"
    script:
        "../scripts/allocations.py"
