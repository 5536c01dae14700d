"""Random swap: out of a bad minimum, one centroid at a time.

Lloyd's algorithm moves every centroid a little and none far. A swap takes
one centroid away and puts it down on a sample somewhere else; what gets
better is kept.
"""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import cdist

from kmeans.algorithm import _inertia, _lloyd, _means
from kmeans.progress import progress
from kmeans.validation import (
    check_centroids,
    check_count,
    check_n_clusters,
    check_rng,
    check_sample_weight,
    check_samples,
)

# Lloyd iterations after a swap that was kept, before the next is tried.
_SETTLING_ITERATIONS = 10


@dataclass(frozen=True)
class SwapResult:
    """What `random_swap` returns.

    Attributes
    ----------
    centroids : ndarray of shape (n_clusters, n_features)
    labels : ndarray of shape (n_samples,), int32
        The assignment of the samples to exactly these centroids.
    inertia : float
        Sum of squared distances of the samples to their centroid.
    n_tried : int
        Swaps tried; fewer than asked for if the search was interrupted.
    n_kept : int
        Swaps that lowered the inertia.
    history : tuple of (int, float)
        The inertia after each swap that was kept, with the number of swaps
        tried by then; the first entry, at 0, is the start.
    """

    centroids: np.ndarray
    labels: np.ndarray
    inertia: float
    n_tried: int
    n_kept: int
    history: tuple[tuple[int, float], ...]


def random_swap(X, centroids, *, n_swaps, rng=None, sample_weight=None):
    """Improve centroids by moving random ones onto random samples.

    A swap takes a random centroid away and puts it on a random sample. The
    samples are assigned anew and the means taken; if the inertia has fallen,
    the swap is kept and followed by two more Lloyd iterations. After the
    last swap, Lloyd's algorithm runs until no label changes.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    centroids : array-like of shape (n_clusters, n_features)
        The start; Lloyd's algorithm is run on it first.
    n_swaps : int
        The budget: how many swaps to try.
    rng : numpy.random.Generator, int or None
        Source of the draws; an integer makes them repeatable.
    sample_weight : array-like of shape (n_samples,), optional
        Weights, not negative; a sample of weight 2 counts like two samples.

    Returns
    -------
    result : SwapResult

    Raises
    ------
    ValueError
        If an argument has a wrong shape or value.

    Notes
    -----
    The search of [1]_, analyzed in [2]_. On a long budget a progress bar is
    shown in an interactive session. An interrupt (Ctrl-C) ends the search
    and returns the best centroids found so far.

    Most of a swap costs nothing: only the samples of the removed centroid,
    and samples nearer to the new one than to their own, change cluster. A
    cluster in which no sample can be nearer is ruled out as a whole, by the
    triangle inequality, and its sums stay as they are.

    References
    ----------
    .. [1] Fränti, P. and Kivijärvi, J. (2000). Randomised local search
       algorithm for the clustering problem. Pattern Analysis and
       Applications, 3(4), 358-369. doi:10.1007/s100440070007
    .. [2] Fränti, P. (2018). Efficiency of random swap clustering. Journal
       of Big Data, 5, 13. doi:10.1186/s40537-018-0122-y

    Examples
    --------
    Two centroids share the left group, and Lloyd's algorithm alone cannot
    free one of them:

    >>> X = [[0.0], [1.0], [8.0], [9.0], [20.0], [21.0]]
    >>> stuck = [[0.0], [1.0], [14.5]]
    >>> result = random_swap(X, stuck, n_swaps=20, rng=0)
    >>> result.inertia, sorted(result.centroids.ravel().tolist())
    (1.5, [0.5, 8.5, 20.5])
    """
    X = check_samples(X)
    centroids = check_centroids(centroids, X)
    check_n_clusters(len(centroids), len(X))
    n_swaps = check_count(n_swaps, "n_swaps")
    rng = check_rng(rng)
    weight = check_sample_weight(sample_weight, X)

    state = _State(X, weight, _settle(X, centroids, weight))
    history = [(0, state.inertia)]
    n_tried = 0
    clusters = rng.choice(len(centroids), n_swaps)
    samples = rng.choice(len(X), n_swaps)
    try:
        for n_tried in progress(range(1, n_swaps + 1), "swaps"):
            swapped = state.swap(clusters[n_tried-1], samples[n_tried-1])
            if swapped is not None:
                settled = _settle(X, swapped, weight, _SETTLING_ITERATIONS)
                if settled.inertia < state.inertia * (1 - 1e-12):
                    state = _State(X, weight, settled)
                    history.append((n_tried, state.inertia))
    except KeyboardInterrupt:
        pass
    final = _settle(X, state.centroids, weight)
    return SwapResult(
        centroids=final.centroids,
        labels=final.labels,
        inertia=final.inertia,
        n_tried=n_tried,
        n_kept=len(history) - 1,
        history=tuple(history),
    )


