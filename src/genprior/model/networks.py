"""Networks G(x) = phi(W_d ... phi(W_2 phi(W_1 x + b_1) + b_2) ... + b_d) and their linear pieces.

Source: Hand & Voroninski (arXiv 1705.07576), section 1, for networks without biases and with
phi = relu, which are *plain* here.  A plain network may be given as the tuple of its weights
``(W_1, ..., W_d)``, ``W_i`` of shape (n_i, n_{i-1}) with n_0 = k the latent dimension; biases, a
leaky relu and another last layer take a ``Network``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from numbers import Real

import numpy as np
from numpy.typing import NDArray

from genprior.model.arrays import require
from genprior.types import Array, Weights

ENDS = ("relu", "linear", "sigmoid")
Pattern = Sequence[NDArray[np.bool_]]  # which neurons are active, one array of shape (n_i,) a layer


class UnsupportedNetwork(ValueError):
    """A network of a kind that is not taken here; the message says by what, and of what kind."""


@dataclass(frozen=True, eq=False)
class Network:
    """A network.

    Attributes:
        weights: W_i, shape (n_i, n_{i-1}).
        biases: b_i, shape (n_i,), or None for none.
        slope: the slope of the hidden layers' phi below zero, from 0 (relu) to 1, 1 left out; of
            the last layer's too where ``last`` is "relu".
        last: the last layer's phi: "relu", "linear" or "sigmoid".

    Raises:
        TypeError, ValueError: naming the array or the entry, what it is and what it should be.
    """

    weights: tuple[Array, ...]
    biases: tuple[Array, ...] | None = None
    slope: float = 0.0
    last: str = "relu"

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", tuple(self.weights))
        if not self.weights:
            raise ValueError("weights is empty; it should be W_1, ..., W_d, one layer at least")
        width: int | str = "k"
        for number, layer in enumerate(self.weights, start=1):
            require(f"W_{number}", layer, (f"n_{number}", width))
            width = len(layer)
        if self.biases is not None:
            self._require_biases()
        if (
            not isinstance(self.slope, Real)
            or isinstance(self.slope, bool)
            or not 0 <= self.slope < 1
        ):
            raise ValueError(
                f"slope is {self.slope!r}; it should be a number from 0 to 1, 1 left out"
            )
        object.__setattr__(self, "slope", float(self.slope))
        if self.last not in ENDS:
            raise ValueError(f"last is {self.last!r}; it should be relu, linear or sigmoid")

    def _require_biases(self) -> None:
        object.__setattr__(self, "biases", tuple(self.biases))
        if len(self.biases) != self.depth:
            raise ValueError(
                f"biases has {len(self.biases)} arrays; "
                f"it should be None or b_1, ..., b_d, one a layer, here {self.depth}"
            )
        for number, (layer, bias) in enumerate(zip(self.weights, self.biases, strict=True), 1):
            require(f"b_{number}", bias, (len(layer),))

    @property
    def shape(self) -> tuple[int, ...]:
        """(k, n_1, ..., n_d)."""
        return shape_of(self.weights)

    @property
    def depth(self) -> int:
        return len(self.weights)

    @property
    def plain(self) -> bool:
        """Whether this is a network of HV's: no biases, and relu throughout."""
        return self.biases is None and self.slope == 0 and self.last == "relu"

    @property
    def slopes(self) -> tuple[float, ...]:
        """The slope of each layer's phi below zero; 1 for a linear end, and before a sigmoid."""
        final = self.slope if self.last == "relu" else 1.0
        return (*[self.slope] * (self.depth - 1), final)

    @property
    def kind(self) -> str:
        """What sets the network apart from a plain one, in words; "plain" if nothing does."""
        words = ["biases"] if self.biases is not None else []
        words += [f"slope {self.slope:g}"] if self.slope else []
        words += [f"a {self.last} end"] if self.last != "relu" else []
        return " and ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words) or "plain"

    def require_plain(self, what: str) -> None:
        """Refuse what is no plain network, on behalf of something that is derived for those alone.

        Raises:
            UnsupportedNetwork: one line that begins with ``what`` and says why it does not apply.
        """
        if not self.plain:
            raise UnsupportedNetwork(
                f"{what} is for networks without biases and with relu throughout; "
                f"this one has {self.kind}"
            )

    def require_pieces(self, what: str) -> None:
        """Refuse a sigmoid, under which G has no linear pieces.

        Raises:
            UnsupportedNetwork: one line that begins with ``what`` and says why it does not apply.
        """
        if self.last == "sigmoid":
            raise UnsupportedNetwork(
                f"{what} needs a network that is linear in pieces, with a relu or linear end; "
                "this one has a sigmoid end"
            )


def network_of(given: Network | Weights) -> Network:
    """The network itself, or the plain one with these weights.

    Raises:
        TypeError, ValueError: as ``Network``.
    """
    return given if isinstance(given, Network) else Network(tuple(given))


