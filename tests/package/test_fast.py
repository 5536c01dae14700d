"""The fast path gives the labels of the plain one, whatever the data."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from sklearn.cluster import KMeans as TheirKMeans
from sklearn.cluster import kmeans_plusplus
from threadpoolctl import (
    ThreadpoolController,
    threadpool_info,
    threadpool_limits,
)

import kmeans.fast.lloyd
import kmeans.fast.once
import kmeans.fast.samples
import kmeans.fast.threads
from kmeans import KMeans, greedy_kmeans_plusplus, lloyd
from kmeans.core import assign, inertia
from kmeans.fast import (
    Samples,
    fast_assign,
    fast_distances,
    fast_inertia,
    fast_lloyd,
    workers,
)
from kmeans.fast.lloyd import Labeling
from kmeans.fast.threads import in_a_row


@pytest.fixture(autouse=True)
def always_fast(monkeypatch):
    """Take the fast path for the smallest data, in many pieces and chunks."""
    monkeypatch.setattr(kmeans.fast.once, "SMALL_TABLE", 0)
    monkeypatch.setattr(kmeans.fast.samples, "PIECE", 128)
    monkeypatch.setattr(kmeans.fast.lloyd, "TABLE_ENTRIES", 256)


@pytest.fixture
def two_threads(monkeypatch):
    """Use two threads even for small work, and on a single processor."""
    monkeypatch.setattr(kmeans.fast.threads, "WORK_FOR_THREADS", 0)
    monkeypatch.setattr(kmeans.fast.threads, "WORK_FOR_BLAS", 0)
    monkeypatch.setattr(kmeans.fast.threads.joblib, "cpu_count", lambda: 2)
    with threadpool_limits(2):
        yield


def fast(X, centroids, max_iter=100, tol=0.0, weight=None):
    return fast_lloyd(Samples(X, weight), centroids, max_iter, tol)


def assert_same_run(X, centroids, weight=None, max_iter=100, tol=0.0):
    """Compare the fast path with `lloyd`; return the result."""
    plain = lloyd(
        X, centroids, max_iter=max_iter, tol=tol, sample_weight=weight
    )
    result = fast(X, centroids, max_iter, tol, weight)
    assert_same(result, plain, X, tol)
    return result


def assert_same(fast, plain, X, tol):
    np.testing.assert_array_equal(fast.labels, plain.labels)
    scale = np.abs(X - X.mean(axis=0)).max()
    rounding = 1e-13 if X.dtype == np.float64 else 1e-6
    np.testing.assert_allclose(
        fast.centroids,
        plain.centroids,
        rtol=10 * np.finfo(X.dtype).eps,
        atol=rounding * scale,
    )
    np.testing.assert_allclose(fast.inertia, plain.inertia, rtol=1e-6)
    assert fast.centroids.dtype == plain.centroids.dtype
    assert fast.labels.dtype == plain.labels.dtype
    assert fast.converged == plain.converged
    if plain.stopped_by != "shift" or tol > 0:
        # Else the plain means have not moved at all, not even by rounding.
        assert fast.n_iter == plain.n_iter
        assert fast.stopped_by == plain.stopped_by


def groups(n_samples=2000, n_features=3, n_groups=6, spread=0.5, seed=0):
    rng = np.random.default_rng(seed)
    middles = rng.uniform(-5, 5, (n_groups, n_features))
    X = middles[rng.integers(n_groups, size=n_samples)]
    return X + spread * rng.normal(size=X.shape)


def some(X, n_clusters, seed=0):
    rows = np.random.default_rng(seed).choice(len(X), n_clusters, False)
    return X[rows]


# --- One assignment -------------------------------------------------------

HARD = {
    "overlapping": lambda rng: rng.normal(size=(1000, 4)),
    "duplicates": lambda rng: rng.integers(3, size=(1000, 2)).astype(float),
    "tenths": lambda rng: rng.integers(10, 70, size=(1000, 4)) / 10,
    "far off": lambda rng: 1e8 + rng.normal(size=(1000, 3)),
    "farther off": lambda rng: 1e13 + rng.normal(size=(1000, 3)),
    "one far feature": lambda rng: (
        rng.normal(size=(1000, 3)) + np.array([1e12, 0, 0])
    ),
    "an outlier": lambda rng: np.vstack(
        [rng.normal(size=(999, 2)), [[1e9, -1e9]]]
    ),
    "heavy tails": lambda rng: rng.standard_cauchy(size=(1000, 2)),
    "many scales": lambda rng: (
        10.0 ** rng.uniform(-30, 30, size=(1000, 2))
        * rng.choice([-1, 1], size=(1000, 2))
    ),
    "denormal": lambda rng: 1e-310 * rng.normal(size=(1000, 2)),
    "tiny": lambda rng: 1e-40 * rng.normal(size=(1000, 2)),
    "edge of vanishing": lambda rng: 1e-10 * rng.normal(size=(1000, 2)),
    "edge of float32": lambda rng: 1e38 * rng.normal(size=(1000, 2)),
    "largest": lambda rng: 1e150 * rng.uniform(-1, 1, size=(1000, 2)),
    "all equal": lambda rng: np.full((1000, 2), 0.1),
    "one feature": lambda rng: rng.uniform(size=(1000, 1)),
    "many features": lambda rng: rng.normal(size=(300, 1000)),
}


def hard_data(name, dtype=np.float64):
    X = HARD[name](np.random.default_rng(1))
    largest = min(1e150, float(np.finfo(dtype).max))
    return X.clip(-largest, largest).astype(dtype)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("n_clusters", [1, 2, 9, 290])
@pytest.mark.parametrize("name", HARD)
def test_labels_are_those_of_the_plain_assignment(name, n_clusters, dtype):
    X = hard_data(name, dtype)
    centroids = some(X, min(n_clusters, len(X)))
    expected = assign(X, centroids)
    labels = fast_assign(X, centroids)
    np.testing.assert_array_equal(labels, expected)
    assert labels.dtype == np.int32
    samples = Samples(X)
    samples.store(in_a_row)
    labeling = Labeling(samples, len(centroids), in_a_row)
    for n_changed in len(X), 0, 0:
        np.testing.assert_array_equal(
            labeling.update(centroids, n_changed), expected
        )


def test_of_equally_near_centroids_the_first_is_taken():
    rng = np.random.default_rng(0)
    X = rng.integers(4, size=(1000, 3)).astype(float)
    centroids = some(X, 20)[rng.integers(20, size=300)]
    labels = fast_assign(X, centroids)
    np.testing.assert_array_equal(labels, assign(X, centroids))
    assert len(np.unique(labels)) <= 20


@given(
    st.integers(1, 300),
    st.integers(1, 12),
    st.integers(1, 9),
    st.sampled_from([0.0, 1.0, 1e5, 1e8]),
    st.sampled_from([1e-160, 1e-20, 1e-9, 1.0, 1e7, 1e14, 1e16, 1e140]),
    st.integers(0, 3),
    st.integers(0, 2**32 - 1),
)
@settings(deadline=None, max_examples=150)
def test_any_assignment(n, k, d, offset, scale, digits, seed):
    rng = np.random.default_rng(seed)
    X = scale * (offset + rng.normal(size=(n, d)).round(digits))
    centroids = scale * (offset + rng.normal(size=(k, d)).round(digits))
    np.testing.assert_array_equal(
        fast_assign(X, centroids), assign(X, centroids)
    )


def test_few_samples_are_compared_exactly(monkeypatch):
    """Otherwise the fast path is right and slow."""
    exact = []
    monkeypatch.setattr(
        kmeans.fast.lloyd,
        "assign",
        lambda X, centroids: exact.append(len(X)) or assign(X, centroids),
    )
    for offset in 0.0, 1e6:
        X = offset + np.random.default_rng(0).normal(size=(20_000, 8))
        fast_assign(X, some(X, 10))
        assert sum(exact) < 40
        exact.clear()


def test_centroids_far_from_every_sample():
    X = np.random.default_rng(0).normal(size=(500, 2))
    centroids = np.array([[1e14, 0], [1e15, 0], [1e100, 0], [-1e14, 1e-3]])
    for part in centroids, centroids[:2], centroids[[0, 3]], centroids[:1]:
        np.testing.assert_array_equal(fast_assign(X, part), assign(X, part))


# --- Whole runs -----------------------------------------------------------


@pytest.mark.parametrize("spread", [0.1, 0.5, 3.0])
@pytest.mark.parametrize("n_features", [1, 2, 16])
@pytest.mark.parametrize("n_clusters", [1, 5, 12, 300])
def test_runs_are_those_of_lloyd(n_clusters, n_features, spread):
    X = groups(n_features=n_features, spread=spread)
    result = assert_same_run(X, some(X, n_clusters))
    if n_clusters < 300:
        assert result.stopped_by == "labels"


@pytest.mark.parametrize("weighted", [False, True])
def test_sums_that_are_stored_sparse(weighted, monkeypatch):
    monkeypatch.setattr(kmeans.fast.lloyd, "FEW_ENTRIES", 0)
    X = groups(spread=3.0)
    weight = np.random.default_rng(0).uniform(1, 2, len(X))
    assert_same_run(X, some(X, 9), weight=weight if weighted else None)


@pytest.mark.parametrize("max_iter", [1, 2, 7])
def test_a_run_that_is_cut_off(max_iter):
    X = groups()
    result = assert_same_run(X, some(X, 12), max_iter=max_iter)
    assert result.stopped_by == "max_iter"


@pytest.mark.parametrize("tol", [1e-3, 1e-1, 1e3])
def test_a_run_that_stops_by_its_tolerance(tol):
    X = groups()
    result = assert_same_run(X, some(X, 12), tol=tol)
    assert result.stopped_by == "shift"


@pytest.mark.parametrize(
    "name",
    [
        "far off",
        "farther off",
        "an outlier",
        "edge of float32",
        "many features",
    ],
)
def test_runs_on_hard_data(name):
    X = hard_data(name)
    assert_same_run(X, some(X, 8))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("offset", [0, 1000])
@pytest.mark.parametrize("scale", [1, 10])
def test_runs_on_a_grid_where_ties_are_common(scale, offset, seed):
    rng = np.random.default_rng(seed)
    X = offset + rng.integers(10, size=(2000, 2)) / scale
    assert_same_run(X, some(X, 8, seed))


@pytest.mark.parametrize("offset", [0.0, 1e4])
def test_float32_samples(offset):
    X = (offset + groups()).astype(np.float32)
    assert_same_run(X, some(X, 7), tol=1e-4)


def test_weights():
    X = groups()
    rng = np.random.default_rng(0)
    for weight in (
        rng.uniform(0.1, 3, len(X)),
        rng.integers(3, size=len(X)).astype(float),
        (X[:, 0] > 0).astype(float),
    ):
        assert_same_run(X, some(X, 9), weight=weight)
        centroids = some(X, 9)
        assert fast_inertia(X, centroids, weight) == pytest.approx(
            inertia(X, centroids, assign(X, centroids), weight), rel=1e-12
        )


@pytest.mark.parametrize("weighted", [False, True])
def test_empty_clusters_are_filled_as_in_lloyd(weighted):
    X = groups()
    weight = (X[:, 0] > -3).astype(float) if weighted else None
    start = np.vstack([some(X, 4), np.full((3, 3), 100.0), [[50.0, 0, 0]]])
    result = assert_same_run(X, start, weight=weight)
    assert len(np.unique(result.labels)) == 8


def test_a_cluster_that_empties_late():
    # The last centroid loses its samples to the others, one after another.
    X = np.repeat([[0.0], [1.0], [5.0], [6.0], [7.5]], 50, axis=0)
    start = np.array([[0.0], [6.2], [100.0], [100.0]])
    for max_iter in 1, 2, 3, 10:
        assert_same_run(X, start, max_iter=max_iter)


def test_fewer_distinct_samples_than_clusters():
    X = np.repeat([[0.0, 1.0], [2.0, 3.0]], 100, axis=0)
    result = assert_same_run(X, X[95:105])
    assert result.inertia == 0


def test_as_many_clusters_as_samples():
    X = groups(n_samples=70)
    assert assert_same_run(X, X).inertia == 0


def test_settled_samples_are_not_looked_at(monkeypatch):
    looked_at = []
    columns = Samples.columns

    def count(self, rows):
        looked_at.append(len(self.X[rows]))
        return columns(self, rows)

    monkeypatch.setattr(Samples, "columns", count)
    X = groups(spread=0.3)
    result = fast(X, some(X, 6, seed=3))
    everything = (result.n_iter + 1) * len(X)
    assert result.n_iter > 6
    assert sum(looked_at) < 0.7 * everything


def test_gaps_are_never_too_large():
    """Check the bound that lets a sample keep its label."""
    X = groups(spread=2.0)
    # A far centroid is the second for nobody, and yet must not be forgotten.
    for far in 0.0, 1e3, 1e30:
        samples = Samples(X)
        samples.store(in_a_row)
        labeling = Labeling(samples, 8, in_a_row)
        centroids = some(X, 8)
        centroids[0] += far
        rng = np.random.default_rng(0)
        for _ in range(12):
            labels = labeling.update(centroids, n_changed=0)
            np.testing.assert_array_equal(labels, assign(X, centroids))
            if labeling.gaps is not None:
                away = X[:, np.newaxis] - centroids
                distances = np.sort(np.linalg.norm(away, axis=2), axis=1)
                gaps = distances[:, 1] - distances[:, 0]
                assert (labeling.gaps - labeling.drifted <= gaps).all()
            moves = 0.02 * rng.normal(size=centroids.shape)
            centroids = centroids + moves


def test_centroids_that_move_farther_than_float32_can_say():
    X = groups()
    samples = Samples(X)
    samples.store(in_a_row)
    labeling = Labeling(samples, 4, in_a_row)
    near = some(X, 4)
    far = near.copy()
    far[0] += 1e50
    for centroids in near, far, near, near:
        labels = labeling.update(centroids, n_changed=0)
        np.testing.assert_array_equal(labels, assign(X, centroids))


@given(
    st.integers(2, 400),
    st.integers(1, 10),
    st.integers(1, 5),
    st.sampled_from([0.05, 1.0]),
    st.booleans(),
    st.integers(0, 2**32 - 1),
)
@settings(deadline=None, max_examples=100)
def test_any_run(n, k, d, spread, weighted, seed):
    X = groups(n, d, spread=spread, seed=seed)
    rng = np.random.default_rng(seed)
    weight = rng.integers(1, 4, size=n).astype(float) if weighted else None
    assert_same_run(X, some(X, min(k, n), seed), weight=weight)


# --- Memory layouts -------------------------------------------------------


def test_layouts_change_nothing():
    X = groups()
    expected = fast(X, some(X, 7))
    twice = np.repeat(np.repeat(X, 2, axis=0), 2, axis=1)
    frozen = X.copy()
    frozen.flags.writeable = False
    for same in np.asfortranarray(X), twice[::2, ::2], frozen:
        result = fast(same, some(X, 7))
        np.testing.assert_array_equal(result.labels, expected.labels)
        np.testing.assert_allclose(
            result.centroids, expected.centroids, rtol=1e-13, atol=1e-13
        )


@pytest.mark.parametrize("order", ["C", "F"])
def test_memory_mapped_samples(tmp_path, order):
    X = groups()
    np.save(tmp_path / "X.npy", np.asarray(X, order=order))
    mapped = np.load(tmp_path / "X.npy", mmap_mode="r")
    samples = Samples(mapped)
    result = fast_lloyd(samples, some(X, 7), 100, 0.0)
    assert samples.points is None
    expected = fast(X, some(X, 7))
    np.testing.assert_array_equal(result.labels, expected.labels)
    np.testing.assert_allclose(
        result.centroids, expected.centroids, rtol=1e-13, atol=1e-13
    )


LIMITED = """
import resource, sys
import numpy as np
from threadpoolctl import threadpool_limits
from kmeans import KMeans
X = np.load(sys.argv[1], mmap_mode="r")
with threadpool_limits(1):
    # BLAS takes its memory when it is first asked.
    np.ones((500, 500)) @ np.ones((500, 500), np.float64)
    np.ones((500, 500), np.float32) @ np.ones((500, 500), np.float32)
    KMeans(4, init=X[:4], n_init=1, max_iter=1).fit(X[:20_000])
    in_use = int(open("/proc/self/statm").read().split()[5]) * 4096
    limit = in_use + X.nbytes // 2
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    model = KMeans(4, init=X[:4], n_init=1, max_iter=5, tol=0).fit(X)
    print(*model.cluster_centers_.ravel().tolist())
    try:
        X.copy()
    except MemoryError:
        print("limited")