def _settle(X, centroids, weight, max_iter=300):
    return _lloyd(X, centroids, max_iter, 0.0, weight)


RATE = 2.0
STAT=[0,0]

class _State:
    """The clustering that swaps are tried on, and what it saves them."""

    def __init__(self, X, weight, result):
        self.X, self.weight = X, weight
        self.centroids, self.labels = result.centroids, result.labels
        self.inertia = result.inertia
        n_clusters = len(self.centroids)
        by_cluster = np.argsort(self.labels, kind="stable")
        ends = np.cumsum(np.bincount(self.labels, minlength=n_clusters))
        self.members = np.split(by_cluster, ends[:-1])
        self.nearest = np.square(X - self.centroids[self.labels]).sum(axis=1)
        weighted = self.nearest * weight
        self.cost = np.bincount(self.labels, weighted, n_clusters)
        self.radius = np.zeros(n_clusters)
        np.maximum.at(self.radius, self.labels, np.sqrt(self.nearest))
        self.second = {}

    def swap(self, cluster, sample):
        """Move the centroid of `cluster` onto `sample`, update, compare.

        Returns the centroids after the update, or None if the inertia did
        not fall.
        """
        X, place = self.X, self.X[sample]
        # x leaves its centroid c for the place p only if |x - p| < |x - c|,
        # which needs |c - p| < 2 |x - c|.
        reach = np.sqrt(_square_lengths(self.centroids - place))
        reachable = reach < 2 * self.radius
        reachable[cluster] = False
        rows = self._rows(np.flatnonzero(reachable))
        rows = rows[_square_lengths(X[rows] - place) < self.nearest[rows]]

        orphans = self.members[cluster]
        home, distance = self._second_nearest(cluster)
        leave = distance < _square_lengths(X[orphans] - place)

        labels = self.labels.copy()
        labels[rows] = cluster
        labels[orphans[leave]] = home[leave]
        touched = np.zeros(len(self.centroids), dtype=bool)
        touched[cluster] = True
        touched[self.labels[rows]] = True
        touched[home[leave]] = True
        touched = np.flatnonzero(touched)

        rows = self._rows(touched)
        number = np.searchsorted(touched, labels[rows])
        weight = self.weight[rows]
        means = _means(X[rows], number, len(touched), weight)
        cost = _inertia(X[rows], means, number, weight)
        gap = cost - self.cost[touched].sum()
        moved = self.centroids.copy()
        moved[cluster] = place
        before = _inertia(X[rows], moved, labels[rows], weight)
        STAT[0]+=1
        if gap > RATE * (before - cost):
            return None
        STAT[1]+=1
        centroids = self.centroids.copy()
        centroids[touched] = means
        return centroids

    def _rows(self, clusters):
        if not len(clusters):
            return np.empty(0, dtype=int)
        return np.concatenate([self.members[j] for j in clusters])

    def _second_nearest(self, cluster):
        """Where the samples of a cluster go without it, and how far."""
        if cluster not in self.second:
            distances = cdist(
                self.X[self.members[cluster]], self.centroids, "sqeuclidean"
            )
            distances[:, cluster] = np.inf
            home = distances.argmin(axis=1)
            self.second[cluster] = home, distances.min(axis=1)
        return self.second[cluster]


def _square_lengths(vectors):
    return np.einsum("ij,ij->i", vectors, vectors)
