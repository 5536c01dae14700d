"""The border: what is let in, and what each refusal says."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

import kmeans
from kmeans import validation

X = np.array([[0.0, 0.0], [1.0, 0.0], [5.0, 5.0], [6.0, 5.0]])
START = X[[0, 2]]
LABELS = [0, 0, 1, 1]

SEEDINGS = [
    kmeans.forgy,
    kmeans.random_partition,
    kmeans.maximin,
    kmeans.kmeans_plusplus,
    kmeans.greedy_kmeans_plusplus,
]

# Every public function of samples, called with X and with one argument at a
# time replaced by a bad one.
TAKES_X = {
    "assign": lambda X=X, centroids=START: kmeans.assign(X, centroids),
    "update": lambda X=X, labels=LABELS, n_clusters=2, **more: kmeans.update(
        X, labels, n_clusters, **more
    ),
    "inertia": lambda X=X, centroids=START, **more: kmeans.inertia(
        X, centroids, **more
    ),
    "lloyd": lambda X=X, centroids=START, **more: kmeans.lloyd(
        X, centroids, **more
    ),
    "d2_probabilities": lambda X=X, centroids=START, **more: (
        kmeans.d2_probabilities(X, centroids, **more)
    ),
} | {
    seeding.__name__: lambda X=X, n_clusters=2, seeding=seeding, **more: (
        seeding(X, n_clusters, **more)
    )
    for seeding in SEEDINGS
}
TAKES_CENTROIDS = ["assign", "inertia", "lloyd", "d2_probabilities"]
TAKES_N_CLUSTERS = ["update", *(seeding.__name__ for seeding in SEEDINGS)]
TAKES_WEIGHT = [name for name in TAKES_X if name != "assign"]


def refusal(name, **arguments):
    """Call a function and return the words of its ValueError."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        TAKES_X[name](**arguments)
    return str(caught.value)


def assert_says(words, argument, *parts):
    """Check that a refusal starts with the argument and has the parts."""
    assert words.startswith(argument), words
    for part in parts:
        assert part in words, words


NOT_SAMPLES = {
    "1-D": ([1.0, 2.0], "must be 2-D", "(2,)", "reshape(-1, 1)"),
    "a number": (3.0, "must be 2-D", "shape ()"),
    "3-D": (np.zeros((2, 1, 1)), "must be 2-D", "(2, 1, 1)"),
    "no sample": (np.zeros((0, 2)), "at least one sample", "(0, 2)"),
    "no feature": (np.zeros((4, 0)), "one feature", "(4, 0)"),
    "NaN": ([[0, 0], [0, np.nan]], "finite", "got NaN", "index (1, 1)"),
    "infinity": ([[0, 0], [np.inf, 0]], "finite", "got infinity", "(1, 0)"),
    "too large": ([[0, 1e151], [0, 0]], "1e+150", "got 1e+151", "(0, 1)"),
    "-infinity": ([[0, -np.inf], [0, 0]], "finite", "infinity", "(0, 1)"),
    "None": ([[None, 1.0]], "finite", "NaN", "(0, 0)"),
    "complex": ([[1j, 0]], "must be real", "got complex"),
    "words": ([["a", "b"]], "must be numeric", "got", "'a'"),
    "digits": ([["1", "2"]], "must be numeric", "the text '1'"),
    "bytes": ([[b"1", b"2"]], "must be numeric", "text"),
    "digits among numbers": (
        np.array([[1.0, "2"]], dtype=object),
        "must be numeric",
        "the text '2'",
    ),
    "dates": (
        np.array([["2024-01-01"], ["NaT"]], dtype="datetime64[D]"),
        "must be numeric",
        "a date or duration, 2024-01-01",
        "days",
    ),
    "durations": (
        np.array([[1], [2]], dtype="timedelta64[s]"),
        "must be numeric",
        "a date or duration, 1 seconds",
    ),
    "dates among numbers": (
        pd.DataFrame({"n": [1.0], "on": [pd.Timestamp("2024-01-01")]}),
        "must be numeric",
        "a date or duration, 2024-01-01",
    ),
    "objects": ([[1.0, object()]], "must be numeric", "'object'"),
    "missing integers": (
        pd.DataFrame({"a": [1, None], "b": [1, 2]}, dtype="Int64"),
        "finite",
        "got NaN",
        "index (1, 0)",
    ),
    "missing dates": (
        np.array([[1.0, pd.NaT]], dtype=object),
        "finite",
        "got NaN",
        "index (0, 1)",
    ),
    "masked": (
        np.ma.masked_equal([[0.0], [-999.0]], -999),
        "must not be masked",
        "index (1, 0)",
        "drop or impute",
    ),
    "close large integers": (
        2**62 + np.array([[0], [100]]),
        "must not hold different integers",
        "2**53",
        ".min(axis=0)",
    ),
    "sparse": (csr_array(np.eye(2)), "must be dense", "toarray()"),
    "ragged": ([[1.0], [2.0, 3.0]], "rows of one length", "got"),
}


