"""Random swap: what it finds, and that its short cuts change nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from sklearn.datasets import load_iris

import kmeans.swap
from kmeans import KMeans, assign, forgy, inertia, lloyd, random_swap

IRIS = load_iris().data
SEEDS = st.integers(0, 2**32 - 1)

STUCK_X = np.array([[0.0], [1.0], [8.0], [9.0], [20.0], [21.0]])
STUCK_START = np.array([[0.0], [1.0], [14.5]])


def groups(generator, n_groups=8, per_group=12, n_features=2):
    """Give groups of samples, some apart and some not, without ties."""
    middles = generator.uniform(-20, 20, (n_groups, n_features))
    noise = generator.normal(size=(n_groups * per_group, n_features))
    return middles.repeat(per_group, axis=0) + noise


def plain_search(X, start, weight, n_swaps, rng, everywhere=False):
    """Do what `random_swap` does, looking at every sample each time.

    Samples of a cluster that has not moved choose between their centroid and
    those that have; with `everywhere`, between all, as in Lloyd's algorithm.
    Returns the history, as `random_swap` does.
    """
    begun = lloyd(X, start, max_iter=10, sample_weight=weight)
    numbers = np.arange(len(start))
    best_labels = begun.labels
    best = means(X, weight, best_labels, begun.centroids)
    history = [(0, objective(X, weight, best_labels, best))]
    clusters = rng.choice(len(start), n_swaps)
    places = rng.random(n_swaps)
    for tried, cluster, place in zip(
        range(1, n_swaps + 1), clusters, places, strict=True
    ):
        labels, centroids = best_labels, best.copy()
        shares = weight * np.square(X - centroids[labels]).sum(axis=1)
        sample = (shares.cumsum() / shares.sum()).searchsorted(place)
        centroids[cluster] = X[sample]
        moved = [cluster]
        for patience in [1] + 9 * [8]:
            allowed = (
                np.isin(labels, moved)[:, None]
                | np.isin(numbers, moved)
                | (labels[:, None] == numbers)
                | everywhere
            )
            table = cdist(X, centroids, "sqeuclidean")
            new = np.where(allowed, table, np.inf).argmin(axis=1)
            changed = new != labels
            moved = np.union1d(labels[changed], new[changed])
            labels = new
            before = objective(X, weight, labels, centroids)
            centroids = means(X, weight, labels, centroids)
            after = objective(X, weight, labels, centroids)
            gap = after - history[-1][1]
            if not len(moved) or gap > patience * (before - after):
                break
        if after < history[-1][1] * (1 - 1e-12):
            best_labels, best = labels, centroids
            history.append((tried, after))
    return history


def means(X, weight, labels, centroids):
    return np.array(
        [
            np.average(X[labels == j], axis=0, weights=weight[labels == j])
            if (labels == j).any()
            else centroids[j]
            for j in range(len(centroids))
        ]
    )


def objective(X, weight, labels, centroids):
    return weight @ np.square(X - centroids[labels]).sum(axis=1)


def assert_same_history(ours, plain):
    assert [tried for tried, _ in ours] == [tried for tried, _ in plain]
    np.testing.assert_allclose(
        [value for _, value in ours], [value for _, value in plain], rtol=1e-9
    )


def compare(seed, start, X, weight, n_swaps, everywhere, small):
    """Check `random_swap` against the plain search."""
    with pytest.MonkeyPatch.context() as patch:
        if not small:
            patch.setattr(kmeans.swap, "_SMALL_TABLE", 0)
        ours = random_swap(
            X, start, n_swaps=n_swaps, rng=seed, sample_weight=weight
        )
    generator = np.random.default_rng(seed)
    plain = plain_search(X, start, weight, n_swaps, generator, everywhere)
    assert_same_history(ours.history, plain)


@given(SEEDS, st.integers(1, 16), st.integers(1, 3))
def test_a_small_table_is_computed_as_a_whole(seed, n_clusters, n_features):
    generator = np.random.default_rng(seed)
    X = groups(generator, n_features=n_features)
    weight = generator.uniform(0.1, 5, len(X))
    start = forgy(X, n_clusters, rng=generator)
    compare(seed, start, X, weight, 25, everywhere=True, small=True)


@given(SEEDS, st.integers(1, 16), st.integers(1, 3))
def test_short_cuts_change_nothing(seed, n_clusters, n_features):
    generator = np.random.default_rng(seed)
    X = groups(generator, n_features=n_features)
    weight = generator.uniform(0.1, 5, len(X))
    start = forgy(X, n_clusters, rng=generator)
    compare(seed, start, X, weight, 25, everywhere=False, small=False)


@given(SEEDS, st.integers(1, 16))
def test_local_iterations_are_those_of_lloyd(seed, n_clusters):
    generator = np.random.default_rng(seed)
    X = groups(generator)
    start = lloyd(X, forgy(X, n_clusters, rng=generator)).centroids
    weight = np.ones(len(X))
    compare(seed, start, X, weight, 1, everywhere=True, small=False)


@given(
    seed=SEEDS,
    n_samples=st.integers(1, 12),
    data=st.data(),
    unit=st.sampled_from([1e-6, 1.0, 1e6]),
    shift=st.sampled_from([0.0, 1e8]),
    far=st.booleans(),
    small=st.sampled_from([0, 2**14]),
)
def test_nothing_awkward_breaks_it(
    seed, n_samples, data, unit, shift, far, small
):
    n_clusters = data.draw(st.integers(1, n_samples))
    generator = np.random.default_rng(seed)
    # Ties and duplicates, empty clusters, samples of no weight.
    X = unit * (generator.integers(-2, 3, (n_samples, 2)) + shift)
    start = generator.choice(X, n_clusters)
    if far:
        start = start + 1e3 * unit * generator.normal(size=start.shape)
    weight = generator.integers(0, 3, n_samples).astype(float)
    weight[0] = 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kmeans.swap, "_SMALL_TABLE", small)
        result = random_swap(
            X, start, n_swaps=15, rng=seed, sample_weight=weight
        )

    assert np.isfinite(result.centroids).all()
    np.testing.assert_array_equal(result.labels, assign(X, result.centroids))
    assert result.inertia == pytest.approx(
        inertia(X, result.centroids, sample_weight=weight)
    )
    begun = lloyd(X, start, max_iter=10, sample_weight=weight)
    assert result.inertia <= begun.inertia * (1 + 1e-9)
    assert result.converged
    assert result.n_tried == 15


def test_history_falls_from_the_start_to_the_end():
    start = forgy(IRIS, 8, rng=0)
    result = random_swap(IRIS, start, n_swaps=100, rng=0)
    tried, values = zip(*result.history, strict=True)
    assert tried[0] == 0
    assert len(tried) > 2
    assert all(np.diff(tried) > 0)
    assert tried[-1] <= result.n_tried == 100
    assert all(np.diff(values) < 0)
    assert result.inertia <= values[-1] * (1 + 1e-12)


def test_gets_out_of_a_minimum_that_lloyd_is_stuck_in():
    stuck = lloyd(STUCK_X, STUCK_START)
    result = random_swap(STUCK_X, STUCK_START, n_swaps=20, rng=0)
    assert stuck.inertia > 50
    assert result.inertia == 1.5


# The proven optima of iris, with budgets that are enough for most seeds. The
# full budgets and a hundred seeds are in benchmarks/swap.py.
@pytest.mark.parametrize(
    ("n_clusters", "optimum", "n_swaps"),
    [(2, 152.348, 10), (3, 78.8514, 40), (6, 39.0400, 300), (8, 29.9889, 400)],
)
def test_finds_the_proven_optimum_of_iris(n_clusters, optimum, n_swaps):
    found = [
        random_swap(
            IRIS, forgy(IRIS, n_clusters, rng=seed), n_swaps=n_swaps, rng=seed
        ).inertia
        for seed in range(5)
    ]
    assert found == [pytest.approx(optimum, abs=1e-4)] * 5


def test_work_is_local(monkeypatch):
    """A swap computes a small part of the table of all distances."""
    generator = np.random.default_rng(0)
    middles = 10.0 * np.stack(np.meshgrid(range(8), range(8)), -1)
    X = middles.reshape(-1, 2).repeat(30, axis=0)
    X = X + generator.normal(size=X.shape)
    start = forgy(X, 64, rng=0)
    n_distances = []

    def counting(a, b, *args):
        n_distances.append(len(a) * len(b))
        return cdist(a, b, *args)

    monkeypatch.setattr(kmeans.swap, "cdist", counting)
    random_swap(X, start, n_swaps=200, rng=0)
    assert sum(n_distances) / 200 < 0.01 * len(X) * len(start)


def test_no_short_cut_is_sought_in_a_small_table(monkeypatch):
    sizes = set()

    def counting(a, b, *args):
        sizes.add((len(a), len(b)))
        return cdist(a, b, *args)

    monkeypatch.setattr(kmeans.swap, "cdist", counting)
    random_swap(IRIS, IRIS[:5], n_swaps=20, rng=0)
    assert sizes == {(150, 5)}


def test_far_from_the_origin_is_as_good_as_near(monkeypatch):
    generator = np.random.default_rng(3)
    # On a fine lattice, so that the shift by a power of two is exact.
    X = np.round(groups(generator) * 2**20) / 2**20
    start = forgy(X, 10, rng=3)
    monkeypatch.setattr(kmeans.swap, "_SMALL_TABLE", 0)
    near = random_swap(X, start, n_swaps=60, rng=3)
    far = random_swap(X + 2.0**27, start + 2.0**27, n_swaps=60, rng=3)
    np.testing.assert_array_equal(far.labels, near.labels)
    assert len(near.history) > 2
    assert_same_history(far.history, near.history)


def test_same_seed_same_result():
    start = forgy(IRIS, 9, rng=1)
    first, second, third = (
        random_swap(IRIS, start, n_swaps=50, rng=rng)
        for rng in (7, np.random.default_rng(7), 8)
    )
    assert first.history == second.history
    np.testing.assert_array_equal(first.centroids, second.centroids)
    assert first.history != third.history


def test_start_and_samples_are_left_alone():
    X, start = IRIS.copy(), IRIS[:4].copy()
    random_swap(X, start, n_swaps=20, rng=0)
    np.testing.assert_array_equal(X, IRIS)
    np.testing.assert_array_equal(start, IRIS[:4])


def test_float32_stays_float32():
    X = IRIS.astype(np.float32)
    result = random_swap(X, X[:4], n_swaps=50, rng=0)
    assert result.centroids.dtype == np.float32
    assert result.labels.dtype == np.int32
    assert type(result.inertia) is float
    assert result.inertia == pytest.approx(57.2285, abs=1e-3)


def test_samples_without_weight_are_no_place_for_a_centroid():
    X = np.array([[0.0], [1.0], [2.0], [1e6]])
    weight = [1, 1, 1, 0]
    result = random_swap(
        X, [[0.0], [2.0]], n_swaps=50, rng=0, sample_weight=weight
    )
    assert result.centroids.max() <= 2


def test_an_empty_cluster_is_put_to_use():
    X = np.array([[0.0], [0.0], [5.0], [5.0], [9.0], [9.0]])
    # All distances are 0 after a swap or two, so no sample is far from its
    # centroid and Lloyd's algorithm has none to give to an empty cluster.
    result = random_swap(X, [[0.0], [0.0], [7.0], [7.0]], n_swaps=50, rng=0)
    assert result.inertia == 0


def test_a_cluster_without_weight_keeps_its_centroid():
    partition = kmeans.swap.Partition(
        X=np.array([[0.0], [1.0], [5.0]]),
        weight=np.array([1.0, 1.0, 0.0]),
        centroids=np.array([[0.0], [4.0]]),
        labels=np.array([0, 0, 1]),
    )
    np.testing.assert_array_equal(partition.centroids, [[0.5], [4.0]])
    assert partition.inertia() == 0.5


def test_an_emptied_cluster_costs_nothing():
    partition = kmeans.swap.Partition(
        X=np.array([[0.0], [1.0], [5.0], [6.0]]),
        weight=np.ones(4),
        centroids=np.array([[0.0], [4.0]]),
        labels=np.array([0, 0, 1, 1]),
    )
    both = np.array([0, 1])
    partition.fill(both, np.arange(4), np.ones(4, dtype=int))
    np.testing.assert_array_equal(partition.centroids, [[0.5], [3.0]])
    assert partition.inertia() == 26
    assert partition.radius[0] == 0
    assert len(partition.members[0]) == 0


def test_last_run_obeys_max_iter_and_tol():
    generator = np.random.default_rng(0)
    X = generator.uniform(size=(4000, 2))
    start = X[:20]
    one = random_swap(X, start, n_swaps=1, rng=0, max_iter=1)
    assert (one.n_iter, one.stopped_by, one.converged) == (
        1,
        "max_iter",
        False,
    )
    loose = random_swap(X, start, n_swaps=1, rng=0, tol=1.0)
    assert (loose.n_iter, loose.stopped_by) == (1, "shift")
    full = random_swap(X, start, n_swaps=1, rng=0)
    assert full.n_iter > 1
    assert full.inertia < one.inertia


def test_interrupt_keeps_the_best_so_far(monkeypatch):
    start = forgy(IRIS, 8, rng=0)
    full = random_swap(IRIS, start, n_swaps=100, rng=0)
    n_done = full.history[2][0]

    def interrupted(steps, unit):
        yield from steps[:n_done]
        raise KeyboardInterrupt

    monkeypatch.setattr(kmeans.swap, "progress", interrupted)
    result = random_swap(IRIS, start, n_swaps=100, rng=0)
    assert result.n_tried == n_done
    assert result.history == full.history[:3]
    assert result.inertia <= result.history[-1][1] * (1 + 1e-12)
    np.testing.assert_array_equal(
        result.labels, assign(IRIS, result.centroids)
    )


def test_interrupt_within_a_swap_keeps_the_best_so_far(monkeypatch):
    start = forgy(IRIS, 8, rng=0)
    swaps = []

    def interrupted(partition, cluster, sample):
        swaps.append(sample)
        if len(swaps) > 10:
            # Half of a swap's work, and then Ctrl-C.
            trial = partition.copy()
            trial.centroids[cluster] = 1e9
            raise KeyboardInterrupt
        return unharmed(partition, cluster, sample)

    unharmed = kmeans.swap.try_swap
    monkeypatch.setattr(kmeans.swap, "try_swap", interrupted)
    result = random_swap(IRIS, start, n_swaps=100, rng=0)
    assert result.n_tried == 10
    assert result.inertia <= result.history[-1][1] * (1 + 1e-12)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_swaps": 0}, "n_swaps must be at least 1, got 0"),
        ({"n_swaps": 2.5}, "n_swaps must be an integer, got 2.5"),
        ({"centroids": [[1.0, 2.0]]}, "centroids must have one column"),
        ({"centroids": np.zeros((7, 1))}, "the number of centroids must be"),
        ({"X": [[np.nan]]}, "X must hold finite numbers"),
        ({"rng": "dice"}, "rng must be a numpy.random.Generator"),
        ({"sample_weight": [1.0]}, "sample_weight must be 1-D"),
        ({"max_iter": 0}, "max_iter must be at least 1"),
        ({"tol": -1.0}, "tol must be a finite number"),
    ],
)
def test_errors_name_the_argument(change, message):
    arguments = {"X": STUCK_X, "centroids": STUCK_START, "n_swaps": 5}
    with pytest.raises(ValueError, match=f"^{message}"):
        random_swap(**arguments | change)


def test_kmeans_swaps_after_the_best_start():
    plain = KMeans(10, random_state=0).fit(IRIS)
    none = KMeans(10, random_state=0, n_swaps=0).fit(IRIS)
    some = KMeans(10, random_state=0, n_swaps=300).fit(IRIS)
    np.testing.assert_array_equal(none.labels_, plain.labels_)
    assert none.inertia_ == plain.inertia_
    assert some.inertia_ < plain.inertia_
    np.testing.assert_array_equal(some.predict(IRIS), some.labels_)
    again = KMeans(10, random_state=0, n_swaps=300).fit(IRIS)
    np.testing.assert_array_equal(again.labels_, some.labels_)


def test_kmeans_swaps_with_weights():
    # So heavy that the best two centroids are at 0 and 9.
    X = np.array([[0.0], [8.0], [9.0], [30.0]])
    weight = [1000.0, 1e-9, 1000.0, 1e-9]
    model = KMeans(2, init=X[2:], n_swaps=30, random_state=0)
    model.fit(X, sample_weight=weight)
    np.testing.assert_allclose(
        sorted(model.cluster_centers_.ravel()), [0, 9], atol=1e-6
    )


@pytest.mark.parametrize("n_swaps", [-1, 2.5, True, False, "3", None])
def test_kmeans_checks_n_swaps(n_swaps):
    need = r"^n_swaps must be (an integer|at least 0), got"
    with pytest.raises(ValueError, match=need):
        KMeans(2, n_swaps=n_swaps).fit(STUCK_X)
