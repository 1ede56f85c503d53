NEIGHBOURS_FIGURES = [
    "snr_levels",
    "snr_paths",
    "plugin",
    "reversal",
    "stochastic",
]


rule neighbours:
    input:
        source=DESCENT_SOURCES
        + sources(
            "risk",
            "layerwise/programs",
            "layerwise/inversion",
            "layerwise/expansion",
            "layerwise/plan",
            "neighbours/snr",
            "neighbours/plugin",
            "neighbours/reversal",
            "neighbours/stochastic",
            "neighbours/plan",
            "neighbours/studies",
        ),
    output:
        table=f"{RESULTS}/neighbours/{{topic}}/{{part}}.parquet",
    log:
        f"logs/{SIZE}/neighbours/{{topic}}/{{part}}.log",
    cache: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
    params:
        seed=config["seed"],
        topic="{topic}",
        parts=parts_of("neighbours"),
    message:
        "Neighbours: {wildcards.topic}, {wildcards.part}"
    script:
        "../scripts/neighbours.py"


rule neighbours_statistics:
    input:
        **all_rows_of("neighbours"),
        source=sources("statistics", "layerwise/estimates", "neighbours/summaries"),
    output:
        **points_of("neighbours"),
        estimates=f"{RESULTS}/neighbours/estimates.csv",
    log:
        f"logs/{SIZE}/neighbours/statistics.log",
    cache: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        topics=list(STUDIES["neighbours"]),
        relative_error=config["success"]["relative_error"],
        confidence=config["statistics"]["confidence"],
    message:
        "Statistics of the neighbouring studies"
    script:
        "../scripts/neighbours_statistics.py"


rule figure_snr_levels:
    input:
        points=points_of("neighbours")["levels"],
        estimates=rules.neighbours_statistics.output.estimates,
        source=sources("figures/style", "figures/small_print", "figures/snr_levels"),
    output:
        pdf=f"{FIGURES}/snr_levels.pdf",
        png=report(
            f"{FIGURES}/snr_levels.png",
            caption="../report/snr_levels.rst",
            category="Neighbours",
        ),
    log:
        f"logs/{SIZE}/figures/snr_levels.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        settings=study_settings("neighbours", "snr_levels"),
    message:
        "Figure: error against k at three noise levels (HHHV, Figure 2)"
    script:
        "../scripts/figure_snr_levels.py"


rule figure_snr_paths:
    input:
        points=points_of("neighbours")["paths"],
        estimates=rules.neighbours_statistics.output.estimates,
        source=sources("figures/style", "figures/small_print", "figures/snr_paths"),
    output:
        pdf=f"{FIGURES}/snr_paths.pdf",
        png=report(
            f"{FIGURES}/snr_paths.png",
            caption="../report/snr_paths.rst",
            category="Neighbours",
        ),
    log:
        f"logs/{SIZE}/figures/snr_paths.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        settings=study_settings("neighbours", "snr_paths"),
    message:
        "Figure: error against iteration with noise (HHHV, Figure 3)"
    script:
        "../scripts/figure_snr_paths.py"


rule figure_plugin:
    input:
        points=points_of("neighbours")["plugin"],
        estimates=rules.neighbours_statistics.output.estimates,
        source=sources("figures/style", "figures/small_print", "figures/plugin"),
    output:
        pdf=f"{FIGURES}/plugin.pdf",
        png=report(
            f"{FIGURES}/plugin.png",
            caption="../report/plugin.rst",
            category="Neighbours",
        ),
    log:
        f"logs/{SIZE}/figures/plugin.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        settings=study_settings("neighbours", "plugin"),
    message:
        "Figure: the width that PLUGIn needs"
    script:
        "../scripts/figure_plugin.py"


rule figure_reversal:
    input:
        points=points_of("neighbours")["reversal"],
        estimates=rules.neighbours_statistics.output.estimates,
        source=sources("figures/style", "figures/small_print", "figures/reversal"),
    output:
        pdf=f"{FIGURES}/reversal.pdf",
        png=report(
            f"{FIGURES}/reversal.png",
            caption="../report/reversal.rst",
            category="Neighbours",
        ),
    log:
        f"logs/{SIZE}/figures/reversal.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        settings=study_settings("neighbours", "reversal"),
    message:
        "Figure: reversal by the transposes"
    script:
        "../scripts/figure_reversal.py"


rule figure_stochastic:
    input:
        points=points_of("neighbours")["stochastic"],
        estimates=rules.neighbours_statistics.output.estimates,
        source=sources("figures/style", "figures/small_print", "figures/stochastic"),
    output:
        pdf=f"{FIGURES}/stochastic.pdf",
        png=report(
            f"{FIGURES}/stochastic.png",
            caption="../report/stochastic.rst",
            category="Neighbours",
        ),
    log:
        f"logs/{SIZE}/figures/stochastic.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        settings=study_settings("neighbours", "stochastic"),
    message:
        "Figure: stochastic gradient descent"
    script:
        "../scripts/figure_stochastic.py"
