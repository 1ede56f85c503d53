"""Stochastic gradient descent over the rows of A."""
