"""Data in pieces: the bits of `lloyd`, whoever computes them."""

import os
import pickle
import signal
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial, reduce
from multiprocessing import get_context
from operator import add

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_properties import clouds, problems
from threadpoolctl import threadpool_limits

from kmeans import (
    Statistics,
    assign,
    inertia,
    kmeans_parallel,
    labels_in_pieces,
    lloyd,
    lloyd_in_pieces,
    sufficient_statistics,
    update,
)

DTYPES = pytest.mark.parametrize("dtype", [np.float64, np.float32])
FOUR = np.array([[0.0], [1.0], [8.0], [9.0]])


@st.composite
def cuts(draw, n_samples):
    """Draw where to cut samples; pieces can be empty or one row long."""
    if draw(st.booleans()):
        return list(range(1, n_samples))
    places = st.lists(st.integers(0, n_samples), max_size=6)
    return sorted(draw(places))


def groups(n_samples=600, seed=0, dtype=np.float64):
    """Give five groups of samples, without ties, in any order."""
    rng = np.random.default_rng(seed)
    middles = 12 * rng.normal(size=(5, 3))
    X = rng.choice(middles, n_samples) + rng.normal(size=(n_samples, 3))
    return X.astype(dtype)


def backwards(function, items):
    """Compute the last one first, and give the results in order."""
    return [function(item) for item in list(items)[::-1]][::-1]


def assert_same_bits(one, two):
    assert one.centroids.dtype == two.centroids.dtype
    assert one.centroids.tobytes() == two.centroids.tobytes()
    for name in ("inertia", "n_iter", "converged", "stopped_by"):
        assert getattr(one, name) == getattr(two, name), name


@pytest.fixture(scope="module")
def maps():
    with (
        ThreadPoolExecutor(3) as threads,
        ProcessPoolExecutor(2, get_context("spawn")) as processes,
    ):
        yield {
            "backwards": backwards,
            "threads": threads.map,
            "processes": processes.map,
        }


# --- One piece ------------------------------------------------------------


@given(
    problems(),
    st.sampled_from([1, 2, 3, 300]),
    st.sampled_from([0.0, 1e-3, 1.0]),
    st.sampled_from([np.float64, np.float32]),
)
@settings(max_examples=300)
def test_one_piece_gives_what_lloyd_gives_to_the_bit(
    problem, max_iter, tol, dtype
):
    X, start, weight = problem
    options = {"max_iter": max_iter, "tol": tol}
    X = X.astype(dtype)
    expected = lloyd(X, start, sample_weight=weight, record=True, **options)
    actual = lloyd_in_pieces([X], start, sample_weight=[weight], **options)
    assert_same_bits(actual, expected)
    assert actual.objectives == tuple(
        step.objective for step in expected.history if step.half == "assign"
    )
    (labels,) = labels_in_pieces([X], actual.centroids)
    np.testing.assert_array_equal(labels, expected.labels)
    assert labels.dtype == np.int32


@DTYPES
def test_one_large_piece_gives_what_lloyd_gives_to_the_bit(dtype):
    X = groups(5000, dtype=dtype)
    expected = lloyd(X, X[:7])
    assert expected.n_iter > 5
    assert_same_bits(lloyd_in_pieces([X], X[:7]), expected)


@given(problems())
def test_the_statistics_are_those_of_the_public_functions(problem):
    X, centroids, weight = problem
    labels = assign(X, centroids)
    statistics = sufficient_statistics(X, centroids, sample_weight=weight)
    size = np.bincount(labels, weight, len(centroids))
    np.testing.assert_array_equal(statistics.weights, size)
    assert statistics.inertia == inertia(X, centroids, sample_weight=weight)
    assert statistics.n_samples == len(X)
    means = update(X, labels, len(centroids), sample_weight=weight)
    if size.all():
        np.testing.assert_array_equal(statistics.means, means)
    assert not statistics.means[size == 0].any()
    assert len(statistics.farthest) == np.count_nonzero(size == 0)


# --- Many pieces ----------------------------------------------------------


