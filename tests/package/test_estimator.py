"""`KMeans` is a good citizen of scikit-learn, and agrees with its KMeans."""

import pickle
import re
import warnings

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.cluster import KMeans as TheirKMeans
from sklearn.cluster import MiniBatchKMeans
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import (
    check_estimator,
    parametrize_with_checks,
)

import kmeans
from kmeans import (
    KMeans,
    fast,
    forgy,
    inertia,
    kmeans_plusplus,
    lloyd,
    maximin,
    random_partition,
)
from kmeans.fast import workers

WEIGHTS_FAIL = (
    "check_sample_weight_equivalence_on_dense_data",
    "repeats and shuffles the samples and expects the same seeds, which "
    "scikit-learn's KMeans does not draw either; weights are proved equal to "
    "repetition from an explicit start instead",
)


def blobs(seed=0, n_samples=90, n_features=2, spread=1.5):
    """Give continuous data in overlapping groups: many local optima."""
    rng = np.random.default_rng(seed)
    middles = rng.uniform(-5, 5, (6, n_features))
    return rng.choice(middles, n_samples) + rng.normal(
        scale=spread, size=(n_samples, n_features)
    )


def assert_same_fit(ours, theirs):
    """Compare all fitted attributes."""
    np.testing.assert_array_equal(ours.labels_, theirs.labels_)
    np.testing.assert_allclose(
        ours.cluster_centers_, theirs.cluster_centers_, rtol=1e-10, atol=1e-10
    )
    np.testing.assert_allclose(ours.inertia_, theirs.inertia_, rtol=1e-10)
    assert ours.n_iter_ == theirs.n_iter_
    assert ours.n_features_in_ == theirs.n_features_in_


# --- The protocol ---------------------------------------------------------


