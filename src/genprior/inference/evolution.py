"""State evolution of multi-layer AMP on HV's networks, and the thresholds that follow from it.

In the limit k -> infinity at fixed ratios n_l / k and m / k, a few numbers a layer describe how far
AMP has come (``docs/optimum.md``; after Aubin et al., arXiv 1912.02008, derived again).  With
pre-activations of variance 1, outputs of second moment T_l (T_0 = 1, T_l = 1/2) and no noise:

    V_l = E_{l-1} / T_{l-1}                    variance of a pre-activation, known from below
    E_l = E var(relu(z) | below, above)        error of a layer's output, E_0 = 1 / (1 + L_0)
    L_d = (m / n_d) / E_d                      precision from above
    L_{l-1} = (n_l / n_{l-1}) / T_{l-1} (V_l - E var(z | below, above)) / V_l^2

One iteration is ``amp``'s: from the output down to the code, and up again.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import ndtr

from genprior.inference.channels import rectified
from genprior.types import Array

NODES = (32, 48)  # of the quadrature over what comes from below and from above
REACH = 9.0  # standard deviations beyond which the sign of a pre-activation is known
PRECISIONS = np.geomspace(1, 1e5, 11)  # from above at the last layer, times n_d / k
UNOBSERVED = 1e-12  # the precision from above before there is any
CONVERGED = 1e-6  # relative change of the code's error at which its iteration ends


def neuron_errors(variance: float, precision: float) -> tuple[float, float]:
    """The mean posterior variances of a pre-activation z ~ N(0, 1) and of relu(z).

    What is known from below is z ~ N(omega, V) with omega ~ N(0, 1 - V), from above relu(z) with
    precision L.  In units of sqrt(V) the integrand depends on V L alone.  Where |omega| is so large
    that z has a sure sign, or the value from above so large that relu(z) cannot be zero, the
    variances are those of Gaussians; the rest is integrated by Gauss and Legendre.

    Args:
        variance: V in (0, 1].
        precision: L > 0.
    """
    strength, spread = variance * precision, np.sqrt(max(1 / variance - 1, 1e-16))
    known = variance / (1 + strength)
    edge, top = REACH * min(1.0, spread), REACH / np.sqrt(strength)
    t, t_weight = legendre(NODES[0], edge)
    t_weight = t_weight * np.exp(-0.5 * (t / spread) ** 2) / (np.sqrt(2 * np.pi) * spread)
    b, b_weight = legendre(NODES[1], top)
    found = rectified(t[:, None], np.ones(1), b[None, :], np.array([strength]))
    density = t_weight[:, None] * b_weight * np.exp(found.log_evidence)
    # Values from above beyond the grid: z > 0 for sure.
    beyond = float(t_weight @ ndtr((t - top) / np.sqrt(1 + 1 / strength)))
    outside = float(ndtr(-edge / spread))  # omega beyond the grid, on either side
    sure = known * (beyond + outside)
    return (
        variance * float((density * found.z_variance).sum()) + sure + variance * outside,
        variance * float((density * found.x_variance).sum()) + sure,
    )


@cache
def gauss(nodes: int) -> tuple[Array, Array]:
    """Gauss and Legendre's rule on [-1, 1]."""
    return np.polynomial.legendre.leggauss(nodes)


def legendre(nodes: int, edge: float) -> tuple[Array, Array]:
    """Nodes and weights of Gauss and Legendre's rule on [-edge, edge]."""
    points, weights = gauss(nodes)
    return edge * points, edge * weights


class Evolution:
    """The numbers that describe AMP on networks of a shape, from nothing known on.

    Attributes:
        errors: E_0, ..., E_d.
    """

    def __init__(self, shape: Sequence[float]):
        """``shape`` is (k, n_1, ..., n_d) in any unit."""
        self.ratios = [upper / lower for lower, upper in pairwise(shape)]
        self.moments = [1.0] + [0.5] * len(self.ratios)
        self.precisions = [0.0] * (len(self.ratios) + 1)
        self.errors = [1.0]
        for moment in self.moments[:-1]:
            _, error = neuron_errors(self.errors[-1] / moment, UNOBSERVED)
            self.errors.append(error)

    def step(self, last_precision: float) -> None:
        """One iteration of AMP, given the precision L_d from above at the last layer."""
        errors, moments, precisions = self.errors, self.moments, self.precisions
        precisions[-1] = last_precision
        for layer in range(len(self.ratios), 0, -1):
            variance = errors[layer - 1] / moments[layer - 1]
            left, _ = neuron_errors(variance, precisions[layer])
            gain = max(variance - left, 0.0) / variance**2
            precisions[layer - 1] = self.ratios[layer - 1] / moments[layer - 1] * gain
        errors[0] = 1 / (1 + precisions[0])
        for layer in range(1, len(errors)):
            variance = errors[layer - 1] / moments[layer - 1]
            _, errors[layer] = neuron_errors(variance, precisions[layer])


def code_errors(shape: Sequence[float], measurements: float, iterations: int) -> Iterator[float]:
    """The predicted ||x - x0||^2 / ||x0||^2 of the code, before AMP and after each iteration.

    Args:
        shape: (k, n_1, ..., n_d), n_d in units of ``measurements``; without layers, A W = A.
        measurements: m.
        iterations: how many.
    """
    state = Evolution(shape)
    yield state.errors[0]
    for _ in range(iterations):
        state.step(measurements / shape[-1] / state.errors[-1])
        yield state.errors[0]


def measurements_held(shape: Sequence[float], precisions: Sequence[float]) -> Iterator[float]:
    """m at which AMP comes to rest with these precisions L_d, increasing.

    At rest, m = n_d L_d E_d with E_d what the layers make of L_d; the state goes from each
    precision to the next, so that it is always the one that AMP comes to first.
    """
    state = Evolution(shape)
    for precision in precisions:
        before = np.inf
        while abs(before / state.errors[0] - 1) > CONVERGED:
            before = state.errors[0]
            state.step(precision)
        yield shape[-1] * precision * state.errors[-1]


def amp_threshold(shape: Sequence[float]) -> float:
    """The least m from which AMP recovers the code as k -> infinity, infinite where none does.

    AMP gathers precision until m no longer suffices to hold it, so it needs the largest m that any
    precision asks for: k at an infinite one, perhaps more on the way.
    """
    if not code_determined(shape):
        return np.inf
    precisions = PRECISIONS * shape[0] / shape[-1]
    held = np.array(list(measurements_held(shape, precisions)))
    peak = int(held.argmax())
    if peak == len(held) - 1:  # m rises to k
        return float(shape[0])
    around = np.log(precisions[[max(peak - 1, 0), peak + 1]])
    finer = minimize_scalar(
        lambda log_precision: -next(measurements_held(shape, [np.exp(log_precision)])),
        bounds=tuple(around),
        method="bounded",
        options={"xatol": 0.05},
    )
    return float(max(held[peak], -finer.fun, shape[0]))


def code_determined(shape: Sequence[float]) -> bool:
    """Whether the image determines the code: every layer more than twice as wide as k."""
    return all(width > 2 * shape[0] for width in shape[1:])


def image_limit(shape: Sequence[float]) -> float:
    """The information limit: m above which the image is determined, min(k, n_1/2, ..., n_d/2)."""
    return min(shape[0], *(width / 2 for width in shape[1:]))
