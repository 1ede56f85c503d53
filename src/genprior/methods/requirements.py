"""Classes of problems that several methods are for."""

from genprior.methods.contract import NotApplicable
from genprior.model.problem import Problem


def require_identity(problem: Problem, name: str) -> None:
    """Problems whose y is the last layer's output.

    Raises:
        NotApplicable: where there is a sensing matrix.
    """
    if problem.sensing is not None:
        raise NotApplicable(f"{name} inverts the last layer's output, A = I; here A is a matrix")


def require_layers(problem: Problem, name: str) -> None:
    """A = I, and layers with ReLU or leaky ReLU, with biases or without.

    Raises:
        NotApplicable: for any other problem.
    """
    require_identity(problem, name)
    if problem.network.last != "relu":
        raise NotApplicable(
            f"{name} inverts layers that end in relu or leaky relu; this network has "
            f"{problem.network.kind}"
        )


def require_plain(problem: Problem, name: str) -> None:
    """A = I, and ReLU layers without biases.

    Raises:
        NotApplicable: for any other problem.
    """
    require_identity(problem, name)
    if not problem.network.plain:
        raise NotApplicable(
            f"{name} is for networks without biases and with relu throughout; this one has "
            f"{problem.network.kind}"
        )


def require_pieces(problem: Problem, name: str) -> None:
    """Networks that are linear in pieces.

    Raises:
        NotApplicable: for a sigmoid end.
    """
    if problem.network.last == "sigmoid":
        raise NotApplicable(
            f"{name} needs a network that is linear in pieces; this one has a sigmoid end"
        )
