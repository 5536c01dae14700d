"""A checkup before clustering: signs that k-means may mislead."""

import textwrap
from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import pdist
from sklearn.metrics import adjusted_rand_score

from kmeans.diagnostics.gap import reference_box
from kmeans.diagnostics.restarts import best_run
from kmeans.diagnostics.silhouette import (
    silhouette_samples,
    simplified_silhouette_samples,
)
from kmeans.fast import fast_assign, one_blas_thread
from kmeans.progress import progress
from kmeans.validation import check_count, check_rng, check_samples

# More samples than these add to the time, hardly to what the signs show:
# but for those so far out that they can take a centroid of their own. They
# have a squared distance from the middle that is so many times the sum of
# all, divided by the most samples.
_MOST_SAMPLES = 2000
_FAR_OUT = 20
_LEAST_SAMPLES = 10
_N_DRAWS = 19
_N_SPLITS = 10
# Columns that a phone shows without scrolling.
_WIDTH = 44


@dataclass(frozen=True)
class Finding:
    """One sign of a checkup.

    Attributes
    ----------
    sign : str
        Name of the sign.
    value : float
        What was measured; NaN if it could not be.
    shown : str
        The value as text.
    notable : bool
        Whether the value is one that often comes with trouble.
    meaning : str
        What such a value usually means.
    remedy : str
        What to try; empty if the value is not notable.
    """

    sign: str
    value: float
    shown: str
    notable: bool
    meaning: str
    remedy: str


@dataclass(frozen=True, repr=False)
class Checkup:
    """What `checkup` returns; print it, or go through its findings.

    Attributes
    ----------
    n_clusters : int
        The number of clusters the signs were measured with.
    scope : str
        How many samples and features were used, and where `n_clusters`
        comes from.
    findings : tuple of Finding
    """

    n_clusters: int
    scope: str
    findings: tuple[Finding, ...]

    def __getitem__(self, sign):
        """Give the finding of this name."""
        return {f.sign: f for f in self.findings}[sign]

    def __repr__(self):
        """Give all findings as text, at most 44 columns wide."""
        lines = textwrap.wrap(self.scope, _WIDTH)
        lines += ["! = worth a look. Hints, not proofs."]
        for finding in self.findings:
            mark = "!" if finding.notable else "-"
            lines += ["", f"{mark} {finding.sign}: {finding.shown}"]
            for text in (finding.meaning, finding.remedy):
                lines += textwrap.wrap(
                    text, _WIDTH, initial_indent="  ", subsequent_indent="  "
                )
        return "\n".join(lines)


def checkup(X, n_clusters=None, *, feature_names=None, rng=None):
    """Measure signs of trouble that k-means itself would not tell.

    Nothing is scaled or removed: the signs are those of the data as given.
    None of them needs true labels, and none can prove that clusters are
    there or that k-means finds them.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        At least 10 samples, of which 3 are distinct.
    n_clusters : int, optional
        From 2 to half the samples, and less than there are distinct ones.
        By default the number from 2 to 10 with the best mean silhouette.
    feature_names : sequence of str, optional
        Names of the columns; by default those of a data frame, if they are
        text, else "feature 0" and so on.
    rng : numpy.random.Generator, int or None
        Source of the draws; an integer makes them repeatable.

    Returns
    -------
    checkup : Checkup
        With ``n_clusters``, ``scope`` and ``findings``; ``checkup[sign]``
        is one of the findings. Printed, it reads as a report.

    Raises
    ------
    ValueError
        If there are too few samples, or if an argument has a wrong shape
        or value.

    Notes
    -----
    The signs of the features look at all samples, and so do outlier share
    and size ratio, with the clusters found in 2000. The others look at these
    2000 alone: drawn at random, and with them the at most 100 that lie so
    far out that each holds a hundredth of the inertia of one cluster. So the
    time hardly grows with the number of samples, nor with that of features
    once there are more features than samples: then as many coordinates as
    samples keep all distances. The limits beyond which a
    value is notable are rules of thumb of this book.

    The null test clusters 19 samples of one Gaussian with the covariance of
    `X` and 19 that fill its box evenly (`reference_sample`), and compares
    mean simplified silhouettes, of the best k if `n_clusters` is not
    given. p is the larger of the two Monte Carlo p-values,
    (1 + draws at least as clustered) / 20; the least possible one is 0.05.

    Stability is the mean adjusted Rand index [1]_ between clusterings of
    random halves, each extended to all samples, over 10 splits.

    References
    ----------
    .. [1] Hubert, L. and Arabie, P. (1985). Comparing partitions. Journal
       of Classification, 2, 193-218. doi:10.1007/BF01908075

    Examples
    --------
    >>> from kmeans.datasets import four_blobs
    >>> report = checkup(four_blobs().X * [1, 100], rng=0)
    >>> report.n_clusters
    3
    >>> print(report["scale ratio"].remedy[:47])
    Try: standardize the features, unless they have
    """
    names = getattr(X, "columns", None)
    X = check_samples(X).astype(float, copy=False)
    if len(X) < _LEAST_SAMPLES:
        raise ValueError(
            f"X needs at least {_LEAST_SAMPLES} samples for a checkup, "
            f"got {len(X)}"
        )
    names = _check_names(feature_names, names, X.shape[1])
    rng = check_rng(rng)
    findings = _feature_findings(X, names)
    scope = f"Checkup: {len(X)} samples, {X.shape[1]} features"
    everyone, source = X, "X"
    if len(X) > _MOST_SAMPLES:
        rows, n_far = _draw(X, rng)
        X = X[rows]
        source = f"what is drawn of X, {len(X)} samples,"
        scope += f" (clusters: {_MOST_SAMPLES} samples drawn at random"
        scope += f" and {n_far} far out)" if n_far else ")"
    candidates = check_candidates(n_clusters, X, source)
    # What is left is small: threads would wait for each other, and on a busy
    # machine for others, longer than they work.
    with one_blas_thread():
        if everyone is X and X.shape[1] > len(X):
            everyone = X = _turn(X)
        runs = [best_run(X, k, 3, rng) for k in candidates]
        values = [silhouette_samples(X, run.labels) for run in runs]
        best = int(np.argmax([v.mean() for v in values]))
        findings += _cluster_findings(X, runs[best], values[best], everyone)
        findings += [
            _stability(X, candidates[best], rng),
            null_test(X, candidates, rng),
        ]
    scope += f", k = {candidates[best]}"
    if n_clusters is None:
        scope += (
            f", which has the best mean silhouette of k = {candidates[0]} "
            f"to {candidates[-1]}"
        )
    return Checkup(candidates[best], f"{scope}.", tuple(findings))


