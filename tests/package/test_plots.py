"""What the pictures show, read back from what is drawn."""

import base64
import io
import re
from dataclasses import replace

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import (
    LineCollection,
    PathCollection,
    PolyCollection,
)
from matplotlib.colors import same_color, to_hex, to_rgb
from matplotlib.markers import MarkerStyle

import kmeans
from kmeans import plots, style
from kmeans.diagnostics.silhouette import silhouette_samples

RNG = np.random.default_rng(0)
MIDDLES = np.array([[0.0, 0.0], [6.0, 1.0], [2.0, 5.0]])
X = np.repeat(MIDDLES, 6, axis=0) + RNG.normal(0, 0.8, (18, 2))
RUN = kmeans.lloyd(X, X[[0, 6, 7]], record=True)
LABELS, CENTROIDS = RUN.labels, RUN.centroids
CROWD = np.tile(X, (40, 1))
SILHOUETTES = silhouette_samples(X, [0, 0, 1, 1, 2, 2] * 3)


@pytest.fixture(autouse=True)
def book_style():
    with mpl.rc_context():
        style.use()
        yield
    plt.close("all")


def everything():
    """One figure for each helper, pixels and all options included."""
    ax = plots.clusters(X, LABELS, CENTROIDS, names=["a", "b", "c"])
    plots.residuals(X, CENTROIDS, LABELS, ax=ax)
    plots.voronoi(CENTROIDS, ax=ax, fill=True)
    plots.paths(RUN.history, ax=ax)
    return [
        ax.figure,
        plots.clusters(CROWD).figure,
        plots.clusters(CROWD, np.tile(LABELS, 40), CENTROIDS).figure,
        plots.clusters(X, sizes=np.arange(18)).figure,
        plots.half_steps(X, RUN.history, steps=range(5)),
        plots.objective(RUN.history).figure,
        plots.knives(SILHOUETTES, LABELS).figure,
        plots.knives(np.tile(SILHOUETTES, 40), np.tile(LABELS, 40)).figure,
    ]


def svg(figure):
    file = io.StringIO()
    figure.savefig(file, format="svg", **style.SVG)
    return file.getvalue()


def marks(ax, zorder=2):
    """Collections of marks; samples have zorder 2, centroids 4."""
    return [
        artist
        for artist in ax.collections
        if isinstance(artist, PathCollection) and artist.zorder == zorder
    ]


def has_look(artist, cluster):
    """Whether marks have the color and the shape of a cluster."""
    shape = MarkerStyle(style.marker(cluster))
    path = shape.get_path().transformed(shape.get_transform())
    return same_color(
        artist.get_facecolor(), style.color(cluster)
    ) and np.array_equal(artist.get_paths()[0].vertices, path.vertices)


def cells(ax):
    (collection,) = (
        artist
        for artist in ax.collections
        if isinstance(artist, PolyCollection)
    )
    return collection


# ---------------------------------------------------------------- clusters


def test_samples_have_color_and_shape_of_their_label():
    ax = plots.clusters(X, LABELS)
    for j, artist in enumerate(marks(ax)):
        assert has_look(artist, j)
        np.testing.assert_array_equal(artist.get_offsets(), X[j == LABELS])


def test_look_follows_the_label_when_a_cluster_is_missing():
    ax = plots.clusters(X[:4], [7, 3, 7, 3])
    three, seven = marks(ax)
    assert has_look(three, 3)
    assert has_look(seven, 7)


def test_samples_without_labels_are_gray_and_round():
    (artist,) = marks(plots.clusters(X))
    assert same_color(artist.get_facecolor(), style.NEUTRAL)
    np.testing.assert_array_equal(artist.get_offsets(), X)


def test_centroids_are_larger_and_above_samples_with_a_halo():
    ax = plots.clusters(X, LABELS, CENTROIDS)
    centroids = marks(ax, zorder=4)
    for j, (artist, sample) in enumerate(
        zip(centroids, marks(ax), strict=True)
    ):
        assert has_look(artist, j)
        np.testing.assert_array_equal(artist.get_offsets(), [CENTROIDS[j]])
        assert artist.get_sizes() > 2 * sample.get_sizes()
        assert same_color(artist.get_edgecolor(), style.LIGHT["ink"])
        assert artist.get_path_effects() == [plots.HALO]


def test_distances_look_equal_in_both_directions():
    for ax in (
        plots.clusters(X),
        plots.residuals(X, CENTROIDS, LABELS),
        plots.voronoi(CENTROIDS),
        plots.paths(RUN.history),
        *plots.half_steps(X, RUN.history).axes,
    ):
        assert ax.get_aspect() == 1


