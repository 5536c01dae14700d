"""Silhouettes, against a double loop, scikit-learn and a hand."""

import tracemalloc

import numpy as np
import pytest
import sklearn.datasets
import sklearn.metrics
from hypothesis import given
from hypothesis import strategies as st

import kmeans
from kmeans.diagnostics import silhouette
from kmeans.diagnostics.silhouette import (
    silhouette_samples,
    silhouette_score,
    simplified_silhouette_samples,
)

BLOCK = silhouette.SIDE


def double_loop(X, labels):
    """The definition, one sample and one cluster after the other."""
    X, labels = np.asarray(X, dtype=float), np.asarray(labels)
    result = []
    for i, x in enumerate(X):
        means = {}
        for j in set(labels.tolist()):
            others = [
                np.sqrt(np.sum((x - y) ** 2))
                for other, y in enumerate(X)
                if labels[other] == j and other != i
            ]
            means[j] = np.mean(others) if others else None
        a = means.pop(labels[i])
        b = min(means.values())
        flat = a is None or max(a, b) == 0
        result.append(0.0 if flat else (b - a) / max(a, b))
    return np.array(result)


def groups(n_samples, n_features, n_clusters, seed=0):
    rng = np.random.default_rng(seed)
    centers = rng.normal(0, 3, (n_clusters, n_features))
    labels = rng.integers(n_clusters, size=n_samples)
    return centers[labels] + rng.normal(size=(n_samples, n_features)), labels


# ---------------------------------------------------------------- samples


def test_six_points_by_hand():
    # Distances on a line can be read off: 0, 1, 2 against 10, 12, 3.
    X = np.array([[0.0], [1.0], [2.0], [10.0], [12.0], [3.0]])
    labels = [0, 0, 0, 1, 1, 1]
    b_own = [25 / 3, 22 / 3, 19 / 3]
    a_own = [1.5, 1.0, 1.5]
    b_next = [9.0, 11.0, 2.0]
    a_next = [4.5, 5.5, 8.0]
    expected = [(b - a) / b for a, b in zip(a_own, b_own, strict=True)]
    expected += [0.5, 0.5, -0.75]
    assert a_next[2] > b_next[2]
    np.testing.assert_allclose(silhouette_samples(X, labels), expected)


rng = np.random.default_rng(7)
SPREAD = rng.normal(size=(60, 3))
DEALT = rng.integers(4, size=60)
ADVERSARIAL = {
    "plain": (SPREAD, DEALT),
    "far from the origin": (SPREAD + 1e8, DEALT),
    "very far": (np.round(SPREAD * 64) + 2.0**50, DEALT),
    "duplicates": (np.repeat(SPREAD[:6], 10, axis=0), DEALT),
    "near duplicates": (
        np.repeat(SPREAD[:6], 10, axis=0) + 1e-9 * SPREAD + 5.0,
        DEALT,
    ),
    "duplicates are clusters": (
        np.repeat(SPREAD[:3], 20, axis=0),
        np.repeat([0, 1, 2], 20),
    ),
    "tiny clusters": (SPREAD, np.r_[0, 1, 1, 2, np.full(56, 3)]),
    "all but one alone": (SPREAD, np.r_[0, np.arange(59)]),
    "scale ratio": (SPREAD * [1e-9, 1, 1e9], DEALT),
    "spread of scales": (
        SPREAD * np.logspace(-12, 12, 60)[:, np.newaxis],
        DEALT,
    ),
    "tiny numbers": (SPREAD * 1e-140, DEALT),
    "huge numbers": (SPREAD * 1e149, DEALT),
    "any integers": (SPREAD, np.array([-5, 100, 3, 2**40])[DEALT]),
    "one feature": (SPREAD[:, :1], DEALT),
    "constant": (np.full((60, 2), 3.7), DEALT),
    "three samples": (SPREAD[:3], [1, 0, 1]),
}


@pytest.mark.parametrize("name", ADVERSARIAL)
@pytest.mark.parametrize("side", [1, 7, BLOCK])
def test_double_loop_agrees(name, side, monkeypatch):
    monkeypatch.setattr(silhouette, "SIDE", side)
    X, labels = ADVERSARIAL[name]
    np.testing.assert_allclose(
        silhouette_samples(X, labels), double_loop(X, labels), atol=1e-12
    )


@pytest.mark.parametrize("name", ADVERSARIAL)
@pytest.mark.parametrize("side", [1, 7])
def test_double_loop_agrees_with_many_features(name, side, monkeypatch):
    monkeypatch.setattr(silhouette, "SIDE", side)
    X, labels = ADVERSARIAL[name]
    rotation = np.linalg.qr(np.random.default_rng(1).normal(size=(16, 16)))[0]
    X = np.pad(X, [(0, 0), (0, 16 - X.shape[1])]) @ rotation
    np.testing.assert_allclose(
        silhouette_samples(X, labels), double_loop(X, labels), atol=1e-10
    )


