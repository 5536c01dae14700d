"""The numbers the chapters rely on, proved with scikit-learn."""

import hashlib
import subprocess
import sys
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from sklearn.cluster import DBSCAN, KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.preprocessing import StandardScaler

from kmeans import datasets

EVERY_SET = {
    "corner_blobs": datasets.corner_blobs,
    "deliveries": datasets.deliveries,
    "four_blobs": datasets.four_blobs,
    "gaussian_board": lambda: datasets.gaussian_board(200, 3, rng=0),
    "gaussian_groups": lambda: datasets.gaussian_groups(
        [(0, 0), (9, 0)], [1, 2], [30, 20], rng=0
    ),
    "independent_customers": datasets.independent_customers,
    "load_penguins": datasets.load_penguins,
    "load_wholesale": datasets.load_wholesale,
    "moons": datasets.moons,
    "overlapping_blobs": lambda: datasets.overlapping_blobs(2.0),
    "peaked_gaussians": datasets.peaked_gaussians,
    "rings": datasets.rings,
    "stretched_groups": datasets.stretched_groups,
    "three_gaussians": datasets.three_gaussians,
    "unequal_sizes": datasets.unequal_sizes,
    "unequal_spreads": datasets.unequal_spreads,
    "uniform_board": lambda: datasets.uniform_board(100, rng=0),
    "with_outlier": datasets.with_outlier,
}


def fit(X, start, **params):
    """Run scikit-learn's Lloyd once, from an explicit start."""
    return KMeans(
        len(start), init=start, n_init=1, algorithm="lloyd", **params
    ).fit(X)


def best_fit(X, n_clusters):
    """Run scikit-learn as source B does, and keep the best of ten runs."""
    return KMeans(n_clusters, n_init=10, random_state=42).fit(X)


def group_counts(labels, clusters):
    """Count samples by group (row) and cluster (column)."""
    counts = np.zeros((labels.max() + 1, clusters.max() + 1), dtype=int)
    np.add.at(counts, (labels, clusters), 1)
    return counts


def best_partitions(X, n_clusters):
    """Find all partitions of the lowest objective, by brute force.

    Samples are assigned one after the other; a branch is left as soon as its
    objective exceeds the lowest one found.
    """
    lowest, best = np.inf, []
    sizes = [0] * n_clusters
    means = np.zeros((n_clusters, X.shape[1]))
    labels = []

    def place_next(objective):
        nonlocal lowest, best
        if objective > lowest + 1e-9:
            return
        if len(labels) == len(X):
            if objective < lowest - 1e-9:
                lowest, best = objective, []
            best.append(tuple(labels))
            return
        x = X[len(labels)]
        # Clusters open in order, so that no partition comes twice.
        for j in range(min(n_clusters, max(labels, default=-1) + 2)):
            mean, size = means[j].copy(), sizes[j]
            step = x - mean
            means[j] = mean + step / (size + 1)
            sizes[j] = size + 1
            labels.append(j)
            place_next(objective + size / (size + 1) * (step @ step))
            labels.pop()
            means[j], sizes[j] = mean, size

    place_next(0.0)
    return lowest, best


# --- What holds for every set ---------------------------------------------


def test_every_public_function_is_here():
    others = {"Dataset", "hard_cases", "load_measurements"}
    assert set(EVERY_SET) | others == set(datasets.__all__)


@pytest.mark.parametrize("name", EVERY_SET)
def test_every_set_is_what_its_fields_say(name):
    dataset = EVERY_SET[name]()
    n_samples, n_features = dataset.X.shape
    assert dataset.X.dtype == np.float64
    assert np.isfinite(dataset.X).all()
    assert len(dataset.feature_names) == n_features
    if dataset.labels is not None:
        assert dataset.labels.dtype == np.int32
        assert dataset.labels.shape == (n_samples,)
        counts = np.bincount(dataset.labels)
        assert (counts > 0).all()
        if dataset.label_names is not None:
            assert len(dataset.label_names) == len(counts)
    if dataset.start is not None:
        assert dataset.start.dtype == np.float64
        assert dataset.start.shape[1] == n_features
        # Starts are samples, all different, and not views of X.
        rows = {tuple(row) for row in dataset.start}
        assert len(rows) == len(dataset.start)
        assert rows <= {tuple(row) for row in dataset.X}
        assert not np.shares_memory(dataset.start, dataset.X)


