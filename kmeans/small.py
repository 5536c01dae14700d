"""The fast path for small data, where a call costs as much as its work."""

from kmeans.core import assign as _assign
from kmeans.fast import FastSamples, cut
from kmeans.scores import Scores, Tables

# Entries in a table: up to two megabytes of scores, threads would wait for
# each other more than they work.
_LIMIT = 2**19
# Entries in a piece of the samples: so little memory is used again and again,
# where that for all samples would be fetched afresh each time.
_PIECE_ENTRIES = 2**15


def is_small(X, n_clusters):
    """Tell whether one table holds all scores of a run."""
    return len(X) * max(n_clusters, X.shape[1] + 1) <= _LIMIT


class SmallSamples(FastSamples):
    """Samples in one chunk, without threads and gaps."""

    def __init__(self, X, n_clusters, weight=None, run=map):
        super().__init__(X, n_clusters, weight, run)
        self.tables = Tables(n_clusters, len(X))
        self.pieces = cut(len(X), max(64, _PIECE_ENTRIES // X.shape[1]))

    def store(self):
        """Keep the samples in float32."""
        if self.stored is None:
            self.stored, self.radius = self._points(slice(0, len(self.X)))

    def assign(self, centroids, settling=False):
        """Label each sample with its nearest centroid; never `settling`."""
        table = Scores(centroids, self.center)
        slack = table.slack(self.radius)
        if slack is None:
            return _assign(self.X, centroids).astype(self.index.dtype)
        labels, tied, *_ = table.nearest(self.stored, slack[0], self.tables)
        if len(tied):
            labels[tied] = _assign(self._rows(tied), centroids)
        return labels
