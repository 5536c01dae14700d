"""The fast path: what `lloyd` does, at the speed of one matrix product.

`lloyd` compares exact distances. Here they are compared in float32, which
halves the work and the memory, and a bound on its rounding errors tells for
which samples that decides nothing; those few are compared exactly. Four
ideas make it fast, and none of them changes a label:

- In ``|x - c|^2 = |x|^2 + 2 (|c|^2 / 2 - x . c)`` only the bracket, the
  *score*, depends on the centroid. The scores of a chunk of samples are one
  matrix product.
- A table of scores has a row for each *centroid*. The best scores are then
  an elementwise minimum of long rows, which processors do many at a time. A
  chunk is as large as the cache allows.
- Chunks are shared out to threads, each with a BLAS that is held to one
  thread. Results are added in the order of the samples, so that they do not
  depend on the number of threads.
- Once few labels change, each sample has a *gap*: by how much its centroid
  is nearer than any other. Until the centroids have moved that far, it
  keeps its label without being looked at.
"""

import numpy as np
from scipy.spatial.distance import cdist

from kmeans.core import assign as _assign
from kmeans.core import membership as _membership
from kmeans.results import LloydResult
from kmeans.scores import UNIT, Scores, Tables, cluster_index
from kmeans.threads import workers

# Entries in a table of scores. A megabyte of them fits the second-level cache
# of many processors; with fewer, threads that hand each other the interpreter
# too often stand still.
_CHUNK_ENTRIES = 2**18
# Up to so many entries, a table of who joins and leaves is a product too.
_FEW_ENTRIES = 2**16
# Samples that a thread takes at a time, at most, and entries in these.
_PIECE, _PIECE_ENTRIES = 2**14, 2**16
# For tables of distances up to this size, the plain path is the fast one.
SMALL_TABLE = 2**14
# Added to a score, it leaves the race.
_FAR = np.float32(1e38)


def fast_assign(X, centroids):
    """Give the labels of `assign`, for checked input."""
    if len(X) * len(centroids) <= SMALL_TABLE:
        return _assign(X, centroids)
    with workers(X.size * len(centroids)) as run:
        samples = _one_time(X, centroids, None, run)
        return samples.assign(centroids).astype(np.int32)


def fast_inertia(X, centroids, weight=None):
    """Give the inertia with the nearest centroids, for checked input."""
    with workers(X.size * len(centroids)) as run:
        samples = _one_time(X, centroids, weight, run)
        return samples.inertia(samples.assign(centroids), centroids)