@pytest.mark.parametrize("name", EVERY_SET)
def test_every_set_is_the_same_each_time(name):
    once, again = EVERY_SET[name](), EVERY_SET[name]()
    np.testing.assert_array_equal(once.X, again.X)
    np.testing.assert_array_equal(once.labels, again.labels)
    np.testing.assert_array_equal(once.start, again.start)


@pytest.mark.parametrize("name", EVERY_SET)
def test_no_set_touches_the_global_random_numbers(name):
    before = np.random.get_state()  # noqa: NPY002
    EVERY_SET[name]()
    after = np.random.get_state()  # noqa: NPY002
    np.testing.assert_array_equal(before[1], after[1])
    assert before[2:] == after[2:]


def test_a_dataset_cannot_be_changed_by_accident():
    with pytest.raises(AttributeError):
        datasets.deliveries().X = None


def test_penguins_load_without_the_import_of_sklearn_datasets():
    code = (
        "import sys; from kmeans.datasets import load_penguins;"
        "load_penguins(); assert 'sklearn.datasets' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# --- Real data ------------------------------------------------------------


@pytest.mark.parametrize("name", ["penguins.csv", "wholesale_customers.csv"])
def test_stored_tables_are_the_published_ones(name):
    folder = resources.files("kmeans").joinpath("data")
    checksum = hashlib.sha256(folder.joinpath(name).read_bytes()).hexdigest()
    section = (
        folder.joinpath("README.md").read_text("utf-8").split(f"## {name}")[1]
    )
    assert checksum in section


def test_all_measurements_load_and_every_stored_file_is_one():
    folder = resources.files("kmeans").joinpath("data/measurements")
    names = {Path(file.name).stem for file in folder.iterdir()}
    assert names == {"criteria", "silhouette", "speed", "starts", "swap"}
    for name in names:
        assert "numpy" in datasets.load_measurements(name)["versions"]


@pytest.mark.parametrize("name", ["sped", "../penguins", None, ["speed"]])
def test_unknown_measurements_are_an_error_that_names_the_known_ones(name):
    with pytest.raises(ValueError, match="'criteria', 'silhou") as error:
        datasets.load_measurements(name)
    assert repr(name) in str(error.value)


def test_penguins_are_the_measured_ones():
    penguins = datasets.load_penguins()
    assert penguins.X.shape == (342, 4)
    assert penguins.feature_names == (
        "Bill length (mm)",
        "Bill depth (mm)",
        "Flipper length (mm)",
        "Body mass (g)",
    )
    assert penguins.label_names == ("Adelie", "Chinstrap", "Gentoo")
    np.testing.assert_array_equal(np.bincount(penguins.labels), [151, 68, 123])
    np.testing.assert_array_equal(penguins.X[0], [39.1, 18.7, 181, 3750])
    np.testing.assert_allclose(
        penguins.X.mean(axis=0).round(2), [43.92, 17.15, 200.92, 4201.75]
    )


def test_penguins_need_comparable_scales():
    penguins = datasets.load_penguins()
    bill = penguins.X[:, :2]
    scaled = StandardScaler().fit_transform(bill)
    agreement = [
        adjusted_rand_score(penguins.labels, best_fit(X, 3).labels_)
        for X in (bill, scaled)
    ]
    np.testing.assert_allclose(np.round(agreement, 3), [0.572, 0.826])


def test_wholesale_columns_have_the_published_means():
    wholesale = datasets.load_wholesale()
    assert wholesale.X.shape == (440, 6)
    means = dict(
        zip(wholesale.feature_names, wholesale.X.mean(axis=0), strict=True)
    )
    assert {name: round(mean, 2) for name, mean in means.items()} == {
        "Fresh (m.u.)": 12000.30,
        "Milk (m.u.)": 5796.27,
        "Grocery (m.u.)": 7951.28,
        "Frozen (m.u.)": 3071.93,
        "Detergents and paper (m.u.)": 2881.49,
        "Delicatessen (m.u.)": 1524.87,
    }
    np.testing.assert_array_equal(np.bincount(wholesale.labels), [298, 142])


# --- The delivery problem -------------------------------------------------


def test_deliveries_have_one_best_partition_the_three_neighborhoods():
    X = datasets.deliveries().X
    # Taking turns among the neighborhoods prunes the search early.
    order = np.argsort(np.arange(18) * 7 % 18)
    lowest, best = best_partitions(X[order], 3)
    assert lowest == pytest.approx(43.125)
    assert len(best) == 1
    labels = np.array(best[0])[np.argsort(order)]
    assert {tuple(np.flatnonzero(labels == j)) for j in range(3)} == {
        tuple(range(8)),
        tuple(range(8, 14)),
        tuple(range(14, 18)),
    }


def test_deliveries_take_four_partitions_from_the_poor_start():
    customers = datasets.deliveries()
    X, centroids = customers.X, customers.start
    objectives, partitions = [], []
    for _ in range(5):
        distances = np.linalg.norm(X[:, None] - centroids, axis=2)
        nearest = np.sort(distances, axis=1)
        # No customer is as near to a second center: no tie to break.
        assert (nearest[:, 1] - nearest[:, 0]).min() > 0.001
        labels = distances.argmin(axis=1)
        partitions.append(tuple(labels))
        objectives.append((nearest[:, 0] ** 2).sum())
        centroids = np.array([X[labels == j].mean(axis=0) for j in range(3)])
    assert len(set(partitions)) == 4
    assert partitions[3] == partitions[4]
    np.testing.assert_allclose(
        np.round(objectives, 3), [269.75, 91.885, 56.0, 45.63, 43.125]
    )
    np.testing.assert_allclose(
        centroids[np.lexsort(centroids.T[::-1])],
        [[3, 3], [6.75, 7.5], [8.5, 2.75]],
    )
    assert fit(X, customers.start, tol=0).n_iter_ == 5


def test_deliveries_have_two_customers_nearly_halfway():
    X = datasets.deliveries().X
    centers = np.array([X[:8].mean(0), X[8:14].mean(0), X[14:].mean(0)])
    nearest = np.sort(np.linalg.norm(X[:, None] - centers, axis=2), axis=1)
    ratio = nearest[:, 1] / nearest[:, 0]
    assert set(np.flatnonzero(ratio < 1.6)) == {7, 13}


# --- The corner-start walkthrough -----------------------------------------


def test_corner_start_is_the_first_four_of_52_candidates():
    blobs = datasets.corner_blobs()
    candidates = np.flatnonzero(blobs.X[:, 1] < -8)
    assert len(candidates) == 52
    np.testing.assert_array_equal(blobs.start, blobs.X[candidates[:4]])
    np.testing.assert_array_equal(np.bincount(blobs.labels), [125] * 8)
    assert datasets.corner_blobs(52).start.shape == (52, 2)


def test_corner_start_with_too_few_candidates_is_an_error():
    with pytest.raises(ValueError, match=r"leaves 52 candidates.*=53 samples"):
        datasets.corner_blobs(53)
    with pytest.raises(ValueError, match="n_clusters must be at least 1"):
        datasets.corner_blobs(0)


@pytest.mark.parametrize(
    ("cap", "inertia"),
    [(1, 20111.2), (2, 10854.9), (3, 8260.5)],
)
def test_corner_start_under_an_iteration_cap(cap, inertia):
    blobs = datasets.corner_blobs()
    run = fit(blobs.X, blobs.start, max_iter=cap)
    assert run.n_iter_ == cap  # stopped by the cap, so not converged
    assert round(run.inertia_, 1) == inertia


def test_corner_start_ends_well():
    blobs = datasets.corner_blobs()
    run = fit(blobs.X, blobs.start, max_iter=10)
    assert round(run.inertia_, 2) == 7836.47
    assert run.n_iter_ == 6
    restarts = KMeans(4, n_init=20, random_state=0).fit(blobs.X)
    assert run.inertia_ == pytest.approx(restarts.inertia_)


def test_corner_blobs_look_like_four_to_the_silhouette():
    X = datasets.corner_blobs().X
    silhouettes = [
        silhouette_score(X, KMeans(k, random_state=117_117).fit_predict(X))
        for k in range(2, 8)
    ]
    np.testing.assert_allclose(
        silhouettes, [0.507, 0.495, 0.571, 0.561, 0.503, 0.447], atol=0.001
    )


@pytest.mark.parametrize(
    ("cluster_std", "two", "three"),
    [
        (1.0, 0.571, 0.749),
        (2.0, 0.521, 0.496),
        (3.0, 0.393, 0.353),
        (4.5, 0.227, 0.216),
    ],
)
def test_overlap_lowers_agreement(cluster_std, two, three):
    blobs = datasets.overlapping_blobs(cluster_std)
    # The published numbers are one run for two clusters, ten for three.
    agreement = [
        adjusted_rand_score(
            blobs.labels,
            KMeans(k, n_init=n_init, random_state=117_117).fit_predict(
                blobs.X
            ),
        )
        for k, n_init in [(2, 1), (3, 10)]
    ]
    np.testing.assert_allclose(agreement, [two, three], atol=0.001)


# --- The tutorial with delivery centers -----------------------------------


def test_four_blobs_start_gets_stuck():
    blobs = datasets.four_blobs()
    run = fit(blobs.X, blobs.start, tol=0)
    assert round(run.inertia_, 2) == 1886.16
    assert run.n_iter_ == 7
    counts = group_counts(blobs.labels, run.labels_)
    # Two centroids share one blob, one straddles two, one has its own.
    assert sorted((counts > 0).sum(axis=1)) == [1, 1, 1, 2]
    assert sorted((counts > 0).sum(axis=0)) == [1, 1, 1, 2]


def test_four_blobs_optimum():
    blobs = datasets.four_blobs()
    best = best_fit(blobs.X, 4)
    assert round(best.inertia_, 2) == 362.47
    assert best.n_iter_ == 3
    assert np.bincount(best.labels_).tolist() == [75] * 4
    assert adjusted_rand_score(blobs.labels, best.labels_) == 1
    assert round(silhouette_score(blobs.X, best.labels_), 4) == 0.8335


def test_four_blobs_silhouette_says_four():
    X = datasets.four_blobs().X
    silhouettes = {
        k: silhouette_score(X, best_fit(X, k).labels_) for k in range(2, 11)
    }
    assert max(silhouettes, key=silhouettes.get) == 4


def test_moons_defeat_kmeans_but_not_dbscan():
    moons = datasets.moons()
    kmeans = best_fit(moons.X, 2).labels_
    dbscan = DBSCAN(eps=0.3, min_samples=5).fit_predict(moons.X)
    assert round(adjusted_rand_score(moons.labels, kmeans), 3) == 0.247
    assert adjusted_rand_score(moons.labels, dbscan) == 1


# --- The tutorial that implements k-means with a tolerance ----------------


def test_three_gaussians_take_13_iterations():
    groups = datasets.three_gaussians()
    X, centroids = groups.X, groups.start
    assert np.bincount(groups.labels).tolist() == [100] * 3
    shifts = []
    while not shifts or shifts[-1] >= 1e-4:
        distances = np.linalg.norm(X[:, None] - centroids, axis=2)
        labels = distances.argmin(axis=1)
        moved = np.array([X[labels == j].mean(axis=0) for j in range(3)])
        shifts.append(np.abs(moved - centroids).max())
        centroids = moved
    assert len(shifts) == 13


def test_independent_customers_have_no_segments():
    customers = datasets.independent_customers()
    assert customers.X.shape == (500, 4)
    assert np.abs(np.corrcoef(customers.X.T) - np.eye(4)).max() < 0.1
    X = StandardScaler().fit_transform(customers.X)
    silhouettes = [
        silhouette_score(X, best_fit(X, k).labels_) for k in range(2, 9)
    ]
    assert round(min(silhouettes), 2) == 0.19
    assert round(max(silhouettes), 2) == 0.21
    labels = [
        KMeans(4, n_init=10, random_state=seed).fit_predict(X)
        for seed in (42, 0, 1, 2, 3, 4)
    ]
    agreement = [adjusted_rand_score(labels[0], one) for one in labels[1:]]
    assert round(min(agreement), 2) == 0.80
    assert round(max(agreement), 2) == 0.92


def test_independent_customers_unscaled_are_slices_of_income():
    X = datasets.independent_customers().X
    labels = best_fit(X, 4).labels_
    in_order = labels[np.argsort(X[:, 0])]
    assert np.count_nonzero(np.diff(in_order)) == 3


def test_independent_customers_stay_in_their_ranges():
    income, score, age, purchases = datasets.independent_customers().X.T
    assert (income < 0).sum() == 1
    assert (score.min(), score.max()) == (1, 99)
    assert (age.min(), age.max()) == (18, 69)
    assert purchases.mean() == pytest.approx(10, abs=0.3)


# --- The 2013 walkthrough -------------------------------------------------


def test_uniform_board_is_uniform():
    X = datasets.uniform_board(4000, rng=0).X
    assert np.abs(X).max() <= 1
    counts, _, _ = np.histogram2d(*X.T, bins=4, range=[[-1, 1], [-1, 1]])
    # 250 expected in each of 16 squares, with a deviation of about 15.
    assert np.abs(counts - 250).max() < 60


def test_gaussian_board_groups_are_as_wide_as_asked_and_on_the_board():
    board = datasets.gaussian_board(
        3001, 3, spread=(0.05, 0.0500001), rng=np.random.default_rng(14)
    )
    assert np.abs(board.X).max() <= 1
    assert np.bincount(board.labels).tolist() == [1001, 1000, 1000]
    for group in range(3):
        spread = board.X[board.labels == group].std(axis=0)
        np.testing.assert_allclose(spread, 0.05, rtol=0.1)


def test_gaussian_board_draws_again_what_falls_off():
    board = datasets.gaussian_board(400, 2, spread=(3.0, 4.0), rng=0)
    assert np.abs(board.X).max() <= 1
    # Clipping would pile samples up on the edge instead.
    assert (np.abs(board.X) == 1).sum() == 0


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: datasets.uniform_board(0), "n_samples must be at least 1"),
        (lambda: datasets.uniform_board(5, rng="x"), "rng must be"),
        (lambda: datasets.gaussian_board(2.5, 2), "n_samples must be an int"),
        (lambda: datasets.gaussian_board(2, 3), "n_clusters must be at most"),
        (lambda: datasets.gaussian_board(2, 1, rng=-1), "rng must be"),
    ],
)
def test_boards_refuse_what_they_cannot_draw(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()


def test_peaked_gaussians_start_ends_in_a_very_bad_local_minimum():
    groups = datasets.peaked_gaussians()
    stuck = fit(groups.X, groups.start, tol=0)
    best = best_fit(groups.X, 6)
    assert adjusted_rand_score(groups.labels, best.labels_) == 1
    assert round(stuck.inertia_ / best.inertia_) == 17
    counts = group_counts(groups.labels, stuck.labels_)
    # Three centroids crowd one group; two serve two groups each.
    assert sorted((counts > 0).sum(axis=1)) == [1, 1, 1, 1, 1, 3]
    assert sorted((counts > 0).sum(axis=0)) == [1, 1, 1, 1, 2, 2]


def test_peaked_gaussians_are_hard_from_random_samples():
    X = datasets.peaked_gaussians().X
    lowest = best_fit(X, 6).inertia_
    draws = [
        np.random.default_rng(s).choice(180, 6, replace=False)
        for s in range(100)
    ]
    found = sum(fit(X, X[rows]).inertia_ < 1.001 * lowest for rows in draws)
    assert found < 25


# --- The sets that k-means gets wrong -------------------------------------


def test_gaussian_groups_are_where_as_wide_and_as_large_as_asked():
    groups = datasets.gaussian_groups(
        [(0, 0), (50, -20)], [2, 0.5], [3000, 1000], rng=0
    )
    for group, (center, spread, size) in enumerate(
        [((0, 0), 2, 3000), ((50, -20), 0.5, 1000)]
    ):
        mine = groups.X[groups.labels == group]
        assert len(mine) == size
        error = spread / np.sqrt(size)
        assert np.abs(mine.mean(axis=0) - center).max() < 4 * error
        np.testing.assert_allclose(mine.std(axis=0), spread, rtol=0.1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([(0, 0, 0)], [1], [5]), r"centers must have two .* \(1, 3\)"),
        (([(0, 0)], [1, 1], [5]), "for each group, got 1, 2 and 1"),
        (([(0, 0)], [1], [5, 5]), "for each group, got 1, 1 and 2"),
        (([(0, 0)], [-1], [5]), r"spreads must be at least 0, got \[-1\]"),
        (([(0, 0)], [np.nan], [5]), "spreads must be at least 0"),
        (([(0, 0)], [1], [0]), "sizes must be at least 1, got 0"),
    ],
)
def test_gaussian_groups_refuse_what_they_cannot_draw(arguments, message):
    with pytest.raises(ValueError, match=message):
        datasets.gaussian_groups(*arguments)