@parametrize_with_checks(
    [KMeans()],
    expected_failed_checks=lambda estimator: dict([WEIGHTS_FAIL]),
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_scikit_learns_checks(estimator, check):
    check(estimator)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
@pytest.mark.filterwarnings(
    "ignore::sklearn.exceptions.EstimatorCheckFailedWarning"
)
def test_every_check_that_their_kmeans_passes_passes_here():
    theirs, ours = (
        {
            result["check_name"]
            for result in check_estimator(estimator, on_fail=None)
            if result["status"] == "passed"
        }
        for estimator in (TheirKMeans(), KMeans())
    )
    assert len(theirs) > 40
    assert theirs - ours == set()
    assert WEIGHTS_FAIL[0] not in theirs | ours


def test_parameters_are_those_of_scikit_learn():
    theirs = TheirKMeans().get_params()
    ours = KMeans().get_params()
    assert ours.pop("n_swaps") == 0
    assert ours == theirs


def test_clone_and_pickle():
    model = KMeans(3, init="random", random_state=1)
    assert clone(model).get_params() == model.get_params()
    X = blobs()
    loaded = pickle.loads(pickle.dumps(model.fit(X)))
    assert_same_fit(loaded, model)
    np.testing.assert_array_equal(loaded.predict(X), model.labels_)


def test_pipeline():
    X = blobs() * [1.0, 100.0]
    model = make_pipeline(StandardScaler(), KMeans(3, random_state=0)).fit(X)
    expected = KMeans(3, random_state=0).fit(StandardScaler().fit_transform(X))
    np.testing.assert_array_equal(model.predict(X), expected.labels_)
    assert model.score(X) == pytest.approx(-expected.inertia_)
    names = model.get_feature_names_out()
    assert list(names) == ["kmeans0", "kmeans1", "kmeans2"]


def test_grid_search_finds_that_more_clusters_cost_less():
    search = GridSearchCV(KMeans(random_state=0), {"n_clusters": [1, 2, 6]})
    assert search.fit(blobs()).best_params_ == {"n_clusters": 6}


def test_set_output_gives_data_frames():
    X = pd.DataFrame(blobs(), columns=["a", "b"], index=range(100, 190))
    model = KMeans(3, random_state=0).set_output(transform="pandas")
    distances = model.fit_transform(X)
    assert list(distances.columns) == ["kmeans0", "kmeans1", "kmeans2"]
    assert list(distances.index) == list(X.index)
    np.testing.assert_array_equal(
        distances, KMeans(3, random_state=0).fit_transform(X)
    )
    assert list(model.feature_names_in_) == ["a", "b"]
    with pytest.raises(ValueError, match="feature names should match"):
        model.predict(X.rename(columns={"a": "c"}))


# --- Agreement with scikit-learn ------------------------------------------


@pytest.mark.parametrize("init", ["k-means++", "random"])
@pytest.mark.parametrize("n_init", ["auto", 1, 4])
@pytest.mark.parametrize("seed", range(4))
def test_the_same_seed_gives_the_same_fit(init, n_init, seed):
    X = blobs(seed)
    params = {"init": init, "n_init": n_init, "random_state": seed}
    ours = KMeans(6, **params).fit(X)
    assert_same_fit(ours, TheirKMeans(6, **params).fit(X))


@pytest.mark.parametrize("init", ["k-means++", "random"])
@pytest.mark.parametrize("seed", range(4))
def test_the_same_seed_gives_the_same_fit_with_weights(init, seed):
    X = blobs(seed)
    weight = np.random.default_rng(seed).uniform(0.1, 3, len(X))
    params = {"init": init, "n_init": 2, "random_state": seed}
    ours = KMeans(5, **params).fit(X, sample_weight=weight)
    theirs = TheirKMeans(5, **params).fit(X, sample_weight=weight)
    assert_same_fit(ours, theirs)


def test_one_random_state_goes_on_from_fit_to_fit():
    X = blobs()
    states = np.random.RandomState(5), np.random.RandomState(5)
    for _ in range(3):
        ours = KMeans(6, random_state=states[0]).fit(X)
        theirs = TheirKMeans(6, random_state=states[1]).fit(X)
        assert_same_fit(ours, theirs)


@pytest.mark.parametrize("n_clusters", [1, 2, 7])
@pytest.mark.parametrize("tol", [0.0, 1e-4, 1e-2, 0.3])
def test_tol_and_max_iter_stop_the_run_where_scikit_learn_stops(
    n_clusters, tol
):
    X = blobs(3) * [1.0, 30.0] + [0.0, 500.0]
    for max_iter in (1, 2, 300):
        params = {
            "init": X[:n_clusters],
            "n_init": 1,
            "tol": tol,
            "max_iter": max_iter,
        }
        # Only this package warns of a run that max_iter cut off.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            ours = KMeans(n_clusters, **params).fit(X)
        assert_same_fit(ours, TheirKMeans(n_clusters, **params).fit(X))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_all_methods_agree_with_those_of_scikit_learn(dtype):
    X, new = blobs(1).astype(dtype), blobs(2).astype(dtype)
    weight = np.random.default_rng(0).uniform(0, 2, len(new))
    ours = KMeans(4, init=X[:4]).fit(X)
    theirs = TheirKMeans(4, init=X[:4], n_init=1).fit(X)
    np.testing.assert_array_equal(ours.predict(new), theirs.predict(new))
    assert ours.predict(new).dtype == ours.labels_.dtype == np.int32
    assert ours.cluster_centers_.dtype == dtype
    tight = {"rtol": 1e-4 if dtype == np.float32 else 1e-10}
    distances = ours.transform(new)
    assert distances.dtype == dtype
    np.testing.assert_allclose(distances, theirs.transform(new), **tight)
    np.testing.assert_allclose(ours.score(new), theirs.score(new), **tight)
    np.testing.assert_allclose(
        ours.score(new, sample_weight=weight),
        theirs.score(new, sample_weight=weight),
        **tight,
    )


@pytest.mark.parametrize("weight", [None, np.arange(90.0)])
def test_all_ways_to_fit_and_predict_agree(weight):
    X = blobs()
    model = KMeans(4, random_state=0).fit(X, sample_weight=weight)
    np.testing.assert_array_equal(
        KMeans(4, random_state=0).fit_predict(X, sample_weight=weight),
        model.labels_,
    )
    np.testing.assert_array_equal(
        KMeans(4, random_state=0).fit_transform(X, sample_weight=weight),
        model.transform(X),
    )
    np.testing.assert_array_equal(model.predict(X), model.labels_)
    np.testing.assert_array_equal(
        model.transform(X).argmin(axis=1), model.labels_
    )
    assert model.score(X, sample_weight=weight) == -model.inertia_
    if weight is not None:
        unweighted = KMeans(4, random_state=0).fit(X)
        assert unweighted.inertia_ != model.inertia_


# --- Starts ---------------------------------------------------------------


def test_an_array_is_the_start_and_is_not_written_to():
    X = blobs()
    start = X[:3].copy()
    model = KMeans(3, init=start).fit(X)
    expected = lloyd(X, start, tol=1e-4 * X.var(axis=0).mean())
    np.testing.assert_allclose(
        model.cluster_centers_, expected.centroids, rtol=1e-12
    )
    np.testing.assert_array_equal(start, X[:3])
    from_list = KMeans(3, init=start.tolist()).fit(X)
    assert_same_fit(from_list, model)


def test_a_function_is_called_as_scikit_learn_calls_it():
    X = blobs()
    calls = []

    def first_rows(X, n_clusters, random_state):
        calls.append((X, n_clusters, random_state))
        return X[:n_clusters]

    model = KMeans(3, init=first_rows, n_init=2, random_state=0).fit(X)
    assert_same_fit(model, KMeans(3, init=X[:3]).fit(X))
    assert [call[1] for call in calls] == [3, 3]
    assert isinstance(calls[0][2], np.random.RandomState)
    assert calls[0][2] is calls[1][2]
    np.testing.assert_array_equal(calls[0][0], X)


@pytest.mark.parametrize("seeding", [kmeans_plusplus, maximin, forgy])
def test_the_seedings_of_the_package_are_functions_too(seeding):
    X = blobs()
    model = KMeans(3, init=seeding, n_init=1, random_state=4).fit(X)
    start = seeding(X, 3, rng=np.random.RandomState(4))
    assert_same_fit(model, KMeans(3, init=start).fit(X))


def test_a_function_without_a_signature_is_called_as_any_other():
    class Init:
        def __call__(self, X, n_clusters, random_state):
            return X[:n_clusters]

        @property
        def __signature__(self):
            raise ValueError("not written in Python")

    X = blobs()
    model = KMeans(3, init=Init(), n_init=1).fit(X)
    assert_same_fit(model, KMeans(3, init=X[:3]).fit(X))


@pytest.mark.parametrize(
    ("init", "seeding"),
    [("maximin", maximin), ("random-partition", random_partition)],
)
def test_other_seedings_go_by_name(init, seeding):
    X, weight = blobs(), np.arange(90.0)
    model = KMeans(3, init=init, n_init=1, random_state=4, tol=0)
    model.fit(X, sample_weight=weight)
    start = seeding(X, 3, rng=np.random.RandomState(4), sample_weight=weight)
    expected = lloyd(X, start, sample_weight=weight)
    np.testing.assert_allclose(
        model.cluster_centers_, expected.centroids, rtol=1e-12
    )


@pytest.mark.parametrize(
    ("init", "n_runs"),
    [
        ("k-means++", 1),
        ("random", 10),
        ("maximin", 10),
        ("random-partition", 10),
        (lambda X, k, random_state: X[:k], 10),
        (blobs()[:3], 1),
    ],
)
def test_auto_makes_as_many_runs_as_scikit_learn(init, n_runs, capsys):
    KMeans(3, init=init, verbose=1, random_state=0).fit(blobs())
    assert len(capsys.readouterr().out.splitlines()) == n_runs


def test_the_best_of_all_runs_is_kept():
    X = blobs()
    state = np.random.RandomState(0)
    runs = [
        KMeans(6, init="random", n_init=1, random_state=state).fit(X)
        for _ in range(8)
    ]
    inertias = [run.inertia_ for run in runs]
    best = KMeans(6, init="random", n_init=8, random_state=0).fit(X)
    assert best.inertia_ == min(inertias) < inertias[0]
    assert_same_fit(best, runs[int(np.argmin(inertias))])


def test_of_runs_that_differ_by_rounding_the_first_is_kept():
    # Mirror images: {0, 1}, {2} costs what {0}, {1, 2} costs, or would.
    X = np.array([[0.1], [0.3], [0.5]])
    starts = [X[[0, 2]] + 0.05, X[[0, 2]] - 0.05]
    first, second = (lloyd(X, start).inertia for start in starts)
    if second > first:
        starts.reverse()
    assert 0 < abs(second - first) < 1e-15
    left = iter(starts)
    model = KMeans(2, init=lambda X, k, random_state: next(left), n_init=2)
    np.testing.assert_array_equal(
        model.fit(X).cluster_centers_, lloyd(X, starts[0]).centroids
    )


def test_given_centroids_make_one_run_and_say_so(capsys):
    X = blobs()
    model = KMeans(3, init=X[:3], n_init=5, verbose=1)
    with pytest.warns(RuntimeWarning, match=r"init .* one run .* n_init=5"):
        model.fit(X)
    assert len(capsys.readouterr().out.splitlines()) == 1
    assert_same_fit(model, KMeans(3, init=X[:3], n_init=1).fit(X))


def test_verbose_prints_a_line_for_each_run(capsys):
    X = blobs()
    KMeans(3, n_init=3, random_state=0).fit(X)
    assert capsys.readouterr().out == ""
    model = KMeans(3, n_init=3, random_state=0, verbose=1).fit(X)
    lines = capsys.readouterr().out.splitlines()
    line = (
        r"run (\d) of 3: inertia ([\d.]+) after (\d+) iterations, "
        r"stopped by (labels|shift)"
    )
    found = [re.fullmatch(line, text).groups() for text in lines]
    assert [run for run, *_ in found] == ["1", "2", "3"]
    assert f"{model.inertia_:.6g}" in [inertia for _, inertia, *_ in found]
    assert str(model.n_iter_) in [n_iter for *_, n_iter, _ in found]


# --- Input ----------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.int64, bool, np.float16])
def test_other_types_become_float64(dtype):
    X = np.abs(blobs()).round().astype(dtype)
    model = KMeans(2, init=[[0, 0], [1, 1]]).fit(X)
    assert model.cluster_centers_.dtype == np.float64
    expected = KMeans(2, init=[[0, 0], [1, 1]]).fit(X.astype(float))
    np.testing.assert_array_equal(
        model.cluster_centers_, expected.cluster_centers_
    )


@pytest.mark.parametrize(
    "layout",
    [
        np.asfortranarray,
        lambda X: np.repeat(X, 2, axis=0)[::2],
        pd.DataFrame,
        lambda X: X.tolist(),
    ],
)
def test_every_layout_gives_the_same_and_is_never_written_to(layout):
    X = blobs()
    expected = KMeans(4, random_state=0).fit(X)
    laid_out = layout(X)
    if isinstance(laid_out, np.ndarray):
        laid_out.flags.writeable = False
    model = KMeans(4, random_state=0).fit(laid_out)
    assert_same_fit(model, expected)
    np.testing.assert_array_equal(model.predict(laid_out), expected.labels_)
    np.testing.assert_array_equal(laid_out, X)


@pytest.mark.parametrize("n_samples", [300, 120_000])
@pytest.mark.parametrize(
    ("dtype", "exponent"),
    [(np.float32, -80), (np.float32, 60), (np.float64, -400)],
)
def test_the_unit_of_the_features_does_not_matter(dtype, exponent, n_samples):
    X = blobs(0, n_samples).astype(dtype)
    unit = dtype(2.0**exponent)
    # A power of two, so that scaling does not round.
    plain, scaled = (
        KMeans(5, random_state=0).fit(X * scale) for scale in (dtype(1), unit)
    )
    assert scaled.n_iter_ == plain.n_iter_ > 2
    np.testing.assert_array_equal(scaled.labels_, plain.labels_)
    np.testing.assert_allclose(
        scaled.cluster_centers_ / unit, plain.cluster_centers_, rtol=1e-12
    )


@pytest.mark.parametrize("integer", [np.int8, np.uint8, np.int16, np.int32])
def test_small_integers_of_numpy_count_like_those_of_python(integer):
    X = blobs(0, 300)
    counts = {"n_clusters": 7, "n_init": 3, "max_iter": 100, "n_swaps": 5}
    small = {name: integer(count) for name, count in counts.items()}
    model = KMeans(**small, init="random", random_state=0).fit(X)
    expected = KMeans(**counts, init="random", random_state=0).fit(X)
    assert_same_fit(model, expected)
    np.testing.assert_array_equal(model.predict(X), expected.labels_)
    one = KMeans(integer(3), init=X[:3], max_iter=integer(127)).fit(X)
    assert_same_fit(one, KMeans(3, init=X[:3], max_iter=127).fit(X))


def test_no_product_of_sizes_is_taken_in_a_small_type(monkeypatch):
    # What int8 is to 3,000 samples, int32 is to 30 million.
    sizes = []

    def note(work):
        sizes.append(work)
        return workers(work)

    monkeypatch.setattr(fast.lloyd, "workers", note)
    X = blobs(0, 3000)
    KMeans(np.int8(100), init=X[:100], max_iter=1, tol=1e9).fit(X)
    assert sizes == [X.size * 100]


def test_data_far_from_the_origin_lose_no_accuracy():
    X = np.round(blobs() * 2**20) / 2**20
    near = KMeans(4, random_state=0).fit(X)
    far = KMeans(4, random_state=0).fit(X + 1e8)
    np.testing.assert_array_equal(far.labels_, near.labels_)
    np.testing.assert_allclose(far.inertia_, near.inertia_, rtol=1e-12)
    assert far.n_iter_ == near.n_iter_


@pytest.mark.parametrize("make", [sparse.csr_array, sparse.csc_matrix])
def test_sparse_data_are_refused(make):
    X = make(np.eye(4))
    with pytest.raises(TypeError, match=r"Sparse data .* dense"):
        KMeans(2).fit(X)
    with pytest.raises(TypeError, match=r"Sparse data .* dense"):
        KMeans(2).fit(np.eye(4)).predict(X)


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"n_clusters": 0}, "n_clusters must be at least 1, got 0"),
        ({"n_clusters": 91}, "n_clusters must be at most .* 90, got 91"),
        ({"n_clusters": 2.5}, "n_clusters must be an integer, got 2.5"),
        ({"n_clusters": 3.0}, "n_clusters must be an integer, got 3.0"),
        ({"n_clusters": True}, "n_clusters must be an integer, got True"),
        ({"n_swaps": 1.0}, "n_swaps must be an integer, got 1.0"),
        ({"max_iter": True}, "max_iter must be an integer, got True"),
        ({"tol": True}, "tol must be a finite number.*got True"),
        ({"max_iter": 0}, "max_iter must be at least 1, got 0"),
        ({"tol": -1.0}, "tol must be a finite number.*got -1.0"),
        ({"algorithm": "elkan"}, "algorithm must be 'lloyd'.*got 'elkan'"),
        ({"init": "forgy"}, "init must be one of 'k-means.*got 'forgy'"),
        ({"init": [[1.0, 2.0]]}, r"init must .*n_clusters=8.*\(1, 2\)"),
        ({"init": np.ones((8, 3))}, r"init must .*the 2 features.*\(8, 3\)"),
        ({"init": np.full((8, 2), np.nan)}, "init must .*finite.*got NaN"),
        ({"init": None}, "init must be one of 'k-means.*got None"),
        ({"init": 3.0}, r"init must be 2-D.*got shape \(\)"),
        (
            {"init": lambda X, k, random_state: X[:3]},
            r"init must .*n_clusters=8.*\(3, 2\)",
        ),
        ({"n_init": 0}, "n_init must be at least 1, got 0"),
        ({"n_init": "many"}, "n_init must be 'auto' or an int.*got 'many'"),
        ({"n_init": 2.0}, "n_init must be an integer, got 2.0"),
        ({"random_state": "a"}, "random_state must be .*got 'a'"),
        ({"random_state": -1}, "random_state must be .*got -1"),
        (
            {"random_state": np.random.default_rng(0)},
            r"random_state must be .*got Generator.*RandomState\(rng.bit",
        ),
        ({"copy_x": "yes"}, "copy_x must be True or False, got 'yes'"),
    ],
)
def test_a_bad_parameter_is_named(params, words):
    with pytest.raises(ValueError, match=words):
        KMeans(**params).fit(blobs())


