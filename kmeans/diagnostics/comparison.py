"""All criteria at once, on the samples and on data without groups."""

from collections import Counter
from dataclasses import dataclass
from itertools import zip_longest
from textwrap import fill

import numpy as np
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score

from kmeans.diagnostics.elbow import InertiaCurve, inertia_curve
from kmeans.diagnostics.gap import (
    GapResult,
    check_reference,
    judge_gap,
    reference_box,
)
from kmeans.diagnostics.halves import (
    StabilityResult,
    check_halves,
    compare_halves,
    judge_stability,
)
from kmeans.diagnostics.pham import choose_by_ratio, distortion_ratio
from kmeans.diagnostics.schwarz import bic
from kmeans.diagnostics.silhouette import silhouette_score
from kmeans.progress import progress
from kmeans.validation import check_count, check_rng

COLUMNS = (
    "k",
    "inertia",
    "explained variance",
    "silhouette",
    "Calinski-Harabasz",
    "Davies-Bouldin",
    "gap",
    "f(K)",
    "BIC",
    "stability",
)
CRITERIA = COLUMNS[3:]
# So many characters in a line of print fit on a phone, and these columns
# beside each other, if long names are broken.
_WIDTH = 44
_BROKEN = {
    "explained variance": "explained\nvariance",
    "Calinski-Harabasz": "Calinski-\nHarabasz",
    "Davies-Bouldin": "Davies-\nBouldin",
    "without structure": "without\nstructure",
}
_BLOCKS = (
    ("inertia", "explained variance", "silhouette"),
    ("Calinski-Harabasz", "Davies-Bouldin", "gap"),
    ("f(K)", "BIC", "stability"),
)
_IN_WHOLE_NUMBERS = ("inertia", "Calinski-Harabasz", "BIC")
# So many of the numbers chosen on structureless data are printed.
_MOST_COMMON = 3
_NOTE = "* = chosen"


@dataclass(frozen=True, eq=False, repr=False)
class KComparison:
    """What `compare_k` returns; printed, it is a set of small tables.

    Attributes
    ----------
    columns : tuple of str
        "k", "inertia", "explained variance", and the seven criteria:
        "silhouette", "Calinski-Harabasz", "Davies-Bouldin", "gap", "f(K)",
        "BIC" and "stability".
    table : ndarray of shape (max_clusters, len(columns))
        One row for each number of clusters, NaN where a criterion has no
        value: all but gap, f(K) and BIC have none for one cluster.
    choices : dict of str to int
        The number of clusters each criterion chooses.
    null_table : ndarray of shape (n_references, max_clusters, len(columns))
        The same table of each set of structureless data.
    null_choices : dict of str to ndarray of shape (n_references,)
        What each criterion chooses on each of these sets.
    curve : InertiaCurve
        The clusterings of the samples.
    gap : GapResult
    stability : StabilityResult
    """

    columns: tuple[str, ...]
    table: np.ndarray
    choices: dict[str, int]
    null_table: np.ndarray
    null_choices: dict[str, np.ndarray]
    curve: InertiaCurve
    gap: GapResult
    stability: StabilityResult

    @property
    def votes(self):
        """Criteria that choose each number of clusters, as a dictionary."""
        return {
            k: tuple(name for name in CRITERIA if self.choices[name] == k)
            for k in sorted(set(self.choices.values()))
        }

    def column(self, name):
        """Give one column of the table.

        Parameters
        ----------
        name : str
            One of ``columns``.

        Returns
        -------
        values : ndarray of shape (max_clusters,)
        """
        return self.table[:, self.columns.index(name)]

    def __repr__(self):
        """Write the tables with at most 44 characters in a line."""
        parts = [_NOTE, ""]
        for caption, head, rows in self._tables():
            lines = [line for row in (head, *rows) for line in _lines(row)]
            widths = [
                max(map(len, cells)) for cells in zip(*lines, strict=True)
            ]
            parts.append(caption)
            parts.extend(
                "  ".join(map(str.rjust, cells, widths)) for cells in lines
            )
            parts.append("")
        return "\n".join(parts + self._summary())

    def _repr_html_(self):
        parts = [f"<p>{_NOTE}</p>"]
        for caption, head, rows in self._tables():
            parts.append(f"<table><caption>{caption}</caption><thead><tr>")
            parts.extend(f'<th scope="col">{name}</th>' for name in head)
            parts.append("</tr></thead><tbody>")
            for first, *cells in rows:
                parts.append(f'<tr><th scope="row">{first}</th>')
                parts.extend(f"<td>{cell}</td>" for cell in cells)
                parts.append("</tr>")
            parts.append("</tbody></table>")
        parts.extend(f"<p>{line}</p>" for line in self._summary())
        return "\n".join(parts)

    def _tables(self):
        """Give caption, head and rows of each table, as text."""
        for block in _BLOCKS:
            rows = [
                [str(k), *(self._cell(k, name) for name in block)]
                for k in range(1, len(self.table) + 1)
            ]
            yield ", ".join(block), ["k", *block], rows
        rows = [
            [name, str(self.choices[name]), _tally(self.null_choices[name])]
            for name in CRITERIA
        ]
        n_references = len(self.null_table)
        caption = f"choices, and those on {n_references} structureless sets"
        yield caption, ["criterion", "chooses", "without structure"], rows

    def _cell(self, k, name):
        value = self.column(name)[k - 1]
        if np.isnan(value):
            return "- "
        digits = 0 if name in _IN_WHOLE_NUMBERS and abs(value) >= 100 else 3
        mark = "*" if self.choices.get(name) == k else " "
        return f"{value:,.{digits}f}{mark}"

    def _summary(self):
        lines = [
            f"k = {k}: {', '.join(names)}" for k, names in self.votes.items()
        ]
        if self.stability.rivals:
            rivals = " or ".join(map(str, self.stability.rivals))
            lines.append(
                "Stability is not sure: without one split or one "
                f"structureless set, it chooses {rivals}."
            )
        return [fill(it, _WIDTH, subsequent_indent="  ") for it in lines]


