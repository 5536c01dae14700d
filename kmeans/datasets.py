"""The data of the book, real, made and measured, without a download.

Every function returns a `Dataset`, and `hard_cases` a dictionary of them;
`load_measurements` gives what the benchmarks of the book stored. The made
sets are the same on every machine: each has its seed inside, or takes it as
``rng``. Sets that repeat an experiment of a published tutorial use NumPy's
legacy generator, because the tutorials did and their numbers depend on it;
new sets use `numpy.random.Generator`.

The functions of scikit-learn's ``sklearn.datasets`` are imported where they
are called: that module pulls in a network stack that a reader of the penguins
does not need.
"""

import csv
import json
from dataclasses import dataclass
from importlib import resources

import numpy as np

from kmeans.validation import (
    check_count,
    check_n_clusters,
    check_rng,
    check_samples,
)

__all__ = [
    "Dataset",
    "corner_blobs",
    "deliveries",
    "four_blobs",
    "gaussian_board",
    "gaussian_groups",
    "hard_cases",
    "independent_customers",
    "load_measurements",
    "load_penguins",
    "load_wholesale",
    "moons",
    "overlapping_blobs",
    "peaked_gaussians",
    "rings",
    "stretched_groups",
    "three_gaussians",
    "unequal_sizes",
    "unequal_spreads",
    "uniform_board",
    "with_outlier",
]


# eq=False: comparing arrays gives an array, so a generated __eq__ would fail.
@dataclass(frozen=True, eq=False)
class Dataset:
    """Samples with what is known about them.

    Attributes
    ----------
    X : ndarray of shape (n, d), dtype float64
        The samples, one a row.
    feature_names : tuple of str
        The d names of the columns, with their units: ready-made axis labels.
    labels : ndarray of shape (n,), dtype int32, or None
        The group each sample comes from, as an index into `label_names` where
        names exist. None where there are no groups. k-means never sees it.
    label_names : tuple of str, or None
        Names of the groups.
    start : ndarray of shape (k, d), dtype float64, or None
        The starting centroids of the experiment the set belongs to.

    Examples
    --------
    >>> Dataset(np.zeros((3, 2)), ("x", "y")).X.shape
    (3, 2)
    """

    X: np.ndarray
    feature_names: tuple[str, ...]
    labels: np.ndarray | None = None
    label_names: tuple[str, ...] | None = None
    start: np.ndarray | None = None


def _stored(*path):
    """Give the file or folder at `path` inside ``kmeans/data``."""
    return resources.files("kmeans").joinpath("data", *path)


def _read_rows(filename):
    """Read a table of ``kmeans/data`` as a list of dictionaries, one a row."""
    with _stored(filename).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def load_penguins():
    """Load the Palmer penguins: four body measurements of three species.

    The table has 344 penguins. Two of them were never measured; they are left
    out.

    Returns
    -------
    Dataset
        `X` of shape (342, 4): bill length, bill depth, flipper length (mm) and
        body mass (g). `labels` are the species, in alphabetical order: 151
        Adelie, 68 Chinstrap, 123 Gentoo.

    Notes
    -----
    Measured by [1]_, published as a teaching set by [2]_ under CC0.

    References
    ----------
    .. [1] Gorman, K. B., Williams, T. D., & Fraser, W. R. (2014). Ecological
       sexual dimorphism and environmental variability within a community of
       Antarctic penguins (genus Pygoscelis). PLoS ONE, 9(3), e90081.
       doi:10.1371/journal.pone.0090081
    .. [2] Horst, A. M., Hill, A. P., & Gorman, K. B. (2020). palmerpenguins:
       Palmer Archipelago (Antarctica) penguin data.
       doi:10.5281/zenodo.3960218

    Examples
    --------
    >>> penguins = load_penguins()
    >>> penguins.X.shape
    (342, 4)
    >>> penguins.feature_names[:2]
    ('Bill length (mm)', 'Bill depth (mm)')
    >>> penguins.label_names, np.bincount(penguins.labels).tolist()
    (('Adelie', 'Chinstrap', 'Gentoo'), [151, 68, 123])
    """
    columns = {
        "bill_length_mm": "Bill length (mm)",
        "bill_depth_mm": "Bill depth (mm)",
        "flipper_length_mm": "Flipper length (mm)",
        "body_mass_g": "Body mass (g)",
    }
    measured = [
        row
        for row in _read_rows("penguins.csv")
        if "NA" not in (row[c] for c in columns)
    ]
    species, labels = np.unique(
        [row["species"] for row in measured], return_inverse=True
    )
    return Dataset(
        X=np.array([[float(row[c]) for c in columns] for row in measured]),
        feature_names=tuple(columns.values()),
        labels=labels.astype(np.int32),
        label_names=tuple(species.tolist()),
    )


