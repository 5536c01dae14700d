"""Stability: written again from its definition, on structure and noise."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from kmeans import assign, greedy_kmeans_plusplus, lloyd
from kmeans.datasets import four_blobs
from kmeans.diagnostics.gap import reference_sample
from kmeans.diagnostics.halves import (
    compare_halves,
    judge_stability,
    stability,
)

BLOBS = four_blobs().X[::3]
QUICK = {"n_references": 10, "n_resamples": 3}


def halves_again(X, max_clusters, n_resamples, n_init, rng):
    """Draw as `compare_halves` does; the rest with other functions."""
    found = np.empty((2, n_resamples, max_clusters - 1))
    for split in range(n_resamples):
        order = rng.permutation(len(X))
        first, second = order[: len(X) // 2], order[len(X) // 2 :]
        for k in range(2, max_clusters + 1):
            labels, nearest = [], []
            for half in X[first], X[second]:
                starts = [
                    lloyd(half, greedy_kmeans_plusplus(half, k, rng=rng))
                    for _ in range(n_init)
                ]
                inertia = [run.inertia for run in starts]
                centroids = starts[np.argmin(inertia)].centroids
                away = np.linalg.norm(X[:, None] - centroids, axis=2)
                labels.append(away.argmin(axis=1))
                nearest.append(centroids[labels[-1]])
            a, b = nearest
            apart = np.linalg.norm(a - b, axis=1) ** 2
            variance = np.trace(np.cov(a.T, ddof=0) + np.cov(b.T, ddof=0))
            found[0, split, k - 2] = adjusted_rand_score(*labels)
            found[1, split, k - 2] = np.mean(apart) / variance
    return found


@pytest.mark.parametrize("n_samples", [40, 41])
def test_against_the_definition(n_samples):
    X = BLOBS[:n_samples]
    result = stability(X, 4, n_references=3, n_resamples=6, n_init=2, rng=3)
    rng = np.random.default_rng(3)
    mine = halves_again(X, 4, 6, 2, rng)
    theirs = np.array(
        [
            halves_again(reference_sample(X, rng=rng), 4, 6, 2, rng).mean(1)
            for _ in range(3)
        ]
    )
    np.testing.assert_allclose(result.agreement, mine[0].mean(axis=0))
    np.testing.assert_allclose(result.spread, mine[0].std(axis=0))
    np.testing.assert_allclose(result.null_agreement, theirs[:, 0])
    np.testing.assert_allclose(result.drift, mine[1].mean(axis=0))
    np.testing.assert_allclose(result.null_drift, theirs[:, 1])
    np.testing.assert_allclose(
        result.excess,
        np.log(theirs[:, 1]).mean(axis=0) - np.log(mine[1].mean(axis=0)),
    )
    np.testing.assert_array_equal(result.n_clusters, [2, 3, 4])


def judge(agreement, log_drift, null_log_drift):
    """Judge one split of 225 samples, from logarithms of drifts."""
    null = np.exp(null_log_drift)
    return judge_stability(
        np.array([[agreement], [np.exp(log_drift)]]),
        np.stack([np.zeros_like(null), null], axis=1),
        225,
    )


def test_rule_by_hand():
    # Means -2 and -1, deviations 0.2 and 0.6, so units 0.3 and 0.5. Each null
    # set against the other: 0.4 / 0.3 and 1.2 / 0.5 = 2.4.
    null = np.array([[-1.8, -0.4], [-2.2, -1.6]])
    result = judge([0.9, 0.5], [-2.9, -2.0], null)
    np.testing.assert_allclose(result.excess, [0.9, 1.0])
    np.testing.assert_allclose(result.score, [3, 2])
    assert result.margin == pytest.approx(2.4)
    assert result.chosen == 2
    assert judge([0.9, 0.5], [-2.7, -2.1], null).chosen == 1
    assert judge([0.3, 0.5], [-2.9, -2.3], null).chosen == 3
    # Equally stable but for chance, 0.3 / 15: the largest, although only the
    # other is past the margin, but not if it drifts more than noise.
    assert judge([0.80, 0.79], [-2.9, -2.1], null).chosen == 3
    assert judge([0.80, 0.77], [-2.9, -2.1], null).chosen == 2
    assert judge([0.80, 0.95], [-2.9, -0.9], null).chosen == 2


def test_borders_through_many_samples_are_no_tie():
    splits = np.array([[[1.0, 0.99]], [[1e-6, 1e-6]]])
    null = np.array([[[0, 0], [0.1, 0.2]], [[0, 0], [0.2, 0.1]]])
    chosen = [
        judge_stability(splits, null, n).chosen for n in (800, 1000, 20_000)
    ]
    assert chosen == [3, 2, 2]


def test_choices_that_hang_on_one_draw_are_told():
    null = np.log([[0.4], [0.5], [0.6], [0.1]])
    sure = judge([1.0], np.log([0.001]), null)
    assert (sure.chosen, sure.rivals) == (2, ())
    # The last set alone drifts less than the samples do.
    unsure = judge([1.0], np.log([0.15]), null)
    assert (unsure.chosen, unsure.rivals) == (1, (2,))
    # So does one of two splits.
    splits = np.array([[[1.0], [0.2]], [[0.001], [1.3]]])
    null = np.array([[[0.0], [0.4]], [[0.0], [0.5]], [[0.0], [0.6]]])
    assert judge_stability(splits, null, 225).chosen == 1
    assert judge_stability(splits, null, 225).rivals == (2,)


def test_no_variation_no_score():
    null = np.log([[0.5, 0.4], [0.5, 0.4]])
    result = judge([0.9, 0.3], [-9.0, -2.0], null)
    np.testing.assert_allclose(result.score, [0, 0], atol=1e-12)
    assert result.chosen == 1


def test_halves_of_equal_samples_do_not_drift():
    X = np.repeat([[0.0], [10.0], [30.0]], 20, axis=0)
    found = compare_halves(X, 3, 2, 3, np.random.default_rng(0))
    np.testing.assert_array_equal(found[0, :, 1], 1)
    np.testing.assert_array_equal(found[1, :, 1], 0)
    still = judge([1.0], [-np.inf], np.log([[0.4], [0.5], [0.6]]))
    assert still.chosen == 2
    assert np.isfinite(still.score).all()


def test_drift_has_no_unit_and_no_origin():
    X = BLOBS[:40]
    first, second = (
        compare_halves(Y, 3, 2, 2, np.random.default_rng(0))
        for Y in (X, (X + 1e3).astype(np.float32) * np.float32(8))
    )
    np.testing.assert_allclose(first, second, rtol=1e-3)


def test_structure():
    result = stability(four_blobs().X, 6, rng=0)
    assert (result.chosen, result.rivals) == (4, ())


@pytest.mark.parametrize("n_features", [1, 2, 8])
@pytest.mark.parametrize("apart", [8, 100])
def test_two_far_groups(n_features, apart):
    """The halves of such boxes may agree as well as those of groups."""
    chosen = []
    for seed in range(2):
        rng = np.random.default_rng(seed)
        X = rng.normal(size=(100, n_features))
        X[::2, 0] += apart
        chosen.append(stability(X, 4, **QUICK, rng=rng).chosen)
    assert chosen == [2, 2]


NOISE = {
    "square": lambda rng: rng.random((100, 2)),
    "long box": lambda rng: rng.random((100, 2)) * [9, 1],
    "Gaussian": lambda rng: rng.normal(size=(100, 2)),
    "long Gaussian": lambda rng: rng.normal(size=(100, 2)) * [9, 1],
}


@pytest.mark.parametrize("kind", NOISE)
def test_noise(kind):
    """Of 6 sets without groups, at least 5 are said to have none."""
    chosen = []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        X = NOISE[kind](rng)
        chosen.append(stability(X, 5, **QUICK, rng=rng).chosen)
    assert chosen.count(1) >= 5


def test_many_samples_are_compared_by_the_fast_path(monkeypatch):
    sizes = []

    def count(X, centroids):
        sizes.append(len(X))
        return assign(X, centroids)

    monkeypatch.setattr("kmeans.diagnostics.halves.fast_assign", count)
    rng = np.random.default_rng(0)
    X = rng.normal(size=(9000, 2))
    fast = compare_halves(X, 3, 1, 1, np.random.default_rng(1))
    assert sizes == [9000] * 4
    np.testing.assert_allclose(
        fast, halves_again(X, 3, 1, 1, np.random.default_rng(1)), rtol=1e-9
    )


@pytest.mark.parametrize(
    ("X", "options", "message"),
    [
        (np.ones((9, 2)), {}, "X must hold different samples"),
        (BLOBS[:9], {"max_clusters": 5}, "half the number of samples, 4"),
        (BLOBS, {"max_clusters": 1}, "max_clusters must be at least 2"),
        (BLOBS, {"reference": "ball"}, "reference must be"),
        (BLOBS, {"n_references": 1}, "n_references must be at least 2"),
        (BLOBS, {"n_resamples": 0}, "n_resamples must be at least 1"),
        (BLOBS, {"n_init": 0}, "n_init must be at least 1"),
    ],
)
def test_errors(X, options, message):
    with pytest.raises(ValueError, match=message):
        stability(X, **options)
