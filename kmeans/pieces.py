"""k-means on statistics that add up, for data that no memory holds.

One iteration of Lloyd's algorithm needs little of the samples: how many each
cluster has, and their mean. Such `Statistics` of two parts of the data add
up to those of both. So the data may come in *pieces*, each of which is an
array, a memory map, or a function without arguments that loads it, and
whoever can apply a function to a list can do the work:

- the built-in `map`: one piece after another, for data larger than memory;
- ``pool.map`` of a pool of threads or processes;
- ``lambda f, xs: client.gather(client.map(f, xs, pure=False))``: Dask;
- ``lambda f, xs: context.parallelize(xs, len(xs)).map(f).collect()``: Spark.

What workers return is added up here, in the order of the pieces. The
result therefore depends, to the last bit, on how the data are cut, and not
on who computed what, when, or whether it had to be computed twice, as long
as all have processors of one kind.
"""

from dataclasses import dataclass, replace
from functools import partial, reduce
from hashlib import blake2b
from numbers import Real
from operator import add, itemgetter
from typing import Any

import numpy as np

from kmeans import core
from kmeans.algorithm import lloyd
from kmeans.fast import one_blas_thread
from kmeans.seeding import greedy_kmeans_plusplus
from kmeans.validation import (
    check_centroids,
    check_count,
    check_n_clusters,
    check_rng,
    check_sample_weight,
    check_samples,
    check_tol,
)

_FLOAT32 = np.dtype(np.float32)


@dataclass(frozen=True, eq=False)
class Statistics:
    """What Lloyd's algorithm needs to know of samples; it adds up.

    Attributes
    ----------
    weights : ndarray of shape (n_clusters,)
        Sum of the weights of the samples of each cluster.
    means : ndarray of shape (n_clusters, n_features), float64
        Mean of the samples of each cluster; 0 where there are none.
    inertia : float
        Sum of the squared distances of the samples to their centroid.
    n_samples : int
    farthest : tuple of (float, int, int)
        Squared distance to its centroid, piece and row of as many samples
        as there are clusters without any, the farthest ones. An empty
        cluster is handed one of them.
    labelings : tuple of bytes
        For each piece, a digest of its labels. Two equal ones say that no
        label has changed, though nobody keeps the labels.
    dtype : dtype
        float32 if all samples are, else float64.

    Notes
    -----
    The sum ``a + b`` describes the pieces of `a` followed by those of `b`.
    Means are merged as in [1]_: by their difference, which is small and
    rounds little, however far the data lie from the origin.

    References
    ----------
    .. [1] Chan, T. F., Golub, G. H. and LeVeque, R. J. (1982). Updating
       formulae and a pairwise algorithm for computing sample variances.
       COMPSTAT 1982, 30-41. doi:10.1007/978-3-642-51461-6_3

    Examples
    --------
    >>> centroids = [[0.0], [8.0]]
    >>> both = sufficient_statistics(
    ...     [[0.0], [7.0]], centroids
    ... ) + sufficient_statistics([[1.0], [2.0]], centroids)
    >>> both.weights, both.means.ravel(), both.inertia
    (array([3., 1.]), array([1., 7.]), 6.0)
    """

    weights: np.ndarray
    means: np.ndarray
    inertia: float = 0.0
    n_samples: int = 0
    farthest: tuple[tuple[float, int, int], ...] = ()
    labelings: tuple[bytes, ...] = ()
    dtype: np.dtype = _FLOAT32

    def __add__(self, other):
        """Describe the pieces of both, in this order."""
        weights = self.weights + other.weights
        share = other.weights / np.where(weights > 0, weights, 1)
        move = (other.means - self.means) * share[:, np.newaxis]
        n_pieces = len(self.labelings)
        farthest = [
            *self.farthest,
            *((far, n_pieces + i, row) for far, i, row in other.farthest),
        ]
        # Of samples equally far away, the first one stays the first.
        farthest.sort(key=itemgetter(0), reverse=True)
        return Statistics(
            weights=weights,
            means=self.means + move,
            inertia=self.inertia + other.inertia,
            n_samples=self.n_samples + other.n_samples,
            farthest=tuple(farthest[: np.count_nonzero(weights == 0)]),
            labelings=self.labelings + other.labelings,
            dtype=np.result_type(self.dtype, other.dtype),
        )