@pytest.mark.parametrize("name", TAKES_X)
@pytest.mark.parametrize("bad", NOT_SAMPLES)
def test_every_function_refuses_what_is_not_samples(name, bad):
    value, *parts = NOT_SAMPLES[bad]
    assert_says(refusal(name, X=value), "X ", *parts)


@pytest.mark.parametrize("name", TAKES_CENTROIDS)
@pytest.mark.parametrize("bad", NOT_SAMPLES)
def test_every_function_refuses_what_are_not_centroids(name, bad):
    value, *parts = NOT_SAMPLES[bad]
    assert_says(refusal(name, centroids=value), "centroids ", *parts)


@pytest.mark.parametrize("name", TAKES_X)
def test_differences_whose_squares_vanish_are_refused(name):
    words = refusal(name, X=X * 1e-200)
    assert_says(words, "X ", "differ by 1e-150", "of 6e-200", "rescale")


def test_equal_samples_and_near_centroids_are_let_in():
    same = np.full((4, 2), 1e-200)
    np.testing.assert_array_equal(validation.check_samples(same), same)
    near = np.array([[0.0, 0.0], [1e-200, 0.0]])
    np.testing.assert_array_equal(validation.check_centroids(near, X), near)
    np.testing.assert_array_equal(kmeans.canonical_order(near), [0, 1])


def test_only_a_1d_array_is_told_how_to_reshape():
    hint = "X.reshape(-1, 1), a single sample with X.reshape(1, -1)"
    assert hint in refusal("assign", X=[1.0])
    assert "reshape" not in refusal("assign", X=np.zeros((2, 1, 1)))


@pytest.mark.parametrize("name", TAKES_CENTROIDS)
def test_centroids_need_the_features_of_the_samples(name):
    words = refusal(name, centroids=[[1.0, 2.0, 3.0]])
    assert_says(words, "centroids ", "each of the 2 features", "(1, 3)")


def test_update_needs_as_many_centroids_as_clusters():
    words = refusal("update", centroids=[[1.0, 2.0]])
    assert_says(words, "centroids ", "n_clusters=2", "(1, 2)")


@pytest.mark.parametrize("name", TAKES_N_CLUSTERS)
@pytest.mark.parametrize(
    ("value", "parts"),
    [
        (0, ["at least 1", "got 0"]),
        (-3, ["at least 1", "got -3"]),
        (5, ["at most the number of samples, 4", "got 5"]),
        (2.0, ["an integer", "got 2.0"]),
        ("2", ["an integer", "got '2'"]),
        (True, ["an integer", "got True"]),
        (None, ["an integer", "got None"]),
    ],
)
def test_n_clusters_lies_between_1_and_the_number_of_samples(
    name, value, parts
):
    assert_says(refusal(name, n_clusters=value), "n_clusters ", *parts)


def test_lloyd_needs_as_many_samples_as_centroids():
    words = refusal("lloyd", centroids=np.zeros((5, 2)))
    assert_says(words, "the number of centroids ", "samples, 4", "got 5")


@pytest.mark.parametrize("name", ["update", "inertia"])
@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ([0, 1], ["each of the 4 samples", "(2,)"]),
        ([LABELS], ["1-D", "(1, 4)"]),
        ([0.0, 0.0, 1.0, 1.0], ["integers", "float64"]),
        ([False, False, True, True], ["integers", "bool", "np.unique("]),
        (["a", "a", "b", "b"], ["integers", "<U1", "np.unique(labels, re"]),
        (np.ma.masked_equal(LABELS, 1), ["not be masked", "at index 2;"]),
        ([0, 0, 1, 2], ["between 0 and n_clusters - 1 = 1", "from 0 to 2"]),
        ([-1, 0, 1, 1], ["between 0 and n_clusters - 1 = 1", "from -1 to 1"]),
    ],
)
def test_labels_are_cluster_numbers(name, value, parts):
    assert_says(refusal(name, labels=value), "labels ", *parts)


@pytest.mark.parametrize("name", TAKES_WEIGHT)
@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ([1.0, 1.0], ["each of the 4 samples", "(2,)"]),
        (2.0, ["each of the 4 samples", "shape ()"]),
        (np.ones((4, 1)), ["1-D", "(4, 1)"]),
        ([1, 1, -0.5, 1], ["must not be negative", "got -0.5"]),
        ([0, 0, 0, 0], ["positive sum", "got only zeros"]),
        ([1, np.nan, 1, 1], ["finite", "got NaN", "at index 1;"]),
        ([1, 1, 1, np.inf], ["finite", "got infinity", "at index 3;"]),
        (["a", "b", "c", "d"], ["numeric", "'a'"]),
        (["1", "1", "1", "1"], ["numeric", "'1'"]),
        (np.ma.masked_equal(LABELS, 1), ["not be masked", "at index 2;"]),
        (pd.array([1, 1, None, 1]), ["finite", "got NaN", "at index 2;"]),
    ],
)
def test_weights_are_not_negative_and_not_all_zero(name, value, parts):
    words = refusal(name, sample_weight=value)
    assert_says(words, "sample_weight ", *parts)


