"""Lloyd's algorithm, piece by piece, on cases one can count."""

import subprocess
import sys
from dataclasses import FrozenInstanceError

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans as TheirKMeans
from sklearn.exceptions import ConvergenceWarning

import kmeans
from kmeans import assign, inertia, lloyd, update
from kmeans.core import BLOCK_ENTRIES, SMALL_TABLE, means

# Two squares of side 1: clusters with means (0.5, 0.5) and (8.5, 0.5).
SQUARE = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
SQUARES = np.vstack([SQUARE, SQUARE + np.array([8.0, 0.0])])
MEANS = np.array([[0.5, 0.5], [8.5, 0.5]])


def blobs(seed=0, n_samples=60, n_features=3):
    """Give continuous data without ties, in three loose groups."""
    rng = np.random.default_rng(seed)
    middles = rng.uniform(-6, 6, (3, n_features))
    return rng.choice(middles, n_samples) + rng.normal(
        size=(n_samples, n_features)
    )


# --- assign ---------------------------------------------------------------


def test_assign_takes_the_nearest_centroid():
    X, centroids = blobs(), blobs(1, 7)
    nearest = [
        min(range(7), key=lambda j: sum((x - centroids[j]) ** 2)) for x in X
    ]
    labels = assign(X, centroids)
    assert labels.dtype == np.int32
    np.testing.assert_array_equal(labels, nearest)


def test_ties_go_to_the_lowest_index():
    # Integer coordinates, so that equal distances are equal to the bit.
    X = [[0, 0], [2, 0], [1, 1], [1, -5], [3, 0]]
    centroids = [[2, 0], [0, 0], [2, 0]]
    np.testing.assert_array_equal(assign(X, centroids), [1, 0, 0, 0, 0])
    np.testing.assert_array_equal(assign(X, centroids[::-1]), [1, 0, 0, 0, 0])
    np.testing.assert_array_equal(assign(X, [[0, 0], [2, 0]]), [0, 1, 0, 0, 1])


def test_assign_works_through_more_samples_than_one_block_holds():
    n_clusters = 5
    n_samples = 2 * BLOCK_ENTRIES // n_clusters + 3
    X = np.arange(n_samples, dtype=float)[:, np.newaxis]
    centroids = np.linspace(0, n_samples, n_clusters)[:, np.newaxis]
    labels = assign(X, centroids)
    width = n_samples / (n_clusters - 1)
    np.testing.assert_array_equal(
        labels, np.ceil(X.ravel() / width - 0.5).astype(int)
    )


def test_assign_takes_more_centroids_than_one_block_has_entries():
    centroids = np.arange(BLOCK_ENTRIES + 1.0)[:, np.newaxis]
    np.testing.assert_array_equal(
        assign([[0.2], [BLOCK_ENTRIES - 0.3]], centroids),
        [0, BLOCK_ENTRIES],
    )


# --- update ---------------------------------------------------------------


# Memberships of so many samples in four clusters are stored sparse.
MANY = SMALL_TABLE // 4 + 1


@pytest.mark.parametrize("n_samples", [60, MANY])
def test_update_gives_the_means(n_samples):
    X = blobs(0, n_samples)
    labels = np.arange(n_samples) % 4
    labels[0] = 3
    means = [X[labels == j].mean(axis=0) for j in range(4)]
    np.testing.assert_allclose(update(X, labels, 4), means, rtol=1e-12)


@pytest.mark.parametrize("n_samples", [60, MANY])
def test_update_gives_weighted_means(n_samples):
    X = blobs(0, n_samples)
    weight = np.random.default_rng(2).uniform(0, 3, n_samples)
    labels = np.arange(n_samples) % 4
    means = [
        np.average(X[labels == j], axis=0, weights=weight[labels == j])
        for j in range(4)
    ]
    np.testing.assert_allclose(
        update(X, labels, 4, sample_weight=weight), means, rtol=1e-12
    )