@dataclass(frozen=True, eq=False)
class PiecesResult:
    """What `lloyd_in_pieces` returns: a `LloydResult` without labels.

    Attributes
    ----------
    centroids : ndarray of shape (n_clusters, n_features)
    inertia : float
        Sum of squared distances of the samples to their centroid.
    n_iter : int
        Iterations begun, counted as `lloyd` counts them.
    converged : bool
        True if one more update and assignment would change no label.
    stopped_by : {"labels", "shift", "max_iter"}
        The rule that ended the run.
    objectives : tuple of float
        The inertia after every assignment, from the start to the end.
    """

    centroids: np.ndarray
    inertia: float
    n_iter: int
    converged: bool
    stopped_by: str
    objectives: tuple[float, ...]


def sufficient_statistics(X, centroids, *, sample_weight=None):
    """Assign samples, and sum up what an update needs to know of them.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Samples, float32 or float64; other real types become float64.
    centroids : array-like of shape (n_clusters, n_features)
    sample_weight : array-like of shape (n_samples,), optional
        Weights, not negative; a sample of weight 2 counts like two samples.

    Returns
    -------
    statistics : Statistics
        They can be added to those of other samples, with the same
        centroids.

    Raises
    ------
    ValueError
        If an argument has a wrong shape or value.

    Notes
    -----
    That the update is a sum, and so can be shared out, was noted in [1]_.

    References
    ----------
    .. [1] Dhillon, I. S. and Modha, D. S. (2000). A data-clustering
       algorithm on distributed memory multiprocessors. Large-Scale
       Parallel Data Mining, 245-260. doi:10.1007/3-540-46502-2_13

    Examples
    --------
    >>> X, centroids = [[0.0], [1.0], [8.0]], [[0.0], [9.0]]
    >>> statistics = sufficient_statistics(X, centroids)
    >>> statistics.weights, statistics.means.ravel(), statistics.inertia
    (array([2., 1.]), array([0.5, 8. ]), 2.0)
    """
    X = check_samples(X)
    centroids = check_centroids(centroids, X)
    weight = check_sample_weight(sample_weight, X)
    return _statistics(X, centroids, weight)


def lloyd_in_pieces(
    pieces, centroids, *, max_iter=300, tol=0.0, sample_weight=None, map=map
):
    """Run Lloyd's algorithm on data in pieces, by any `map`.

    Parameters
    ----------
    pieces : list
        Each an array-like of shape (n_samples, n_features), a memory map,
        or a function without arguments that loads one, such as
        ``functools.partial(numpy.load, path)``. A piece may be of any
        length, 0 included. It is loaded in each iteration, by whoever
        works on it, and must be the same every time.
    centroids : array-like of shape (n_clusters, n_features)
        The start. At most as many rows as there are samples in all.
    max_iter : int, default=300
        Cap on the number of iterations.
    tol : float, default=0.0
        Stop as well when the squared movements of all centroids in one
        update sum to `tol` or less, in squared units of the features.
    sample_weight : list, optional
        For each piece its weights, an array-like of shape (n_samples,) or
        a function that loads it, or None for weights of 1.
    map : callable, default=map
        Called as ``map(function, items)``, it applies the function to each
        item, in processes or on machines as it likes, and gives the results
        in the order of the items.

    Returns
    -------
    result : PiecesResult
        `labels_in_pieces` gives the labels that belong to its centroids.

    Raises
    ------
    ValueError
        If an argument or a piece has a wrong shape or value; pieces are
        named by their number, from 0.
    RuntimeError
        If a piece cannot be loaded; its cause is what happened.
    TypeError
        If `map` gives futures instead of results.

    See Also
    --------
    lloyd : the same for data in one piece.
    kmeans_parallel : a start, from pieces as well.

    Notes
    -----
    Of one piece, this gives what `lloyd` gives of it, to the last bit. Of
    several, the sums are taken in another order and round differently.
    BLAS is held to one thread meanwhile, so that the result depends on the
    pieces and on their order, not on `map`. (`lloyd` lets BLAS use more,
    which can change its last digits if there are over 10,000 samples, or a
    few samples with many features.)

    A cluster is empty if no piece has a sample for it. It is handed the
    sample that is farthest from its own centroid, as in `lloyd`, and an
    iteration in which that happens reads the pieces twice. If three or
    more clusters are empty at a time, they are handed the same samples as
    in `lloyd`, but perhaps in another order.

    Whoever works on a piece needs 28 bytes for each of its samples and 16
    for each of their numbers, besides the piece and its weights. A memory
    map that is sent to another process is sent as a copy; send a function.

    Examples
    --------
    >>> pieces = [[0.0], [8.0]], [[1.0], [9.0]]
    >>> result = lloyd_in_pieces(pieces, centroids=[[0.0], [1.0]])
    >>> result.centroids.ravel(), result.inertia, result.objectives
    (array([0.5, 8.5]), 1.0, (113.0, 14.0, 1.0))
    """
    pieces = _numbered(pieces, sample_weight)
    centroids = check_samples(centroids, "centroids")
    max_iter = check_count(max_iter, "max_iter")
    tol = check_tol(tol)

    seen = _see(map, pieces, centroids)
    check_n_clusters(len(centroids), seen.n_samples, "the number of centroids")
    if not seen.weights.any():
        raise ValueError(
            "sample_weight must have a positive sum, got only zeros"
        )
    centroids = centroids.astype(seen.dtype)
    members = _fill_empty(map, pieces, centroids, seen)
    objectives = [seen.inertia]
    previous, stopped_by = None, "max_iter"
    for n_iter in range(1, max_iter + 1):
        if members.labelings == previous:
            stopped_by = "labels"
            break
        moved = _means(members)
        shift = np.square(moved - centroids, dtype=float).sum()
        centroids, previous = moved, members.labelings
        seen = _see(map, pieces, centroids)
        members = _fill_empty(map, pieces, centroids, seen)
        objectives.append(seen.inertia)
        if shift <= tol:
            stopped_by = "shift"
            break
    return PiecesResult(
        centroids=centroids,
        inertia=seen.inertia,
        n_iter=n_iter,
        converged=members.labelings == previous,
        stopped_by=stopped_by,
        objectives=tuple(objectives),
    )