@pytest.mark.parametrize("n_features", [1, 2, 16, 100])
@pytest.mark.parametrize("n_samples", [BLOCK - 1, BLOCK, 3 * BLOCK + 1])
def test_scikit_learn_agrees(n_samples, n_features):
    X, labels = groups(n_samples, n_features, 5)
    np.testing.assert_allclose(
        silhouette_samples(X, labels),
        sklearn.metrics.silhouette_samples(X, labels),
        atol=1e-10,
    )


def test_conventions_are_those_of_scikit_learn():
    for name in ("all but one alone", "duplicates", "tiny clusters"):
        X, labels = ADVERSARIAL[name]
        np.testing.assert_allclose(
            silhouette_samples(X, labels),
            sklearn.metrics.silhouette_samples(X, labels),
            atol=1e-6,
        )


def test_constant_data_give_zeros():
    X, labels = ADVERSARIAL["constant"]
    np.testing.assert_array_equal(silhouette_samples(X, labels), np.zeros(60))


@given(
    st.lists(
        st.tuples(st.integers(-5, 5), st.integers(-5, 5), st.integers(-2, 3)),
        min_size=3,
        max_size=20,
    ).filter(lambda rows: 2 <= len({row[2] for row in rows}) < len(rows)),
    st.randoms(use_true_random=False),
)
def test_order_names_and_places_do_not_matter(rows, random):
    table = np.array(rows)
    X, labels = table[:, :2].astype(float), table[:, 2]
    expected = silhouette_samples(X, labels)
    assert (np.abs(expected) <= 1).all()
    np.testing.assert_allclose(expected, double_loop(X, labels), atol=1e-12)
    order = list(range(len(X)))
    random.shuffle(order)
    moved = 3 * X[:, ::-1] + 1000
    np.testing.assert_allclose(
        silhouette_samples(moved[order], 10 - labels[order]),
        expected[order],
        atol=1e-12,
    )


@pytest.mark.parametrize("n_features", [2, 16])
def test_float32_is_measured_in_double(n_features):
    X, labels = groups(300, n_features, 3)
    single = X.astype(np.float32)
    double = single.astype(float)
    np.testing.assert_array_equal(
        silhouette_samples(single, labels), silhouette_samples(double, labels)
    )
    score = silhouette_score(double, labels)
    assert silhouette_score(single, labels) == score


def test_input_is_left_alone():
    X, labels = groups(40, 2, 3)
    before = X.copy(), labels.copy()
    silhouette_samples(X, labels)
    simplified_silhouette_samples(X, X[:3], labels)
    np.testing.assert_array_equal(X, before[0])
    np.testing.assert_array_equal(labels, before[1])


@pytest.mark.parametrize("n_features", [2, 16])
def test_memory_stays_at_a_few_megabytes(n_features):
    X, labels = groups(6000, n_features, 8)
    tracemalloc.start()
    silhouette_samples(X, labels)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # All distances would take 288 MB, the table of sums takes 0.4.
    assert peak < 4e6


def test_whoever_waits_sees_a_bar(monkeypatch):
    seen = []

    def note(steps, unit):
        seen.append((len(steps), unit))
        return steps

    monkeypatch.setattr(silhouette, "progress", note)
    silhouette_score(*groups(600, 2, 3))
    assert seen == [(3, "blocks of distances")]


# ---------------------------------------------------------------- score


def test_score_is_the_mean():
    X, labels = groups(200, 3, 4)
    expected = sklearn.metrics.silhouette_score(X, labels)
    score = silhouette_score(X, labels)
    assert type(score) is float
    assert score == pytest.approx(expected, abs=1e-12)
    assert silhouette_score(X, labels, sample_size=200) == pytest.approx(score)


def test_iris_has_its_published_scores():
    # The silhouette of iris peaks at two clusters, 0.681, not at three.
    X = sklearn.datasets.load_iris().data
    for n_clusters, expected in ((2, 0.681), (3, 0.553)):
        model = kmeans.KMeans(n_clusters, n_init=5, random_state=0).fit(X)
        score = silhouette_score(X, model.labels_)
        assert score == pytest.approx(expected, abs=5e-4)


def test_drawn_samples_are_different_and_stand_alone():
    X, labels = groups(300, 2, 3)
    drawn = np.random.default_rng(4).choice(300, 50, replace=False)
    assert silhouette_score(X, labels, sample_size=50, rng=4) == (
        silhouette_score(X[drawn], labels[drawn])
    )
    scores = [
        silhouette_score(X, labels, sample_size=100, rng=seed)
        for seed in range(30)
    ]
    assert len(set(scores)) > 1
    whole = silhouette_score(X, labels)
    assert np.mean(scores) == pytest.approx(whole, abs=0.02)


