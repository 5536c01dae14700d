"""The stepper as an object of Python, and its HTML."""

import json
import math
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib import resources
from string import Template

import numpy as np

from kmeans.core import ROUNDING
from kmeans.datasets import deliveries
from kmeans.seeding import forgy
from kmeans.stepping import picture
from kmeans.validation import (
    check_centroids,
    check_count,
    check_n_clusters,
    check_samples,
)

MOST_SAMPLES = 500
MOST_CLUSTERS = 10
VIEWS = ("cells", "lines", "paths")
CHALLENGES = (None, "stuck", "beat")
# In this order one script: each part uses what stands in those before.
SCRIPT = ("algorithm.js", "drawing.js", "controls.js")
# What the page calls the centroids: the colors and shapes of kmeans.style.
NAMES = (
    "blue circle",
    "orange square",
    "green triangle",
    "purple diamond",
    "red triangle",
    "blue plus",
    "pink cross",
    "lilac star",
    "light green pentagon",
    "crimson triangle",
)


# eq=False: comparing arrays gives an array, so a generated __eq__ would fail.
@dataclass(frozen=True, eq=False, repr=False)
class Stepper:
    """What `stepper` returns: shown by notebooks, and data to compute with.

    Attributes
    ----------
    X : ndarray of shape (n_samples, 2)
        The samples precisely as the page has them, rounded.
    centroids : ndarray of shape (n_clusters, 2)
        The start precisely as the page has it, rounded.
    title, data_name, alt : str
    axes : tuple of two str
    seed : int
    show : tuple of str
    challenge : {None, "stuck", "beat"}
    """

    X: np.ndarray
    centroids: np.ndarray
    title: str
    data_name: str
    alt: str
    axes: tuple[str, str]
    seed: int
    show: tuple[str, ...]
    challenge: str | None

    def __repr__(self):
        """Say what it holds; for the page see ``_repr_html_``."""
        n_samples, n_clusters = len(self.X), len(self.centroids)
        return f"Stepper({n_samples} samples, {n_clusters} centroids)"

    def _repr_html_(self):
        from kmeans import style  # only here, because it imports Matplotlib

        shapes = [picture.shape(style, j) for j in range(MOST_CLUSTERS)]
        return Template(_file("template.html")).substitute(
            title=escape(self.title),
            own=escape(self.data_name),
            alt=escape(self.alt),
            seed=self.seed,
            n_clusters=len(self.centroids),
            most_clusters=MOST_CLUSTERS,
            data=_data(self, style, shapes),
            style=_style(style),
            script="\n".join(map(_file, SCRIPT)),
            **_choices(self),
            **picture.parts(self, shapes, style.COLORS),
        )