@pytest.mark.parametrize(
    "params", [{"n_clusters": 91}, {"max_iter": 0}, {"tol": -1.0}]
)
def test_parameters_are_checked_before_a_start_is_made(params):
    def never(X, n_clusters, random_state):
        pytest.fail("called in spite of a bad parameter")

    with pytest.raises(ValueError, match=f"^{min(params)} must"):
        KMeans(init=never, **params).fit(blobs())


@pytest.mark.parametrize(
    ("X", "words"),
    [
        ([1.0, 2.0], "Expected 2D array, got 1D"),
        (np.zeros((0, 2)), "0 sample"),
        (np.zeros((4, 0)), "0 feature"),
        ([[1.0], [np.nan]], "Input X contains NaN"),
        ([[1.0], [np.inf]], "Input X contains infinity"),
    ],
)
def test_bad_samples_are_refused_in_the_words_of_scikit_learn(X, words):
    with pytest.raises(ValueError, match=words):
        KMeans(1).fit(X)


@pytest.mark.parametrize(
    ("X", "words"),
    [
        ([["1", "2"]], "^X must be numeric, got the text '1'"),
        (pd.DataFrame({"a": ["1"], "b": [2]}), "^X must be .* text '1'"),
        (
            pd.DataFrame({"on": pd.to_datetime(["2024-01-01", None])}),
            "^X must be numeric, got a date or duration, 2024-01-01",
        ),
        (
            pd.DataFrame({"n": [1.0], "on": [pd.Timestamp("2024-01-01")]}),
            "^X must be numeric, got a date or duration, 2024-01-01",
        ),
        (pd.DataFrame({"n": pd.array([1, None])}), "^Input X contains NaN"),
        (
            np.ma.masked_equal([[-999.0, 0.0]], -999),
            r"^X must not be masked, .* index \(0, 0\)",
        ),
        ([[0.0, 1e200]], "^X must hold numbers of size 1e.150 at most"),
        (2**62 + np.array([[0], [100]]), "^X must not hold different int"),
    ],
)
@pytest.mark.parametrize("method", ["fit", "predict", "transform", "score"])
def test_what_only_looks_like_numbers_is_refused_everywhere(X, words, method):
    model = KMeans(1)
    if method != "fit":
        model.fit([[0.0] * np.shape(X)[1]])
        if hasattr(X, "columns"):
            model.feature_names_in_ = X.columns.to_numpy(dtype=object)
    with pytest.raises(ValueError, match=words):
        getattr(model, method)(X)


