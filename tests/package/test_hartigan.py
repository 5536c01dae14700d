"""Single moves, compared with every move there is and with Lloyd's."""

import itertools

import numpy as np
import pytest

import kmeans
from kmeans import core, datasets
from kmeans.hartigan import single_moves


def cost(X, labels, weight=None):
    """The inertia of labels, from the definition."""
    weight = np.ones(len(X)) if weight is None else np.asarray(weight)
    total = 0.0
    for j in np.unique(labels):
        mine, w = X[labels == j], weight[labels == j]
        if w.sum() > 0:
            mean = w @ mine / w.sum()
            total += w @ ((mine - mean) ** 2).sum(axis=1)
    return total


def moves_from(X, labels, weight=None):
    """Every move that leaves no cluster empty, with the inertia after it."""
    for sample, cluster in itertools.product(range(len(X)), np.unique(labels)):
        trial = labels.copy()
        trial[sample] = cluster
        if len(np.unique(trial)) == len(np.unique(labels)):
            yield sample, int(cluster), cost(X, trial, weight)


def random_case(seed, *, integers):
    rng = np.random.default_rng(seed)
    n_samples, n_clusters = rng.integers(4, 10), rng.integers(1, 5)
    shape = n_samples, rng.integers(1, 4)
    X = rng.integers(0, 6, shape) if integers else rng.normal(size=shape)
    n_clusters = min(n_clusters, n_samples)
    labels = np.arange(n_samples) % n_clusters
    return X.astype(float), rng.permutation(labels)


@pytest.mark.parametrize("integers", [False, True], ids=["normal", "ties"])
@pytest.mark.parametrize("seed", range(60))
def test_every_move_is_the_best_there_is_and_the_last_state_has_none(
    seed, integers
):
    X, labels = random_case(seed, integers=integers)
    result = single_moves(X, labels)
    state, before = labels.copy(), cost(X, labels)
    for sample, left, joined, after in result.moves:
        assert state[sample] == left != joined
        best = min(value for *_, value in moves_from(X, state))
        state[sample] = joined
        assert after == pytest.approx(cost(X, state), abs=1e-12)
        assert after == pytest.approx(best, abs=1e-10)
        assert after < before
        before = after
    np.testing.assert_array_equal(result.labels, state)
    assert result.inertia == pytest.approx(before, abs=1e-12)
    best = min(value for *_, value in moves_from(X, state))
    assert best >= before - 1e-10
    assert set(result.labels) == set(labels)


@pytest.mark.parametrize("seed", range(30))
def test_lloyd_has_nothing_to_change_where_single_moves_end(seed):
    X, labels = random_case(seed, integers=False)
    result = single_moves(X, labels)
    run = kmeans.lloyd(X, result.centroids)
    np.testing.assert_array_equal(run.labels, result.labels)
    assert run.inertia == pytest.approx(result.inertia, abs=1e-12)


def test_from_every_start_on_the_map_they_find_the_optimum():
    X = datasets.deliveries().X
    optimum = kmeans.exact_kmeans(X, 3).inertia
    for trio in itertools.combinations(range(len(X)), 3):
        run = kmeans.lloyd(X, X[list(trio)])
        end = single_moves(X, run.labels)
        assert end.inertia == pytest.approx(optimum)


@pytest.mark.parametrize("unit", [1.0, 0.1, 0.3])
def test_of_equal_moves_the_first_sample_goes_to_the_first_cluster(unit):
    # Samples 1 and 2 gain equally much.
    line = unit * np.array([[0.0], [1.0], [5.0], [6.0]])
    assert single_moves(line, [0, 1, 0, 1]).moves[0][:3] == (1, 1, 0)
    # The sample between two pairs is as welcome in either of them.
    plane = unit * np.array(
        [[-6, 0], [-5, 0], [5, 0], [6, 0], [0, 0], [0, 20]], dtype=float
    )
    (move,) = single_moves(plane, [0, 0, 1, 1, 2, 2]).moves
    assert move[:3] == (4, 2, 0)