@given(clouds(), st.data())
@settings(max_examples=200)
def test_any_cut_gives_the_path_of_lloyd_up_to_rounding(problem, data):
    X, start, weight = problem
    cut = data.draw(cuts(len(X)))
    expected = lloyd(X, start, sample_weight=weight, record=True)
    actual = lloyd_in_pieces(
        np.split(X, cut), start, sample_weight=np.split(weight, cut)
    )
    path = [s.objective for s in expected.history if s.half == "assign"]
    np.testing.assert_allclose(actual.objectives, path, rtol=1e-9, atol=1e-12)
    assert actual.n_iter == expected.n_iter
    assert actual.stopped_by == expected.stopped_by
    assert actual.converged == expected.converged
    # Three or more empty clusters may be filled in another order.
    np.testing.assert_allclose(
        np.sort(actual.centroids, axis=0),
        np.sort(expected.centroids, axis=0),
        rtol=1e-9,
        atol=1e-12,
    )


@given(problems(), st.data())
def test_awkward_data_end_like_lloyd_and_never_get_worse(problem, data):
    X, start, weight = problem
    cut = data.draw(cuts(len(X)))
    result = lloyd_in_pieces(
        np.split(X, cut), start, sample_weight=np.split(weight, cut)
    )
    path = np.array(result.objectives)
    slack = 1e-9 * path[0] + 1e-14 * len(X) * np.square(X).max()
    assert (np.diff(path) <= slack).all()
    expected = inertia(X, result.centroids, sample_weight=weight)
    np.testing.assert_allclose(result.inertia, expected, rtol=1e-12)
    assert result.stopped_by in ("labels", "shift")


@given(problems(), st.data())
@settings(max_examples=20)
def test_who_computes_does_not_change_a_bit(maps, problem, data):
    X, start, weight = problem
    cut = data.draw(cuts(len(X)))
    pieces, weights = np.split(X, cut), np.split(weight, cut)
    expected = lloyd_in_pieces(pieces, start, sample_weight=weights)
    for other in maps.values():
        actual = lloyd_in_pieces(
            pieces, start, sample_weight=weights, map=other
        )
        assert_same_bits(actual, expected)
        assert actual.objectives == expected.objectives


@DTYPES
@pytest.mark.parametrize("kind", ["backwards", "threads", "processes"])
def test_larger_data_too(maps, kind, dtype):
    X = groups(4000, dtype=dtype)
    pieces = np.array_split(X, 7)
    one, two = (
        lloyd_in_pieces(pieces, X[:7], map=run) for run in (map, maps[kind])
    )
    assert one.n_iter > 5
    assert_same_bits(one, two)
    for mine, theirs in zip(
        labels_in_pieces(pieces, one.centroids),
        labels_in_pieces(pieces, one.centroids, map=maps[kind]),
        strict=True,
    ):
        np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize(("n_samples", "n_features"), [(15000, 1), (600, 400)])
def test_the_number_of_blas_threads_does_not_change_a_bit(
    n_samples, n_features
):
    X = np.random.default_rng(0).normal(size=(n_samples, n_features))
    with threadpool_limits(1):
        expected = lloyd(X, X[:20], max_iter=3)
    for n_threads in (1, 2, 3):
        with threadpool_limits(n_threads):
            actual = lloyd_in_pieces([X], X[:20], max_iter=3)
        assert_same_bits(actual, expected)


def test_the_order_of_the_pieces_counts():
    # 1e16 swallows a 1 that is added to it, but not the sum of many.
    pieces = [np.full((1, 1), 1e16), *np.ones((64, 1, 1))]
    forth, back = (
        lloyd_in_pieces(order, [[0.0]]).centroids
        for order in (pieces, pieces[::-1])
    )
    assert forth != back
    np.testing.assert_allclose(forth, back, rtol=1e-14)


def test_pieces_far_from_the_origin_lose_nothing():
    X = groups()
    start = X[:5]
    near = lloyd_in_pieces(np.array_split(X, 20), start)
    far = lloyd_in_pieces(np.array_split(X + 1e8, 20), start + 1e8)
    np.testing.assert_allclose(far.centroids - 1e8, near.centroids, atol=1e-6)


