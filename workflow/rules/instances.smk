rule instances:
    input:
        allocation=allocation_of,
        source=sources("networks", "instances", "experiments", "blocks", "tables"),
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
        seed=config["seed"],
        block=block_of,
    message:
        "Instances of {wildcards.experiment}, {wildcards.block}"
    script:
        "../scripts/instances.py"
