"""All criteria at once: every column again from elsewhere, and the picture."""

import io
from dataclasses import replace
from xml.etree import ElementTree

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import same_color
from sklearn.metrics import (
    calinski_harabasz_score,
    davies_bouldin_score,
    silhouette_score,
)

from kmeans import inertia, plots, style
from kmeans.datasets import four_blobs
from kmeans.diagnostics.comparison import CRITERIA, compare_k
from kmeans.diagnostics.gap import judge_gap
from kmeans.diagnostics.halves import judge_stability
from kmeans.diagnostics.pham import choose_by_ratio, distortion_ratio
from kmeans.diagnostics.schwarz import bic

X = four_blobs().X[::2]
SMALL = {"max_clusters": 6, "n_references": 6, "n_resamples": 3, "rng": 0}
NEED_TWO = ["silhouette", "Calinski-Harabasz", "Davies-Bouldin", "stability"]


@pytest.fixture(scope="module")
def blobs():
    return compare_k(X, **SMALL)


@pytest.fixture(scope="module")
def noise():
    return compare_k(np.random.default_rng(0).random((100, 2)), **SMALL)


def null_columns(result, name):
    return result.null_table[:, :, result.columns.index(name)]


def test_every_column(blobs):
    labels = blobs.curve.labels
    several = labels[1:]
    inertias = [
        inertia(X, centroids, part)
        for centroids, part in zip(blobs.curve.centroids, labels, strict=True)
    ]
    expected = {
        "k": [1, 2, 3, 4, 5, 6],
        "inertia": inertias,
        "explained variance": 1 - np.array(inertias) / inertias[0],
        "silhouette": [np.nan, *(silhouette_score(X, it) for it in several)],
        "Calinski-Harabasz": [
            np.nan,
            *(calinski_harabasz_score(X, it) for it in several),
        ],
        "Davies-Bouldin": [
            np.nan,
            *(davies_bouldin_score(X, it) for it in several),
        ],
        "gap": np.log(null_columns(blobs, "inertia")).mean(axis=0)
        - np.log(inertias),
        "f(K)": distortion_ratio(inertias, 2),
        "BIC": [bic(*it, 2) for it in zip(inertias, labels, strict=True)],
        "stability": [np.nan, *blobs.stability.agreement],
    }
    assert tuple(expected) == blobs.columns
    for name, column in expected.items():
        np.testing.assert_allclose(
            blobs.column(name), column, atol=1e-12, err_msg=name
        )


def test_structure_and_noise(blobs, noise):
    assert blobs.choices == dict.fromkeys(CRITERIA, 4)
    assert blobs.votes == {4: CRITERIA}
    assert noise.choices["gap"] == noise.choices["BIC"] == 1
    chosen = {k for k, names in noise.votes.items() for _ in names}
    assert min(chosen) == 1
    assert len(chosen) > 1


def rules(table, columns):
    """The rules of the criteria that need one set only, written again."""

    def column(name):
        return table[:, columns.index(name)]

    tables = {
        "silhouette": column("silhouette")[1:],
        "Calinski-Harabasz": column("Calinski-Harabasz")[1:],
        "Davies-Bouldin": -column("Davies-Bouldin")[1:],
    }
    chosen = {name: 2 + np.argmax(it) for name, it in tables.items()}
    chosen["BIC"] = 1 + np.argmin(column("BIC"))
    chosen["f(K)"] = choose_by_ratio(column("f(K)"))
    return chosen


