rule figures:
    input:
        all_tables(),
