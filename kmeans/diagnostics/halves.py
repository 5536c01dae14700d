"""Stability: whether two halves of the samples lead to the same clusters."""

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import adjusted_rand_score

from kmeans.algorithm import assign
from kmeans.diagnostics.gap import (
    check_distinct,
    check_reference,
    reference_sample,
)
from kmeans.diagnostics.restarts import best_run
from kmeans.progress import progress
from kmeans.validation import check_count, check_rng

# Where groups form groups, several numbers of clusters agree fully; what
# they differ by is chance.
_TIE = 0.02


@dataclass(frozen=True, eq=False)
class StabilityResult:
    """What `stability` returns.

    Attributes
    ----------
    n_clusters : ndarray of shape (max_clusters - 1,)
        2, 3, ..., max_clusters.
    agreement : ndarray of shape (max_clusters - 1,)
        Mean adjusted Rand index between the clusterings of two halves:
        1 if they always agree, near 0 if they agree as chance would.
    spread : ndarray of shape (max_clusters - 1,)
        Standard deviation of these indices over the resamples.
    null_agreement : ndarray of shape (n_references, max_clusters - 1)
        The mean agreement within each set of structureless data.
    excess : ndarray of shape (max_clusters - 1,)
        Agreement, minus the mean of the null agreement.
    score : ndarray of shape (max_clusters - 1,)
        The excess in standard deviations of the null agreement; 0 if that
        does not vary.
    margin : float
        The largest such score, at any number of clusters, that one of the
        structureless sets has against the others.
    chosen : int
        1 if no score is above the margin. Else the largest number of
        clusters with an agreement no more than 0.02 below the highest that
        any number with such a score has.
    """

    n_clusters: np.ndarray
    agreement: np.ndarray
    spread: np.ndarray
    null_agreement: np.ndarray
    excess: np.ndarray
    score: np.ndarray
    margin: float
    chosen: int


def stability(
    X,
    max_clusters=10,
    *,
    reference="principal",
    n_references=20,
    n_resamples=5,
    n_init=2,
    rng=None,
):
    """Compare clusterings of random halves, and what noise would give.

    The samples are split into two random halves. Each half is clustered on
    its own, all samples are given to the nearest centroid of either, and
    the two labelings are compared. Uniform data of the same extent show
    which agreement comes from the shape alone: the corners of a square make
    four clusters that agree well and mean nothing.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    max_clusters : int, default=10
        Largest number of clusters tried, from 2 to half the number of
        samples, and less than there are distinct samples.
    reference : {"principal", "box"}, default="principal"
        The box that the structureless data fill, as in `reference_sample`.
    n_references : int, default=20
        Number of structureless sets, at least 2.
    n_resamples : int, default=5
        Number of splits into halves, for the samples and for each
        structureless set.
    n_init : int, default=2
        Starts for each clustering, of which the best is kept.
    rng : numpy.random.Generator, int or None
        Source of the draws; an integer makes them repeatable.

    Returns
    -------
    result : StabilityResult

    Raises
    ------
    ValueError
        If all samples are equal, if `max_clusters` are too many, or if
        another argument has a wrong shape or value.

    Notes
    -----
    To cluster two halves and to carry the labels over is the idea of [1]_
    and, in a like form, of [2]_; subsamples that overlap are used by [3]_.
    The index that compares is that of [4]_.

    The rule is ours. A uniform set would pass it once in ``n_references +
    1`` times, whatever `max_clusters` is, because the margin is a maximum
    over the numbers of clusters as well. Data that are neither uniform nor
    grouped, such as one Gaussian, may pass more often.

    A stable clustering need not be a meaningful one: with many samples,
    k-means is stable wherever the optimum is unique, at a wrong number of
    clusters as well [5]_.

    The cost is that of ``2 (n_references + 1) n_resamples n_init`` runs of
    Lloyd's algorithm on half the samples for each number of clusters:
    O(n_samples n_features max_clusters squared) times these, for each
    iteration.

    References
    ----------
    .. [1] Lange, T., Roth, V., Braun, M. L. and Buhmann, J. M. (2004).
       Stability-based validation of clustering solutions. Neural
       Computation, 16(6), 1299-1323.
    .. [2] Tibshirani, R. and Walther, G. (2005). Cluster validation by
       prediction strength. Journal of Computational and Graphical
       Statistics, 14(3), 511-528.
    .. [3] Ben-Hur, A., Elisseeff, A. and Guyon, I. (2002). A stability
       based method for discovering structure in clustered data. Pacific
       Symposium on Biocomputing, 7, 6-17.
    .. [4] Hubert, L. and Arabie, P. (1985). Comparing partitions. Journal
       of Classification, 2, 193-218. doi:10.1007/BF01908075
    .. [5] Ben-David, S., Pál, D. and Simon, H. U. (2007). Stability of
       k-means clustering. Learning Theory (COLT), 20-34.

    Examples
    --------
    >>> from kmeans.datasets import four_blobs
    >>> result = stability(four_blobs().X, 6, rng=0)
    >>> result.chosen, round(float(result.agreement[2]), 2)
    (4, 1.0)
    """
    X, max_clusters = check_halves(X, max_clusters)
    reference = check_reference(reference)
    n_references = check_count(n_references, "n_references", least=2)
    n_resamples = check_count(n_resamples, "n_resamples")
    n_init = check_count(n_init, "n_init")
    rng = check_rng(rng)

    mine = split_agreement(X, max_clusters, n_resamples, n_init, rng)
    theirs = [
        split_agreement(
            reference_sample(X, reference, rng=rng),
            max_clusters,
            n_resamples,
            n_init,
            rng,
        ).mean(axis=0)
        for _ in progress(range(n_references), "reference sets")
    ]
    return judge_stability(mine, np.array(theirs))


