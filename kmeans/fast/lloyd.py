"""Lloyd's algorithm at the speed of one matrix product.

The scores of a chunk of samples are computed, compared and forgotten while
they are in the cache, in several threads. And from one iteration to the next
only what changes is done again: sums follow the samples that changed their
cluster, and once these are few, each sample has a *gap*, by how much its
centroid is nearer than any other. Until the centroids have moved that far, it
keeps its label without being looked at.
"""

import numpy as np
from scipy.sparse import csr_array

from kmeans.core import assign, fill_empty, membership
from kmeans.fast.certificate import Certificate
from kmeans.fast.samples import cut, cut_rows
from kmeans.fast.threads import workers
from kmeans.results import LloydResult

# Entries in a table of scores, which is to stay in the second-level cache of
# a processor; and samples, at most, that have one table.
TABLE_ENTRIES, TABLE_SAMPLES = 2**18, 2**15
# Up to so many entries, a table of who joins and leaves is not stored sparse.
FEW_ENTRIES = 2**16


def fast_lloyd(samples, centroids, max_iter, tol):
    """Do what `kmeans.core.lloyd` does.

    Each assignment is exactly that of `kmeans.core.assign`, but a run is not
    certified: means can round otherwise, and where a sample lies just between
    centroids, a run can then take another turn. On grids of whole numbers
    and of tenths, that happened in none of 400 runs.

    Parameters
    ----------
    samples : Samples
    centroids : ndarray of shape (n_clusters, n_features)
    max_iter : int
    tol : float
        In squared units of the features.

    Returns
    -------
    result : LloydResult
    """
    n_clusters = len(centroids)
    with workers(samples.X.size * n_clusters) as run:
        samples.store(run)
        labeling = Labeling(samples, n_clusters, run)
        clusters = _Clusters(samples, n_clusters, run)
        n_changed, stopped_by = len(samples.X), "max_iter"
        for n_iter in range(1, max_iter + 1):
            labels = labeling.update(centroids, n_changed)
            n_changed = clusters.follow(labels, centroids)
            if not n_changed:
                stopped_by = "labels"
                break
            moved = clusters.means()
            shift = np.subtract(moved, centroids, dtype=np.float64).ravel()
            centroids = moved
            if shift @ shift <= tol:
                stopped_by = "shift"
                break
        centroids = clusters.refined(centroids)
        labels = labeling.update(centroids, n_changed)
        return LloydResult(
            centroids=centroids,
            labels=labels.astype(np.int32),
            inertia=samples.inertia(labels, centroids, run),
            n_iter=n_iter,
            converged=not clusters.follow(labels, centroids),
            stopped_by=stopped_by,
        )


