"""What a run of Lloyd's algorithm gives back, and what it can record."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class HalfStep:
    """What Lloyd's algorithm holds after one assignment or one update.

    Attributes
    ----------
    half : {"assign", "update"}
        Which half of an iteration has just been done.
    centroids : ndarray of shape (n_clusters, n_features)
    labels : ndarray of shape (n_samples,), int32
    objective : float
        Inertia of these labels with these centroids, in squared units
        of the features.
    n_changed : int
        Samples whose label differs from the half-step before. An update
        changes a label only when it hands a sample to an empty cluster.
        All samples in the first assignment.
    shift : float
        How far the centroids moved in this half-step: the square root of
        the sum of their squared movements. 0 in an assignment.
    """

    half: str
    centroids: np.ndarray
    labels: np.ndarray
    objective: float
    n_changed: int
    shift: float


@dataclass(frozen=True, eq=False)
class LloydResult:
    """What `lloyd` returns.

    Attributes
    ----------
    centroids : ndarray of shape (n_clusters, n_features)
    labels : ndarray of shape (n_samples,), int32
        The assignment of the samples to exactly these centroids.
    inertia : float
        Sum of squared distances of the samples to their centroid.
    n_iter : int
        Iterations begun, counted as scikit-learn counts them: an
        assignment and the update after it are one, and the assignment that
        finds nothing to change is the last one. After a cap or a shift
        within the tolerance, one more assignment, not counted, fits the
        labels to the last centroids. A start at rest takes one iteration,
        stopped by its shift of 0.
    converged : bool
        True if one more update and assignment would change no label.
    stopped_by : {"labels", "shift", "max_iter"}
        The rule that ended the run: no label changed, the centroids moved
        by no more than the tolerance, or the cap on iterations fired.
    history : tuple of HalfStep or None
        Every half-step from the first assignment to the last one, if
        `lloyd` was called with ``record=True``.
    """

    centroids: np.ndarray
    labels: np.ndarray
    inertia: float
    n_iter: int
    converged: bool
    stopped_by: str
    history: tuple[HalfStep, ...] | None = None
