"""The exact solvers, against looking at every partition there is."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_iris

from kmeans import (
    canonical_order,
    exact_kmeans,
    exact_kmeans_1d,
    forgy,
    inertia,
    lloyd,
    update,
)
from kmeans.datasets import deliveries

SEEDS = st.integers(0, 2**32 - 1)


def least(X, n_clusters):
    """Try every partition into clusters of which none is empty."""
    best = np.inf
    for labels in product(range(n_clusters), repeat=len(X)):
        labels = np.array(labels)
        if len(np.unique(labels)) == n_clusters:
            centroids = update(X, labels, n_clusters)
            best = min(best, inertia(X, centroids, labels))
    return best


def assert_sound(result, X, n_clusters):
    """Check that labels, centroids and inertia belong together."""
    assert result.labels.dtype == np.int32
    assert len(np.unique(result.labels)) == n_clusters
    np.testing.assert_allclose(
        result.centroids, update(X, result.labels, n_clusters)
    )
    assert result.inertia == pytest.approx(
        inertia(X, result.centroids, result.labels)
    )
    np.testing.assert_array_equal(
        canonical_order(result.centroids), np.arange(n_clusters)
    )


@st.composite
def tiny(draw, max_samples, n_features):
    n_samples = draw(st.integers(1, max_samples))
    n_clusters = draw(st.integers(1, n_samples))
    generator = np.random.default_rng(draw(SEEDS))
    shape = n_samples, draw(n_features)
    # A lattice for ties and duplicates, a cloud for none.
    if draw(st.booleans()):
        return generator.integers(0, 3, shape).astype(float), n_clusters
    return generator.normal(size=shape), n_clusters


@given(tiny(6, st.integers(1, 3)))
def test_no_partition_is_better(problem):
    X, n_clusters = problem
    result = exact_kmeans(X, n_clusters)
    assert result.inertia == pytest.approx(least(X, n_clusters), abs=1e-12)
    assert_sound(result, X, n_clusters)


@given(tiny(14, st.just(1)))
def test_one_dimension_both_ways(problem):
    X, n_clusters = problem
    searched = exact_kmeans(X, n_clusters)
    computed = exact_kmeans_1d(X, n_clusters)
    assert searched.inertia == pytest.approx(computed.inertia, abs=1e-12)
    assert_sound(searched, X, n_clusters)
    assert_sound(computed, X, n_clusters)


@given(SEEDS, st.integers(1, 5))
def test_lloyd_is_never_better(seed, n_clusters):
    generator = np.random.default_rng(seed)
    X = generator.normal(size=(13, 2))
    start = forgy(X, n_clusters, rng=generator)
    exact = exact_kmeans(X, n_clusters)
    assert exact.inertia <= lloyd(X, start).inertia * (1 + 1e-12)
    again = lloyd(X, exact.centroids)
    assert again.n_iter <= 2
    assert again.inertia == pytest.approx(exact.inertia)


def test_deliveries():
    result = exact_kmeans(deliveries().X, 3)
    assert result.inertia == 43.125
    np.testing.assert_allclose(
        result.centroids, [[3, 3], [6.75, 7.5], [8.5, 2.75]]
    )


def test_proves_the_optimum_of_iris_for_two():
    # Six digits of what du Merle et al. (2000) proved first.
    result = exact_kmeans(load_iris().data, 2)
    assert result.inertia == pytest.approx(152.348, abs=1e-4)


def test_forty_samples_without_structure():
    X = np.random.default_rng(0).uniform(size=(40, 2))
    result = exact_kmeans(X, 3)
    tries = [lloyd(X, forgy(X, 3, rng=seed)).inertia for seed in range(50)]
    assert result.inertia == pytest.approx(min(tries))


def test_one_dimension_in_any_order_and_shape():
    x = np.array([8.0, 1.0, 0.0, 9.0, 2.0])
    flat, column = exact_kmeans_1d(x, 2), exact_kmeans_1d(x[:, None], 2)
    assert flat.labels.tolist() == column.labels.tolist() == [1, 0, 0, 1, 0]
    np.testing.assert_array_equal(flat.centroids, [[1.0], [8.5]])
    assert flat.inertia == 2.5


def test_one_dimension_large():
    x = np.random.default_rng(0).normal(size=1000)
    result = exact_kmeans_1d(x, 8)
    tries = [
        lloyd(x[:, None], forgy(x[:, None], 8, rng=seed)).inertia
        for seed in range(20)
    ]
    assert result.inertia <= min(tries) * (1 + 1e-12)
    assert result.inertia == pytest.approx(min(tries), rel=0.01)


@pytest.mark.parametrize("solve", [exact_kmeans, exact_kmeans_1d])
def test_far_from_the_origin_is_as_good_as_near(solve):
    generator = np.random.default_rng(5)
    # Two groups far from each other and farther from the origin, on a lattice
    # so fine that the shift is exact.
    X = np.round(generator.normal(size=(12, 1)) * 2**20) / 2**20
    X[6:] += 2.0**12
    near, far = solve(X, 4), solve(X + 2.0**27, 4)
    np.testing.assert_array_equal(near.labels, far.labels)
    assert far.inertia == pytest.approx(near.inertia, rel=1e-9)


def test_samples_are_left_alone():
    X = deliveries().X[:, :1]
    before = X.copy()
    exact_kmeans(X, 3)
    exact_kmeans_1d(X, 3)
    np.testing.assert_array_equal(X, before)


@pytest.mark.parametrize(
    ("solve", "X", "n_clusters", "message"),
    [
        (exact_kmeans, [[1.0]], 2, "n_clusters must be at most"),
        (exact_kmeans, [1.0, 2.0], 1, "X must be 2-D"),
        (exact_kmeans, np.zeros((501, 1)), 1, "X must have at most 500"),
        (exact_kmeans_1d, [1.0], 2, "n_clusters must be at most"),
        (exact_kmeans_1d, [[1.0, 2.0]], 1, "x must have one feature"),
        (exact_kmeans_1d, [1.0, np.inf], 1, "x must hold finite numbers"),
        (exact_kmeans_1d, 3.0, 1, "x must be 2-D"),
        (exact_kmeans_1d, [], 1, "x needs at least one sample"),
    ],
)
def test_errors_name_the_argument(solve, X, n_clusters, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        solve(X, n_clusters)
