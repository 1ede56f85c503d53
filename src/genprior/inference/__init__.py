"""What is possible at all: approximate message passing (AMP) and its state evolution.

``channels`` has the posterior of one neuron, which both use; ``docs/optimum.md`` derives all of it.
"""