def test_differences_whose_squares_vanish_are_refused_by_fit():
    tiny = np.array([[0.0], [1.0], [8.0], [9.0]]) * 1e-200
    with pytest.raises(ValueError, match=r"^X must .* differ by 1e-150 some"):
        KMeans(2).fit(tiny)
    # New samples may lie as near to each other as they like.
    model = KMeans(2, init=[[0.0], [8.0]]).fit([[0.0], [1.0], [8.0], [9.0]])
    np.testing.assert_array_equal(model.predict(tiny), [0, 0, 0, 0])


@pytest.mark.parametrize(
    ("weight", "words"),
    [
        ([1.0] * 89, r"1-D .* 90 samples .*\(89,\)"),
        ([-1.0] + [1.0] * 89, "not be negative, got -1.0"),
        ([0.0] * 90, "positive sum, got only zeros"),
        ([0.0] * 83 + [1.0] * 7, "n_clusters=8 samples, got 7 positive"),
    ],
)
def test_bad_weights_are_refused(weight, words):
    with pytest.raises(ValueError, match=f"^sample_weight must .*{words}"):
        KMeans().fit(blobs(), sample_weight=weight)
    if "n_clusters" not in words:
        model = KMeans(3, random_state=0).fit(blobs())
        with pytest.raises(ValueError, match=f"^sample_weight must .*{words}"):
            model.score(blobs(), sample_weight=weight)


