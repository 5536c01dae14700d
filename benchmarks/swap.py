"""Random swap against restarts and breathing k-means, on one core.

Run from the top of the repository, for about ten minutes, with

    python -m benchmarks.swap

It prints three tables and stores them in kmeans/data/measurements/swap.json.
But for the seconds, two runs with the same versions give the same numbers.
Breathing k-means (Fritzke 2020) takes part if `bkmeans` is installed.
"""

import json
import time
from functools import partial
from pathlib import Path

import numpy as np
from sklearn.cluster import KMeans as TheirKMeans
from sklearn.datasets import load_digits, load_iris
from sklearn.preprocessing import scale
from threadpoolctl import threadpool_limits

from benchmarks.machine import one_core, versions
from kmeans import KMeans, assign, lloyd
from kmeans.datasets import (
    gaussian_board,
    load_penguins,
    load_wholesale,
    uniform_board,
)

try:
    from bkmeans import BKMeans
except ImportError:
    BKMeans = None

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "kmeans/data/measurements/swap.json"

# Proven by du Merle et al. (2000) and Aloise, Hansen and Liberti (2012).
IRIS_OPTIMA = {
    2: 152.348,
    3: 78.8514,
    4: 57.2285,
    5: 46.4462,
    6: 39.0400,
    7: 34.2982,
    8: 29.9889,
    9: 27.7861,
    10: 25.8340,
}


def swap_from_forgy(n_clusters, n_swaps, random_state):
    return KMeans(
        n_clusters,
        init="random",
        n_init=1,
        n_swaps=n_swaps,
        random_state=random_state,
    )


def methods(n_swaps, many=True):
    """Give the competitors: names, and estimators to be given k and a seed."""
    table = {
        "n_init=1": TheirKMeans,
        "n_init=10": partial(TheirKMeans, n_init=10),
    }
    if many:
        table["n_init=100"] = partial(TheirKMeans, n_init=100)
    if BKMeans is not None:
        table["breathing"] = BKMeans
    table["swap"] = partial(swap_from_forgy, n_swaps=n_swaps)
    return table


def run(method, X, n_clusters, seed):
    """Fit once; return the model and the seconds it took."""
    model = method(n_clusters=n_clusters, random_state=seed)
    start = time.perf_counter()
    model.fit(X)
    return model, time.perf_counter() - start


def iris_table(n_seeds=100):
    """Count how often each method reaches the proven optimum of iris."""
    X = load_iris().data
    rows = []
    for n_clusters, optimum in IRIS_OPTIMA.items():
        n_swaps = 120 * n_clusters
        row = {"k": n_clusters, "optimum": optimum, "n_swaps": n_swaps}
        for name, method in methods(n_swaps).items():
            runs = [run(method, X, n_clusters, s) for s in range(n_seeds)]
            # Some stop before the end of the way into their minimum. Walk
            # it for them; the optima are given to six digits.
            ends = [lloyd(X, m.cluster_centers_).inertia for m, _ in runs]
            hits = np.abs(np.subtract(ends, optimum)) < 1e-4
            row[name] = {
                "success": round(float(np.mean(hits)), 4),
                "seconds": round(float(np.median([t for _, t in runs])), 4),
            }
        rows.append(row)
    return rows


def grid(side, per_group, sigma):
    """Draw Gaussians on a square grid of spacing 10."""
    rng = np.random.default_rng(0)
    lines = 10.0 * np.arange(side)
    centers = np.stack(np.meshgrid(lines, lines), axis=-1).reshape(-1, 2)
    X = centers.repeat(per_group, axis=0)
    return X + sigma * rng.normal(size=X.shape), centers


def grid_table():
    """Count how often each method puts one centroid on each Gaussian."""
    grids = [
        # side, samples per group, sigma, swaps per cluster, n_init=100?
        (10, 1000, 1.0, 6, False),
        (10, 200, 1.0, 6, True),
        (10, 200, 2.0, 6, True),
        (20, 50, 1.0, 8, True),
    ]
    rows = []
    for side, per_group, sigma, swaps, many in grids:
        X, centers = grid(side, per_group, sigma)
        n_clusters = len(centers)
        row = {
            "side": side,
            "n": len(X),
            "k": n_clusters,
            "sigma": sigma,
            "n_swaps": swaps * n_clusters,
        }
        for name, method in methods(row["n_swaps"], many).items():
            n_seeds = 3 if name == "n_init=100" else 20
            found, seconds = [], []
            for seed in range(n_seeds):
                model, elapsed = run(method, X, n_clusters, seed)
                hit = assign(model.cluster_centers_, centers)
                found.append(len(np.unique(hit)))
                seconds.append(elapsed)
            found = np.array(found)
            row[name] = {
                "n_seeds": n_seeds,
                "success": round(float(np.mean(found == n_clusters)), 4),
                "found": round(float(np.mean(found)), 2),
                "seconds": round(float(np.median(seconds)), 4),
            }
        rows.append(row)
    return rows