@pytest.mark.parametrize("seeding", SEEDINGS)
def test_seedings_need_as_many_positive_weights_as_clusters(seeding):
    words = refusal(seeding.__name__, sample_weight=[0, 3, 0, 0])
    assert_says(words, "sample_weight ", "n_clusters=2", "got 1 positive")


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        (0, ["at least 1", "got 0"]),
        (1.5, ["an integer", "got 1.5"]),
        (True, ["an integer", "got True"]),
    ],
)
def test_max_iter_is_a_positive_integer(value, parts):
    assert_says(refusal("lloyd", max_iter=value), "max_iter ", *parts)


@pytest.mark.parametrize("value", [-1e-9, np.nan, np.inf, "0", None, True])
def test_tol_is_a_finite_number_from_0(value):
    words = refusal("lloyd", tol=value)
    assert_says(words, "tol ", "finite", "0 or larger", f"got {value!r}")


@pytest.mark.parametrize("seeding", SEEDINGS)
@pytest.mark.parametrize("value", ["a", -1, 1.5, True])
def test_rng_is_a_generator_an_integer_or_none(seeding, value):
    words = refusal(seeding.__name__, rng=value)
    assert_says(words, "rng ", "Generator", "integer", f"got {value!r}")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_floats_are_let_in_as_they_are(dtype):
    samples = X.astype(dtype)
    assert validation.check_samples(samples) is samples


@pytest.mark.parametrize("dtype", [bool, np.uint8, int, np.float16, object])
def test_other_real_types_become_float64(dtype):
    samples = validation.check_samples([[1, 0], [0, 1]])
    other = validation.check_samples(np.array([[1, 0], [0, 1]], dtype))
    assert samples.dtype == other.dtype == np.float64
    np.testing.assert_array_equal(other, samples)


def test_nothing_masked_and_large_integers_far_apart_are_let_in():
    unmasked = np.ma.masked_equal(X, -1)
    np.testing.assert_array_equal(validation.check_samples(unmasked), X)
    # Exact, although float64 does not hold every integer of this size.
    large = 2**62 + 1024 * np.arange(4)[:, np.newaxis]
    np.testing.assert_array_equal(validation.check_samples(large), large)
    for dtype in np.int64, np.uint64, np.int8:
        limits = np.array([[np.iinfo(dtype).min], [0]], dtype)
        np.testing.assert_array_equal(
            validation.check_samples(limits), limits.astype(float)
        )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_centroids_take_the_type_of_the_samples_and_own_their_memory(dtype):
    centroids = validation.check_centroids(START, X.astype(dtype))
    assert centroids.dtype == dtype
    assert not np.shares_memory(centroids, START)


@pytest.mark.parametrize("dtype", [np.int64, np.uint8, np.int32])
def test_labels_of_any_integer_type_become_int32(dtype):
    labels = validation.check_labels(np.array(LABELS, dtype), X, 2)
    assert labels.dtype == np.int32
    np.testing.assert_array_equal(labels, LABELS)


def test_counts_of_numpy_become_those_of_python():
    assert type(validation.check_n_clusters(np.int64(3), 4)) is int
    assert type(validation.check_count(np.uint8(3), "n_init")) is int


def test_weights_become_float64_and_default_to_ones():
    default = validation.check_sample_weight(None, X)
    np.testing.assert_array_equal(default, [1, 1, 1, 1])
    weight = validation.check_sample_weight(np.float32([0, 1, 2, 3]), X)
    assert default.dtype == weight.dtype == np.float64


def test_generators_are_used_and_seeds_make_new_ones():
    generator = np.random.default_rng(0)
    assert validation.check_rng(generator) is generator
    legacy = np.random.RandomState(0)
    assert validation.check_rng(legacy) is legacy
    draws = [validation.check_rng(3).random() for _ in range(2)]
    assert draws == [np.random.default_rng(3).random()] * 2
    fresh = [validation.check_rng(None).random() for _ in range(2)]
    assert fresh[0] != fresh[1]


def test_centroids_must_fit_the_type_of_the_samples():
    X = np.zeros((2, 1), dtype=np.float32)
    with pytest.raises(ValueError, match=r"centroids .* got infinity"):
        validation.check_centroids([[1e39]], X)
