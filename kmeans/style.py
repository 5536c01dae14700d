"""Colors, marker shapes, fonts and sizes of every figure in the book.

Figures are drawn once, on light paper.
Their dark twins are made when the book is built, by replacing each color of
`LIGHT` in the stored SVG by the color of the same role in `DARK`.
That works as long as a figure takes ink, muted, grid and paper from here,
and uses none of them inside rasterized parts.
"""

import sys

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from kmeans.svg import slim

LIGHT = {
    "ink": "#222832",
    "muted": "#586474",
    "grid": "#e2e6eb",
    "paper": "#ffffff",
}
DARK = {
    "ink": "#dde3e9",
    "muted": "#9ca4af",
    "grid": "#2c343f",
    "paper": "#14181e",
}

# Found by simulated annealing: at least 3:1 against both papers, and as far
# apart as that allows for normal vision, protanopia, deuteranopia and
# tritanopia. The first ones are the farthest apart, so few clusters get them.
COLORS = (
    "#0296ff",
    "#df7800",
    "#2b715b",
    "#934a8f",
    "#c61f16",
    "#3f64db",
    "#b87387",
    "#8e84b2",
    "#7f9a66",
    "#ba3255",
)
# One shape more than there are colors: when both sequences start again,
# no pair of color and shape repeats before cluster 110.
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*", "p", "<", ">")
# Factors on the areas of the shapes, so that all look equally large.
AREAS = (1.0, 0.85, 1.2, 0.7, 1.2, 1.25, 1.25, 1.9, 1.15, 1.2, 1.2)
# Samples without a cluster; the same on both papers, so it may be rasterized.
NEUTRAL = "#7b8490"

# Inches. An SVG of 5 inches is 480 CSS pixels wide, so that its text of
# 12 points (16 pixels) still has 11 pixels when a phone shrinks it to 340.
WIDTH = 5.0
FONT_SIZE = 12

RC = {
    "figure.figsize": (WIDTH, 3.75),
    "figure.constrained_layout.use": True,
    "figure.facecolor": LIGHT["paper"],
    "figure.titlesize": FONT_SIZE,
    "figure.labelsize": FONT_SIZE,
    "savefig.dpi": 200,
    "svg.fonttype": "path",
    "svg.hashsalt": "kmeans",
    "font.family": "DejaVu Sans",
    "font.size": FONT_SIZE,
    "mathtext.fontset": "dejavusans",
    "text.color": LIGHT["ink"],
    "axes.facecolor": LIGHT["paper"],
    "axes.edgecolor": LIGHT["muted"],
    "axes.labelcolor": LIGHT["ink"],
    "axes.labelsize": FONT_SIZE,
    "axes.titlesize": FONT_SIZE,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.prop_cycle": plt.cycler(color=COLORS),
    "grid.color": LIGHT["grid"],
    "xtick.color": LIGHT["muted"],
    "ytick.color": LIGHT["muted"],
    "xtick.labelsize": FONT_SIZE,
    "ytick.labelsize": FONT_SIZE,
    "legend.fontsize": FONT_SIZE,
    "legend.frameon": False,
    "patch.edgecolor": LIGHT["ink"],
    "lines.linewidth": 2,
}
SVG = {
    "bbox_inches": None,
    "dpi": 200,
    "metadata": {"Creator": None, "Date": None},
}


def color(cluster):
    """Color of a cluster, by its index.

    Parameters
    ----------
    cluster : int
        Label of the cluster, from 0.

    Returns
    -------
    str
        Hexadecimal color.

    Examples
    --------
    >>> from kmeans import style
    >>> style.color(0), style.color(10)
    ('#0296ff', '#0296ff')
    """
    return COLORS[cluster % len(COLORS)]


def marker(cluster):
    """Marker shape of a cluster, by its index.

    Parameters
    ----------
    cluster : int
        Label of the cluster, from 0.

    Returns
    -------
    str
        Matplotlib marker.

    Examples
    --------
    >>> from kmeans import style
    >>> style.marker(0), style.marker(10)
    ('o', '>')
    """
    return MARKERS[cluster % len(MARKERS)]


def area(cluster):
    """Area of a mark of a cluster, relative to a circle that looks as large.

    Parameters
    ----------
    cluster : int
        Label of the cluster, from 0.

    Returns
    -------
    float
        Factor on the area that Matplotlib is given.

    Examples
    --------
    >>> from kmeans import style
    >>> style.area(0), style.area(3)
    (1.0, 0.7)
    """
    return AREAS[cluster % len(AREAS)]


def use():
    """Draw figures in the style of the book from here on.

    Matplotlib's settings are first reset to its defaults, so that nothing in
    a reader's own configuration changes a figure.
    In a notebook, figures are drawn below the cell, whatever backend was set,
    as small SVG without a date, equal to the byte from one run to the next.

    Examples
    --------
    >>> from kmeans import style
    >>> style.use()
    """
    plt.style.use(["default", RC])
    ipython = sys.modules.get("IPython")
    if ipython and (shell := ipython.get_ipython()):
        _draw_in(shell)


def _draw_in(shell):
    from IPython.core.pylabtools import print_figure
    from matplotlib_inline.config import InlineBackend

    if hasattr(shell, "kernel"):
        # A notebook shows figures, whatever backend its surroundings name.
        shell.enable_matplotlib("inline")
    InlineBackend.instance(parent=shell).figure_formats = {"svg"}

    # After the format, because setting it names another way to draw.
    def draw(figure):
        # An empty figure is drawn as nothing at all.
        svg = print_figure(figure, "svg", **SVG)
        return svg and slim(svg)

    shell.display_formatter.formatters["image/svg+xml"].for_type(Figure, draw)
