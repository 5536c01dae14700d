"""Where to start: the seedings.

Each function chooses `n_clusters` starting centroids for Lloyd's algorithm,
as ``seeding(X, n_clusters, *, rng) -> centroids``.
"""

import numpy as np
from scipy.spatial.distance import cdist

from kmeans.core import means
from kmeans.validation import (
    check_centroids,
    check_n_clusters,
    check_rng,
    check_sample_weight,
    check_samples,
)


def forgy(X, n_clusters, *, rng=None, sample_weight=None):
    """Start from samples drawn at random, without replacement.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    n_clusters : int
    rng : numpy.random.Generator, int or None
        Source of the draws; an integer makes them repeatable.
    sample_weight : array-like of shape (n_samples,), optional
        Weights to which the chances of the samples are proportional.

    Returns
    -------
    centroids : ndarray of shape (n_clusters, n_features)
        Distinct rows of `X`.

    Raises
    ------
    ValueError
        If an argument has a wrong shape or value, or if fewer than
        `n_clusters` samples have a positive weight.

    Notes
    -----
    Named after [1]_; scikit-learn calls it ``init="random"``.

    References
    ----------
    .. [1] Forgy, E. W. (1965). Cluster analysis of multivariate data:
       efficiency versus interpretability of classifications. Biometrics,
       21(3), 768-769.

    Examples
    --------
    >>> forgy([[0.0], [1.0], [8.0]], n_clusters=3, rng=0).shape
    (3, 1)
    """
    X, n_clusters, rng, weight = _check(X, n_clusters, rng, sample_weight)
    rows = rng.choice(
        len(X), n_clusters, replace=False, p=weight / weight.sum()
    )
    return X[rows]


def random_partition(X, n_clusters, *, rng=None, sample_weight=None):
    """Start from the means of clusters dealt out at random.

    Every cluster gets one random sample, every other sample a random
    cluster. The means all lie near the middle of the data.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    n_clusters : int
    rng : numpy.random.Generator, int or None
        Source of the draws; an integer makes them repeatable.
    sample_weight : array-like of shape (n_samples,), optional
        Weights of the samples in the means.

    Returns
    -------
    centroids : ndarray of shape (n_clusters, n_features)

    Raises
    ------
    ValueError
        If an argument has a wrong shape or value, or if fewer than
        `n_clusters` samples have a positive weight.

    Notes
    -----
    Compared with other seedings in [1]_.

    References
    ----------
    .. [1] Celebi, M. E., Kingravi, H. A. and Vela, P. A. (2013). A
       comparative study of efficient initialization methods for the
       k-means clustering algorithm. Expert Systems with Applications,
       40(1), 200-210. doi:10.1016/j.eswa.2012.07.021

    Examples
    --------
    >>> random_partition([[0.0], [1.0], [8.0]], n_clusters=1, rng=0)
    array([[3.]])
    """
    X, n_clusters, rng, weight = _check(X, n_clusters, rng, sample_weight)
    labels = rng.choice(n_clusters, len(X))
    owners = rng.choice(len(X), n_clusters, replace=False)
    labels[owners] = np.arange(n_clusters)
    return means(X, labels, n_clusters, weight)


def maximin(X, n_clusters, *, rng=None, sample_weight=None):
    """Start from a random sample, then always take the farthest one.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    n_clusters : int
    rng : numpy.random.Generator, int or None
        Draws the first sample; the others follow from it.
    sample_weight : array-like of shape (n_samples,), optional
        Samples of weight 0 are not chosen; otherwise weights only matter
        for the first draw.

    Returns
    -------
    centroids : ndarray of shape (n_clusters, n_features)
        Distinct rows of `X`, the farthest from the earlier ones each.

    Raises
    ------
    ValueError
        If an argument has a wrong shape or value, or if fewer than
        `n_clusters` samples have a positive weight.

    Notes
    -----
    Also called farthest-first traversal [1]_. Of equally far samples the
    first is taken.

    References
    ----------
    .. [1] Gonzalez, T. F. (1985). Clustering to minimize the maximum
       intercluster distance. Theoretical Computer Science, 38, 293-306.
       doi:10.1016/0304-3975(85)90224-5

    Examples
    --------
    >>> maximin([[0.0], [0.0], [8.0]], n_clusters=2, rng=0).ravel()
    array([0., 8.])
    """
    X, n_clusters, rng, weight = _check(X, n_clusters, rng, sample_weight)
    rows = [rng.choice(len(X), p=weight / weight.sum())]
    nearest = np.full(len(X), np.inf)
    for _ in range(1, n_clusters):
        nearest[rows[-1]] = -1.0
        nearest = np.minimum(
            nearest, _squared_distances_to(X[rows[-1:]], X)[0]
        )
        rows.append(nearest.argmax())
    return X[rows]