def test_an_empty_cluster_gets_the_farthest_sample_which_leaves_its_own():
    X = [[0.0], [1.0], [2.0], [9.0]]
    np.testing.assert_array_equal(update(X, [0, 0, 0, 0], 2), [[1.0], [9.0]])
    # Farthest from the centroids given, here the sample at 0.
    np.testing.assert_array_equal(
        update(X, [0, 0, 0, 0], 2, centroids=[[8.0], [50.0]]), [[4.0], [0.0]]
    )


def test_of_several_empty_clusters_each_gets_a_sample():
    X = [[0.0], [1.0], [5.0], [9.0]]
    centroids = update(X, [2] * 4, 4, centroids=[[7.0], [7.0], [0.0], [7.0]])
    assert centroids[2] == 0.0
    np.testing.assert_array_equal(np.sort(centroids.ravel()), [0, 1, 5, 9])
    # The farthest sample goes to the empty cluster of the lowest index.
    assert centroids[0] == 9.0


def test_clusters_of_weight_zero_are_empty():
    X = [[0.0], [1.0], [4.0], [9.0]]
    centroids = update(X, [0, 0, 0, 1], 2, sample_weight=[1, 1, 1, 0])
    np.testing.assert_array_equal(centroids, [[0.5], [4.0]])


def test_a_sample_of_weight_zero_never_fills_an_empty_cluster():
    X = [[0.0], [1.0], [4.0], [99.0]]
    centroids = update(X, [0, 0, 0, 0], 2, sample_weight=[1, 1, 1, 0])
    np.testing.assert_array_equal(centroids, [[0.5], [4.0]])


def test_where_nobody_is_far_an_empty_cluster_joins_the_largest():
    X = [[3.0], [8.0], [8.0]]
    centroids = update(X, [0, 2, 2], 3)
    np.testing.assert_array_equal(centroids, [[3.0], [8.0], [8.0]])
    centroids = update(X, [0, 2, 2], 3, sample_weight=[5, 1, 1])
    np.testing.assert_array_equal(centroids, [[3.0], [3.0], [8.0]])


@pytest.mark.parametrize("dtype", [np.int32, np.int64])
def test_means_count_labels_of_the_type_of_an_index(monkeypatch, dtype):
    # A 32-bit Python refuses to count any wider one.
    def strict(labels, weight, minlength):
        assert labels.dtype == np.intp
        return count(labels, weight, minlength)

    count = np.bincount
    monkeypatch.setattr(np, "bincount", strict)
    X, labels = np.array([[1.0], [3.0], [8.0]]), np.array([0, 0, 1], dtype)
    np.testing.assert_array_equal(
        means(X, labels, 2, np.ones(3)), [[2.0], [8.0]]
    )


def test_update_leaves_labels_and_centroids_of_the_caller_alone():
    labels = np.zeros(8, dtype=np.int32)
    centroids = np.array([[0.0, 0.0], [50.0, 0.0]])
    update(SQUARES, labels, 2, centroids=centroids)
    np.testing.assert_array_equal(labels, np.zeros(8))
    np.testing.assert_array_equal(centroids, [[0.0, 0.0], [50.0, 0.0]])


# --- inertia --------------------------------------------------------------


def test_inertia_sums_squared_distances():
    assert inertia(SQUARES, MEANS) == 4.0
    assert type(inertia(SQUARES, MEANS)) is float
    # From the other square's mean each sample is 8 farther to one side.
    swapped = np.repeat([1, 0], 4)
    squares = sum(
        sum((x - MEANS[j]) ** 2) for x, j in zip(SQUARES, swapped, strict=True)
    )
    assert inertia(SQUARES, MEANS, swapped) == squares


def test_inertia_multiplies_by_the_weights():
    weight = np.arange(8)
    assert inertia(SQUARES, MEANS, sample_weight=weight) == 0.5 * 28


# --- lloyd ----------------------------------------------------------------


def test_lloyd_finds_the_two_squares():
    result = lloyd(SQUARES, SQUARES[[0, 4]])
    np.testing.assert_array_equal(result.labels, np.repeat([0, 1], 4))
    np.testing.assert_array_equal(result.centroids, MEANS)
    assert result.inertia == 4.0
    assert result.converged is True
    assert result.history is None
    assert result.labels.dtype == np.int32


