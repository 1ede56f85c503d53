"""A network inverted layer by layer, as a method of recovery."""

from genprior.methods.contract import Found
from genprior.methods.numerics.inversion import Program, invert
from genprior.model.problem import Problem


def by_layers(problem: Problem, program: Program, **thresholds: float) -> Found:
    """What the layers gave: ``iterations`` counts those that were reached, ``stop`` is the status
    of the last of them; x is zero where it is not ``solved``."""
    network = problem.network
    # ``invert`` takes the weights alone, and the rest beside them.
    plain = Problem(network.weights, None, problem.measurements)
    found = invert(plain, program, network.slope, network.biases, **thresholds)
    return Found(found.code, len(found.layers), str(found.status))
