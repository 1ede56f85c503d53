"""Random laws of networks and of sensing: what they keep on average, their rows, their nesting."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.fft import dct

from genprior.model.instances import Role, arrays_of, digest, instance, instances, stream
from genprior.model.laws import (
    NETWORK_LAWS,
    SENSING_LAWS,
    averages,
    draw_rows,
    draw_weights,
    label,
    law_text,
    laws_of,
    measures_all,
    named,
    nonzeros,
    own_text,
)
from genprior.model.networks import sample_weights, to_singles

SHAPE = (4, 9, 12)
SINGLE = 2.0**-23  # rounding to single precision, relative
NESTED = ["gaussian", "rademacher", "dct", "mask", "sparse(0.3)"]
# Of laws that are not drawn entry by entry, the digests of an instance with each: they fail when a
# law changes a bit, on this machine or another.
DIGESTS = {
    "dct": "5a80485dcca48b0515c01b86c6baf725",
    "mask": "ea9591d2c4c78a5383d592ef2b9af893",
    "average": "5dff2811385622fa83c3eb4f89089764",
    "sparse(0.3)": "5b04a094d42fdcdd3abe9a05ab0761db",
    "gaussian+row-normalised": "08655ec498829f53f253c1589b8c5cc1",
    "gaussian+orthogonal": "787113415591d941435f38b7d30fc2a8",
    "gaussian+sparse(0.4)": "2541e2b96b643ee3aa006b070fa7f958",
    "gaussian+tied": "614809394ff6dfd2919443396f3954cf",
}


def source(seed=0):
    return np.random.default_rng(seed)


def test_texts_of_laws():
    assert [law_text(word) for word in ("dct", "sparse")] == ["dct", "sparse(0.1)"]
    assert law_text("sparse", 0.25) == "sparse(0.25)"
    assert named("sparse(1e-05)") == ("sparse", "1e-05")
    assert own_text("abc") == "own(abc)" and named("own(abc)") == ("own", "abc")
    for sensing in ("gaussian", "sparse(0.25)", "own(12ab)"):
        for network in ("gaussian", "row-normalised", "sparse(0.5)", "own(34cd)"):
            assert laws_of(label(sensing, network)) == (sensing, network)
    assert label("gaussian") == "gaussian"
    assert measures_all("identity+tied") and not measures_all("dct")


@pytest.mark.parametrize("law", NESTED)
@given(n=st.integers(1, 30), data=st.data())
@settings(max_examples=30, deadline=None)
def test_rows_are_nested_however_many_are_drawn(law, n, data):
    most = n if law in ("dct", "mask") else 40
    few, many = sorted(data.draw(st.tuples(st.integers(1, most), st.integers(1, most))))
    first = draw_rows(law, n, few, source(n))
    np.testing.assert_array_equal(first, draw_rows(law, n, many, source(n))[:few])


@given(n=st.integers(1, 70), seed=st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_dct_rows_are_distinct_rows_of_the_orthonormal_transform(n, seed):
    """All of them are an orthogonal matrix, of which any m at random keep energy on average."""
    rows = draw_rows("dct", n, n, source(seed))
    np.testing.assert_allclose(rows @ rows.T, n * np.eye(n), atol=1e-12 * n)
    np.testing.assert_allclose(rows.T @ rows, n * np.eye(n), atol=1e-12 * n)
    transform = dct(np.eye(n), type=2, norm="ortho", axis=0) * np.sqrt(n)
    for signs in rows[np.abs(np.abs(rows) - 1).max(axis=1) < 1e-12]:  # one is of the constant
        found = np.abs((rows * signs)[:, None] - transform).max(axis=2) < 1e-12 * n
        if (found.sum(axis=0) == 1).all() and (found.sum(axis=1) == 1).all():
            return
    raise AssertionError("no signs of the columns give the transform")


def test_dct_has_random_signs_and_an_order_of_its_own():
    drawn = [draw_rows("dct", 16, 16, source(seed)) for seed in range(8)]
    constant = [int(np.argmin(np.abs(np.abs(rows) - 1).max(axis=1))) for rows in drawn]
    assert len(set(constant)) > 2
    assert len({rows[place].tobytes() for rows, place in zip(drawn, constant, strict=True)}) == 8


@given(n=st.integers(1, 60), seed=st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_masks_keep_distinct_entries(n, seed):
    rows = draw_rows("mask", n, n, source(seed))
    assert set(np.unique(rows)) <= {0.0, np.sqrt(n)}
    np.testing.assert_array_equal((rows != 0).sum(axis=0), 1)
    np.testing.assert_array_equal((rows != 0).sum(axis=1), 1)


@given(n=st.integers(1, 60), density=st.floats(0.01, 1), seed=st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_sparse_rows_have_one_number_of_equal_entries(n, density, seed):
    """Signs are independent, places uniform: E a a^T = (r / n) (n / r) I = I."""
    rows = draw_rows(law_text("sparse", density), n, 25, source(seed))
    count = nonzeros(density, n)
    np.testing.assert_array_equal((rows != 0).sum(axis=1), count)
    np.testing.assert_allclose(np.abs(rows[rows != 0]), np.sqrt(n / count), rtol=1e-15)


def test_sparse_places_and_signs_are_even():
    rows = draw_rows("sparse(0.3)", 10, 4000, source(3))
    taken = (rows != 0).mean(axis=0)
    assert np.abs(taken - 0.3).max() < 5 * np.sqrt(0.3 * 0.7 / 4000)
    assert abs(np.sign(rows).sum()) < 5 * np.sqrt(3 * 4000)


@given(n=st.integers(1, 200), data=st.data())
@settings(max_examples=30, deadline=None)
def test_averages_are_of_consecutive_blocks_as_equal_as_possible(n, data):
    m = data.draw(st.integers(1, n))
    matrix = averages(n, m)
    blocks = [np.flatnonzero(row) for row in matrix]
    np.testing.assert_array_equal(np.concatenate(blocks), np.arange(n))
    sizes = list(map(len, blocks))
    assert max(sizes) - min(sizes) <= 1
    np.testing.assert_allclose(np.sum(matrix**2), n, rtol=1e-12)
    # Averages up to one factor: a constant signal is measured as a constant.
    np.testing.assert_allclose(matrix.sum(axis=1), matrix[0].sum(), rtol=1e-12)


@pytest.mark.parametrize("law", [*NESTED, "average"])
def test_energy_is_kept_on_average(law):
    """The mean of A^T A over many drawings is I to within five of its standard errors; for block
    averages its trace."""
    n, m, many = 6, 3, 4000
    stream = source(1)
    if law == "average":
        assert np.trace(averages(n, m).T @ averages(n, m)) == pytest.approx(n)
        return
    grams = np.array(
        [rows.T @ rows / m for rows in (draw_rows(law, n, m, stream) for _ in range(many))]
    )
    errors = np.abs(grams.mean(axis=0) - np.eye(n))
    bounds = 5 * grams.std(axis=0) / np.sqrt(many) + 1e-12
    assert (errors <= bounds).all()


@pytest.mark.parametrize("law", ["gaussian", "row-normalised", "orthogonal", "sparse(0.4)", "tied"])
def test_networks_keep_energy_on_average(law):
    many, columns, rows = 3000, 4, 7
    stream = source(2)
    grams = [
        layer.T @ layer
        for layer in (draw_weights(law, (columns, rows), stream)[0] for _ in range(many))
    ]
    errors = np.abs(np.mean(grams, axis=0) - np.eye(columns))
    assert (errors <= 5 * np.std(grams, axis=0) / np.sqrt(many) + 10 * SINGLE).all()


@given(k=st.integers(1, 12), more=st.integers(0, 12), seed=st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_orthogonal_layers_keep_every_length(k, more, seed):
    (layer,) = draw_weights("orthogonal", (k, k + more), source(seed))
    np.testing.assert_allclose(layer.T @ layer, np.eye(k), atol=20 * SINGLE)
    gaussian = source(seed).standard_normal((k + more, k))
    triangular = layer.T @ gaussian  # the orthonormal columns of this Gaussian, signs kept
    np.testing.assert_allclose(np.tril(triangular, -1), 0, atol=1e-4)
    assert (np.diag(triangular) > 0).all()


def test_row_normalised_rows_have_one_length_and_the_gaussian_s_directions():
    layers = draw_weights("row-normalised", SHAPE, source(4))
    plain = sample_weights(SHAPE, source(4))
    for layer, gaussian, (columns, rows) in zip(layers, plain, pairwise(SHAPE), strict=True):
        lengths = np.linalg.norm(layer, axis=1)
        np.testing.assert_allclose(lengths, np.sqrt(columns / rows), rtol=4 * SINGLE)
        cosines = np.sum(layer * gaussian, axis=1) / lengths / np.linalg.norm(gaussian, axis=1)
        np.testing.assert_allclose(cosines, 1, rtol=1e-6)


def test_tied_layers_are_corners_of_one_matrix():
    shape = (4, 9, 6, 12)
    layers = draw_weights("tied", shape, source(5))
    whole = source(5).standard_normal((12, 9))
    for layer, (columns, rows) in zip(layers, pairwise(shape), strict=True):
        np.testing.assert_array_equal(layer, to_singles(whole[:rows, :columns] / np.sqrt(rows)))


@given(n=st.integers(1, 40), density=st.floats(0.01, 1))
@settings(max_examples=30, deadline=None)
def test_sparse_layers_have_one_number_of_entries_a_row(n, density):
    for layer in draw_weights(law_text("sparse", density), (n, 8, 8), source(n)):
        columns = layer.shape[1]
        np.testing.assert_array_equal((layer != 0).sum(axis=1), nonzeros(density, columns))


def test_the_gaussian_law_is_the_sampler_s():
    for left, right in zip(
        draw_weights("gaussian", SHAPE, source(6)), sample_weights(SHAPE, source(6)), strict=True
    ):
        np.testing.assert_array_equal(left, right)


@pytest.mark.parametrize("sensing", [*NESTED, "identity", "average"])
@pytest.mark.parametrize(
    "network", ["gaussian", "row-normalised", "orthogonal", "sparse(0.5)", "tied"]
)
def test_instances_of_every_pair_of_laws(sensing, network):
    """Rounded to singles, common code and start, a digest of each pair's own."""
    counts = [12] if sensing == "identity" else [3, 12, 5]
    drawn = list(instances(7, label(sensing, network), SHAPE, 1, counts))
    assert [one.measurement_count for one in drawn] == counts
    plain = instance(7, "identity", SHAPE, 1, 12)
    for one, m in zip(drawn, counts, strict=True):
        again = instance(7, label(sensing, network), SHAPE, 1, m)
        assert digest(one) == digest(again)
        for name, array in arrays_of(one).items():
            if name.startswith(("W", "A")):
                np.testing.assert_array_equal(array, to_singles(array))
        np.testing.assert_array_equal(one.code, plain.code)
        np.testing.assert_array_equal(one.start, plain.start)
        if network == "gaussian":
            np.testing.assert_array_equal(one.weights[1], plain.weights[1])
    if sensing not in ("identity", "average"):  # nested up to scaling
        rows = draw_rows(sensing, 12, 12, stream(7, Role.SENSING, SHAPE, 1))
        for one, m in zip(drawn, counts, strict=True):
            np.testing.assert_array_equal(one.sensing, to_singles(rows[:m] / np.sqrt(m)))


