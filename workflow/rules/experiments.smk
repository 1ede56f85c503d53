rule instances:
    input:
        allocation=allocation_of,
        source=sources("instances"),
    output:
        table=f"{RESULTS}/instances/{{experiment}}/{{block}}.parquet",
    log:
        f"logs/{SIZE}/instances/{{experiment}}/{{block}}.log",
    cache: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        settings=lambda wildcards: {"seed": CONFIG["seed"], "block": block_of(wildcards)},
        software=software("instances"),
    message:
        "Instances of {wildcards.experiment}, {wildcards.block}"
    script:
        "../scripts/instances.py"


rule recoveries:
    input:
        instances=rules.instances.output.table,
        allocation=allocation_of,
        source=method_sources,
    output:
        table=f"{RESULTS}/recoveries/{{experiment}}/{{block}}.parquet",
    log:
        f"logs/{SIZE}/recoveries/{{experiment}}/{{block}}.log",
    cache: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
    params:
        settings=recovering,
        software=lambda wildcards: software("recoveries", *method_file(wildcards)),
    message:
        "Recoveries of {wildcards.experiment}, {wildcards.block}"
    script:
        "../scripts/recoveries.py"


rule outcomes:
    input:
        instances=rules.instances.output.table,
        recoveries=rules.recoveries.output.table,
        allocation=allocation_of,
        source=sources("outcomes"),
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
        settings=descending,
        software=software("outcomes"),
    message:
        "Outcomes of {wildcards.experiment}, {wildcards.block}"
    script:
        "../scripts/outcomes.py"


rule allocations:
    input:
        recoveries=earlier_tables("recoveries"),
        outcomes=earlier_tables("outcomes"),
        source=sources("allocations"),
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
        settings=lambda wildcards: {
            "experiment": wildcards.experiment,
            "round": int(wildcards.round),
            "axis": transition_axes(EXPERIMENTS[wildcards.experiment])[0],
            "trials": EXPERIMENTS[wildcards.experiment]["trials"],
            "allocation": EXPERIMENTS[wildcards.experiment]["allocation"],
            "success": CONFIG["success"],
        },
        software=software("allocations"),
    message:
        "Allocation of round {wildcards.round} of {wildcards.experiment}"
    script:
        "../scripts/allocations.py"


rule convergence:
    input:
        instances=f"{RESULTS}/instances/convergence/{{block}}.parquet",
        source=sources("convergence"),
    output:
        table=f"{RESULTS}/convergence/convergence/{{block}}.parquet",
    log:
        f"logs/{SIZE}/convergence/{{block}}.log",
    cache: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
    params:
        settings=lambda wildcards: {
            "seed": CONFIG["seed"],
            "block": block_params(BLOCKS["convergence"][wildcards.block]),
            "descent": descent_of("convergence"),
        },
        software=software("convergence"),
    message:
        "Convergence curves, {wildcards.block}"
    script:
        "../scripts/convergence.py"


rule statistics:
    input:
        recoveries=lambda wildcards: tables_of("recoveries", wildcards.experiment),
        outcomes=lambda wildcards: tables_of("outcomes", wildcards.experiment),
        source=sources("statistics"),
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
        settings=lambda wildcards: {
            "experiment": wildcards.experiment,
            "axes": transition_axes(EXPERIMENTS[wildcards.experiment]),
            **judging(),
        },
        software=software("statistics"),
    message:
        "Statistics of {wildcards.experiment}"
    script:
        "../scripts/statistics.py"


for experiment, others in PARTNERS.items():

    rule:
        name:
            f"paired_{experiment.replace('-', '_')}"
        input:
            trials=[
                path
                for name in [experiment, *others]
                for stage in ("recoveries", "outcomes")
                for path in tables_of(stage, name)
            ],
            source=sources("paired"),
        output:
            table=f"{RESULTS}/statistics/{experiment}/paired.csv",
        log:
            f"logs/{SIZE}/paired/{experiment}.log",
        cache: True
        conda:
            "../../environment.yml"
        threads: 1
        resources:
            mem_mb=1000,
        params:
            settings={
                "own": judged_tables(experiment),
                "others": {name: judged_tables(name) for name in others},
                **judging(),
            },
            software=software("paired"),
        message:
            f"{experiment} beside others on its grid"
        script:
            "../scripts/paired.py"