def labels_in_pieces(pieces, centroids, *, map=map):
    """Label each sample of each piece with its nearest centroid.

    Parameters
    ----------
    pieces : list
        As in `lloyd_in_pieces`.
    centroids : array-like of shape (n_clusters, n_features)
    map : callable, default=map
        As in `lloyd_in_pieces`.

    Yields
    ------
    labels : ndarray of shape (n_samples,), int32
        Those of the next piece. With the built-in `map`, a piece is loaded
        when its labels are asked for.

    Raises
    ------
    ValueError, RuntimeError, TypeError
        As in `lloyd_in_pieces`.

    Notes
    -----
    The labels are those of `assign`.

    Examples
    --------
    >>> pieces = [[0.0], [8.0]], [[9.0]]
    >>> for labels in labels_in_pieces(pieces, centroids=[[0.5], [8.5]]):
    ...     print(labels)
    [0 1]
    [1]
    """
    pieces = _numbered(pieces)
    centroids = check_samples(centroids, "centroids")
    return _results(map, partial(_label, centroids), pieces)


def kmeans_parallel(
    pieces,
    n_clusters,
    *,
    rng=None,
    sample_weight=None,
    map=map,
    n_rounds=5,
    oversampling=2.0,
    n_init=10,
):
    """Choose a start from data in pieces, many samples at a time.

    In each of a few rounds every sample is drawn or not, on its own, with
    a chance in proportion to its squared distance to the nearest sample
    drawn so far. The candidates so found, each weighted by the samples it
    is nearest to, are few enough to be clustered in memory.

    Parameters
    ----------
    pieces : list
        As in `lloyd_in_pieces`.
    n_clusters : int
    rng : numpy.random.Generator, int or None
        Source of the draws; an integer makes them repeatable. Each piece
        gets a source of its own, so that the draws do not depend on `map`.
    sample_weight : list, optional
        As in `lloyd_in_pieces`; the weights multiply the chances.
    map : callable, default=map
        As in `lloyd_in_pieces`.
    n_rounds : int, default=5
        Rounds, and so readings of the data besides the first and the last.
        More are made if the candidates are fewer than `n_clusters`.
    oversampling : float, default=2.0
        Samples to be drawn in each round, on average, for each cluster.
    n_init : int, default=10
        Starts of k-means++ and Lloyd's algorithm on the candidates.

    Returns
    -------
    centroids : ndarray of shape (n_clusters, n_features)
        Means of candidates. If fewer than `n_clusters` samples are
        distinct, some come twice.

    Raises
    ------
    ValueError, RuntimeError, TypeError
        As in `lloyd_in_pieces`, and if fewer than `n_clusters` samples have
        a positive weight.

    Notes
    -----
    The algorithm k-means|| of [1]_. The candidates are kept on one machine:
    about ``n_rounds * oversampling * n_clusters`` of them, but in a round
    each piece offers that many by its own measure, before it is known what
    the others hold.

    References
    ----------
    .. [1] Bahmani, B., Moseley, B., Vattani, A., Kumar, R. and
       Vassilvitskii, S. (2012). Scalable k-means++. Proceedings of the VLDB
       Endowment, 5(7), 622-633. doi:10.14778/2180912.2180915

    Examples
    --------
    >>> pieces = [[0.0], [8.0]], [[0.0], [8.0]]
    >>> sorted(kmeans_parallel(pieces, 2, rng=0).ravel().tolist())
    [0.0, 8.0]
    """
    pieces = _numbered(pieces, sample_weight)
    n_clusters = check_count(n_clusters, "n_clusters")
    n_rounds = check_count(n_rounds, "n_rounds")
    n_init = check_count(n_init, "n_init")
    rng = check_rng(rng)
    if not isinstance(oversampling, Real) or not 0.1 <= oversampling < np.inf:
        raise ValueError(
            f"oversampling must be a finite number, 0.1 or larger, got "
            f"{oversampling!r}"
        )
    n_draws = oversampling * n_clusters

    candidates = _first_candidate(map, pieces, n_clusters, rng)
    n_rounds_made, total = 0, np.inf
    while total > 0 and (
        n_rounds_made < n_rounds or len(candidates) < n_clusters
    ):
        draw = partial(_draw, candidates, n_draws)
        draws = list(_results(map, draw, _with_seeds(pieces, rng)))
        total = sum(inertia for inertia, _, _, _ in draws)
        drawn = [
            X[numbers * total < n_draws * shares]
            for _, X, shares, numbers in draws
        ]
        candidates = np.unique(np.concatenate([candidates, *drawn]), axis=0)
        n_rounds_made += 1

    weights = sum(_results(map, partial(_weigh, candidates), pieces))
    candidates, weights = candidates[weights > 0], weights[weights > 0]
    if len(candidates) <= n_clusters:
        return np.resize(candidates, (n_clusters, candidates.shape[1]))
    runs = (
        lloyd(
            candidates,
            greedy_kmeans_plusplus(
                candidates, n_clusters, rng=rng, sample_weight=weights
            ),
            sample_weight=weights,
        )
        for _ in range(n_init)
    )
    return min(runs, key=lambda run: run.inertia).centroids