def test_float32_pieces_are_merged_in_float64():
    # Rounded to float32 in each piece, the mean would be off in digit 7.
    X = groups(3000, dtype=np.float32) + np.float32(1000)
    whole = X.astype(float).mean(axis=0)
    result = lloyd_in_pieces(np.array_split(X, 300), X[:1])
    assert result.centroids.dtype == np.float32
    np.testing.assert_array_equal(result.centroids[0], np.float32(whole))


def test_one_piece_of_float64_makes_all_of_them_so():
    X = groups(dtype=np.float32)
    pieces = [X[:200], X[200:400].astype(float), X[400:]]
    result = lloyd_in_pieces(pieces, X[:5])
    assert result.centroids.dtype == np.float64
    np.testing.assert_allclose(result.inertia, lloyd(X, X[:5]).inertia, 1e-5)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_empty_piece_is_nothing(place):
    X = groups(dtype=np.float32)
    pieces = [X[:250], X[250:]]
    expected = lloyd_in_pieces(pieces, X[:5])
    # Of float64, and of a start that float32 could not hold.
    pieces.insert(place, np.empty((0, 3)))
    assert_same_bits(lloyd_in_pieces(pieces, X[:5]), expected)
    labels = list(labels_in_pieces(pieces, X[:5]))
    assert len(labels[place]) == 0
    large = np.full((2, 1), 1e40)
    result = lloyd_in_pieces([large, np.empty((0, 1), np.float32)], large[:1])
    assert result.centroids == [[1e40]]


def test_a_piece_is_an_array_a_memory_map_or_a_function(tmp_path):
    X = groups(dtype=np.float32)
    paths = [tmp_path / f"{i}.npy" for i in range(4)]
    parts = np.array_split(X, 4)
    for path, part in zip(paths, parts, strict=True):
        np.save(path, part)
    weight = np.random.default_rng(0).uniform(0.5, 2, len(X))
    weights = np.array_split(weight, 4)
    expected = lloyd_in_pieces(parts, X[:5], sample_weight=weights)
    loaders = [partial(np.load, path, mmap_mode="r") for path in paths]
    for pieces in (
        loaders,
        [load() for load in loaders],
        [parts[0].tolist(), parts[1], loaders[2], loaders[3]],
    ):
        actual = lloyd_in_pieces(
            (piece for piece in pieces),
            X[:5],
            sample_weight=[weights[0], lambda: weights[1], *weights[2:]],
        )
        # A list is of float64.
        if pieces[0] is loaders[0]:
            assert_same_bits(actual, expected)
        np.testing.assert_allclose(actual.inertia, expected.inertia, 1e-6)


def test_pieces_are_read_once_in_an_iteration_and_never_written_to():
    read = []

    def load(i, part):
        read.append(i)
        part.flags.writeable = False
        return part

    X = groups()
    parts = np.array_split(X, 3)
    pieces = [partial(load, i, part) for i, part in enumerate(parts)]
    result = lloyd_in_pieces(pieces, X[:3], max_iter=3)
    assert result.stopped_by == "max_iter"
    assert read == [0, 1, 2] * 4
    read.clear()
    assert len(next(iter(labels_in_pieces(pieces, X[:5])))) == 200
    assert read == [0]


def test_weights_count_like_copies():
    X = groups()
    copies = np.random.default_rng(0).integers(0, 4, len(X))
    weighted = lloyd_in_pieces(
        np.array_split(X, 5),
        X[:5],
        sample_weight=np.array_split(copies.astype(float), 5),
    )
    copied = lloyd_in_pieces(
        np.array_split(np.repeat(X, copies, axis=0), 3), X[:5]
    )
    np.testing.assert_allclose(weighted.centroids, copied.centroids)
    assert weighted.n_iter == copied.n_iter


def test_a_piece_may_have_no_weight_but_all_may_not():
    weights = [[0.0, 0.0], None]
    result = lloyd_in_pieces(
        [FOUR[:2], FOUR[2:]], [[8.0]], sample_weight=weights
    )
    assert result.centroids == [[8.5]]
    with pytest.raises(ValueError, match="must have a positive sum"):
        lloyd_in_pieces([FOUR], [[8.0]], sample_weight=[np.zeros(4)])


