"""Lloyd's algorithm: assign, update, repeat.

Everything here works on samples ``X`` of shape (n_samples, n_features) and
``centroids`` of shape (n_clusters, n_features). These functions check their
input and leave the work to `kmeans.core`, which is the whole algorithm.
"""

from kmeans import core
from kmeans.validation import (
    check_centroids,
    check_count,
    check_labels,
    check_n_clusters,
    check_sample_weight,
    check_samples,
    check_tol,
)


def assign(X, centroids):
    """Label each sample with its nearest centroid.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Samples, float32 or float64; other real types become float64.
    centroids : array-like of shape (n_clusters, n_features)

    Returns
    -------
    labels : ndarray of shape (n_samples,), int32
        Index of the nearest centroid; of several equally near ones, the
        lowest index.

    Raises
    ------
    ValueError
        If an argument is not 2-D, is empty, holds NaN or infinity, or if
        the numbers of features differ.

    Notes
    -----
    The first half-step of Lloyd's algorithm [1]_. Distances are taken from
    differences, never from the expanded square, so they keep their accuracy
    however far the data lie from the origin.

    References
    ----------
    .. [1] Lloyd, S. P. (1982). Least squares quantization in PCM. IEEE
       Transactions on Information Theory, 28(2), 129-137.
       doi:10.1109/TIT.1982.1056489

    Examples
    --------
    >>> assign([[0.0], [1.0], [2.0], [9.0]], centroids=[[0.0], [2.0]])
    array([0, 0, 1, 1], dtype=int32)
    """
    X = check_samples(X)
    return core.assign(X, check_centroids(centroids, X))


def update(X, labels, n_clusters, *, centroids=None, sample_weight=None):
    """Move each centroid to the mean of its samples.

    A cluster without samples is given the sample that lies farthest from
    its own centroid, which leaves its old cluster. Of several such
    clusters each gets one sample.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    labels : array-like of shape (n_samples,), integers below `n_clusters`
    n_clusters : int
    centroids : array-like of shape (n_clusters, n_features), optional
        The centroids the labels were assigned to. They matter only when a
        cluster is empty: "farthest" is measured from them, or from the new
        means if they are not given.
    sample_weight : array-like of shape (n_samples,), optional
        Weights, not negative; a sample of weight 2 counts like two samples.
        A cluster is empty when the weights of its samples sum to 0.

    Returns
    -------
    centroids : ndarray of shape (n_clusters, n_features), dtype of `X`

    Raises
    ------
    ValueError
        If `labels` are not integers between 0 and ``n_clusters - 1``, if
        `n_clusters` is not between 1 and n_samples, or if another argument
        has a wrong shape or value.

    Notes
    -----
    The second half-step of Lloyd's algorithm [1]_. If every sample already
    lies on its centroid, nobody is far away, and an empty cluster is put
    on the centroid of the largest one, as scikit-learn does.

    References
    ----------
    .. [1] Lloyd, S. P. (1982). Least squares quantization in PCM. IEEE
       Transactions on Information Theory, 28(2), 129-137.
       doi:10.1109/TIT.1982.1056489

    Examples
    --------
    >>> update([[0.0], [1.0], [8.0]], labels=[0, 0, 1], n_clusters=2)
    array([[0.5],
           [8. ]])

    Cluster 1 is empty here, so it gets the sample at 8:

    >>> update([[0.0], [1.0], [8.0]], labels=[0, 0, 0], n_clusters=2)
    array([[0.5],
           [8. ]])
    """
    X = check_samples(X)
    n_clusters = check_n_clusters(n_clusters, len(X))
    labels = check_labels(labels, X, n_clusters)
    weight = check_sample_weight(sample_weight, X)
    if centroids is None:
        centroids = core.means(X, labels, n_clusters, weight)
    else:
        centroids = check_centroids(centroids, X, n_clusters)
    labels = core.fill_empty(X, labels, centroids, weight)
    return core.means(X, labels, n_clusters, weight)


