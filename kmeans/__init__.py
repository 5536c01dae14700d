"""k-means, written to be read: the package behind the book.

The functions are the algorithm in pieces, in the order in which the book
builds them; `KMeans` puts them behind scikit-learn's estimator protocol.
`lloyd_in_pieces` is the same for data that no memory holds.
`stepper` lets a reader take it step by step in the page. How many clusters
there are, and whether there are any, is the subject of `kmeans.diagnostics`.
Figures are drawn by the modules `kmeans.plots` and `kmeans.style`, and data
come from `kmeans.datasets`; Matplotlib is not imported until asked for.
"""

from importlib import import_module

from kmeans import namesake
from kmeans.algorithm import assign, inertia, lloyd, update
from kmeans.estimator import KMeans
from kmeans.exact import ExactResult, exact_kmeans, exact_kmeans_1d
from kmeans.hartigan import SingleMovesResult, single_moves
from kmeans.naming import canonical_order, match_labels
from kmeans.pieces import (
    PiecesResult,
    Statistics,
    kmeans_parallel,
    labels_in_pieces,
    lloyd_in_pieces,
    sufficient_statistics,
)
from kmeans.results import HalfStep, LloydResult
from kmeans.seeding import (
    d2_probabilities,
    forgy,
    greedy_kmeans_plusplus,
    kmeans_plusplus,
    maximin,
    random_partition,
)
from kmeans.stepping import Stepper, stepper
from kmeans.swap import SwapResult, random_swap

__version__ = "0.1.0"

__all__ = [
    "ExactResult",
    "HalfStep",
    "KMeans",
    "LloydResult",
    "PiecesResult",
    "SingleMovesResult",
    "Statistics",
    "Stepper",
    "SwapResult",
    "assign",
    "canonical_order",
    "d2_probabilities",
    "exact_kmeans",
    "exact_kmeans_1d",
    "forgy",
    "greedy_kmeans_plusplus",
    "inertia",
    "kmeans_parallel",
    "kmeans_plusplus",
    "labels_in_pieces",
    "lloyd",
    "lloyd_in_pieces",
    "match_labels",
    "maximin",
    "random_partition",
    "random_swap",
    "single_moves",
    "stepper",
    "sufficient_statistics",
    "update",
]

_MODULES = frozenset({"datasets", "diagnostics", "plots", "style"})

namesake.warn_if_installed()


def __getattr__(name):
    """Import a module of `_MODULES` once it is asked for."""
    if name in _MODULES:
        return import_module(f"kmeans.{name}")
    raise AttributeError(f"module 'kmeans' has no attribute {name!r}")


def __dir__():
    return sorted(globals().keys() | _MODULES)
