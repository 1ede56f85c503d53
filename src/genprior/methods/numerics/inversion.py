"""From the last layer to the first: the latent code, one layer's program after another.

Thresholds.  The noise level of the observation is known, that of the inner layers is not, so a
program's threshold starts where the layer outside ended and grows by a constant factor for as
long as the layer has no acceptable answer (LJDD; the factor is 1.2 in the released code).  What is
acceptable looks at observed data alone:

* l_inf: the smallest deviation is at most the threshold;
* l_1: the mean of |phi(W z + b) - x| over the rows is at most the threshold (the program itself
  is always feasible).

The released l_1 code compares with the *true* inner activations instead, which nobody has;
``oracle`` hands these in, to show what they are worth.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from genprior.methods.numerics.programs import (
    Layer,
    Status,
    feasible,
    l_1,
    l_inf,
    least_squares,
    polished,
)
from genprior.model.problem import Problem
from genprior.types import Array, Weights

GROWTHS = 80  # how often a threshold may grow within one layer


class Program(StrEnum):
    """Which program inverts a layer."""

    FEASIBLE = "feasible"
    LEAST_SQUARES = "least-squares"
    DETERMINED = "determined"  # least squares where it determines the layer, else feasible
    L_INF = "l_inf"
    L_1 = "l_1"


@dataclass(frozen=True)
class Inversion:
    """What the layers gave.

    Attributes:
        code: the latent code, shape (k,); zeros if a layer had no answer.
        layers: one entry a layer that was reached, the last layer first.
    """

    code: Array
    layers: tuple[Layer, ...]

    @property
    def status(self) -> Status:
        return self.layers[-1].status


def activate(pre_activation: Array, slope: float) -> Array:
    """phi: the ReLU, or the LeakyReLU of this slope."""
    return np.maximum(pre_activation, slope * pre_activation)


def activations(
    weights: Weights, code: Array, slope: float = 0.0, biases: Sequence[Array] | None = None
) -> list[Array]:
    """The outputs of all layers, the first layer's first."""
    outputs = []
    for number, layer in enumerate(weights):
        code = activate(layer @ code + (0 if biases is None else biases[number]), slope)
        outputs.append(code)
    return outputs


def _grow(
    solve: Callable[[float], Layer],
    acceptable: Callable[[Layer], bool],
    threshold: float,
    growth: float,
) -> Layer:
    """The answer at the first of threshold, threshold growth, ... where one is acceptable."""
    for _ in range(GROWTHS):
        layer = solve(threshold)
        if layer.status is not Status.SOLVED or acceptable(layer):
            return layer
        threshold *= growth
    return Layer(Status.INFEASIBLE, np.zeros_like(layer.z), threshold)


def invert_layer(
    program: Program,
    weights: Array,
    output: Array,
    bias: Array | None = None,
    slope: float = 0.0,
    nonnegative: bool = False,
    threshold: float = 0.0,
    growth: float = 1.2,
    reference: Array | None = None,
) -> Layer:
    """One layer by one program, its threshold grown as the module's text says.

    Args:
        program: which program.
        weights, output, bias, slope, nonnegative: as in ``programs``.
        threshold: where the noisy programs' threshold starts.
        growth: the factor by which it grows.
        reference: what the l_1 program's answer is compared with; ``output`` if None.
    """
    arguments = {"bias": bias, "slope": slope}
    cone = arguments | {"nonnegative": nonnegative}
    if program is Program.FEASIBLE:
        return feasible(weights, output, **cone)
    if program is Program.LEAST_SQUARES:
        return least_squares(weights, output, **arguments)
    if program is Program.DETERMINED:
        layer = least_squares(weights, output, **arguments)
        if layer.status is Status.RANK_DEFICIENT:
            layer = feasible(weights, output, **cone)
            if nonnegative and bias is None and slope == 0:
                layer = polished(layer, weights, output)
        return layer
    if program is Program.L_INF:
        return _grow(
            lambda t: l_inf(weights, output, t, **cone),
            lambda layer: layer.deviation <= layer.threshold,
            threshold,
            growth,
        )
    compared = output if reference is None else reference

    def close(layer: Layer) -> bool:
        answer = activate(weights @ layer.z + (0 if bias is None else bias), slope)
        return slope > 0 or float(np.abs(answer - compared).mean()) <= layer.threshold

    return _grow(lambda t: l_1(weights, output, t, **cone), close, threshold, growth)


def invert(
    problem: Problem,
    program: Program,
    slope: float = 0.0,
    biases: Sequence[Array] | None = None,
    threshold: float = 0.0,
    growth: float = 1.2,
    oracle: Sequence[Array] | None = None,
) -> Inversion:
    """The latent code of a network's output.

    Args:
        problem: the network, and as measurements the observed output of its last layer.
        program: which program inverts each layer.
        slope: the slope of the activation below zero.
        biases: b_i, shape (n_i,), or None for none.
        threshold: the noise level of the observation.
        growth: the factor by which thresholds grow.
        oracle: the true outputs of all layers, for the l_1 program's inner layers (see above).

    Raises:
        UnsupportedNetwork: for a problem whose network is not plain; slope and biases are arguments
            here, and the end is their layers'.
    """
    problem.network.require_plain("layer-wise inversion of a problem")
    weights, x = problem.weights, problem.measurements
    layers: list[Layer] = []
    for number in reversed(range(len(weights))):
        inner = number < len(weights) - 1
        layer = invert_layer(
            program,
            weights[number],
            x,
            None if biases is None else biases[number],
            slope,
            nonnegative=number > 0 and slope == 0,
            threshold=layers[-1].threshold if layers else threshold,
            growth=growth,
            reference=oracle[number] if oracle is not None and inner else None,
        )
        layers.append(layer)
        if layer.status is not Status.SOLVED:
            return Inversion(np.zeros(weights[0].shape[1]), tuple(layers))
        x = layer.z
    return Inversion(x, tuple(layers))
