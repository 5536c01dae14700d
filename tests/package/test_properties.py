"""What holds for all data: properties, checked on examples Hypothesis makes.

Two kinds of data. `problems` are awkward on purpose: lattices full of ties
and duplicates, starts so far away that clusters are empty, weights of zero.
`clouds` are continuous, so that no two distances are equal and a result does
not hang on rounding; these are for comparisons.
"""

from itertools import combinations, product

import numpy as np
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans as TheirKMeans

from kmeans import assign, inertia, lloyd, update

SEEDS = st.integers(0, 2**32 - 1)


@st.composite
def problems(draw):
    """Draw samples, a start and weights, as awkward as they come."""
    n_samples = draw(st.integers(1, 12))
    n_features = draw(st.integers(1, 3))
    n_clusters = draw(st.integers(1, n_samples))
    generator = np.random.default_rng(draw(SEEDS))
    shape = n_samples, n_features
    unit = draw(st.sampled_from([1.0, 0.1, 1e-6, 1e6]))
    kind = draw(st.sampled_from(["lattice", "duplicates", "continuous"]))
    if kind == "lattice":
        X = generator.integers(-2, 3, shape) * unit
    else:
        X = generator.normal(size=shape) * unit
    if kind == "duplicates":
        X = X[generator.integers(0, 3, n_samples) % n_samples]
    X += draw(st.sampled_from([0.0, 0.0, 1e3, 1e8])) * unit

    rows = generator.choice(n_samples, n_clusters, replace=False)
    start = X[rows]
    kind = draw(st.sampled_from(["samples", "one sample", "far", "some far"]))
    if kind == "one sample":
        start[:] = start[0]
    elif kind == "far":
        start += 100 * unit * generator.normal(size=start.shape)
    elif kind == "some far":
        start[draw(st.integers(0, n_clusters - 1)) :] += 1e4 * unit

    kind = draw(st.sampled_from(["equal", "some zero", "continuous"]))
    if kind == "equal":
        weight = np.ones(n_samples)
    elif kind == "some zero":
        weight = generator.integers(0, 3, n_samples).astype(float)
        weight[0] = 1.0
    else:
        weight = generator.uniform(0.01, 9, n_samples)
    return X, start, weight


def cloud(generator, n_samples, n_features):
    """Give three loose groups of samples, without ties."""
    middles = generator.uniform(-4, 4, (3, n_features))
    noise = generator.normal(size=(n_samples, n_features))
    return generator.choice(middles, n_samples) + noise


@st.composite
def clouds(draw, max_samples=40):
    """Draw continuous samples, a start and weights."""
    generator = np.random.default_rng(draw(SEEDS))
    n_samples = draw(st.integers(2, max_samples))
    n_features = draw(st.integers(1, 4))
    n_clusters = draw(st.integers(1, min(n_samples, 7)))
    X = cloud(generator, n_samples, n_features)
    if draw(st.booleans()):
        start = X[generator.choice(n_samples, n_clusters, replace=False)]
    else:
        # As wide as this, some centroids are nobody's nearest.
        start = generator.uniform(-9, 9, (n_clusters, n_features))
    weight = generator.uniform(0.1, 5, n_samples)
    return X, start, weight if draw(st.booleans()) else np.ones(n_samples)


def rounding(X):
    """Give the size of what rounding does to a squared distance in X."""
    spread = np.ptp(X, axis=0).max() + np.abs(X).max() * 1e-8
    return 1e-12 * len(X) * spread**2


# --- One run --------------------------------------------------------------


@settings(max_examples=400)
@given(problems())
def test_the_objective_never_rises_over_any_half_step(problem):
    X, start, weight = problem
    run = lloyd(X, start, sample_weight=weight, record=True)
    objectives = [step.objective for step in run.history]
    room = rounding(np.vstack([X, start])) * weight.max()
    assert (np.diff(objectives) <= room).all()
    assert objectives[-1] == run.inertia
    if any(step.half == "update" and step.n_changed for step in run.history):
        event("an empty cluster was filled")