@pytest.mark.parametrize(
    "draw",
    [
        lambda rng: datasets.gaussian_groups([(0, 0)], [1], [9], rng=rng),
        lambda rng: datasets.stretched_groups(rng=rng),
    ],
)
def test_groups_take_their_seed_and_refuse_what_is_none(draw):
    assert not np.array_equal(draw(0).X, draw(1).X)
    with pytest.raises(ValueError, match="rng must be"):
        draw("seed")


def test_rings_are_one_inside_the_other():
    rings = datasets.rings()
    radius = np.linalg.norm(rings.X, axis=1)
    assert radius[rings.labels == 1].max() < radius[rings.labels == 0].min()
    for group, expected in enumerate((1, 0.5)):
        mean = radius[rings.labels == group].mean()
        assert mean == pytest.approx(expected, abs=0.01)


def test_stretched_groups_are_long_parallel_and_turned():
    groups = datasets.stretched_groups(rng=0)
    for group in range(2):
        mine = groups.X[groups.labels == group]
        variances, axes = np.linalg.eigh(np.cov(mine.T))
        np.testing.assert_allclose(np.sqrt(variances), [0.4, 3], rtol=0.2)
        angle = np.degrees(np.arctan2(*axes[::-1, 1])) % 180
        assert angle == pytest.approx(30, abs=3)
    # Turned back and pressed together, they are round again.
    back = groups.X @ [1, 1j] * np.exp(-1j * np.pi / 6)
    round_ones = datasets.gaussian_groups(
        [(0, 0), (0, 7.5)], [1, 1], [75, 75], rng=0
    )
    np.testing.assert_allclose(
        np.column_stack([back.real / 3, back.imag / 0.4]),
        round_ones.X,
        atol=1e-12,
    )