def test_lloyd_follows_a_run_done_by_hand():
    # Samples 0, 1, 8, 9 from 0 and 1: the right cluster sheds the 1 last.
    result = lloyd([[0.0], [1.0], [8.0], [9.0]], [[0.0], [1.0]], record=True)
    assert [
        (step.half, *step.centroids.ravel(), *step.labels, step.objective)
        for step in result.history
    ] == [
        ("assign", 0, 1, 0, 1, 1, 1, 113),
        ("update", 0, 6, 0, 1, 1, 1, 38),
        ("assign", 0, 6, 0, 0, 1, 1, 14),
        ("update", 0.5, 8.5, 0, 0, 1, 1, 1),
        ("assign", 0.5, 8.5, 0, 0, 1, 1, 1),
    ]
    assert [step.n_changed for step in result.history] == [4, 0, 1, 0, 0]
    np.testing.assert_allclose(
        [step.shift for step in result.history], [0, 5, 0, np.sqrt(6.5), 0]
    )
    assert (result.n_iter, result.stopped_by) == (3, "labels")
    assert isinstance(result.history, tuple)


def test_a_run_is_cut_off_by_max_iter():
    X = np.arange(40.0)[:, np.newaxis]
    result = lloyd(X, X[:3], max_iter=2)
    assert (result.n_iter, result.stopped_by) == (2, "max_iter")
    assert result.converged is False
    np.testing.assert_array_equal(result.labels, assign(X, result.centroids))
    assert result.inertia == inertia(X, result.centroids)


def test_a_run_cut_off_at_its_fixed_point_has_converged():
    result = lloyd(SQUARES, MEANS + 0.1, max_iter=1)
    assert (result.n_iter, result.stopped_by) == (1, "max_iter")
    assert result.converged is True


def test_a_run_stops_when_the_centroids_move_no_more_than_tol():
    X = np.arange(40.0)[:, np.newaxis]
    full = lloyd(X, X[:3], record=True)
    shifts = [h.shift**2 for h in full.history if h.half == "update"]
    tol = shifts[3]
    assert min(shifts[:3]) > tol
    # A little room, as the root in the record is rounded.
    result = lloyd(X, X[:3], tol=tol * (1 + 1e-9))
    assert (result.n_iter, result.stopped_by) == (4, "shift")
    assert result.converged is False
    np.testing.assert_array_equal(result.labels, assign(X, result.centroids))
    assert lloyd(X, X[:3], tol=tol * (1 - 1e-9)).n_iter > 4


def test_a_shift_of_exactly_tol_stops_the_run():
    # The first update moves one centroid by 5, the next one both.
    X = [[0.0], [1.0], [8.0], [9.0]]
    assert lloyd(X, [[0.0], [1.0]], tol=25.0).n_iter == 1
    assert lloyd(X, [[0.0], [1.0]], tol=24.9).n_iter == 2


def test_a_start_at_the_fixed_point_stops_at_once():
    result = lloyd(SQUARES, MEANS)
    assert (result.n_iter, result.stopped_by) == (1, "shift")
    assert result.converged is True


def test_default_cap_is_300_iterations():
    X = np.arange(6001.0)[:, np.newaxis]
    assert lloyd(X, X[:12]).n_iter == 300


def test_weights_count_in_means_inertia_and_empty_clusters():
    X = [[0.0], [4.0], [10.0], [99.0]]
    weight = [3.0, 1.0, 2.0, 0.0]
    result = lloyd(X, [[0.0], [90.0]], sample_weight=weight, record=True)
    # Only the sample without weight is near 90, so that cluster is empty
    # and gets the sample at 10.
    np.testing.assert_array_equal(result.centroids, [[1.0], [10.0]])
    np.testing.assert_array_equal(result.labels, [0, 0, 1, 1])
    assert result.inertia == 3 * 1 + 1 * 9
    assert [step.objective for step in result.history[:2]] == [216.0, 12.0]
    assert [step.n_changed for step in result.history[:2]] == [4, 1]