def kmeans_plusplus(X, n_clusters, *, rng=None, sample_weight=None):
    """Start from samples drawn in proportion to their squared distance.

    The first sample is drawn at random, each further one with a chance
    proportional to its squared distance to the nearest sample drawn so far.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    n_clusters : int
    rng : numpy.random.Generator, int or None
        Source of the draws; an integer makes them repeatable.
    sample_weight : array-like of shape (n_samples,), optional
        Weights that multiply the chances.

    Returns
    -------
    centroids : ndarray of shape (n_clusters, n_features)
        Rows of `X`.

    Raises
    ------
    ValueError
        If an argument has a wrong shape or value, or if fewer than
        `n_clusters` samples have a positive weight.

    See Also
    --------
    greedy_kmeans_plusplus : several draws for each centroid, the best kept.
    d2_probabilities : the chances of the next draw.

    Notes
    -----
    The seeding of [1]_: the expected inertia of the start alone is at most
    8 (ln k + 2) times the optimum.

    References
    ----------
    .. [1] Arthur, D. and Vassilvitskii, S. (2007). k-means++: the
       advantages of careful seeding. Proceedings of the Eighteenth Annual
       ACM-SIAM Symposium on Discrete Algorithms, 1027-1035.

    Examples
    --------
    >>> kmeans_plusplus([[0.0], [0.0], [8.0]], n_clusters=2, rng=0).ravel()
    array([0., 8.])
    """
    X, n_clusters, rng, weight = _check(X, n_clusters, rng, sample_weight)
    return X[_draw_plusplus(X, n_clusters, rng, weight, n_candidates=1)]


def greedy_kmeans_plusplus(X, n_clusters, *, rng=None, sample_weight=None):
    """Start like k-means++, drawing several candidates for each centroid.

    Of ``2 + int(log(n_clusters))`` candidates the one that lowers the
    inertia most is kept. scikit-learn's ``init="k-means++"`` is this.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    n_clusters : int
    rng : numpy.random.Generator, int or None
        Source of the draws; an integer makes them repeatable.
    sample_weight : array-like of shape (n_samples,), optional
        Weights that multiply the chances.

    Returns
    -------
    centroids : ndarray of shape (n_clusters, n_features)
        Rows of `X`.

    Raises
    ------
    ValueError
        If an argument has a wrong shape or value, or if fewer than
        `n_clusters` samples have a positive weight.

    See Also
    --------
    kmeans_plusplus : one draw for each centroid.

    Notes
    -----
    Mentioned in the conclusion of [1]_ and common since.

    References
    ----------
    .. [1] Arthur, D. and Vassilvitskii, S. (2007). k-means++: the
       advantages of careful seeding. Proceedings of the Eighteenth Annual
       ACM-SIAM Symposium on Discrete Algorithms, 1027-1035.

    Examples
    --------
    >>> X = [[0.0], [0.0], [8.0]]
    >>> greedy_kmeans_plusplus(X, n_clusters=2, rng=0).ravel()
    array([0., 8.])
    """
    X, n_clusters, rng, weight = _check(X, n_clusters, rng, sample_weight)
    n_candidates = 2 + int(np.log(n_clusters))
    return X[_draw_plusplus(X, n_clusters, rng, weight, n_candidates)]


# What `KMeans` calls them.
SEEDINGS = {
    "k-means++": greedy_kmeans_plusplus,
    "random": forgy,
    "random-partition": random_partition,
    "maximin": maximin,
}


def d2_probabilities(X, centroids, *, sample_weight=None):
    """Give the chance of each sample to be the next k-means++ centroid.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    centroids : array-like of shape (n_chosen, n_features)
        The centroids chosen so far, at least one.
    sample_weight : array-like of shape (n_samples,), optional

    Returns
    -------
    probabilities : ndarray of shape (n_samples,)
        Squared distance to the nearest chosen centroid, scaled to sum 1;
        all zero when every sample lies on a chosen centroid.

    Raises
    ------
    ValueError
        If an argument has a wrong shape or value.

    Notes
    -----
    The "D squared weighting" of [1]_.

    References
    ----------
    .. [1] Arthur, D. and Vassilvitskii, S. (2007). k-means++: the
       advantages of careful seeding. Proceedings of the Eighteenth Annual
       ACM-SIAM Symposium on Discrete Algorithms, 1027-1035.

    Examples
    --------
    >>> d2_probabilities([[0.0], [1.0], [3.0]], centroids=[[0.0]])
    array([0. , 0.1, 0.9])
    """
    X = check_samples(X)
    centroids = check_centroids(centroids, X)
    weight = check_sample_weight(sample_weight, X)
    share = weight * _squared_distances_to(centroids, X).min(axis=0)
    return share / (share.sum() or 1.0)


def _draw_plusplus(X, n_clusters, rng, weight, n_candidates):
    # The draws, their order and their use are those of scikit-learn, so
    # that the same random_state gives the same seeds there and here.
    rows = [rng.choice(len(X), p=weight / weight.sum())]
    nearest = _squared_distances_to(X[rows], X)[0]
    for _ in range(1, n_clusters):
        chances = (weight * nearest).cumsum()
        targets = rng.uniform(size=n_candidates) * chances[-1]
        # Rounding can put a target past the last cumulated sum.
        drawn = chances.searchsorted(targets).clip(max=len(X) - 1)
        shrunk = np.minimum(nearest, _squared_distances_to(X[drawn], X))
        best = (shrunk @ weight).argmin()
        rows.append(drawn[best])
        nearest = shrunk[best]
    return rows


def _squared_distances_to(centroids, X):
    return cdist(centroids, X, "sqeuclidean")


def _check(X, n_clusters, rng, sample_weight):
    X = check_samples(X)
    n_clusters = check_n_clusters(n_clusters, len(X))
    weight = check_sample_weight(sample_weight, X)
    positive = weight > 0
    if positive.sum() < n_clusters:
        raise ValueError(
            f"sample_weight must be positive for at least n_clusters="
            f"{n_clusters} samples, got {positive.sum()} positive weights"
        )
    # Samples without weight take no part, even where nothing else is left
    # to draw.
    if not positive.all():
        X, weight = X[positive], weight[positive]
    return X, n_clusters, check_rng(rng), weight