def test_the_narrow_groups_take_the_edge_of_the_wide_one():
    groups = datasets.unequal_spreads()
    spreads = [
        groups.X[groups.labels == j].std(axis=0).mean() for j in range(3)
    ]
    np.testing.assert_allclose(spreads, [2, 0.4, 0.4], rtol=0.15)
    counts = group_counts(groups.labels, best_fit(groups.X, 3).labels_)
    lost = 60 - counts[0].max()
    assert lost >= 4
    assert counts[1:].max(axis=1).tolist() == [60, 60]


def test_the_large_group_is_cut_and_the_small_ones_merged():
    groups = datasets.unequal_sizes()
    best = best_fit(groups.X, 3)
    counts = group_counts(groups.labels, best.labels_)
    assert np.flatnonzero(counts[1]) == np.flatnonzero(counts[2])
    assert sorted((counts[0] >= 90).tolist()) == [False, True, True]
    # The objective itself prefers this to the groups as they were made.
    made = sum(
        ((mine - mine.mean(axis=0)) ** 2).sum()
        for mine in (groups.X[groups.labels == j] for j in range(3))
    )
    assert best.inertia_ < made


def test_the_outlier_is_last_and_takes_a_centroid_when_far_enough():
    for at, alone in (25.0, False), (30.0, True):
        groups = datasets.with_outlier(at=at)
        np.testing.assert_array_equal(groups.X[-1], [at, 0])
        assert groups.labels.tolist() == [0] * 20 + [1] * 20 + [2]
        labels = best_fit(groups.X, 2).labels_
        assert (np.bincount(labels).min() == 1) == alone
    pair = datasets.with_outlier().X[:-1]
    np.testing.assert_array_equal(pair, datasets.with_outlier(25).X[:-1])
    agreement = adjusted_rand_score(
        np.repeat([0, 1], 20), best_fit(pair, 2).labels_
    )
    assert agreement == 1


def test_hard_cases_are_hard():
    cases = datasets.hard_cases()
    assert len(cases) == 8
    for name, (case, n_clusters) in cases.items():
        if name == "no groups":
            assert case.labels is None
            continue
        if case.start is None:
            run = best_fit(case.X, n_clusters)
        else:
            run = fit(case.X, case.start)
        # The outlier has a label, but is no group to ask for.
        n_groups = case.labels.max() + 1 - (name == "an outlier")
        assert len(run.cluster_centers_) == n_clusters == n_groups
        score = adjusted_rand_score(case.labels, run.labels_)
        assert score < 0.85, name