def test_an_empty_cluster_is_filled_and_not_lost():
    result = lloyd(SQUARES, [[0.5, 0.5], [100.0, 0.0]], record=True)
    first, filled = result.history[:2]
    np.testing.assert_array_equal(first.labels, np.zeros(8))
    assert filled.n_changed == 1
    moved = np.flatnonzero(filled.labels)
    np.testing.assert_array_equal(SQUARES[moved], filled.centroids[1:])
    np.testing.assert_array_equal(SQUARES[moved][:, 0], [9.0])
    assert filled.objective < first.objective
    np.testing.assert_array_equal(np.bincount(result.labels), [4, 4])


@pytest.mark.parametrize("n_far", [1, 2, 3, 4])
def test_any_number_of_empty_clusters_is_filled(n_far):
    X = blobs(3)
    start = np.vstack([X[:2], np.full((n_far, 3), 1e4)])
    result = lloyd(X, start)
    assert len(np.unique(result.labels)) == 2 + n_far
    assert np.isfinite(result.centroids).all()
    assert not (result.centroids == 0).all(axis=1).any()


def test_an_unfillable_cluster_ends_the_run_where_the_largest_is():
    X = [[1.0], [1.0], [1.0], [5.0]]
    result = lloyd(X, [[1.0], [5.0], [5.0], [70.0]])
    np.testing.assert_array_equal(result.labels, [0, 0, 0, 1])
    np.testing.assert_array_equal(result.centroids.ravel(), [1, 5, 1, 1])
    assert result.inertia == 0.0
    assert result.converged


@pytest.mark.parametrize("n_clusters", [1, 2, 5])
def test_constant_data_stay_where_they_are(n_clusters):
    # A mean of seven times 0.1 that is not 0.1 would leave residuals, and
    # empty clusters would be filled again and again.
    X = np.full((7, 2), 0.1)
    result = lloyd(X, X[:n_clusters])
    np.testing.assert_array_equal(result.centroids, X[:n_clusters])
    np.testing.assert_array_equal(result.labels, np.zeros(7))
    assert result.inertia == 0.0
    assert result.converged


def test_one_cluster_is_the_mean():
    X = blobs()
    result = lloyd(X, [[50.0, 0.0, 0.0]])
    np.testing.assert_allclose(result.centroids, [X.mean(axis=0)], rtol=1e-13)
    assert (result.n_iter, result.converged) == (2, True)


@pytest.mark.parametrize("n_samples", [1, 2, 9])
def test_as_many_clusters_as_samples_cost_nothing(n_samples):
    X = blobs(4, n_samples)
    result = lloyd(X, X[::-1])
    np.testing.assert_array_equal(result.centroids, X[::-1])
    np.testing.assert_array_equal(result.labels, np.arange(n_samples)[::-1])
    assert result.inertia == 0.0


def test_as_many_clusters_as_samples_from_one_point():
    X = blobs(4, 9)
    result = lloyd(X, np.zeros((9, 3)))
    assert sorted(result.labels) == list(range(9))
    np.testing.assert_array_equal(result.centroids[result.labels], X)


# --- Where the data lie and how they are stored ---------------------------


@pytest.mark.parametrize("offset", [1e8, -1e8])
def test_data_far_from_the_origin_lose_no_accuracy(offset):
    # Multiples of 2 ** -20 stay exact at an offset of 1e8.
    X = np.round(blobs(5, 3000) * 2**20) / 2**20
    near = lloyd(X, X[:3], record=True)
    far = lloyd(X + offset, X[:3] + offset, record=True)
    assert near.n_iter > 5
    np.testing.assert_array_equal(far.labels, near.labels)
    # Half a unit in the last place of 1e8: the nearest number there is.
    np.testing.assert_allclose(
        far.centroids - offset, near.centroids, rtol=0, atol=7.5e-9
    )
    np.testing.assert_allclose(far.inertia, near.inertia, rtol=1e-12)
    assert far.n_iter == near.n_iter


