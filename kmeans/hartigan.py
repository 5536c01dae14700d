"""Single moves: out of a resting place, one sample at a time.

Lloyd's algorithm gives a sample to its nearest centroid as if no centroid
would move. A single move counts how the two means follow, and so finds an
improvement where Lloyd's algorithm sees none.
"""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import cdist

from kmeans import core
from kmeans.validation import (
    check_labeling,
    check_labels,
    check_sample_weight,
    check_samples,
)


@dataclass(frozen=True, eq=False)
class SingleMovesResult:
    """What `single_moves` returns.

    Attributes
    ----------
    centroids : ndarray of shape (n_clusters, n_features), dtype of `X`
        The means of the clusters.
    labels : ndarray of shape (n_samples,), int32
    inertia : float
        Sum of squared distances of the samples to their centroid.
    moves : tuple of (int, int, int, float)
        For each move the sample, the cluster it left, the one it joined,
        and the inertia after it.
    """

    centroids: np.ndarray
    labels: np.ndarray
    inertia: float
    moves: tuple[tuple[int, int, int, float], ...]


def single_moves(X, labels, *, sample_weight=None):
    """Move single samples to other clusters while that lowers the inertia.

    Of all moves of one sample the one that lowers the inertia most is made,
    then again, until none lowers it.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Samples, float32 or float64; other real types become float64.
    labels : array-like of int, shape (n_samples,)
        The clusters to begin with, for instance of `kmeans.lloyd`. Each
        number from 0 to the largest one must occur.
    sample_weight : array-like of shape (n_samples,), optional
        Weights, not negative; a sample of weight 2 moves like two samples
        at once, and one of weight 0 stays where it is.

    Returns
    -------
    result : SingleMovesResult
        With ``centroids``, ``labels``, ``inertia`` and ``moves``. No
        cluster has lost its last sample.

    Raises
    ------
    ValueError
        If an argument has a wrong shape or value, or if a cluster is empty.

    Notes
    -----
    The moves of Hartigan [1]_; the algorithm of [2]_, which R's ``kmeans``
    uses by default, makes the same moves in another order. A sample that
    leaves a cluster of n_a samples, at distance d_a from its centroid, for
    one of n_b samples, at distance d_b, lowers the inertia if::

        n_a / (n_a - 1) * d_a**2 > n_b / (n_b + 1) * d_b**2

    The left side is larger and the right side smaller than the squared
    distance that Lloyd's algorithm compares. So where no single move helps,
    Lloyd's algorithm changes nothing either, but not the other way
    round [3]_.

    A move that lowers the inertia by less than rounding is not made, and of
    moves that differ by less than rounding the first one is, by sample, then
    by cluster. Each move takes time and memory in proportion to
    n_samples * n_clusters, so begin with the result of another method.

    References
    ----------
    .. [1] Hartigan, J. A. (1975). Clustering Algorithms. Wiley.
    .. [2] Hartigan, J. A. and Wong, M. A. (1979). Algorithm AS 136: a
       k-means clustering algorithm. Applied Statistics, 28(1), 100-108.
       doi:10.2307/2346830
    .. [3] Telgarsky, M. and Vattani, A. (2010). Hartigan's method: k-means
       clustering without Voronoi. Proceedings of the 13th International
       Conference on Artificial Intelligence and Statistics, PMLR 9, 820-827.

    Examples
    --------
    The sample at 2 is as near to 1 as to 3, where Lloyd's algorithm stops:

    >>> import kmeans
    >>> X = [[0.0], [2.0], [3.0]]
    >>> stopped = kmeans.lloyd(X, centroids=[[1.0], [3.0]])
    >>> stopped.labels, stopped.inertia
    (array([0, 0, 1], dtype=int32), 2.0)
    >>> single_moves(X, stopped.labels).moves
    ((1, 0, 1, 0.5),)
    """
    X = check_samples(X)
    labels = check_labeling(labels, X)
    n_clusters = max(int(labels.max()), 0) + 1
    labels = check_labels(labels, X, n_clusters)
    absent = np.flatnonzero(np.bincount(labels) == 0)
    if len(absent):
        raise ValueError(
            "labels must use every number from 0 to the largest one, "
            f"{n_clusters - 1}, got none of {absent.tolist()}"
        )
    weight = check_sample_weight(sample_weight, X)

    # Far from the origin, centroids would round by more than moves gain.
    origin = X.mean(axis=0, dtype=float)
    points = X - origin
    moves = []
    centroids, inertia = _fit(points, labels, n_clusters, weight)
    while True:
        gains = _gains(points, labels, centroids, weight)
        equal = gains >= gains.max() - core.ROUNDING * inertia
        sample, cluster = map(int, divmod(equal.argmax(), n_clusters))
        trial = labels.copy()
        trial[sample] = cluster
        moved, lower = _fit(points, trial, n_clusters, weight)
        if not core.is_better(lower, inertia):
            break
        moves.append((sample, int(labels[sample]), cluster, lower))
        labels, centroids, inertia = trial, moved, lower
    return SingleMovesResult(
        centroids=(centroids + origin).astype(X.dtype),
        labels=labels,
        inertia=inertia,
        moves=tuple(moves),
    )


def _fit(X, labels, n_clusters, weight):
    """Give the means and the inertia of clusters."""
    centroids = core.means(X, labels, n_clusters, weight)
    return centroids, core.inertia(X, centroids, labels, weight)


def _gains(X, labels, centroids, weight):
    """Tell by how much each move of a sample to a cluster lowers the inertia.

    A sample that is all the weight of its cluster costs nothing where it is,
    so that no move empties a cluster.
    """
    everyone = np.arange(len(X))
    squares = cdist(X, centroids, "sqeuclidean")
    size = np.bincount(labels, weight, len(centroids))
    own = size[labels]
    others = own - weight
    # A sample of weight 0 may meet a cluster without weight.
    joined = np.maximum(size + weight[:, np.newaxis], np.finfo(float).tiny)
    arrive = size * squares / joined
    leave = np.divide(
        own * squares[everyone, labels],
        others,
        out=np.zeros(len(X)),
        where=others > 0,
    )
    gains = weight[:, np.newaxis] * (leave[:, np.newaxis] - arrive)
    gains[everyone, labels] = 0
    return gains