# --- Statistics add -------------------------------------------------------


def test_statistics_add_in_any_grouping():
    X = groups()
    parts = [
        sufficient_statistics(part, X[:9]) for part in np.array_split(X, 6)
    ]
    left = reduce(add, parts)
    right = (parts[0] + parts[1]) + (parts[2] + (parts[3] + parts[4]))
    right += parts[5]
    whole = sufficient_statistics(X, X[:9])
    for one in (left, right):
        np.testing.assert_allclose(one.means, whole.means)
        np.testing.assert_array_equal(one.weights, whole.weights)
        assert one.inertia == pytest.approx(whole.inertia)
        assert one.n_samples == len(X)
    assert left.labelings == right.labelings
    assert len(left.labelings) == 6


def test_the_farthest_samples_are_carried_along():
    near, two_far = [[0.0], [0.5]], [[3.0], [-3.0], [1.0]]
    centroids = [[0.0], [50.0], [60.0]]
    one, two = (sufficient_statistics(X, centroids) for X in (near, two_far))
    # Equally far: in the order of the pieces, then of the first of them.
    both = (one + two) + two
    assert [place[:2] for place in both.farthest] == [(9.0, 1), (9.0, 1)]
    assert {row for _, _, row in both.farthest} == {0, 1}
    filled = both + sufficient_statistics([[58.0]], centroids)
    assert [place[:2] for place in filled.farthest] == [(9.0, 1)]
    none = filled + sufficient_statistics([[49.0]], centroids)
    assert none.farthest == ()


def test_results_can_be_compared_hashed_and_pickled():
    result = lloyd_in_pieces([FOUR], FOUR[:2])
    statistics = sufficient_statistics(FOUR, FOUR[:2])
    for one in (result, statistics):
        assert one == one
        assert len({one, pickle.loads(pickle.dumps(one))}) == 2
    assert isinstance(statistics, Statistics)


# --- Empty clusters -------------------------------------------------------

EMPTY = {
    "one": ([[0.0], [1.0], [4.0], [9.0]], [[0.0], [50.0]], None),
    "two": ([[0.0], [1.0], [4.0], [9.0]], [[2.5], [50.0], [60.0]], None),
    "the first": ([[0.0], [1.0], [4.0], [9.0]], [[50.0], [2.0]], None),
    "by weight": (
        [[0.0], [1.0], [7.0], [50.0]],
        [[0.0], [50.0]],
        [1, 1, 2, 0],
    ),
    "farthest without weight": (
        [[0.0], [1.0], [7.0], [9.0]],
        [[0.0], [50.0]],
        [1, 1, 2, 0],
    ),
    "nobody is far": ([[2.0], [2.0], [2.0]], [[2.0], [5.0]], None),
    "as many clusters as samples": (
        [[0.0], [1.0], [5.0]],
        [[0.4], [40.0], [50.0]],
        None,
    ),
    "again and again": (
        [[0.0], [0.1], [10.0], [10.2], [31.0], [99.0]],
        [[99.0], [200.0], [200.1]],
        None,
    ),
    "elsewhere it is not empty": (
        [[0.0], [1.0], [9.0], [8.0]],
        [[0.0], [9.0]],
        None,
    ),
}


@pytest.mark.parametrize("name", EMPTY)
def test_an_empty_cluster_gets_the_sample_that_lloyd_gives_it(name):
    X, start, weight = map(np.array, EMPTY[name])
    weight = np.ones(len(X)) if EMPTY[name][2] is None else weight
    expected = lloyd(X, start, sample_weight=weight)
    for cut in ([], [1], [2], [1, 2, 3], [0, 2], [3, 3]):
        actual = lloyd_in_pieces(
            np.split(X, cut), start, sample_weight=np.split(weight, cut)
        )
        np.testing.assert_allclose(
            actual.centroids, expected.centroids, atol=1e-12
        )
        assert actual.n_iter == expected.n_iter
        assert actual.stopped_by == expected.stopped_by
        assert actual.converged == expected.converged
        assert actual.inertia == pytest.approx(expected.inertia, abs=1e-12)