def equal_time_table(n_seeds=20):
    """Compare with n_init=10, with budgets that take about as long."""
    iris, digits = load_iris().data, load_digits().data
    sets = [
        # name, samples, clusters, swaps per cluster
        ("iris", iris, 3, 3),
        ("iris", iris, 10, 4),
        ("penguins, scaled", scale(load_penguins().X), 3, 3),
        ("penguins, scaled", scale(load_penguins().X), 8, 3),
        ("wholesale, scaled", scale(load_wholesale().X), 10, 4),
        ("digits", digits, 10, 3),
        ("digits", digits, 50, 2),
        ("uniform board", uniform_board(5000, rng=0).X, 50, 5),
        ("Gaussian board", gaussian_board(5000, 50, rng=0).X, 50, 4),
        ("grid, sigma 1", grid(10, 100, 1.0)[0], 100, 15),
        ("grid, sigma 2.5", grid(10, 100, 2.5)[0], 100, 14),
        ("grid, sigma 1", grid(20, 50, 1.0)[0], 400, 28),
    ]
    rows = []
    for name, X, n_clusters, swaps in sets:
        theirs = partial(TheirKMeans, n_init=10)
        ours = partial(KMeans, n_swaps=swaps * n_clusters)
        pairs = [
            (run(theirs, X, n_clusters, s), run(ours, X, n_clusters, s))
            for s in range(n_seeds)
        ]
        inertia = np.array([[m.inertia_ for m, _ in p] for p in pairs])
        seconds = np.median([[t for _, t in p] for p in pairs], axis=0)
        ratio = inertia[:, 1] / inertia[:, 0]
        rows.append(
            {
                "set": name,
                "n": len(X),
                "k": n_clusters,
                "n_swaps": swaps * n_clusters,
                "n_seeds": n_seeds,
                # An equal minimum found by both may differ in rounding.
                "better": int((ratio < 1 - 1e-6).sum()),
                "worse": int((ratio > 1 + 1e-6).sum()),
                "inertia_ratio": round(float(ratio.mean()), 5),
                "seconds": {
                    "n_init=10": round(float(seconds[0]), 4),
                    "swap": round(float(seconds[1]), 4),
                },
            }
        )
    return rows


def show(title, head, rows):
    """Print a table with columns as wide as they need to be."""
    table = [head, *([str(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    print(f"\n{title}\n")
    for row in table:
        print("  ".join(map(str.rjust, row, widths)))


def outcome(cell):
    """Write success and time; a method that was not run gives a dash."""
    if cell is None:
        return "-"
    return f"{cell['success']:.0%} {cell['seconds']:.3f} s"


def show_all(results):
    names = ["n_init=1", "n_init=10", "n_init=100", "breathing", "swap"]
    show(
        "iris: runs of 100 that reach the proven optimum, median time",
        ["k", "optimum", "n_swaps", *names],
        [
            [row["k"], row["optimum"], row["n_swaps"]]
            + [outcome(row.get(name)) for name in names]
            for row in results["iris"]
        ],
    )
    show(
        "grids of Gaussians: runs of 20 (n_init=100: of 3) that find all",
        ["grid", "sigma", "n", "n_swaps", *names],
        [
            [f"{row['side']} x {row['side']}"]
            + [row["sigma"], row["n"], row["n_swaps"]]
            + [outcome(row.get(name)) for name in names]
            for row in results["grids"]
        ],
    )
    same = ["set", "n", "k", "n_swaps"]
    show(
        "k-means++ and swaps against n_init=10 in about the same time",
        [*same, "time ratio", "inertia ratio", "better", "worse", "of"],
        [
            [row[name] for name in same]
            + [f"{row['seconds']['swap'] / row['seconds']['n_init=10']:.2f}"]
            + [f"{row['inertia_ratio']:.5f}"]
            + [row["better"], row["worse"], row["n_seeds"]]
            for row in results["equal_time"]
        ],
    )


def main():
    with threadpool_limits(1):
        results = {
            "versions": versions("bkmeans"),
            "machine": one_core(),
            "iris": iris_table(),
            "grids": grid_table(),
            "equal_time": equal_time_table(),
        }
    print(", ".join(f"{k} {v}" for k, v in results["versions"].items()))
    show_all(results)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
