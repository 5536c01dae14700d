"""The information criterion: against densities, and on data without groups."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from kmeans import KMeans
from kmeans.datasets import four_blobs
from kmeans.diagnostics.schwarz import bic


@pytest.mark.parametrize("n_features", [1, 3])
def test_against_densities(n_features):
    rng = np.random.default_rng(3)
    X = rng.normal(size=(40, n_features))
    X[:15] += 5
    model = KMeans(3, random_state=0).fit(X)
    variance = model.inertia_ / X.size
    total = 0.0
    for j, mean in enumerate(model.cluster_centers_):
        members = X[model.labels_ == j]
        density = multivariate_normal(mean, variance * np.eye(n_features))
        total += np.log(len(members) / 40) * len(members)
        total += density.logpdf(members).sum()
    # Three centroids, two free shares, one variance.
    n_parameters = 3 * n_features + 2 + 1
    expected = n_parameters * np.log(40) - 2 * total
    assert bic(model.inertia_, model.labels_, n_features) == pytest.approx(
        expected
    )


def chosen(X):
    values = []
    for k in range(1, 9):
        model = KMeans(k, n_init=5, random_state=0).fit(X)
        values.append(bic(model.inertia_, model.labels_, X.shape[1]))
    return int(np.argmin(values)) + 1


def test_structure():
    assert chosen(four_blobs().X) == 4


@pytest.mark.parametrize("n_features", [2, 8])
def test_one_gaussian_is_one_cluster(n_features):
    draws = [
        np.random.default_rng(seed).normal(size=(200, n_features))
        for seed in range(10)
    ]
    assert [chosen(X) for X in draws] == [1] * 10


def test_names_of_clusters_do_not_matter():
    assert bic(2.0, [0, 0, 1], 2) == bic(2.0, [7, 7, 3], 2)


@pytest.mark.parametrize(
    ("inertia", "labels", "n_features", "message"),
    [
        (0.0, [0, 1], 2, "inertia must be finite and greater than 0"),
        (np.inf, [0, 1], 2, "inertia must be finite and greater than 0"),
        (np.nan, [0, 1], 2, "inertia must be finite and greater than 0"),
        (1.0, [[0, 1]], 2, r"labels must be 1-D .* shape \(1, 2\)"),
        (1.0, [0.0, 1.0], 2, "labels must be integers, got dtype float64"),
        (1.0, np.empty(0, int), 2, "labels must .* not empty, got shape"),
        (1.0, [0, 1], 0, "n_features must be at least 1"),
    ],
)
def test_errors(inertia, labels, n_features, message):
    with pytest.raises(ValueError, match=message):
        bic(inertia, labels, n_features)