class Labeling:
    """The labels of samples, kept up to date with centroids.

    Parameters
    ----------
    samples : Samples
    n_clusters : int
    run : callable
        Applies a function to parts of the samples; see `workers`.
    """

    def __init__(self, samples, n_clusters, run):
        self.samples, self.run = samples, run
        self.step = min(TABLE_SAMPLES, max(64, TABLE_ENTRIES // n_clusters))
        self.labels = self.gaps = None
        n_samples = len(samples.X)
        # With one table, all is done before gaps are measured.
        self.few = n_samples // 20 if n_samples > self.step else 0
        self.chunks = cut(n_samples, self.step)

    def update(self, centroids, n_changed):
        """Label each sample with its nearest centroid.

        Parameters
        ----------
        centroids : ndarray of shape (n_clusters, n_features)
        n_changed : int
            The number of labels that changed last time. If it is small, gaps
            are measured.

        Returns
        -------
        labels : ndarray of shape (n_samples,)
            Of the smallest unsigned type that can count the clusters.
        """
        certificate = Certificate(centroids, self.samples.center)
        n_samples = len(self.samples.X)
        rows, labels = self.chunks, None
        if self.gaps is not None:
            drift = certificate.drift(self.certificate)
            # Far above any gap, and still a number in float32.
            self.drifted = min(self.drifted + drift, 1e38)
            unsettled = self.gaps <= np.float32(self.drifted * (1 + 1e-6))
            if 4 * np.count_nonzero(unsettled) < n_samples:
                rows = cut_rows(unsettled.nonzero()[0], self.step)
                labels = self.labels.copy()
            else:
                self.gaps, self.few = None, self.few // 4
        elif n_changed < self.few:
            self.gaps = np.empty(n_samples, dtype=np.float32)
            self.drifted = 0.0
        if labels is None:
            dtype = np.min_scalar_type(len(centroids))
            labels = np.empty(n_samples, dtype=dtype)
        self.labels, self.certificate = labels, certificate
        self.run(self._label, rows)
        return labels

    def _label(self, rows):
        measure_gaps = self.gaps is not None
        found, tied, gaps = self.certificate.nearest(
            *self.samples.columns(rows), measure_gaps
        )
        if len(tied):
            where = (
                tied + rows.start if isinstance(rows, slice) else rows[tied]
            )
            centroids = self.certificate.centroids
            found[tied] = assign(self.samples.rows(where), centroids)
        self.labels[rows] = found
        if measure_gaps:
            # Gaps count from the first time they were measured.
            self.gaps[rows] = gaps + np.float32(self.drifted)


class _Clusters:
    """Sizes and sums of clusters, kept up to date with labels."""

    def __init__(self, samples, n_clusters, run):
        self.samples, self.run, self.n_clusters = samples, run, n_clusters
        self.labels, self.sums = None, 0.0

    def follow(self, labels, centroids):
        """Take over labels, filling empty clusters as `lloyd` does.

        Returns the number of samples whose cluster has changed.
        """
        before, n_changed = self.labels, self._move(labels)
        if self.has_empty:
            X, weight = self.samples.X, self.samples.weights(slice(None))
            self._move(fill_empty(X, labels, centroids, weight))
            n_changed = np.count_nonzero(self.labels != before)
        return n_changed

    def _move(self, labels):
        samples, k, before = self.samples, self.n_clusters, self.labels
        self.labels = labels
        if before is None:
            rows = samples.pieces
            self.size = samples.size(labels, k)
        else:
            changed = (labels != before).nonzero()[0]
            rows = cut_rows(changed, samples.step)
            if samples.weight is None:
                self.size += np.bincount(labels[changed], minlength=k)
                self.size -= np.bincount(before[changed], minlength=k)
            else:
                self.size = samples.size(labels, k)

        def move(part):
            away = samples.from_center(part)
            weight = samples.weights(part)
            if before is None:
                return membership(labels[part], k, weight) @ away
            return _transfer(labels[part], before[part], k, weight) @ away

        self.sums += sum(self.run(move, rows))
        self.has_empty = not self.size.all()
        return len(labels) if before is None else len(changed)

    def means(self):
        """Give the mean of each cluster, that of the largest if empty."""
        return self._divided(self.samples.center, self.sums)

    def refined(self, centroids):
        """Give the means as precisely as if they were not carried along."""

        def residuals(rows):
            weight = self.samples.weights(rows)
            members = membership(self.labels[rows], self.n_clusters, weight)
            return members @ self.samples.residuals(
                rows, self.labels, centroids
            )

        # Sums have rounded with the largest number that ever was in them;
        # sums of residuals round with the residuals.
        total = sum(self.run(residuals, self.samples.pieces))
        return self._divided(centroids, total)

    def _divided(self, origins, sums):
        divisor = self.size[:, np.newaxis]
        if self.has_empty:
            divisor = np.where(divisor > 0, divisor, 1)
        means = origins + sums / divisor
        if self.has_empty:
            means[self.size == 0] = means[self.size.argmax()]
        return means.astype(self.samples.X.dtype, copy=False)


def _transfer(labels, before, n_clusters, weight):
    """Give the `membership` in clusters joined, less that in those left."""
    if len(labels) * n_clusters <= FEW_ENTRIES:
        index = np.arange(n_clusters)[:, np.newaxis]
        signs = np.subtract(labels == index, before == index, dtype=np.float64)
        return signs * weight
    two_each = np.arange(0, 2 * len(labels) + 1, 2)
    both = np.stack([labels, before], axis=1).ravel()
    signs = np.stack([weight, -weight], axis=1).ravel()
    return csr_array((signs, both, two_each), (len(labels), n_clusters)).T