def _lines(cells):
    """Give the lines of one row of a printed table."""
    broken = [_BROKEN.get(cell, cell).split("\n") for cell in cells]
    return zip_longest(*broken, fillvalue="")


def compare_k(
    X,
    max_clusters=10,
    *,
    reference="principal",
    n_references=20,
    n_resamples=5,
    n_init=2,
    silhouette_size=1000,
    rng=None,
):
    """Ask every criterion for the number of clusters, and noise as well.

    The same clusterings of the samples are judged by seven criteria. The
    same is done with sets of uniform data of the same extent: what a
    criterion chooses there is what it chooses when there is nothing.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    max_clusters : int, default=10
        Largest number of clusters tried, from 2 to half the number of
        samples, and less than there are distinct samples.
    reference : {"principal", "box"}, default="principal"
        The box that structureless data fill, as in `reference_sample`.
    n_references : int, default=20
        Number of structureless sets, at least 3. They are the reference of
        the gap statistic and of the stability, too; in its turn, each of
        them is judged against the others.
    n_resamples : int, default=5
        Splits into halves for the stability of each set.
    n_init : int, default=2
        Starts of each clustering, equally many for all sets.
    silhouette_size : int, default=1000
        Of more samples than this, the silhouette is averaged over so many
        drawn at random; then it must be larger than `max_clusters`.
    rng : numpy.random.Generator, int or None
        Source of the draws; an integer makes them repeatable.

    Returns
    -------
    result : KComparison

    Raises
    ------
    ValueError
        If all samples are equal, if `max_clusters` are too many, or if
        another argument has a wrong shape or value.

    See Also
    --------
    gap_statistic, distortion_ratio, bic, stability, inertia_curve

    Notes
    -----
    Each criterion has its rule: the largest silhouette [1]_ or
    Calinski-Harabasz index [2]_, the smallest Davies-Bouldin index [3]_ or
    BIC, those of `gap_statistic`, `choose_by_ratio` and `stability` for the
    rest. Inertia and explained variance have none. The first three cannot
    answer 1, whatever the data are.

    For each of the ``n_references + 1`` sets, the cost in n samples, d
    features and K clusters is, for each iteration of Lloyd's algorithm,
    O(n d K squared n_init) for the clusterings, which inertia, f(K), BIC
    and gap share, and n_resamples times that for the stability. Besides,
    the silhouette costs O(n squared d K), where n is at most
    `silhouette_size`, and the other two indices O(n d K).

    References
    ----------
    .. [1] Rousseeuw, P. J. (1987). Silhouettes: a graphical aid to the
       interpretation and validation of cluster analysis. Journal of
       Computational and Applied Mathematics, 20, 53-65.
       doi:10.1016/0377-0427(87)90125-7
    .. [2] Caliński, T. and Harabasz, J. (1974). A dendrite method for
       cluster analysis. Communications in Statistics, 3(1), 1-27.
       doi:10.1080/03610927408827101
    .. [3] Davies, D. L. and Bouldin, D. W. (1979). A cluster separation
       measure. IEEE Transactions on Pattern Analysis and Machine
       Intelligence, PAMI-1(2), 224-227. doi:10.1109/TPAMI.1979.4766909

    Examples
    --------
    >>> from kmeans.datasets import four_blobs
    >>> result = compare_k(four_blobs().X, 5, n_references=5, rng=0)
    >>> result.votes
    {4: ('silhouette', 'Calinski-Harabasz', 'Davies-Bouldin', 'gap', \
'f(K)', 'BIC', 'stability')}
    >>> result.column("silhouette").round(3)
    array([  nan, 0.603, 0.778, 0.834, 0.694])
    """
    X, max_clusters = check_halves(X, max_clusters)
    reference = check_reference(reference)
    n_references = check_count(n_references, "n_references", least=3)
    n_resamples = check_count(n_resamples, "n_resamples")
    n_init = check_count(n_init, "n_init")
    silhouette_size = check_count(silhouette_size, "silhouette_size", least=3)
    if max_clusters >= silhouette_size < len(X):
        raise ValueError(
            f"silhouette_size must be more than max_clusters={max_clusters}, "
            f"got {silhouette_size}"
        )
    rng = check_rng(rng)

    draw = reference_box(X, reference)
    curves, tables, splits = [], [], []
    for i in progress(range(n_references + 1), "sets"):
        sample = draw(rng) if i else X
        curve = inertia_curve(sample, max_clusters, n_init=n_init, rng=rng)
        curves.append(curve)
        tables.append(_measure(sample, curve, silhouette_size, rng))
        splits.append(
            compare_halves(sample, max_clusters, n_resamples, n_init, rng)
        )
    tables, splits = np.array(tables), np.array(splits)
    logs = np.log([curve.inertia for curve in curves])

    gaps, stabilities, choices = [], [], []
    for i, table in enumerate(tables):
        others = np.arange(n_references + 1) != i
        others[0] = False
        gap = judge_gap(logs[i], logs[others])
        stable = judge_stability(
            splits[i], splits[others].mean(axis=2), len(X)
        )
        table[:, COLUMNS.index("gap")] = gap.gap
        table[1:, COLUMNS.index("stability")] = stable.agreement
        gaps.append(gap)
        stabilities.append(stable)
        choices.append(_choose(table, gap, stable))
    return KComparison(
        columns=COLUMNS,
        table=tables[0],
        choices=choices[0],
        null_table=tables[1:],
        null_choices={
            name: np.array([choice[name] for choice in choices[1:]])
            for name in CRITERIA
        },
        curve=curves[0],
        gap=gaps[0],
        stability=stabilities[0],
    )


