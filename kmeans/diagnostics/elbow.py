"""The inertia curve: what each further cluster explains."""

from dataclasses import dataclass

import numpy as np

from kmeans.core import is_better
from kmeans.diagnostics.restarts import run_lloyd
from kmeans.naming import canonical_order
from kmeans.progress import progress
from kmeans.seeding import greedy_kmeans_plusplus
from kmeans.validation import (
    check_count,
    check_n_clusters,
    check_rng,
    check_samples,
)


@dataclass(frozen=True, eq=False)
class InertiaCurve:
    """What `inertia_curve` returns: the best clustering for each k.

    Attributes
    ----------
    n_clusters : ndarray of shape (max_clusters,), int
        The values of k: 1, 2, ..., `max_clusters`.
    inertia : ndarray of shape (max_clusters,)
        Sum of squared distances of the samples to their centroid.
    labels : tuple of ndarray of shape (n_samples,), int32
        The labels for each k.
    centroids : tuple of ndarray of shape (k, n_features)
        The centroids for each k, in the order of `canonical_order`.
    """

    n_clusters: np.ndarray
    inertia: np.ndarray
    labels: tuple[np.ndarray, ...]
    centroids: tuple[np.ndarray, ...]

    @property
    def explained_variance(self):
        """Share of the inertia for k = 1 that is gone, for each k.

        From 0 for k = 1 up to 1. Zeros for constant data, which have no
        variance to explain.
        """
        total = self.inertia[0]
        if total == 0:
            return np.zeros(len(self.inertia))
        return 1 - self.inertia / total


def inertia_curve(X, max_clusters=10, *, n_init=10, rng=None):
    """Cluster with k = 1, 2, ..., and keep the best inertia for each k.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    max_clusters : int, default=10
        The largest k, at most n_samples.
    n_init : int, default=10
        Starts by greedy k-means++ for each k above 1. One more start adds
        to the best centroids for k - 1 the sample farthest from its own.
    rng : numpy.random.Generator, int or None
        Source of the starts; an integer makes them repeatable.

    Returns
    -------
    curve : InertiaCurve
        With ``n_clusters``, ``inertia``, ``labels``, ``centroids`` and
        ``explained_variance``.

    Raises
    ------
    ValueError
        If `max_clusters` is not between 1 and n_samples, or if another
        argument has a wrong shape or value.

    Notes
    -----
    The curve never rises, but by rounding: the further start already has no
    more inertia than the best clustering for k - 1, and Lloyd's algorithm
    adds none. For k = 1 it is exact; above, each value is an upper bound of
    the least inertia.

    It costs ``(n_init + 1) * (max_clusters - 1)`` runs, the time of which
    grows with ``n_samples * max_clusters * n_features`` each. Where the
    curve bends, the elbow of [1]_, is a matter of taste and of the axes.

    References
    ----------
    .. [1] Thorndike, R. L. (1953). Who belongs in the family?
       Psychometrika, 18(4), 267-276. doi:10.1007/BF02289263

    Examples
    --------
    >>> curve = inertia_curve([[0.0], [1.0], [8.0], [9.0]], 4, rng=0)
    >>> curve.inertia
    array([65. ,  1. ,  0.5,  0. ])
    >>> curve.explained_variance.round(3)
    array([0.   , 0.985, 0.992, 1.   ])
    >>> curve.labels[1]
    array([0, 0, 1, 1], dtype=int32)
    """
    X = check_samples(X)
    max_clusters = check_n_clusters(max_clusters, len(X), "max_clusters")
    n_init = check_count(n_init, "n_init")
    rng = check_rng(rng)
    # The mean of all samples is found from any start.
    runs = [run_lloyd(X, X[:1])]
    for n_clusters in progress(range(2, max_clusters + 1), "values of k"):
        best = run_lloyd(X, _add_farthest(X, runs[-1]))
        for _ in range(n_init):
            start = greedy_kmeans_plusplus(X, n_clusters, rng=rng)
            result = run_lloyd(X, start)
            if is_better(result.inertia, best.inertia):
                best = result
        runs.append(best)
    orders = [canonical_order(run.centroids) for run in runs]
    return InertiaCurve(
        n_clusters=np.arange(1, max_clusters + 1),
        inertia=np.array([run.inertia for run in runs]),
        labels=tuple(
            np.argsort(order).astype(np.int32)[run.labels]
            for run, order in zip(runs, orders, strict=True)
        ),
        centroids=tuple(
            run.centroids[order]
            for run, order in zip(runs, orders, strict=True)
        ),
    )


def _add_farthest(X, run):
    away = np.subtract(X, run.centroids[run.labels], dtype=float)
    farthest = np.square(away).sum(axis=1).argmax()
    return np.vstack([run.centroids, X[farthest]])