@pytest.mark.parametrize("n_empty", range(1, 9))
def test_many_empty_clusters_get_the_samples_that_lloyd_gives_them(n_empty):
    X = groups(300)
    far = 1e4 + np.arange(3.0 * n_empty).reshape(-1, 3)
    start = np.concatenate([X[:2], far])
    first = lloyd(X, start, max_iter=1)
    for n_pieces in (1, 4, 300):
        actual = lloyd_in_pieces(
            np.array_split(X, n_pieces), start, max_iter=1
        )
        order, theirs = (
            np.lexsort(one.centroids.T) for one in (actual, first)
        )
        if n_pieces == 1 or n_empty < 3:
            np.testing.assert_allclose(actual.centroids, first.centroids)
        np.testing.assert_allclose(
            actual.centroids[order], first.centroids[theirs]
        )


def test_only_an_iteration_that_fills_a_cluster_reads_twice():
    read = []

    def load():
        read.append(1)
        return np.array([[0.0], [1.0], [4.0], [9.0]])

    lloyd_in_pieces([load], [[0.0], [50.0]], max_iter=1)
    assert len(read) == 3
    lloyd_in_pieces([load], [[0.0], [9.0]], max_iter=1)
    assert len(read) == 5


# --- k-means|| ------------------------------------------------------------


@pytest.mark.parametrize("kind", ["backwards", "threads", "processes"])
def test_draws_depend_on_the_pieces_only(maps, kind):
    pieces = np.array_split(groups(), 5)
    one, two = (
        kmeans_parallel(pieces, 5, rng=3, map=run) for run in (map, maps[kind])
    )
    assert one.tobytes() == two.tobytes()
    assert one.tobytes() != kmeans_parallel(pieces, 5, rng=4).tobytes()


@DTYPES
@pytest.mark.parametrize("n_pieces", [1, 6, 600])
def test_k_means_parallel_starts_in_every_group(dtype, n_pieces):
    X = groups(dtype=dtype)
    best = min(lloyd(X, X[i : i + 5]).inertia for i in range(0, 500, 5))
    for seed in range(5):
        start = kmeans_parallel(np.array_split(X, n_pieces), 5, rng=seed)
        assert start.shape == (5, 3)
        assert start.dtype == dtype
        assert inertia(X, start) < 1.6 * best
        assert lloyd(X, start).inertia == pytest.approx(best, rel=1e-5)


def counted(calls):
    def run(function, items):
        results = list(map(function, items))
        calls.append(results)
        return results

    return run


def test_rounds_draw_as_many_as_they_should():
    rng = np.random.default_rng(0)
    pieces = np.array_split(rng.normal(size=(3000, 2)), 6)
    calls, n_candidates = [], []
    for seed in range(40):
        kmeans_parallel(
            pieces, 4, rng=seed, n_rounds=1, n_init=1, map=counted(calls)
        )
        # The first sample, one round, the weights.
        assert len(calls) == 3
        n_candidates.append(len(calls[-1][0]))
        calls.clear()
    # One and 2 * 4 on average, with a standard error of 0.45.
    assert abs(np.mean(n_candidates) - 9) < 1.3


def test_the_first_sample_is_drawn_by_weight():
    # Without rounds that find more, the one cluster's start is drawn.
    counts = np.zeros(3)
    for seed in range(400):
        calls = []
        kmeans_parallel(
            [[[0.0], [1.0]], [[2.0]]],
            1,
            rng=seed,
            sample_weight=[[1.0, 2.0], [5.0]],
            n_init=1,
            map=counted(calls),
        )
        first = min(calls[0], key=lambda draw: draw[1])[0]
        counts[int(first.item())] += 1
    # 50, 100, 250 are expected; four standard deviations are 26, 35, 39.
    assert (np.abs(counts - [50, 100, 250]) < [27, 36, 40]).all()


