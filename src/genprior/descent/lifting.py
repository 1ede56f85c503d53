"""A network with biases as one without, of a code with one more coordinate that never moves.

With (x, 1) in place of x,

    W_i' = [W_i b_i]   for i < d,    W_d' = [W_d b_d],
           [ 0   1 ]

every hidden layer hands the 1 on through a neuron that is always active, and G'(x, 1) = G(x).  The
maps of a piece are then [E_l s_l] and [M t], with what is constant as their last column.  The
coordinate is ``frozen``: no step moves it, and what is said of directions, as by the Hessian, takes
the first k columns alone.  A network without biases is not lifted: nothing is copied, and the bits
of its results are what they were.

Source: derived for this project; ``docs/certificate.md``, "Lifting".
"""

import numpy as np

from genprior.model.networks import Network
from genprior.model.problem import Problem
from genprior.types import Array


def frozen(network: Network) -> int:
    """How many coordinates of the lifted code never move: 1 with biases, 0 without."""
    return int(network.biases is not None)


def lift_network(network: Network) -> Network:
    """The network of the lifted code, which has no biases."""
    if network.biases is None:
        return network
    weights = []
    for number, (layer, bias) in enumerate(zip(network.weights, network.biases, strict=True), 1):
        lifted = np.column_stack([layer, bias])
        if number < network.depth:
            lifted = np.vstack([lifted, np.append(np.zeros(layer.shape[1]), 1.0)])
        weights.append(lifted)
    return Network(tuple(weights), None, network.slope, network.last)


def lift(problem: Problem) -> tuple[Problem, int]:
    """The problem of the lifted code, and how many of its coordinates never move."""
    if problem.network.biases is None:
        return problem, 0
    lifted = Problem(lift_network(problem.network), problem.sensing, problem.measurements)
    return lifted, frozen(problem.network)


def lift_point(x: Array, held: int, value: float = 1.0) -> Array:
    """(x, 1) where there are biases, else x; of a direction, (w, 0)."""
    return np.append(x, np.full(held, value)) if held else x
