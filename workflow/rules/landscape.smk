LANDSCAPE = config["landscape"]
LANDSCAPE_STUDIES = list(NUMBER_STUDIES + ENDS_STUDIES)
LANDSCAPE_FIGURES = [
    "angle_map",
    "landscape_contours",
    "landscape_surfaces",
    "saddle",
    "concentration",
    "audit",
    "census",
]
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
            *LANDSCAPE_SOURCES,
            "descent/__init__",
            "descent/compiled",
            "descent/kernels",
            "landscape/plane",
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
            "descent/kernels",
            "descent/incremental",
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
        claims=f"{RESULTS}/claims/landscape.csv",
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


rule figure_angle_map:
    input:
        source=sources("figures/style", "theory", "networks", "figures/angle_map"),
    output:
        pdf=f"{FIGURES}/angle_map.pdf",
        png=report(
            f"{FIGURES}/angle_map.png",
            caption="../report/angle_map.rst",
            category="Landscape",
        ),
    log:
        f"logs/{SIZE}/figures/angle_map.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    message:
        "Figure: The angle map"
    script:
        "../scripts/figure_angle_map.py"


rule figure_landscape_contours:
    input:
        risks=rules.landscape_plane.output.risks,
        paths=rules.landscape_plane.output.paths,
        source=sources("figures/style", "theory", "figures/landscape_plane"),
    output:
        pdf=f"{FIGURES}/landscape_contours.pdf",
        png=report(
            f"{FIGURES}/landscape_contours.png",
            caption="../report/landscape_contours.rst",
            category="Landscape",
        ),
    log:
        f"logs/{SIZE}/figures/landscape_contours.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        plane=LANDSCAPE["plane"],
    message:
        "Figure: the landscape at k = 2, contours"
    script:
        "../scripts/figure_landscape_contours.py"


rule figure_landscape_surfaces:
    input:
        risks=rules.landscape_plane.output.risks,
        source=sources("figures/style", "theory", "figures/landscape_plane"),
    output:
        pdf=f"{FIGURES}/landscape_surfaces.pdf",
        png=report(
            f"{FIGURES}/landscape_surfaces.png",
            caption="../report/landscape_surfaces.rst",
            category="Landscape",
        ),
    log:
        f"logs/{SIZE}/figures/landscape_surfaces.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        plane=LANDSCAPE["plane"],
    message:
        "Figure: the landscape at k = 2, surfaces"
    script:
        "../scripts/figure_landscape_surfaces.py"


rule figure_saddle:
    input:
        cells=rules.landscape_statistics.output.cells,
        source=sources("figures/style", "theory", "figures/saddle"),
    output:
        pdf=f"{FIGURES}/saddle.pdf",
        png=report(
            f"{FIGURES}/saddle.png",
            caption="../report/saddle.rst",
            category="Landscape",
        ),
    log:
        f"logs/{SIZE}/figures/saddle.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        trials=LANDSCAPE["rays"]["trials"],
        confidence=config["statistics"]["confidence"],
    message:
        "Figure: rho_d and the degenerate saddle"
    script:
        "../scripts/figure_saddle.py"


rule figure_concentration:
    input:
        cells=rules.landscape_statistics.output.cells,
        source=sources("figures/style", "figures/concentration"),
    output:
        pdf=f"{FIGURES}/concentration.pdf",
        png=report(
            f"{FIGURES}/concentration.png",
            caption="../report/concentration.rst",
            category="Landscape",
        ),
    log:
        f"logs/{SIZE}/figures/concentration.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        trials={study: LANDSCAPE[study]["trials"] for study in ("gram", "layers", "isometry")},
        confidence=config["statistics"]["confidence"],
    message:
        "Figure: concentration"
    script:
        "../scripts/figure_concentration.py"


rule figure_audit:
    input:
        cells=rules.landscape_statistics.output.cells,
        source=sources("figures/style", "theory", "landscape/audit", "figures/audit"),
    output:
        pdf=f"{FIGURES}/audit.pdf",
        png=report(
            f"{FIGURES}/audit.png",
            caption="../report/audit.rst",
            category="Landscape",
        ),
    log:
        f"logs/{SIZE}/figures/audit.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        radius=LANDSCAPE["audit"]["radius"],
        trials=LANDSCAPE["audit"]["trials"],
        confidence=config["statistics"]["confidence"],
    message:
        "Figure: audit of the descent direction"
    script:
        "../scripts/figure_audit.py"


rule figure_census:
    input:
        second=landscape_tables("second"),
        ends=rules.landscape_statistics.output.ends,
        source=sources("figures/style", "theory", "landscape/summary", "figures/census"),
    output:
        pdf=f"{FIGURES}/census.pdf",
        png=report(
            f"{FIGURES}/census.png",
            caption="../report/census.rst",
            category="Landscape",
        ),
    log:
        f"logs/{SIZE}/figures/census.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        settings={
            study: {
                key: LANDSCAPE[study][key] for key in ("trials", "starts", "radius", "descent")
            }
            for study in ENDS_STUDIES
        },
        confidence=config["statistics"]["confidence"],
    message:
        "Figure: census of end points"
    script:
        "../scripts/figure_census.py"