def test_each_structureless_set_is_judged_against_the_others(blobs, noise):
    for result, n_samples in (blobs, len(X)), (noise, 100):
        logs = np.log(null_columns(result, "inertia"))
        stable = result.stability
        null = np.stack([stable.null_agreement, stable.null_drift], axis=1)
        np.testing.assert_allclose(
            null[:, 0], null_columns(result, "stability")[:, 1:]
        )
        for i, table in enumerate(result.null_table):
            others = [j for j in range(6) if j != i]
            gap = judge_gap(logs[i], logs[others])
            stable = judge_stability(
                null[i][:, np.newaxis], null[others], n_samples
            )
            expected = rules(table, result.columns)
            expected |= {"gap": gap.chosen, "stability": stable.chosen}
            np.testing.assert_allclose(null_columns(result, "gap")[i], gap.gap)
            for name in CRITERIA:
                assert result.null_choices[name][i] == expected[name], name
        expected = rules(result.table, result.columns)
        mine = judge_gap(np.log(result.column("inertia")), logs)
        expected |= {
            "gap": mine.chosen,
            "stability": result.stability.chosen,
        }
        assert result.choices == expected


def test_only_some_can_answer_one(blobs):
    for name in CRITERIA:
        assert np.isnan(blobs.column(name)[0]) == (name in NEED_TWO)
        assert np.isfinite(blobs.column(name)[1:]).all()
    for name in NEED_TWO[:3]:
        assert blobs.null_choices[name].min() >= 2


def test_repeatable():
    options = SMALL | {"max_clusters": 3, "n_references": 3}
    first, again = (compare_k(X, **options) for _ in range(2))
    np.testing.assert_array_equal(first.null_table, again.null_table)
    other = compare_k(X, **options | {"reference": "box"})
    first, other = (null_columns(it, "inertia")[:, 0] for it in (first, other))
    assert (np.abs(first / other - 1) > 1e-6).all()


def test_silhouette_of_a_sample():
    options = SMALL | {"max_clusters": 3, "n_references": 3}
    everyone = compare_k(X, **options, silhouette_size=len(X))
    some = compare_k(X, **options, silhouette_size=50)
    full = [silhouette_score(X, it) for it in some.curve.labels[1:]]
    np.testing.assert_allclose(everyone.column("silhouette")[1:], full)
    np.testing.assert_allclose(some.column("silhouette")[1:], full, atol=0.1)
    assert (np.abs(some.column("silhouette")[1:] - full) > 1e-6).all()


@pytest.mark.parametrize("tail", ["one outlier", "lognormal"])
def test_clusters_too_small_to_be_drawn(tail):
    rng = np.random.default_rng(0)
    samples = rng.normal(size=(400, 2))
    if tail == "one outlier":
        samples[-1] = 500
    else:
        samples = np.exp(3 * samples)
    for seed in range(3):
        result = compare_k(
            samples,
            4,
            n_references=3,
            n_resamples=1,
            silhouette_size=50,
            rng=seed,
        )
        assert np.isfinite(result.column("silhouette")[1:]).all()


def test_one_feature():
    groups = np.repeat([0.0, 10.0, 30.0], 20) + np.linspace(0, 1, 60)
    result = compare_k(groups[:, None], 4, n_references=5, rng=0)
    assert result.votes == {3: CRITERIA}


def test_printed_tables_fit_a_phone(blobs, noise):
    for result in blobs, noise:
        lines = str(result).splitlines()
        assert max(map(len, lines)) <= 44
    text = str(blobs)
    assert text.startswith("* = chosen\n")
    assert "k  Calinski-  Davies-" in text
    assert "\n    Harabasz  Bouldin" in text
    # One mark in each of seven columns, and dashes where nothing is.
    assert text.count("*") == 8
    assert text.count("- \n") == 2
    assert "\nk = 4: silhouette, Calinski-Harabasz,\n  Davies-B" in text


def test_counts_of_structureless_choices(noise):
    chosen = noise.null_choices["gap"]
    line = next(
        line for line in str(noise).splitlines() if line.strip()[:4] == "gap "
    )
    for k, count in zip(*np.unique(chosen, return_counts=True), strict=True):
        assert f"{k} x{count}" in line


def test_rare_choices_are_left_out(noise):
    spread = dict(noise.null_choices, gap=np.array([5, 5, 1, 2, 3, 4]))
    result = type(noise)(**{**vars(noise), "null_choices": spread})
    assert "gap        1  5 x2, 1 x1, 2 x1, ..." in str(result)