def test_names_stand_beside_their_centroids():
    ax = plots.clusters(X, LABELS, CENTROIDS.tolist(), names=["a", "b", "c"])
    assert [text.get_text() for text in ax.texts] == ["a", "b", "c"]
    np.testing.assert_array_equal([text.xy for text in ax.texts], CENTROIDS)


def test_names_need_a_centroid_each():
    with pytest.raises(ValueError, match="pass centroids too"):
        plots.clusters(X, LABELS, names=["a", "b", "c"])
    with pytest.raises(ValueError, match="shorter"):
        plots.clusters(X, LABELS, CENTROIDS, names=["a", "b"])


@pytest.mark.parametrize("labels", [None, np.arange(18) % 2])
def test_areas_are_proportional_to_sizes(labels):
    usual = marks(plots.clusters(X, labels))
    sizes = np.arange(18.0)
    for j, artist in enumerate(marks(plots.clusters(X, labels, sizes=sizes))):
        mine = slice(None) if labels is None else labels == j
        np.testing.assert_allclose(
            artist.get_sizes(), usual[j].get_sizes() * sizes[mine] / 8.5
        )


def test_marks_shrink_with_the_number_of_samples():
    areas = [
        marks(plots.clusters(np.resize(X, (n, 2))))[0].get_sizes()[0]
        for n in (10, 300, 5000)
    ]
    assert areas[0] > areas[1] > areas[2] >= 8


def test_only_marks_that_are_few_have_an_edge_of_paper():
    # Pixels cannot follow the theme, so that no edge may become pixels.
    assert plots.EDGE_LIMIT <= plots.VECTOR_LIMIT
    for n_samples, width in (
        (plots.EDGE_LIMIT, 0.6),
        (plots.EDGE_LIMIT + 1, 0),
    ):
        points = np.resize(X, (n_samples, 2))
        for labels in (None, np.zeros(n_samples, dtype=int)):
            (artist,) = marks(plots.clusters(points, labels))
            assert artist.get_linewidth() == [width]
            if width:
                paper = style.LIGHT["paper"]
                assert same_color(artist.get_edgecolor(), paper)


def test_a_crowd_is_stored_as_pixels_and_all_else_as_lines():
    few = plots.clusters(X, LABELS, CENTROIDS)
    many = plots.clusters(CROWD, np.tile(LABELS, 40), CENTROIDS)
    assert not any(artist.get_rasterized() for artist in marks(few))
    assert all(artist.get_rasterized() for artist in marks(many))
    assert not any(artist.get_rasterized() for artist in marks(many, 4))
    assert "<image" not in svg(few.figure)
    assert "<image" in svg(many.figure)


def test_draws_on_given_axes():
    _, ax = plt.subplots()
    assert plots.clusters(X, ax=ax) is ax
    assert plots.residuals(X, CENTROIDS, LABELS, ax=ax) is ax
    assert plots.voronoi(CENTROIDS, ax=ax) is ax
    assert plots.paths(RUN.history, ax=ax) is ax
    assert plots.objective(RUN.history, ax=ax) is ax
    assert len(plt.get_fignums()) == 1


@pytest.mark.parametrize("wrong", [[1.0, 2.0], np.ones((3, 4)), [[1.0]]])
@pytest.mark.parametrize(
    ("name", "draw"),
    [
        ("X", plots.clusters),
        ("centroids", lambda wrong: plots.clusters(X, LABELS, wrong)),
        ("X", lambda wrong: plots.residuals(wrong, CENTROIDS, LABELS)),
        ("centroids", lambda wrong: plots.residuals(X, wrong, LABELS)),
        ("centroids", plots.voronoi),
        ("X", lambda wrong: plots.half_steps(wrong, RUN.history)),
    ],
)
def test_points_without_two_columns_are_refused(name, draw, wrong):
    shape = re.escape(str(np.shape(wrong)))
    with pytest.raises(ValueError, match=rf"^{name} must .*\(n, 2\).*{shape}"):
        draw(wrong)


# ---------------------------------------------------------------- residuals


def segments(ax):
    (lines,) = (
        artist
        for artist in ax.collections
        if isinstance(artist, LineCollection)
    )
    return lines


