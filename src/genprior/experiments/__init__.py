"""The phase-transition machine: grids of random trials, descents and their statistics."""