@settings(max_examples=400)
@given(problems())
def test_every_half_step_is_what_its_name_says(problem):
    X, start, weight = problem
    run = lloyd(X, start, sample_weight=weight, record=True)
    halves = [step.half for step in run.history]
    assert halves == ["assign", "update"] * (len(halves) // 2) + ["assign"]
    np.testing.assert_array_equal(run.history[0].centroids, start)
    for before, after in zip(run.history, run.history[1:], strict=False):
        shift = np.linalg.norm(after.centroids - before.centroids)
        np.testing.assert_allclose(after.shift, shift)
        changed = np.flatnonzero(after.labels != before.labels)
        assert after.n_changed == len(changed)
        if after.half == "assign":
            assert after.shift == 0.0
            np.testing.assert_array_equal(
                after.labels, assign(X, after.centroids)
            )
        else:
            moved = update(
                X,
                before.labels,
                len(start),
                centroids=before.centroids,
                sample_weight=weight,
            )
            np.testing.assert_array_equal(after.centroids, moved)
            # Samples move only to clusters that had nobody, one to each.
            sizes = np.bincount(before.labels, weight, len(start))
            assert (sizes[after.labels[changed]] == 0).all()
            assert len(set(after.labels[changed])) == len(changed)
        np.testing.assert_allclose(
            after.objective,
            inertia(X, after.centroids, after.labels, sample_weight=weight),
        )


@settings(max_examples=400)
@given(problems())
def test_labels_belong_to_the_centroids_and_converged_runs_stay(problem):
    X, start, weight = problem
    for max_iter in (1, 2, 300):
        run = lloyd(X, start, sample_weight=weight, max_iter=max_iter)
        assert run.n_iter <= max_iter
        np.testing.assert_array_equal(run.labels, assign(X, run.centroids))
        assert run.inertia == inertia(X, run.centroids, sample_weight=weight)
        moved = update(
            X,
            run.labels,
            len(start),
            centroids=run.centroids,
            sample_weight=weight,
        )
        stays = np.array_equal(assign(X, moved), run.labels)
        assert stays or not run.converged
        again = lloyd(X, moved, sample_weight=weight, max_iter=1)
        assert run.converged or again.inertia <= run.inertia + rounding(X) * 9


@settings(max_examples=400)
@given(problems())
def test_no_cluster_is_lost_and_nothing_is_nan(problem):
    X, start, weight = problem
    run = lloyd(X, start, sample_weight=weight)
    assert run.converged
    assert np.isfinite(run.centroids).all()
    distinct = len(np.unique(X[weight > 0], axis=0))
    found = len(np.unique(run.labels[weight > 0]))
    assert found == min(distinct, len(start))
    # Inside the box around the samples, so never at a far-off origin.
    size = X[weight > 0]
    room = 1e-12 * np.abs(X).max()
    assert (run.centroids >= size.min(axis=0) - room).all()
    assert (run.centroids <= size.max(axis=0) + room).all()


@given(problems())
def test_float32_stays_float32(problem):
    X, start, weight = problem
    X = X.astype(np.float32)
    run = lloyd(X, start, sample_weight=weight, record=True)
    assert run.centroids.dtype == np.float32
    np.testing.assert_array_equal(run.labels, assign(X, run.centroids))
    widened = lloyd(
        X.astype(np.float64),
        start.astype(np.float32),
        sample_weight=weight,
        max_iter=1,
    )
    np.testing.assert_array_equal(
        run.history[1].centroids, widened.centroids.astype(np.float32)
    )


# --- Invariance -----------------------------------------------------------


def run_without_ties(X, start, weight):
    """Run Lloyd, and skip the example if the run comes upon equal centroids.

    The farthest sample of all, which goes to an empty cluster, can be the
    only one of its own. That cluster then joins the largest one until the
    next half-step, with equal centroids and so with ties. Here the lower
    index wins and the rest may hang on rounding; scikit-learn decides by
    rounding at once or, if the largest has the higher index, puts the
    cluster on a sum it has not yet divided (see test_algorithm.py).
    """
    run = lloyd(X, start, sample_weight=weight, record=True)
    for step in run.history:
        sizes = np.bincount(step.labels, weight, len(start))
        assume(step.half == "assign" or (sizes > 0).all())
    return run


def assert_same_run(run, other, centroids, factor=1.0):
    """Compare two runs; the other's centroids and inertia are given back."""
    np.testing.assert_array_equal(other.labels, run.labels)
    np.testing.assert_allclose(centroids, run.centroids, atol=1e-9)
    np.testing.assert_allclose(other.inertia * factor, run.inertia, atol=1e-9)
    assert other.converged == run.converged


@given(clouds(), SEEDS)
def test_translation_translates_the_result(problem, seed):
    X, start, weight = problem
    by = np.random.default_rng(seed).uniform(-1e4, 1e4, X.shape[1])
    run = run_without_ties(X, start, weight)
    other = lloyd(X + by, start + by, sample_weight=weight)
    assert_same_run(run, other, other.centroids - by)


@given(clouds(), SEEDS)
def test_rotation_rotates_the_result(problem, seed):
    X, start, weight = problem
    square = np.random.default_rng(seed).normal(size=(X.shape[1],) * 2)
    rotation, _ = np.linalg.qr(square)
    run = run_without_ties(X, start, weight)
    other = lloyd(X @ rotation, start @ rotation, sample_weight=weight)
    assert_same_run(run, other, other.centroids @ rotation.T)


@given(clouds(), st.floats(1e-6, 1e6))
def test_scaling_scales_the_result(problem, scale):
    X, start, weight = problem
    run = run_without_ties(X, start, weight)
    other = lloyd(X * scale, start * scale, sample_weight=weight)
    assert_same_run(run, other, other.centroids / scale, 1 / scale**2)


@given(clouds(), st.floats(1e-3, 1e3))
def test_the_scale_of_the_weights_only_scales_the_inertia(problem, scale):
    X, start, weight = problem
    run = run_without_ties(X, start, weight)
    other = lloyd(X, start, sample_weight=weight * scale)
    assert_same_run(run, other, other.centroids, 1 / scale)


@given(clouds(), SEEDS)
def test_the_order_of_samples_does_not_matter(problem, seed):
    X, start, weight = problem
    order = np.random.default_rng(seed).permutation(len(X))
    run = run_without_ties(X, start, weight)
    other = lloyd(X[order], start, sample_weight=weight[order])
    np.testing.assert_array_equal(other.labels, run.labels[order])
    np.testing.assert_allclose(other.centroids, run.centroids, atol=1e-9)
    np.testing.assert_allclose(other.inertia, run.inertia)


@given(clouds(), SEEDS)
def test_the_order_of_centroids_only_names_the_clusters(problem, seed):
    X, start, weight = problem
    run = run_without_ties(X, start, weight)
    # Which of several empty clusters gets which sample is a matter of
    # order; with at most one there is no choice.
    assume(
        all(
            np.count_nonzero(np.bincount(step.labels, minlength=len(start)))
            >= len(start) - 1
            for step in run.history
        )
    )
    order = np.random.default_rng(seed).permutation(len(start))
    other = lloyd(X, start[order], sample_weight=weight)
    np.testing.assert_array_equal(order[other.labels], run.labels)
    np.testing.assert_allclose(other.centroids, run.centroids[order])


@given(clouds(max_samples=15), SEEDS)
def test_weights_are_repetitions(problem, seed):
    X, start, _ = problem
    times = np.random.default_rng(seed).integers(0, 4, len(X))
    assume(np.count_nonzero(times) >= len(start))
    weighted = run_without_ties(X, start, times)
    # A repeated sample comes apart when it is the farthest: one copy goes
    # to the empty cluster where the weighted sample goes as a whole.
    assume(
        all(s.half != "update" or not s.n_changed for s in weighted.history)
    )
    repeated = lloyd(np.repeat(X, times, axis=0), start)
    np.testing.assert_array_equal(
        repeated.labels, np.repeat(weighted.labels, times)
    )
    np.testing.assert_allclose(
        repeated.centroids, weighted.centroids, atol=1e-12
    )
    np.testing.assert_allclose(repeated.inertia, weighted.inertia, atol=1e-12)
    assert repeated.n_iter == weighted.n_iter


# --- Brute force ----------------------------------------------------------


def all_partitions(n_samples, n_clusters):
    """Give every labeling without empty clusters, each partition once."""
    for rest in product(range(n_clusters), repeat=n_samples - 1):
        labels = np.array((0, *rest))
        firsts = [np.argmax(labels == j) for j in range(n_clusters)]
        if set(labels) == set(range(n_clusters)) and firsts == sorted(firsts):
            yield labels


def test_there_are_as_many_partitions_as_stirling_counted():
    assert sum(1 for _ in all_partitions(7, 3)) == 301


@settings(max_examples=15)
@given(
    seed=SEEDS,
    n_samples=st.integers(2, 7),
    n_clusters=st.integers(1, 3),
    weighted=st.booleans(),
)
def test_the_optimum_is_a_fixed_point_and_nothing_is_below_it(
    seed, n_samples, n_clusters, weighted
):
    assume(n_clusters <= n_samples)
    generator = np.random.default_rng(seed)
    X = cloud(generator, n_samples, 2)
    weight = generator.uniform(0.5, 3, n_samples)
    if not weighted:
        weight[:] = 1.0

    def cost_and_means(labels):
        means, cost = [], 0.0
        for j in range(n_clusters):
            members = labels == j
            mean = np.average(X[members], axis=0, weights=weight[members])
            squares = ((X[members] - mean) ** 2).sum(axis=1)
            cost += weight[members] @ squares
            means.append(mean)
        return cost, np.array(means)

    table = [
        (*cost_and_means(labels), labels)
        for labels in all_partitions(n_samples, n_clusters)
    ]
    optimum, means, labels = min(table, key=lambda row: row[0])

    run = lloyd(X, means, sample_weight=weight)
    np.testing.assert_array_equal(run.labels, labels)
    np.testing.assert_allclose(run.inertia, optimum, atol=1e-12)
    assert run.n_iter <= 2

    # Started from the means of a partition, a run ends no higher than the
    # partition and no lower than the optimum; so the best one reaches it.
    ends = [
        (lloyd(X, start, sample_weight=weight).inertia, cost)
        for cost, start, _ in table
    ]
    assert all(optimum - 1e-9 <= end <= cost + 1e-9 for end, cost in ends)
    np.testing.assert_allclose(min(ends)[0], optimum, atol=1e-12)
    for rows in combinations(range(n_samples), n_clusters):
        end = lloyd(X, X[list(rows)], sample_weight=weight).inertia
        assert end >= optimum - 1e-9


# --- Agreement with scikit-learn ------------------------------------------


def assert_same_as_theirs(X, start, weight, run):
    """Compare a run with one of scikit-learn's from the same start."""
    model = TheirKMeans(len(start), init=start, n_init=1, tol=0)
    model.fit(X, sample_weight=weight)
    np.testing.assert_array_equal(run.labels, model.labels_)
    np.testing.assert_allclose(
        run.centroids, model.cluster_centers_, rtol=1e-9, atol=1e-9
    )
    np.testing.assert_allclose(run.inertia, model.inertia_, atol=1e-9)


@settings(max_examples=150)
@given(clouds())
def test_the_same_start_ends_where_scikit_learn_ends(problem):
    X, start, weight = problem
    run = run_without_ties(X, start, weight)
    assert_same_as_theirs(X, start, weight, run)


@settings(max_examples=40)
@given(SEEDS, st.integers(1, 3))
def test_filled_clusters_end_where_scikit_learn_ends(seed, n_far):
    generator = np.random.default_rng(seed)
    X = cloud(generator, 30, 2)
    start = np.vstack([X[:3], np.full((n_far, 2), 50.0)])
    weight = generator.uniform(0.1, 5, 30)
    run = run_without_ties(X, start, weight)
    assert run.history[1].n_changed == n_far
    assert_same_as_theirs(X, start, weight, run)
