"""How often each criterion finds the true number of clusters.

Run from the top of the repository, for about four minutes, with

    python -m benchmarks.criteria

It prints a table and stores it in kmeans/data/measurements/criteria.json. Two
runs with the same versions give the same numbers.

The groups are round Gaussians of unit spread and equal size. Their centers
are the corners of a regular polygon, whose side is the separation; features
beyond the second only add noise. One group is a Gaussian, or fills a cube.
A ring without a middle is the worst case of the rule of the gap statistic:
two clusters explain little of it.
"""

import json
from collections import Counter
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.machine import versions
from kmeans.diagnostics.comparison import CRITERIA, compare_k

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "kmeans/data/measurements/criteria.json"

N_SAMPLES = 200
N_SEEDS = 20
OPTIONS = {"max_clusters": 8, "n_references": 10, "n_resamples": 3}


def polygon(n_corners, side):
    angles = 2 * np.pi * np.arange(n_corners) / n_corners
    radius = side / (2 * np.sin(np.pi / n_corners))
    return radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)


def draw(n_groups, separation, n_features, rng):
    """Draw Gaussian groups; a separation of None means an even cube."""
    if separation is None:
        return rng.random((N_SAMPLES, n_features))
    X = rng.normal(size=(N_SAMPLES, n_features))
    if n_groups > 1:
        group = np.arange(N_SAMPLES) % n_groups
        X[:, :2] += polygon(n_groups, separation)[group]
    return X


def study():
    worlds = [(1, None), (1, 0)]
    worlds += [(k, side) for k in (3, 5) for side in (2, 3, 4, 6)]
    rows = []
    for n_features in 2, 8:
        for n_groups, separation in worlds:
            choices = []
            for seed in range(N_SEEDS):
                rng = np.random.default_rng(seed)
                X = draw(n_groups, separation, n_features, rng)
                choices.append(compare_k(X, **OPTIONS, rng=rng).choices)
            row = {
                "d": n_features,
                "k": n_groups,
                "shape": "cube" if separation is None else "Gaussian",
                "separation": separation if n_groups > 1 else None,
            }
            for name in CRITERIA:
                counts = Counter(choice[name] for choice in choices)
                row[name] = {
                    "found": counts[n_groups],
                    "chosen": " ".join(
                        f"{k}:{counts[k]}" for k in sorted(counts)
                    ),
                }
            rows.append(row)
    return rows


def show(rows):
    names = ["silh", "CH", "DB", "gap", "f(K)", "BIC", "stab"]
    head = ["d", "k", "shape", "side", *names]
    print(f"runs of {N_SEEDS} that choose the true k\n")
    print("".join(cell.rjust(9 if cell == "shape" else 6) for cell in head))
    for row in rows:
        side = "-" if row["separation"] is None else row["separation"]
        cells = [row["d"], row["k"], row["shape"].rjust(9), side]
        cells += [row[name]["found"] for name in CRITERIA]
        print("".join(str(cell).rjust(6) for cell in cells))


def main():
    with threadpool_limits(1):
        rows = study()
    results = {
        "versions": versions(),
        "n_samples": N_SAMPLES,
        "n_seeds": N_SEEDS,
        "options": OPTIONS,
        "rows": rows,
    }
    show(rows)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
