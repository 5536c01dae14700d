"""The seedings: what they draw, and with which chances."""

from itertools import product

import numpy as np
import pytest
from scipy.stats import chisquare
from sklearn.cluster import kmeans_plusplus as their_plusplus

from kmeans import (
    d2_probabilities,
    forgy,
    greedy_kmeans_plusplus,
    kmeans_plusplus,
    maximin,
    random_partition,
)

DRAW_SAMPLES = [forgy, maximin, kmeans_plusplus, greedy_kmeans_plusplus]
SEEDINGS = [*DRAW_SAMPLES, random_partition]
# Distances between any two of them differ, and so do all sums of subsets.
LINE = np.array([[0.0], [1.0], [3.0], [7.0]])


def cloud(n_samples=50, n_features=2, seed=0):
    return np.random.default_rng(seed).normal(size=(n_samples, n_features))


def rows_of(X, centroids):
    """Find the rows of X that the centroids are, which must be distinct."""
    rows = [np.flatnonzero((c == X).all(axis=1)) for c in centroids]
    assert all(len(row) == 1 for row in rows)
    return tuple(int(row[0]) for row in rows)


def assert_drawn_with(chances, draw, n_draws=4000):
    """Check by chi-square that `draw()` has outcomes with these chances."""
    counts = dict.fromkeys(chances, 0)
    for _ in range(n_draws):
        counts[draw()] += 1
    possible = [outcome for outcome, chance in chances.items() if chance]
    assert sum(counts[outcome] for outcome in possible) == n_draws
    observed = [counts[outcome] for outcome in possible]
    expected = [n_draws * chances[outcome] for outcome in possible]
    # Draws are seeded, so this passes always or never; a wrong chance of
    # a few hundredths gives a p-value far below the limit.
    assert chisquare(observed, expected).pvalue > 1e-3


# --- All of them ----------------------------------------------------------