def test_an_unsure_choice_is_told(blobs):
    unsure = replace(blobs, stability=replace(blobs.stability, rivals=(2, 3)))
    words = "without one split or one structureless set, it chooses 2 or 3."
    for text in str(unsure), unsure._repr_html_():
        assert words in " ".join(text.split())
    assert max(map(len, str(unsure).splitlines())) <= 44
    assert blobs.stability.rivals == ()
    assert "not sure" not in str(blobs)


def test_html_tables_have_heads_and_captions(blobs):
    root = ElementTree.fromstring(f"<div>{blobs._repr_html_()}</div>")
    tables = root.findall("table")
    assert len(tables) == 4
    for table in tables:
        assert table.find("caption").text
        head = table.findall("thead/tr/th")
        assert {cell.get("scope") for cell in head} == {"col"}
        for row in table.findall("tbody/tr"):
            assert row.find("th").get("scope") == "row"
            assert len(row) == len(head)
    rows = [len(table.findall("tbody/tr")) for table in tables]
    assert rows == [6, 6, 6, 7]
    note, votes = root.findall("p")
    assert note.text == "* = chosen"
    assert votes.text.startswith("k = 4: silhouette")


@pytest.mark.parametrize(
    ("samples", "options", "message"),
    [
        (np.ones((9, 2)), {}, "X must hold different samples"),
        (X[:9], {"max_clusters": 5}, "half the number of samples, 4"),
        (X, {"max_clusters": 1}, "max_clusters must be at least 2"),
        (X, {"reference": "ball"}, "reference must be"),
        (X, {"n_references": 2}, "n_references must be at least 3"),
        (X, {"n_resamples": 0}, "n_resamples must be at least 1"),
        (X, {"n_init": 0}, "n_init must be at least 1"),
        (X, {"silhouette_size": 2}, "silhouette_size must be at least 3"),
        (
            X,
            {"silhouette_size": 6, "max_clusters": 6},
            "silhouette_size must be more than max_clusters=6, got 6",
        ),
    ],
)
def test_errors(samples, options, message):
    with pytest.raises(ValueError, match=message):
        compare_k(samples, **options)


# ------------------------------------------------------------- the picture


@pytest.fixture
def book_style():
    with mpl.rc_context():
        style.use()
        yield
    plt.close("all")


@pytest.mark.usefixtures("book_style")
def test_picture(noise):
    figure = plots.comparison(noise)
    assert len(figure.axes) == 8
    for ax, name in zip(figure.axes, noise.columns[2:], strict=True):
        chosen = noise.choices.get(name)
        low, high, mine, *choice = ax.lines
        heading = "has no rule" if chosen is None else f"chooses {chosen}"
        assert ax.get_title(loc="left") == f"{name}\n{heading}"
        drawn = null_columns(noise, name)
        for line, values in (
            (low, drawn.min(axis=0)),
            (high, drawn.max(axis=0)),
            (mine, noise.column(name)),
        ):
            np.testing.assert_array_equal(line.get_xdata(), range(1, 7))
            np.testing.assert_allclose(line.get_ydata(), values, 1e-5)
        if chosen is None:
            assert choice == []
            continue
        vertical, mark = choice
        assert list(vertical.get_xdata()) == [chosen, chosen]
        assert list(mark.get_xdata()) == [chosen]
        np.testing.assert_allclose(
            mark.get_ydata(), noise.column(name)[[chosen - 1]], 1e-5
        )
        assert same_color(mark.get_color(), style.color(0))
    assert figure.get_figwidth() == style.WIDTH
    assert [ax.get_xlabel() for ax in figure.axes] == [""] * 6 + ["k"] * 2


@pytest.mark.usefixtures("book_style")
def test_picture_is_the_same_to_the_byte(noise):
    def svg():
        file = io.StringIO()
        plots.comparison(noise).savefig(file, format="svg", **style.SVG)
        return file.getvalue()

    assert svg() == svg()
