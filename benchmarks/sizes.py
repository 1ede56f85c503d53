"""The sizes that are measured, and the arrangements among which each engine's best is sought."""

from dataclasses import dataclass


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
    def read_by_an_iteration(self) -> float:
        """Bytes of three passes (f(x), v, f(-x)) over W_1 and the active halves of the rest."""
        *inner, last = self.shape
        products = [a * b for a, b in zip(inner, self.shape[1:], strict=True)]
        return 8 * 3 * (products[0] + 0.5 * sum(products[1:]) + 0.5 * last * self.measurements)

    @property
    def footprint(self) -> int:
        """Bytes of the weights that f(x) and v touch, iteration after iteration."""
        return round(self.read_by_an_iteration / 3)


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
        {"processes": 2, "threads": 1, "batch": 4, "paired": True},
        {"processes": 2, "threads": 1, "batch": 8, "paired": False},
        {"processes": 1, "threads": 2, "batch": 8, "paired": False},
    ],
}
PEER_LIBRARY = {"numpy": "numpy", "torch": "torch", "jax": "jax"}