def test_digests_tell_all_pairs_apart():
    labels = [
        label(law_text(sensing), law_text(network))
        for sensing in SENSING_LAWS
        for network in NETWORK_LAWS
    ]
    assert len({digest(instance(7, one, SHAPE, 1, 12)) for one in labels}) == len(labels)


@pytest.mark.parametrize(("law", "known"), sorted(DIGESTS.items()))
def test_known_digests_of_the_laws(law, known):
    assert digest(instance(11, law, (3, 7, 9), 4, 6)) == known


@pytest.mark.parametrize(
    ("law", "shape", "m", "words"),
    [
        ("fourier", SHAPE, 5, "unknown sensing law 'fourier'; allowed: gaussian, rademacher"),
        ("gaussian+fourier", SHAPE, 5, "unknown network law 'fourier'; allowed: gaussian, row-"),
        ("dct", SHAPE, 13, "dct has at most n_d = 12 measurements, given 13"),
        ("mask", SHAPE, 13, "mask has at most n_d = 12 measurements, given 13"),
        ("average", SHAPE, 13, "average has at most n_d = 12 measurements, given 13"),
        ("sparse", SHAPE, 5, "sensing law sparse takes a density, as in sparse(0.1)"),
        ("dct(0.5)", SHAPE, 5, "sensing law dct takes no density"),
        ("sparse(2)", SHAPE, 5, "density 2; allowed: > 0 and <= 1"),
        ("sparse(x)", SHAPE, 5, "density x; allowed: > 0 and <= 1"),
        ("sparse(nan)", SHAPE, 5, "density nan; allowed: > 0 and <= 1"),
        ("gaussian+orthogonal", (4, 9, 8), 5, "n_2 = 8 and n_1 = 9"),
        ("own(ab)", SHAPE, 5, "own(ab) is a sensing matrix of your own: give its file"),
        ("gaussian+own(ab)", SHAPE, 5, "own(ab) is a network of your own: give its file"),
        ("", SHAPE, 5, "'' names no law"),
    ],
)
def test_impossible_laws_are_refused_in_words(law, shape, m, words):
    with pytest.raises(ValueError) as error:
        instance(7, law, shape, 1, m)
    assert words in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize("law", ["identity", "average"])
def test_laws_without_rows_to_draw(law):
    with pytest.raises(ValueError, match="has no rows to draw; allowed: gaussian, rademacher, dct"):
        draw_rows(law, 5, 5, source())
