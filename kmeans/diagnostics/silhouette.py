"""The silhouette: how much nearer a sample is to its own cluster."""

import numpy as np
from scipy.spatial.distance import cdist

from kmeans.algorithm import assign
from kmeans.progress import progress
from kmeans.validation import (
    check_centroids,
    check_labeling,
    check_labels,
    check_n_clusters,
    check_rng,
    check_samples,
)

# Distances are computed between this many samples and as many others at a
# time: a table of half a megabyte, which stays in the processor's cache.
SIDE = 256
# From here on, a matrix product is quicker than differences.
_MANY_FEATURES = 12


def silhouette_samples(X, labels):
    """Give the silhouette of each sample.

    With a the mean distance to the other samples of its own cluster, and b
    the mean distance to the samples of that other cluster where this mean
    is least, the silhouette is (b - a) / max(a, b).

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    labels : array-like of shape (n_samples,), integers
        At least 2 and at most ``n_samples - 1`` different ones.

    Returns
    -------
    silhouettes : ndarray of shape (n_samples,)
        From -1, nearer to another cluster, to 1. The only sample of a
        cluster has 0, and so has one for which a and b are 0.

    Raises
    ------
    ValueError
        If there is one cluster or as many as samples, or if an argument has
        a wrong shape or value.

    Notes
    -----
    The definition of [1]_, with Euclidean distances. The time grows with
    ``n_samples**2 * n_features`` and hardly with the number of clusters.
    The memory beside input and result is a table of n_samples times
    n_clusters numbers and two megabytes. Long work shows a progress bar in
    a live session, whose steps take longer and longer; of many samples,
    `silhouette_score` can take `sample_size`.

    Each distance is computed once and counted for both of its samples. With
    many features, matrix products do it, but never where they would lose
    digits: near duplicates and data far from the origin are measured to at
    least ten.

    References
    ----------
    .. [1] Rousseeuw, P. J. (1987). Silhouettes: a graphical aid to the
       interpretation and validation of cluster analysis. Journal of
       Computational and Applied Mathematics, 20, 53-65.
       doi:10.1016/0377-0427(87)90125-7

    Examples
    --------
    >>> X = [[0.0], [2.0], [4.0], [8.0]]
    >>> silhouette_samples(X, labels=[0, 0, 0, 1])
    array([0.625     , 0.66666667, 0.25      , 0.        ])
    """
    X = check_samples(X).astype(float, copy=False)
    return _silhouette_samples(X, *_number_clusters(labels, X))


def silhouette_score(X, labels, *, sample_size=None, rng=None):
    """Give the mean silhouette of all samples, or of some drawn at random.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    labels : array-like of shape (n_samples,), integers
        At least 2 and at most ``n_samples - 1`` different ones.
    sample_size : int, optional
        Draw this many samples without replacement, more than there are
        clusters, and compute as if there were no others: with all of many
        samples, the time grows with their square. A cluster of
        which none is drawn is represented by one more sample. By default,
        all samples count.
    rng : numpy.random.Generator, int or None
        Source of the draws; an integer makes them repeatable.

    Returns
    -------
    score : float
        Between -1 and 1.

    Raises
    ------
    ValueError
        If there is one cluster or as many as samples, or if an argument has
        a wrong shape or value.

    See Also
    --------
    silhouette_samples : one value for each sample, and the definition.
    simplified_silhouette_samples : a cheaper relative for many samples.

    Notes
    -----
    Cost and source are those of `silhouette_samples`. Averages over many
    samples depend little on which are drawn, but a small cluster may be
    drawn too seldom to count for what it is: its only sample has the
    silhouette 0, although the others are measured against it.

    Examples
    --------
    >>> X = [[0.0], [1.0], [8.0], [9.0]]
    >>> round(silhouette_score(X, labels=[5, 5, 7, 7]), 4)
    0.8745
    """
    X = check_samples(X).astype(float, copy=False)
    labels, n_clusters = _number_clusters(labels, X)
    if sample_size is not None:
        sample_size = check_n_clusters(sample_size, len(X), "sample_size")
        if sample_size <= n_clusters:
            raise ValueError(
                "sample_size must be more than the number of clusters, "
                f"{n_clusters}, got {sample_size}"
            )
        drawn = _draw(labels, n_clusters, sample_size, check_rng(rng))
        X, labels = X[drawn], labels[drawn]
    return float(_silhouette_samples(X, labels, n_clusters).mean())


