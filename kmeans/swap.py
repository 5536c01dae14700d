"""Random swap: out of a bad minimum, one centroid at a time.

Lloyd's algorithm moves every centroid a little and none far. A swap takes
one centroid away and puts it down on a sample somewhere else. Most swaps
help nothing; the search is good because each costs next to nothing: only
the neighborhoods of the two places are clustered anew.
"""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import cdist

from kmeans.core import is_better
from kmeans.fast import Samples, fast_lloyd
from kmeans.progress import progress
from kmeans.validation import (
    check_centroids,
    check_count,
    check_n_clusters,
    check_rng,
    check_sample_weight,
    check_samples,
    check_tol,
)

# Lloyd iterations on the start, and at most as many after each swap. With
# fewer, many a good swap is judged before it has shown what it is worth.
_ITERATIONS = 10
# A swap is given up after an iteration that leaves the inertia above the best
# by more than so many times what its update of the means has gained. These
# spare two thirds of the iterations and hardly a swap that would be kept.
_PATIENCE = (1,) + (8,) * (_ITERATIONS - 1)
# A table of distances up to this size is quicker computed than reduced.
_SMALL_TABLE = 2**14
# What the triangle inequality rules out is ruled out by more than rounding.
_SLACK = 1 + 1e-9


@dataclass(frozen=True, eq=False)
class SwapResult:
    """What `random_swap` returns.

    Attributes
    ----------
    centroids : ndarray of shape (n_clusters, n_features)
    labels : ndarray of shape (n_samples,), int32
        The assignment of the samples to exactly these centroids.
    inertia : float
        Sum of squared distances of the samples to their centroid.
    n_iter : int
        Iterations of the last run of Lloyd's algorithm.
    converged : bool
        True if one more update and assignment would change no label.
    stopped_by : {"labels", "shift", "max_iter"}
        The rule that ended the last run of Lloyd's algorithm.
    n_tried : int
        Swaps tried; fewer than asked for if the search was interrupted.
    history : tuple of (int, float)
        The inertia after each swap that was kept, with the number of swaps
        tried by then; the first entry, at 0, is before the first swap.
    """

    centroids: np.ndarray
    labels: np.ndarray
    inertia: float
    n_iter: int
    converged: bool
    stopped_by: str
    n_tried: int
    history: tuple[tuple[int, float], ...]


