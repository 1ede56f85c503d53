LAYERWISE_FIGURES = [
    "layerwise_noise",
    "layerwise_comparison",
    "layerwise_layer",
    "layerwise_depth",
    "layerwise_subset",
    "preimages",
]


rule layerwise:
    input:
        source=DESCENT_SOURCES
        + sources(
            "hardness",
            "theory",
            "descent/pieces",
            "descent/certificates",
            "descent/kinks",
            "descent/outcomes",
            "risk",
            "layerwise/programs",
            "layerwise/inversion",
            "layerwise/bounds",
            "layerwise/noise",
            "layerwise/comparison",
            "layerwise/expansion",
            "layerwise/plan",
            "layerwise/studies",
        ),
    output:
        table=f"{RESULTS}/layerwise/{{topic}}/{{part}}.parquet",
    log:
        f"logs/{SIZE}/layerwise/{{topic}}/{{part}}.log",
    cache: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
    params:
        seed=config["seed"],
        topic="{topic}",
        parts=parts_of("layerwise"),
    message:
        "Layer by layer: {wildcards.topic}, {wildcards.part}"
    script:
        "../scripts/layerwise.py"


rule layerwise_statistics:
    input:
        **all_rows_of("layerwise"),
        source=sources(
            "statistics", "layerwise/estimates", "layerwise/summaries", "layerwise/theory"
        ),
    output:
        **points_of("layerwise"),
        estimates=f"{RESULTS}/layerwise/estimates.csv",
    log:
        f"logs/{SIZE}/layerwise/statistics.log",
    cache: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        topics=list(STUDIES["layerwise"]),
        relative_error=config["success"]["relative_error"],
        confidence=config["statistics"]["confidence"],
    message:
        "Statistics of the layer-wise studies"
    script:
        "../scripts/layerwise_statistics.py"


rule layerwise_claims:
    input:
        estimates=[f"{RESULTS}/{family}/estimates.csv" for family in STUDIES],
        success=statistics_of("success", "success-against-k"),
        transitions=statistics_of("transitions", "success-against-k"),
        source=sources("layerwise/claims", "layerwise/estimates"),
    output:
        table=f"{RESULTS}/claims/layerwise.csv",
    log:
        f"logs/{SIZE}/claims/layerwise.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    message:
        "Estimates for the claims on layer-wise inversion and its neighbours"
    script:
        "../scripts/layerwise_claims.py"


rule figure_layerwise_noise:
    input:
        rows=rows_of("layerwise", "noise"),
        points=points_of("layerwise")["noise"],
        estimates=rules.layerwise_statistics.output.estimates,
        source=sources("figures/style", "figures/small_print", "figures/layerwise_noise"),
    output:
        pdf=f"{FIGURES}/layerwise_noise.pdf",
        png=report(
            f"{FIGURES}/layerwise_noise.png",
            caption="../report/layerwise_noise.rst",
            category="One layer at a time",
        ),
    log:
        f"logs/{SIZE}/figures/layerwise_noise.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        settings=study_settings("layerwise", "noise"),
    message:
        "Figure: error against noise, layer by layer"
    script:
        "../scripts/figure_layerwise_noise.py"


rule figure_layerwise_comparison:
    input:
        points=points_of("layerwise")["comparison"],
        estimates=rules.layerwise_statistics.output.estimates,
        source=sources("figures/style", "figures/small_print", "figures/layerwise_comparison"),
    output:
        pdf=f"{FIGURES}/layerwise_comparison.pdf",
        png=report(
            f"{FIGURES}/layerwise_comparison.png",
            caption="../report/layerwise_comparison.rst",
            category="One layer at a time",
        ),
    log:
        f"logs/{SIZE}/figures/layerwise_comparison.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        settings=study_settings("layerwise", "comparison"),
    message:
        "Figure: success against k, all methods"
    script:
        "../scripts/figure_layerwise_comparison.py"


rule figure_layerwise_layer:
    input:
        points=points_of("layerwise")["layer"],
        estimates=rules.layerwise_statistics.output.estimates,
        source=sources("figures/style", "figures/small_print", "figures/layerwise_layer"),
    output:
        pdf=f"{FIGURES}/layerwise_layer.pdf",
        png=report(
            f"{FIGURES}/layerwise_layer.png",
            caption="../report/layerwise_layer.rst",
            category="One layer at a time",
        ),
    log:
        f"logs/{SIZE}/figures/layerwise_layer.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        settings=study_settings("layerwise", "layer"),
    message:
        "Figure: expansion that one layer needs"
    script:
        "../scripts/figure_layerwise_layer.py"


rule figure_layerwise_depth:
    input:
        points=points_of("layerwise")["depth"],
        estimates=rules.layerwise_statistics.output.estimates,
        source=sources("figures/style", "figures/small_print", "figures/layerwise_depth"),
    output:
        pdf=f"{FIGURES}/layerwise_depth.pdf",
        png=report(
            f"{FIGURES}/layerwise_depth.png",
            caption="../report/layerwise_depth.rst",
            category="One layer at a time",
        ),
    log:
        f"logs/{SIZE}/figures/layerwise_depth.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        settings=study_settings("layerwise", "depth"),
    message:
        "Figure: depth at constant expansivity"
    script:
        "../scripts/figure_layerwise_depth.py"


rule figure_layerwise_subset:
    input:
        points=points_of("layerwise")["subset"],
        estimates=rules.layerwise_statistics.output.estimates,
        source=sources("figures/style", "figures/small_print", "figures/layerwise_subset"),
    output:
        pdf=f"{FIGURES}/layerwise_subset.pdf",
        png=report(
            f"{FIGURES}/layerwise_subset.png",
            caption="../report/layerwise_subset.rst",
            category="One layer at a time",
        ),
    log:
        f"logs/{SIZE}/figures/layerwise_subset.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        settings=study_settings("layerwise", "subset"),
    message:
        "Figure: inversion from part of the output"
    script:
        "../scripts/figure_layerwise_subset.py"


rule figure_preimages:
    input:
        source=sources(
            "figures/style",
            "figures/preimages",
            "hardness",
            "networks",
            "blocks",
            "experiments",
            "instances",
            "risk",
        ),
    output:
        pdf=f"{FIGURES}/preimages.pdf",
        png=report(
            f"{FIGURES}/preimages.png",
            caption="../report/preimages.rst",
            category="One layer at a time",
        ),
    log:
        f"logs/{SIZE}/figures/preimages.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    message:
        "Figure: pre-images of two layers that are not convex"
    script:
        "../scripts/figure_preimages.py"
