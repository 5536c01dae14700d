"""A Bayesian information criterion for k-means."""

import numpy as np

from kmeans.validation import check_count, check_integers


def bic(inertia, labels, n_features):
    """Weigh the fit of a clustering against its number of parameters.

    Smaller is better. The value of one clustering says nothing; compare
    clusterings of the same samples, one cluster included.

    Parameters
    ----------
    inertia : float
        The k-means objective of the clustering, greater than 0.
    labels : array-like of shape (n_samples,), integers
        Its clusters; each distinct number is one.
    n_features : int
        Number of features of the clustered samples.

    Returns
    -------
    bic : float
        Minus twice the log-likelihood, plus log(n_samples) for each of the
        ``k * (n_features + 1)`` parameters: k centroids, k - 1 free shares
        and one variance.

    Raises
    ------
    ValueError
        If `inertia` is not finite and positive, `labels` are not 1-D
        integers, or `n_features` is not a positive integer. Samples that
        all lie on their centroid would have an infinite likelihood.

    Notes
    -----
    The model is the one under which k-means is maximum likelihood but for
    the shares: each cluster is a Gaussian, equally wide in all directions,
    as wide as the others, and drawn from in proportion to its size n_j;
    which sample came from which is known. With n samples in d dimensions,
    inertia J and the maximum likelihood variance J / (n d),

        log-likelihood = sum of n_j log(n_j / n)
                         - n d / 2 (log(2 pi J / (n d)) + 1).

    To count the labels as data makes this the criterion of Schwarz [1]_
    applied to the completed likelihood of [2]_, which does not reward
    cutting one Gaussian in two: the smaller variance is paid for by the
    shares. X-means [3]_ scores splits with the same model. The value is
    wrong where the model is, so for stretched or unequally wide clusters,
    and clusters that overlap much are not told apart. It takes O(n).

    References
    ----------
    .. [1] Schwarz, G. (1978). Estimating the dimension of a model. The
       Annals of Statistics, 6(2), 461-464. doi:10.1214/aos/1176344136
    .. [2] Biernacki, C., Celeux, G. and Govaert, G. (2000). Assessing a
       mixture model for clustering with the integrated completed
       likelihood. IEEE Transactions on Pattern Analysis and Machine
       Intelligence, 22(7), 719-725.
    .. [3] Pelleg, D. and Moore, A. (2000). X-means: extending k-means with
       efficient estimation of the number of clusters. Proceedings of the
       17th International Conference on Machine Learning, 727-734.

    Examples
    --------
    Two pairs, first as one cluster, then as two:

    >>> round(bic(65.0, [0, 0, 0, 0], n_features=1), 2)
    25.28
    >>> round(bic(1.0, [0, 0, 1, 1], n_features=1), 2)
    16.9
    """
    inertia = float(inertia)
    if not 0 < inertia < np.inf:
        raise ValueError(
            f"inertia must be finite and greater than 0, got {inertia}"
        )
    if np.ndim(labels) != 1 or np.size(labels) == 0:
        raise ValueError(
            f"labels must be 1-D and not empty, got shape {np.shape(labels)}"
        )
    labels = check_integers(labels)
    n_features = check_count(n_features, "n_features")
    sizes = np.unique(labels, return_counts=True)[1]
    n = len(labels)
    variance = inertia / (n * n_features)
    log_likelihood = sizes @ np.log(sizes / n) - n * n_features / 2 * (
        np.log(2 * np.pi * variance) + 1
    )
    n_parameters = len(sizes) * (n_features + 1)
    return float(n_parameters * np.log(n) - 2 * log_likelihood)
