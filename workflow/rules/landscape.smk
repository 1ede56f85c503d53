LANDSCAPE = config["landscape"]
NUMBER_STUDIES = ["gram", "layers", "isometry", "audit", "rays"]
LANDSCAPE_SOURCES = [
    "networks",
    "risk",
    "theory",
    "instances",
    "experiments",
    "blocks",
    "tables",
    "landscape/batch",
]


rule landscape_numbers:
    input:
        source=sources(
            *LANDSCAPE_SOURCES,
            "landscape/search",
            "landscape/concentration",
            "landscape/audit",
            "landscape/rays",
            "landscape/studies",
            "landscape/plan",
        ),
    output:
        table=f"{RESULTS}/landscape/{{study}}/{{grid}}.parquet",
    log:
        f"logs/{SIZE}/landscape/{{study}}/{{grid}}.log",
    cache: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
    params:
        seed=config["seed"],
        study="{study}",
        job=landscape_job,
    message:
        "Landscape: {wildcards.study}, {wildcards.grid}"
    script:
        "../scripts/landscape_numbers.py"


rule landscape_plane:
    input:
        source=sources(
            *LANDSCAPE_SOURCES, "descent/__init__", "descent/compiled", "landscape/plane"
        ),
    output:
        risks=f"{RESULTS}/landscape/plane/risks.parquet",
        paths=f"{RESULTS}/landscape/plane/paths.parquet",
    log:
        f"logs/{SIZE}/landscape/plane.log",
    cache: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
    params:
        seed=config["seed"],
        plane=LANDSCAPE["plane"],
    message:
        "Landscape at k = 2"
    script:
        "../scripts/landscape_plane.py"
