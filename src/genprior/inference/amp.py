"""Multi-layer approximate message passing (AMP) on a recovery problem without noise.

After Manoel, Krzakala, Mezard and Zdeborova (arXiv 1701.06981), with a variance for every neuron
and the squared entries of the weights, not their mean, so that nothing is assumed of an instance
but the law of its code.  One iteration goes from the measurements down to the code and up again.
Going down, layer l tells of x_{l-1} what a Gaussian observation of it would tell, of precision and
value

    L_{l-1} = (W_l^2)^T s_l,     x_{l-1} + W_l^T g_l / L_{l-1},
    g_l = (E[z_l | all] - omega_l) / V_l,   s_l = (V_l - var[z_l | all]) / V_l^2;

going up, z_l has the variance V_l = W_l^2 var[x_{l-1} | all] and the mean
omega_l = W_l x_{l-1} - V_l g_l.  ``evolution`` predicts the error of every iteration.
"""

from collections.abc import Iterator

import numpy as np

from genprior.inference.channels import rectified
from genprior.model.problem import Problem
from genprior.types import Array

SMALLEST = 1e-30  # variances and precisions never reach zero


class Messages:
    """What the layers of a problem have told each other; lists by layer, arrays by neuron.

    Attributes:
        x, variance: mean and variance of the outputs x_0, ..., x_d.
        omega, v: mean and variance of the pre-activations, known from below; A x_d the last.
        g: what the pre-activations tell downwards.
        value, precision: what the outputs are told from above.
    """

    def __init__(self, problem: Problem):
        self.problem = problem
        self.layers = [*problem.weights, problem.sensing]
        self.squares = [layer**2 for layer in self.layers]
        inputs = [layer.shape[1] for layer in self.layers]
        outputs = [layer.shape[0] for layer in self.layers]
        self.x, self.variance, self.value, self.precision = (
            [np.full(n, start) for n in inputs] for start in (0.0, 1.0, 0.0, SMALLEST)
        )
        self.g, self.omega, self.v = ([np.zeros(n) for n in outputs] for _ in range(3))
        self.up()

    def down(self) -> None:
        """From the measurements to the code."""
        for i in reversed(range(len(self.layers))):
            omega, v = self.omega[i], self.v[i]
            if i == len(self.layers) - 1:
                z, remaining = self.problem.measurements, 0.0
            else:
                found = rectified(omega, v, self.value[i + 1], self.precision[i + 1])
                z, remaining = found.z, found.z_variance
            self.g[i] = (z - omega) / v
            s = np.maximum(v - remaining, 0) / v**2
            self.precision[i] = np.maximum(self.squares[i].T @ s, SMALLEST)
            self.value[i] = self.x[i] + self.layers[i].T @ self.g[i] / self.precision[i]

    def code(self) -> None:
        """The posterior of the code under its prior N(0, I)."""
        told = 1 + self.precision[0]
        self.x[0] = self.precision[0] * self.value[0] / told
        self.variance[0] = 1 / told

    def up(self) -> None:
        """From the code to the measurements."""
        for i, layer in enumerate(self.layers):
            self.v[i] = np.maximum(self.squares[i] @ self.variance[i], SMALLEST)
            self.omega[i] = layer @ self.x[i] - self.v[i] * self.g[i]
            if i < len(self.layers) - 1:
                above = self.value[i + 1], self.precision[i + 1]
                found = rectified(self.omega[i], self.v[i], *above)
                self.x[i + 1], self.variance[i + 1] = found.x, found.x_variance


def amp(problem: Problem) -> Iterator[Array]:
    """The estimates of the code, iteration after iteration, for ever.

    Nothing is damped: with a variance for every neuron none of our runs diverged.  Long after the
    error has reached rounding it may grow again, so do not iterate for its own sake.

    Args:
        problem: with measurements y = A G(x0), x0 ~ N(0, I), W_i ~ N(0, 1/n_i), A ~ N(0, 1/m).

    Yields:
        the mean of the code, shape (k,), at first the prior's.

    Raises:
        ValueError: for A = I, whose entries are no small random numbers.
        UnsupportedNetwork: for a network with biases, a leaky slope or another end than relu.
    """
    problem.network.require_plain("AMP")
    if problem.sensing is None:
        raise ValueError("AMP needs a random sensing matrix, and A = I is none")
    messages = Messages(problem)
    while True:
        yield messages.x[0]
        messages.down()
        messages.code()
        messages.up()