@pytest.mark.parametrize("method", ["predict", "transform", "score"])
def test_an_unfitted_model_says_so(method):
    with pytest.raises(NotFittedError, match="not fitted"):
        getattr(KMeans(), method)([[1.0]])


@pytest.mark.parametrize("method", ["predict", "transform", "score"])
def test_a_fitted_model_needs_the_features_it_was_fitted_with(method):
    model = KMeans(2, random_state=0).fit(blobs())
    with pytest.raises(ValueError, match="expecting 2 features"):
        getattr(model, method)(np.zeros((3, 5)))


# --- Warnings -------------------------------------------------------------


@pytest.mark.parametrize("init", ["k-means++", "random", "maximin"])
def test_fewer_distinct_samples_than_clusters_are_warned_of(init):
    X = np.repeat([[0.1, 0.2], [0.7, 0.4], [3.3, 0.9]], 5, axis=0)
    model = KMeans(5, init=init, random_state=0)
    with pytest.warns(ConvergenceWarning, match="found 3 .* n_clusters=5"):
        model.fit(X)
    assert len(set(model.labels_)) == 3
    assert model.inertia_ == 0.0
    assert np.isfinite(model.cluster_centers_).all()
    theirs = TheirKMeans(5, init=init if init != "maximin" else "k-means++")
    with pytest.warns(ConvergenceWarning, match="distinct clusters"):
        theirs.fit(X)


