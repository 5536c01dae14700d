"""Scores: what of a squared distance depends on the centroid.

In ``|x - c|^2 = |x|^2 + 2 (|c|^2 / 2 - x . c)`` that is the bracket. The
scores of many samples are one matrix product, and a bound on its rounding
errors tells which of them decide nothing.
"""

from functools import lru_cache
from threading import local

import numpy as np

# The relative error of rounding to float32.
UNIT = 2.0**-24
# Between these distances from the center, squares in float32 neither
# vanish nor overflow.
_SAFE = 1e-10, 1e15


@lru_cache(16)
def cluster_index(n_clusters):
    """Give the numbers of the clusters as a column, of the smallest type."""
    index = np.arange(n_clusters, dtype=np.min_scalar_type(n_clusters))
    index.flags.writeable = False
    return index[:, np.newaxis]


class Tables(local):
    """Memory for the tables of one chunk of samples after the other.

    Each thread has its own. Fresh memory is dear: the system clears it, page
    by page, when it is first touched.

    Attributes
    ----------
    index : ndarray of shape (n_clusters, 1)
        The numbers of the clusters.
    scores, near, numbers : ndarray of shape (n_clusters, n_samples)
        For scores, for which of them are near the best, for labels.
    """

    def __init__(self, n_clusters, n_samples):
        self.index = cluster_index(n_clusters)
        shape = n_clusters, n_samples
        self.scores = np.empty(shape, dtype=np.float32)
        self.near = np.empty(shape, dtype=bool)
        self.numbers = np.empty(shape, dtype=self.index.dtype)
        self._whole = self.scores, self.near, self.numbers

    def fit(self, n_samples):
        """Make room for the scores of so many samples, at most all."""
        if self.scores.shape[1] != n_samples:
            shape = len(self.index), n_samples
            self.scores, self.near, self.numbers = (
                table.ravel()[: np.prod(shape)].reshape(shape)
                for table in self._whole
            )


class Scores:
    """Centroids in the form in which they meet the samples.

    Attributes
    ----------
    centroids : ndarray of shape (n_clusters, n_features)
    rows : ndarray of shape (n_clusters, n_features + 1), float32
        One times a sample with a 1 below is a score.
    reach : float
        The largest distance of a centroid from the center.
    """

    def __init__(self, centroids, center):
        self.centroids = centroids
        self.away = centroids - center
        squares = np.vecdot(self.away, self.away)
        self.reach = float(np.sqrt(np.maximum.reduce(squares)))
        n_clusters, n_features = centroids.shape
        self.rows = np.empty((n_clusters, n_features + 1), dtype=np.float32)
        if self.reach < _SAFE[1]:
            self.rows[:, :-1] = -self.away
            self.rows[:, -1] = squares / 2

    def nearest(self, points, slack, tables):
        """Label each sample with the centroid of its best score.

        Parameters
        ----------
        points : ndarray of shape (n_features + 1, n_samples), float32
            Samples as columns, as seen from the center, above a row of ones.
        slack : float
            Scores that differ by no more decide nothing.
        tables : Tables

        Returns
        -------
        labels : ndarray of shape (n_samples,)
            Of the smallest unsigned type that can count the clusters.
        tied : ndarray of int
            The samples whose label is undecided.
        scores, best, near : ndarray
            All scores, the lowest of each sample, and which are near it.
        """
        # A row of scores for each centroid: the minimum of long rows is
        # taken many numbers at a time, that of short ones is not.
        tables.fit(points.shape[1])
        scores, near = tables.scores, tables.near
        np.matmul(self.rows, points, out=scores)
        best = np.minimum.reduce(scores, axis=0)
        np.less_equal(scores, best + slack, out=near)
        np.multiply(near, tables.index, out=tables.numbers)
        labels = np.maximum.reduce(tables.numbers, axis=0)
        tied = labels[:0]
        if np.count_nonzero(near) > len(labels):
            n_near = np.add.reduce(
                near.view(np.uint8), axis=0, dtype=labels.dtype
            )
            tied = (n_near > 1).nonzero()[0]
        return labels, tied, scores, best, near

    def slack(self, radius):
        """Bound what float32 does to samples within a radius.

        Returns
        -------
        slack : tuple of float, or None
            Scores that differ by more are in the order of the distances;
            squared distances are off by no more. None if they overflow.

        Notes
        -----
        With ``d`` features, a score is off by at most ``d + 4`` roundings
        of its largest term, in any order of adding up [1]_. The rest is to
        spare, for the roundings of the bound, and of float64 in distances
        that are next to equal.

        References
        ----------
        .. [1] Higham, N. J. (2002). Accuracy and Stability of Numerical
           Algorithms, 2nd edition, section 3.1. SIAM.
        """
        reach = max(self.reach, UNIT * radius)
        if not (_SAFE[0] < radius < _SAFE[1] and reach < _SAFE[1]):
            return None
        size = radius + reach
        # Two scores; a twentieth covers what is of second order in them, up
        # to a million features.
        roundings = 2.1 * (self.rows.shape[1] + 7) * UNIT
        return roundings * size * reach, roundings * size * size

    def drift(self, before, drifted):
        """By how much a gap can have shrunk, of those that had `drifted`.

        One of the two nearest centroids has moved away and the other
        closer, by no more than the two that moved farthest.
        """
        moves = np.sqrt(np.square(self.away - before.away).sum(axis=1))
        # The gap rounds as well; none is larger than two reaches.
        size = max(self.reach, before.reach) + drifted
        return np.sort(moves)[-2:].sum() + 8 * UNIT * size
