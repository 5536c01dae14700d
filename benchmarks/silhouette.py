"""Exact silhouettes against scikit-learn's: time and memory, on one core.

Run from the top of the repository, for about a minute, with

    python -m benchmarks.silhouette

It prints a table and stores it in kmeans/data/measurements/silhouette.json.
Seconds are those of the processor, on which other programs have less
influence than on the clock.
"""

import json
import statistics
import time
import tracemalloc
from pathlib import Path

import numpy as np
import sklearn.metrics
from threadpoolctl import threadpool_limits

from benchmarks.machine import one_core, versions
from kmeans.diagnostics.silhouette import silhouette_samples

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "kmeans/data/measurements/silhouette.json"
FUNCTIONS = {
    "scikit-learn": sklearn.metrics.silhouette_samples,
    "ours": silhouette_samples,
}
N_CLUSTERS = 8
N_RUNS = 3


def data(n_samples, n_features):
    rng = np.random.default_rng(0)
    centers = rng.normal(0, 3, (N_CLUSTERS, n_features))
    labels = rng.integers(N_CLUSTERS, size=n_samples)
    return centers[labels] + rng.normal(size=(n_samples, n_features)), labels


def seconds(function, X, labels):
    start = time.process_time()
    function(X, labels)
    return time.process_time() - start


def peak(function, X, labels):
    """Give the silhouettes and the peak of what was allocated, in MB."""
    tracemalloc.start()
    values = function(X, labels)
    megabytes = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return values, megabytes


def compare(n_samples, n_features):
    X, labels = data(n_samples, n_features)
    row = {"n": n_samples, "d": n_features}
    values, times = {}, {name: [] for name in FUNCTIONS}
    for name, function in FUNCTIONS.items():
        values[name], megabytes = peak(function, X, labels)
        row[name] = {"megabytes": round(megabytes, 1)}
    # In turns, so that both meet the same load. The median is kind to
    # scikit-learn: its first run often waits long for so much memory.
    for _ in range(N_RUNS):
        for name, function in FUNCTIONS.items():
            times[name].append(seconds(function, X, labels))
    for name in FUNCTIONS:
        row[name]["seconds"] = round(statistics.median(times[name]), 4)
    theirs, ours = (row[name]["seconds"] for name in FUNCTIONS)
    difference = np.abs(values["ours"] - values["scikit-learn"]).max()
    return row | {
        "speedup": round(theirs / ours, 1),
        "largest_difference": float(f"{difference:.1e}"),
    }


def show(rows):
    print("    n   d       scikit-learn               ours  ratio  difference")
    for row in rows:
        cells = "  ".join(
            "{seconds:7.3f} s {megabytes:5.0f} MB".format(**row[name])
            for name in FUNCTIONS
        )
        print(
            f"{row['n']:5}  {row['d']:2}  {cells}  {row['speedup']:5.1f}  "
            f"{row['largest_difference']:10.0e}"
        )


def main():
    with threadpool_limits(1):
        rows = [
            compare(n_samples, n_features)
            for n_features in (2, 16)
            for n_samples in (2_000, 10_000, 20_000)
        ]
    results = {
        "versions": versions(),
        "machine": one_core(),
        "k": N_CLUSTERS,
        "n_runs": N_RUNS,
        "rows": rows,
    }
    show(rows)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