def test_residuals_join_each_sample_with_its_centroid():
    lines = segments(plots.residuals(X, CENTROIDS, LABELS))
    expected = np.stack([X, CENTROIDS[LABELS]], axis=1)
    np.testing.assert_array_equal(lines.get_segments(), expected)
    for color, j in zip(lines.get_colors(), LABELS, strict=True):
        assert same_color(color, style.color(j))


def test_squared_residuals_add_up_to_the_objective():
    pairs = segments(plots.residuals(X, CENTROIDS, LABELS)).get_segments()
    total = sum(((start - end) ** 2).sum() for start, end in pairs)
    assert total == pytest.approx(kmeans.inertia(X, CENTROIDS, LABELS))


def test_residuals_of_one_cluster_only():
    lines = segments(plots.residuals(X, CENTROIDS, LABELS.tolist(), only=1))
    ends = np.array(lines.get_segments())
    np.testing.assert_array_equal(ends[:, 0], X[LABELS == 1])
    assert (ends[:, 1] == CENTROIDS[1]).all()


def test_residuals_are_inside_new_axes_and_under_the_samples():
    ax = plots.residuals(X, CENTROIDS, LABELS)
    for (low, high), values in zip(
        (ax.get_xlim(), ax.get_ylim()), X.T, strict=True
    ):
        assert low < values.min()
        assert values.max() < high
    plots.clusters(X, LABELS, ax=ax)
    assert segments(ax).zorder < marks(ax)[0].zorder


# ---------------------------------------------------------------- voronoi


def owners(ax, k):
    """Cell that holds each of many places on the axes, k where none does."""
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    # Not symmetric, so that no place is on a border of a symmetric example.
    places = np.random.default_rng(1).uniform(
        (left, bottom), (right, top), (300, 2)
    )
    collection = cells(ax)
    holder = np.full(len(places), k)
    for path, color in zip(
        collection.get_paths(), collection.get_facecolor(), strict=True
    ):
        inside = path.contains_points(places)
        assert (holder[inside] == k).all(), "cells overlap"
        holder[inside] = style.COLORS.index(to_hex(color))
    return places, holder


@pytest.mark.parametrize(
    "centroids",
    [
        [[0.0, 0.0]],
        [[0.0, 0.0], [4.0, 1.0]],
        [[0.0, 0.0], [4.0, 0.0], [2.0, 3.0]],
        [[0.0, 0.0], [1.0, 1.0], [2.0, 2.0], [5.0, 5.0]],
        [[0.0, 0.0], [0.0, 1.0], [0.0, -3.0]],
        [[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]],
        [[0.0, 0.0], [4.0, 0.0], [0.0, 0.0], [4.0, 0.0]],
        [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]],
        RNG.normal(size=(10, 2)),
    ],
    ids=["1", "2", "3", "row", "column", "equal", "pairs", "square", "10"],
)
def test_cells_hold_what_assign_gives_to_their_centroid(centroids):
    centroids = np.asarray(centroids)
    ax = plots.voronoi(centroids, fill=True)
    places, holder = owners(ax, len(centroids))
    np.testing.assert_array_equal(holder, kmeans.assign(places, centroids))
    assert len(cells(ax).get_paths()) == len(np.unique(centroids, axis=0))


def test_cells_leave_the_limits_and_reach_over_them():
    ax = plots.clusters(X)
    limits = ax.axis()
    plots.voronoi(CENTROIDS, ax=ax)
    ax.autoscale_view()
    assert ax.axis() == limits
    # The frame of the axes is no border: corners lie well outside or within.
    corners = np.vstack([path.vertices for path in cells(ax).get_paths()])
    assert corners[:, 0].min() < limits[0] - 1
    assert corners[:, 0].max() > limits[1] + 1
    assert corners[:, 1].min() < limits[2] - 1
    assert corners[:, 1].max() > limits[3] + 1


def test_a_cell_outside_the_picture_is_not_drawn():
    ax = plots.clusters(X)
    plots.voronoi([[0.0, 0.0], [6.0, 0.0], [1e4, 0.0]], ax=ax)
    assert len(cells(ax).get_paths()) == 2


def test_cells_are_tinted_on_request_only():
    tinted = cells(plots.voronoi(CENTROIDS, fill=True))
    assert (tinted.get_facecolor()[:, 3] == 0.15).all()
    for j, color in enumerate(tinted.get_facecolor()):
        assert to_hex(color) == style.color(j)
    plain = cells(plots.voronoi(CENTROIDS))
    assert len(plain.get_facecolor()) == 0
    for collection in (tinted, plain):
        assert same_color(collection.get_edgecolor()[0], style.LIGHT["muted"])