def test_a_run_cut_off_is_warned_of():
    X = blobs()
    with pytest.warns(ConvergenceWarning, match="cut off after max_iter=2"):
        model = KMeans(6, init=X[:6], max_iter=2).fit(X)
    assert model.n_iter_ == 2
    np.testing.assert_array_equal(model.predict(X), model.labels_)
    expected = inertia(X, model.cluster_centers_)
    assert model.inertia_ == pytest.approx(expected, rel=1e-12)


def test_a_run_that_ends_at_its_cap_is_not_warned_of():
    # pytest turns every warning into an error.
    X = blobs()
    done = KMeans(6, init=X[:6], tol=0).fit(X)
    start = done.cluster_centers_ + 1e-9
    assert KMeans(6, init=start, max_iter=1, tol=0).fit(X).n_iter_ == 1
    # Near enough by the tolerance, though not at a fixed point.
    assert KMeans(6, init=X[:6], max_iter=5, tol=1e3).fit(X).n_iter_ == 1


def test_a_model_tells_whether_its_run_went_to_the_end():
    X = np.vstack([blobs(0, 3000), [[1e9, 0.0]]])
    early = KMeans(12, random_state=0).fit(X)
    assert early.converged_ is False
    late = KMeans(12, random_state=0, tol=0).fit(X)
    assert late.converged_ is True
    assert late.n_iter_ > early.n_iter_
    assert late.inertia_ < early.inertia_
    swapped = KMeans(12, random_state=0, tol=0, n_swaps=2).fit(X)
    assert swapped.converged_ is True