def stepper(
    X=None,
    n_clusters=None,
    *,
    centroids=None,
    seed=0,
    title="Step through k-means",
    data_name="This chapter's data",
    alt=None,
    axes=("x", "y"),
    show=VIEWS,
    challenge=None,
):
    """Show k-means on samples in the plane, to be stepped through by hand.

    Parameters
    ----------
    X : array-like of shape (n_samples, 2), optional
        At most 500 samples; by default the 18 customers of
        `kmeans.datasets.deliveries`, with their start. Rounded to four
        digits of their range.
    n_clusters : int, optional
        From 1 to 10; by default the number of `centroids`, or 3.
    centroids : array-like of shape (n_clusters, 2), optional
        The start; by default samples drawn with `seed`.
    seed : int, default=0
        What chance on the page begins with; the reader can change it.
    title : str
        The line above the picture.
    data_name : str
        What the page's choice of data calls `X`.
    alt : str, optional
        What the picture shows, for those who cannot see it.
    axes : tuple of two str
        Names of the features, with their units.
    show : sequence of {"cells", "lines", "paths"}
        What is drawn at first: Voronoi cells, lines from samples to their
        centroids, the ways of the centroids.
    challenge : {None, "stuck", "beat"}
        A task to begin with: place the centroids so that Lloyd's algorithm
        ends above the lowest objective, or reach the lowest objective.

    Returns
    -------
    stepper : Stepper
        The last value of a notebook cell. Its `X` and `centroids` are the
        numbers of the page: from them `kmeans.lloyd` gives the labels,
        centroids and objectives that the page shows.

    Raises
    ------
    ValueError
        If an argument has a wrong shape or value.

    Notes
    -----
    The script's own data sets and draws come from its own generator, so a
    seed gives other draws there than in `kmeans.seeding`.

    Examples
    --------
    >>> stepper([[0, 0], [0, 1], [4, 0]], centroids=[[0, 0], [0, 1]])
    Stepper(3 samples, 2 centroids)
    """
    if X is None:
        customers = deliveries()
        X = customers.X
        axes = customers.feature_names if axes == ("x", "y") else axes
        if centroids is None and n_clusters in (None, 3):
            centroids = customers.start
    X = check_samples(X).astype(float)
    if X.shape[1] != 2 or len(X) > MOST_SAMPLES:
        raise ValueError(
            f"X must have 2 features and at most {MOST_SAMPLES} samples to be "
            f"stepped through, got shape {X.shape}"
        )
    if n_clusters is None:
        n_clusters = 3 if centroids is None else len(centroids)
    n_clusters = check_n_clusters(n_clusters, len(X))
    if n_clusters > MOST_CLUSTERS:
        raise ValueError(
            f"n_clusters must be at most {MOST_CLUSTERS}, got {n_clusters}"
        )
    seed = check_count(seed, "seed", least=0)
    if centroids is None:
        centroids = forgy(X, n_clusters, rng=seed)
    centroids = check_centroids(centroids, X, n_clusters)
    wrong = set(show) - set(VIEWS)
    if wrong:
        raise ValueError(f"show must be among {VIEWS}, got {sorted(wrong)}")
    if challenge not in CHALLENGES:
        raise ValueError(
            f"challenge must be one of {CHALLENGES}, got {challenge!r}"
        )
    if len(axes) != 2:
        raise ValueError(f"axes must be two names, got {axes!r}")
    spread = np.ptp(X, axis=0).max() or 1.0
    decimals = 4 - math.floor(math.log10(spread))
    return Stepper(
        X=np.round(X, decimals),
        centroids=np.round(centroids, decimals),
        title=title,
        data_name=data_name,
        alt=alt
        or f"{len(X)} samples and the {n_clusters} centroids that the "
        "algorithm starts from.",
        axes=tuple(axes),
        seed=seed,
        show=tuple(show),
        challenge=challenge,
    )


def _data(stepper, style, shapes):
    """Write what the script has to know, for an attribute in single quotes."""
    data = {
        "X": _plain(stepper.X),
        "C": _plain(stepper.centroids),
        "shapes": shapes,
        "colors": style.COLORS[:MOST_CLUSTERS],
        "names": NAMES,
        "axes": [escape(name) for name in stepper.axes],
        "margins": picture.MARGINS,
        "most": {"samples": MOST_SAMPLES, "clusters": MOST_CLUSTERS},
        "rounding": ROUNDING,
    }
    text = escape(json.dumps(data, separators=(",", ":")))
    return text.replace("&quot;", '"')


def _style(style):
    """Fill the colors of light and of dark paper into the style sheet."""
    colors = {f"light_{role}": v for role, v in style.LIGHT.items()}
    colors |= {f"dark_{role}": v for role, v in style.DARK.items()}
    css = Template(_file("style.css"))
    return css.substitute(colors, neutral=style.NEUTRAL)


def _choices(stepper):
    """Mark the views that are shown and the task that is chosen."""
    views = {f"{v}_shown": " checked" * (v in stepper.show) for v in VIEWS}
    tasks = {
        f"{task or 'none'}_chosen": " selected" * (task == stepper.challenge)
        for task in CHALLENGES
    }
    return views | tasks


@cache
def _file(name):
    return resources.files(__package__).joinpath(name).read_text("utf-8")


def _plain(points):
    """Write numbers as short as they can be."""
    return [
        [int(v) if v == int(v) else v for v in point]
        for point in points.tolist()
    ]
