rule study:
    input:
        source=lambda wildcards: sources("study", study_module(wildcards)),
    output:
        table=f"{RESULTS}/{{family}}/{{study}}/{{job}}.parquet",
    log:
        f"logs/{SIZE}/{{family}}/{{study}}/{{job}}.log",
    cache: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
    params:
        settings=lambda wildcards: {
            "seed": CONFIG["seed"],
            "family": wildcards.family,
            "module": STUDIES[wildcards.family][wildcards.study].module,
            "parts": STUDIES[wildcards.family][wildcards.study].jobs[wildcards.job],
        },
        software=lambda wildcards: software("study", study_module(wildcards)),
    message:
        "{wildcards.family}: {wildcards.study}, {wildcards.job}"
    script:
        "../scripts/study.py"


for family in STUDIES:

    rule:
        name:
            f"summary_{family}"
        input:
            **all_rows_of(family),
            source=sources("summary", module_of(family, "summary")),
        output:
            **{
                table: f"{RESULTS}/statistics/{family}/{table}.csv"
                for table in plan_of(family).TABLES
            },
        log:
            f"logs/{SIZE}/{family}/summary.log",
        cache: True
        conda:
            "../../environment.yml"
        threads: 1
        resources:
            mem_mb=1000,
        params:
            settings={
                "family": family,
                "studies": list(STUDIES[family]),
                "configured": {key: CONFIG[key] for key in ("descent", family)} | judging(),
            },
            software=software("summary", module_of(family, "summary")),
        message:
            f"Summary of {family}"
        script:
            "../scripts/summary.py"
