"""The gap statistic: defined again from distances, on structure and noise."""

import numpy as np
import pytest
from scipy.spatial.distance import pdist
from threadpoolctl import threadpool_info, threadpool_limits

import kmeans.diagnostics.gap
from kmeans.datasets import four_blobs
from kmeans.diagnostics.elbow import inertia_curve
from kmeans.diagnostics.gap import (
    gap_statistic,
    judge_gap,
    reference_sample,
)

SQUARE = np.random.default_rng(0).random((60, 2))


def test_against_the_definition(monkeypatch):
    """W from pairwise distances, sums written out, the rule as a loop."""
    fitted = []

    def remember(X, *args, **options):
        curve = inertia_curve(X, *args, **options)
        fitted.append((X, curve.labels))
        return curve

    monkeypatch.setattr(kmeans.diagnostics.gap, "inertia_curve", remember)
    X = four_blobs().X[::4]
    result = gap_statistic(X, 5, n_references=7, rng=1)

    logs = np.array(
        [
            [
                np.log(
                    sum(
                        2
                        * pdist(sample[labels == j], "sqeuclidean").sum()
                        # Each pair counts twice, over twice the size.
                        / (2 * (labels == j).sum())
                        for j in range(k)
                    )
                )
                for k, labels in enumerate(partitions, start=1)
            ]
            for sample, partitions in fitted
        ]
    )
    assert len(logs) == 8
    assert fitted[0][0] is X
    np.testing.assert_allclose(result.log_inertia, logs[0])
    np.testing.assert_allclose(result.reference_log_inertia, logs[1:])
    for k in range(5):
        mean = sum(logs[1:, k]) / 7
        deviation = np.sqrt(sum((logs[1:, k] - mean) ** 2) / 7)
        assert result.gap[k] == pytest.approx(mean - logs[0, k])
        assert result.standard_error[k] == pytest.approx(
            deviation * np.sqrt(1 + 1 / 7)
        )
    gap, error = result.gap, result.standard_error
    passing = [k for k in range(4) if gap[k] >= gap[k + 1] - error[k + 1]]
    assert result.chosen == passing[0] + 1 == 4
    np.testing.assert_array_equal(result.n_clusters, [1, 2, 3, 4, 5])


@pytest.mark.parametrize("reference", ["principal", "box"])
def test_structure_and_noise(reference):
    found = gap_statistic(four_blobs().X, 6, reference=reference, rng=0)
    assert found.chosen == 4
    # With the default of ten clusters it is 30 of 30 seeds.
    chosen = [
        gap_statistic(
            np.random.default_rng(seed).random((200, 2)),
            4,
            reference=reference,
            rng=seed,
        ).chosen
        for seed in range(8)
    ]
    assert chosen == [1] * 8


def test_smallest_that_passes_and_none_that_does():
    spread = np.array([[0.1], [-0.1]])
    error = 0.1 * np.sqrt(1.5)

    def chosen(*gap):
        return judge_gap(-np.array(gap), np.zeros(len(gap)) + spread).chosen

    assert chosen(0.0, 1.0, 0.9, 2.0, 0.0) == 2
    # Higher by less than the standard error does not count as higher.
    assert chosen(0.0, 0.99 * error, 0.0) == 1
    assert chosen(0.0, 1.01 * error, 0.0) == 2
    assert chosen(0.0, 1.0, 2.0) == 3


def test_three_groups_in_a_row_deceive_the_rule():
    row = np.repeat([0.0, 10.0, 20.0], 20) + np.linspace(0, 1, 60)
    result = gap_statistic(row[:, None], 4, rng=0)
    assert result.gap.argmax() + 1 == 3
    assert result.chosen == 1
    assert gap_statistic(row[:40, None], 4, rng=0).chosen == 2


