"""Slimmed figures: the same to the eye, smaller, the same anywhere."""

import io
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest

from kmeans import plots, style
from kmeans.svg import slim


def drawn(draw):
    """A figure as Matplotlib writes it."""
    with plt.rc_context():
        style.use()
        fig, ax = plt.subplots()
        draw(ax)
        text = io.StringIO()
        fig.savefig(text, format="svg", metadata=style.SVG["metadata"])
        plt.close(fig)
    return text.getvalue()


def clusters(ax):
    X = np.random.default_rng(0).normal(size=(60, 2)) * 3
    centroids = X[:3]
    z = np.arange(60) % 3
    plots.clusters(X, z, centroids, ax=ax)
    plots.voronoi(centroids, ax=ax, fill=True)


def rasterized(ax):
    X = np.random.default_rng(1).normal(size=(400, 2))
    ax.scatter(*X.T, rasterized=True)
    ax.set_title("$k^2$ of 12 samples")


def hatched(ax):
    ax.bar([1, 2], [3, 4], hatch="/", alpha=0.5)
    ax.annotate("an arrow", (1, 1), (2, 2), arrowprops={"arrowstyle": "->"})


@pytest.mark.parametrize("draw", [clusters, rasterized, hatched])
def test_a_slimmed_figure_looks_the_same(browser, draw):
    def picture(svg):
        tab = browser.new_page(viewport={"width": 480, "height": 400})
        tab.set_content(svg[svg.index("<svg") :])
        png = tab.screenshot()
        tab.close()
        return plt.imread(io.BytesIO(png), "png")

    svg = drawn(draw)
    slimmed = slim(svg)
    assert len(slimmed) < len(svg)
    difference = np.abs(picture(svg) - picture(slimmed)).max(axis=2)
    assert (difference > 0.5).mean() < 1e-4


def test_coordinates_have_the_digits_that_an_eye_can_use():
    numbers = re.findall(r"\d+\.(\d+)", slim(drawn(clusters)))
    places = [len(digits) for digits in numbers]
    # Scales, sizes and opacities are left as they are.
    assert sum(place > 3 for place in places) < len(places) / 20
    kept = 'transform="scale(0.015625) translate(1.0004 -0.0001)"'
    assert slim(f"<g {kept}/>") == (
        '<g transform="scale(0.015625) translate(1 0)"/>'
    )


def test_last_digits_change_neither_coordinates_nor_names():
    one = drawn(clusters)

    def nudged(number):
        # Away from the middle between two thousandths, where none is right.
        value = float(number[0])
        step = 2e-6 if round(value, 3) >= value else -2e-6
        return f"{value + step:.6f}"

    other = re.sub(r"(?<!scale\()\b\d+\.\d{6}", nudged, one)
    other = re.sub(r"\bp([0-9a-f]{10})\b", r"p1\1", other)
    assert len(other) > len(one)
    assert slim(other) == slim(one)


def test_figures_become_a_good_deal_smaller():
    svg = drawn(clusters)
    assert len(slim(svg)) < 0.75 * len(svg)


def test_names_of_two_figures_do_not_clash_in_one_page():
    def names(svg):
        return set(re.findall(r' id="([^"]+)"', slim(svg)))

    one, other = names(drawn(clusters)), names(drawn(hatched))
    assert one
    assert other
    assert not one & other


def test_every_name_that_is_used_is_there_and_no_other():
    for draw in (clusters, rasterized, hatched):
        svg = slim(drawn(draw))
        used = set(re.findall(r'(?:href="|url\()#([^")]+)', svg))
        assert set(re.findall(r' id="([^"]+)"', svg)) == used


def test_slimming_twice_is_slimming_once():
    once = slim(drawn(clusters))
    again = slim(once)
    # Only the digest in the names may differ, being one of other names.
    assert re.sub("k[0-9a-f]{8}-", "", again) == re.sub(
        "k[0-9a-f]{8}-", "", once
    )
