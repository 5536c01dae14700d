"""The gap statistic: an inertia, compared with that of data without groups."""

from dataclasses import dataclass

import numpy as np
from sklearn.utils.extmath import svd_flip

from kmeans.diagnostics.elbow import inertia_curve
from kmeans.fast import one_blas_thread
from kmeans.progress import progress
from kmeans.validation import check_count, check_rng, check_samples


@dataclass(frozen=True, eq=False)
class GapResult:
    """What `gap_statistic` returns.

    Attributes
    ----------
    n_clusters : ndarray of shape (max_clusters,)
        1, 2, ..., max_clusters.
    log_inertia : ndarray of shape (max_clusters,)
        Natural logarithm of the inertia of the samples.
    reference_log_inertia : ndarray of shape (n_references, max_clusters)
        The same of each reference set.
    gap : ndarray of shape (max_clusters,)
        Mean of the reference logarithms, minus that of the samples.
    standard_error : ndarray of shape (max_clusters,)
        Standard deviation of the reference logarithms, times
        ``sqrt(1 + 1 / n_references)``.
    chosen : int
        The smallest k whose gap is at least that of k + 1 minus the
        standard error of k + 1. It is `max_clusters` exactly if there is
        none: the gap was still rising, so read it as "or more".
    """

    n_clusters: np.ndarray
    log_inertia: np.ndarray
    reference_log_inertia: np.ndarray
    gap: np.ndarray
    standard_error: np.ndarray
    chosen: int


def gap_statistic(
    X,
    max_clusters=10,
    *,
    reference="principal",
    n_references=20,
    n_init=3,
    rng=None,
):
    """Compare the inertia with that of uniform data of the same extent.

    More clusters always lower the inertia. The gap is how much lower it is,
    on a logarithmic scale, than in data that fill a box evenly. It can
    answer that there is one cluster, so none to find.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    max_clusters : int, default=10
        Largest number of clusters tried, from 2 to one less than there are
        distinct samples.
    reference : {"principal", "box"}, default="principal"
        The box to fill: along the principal axes of the samples, or along
        the features. See `reference_sample`.
    n_references : int, default=20
        Number of reference sets, at least 2.
    n_init : int, default=3
        Starts for each number of clusters, as in `inertia_curve`. They are
        as many for the samples as for a reference set: an inertia that is
        too high for want of starts must be too high on both sides, or the
        difference measures the search and not the samples.
    rng : numpy.random.Generator, int or None
        Source of the draws; an integer makes them repeatable.

    Returns
    -------
    result : GapResult

    Raises
    ------
    ValueError
        If all samples are equal, or `max_clusters` are enough for an
        inertia of 0, which has no logarithm; or if another argument has a
        wrong shape or value.

    See Also
    --------
    reference_sample : one reference set.

    Notes
    -----
    The method of [1]_, both boxes, the standard error and the rule
    included. The W of the paper sums, over the clusters, all squared
    distances between two members, divided by twice the size: that is the
    inertia. The rule of the paper compares k with k + 1 and is silent on
    the case that no k passes; to answer `max_clusters` is what the function
    ``clusGap`` of the R package ``cluster`` does.

    The rule stops at the first k that its neighbor does not beat, however
    high the gap is further on: of three equal groups in a row, evenly
    spaced, two clusters explain less than they do of an even segment, and
    the answer is 1. Look at all of ``gap``.

    The cost is that of ``n_references + 1`` inertia curves: O(n_references
    n_init n_samples n_features max_clusters squared) for each iteration.

    On 200 uniform points in a square and with the defaults, it answers 1
    for 30 of 30 seeds.

    References
    ----------
    .. [1] Tibshirani, R., Walther, G. and Hastie, T. (2001). Estimating the
       number of clusters in a data set via the gap statistic. Journal of
       the Royal Statistical Society, Series B, 63(2), 411-423.
       doi:10.1111/1467-9868.00293

    Examples
    --------
    >>> from kmeans.datasets import four_blobs
    >>> gap_statistic(four_blobs().X, 6, rng=0).chosen
    4
    """
    X, max_clusters = check_distinct(X, max_clusters)
    reference = check_reference(reference)
    n_references = check_count(n_references, "n_references", least=2)
    n_init = check_count(n_init, "n_init")
    rng = check_rng(rng)

    def log_inertia(X):
        curve = inertia_curve(X, max_clusters, n_init=n_init, rng=rng)
        return np.log(curve.inertia)

    mine = log_inertia(X)
    draw = reference_box(X, reference)
    theirs = [
        log_inertia(draw(rng))
        for _ in progress(range(n_references), "reference sets")
    ]
    return judge_gap(mine, np.array(theirs))


