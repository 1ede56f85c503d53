"""Networks, instances and measurements."""

from collections.abc import Sequence
from pathlib import Path

from genprior.descent.incremental import Engine
from genprior.export import read_instances, rebuild, select_row, write_npz
from genprior.model import instances, networks
from genprior.model.instances import Instance, Role, stream
from genprior.types import Array


def network(shape: Sequence[int], *, seed: int = 0, trial: int = 0) -> tuple[Array, ...]:
    """A random network, W_i ~ N(0, 1/n_i), the one of the instance of this identity.

    Args:
        shape: (k, n_1, ..., n_d), the latent dimension followed by the layer widths.
        seed, trial: which one; every part of an identity has its own random stream.

    Returns:
        W_1, ..., W_d, W_i of shape (n_i, n_{i-1}).

    Source: Hand & Voroninski (arXiv 1705.07576v3), section 1.

    >>> [layer.shape for layer in network((3, 6, 12))]
    [(6, 3), (12, 6)]
    """
    return networks.sample_weights(shape, stream(seed, Role.NETWORK, shape, trial))


def instance(
    shape: Sequence[int],
    measurements: int | None = None,
    *,
    sensing: str = "gaussian",
    seed: int = 0,
    trial: int = 0,
) -> Instance:
    """A random instance: network, sensing matrix, the code x0 to be recovered, and a start.

    Args:
        shape: (k, n_1, ..., n_d).
        measurements: m; not for ``identity``, which measures all n_d coordinates.
        sensing: the law of A.
        seed, trial: which one.  The same identity is the same instance, bit for bit, everywhere.

    Raises:
        ValueError: for an unknown law or a number of measurements that does not fit.

    >>> one = instance((3, 6, 12), 8, seed=1)
    >>> one.sensing.shape, one.code.shape
    ((8, 12), (3,))
    """
    if measurements is None:
        if sensing != "identity":
            raise ValueError(f"sensing {sensing!r} takes a number of measurements; none was given")
        measurements = shape[-1]
    return instances.instance(seed, sensing, tuple(shape), trial, measurements)


def image(network: Sequence[Array], code: Array) -> Array:
    """The signal G(x), shape (n_d,), of a latent code x, shape (k,).

    >>> image(network((3, 6, 12)), instance((3, 6, 12), 8).code).shape
    (12,)
    """
    return networks.generate(network, code)


def measure(network: Sequence[Array], sensing: Array | None, code: Array) -> Array:
    """y = A G(x0), shape (m,), the same bits on every machine.

    Args:
        network: W_1, ..., W_d.
        sensing: A, shape (m, n_d), or None for A = I.
        code: x0, shape (k,).

    Raises:
        TypeError, ValueError: naming the array, what it is and what it should be.

    >>> one = instance((3, 6, 12), 8, seed=1)
    >>> measure(one.weights, one.sensing, one.code).shape
    (8,)
    """
    return Engine.of_code(network, sensing, code).problem.measurements


def export_trial(
    table: str | Path,
    path: str | Path,
    *,
    trial: int | None = None,
    measurements: int | None = None,
    shape: str | None = None,
) -> Instance:
    """Rebuild a trial from its row of an instances table, check its digest and write it as .npz.

    Args:
        table: such as results/standard/instances/<experiment>/<block>.parquet.
        path: the file to write: W1, ..., Wd, A (unless A = I), x0, start, tie_direction and y.
        trial, measurements, shape: which row, where the table leaves it open.

    Raises:
        genprior.export.ExportError: in one line, what is wrong and what there is to choose from.
    """
    rows = read_instances(table)
    one = rebuild(select_row(rows, trial=trial, measurements=measurements, shape=shape))
    write_npz(one, path)
    return one
