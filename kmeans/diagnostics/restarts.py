"""Runs of Lloyd's algorithm for measures that cluster again and again."""

from kmeans.algorithm import lloyd
from kmeans.fast import Samples, fast_lloyd, one_blas_thread
from kmeans.seeding import greedy_kmeans_plusplus

# Tables of distances up to this size are filled as soon by the plain path.
_SMALL_TABLE = 2**12


def run_lloyd(X, start):
    """Run Lloyd's algorithm until no label changes, by the faster path.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
        Checked samples.
    start : ndarray of shape (n_clusters, n_features)

    Returns
    -------
    result : LloydResult
        What `lloyd` gives. Where there are many samples, it comes from the
        fast path: the last digits may differ then, and with them the labels
        of samples that are equally near to two centroids.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.array([[0.0], [1.0], [8.0], [9.0]])
    >>> run_lloyd(X, X[:2]).inertia
    1.0
    """
    if len(X) * len(start) > _SMALL_TABLE:
        return fast_lloyd(Samples(X), start, 300, 0.0)
    # Products so small are held up by the threads of BLAS.
    with one_blas_thread():
        return lloyd(X, start)


def best_run(X, n_clusters, n_init, rng):
    """Run Lloyd's algorithm from so many starts, and keep the lowest.

    The lowest inertia wins, if only by rounding: unlike in `kmeans.core`,
    nothing that is measured depends on the names of the clusters.
    """
    runs = [
        run_lloyd(X, greedy_kmeans_plusplus(X, n_clusters, rng=rng))
        for _ in range(n_init)
    ]
    return min(runs, key=lambda run: run.inertia)
