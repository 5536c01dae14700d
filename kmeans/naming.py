"""Names for clusters: the numbers of clusters mean nothing, so fix them.

Which cluster is called 0 depends on the start. Colors and tables need
names that do not swap between runs, versions and machines.
"""

import numpy as np
from scipy.optimize import linear_sum_assignment

from kmeans.validation import check_labeling, check_points

# The largest label.
_LARGEST = np.iinfo(np.int32).max


def canonical_order(centroids):
    """Give the order that sorts centroids by their coordinates.

    Parameters
    ----------
    centroids : array-like of shape (n_clusters, n_features)

    Returns
    -------
    order : ndarray of shape (n_clusters,), int
        ``centroids[order]`` is sorted by the first feature, equal ones by
        the second, and so on. Coordinates that differ by less than about a
        millionth of the spread of the centroids count as equal, so that
        rounding does not decide.

    Raises
    ------
    ValueError
        If `centroids` is not a finite 2-D array.

    Examples
    --------
    >>> centroids = np.array([[5.0, 0.0], [1.0, 2.0], [1.0, 1.0]])
    >>> order = canonical_order(centroids)
    >>> centroids[order]
    array([[1., 1.],
           [1., 2.],
           [5., 0.]])

    Labels follow by the inverse of the order:

    >>> labels = np.array([0, 1, 2, 2])
    >>> np.argsort(order)[labels]
    array([2, 1, 0, 0])
    """
    centroids = check_points(centroids, "centroids")
    noise = 1e-6 * np.ptp(centroids, axis=0).max()
    # Ranks go up only where sorted neighbors are apart by more than noise;
    # a grid of steps would part equal coordinates that straddle a step.
    order = centroids.argsort(axis=0)
    gaps = np.diff(np.take_along_axis(centroids, order, 0), axis=0) > noise
    ranks = np.zeros(centroids.shape, dtype=int)
    np.put_along_axis(ranks, order[1:], gaps.cumsum(axis=0), axis=0)
    return np.lexsort(ranks.T[::-1])


def match_labels(labels, reference):
    """Rename clusters so that they agree with a reference labeling.

    Parameters
    ----------
    labels : array-like of shape (n_samples,), integers from 0
        The labeling to rename.
    reference : array-like of shape (n_samples,), integers from 0
        The labeling whose names are wanted.

    Returns
    -------
    renamed : ndarray of shape (n_samples,), int32
        `labels` under the one-to-one renaming that makes as many samples
        as possible agree with `reference`. Clusters without a partner get
        numbers that no other cluster has.

    Raises
    ------
    ValueError
        If the two are not 1-D integer arrays of one length, from 0.

    Notes
    -----
    An assignment problem on the table of common samples, solved exactly
    [1]_.

    References
    ----------
    .. [1] Kuhn, H. W. (1955). The Hungarian method for the assignment
       problem. Naval Research Logistics Quarterly, 2(1-2), 83-97.
       doi:10.1002/nav.3800020109

    Examples
    --------
    >>> match_labels([2, 2, 0, 0, 1], reference=[0, 0, 1, 1, 1])
    array([0, 0, 1, 1, 2], dtype=int32)
    """
    labels = _check_numbers(labels, "labels")
    reference = _check_numbers(reference, "reference")
    if len(labels) != len(reference):
        raise ValueError(
            "labels and reference must label the same samples, got "
            f"{len(labels)} and {len(reference)} entries"
        )
    clusters, rows = np.unique(labels, return_inverse=True)
    names, columns = np.unique(reference, return_inverse=True)
    # A square table gives every cluster a partner, if need be a name that
    # the reference does not use.
    size = max(len(clusters), len(names))
    unused = np.setdiff1d(np.arange(size), names)[: size - len(names)]
    names = np.concatenate([names, unused])
    common = np.zeros((size, size), dtype=int)
    np.add.at(common, (rows, columns), 1)
    _, partners = linear_sum_assignment(common, maximize=True)
    return names[partners][rows].astype(np.int32)


def _check_numbers(labels, name):
    labels = check_labeling(labels, name=name)
    if labels.min() < 0 or labels.max() > _LARGEST:
        raise ValueError(
            f"{name} must lie between 0 and {_LARGEST}, got values from "
            f"{labels.min()} to {labels.max()}"
        )
    return labels
