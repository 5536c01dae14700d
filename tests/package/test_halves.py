"""Stability: written again from its definition, on structure and noise."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from kmeans import greedy_kmeans_plusplus, lloyd
from kmeans.datasets import four_blobs
from kmeans.diagnostics.gap import reference_sample
from kmeans.diagnostics.halves import (
    judge_stability,
    split_agreement,
    stability,
)

BLOBS = four_blobs().X[::3]


def agreement_again(X, max_clusters, n_resamples, n_init, rng):
    """Draw as `split_agreement` does; the rest with other functions."""
    rows = []
    for _ in range(n_resamples):
        order = rng.permutation(len(X))
        first, second = order[: len(X) // 2], order[len(X) // 2 :]
        row = []
        for k in range(2, max_clusters + 1):
            labels = []
            for half in X[first], X[second]:
                starts = [
                    lloyd(half, greedy_kmeans_plusplus(half, k, rng=rng))
                    for _ in range(n_init)
                ]
                inertia = [run.inertia for run in starts]
                centroids = starts[np.argmin(inertia)].centroids
                away = np.linalg.norm(X[:, None] - centroids, axis=2)
                labels.append(away.argmin(axis=1))
            row.append(adjusted_rand_score(*labels))
        rows.append(row)
    return np.array(rows)


@pytest.mark.parametrize("n_samples", [40, 41])
def test_against_the_definition(n_samples):
    X = BLOBS[:n_samples]
    result = stability(X, 4, n_references=3, n_resamples=6, n_init=2, rng=3)
    rng = np.random.default_rng(3)
    mine = agreement_again(X, 4, 6, 2, rng)
    theirs = [
        agreement_again(reference_sample(X, rng=rng), 4, 6, 2, rng).mean(0)
        for _ in range(3)
    ]
    np.testing.assert_allclose(result.agreement, mine.mean(axis=0))
    np.testing.assert_allclose(result.spread, mine.std(axis=0))
    np.testing.assert_allclose(result.null_agreement, theirs)
    np.testing.assert_allclose(
        result.excess, mine.mean(axis=0) - np.mean(theirs, axis=0)
    )
    np.testing.assert_array_equal(result.n_clusters, [2, 3, 4])


def test_rule_by_hand():
    # Means 0.5 and 0.3, deviations 0.1 and 0.05. Each null set against the
    # other: 0.2 / 0.1 = 2 and 0.1 / 0.05 = 2.
    null = np.array([[0.4, 0.35], [0.6, 0.25]])

    def judge(*agreement):
        return judge_stability(np.array([agreement]), null)

    result = judge(0.75, 0.32)
    np.testing.assert_allclose(result.score, [2.5, 0.4])
    assert result.margin == pytest.approx(2)
    assert result.chosen == 2
    assert judge(0.69, 0.39).chosen == 1
    assert judge(0.3, 0.5).chosen == 3
    # Equally stable but for chance: the largest; the margin is passed once.
    assert judge(0.80, 0.79).chosen == 3
    assert judge(0.80, 0.77).chosen == 2


def test_no_variation_no_score():
    null = np.array([[0.5, 0.4], [0.5, 0.2]])
    result = judge_stability(np.array([[0.9, 0.3]]), null)
    np.testing.assert_allclose(result.score, [0, 0], atol=1e-12)
    assert result.chosen == 1


def test_full_agreement_of_far_groups():
    X = np.repeat([[0.0], [10.0], [30.0]], 20, axis=0)
    X += np.random.default_rng(0).normal(size=X.shape)
    agreement = split_agreement(X, 3, 4, 3, np.random.default_rng(0))
    np.testing.assert_array_equal(agreement[:, 1], 1)


def test_structure():
    assert stability(four_blobs().X, 6, rng=0).chosen == 4


@pytest.mark.parametrize("draw", ["random", "standard_normal"])
def test_noise(draw):
    """Of 12 uniform sets, 10 have one cluster; of 12 Gaussian ones, all."""
    chosen = [
        stability(
            getattr(np.random.default_rng(seed), draw)((100, 2)),
            5,
            n_references=10,
            n_resamples=4,
            rng=seed,
        ).chosen
        for seed in range(12)
    ]
    assert chosen.count(1) >= 10


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