def split_agreement(X, max_clusters, n_resamples, n_init, rng):
    """Give the agreement of each split, for 2, 3, ... clusters."""
    agreement = np.empty((n_resamples, max_clusters - 1))
    middle = len(X) // 2
    for row in agreement:
        order = rng.permutation(len(X))
        halves = X[order[:middle]], X[order[middle:]]
        for k in range(2, max_clusters + 1):
            first, second = (
                assign(X, best_run(half, k, n_init, rng).centroids)
                for half in halves
            )
            row[k - 2] = adjusted_rand_score(first, second)
    return agreement


def judge_stability(agreement, null_agreement):
    """Give excess, margin and choice, from the agreement of each split."""
    mean = agreement.mean(axis=0)
    excess = mean - null_agreement.mean(axis=0)
    # Each structureless set in the place of the samples, against the rest.
    others = null_agreement.sum(axis=0) - null_agreement
    null_excess = null_agreement - others / (len(null_agreement) - 1)
    deviation = null_agreement.std(axis=0)
    # Where nothing varies, no excess can be told from none.
    unit = np.where(deviation > 0, deviation, np.inf)
    score, margin = excess / unit, (null_excess / unit).max()
    chosen = 1
    if (score > margin).any():
        highest = mean[score > margin].max()
        chosen = int(np.flatnonzero(mean >= highest - _TIE)[-1]) + 2
    return StabilityResult(
        n_clusters=np.arange(2, len(mean) + 2),
        agreement=mean,
        spread=agreement.std(axis=0),
        null_agreement=null_agreement,
        excess=excess,
        score=score,
        margin=float(margin),
        chosen=chosen,
    )


def check_halves(X, max_clusters):
    """Return both, if each half of the samples can have so many clusters."""
    X, max_clusters = check_distinct(X, max_clusters)
    if max_clusters > len(X) // 2:
        raise ValueError(
            f"max_clusters must be at most half the number of samples, "
            f"{len(X) // 2}, because halves are clustered; got {max_clusters}"
        )
    return X, max_clusters
