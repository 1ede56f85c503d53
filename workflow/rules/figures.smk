FIGURE_NAMES = [
    "measurements",
    "inversion",
    "measurements_against_k",
    "expansivity_against_k",
    "success_against_k",
    "convergence",
    "step",
    "outcomes",
    *LANDSCAPE_FIGURES,
    *LAYERWISE_FIGURES,
    *NEIGHBOURS_FIGURES,
]
MEASUREMENTS = ["measurements-d1", "measurements-d2", "measurements-d3"]
INVERSION = ["inversion-d1", "inversion-d2", "inversion-d3"]
STEP = ["step-d1", "measurements-d1", "measurements-d2", "step-d2"]


rule figures:
    input:
        expand("{folder}/{name}.{ending}", folder=FIGURES, name=FIGURE_NAMES, ending=["pdf", "png"]),
        all_tables(),
        f"{RESULTS}/report.html",
        expand("{results}/notebooks/{name}.html", results=RESULTS, name=NOTEBOOKS),
        rules.layerwise_claims.output.table,
    message:
        f"All figures are in {FIGURES}"


rule figure_measurements:
    input:
        success=statistics_of("success", *MEASUREMENTS),
        transitions=statistics_of("transitions", *MEASUREMENTS),
        source=sources("figures/style", "figures/measurements"),
    output:
        pdf=f"{FIGURES}/measurements.pdf",
        png=report(
            f"{FIGURES}/measurements.png",
            caption="../report/measurements.rst",
            category="Phase transitions",
        ),
    log:
        f"logs/{SIZE}/figures/measurements.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        conditions=conditions_of(*MEASUREMENTS),
    message:
        "Figure: measurements x expansivity"
    script:
        "../scripts/figure_measurements.py"


rule figure_inversion:
    input:
        success=statistics_of("success", *INVERSION),
        transitions=statistics_of("transitions", *INVERSION),
        source=sources("figures/style", "figures/inversion"),
    output:
        pdf=f"{FIGURES}/inversion.pdf",
        png=report(
            f"{FIGURES}/inversion.png",
            caption="../report/inversion.rst",
            category="Phase transitions",
        ),
    log:
        f"logs/{SIZE}/figures/inversion.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        conditions=conditions_of(*INVERSION),
    message:
        "Figure: inversion"
    script:
        "../scripts/figure_inversion.py"


rule figure_measurements_against_k:
    input:
        transitions=statistics_of("transitions", "measurements-against-k"),
        scaling=statistics_of("scaling", "measurements-against-k"),
        source=sources("figures/style", "figures/scaling"),
    output:
        pdf=f"{FIGURES}/measurements_against_k.pdf",
        png=report(
            f"{FIGURES}/measurements_against_k.png",
            caption="../report/measurements_against_k.rst",
            category="Scaling",
        ),
    log:
        f"logs/{SIZE}/figures/measurements_against_k.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        axis="measurements",
        conditions=conditions_of("measurements-against-k"),
    message:
        "Figure: m50 against k"
    script:
        "../scripts/figure_scaling.py"


rule figure_expansivity_against_k:
    input:
        transitions=statistics_of("transitions", "expansivity-against-k"),
        scaling=statistics_of("scaling", "expansivity-against-k"),
        source=sources("figures/style", "figures/scaling"),
    output:
        pdf=f"{FIGURES}/expansivity_against_k.pdf",
        png=report(
            f"{FIGURES}/expansivity_against_k.png",
            caption="../report/expansivity_against_k.rst",
            category="Scaling",
        ),
    log:
        f"logs/{SIZE}/figures/expansivity_against_k.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        axis="expansivity",
        conditions=conditions_of("expansivity-against-k"),
    message:
        "Figure: e50 against k"
    script:
        "../scripts/figure_scaling.py"


rule figure_success_against_k:
    input:
        success=statistics_of("success", "success-against-k"),
        transitions=statistics_of("transitions", "success-against-k"),
        source=sources("figures/style", "figures/success_against_k"),
    output:
        pdf=f"{FIGURES}/success_against_k.pdf",
        png=report(
            f"{FIGURES}/success_against_k.png",
            caption="../report/success_against_k.rst",
            category="Published settings",
        ),
    log:
        f"logs/{SIZE}/figures/success_against_k.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        conditions=conditions_of("success-against-k"),
    message:
        "Figure: success against k (HHHV, Figure 1)"
    script:
        "../scripts/figure_success_against_k.py"


rule figure_convergence:
    input:
        curves=tables_of("convergence", "convergence"),
        source=sources("figures/style", "figures/convergence"),
    output:
        pdf=f"{FIGURES}/convergence.pdf",
        png=report(
            f"{FIGURES}/convergence.png",
            caption="../report/convergence.rst",
            category="Published settings",
        ),
    log:
        f"logs/{SIZE}/figures/convergence.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        conditions=conditions_of("convergence"),
    message:
        "Figure: convergence curves (HHHV, Figure 3 without noise)"
    script:
        "../scripts/figure_convergence.py"


rule figure_step:
    input:
        success=statistics_of("success", *STEP),
        transitions=statistics_of("transitions", *STEP),
        source=sources("figures/style", "figures/measurements", "figures/step"),
    output:
        pdf=f"{FIGURES}/step.pdf",
        png=report(
            f"{FIGURES}/step.png",
            caption="../report/step.rst",
            category="Phase transitions",
        ),
    log:
        f"logs/{SIZE}/figures/step.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        conditions=conditions_of("measurements-d2", "measurements-d1"),
        steps=[descent_of(experiment)["step"] for experiment in STEP],
    message:
        "Figure: the step matters"
    script:
        "../scripts/figure_step.py"


rule figure_outcomes:
    input:
        recoveries=tables_of("recoveries", "measurements-d2"),
        outcomes=tables_of("outcomes", "measurements-d2"),
        source=sources("figures/style", "figures/outcomes", "statistics", "summaries", "theory"),
    output:
        pdf=f"{FIGURES}/outcomes.pdf",
        png=report(
            f"{FIGURES}/outcomes.png",
            caption="../report/outcomes.rst",
            category="What becomes of a run",
        ),
    log:
        f"logs/{SIZE}/figures/outcomes.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        conditions=conditions_of("measurements-d2"),
        success=config["success"],
    message:
        "Figure: where and why runs fail"
    script:
        "../scripts/figure_outcomes.py"
