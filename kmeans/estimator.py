"""`KMeans`: Lloyd's algorithm behind scikit-learn's estimator protocol."""

import sys
import warnings
from inspect import signature

import numpy as np
from sklearn.base import (
    BaseEstimator,
    ClassNamePrefixFeaturesOutMixin,
    ClusterMixin,
    TransformerMixin,
)
from sklearn.cluster import kmeans_plusplus
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from kmeans.algorithm import inertia
from kmeans.core import is_better
from kmeans.fast import (
    Samples,
    fast_assign,
    fast_distances,
    fast_inertia,
    fast_lloyd,
    workers,
)
from kmeans.pieces import Statistics, sufficient_statistics
from kmeans.seeding import SEEDINGS
from kmeans.swap import random_swap
from kmeans.validation import (
    check_centroids,
    check_count,
    check_entries,
    check_n_clusters,
    check_points,
    check_sample_weight,
    check_samples,
    check_tol,
)

# From so many features on, scikit-learn's seeding, which draws the same
# samples, is the faster one.
WIDE = 8


class KMeans(
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    ClusterMixin,
    BaseEstimator,
):
    """k-means clustering with Lloyd's algorithm, for dense data.

    Parameters, attributes and results are those of
    ``sklearn.cluster.KMeans``: from the same start, or from the same
    integer `random_state`, it gives the same clusters, unless a sample lies
    exactly between centroids. Here it goes to the first of them, as in
    `kmeans.lloyd`; there, rounding decides. On a grid that is common: of
    100 runs on 3,000 samples of whole numbers from 0 to 9 in two features,
    with 8 clusters, 36 ended alike, and in the average run 95 percent of
    the labels; either objective was as often the lower. It does less in two
    places and says so when asked for more: sparse matrices raise
    ``TypeError``, and an `algorithm` other than "lloyd" ``ValueError``.

    Parameters
    ----------
    n_clusters : int, default=8
        Number of clusters, from 1 to n_samples.
    init : str, array-like or callable, default="k-means++"
        The start: "k-means++" (greedy), "random" (samples at random),
        "random-partition" or "maximin"; or centroids of shape
        (n_clusters, n_features); or a function called as
        ``init(X, n_clusters, random_state=random_state)`` that returns
        such centroids. A function that takes `rng`, as the seedings of this
        package do, is given the random state by that name.
    n_init : "auto" or int, default="auto"
        Number of starts, of which the run with the lowest inertia is kept.
        "auto" is 1 for "k-means++" and for given centroids, else 10.
    max_iter : int, default=300
        Cap on the iterations of one run.
    tol : float, default=1e-4
        Stop a run when the squared movements of its centroids sum to no
        more than `tol` times the mean variance of the features. One
        sample far out makes that variance large, and runs short: see
        ``converged_``; 0 goes on until no label changes.
    verbose : int, default=0
        If not 0, print one line for each run.
    random_state : int, RandomState instance or None, default=None
        Source of the draws; an integer makes them repeatable.
    copy_x : bool, default=True
        Makes no difference: `X` is never written to.
    n_swaps : int, default=0
        Budget of swaps tried on the best run, to get out of a bad minimum:
        see `random_swap`. Ten per cluster help, a hundred find the optimum
        of small sets. With 0, results are those of scikit-learn.
    algorithm : "lloyd", default="lloyd"
        Present so that code written for scikit-learn meets a clear error
        when it asks for another one.

    Attributes
    ----------
    cluster_centers_ : ndarray of shape (n_clusters, n_features)
    labels_ : ndarray of shape (n_samples,), int32
        Assignment of the training samples to ``cluster_centers_``.
    inertia_ : float
        Sum of squared distances of the samples to their centroid, each
        times its weight.
    n_iter_ : int
        Number of iterations of the run that was kept; after swaps, of the
        run that ended the search. Not set by `partial_fit`.
    converged_ : bool
        True if one more iteration would change no label. False if `tol` or
        `max_iter` ended the run earlier. Not set by `partial_fit`.
    counts_ : ndarray of shape (n_clusters,)
        Sum of the weights of the samples that each centroid is the mean of.
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Only if `X` has string names for all its features.

    Warns
    -----
    ConvergenceWarning
        If fewer distinct clusters than `n_clusters` were found, as with
        duplicate samples; if the kept run was cut off by `max_iter`; or if
        an interrupt (Ctrl-C) cut off the swaps, whose best result so far is
        kept.

    See Also
    --------
    lloyd : the algorithm alone, from a given start.
    random_swap : what `n_swaps` does.

    Notes
    -----
    The algorithm of [1]_ started by the seeding of [2]_.

    References
    ----------
    .. [1] Lloyd, S. P. (1982). Least squares quantization in PCM. IEEE
       Transactions on Information Theory, 28(2), 129-137.
       doi:10.1109/TIT.1982.1056489
    .. [2] Arthur, D. and Vassilvitskii, S. (2007). k-means++: the
       advantages of careful seeding. Proceedings of the Eighteenth Annual
       ACM-SIAM Symposium on Discrete Algorithms, 1027-1035.

    Examples
    --------
    >>> X = [[0.0], [1.0], [8.0], [9.0]]
    >>> model = KMeans(n_clusters=2, random_state=0).fit(X)
    >>> sorted(model.cluster_centers_.ravel().tolist()), model.inertia_
    ([0.5, 8.5], 1.0)
    """

    def __init__(
        self,
        n_clusters=8,
        *,
        init="k-means++",
        n_init="auto",
        max_iter=300,
        tol=1e-4,
        verbose=0,
        random_state=None,
        copy_x=True,
        n_swaps=0,
        algorithm="lloyd",
    ):
        self.n_clusters = n_clusters
        self.init = init
        self.n_init = n_init
        self.max_iter = max_iter
        self.tol = tol
        self.verbose = verbose
        self.random_state = random_state
        self.copy_x = copy_x
        self.n_swaps = n_swaps
        self.algorithm = algorithm

    def fit(self, X, y=None, sample_weight=None):
        """Find clusters.

        Parameters
        ----------
        X : array-like or data frame of shape (n_samples, n_features)
            float32 and float64 are kept, other types become float64.
        y : ignored
        sample_weight : array-like of shape (n_samples,), optional
            Weights, not negative. They count in the seeding as well,
            unless `init` is an array or a function.

        Returns
        -------
        self : KMeans

        Raises
        ------
        ValueError
            If a parameter or an argument has a wrong value; the message
            names it and says what it needs.
        TypeError
            If `X` is sparse.
        """
        check_entries(X)
        X = validate_data(self, X, dtype=[np.float64, np.float32])
        check_samples(X)
        n_clusters = check_n_clusters(self.n_clusters, len(X))
        max_iter = check_count(self.max_iter, "max_iter")
        tol = check_tol(self.tol)
        n_swaps = check_count(self.n_swaps, "n_swaps", least=0)
        self._check_options()
        n_init = self._check_n_init()
        weight = sample_weight
        if weight is not None:
            weight = check_sample_weight(weight, X)
        random_state = self._check_random_state()

        samples = Samples(X, weight)
        if tol > 0:
            with workers(X.size) as run:
                tol *= samples.mean_variance(run)
        best = None
        for i in range(1, n_init + 1):
            start = self._start(X, n_clusters, weight, random_state)
            result = fast_lloyd(samples, start, max_iter, tol)
            if self.verbose:
                print(
                    f"run {i} of {n_init}: inertia {result.inertia:.6g} "
                    f"after {result.n_iter} iterations, "
                    f"stopped by {result.stopped_by}"
                )
            if best is None or is_better(result.inertia, best.inertia):
                best = result
        if n_swaps > 0:
            best = random_swap(
                X,
                best.centroids,
                n_swaps=n_swaps,
                rng=random_state,
                sample_weight=weight,
                max_iter=max_iter,
                tol=tol,
            )
            if best.n_tried < n_swaps:
                _warn(
                    f"interrupted after {best.n_tried} of n_swaps={n_swaps} "
                    "swaps; the best result so far is kept",
                    ConvergenceWarning,
                )
        self._warn_of(best)

        self.cluster_centers_ = best.centroids
        self.labels_ = best.labels
        self.inertia_ = best.inertia
        self.n_iter_ = best.n_iter
        self.converged_ = best.converged
        self.counts_ = np.bincount(best.labels, weight, len(best.centroids))
        return self

    def partial_fit(self, X, y=None, sample_weight=None):
        """Go on from the clusters found so far with one more batch.

        The first batch chooses the start, by `init`. Then, and with every
        further batch, each sample is assigned to its nearest centroid, and
        each centroid becomes the mean of all samples that it was ever
        given. After `fit`, it goes on from what that found.

        Parameters
        ----------
        X : array-like or data frame of shape (n_samples, n_features)
            A batch; the first has at least `n_clusters` samples.
        y : ignored
        sample_weight : array-like of shape (n_samples,), optional
            Weights, not negative.

        Returns
        -------
        self : KMeans
            ``labels_`` and ``inertia_`` are those of this batch, with the
            centroids that it has moved.

        Raises
        ------
        ValueError
            If a parameter or an argument has a wrong value, or if the
            features are not those of the batches before.
        TypeError
            If `X` is sparse.

        Notes
        -----
        The sequential k-means of [1]_ in batches, and the rule of
        ``sklearn.cluster.MiniBatchKMeans``: a sample moves its centroid by
        one part in the number of samples that this has been given. Old
        batches do not fade with time; each sample weighs as much as any
        other, so that later batches move the centroids less and less.
        No sample is assigned anew, so the result depends on the order of
        the batches and need not be a minimum of the objective. A centroid
        that is given no samples stays where it is; scikit-learn moves it
        now and then, at random. `n_init`, `max_iter`, `tol` and `n_swaps`
        are not used.

        References
        ----------
        .. [1] MacQueen, J. (1967). Some methods for classification and
           analysis of multivariate observations. Proceedings of the Fifth
           Berkeley Symposium on Mathematical Statistics and Probability,
           1, 281-297.

        Examples
        --------
        >>> model = KMeans(n_clusters=2, init=[[0.0], [9.0]])
        >>> for batch in ([[0.0], [8.0]], [[1.0], [2.0], [9.0], [10.0]]):
        ...     model = model.partial_fit(batch)
        >>> model.cluster_centers_.ravel(), model.counts_
        (array([1., 9.]), array([3., 3.]))
        """
        is_first = not hasattr(self, "cluster_centers_")
        check_entries(X)
        X = validate_data(
            self, X, dtype=[np.float64, np.float32], reset=is_first
        )
        check_samples(X)
        weight = sample_weight
        if weight is not None:
            weight = check_sample_weight(weight, X)
        if is_first:
            n_clusters = check_n_clusters(self.n_clusters, len(X))
            self._check_options()
            random_state = self._check_random_state()
            centroids = self._start(X, n_clusters, weight, random_state)
            counts = np.zeros(len(centroids))
        else:
            centroids, counts = self.cluster_centers_, self.counts_

        # A start without samples is the mean of nothing: it takes no part.
        seen = Statistics(counts, centroids * (counts > 0)[:, np.newaxis])
        seen += sufficient_statistics(X, centroids, sample_weight=weight)
        self.counts_ = seen.weights
        self.cluster_centers_ = centroids.copy()
        self.cluster_centers_[seen.weights > 0] = seen.means[seen.weights > 0]
        self.labels_ = fast_assign(X, self.cluster_centers_)
        self.inertia_ = inertia(
            X, self.cluster_centers_, self.labels_, sample_weight=weight
        )
        return self

    def fit_predict(self, X, y=None, sample_weight=None):
        """Find clusters and return the label of each sample.

        Parameters are those of `fit`.

        Returns
        -------
        labels : ndarray of shape (n_samples,), int32
        """
        return self.fit(X, sample_weight=sample_weight).labels_

    def predict(self, X):
        """Label each sample with the nearest centroid found by `fit`.

        Parameters
        ----------
        X : array-like or data frame of shape (n_samples, n_features)

        Returns
        -------
        labels : ndarray of shape (n_samples,), int32

        Raises
        ------
        NotFittedError
            If `fit` has not been called.
        """
        X = self._check_fitted_input(X)
        return fast_assign(X, self.cluster_centers_)

    def transform(self, X):
        """Give the distance of each sample to each centroid.

        Parameters
        ----------
        X : array-like or data frame of shape (n_samples, n_features)

        Returns
        -------
        distances : ndarray of shape (n_samples, n_clusters)
            Euclidean, in the unit of the features.

        Raises
        ------
        NotFittedError
            If `fit` has not been called.
        """
        X = self._check_fitted_input(X)
        return fast_distances(X, self.cluster_centers_)

    def fit_transform(self, X, y=None, sample_weight=None):
        """Find clusters and return the distances to their centroids.

        Parameters are those of `fit`, the result is that of `transform`.
        """
        return self.fit(X, sample_weight=sample_weight).transform(X)

    def score(self, X, y=None, sample_weight=None):
        """Give the negative of the inertia of samples.

        Parameters
        ----------
        X : array-like or data frame of shape (n_samples, n_features)
        y : ignored
        sample_weight : array-like of shape (n_samples,), optional

        Returns
        -------
        score : float
            Minus the sum of squared distances to the nearest centroid, so
            that larger is better.

        Raises
        ------
        NotFittedError
            If `fit` has not been called.
        """
        X = self._check_fitted_input(X)
        weight = sample_weight
        if weight is not None:
            weight = check_sample_weight(weight, X)
        return -fast_inertia(X, self.cluster_centers_, weight)

    @property
    def _n_features_out(self):
        return len(self.cluster_centers_)

    def _check_fitted_input(self, X):
        check_is_fitted(self)
        check_entries(X)
        X = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        return check_points(X)

    def _check_options(self):
        """Refuse names that name nothing."""
        if self.algorithm != "lloyd":
            raise ValueError(
                "algorithm must be 'lloyd', the only one in this package, "
                f"got {self.algorithm!r}"
            )
        if not isinstance(self.copy_x, bool | np.bool_):
            raise ValueError(
                f"copy_x must be True or False, got {self.copy_x!r}"
            )
        is_name = isinstance(self.init, str)
        if self.init is None or (is_name and self.init not in SEEDINGS):
            raise ValueError(
                f"init must be one of {', '.join(map(repr, SEEDINGS))}, an "
                f"array of centroids or a function, got {self.init!r}"
            )

    def _check_random_state(self):
        try:
            return check_random_state(self.random_state)
        except ValueError:
            raise ValueError(
                "random_state must be an integer from 0 to 2**32 - 1, a "
                "numpy.random.RandomState or None, as in scikit-learn, got "
                f"{self.random_state!r}; np.random.RandomState("
                "rng.bit_generator) draws from a Generator rng"
            ) from None

    def _check_n_init(self):
        """Return the number of starts."""
        given = not isinstance(self.init, str) and not callable(self.init)
        if isinstance(self.n_init, str):
            if self.n_init != "auto":
                raise ValueError(
                    "n_init must be 'auto' or an integer that is at least "
                    f"1, got {self.n_init!r}"
                )
            return 1 if given or self.init == "k-means++" else 10
        n_init = check_count(self.n_init, "n_init")
        if given and n_init > 1:
            _warn(
                f"init gives the start, so one run is made instead of "
                f"n_init={n_init}; set n_init=1",
                RuntimeWarning,
            )
            return 1
        return n_init

    def _start(self, X, n_clusters, weight, random_state):
        is_plain = weight is None or weight.all()
        name = self.init if isinstance(self.init, str) else None
        if name == "k-means++" and X.shape[1] >= WIDE and is_plain:
            # Theirs expands squares, which near the origin rounds little.
            _, rows = kmeans_plusplus(
                X - X.mean(axis=0),
                n_clusters,
                sample_weight=weight,
                random_state=random_state,
            )
            return X[rows]
        if name is not None:
            return SEEDINGS[name](
                X, n_clusters, rng=random_state, sample_weight=weight
            )
        if callable(self.init):
            keyword = "rng" if _takes_rng(self.init) else "random_state"
            start = self.init(X, n_clusters, **{keyword: random_state})
        else:
            start = self.init
        return check_centroids(start, X, n_clusters, name="init")

    def _warn_of(self, result):
        n_clusters = len(result.centroids)
        n_found = _count_clusters(result.labels, n_clusters)
        if n_found < n_clusters:
            _warn(
                f"found {n_found} distinct clusters, fewer than n_clusters="
                f"{n_clusters}; X may have too many duplicate samples",
                ConvergenceWarning,
            )
        if result.stopped_by == "max_iter" and not result.converged:
            _warn(
                f"cut off after max_iter={self.max_iter} iterations, before "
                "it converged; raise max_iter, or tol if this is near enough",
                ConvergenceWarning,
            )


def _warn(message, category):
    """Warn of the line that called this package, be it by scikit-learn."""
    frame, level = sys._getframe(), 1
    while frame.f_back and _is_ours(frame):
        frame, level = frame.f_back, level + 1
    warnings.warn(message, category, stacklevel=level)


def _is_ours(frame):
    package = frame.f_globals.get("__name__", "").partition(".")[0]
    return package in ("kmeans", "sklearn")


def _takes_rng(function):
    try:
        return "rng" in signature(function).parameters
    except ValueError:
        # Some functions that are not written in Python have no signature.
        return False


def _count_clusters(labels, n_clusters):
    # Most often the first labels show them all.
    size = np.zeros(n_clusters, dtype=int)
    for first in range(0, len(labels), 2**13):
        size += np.bincount(labels[first : first + 2**13], None, n_clusters)
        if size.all():
            break
    return np.count_nonzero(size)
