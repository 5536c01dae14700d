"""f(K) of Pham, Dimov and Nguyen: by hand, and on data without clusters."""

import numpy as np
import pytest

from kmeans import KMeans
from kmeans.datasets import four_blobs
from kmeans.diagnostics.pham import choose_by_ratio, distortion_ratio


def test_three_features_by_hand():
    # alpha(2) = 1 - 3/12 = 3/4, alpha(3) = 3/4 + (1/4)/6 = 19/24,
    # alpha(4) = 19/24 + (5/24)/6 = 119/144.
    ratio = distortion_ratio([24.0, 9.0, 7.6, 7.14], n_features=3)
    expected = [1, 9 / 18, 7.6 / (9 * 19 / 24), 7.14 / (7.6 * 119 / 144)]
    np.testing.assert_allclose(ratio, expected)


def test_recursion_of_the_paper():
    inertia = np.random.default_rng(0).uniform(1, 9, 12)
    ratio = distortion_ratio(inertia, n_features=5)
    alpha = None
    for k in range(2, 13):
        alpha = 1 - 3 / 20 if k == 2 else alpha + (1 - alpha) / 6
        assert ratio[k - 1] == pytest.approx(
            inertia[k - 1] / (alpha * inertia[k - 2])
        )


def test_one_feature_is_flat_on_a_uniform_segment():
    # The optimum of k clusters of a uniform segment is 1 / (12 k^2).
    inertia = 1 / (12 * np.arange(1, 9) ** 2)
    np.testing.assert_allclose(distortion_ratio(inertia, n_features=1), 1)


def test_one_after_an_inertia_of_zero():
    ratio = distortion_ratio([4.0, 0.0, 0.0], n_features=2)
    np.testing.assert_array_equal(ratio, [1, 0, 1])


def curve(X, max_clusters=8):
    return [
        KMeans(k, n_init=5, random_state=0).fit(X).inertia_
        for k in range(1, max_clusters + 1)
    ]


def test_structure_and_noise():
    X = four_blobs().X
    assert choose_by_ratio(distortion_ratio(curve(X), 2)) == 4
    chosen = []
    for seed in range(30):
        X = np.random.default_rng(seed).random((200, 2))
        chosen.append(choose_by_ratio(distortion_ratio(curve(X), 2)))
    assert np.bincount(chosen).tolist() == [0, 23, 0, 2, 5]


def test_the_threshold_is_strict():
    assert choose_by_ratio([1.0, 0.85]) == 1
    assert choose_by_ratio([1.0, 0.84]) == 2
    assert choose_by_ratio([1.0, 0.9], threshold=0.95) == 2


@pytest.mark.parametrize(
    ("inertia", "n_features", "message"),
    [
        ([], 2, "inertia must be 1-D"),
        ([[1.0]], 2, "inertia must be 1-D"),
        ([1.0, -1.0], 2, "inertia must be finite and not negative"),
        ([1.0, np.nan], 2, "inertia must be finite and not negative"),
        ([1.0], 0, "n_features must be at least 1"),
    ],
)
def test_errors(inertia, n_features, message):
    with pytest.raises(ValueError, match=message):
        distortion_ratio(inertia, n_features)


def test_error_of_the_choice():
    with pytest.raises(ValueError, match="ratio must be finite"):
        choose_by_ratio([1.0, np.inf])