def load_wholesale():
    """Load the wholesale customers: what 440 clients spent in a year.

    Returns
    -------
    Dataset
        `X` of shape (440, 6): annual spending, in monetary units, on fresh
        products, milk products, grocery, frozen products, detergents and
        paper, and delicatessen. `labels` are the sales channels: 298 of the
        hotel, restaurant and café channel, 142 of the retail channel.

    Notes
    -----
    Published by [1]_ under CC BY 4.0. The column that the file calls
    Delicassen is named Delicatessen here.

    References
    ----------
    .. [1] Cardoso, M. (2013). Wholesale customers. UCI Machine Learning
       Repository. doi:10.24432/C5030X

    Examples
    --------
    >>> wholesale = load_wholesale()
    >>> wholesale.X.shape
    (440, 6)
    >>> wholesale.label_names, np.bincount(wholesale.labels).tolist()
    (('Hotel, restaurant, café', 'Retail'), [298, 142])
    """
    columns = {
        "Fresh": "Fresh (m.u.)",
        "Milk": "Milk (m.u.)",
        "Grocery": "Grocery (m.u.)",
        "Frozen": "Frozen (m.u.)",
        "Detergents_Paper": "Detergents and paper (m.u.)",
        "Delicassen": "Delicatessen (m.u.)",
    }
    rows = _read_rows("wholesale_customers.csv")
    return Dataset(
        X=np.array([[float(row[c]) for c in columns] for row in rows]),
        feature_names=tuple(columns.values()),
        # The file numbers the channels from 1.
        labels=np.array(
            [int(row["Channel"]) - 1 for row in rows], dtype=np.int32
        ),
        label_names=("Hotel, restaurant, café", "Retail"),
    )


def load_measurements(name):
    """Load what a benchmark of the book measured and stored.

    Times, and studies that take minutes, are read by the chapters instead of
    being measured again; ``benchmarks/`` of the project makes them.

    Parameters
    ----------
    name : {'criteria', 'silhouette', 'speed', 'starts', 'swap'}
        How often each criterion finds the number of clusters, how fast the
        silhouettes are and how fast `KMeans` is, both beside other packages,
        how many tries each way to start needs, or how often random swap
        finds the optimum.

    Returns
    -------
    dict
        Under ``'versions'`` the packages that were measured with; the other
        entries differ, and the tables among them are lists of dictionaries,
        one a row.

    Raises
    ------
    ValueError
        If there are no measurements of that `name`.

    Examples
    --------
    >>> iris = load_measurements("swap")["iris"]
    >>> iris[1]["k"], iris[1]["optimum"]
    (3, 78.8514)
    >>> load_measurements("sped")
    Traceback (most recent call last):
    ...
    ValueError: name must be 'criteria', 'silhouette', 'speed', 'starts' or
    'swap', got 'sped'
    """
    if name not in ("criteria", "silhouette", "speed", "starts", "swap"):
        raise ValueError(
            "name must be 'criteria', 'silhouette', 'speed', 'starts' or "
            f"'swap', got {name!r}"
        )
    return json.loads(
        _stored("measurements", f"{name}.json").read_text("utf-8")
    )


