"""A network with biases as one without, of a code with one more coordinate that never moves.

With (x, 1) in place of x,

    W_i' = [W_i b_i]    and for i < d      W_i' = [W_i b_i]
           [0    1 ]    , for the last        ,

every hidden layer hands the 1 on through a neuron that is always active, and G'(x, 1) = G(x).  So
a piece's maps E_l' = [E_l s_l] and M' = [M t] have the shifts as their last column, and what is
true of the first k columns and coordinates alone, as the Hessian and the directions that a step
takes, needs saying where it is used: of ``frozen`` coordinates, 1 with biases and 0 without, the
gradient is not taken.  Nothing is copied or changed where there are no biases.
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
