"""Classes of problems that several methods are for."""

from genprior.methods.contract import NotApplicable
from genprior.model.problem import Problem


def require_identity(problem: Problem, name: str) -> None:
    """Problems whose y is the last layer's output.

    Raises:
        NotApplicable: where there is a sensing matrix.
    """
    if problem.sensing is not None:
        m, n = problem.sensing.shape
        raise NotApplicable(
            f"{name} inverts the last layer's output, A = I; here A is a matrix of {m} x {n}"
        )


def require_layers(problem: Problem, name: str) -> None:
    """A = I, and layers with ReLU or leaky ReLU, with biases or without.

    Raises:
        NotApplicable: for any other problem.
    """
    require_identity(problem, name)
    if problem.network.last != "relu":
        raise NotApplicable(
            f"{name} inverts layers with ReLU or leaky ReLU; here the last is "
            f"{problem.network.last}"
        )


def require_plain(problem: Problem, name: str) -> None:
    """A = I, and ReLU layers without biases.

    Raises:
        NotApplicable: for any other problem.
    """
    require_identity(problem, name)
    if not problem.network.plain:
        raise NotApplicable(f"{name} is for ReLU layers without biases; this network has others")
