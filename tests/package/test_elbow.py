"""The inertia curve, against the exact optimum and by its promises."""

import dataclasses

import numpy as np
import pytest
import sklearn.datasets
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import kmeans
from kmeans.datasets import four_blobs, gaussian_board
from kmeans.diagnostics.elbow import inertia_curve


def test_line_has_its_exact_optima():
    X = np.random.default_rng(3).normal(size=(40, 1)) ** 3
    curve = inertia_curve(X, 8, rng=0)
    expected = [kmeans.exact_kmeans_1d(X, k).inertia for k in range(1, 9)]
    np.testing.assert_allclose(curve.inertia, expected)


def test_iris_has_its_proven_optima():
    # du Merle et al. (2000) and Aloise, Hansen and Liberti (2012).
    optima = [152.348, 78.8514, 57.2285, 46.4462, 39.0400]
    curve = inertia_curve(
        sklearn.datasets.load_iris().data, 6, n_init=40, rng=0
    )
    np.testing.assert_allclose(curve.inertia[1:], optima, rtol=1e-5)


def test_parts_belong_together():
    X = four_blobs().X
    curve = inertia_curve(X, 6, n_init=2, rng=0)
    assert curve.n_clusters.tolist() == [1, 2, 3, 4, 5, 6]
    for i, k in enumerate(curve.n_clusters):
        centroids, labels = curve.centroids[i], curve.labels[i]
        assert centroids.shape == (k, 2)
        assert labels.dtype == np.int32
        np.testing.assert_array_equal(kmeans.assign(X, centroids), labels)
        assert kmeans.inertia(X, centroids) == pytest.approx(curve.inertia[i])
        np.testing.assert_array_equal(
            kmeans.canonical_order(centroids), np.arange(k)
        )


def test_one_cluster_is_the_mean():
    X = np.random.default_rng(0).normal(size=(30, 3)) + 100
    curve = inertia_curve(X, 1)
    np.testing.assert_allclose(curve.centroids[0], [X.mean(axis=0)])
    assert curve.inertia == pytest.approx(30 * X.var(axis=0).sum())
    assert curve.explained_variance.tolist() == [0]


def test_explained_variance_is_the_share_that_is_gone():
    X = np.random.default_rng(1).normal(size=(12, 2))
    curve = inertia_curve(X, 12, n_init=1, rng=0)
    explained = curve.explained_variance
    np.testing.assert_allclose(explained, 1 - curve.inertia / curve.inertia[0])
    assert explained[0] == 0
    assert explained[-1] == 1


@pytest.mark.parametrize("value", [0.0, 3.7, 1e8 + 0.1])
def test_constant_data_have_nothing_to_explain(value):
    curve = inertia_curve(np.full((7, 2), value), 3, rng=0)
    assert curve.inertia.tolist() == [0, 0, 0]
    assert curve.explained_variance.tolist() == [0, 0, 0]


def test_equal_seeds_give_equal_curves_and_data_stay():
    X = four_blobs().X
    before = X.copy()
    first, second = (inertia_curve(X, 5, n_init=1, rng=4) for _ in range(2))
    np.testing.assert_array_equal(X, before)
    for name in ("inertia", "labels", "centroids"):
        for a, b in zip(
            getattr(first, name), getattr(second, name), strict=True
        ):
            np.testing.assert_array_equal(a, b)
    with pytest.raises(dataclasses.FrozenInstanceError):
        first.inertia = None


def test_more_starts_help():
    X = gaussian_board(400, 20, rng=0).X
    one, many = (
        inertia_curve(X, 20, n_init=n, rng=0).inertia[-1] for n in (1, 20)
    )
    assert many < one


@given(
    arrays(
        float,
        st.tuples(st.integers(1, 25), st.integers(1, 2)),
        elements=st.integers(-3, 3),
    ),
    st.integers(0, 3),
)
def test_curve_never_rises(X, seed):
    curve = inertia_curve(X, len(X), n_init=1, rng=seed)
    rise = np.diff(curve.inertia)
    assert (rise <= 1e-12 * curve.inertia[0]).all()
    assert curve.inertia[-1] <= 1e-12 * curve.inertia[0]


def test_further_start_alone_keeps_the_curve_from_rising(monkeypatch):
    # Seedings that are of no use: all centroids on one sample.
    monkeypatch.setattr(
        "kmeans.diagnostics.elbow.greedy_kmeans_plusplus",
        lambda X, n_clusters, rng: np.repeat(X[:1], n_clusters, axis=0),
    )
    X = gaussian_board(300, 30, rng=1).X
    curve = inertia_curve(X, 30, n_init=1, rng=0)
    assert (np.diff(curve.inertia) < 0).all()


def test_further_start_adds_the_farthest_sample(monkeypatch):
    starts = []

    def record(X, centroids):
        starts.append(centroids.tolist())
        return kmeans.lloyd(X, centroids)

    monkeypatch.setattr("kmeans.diagnostics.restarts.lloyd", record)
    inertia_curve([[1.0], [2.0], [4.0], [13.0]], 2, n_init=1, rng=0)
    assert starts[1] == [[5.0], [13.0]]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"max_clusters": 0}, "max_clusters must be at least 1, got 0"),
        ({"max_clusters": 5}, "max_clusters must be at most .* 4, got 5"),
        ({"max_clusters": 2.0}, "max_clusters must be an integer"),
        ({"n_init": 0}, "n_init must be at least 1, got 0"),
        ({"rng": "seed"}, "rng must be"),
    ],
)
def test_wrong_arguments_are_named(arguments, words):
    with pytest.raises(ValueError, match=words):
        inertia_curve(
            [[0.0], [1.0], [2.0], [3.0]], **{"max_clusters": 2} | arguments
        )


def test_default_range_needs_ten_samples():
    with pytest.raises(ValueError, match="max_clusters must be at most"):
        inertia_curve([[0.0], [1.0]])


def test_results_are_equal_to_themselves_alone():
    X = [[0.0], [1.0], [8.0], [9.0]]

    def results():
        run = kmeans.lloyd(X, X[:2], record=True)
        return [
            run,
            run.history[0],
            inertia_curve(X, 2, rng=0),
            kmeans.random_swap(X, X[:2], n_swaps=1, rng=0),
            kmeans.exact_kmeans(X, 2),
        ]

    for first, second in zip(results(), results(), strict=True):
        assert first == first
        assert first != second
        assert len({first, second, first}) == 2


def test_float32_in_a_small_unit_gives_the_same_curve():
    X = np.random.default_rng(0).normal(size=(60, 2)).astype(np.float32)
    unit = np.float32(2.0**-80)
    plain, scaled = (
        inertia_curve(X * scale, 6, n_init=1, rng=0)
        for scale in (np.float32(1), unit)
    )
    np.testing.assert_array_equal(
        scaled.inertia / float(unit) ** 2, plain.inertia
    )