def fast_distances(X, centroids, squared=False):
    """Give the distance of each sample to each centroid, for checked input.

    They are right to ten digits, small ones too, and of the type of `X`
    unless they are squared.
    """
    dtype = np.float64 if squared else X.dtype
    distances = np.empty((len(X), len(centroids)), dtype=dtype)
    center = centroids.mean(axis=0, dtype=np.float64)
    away = centroids - center
    squares = np.square(away).sum(axis=1)
    # The rounding of the expanded square, in units of what has rounded, is
    # to be this much smaller than the square.
    limit = 1e10 * (X.shape[1] + 4) * 2.0**-52

    def fill(rows):
        part = X[rows] - center
        size = np.square(part).sum(axis=1, keepdims=True) + squares
        table = part @ (-2 * away.T)
        table += size
        i, j = (table <= limit * size).nonzero()
        table[i, j] = np.square(part[i] - away[j]).sum(axis=1)
        distances[rows] = table if squared else np.sqrt(table)

    def fill_plainly(rows):
        metric = "sqeuclidean" if squared else "euclidean"
        distances[rows] = cdist(X[rows], centroids, metric)

    # With few features, differences are as quick as a matrix product.
    few = X.shape[1] <= 16 or distances.size <= SMALL_TABLE
    rows = cut(len(X), max(64, _CHUNK_ENTRIES // len(centroids)))
    with workers(X.size * len(centroids)) as run:
        list(run(fill_plainly if few else fill, rows))
    return distances


def _one_time(X, centroids, weight, run):
    # Assigned once, samples need no float32 copy, and any center will do.
    center = centroids.mean(axis=0, dtype=np.float64)
    return FastSamples(X, len(centroids), weight, run, center)


class FastSamples:
    """Samples prepared for many fast assignments and updates.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features), float32 or float64
        Finite. Read piece by piece, so that it may be memory-mapped.
    n_clusters : int
    weight : ndarray of shape (n_samples,), optional
        By default, 1 for each sample.
    run : callable, default=map
        Applies a function to the pieces; see `workers`.
    center : ndarray of shape (n_features,), optional
        The origin for float32, by default the mean: the smaller the numbers
        are, the less they round.
    """

    def __init__(self, X, n_clusters, weight=None, run=map, center=None):
        self.X, self.weight, self.run = np.asarray(X), weight, run
        self.index = cluster_index(n_clusters)
        self.step = min(2**16, max(64, _CHUNK_ENTRIES // n_clusters))
        self.pieces = cut(len(X), piece_of(X))
        self.chunks = cut(len(X), self.step)
        self.tables = Tables(n_clusters, min(self.step, len(X)))
        self.center = center
        if center is None:
            self.center = sum(run(self._sum, self.pieces)) / len(X)
        self.stored = self.gap = None
        self.few = 0

    def store(self):
        """Keep the samples in float32, unless they are memory-mapped."""
        if self.stored is not None or _is_memory_mapped(self.X):
            return
        n_samples, n_features = self.X.shape
        stored = np.empty((n_features + 1, n_samples), dtype=np.float32)

        def fill(rows):
            stored[:, rows], radius = self._points(rows)
            return radius

        self.radius = max(self.run(fill, self.chunks))
        self.stored = stored

    def mean_variance(self):
        """Average the variances of the features."""

        def squares(rows):
            away = (self.X[rows] - self.center).ravel()
            return away @ away

        return sum(self.run(squares, self.pieces)) / self.X.size

    def lloyd(self, centroids, max_iter, tol):
        """Do what `lloyd` does, for checked input."""
        self.store()
        # Sums of samples near the origin need no center to be precise.
        self.is_central = (
            self.stored is not None
            and np.abs(self.center).max() <= 16 * self.radius
        )
        self.origin = 0 if self.is_central else self.center
        self.gap = None
        centroids, members, n_iter, stopped_by = self._iterate(
            centroids, max_iter, tol
        )
        # Sums carried along have rounded with the largest number that ever
        # was in them; sums of residuals round with the residuals.
        sums = self._sums(members, origins=centroids)
        centroids = self._means(centroids, sums, self._size(members))
        labels = self.assign(centroids)
        self.gap = None
        filled, _ = self._fill_empty(labels, centroids, self._size(labels))
        return LloydResult(
            centroids=centroids,
            labels=labels.astype(np.int32),
            inertia=self.inertia(labels, centroids),
            n_iter=n_iter,
            converged=np.array_equal(filled, members),
            stopped_by=stopped_by,
        )

    def _iterate(self, centroids, max_iter, tol):
        """Repeat until it stops; `members` have these means."""
        previous = changed = size = sums = None
        self.few = len(self.X) // 20
        for n_iter in range(1, max_iter + 1):
            settling = changed is not None and len(changed) < self.few
            members = self.assign(centroids, settling)
            changed = self._changed(members, previous)
            size = self._size(members, previous, changed, size)
            if not size.all():
                members, size = self._fill_empty(members, centroids, size)
                changed = self._changed(members, previous)
            if changed is not None and not len(changed):
                return centroids, members, n_iter, "labels"
            sums = self._sums(members, previous, changed, sums)
            moved = self._means(self.origin, sums, size)
            shift = np.subtract(moved, centroids, dtype=np.float64).ravel()
            centroids, previous = moved, members
            if shift @ shift <= tol:
                return centroids, members, n_iter, "shift"
        return centroids, members, max_iter, "max_iter"

    def assign(self, centroids, settling=False):
        """Label each sample with its nearest centroid.

        Parameters
        ----------
        centroids : ndarray of shape (n_clusters, n_features)
        settling : bool, default=False
            Measure gaps, for few labels change from one call to the next.

        Returns
        -------
        labels : ndarray of shape (n_samples,)
            Of the smallest unsigned type that can count the clusters.
        """
        table, rows = Scores(centroids, self.center), self.chunks
        labels = np.empty(len(self.X), dtype=self.index.dtype)
        if self.gap is not None:
            drift = table.drift(self.table, self.drifted)
            self.drifted = min(self.drifted + drift, _FAR)
            unsettled = _few(self.gap <= np.float32(self.drifted))
            if unsettled is not None:
                rows = [unsettled[p] for p in cut(len(unsettled), self.step)]
                labels = self.labels.copy()
            else:
                # Too early: a gap takes as long to measure as a label to
                # find.
                self.gap, self.few = None, self.few // 4
        elif settling:
            self.gap = np.empty(len(self.X), dtype=np.float32)
            self.drifted = 0.0
        list(self.run(lambda part: self._label(part, table, labels), rows))
        self.labels, self.table = labels, table
        return labels

    def inertia(self, labels, centroids):
        """Sum the squared distances to the centroids, with the weights."""

        def add(rows):
            away = self._away(rows, labels, centroids)
            if self.weight is None:
                return np.vdot(away, away)
            return self.weight[rows] @ np.square(away).sum(axis=1)

        return float(sum(self.run(add, self.pieces)))

    def half_squares(self):
        """Give half the squared norm of each sample, seen from the center."""
        halves = np.empty(len(self.X), dtype=np.float32)

        def fill(rows):
            points, _ = self._points(rows)
            with np.errstate(over="ignore"):
                halves[rows] = _squares(points[:-1]) / 2

        list(self.run(fill, self.chunks))
        return halves

    def estimate_potentials(self, candidates, nearest, halves):
        """Estimate the inertia after one candidate or another is added.

        Parameters
        ----------
        candidates : ndarray of shape (n_candidates, n_features)
        nearest : ndarray of shape (n_samples,)
            Squared distances to the nearest centroid so far.
        halves : ndarray of shape (n_samples,)
            What `half_squares` gives.

        Returns
        -------
        potentials : ndarray of shape (n_candidates,)
        errors : ndarray of shape (n_candidates,)
            By how much these can be wrong.
        """
        table = Scores(candidates, self.center)

        def estimate(rows):
            points, radius = self._points(rows)
            slack = table.slack(radius)
            if slack is None:
                return np.zeros(len(candidates)), np.inf
            shrunk = table.rows @ points
            shrunk += halves[rows]
            before = (nearest[rows] / 2).astype(np.float32)
            np.minimum(shrunk, before, out=shrunk)
            weight = self._weight(rows)
            if self.weight is not None:
                shrunk *= weight.astype(np.float32)
            total = 2.0 * shrunk.sum(axis=1)
            return total, slack[1] * weight.sum()

        parts = self.run(estimate, self.chunks)
        potentials, errors = map(sum, zip(*parts, strict=True))
        # Adding up rounds as well, but not as often as it adds: NumPy adds
        # pairs, and pairs of pairs.
        return potentials, errors + 64 * UNIT * potentials

    def _label(self, rows, table, labels):
        points, radius = self._points(rows)
        is_slice = isinstance(rows, slice)
        slack = table.slack(radius)
        if slack is None:
            labels[rows] = _assign(self._rows(rows), table.centroids)
            if self.gap is not None:
                self.gap[rows] = 0
            return
        found, tied, scores, best, near = table.nearest(
            points, slack[0], self.tables
        )
        if len(tied):
            samples = tied + rows.start if is_slice else rows[tied]
            found[tied] = _assign(self._rows(samples), table.centroids)
        labels[rows] = found
        if self.gap is not None:
            for part in cut(len(best), max(1, 2**16 // len(near))):
                scores[:, part] += near[:, part] * _FAR
            second = np.minimum.reduce(scores, axis=0)
            squares = _squares(points[:-1])
            nearest = np.sqrt(squares + 2 * best + slack[1])
            others = squares + 2 * second - slack[1]
            gap = np.sqrt(np.maximum(others, 0))
            gap -= nearest * (1 + 8 * UNIT)
            # Gaps count from the first time they were measured.
            gap += np.float32(self.drifted)
            gap[tied] = 0
            self.gap[rows] = gap

    def _rows(self, rows):
        # Several times as fast as an index, but it would first copy an
        # array whose rows do not lie one after another.
        if self.X.flags.c_contiguous and not isinstance(rows, slice):
            return self.X.take(rows, axis=0)
        return self.X[rows]

    def _weight(self, rows):
        if self.weight is not None:
            return self.weight[rows]
        is_slice = isinstance(rows, slice)
        return np.ones(rows.stop - rows.start if is_slice else len(rows))

    def _points(self, rows):
        """Give samples as columns in float32, above a row of ones.

        And the largest distance of these samples, or of all, from the center.
        """
        if self.stored is not None:
            if isinstance(rows, slice):
                return self.stored[:, rows], self.radius
            return self.stored.take(rows, axis=1), self.radius
        part = self._rows(rows).T
        # Converting turns rows of many features into columns slowly; the
        # matrix product takes them either way.
        points = np.empty(
            (len(part) + 1, part.shape[1]),
            dtype=np.float32,
            order="F" if len(part) >= 32 else "C",
        )
        points[-1] = 1
        middle = self.center[:, np.newaxis]
        with np.errstate(over="ignore"):
            np.subtract(part, middle, out=points[:-1], casting="same_kind")
            squares = _squares(points[:-1])
        return points, float(np.sqrt(squares.max()))

    def _changed(self, labels, previous):
        """Give the rows whose label has changed, or None for most of all."""
        if previous is None:
            return None

        return _few(labels != previous)

    def _fill_empty(self, labels, centroids, size):
        """Do what `_fill_empty` of the plain path does; size the result."""
        empty = (size == 0).nonzero()[0]
        if not len(empty):
            return labels, size
        distances = np.empty(len(labels))
        for rows in self.pieces:
            away = self._away(rows, labels, centroids)
            distances[rows] = np.square(away).sum(axis=1)
        if self.weight is not None:
            distances[self.weight == 0] = 0
        if distances.max() == 0:
            return labels, size
        farthest = np.argpartition(distances, -len(empty))
        members = labels.copy()
        members[farthest[: -len(empty) - 1 : -1]] = empty
        return members, self._size(members)

    def _size(self, labels, previous=None, changed=None, size=None):
        """Add up the weights of each cluster.

        With the `size` for labels of which only some have `changed`, work
        only on these: exactly, so not if there are weights.
        """
        n_clusters = len(self.index)
        if changed is None or self.weight is not None:
            return sum(
                np.bincount(
                    labels[piece],
                    None if self.weight is None else self.weight[piece],
                    n_clusters,
                )
                for piece in self.pieces
            )
        joined = np.bincount(labels[changed], minlength=n_clusters)
        left = np.bincount(previous[changed], minlength=n_clusters)
        return size + joined - left

    def _sums(
        self, labels, previous=None, changed=None, sums=0.0, origins=None
    ):
        """Add up the samples of each cluster, as seen from an origin.

        With the `sums` for labels of which only some have `changed`, work
        only on these. The origin is the center, or for each cluster one of
        the `origins`.
        """
        n_clusters, rows = len(self.index), self.pieces
        if changed is None:
            previous, sums = None, 0.0
        elif len(changed) * n_clusters <= _FEW_ENTRIES:
            return sums + self._moves(labels, previous, changed)
        else:
            # Half as long, for rows picked out are copied once more.
            step = piece_of(self.X) // 2
            rows = [changed[p] for p in cut(len(changed), step)]

        def add(rows):
            part, weight = labels[rows], self._weight(rows)
            if origins is not None:
                away = self._away(rows, labels, origins)
            else:
                away = self._from_origin(rows)
            total = _membership(part, n_clusters, weight) @ away
            if previous is not None:
                left = _membership(previous[rows], n_clusters, weight)
                total -= left @ away
            return total

        return sum(self.run(add, rows), start=sums)

    def _moves(self, labels, previous, changed):
        """Add up what few samples bring to the sums, and take from them."""
        joined = labels.take(changed) == self.index
        left = previous.take(changed) == self.index
        moves = np.subtract(joined, left, dtype=np.float64)
        if self.weight is not None:
            moves *= self.weight[changed]
        return moves @ self._from_origin(changed)

    def _from_origin(self, rows):
        if self.is_central:
            return self._rows(rows)
        return self._rows(rows) - self.center

    def _means(self, origins, sums, size):
        if size.all():
            means = origins + sums / size[:, np.newaxis]
        else:
            means = origins + sums / np.where(size > 0, size, 1)[:, np.newaxis]
            means[size == 0] = means[size.argmax()]
        return means.astype(self.X.dtype, copy=False)

    def _away(self, rows, labels, centroids):
        own = centroids.take(labels[rows], axis=0)
        return np.subtract(self._rows(rows), own, dtype=np.float64)

    def _sum(self, rows):
        part = self.X[rows]
        return np.ones(len(part)) @ part


def piece_of(X):
    """Say how many rows of `X` a thread should take at a time."""
    return min(_PIECE, max(_PIECE // 4, _PIECE_ENTRIES // X.shape[1]))


def cut(length, step):
    """Cut a range into slices of nearly equal length, at most `step`."""
    n_slices = -(-length // step)
    # So that each of two threads gets as many.
    n_slices += n_slices % 2 if n_slices > 1 else 0
    ends = [i * length // n_slices for i in range(n_slices)] + [length]
    return list(map(slice, ends, ends[1:]))


def _squares(columns):
    return np.einsum("ij,ij->j", columns, columns)


def _few(mask):
    """Give the rows where a mask is set, or None for a quarter and more."""
    return (
        mask.nonzero()[0] if 4 * np.count_nonzero(mask) < len(mask) else None
    )


def _is_memory_mapped(array):
    while array is not None and not isinstance(array, np.memmap):
        array = getattr(array, "base", None)
    return array is not None