def deliveries():
    """Place 18 customers on a map: a delivery problem small enough to count.

    Three neighborhoods, of 8 customers in the west, 6 in the east and 4 in the
    north, and k = 3 delivery centers. Customer 7, at (5.5, 3), lives between
    west and east, and customer 13, at (7.5, 4.5), between east and north. The
    start is poor on purpose: all three centers at customers of the west (the
    first three rows). From there Lloyd's method gives four different
    partitions, and the fourth is the best of all: objective 43.125, centroids
    (3, 3), (8.5, 2.75) and (6.75, 7.5).

    Returns
    -------
    Dataset
        `X` of shape (18, 2) in kilometers and `start` of shape (3, 2). No
        labels: a neighborhood is what the reader sees on the map.

    Examples
    --------
    >>> customers = deliveries()
    >>> customers.X.shape
    (18, 2)
    >>> customers.start
    array([[3. , 1. ],
           [3. , 2.5],
           [3.5, 4.5]])
    """
    west = [
        (3, 1),
        (3, 2.5),
        (3.5, 4.5),
        (1, 2),
        (2, 4.5),
        (1.5, 3),
        (4.5, 3.5),
        (5.5, 3),
    ]
    east = [(7.5, 1.5), (8.5, 3.5), (8.5, 2), (9.5, 4), (9.5, 1), (7.5, 4.5)]
    north = [(6, 7.5), (7, 7.5), (7, 8.5), (7, 6.5)]
    X = np.array(west + east + north, dtype=float)
    return Dataset(
        X, ("Distance east (km)", "Distance north (km)"), start=X[:3].copy()
    )


def corner_blobs(n_clusters=4, *, below=-8.0):
    """Draw eight blobs and a start crammed into one corner of them.

    From the walkthrough that starts its centroids in a corner by hand. Eight
    groups are drawn, but several overlap: the eye, and the silhouette, see
    four lumps.

    Parameters
    ----------
    n_clusters : int, default=4
        Number of starting centroids.
    below : float, default=-8.0
        The start is the first `n_clusters` samples whose second coordinate is
        below this.

    Returns
    -------
    Dataset
        `X` of shape (1000, 2), the 8 generated groups as `labels`, and `start`
        of shape (n_clusters, 2).

    Raises
    ------
    ValueError
        If `n_clusters` is not a positive integer, or fewer than `n_clusters`
        samples lie below `below`.

    Examples
    --------
    >>> blobs = corner_blobs()
    >>> blobs.X.shape, blobs.start.shape
    ((1000, 2), (4, 2))
    >>> corner_blobs(below=-100.0)
    Traceback (most recent call last):
    ...
    ValueError: below=-100.0 leaves 0 candidates for a start of n_clusters=4
    samples
    """
    from sklearn.datasets import make_blobs

    n_clusters = check_count(n_clusters, "n_clusters")
    X, labels = make_blobs(
        1000, centers=8, cluster_std=1.5, random_state=117_117
    )
    candidates = X[X[:, 1] < below]
    if len(candidates) < n_clusters:
        raise ValueError(
            f"below={below} leaves {len(candidates)} candidates "
            f"for a start of n_clusters={n_clusters} samples"
        )
    return Dataset(
        X, ("x", "y"), labels.astype(np.int32), start=candidates[:n_clusters]
    )


def overlapping_blobs(cluster_std):
    """Draw three blobs around the same centers, as wide as asked.

    From the walkthrough that starts its centroids in a corner by hand. It uses
    spreads of 1.0, 2.0, 3.0 and 4.5, and asks for two clusters.

    Parameters
    ----------
    cluster_std : float
        Standard deviation of each blob, along each axis.

    Returns
    -------
    Dataset
        `X` of shape (1000, 2) and the 3 generated groups as `labels`.

    Examples
    --------
    >>> np.bincount(overlapping_blobs(2.0).labels)
    array([334, 333, 333])
    """
    from sklearn.datasets import make_blobs

    X, labels = make_blobs(1000, cluster_std=cluster_std, random_state=117_117)
    return Dataset(X, ("x", "y"), labels.astype(np.int32))


def four_blobs():
    """Draw four separated blobs and a start that gets stuck among them.

    From the tutorial that introduces k-means with delivery centers. Its start
    is four rows drawn without replacement after ``numpy.random.seed(42)``:
    rows 203, 266, 152 and 9.

    Returns
    -------
    Dataset
        `X` of shape (300, 2), the 4 generated groups of 75 as `labels`, and
        `start` of shape (4, 2).

    Examples
    --------
    >>> blobs = four_blobs()
    >>> np.array_equal(blobs.start, blobs.X[[203, 266, 152, 9]])
    True
    """
    from sklearn.datasets import make_blobs

    X, labels = make_blobs(300, centers=4, cluster_std=0.8, random_state=42)
    rows = np.random.RandomState(42).choice(len(X), 4, replace=False)
    return Dataset(X, ("x", "y"), labels.astype(np.int32), start=X[rows])


