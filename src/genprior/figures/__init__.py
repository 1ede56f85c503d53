"""The figures: one module each, pure functions from tables to a Matplotlib figure."""
