"""The posterior of one neuron: what is known of z and relu(z) from below and from above.

From below comes z ~ N(mean, variance).  From above comes a Gaussian observation of relu(z): a value
b with noise of variance 1 / precision.  On each side of zero the posterior of z is a truncated
Gaussian, so all moments are closed forms (``docs/optimum.md``, section 1).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr

from genprior.types import Array

FAR = -30.0  # below it the truncated moments are taken from their asymptotic series


@dataclass(frozen=True)
class Posterior:
    """Moments of a neuron's pre-activation z and of its output relu(z), elementwise.

    Attributes:
        z, z_variance: posterior mean and variance of the pre-activation.
        x, x_variance: those of the output.
        log_evidence: log density of the observed value b.
    """

    z: Array
    z_variance: Array
    x: Array
    x_variance: Array
    log_evidence: Array


def positive_part(cut: Array) -> tuple[Array, Array]:
    """Mean and variance of u ~ N(cut, 1) given u > 0, stable for every cut.

    With h = phi(cut) / Phi(cut): cut + h and 1 - h (cut + h).
    """
    near = np.maximum(cut, FAR)
    hazard = np.exp(-0.5 * near**2 - log_ndtr(near)) / np.sqrt(2 * np.pi)
    mean = near + hazard
    variance = np.clip(1 - hazard * mean, 0, 1)
    far = np.minimum(cut, FAR)
    return (
        np.where(cut < FAR, -(1 - 2 / far**2 + 10 / far**4) / far, mean),
        np.where(cut < FAR, (1 - 6 / far**2 + 50 / far**4) / far**2, variance),
    )


def rectified(mean: Array, variance: Array, value: Array, precision: Array) -> Posterior:
    """The posterior of z ~ N(mean, variance) given relu(z) + N(0, 1 / precision) = value.

    Args:
        mean, variance: from below, variance > 0.
        value, precision: from above, precision > 0.
    """
    below = np.sqrt(variance)
    # z > 0: a Gaussian with both precisions added, cut off at zero.
    above = np.sqrt(variance / (1 + variance * precision))
    middle = above**2 * (mean / variance + precision * value)
    on_mean, on_variance = (
        scale * moment
        for scale, moment in zip((above, above**2), positive_part(middle / above), strict=True)
    )
    # z <= 0: the value says nothing more.
    off_mean, off_variance = (
        scale * moment
        for scale, moment in zip((-below, variance), positive_part(-mean / below), strict=True)
    )
    observed = variance + 1 / precision
    log_on = log_ndtr(middle / above) - 0.5 * (
        (value - mean) ** 2 / observed + np.log(2 * np.pi * observed)
    )
    log_off = log_ndtr(-mean / below) - 0.5 * (precision * value**2 + np.log(2 * np.pi / precision))
    log_evidence = np.logaddexp(log_on, log_off)
    on, off = np.exp(log_on - log_evidence), np.exp(log_off - log_evidence)
    return Posterior(
        z=on * on_mean + off * off_mean,
        z_variance=on * on_variance + off * off_variance + on * off * (on_mean - off_mean) ** 2,
        x=on * on_mean,
        x_variance=on * on_variance + on * off * on_mean**2,
        log_evidence=log_evidence,
    )
