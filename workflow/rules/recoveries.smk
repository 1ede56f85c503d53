DESCENT_SOURCES = sources(
    "networks",
    "instances",
    "experiments",
    "blocks",
    "recovery",
    "tables",
    "descent/__init__",
    "descent/compiled",
    "descent/incremental",
    "descent/kernels",
)


rule recoveries:
    input:
        instances=rules.instances.output.table,
        allocation=allocation_of,
        source=DESCENT_SOURCES,
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
        seed=config["seed"],
        block=block_of,
        descent=lambda wildcards: descent_of(wildcards.experiment),
    message:
        "Descent on {wildcards.experiment}, {wildcards.block}"
    script:
        "../scripts/recoveries.py"


rule convergence:
    input:
        instances=f"{RESULTS}/instances/convergence/{{block}}.parquet",
        source=DESCENT_SOURCES,
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
        seed=config["seed"],
        block=lambda wildcards: block_params(BLOCKS["convergence"][wildcards.block]),
        descent=descent_of("convergence"),
    message:
        "Convergence curves, {wildcards.block}"
    script:
        "../scripts/convergence.py"
