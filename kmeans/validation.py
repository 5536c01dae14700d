"""The border: every public function checks its input here, once.

Each check returns a clean array or raises a ``ValueError`` that names the
argument, says what it got and what it needs. Behind the border the code
trusts its input and stays short.
"""

from datetime import date, timedelta
from numbers import Integral, Real

import numpy as np
from scipy.sparse import issparse

# The squares of larger numbers may be infinite. An array, so that comparing
# with float32 is done in float64, where it fits.
_LARGEST = np.array([1e150])
# The squares of smaller differences may be 0.
_SMALLEST = 1e-150
# Up to here, float64 holds every integer.
_LAST_INTEGER = 2**53
_TIMES = np.datetime64, np.timedelta64, date, timedelta


def check_samples(X, name="X"):
    """Return `X` as a finite 2-D float array, float32 or float64.

    float32 stays float32; every other real type becomes float64. The array
    is copied only when its type has to change.
    """
    X = check_points(X, name)
    spread = float(X.max()) - float(X.min())
    if 0 < spread < _SMALLEST:
        raise ValueError(
            f"{name} must hold numbers that are all equal or differ by "
            f"{_SMALLEST:g} somewhere, got a largest difference of "
            f"{spread:g}, the square of which may vanish; rescale the data"
        )
    return X


def check_points(X, name="X"):
    """Do what `check_samples` does, however near the points lie."""
    X = _as_real_array(X, name)
    if X.ndim != 2:
        hint = ""
        if X.ndim == 1:
            hint = (
                f"; reshape a single feature with {name}.reshape(-1, 1), "
                f"a single sample with {name}.reshape(1, -1)"
            )
        raise ValueError(
            f"{name} must be 2-D, of shape (n_samples, n_features), "
            f"got shape {X.shape}{hint}"
        )
    if 0 in X.shape:
        raise ValueError(
            f"{name} needs at least one sample and one feature, "
            f"got shape {X.shape}"
        )
    _check_finite(X, name)
    return X


def check_centroids(centroids, X, n_clusters=None, name="centroids"):
    """Return `centroids` as a new array with the features and type of `X`."""
    centroids = check_points(centroids, name)
    if centroids.shape[1] != X.shape[1]:
        raise ValueError(
            f"{name} must have one column for each of the {X.shape[1]} "
            f"features of X, got shape {centroids.shape}"
        )
    if n_clusters is not None and len(centroids) != n_clusters:
        raise ValueError(
            f"{name} must have one row for each of the n_clusters="
            f"{n_clusters} clusters, got shape {centroids.shape}"
        )
    # A copy, so that no result shares memory with the caller's start.
    with np.errstate(over="ignore"):
        centroids = centroids.astype(X.dtype)
    _check_finite(centroids, name)
    return centroids


def check_labels(labels, X, n_clusters):
    """Return `labels` as an int32 array of n_samples cluster indices."""
    labels = check_labeling(labels, X)
    if labels.min() < 0 or labels.max() >= n_clusters:
        raise ValueError(
            f"labels must lie between 0 and n_clusters - 1 = "
            f"{n_clusters - 1}, got values from {labels.min()} "
            f"to {labels.max()}"
        )
    return labels.astype(np.int32, copy=False)


def check_labeling(labels, X=None, name="labels"):
    """Return `labels` as an array of integers, one for each sample of `X`."""
    if X is None:
        if np.ndim(labels) != 1 or np.size(labels) == 0:
            raise ValueError(
                f"{name} must be 1-D and not empty, got shape "
                f"{np.shape(labels)}"
            )
    elif np.shape(labels) != (len(X),):
        raise ValueError(
            f"{name} must be 1-D with one entry for each of the {len(X)} "
            f"samples of X, got shape {np.shape(labels)}"
        )
    _check_unmasked(labels, name)
    labels = np.asarray(labels)
    if not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(
            f"{name} must be integers, got dtype {labels.dtype}; "
            f"np.unique({name}, return_inverse=True)[1] numbers them"
        )
    return labels


def check_n_clusters(n_clusters, n_samples, name="n_clusters"):
    """Return `n_clusters` as an int between 1 and `n_samples`."""
    n_clusters = check_count(n_clusters, name)
    if n_clusters > n_samples:
        raise ValueError(
            f"{name} must be at most the number of samples, {n_samples}, "
            f"got {n_clusters}"
        )
    return n_clusters


def check_count(value, name, least=1):
    """Return `value` as an int that is at least `least`."""
    if not isinstance(value, Integral) or isinstance(value, bool):
        raise ValueError(f"{name} must be an integer, got {value!r}")
    if value < least:
        raise ValueError(f"{name} must be at least {least}, got {value}")
    return int(value)


def check_tol(tol):
    """Return `tol` as a float that is at least 0."""
    is_number = isinstance(tol, Real) and not isinstance(tol, bool)
    if not is_number or not 0 <= tol < np.inf:
        raise ValueError(
            f"tol must be a finite number, 0 or larger, got {tol!r}"
        )
    return float(tol)