def reference_sample(X, reference="principal", *, rng=None):
    """Draw data of the same extent as the samples, without any groups.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    reference : {"principal", "box"}, default="principal"
        Draw evenly from the smallest box around the samples whose edges
        follow their principal axes, which keeps a stretched or tilted
        shape; or whose edges follow the features.
    rng : numpy.random.Generator, int or None
        Source of the draws; an integer makes them repeatable.

    Returns
    -------
    sample : ndarray of shape (n_samples, n_features)

    Raises
    ------
    ValueError
        If an argument has a wrong shape or value.

    Notes
    -----
    The two reference distributions of [1]_. The first takes a singular
    value decomposition.

    References
    ----------
    .. [1] Tibshirani, R., Walther, G. and Hastie, T. (2001). Estimating the
       number of clusters in a data set via the gap statistic. Journal of
       the Royal Statistical Society, Series B, 63(2), 411-423.
       doi:10.1111/1467-9868.00293

    Examples
    --------
    Samples on a diagonal stay on it, or fill the square around it:

    >>> X = [[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]]
    >>> line = reference_sample(X, rng=0)
    >>> bool(np.allclose(line[:, 0], line[:, 1]))
    True
    >>> square = reference_sample(X, "box", rng=0)
    >>> bool(np.allclose(square[:, 0], square[:, 1]))
    False
    """
    X, rng = check_samples(X), check_rng(rng)
    return reference_box(X, check_reference(reference))(rng)


def reference_box(X, reference):
    """Give the function of an rng that draws as `reference_sample` does.

    The box is the same for all draws, and in many dimensions it takes longer
    to find than to fill.
    """
    if reference == "box":
        low, high = X.min(axis=0), X.max(axis=0)
        return lambda rng: rng.uniform(low, high, X.shape)
    center = X.mean(axis=0, dtype=float)
    # The threads of BLAS gain little here, and lose much on a busy machine.
    with one_blas_thread():
        left, _, axes = np.linalg.svd(X - center, full_matrices=False)
        # An axis has no direction of its own; the draws need one that is the
        # same on every machine.
        _, axes = svd_flip(left, axes, u_based_decision=False)
        scores = (X - center) @ axes.T
    low, high = scores.min(axis=0), scores.max(axis=0)
    return lambda rng: rng.uniform(low, high, scores.shape) @ axes + center


def judge_gap(log_inertia, reference_log_inertia):
    """Give the gap, its standard error and the choice, from logarithms."""
    n_references, max_clusters = reference_log_inertia.shape
    gap = reference_log_inertia.mean(axis=0) - log_inertia
    spread = reference_log_inertia.std(axis=0)
    standard_error = spread * np.sqrt(1 + 1 / n_references)
    enough = gap[:-1] >= gap[1:] - standard_error[1:]
    return GapResult(
        n_clusters=np.arange(1, max_clusters + 1),
        log_inertia=log_inertia,
        reference_log_inertia=reference_log_inertia,
        gap=gap,
        standard_error=standard_error,
        chosen=int(enough.argmax()) + 1 if enough.any() else max_clusters,
    )


def check_reference(reference):
    """Return `reference` if it names one of the two boxes."""
    if reference not in ("principal", "box"):
        raise ValueError(
            f"reference must be 'principal' or 'box', got {reference!r}"
        )
    return reference


def check_distinct(X, max_clusters):
    """Return both, if no clustering can reach an inertia of 0."""
    X = check_samples(X)
    max_clusters = check_count(max_clusters, "max_clusters", least=2)
    n_distinct = len(np.unique(X, axis=0))
    if n_distinct == 1:
        raise ValueError(
            f"X must hold different samples, got {len(X)} times the same"
        )
    if max_clusters >= n_distinct:
        raise ValueError(
            f"max_clusters must be less than the number of distinct samples, "
            f"{n_distinct}, at which the inertia is 0; got {max_clusters}"
        )
    return X, max_clusters
