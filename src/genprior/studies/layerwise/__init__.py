"""Inversion of a network one layer at a time (Lei, Jalal, Dhillon, Dimakis, arXiv 1906.07437)."""