def test_cells_on_new_axes_surround_all_centroids():
    ax = plots.voronoi(CENTROIDS)
    low, high = CENTROIDS.min(axis=0), CENTROIDS.max(axis=0)
    half = (high - low) / 2
    limits = np.transpose([ax.get_xlim(), ax.get_ylim()])
    np.testing.assert_allclose(limits, [low - half, high + half])


# ---------------------------------------------------------------- paths


def test_paths_lead_from_the_start_over_each_update():
    ax = plots.paths(RUN.history)
    assert len(ax.lines) == 3
    updates = [step for step in RUN.history if step.half == "update"]
    for j, line in enumerate(ax.lines):
        stops = [X[[0, 6, 7]][j], *(step.centroids[j] for step in updates)]
        np.testing.assert_array_equal(line.get_xydata(), stops)
        assert line.get_color() == style.color(j)


def test_paths_mark_the_start_empty_and_the_stops_by_dots():
    ax = plots.paths(RUN.history)
    for j, (dots, start) in enumerate(
        zip(marks(ax, 3.2), marks(ax, 3.5), strict=True)
    ):
        np.testing.assert_array_equal(start.get_offsets(), [X[[0, 6, 7]][j]])
        assert same_color(start.get_facecolor(), style.LIGHT["paper"])
        assert same_color(start.get_edgecolor(), style.color(j))
        way = ax.lines[j].get_xydata()
        np.testing.assert_array_equal(dots.get_offsets(), way[:-1])
        assert same_color(dots.get_facecolor(), style.color(j))


# ---------------------------------------------------------------- half-steps


def test_panels_tell_number_kind_and_objective():
    figure = plots.half_steps(X, RUN.history)
    assert len(figure.axes) == len(RUN.history)
    for i, (ax, step) in enumerate(zip(figure.axes, RUN.history, strict=True)):
        first, second = ax.get_title(loc="left").split("\n")
        assert first == f"{i + 1} {step.half}"
        value = float(second.removeprefix("objective "))
        assert value == pytest.approx(step.objective, rel=1e-3)


def test_panels_show_labels_and_centroids_of_their_half_step():
    figure = plots.half_steps(X, RUN.history, steps=[0, 3])
    for ax, i in zip(figure.axes, [0, 3], strict=True):
        step = RUN.history[i]
        for j, artist in enumerate(marks(ax)):
            assert has_look(artist, j)
            inside = X[step.labels == j]
            np.testing.assert_array_equal(artist.get_offsets(), inside)
        at = [artist.get_offsets()[0] for artist in marks(ax, 4)]
        np.testing.assert_array_equal(at, step.centroids)


def test_only_updates_show_where_centroids_came_from():
    figure = plots.half_steps(X, RUN.history, steps=[2, 3])
    assign, update = figure.axes
    assert len(assign.lines) == len(marks(assign, 3.5)) == 0
    before, after = RUN.history[2].centroids, RUN.history[3].centroids
    for j, (line, start) in enumerate(
        zip(update.lines, marks(update, 3.5), strict=True)
    ):
        np.testing.assert_array_equal(line.get_xydata(), [before[j], after[j]])
        np.testing.assert_array_equal(start.get_offsets(), [before[j]])
        assert line.get_color() == style.color(j)


def test_panels_share_limits():
    figure = plots.half_steps(X, RUN.history)
    assert len({ax.axis() for ax in figure.axes}) == 1


@pytest.mark.parametrize(
    ("n_panels", "n_columns", "shape"),
    [(1, 2, (1, 2)), (2, 2, (1, 2)), (3, 2, (2, 2)), (5, 3, (2, 3))],
)
def test_panels_fill_rows_and_each_column_has_ticks(
    n_panels, n_columns, shape
):
    figure = plots.half_steps(
        X, RUN.history, n_columns=n_columns, steps=range(n_panels)
    )
    assert len(figure.axes) == n_panels
    grid = figure.axes[0].get_gridspec()
    assert grid.get_geometry() == shape
    figure.draw_without_rendering()
    for i, ax in enumerate(figure.axes):
        last = i + n_columns >= n_panels
        assert bool(ax.get_xticklabels()) == last
    assert figure.get_figwidth() == style.WIDTH