def test_an_interrupted_search_is_warned_of(monkeypatch):
    X, swap = blobs(), kmeans.swap.try_swap
    calls = []

    def interrupted(*args):
        calls.append(args)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return swap(*args)

    monkeypatch.setattr(kmeans.swap, "try_swap", interrupted)
    model = KMeans(4, random_state=0, n_swaps=50)
    with pytest.warns(ConvergenceWarning, match="after 2 of n_swaps=50 swaps"):
        model.fit(X)
    assert model.inertia_ == pytest.approx(-model.score(X))


@pytest.mark.parametrize(
    "call",
    [
        lambda model, X: model.fit(X),
        lambda model, X: model.fit_predict(X),
        lambda model, X: model.fit_transform(X),
        lambda model, X: make_pipeline(StandardScaler(), model).fit_predict(X),
    ],
)
def test_warnings_name_the_line_of_the_caller(call):
    X = blobs()
    line = call.__code__.co_firstlineno
    model = KMeans(6, init=X[:6], max_iter=1, n_init=5)
    with pytest.warns((ConvergenceWarning, RuntimeWarning)) as caught:
        call(model, X)
    assert {warning.category for warning in caught} == {
        ConvergenceWarning,
        RuntimeWarning,
    }
    for warning in caught:
        assert (warning.filename, warning.lineno) == (__file__, line)


def test_copy_x_makes_no_difference():
    X = blobs() + 100
    before = X.copy()
    expected = KMeans(4, random_state=0).fit(X)
    assert_same_fit(KMeans(4, random_state=0, copy_x=False).fit(X), expected)
    np.testing.assert_array_equal(X, before)


@pytest.mark.parametrize("n_clusters", [1, 5])
def test_odd_shapes_of_data(n_clusters):
    X = blobs(0, 5)
    model = KMeans(n_clusters, random_state=0).fit(X)
    assert len(set(model.labels_)) == n_clusters
    one = KMeans(1).fit(X[:1])
    np.testing.assert_array_equal(one.cluster_centers_, X[:1])
    assert one.inertia_ == 0.0
    constant = KMeans(1).fit(np.full((6, 2), 0.1))
    np.testing.assert_array_equal(constant.cluster_centers_, [[0.1, 0.1]])