def test_samples_without_weight_are_never_drawn():
    X = groups()
    weight = np.zeros(len(X))
    weight[::50] = 1
    start = kmeans_parallel(
        np.split(X, [200, 201]),
        12,
        rng=0,
        sample_weight=np.split(weight, [200, 201]),
    )
    np.testing.assert_allclose(
        start[np.lexsort(start.T)], X[::50][np.lexsort(X[::50].T)]
    )


def test_too_few_candidates_ask_for_more_rounds():
    X = groups(40)
    calls = []
    start = kmeans_parallel(
        np.array_split(X, 3),
        20,
        rng=0,
        n_rounds=1,
        oversampling=0.1,
        map=counted(calls),
    )
    assert len(np.unique(start, axis=0)) == 20
    assert len(calls) > 4


def test_candidates_that_are_drawn_twice_count_once():
    # The group of one is drawn last, after many copies of the others.
    pieces = [np.zeros((200, 1)), np.full((200, 1), 9.0), [[8.0]]]
    for seed in range(10):
        start = kmeans_parallel(pieces, 3, rng=seed, n_rounds=1)
        assert sorted(start.ravel()) == [0, 8, 9]


def test_duplicates_are_enough_to_start():
    start = kmeans_parallel([np.ones((3, 2)), np.zeros((2, 2))], 3, rng=0)
    np.testing.assert_array_equal(np.unique(start, axis=0), [[0, 0], [1, 1]])
    assert start.shape == (3, 2)


def test_one_generator_goes_on_and_a_random_state_does():
    pieces = [groups()]
    for rng in (np.random.default_rng(0), np.random.RandomState(0)):
        one, two = (kmeans_parallel(pieces, 3, rng=rng) for _ in range(2))
        assert one.tobytes() != two.tobytes()


def test_an_empty_piece_draws_nothing():
    X = groups(dtype=np.float32)
    start = kmeans_parallel([np.empty((0, 3)), X], 5, rng=0)
    assert start.dtype == np.float32


# --- Errors ---------------------------------------------------------------


def broken():
    raise OSError("the disk is gone")


BAD_PIECES = {
    "width": (
        np.zeros((2, 3)),
        ValueError,
        r"piece 1: X must have 1 features like .*, got shape \(2, 3\)",
    ),
    "empty width": (np.zeros((0, 2)), ValueError, r"piece 1: .*\(0, 2\)"),
    "NaN": ([[np.nan]], ValueError, "piece 1: X must hold finite numbers"),
    "1-D": (np.zeros(3), ValueError, "piece 1: X must be 2-D"),
    "text": ([["a"]], ValueError, "piece 1: X must be numeric"),
    "ragged": ([[1], [2, 3]], ValueError, "piece 1: X must have rows of one"),
    "broken": (
        broken,
        RuntimeError,
        "piece 1 could not be loaded: OSError: the disk is gone",
    ),
}


@pytest.mark.parametrize("name", BAD_PIECES)
def test_a_bad_piece_is_named(name):
    bad, error, message = BAD_PIECES[name]
    pieces = [FOUR, bad, FOUR]
    with pytest.raises(error, match=message) as caught:
        lloyd_in_pieces(pieces, [[0.0], [9.0]])
    if name == "broken":
        assert isinstance(caught.value.__cause__, OSError)
    with pytest.raises(error, match=message):
        list(labels_in_pieces(pieces, [[0.0], [9.0]]))
    if "width" not in name:
        with pytest.raises(error, match=message):
            kmeans_parallel(pieces, 2)
    else:
        with pytest.raises(ValueError, match=r"piece 1: .* like piece 0, got"):
            kmeans_parallel(pieces, 2)


def test_a_bad_piece_is_named_from_another_process(maps):
    with pytest.raises(RuntimeError, match="piece 1 could not") as caught:
        lloyd_in_pieces([FOUR, broken], FOUR[:2], map=maps["processes"])
    assert "the disk is gone" in str(caught.value.__cause__)