def test_height_follows_the_data_within_reason():
    heights = []
    for stretch in (1e-3, 0.7, 1.0, 1e3):
        Y = X * (1, stretch)
        history = kmeans.lloyd(Y, Y[:2], record=True).history
        figure = plots.half_steps(Y, history, steps=[0, 1])
        heights.append(figure.get_figheight())
    assert 1.5 < heights[0] < heights[1] < heights[2] < heights[3] < 5


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0123456, "0.01235"),
        (43.125, "43.125"),
        (6.0625, "6.062"),
        (999.9994, "999.999"),
        (999.9996, "1,000"),
        (19636.5, "19,636"),
        (1e7, "10,000,000"),
        (0, "0"),
    ],
)
def test_objective_has_three_decimals_and_no_exponent(number, text):
    step = replace(RUN.history[0], objective=number)
    figure = plots.half_steps(X, [step])
    assert figure.axes[0].get_title(loc="left").endswith(f" {text}")


# ---------------------------------------------------------------- objective


def test_objective_is_drawn_for_every_half_step_from_1():
    ax = plots.objective(RUN.history)
    values = [step.objective for step in RUN.history]
    line, assign, update = ax.lines
    np.testing.assert_allclose(line.get_ydata(), values, rtol=1e-5)
    np.testing.assert_array_equal(line.get_xdata(), range(1, len(values) + 1))
    np.testing.assert_array_equal(assign.get_xydata(), line.get_xydata()[::2])
    np.testing.assert_array_equal(update.get_xydata(), line.get_xydata()[1::2])


def test_objective_is_drawn_alike_where_only_last_digits_differ():
    other = [
        replace(step, objective=step.objective * (1 + 1e-14))
        for step in RUN.history
    ]
    drawn, again = plots.objective(RUN.history), plots.objective(other)
    assert svg(drawn.figure) == svg(again.figure)


def test_objective_marks_and_names_both_kinds_of_half_step():
    ax = plots.objective(RUN.history)
    _, assign, update = ax.lines
    assert assign.get_marker() != update.get_marker()
    assert assign.get_markerfacecolor() != update.get_markerfacecolor()
    assert [text.get_text() for text in ax.texts] == ["assign", "update"]
    for text, marks in zip(ax.texts, (assign, update), strict=True):
        assert text.xy == tuple(marks.get_xydata()[0])
        assert text.xyann[0] > 0


def test_objective_axis_starts_at_zero_and_counts_half_steps():
    ax = plots.objective(RUN.history)
    assert ax.get_ylim()[0] == 0
    assert ax.get_ylim()[1] > RUN.history[0].objective
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("half-step", "objective")
    assert all(tick == round(tick) for tick in ax.get_xticks())
    large = [replace(step, objective=2e4) for step in RUN.history]
    ax = plots.objective(large)
    ax.figure.draw_without_rendering()
    assert "20,000" in [text.get_text() for text in ax.get_yticklabels()]


def test_objective_of_a_run_that_only_assigned():
    ax = plots.objective(RUN.history[:1])
    assert [text.get_text() for text in ax.texts] == ["assign"]


# ---------------------------------------------------------------- knives


def knife_widths(ax):
    """Width of each knife at the middle of each sample, and its color."""
    widths = []
    for artist in ax.collections:
        (path,) = artist.get_paths()
        low, high = path.get_extents().ymin, path.get_extents().ymax
        heights = np.arange(low + 0.5, high)
        reach = np.linspace(-1, 1, 2001)
        row = [
            reach[path.contains_points([(x, y) for x in reach])]
            for y in heights
        ]
        widths.append([x[np.abs(x).argmax()] for x in row])
    return widths


def test_knives_are_the_sorted_silhouettes_of_each_cluster():
    values = np.array([0.9, 0.4, -0.3, 0.2, 0.7, 0.6])
    ax = plots.knives(values, [4, 4, 4, 1, 1, 0])
    expected = [[0.6], [0.7, 0.2], [0.9, 0.4, -0.3]]
    for width, value in zip(knife_widths(ax), expected, strict=True):
        np.testing.assert_allclose(width, value, atol=0.002)
    for j, artist in zip((0, 1, 4), ax.collections, strict=True):
        assert same_color(artist.get_facecolor(), style.color(j))
    ax.figure.draw_without_rendering()
    assert [t.get_text() for t in ax.get_yticklabels()] == ["0", "1", "4"]
    for tick, artist in zip(ax.get_yticks(), ax.collections, strict=True):
        extents = artist.get_paths()[0].get_extents()
        assert tick == pytest.approx((extents.ymin + extents.ymax) / 2)
    assert ax.get_ylim()[0] > ax.get_ylim()[1]


