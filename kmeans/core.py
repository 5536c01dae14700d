"""The algorithm on one page: assign, update, repeat.

Everything is an array: samples ``X`` of shape (n_samples, n_features),
``centroids`` of shape (n_clusters, n_features), and for each sample a label
and a weight. Nothing is checked here. `kmeans.algorithm` does that, once, and
documents these functions in full.
"""

import numpy as np
from scipy.sparse import csr_array
from scipy.spatial.distance import cdist

from kmeans.results import HalfStep, LloydResult

# Samples are taken a block at a time: as many as keep a table for them at one
# megabyte, which stays in the processor's cache.
BLOCK_ENTRIES = 2**17
# Up to this many entries, a table of memberships is not stored sparse.
SMALL_TABLE = 2**14
# Inertias that differ by a smaller share are equal but for rounding.
ROUNDING = 1e-12


def lloyd(X, centroids, max_iter, tol, weight, record=False):
    """Assign and update until no label changes, or centroids hardly move."""
    history = []

    def note(half, labels):
        if record:
            last = history[-1] if history else None
            history.append(half_step(half, X, centroids, labels, weight, last))

    labels = assign(X, centroids)
    note("assign", labels)
    previous, stopped_by = None, "max_iter"
    for n_iter in range(1, max_iter + 1):
        members = fill_empty(X, labels, centroids, weight)
        if np.array_equal(members, previous):
            stopped_by = "labels"
            break
        moved = means(X, members, len(centroids), weight)
        shift = np.square(moved - centroids, dtype=float).sum()
        centroids, previous = moved, members
        note("update", members)
        labels = assign(X, centroids)
        note("assign", labels)
        if shift <= tol:
            stopped_by = "shift"
            break
    members = fill_empty(X, labels, centroids, weight)
    return LloydResult(
        centroids=centroids,
        labels=labels,
        inertia=inertia(X, centroids, labels, weight),
        n_iter=n_iter,
        converged=np.array_equal(members, previous),
        stopped_by=stopped_by,
        history=tuple(history) if record else None,
    )


def assign(X, centroids):
    """Label each sample with its nearest centroid, the first of equals."""
    labels = np.empty(len(X), dtype=np.int32)
    for rows in blocks(X, len(centroids)):
        distances = cdist(X[rows], centroids, "sqeuclidean")
        labels[rows] = distances.argmin(axis=1)
    return labels


def fill_empty(X, labels, centroids, weight):
    """Give each empty cluster the sample farthest from its own centroid."""
    size = np.bincount(labels, weight, len(centroids))
    empty = np.flatnonzero(size == 0)
    if not len(empty):
        return labels
    distances = squared_distances(X, centroids, labels)
    distances[weight == 0] = 0
    if distances.max() == 0:
        return labels
    # scikit-learn's selection, so that both fill in the same order.
    farthest = np.argpartition(distances, -len(empty))
    labels = labels.copy()
    labels[farthest[: -len(empty) - 1 : -1]] = empty
    return labels


def means(X, labels, n_clusters, weight):
    """Give the weighted mean of each cluster.

    A cluster without weight gets that of the heaviest one.
    """
    members = membership(labels, n_clusters, weight)
    # Random labels are int64, which a 32-bit Python, such as that of a
    # browser, does not count unless asked to.
    indices = labels.astype(np.intp, copy=False)
    size = np.bincount(indices, weight, n_clusters)
    divisor = np.where(size > 0, size, 1)[:, np.newaxis]
    centroids = members @ X / divisor
    # Far from the origin the sums above round; what they lost is the mean
    # of the residuals, which are small and round little.
    centroids += members @ (X - centroids[labels]) / divisor
    centroids[size == 0] = centroids[size.argmax()]
    return centroids.astype(X.dtype, copy=False)


def membership(labels, n_clusters, weight):
    """Give a row for each cluster: the weights of its samples, else zeros."""
    # Large tables are mostly zeros; small ones are quicker written out.
    if len(labels) * n_clusters <= SMALL_TABLE:
        return (labels == np.arange(n_clusters)[:, np.newaxis]) * weight
    by_sample = weight, labels, np.arange(len(labels) + 1)
    return csr_array(by_sample, (len(labels), n_clusters)).T


def inertia(X, centroids, labels, weight):
    """Sum the squared distances of samples to their own centroid."""
    return float(squared_distances(X, centroids, labels) @ weight)


def squared_distances(X, centroids, labels):
    """Square the distance of each sample to its own centroid."""
    squares = np.empty(len(X))
    for rows in blocks(X, X.shape[1]):
        away = np.subtract(X[rows], centroids[labels[rows]], dtype=float)
        squares[rows] = np.square(away).sum(axis=1)
    return squares


def blocks(X, n_columns):
    """Cut the samples in blocks that have a table of so many columns each."""
    step = max(1, BLOCK_ENTRIES // n_columns)
    return [slice(i, i + step) for i in range(0, len(X), step)]


def is_better(inertia, best):
    """Tell whether an inertia is below the best by more than rounding.

    Two runs can find the same clusters under other names; which of the two
    inertias rounds lower must not decide whose names are kept.
    """
    return inertia < best * (1 - ROUNDING)


def half_step(half, X, centroids, labels, weight, last):
    """Record a half-step, and what changed since the last one, if any."""
    n_changed, shift = len(X), 0.0
    if last is not None:
        n_changed = int((labels != last.labels).sum())
        moved = np.subtract(centroids, last.centroids, dtype=float)
        shift = float(np.linalg.norm(moved))
    return HalfStep(
        half=half,
        centroids=centroids,
        labels=labels,
        objective=inertia(X, centroids, labels, weight),
        n_changed=n_changed,
        shift=shift,
    )
