"""Runs of either path: the same, and the one that pays."""

import warnings

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

import kmeans
from kmeans import greedy_kmeans_plusplus
from kmeans.diagnostics import restarts
from kmeans.diagnostics.comparison import compare_k
from kmeans.diagnostics.elbow import inertia_curve
from kmeans.diagnostics.gap import gap_statistic
from kmeans.diagnostics.halves import stability
from kmeans.diagnostics.restarts import best_run, run_lloyd
from kmeans.diagnostics.signs import checkup
from kmeans.fast import fast_lloyd


@pytest.fixture
def paths(monkeypatch):
    """Note which path each run takes."""
    taken = []

    def plain(X, start):
        taken.append("plain")
        return kmeans.lloyd(X, start)

    def fast(*args):
        taken.append("fast")
        return fast_lloyd(*args)

    monkeypatch.setattr(restarts, "lloyd", plain)
    monkeypatch.setattr(restarts, "fast_lloyd", fast)
    return taken


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("n_samples", "path"), [(200, "plain"), (5000, "fast"), (60_000, "fast")]
)
def test_runs_are_those_of_lloyd(n_samples, path, dtype, paths):
    X = np.random.default_rng(0).normal(size=(n_samples, 3)).astype(dtype)
    run, expected = run_lloyd(X, X[:4]), kmeans.lloyd(X, X[:4])
    assert paths == [path]
    np.testing.assert_array_equal(run.labels, expected.labels)
    rtol = 1e-5 if dtype is np.float32 else 1e-10
    np.testing.assert_allclose(run.centroids, expected.centroids, rtol)
    assert run.inertia == pytest.approx(expected.inertia, rel=rtol)


def test_duplicates_are_no_cause_for_a_warning(paths):
    X = np.repeat([[0.0], [1.0]], 3000, axis=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = run_lloyd(X, np.array([[0.0], [0.5], [1.0]]))
    assert run.inertia == 0
    assert paths == ["fast"]


@pytest.mark.parametrize("n_samples", [100, 6000])
def test_best_run_has_the_lowest_inertia(n_samples):
    X = np.random.default_rng(0).random((n_samples, 2))
    found = best_run(X, 7, 5, np.random.default_rng(3))
    rng = np.random.default_rng(3)
    runs = [
        kmeans.lloyd(X, greedy_kmeans_plusplus(X, 7, rng=rng))
        for _ in range(5)
    ]
    best = min(runs, key=lambda run: run.inertia)
    assert found.inertia == pytest.approx(best.inertia, rel=1e-12)
    np.testing.assert_array_equal(found.labels, best.labels)


SMALL = {"n_init": 1, "rng": 0}


@pytest.mark.parametrize(
    "measure",
    [
        lambda X: inertia_curve(X, 3, **SMALL).inertia,
        lambda X: np.concatenate(inertia_curve(X, 3, **SMALL).labels),
        lambda X: gap_statistic(X, 3, n_references=2, **SMALL).gap,
        lambda X: (
            stability(X, 3, n_references=2, n_resamples=1, **SMALL).null_drift
        ),
        lambda X: (
            compare_k(X, 3, n_references=3, n_resamples=1, **SMALL).null_table
        ),
        lambda X: [found.value for found in checkup(X, 3, rng=0).findings],
    ],
    ids=["inertia", "labels", "gap", "stability", "comparison", "checkup"],
)
def test_measures_of_many_samples_are_those_of_plain_runs(
    measure, paths, monkeypatch
):
    X = np.random.default_rng(0).normal(size=(4200, 2))
    X[::3] += 5
    found = measure(X)
    assert "fast" in paths
    for name in "restarts", "elbow":
        monkeypatch.setattr(
            f"kmeans.diagnostics.{name}.run_lloyd", kmeans.lloyd
        )
    np.testing.assert_allclose(found, measure(X), rtol=1e-9, atol=1e-12)


def test_small_products_do_not_wait_for_each_other(monkeypatch):
    seen = []

    def note(X, start):
        seen.extend(
            pool["num_threads"]
            for pool in threadpool_info()
            if pool["user_api"] == "blas"
        )
        return kmeans.lloyd(X, start)

    monkeypatch.setattr(restarts, "lloyd", note)
    X = np.random.default_rng(0).normal(size=(300, 500))
    with threadpool_limits(2):
        run_lloyd(X, X[:3])
    assert set(seen) == {1}