def test_knives_show_the_mean_and_every_value():
    ax = plots.knives(SILHOUETTES, LABELS)
    zero, mean = ax.lines
    assert set(zero.get_xdata()) == {0}
    assert mean.get_xdata()[0] == pytest.approx(SILHOUETTES.mean(), abs=1e-6)
    assert mean.get_linestyle() == "--"
    assert ax.texts[0].get_text() == f"mean {SILHOUETTES.mean():.2f}"
    assert ax.get_xlabel() == "silhouette"
    assert ax.get_xlim()[0] < SILHOUETTES.min() < 0
    _, given = plt.subplots()
    assert plots.knives([0.5, 0.7], [0, 1], ax=given) is given
    assert given.get_xlim() == (0, 1)


def test_names_of_small_knives_do_not_touch():
    labels = np.r_[np.zeros(490, dtype=int), np.arange(1, 11)]
    ax = plots.knives(np.full(500, 0.5), labels)
    ax.figure.canvas.draw()
    heights = ax.transData.transform([(0, y) for y in ax.get_yticks()])[:, 1]
    # Digits are as high as 0.73 of the font size.
    digit = 0.73 * style.FONT_SIZE / 72 * ax.figure.dpi
    assert -np.diff(heights).max() > digit


def test_knives_are_drawn_alike_where_only_last_digits_differ():
    drawn = plots.knives(SILHOUETTES, LABELS)
    again = plots.knives(SILHOUETTES * (1 + 1e-14), LABELS)
    assert svg(drawn.figure) == svg(again.figure)


@pytest.mark.parametrize(
    "draw",
    [
        lambda labels: plots.clusters(X, labels),
        lambda labels: plots.residuals(X, CENTROIDS, labels),
        lambda labels: plots.knives(SILHOUETTES, labels),
    ],
)
@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (np.repeat(["a", "b"], 9), "labels must be integers, .*np.unique"),
        (np.repeat([0.0, 1.0], 9), "labels must be integers, .*np.unique"),
        ([0, 1], r"labels must be 1-D with one entry for each .*\(2,\)"),
    ],
)
def test_labels_that_have_no_color_are_refused(draw, labels, words):
    with pytest.raises(ValueError, match=words):
        draw(labels)


def test_residuals_need_a_centroid_for_each_label():
    with pytest.raises(ValueError, match="labels must lie between 0 and"):
        plots.residuals(X, CENTROIDS[:2], LABELS)


@pytest.mark.parametrize("history", [None, ()])
@pytest.mark.parametrize(
    "draw",
    [plots.paths, plots.objective, lambda it: plots.half_steps(X, it)],
)
def test_a_run_that_was_not_recorded_cannot_be_drawn(draw, history):
    words = r"history must hold half-steps, got .* lloyd\(..., record=True\)"
    with pytest.raises(ValueError, match=words):
        draw(history)


@pytest.mark.parametrize(
    ("silhouettes", "labels"),
    [([0.5, 0.5], [0]), ([[0.5], [0.5]], [[0], [1]])],
)
def test_knives_need_one_entry_for_each_sample(silhouettes, labels):
    with pytest.raises(ValueError, match="silhouettes and labels must be"):
        plots.knives(silhouettes, labels)


# ---------------------------------------------------------------- both themes


def test_figures_are_equal_to_the_byte():
    first = [svg(figure) for figure in everything()]
    assert first == [svg(figure) for figure in everything()]


def test_figures_have_colors_of_the_style_alone():
    allowed = {*style.LIGHT.values(), *style.COLORS, style.NEUTRAL}
    for figure in everything():
        assert (
            set(re.findall("#[0-9a-f]{6}(?=[;\"'])", svg(figure))) <= allowed
        )


def test_nothing_is_darker_than_ink():
    # An SVG leaves out the color black: nothing to replace for a dark page.
    ink = round(255 * max(to_rgb(style.LIGHT["ink"])))
    for figure in everything():
        figure.canvas.draw()
        pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3]
        assert pixels.max(axis=2).min() >= ink - 1


def test_pixels_of_a_figure_have_no_color_that_should_change():
    for labels, color in ((None, style.NEUTRAL), (0, style.color(0))):
        labels = labels if labels is None else np.full(len(CROWD), labels)
        text = svg(plots.clusters(CROWD, labels).figure)
        (data,) = re.findall(r"base64,\s*([^\"]+)\"", text)
        pixels = plt.imread(io.BytesIO(base64.b64decode(data)))
        drawn = pixels[pixels[..., 3] > 0.5][:, :3]
        assert np.abs(drawn - to_rgb(color)).max() < 0.02