def three_gaussians():
    """Draw three Gaussian groups and a start that takes 13 iterations.

    From the tutorial that stops when every coordinate of every centroid moves
    by less than 1e-4, after 13 iterations. It gives the sizes (100 each) and
    the legacy seed 42; the centers (2, 2), (-2, -2), (2, -2), the unit spread
    and the start drawn next from the same stream are a reconstruction that
    gives those 13 iterations.

    Returns
    -------
    Dataset
        `X` of shape (300, 2), the 3 generated groups as `labels`, and `start`
        of shape (3, 2).

    Examples
    --------
    >>> groups = three_gaussians()
    >>> groups.X.shape, groups.start.shape
    ((300, 2), (3, 2))
    """
    legacy = np.random.RandomState(42)
    centers = [(2, 2), (-2, -2), (2, -2)]
    X = np.vstack([legacy.randn(100, 2) + center for center in centers])
    rows = legacy.choice(len(X), 3, replace=False)
    labels = np.repeat(np.arange(3, dtype=np.int32), 100)
    return Dataset(X, ("x", "y"), labels, start=X[rows])


def independent_customers():
    """Draw 500 customers with four features independent of one another.

    From the tutorial that segments them into four kinds of customer. Income is
    normal (one income is negative), spending score and age are uniform,
    purchases are Poisson, and all are independent: there are no kinds of
    customer to find.

    Returns
    -------
    Dataset
        `X` of shape (500, 4): annual income, spending score from 1 to 99, age
        from 18 to 69, purchases a year. No labels.

    Examples
    --------
    >>> independent_customers().X[0].round().tolist()
    [69934.0, 26.0, 64.0, 12.0]
    """
    legacy = np.random.RandomState(42)
    n_customers = 500
    features = {
        "Income (a year)": legacy.normal(60_000, 20_000, n_customers),
        "Spending score (1 to 99)": legacy.randint(1, 100, n_customers),
        "Age (years)": legacy.randint(18, 70, n_customers),
        "Purchases (a year)": legacy.poisson(10, n_customers),
    }
    return Dataset(np.column_stack(list(features.values())), tuple(features))


def moons():
    """Draw two interleaved half circles, which no straight border separates.

    The standard example of clusters that k-means cannot follow, in two of the
    tutorials.

    Returns
    -------
    Dataset
        `X` of shape (300, 2) and the two half circles as `labels`.

    Examples
    --------
    >>> np.bincount(moons().labels)
    array([150, 150])
    """
    from sklearn.datasets import make_moons

    X, labels = make_moons(300, noise=0.05, random_state=42)
    return Dataset(X, ("x", "y"), labels.astype(np.int32))


def uniform_board(n_samples, *, rng=None):
    """Scatter samples evenly over the square board [-1, 1] x [-1, 1].

    From the 2013 walkthrough, which clusters 100 such samples with k = 7 and
    200 with k = 3. There are no groups on this board, and k-means draws some
    anyway.

    Parameters
    ----------
    n_samples : int
        Number of samples.
    rng : numpy.random.Generator, int or None, default=None
        Source of randomness; an integer gives the same board every time.

    Returns
    -------
    Dataset
        `X` of shape (n_samples, 2). No labels.

    Raises
    ------
    ValueError
        If `n_samples` is not a positive integer or `rng` is none of the above.

    Examples
    --------
    >>> uniform_board(100, rng=0).X.shape
    (100, 2)
    """
    n_samples = check_count(n_samples, "n_samples")
    X = check_rng(rng).uniform(-1, 1, size=(n_samples, 2))
    return Dataset(X, ("x", "y"))


