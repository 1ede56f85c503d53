LANDSCAPE = config["landscape"]
LANDSCAPE_STUDIES = list(NUMBER_STUDIES + ENDS_STUDIES)
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
        table=f"{RESULTS}/landscape/{{numbers_study}}/{{grid}}.parquet",
    log:
        f"logs/{SIZE}/landscape/{{numbers_study}}/{{grid}}.log",
    cache: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
    params:
        seed=config["seed"],
        study="{numbers_study}",
        job=landscape_job,
    message:
        "Landscape: {wildcards.numbers_study}, {wildcards.grid}"
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


rule landscape_census:
    input:
        source=sources(
            *LANDSCAPE_SOURCES,
            "descent/__init__",
            "descent/compiled",
            "descent/certificates",
            "descent/kinks",
            "descent/pieces",
            "descent/outcomes",
            "landscape/census",
            "landscape/plan",
        ),
    output:
        table=f"{RESULTS}/landscape/{{ends_study}}/{{grid}}.parquet",
    log:
        f"logs/{SIZE}/landscape/{{ends_study}}/{{grid}}.log",
    cache: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
    params:
        seed=config["seed"],
        study="{ends_study}",
        job=landscape_job,
    message:
        "Landscape: end points of descent, {wildcards.ends_study}, {wildcards.grid}"
    script:
        "../scripts/landscape_census.py"


rule landscape_statistics:
    input:
        **{study: landscape_tables(study) for study in LANDSCAPE_STUDIES},
        source=sources(
            "statistics", "theory", "landscape/audit", "landscape/summary", "landscape/claims"
        ),
    output:
        cells=f"{RESULTS}/statistics/landscape/cells.csv",
        trends=f"{RESULTS}/statistics/landscape/trends.csv",
        ends=f"{RESULTS}/statistics/landscape/ends.csv",
        claims=f"{RESULTS}/statistics/landscape/claims.csv",
    log:
        f"logs/{SIZE}/statistics/landscape.log",
    cache: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        studies=LANDSCAPE_STUDIES,
        settings={
            "audit": {"radius": LANDSCAPE["audit"]["radius"]},
            "rays": {"angles": LANDSCAPE["rays"]["angles"]},
            **{study: {"radius": LANDSCAPE[study]["radius"]} for study in ENDS_STUDIES},
        },
        confidence=config["statistics"]["confidence"],
    message:
        "Statistics of the landscape"
    script:
        "../scripts/landscape_statistics.py"