def to_singles(matrix: Array) -> Array:
    """The entries rounded to single precision, in a float64 array.

    Weights of networks are stored in single precision as a rule.  All is computed in double
    precision; an engine may keep such a matrix in half the bytes and change no bit of a result.
    """
    return matrix.astype(np.float32).astype(np.float64)


def sample_weights(shape: Sequence[int], stream: np.random.Generator) -> tuple[Array, ...]:
    """Gaussian weights W_i ~ N(0, 1/n_i), drawn layer by layer and row by row, ``to_singles``.

    Args:
        shape: (k, n_1, ..., n_d), the latent dimension followed by the layer widths.
        stream: the random stream, which is advanced.

    Source: HV v3, section 1 (the law under which Theorem 1 holds).
    """
    return tuple(
        to_singles(stream.standard_normal((rows, columns)) / np.sqrt(rows))
        for columns, rows in pairwise(shape)
    )


def shape_of(network: Network | Weights) -> tuple[int, ...]:
    """(k, n_1, ..., n_d) of a network."""
    weights = network.weights if isinstance(network, Network) else network
    return (weights[0].shape[1], *(layer.shape[0] for layer in weights))


def layers_of(network: Network | Weights) -> list[tuple[Array, Array | None, float]]:
    """(W_i, b_i or None, the slope of phi below zero) of each layer; weights are not looked at."""
    if not isinstance(network, Network):
        return [(layer, None, 0.0) for layer in network]
    biases = network.biases or [None] * network.depth
    return list(zip(network.weights, biases, network.slopes, strict=True))


def affine(layer: Array, bias: Array | None, inputs: Array) -> Array:
    """W z + b, shape (n,) or (n, b), of an input or of several in columns."""
    values = layer @ inputs
    if bias is None:
        return values
    return values + (bias if values.ndim == 1 else bias[:, None])


def gains(active: NDArray[np.bool_], slope: float) -> NDArray:
    """What each neuron's pre-activation is multiplied by: 1 if it is active, else the slope."""
    return np.where(active, 1.0, slope) if slope else active


def sigmoid(values: Array) -> Array:
    """1 / (1 + e^-z), entry by entry, without overflow."""
    small = np.exp(-np.abs(values))
    return np.where(values >= 0, 1.0, small) / (1.0 + small)


def generate(network: Network | Weights, x: Array) -> Array:
    """The signal G(x), shape (n_d,), of a latent code x, shape (k,)."""
    for layer, bias, slope in layers_of(network):
        x = affine(layer, bias, x)
        x = np.maximum(x, slope * x if slope else 0.0)
    return sigmoid(x) if isinstance(network, Network) and network.last == "sigmoid" else x


def activation_pattern(
    network: Network | Weights, x: Array, tie_direction: Array | None = None
) -> tuple[NDArray[np.bool_], ...]:
    """Which neurons are active at x, or just beside it.

    A neuron whose pre-activation is exactly zero counts as it would at ``x + delta w`` for an
    infinitesimal delta > 0 and w = ``tie_direction``; without one it counts as inactive, which
    is the convention diag(W x > 0) of HV.  The neurons of a linear end, and those before a
    sigmoid, are always active.

    Returns one boolean array of shape (n_i,) a layer.
    """
    pattern = []
    w = np.zeros_like(x) if tie_direction is None else tie_direction
    for layer, bias, slope in layers_of(network):
        pre_activation, drift = affine(layer, bias, x), layer @ w
        active = (pre_activation > 0) | ((pre_activation == 0) & (drift > 0)) | (slope == 1)
        gain = gains(active, slope)
        x, w = gain * pre_activation, gain * drift
        pattern.append(active)
    return tuple(pattern)


def region_map(network: Network | Weights, pattern: Pattern) -> Array:
    """L_x = W_{d,+,x} ... W_{1,+,x}, shape (n_d, k): G(x) = L_x x where ``pattern`` holds.

    With biases it is G(x) = L_x x + ``region_shift``; W_{i,+,x} has the rows of inactive neurons
    times the slope.

    Raises:
        UnsupportedNetwork: for a sigmoid end.
    """
    if isinstance(network, Network):
        network.require_pieces("region_map")
    layers = layers_of(network)
    linear = np.eye(layers[0][0].shape[1])
    for (layer, _, slope), active in zip(layers, pattern, strict=True):
        linear = gains(active, slope)[:, None] * (layer @ linear)
    return linear


def region_shift(network: Network | Weights, pattern: Pattern) -> Array:
    """t_x, shape (n_d,): G(x) = L_x x + t_x where ``pattern`` holds; zero without biases.

    Raises:
        UnsupportedNetwork: for a sigmoid end.
    """
    if isinstance(network, Network):
        network.require_pieces("region_shift")
    layers = layers_of(network)
    shift = np.zeros(layers[0][0].shape[1])
    for (layer, bias, slope), active in zip(layers, pattern, strict=True):
        shift = gains(active, slope) * affine(layer, bias, shift)
    return shift
