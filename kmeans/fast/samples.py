"""Samples prepared for many fast assignments and updates."""

import numpy as np

from kmeans.fast.certificate import bound, columns

# Samples that a thread takes at a time when it adds them up, at most, and
# entries in these.
PIECE, PIECE_ENTRIES = 2**14, 2**16


class Samples:
    """Samples in float64 or float32, and what is known of them before a run.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features), float32 or float64
        Finite. Read piece by piece, so that it may be memory-mapped.
    weight : ndarray of shape (n_samples,), optional
        By default, 1 for each sample.

    Attributes
    ----------
    center : ndarray of shape (n_features,)
        Zero, or if that is far away, medians of some samples: coordinates
        that occur, so that those on a grid stay whole numbers, and that no
        outlier moves.
    """

    def __init__(self, X, weight=None):
        self.X, self.weight = np.asarray(X), weight
        some = np.sort(self.X[:: 1 + len(X) // 100], axis=0).astype(float)
        low, middle, high = (some[len(some) * i // 4] for i in (1, 2, 3))
        self.center = middle
        if np.abs(middle).max() <= 4 * (high - low).max():
            self.center = np.zeros_like(middle)
        self.points = self.norms = None
        n_rows = PIECE_ENTRIES // self.X.shape[1]
        self.step = min(PIECE, max(PIECE // 4, n_rows))
        self.pieces = cut(len(X), self.step)

    def store(self, run):
        """Keep the samples as columns, unless they are memory-mapped."""
        if self.points is not None or _is_memory_mapped(self.X):
            return
        n_samples, n_features = self.X.shape
        points = np.empty((n_features + 1, n_samples), dtype=np.float32)
        norms = np.empty(n_samples, dtype=np.float32)

        def fill(rows):
            _, norms[rows], _ = columns(
                self.X[rows], self.center, points[:, rows]
            )

        run(fill, cut(n_samples, PIECE))
        self.points, self.norms, self.radius = points, norms, bound(norms)

    def columns(self, rows):
        """Give some samples as columns; see `certificate.columns`."""
        if self.points is None:
            return columns(self.rows(rows), self.center)
        if isinstance(rows, slice):
            points, norms = self.points[:, rows], self.norms[rows]
        else:
            points = self.points.take(rows, axis=1)
            norms = self.norms.take(rows)
        is_bounded = isinstance(self.radius, float)
        return points, norms, self.radius if is_bounded else bound(norms)

    def rows(self, rows):
        """Give some samples as they are."""
        # Several times as fast as an index, but it would first copy an
        # array whose rows do not lie one after another.
        if self.X.flags.c_contiguous and not isinstance(rows, slice):
            return self.X.take(rows, axis=0)
        return self.X[rows]

    def from_center(self, rows):
        """Give some samples as seen from the center."""
        part = self.rows(rows)
        return part - self.center if self.center.any() else part

    def weights(self, rows):
        """Give the weights of some samples."""
        if self.weight is not None:
            return self.weight[rows]
        return np.ones(
            len(self.X[rows]) if isinstance(rows, slice) else len(rows)
        )

    def residuals(self, rows, labels, centroids):
        """Give some samples as seen from their own centroids."""
        own = centroids.take(labels[rows], axis=0)
        return np.subtract(self.X[rows], own, dtype=np.float64)

    def mean_variance(self, run):
        """Average the variances of the features."""

        def moments(rows):
            away = self.X[rows] - self.center
            return np.vdot(away, away), away.sum(axis=0)

        squares, sums = map(sum, zip(*run(moments, self.pieces), strict=True))
        n_samples = len(self.X)
        return (squares - sums @ sums / n_samples) / self.X.size

    def size(self, labels, n_clusters):
        """Add up the weights of each cluster."""
        return np.bincount(labels, self.weight, n_clusters)

    def inertia(self, labels, centroids, run):
        """Sum the squared distances to the centroids, with the weights."""

        def add(rows):
            away = self.residuals(rows, labels, centroids)
            if self.weight is None:
                return np.vdot(away, away)
            return np.vdot(away, away * self.weight[rows, np.newaxis])

        return float(sum(run(add, self.pieces)))


def cut(length, step):
    """Cut a range into slices of nearly equal length, at most `step`."""
    n_slices = -(-length // step)
    # So that each of two threads gets as many.
    n_slices += n_slices % 2 if n_slices > 1 else 0
    ends = [i * length // n_slices for i in range(n_slices)] + [length]
    return list(map(slice, ends, ends[1:]))


def cut_rows(rows, step):
    """Cut an array of rows as `cut` does a range."""
    return [rows[part] for part in cut(len(rows), step)]


def _is_memory_mapped(array):
    while array is not None and not isinstance(array, np.memmap):
        array = getattr(array, "base", None)
    return array is not None