def test_bad_weights_are_named():
    for weights, message in (
        ([None, [1.0]], "piece 1: sample_weight must be 1-D"),
        ([None, [1.0, 1.0, -1.0, 1.0]], "piece 1: .* not be negative"),
        ([None, broken], "piece 1 could not be loaded"),
        ([None], "one entry for each of the 2 pieces, got 1"),
    ):
        for function in (
            partial(lloyd_in_pieces, centroids=FOUR[:2]),
            partial(kmeans_parallel, n_clusters=2),
        ):
            with pytest.raises((ValueError, RuntimeError), match=message):
                function([FOUR, FOUR], sample_weight=weights)


@pytest.mark.parametrize(
    ("pieces", "message"),
    [
        (FOUR, "pieces must be a list .* got ndarray; put a single one"),
        (broken, "pieces must be a list .* got function"),
        ([], "at least one piece, got none"),
    ],
)
def test_pieces_are_a_list(pieces, message):
    for function, argument in (
        (lloyd_in_pieces, FOUR[:2]),
        (kmeans_parallel, 2),
        (labels_in_pieces, FOUR[:2]),
    ):
        with pytest.raises(ValueError, match=message):
            function(pieces, argument)


def test_other_arguments_are_checked():
    for options, message in (
        ({"max_iter": 0}, "max_iter must be at least 1"),
        ({"tol": -1}, "tol must be a finite number"),
        ({"centroids": [0.0]}, "centroids must be 2-D"),
        ({"centroids": np.zeros((5, 1))}, "number of centroids must be at"),
        ({"centroids": [[1e39]]}, "piece 0: centroids must hold finite"),
    ):
        arguments = {"centroids": [[0.0]], **options}
        with pytest.raises(ValueError, match=message):
            lloyd_in_pieces([FOUR.astype(np.float32)], **arguments)
    for options, message in (
        ({"n_clusters": 0}, "n_clusters must be at least 1"),
        ({"n_clusters": 5}, "with a positive weight, 4, got 5"),
        ({"n_rounds": 0}, "n_rounds must be at least 1"),
        ({"n_init": 0}, "n_init must be at least 1"),
        ({"oversampling": 0}, "oversampling must be a finite number, 0.1"),
        ({"oversampling": np.inf}, "oversampling must be a finite number"),
        ({"oversampling": "2"}, "oversampling must be a finite number"),
        ({"rng": "a"}, "rng must be"),
    ):
        with pytest.raises(ValueError, match=message):
            kmeans_parallel([FOUR], **{"n_clusters": 2, **options})


def test_futures_are_not_results():
    with ThreadPoolExecutor(1) as pool:

        def submit(function, items):
            return [pool.submit(function, item) for item in items]

        for function, argument in (
            (lloyd_in_pieces, FOUR[:2]),
            (kmeans_parallel, 2),
        ):
            with pytest.raises(TypeError, match="got futures; wait for them"):
                function([FOUR], argument, map=submit)


# --- Dask -----------------------------------------------------------------


def die_once(marker, path):
    """Kill the worker that loads this piece first."""
    try:
        marker.touch(exist_ok=False)
    except FileExistsError:
        return np.load(path)
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.filterwarnings("default")
def test_dask_with_a_worker_killed_gives_the_same_bits(tmp_path):
    distributed = pytest.importorskip(
        "distributed", reason="dask.distributed is not installed"
    )
    X = groups(2000)
    parts = np.array_split(X, 6)
    paths = [tmp_path / f"{i}.npy" for i in range(len(parts))]
    for path, part in zip(paths, parts, strict=True):
        np.save(path, part)
    pieces = [partial(np.load, path) for path in paths]
    expected = lloyd_in_pieces(pieces, X[:7])
    assert expected.n_iter > 3
    pieces[3] = partial(die_once, tmp_path / "died", paths[3])
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):

        def run(function, items):
            return client.gather(client.map(function, items, pure=False))

        actual = lloyd_in_pieces(pieces, X[:7], map=run)
        assert (tmp_path / "died").exists()
        assert_same_bits(actual, expected)
        start = kmeans_parallel(pieces, 5, rng=0, map=run)
    assert start.tobytes() == kmeans_parallel(pieces, 5, rng=0).tobytes()
