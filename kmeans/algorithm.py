"""Lloyd's algorithm: assign, update, repeat.

Everything here works on samples ``X`` of shape (n_samples, n_features) and
``centroids`` of shape (n_clusters, n_features). The public functions check
their input and call the private cores at the end of the module, which are
the whole algorithm.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.spatial.distance import cdist

from kmeans.validation import (
    check_centroids,
    check_count,
    check_labels,
    check_n_clusters,
    check_sample_weight,
    check_samples,
    check_tol,
)

# Distances are computed for as many samples at a time as keep the table of
# distances at one megabyte, which stays in the processor's cache.
_BLOCK_ENTRIES = 2**17
# Up to this many entries, a table of memberships is not stored sparse.
_SMALL_TABLE = 2**14


@dataclass(frozen=True, eq=False)
class HalfStep:
    """What Lloyd's algorithm holds after one assignment or one update.

    Attributes
    ----------
    half : {"assign", "update"}
        Which half of an iteration has just been done.
    centroids : ndarray of shape (n_clusters, n_features)
    labels : ndarray of shape (n_samples,), int32
    objective : float
        Inertia of these labels with these centroids, in squared units
        of the features.
    n_changed : int
        Samples whose label differs from the half-step before. An update
        changes a label only when it hands a sample to an empty cluster.
        All samples in the first assignment.
    shift : float
        How far the centroids moved in this half-step: the square root of
        the sum of their squared movements. 0 in an assignment.
    """

    half: str
    centroids: np.ndarray
    labels: np.ndarray
    objective: float
    n_changed: int
    shift: float


@dataclass(frozen=True, eq=False)
class LloydResult:
    """What `lloyd` returns.

    Attributes
    ----------
    centroids : ndarray of shape (n_clusters, n_features)
    labels : ndarray of shape (n_samples,), int32
        The assignment of the samples to exactly these centroids.
    inertia : float
        Sum of squared distances of the samples to their centroid.
    n_iter : int
        Iterations begun, counted as scikit-learn counts them: the
        assignment that finds nothing to change is the last one.
    converged : bool
        True if one more update and assignment would change no label.
    stopped_by : {"labels", "shift", "max_iter"}
        The rule that ended the run: no label changed, the centroids moved
        by no more than the tolerance, or the cap on iterations fired.
    history : tuple of HalfStep or None
        Every half-step from the first assignment to the last one, if
        `lloyd` was called with ``record=True``.
    """

    centroids: np.ndarray
    labels: np.ndarray
    inertia: float
    n_iter: int
    converged: bool
    stopped_by: str
    history: tuple[HalfStep, ...] | None = None


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
    return _assign(X, check_centroids(centroids, X))


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
        centroids = _means(X, labels, n_clusters, weight)
    else:
        centroids = check_centroids(centroids, X, n_clusters)
    labels = _fill_empty(X, labels, centroids, weight)
    return _means(X, labels, n_clusters, weight)


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
        labels = _assign(X, centroids)
    else:
        labels = check_labels(labels, X, len(centroids))
    return _inertia(
        X, centroids, labels, check_sample_weight(sample_weight, X)
    )


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
    return _lloyd(X, centroids, max_iter, tol, weight, record)


# The cores: the whole algorithm, on checked input.


def _lloyd(X, centroids, max_iter, tol, weight, record=False):
    history = []

    def note(half, labels):
        if record:
            last = history[-1] if history else None
            history.append(
                _half_step(half, X, centroids, labels, weight, last)
            )

    labels = _assign(X, centroids)
    note("assign", labels)
    previous, stopped_by = None, "max_iter"
    for n_iter in range(1, max_iter + 1):
        members = _fill_empty(X, labels, centroids, weight)
        if np.array_equal(members, previous):
            stopped_by = "labels"
            break
        moved = _means(X, members, len(centroids), weight)
        shift = np.square(moved - centroids, dtype=float).sum()
        centroids, previous = moved, members
        note("update", members)
        labels = _assign(X, centroids)
        note("assign", labels)
        if shift <= tol:
            stopped_by = "shift"
            break
    members = _fill_empty(X, labels, centroids, weight)
    return LloydResult(
        centroids=centroids,
        labels=labels,
        inertia=_inertia(X, centroids, labels, weight),
        n_iter=n_iter,
        converged=np.array_equal(members, previous),
        stopped_by=stopped_by,
        history=tuple(history) if record else None,
    )


def _assign(X, centroids):
    labels = np.empty(len(X), dtype=np.int32)
    step = max(1, _BLOCK_ENTRIES // len(centroids))
    for first in range(0, len(X), step):
        rows = slice(first, first + step)
        distances = cdist(X[rows], centroids, "sqeuclidean")
        labels[rows] = distances.argmin(axis=1)
    return labels


def _means(X, labels, n_clusters, weight):
    members = _membership(labels, n_clusters, weight)
    # Random labels are int64, which a 32-bit Python, such as that of a
    # browser, does not count unless asked to.
    indices = labels.astype(np.intp, copy=False)
    size = np.bincount(indices, weight, n_clusters)
    divisor = np.where(size > 0, size, 1)[:, np.newaxis]
    means = members @ X / divisor
    # Far from the origin the sums above round; what they lost is the mean
    # of the residuals, which are small and round little.
    means += members @ (X - means[labels]) / divisor
    means[size == 0] = means[size.argmax()]
    return means.astype(X.dtype, copy=False)


def _membership(labels, n_clusters, weight):
    # Row j holds the weights of the samples of cluster j and zeros. Large
    # tables are mostly zeros; small ones are quicker written out.
    if len(labels) * n_clusters <= _SMALL_TABLE:
        return (labels == np.arange(n_clusters)[:, np.newaxis]) * weight
    by_sample = weight, labels, np.arange(len(labels) + 1)
    return csr_array(by_sample, (len(labels), n_clusters)).T


def _fill_empty(X, labels, centroids, weight):
    size = np.bincount(labels, weight, len(centroids))
    empty = np.flatnonzero(size == 0)
    if not len(empty):
        return labels
    distances = _squared_distances(X, centroids, labels)
    distances[weight == 0] = 0
    if distances.max() == 0:
        return labels
    # scikit-learn's selection, so that both fill in the same order.
    farthest = np.argpartition(distances, -len(empty))
    labels = labels.copy()
    labels[farthest[: -len(empty) - 1 : -1]] = empty
    return labels


def _inertia(X, centroids, labels, weight):
    return float(_squared_distances(X, centroids, labels) @ weight)


def _squared_distances(X, centroids, labels):
    return np.square(np.subtract(X, centroids[labels], dtype=float)).sum(
        axis=1
    )


def _half_step(half, X, centroids, labels, weight, last):
    return HalfStep(
        half=half,
        centroids=centroids,
        labels=labels,
        objective=_inertia(X, centroids, labels, weight),
        n_changed=len(X)
        if last is None
        else int((labels != last.labels).sum()),
        shift=0.0
        if last is None
        else float(
            np.linalg.norm(np.subtract(centroids, last.centroids, dtype=float))
        ),
    )
