"""How many clusters, and are there any? Measures that help a person judge.

Each module holds one idea: the inertia `curve`, the `silhouette`, the `gap`
statistic, the `ratio` f(K), the `information` criterion and `stability`.
`comparison` runs them all over a range of k, on the data and on data without
structure; `checkup` lists signs that k-means may not suit the data.
"""

from kmeans.diagnostics.checkup import Checkup, Finding, checkup
from kmeans.diagnostics.comparison import KComparison, compare_k
from kmeans.diagnostics.curve import InertiaCurve, inertia_curve
from kmeans.diagnostics.gap import (
    GapResult,
    gap_statistic,
    reference_sample,
)
from kmeans.diagnostics.information import bic
from kmeans.diagnostics.ratio import choose_by_ratio, distortion_ratio
from kmeans.diagnostics.silhouette import (
    silhouette_samples,
    silhouette_score,
    simplified_silhouette_samples,
)
from kmeans.diagnostics.stability import StabilityResult, stability

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
