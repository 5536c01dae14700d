"""The pictures of the book: clusters, cells, half-steps, objective, knives.

Every function draws on the Axes it is given, or on a new one, and returns it.
A cluster has the color and the marker of its index, in every picture.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_rgba_array
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from kmeans.validation import check_labeling, check_labels

from . import style

INK, MUTED, PAPER = (style.LIGHT[role] for role in ("ink", "muted", "paper"))
# Above this many samples, the points of a figure are stored as pixels.
VECTOR_LIMIT = 600
# Above this many, points are so small that a paper-colored edge around them
# would eat them up.
EDGE_LIMIT = 150
HALO = withStroke(linewidth=4, foreground=PAPER)


def clusters(
    X, labels=None, centroids=None, *, ax=None, names=None, sizes=None
):
    """Draw samples in the color and shape of their cluster, and centroids.

    Parameters
    ----------
    X : array-like of shape (n_samples, 2)
        Samples.
    labels : array-like of int, shape (n_samples,), optional
        Cluster of each sample; without it, samples are gray dots.
    centroids : array-like of shape (n_clusters, 2), optional
        Centroids, drawn as large marks.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; a new figure by default.
    names : sequence of str, optional
        Name of each cluster, written beside its centroid.
        Needs `centroids`.
    sizes : array-like of float, shape (n_samples,), optional
        Relative area of each mark, for instance the probability of being
        drawn as the next seed. The mean area is the usual one.

    Returns
    -------
    matplotlib.axes.Axes
        The axes, with equal scales.

    Raises
    ------
    ValueError
        If `X` or `centroids` does not have two columns, if `labels` are not
        integers, one for each sample, or if there are names without
        centroids.

    Examples
    --------
    >>> from kmeans import plots
    >>> ax = plots.clusters([[0, 0], [0, 1], [4, 0]], [0, 0, 1],
    ...                     [[0, 0.5], [4, 0]], names=["west", "east"])
    >>> [text.get_text() for text in ax.texts]
    ['west', 'east']
    """
    X = _plane(X, "X")
    if names is not None and centroids is None:
        raise ValueError(
            "names are written beside centroids: pass centroids too"
        )
    ax = _map(ax)
    n_samples = len(X)
    area = np.clip(4500 / n_samples, 8, 48)
    if sizes is not None:
        area = area * np.asarray(sizes) / np.mean(sizes)
    look = {"rasterized": n_samples > VECTOR_LIMIT, "zorder": 2}
    if n_samples > EDGE_LIMIT:
        look |= {"linewidth": 0}
    else:
        look |= {"linewidth": 0.6, "edgecolor": PAPER}
    if labels is None:
        ax.scatter(*X.T, s=area, c=style.NEUTRAL, **look)
    else:
        labels = check_labeling(labels, X)
        for j in np.unique(labels):
            mine = labels == j
            # One area for all, where that is so, makes an SVG half as large.
            areas = style.area(j) * (area if sizes is None else area[mine])
            ax.scatter(
                *X[mine].T,
                s=areas,
                c=style.color(j),
                marker=style.marker(j),
                **look,
            )
    if centroids is not None:
        centroids = _plane(centroids, "centroids")
        for j, position in enumerate(centroids):
            ax.scatter(
                *position,
                s=150 * style.area(j),
                c=style.color(j),
                marker=style.marker(j),
                edgecolor=INK,
                linewidth=1.5,
                path_effects=[HALO],
                zorder=4,
            )
    if names is not None:
        for position, name in zip(centroids, names, strict=True):
            _note(ax, name, position, weight="bold")
    return ax


def residuals(X, centroids, labels, *, ax=None, only=None):
    """Draw the segment from each sample to the centroid of its cluster.

    The objective is the sum of the squared lengths of these segments.

    Parameters
    ----------
    X : array-like of shape (n_samples, 2)
        Samples.
    centroids : array-like of shape (n_clusters, 2)
        Centroids.
    labels : array-like of int, shape (n_samples,)
        Cluster of each sample.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; a new figure by default.
    only : int, optional
        Draw the segments of this cluster alone.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.

    Raises
    ------
    ValueError
        If `X` or `centroids` does not have two columns, or if `labels` are
        not integers below n_clusters, one for each sample.

    Examples
    --------
    >>> from kmeans import plots
    >>> ax = plots.residuals([[0, 0], [0, 1], [4, 0]],
    ...                      [[0, 0.5], [4, 0]], [0, 0, 1])
    >>> [len(lines.get_segments()) for lines in ax.collections]
    [3]
    """
    X, centroids = _plane(X, "X"), _plane(centroids, "centroids")
    labels = check_labels(labels, X, len(centroids))
    if only is not None:
        X, labels = X[labels == only], labels[labels == only]
    ax = _map(ax)
    ax.add_collection(
        LineCollection(
            np.stack([X, centroids[labels]], axis=1),
            colors=[style.color(j) for j in labels],
            linewidths=1.2,
            zorder=1.5,
        )
    )
    ax.autoscale_view()
    return ax


def voronoi(centroids, *, ax=None, fill=False):
    """Draw the borders between the cells of the centroids.

    The cell of a centroid is the part of the plane nearer to it than to any
    other centroid. Of equal centroids, the first has the cell, as in
    `kmeans.assign`. Draw the samples first: the cells fill the axes as they
    are, and do not change their limits.

    Parameters
    ----------
    centroids : array-like of shape (n_clusters, 2)
        Centroids.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; by default a new figure around the centroids.
    fill : bool, default=False
        Tint each cell with the color of its cluster.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.

    Raises
    ------
    ValueError
        If `centroids` does not have two columns.

    Examples
    --------
    >>> from kmeans import plots
    >>> ax = plots.voronoi([[0, 0], [4, 0], [2, 3]])
    >>> len(ax.collections[0].get_paths())
    3
    """
    centroids = _plane(centroids, "centroids")
    around_centroids = ax is None
    ax = _map(ax)
    if around_centroids:
        ax.update_datalim(centroids)
        ax.margins(0.5)
        ax.autoscale_view()
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    # Cells end well outside the axes, so that only borders between them show.
    wide, high = right - left, top - bottom
    box = np.array(
        [
            (left - wide, bottom - high),
            (right + wide, bottom - high),
            (right + wide, top + high),
            (left - wide, top + high),
        ]
    )
    cells, colors = [], []
    for j, centroid in enumerate(centroids):
        cell = box
        for i, other in enumerate(centroids):
            if not np.array_equal(other, centroid):
                cell = _nearer(cell, centroid, other)
            elif i < j:
                cell = cell[:0]
        if len(cell):
            cells.append(cell)
            colors.append(style.color(j))
    ax.add_collection(
        PolyCollection(
            cells,
            facecolors=to_rgba_array(colors, 0.15) if fill else "none",
            edgecolors=MUTED,
            zorder=1.2,
        ),
        autolim=False,
    )
    return ax


def paths(history, *, ax=None):
    """Draw the way of each centroid, from its start to its last position.

    Parameters
    ----------
    history : sequence of HalfStep
        What `kmeans.lloyd` recorded.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.

    Raises
    ------
    ValueError
        If nothing was recorded.

    Examples
    --------
    >>> import kmeans
    >>> from kmeans import plots
    >>> X = [[0.0, 0.0], [0.0, 1.0], [4.0, 0.0]]
    >>> run = kmeans.lloyd(X, [[0.0, 0.0], [0.0, 1.0]], record=True)
    >>> ax = plots.paths(run.history)
    >>> len(ax.lines)
    2
    """
    history = _recorded(history)
    ax = _map(ax)
    # Centroids move in an update, so the first entry and the updates suffice.
    stops = [history[0], *(step for step in history if step.half == "update")]
    ways = np.stack([step.centroids for step in stops], axis=1)
    for j, way in enumerate(ways):
        (line,) = ax.plot(*way.T, color=style.color(j), zorder=3)
        line.set_path_effects([HALO])
        ax.scatter(*way[:-1].T, s=16, c=style.color(j), zorder=3.2)
        _start(way[0], j, ax)
    return ax


def half_steps(X, history, *, n_columns=2, steps=None):
    """Draw the half-steps of a run of Lloyd's algorithm, one panel each.

    A panel is headed by the number and the kind of its half-step and by the
    objective after it. In an update, each centroid leaves an empty mark
    where it was and draws the line it moved along.

    Parameters
    ----------
    X : array-like of shape (n_samples, 2)
        Samples.
    history : sequence of HalfStep
        What `kmeans.lloyd` recorded.
    n_columns : int, default=2
        Panels beside each other; more than two get illegible on a phone.
    steps : sequence of int, optional
        Indices into `history` of the half-steps to draw; all by default.

    Returns
    -------
    matplotlib.figure.Figure
        The figure, its panels with equal scales and shared axes.

    Raises
    ------
    ValueError
        If `X` does not have two columns, or if nothing was recorded.

    Examples
    --------
    >>> import kmeans
    >>> from kmeans import plots
    >>> X = [[0.0, 0.0], [0.0, 1.0], [4.0, 0.0]]
    >>> run = kmeans.lloyd(X, [[0.0, 0.0], [0.0, 1.0]], record=True)
    >>> figure = plots.half_steps(X, run.history, steps=[0, 1])
    >>> print(figure.axes[0].get_title(loc="left"))
    1 assign
    objective 16
    """
    X, history = _plane(X, "X"), _recorded(history)
    steps = range(len(history)) if steps is None else steps
    n_rows = -(-len(steps) // n_columns)
    everything = np.vstack([X, *(step.centroids for step in history)])
    spread = np.ptp(everything, axis=0)
    panel = style.WIDTH / n_columns
    height = panel * np.clip(spread[1] / spread[0], 0.5, 1.5) + 0.3
    figure, grid = plt.subplots(
        n_rows,
        n_columns,
        sharex=True,
        sharey=True,
        squeeze=False,
        layout="compressed",
        figsize=(style.WIDTH, n_rows * height + 0.4),
    )
    panels = grid.ravel()
    for ax, i in zip(panels, steps, strict=False):
        step = history[i]
        if step.half == "update":
            ways = [history[i - 1].centroids, step.centroids]
            for j, way in enumerate(np.stack(ways, axis=1)):
                ax.plot(*way.T, color=style.color(j), zorder=3)
                _start(way[0], j, ax)
        clusters(X, step.labels, step.centroids, ax=ax)
        value = _cost(step.objective)
        ax.set_title(f"{i + 1} {step.half}\nobjective {value}", loc="left")
    for ax, above in zip(
        panels[len(steps) :],
        panels[len(steps) - n_columns :],
        strict=False,
    ):
        ax.remove()
        above.tick_params(labelbottom=True)
    return figure


def objective(history, *, ax=None):
    """Draw the objective after each half-step.

    Parameters
    ----------
    history : sequence of HalfStep
        What `kmeans.lloyd` recorded.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.

    Raises
    ------
    ValueError
        If nothing was recorded.

    Examples
    --------
    >>> import kmeans
    >>> from kmeans import plots
    >>> X = [[0.0, 0.0], [0.0, 1.0], [4.0, 0.0]]
    >>> run = kmeans.lloyd(X, [[0.0, 0.0], [0.0, 1.0]], record=True)
    >>> ax = plots.objective(run.history)
    >>> [text.get_text() for text in ax.texts]
    ['assign', 'update']
    """
    history = _recorded(history)
    if ax is None:
        ax = plt.subplots()[1]
    # The last digits differ between machines, and limits follow the values.
    values = [float(f"{step.objective:.6g}") for step in history]
    ax.plot(range(1, len(values) + 1), values, color=MUTED, linewidth=1.2)
    for half, marker, face in ("assign", "o", INK), ("update", "s", PAPER):
        when = [i for i, step in enumerate(history) if step.half == half]
        ax.plot(
            [i + 1 for i in when],
            [values[i] for i in when],
            marker,
            markersize=7,
            markerfacecolor=face,
            markeredgecolor=INK,
        )
        for i in when[:1]:
            _note(ax, half, (i + 1, values[i]))
    ax.set(xlabel="half-step", ylabel="objective", ylim=(0, None))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.yaxis.set_major_formatter(lambda value, position: _short(value))
    return ax


def knives(silhouettes, labels, *, ax=None):
    """Draw the silhouette plot: the sorted silhouettes of each cluster.

    The clusters follow each other from the top, each as thick as it has
    samples and named at the left. A dashed line is at the mean.

    Parameters
    ----------
    silhouettes : array-like of shape (n_samples,)
        The silhouette of each sample, as from
        `kmeans.diagnostics.silhouette_samples`.
    labels : array-like of int, shape (n_samples,)
        Cluster of each sample.
    ax : matplotlib.axes.Axes, optional
        Axes to draw on; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.

    Raises
    ------
    ValueError
        If the arguments do not have one entry for each sample, or if
        `labels` are not integers.

    Examples
    --------
    >>> from kmeans import plots
    >>> ax = plots.knives([0.8, 0.7, 0.9, -0.2], [0, 0, 1, 1])
    >>> [text.get_text() for text in ax.texts]
    ['mean 0.55']
    """
    # The last digits differ between machines, and limits follow the values.
    silhouettes = np.round(np.asarray(silhouettes, dtype=float), 6)
    if silhouettes.ndim != 1 or silhouettes.shape != np.shape(labels):
        raise ValueError(
            "silhouettes and labels must be 1-D with one entry for each "
            f"sample, got shapes {silhouettes.shape} and {np.shape(labels)}"
        )
    labels = check_labeling(labels)
    if ax is None:
        ax = plt.subplots()[1]
    n_samples = len(labels)
    names = np.unique(labels)
    top, middles = 0, []
    for j in names:
        values = np.sort(silhouettes[labels == j])[::-1]
        ax.fill_betweenx(
            top + np.arange(len(values) + 1),
            [*values, values[-1]],
            step="post",
            color=style.color(j),
            linewidth=0.5,
            rasterized=n_samples > VECTOR_LIMIT,
            zorder=2,
        )
        middles.append(top + len(values) / 2)
        # Room for the names, also of clusters that have one sample.
        top += max(len(values), 0.06 * n_samples) + 0.03 * n_samples
    mean = silhouettes.mean()
    ax.axvline(0, color=MUTED, linewidth=1, zorder=2.5)
    line = ax.axvline(mean, color=INK, linestyle="--", linewidth=1.5)
    line.set_path_effects([HALO])
    ax.annotate(
        f"mean {mean:.2f}",
        (mean, 1),
        (0, 4),
        xycoords=ax.get_xaxis_transform(),
        textcoords="offset points",
        horizontalalignment="center",
    )
    ax.set(
        xlabel="silhouette",
        ylabel="cluster",
        xlim=(min(0, silhouettes.min() - 0.05), 1),
        ylim=(top, -0.03 * n_samples),
    )
    ax.set_yticks(middles, names)
    ax.grid(visible=False, axis="y")
    ax.tick_params(axis="y", length=0)
    return ax


def comparison(result):
    """Draw what each criterion says of each number of clusters.

    The line of dots is the data. The gray lines enclose what the same
    criterion says of structureless data: its smallest and largest values. A
    vertical line marks the choice.

    Parameters
    ----------
    result : KComparison
        What `kmeans.diagnostics.comparison.compare_k` returns.

    Returns
    -------
    matplotlib.figure.Figure
        The figure, with eight panels above a shared axis of k.

    Examples
    --------
    >>> from kmeans import plots
    >>> from kmeans.datasets import four_blobs
    >>> from kmeans.diagnostics.comparison import compare_k
    >>> X = four_blobs().X
    >>> figure = plots.comparison(compare_k(X, 5, n_references=3, rng=0))
    >>> print(figure.axes[1].get_title(loc="left"))
    silhouette
    chooses 4
    """
    names = result.columns[2:]
    figure, panels = plt.subplots(
        -(-len(names) // 2),
        2,
        sharex=True,
        figsize=(style.WIDTH, 0.9 * len(names)),
    )
    k = result.table[:, 0]
    for ax, name in zip(panels.ravel(), names, strict=True):
        column = result.columns.index(name)
        # The last digits differ between machines, and limits follow them.
        values, low, high = (
            [float(f"{value:.6g}") for value in line]
            for line in (
                result.table[:, column],
                result.null_table[:, :, column].min(axis=0),
                result.null_table[:, :, column].max(axis=0),
            )
        )
        ax.fill_between(k, low, high, color=style.LIGHT["grid"], linewidth=0)
        for edge in low, high:
            ax.plot(k, edge, color=MUTED, linewidth=0.8)
        ax.plot(k, values, "-o", color=INK, markersize=4, linewidth=1.2)
        heading = "has no rule"
        if name in result.choices:
            chosen = result.choices[name]
            heading = f"chooses {chosen}"
            ax.axvline(chosen, color=style.color(0), zorder=1.5)
            # Nothing is drawn where the criterion has no value.
            ax.plot(
                chosen,
                values[chosen - 1],
                "o",
                markersize=9,
                color=style.color(0),
                zorder=3,
            )
        ax.set_title(f"{name}\n{heading}", loc="left")
        ax.yaxis.set_major_locator(MaxNLocator(3))
        ax.yaxis.set_major_formatter(lambda value, position: _short(value))
    for ax in panels[-1]:
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.set(xlabel="k", xlim=(0.5, len(k) + 0.5))
    return figure


def _map(ax):
    """Axes, new ones by default, on which equal distances look equal."""
    if ax is None:
        ax = plt.subplots()[1]
    ax.set_aspect("equal")
    return ax


def _plane(points, name):
    """Points as floats, if they can be drawn."""
    points = np.asarray(points, dtype=float)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(
            f"{name} must have shape (n, 2) to be drawn, got {points.shape}"
        )
    return points


def _recorded(history):
    """History of a run, if one was kept."""
    if not history:
        raise ValueError(
            f"history must hold half-steps, got {history!r}; "
            "lloyd(..., record=True) records them"
        )
    return history


def _nearer(cell, centroid, other):
    """Part of a convex polygon nearer to one centroid than to another."""
    across = other - centroid
    beyond = (cell - (centroid + other) / 2) @ across
    corners = []
    for a, b, at, bt in zip(
        cell,
        np.roll(cell, -1, axis=0),
        beyond,
        np.roll(beyond, -1),
        strict=True,
    ):
        if at <= 0:
            corners.append(a)
        if at * bt < 0:
            corners.append(a + (b - a) * at / (at - bt))
    return np.reshape(corners, (-1, 2))


def _start(position, j, ax):
    """Empty mark where a centroid was."""
    ax.scatter(
        *position,
        s=80 * style.area(j),
        c=PAPER,
        marker=style.marker(j),
        edgecolor=style.color(j),
        linewidth=1.5,
        zorder=3.5,
    )


def _cost(objective):
    """Three decimals below 1,000, and never less than four digits."""
    if 1 <= objective < 999.9995:
        return f"{round(objective, 3):.6g}"
    return _short(objective)


def _short(number):
    """Four digits or more, never an exponent for what is large."""
    return f"{number:,.0f}" if number >= 999.95 else f"{number:.4g}"


def _note(ax, text, position, **look):
    """Text beside a mark, legible over other marks."""
    ax.annotate(
        text,
        position,
        (10, 6),
        textcoords="offset points",
        path_effects=[HALO],
        zorder=6,
        **look,
    )