def test_a_cluster_that_is_not_drawn_is_represented():
    rng = np.random.default_rng(0)
    X = np.vstack([rng.normal(size=(3000, 2)), [[500.0, 500.0]]])
    labels = np.repeat([0, 1], [3000, 1])
    whole = silhouette_score(X, labels)
    for seed in range(5):
        score = silhouette_score(X, labels, sample_size=1000, rng=seed)
        assert score == pytest.approx(whole, abs=0.002)
    drawn = np.random.default_rng(0).choice(3001, 1000, replace=False)
    assert 3000 not in drawn
    drawn = np.append(drawn, 3000)
    assert silhouette_score(X, labels, sample_size=1000, rng=0) == (
        silhouette_score(X[drawn], labels[drawn])
    )


# ---------------------------------------------------------------- simplified


def test_simplified_by_hand():
    X = [[0.0], [1.0], [4.0], [9.0], [11.0]]
    centroids = [[1.0], [10.0]]
    values = simplified_silhouette_samples(X, centroids, [0, 0, 1, 1, 1])
    np.testing.assert_allclose(values, [0.9, 1, -0.5, 7 / 8, 0.9])


@pytest.mark.parametrize("side", [1, 5, BLOCK])
def test_simplified_takes_own_and_nearest_other_centroid(side, monkeypatch):
    monkeypatch.setattr(silhouette, "SIDE", side)
    X, labels = groups(100, 3, 4)
    centroids = kmeans.update(X, labels, 4)
    expected = []
    for x, label in zip(X, labels, strict=True):
        far = [np.linalg.norm(x - c) for c in centroids]
        a, b = far.pop(label), min(far)
        expected.append((b - a) / max(a, b))
    np.testing.assert_allclose(
        simplified_silhouette_samples(X, centroids, labels), expected
    )


def test_simplified_of_nearest_centroids_is_never_negative():
    X, _ = groups(200, 2, 4)
    values = simplified_silhouette_samples(X, X[:4])
    np.testing.assert_array_equal(
        values,
        simplified_silhouette_samples(X, X[:4], kmeans.assign(X, X[:4])),
    )
    assert values.min() >= 0


def test_simplified_gives_0_to_loners_and_to_equal_points():
    X = [[0.0], [0.0], [5.0]]
    np.testing.assert_array_equal(
        simplified_silhouette_samples(X, [[0.0], [0.0], [5.0]]), [0, 0, 0]
    )


def test_simplified_differs_from_the_silhouette():
    X, labels = groups(200, 2, 3)
    centroids = kmeans.update(X, labels, 3)
    simplified = simplified_silhouette_samples(X, centroids, labels)
    assert np.abs(simplified - silhouette_samples(X, labels)).max() > 0.05


# ---------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ([1, 1, 1, 1], "labels must name at least 2 .* got 1 for 4 samples"),
        ([0, 1, 2, 3], "fewer than there are samples, got 4 for 4"),
        ([0, 1, 0], "labels must be 1-D .* each of the 4 .* shape \\(3,\\)"),
        ([[0], [1], [0], [1]], "labels must be 1-D"),
        ([0.0, 1.0, 0.0, 1.0], "labels must be integers, got dtype float64"),
    ],
)
@pytest.mark.parametrize("function", [silhouette_samples, silhouette_score])
def test_wrong_labels_are_named(function, labels, words):
    with pytest.raises(ValueError, match=words):
        function([[0.0], [1.0], [2.0], [3.0]], labels)


def test_wrong_samples_are_named():
    for function in (silhouette_samples, silhouette_score):
        with pytest.raises(ValueError, match="X must hold finite numbers"):
            function([[0.0], [np.nan], [2.0]], [0, 0, 1])


@pytest.mark.parametrize(
    ("sample_size", "words"),
    [
        (0, "sample_size must be at least 1"),
        (5, "sample_size must be at most the number of samples, 4, got 5"),
        (2.5, "sample_size must be an integer"),
        (2, "sample_size must be more than the number of clusters, 2, got"),
    ],
)
def test_wrong_sample_size_is_named(sample_size, words):
    X, labels = [[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]
    with pytest.raises(ValueError, match=words):
        silhouette_score(X, labels, sample_size=sample_size, rng=0)


def test_wrong_centroids_are_named():
    with pytest.raises(ValueError, match="centroids must have at least 2 row"):
        simplified_silhouette_samples([[0.0], [1.0]], [[0.5]])
    with pytest.raises(ValueError, match="labels must lie between 0 and"):
        simplified_silhouette_samples([[0.0], [1.0]], [[0.0], [1.0]], [0, 2])