# --- Streams --------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("weighted", [False, True])
def test_partial_fit_is_that_of_scikit_learn(dtype, weighted):
    rng = np.random.default_rng(0)
    X = blobs(n_samples=500).astype(dtype)
    weight = rng.uniform(0.1, 3, len(X)) if weighted else np.ones(len(X))
    ours = KMeans(4, init=X[:4])
    theirs = MiniBatchKMeans(4, init=X[:4], n_init=1, reassignment_ratio=0)
    tight = {"rtol": 1e-4 if dtype == np.float32 else 1e-10}
    for rows in np.split(np.arange(len(X)), [60, 61, 64, 300]):
        batch = X[rows], None, weight[rows]
        assert ours.partial_fit(*batch) is ours
        theirs.partial_fit(*batch)
        assert ours.cluster_centers_.dtype == dtype
        np.testing.assert_allclose(
            ours.cluster_centers_, theirs.cluster_centers_, **tight
        )
        np.testing.assert_array_equal(ours.labels_, theirs.labels_)
        np.testing.assert_allclose(ours.inertia_, theirs.inertia_, rtol=1e-4)
    assert ours.counts_.sum() == pytest.approx(weight.sum())


@pytest.mark.parametrize("init", ["k-means++", "maximin"])
def test_the_first_batch_starts_as_fit_does(init):
    X = blobs()
    model = KMeans(4, init=init, n_init=1, random_state=3)
    seen = clone(model).partial_fit(X)
    with pytest.warns(ConvergenceWarning):
        once = clone(model).set_params(max_iter=1).fit(X)
    np.testing.assert_allclose(seen.cluster_centers_, once.cluster_centers_)


def test_every_sample_weighs_the_same_however_old():
    X = blobs(n_samples=300)
    model = KMeans(1, init=X[:1] + 1e12)
    for batch in np.split(X, [1, 7, 250]):
        model.partial_fit(batch)
    np.testing.assert_allclose(model.cluster_centers_[0], X.mean(axis=0))
    assert model.counts_ == [300]


def test_a_centroid_without_samples_stays_where_it_is():
    model = KMeans(2, init=[[0.0], [50.0]])
    model.partial_fit([[1.0], [3.0]]).partial_fit([[5.0]])
    np.testing.assert_allclose(model.cluster_centers_, [[3.0], [50.0]])
    np.testing.assert_array_equal(model.counts_, [3, 0])
    model.partial_fit([[40.0]])
    np.testing.assert_array_equal(model.cluster_centers_[1], [40.0])


def test_partial_fit_goes_on_from_fit():
    X, more = blobs(), blobs(1)
    weight = np.random.default_rng(0).uniform(1, 2, len(X))
    model = KMeans(3, random_state=0).fit(X, sample_weight=weight)
    before = model.cluster_centers_.copy()
    np.testing.assert_allclose(
        model.counts_, np.bincount(model.labels_, weight)
    )
    labels = model.predict(more)
    expected = np.array(
        [
            np.average(
                np.concatenate([X[model.labels_ == j], more[labels == j]]),
                axis=0,
                weights=np.concatenate(
                    [
                        weight[model.labels_ == j],
                        np.ones(np.count_nonzero(labels == j)),
                    ]
                ),
            )
            for j in range(3)
        ]
    )
    kept = model.cluster_centers_
    model.partial_fit(more)
    np.testing.assert_allclose(model.cluster_centers_, expected, rtol=1e-3)
    # What was handed out before is not written to.
    np.testing.assert_array_equal(kept, before)
    np.testing.assert_array_equal(model.labels_, model.predict(more))
    assert model.score(more) == pytest.approx(-model.inertia_)
    assert model.fit(X).counts_.sum() == len(X)


def test_batches_have_the_same_features():
    X = pd.DataFrame(blobs(), columns=["a", "b"])
    model = KMeans(3, random_state=0).partial_fit(X)
    assert list(model.feature_names_in_) == ["a", "b"]
    with pytest.raises(ValueError, match="feature names should match"):
        model.partial_fit(X.rename(columns={"a": "c"}))
    model = KMeans(3, random_state=0).partial_fit(X.to_numpy())
    with pytest.raises(ValueError, match="3 features, but KMeans is expect"):
        model.partial_fit(np.zeros((9, 3)))


def test_a_batch_is_checked():
    with pytest.raises(ValueError, match="at most the number of samples, 2"):
        KMeans(3).partial_fit([[0.0], [1.0]])
    with pytest.raises(ValueError, match="init must be one of"):
        KMeans(1, init="none").partial_fit([[0.0], [1.0]])
    with pytest.raises(ValueError, match="sample_weight must have a positive"):
        KMeans(1).partial_fit([[0.0], [1.0]], sample_weight=[0, 0])