def simplified_silhouette_samples(X, centroids, labels=None):
    """Give the simplified silhouette of each sample, measured at centroids.

    The distance of a sample to its own centroid stands for a, that to the
    nearest other centroid for b, and the simplified silhouette is
    (b - a) / max(a, b). It is not the silhouette: the two often rank
    clusterings alike, but their values differ, and so may the ranks.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    centroids : array-like of shape (n_clusters, n_features)
        At least 2. One without samples counts as a neighbor like the rest.
    labels : array-like of shape (n_samples,), integers, optional
        Indices of the own centroids; by default the nearest ones, with
        which no value is negative.

    Returns
    -------
    silhouettes : ndarray of shape (n_samples,)
        Between -1 and 1. The only sample of a cluster has 0, as in
        `silhouette_samples`, and so has one for which a and b are 0.

    Raises
    ------
    ValueError
        If there is one centroid, or if an argument has a wrong shape or
        value.

    Notes
    -----
    Described in [1]_. The time grows with
    ``n_samples * n_clusters * n_features`` only.

    References
    ----------
    .. [1] Vendramin, L., Campello, R. J. G. B. and Hruschka, E. R. (2010).
       Relative clustering validity criteria: a comparative overview.
       Statistical Analysis and Data Mining, 3(4), 209-235.
       doi:10.1002/sam.10080

    Examples
    --------
    >>> X = [[0.0], [2.0], [4.0], [8.0]]
    >>> simplified_silhouette_samples(X, centroids=[[2.0], [8.0]])
    array([0.75, 1.  , 0.5 , 0.  ])
    """
    X = check_samples(X)
    centroids = check_centroids(centroids, X)
    n_clusters = len(centroids)
    if n_clusters < 2:
        raise ValueError(
            "centroids must have at least 2 rows: a silhouette compares the "
            "own cluster with another, got 1 row"
        )
    if labels is None:
        labels = assign(X, centroids)
    else:
        labels = check_labels(labels, X, n_clusters)
    result = np.empty(len(X))
    step = max(1, SIDE**2 // n_clusters)
    for first in range(0, len(X), step):
        rows = slice(first, first + step)
        distances = cdist(X[rows], centroids)
        result[rows] = _compare(distances, labels[rows])
    result[np.bincount(labels)[labels] == 1] = 0
    return result


def _draw(labels, n_clusters, sample_size, rng):
    """Draw samples, and one of each cluster that is missing among them."""
    drawn = rng.choice(len(labels), sample_size, replace=False)
    size = np.bincount(labels[drawn], minlength=n_clusters)
    missing = np.flatnonzero(size == 0)
    more = [rng.choice(np.flatnonzero(labels == j)) for j in missing]
    return np.concatenate([drawn, np.array(more, dtype=drawn.dtype)])


def _silhouette_samples(X, labels, n_clusters):
    size = np.bincount(labels)
    # Samples of a cluster follow each other, so that a block of them holds
    # few clusters and the sums over a cluster are sums over a stretch.
    order = np.argsort(labels, kind="stable")
    labels = labels[order]
    means = _distance_sums(X[order], labels, n_clusters)
    # The sample itself, at distance 0, is in the sum and not in the mean.
    own = np.arange(len(X)), labels
    sums = means[own]
    means /= size
    means[own] = sums / np.maximum(size[labels] - 1, 1)
    result = np.empty(len(X))
    result[order] = np.where(size[labels] == 1, 0, _compare(means, labels))
    return result


def _distance_sums(X, labels, n_clusters):
    """Sum the distances from each sample to the samples of each cluster."""
    blocks = []
    for first in range(0, len(X), SIDE):
        rows = slice(first, first + SIDE)
        inside, starts = np.unique(labels[rows], return_index=True)
        blocks.append((rows, inside, starts))
    sums = np.zeros((len(X), n_clusters))
    steps = enumerate(progress(blocks, "blocks of distances"))
    for i, (rows, row_clusters, row_starts) in steps:
        for columns, clusters, starts in blocks[:i]:
            distances = _distances(X[rows], X[columns])
            sums[rows, clusters[0] : clusters[-1] + 1] += np.add.reduceat(
                distances, starts, axis=1
            )
            # Down the columns, reduceat would take six times as long.
            stretches = np.split(distances, row_starts[1:])
            for j, stretch in zip(row_clusters, stretches, strict=True):
                sums[columns, j] += stretch.sum(axis=0)
        sums[rows, row_clusters[0] : row_clusters[-1] + 1] += np.add.reduceat(
            cdist(X[rows], X[rows]), row_starts, axis=1
        )
    return sums


def _distances(X, Y):
    if X.shape[1] < _MANY_FEATURES:
        return cdist(X, Y)
    # The expanded square, by a matrix product. It loses digits where two
    # samples are much nearer to each other than to the origin, so the
    # origin is put among them, and where that does not help, differences
    # are taken after all.
    center = Y.mean(axis=0)
    X, Y = X - center, Y - center
    x, y = np.square(X).sum(axis=1), np.square(Y).sum(axis=1)
    squares = X @ (-2 * Y.T)
    squares += x[:, np.newaxis]
    squares += y
    if squares.min() <= 1e-4 * (x.max() + y.max()):
        return cdist(X, Y)
    return np.sqrt(squares, out=squares)


def _compare(distances, labels):
    """Turn distances to clusters, own ones included, into silhouettes."""
    own = np.arange(len(labels)), labels
    a = distances[own]
    distances[own] = np.inf
    b = distances.min(axis=1)
    larger = np.maximum(a, b)
    return (b - a) / np.where(larger > 0, larger, 1)


def _number_clusters(labels, X):
    """Return labels from 0 without gaps, and their number of clusters."""
    labels = check_labeling(labels, X)
    names, labels = np.unique(labels, return_inverse=True)
    if not 2 <= len(names) < len(X):
        raise ValueError(
            f"labels must name at least 2 clusters and fewer than there are "
            f"samples, got {len(names)} for {len(X)} samples; the silhouette "
            "compares distances within a cluster with those to another"
        )
    return labels, len(names)
