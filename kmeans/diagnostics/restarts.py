"""The best of several starts, for measures that cluster again and again.

The lowest inertia wins, if only by rounding: unlike in `kmeans.core`, nothing
that is measured depends on the names of the clusters.
"""

from kmeans.algorithm import lloyd
from kmeans.seeding import greedy_kmeans_plusplus


def best_run(X, n_clusters, n_init, rng):
    """Run Lloyd's algorithm from so many starts, and keep the lowest."""
    runs = [
        lloyd(X, greedy_kmeans_plusplus(X, n_clusters, rng=rng))
        for _ in range(n_init)
    ]
    return min(runs, key=lambda run: run.inertia)