@pytest.mark.parametrize("seeding", SEEDINGS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n_clusters", [1, 4, 50])
def test_centroids_have_the_shape_and_type_asked_for(
    seeding, dtype, n_clusters
):
    X = cloud().astype(dtype)
    before = X.copy()
    centroids = seeding(X, n_clusters, rng=0)
    assert centroids.shape == (n_clusters, 2)
    assert centroids.dtype == dtype
    assert not np.shares_memory(centroids, X)
    np.testing.assert_array_equal(X, before)


@pytest.mark.parametrize("seeding", DRAW_SAMPLES)
@pytest.mark.parametrize("n_clusters", [1, 7, 50])
def test_centroids_are_distinct_samples(seeding, n_clusters):
    X = cloud()
    rows = rows_of(X, seeding(X, n_clusters, rng=1))
    assert len(set(rows)) == n_clusters


@pytest.mark.parametrize("seeding", SEEDINGS)
def test_an_integer_repeats_and_a_generator_goes_on(seeding):
    X = cloud()
    once, again = seeding(X, 5, rng=3), seeding(X, 5, rng=3)
    np.testing.assert_array_equal(once, again)
    generator = np.random.default_rng(3)
    np.testing.assert_array_equal(seeding(X, 5, rng=generator), once)
    assert not np.array_equal(seeding(X, 5, rng=generator), once)
    assert not np.array_equal(seeding(X, 5, rng=4), once)


@pytest.mark.parametrize("seeding", SEEDINGS)
def test_none_draws_anew_and_a_legacy_state_works(seeding):
    X = cloud()
    draws = [seeding(X, 5).tolist() for _ in range(4)]
    assert any(draw != draws[0] for draw in draws)
    legacy = [seeding(X, 5, rng=np.random.RandomState(7)) for _ in range(2)]
    np.testing.assert_array_equal(*legacy)


@pytest.mark.parametrize("seeding", DRAW_SAMPLES)
def test_the_first_draw_follows_the_weights(seeding):
    generator = np.random.default_rng(11)
    weight = [1.0, 0.0, 2.0, 5.0]
    assert_drawn_with(
        {(0,): 1 / 8, (1,): 0.0, (2,): 2 / 8, (3,): 5 / 8},
        lambda: rows_of(
            LINE, seeding(LINE, 1, rng=generator, sample_weight=weight)
        ),
    )


@pytest.mark.parametrize("seeding", DRAW_SAMPLES)
def test_samples_of_weight_zero_are_never_drawn(seeding):
    # The samples without weight are the farthest, and the others are so
    # few that all have to be drawn.
    X = [[90.0], [0.0], [-90.0], [1.0], [5.0], [99.0]]
    weight = [0, 1, 0, 2, 1, 0]
    for seed in range(50):
        centroids = seeding(X, 3, rng=seed, sample_weight=weight)
        assert sorted(centroids.ravel()) == [0, 1, 5]


@pytest.mark.parametrize("seeding", SEEDINGS)
def test_samples_of_weight_zero_are_not_drawn_even_among_duplicates(seeding):
    # After the first draw no sample with a weight is at any distance.
    X = [[90.0], [1.0], [1.0], [1.0], [90.0]]
    for seed in range(20):
        centroids = seeding(X, 3, rng=seed, sample_weight=[0, 1, 1, 1, 0])
        np.testing.assert_array_equal(centroids, np.ones((3, 1)))


@pytest.mark.parametrize("seeding", SEEDINGS)
def test_fewer_distinct_samples_than_clusters_are_no_error(seeding):
    X = np.repeat([[1.0], [5.0]], 4, axis=0)
    centroids = seeding(X, 6, rng=0)
    assert np.isfinite(centroids).all()
    if seeding is not random_partition:
        assert set(centroids.ravel()) == {1.0, 5.0}


# --- Forgy ----------------------------------------------------------------


def test_forgy_draws_every_set_of_samples_alike():
    generator = np.random.default_rng(12)
    assert_drawn_with(
        {
            rows: 1 / 12
            for rows in product(range(4), repeat=2)
            if rows[0] != rows[1]
        },
        lambda: rows_of(LINE, forgy(LINE, 2, rng=generator)),
    )


# --- Random partition -----------------------------------------------------


def test_random_partition_takes_means_of_partitions_without_empty_parts():
    generator = np.random.default_rng(13)
    weight = np.array([1.0, 2.0, 1.0, 3.0])
    partitions = {}
    for labels in product(range(2), repeat=4):
        parts = [np.array(labels) == j for j in range(2)]
        if all(part.any() for part in parts):
            means = (
                np.average(LINE[part], axis=0, weights=weight[part])
                for part in parts
            )
            partitions[tuple(np.round(np.ravel(list(means)), 9))] = 0
    assert len(partitions) == 14
    for _ in range(600):
        centroids = random_partition(
            LINE, 2, rng=generator, sample_weight=weight
        )
        partitions[tuple(np.round(centroids.ravel(), 9))] += 1
    # Every partition comes up, and no other means do.
    assert len(partitions) == 14
    assert min(partitions.values()) > 0


def test_random_partition_leaves_no_cluster_empty():
    # With as many clusters as samples, one sample for each.
    X = cloud(8)
    for seed in range(20):
        rows = rows_of(X, random_partition(X, 8, rng=seed))
        assert sorted(rows) == list(range(8))


def test_random_partition_gives_every_cluster_a_sample_with_weight():
    weight = np.zeros(40)
    weight[:2] = 1.0
    X = np.vstack([[[0.0], [1.0]], np.full((38, 1), 50.0)])
    for seed in range(20):
        centroids = random_partition(X, 2, rng=seed, sample_weight=weight)
        assert sorted(centroids.ravel()) == [0.0, 1.0]


def test_random_partition_starts_near_the_middle():
    X = cloud(2000)
    centroids = random_partition(X, 4, rng=0)
    assert np.abs(centroids - X.mean(axis=0)).max() < 0.2


# --- Maximin --------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_maximin_always_takes_the_farthest_sample(seed):
    X = cloud(30, 3, seed)
    rows = rows_of(X, maximin(X, 10, rng=seed))
    for n_chosen in range(1, 10):
        nearest = [
            min(np.linalg.norm(x - X[row]) for row in rows[:n_chosen])
            for x in X
        ]
        assert rows[n_chosen] == np.argmax(nearest)


def test_maximin_takes_the_first_of_equally_far_samples():
    X = [[5.0], [0.0], [10.0], [0.0], [10.0]]
    centroids = maximin(X, 3, rng=0, sample_weight=[9e9, 1, 1, 1, 1])
    np.testing.assert_array_equal(centroids.ravel(), [5, 0, 10])


def test_maximin_takes_no_sample_twice_even_among_duplicates():
    X = [[0.0], [5.0], [0.0], [5.0], [5.0]]
    centroids = maximin(X, 5, rng=0)
    assert sorted(centroids.ravel()) == [0, 0, 5, 5, 5]


# --- k-means++ ------------------------------------------------------------


def test_d2_probabilities_are_squared_distances_to_the_nearest_chosen():
    np.testing.assert_allclose(
        d2_probabilities(LINE, [[0.0], [6.0]]), np.array([0, 1, 9, 1]) / 11
    )
    np.testing.assert_allclose(
        d2_probabilities(LINE, [[0.0]], sample_weight=[9, 2, 0, 1]),
        np.array([0, 2, 0, 49]) / 51,
    )


def test_d2_probabilities_are_zero_where_every_sample_is_chosen():
    np.testing.assert_array_equal(
        d2_probabilities([[1.0], [1.0], [2.0]], [[2.0], [1.0]]), [0, 0, 0]
    )


@pytest.mark.parametrize("weight", [[1, 1, 1, 1], [1, 4, 0, 2]])
def test_plusplus_draws_in_proportion_to_squared_distance(weight):
    weight = np.array(weight, dtype=float)
    chances = {}
    for rows in product(range(4), repeat=2):
        squares = weight * ((LINE - LINE[rows[0]]) ** 2).ravel()
        first = weight[rows[0]] / weight.sum()
        chances[rows] = first * squares[rows[1]] / squares.sum()
    generator = np.random.default_rng(14)
    assert_drawn_with(
        chances,
        lambda: rows_of(
            LINE,
            kmeans_plusplus(LINE, 2, rng=generator, sample_weight=weight),
        ),
    )


def test_plusplus_draws_the_third_by_the_nearest_of_both():
    chances = dict.fromkeys(product(range(4), repeat=3), 0.0)
    for a, b in product(range(4), repeat=2):
        to_a, to_b = ((LINE - LINE[row]) ** 2 for row in (a, b))
        first = 1 / 4 * float(to_a[b, 0] / to_a.sum())
        nearest = np.minimum(to_a, to_b).ravel()
        for c in range(4):
            chances[a, b, c] += first * nearest[c] / nearest.sum()
    generator = np.random.default_rng(15)
    assert_drawn_with(
        chances,
        lambda: rows_of(LINE, kmeans_plusplus(LINE, 3, rng=generator)),
    )


def test_greedy_plusplus_keeps_the_best_of_its_candidates():
    # Three clusters have 2 + int(log(3)) = 3 candidates for each centroid.
    # An outcome is a first sample and the best of all triples of draws.
    weight = np.array([1.0, 4.0, 1.0, 2.0])
    chances = dict.fromkeys(product(range(4), repeat=3), 0.0)

    def extend(rows, chance):
        if len(rows) == 3:
            chances[rows] += chance
            return
        squares = (LINE - LINE[list(rows)].T) ** 2
        share = weight * squares.min(axis=1)
        inertias = [
            weight @ np.minimum(squares.min(axis=1), ((LINE - c) ** 2).ravel())
            for c in LINE
        ]
        for candidates in product(range(4), repeat=3):
            best = min(candidates, key=inertias.__getitem__)
            draws = np.prod(share[list(candidates)] / share.sum())
            if draws:
                extend((*rows, best), chance * draws)

    for row in range(4):
        extend((row,), weight[row] / weight.sum())
    assert sum(chances.values()) == pytest.approx(1)
    generator = np.random.default_rng(16)
    assert_drawn_with(
        chances,
        lambda: rows_of(
            LINE,
            greedy_kmeans_plusplus(
                LINE, 3, rng=generator, sample_weight=weight
            ),
        ),
    )


@pytest.mark.parametrize("n_clusters", [1, 2, 3, 8, 21])
@pytest.mark.parametrize("seed", range(3))
def test_plusplus_gives_the_seeds_of_scikit_learn(n_clusters, seed):
    X = cloud(80, 3, seed)
    weight = np.random.default_rng(seed).uniform(0, 2, 80)
    for ours, n_trials in [
        (kmeans_plusplus, 1),
        (greedy_kmeans_plusplus, None),
    ]:
        centroids = ours(
            X,
            n_clusters,
            rng=np.random.RandomState(seed),
            sample_weight=weight,
        )
        theirs, _ = their_plusplus(
            X,
            n_clusters,
            random_state=seed,
            sample_weight=weight,
            n_local_trials=n_trials,
        )
        np.testing.assert_array_equal(centroids, theirs)


class LastDraw(np.random.RandomState):
    """Draws the first sample, and the end of every interval ever after."""

    def choice(self, *args, **kwargs):
        return 0

    def uniform(self, size):
        return np.ones(size) * (1 + 1e-15)


def test_a_draw_that_rounds_past_the_end_takes_the_last_sample():
    X = cloud(20)
    for seeding in (kmeans_plusplus, greedy_kmeans_plusplus):
        rows = rows_of(X, seeding(X, 2, rng=LastDraw()))
        assert rows == (0, 19)


def test_seedings_are_no_worse_than_random_in_expectation():
    """k-means++ beats Forgy, and greedy beats plain, on separate groups."""
    X = np.vstack([cloud(12, 2, j) + np.array([20 * j, 0]) for j in range(5)])
    hits = {
        seeding: sum(
            len(set(np.round(seeding(X, 5, rng=seed)[:, 0] / 20))) == 5
            for seed in range(100)
        )
        for seeding in (forgy, kmeans_plusplus, greedy_kmeans_plusplus)
    }
    assert hits[forgy] < 20 < 60 < hits[kmeans_plusplus]
    assert hits[kmeans_plusplus] < hits[greedy_kmeans_plusplus]
