"""Palette, roles and settings: seen by everybody, on both papers."""

import os
import re
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pytest

from kmeans import style

# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
DEFICIENCIES = {
    "none": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
# Lowest CIEDE2000 difference among the first 3, the first 8 and all colors.
APART = {
    "none": (35, 18, 16),
    "protanopia": (20, 12, 11),
    "deuteranopia": (30, 12, 11),
    "tritanopia": (20, 10.5, 9.5),
}


def linear(color):
    """Linear RGB of a hexadecimal color."""
    rgb = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(
        rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4
    )


def contrast(one, other):
    """Contrast ratio of WCAG 2."""
    dark, light = sorted(
        linear(color) @ [0.2126, 0.7152, 0.0722] for color in (one, other)
    )
    return (light + 0.05) / (dark + 0.05)


def lab(rgb):
    """CIELAB, white point D65, of linear RGB."""
    xyz = np.clip(rgb, 0, 1) @ np.transpose(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    )
    t = xyz / [0.95047, 1, 1.08883]
    x, y, z = np.where(
        t > 216 / 24389, np.cbrt(t), (24389 / 27 * t + 16) / 116
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def difference(one, other):
    """CIEDE2000 color difference, as in Sharma, Wu and Dalal (2005)."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    stretch = 1.5 - 0.5 * np.sqrt(mean**7 / (mean**7 + 25**7))
    c1, c2 = np.hypot(stretch * a1, b1), np.hypot(stretch * a2, b2)
    h1 = np.degrees(np.arctan2(b1, stretch * a1))
    h2 = np.degrees(np.arctan2(b2, stretch * a2))
    turn = (h2 - h1 + 180) % 360 - 180
    hue, chroma, light = (h1 + turn / 2) % 360, (c1 + c2) / 2, (l1 + l2) / 2

    def cos(degrees):
        return np.cos(np.radians(degrees))

    t = (
        1
        - 0.17 * cos(hue - 30)
        + 0.24 * cos(2 * hue)
        + 0.32 * cos(3 * hue + 6)
        - 0.20 * cos(4 * hue - 63)
    )
    off = (light - 50) ** 2
    dl = (l2 - l1) / (1 + 0.015 * off / np.sqrt(20 + off))
    dc = (c2 - c1) / (1 + 0.045 * chroma)
    dh = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    dh /= 1 + 0.015 * chroma * t
    rotation = 60 * np.exp(-(((hue - 275) / 25) ** 2))
    blue = 2 * np.sqrt(chroma**7 / (chroma**7 + 25**7))
    blue *= np.sin(np.radians(rotation))
    return np.sqrt(dl**2 + dc**2 + dh**2 - blue * dc * dh)


def closest(colors, deficiency):
    """Difference of the two colors that are the most alike."""
    sees = np.array(DEFICIENCIES[deficiency])
    seen = [lab(sees @ linear(color)) for color in colors]
    return min(difference(*pair) for pair in combinations(seen, 2))


def test_difference_agrees_with_published_pairs():
    # Pairs 1, 7 and 17 of Sharma, Wu and Dalal (2005), Table 1.
    pairs = [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
    ]
    for one, other, published in pairs:
        assert difference(one, other) == pytest.approx(published, abs=1e-4)
    assert contrast("#ffffff", "#000000") == pytest.approx(21)


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_clusters_differ_for_every_kind_of_color_vision(deficiency):
    first, many, every = APART[deficiency]
    assert closest(style.COLORS[:3], deficiency) >= first
    assert closest(style.COLORS[:8], deficiency) >= many
    assert closest(style.COLORS, deficiency) >= every


@pytest.mark.parametrize("color", [*style.COLORS, style.NEUTRAL])
@pytest.mark.parametrize("theme", [style.LIGHT, style.DARK])
def test_marks_stand_out_from_both_papers(color, theme):
    assert contrast(color, theme["paper"]) >= 3


@pytest.mark.parametrize("theme", [style.LIGHT, style.DARK])
def test_text_is_legible_and_the_grid_stays_behind(theme):
    assert contrast(theme["ink"], theme["paper"]) >= 7
    assert contrast(theme["muted"], theme["paper"]) >= 4.5
    assert 1.1 < contrast(theme["grid"], theme["paper"]) < 2


def test_roles_can_be_replaced_in_the_text_of_a_figure():
    assert style.LIGHT.keys() == style.DARK.keys()
    colors = [*style.LIGHT.values(), *style.COLORS, style.NEUTRAL]
    assert len(set(colors)) == len(colors)
    # Matplotlib does not write black into an SVG.
    assert "#000000" not in colors
    for color in [*colors, *style.DARK.values()]:
        assert re.fullmatch("#[0-9a-f]{6}", color)


def test_papers_are_those_of_the_page():
    theme = pytest.importorskip("pydata_sphinx_theme")
    found = set()
    for sheet in Path(theme.__file__).parent.rglob("pydata-sphinx-theme.css"):
        found |= set(
            re.findall(
                r"--pst-color-background:\s*(#\w+)", sheet.read_text("utf-8")
            )
        )
    assert style.DARK["paper"] in found
    assert {style.LIGHT["paper"], "#fff"} & found


def test_no_two_of_110_clusters_look_alike():
    looks = [(style.color(j), style.marker(j)) for j in range(110)]
    assert len(set(looks)) == 110
    assert len({style.marker(j) for j in range(10)}) == 10
    assert [style.color(j) for j in range(10)] == list(style.COLORS)


def test_marks_of_all_shapes_look_equally_large():
    areas = []
    for j, shape in enumerate(style.MARKERS):
        path = mpl.markers.MarkerStyle(shape)
        corners = path.get_path().transformed(path.get_transform())
        x, y = corners.to_polygons(closed_only=True)[0].T
        covered = abs(x[:-1] @ y[1:] - x[1:] @ y[:-1]) / 2
        areas.append(covered * style.area(j))
    circle = areas[0]
    assert len(style.AREAS) == len(style.MARKERS)
    assert all(0.65 * circle < area < 1.25 * circle for area in areas)


def test_use_overrides_what_a_reader_configured():
    with mpl.rc_context({"lines.markersize": 30, "font.size": 5}):
        style.use()
        assert mpl.rcParams["lines.markersize"] == 6
        assert mpl.rcParams["font.size"] == style.FONT_SIZE


def test_text_keeps_11_pixels_on_a_phone():
    with mpl.rc_context():
        style.use()
        figure = mpl.figure.Figure()
        axes = figure.subplots()
        axes.set(title="title", xlabel="x", ylabel="y")
        axes.plot([1, 2], label="line")
        texts = [
            axes.title,
            axes.xaxis.label,
            *axes.get_xticklabels(),
            *axes.get_yticklabels(),
            *axes.legend().get_texts(),
            figure.suptitle("all"),
            figure.supxlabel("x"),
        ]
        points = min(text.get_fontsize() for text in texts)
        pixels = figure.get_figwidth() * 96
    # A phone of 375 pixels leaves a figure 343.
    assert 480 <= pixels <= 700
    assert points * 96 / 72 * 343 / pixels >= 11


@pytest.mark.parametrize(
    "ipython", [None, SimpleNamespace(get_ipython=lambda: None)]
)
def test_use_does_no_harm_outside_a_notebook(monkeypatch, ipython):
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "matplotlib_inline.config", None)
    with mpl.rc_context():
        style.use()


class Kernel:
    """What `style.use` asks of the shell of a notebook."""

    def __init__(self, done):
        self.done = done
        self.kernel = self
        self.display_formatter = self
        self.formatters = {"image/svg+xml": self}

    def enable_matplotlib(self, backend):
        self.done.append(("backend", backend))

    def for_type(self, kind, draw):
        self.done.append(("draw", kind))
        self.draw = draw


@pytest.mark.parametrize("in_notebook", [True, False])
def test_use_draws_in_a_notebook_whatever_the_backend_was(
    monkeypatch, in_notebook
):
    config = pytest.importorskip("matplotlib_inline.config")
    done = []
    inline = SimpleNamespace(figure_formats=None)
    monkeypatch.setattr(
        config.InlineBackend, "instance", lambda parent: inline
    )
    shell = Kernel(done)
    if not in_notebook:  # IPython in a terminal keeps its windows
        del shell.kernel
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    with mpl.rc_context():
        style.use()
    backend = [("backend", "inline")] if in_notebook else []
    assert done == [*backend, ("draw", mpl.figure.Figure)]
    assert inline.figure_formats == {"svg"}
    figure = mpl.figure.Figure()
    assert shell.draw(figure) is None
    figure.subplots().plot([1, 2])
    assert shell.draw(figure).startswith("<svg xmlns")


NOTEBOOK = """
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()
shell.history_manager.enabled = False
shell.run_cell('''
from kmeans import plots, style
style.use()
ax = plots.clusters([[0, 0], [0, 1], [4, 0]], [0, 0, 1], [[0, .5], [4, 0]])
_ = plots.voronoi([[0, .5], [4, 0]], ax=ax, fill=True)
''').raise_error()
bundle, _ = shell.display_formatter.format(shell.user_ns["ax"].figure)
assert "image/png" not in bundle
print(bundle["image/svg+xml"])
"""


def test_notebook_figures_are_equal_to_the_byte(tmp_path):
    pytest.importorskip("IPython")
    runs = [
        subprocess.run(
            [sys.executable, "-c", NOTEBOOK],
            env={
                **os.environ,
                "IPYTHONDIR": str(tmp_path),
                "MPLBACKEND": "module://matplotlib_inline.backend_inline",
                "PYTHONHASHSEED": seed,
            },
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    # Of its declared size, without a date or a version that would change it.
    assert b'width="360pt"' in runs[0]
    assert not re.search(rb"<dc:date|<dc:creator|Matplotlib v", runs[0])