@pytest.mark.parametrize("exponent", [-80, 60])
def test_float32_in_any_unit_takes_the_same_way(exponent):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 2)).astype(np.float32)
    unit = np.float32(2.0**exponent)
    plain, scaled = (
        lloyd(X * scale, X[:5] * scale, record=True)
        for scale in (np.float32(1), unit)
    )
    assert scaled.stopped_by == plain.stopped_by == "labels"
    assert scaled.n_iter == plain.n_iter > 5
    np.testing.assert_array_equal(scaled.labels, plain.labels)
    for mine, theirs in zip(scaled.history, plain.history, strict=True):
        np.testing.assert_array_equal(mine.centroids / unit, theirs.centroids)
        assert mine.shift / float(unit) == theirs.shift


def test_float32_is_kept_and_summed_in_float64():
    X = np.random.default_rng(6).uniform(1, 2, (50_000, 2)).astype(np.float32)
    result = lloyd(X, X[:1], record=True)
    assert result.centroids.dtype == np.float32
    mean = X.mean(axis=0, dtype=np.float64)
    np.testing.assert_array_equal(result.centroids, [mean.astype(np.float32)])
    spread = (X - result.centroids.astype(np.float64)) ** 2
    np.testing.assert_allclose(result.inertia, spread.sum(), rtol=1e-13)
    assert all(step.centroids.dtype == np.float32 for step in result.history)
    assert update(X, np.zeros(len(X), int), 1).dtype == np.float32


@pytest.mark.parametrize("dtype", [bool, np.int64, np.uint8, np.float16])
def test_other_types_are_clustered_as_float64(dtype):
    X = np.abs(np.round(blobs(7))).astype(dtype)
    result = lloyd(X, X[[0, 1, 2]])
    expected = lloyd(X.astype(np.float64), X[[0, 1, 2]].astype(np.float64))
    assert result.centroids.dtype == np.float64
    np.testing.assert_array_equal(result.centroids, expected.centroids)
    np.testing.assert_array_equal(result.labels, expected.labels)


def on_disk(X, folder):
    """Give a read-only map of a file that holds X."""
    np.save(folder / "X.npy", X)
    return np.load(folder / "X.npy", mmap_mode="r")


def read_only(X, folder):
    """Give a copy that raises an error when written to."""
    X = X.copy()
    X.flags.writeable = False
    return X


