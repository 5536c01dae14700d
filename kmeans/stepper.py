"""A stepper that lives in the page: k-means in the reader's hand.

`stepper` returns an object that a notebook and the book show as a picture with
controls. Everything it needs is in its HTML: no server, no network, no
framework. Its arithmetic is that of `kmeans.lloyd`, half-step by half-step.
Where scripts are off, the picture of the samples and the start remains.

The HTML, its style and its script are the files ``stepper.html``,
``stepper.css`` and ``stepper.js`` beside this module.
"""

import json
import math
import re
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib import resources
from string import Template

import numpy as np

from kmeans.datasets import deliveries
from kmeans.seeding import forgy
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

# CSS pixels of the picture without scripts, and its margins: left, right, top
# and bottom. The script lays it out in the same way, for the width it finds.
_WIDTH = 440
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 10, 10, 46


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

        shapes = [_shape(style, j) for j in range(MOST_CLUSTERS)]
        data = {
            "X": _plain(self.X),
            "C": _plain(self.centroids),
            "shapes": shapes,
            "colors": style.COLORS[:MOST_CLUSTERS],
            "names": NAMES,
            "axes": [escape(name) for name in self.axes],
        }
        roles = {f"light_{role}": v for role, v in style.LIGHT.items()}
        roles |= {f"dark_{role}": v for role, v in style.DARK.items()}
        marks = {f"{v}_shown": " checked" * (v in self.show) for v in VIEWS}
        marks |= {
            f"{task or 'none'}_chosen": " selected" * (task == self.challenge)
            for task in CHALLENGES
        }
        css = Template(_file("stepper.css"))
        return Template(_file("stepper.html")).substitute(
            title=escape(self.title),
            own=escape(self.data_name),
            alt=escape(self.alt),
            seed=self.seed,
            n_clusters=len(self.centroids),
            data=escape(json.dumps(data, separators=(",", ":"))).replace(
                "&quot;", '"'
            ),
            style=css.substitute(roles, neutral=style.NEUTRAL),
            script=_file("stepper.js"),
            **marks,
            **_picture(self, shapes, style.COLORS),
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


@cache
def _file(name):
    """Read a file of the package, without what only people read in it."""
    text = resources.files("kmeans").joinpath(name).read_text("utf-8")
    if name.endswith(".html"):
        return text
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"^\s*//.*\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"\n\s*", "\n", text)
    text = re.sub(r"([{,;])\n", r"\1", text)
    # Spaces beside signs that no text in the files has.
    text = re.sub(r" ?\{ ?", "{", text).replace(" }", "}")
    text = re.sub(r"\b(if|for|while) \(", r"\1(", text)
    text = re.sub(r" ([*/]) (?=[\w(])", r"\1", text)
    text = re.sub(r", (?=[\[(\d-])", ",", text)
    signs = r"[=?:+<>]|[=!]==|[=<>+-][=>]|&&|\|\||\?\?=?"
    return re.sub(rf" ({signs}) ", r"\1", text).strip()


def _plain(points):
    """Write numbers as short as they can be."""
    return [
        [int(v) if v == int(v) else v for v in point]
        for point in points.tolist()
    ]


def _shape(style, cluster):
    """Give an SVG path of a cluster's mark, about one pixel wide."""
    from matplotlib.markers import MarkerStyle

    marker = MarkerStyle(style.marker(cluster))
    path = marker.get_path().transformed(marker.get_transform())
    size = math.sqrt(style.area(cluster))
    parts = []
    for vertices, code in path.iter_segments(curves=True, simplify=False):
        numbers = np.round(vertices.reshape(-1, 2) * (size, -size), 3) + 0.0
        points = " ".join(f"{v:g}" for v in numbers.ravel())
        parts.append({1: "M", 2: "L", 4: "C"}.get(code, "Z"))
        if code != path.CLOSEPOLY:
            parts[-1] += points
    return "".join(parts)


def _picture(stepper, shapes, colors):
    """Draw the picture without scripts: its parts and its size."""
    X, centroids = stepper.X, stepper.centroids
    everything = np.vstack([X, centroids])
    low, high = everything.min(axis=0), everything.max(axis=0)
    span = np.where(high > low, 1.14 * (high - low), 1.0)
    inner = _WIDTH - _LEFT - _RIGHT
    height = round(0.62 * _WIDTH)
    scale = min(inner / span[0], height / span[1])
    half = np.array([inner, height]) / scale / 2
    low, high = (low + high) / 2 - half, (low + high) / 2 + half

    def place(points):
        x, y = (np.atleast_2d(points) - (low[0], high[1])).T * scale
        return np.column_stack([_LEFT + x, _TOP - y])

    bottom, right = height + _TOP, _WIDTH - _RIGHT
    lines = []
    for value in _ticks(low[0], high[0], _WIDTH / 60):
        x = place([value, 0])[0, 0]
        lines.append(
            f'<path d="M{x:.1f} {_TOP}V{bottom}"/>'
            f'<text x="{x:.1f}" y="{bottom + 18}">{_number(value)}</text>'
        )
    for value in _ticks(low[1], high[1], height / 45):
        y = place([0, value])[0, 1]
        lines.append(
            f'<path d="M{_LEFT} {y:.1f}H{right}"/><text class="ks-y" '
            f'x="{_LEFT - 7}" y="{y + 4.5:.1f}">{_number(value)}</text>'
        )
    lines.append(
        f'<path class="ks-axis" d="M{_LEFT} {_TOP}V{bottom}H{right}"/>'
        f'<text class="ks-name" x="{(_LEFT + right) / 2:g}" '
        f'y="{bottom + 40}">{escape(stepper.axes[0])}</text>'
        '<text class="ks-name" transform="translate(14 '
        f'{(_TOP + bottom) / 2:g}) rotate(-90)">'
        f"{escape(stepper.axes[1])}</text>"
    )
    radius = 0.53 * math.sqrt(np.clip(4500 / len(X), 8, 48))
    return {
        "width": _WIDTH,
        "height": height + _TOP + _BOTTOM,
        "lines": "".join(lines),
        "samples": "".join(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'
            for x, y in place(X)
        ),
        "centroids": "".join(
            f'<path d="{shapes[j]}" color="{colors[j]}" transform="'
            f'translate({x:.1f} {y:.1f}) scale(16)"/>'
            for j, (x, y) in enumerate(place(centroids))
        ),
    }


def _ticks(low, high, most):
    """Choose multiples of 1, 2 or 5 times a power of ten, about `most`."""
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = power * next(m for m in (1, 2, 5, 10) if m * power >= rough)
    first, last = math.ceil(low / step), math.floor(high / step)
    return [float(f"{i * step:.12g}") for i in range(first, last + 1)]


def _number(value):
    return f"{value:g}".replace("-", "\N{MINUS SIGN}")
