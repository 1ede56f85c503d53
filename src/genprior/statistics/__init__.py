"""Intervals of proportions, transitions, exponents and estimates, for everybody."""