def _measure(X, curve, silhouette_size, rng):
    """Fill in all columns but those that need the other sets."""
    max_clusters = len(curve.n_clusters)
    table = np.full((max_clusters, len(COLUMNS)), np.nan)

    def put(name, values):
        table[-len(values) :, COLUMNS.index(name)] = values

    put("k", curve.n_clusters)
    put("inertia", curve.inertia)
    put("explained variance", curve.explained_variance)
    put("f(K)", distortion_ratio(curve.inertia, X.shape[1]))
    put(
        "BIC",
        [
            bic(inertia, labels, X.shape[1])
            for inertia, labels in zip(
                curve.inertia, curve.labels, strict=True
            )
        ],
    )
    several = curve.labels[1:]
    size = silhouette_size if len(X) > silhouette_size else None
    put(
        "silhouette",
        [silhouette_score(X, it, sample_size=size, rng=rng) for it in several],
    )
    put(
        "Calinski-Harabasz", [calinski_harabasz_score(X, it) for it in several]
    )
    put("Davies-Bouldin", [davies_bouldin_score(X, it) for it in several])
    return table


def _choose(table, gap, stable):
    def values(name):
        return table[:, COLUMNS.index(name)]

    return {
        "silhouette": int(np.nanargmax(values("silhouette"))) + 1,
        "Calinski-Harabasz": int(np.nanargmax(values("Calinski-Harabasz")))
        + 1,
        "Davies-Bouldin": int(np.nanargmin(values("Davies-Bouldin"))) + 1,
        "gap": gap.chosen,
        "f(K)": choose_by_ratio(values("f(K)")),
        "BIC": int(values("BIC").argmin()) + 1,
        "stability": stable.chosen,
    }


def _tally(chosen):
    """Write what is chosen how often, the most frequent first."""
    counts = Counter(sorted(chosen.tolist())).most_common()
    text = ", ".join(f"{k} x{count}" for k, count in counts[:_MOST_COMMON])
    return text + (", ..." if len(counts) > _MOST_COMMON else "")
