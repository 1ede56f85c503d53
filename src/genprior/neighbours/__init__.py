"""Neighbouring methods and experiments, on the same random networks."""