# What the one who asks does.


@dataclass(frozen=True, eq=False)
class _Piece:
    """A piece as it is sent to whoever works on it."""

    number: int
    samples: Any
    weight: Any
    # Rows and the empty clusters that they are handed to.
    moves: tuple[tuple[int, int], ...] = ()
    seed: int | None = None

    def load(self, centroids=None):
        """Give checked samples, weights, and centroids of their type."""
        try:
            X, weight = (
                part() if callable(part) else part
                for part in (self.samples, self.weight)
            )
        except Exception as error:
            raise RuntimeError(
                f"piece {self.number} could not be loaded: "
                f"{type(error).__name__}: {error}"
            ) from error
        try:
            shape = getattr(X, "shape", ())
            is_empty = len(shape) == 2 and shape[0] == 0
            if is_empty:
                X, weight = np.empty(shape, _FLOAT32), np.empty(0)
            else:
                X = check_samples(X)
                weight = check_sample_weight(weight, X, may_be_zero=True)
            if centroids is not None:
                if X.shape[1] != centroids.shape[1]:
                    raise ValueError(
                        f"X must have {centroids.shape[1]} features like the "
                        f"centroids, got shape {shape}"
                    )
                if not is_empty:
                    centroids = check_centroids(centroids, X)
        except ValueError as error:
            raise ValueError(f"piece {self.number}: {error}") from None
        return X, weight, centroids


def _numbered(pieces, sample_weight=None):
    if not np.iterable(pieces) or len(getattr(pieces, "shape", ())) == 2:
        raise ValueError(
            "pieces must be a list of arrays or of functions that load one, "
            f"got {type(pieces).__name__}; put a single one into a list"
        )
    pieces = list(pieces)
    if not pieces:
        raise ValueError("pieces must hold at least one piece, got none")
    weights = [None] * len(pieces)
    if sample_weight is not None:
        weights = list(sample_weight)
    if len(weights) != len(pieces):
        raise ValueError(
            f"sample_weight must have one entry for each of the "
            f"{len(pieces)} pieces, got {len(weights)}"
        )
    return [
        _Piece(i, *both)
        for i, both in enumerate(zip(pieces, weights, strict=True))
    ]


def _results(map, function, pieces):
    for result in map(function, pieces):
        if hasattr(result, "add_done_callback"):
            raise TypeError(
                "map must give results, got futures; wait for them, with "
                "Dask by map=lambda f, xs: client.gather(client.map(f, xs))"
            )
        yield result


def _see(map, pieces, centroids):
    return reduce(add, _results(map, partial(_look, centroids), pieces))