@pytest.mark.parametrize("seed", range(30))
def test_a_weight_counts_like_that_many_copies_moved_at_once(seed):
    X, labels = random_case(seed, integers=False)
    weight = np.random.default_rng(seed).integers(0, 4, len(X))
    weight[0] += 1
    result = single_moves(X, labels, sample_weight=weight)
    state, before = labels.copy(), cost(X, labels, weight)
    for sample, _, joined, after in result.moves:
        assert weight[sample] > 0
        state[sample] = joined
        assert after == pytest.approx(cost(X, state, weight), abs=1e-12)
        assert after < before
        before = after
    carried = np.unique(labels[weight > 0])
    assert set(carried) <= set(result.labels[weight > 0])
    left = [
        value
        for sample, _, value in moves_from(X, state, weight)
        if weight[sample] > 0
        and weight[state == state[sample]].sum() > weight[sample]
    ]
    assert min(left, default=np.inf) >= before - 1e-10


def test_far_from_the_origin_the_moves_are_the_same():
    X = datasets.deliveries().X
    run = kmeans.lloyd(X, X[[0, 7, 13]])
    far, near = (single_moves(X + away, run.labels) for away in (2.0**30, 0))
    assert len(near.moves) > 3
    assert [m[:3] for m in far.moves] == [m[:3] for m in near.moves]
    np.testing.assert_allclose(far.centroids - 2.0**30, near.centroids)
    # Moves that differ by a hundred-millionth.
    for step in np.arange(1, 60) / 10:
        X = 1e8 + step * np.array([[1.0], [2.0], [3.0]])
        far, near = (single_moves(X - o, [0, 0, 1]) for o in (0, 1e8))
        assert len(far.moves) == len(near.moves)


def test_what_is_gained_by_rounding_alone_is_not_gained():
    # The sample in the middle costs as much on either side.
    for step in np.arange(1, 60) / 10:
        X = step * np.array([[1.0], [2.0], [3.0]])
        assert single_moves(X, [0, 0, 1]).moves == ()
        assert single_moves(X, [0, 1, 1]).moves == ()
    # A gain of 1e-13 of the inertia is none; alone it is one.
    near = np.array([[0.0], [0.0], [1.0], [1.4], [1.6]])
    wide = np.vstack([near, [[8e6], [1e7], [1.2e7]]])
    assert len(single_moves(near, [0, 0, 0, 1, 1]).moves) == 1
    assert single_moves(wide, [0, 0, 0, 1, 1, 2, 2, 2]).moves == ()


def test_one_cluster_and_as_many_as_samples_have_no_moves():
    X = datasets.deliveries().X
    for labels in np.zeros(18, dtype=int), np.arange(18):
        result = single_moves(X, labels)
        assert result.moves == ()
        np.testing.assert_array_equal(result.labels, labels)


def test_types_are_kept_and_nothing_is_written_to():
    X = datasets.deliveries().X.astype(np.float32)
    labels = np.arange(18) % 3
    kept = X.copy(), labels.copy()
    result = single_moves(X, labels)
    assert result.centroids.dtype == np.float32
    assert result.labels.dtype == np.int32
    assert type(result.inertia) is float
    assert [type(entry) for entry in result.moves[0]] == [int] * 3 + [float]
    np.testing.assert_array_equal(X, kept[0])
    np.testing.assert_array_equal(labels, kept[1])
    weight = np.ones(18)
    np.testing.assert_allclose(
        result.centroids,
        core.means(X.astype(float), result.labels, 3, weight),
        rtol=1e-6,
    )


def test_empty_clusters_and_negative_labels_are_refused():
    X = [[0.0], [1.0], [5.0]]
    with pytest.raises(ValueError, match=r"got none of \[1\]"):
        single_moves(X, [0, 0, 2])
    with pytest.raises(ValueError, match="labels must lie between 0 and"):
        single_moves(X, [-1, 0, 0])
    with pytest.raises(ValueError, match="labels must be integers"):
        single_moves(X, [0.0, 1.0, 1.0])
    with pytest.raises(ValueError, match="sample_weight must be 1-D"):
        single_moves(X, [0, 1, 1], sample_weight=[1.0])
