"""What float32 can decide, and what it cannot.

Of ``|x - c|^2 = |x|^2 + 2 (|c|^2 / 2 - x . c)`` only the bracket, the
*score*, depends on the centroid. The scores of many samples are one matrix
product. In float32 it takes half the time and the memory, and scores that
differ by more than a sample's *slack* are in the order of the distances.

The certificate
---------------
Let ``x`` and ``c`` be seen from the center, with lengths ``a`` and ``t``;
``u`` is the relative error of rounding to float32, and ``d`` the number of
features.

1. Rounding the coordinates, and adding ``d + 1`` products in any order,
   moves a score by at most ``(d + 3) u (a t + t^2 / 2)``, to first order
   [1]_.
2. If all centroids lie within a reach ``R``, two scores that differ by more
   than ``2 (d + 3) u (a + R) R`` are in the right order.
3. One far centroid makes ``R`` large for everyone. But with the nearest to
   the center at ``m``, some centroid lies within ``a + m`` of the sample,
   and the nearest one within ``2 a + m`` of the center. One at ``t > 4 (a +
   m)`` is at least ``t - a > 3 t / 4`` away from the sample: its score is
   higher by ``t^2 / 4`` or more, and the errors of both, by step 1, are
   smaller than that. So it is not the nearest, nor does it look so, and ``r
   = min(R, 4 (a + m))`` serves as the reach for this sample.
4. The slack is ``2.1 (d + 8) u (a + r) r``. What it exceeds step 2 by covers
   the rounding of the slack and its terms, of its sum with a score, and what
   is of second order, up to `MOST_FEATURES`. It grows with ``a``, so that
   where no sample is much longer than others, that of the longest serves all.

It is assumed that a product in float32 is one: of numbers rounded to nearest
in float32, added in any order, with or without fused additions. Where
numbers are so small or so large that more goes wrong than rounding, the
slack is at least what vanishing can do, or infinite.

References
----------
.. [1] Higham, N. J. (2002). Accuracy and Stability of Numerical Algorithms,
   2nd edition, section 3.1. SIAM.
"""

from functools import lru_cache
from math import inf, sqrt

import numpy as np

MOST_FEATURES = 400_000
# The relative error of rounding to float32.
UNIT = 2.0**-24
# Added to lengths: their slack then exceeds any error of numbers that vanish.
LEAST = 1e-15
# Lengths from here on are not trusted to be squared.
MOST = 2.0**60


def columns(X, center, out=None):
    """Give samples as columns in float32, for scores.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    center : ndarray of shape (n_features,)
    out : ndarray of shape (n_features + 1, n_samples), float32, optional

    Returns
    -------
    points : ndarray of shape (n_features + 1, n_samples), float32
        Samples as seen from the center, above a row of ones.
    norms : ndarray of shape (n_samples,), float32
        Their distances from the center; infinite for those not to be trusted,
        whose columns are zero.
    radius : float, or ndarray of shape (n_samples,)
        Bounds on the norms: one for all, unless some are much longer.
    """
    points = out
    if out is None:
        # Many features are slow to turn into columns; a product takes both.
        order = "F" if X.shape[1] >= 16 else "C"
        shape = X.shape[1] + 1, len(X)
        points = np.empty(shape, dtype=np.float32, order=order)
    points[-1] = 1
    away = points[:-1]
    with np.errstate(over="ignore"):
        if center.any():
            middle = center[:, np.newaxis]
            np.subtract(X.T, middle, out=away, casting="same_kind")
        else:
            away[...] = X.T
        norms = np.einsum("ij,ij->j", away, away)
    np.sqrt(norms, out=norms)
    norms += np.float32(LEAST)
    if not norms.max() < MOST:
        far = ~(norms < MOST)
        away[:, far], norms[far] = 0, np.inf
    return points, norms, bound(norms)


def bound(norms):
    """Bound all norms by the longest, unless that is much too long."""
    longest = float(norms.max())
    return longest if longest <= min(16 * norms.mean(), MOST) else norms


