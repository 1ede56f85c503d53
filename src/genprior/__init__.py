"""Recovering signals with deep generative priors: the numerics, free of any workflow."""

__version__ = "0.1.0"