def _draw(X, rng):
    """Draw samples, add those far out, and say how many these are."""
    rows = rng.choice(len(X), _MOST_SAMPLES, replace=False)
    squares = np.square(X - X.mean(axis=0)).sum(axis=1)
    far_out = squares > _FAR_OUT / _MOST_SAMPLES * squares.sum()
    more = np.setdiff1d(np.flatnonzero(far_out), rows)
    return np.concatenate([rows, more]), len(more)


def _turn(X):
    """Give coordinates, no more than samples, that keep all distances."""
    distinct, places = np.unique(X, axis=0, return_inverse=True)
    left, lengths, _ = np.linalg.svd(
        distinct - distinct.mean(axis=0), full_matrices=False
    )
    # Equal samples stay equal to the last digit.
    return (left * lengths)[places.ravel()]


def _feature_findings(X, names):
    n_samples, n_features = X.shape
    constant = np.ptp(X, axis=0) == 0
    spread = np.where(constant, np.nan, X.std(axis=0))
    findings = [
        _finding(
            "constant features",
            int(constant.sum()),
            "{}",
            constant.any(),
            "Every feature varies.",
            f"{_listed(names, constant)}: the same value in all samples, so "
            "no influence on any distance.",
            "Try: leave them out.",
        )
    ]
    if not constant.all():
        wide, narrow = np.nanargmax(spread), np.nanargmin(spread)
        ratio = spread[wide] / spread[narrow]
        findings.append(
            _finding(
                "scale ratio",
                ratio,
                "{:,.1f}",
                ratio > 3,
                "Largest to smallest standard deviation: no feature "
                "dominates by its scale alone.",
                f"The standard deviation of {names[wide]} is {ratio:,.1f} "
                f"times that of {names[narrow]}. Squared distances, and so "
                "the clusters, follow the wide features and may ignore the "
                "narrow ones.",
                "Try: standardize the features, unless they have one unit "
                "and their scales are meant. Then run this again.",
            )
        )
    n_values = np.array([len(np.unique(column)) for column in X.T])
    few = ~constant & (n_values <= np.clip(n_samples // 10, 2, 10))
    distinct = len(np.unique(X, axis=0))
    repeated = 1 - distinct / n_samples
    per_feature = n_samples / n_features
    return [
        *findings,
        _finding(
            "features of few values",
            int(few.sum()),
            "{}",
            few.any(),
            "No feature looks like codes of categories.",
            f"{_listed(names, few)}: so few distinct values that they may be "
            "categories or counts. A mean of category codes has no meaning.",
            "Try: leave categories out, or cluster them with a method made "
            "for them, such as k-modes.",
        ),
        _finding(
            "repeated samples",
            repeated,
            "{:.1%}",
            repeated > 0.2,
            "Few samples repeat another one.",
            f"There are {distinct} distinct samples. Repeated ones pull "
            "centroids towards them, and may point to rounded data or to "
            "double entries.",
            "Try: find out why they repeat. Drop double entries, not "
            "honest repetitions.",
        ),
        _finding(
            "samples per feature",
            per_feature,
            "{:,.0f}",
            per_feature < 10,
            "No lack of samples for this number of features.",
            "Few samples for so many features: clusters may follow noise, "
            "and the signs below are uncertain.",
            "Try: fewer features, chosen by what they mean or by principal "
            "components.",
        ),
    ]


def _cluster_findings(X, run, silhouettes, everyone):
    nearest = run.labels
    if everyone is not X:
        nearest = fast_assign(everyone, run.centroids)
    _, labels, sizes = np.unique(
        nearest, return_inverse=True, return_counts=True
    )
    away = np.linalg.norm(everyone - run.centroids[nearest], axis=1)
    far = sizes[labels] <= max(1, 0.01 * len(everyone))
    for j in range(len(sizes)):
        mine = labels == j
        middle = np.median(away[mine])
        # 1.4826 makes the median deviation of a Gaussian its standard one.
        scale = 1.4826 * np.median(np.abs(away[mine] - middle))
        # Where most samples repeat, it is 0 and says nothing.
        far[mine] |= away[mine] > middle + 5 * (scale or middle / 5)
    groups = [X[run.labels == j] for j in np.unique(run.labels)]
    radius = [
        np.sqrt(group.var(axis=0).sum())
        for group in groups
        if (group != group[0]).any()
    ]
    spread_ratio = max(radius) / min(radius)
    size_ratio = sizes.max() / sizes.min()
    elongation = _elongation(groups)
    negative = np.mean(silhouettes < 0)
    distances = pdist(X)
    contrast = distances.std() / distances.mean()
    return [
        _finding(
            "distance contrast",
            contrast,
            "{:.2f}",
            contrast < 0.15,
            "Standard deviation over mean of all distances: near and far "
            "can be told apart.",
            "Standard deviation over mean of all distances: all samples are "
            "about equally far from each other, as it happens in many "
            "dimensions.",
            "Try: fewer features, or principal components first.",
        ),
        _finding(
            "outlier share",
            np.mean(far),
            "{:.1%}",
            np.mean(far) > 0.01,
            "Few samples are far from their centroid or in tiny clusters.",
            "These samples are far from their centroid, for their cluster, "
            "or alone in it, or in a cluster of at most 1% of the samples. "
            "Squared distances give them much weight: they can move "
            "centroids or take one of their own.",
            "Try: look at them. Then trim them, take logarithms of skewed "
            "features, or use medoids.",
        ),
        _finding(
            "size ratio",
            size_ratio,
            "{:,.1f}",
            size_ratio > 10,
            "Largest to smallest cluster: no cluster is tiny next to another.",
            f"The largest cluster has {sizes.max()} samples, the smallest "
            f"{sizes.min()}. k-means may cut up large groups, and a tiny "
            "cluster may be outliers.",
            "Try: look at the smallest one; compare a Gaussian mixture.",
        ),
        _finding(
            "spread ratio",
            spread_ratio,
            "{:,.1f}",
            spread_ratio > 3,
            "Largest to smallest radius (root mean square): the clusters "
            "are about equally wide.",
            "Largest to smallest radius (root mean square): the border "
            "halfway between centroids may give samples of the wide cluster "
            "to the narrow one.",
            "Try: a Gaussian mixture, which has a spread for each cluster.",
        ),
        _finding(
            "elongation",
            elongation,
            "{:,.1f}",
            elongation > 3,
            "Length to width: no cluster measured is long and thin."
            if elongation == elongation
            else "It takes two features, and 10 samples per feature in a "
            "cluster.",
            "Length to width of the longest cluster. k-means prefers round "
            "ones and cuts long ones across.",
            "Try: another scaling of the features, or a Gaussian mixture "
            "with full covariances.",
        ),
        _finding(
            "negative silhouettes",
            negative,
            "{:.1%}",
            negative > 0.05,
            "Few samples are nearer to another cluster than to their own, "
            f"on average; the mean silhouette is {silhouettes.mean():z.2f}.",
            "These samples are nearer to another cluster than to their own, "
            f"on average; the mean silhouette is {silhouettes.mean():z.2f}. "
            "Often clusters overlap, differ in spread, or are not round.",
            "Try: other numbers of clusters; draw the silhouettes.",
        ),
    ]


def _stability(X, n_clusters, rng):
    scores = []
    for _ in range(_N_SPLITS):
        halves = np.array_split(rng.permutation(len(X)), 2)
        labels = [
            fast_assign(X, best_run(X[half], n_clusters, 3, rng).centroids)
            for half in halves
        ]
        scores.append(adjusted_rand_score(*labels))
    agreement = float(np.mean(scores))
    return _finding(
        "stability",
        agreement,
        "{:z.2f}",
        agreement < 0.8,
        f"Agreement of clusterings of halves ({_N_SPLITS} splits, adjusted "
        "Rand index): other samples would probably give similar clusters. "
        "Stable clusters need not mean anything.",
        f"Agreement of clusterings of halves ({_N_SPLITS} splits, adjusted "
        "Rand index; 1 is full agreement): other samples would probably give "
        "other clusters.",
        "Try: another number of clusters, more samples or more starts.",
    )


def null_test(X, candidates, rng):
    """Find whether structureless data are as clustered as these."""
    center = X.mean(axis=0)
    # The triangular factor carries the covariance, singular ones included.
    root = np.linalg.qr(X - center, mode="r") / np.sqrt(len(X))
    draw_from_box = reference_box(X, "principal")
    observed = _clusteredness(X, candidates, rng)
    exceed = np.ones(2)
    for _ in progress(range(_N_DRAWS), "structureless samples"):
        gaussian = center + rng.normal(size=(len(X), len(root))) @ root
        box = draw_from_box(rng)
        exceed += [
            _clusteredness(draw, candidates, rng) >= observed
            for draw in (gaussian, box)
        ]
    p = float(exceed.max()) / (_N_DRAWS + 1)
    untried = ""
    if len(candidates) > 1:
        untried = (
            f" More than {candidates[-1]} clusters were not tried: to ask "
            "about more groups, give n_clusters."
        )
    return _finding(
        "null test",
        p,
        f"p = {{:.2f}} ({_N_DRAWS} + {_N_DRAWS} draws)",
        p > 0.05,
        "More clustered than every draw of structureless data: Gaussian "
        "with this covariance, uniform in this box. Skewed data without "
        "groups can do that too.",
        "No evidence that the data are more clustered than structureless "
        "ones: Gaussian with this covariance, or uniform in this box. "
        f"k-means cuts up such data as well.{untried}",
        "Try: the features that should tell groups apart, if they are "
        "known. Otherwise read clusters as mere slices.",
    )


def _clusteredness(X, candidates, rng):
    """Best mean simplified silhouette of these numbers of clusters."""
    return max(
        simplified_silhouette_samples(
            X, best_run(X, k, 1, rng).centroids
        ).mean()
        for k in candidates
    )


def _elongation(groups):
    """Largest length to width of the clusters that have enough samples."""
    ratios = [np.nan]
    for group in groups:
        # A feature that does not vary in a cluster is no width of it, and
        # neither is one that follows from the others.
        group = group[:, np.ptp(group, axis=0) > 0]
        if group.shape[1] > 1 and len(group) >= 10 * group.shape[1]:
            centered = group - group.mean(axis=0)
            lengths = np.linalg.svd(centered, compute_uv=False)
            lengths = lengths[lengths > 1e-9 * lengths[0]]
            ratios.append(lengths[0] / lengths[-1])
    return float(np.fmax.reduce(ratios))


def _finding(sign, value, form, notable, usual, meaning, remedy):
    return Finding(
        sign=sign,
        value=float(value),
        shown=form.format(value) if value == value else "not measured",
        notable=bool(notable),
        meaning=meaning if notable else usual,
        remedy=remedy if notable else "",
    )


def _listed(names, chosen):
    names = [name for name, take in zip(names, chosen, strict=True) if take]
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more


def _check_names(feature_names, columns, n_features):
    if feature_names is None:
        if columns is not None and all(isinstance(c, str) for c in columns):
            return list(columns)
        return [f"feature {j}" for j in range(n_features)]
    if len(feature_names) != n_features:
        raise ValueError(
            f"feature_names must have one name for each of the {n_features} "
            f"features of X, got {len(feature_names)}"
        )
    return [str(name) for name in feature_names]


def check_candidates(n_clusters, X, source="X"):
    """Return the numbers of clusters to try."""
    distinct = len(np.unique(X, axis=0))
    most = min(len(X) // 2, distinct - 1)
    if most < 2:
        raise ValueError(
            f"{source} needs at least 3 distinct samples for a checkup, got "
            f"{distinct}; if most samples repeat, try np.unique(X, axis=0)"
        )
    if n_clusters is None:
        return range(2, min(10, most) + 1)
    n_clusters = check_count(n_clusters, "n_clusters", least=2)
    if n_clusters > most:
        raise ValueError(
            f"n_clusters must be at most {most}, half the samples and less "
            f"than there are distinct ones in {source}, got {n_clusters}"
        )
    return [n_clusters]
