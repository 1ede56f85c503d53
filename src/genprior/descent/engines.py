"""The engine that takes a network: the incremental one, or the definition under a sigmoid end."""

from collections.abc import Sequence

from genprior.descent import incremental, reference
from genprior.model.networks import Network, network_of
from genprior.model.problem import Problem
from genprior.types import Array

Engine = incremental.Engine | reference.Engine


def _kind(network: Network) -> type[Engine]:
    return reference.Engine if network.last == "sigmoid" else incremental.Engine


def engine_for(problem: Problem) -> Engine:
    """The engine of a problem."""
    return _kind(problem.network)(problem)


def engine_of_code(
    network: Network | Sequence[Array], sensing: Array | None, code: Array
) -> Engine:
    """The engine for recovering a latent code x0, shape (k,), from y = A G(x0); y has the same bits
    everywhere, but under a sigmoid end."""
    network = network_of(network)
    return _kind(network).of_code(network, sensing, code)
