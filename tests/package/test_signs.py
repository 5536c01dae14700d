"""The checkup: each sign shows on data made for it, and on no others."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial.distance import pdist
from threadpoolctl import threadpool_info, threadpool_limits

from kmeans.datasets import (
    four_blobs,
    gaussian_board,
    load_penguins,
    moons,
    with_outlier,
)
from kmeans.diagnostics import signs
from kmeans.diagnostics.restarts import best_run
from kmeans.diagnostics.signs import checkup
from kmeans.diagnostics.silhouette import silhouette_samples

SIGNS = [
    "constant features",
    "scale ratio",
    "features of few values",
    "repeated samples",
    "samples per feature",
    "distance contrast",
    "outlier share",
    "size ratio",
    "spread ratio",
    "elongation",
    "negative silhouettes",
    "stability",
    "null test",
]
RNG = np.random.default_rng(5)
NOISE = RNG.normal(size=(120, 2))
# Two round groups of 60.
PAIR = NOISE + np.repeat([[0.0, 0.0], [12.0, 0.0]], 60, axis=0)


@pytest.fixture
def quick(monkeypatch):
    """As few repetitions as possible, for tests of everything else."""
    monkeypatch.setattr(signs, "_N_DRAWS", 1)
    monkeypatch.setattr(signs, "_N_SPLITS", 1)


def notable(report):
    return {finding.sign for finding in report.findings if finding.notable}


# ---------------------------------------------------------------- as a whole


def test_round_groups_show_no_sign():
    X = four_blobs().X
    report = checkup(X, rng=0)
    assert [finding.sign for finding in report.findings] == SIGNS
    assert notable(report) == set()
    assert all(finding.remedy == "" for finding in report.findings)
    assert report.n_clusters == 4
    assert "300 samples, 2 features, k = 4, which has the" in report.scope
    assert report["stability"].value == pytest.approx(1)
    assert report["null test"].value == 0.05


def test_penguins_as_given_and_scaled():
    penguins = load_penguins()
    given = checkup(penguins.X, feature_names=penguins.feature_names, rng=0)
    assert {"scale ratio", "null test"} <= notable(given)
    assert "Body mass (g) is 406.1 times that of Bill depth (mm)" in (
        given["scale ratio"].meaning
    )
    scaled = (penguins.X - penguins.X.mean(axis=0)) / penguins.X.std(axis=0)
    assert not {"scale ratio", "null test"} & notable(checkup(scaled, rng=0))


@pytest.mark.usefixtures("quick")
def test_equal_seeds_give_equal_reports_and_data_stay():
    X = moons().X
    before = X.copy()
    assert repr(checkup(X, rng=3)) == repr(checkup(X, rng=3))
    np.testing.assert_array_equal(X, before)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("X", [PAIR, NOISE * [1, 1e4], np.round(NOISE[:10])])
def test_report_is_legible_and_hedged(X):
    text = str(checkup(X, 2, feature_names=["a" * 30, "b" * 30], rng=0))
    lines = text.splitlines()
    assert max(map(len, lines)) <= 44
    assert lines[0].startswith("Checkup: ")
    for sign in SIGNS:
        assert any(line[2:].startswith(f"{sign}: ") for line in lines)
    for claim in ("will work", "proves", "is suitable", "is safe"):
        assert claim not in text


@pytest.mark.usefixtures("quick")
def test_marks_belong_to_notable_findings():
    report = checkup(PAIR * [1, 1e4], 2, rng=0)
    text = str(report)
    for finding in report.findings:
        mark = "!" if finding.notable else "-"
        assert f"\n{mark} {finding.sign}: {finding.shown}\n  " in text
        assert bool(finding.remedy) == finding.notable
        assert finding.remedy == "" or finding.remedy.startswith("Try: ")


def test_unknown_sign_is_a_key_error():
    report = signs.Checkup(2, "", ())
    with pytest.raises(KeyError, match="beauty"):
        report["beauty"]


# ------------------------------------------------------- signs of the features


@pytest.mark.usefixtures("quick")
def test_constant_features_are_reported():
    X = np.column_stack([PAIR, np.full((120, 6), 3.7)])
    report = checkup(X, 2, rng=0)
    assert report["constant features"].value == 6
    assert "feature 2, feature 3, feature 4, feature 5, feature 6 and 1" in (
        report["constant features"].meaning
    )
    # They have no scale and are no categories.
    plain = checkup(PAIR, 2, rng=0)
    for sign in ("scale ratio", "features of few values", "elongation"):
        assert report[sign].value == pytest.approx(plain[sign].value)


@pytest.mark.usefixtures("quick")
def test_scale_ratio_is_that_of_the_standard_deviations():
    X = NOISE * [1, 20]
    report = checkup(X, 2, feature_names=["age", "income"], rng=0)
    ratio = X[:, 1].std() / X[:, 0].std()
    assert report["scale ratio"].value == pytest.approx(ratio)
    assert "income is" in report["scale ratio"].meaning
    shifted = checkup(X - 1e8, 2, rng=0)
    assert shifted["scale ratio"].value == pytest.approx(ratio)


@pytest.mark.usefixtures("quick")
def test_few_values_look_like_categories():
    X = np.column_stack([PAIR, RNG.integers(3, size=120)])
    finding = checkup(X, 2, rng=0)["features of few values"]
    assert finding.value == 1
    assert finding.meaning.startswith("feature 2: so few")


@pytest.mark.usefixtures("quick")
def test_repeated_samples_are_counted():
    X = np.concatenate([PAIR, PAIR[:40]])
    finding = checkup(X, 2, rng=0)["repeated samples"]
    assert finding.value == pytest.approx(40 / 160)
    assert finding.shown == "25.0%"
    assert finding.notable


# ------------------------------------------------------- signs of the clusters


@pytest.mark.usefixtures("quick")
def test_many_dimensions_show():
    X = RNG.normal(size=(150, 60))
    report = checkup(X, 2, rng=0)
    assert {"samples per feature", "distance contrast"} <= notable(report)
    distances = pdist(X)
    assert report["samples per feature"].value == 2.5
    assert report["distance contrast"].value == pytest.approx(
        distances.std() / distances.mean()
    )
    assert report["elongation"].shown == "not measured"
    assert np.isnan(report["elongation"].value)


@pytest.mark.usefixtures("quick")
def test_outliers_are_counted_wherever_they_are():
    # Two are far from their centroid, one has taken a centroid for itself.
    X = np.concatenate([PAIR, [[0, 9], [12, -9], [200, 0]]])
    assert checkup(PAIR, 2, rng=0)["outlier share"].value == 0
    report = checkup(X, 3, rng=0)
    assert report["outlier share"].value == pytest.approx(3 / 123)
    assert report["size ratio"].value == 61
    assert {"outlier share", "size ratio"} <= notable(report)


@pytest.mark.usefixtures("quick")
def test_tiny_clusters_count_as_outliers():
    X = np.concatenate(
        [
            np.tile(PAIR, (4, 1)) + RNG.normal(size=(480, 2)),
            [[90, 90], [91, 90], [90, 91]],
        ]
    )
    assert checkup(X, 3, rng=0)["outlier share"].value >= 3 / 483


@pytest.mark.usefixtures("quick")
def test_repeated_positions_are_no_outliers():
    X = np.repeat([[0.0], [1.0], [20.0], [21.0]], [36, 24, 30, 30], axis=0)
    assert checkup(X, 2, rng=0)["outlier share"].value == 0


@pytest.mark.usefixtures("quick")
def test_spread_ratio_is_that_of_the_radii():
    X = PAIR.copy()
    X[:60] *= 0.1
    finding = checkup(X, 2, rng=0)["spread ratio"]
    radius = [np.sqrt(half.var(axis=0).sum()) for half in (X[:60], X[60:])]
    assert finding.value == pytest.approx(radius[1] / radius[0])
    assert finding.notable
    # A cluster of equal samples has no spread to compare.
    X[:60] = 0.1
    assert checkup(X, 2, rng=0)["spread ratio"].value == 1


@pytest.mark.usefixtures("quick")
def test_elongation_is_length_to_width_of_the_longest_cluster():
    X = NOISE * [1, 0.1] + np.repeat([[0.0, 0.0], [0.0, 12.0]], 60, axis=0)
    finding = checkup(X, 2, rng=0)["elongation"]
    ratios = []
    for half in (X[:60], X[60:]):
        variances = np.linalg.eigvalsh(np.cov(half.T))
        ratios.append(np.sqrt(variances[1] / variances[0]))
    assert finding.value == pytest.approx(max(ratios))
    assert finding.notable
    # A tenth as many samples are too few, and one feature is.
    assert np.isnan(checkup(X[::6], 2, rng=0)["elongation"].value)
    assert np.isnan(checkup(X[:, :1], 2, rng=0)["elongation"].value)
    # A feature that follows from the others adds no width.
    copied = checkup(X[:, [0, 1, 1]], 2, rng=0)["elongation"]
    assert copied.value < 20


@pytest.mark.usefixtures("quick")
def test_negative_silhouettes_are_counted():
    X = RNG.normal(size=(100, 30))
    finding = checkup(X, 2, rng=0)["negative silhouettes"]
    rng = np.random.default_rng(0)
    run = best_run(X, 2, 3, rng)
    values = silhouette_samples(X, run.labels)
    assert finding.value == np.mean(values < 0) > 0.05
    assert f"mean silhouette is {values.mean():.2f}" in finding.meaning
    assert finding.notable


# ------------------------------------------------- stability and null test


def test_agreement_a_little_below_zero_is_shown_without_a_sign():
    stability = checkup(with_outlier().X, 2, rng=0)["stability"]
    assert -0.005 < stability.value < 0
    assert stability.shown == "0.00"


def test_structureless_data_show_unstable_clusters():
    X = RNG.normal(size=(200, 2))
    report = checkup(X, 4, rng=0)
    assert report["stability"].value < 0.8
    assert {"stability", "null test"} <= notable(report)
    assert "19 + 19 draws" in report["null test"].shown


@pytest.mark.parametrize(
    ("draw", "n_clusters"), [("normal", 3), ("uniform", 3), ("uniform", None)]
)
def test_null_test_seldom_sees_clusters_in_noise(draw, n_clusters):
    # One in twenty or fewer is what the test promises.
    seen = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        X = getattr(rng, draw)(size=(50, 2)) @ [[3, 1], [0, 1]]
        candidates = signs.check_candidates(n_clusters, X)
        seen += not signs.null_test(X, candidates, rng).notable
    assert seen <= 2


def test_null_test_sees_clusters_that_are_there():
    for seed in range(10):
        rng = np.random.default_rng(seed)
        X = rng.normal(size=(60, 2)) + np.repeat([[0, 0], [8, 0]], 30, axis=0)
        finding = signs.null_test(X, [2], rng)
        assert finding.value == 0.05
        assert not finding.notable


def test_null_draws_have_the_covariance_of_the_data(monkeypatch):
    draws = []

    def record(X, candidates, rng):
        draws.append(X)
        return 0.0

    monkeypatch.setattr(signs, "_clusteredness", record)
    X = NOISE @ [[5, 2], [0, 1]] + 100
    p = signs.null_test(X, [2], np.random.default_rng(0)).value
    # Draws that tie count as at least as clustered.
    assert p == 1
    assert draws[0] is X
    gaussians, boxes = np.concatenate(draws[1::2]), np.concatenate(draws[2::2])
    assert len(gaussians) == len(boxes) == 19 * len(X)
    np.testing.assert_allclose(
        np.cov(gaussians.T, bias=True), np.cov(X.T, bias=True), rtol=0.1
    )
    for sample in (gaussians, boxes):
        np.testing.assert_allclose(sample.mean(axis=0), [100, 100], atol=2)


def test_p_is_the_larger_of_the_two(monkeypatch):
    # The samples reach 2; Gaussian draws 1, uniform ones 1 or 3.
    values = iter([2] + [1, 1, 1, 3] * 10)
    monkeypatch.setattr(signs, "_clusteredness", lambda *_: next(values))
    p = signs.null_test(PAIR, [2], np.random.default_rng(0)).value
    assert p == (1 + 9) / 20


# ------------------------------------------------------- sizes and errors


@pytest.mark.usefixtures("quick")
def test_large_sets_are_sampled_and_say_so(monkeypatch):
    monkeypatch.setattr(signs, "_MOST_SAMPLES", 80)
    X = np.concatenate([PAIR, PAIR[:40]])
    report = checkup(X, 2, rng=0)
    assert "160 samples, 2 features (clusters: 80 samples drawn" in (
        report.scope
    )
    # Signs of the features look at all samples all the same.
    assert report["repeated samples"].value == pytest.approx(0.25)
    drawn = X[np.random.default_rng(0).choice(160, 80, replace=False)]
    distances = pdist(drawn)
    assert report["distance contrast"].value == pytest.approx(
        distances.std() / distances.mean()
    )


@pytest.mark.usefixtures("quick")
def test_one_sample_far_out_among_many_is_seen():
    X = np.random.default_rng(0).normal(size=(5001, 2))
    assert "size ratio" not in notable(checkup(X, 2, rng=0))
    X[-1] = 500
    report = checkup(X, rng=0)
    assert "2000 samples drawn at random and 1 far out)" in report.scope
    assert report.n_clusters == 2
    assert report["size ratio"].value == 5000
    assert "5000 samples, the smallest 1." in report["size ratio"].meaning
    assert report["outlier share"].value >= 1 / 5001


@pytest.mark.usefixtures("quick")
def test_nearly_all_samples_equal():
    X = np.zeros((5000, 2))
    X[:3] = [[1, 1], [5, 5], [9, 9]]
    report = checkup(X, rng=0)
    assert report["repeated samples"].value == pytest.approx(1 - 4 / 5000)
    # Too many to be far out, too few to be drawn.
    X = np.zeros((300_000, 1))
    X[:101, 0] = np.arange(101) + 1e6
    with pytest.raises(ValueError, match=r"^what is drawn of X, 20.* 3 dist"):
        checkup(X, rng=2)


@pytest.mark.usefixtures("quick")
def test_names_are_those_of_a_data_frame():
    X = PAIR * [1, 100]
    frame = pd.DataFrame(X, columns=["length", "price"])
    named = checkup(frame, 2, rng=0)["scale ratio"].meaning
    assert "of price is" in named
    assert "of length." in named
    given = checkup(frame, 2, feature_names=["a", "b"], rng=0)
    assert "of b is" in given["scale ratio"].meaning
    numbered = checkup(pd.DataFrame(X), 2, rng=0)["scale ratio"].meaning
    assert "of feature 1 is" in numbered


@pytest.mark.usefixtures("quick")
def test_numbers_of_clusters_not_tried_are_mentioned_where_they_matter():
    words = "More than 10 clusters were not tried"
    noise = checkup(NOISE, rng=0)["null test"]
    assert noise.notable
    assert words in noise.meaning
    assert words not in checkup(NOISE, 10, rng=0)["null test"].meaning


@pytest.mark.usefixtures("quick")
def test_more_features_than_samples_are_turned(monkeypatch):
    rng = np.random.default_rng(0)
    axes = np.linalg.qr(rng.normal(size=(300, 5)))[0].T
    narrow = rng.normal(size=(40, 5)) + np.repeat([[0], [9]], 20, axis=0)
    narrow[-1] = narrow[-2]
    wide = narrow @ axes + 3
    seen = []

    def note(X, n_clusters, n_init, rng):
        seen.append(X)
        return best_run(X, n_clusters, n_init, rng)

    expected = checkup(narrow, 2, rng=0)
    monkeypatch.setattr(signs, "best_run", note)
    report = checkup(wide, 2, rng=0)
    assert {X.shape[1] for X in seen} == {39}
    np.testing.assert_array_equal(seen[0][-1], seen[0][-2])
    np.testing.assert_allclose(pdist(seen[0]), pdist(narrow), atol=1e-10)
    assert "40 samples, 300 features" in report.scope
    for sign in (
        "repeated samples",
        "distance contrast",
        "outlier share",
        "size ratio",
        "spread ratio",
        "negative silhouettes",
    ):
        assert report[sign].value == pytest.approx(expected[sign].value)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("work", ["_turn", "silhouette_samples", "null_test"])
def test_small_work_is_done_by_one_thread(work, monkeypatch):
    do, seen = getattr(signs, work), []

    def note(*arguments):
        seen.extend(
            pool["num_threads"]
            for pool in threadpool_info()
            if pool["user_api"] == "blas"
        )
        return do(*arguments)

    monkeypatch.setattr(signs, work, note)
    with threadpool_limits(2):
        checkup(np.random.default_rng(0).normal(size=(20, 30)), 2, rng=0)
    assert set(seen) == {1}


@pytest.mark.usefixtures("quick")
def test_one_feature_and_single_precision():
    report = checkup(PAIR[:, :1].astype(np.float32), rng=0)
    assert report.n_clusters == 2
    assert "which has the best mean silhouette of k = 2 to 10" in report.scope
    given = checkup(PAIR[:, :1], 2, rng=0)
    assert given.scope.endswith("k = 2.")


@given(
    arrays(
        float,
        st.tuples(st.integers(10, 20), st.integers(1, 3)),
        elements=st.integers(-2, 2),
    ).filter(lambda X: len(np.unique(X, axis=0)) > 2),
    st.sampled_from([None, 2]),
)
def test_any_data_give_findings_without_warnings(X, n_clusters):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signs, "_N_DRAWS", 1)
        patch.setattr(signs, "_N_SPLITS", 1)
        report = checkup(X, n_clusters, rng=0)
    for finding in report.findings:
        finite = np.isfinite(finding.value)
        assert finite or finding.shown == "not measured"
    assert 0 < report["null test"].value <= 1
    assert 0 <= report["outlier share"].value <= 1
    assert 2 <= report.n_clusters <= len(X) // 2


@pytest.mark.parametrize(
    ("X", "arguments", "words"),
    [
        (PAIR[:9], {}, "X needs at least 10 samples for a checkup, got 9"),
        (np.ones((12, 2)), {}, "at least 3 distinct samples .* got 1"),
        (PAIR[:12], {"n_clusters": 1}, "n_clusters must be at least 2, got 1"),
        (PAIR[:12], {"n_clusters": 7}, "n_clusters must be at most 6, half"),
        (
            np.repeat(PAIR[:4], 5, axis=0),
            {"n_clusters": 4},
            "n_clusters must be at most 3, .* got 4",
        ),
        (PAIR[:12], {"feature_names": ["a"]}, "feature_names must have one"),
        (PAIR[:12], {"rng": "seed"}, "rng must be"),
        ([[0.0], [np.inf]], {}, "X must hold finite numbers"),
    ],
)
def test_wrong_arguments_are_named(X, arguments, words):
    with pytest.raises(ValueError, match=words):
        checkup(X, **arguments)


def test_best_of_several_starts_is_kept():
    X = gaussian_board(200, 15, rng=0).X
    inertia = [
        best_run(X, 15, n_init, np.random.default_rng(0)).inertia
        for n_init in (1, 30)
    ]
    assert inertia[1] < inertia[0]
