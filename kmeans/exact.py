"""The true minimum, for tiny sets and for one dimension.

Lloyd's algorithm and its relatives find good minima, but do not know whether
there is a better one. These two functions do, and give the other ones, the
tests and the book a ground truth to be compared with.
"""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import cdist

from kmeans import core
from kmeans.naming import canonical_order
from kmeans.validation import check_n_clusters, check_samples

# The search descends one sample at a time, and Python not deeper than 1000.
_MAX_SAMPLES = 500


@dataclass(frozen=True, eq=False)
class ExactResult:
    """What `exact_kmeans` and `exact_kmeans_1d` return.

    Attributes
    ----------
    centroids : ndarray of shape (n_clusters, n_features)
        Sorted by their first coordinate, then by the next ones.
    labels : ndarray of shape (n_samples,), int32
    inertia : float
        The smallest sum of squared distances that n_clusters centroids can
        have.
    """

    centroids: np.ndarray
    labels: np.ndarray
    inertia: float


def exact_kmeans(X, n_clusters):
    """Find the best of all partitions of a few samples.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        At most 500 samples, but see the cost below.
    n_clusters : int

    Returns
    -------
    result : ExactResult
        If several partitions are best, one of them. No cluster is empty.

    Raises
    ------
    ValueError
        If an argument has a wrong shape or value, or if there are more than
        500 samples.

    Notes
    -----
    The repetitive branch and bound of [1]_. Samples are given to clusters
    one after another. What those that are left will add is at least what
    they would cost if they were alone, with all the clusters to themselves.
    So a branch is cut off as soon as its cost and that bound reach the best
    solution known. The bounds come from solving the problem for the last
    samples first, then with one more, up to all; each solution, with the new
    sample in its cheapest cluster, is the one to beat in the next.

    The time is exponential. On an ordinary computer it is about a hundredth
    of a second for 18 samples in 3 clusters, and less than a second for 40
    in 3 or 25 in 5 without any structure; well-separated clusters take far
    less. An interrupt (Ctrl-C) ends it.

    References
    ----------
    .. [1] Brusco, M. J. (2006). A repetitive branch-and-bound procedure for
       minimum within-cluster sums of squares partitioning. Psychometrika.
       doi:10.1007/s11336-004-1218-1

    Examples
    --------
    >>> from kmeans.datasets import deliveries
    >>> result = exact_kmeans(deliveries().X, n_clusters=3)
    >>> result.inertia
    43.125
    >>> result.centroids
    array([[3.  , 3.  ],
           [6.75, 7.5 ],
           [8.5 , 2.75]])
    """
    X = check_samples(X).astype(float)
    n_clusters = check_n_clusters(n_clusters, len(X))
    if len(X) > _MAX_SAMPLES:
        raise ValueError(
            f"X must have at most {_MAX_SAMPLES} samples for an exact "
            f"search, got {len(X)}; use exact_kmeans_1d for one feature, "
            "random_swap for a good solution"
        )
    table = cdist(X, X, "sqeuclidean")
    order = _spread_first(table)
    labels = np.empty(len(X), dtype=int)
    labels[order] = _search(table[np.ix_(order, order)], n_clusters)
    return _result(X, labels, n_clusters)


def exact_kmeans_1d(x, n_clusters):
    """Find the best of all partitions of numbers.

    Parameters
    ----------
    x : array-like of shape (n_samples,) or (n_samples, 1)
    n_clusters : int

    Returns
    -------
    result : ExactResult
        With ``centroids`` of shape (n_clusters, 1), in rising order. If
        several partitions are best, one of them. No cluster is empty.

    Raises
    ------
    ValueError
        If an argument has a wrong shape or value.

    Notes
    -----
    The dynamic program of [1]_. The best clusters of numbers are intervals,
    and without the last interval the others are best for the numbers they
    hold. So the best partitions of the first i numbers, for every count of
    clusters, follow from those of fewer numbers.

    The time grows with n_clusters * n_samples**2, and the memory with
    n_clusters * n_samples. Costs of intervals are updated number by number
    instead of being differences of large sums, so they are as accurate far
    from the origin as near it.

    References
    ----------
    .. [1] Wang, H. and Song, M. (2011). Ckmeans.1d.dp: optimal k-means
       clustering in one dimension by dynamic programming. The R Journal,
       3(2), 29-33. doi:10.32614/RJ-2011-015

    Examples
    --------
    >>> result = exact_kmeans_1d([8.0, 1.0, 0.0, 9.0, 2.0], n_clusters=2)
    >>> result.labels, result.inertia
    (array([1, 0, 0, 1, 0], dtype=int32), 2.5)
    """
    if np.ndim(x) == 1:
        x = np.reshape(x, (-1, 1))
    X = check_samples(x, "x").astype(float)
    if X.shape[1] != 1:
        raise ValueError(
            f"x must have one feature, got shape {X.shape}; use exact_kmeans "
            "for more"
        )
    n_clusters = check_n_clusters(n_clusters, len(X))
    order = X[:, 0].argsort(kind="stable")
    labels = np.empty(len(X), dtype=int)
    labels[order] = _best_intervals(X[order, 0], n_clusters)
    return _result(X, labels, n_clusters)