def test_repeatable_and_independent_of_the_scale():
    first = gap_statistic(SQUARE, 3, n_references=3, rng=5)
    again = gap_statistic(1000 * SQUARE + 7, 3, n_references=3, rng=5)
    np.testing.assert_allclose(again.gap, first.gap, rtol=1e-8)
    assert (
        gap_statistic(SQUARE, 3, n_references=3, rng=6).gap[1]
        != (first.gap[1])
    )


def test_box_spans_the_features():
    X = SQUARE * [10, 1] + [5, -3]
    sample = reference_sample(np.tile(X, (50, 1)), "box", rng=0)
    np.testing.assert_allclose(sample.min(axis=0), X.min(axis=0), atol=0.02)
    np.testing.assert_allclose(sample.max(axis=0), X.max(axis=0), atol=0.02)
    # Even in each feature: a quarter of the mass in each quarter.
    quarter = (sample - X.min(axis=0)) / np.ptp(X, axis=0) * 4
    counts = [np.bincount(column.astype(int)) for column in quarter.T]
    np.testing.assert_allclose(np.array(counts) / 3000, 0.25, atol=0.03)


def test_principal_box_turns_with_the_samples():
    X = SQUARE * [10, 1]
    angle = 0.6
    turn = np.array(
        [[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]
    )
    sample = reference_sample(np.tile(X @ turn + 4, (20, 1)), rng=0)
    back = (sample - 4) @ turn.T
    # Principal axes of a sample deviate a little from those of its source.
    np.testing.assert_allclose(np.ptp(back, axis=0), [10, 1], rtol=0.3)
    box = reference_sample(np.tile(X @ turn + 4, (20, 1)), "box", rng=0)
    assert np.ptp((box - 4) @ turn.T, axis=0)[1] > 5


def test_directions_of_the_axes_do_not_matter(monkeypatch):
    """Libraries of linear algebra differ in the signs they return."""
    svd = np.linalg.svd

    def other_signs(*args, **options):
        left, sizes, axes = svd(*args, **options)
        return left * [1, -1], sizes, axes * [[1], [-1]]

    expected = reference_sample(SQUARE, rng=0)
    monkeypatch.setattr(np.linalg, "svd", other_signs)
    np.testing.assert_allclose(reference_sample(SQUARE, rng=0), expected)


def test_the_box_is_found_once_and_without_threads(monkeypatch):
    svd, seen = np.linalg.svd, []

    def note(*args, **options):
        seen.append(
            {
                pool["num_threads"]
                for pool in threadpool_info()
                if pool["user_api"] == "blas"
            }
        )
        return svd(*args, **options)

    monkeypatch.setattr(np.linalg, "svd", note)
    X = np.random.default_rng(0).normal(size=(60, 60))
    with threadpool_limits(2):
        gap_statistic(X, 2, n_references=3, n_init=1, rng=0)
    assert seen == [{1}]


def test_fewer_samples_than_features():
    X = np.random.default_rng(1).normal(size=(4, 6))
    sample = reference_sample(X, rng=0)
    assert sample.shape == X.shape
    # It stays in the plane of the samples.
    assert np.linalg.matrix_rank(np.vstack([X, sample]) - X.mean(0)) == 3


@pytest.mark.parametrize(
    ("X", "options", "message"),
    [
        (np.ones((5, 2)), {}, "X must hold different samples"),
        (np.eye(3)[[0, 0, 1, 1, 2]], {"max_clusters": 3}, "distinct samples"),
        (SQUARE[:6], {"max_clusters": 6}, "distinct samples, 6"),
        (SQUARE, {"max_clusters": 1}, "max_clusters must be at least 2"),
        (SQUARE, {"reference": "ball"}, "reference must be 'principal' or"),
        (SQUARE, {"n_references": 1}, "n_references must be at least 2"),
        (SQUARE, {"n_init": 0}, "n_init must be at least 1"),
        (SQUARE, {"rng": "x"}, "rng must be"),
    ],
)
def test_errors(X, options, message):
    with pytest.raises(ValueError, match=message):
        gap_statistic(X, **options)