LAYOUTS = {
    "list": lambda X, folder: X.tolist(),
    "data frame": lambda X, folder: pd.DataFrame(X, columns=list("abc")),
    "Fortran order": lambda X, folder: np.asfortranarray(X),
    "every second row": lambda X, folder: np.repeat(X, 2, axis=0)[::2],
    "some columns": lambda X, folder: np.tile(X, 2)[:, 1:4][:, [2, 0, 1]],
    "backwards": lambda X, folder: X[::-1, ::-1].copy()[::-1, ::-1],
    "read-only": read_only,
    "memory-mapped": on_disk,
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_every_layout_gives_the_same_and_is_never_written_to(
    layout, dtype, tmp_path
):
    X = blobs(8).astype(dtype)
    # A far start, so that an empty cluster is filled too.
    start = np.vstack([X[:2], np.full((1, 3), 1e3, dtype)])
    weight = np.random.default_rng(9).uniform(0, 2, 60)
    expected = lloyd(X, start, sample_weight=weight)

    laid_out = LAYOUTS[layout](X, tmp_path)
    arguments = [laid_out, start, weight]
    before = [np.array(argument) for argument in arguments]
    result = lloyd(laid_out, start, sample_weight=weight, record=True)
    labels = assign(laid_out, start)
    centroids = update(
        laid_out, labels, 3, centroids=start, sample_weight=weight
    )
    value = inertia(laid_out, centroids, sample_weight=weight)
    for seeding in (kmeans.random_partition, kmeans.kmeans_plusplus):
        seeding(laid_out, 3, rng=0, sample_weight=weight)

    np.testing.assert_array_equal(result.labels, expected.labels)
    tight = {"rtol": 1e-6 if dtype == np.float32 else 1e-12}
    np.testing.assert_allclose(result.centroids, expected.centroids, **tight)
    np.testing.assert_allclose(centroids, result.history[1].centroids, **tight)
    np.testing.assert_allclose(value, result.history[2].objective, **tight)
    for argument, copy in zip(arguments, before, strict=True):
        np.testing.assert_array_equal(argument, copy)


def test_results_share_no_memory_with_the_arguments():
    X, start = blobs(), blobs()[:3].copy()
    result = lloyd(X, start, record=True)
    for array in [result.centroids, *(h.centroids for h in result.history)]:
        assert not np.shares_memory(array, start)
        assert not np.shares_memory(array, X)


def test_results_cannot_be_changed_by_accident():
    result = lloyd(SQUARES, MEANS, record=True)
    with pytest.raises(FrozenInstanceError):
        result.inertia = 0.0
    with pytest.raises(FrozenInstanceError):
        result.history[0].objective = 0.0


# --- The package ----------------------------------------------------------


def test_their_relocation_of_a_lone_sample_is_the_one_we_do_not_follow():
    """Where this package and scikit-learn part, and why.

    The sample at 40 is alone in cluster 0 and the farthest of all, so both
    hand it to the empty cluster 1, which empties cluster 0. scikit-learn
    means to put an emptied cluster on the centroid of the largest one, but
    when the largest has a higher index it copies a sum not yet divided.
    """
    X = np.array([[0.0], [1.0], [40.0], [2.0], [3.0]])
    start = np.array([[60.0], [500.0], [1.5]])
    labels = assign(X, start)
    np.testing.assert_array_equal(labels, [2, 2, 0, 2, 2])
    ours = update(X, labels, 3, centroids=start)
    np.testing.assert_array_equal(ours, [[1.5], [40.0], [1.5]])
    theirs = TheirKMeans(3, init=start, n_init=1, max_iter=1)
    with pytest.warns(ConvergenceWarning, match="distinct clusters"):
        theirs.fit(X)
    # Four samples, measured from the mean of X, and not divided by four.
    mean = X.mean()
    np.testing.assert_allclose(
        theirs.cluster_centers_, [[4 * (1.5 - mean) + mean], [40.0], [1.5]]
    )


def test_importing_the_package_is_light():
    # scikit-learn imports pandas if it is there; the package adds nothing
    # heavy to what scikit-learn imports anyhow.
    code = (
        "import sys, sklearn.base; before = set(sys.modules); import kmeans;"
        "new = {name.split('.')[0] for name in set(sys.modules) - before};"
        "print(*sorted(new & {'matplotlib', 'pandas', 'IPython'}))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True
    )
    assert run.stdout.split() == []


def test_modules_are_found_when_they_are_asked_for(monkeypatch):
    import kmeans.plots

    assert {"diagnostics", "plots", "KMeans"} <= set(dir(kmeans))
    monkeypatch.delattr(kmeans, "plots")
    assert kmeans.plots is sys.modules["kmeans.plots"]


def test_modules_are_there_without_an_import_of_their_own():
    code = (
        "import sys, kmeans;"
        "assert not {'matplotlib', 'kmeans.diagnostics'} & set(sys.modules);"
        "kmeans.diagnostics.compare_k, kmeans.datasets.deliveries;"
        "assert 'matplotlib' not in sys.modules;"
        "kmeans.plots.clusters, kmeans.style.use"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_name_that_is_not_there_is_an_error_that_names_it():
    with pytest.raises(AttributeError, match="no attribute 'plot'"):
        kmeans.plot  # noqa: B018
    assert not hasattr(kmeans, "__wrapped__")


def test_every_public_name_is_there_and_sorted():
    assert kmeans.__all__ == sorted(kmeans.__all__)
    public = {
        name
        for name, value in vars(kmeans).items()
        if getattr(value, "__module__", "").startswith("kmeans.")
    }
    assert set(kmeans.__all__) == public
