"""Names of clusters that do not swap."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmeans import canonical_order, match_labels

# Equal coordinates, and one (1) at 1/128 of the spread (128): a grid of a
# million steps over the spread would have a step's border there.
CENTROIDS = np.array(
    [[0.0, 7.0], [0.0, 9.0], [1.0, 3.0], [1.0, 4.0], [128.0, 2.0]]
)
ORDERS = list(permutations(range(5)))


def test_order_is_by_first_feature_then_by_the_second():
    for shuffle in ORDERS:
        shuffled = CENTROIDS[list(shuffle)]
        order = canonical_order(shuffled)
        np.testing.assert_array_equal(shuffled[order], CENTROIDS)


@given(
    shuffle=st.sampled_from(ORDERS),
    seed=st.integers(0, 2**32 - 1),
    offset=st.tuples(*[st.sampled_from([0.0, -1.0, 0.3, 1e6, -1e8])] * 2),
    scale=st.sampled_from([1.0, 1e-9, 1e9]),
)
def test_order_is_the_same_after_noise_translation_and_scaling(
    shuffle, seed, offset, scale
):
    shuffle = list(shuffle)
    noise = np.random.default_rng(seed).uniform(-1e-9, 1e-9, CENTROIDS.shape)
    moved = ((CENTROIDS + noise)[shuffle] + offset) * scale
    order = canonical_order(moved)
    np.testing.assert_array_equal(np.array(shuffle)[order], range(5))


def test_a_large_offset_of_one_feature_does_not_hide_the_other():
    np.testing.assert_array_equal(
        canonical_order([[1e8, 1.0], [1e8, 0.0]]), [1, 0]
    )


def test_differences_above_a_millionth_of_the_spread_count():
    centroids = [[2e-6, 0.0], [0.0, 1.0]]
    np.testing.assert_array_equal(canonical_order(centroids), [1, 0])
    centroids = [[5e-7, 0.0], [0.0, 1.0]]
    np.testing.assert_array_equal(canonical_order(centroids), [0, 1])


def test_equal_centroids_keep_their_order():
    np.testing.assert_array_equal(canonical_order(np.ones((4, 2))), range(4))
    np.testing.assert_array_equal(canonical_order([[3.0]]), [0])


def test_centroids_are_checked():
    with pytest.raises(ValueError, match=r"centroids must be 2-D.*\(2,\)"):
        canonical_order([1.0, 2.0])


def most_agreements(labels, reference):
    """Try every one-to-one renaming."""
    size = 1 + max(*labels, *reference)
    return max(
        sum(names[a] == b for a, b in zip(labels, reference, strict=True))
        for names in permutations(range(size))
    )


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1))
def test_matching_agrees_as_much_as_any_renaming(pairs):
    labels, reference = np.transpose(pairs)
    renamed = match_labels(labels, reference)
    assert renamed.dtype == np.int32
    assert (renamed == reference).sum() == most_agreements(labels, reference)
    # One to one: the same clusters, only their names differ.
    assert (
        len(set(zip(labels, renamed, strict=True)))
        == len(set(labels))
        == len(set(renamed))
    )


def test_a_renamed_labeling_is_named_back():
    reference = np.array([0, 1, 2, 3, 0, 1, 2, 3])
    for names in permutations(range(4)):
        renamed = match_labels(np.array(names)[reference], reference)
        np.testing.assert_array_equal(renamed, reference)


def test_clusters_without_a_partner_get_numbers_of_their_own():
    np.testing.assert_array_equal(
        match_labels([0, 1, 2, 2], reference=[0, 0, 0, 0]) == 0,
        [False, False, True, True],
    )
    np.testing.assert_array_equal(
        match_labels([0, 0], reference=[3, 3]), [3, 3]
    )


def test_gaps_in_the_numbers_cost_nothing():
    labels = np.array([0, 1, 70000, 70000])
    np.testing.assert_array_equal(
        match_labels(labels, reference=[2**31 - 1, 1, 1, 1]),
        [2**31 - 1, 0, 1, 1],
    )


def test_the_largest_numbers_of_a_small_type_are_labels():
    labels = np.array([0, 1, 127, 127], np.int8)
    renamed = match_labels(labels, reference=labels[::-1])
    assert renamed.dtype == np.int32
    np.testing.assert_array_equal(renamed, [127, 1, 0, 0])


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ([], r"must be 1-D and not empty, got shape \(0,\)"),
        ([[0], [1]], r"must be 1-D and not empty, got shape \(2, 1\)"),
        ([0.0, 1.0], "must be integers, got dtype float64"),
        (["a", "b"], "must be integers, got dtype <U1; np.unique"),
        ([0, -1], "must lie between 0 and 2147483647, got .* from -1 to 0"),
        ([0, 2**31], "must lie between 0 and 2147483647, got .* to 21474836"),
        (np.ma.masked_equal([0, 9], 9), "must not be masked, .* at index 1;"),
    ],
)
def test_labelings_are_checked(bad, words):
    with pytest.raises(ValueError, match=f"^labels {words}"):
        match_labels(bad, [0, 1])
    with pytest.raises(ValueError, match=f"^reference {words}"):
        match_labels([0, 1], bad)


def test_labelings_need_one_length():
    words = "labels and reference must label the same samples, got 2 and 3"
    with pytest.raises(ValueError, match=words):
        match_labels([0, 1], [0, 1, 1])