def inertia(X, centroids, labels=None, *, sample_weight=None):
    """Sum the squared distances of the samples to their centroids.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    centroids : array-like of shape (n_clusters, n_features)
    labels : array-like of shape (n_samples,), optional
        Which centroid each sample is measured from; by default the nearest.
    sample_weight : array-like of shape (n_samples,), optional
        Weights by which the squared distances are multiplied.

    Returns
    -------
    inertia : float
        The k-means objective, in squared units of the features.

    Raises
    ------
    ValueError
        If an argument has a wrong shape or value.

    Notes
    -----
    Also called within-cluster sum of squares (WCSS) or distortion [1]_.

    References
    ----------
    .. [1] MacQueen, J. (1967). Some methods for classification and analysis
       of multivariate observations. Proceedings of the Fifth Berkeley
       Symposium on Mathematical Statistics and Probability, 1, 281-297.

    Examples
    --------
    >>> inertia([[0.0], [1.0], [8.0]], centroids=[[0.5], [8.0]])
    0.5
    """
    X = check_samples(X)
    centroids = check_centroids(centroids, X)
    if labels is None:
        labels = core.assign(X, centroids)
    else:
        labels = check_labels(labels, X, len(centroids))
    weight = check_sample_weight(sample_weight, X)
    return core.inertia(X, centroids, labels, weight)


def lloyd(
    X,
    centroids,
    *,
    max_iter=300,
    tol=0.0,
    sample_weight=None,
    record=False,
):
    """Run Lloyd's algorithm from given centroids.

    Assign each sample to its nearest centroid, move each centroid to the
    mean of its samples, and repeat until no label changes.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Samples, float32 or float64; other real types become float64. Never
        written to.
    centroids : array-like of shape (n_clusters, n_features)
        The start. At most n_samples rows.
    max_iter : int, default=300
        Cap on the number of iterations.
    tol : float, default=0.0
        Stop as well when the squared movements of all centroids in one
        update sum to `tol` or less, in squared units of the features.
    sample_weight : array-like of shape (n_samples,), optional
        Weights, not negative; a sample of weight 2 counts like two samples.
    record : bool, default=False
        Keep every half-step in ``history``.

    Returns
    -------
    result : LloydResult
        With ``centroids``, ``labels``, ``inertia``, ``n_iter``,
        ``converged``, ``stopped_by`` and ``history``. The labels always
        belong to the returned centroids.

    Raises
    ------
    ValueError
        If an argument has a wrong shape or value; the message says which
        and what it needs.

    Notes
    -----
    The algorithm of [1]_. An empty cluster is handed the sample farthest
    from its own centroid before the means are taken, so no cluster is
    lost and the objective still never rises over a half-step.

    References
    ----------
    .. [1] Lloyd, S. P. (1982). Least squares quantization in PCM. IEEE
       Transactions on Information Theory, 28(2), 129-137.
       doi:10.1109/TIT.1982.1056489

    Examples
    --------
    >>> X = [[0.0], [1.0], [8.0], [9.0]]
    >>> result = lloyd(X, centroids=[[0.0], [1.0]], record=True)
    >>> result.centroids.ravel(), result.labels, result.inertia
    (array([0.5, 8.5]), array([0, 0, 1, 1], dtype=int32), 1.0)
    >>> [(step.half, step.objective) for step in result.history]
    [('assign', 113.0), ('update', 38.0), ('assign', 14.0), \
('update', 1.0), ('assign', 1.0)]
    """
    X = check_samples(X)
    centroids = check_centroids(centroids, X)
    check_n_clusters(len(centroids), len(X), "the number of centroids")
    max_iter = check_count(max_iter, "max_iter")
    tol = check_tol(tol)
    weight = check_sample_weight(sample_weight, X)
    return core.lloyd(X, centroids, max_iter, tol, weight, record)