def check_sample_weight(sample_weight, X, *, may_be_zero=False):
    """Return one float64 weight for each sample; ones if None is given.

    Not all of them are 0, unless they may be, as in a part of the data.
    """
    if sample_weight is None:
        return np.ones(len(X))
    weight = _as_real_array(sample_weight, "sample_weight")
    if weight.shape != (len(X),):
        raise ValueError(
            f"sample_weight must be 1-D with one weight for each of the "
            f"{len(X)} samples of X, got shape {weight.shape}"
        )
    _check_finite(weight, "sample_weight")
    if weight.min() < 0:
        raise ValueError(
            f"sample_weight must not be negative, got {weight.min()}"
        )
    if weight.sum() == 0 and not may_be_zero:
        raise ValueError(
            "sample_weight must have a positive sum, got only zeros"
        )
    return weight.astype(np.float64, copy=False)


def check_rng(rng):
    """Return a random generator made from `rng`.

    A Generator is used as it is, so that consecutive calls draw on one
    stream; an integer or None seeds a new one. A legacy RandomState passes
    too: that is how `KMeans` draws the numbers scikit-learn draws.
    """
    if isinstance(rng, np.random.RandomState):
        return rng
    try:
        if isinstance(rng, bool):
            raise TypeError
        return np.random.default_rng(rng)
    except (TypeError, ValueError):
        raise ValueError(
            "rng must be a numpy.random.Generator, a non-negative integer "
            f"or None, got {rng!r}"
        ) from None


def check_entries(values, name="X"):
    """Return `values` as an array, if each entry is a number or missing.

    NumPy turns more than that into floats: digits in text, dates, the
    numbers that lie under a mask. Missing entries of pandas become NaN.
    """
    _check_unmasked(values, name)
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(
            f"{name} must have rows of one length, got {error}"
        ) from None
    if array.dtype == object:
        entries = np.frompyfunc(lambda entry: _check_entry(entry, name), 1, 1)
        return np.asarray(entries(array), dtype=object)
    if array.size and array.dtype.kind in "USMm":
        _check_entry(array.flat[0], name)
    if array.size and array.dtype.kind in "iu" and array.itemsize == 8:
        _check_integers_differ(array, name)
    return array


def _as_real_array(values, name):
    if issparse(values):
        raise ValueError(
            f"{name} must be dense, got a sparse matrix; use {name}.toarray()"
        )
    array = check_entries(values, name)
    if array.dtype == np.float32:
        return array
    if np.iscomplexobj(array):
        raise ValueError(f"{name} must be real, got complex numbers")
    try:
        return array.astype(np.float64, copy=False)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be numeric, got {error}") from None


def _check_unmasked(values, name):
    if isinstance(values, np.ma.MaskedArray) and np.ma.is_masked(values):
        place = np.argwhere(np.ma.getmaskarray(values))[0].tolist()
        where = tuple(place) if len(place) > 1 else place[0]
        raise ValueError(
            f"{name} must not be masked, got a masked entry, first at index "
            f"{where}; drop or impute such entries first"
        )


def _check_entry(entry, name):
    """Return one entry of an array of objects, NaN if it is missing."""
    if isinstance(entry, str | bytes):
        raise ValueError(
            f"{name} must be numeric, got the text {str(entry)!r}; convert "
            "text to numbers first"
        )
    # Those of pandas, known by name because pandas need not be there.
    if type(entry).__name__ in ("NAType", "NaTType"):
        return np.nan
    if isinstance(entry, _TIMES):
        raise ValueError(
            f"{name} must be numeric, got a date or duration, {entry}; "
            "convert such entries to numbers first, for instance to days"
        )
    return entry


def _check_integers_differ(array, name):
    if max(int(array.max()), -int(array.min())) <= _LAST_INTEGER:
        return
    if len(np.unique(array.astype(float))) < len(np.unique(array)):
        raise ValueError(
            f"{name} must not hold different integers that float64 takes for "
            f"the same, as it may beyond 2**53; subtract {name}.min(axis=0) "
            "first"
        )


def _check_finite(array, name):
    # No array as large as this one is made where all is well.
    if array.min() >= -_LARGEST and array.max() <= _LARGEST:
        return
    wrong = ~(np.abs(array) <= _LARGEST)
    place = tuple(int(i) for i in np.argwhere(wrong)[0])
    where = place[0] if len(place) == 1 else place
    value = array[place]
    if np.isfinite(value):
        raise ValueError(
            f"{name} must hold numbers of size {_LARGEST[0]:g} at most, got "
            f"{value:g} at index {where}; rescale the data"
        )
    what = "NaN" if np.isnan(value) else "infinity"
    raise ValueError(
        f"{name} must hold finite numbers, got {what}, "
        f"first at index {where}; drop or impute such entries first"
    )
