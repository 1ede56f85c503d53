"""Instances: keyed by what they are, nested along m, digested to the last bit, exported."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genprior.experiments.blocks import Block, block_instances, instance_rows
from genprior.experiments.grid import Cell
from genprior.export import write_npz
from genprior.model.instances import (
    Role,
    arrays_of,
    digest,
    instance,
    instances,
    positive_part,
    sensing_rows,
    stream,
)
from genprior.model.networks import generate, to_singles

SEED = 11
SHAPE = (3, 7, 5)


def same(left, right):
    """Whether two instances hold the same bits."""
    pairs = zip(arrays_of(left).items(), arrays_of(right).items(), strict=True)
    return all(a == b and x.tobytes() == y.tobytes() for (a, x), (b, y) in pairs)


def test_streams_are_numpy_s_and_never_change():
    """The first draws, computed from the documented key with NumPy alone."""
    sequence = np.random.SeedSequence(SEED, spawn_key=(2, 4, *SHAPE))
    expected = np.random.Generator(np.random.PCG64(sequence)).standard_normal(3)
    one = instance(SEED, "identity", SHAPE, 4, 5)
    np.testing.assert_array_equal(one.code, expected)
    assert {role.name: int(role) for role in Role} == {
        "NETWORK": 1,
        "CODE": 2,
        "START": 3,
        "SENSING": 4,
        "TIE": 5,
    }
    drawn = stream(SEED, 2, SHAPE, 4).standard_normal(3)  # a role may be any number
    np.testing.assert_array_equal(drawn, expected)


def test_the_positive_part_is_never_zero():
    np.testing.assert_array_equal(positive_part(np.array([1.0, -2.0, 0.0])), [1.0, 0.0, 0.0])
    np.testing.assert_array_equal(positive_part(np.array([-1.0, -2.0])), [1.0, 2.0])


def test_a_known_digest():
    """Fails when any array of an instance changes its law, stream, name or bytes."""
    assert digest(instance(SEED, "gaussian", SHAPE, 4, 6)) == "b147e5a41632504d08610f337e3b9d7a"
    assert digest(instance(SEED, "identity", SHAPE, 4, 5)) == "3948a74647835b959542c51daa14cdd4"


def test_every_array_has_a_stream_of_its_own():
    one = instance(SEED, "gaussian", (4, 4), 0, 4)
    firsts = [array.ravel()[0] for array in (one.code, one.start, one.tie_direction)]
    firsts += [one.weights[0][0, 0] * 2, one.sensing[0, 0] * 2]
    assert len({round(value, 12) for value in firsts}) == 5


@pytest.mark.parametrize("change", [{"seed": 12}, {"trial": 5}, {"shape": (3, 7, 6)}])
def test_another_identity_is_another_instance(change):
    base = {"seed": SEED, "law": "gaussian", "shape": SHAPE, "trial": 4, "m": 5}
    left, right = instance(**base), instance(**(base | change))
    for name, array in arrays_of(left).items():
        other = arrays_of(right)[name]
        assert not np.array_equal(array.ravel()[:3], other.ravel()[:3]), name


def test_the_law_and_m_leave_network_code_and_start_alone():
    base = instance(SEED, "gaussian", SHAPE, 4, 5)
    others = [
        instance(SEED, "gaussian", SHAPE, 4, 2),
        instance(SEED, "rademacher", SHAPE, 4, 5),
        instance(SEED, "identity", SHAPE, 4, 5),
    ]
    for other in others:
        assert same(replace(base, sensing=None), replace(other, sensing=None))


@pytest.mark.parametrize("law", ["gaussian", "rademacher"])
def test_sensing_matrices_are_nested_and_scaled(law):
    counts = [2, 9, 4]
    drawn = list(instances(SEED, law, SHAPE, 0, counts))
    assert [one.measurement_count for one in drawn] == counts
    rows = sensing_rows(SEED, law, SHAPE, 0, 9)
    for one, m in zip(drawn, counts, strict=True):
        assert one.sensing.shape == (m, SHAPE[-1])
        np.testing.assert_array_equal(one.sensing, to_singles(rows[:m] / np.sqrt(m)))
        assert same(one, instance(SEED, law, SHAPE, 0, m))


def test_sensing_laws_have_variance_one_over_m():
    rademacher = sensing_rows(SEED, "rademacher", (2, 500), 0, 200)
    assert set(np.unique(rademacher)) == {-1.0, 1.0}
    assert abs(rademacher.mean()) < 5 / np.sqrt(rademacher.size)
    gaussian = sensing_rows(SEED, "gaussian", (2, 500), 0, 200)
    assert abs(np.sum(gaussian**2) - gaussian.size) < 5 * np.sqrt(2 * gaussian.size)


@pytest.mark.parametrize(
    ("law", "m", "words"),
    [
        ("fourier", 5, "unknown sensing law 'fourier'; allowed: gaussian, rademacher, identity"),
        ("identity", 4, "A = I takes exactly n_d = 5 measurements, given [4]"),
    ],
)
def test_impossible_instances_are_refused_in_words(law, m, words):
    with pytest.raises(ValueError) as error:
        instance(SEED, law, SHAPE, 0, m)
    assert words in str(error.value)


@given(st.data())
@settings(max_examples=60)
def test_digest_changes_with_any_bit(data):
    one = instance(SEED, "gaussian", SHAPE, 4, 6)
    name = data.draw(st.sampled_from(sorted(arrays_of(one))))
    array = arrays_of(one)[name].copy()
    words = array.reshape(-1).view(np.uint64)
    position = data.draw(st.integers(0, words.size - 1))
    words[position] ^= np.uint64(1) << np.uint64(data.draw(st.integers(0, 63)))
    if name.startswith("W"):
        weights = list(one.weights)
        weights[int(name[1:]) - 1] = array
        changed = replace(one, weights=tuple(weights))
    else:
        field = {"A": "sensing", "x0": "code"}.get(name, name)
        changed = replace(one, **{field: array})
    assert digest(changed) != digest(one)


def test_digest_tells_the_sensing_law_apart():
    laws = ("gaussian", "rademacher", "identity")
    assert len({digest(instance(SEED, law, SHAPE, 0, 5)) for law in laws}) == 3


def test_digest_ignores_memory_layout():
    one = instance(SEED, "gaussian", SHAPE, 4, 6)
    turned = replace(one, weights=tuple(np.asfortranarray(layer) for layer in one.weights))
    assert digest(turned) == digest(one)


@pytest.mark.parametrize("law", ["gaussian", "rademacher", "identity"])
def test_export_round_trip(tmp_path, law):
    one = instance(SEED, law, SHAPE, 4, 5)
    write_npz(one, tmp_path / "one.npz")
    with np.load(tmp_path / "one.npz") as stored:
        for name, array in arrays_of(one).items():
            assert stored[name].tobytes() == array.tobytes()
        assert ("A" in stored) is (law != "identity")
        signal = generate([stored["W1"], stored["W2"]], stored["x0"])
        expected = stored["A"] @ signal if "A" in stored else signal
        np.testing.assert_array_equal(stored["y"], expected)


def cells(law="gaussian"):
    return (
        Cell(SHAPE, law, 4, 1.5),
        Cell((3, 6, 6), law, 6, 1.4),
        Cell(SHAPE, law, 9, 1.5),
    )


def by_identity(rows):
    return {(row["shape"], row["measurements"], row["trial"]): row["digest"] for row in rows}


def test_rows_do_not_depend_on_order_chunks_or_neighbours():
    whole = by_identity(instance_rows(SEED, Block("all", cells(), 0, 5)))
    assert len(whole) == 18
    turned = by_identity(instance_rows(SEED, Block("turned", cells()[::-1], 0, 5)))
    chunks = [Block(f"c{first}", cells(), first, first + 1) for first in (4, 0, 2)]
    chunked = by_identity(row for block in chunks for row in instance_rows(SEED, block))
    assert whole == turned == chunked
    for cell in cells():
        for identity, value in by_identity(instance_rows(SEED, Block("", (cell,), 3, 3))).items():
            assert whole[identity] == value


def test_rows_say_what_the_instance_is():
    (row,) = instance_rows(SEED, Block("b", (Cell(SHAPE, "gaussian", 4, 1.5),), 2, 2))
    assert row == {
        "shape": "3-7-5",
        "depth": 2,
        "latent_dimension": 3,
        "expansivity": 1.5,
        "sensing": "gaussian",
        "measurements": 4,
        "trial": 2,
        "seed": str(SEED),
        "digest": digest(instance(SEED, "gaussian", SHAPE, 2, 4)),
    }


def test_a_row_rebuilds_its_instance_bit_for_bit():
    block = Block("b", cells("rademacher"), 1, 2)
    originals = [one for _, _, one in block_instances(SEED, block)]
    for row, original in zip(instance_rows(SEED, block), originals, strict=True):
        shape = tuple(map(int, row["shape"].split("-")))
        rebuilt = instance(
            int(row["seed"]), row["sensing"], shape, row["trial"], row["measurements"]
        )
        assert same(rebuilt, original) and digest(rebuilt) == row["digest"]