def _fill_empty(map, pieces, centroids, seen):
    """Hand the farthest samples to empty clusters, and look once more."""
    if not any(distance > 0 for distance, _, _ in seen.farthest):
        return seen
    moves = [[] for _ in pieces]
    empty = np.flatnonzero(seen.weights == 0).tolist()
    for (_, i, row), cluster in zip(seen.farthest, empty, strict=True):
        moves[i].append((row, cluster))
    pieces = [
        replace(piece, moves=tuple(moves[piece.number])) for piece in pieces
    ]
    return _see(map, pieces, centroids)


def _means(statistics):
    means = statistics.means.copy()
    empty = statistics.weights == 0
    means[empty] = means[statistics.weights.argmax()]
    return means.astype(statistics.dtype)


def _first_candidate(map, pieces, n_clusters, rng):
    """Draw one sample, and check the pieces together meanwhile."""
    draws = list(_results(map, _race, _with_seeds(pieces, rng)))
    n_features = draws[0][0].shape[1]
    for i, (X, _, _) in enumerate(draws):
        if X.shape[1] != n_features:
            raise ValueError(
                f"piece {i}: X must have {n_features} features like piece "
                f"0, got {X.shape[1]}"
            )
    n_positive = sum(number for _, _, number in draws)
    if n_positive < n_clusters:
        raise ValueError(
            f"n_clusters must be at most the number of samples with a "
            f"positive weight, {n_positive}, got {n_clusters}"
        )
    first = min(draws, key=itemgetter(1))[0]
    return first.astype(np.result_type(*(X for X, _, _ in draws)))


def _with_seeds(pieces, rng):
    return [
        replace(piece, seed=int.from_bytes(rng.bytes(16), "little"))
        for piece in pieces
    ]


# What is done with a piece, by whoever works on it.


def _look(centroids, piece):
    X, weight, centroids = piece.load(centroids)
    return _statistics(X, centroids, weight, piece.moves)


def _label(centroids, piece):
    X, _, centroids = piece.load(centroids)
    return core.assign(X, centroids)


@one_blas_thread()
def _statistics(X, centroids, weight, moves=()):
    # With more threads, BLAS cuts its sums elsewhere and they round
    # differently, so that it would matter whose BLAS has how many.
    labels = core.assign(X, centroids)
    for row, cluster in moves:
        labels[row] = cluster
    # The means of `lloyd`, to the bit, but not yet rounded to float32.
    members = core.membership(labels, len(centroids), weight)
    size = np.bincount(labels, weight, len(centroids))
    divisor = np.where(size > 0, size, 1)[:, np.newaxis]
    means = members @ X / divisor
    means += members @ (X - means[labels]) / divisor
    distances = core.squared_distances(X, centroids, labels)
    return Statistics(
        weights=size,
        means=means,
        inertia=float(distances @ weight),
        n_samples=len(X),
        farthest=_farthest(distances, weight, np.count_nonzero(size == 0)),
        labelings=(blake2b(labels, digest_size=16).digest(),),
        dtype=X.dtype,
    )


def _farthest(distances, weight, n_empty):
    n = min(n_empty, len(distances))
    if n == 0:
        return ()
    distances = np.where(weight > 0, distances, 0)
    # The selection of `lloyd`, and so of scikit-learn, in their order.
    rows = np.argpartition(distances, -n)[: -n - 1 : -1].tolist()
    return tuple((float(distances[row]), 0, row) for row in rows)


def _race(piece):
    """Draw one sample in proportion to its weight, and give its time.

    Let each sample arrive after a random time, exponential at the rate of
    its weight: the first to arrive is drawn. So is the first of all pieces.
    """
    X, weight, _ = piece.load()
    times = np.full(len(X), np.inf)
    positive = weight > 0
    times[positive] = (
        np.random.default_rng(piece.seed).exponential(size=positive.sum())
        / weight[positive]
    )
    first = times.argsort()[:1]
    time = min(times[first], default=np.inf)
    return X[first], time, np.count_nonzero(positive)


def _draw(candidates, n_draws, piece):
    """Draw samples in proportion to their share in the inertia.

    One is drawn if its random number times the inertia is below the number
    of draws times its share. Here the inertia is that of the piece only,
    so too many are drawn; who knows the whole of it sorts them out.
    """
    X, weight, candidates = piece.load(candidates)
    labels = core.assign(X, candidates)
    shares = weight * core.squared_distances(X, candidates, labels)
    inertia = float(shares.sum())
    numbers = np.random.default_rng(piece.seed).random(len(X))
    drawn = numbers * inertia < n_draws * shares
    return inertia, X[drawn], shares[drawn], numbers[drawn]


def _weigh(candidates, piece):
    X, weight, candidates = piece.load(candidates)
    labels = core.assign(X, candidates)
    return np.bincount(labels, weight, len(candidates))