class Certificate:
    """Centroids in the form in which they meet samples.

    Parameters
    ----------
    centroids : ndarray of shape (n_clusters, n_features)
    center : ndarray of shape (n_features,)
        The origin for float32: the nearer it is, the less is rounded.
    """

    def __init__(self, centroids, center):
        n_clusters, n_features = centroids.shape
        self.centroids, self.away = centroids, centroids - center
        squares = np.vecdot(self.away, self.away)
        # In float32, a larger one would be infinite.
        self.reach = min(sqrt(np.maximum.reduce(squares)) + LEAST, 2.0**100)
        self.least = min(sqrt(np.minimum.reduce(squares)) + LEAST, 2.0**100)
        away, halves = self.away, squares / 2
        if self.reach > 8 * MOST:
            # Their score is too low, but not lower than any that counts.
            beyond = squares > (8 * MOST) ** 2
            away = np.where(beyond[:, np.newaxis], 0, away)
            halves[beyond] = (4 * MOST) ** 2
        # One times a sample is a score.
        self.rows = np.empty((n_clusters, n_features + 1), dtype=np.float32)
        np.negative(away, out=self.rows[:, :-1], casting="same_kind")
        self.rows[:, -1] = halves
        self.unit = 2.1 * (n_features + 8) * UNIT
        if self.least > MOST or n_features > MOST_FEATURES:
            self.unit = inf

    def nearest(self, points, norms, radius, measure_gaps=False):
        """Label samples with the nearest centroid, where that is certain.

        Parameters
        ----------
        points, norms, radius
            What `columns` gives.
        measure_gaps : bool, default=False

        Returns
        -------
        labels : ndarray of shape (n_samples,)
            Of the smallest unsigned type that can count the clusters.
        tied : ndarray of int
            The samples whose label is not certain.
        gaps : ndarray of shape (n_samples,), float32, or None
            By how much, at least, any other centroid is farther away.
        """
        # A row for each centroid: the minimum of long rows is taken many
        # numbers at a time, that of short ones is not.
        scores = self.rows @ points
        best = np.minimum.reduce(scores, axis=0)
        # Centroids nearer to each other than float64 can tell from afar
        # count as farther apart.
        longest = radius if isinstance(radius, float) else radius.max()
        reach = max(self.reach, UNIT * float(longest))
        reach = np.minimum(reach, 4 * (radius + self.least))
        size = radius + reach
        slack = size * (self.unit * reach)
        labels, tied = decide(scores, best + np.float32(slack))
        gaps = None
        if measure_gaps:
            # Several times as fast as an index of two dimensions.
            n_samples = len(labels)
            own = labels * np.intp(n_samples) + np.arange(n_samples)
            scores.ravel()[own] = inf
            second = np.minimum.reduce(scores, axis=0)
            error = np.float32(self.unit * size * size)
            gaps = self._gaps(norms, best, second, error)
            gaps[tied] = 0
        return labels, tied, gaps

    def drift(self, before):
        """By how much a gap can have shrunk since another certificate.

        One of the two nearest centroids has moved away and the other
        closer, by no more than the two that moved farthest.
        """
        moves = np.square(self.away - before.away).sum(axis=1)
        return np.sqrt(np.sort(moves)[-2:]).sum()

    def _gaps(self, norms, best, second, error):
        with np.errstate(over="ignore", invalid="ignore"):
            squares = np.square(norms)
            nearest = np.sqrt(squares + 2 * best + error)
            # The second may be a far one, whose error grows with it.
            others = (squares + 2 * second) * (1 - 2 * self.unit) - error
            gaps = np.sqrt(np.maximum(others, 0)) * (1 - 8 * UNIT)
            return gaps - nearest * (1 + 8 * UNIT)


def decide(scores, limits):
    """Label each sample with the centroid whose score is within its limit.

    Parameters
    ----------
    scores : ndarray of shape (n_clusters, n_samples)
    limits : ndarray of shape (n_samples,)

    Returns
    -------
    labels : ndarray of shape (n_samples,)
        Of the smallest unsigned type that can count the clusters.
    tied : ndarray of int
        The samples for which that is true of several.
    """
    near = scores <= limits
    labels = np.maximum.reduce(near * _index(len(scores)), axis=0)
    if np.count_nonzero(near) <= len(labels):
        return labels, labels[:0]
    counted = near.view(np.uint8)
    n_near = np.add.reduce(counted, axis=0, dtype=labels.dtype)
    return labels, (n_near > 1).nonzero()[0]


@lru_cache(16)
def _index(n_clusters):
    """Give the numbers of the clusters as a column, of the smallest type."""
    index = np.arange(n_clusters, dtype=np.min_scalar_type(n_clusters))
    index.flags.writeable = False
    return index[:, np.newaxis]