"""


@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux limits the memory for data"
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_samples_larger_than_the_memory(tmp_path):
    X = groups(n_samples=500_000, n_features=8)
    np.save(tmp_path / "X.npy", X)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LIMITED, tmp_path / "X.npy"],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert done.returncode == 0, done.stderr
    centroids, said = done.stdout.splitlines()
    assert said == "limited"
    model = TheirKMeans(4, init=X[:4], n_init=1, max_iter=5, tol=0).fit(X)
    np.testing.assert_allclose(
        [float(number) for number in centroids.split()],
        model.cluster_centers_.ravel(),
        rtol=1e-10,
    )


# --- Threads --------------------------------------------------------------


def test_results_do_not_depend_on_the_number_of_threads(two_threads):
    X = groups(n_samples=3000)
    together = fast(X, some(X, 7))
    with threadpool_limits(1):
        alone = fast(X, some(X, 7))
    np.testing.assert_array_equal(together.labels, alone.labels)
    np.testing.assert_array_equal(together.centroids, alone.centroids)
    assert together.inertia == alone.inertia
    assert together.n_iter == alone.n_iter


def blas_threads():
    return {
        pool["filepath"]: pool["num_threads"]
        for pool in threadpool_info()
        if pool["user_api"] == "blas"
    }


def test_thread_settings_are_put_back(two_threads):
    before = blas_threads()
    assert set(before.values()) == {2}
    with workers(1):
        assert set(blas_threads().values()) == {1}
        with workers(1) as inner:
            assert inner is in_a_row
        assert set(blas_threads().values()) == {1}
    assert blas_threads() == before
    with pytest.raises(ZeroDivisionError), workers(1) as run:
        list(run(lambda x: 1 / x, [0]))
    assert blas_threads() == before


def test_thread_settings_after_fits_that_overlap(two_threads):
    before = blas_threads()
    X = groups()

    def fit(seed):
        return KMeans(5, random_state=seed).fit(X).labels_

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(fit, range(12)))
    assert blas_threads() == before
    for seed, labels in enumerate(together):
        np.testing.assert_array_equal(labels, fit(seed))


def test_one_thread_if_blas_is_held_to_one(monkeypatch):
    monkeypatch.setattr(kmeans.fast.threads, "WORK_FOR_THREADS", 0)
    monkeypatch.setattr(kmeans.fast.threads, "WORK_FOR_BLAS", 0)
    with threadpool_limits(1), workers(1) as run:
        assert run is in_a_row


def test_small_work_starts_no_threads(monkeypatch):
    with threadpool_limits(2), workers(100) as run:
        assert run is in_a_row


def test_small_tables_take_the_plain_path(monkeypatch):
    monkeypatch.setattr(kmeans.fast.once, "SMALL_TABLE", 10_000)
    monkeypatch.setattr(Labeling, "__init__", None)
    X = groups(n_samples=1000)
    np.testing.assert_array_equal(fast_assign(X, X[:7]), assign(X, X[:7]))


def test_every_part_is_done_once_by_threads(two_threads):
    parts = list(range(5000))
    with workers(1) as run:
        assert run is not in_a_row
        assert run(lambda part: part, parts) == parts


def test_processors_that_may_not_be_used_get_no_thread(
    two_threads, monkeypatch
):
    monkeypatch.setattr(kmeans.fast.threads.joblib, "cpu_count", lambda: 1)
    with workers(1) as run:
        assert run is in_a_row


def test_a_blas_that_cannot_be_asked_allows_all_processors(
    two_threads, monkeypatch
):
    unknown = ThreadpoolController().select(user_api="none")
    monkeypatch.setattr(kmeans.fast.threads, "_thread_pools", lambda: unknown)
    with workers(1) as run:
        assert run is not in_a_row


def test_a_limit_may_be_lifted_before_its_user_is_done(two_threads):
    before = blas_threads()
    kmeans.fast.threads.lift_limit()
    with workers(1):
        kmeans.fast.threads.lift_limit()
        assert blas_threads() == before
    assert blas_threads() == before
    with workers(1):
        assert set(blas_threads().values()) == {1}
    assert blas_threads() == before


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_the_child_of_a_fork_has_its_blas_threads_back(two_threads):
    before = blas_threads()
    told, tell = os.pipe()
    with workers(1):
        child = os.fork()
        if not child:
            try:
                free = blas_threads() == before
            finally:
                os.write(tell, b"free" if free else b"held")
                os._exit(0)
        os.waitpid(child, 0)
        assert set(blas_threads().values()) == {1}
    assert os.read(told, 4) == b"free"
    os.close(told)
    os.close(tell)


# --- The estimator --------------------------------------------------------


@pytest.mark.parametrize("spread", [0.5, 3.0])
@pytest.mark.parametrize("seed", range(3))
def test_the_estimator_is_still_that_of_scikit_learn(seed, spread):
    X = groups(n_features=2, spread=spread, seed=seed)
    ours = KMeans(8, n_init=2, random_state=seed).fit(X)
    theirs = TheirKMeans(8, n_init=2, random_state=seed).fit(X)
    np.testing.assert_array_equal(ours.labels_, theirs.labels_)
    np.testing.assert_allclose(
        ours.cluster_centers_, theirs.cluster_centers_, rtol=1e-10, atol=1e-10
    )
    np.testing.assert_allclose(ours.inertia_, theirs.inertia_, rtol=1e-10)
    assert ours.n_iter_ == theirs.n_iter_
    np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))
    np.testing.assert_allclose(ours.score(X), theirs.score(X), rtol=1e-10)
    weight = X[:, 0] - X.min()
    np.testing.assert_allclose(
        ours.score(X, sample_weight=weight),
        theirs.score(X, sample_weight=weight),
        rtol=1e-10,
    )


def test_the_variance_behind_the_tolerance():
    X = 1e6 + groups() * [1.0, 10.0, 100.0]
    for shifted in X, X - 1e6:
        variance = Samples(shifted).mean_variance(in_a_row)
        assert variance == pytest.approx(X.var(axis=0).mean(), rel=1e-9)


def test_importing_the_package_is_quick():
    code = (
        "import numpy, sklearn.cluster, time; t = time.process_time(); "
        "import kmeans; print(time.process_time() - t)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )
    # The time of this process alone; a busy machine does not lengthen it.
    assert float(done.stdout) < 0.3


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("n_features", [2, 40])
@pytest.mark.parametrize("offset", [0.0, 1e6])
def test_distances(offset, n_features, dtype):
    X = (offset + groups(n_features=n_features)).astype(dtype)
    # Samples on a centroid and next to it are the hard ones.
    centroids = some(X, 9)
    centroids[1] = centroids[0] + dtype(1e-3)
    distances = fast_distances(X, centroids)
    assert distances.dtype == dtype
    np.testing.assert_allclose(
        distances,
        cdist(X, centroids),
        rtol=1e-9 if dtype == np.float64 else 1e-6,
    )


# --- k-means++ ------------------------------------------------------------


def seeds(X, n_clusters, seed, weight=None):
    rng = np.random.RandomState(seed)
    return greedy_kmeans_plusplus(X, n_clusters, rng=rng, sample_weight=weight)


@pytest.mark.parametrize("n_features", [2, 30])
@pytest.mark.parametrize("seed", range(3))
def test_seeds_are_those_of_scikit_learn(seed, n_features):
    X = groups(5000, n_features, seed=seed)
    X -= X.mean(axis=0)
    theirs, _ = kmeans_plusplus(
        X, 20, random_state=np.random.RandomState(seed)
    )
    np.testing.assert_array_equal(seeds(X, 20, seed), theirs)


def test_the_seeding_within_a_fit_may_use_threads_too(two_threads):
    seen = []

    def init(X, n_clusters, random_state):
        with workers(X.size) as run:
            seen.append(run is not in_a_row)
        return X[:n_clusters]

    KMeans(3, init=init, n_init=2).fit(groups())
    assert seen == [True, True]


def test_centroids_closer_than_float64_can_tell():
    X = np.random.default_rng(0).normal(size=(1000, 1))
    centroids = np.array([[1e-16], [-1e-16]])
    np.testing.assert_array_equal(
        fast_assign(X, centroids), assign(X, centroids)
    )
