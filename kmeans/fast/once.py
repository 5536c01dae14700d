"""What is asked of samples once: labels, inertia, distances."""

import numpy as np
from scipy.spatial.distance import cdist

from kmeans.core import assign
from kmeans.fast.lloyd import Labeling
from kmeans.fast.samples import Samples, cut
from kmeans.fast.threads import workers

# For tables of distances up to this size, the plain path is the fast one.
SMALL_TABLE = 2**14
# Up to so many features, differences are as quick as a matrix product.
FEW_FEATURES = 24
# Distances computed at a time, so that they stay in the cache.
TABLE_ENTRIES = 2**16


def fast_assign(X, centroids):
    """Give the labels of `assign`, for checked input."""
    with workers(X.size * len(centroids)) as run:
        return _assign(Samples(X), centroids, run).astype(np.int32)


def fast_inertia(X, centroids, weight=None):
    """Give the inertia with the nearest centroids, for checked input."""
    with workers(X.size * len(centroids)) as run:
        samples = Samples(X, weight)
        labels = _assign(samples, centroids, run)
        return samples.inertia(labels, centroids, run)


def _assign(samples, centroids, run):
    n_samples, n_clusters = len(samples.X), len(centroids)
    if n_samples * n_clusters <= SMALL_TABLE:
        return assign(samples.X, centroids)
    labeling = Labeling(samples, n_clusters, run)
    return labeling.update(centroids, n_changed=n_samples)


def fast_distances(X, centroids):
    """Give the distance of each sample to each centroid, for checked input.

    They are right to ten digits, small ones too, and of the type of `X`.
    """
    distances = np.empty((len(X), len(centroids)), dtype=X.dtype)
    center = centroids.mean(axis=0, dtype=np.float64)
    away = centroids - center
    squares = np.square(away).sum(axis=1)
    # The rounding of the expanded square, in units of what has rounded, is
    # to be this much smaller than the square.
    limit = 1e10 * (X.shape[1] + 4) * 2.0**-52

    def fill(rows):
        part = X[rows] - center
        size = np.square(part).sum(axis=1, keepdims=True) + squares
        table = part @ (-2 * away.T)
        table += size
        i, j = (table <= limit * size).nonzero()
        table[i, j] = np.square(part[i] - away[j]).sum(axis=1)
        distances[rows] = np.sqrt(table)

    def fill_plainly(rows):
        distances[rows] = cdist(X[rows], centroids)

    few = X.shape[1] <= FEW_FEATURES
    rows = cut(len(X), max(64, TABLE_ENTRIES // len(centroids)))
    # A root takes as long as many products.
    with workers(distances.size * (X.shape[1] + 32)) as run:
        run(fill_plainly if few else fill, rows)
    return distances
