"""The sizes that are measured, and the arrangements among which each engine's best is sought."""

from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Size:
    """A shape (k, n_1, ..., n_d), m, how long a peer's timed run is, and after how many iterations
    a trial that nothing has decided is given up."""

    shape: tuple[int, ...]
    measurements: int
    iterations: int
    instances: int = 16
    cap: int = 1500

    @property
    def network_bytes(self) -> int:
        """Bytes that the streaming engine reads to evaluate G: W_1 and the active halves of the
        other weights, in single precision."""
        products = [a * b for a, b in pairwise(self.shape)]
        return round(4 * (products[0] + 0.5 * sum(products[1:])))

    @property
    def pass_bytes(self) -> int:
        """Bytes of a pass over the network and A, such as f(x) or v take one."""
        return self.network_bytes + round(4 * 0.5 * self.shape[-1] * self.measurements)


SIZES = {
    "reference": Size((20, 120, 720), 160, 200),
    "small": Size((10, 50, 150), 60, 400),
    "deep": Size((20, 60, 120, 240, 480), 160, 100, cap=30_000),
    "large": Size((20, 200, 2000), 300, 40, instances=8),
    "hard narrow": Size((20, 60, 180), 100, 300),
}

OURS = {
    "streaming": [{"processes": 2, "threads": 1}],
    "incremental": [{"processes": 2, "threads": 1}],
}
PEERS = {
    "numpy": [
        {"processes": 2, "threads": 1, "paired": False},
        {"processes": 2, "threads": 1, "paired": True},
        {"processes": 1, "threads": 2, "paired": False},
    ],
    "torch": [
        {"processes": 2, "threads": 1, "batch": 1},
        {"processes": 2, "threads": 1, "batch": 8},
        {"processes": 1, "threads": 2, "batch": 1},
    ],
    "jax": [
        {"processes": 2, "threads": 1, "batch": 1, "paired": False},
        {"processes": 2, "threads": 1, "batch": 4, "paired": False},
        {"processes": 2, "threads": 1, "batch": 4, "paired": False, "stored": "float32"},
        {"processes": 2, "threads": 1, "batch": 4, "paired": True},
        {"processes": 2, "threads": 1, "batch": 8, "paired": False},
        {"processes": 1, "threads": 2, "batch": 8, "paired": False},
    ],
}
PEER_LIBRARY = {"numpy": "numpy", "torch": "torch", "jax": "jax"}