def gaussian_board(n_samples, n_clusters, *, spread=(0.05, 0.5), rng=None):
    """Scatter Gaussian groups over the square board [-1, 1] x [-1, 1].

    From the 2013 walkthrough. Each group has a center uniform on the board and
    a spread uniform in an interval; samples that fall off the board are drawn
    again.

    Parameters
    ----------
    n_samples : int
        Number of samples. The groups are equal in size, up to one sample.
    n_clusters : int
        Number of groups.
    spread : tuple of two floats, default=(0.05, 0.5)
        Smallest and largest standard deviation of a group.
    rng : numpy.random.Generator, int or None, default=None
        Source of randomness; an integer gives the same board every time.

    Returns
    -------
    Dataset
        `X` of shape (n_samples, 2) and the generated groups as `labels`.

    Raises
    ------
    ValueError
        If `n_samples` or `n_clusters` is not a positive integer, `n_clusters`
        is larger than `n_samples`, or `rng` is none of the above.

    Examples
    --------
    >>> board = gaussian_board(200, 3, rng=0)
    >>> np.bincount(board.labels)
    array([67, 67, 66])
    >>> bool(np.abs(board.X).max() <= 1)
    True
    """
    n_samples = check_count(n_samples, "n_samples")
    n_clusters = check_n_clusters(n_clusters, n_samples)
    rng = check_rng(rng)
    centers = rng.uniform(-1, 1, size=(n_clusters, 2))
    spreads = rng.uniform(*spread, size=(n_clusters, 1))
    labels = np.sort(np.arange(n_samples, dtype=np.int32) % n_clusters)
    X = np.empty((n_samples, 2))
    missing = np.arange(n_samples)
    while len(missing):
        groups = labels[missing]
        X[missing] = rng.normal(centers[groups], spreads[groups])
        missing = missing[np.abs(X[missing]).max(axis=1) > 1]
    return Dataset(X, ("x", "y"), labels)


def peaked_gaussians():
    """Draw six tight groups and a start that ends in a bad resting place.

    From the 2013 walkthrough, which shows one centroid serving two groups
    while three crowd one. The start is six samples drawn at random; three of
    them fall in one group. Lloyd's method ends there with that group cut in
    three and with two centroids that serve two groups each, at 17 times the
    lowest objective. A random draw of six samples seldom does well on this
    set: of 1000, fewer than one in four finds the groups.

    Returns
    -------
    Dataset
        `X` of shape (180, 2), the 6 generated groups of 30 as `labels`, and
        `start` of shape (6, 2).

    Examples
    --------
    >>> groups = peaked_gaussians()
    >>> groups.X.shape, groups.start.shape
    ((180, 2), (6, 2))
    """
    groups = gaussian_board(180, 6, spread=(0.03, 0.06), rng=136)
    rows = np.random.default_rng(15).choice(180, 6, replace=False)
    return Dataset(
        groups.X, groups.feature_names, groups.labels, start=groups.X[rows]
    )


def rings():
    """Draw two rings around one center, which no straight border separates.

    Returns
    -------
    Dataset
        `X` of shape (300, 2); `labels` are 0 for the outer ring, of radius 1,
        and 1 for the inner one, of radius 0.5.

    Examples
    --------
    >>> np.bincount(rings().labels)
    array([150, 150])
    """
    from sklearn.datasets import make_circles

    X, labels = make_circles(300, factor=0.5, noise=0.05, random_state=42)
    return Dataset(X, ("x", "y"), labels.astype(np.int32))


def gaussian_groups(centers, spreads, sizes, *, rng=None):
    """Draw round Gaussian groups where, as wide and as large as asked.

    Parameters
    ----------
    centers : array-like of shape (n_groups, 2)
        Center of each group.
    spreads : sequence of float, length n_groups
        Standard deviation of each group, along each axis.
    sizes : sequence of int, length n_groups
        Number of samples of each group.
    rng : numpy.random.Generator, int or None, default=None
        Source of randomness; an integer gives the same groups every time.

    Returns
    -------
    Dataset
        `X` of shape (sum of sizes, 2), group after group, and the groups as
        `labels`.

    Raises
    ------
    ValueError
        If the three lengths differ, a center does not have two coordinates, a
        spread is negative, a size is not a positive integer, or `rng` is none
        of the above.

    Examples
    --------
    >>> pair = gaussian_groups([(0, 0), (9, 0)], [1, 2], [3, 2], rng=0)
    >>> pair.X.shape, pair.labels.tolist()
    ((5, 2), [0, 0, 0, 1, 1])
    """
    centers = check_samples(centers, "centers")
    if centers.shape[1] != 2:
        raise ValueError(
            f"centers must have two columns, got shape {centers.shape}"
        )
    if not len(centers) == len(spreads) == len(sizes):
        raise ValueError(
            "centers, spreads and sizes must have one entry for each group, "
            f"got {len(centers)}, {len(spreads)} and {len(sizes)}"
        )
    if not min(spreads) >= 0:
        raise ValueError(f"spreads must be at least 0, got {spreads}")
    sizes = [check_count(size, "sizes") for size in sizes]
    labels = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    scale = np.array(spreads, dtype=float)[labels, None]
    X = check_rng(rng).normal(centers[labels], scale)
    return Dataset(X, ("x", "y"), labels)


