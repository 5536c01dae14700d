"""From dictionaries to the fast path: one iteration, one idea a rung.

Each rung does one iteration of Lloyd's algorithm: it labels every sample
with its nearest centroid and gives the means of the clusters. Its first
argument is what `prepare` makes of the samples, once for all iterations.
No cluster may be empty.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from scipy.sparse import csr_array
from scipy.spatial.distance import cdist

CHUNK = 2**14
UNIT = 2.0**-24


def dictionaries(X, centroids):
    """Python's own numbers, lists and dictionaries."""
    labels, members = [], {j: [] for j in range(len(centroids))}
    for x in X:
        distances = {
            j: sum((a - b) ** 2 for a, b in zip(x, c, strict=True))
            for j, c in enumerate(centroids)
        }
        nearest = min(distances, key=distances.get)
        labels.append(nearest)
        members[nearest].append(x)
    means = [
        [sum(column) / len(column) for column in zip(*rows, strict=True)]
        for rows in members.values()
    ]
    return labels, means


def broadcasting(X, centroids):
    """All differences in one array of shape (n, k, d)."""
    differences = X[:, np.newaxis] - centroids
    labels = np.square(differences).sum(axis=2).argmin(axis=1)
    means = [X[labels == j].mean(axis=0) for j in range(len(centroids))]
    return labels, np.array(means)


def compiled_distances(X, centroids):
    """A compiled loop for the distances: no array of differences."""
    labels = cdist(X, centroids, "sqeuclidean").argmin(axis=1)
    means = [X[labels == j].mean(axis=0) for j in range(len(centroids))]
    return labels, np.array(means)


def sparse_means(X, centroids):
    """The sums as one product with a sparse table of memberships."""
    labels = cdist(X, centroids, "sqeuclidean").argmin(axis=1)
    return labels, means_of(X, labels, len(centroids))


def means_of(X, labels, n_clusters):
    ones, ends = np.ones(len(X)), np.arange(len(X) + 1)
    members = csr_array((ones, labels, ends), (len(X), n_clusters)).T
    return members @ X / np.bincount(labels)[:, np.newaxis]


def matrix_product(X, centroids):
    """Expand the square: the distances become a matrix product."""
    scores = np.square(centroids).sum(axis=1) / 2 - X @ centroids.T
    labels = scores.argmin(axis=1)
    return labels, means_of(X, labels, len(centroids))


def centroids_in_rows(X, centroids):
    """A row for each centroid, a chunk that fits the cache, no argmin."""
    table = table_of(centroids, np.float64)
    index = np.arange(len(centroids), dtype=np.uint8)[:, np.newaxis]
    labels = np.empty(len(X), dtype=np.uint8)
    for start in range(0, len(X), CHUNK):
        rows = slice(start, start + CHUNK)
        points = np.ones((X.shape[1] + 1, len(X[rows])))
        points[:-1] = X[rows].T
        scores = table @ points
        best = np.minimum.reduce(scores, axis=0)
        labels[rows] = np.maximum.reduce((scores == best) * index, axis=0)
    return labels, means_of(X, labels, len(centroids))


def table_of(centroids, dtype):
    squares = np.square(centroids).sum(axis=1, keepdims=True)
    return np.hstack([-centroids, squares / 2]).astype(dtype)


def store_single(X):
    """Center the samples, and turn them into float32 columns above ones."""
    center = X.mean(axis=0)
    points = np.ones((X.shape[1] + 1, len(X)), dtype=np.float32)
    points[:-1] = (X - center).T
    radius = np.sqrt(np.square(points[:-1]).sum(axis=0).max())
    return X, center, points, float(radius)


def single_precision(prepared, centroids, run=map):
    """Half the bits, and the doubtful samples again in full."""
    X, center, points, radius = prepared
    table = table_of(centroids - center, np.float32)
    index = np.arange(len(centroids), dtype=np.uint8)[:, np.newaxis]
    labels = np.empty(len(X), dtype=np.uint8)
    reach = float(np.linalg.norm(centroids - center, axis=1).max())
    slack = 2 * (X.shape[1] + 8) * UNIT * (radius + reach) * reach

    def label(start):
        rows = slice(start, start + CHUNK)
        scores = table @ points[:, rows]
        near = scores <= np.minimum.reduce(scores, axis=0) + slack
        labels[rows] = np.maximum.reduce(near * index, axis=0)
        doubtful = np.flatnonzero(near.view(np.uint8).sum(axis=0) > 1)
        doubtful += start
        exact = cdist(X[doubtful], centroids, "sqeuclidean")
        labels[doubtful] = exact.argmin(axis=1)

    list(run(label, range(0, len(X), CHUNK)))
    return labels, means_of(X, labels, len(centroids))


def two_threads(prepared, centroids):
    """Chunks shared out to two threads; hold BLAS to one thread."""
    with ThreadPoolExecutor(2) as pool:
        return single_precision(prepared, centroids, pool.map)


def as_lists(X):
    return X.tolist()


def as_it_is(X):
    return X


# Name, one iteration, and what it needs done to the samples beforehand.
RUNGS = [
    ("dictionaries", dictionaries, as_lists),
    ("broadcasting", broadcasting, as_it_is),
    ("compiled distances", compiled_distances, as_it_is),
    ("sparse means", sparse_means, as_it_is),
    ("matrix product", matrix_product, as_it_is),
    ("centroids in rows", centroids_in_rows, as_it_is),
    ("single precision", single_precision, store_single),
    ("two threads", two_threads, store_single),
]