def _result(X, labels, n_clusters):
    weight = np.ones(len(X))
    centroids = core.means(X, labels, n_clusters, weight)
    order = canonical_order(centroids)
    centroids = centroids[order]
    labels = order.argsort()[labels].astype(np.int32)
    inertia = core.inertia(X, centroids, labels, weight)
    return ExactResult(centroids, labels, inertia)


def _spread_first(table):
    """Order samples by the maximin rule, so that bounds are high early."""
    order = [int(table.sum(axis=1).argmax())]
    gaps = table[order[0]].copy()
    for _ in range(len(table) - 1):
        gaps[order] = -1
        order.append(int(gaps.argmax()))
        gaps = np.minimum(gaps, table[order[-1]])
    return order


def _search(table, n_clusters):
    """Give a best partition, as labels, from a table of squared distances."""
    n_samples = len(table)
    # At index i, the least that the samples from i on can cost. The last
    # ones cost nothing, as each has a cluster of its own.
    bounds = [0.0] * (n_samples + 1)
    labels = [sample % n_clusters for sample in range(n_samples)]
    for first in range(n_samples - n_clusters - 1, -1, -1):
        bounds[first], labels = _search_from(
            first, table, n_clusters, bounds, labels
        )
    return labels


def _search_from(first, table, n_clusters, bounds, solution):
    """Solve for the samples from `first` on, given how to from the next."""
    best_cost, best_labels = np.inf, None
    nobody = 0, 0.0, np.zeros(len(table))
    labels = solution.copy()
    for labels[first] in range(n_clusters):
        cost = _cost(table[first:, first:], np.array(labels[first:]))
        if cost < best_cost:
            best_cost, best_labels = cost, labels.copy()

    def branch(sample, cost, clusters):
        # Of each cluster: its size, the sum of the squared distances in it,
        # which is its cost times its size, and the sums of the squared
        # distances from it to every sample.
        nonlocal best_cost, best_labels
        if sample == len(table):
            best_cost, best_labels = cost, labels.copy()
            return
        options = []
        n_unused = n_clusters - len(clusters)
        if n_unused > 0:
            options.append((0.0, len(clusters)))
        if n_unused < len(table) - sample:
            for j, (size, within, sums) in enumerate(clusters):
                added = (within + sums[sample]) / (size + 1) - within / size
                options.append((added, j))
        for added, j in sorted(options):
            # Ties that round lower are no improvement, and they are many.
            least = cost + added + bounds[sample + 1]
            if not core.is_better(least, best_cost):
                break
            labels[sample] = j
            size, within, sums = [*clusters, nobody][j]
            grown = size + 1, within + sums[sample], sums + table[sample]
            branch(
                sample + 1,
                cost + added,
                [*clusters[:j], grown, *clusters[j + 1 :]],
            )

    branch(first, 0.0, [])
    return best_cost, best_labels


def _cost(table, labels):
    together = labels[:, np.newaxis] == labels
    return (table * together / together.sum(axis=1)).sum() / 2


def _best_intervals(x, n_clusters):
    """Give a best partition, as labels, of sorted numbers."""
    n_samples = len(x)
    # The least cost of the first i numbers in q clusters, and which number
    # the last of these clusters begins with.
    costs = np.full((n_clusters + 1, n_samples + 1), np.inf)
    costs[0, 0] = 0.0
    begins = np.zeros(costs.shape, dtype=int)
    # Cost and mean of the interval from each number to the newest.
    interval, mean = np.zeros((2, n_samples))
    for end in range(1, n_samples + 1):
        size = np.arange(end, 0, -1)
        gap = x[end - 1] - mean[:end]
        interval[:end] += gap**2 * (size - 1) / size
        mean[:end] += gap / size
        totals = costs[:-1, :end] + interval[:end]
        begins[1:, end] = totals.argmin(axis=1)
        costs[1:, end] = totals.min(axis=1)

    labels = np.empty(n_samples, dtype=int)
    end = n_samples
    for cluster in range(n_clusters, 0, -1):
        begin = begins[cluster, end]
        labels[begin:end] = cluster - 1
        end = begin
    return labels
