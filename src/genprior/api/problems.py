"""Networks, instances and measurements."""

from collections.abc import Sequence
from pathlib import Path

from genprior.descent.engines import engine_of_code
from genprior.export import read_instances, rebuild, select_row, write_npz
from genprior.model import instances, networks
from genprior.model.instances import Instance, Role, stream
from genprior.model.laws import draw_weights, label, law_text, sensing_matrices
from genprior.model.networks import Network
from genprior.types import Array


def network(
    shape: Sequence[int], *, law: str = "gaussian", seed: int = 0, trial: int = 0
) -> Network:
    """A random network without biases, the one of the instance of this identity.

    For weights of your own take ``genprior.Network`` or ``genprior.read_network``.

    Args:
        shape: (k, n_1, ..., n_d), the latent dimension followed by the layer widths.
        law: of the weights; ``gaussian`` is W_i ~ N(0, 1/n_i).
        seed, trial: which one; every part of an identity has its own random stream.

    Raises:
        ValueError: for an unknown law, or a shape that it does not have.

    Source: Hand & Voroninski (arXiv 1705.07576v3), section 1; the other laws are ours.

    >>> [layer.shape for layer in network((3, 6, 12)).weights]
    [(6, 3), (12, 6)]
    """
    drawn = draw_weights(law_text(law), tuple(shape), stream(seed, Role.NETWORK, shape, trial))
    return Network(drawn)


def instance(
    shape: Sequence[int],
    measurements: int | None = None,
    *,
    sensing: str = "gaussian",
    network: str = "gaussian",
    seed: int = 0,
    trial: int = 0,
) -> Instance:
    """A random instance: network, sensing matrix, the code x0 to be recovered, and a start.

    Args:
        shape: (k, n_1, ..., n_d).
        measurements: m; not for ``identity``, which measures all n_d coordinates.
        sensing: the law of A, one of gaussian, rademacher, identity, dct, mask, average, sparse.
        network: the law of the weights, one of gaussian, row-normalised, orthogonal, sparse, tied.
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
    laws = label(law_text(sensing), law_text(network))
    return instances.instance(seed, laws, tuple(shape), trial, measurements)


def sensing(law: str, measurements: int, size: int, *, seed: int = 0) -> Array:
    """A random sensing matrix A, shape (m, n), with E |A s|^2 = |s|^2 for every signal s.

    Args:
        law: gaussian, rademacher, dct (rows of the cosine transform with random signs), mask
            (random coordinates), average (of blocks) or sparse.
        measurements: m; for dct, mask and average at most n.
        size: n, the entries of a signal.
        seed: of the draw.

    Raises:
        ValueError: for an unknown law, or an m that it does not have.

    >>> sensing("dct", 5, 12).shape
    (5, 12)
    """
    if law == "identity":
        raise ValueError("A = I is written as None")
    source = stream(seed, Role.SENSING, (size,), 0)
    (matrix,) = sensing_matrices(law_text(law), size, [measurements], source)
    return matrix


def image(network: Network | Sequence[Array], code: Array) -> Array:
    """The signal G(x), shape (n_d,), of a latent code x, shape (k,).

    >>> image(network((3, 6, 12)), instance((3, 6, 12), 8).code).shape
    (12,)
    """
    return networks.generate(network, code)


def measure(network: Network | Sequence[Array], sensing: Array | None, code: Array) -> Array:
    """y = A G(x0), shape (m,), the same bits on every machine unless there is a sigmoid.

    Args:
        network: a ``genprior.Network``, or W_1, ..., W_d of a plain one.
        sensing: A, shape (m, n_d), or None for A = I.
        code: x0, shape (k,).

    Raises:
        TypeError, ValueError: naming the array, what it is and what it should be.

    >>> one = instance((3, 6, 12), 8, seed=1)
    >>> measure(one.network, one.sensing, one.code).shape
    (8,)
    """
    return engine_of_code(network, sensing, code).problem.measurements


def export_trial(
    table: str | Path,
    path: str | Path,
    *,
    trial: int | None = None,
    measurements: int | None = None,
    shape: str | None = None,
    weights: Path | None = None,
    matrix: Path | None = None,
) -> Instance:
    """Rebuild a trial from its row of an instances table, check its digest and write it as .npz.

    Args:
        table: such as results/standard/instances/<experiment>/<block>.parquet.
        path: the file to write: W1, ..., Wd, A (unless A = I), x0, start, tie_direction and y.
        trial, measurements, shape: which row, where the table leaves it open.
        weights, matrix: the files of a network and of a sensing matrix of one's own, where the row
            has such.

    Raises:
        genprior.export.ExportError: in one line, what is wrong and what there is to choose from.
    """
    rows = read_instances(table)
    row = select_row(rows, trial=trial, measurements=measurements, shape=shape)
    one = rebuild(row, weights, matrix)
    write_npz(one, path)
    return one
