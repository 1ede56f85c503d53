rule notebook:
    input:
        notebook="notebooks/{notebook}.ipynb",
        ledger=f"{RESULTS}/claims.json",
        tables=all_tables(),
    output:
        html=f"{RESULTS}/notebooks/{{notebook}}.html",
    log:
        f"logs/{SIZE}/notebooks/{{notebook}}.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
    message:
        "Notebook {wildcards.notebook}"
    script:
        "../scripts/notebook.py"