def random_swap(
    X,
    centroids,
    *,
    n_swaps,
    rng=None,
    sample_weight=None,
    max_iter=300,
    tol=0.0,
):
    """Improve centroids by moving random ones onto random samples.

    A swap takes a random centroid away, puts it on a random sample and runs
    a few Lloyd iterations. If the inertia has fallen, the result is kept.
    After the last swap, Lloyd's algorithm runs until no label changes.

    The centroid is drawn with equal chances, the sample as in k-means++:
    the chance of each is its share of the inertia.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    centroids : array-like of shape (n_clusters, n_features)
        The start; ten Lloyd iterations are made before the first swap.
    n_swaps : int
        The budget: how many swaps to try.
    rng : numpy.random.Generator, int or None
        Source of the draws; an integer makes them repeatable.
    sample_weight : array-like of shape (n_samples,), optional
        Weights, not negative; a sample of weight 2 counts like two samples.
    max_iter : int, default=300
        Cap on the iterations after the last swap.
    tol : float, default=0.0
        Tolerance of the iterations after the last swap, as in `lloyd`.

    Returns
    -------
    result : SwapResult

    Raises
    ------
    ValueError
        If an argument has a wrong shape or value.

    Notes
    -----
    The search of [1]_, analyzed in [2]_; to draw the sample by its share of
    the inertia is the idea of [3]_. With equal chances, most swaps would end
    where a cluster is already compact.

    On a long budget a progress bar is shown in an interactive session. An
    interrupt (Ctrl-C) ends the search and returns the best centroids found
    so far.

    The iterations after a swap are local. They look at the samples of the
    clusters whose centroid has just moved, and of those that a moved
    centroid can take samples from: by the triangle inequality, it takes
    none from a cluster whose centroid is at least twice as far away as that
    cluster's farthest sample. (A small table of distances is computed as a
    whole.) There are at most ten iterations; a swap is given up earlier when
    the inertia, compared with the best, is too high for what the last update
    of the means has gained.

    References
    ----------
    .. [1] Fränti, P. and Kivijärvi, J. (2000). Randomised local search
       algorithm for the clustering problem. Pattern Analysis and
       Applications, 3(4), 358-369. doi:10.1007/s100440070007
    .. [2] Fränti, P. (2018). Efficiency of random swap clustering. Journal
       of Big Data, 5, 13. doi:10.1186/s40537-018-0122-y
    .. [3] Lattanzi, S. and Sohler, C. (2019). A better k-means++ algorithm
       via local search. Proceedings of the 36th International Conference on
       Machine Learning, PMLR 97, 3662-3671.

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
    check_n_clusters(len(centroids), len(X), "the number of centroids")
    n_swaps = check_count(n_swaps, "n_swaps")
    rng = check_rng(rng)
    weight = check_sample_weight(sample_weight, X)
    max_iter = check_count(max_iter, "max_iter")
    tol = check_tol(tol)

    samples = Samples(X, None if sample_weight is None else weight)
    start = fast_lloyd(samples, centroids, _ITERATIONS, 0.0)
    best = Partition(X, weight, start.centroids, start.labels)
    clusters = rng.choice(len(centroids), n_swaps)
    places = rng.random(n_swaps)
    shares = best.shares()
    n_tried, history = 0, [(0, best.inertia())]
    try:
        for step in progress(range(n_swaps), "swaps"):
            sample = shares.searchsorted(places[step] * shares[-1])
            trial = try_swap(best, clusters[step], sample)
            n_tried = step + 1
            if is_better(trial.inertia(), best.inertia()):
                best, shares = trial, trial.shares()
                history.append((n_tried, best.inertia()))
    except KeyboardInterrupt:
        pass
    end = fast_lloyd(samples, best.centroids, max_iter, tol)
    return SwapResult(
        centroids=end.centroids,
        labels=end.labels,
        inertia=end.inertia,
        n_iter=end.n_iter,
        converged=end.converged,
        stopped_by=end.stopped_by,
        n_tried=n_tried,
        history=tuple(history),
    )


def try_swap(partition, cluster, sample):
    """Give the partition after one swap and the iterations it deserves."""
    trial = partition.copy()
    trial.centroids[cluster] = trial.X[sample]
    moved, origins = np.array([cluster]), partition.centroids[[cluster]]
    for patience in _PATIENCE:
        moved, gain = trial.iterate(moved, origins)
        gap = trial.inertia() - partition.inertia()
        if not len(moved) or gap > patience * gain:
            break
        origins = trial.centroids[moved]
    return trial


class Partition:
    """Samples in clusters, kept so that a local change is local work.

    Attributes
    ----------
    centroids : ndarray of shape (n_clusters, n_features)
        The means of the clusters. An empty cluster keeps the centroid it
        had, until a swap takes it or the last run of Lloyd's algorithm
        fills the cluster.
    members : list of ndarray
        The rows of `X` in each cluster; `size` holds their numbers.
    distances : list of ndarray
        The squared distances of the members to their centroid.
    radius, cost : ndarray of shape (n_clusters,)
        The largest distance to the centroid; the weighted sum of the
        squared ones.
    """

    def __init__(self, X, weight, centroids, labels):
        n_clusters = len(centroids)
        self.X, self.weight = X, weight
        self.centroids = centroids.astype(float)
        self.members = [np.empty(0, dtype=int)] * n_clusters
        self.distances = [np.empty(0)] * n_clusters
        self.size = np.zeros(n_clusters, dtype=int)
        self.radius, self.cost = np.zeros((2, n_clusters))
        self.fill(np.arange(n_clusters), np.arange(len(X)), labels)

    def copy(self):
        """Copy what a swap changes."""
        # The arrays of samples are never written to, only replaced.
        twin = object.__new__(Partition)
        twin.X, twin.weight = self.X, self.weight
        twin.centroids = self.centroids.copy()
        twin.members = self.members.copy()
        twin.distances = self.distances.copy()
        twin.size = self.size.copy()
        twin.radius, twin.cost = self.radius.copy(), self.cost.copy()
        return twin

    def inertia(self):
        """Add up the costs."""
        return self.cost.sum()

    def shares(self):
        """Add up the samples' shares of the inertia, in their order."""
        everyone = np.arange(len(self.size))
        shares = np.empty(len(self.X))
        shares[_join(self.members, everyone)] = _join(self.distances, everyone)
        return (shares * self.weight).cumsum()

    def iterate(self, moved, origins):
        """Assign and update where some centroids have moved.

        Parameters
        ----------
        moved : ndarray of int
            The clusters whose centroid is no longer where it was when their
            neighbors last chose.
        origins : ndarray of shape (len(moved), n_features)
            From where their `radius` was measured.

        Returns
        -------
        touched : ndarray of int
            The clusters that lost or won samples, so have moved now.
        gain : float
            By how much the update of the means has lowered the inertia.
        """
        centroids = self.centroids
        if len(self.X) * len(centroids) <= _SMALL_TABLE:
            moved = rivals = np.arange(len(centroids))
            near = moved[:0]
        else:
            rivals, near = self._reachable(moved, origins)
        rows, old = self._rows(moved)
        table = cdist(self.X[rows], centroids[rivals], "sqeuclidean")
        new = rivals[table.argmin(axis=1)]
        if len(near):
            # These can only leave for a moved centroid.
            near_rows, near_old = self._rows(near)
            table = cdist(self.X[near_rows], centroids[moved], "sqeuclidean")
            leave = table.min(axis=1) < _join(self.distances, near)
            near_new = np.where(leave, moved[table.argmin(axis=1)], near_old)
            rows = np.concatenate([rows, near_rows])
            old = np.concatenate([old, near_old])
            new = np.concatenate([new, near_new])

        changed = old != new
        touched = np.zeros(len(centroids), dtype=bool)
        touched[old[changed]] = touched[new[changed]] = True
        keep = touched[new]
        others = touched.copy()
        others[moved] = others[near] = False
        other_rows, other_labels = self._rows(others.nonzero()[0])
        rows = np.concatenate([rows[keep], other_rows])
        labels = np.concatenate([new[keep], other_labels])
        touched = touched.nonzero()[0]
        return touched, self.fill(touched, rows, labels)

    def _reachable(self, moved, origins):
        """Find the clusters that samples can go to, and come from.

        Returns
        -------
        rivals : ndarray of int
            Every cluster that a sample of a moved cluster may choose.
        near : ndarray of int
            Every other cluster that a moved centroid may take samples from.
        """
        reach = 2 * _SLACK * self.radius
        # A centroid beyond this is farther from every sample of the cluster
        # than the one that is nearest to the origin.
        gaps = cdist(self.centroids, origins)
        rivals = (gaps <= reach[moved] + gaps.min(axis=0)).any(axis=1)
        gaps = cdist(self.centroids, self.centroids[moved])
        near = gaps.min(axis=1) < reach
        near[moved] = False
        return rivals.nonzero()[0], near.nonzero()[0]

    def _rows(self, clusters):
        rows = _join(self.members, clusters)
        return rows, clusters.repeat(self.size[clusters])

    def fill(self, clusters, rows, labels):
        """Give clusters exactly these rows; return what the means gain."""
        order = labels.argsort(kind="stable")
        rows = rows[order]
        sizes = np.bincount(labels, minlength=len(self.size))[clusters]
        ends = sizes.cumsum()
        starts = ends - sizes

        filled = sizes > 0
        owners, first = clusters[filled], starts[filled]
        repeats = sizes[filled]
        weight = self.weight[rows]
        mass = np.add.reduceat(weight, first)
        away = self.X[rows] - self.centroids[owners].repeat(repeats, axis=0)
        shift = np.add.reduceat(away * weight[:, np.newaxis], first)
        shift /= np.where(mass > 0, mass, 1)[:, np.newaxis]
        away -= shift.repeat(repeats, axis=0)
        distances = np.vecdot(away, away)

        self.centroids[owners] += shift
        self.size[clusters] = sizes
        self.cost[clusters] = self.radius[clusters] = 0
        self.cost[owners] = np.add.reduceat(distances * weight, first)
        self.radius[owners] = np.sqrt(np.maximum.reduceat(distances, first))
        ranges = map(slice, starts.tolist(), ends.tolist())
        for j, part in zip(clusters.tolist(), ranges, strict=True):
            self.members[j] = rows[part]
            self.distances[j] = distances[part]
        return mass @ np.vecdot(shift, shift)


def _join(arrays, clusters):
    parts = [arrays[j] for j in clusters.tolist()]
    return np.concatenate(parts) if parts else arrays[0][:0]