def stretched_groups(*, rng=2):
    """Draw two long parallel groups, which k-means cuts across.

    Two round groups are stretched along x until they are 7.5 times as long as
    wide, and turned by 30 degrees.

    Parameters
    ----------
    rng : numpy.random.Generator, int or None, default=2
        Source of randomness; an integer gives the same groups every time.

    Returns
    -------
    Dataset
        `X` of shape (150, 2) and the two groups of 75 as `labels`.

    Raises
    ------
    ValueError
        If `rng` is none of the above.

    Examples
    --------
    >>> np.bincount(stretched_groups().labels)
    array([75, 75])
    """
    round_ones = gaussian_groups([(0, 0), (0, 7.5)], [1, 1], [75, 75], rng=rng)
    cos, sin = np.cos(np.pi / 6), np.sin(np.pi / 6)
    stretch_and_turn = [3, 0.4] * np.array([[cos, -sin], [sin, cos]])
    return Dataset(
        round_ones.X @ stretch_and_turn.T,
        round_ones.feature_names,
        round_ones.labels,
    )


def unequal_spreads():
    """Draw a wide group beside two narrow ones, which take its edge.

    Returns
    -------
    Dataset
        `X` of shape (180, 2) and the three groups of 60 as `labels`: their
        standard deviations are 2, 0.4 and 0.4.

    Examples
    --------
    >>> np.bincount(unequal_spreads().labels)
    array([60, 60, 60])
    """
    return gaussian_groups(
        [(0, 0), (5, 1.5), (5, -1.5)], [2, 0.4, 0.4], [60, 60, 60], rng=0
    )


def unequal_sizes():
    """Draw a large group beside two small ones, which k-means merges.

    Returns
    -------
    Dataset
        `X` of shape (230, 2) and the groups of 200, 15 and 15 as `labels`.

    Examples
    --------
    >>> np.bincount(unequal_sizes().labels)
    array([200,  15,  15])
    """
    return gaussian_groups(
        [(0, 0), (6, 1.5), (6, -1.5)], [1, 0.4, 0.4], [200, 15, 15], rng=0
    )


def with_outlier(at=30.0):
    """Draw two groups and one sample far from both, which takes a centroid.

    Parameters
    ----------
    at : float, default=30.0
        Where the outlier lies: at (`at`, 0). The groups have their centers at
        (0, 0) and (6, 0).

    Returns
    -------
    Dataset
        `X` of shape (41, 2); `labels` are the two groups of 20, and 2 for the
        outlier, which is the last sample.

    Examples
    --------
    >>> with_outlier(at=25).X[-1]
    array([25.,  0.])
    """
    pair = gaussian_groups([(0, 0), (6, 0)], [1, 1], [20, 20], rng=0)
    return Dataset(
        np.vstack([pair.X, [at, 0.0]]),
        pair.feature_names,
        np.append(pair.labels, np.int32(2)),
    )


def hard_cases():
    """Collect eight sets on which k-means goes wrong without a warning.

    Returns
    -------
    dict of str to (Dataset, int)
        A name for what is hard, the set, and the number of clusters to ask
        for. `start` is given for the one set that is hard only from there.

    Examples
    --------
    >>> [name for name, (dataset, k) in hard_cases().items() if k == 2]
    ['moons', 'rings', 'stretched groups', 'an outlier']
    """
    return {
        "moons": (moons(), 2),
        "rings": (rings(), 2),
        "stretched groups": (stretched_groups(), 2),
        "unequal spreads": (unequal_spreads(), 3),
        "unequal sizes": (unequal_sizes(), 3),
        "an outlier": (with_outlier(), 2),
        "no groups": (uniform_board(200, rng=0), 4),
        "a bad minimum": (four_blobs(), 4),
    }
