"""How many clusters, and are there any? Measures that help a person judge.

Each module holds one idea and has a name that none of its functions has: the
`elbow` of the inertia, the `silhouette`, the `gap` statistic, the f(K) of
`pham`, the information criterion of `schwarz`, and whether two `halves` of
the samples agree. `comparison` runs them all over a range of k, on the data
and on data without structure; `signs` tell that k-means may not suit the
data.
"""

from kmeans.diagnostics.comparison import KComparison, compare_k
from kmeans.diagnostics.elbow import InertiaCurve, inertia_curve
from kmeans.diagnostics.gap import (
    GapResult,
    gap_statistic,
    reference_sample,
)
from kmeans.diagnostics.halves import StabilityResult, stability
from kmeans.diagnostics.pham import choose_by_ratio, distortion_ratio
from kmeans.diagnostics.schwarz import bic
from kmeans.diagnostics.signs import Checkup, Finding, checkup
from kmeans.diagnostics.silhouette import (
    silhouette_samples,
    silhouette_score,
    simplified_silhouette_samples,
)

__all__ = [
    "Checkup",
    "Finding",
    "GapResult",
    "InertiaCurve",
    "KComparison",
    "StabilityResult",
    "bic",
    "checkup",
    "choose_by_ratio",
    "compare_k",
    "distortion_ratio",
    "gap_statistic",
    "inertia_curve",
    "reference_sample",
    "silhouette_samples",
    "silhouette_score",
    "simplified_silhouette_samples",
    "stability",
]
