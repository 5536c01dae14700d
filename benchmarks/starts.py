"""How many tries each way to start needs, and how many iterations a run.

Run from the top of the repository, for about half an hour, with

    python -m benchmarks.starts

It prints three tables and stores them in kmeans/data/measurements/starts.json.
Nothing is timed. Work is counted in assignments: the distances of all samples
to all centroids.
"""

import json
from pathlib import Path

import numpy as np

from benchmarks.machine import versions
from kmeans import (
    KMeans,
    d2_probabilities,
    forgy,
    greedy_kmeans_plusplus,
    inertia,
    kmeans_parallel,
    kmeans_plusplus,
    lloyd,
    random_swap,
)
from kmeans.datasets import gaussian_board

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "kmeans/data/measurements/starts.json"
SHAPES = (2, 2), (2, 3), (3, 3), (3, 4), (4, 4), (4, 5)
N_DRAWS = 20
SEEDINGS = {
    "Forgy": forgy,
    "k-means++": kmeans_plusplus,
    "greedy k-means++": greedy_kmeans_plusplus,
}


def grid(rows, columns, size, spread, seed):
    """Draw Gaussian groups around the points of a grid."""
    centers = np.argwhere(np.ones((rows, columns)))
    rng = np.random.default_rng(seed)
    return rng.normal(np.repeat(centers, size, 0), spread), centers


def seeding_cost(name, n_clusters):
    """Give the distances that a seeding computes, in assignments."""
    greedy = 2 + int(np.log(n_clusters))
    return {"Forgy": 0, "k-means++": 1, "greedy k-means++": greedy}[name]


def restart(X, n_clusters, name, seed):
    """Run once; return the inertia and the work."""
    run = lloyd(X, SEEDINGS[name](X, n_clusters, rng=seed))
    return run.inertia, run.n_iter + seeding_cost(name, n_clusters)


def swaps(X, n_clusters, name, by_share, seed):
    """Run once, then swap without end; yield the inertia and the work so far.

    The sample is drawn with equal chances or by its share of the inertia.
    """
    rng = np.random.default_rng(seed)
    best = lloyd(X, SEEDINGS[name](X, n_clusters, rng=rng))
    work = best.n_iter + seeding_cost(name, n_clusters)
    while True:
        yield best.inertia, work
        moved = best.centroids.copy()
        j = rng.integers(n_clusters)
        chances = d2_probabilities(X, best.centroids) if by_share else None
        moved[j] = rng.choice(X, p=chances)
        # Two iterations, and a third assignment for the inertia.
        trial = lloyd(X, moved, max_iter=2)
        work += 3
        if trial.inertia < best.inertia:
            best = trial


SWAPS = {
    "swaps from Forgy": ("Forgy", False),
    "swaps by share from Forgy": ("Forgy", True),
    "swaps by share from k-means++": ("k-means++", True),
    "swaps by share from greedy k-means++": ("greedy k-means++", True),
}


def race_row(shape, n_restarts, n_searches):
    """Count tries and work until a run is within one percent of the best."""
    k = shape[0] * shape[1]
    row = {"k": k, "n_draws": N_DRAWS}
    tries = {name: [] for name in SWAPS}
    work = {name: [] for name in SWAPS}
    hits = dict.fromkeys(SEEDINGS, 0)
    spent = dict.fromkeys(SEEDINGS, 0)
    for draw in range(N_DRAWS):
        X, centers = grid(*shape, size=15, spread=0.1, seed=draw)
        goal = 1.01 * lloyd(X, centers).inertia
        for name in SEEDINGS:
            for i in range(n_restarts[name]):
                end, cost = restart(X, k, name, [draw, i])
                hits[name] += end < goal
                spent[name] += cost
        for name, (seeding, by_share) in SWAPS.items():
            for i in range(n_searches):
                search = swaps(X, k, seeding, by_share, [draw, i])
                for n_tried, (end, cost) in enumerate(search, 1):
                    if end < goal:
                        break
                tries[name].append(n_tried)
                work[name].append(cost)
    for name in SEEDINGS:
        row[name] = {
            "runs": n_restarts[name] * N_DRAWS,
            "successes": int(hits[name]),
            "tries": round(n_restarts[name] * N_DRAWS / hits[name], 3),
            "assignments": round(spent[name] / hits[name], 2),
        }
    for name in SWAPS:
        row[name] = {
            "runs": n_searches * N_DRAWS,
            "successes": n_searches * N_DRAWS,
            "tries": round(float(np.mean(tries[name])), 3),
            "assignments": round(float(np.mean(work[name])), 2),
        }
    print(row, flush=True)
    return row


def race_table():
    many = {"Forgy": 1000, "k-means++": 200, "greedy k-means++": 100}
    return [race_row(shape, many, n_searches=20) for shape in SHAPES]


def sixteen_row(name, spread, n_runs=400, n_swaps=200, n_searches=10):
    """Compare searches of equal length on sixteen groups, in both counts.

    The chance of success in m restarts is worked out from that of one.
    """
    ways = [*SEEDINGS, *SWAPS]
    ratios = {way: [] for way in ways}
    work = {way: [] for way in ways}
    for draw in range(N_DRAWS):
        X, centers = grid(4, 4, size=20, spread=spread, seed=draw)
        found = {way: [] for way in ways}
        for way in SEEDINGS:
            runs = [restart(X, 16, way, [draw, i]) for i in range(n_runs)]
            found[way] = [end for end, _ in runs]
            work[way].append(np.mean([cost for _, cost in runs]))
        for way, (seeding, by_share) in SWAPS.items():
            for i in range(n_searches):
                search = swaps(X, 16, seeding, by_share, [draw, i])
                for _ in range(n_swaps + 1):
                    end, cost = next(search)
                found[way].append(end)
                work[way].append(cost)
        start = lloyd(X, centers).centroids
        long = random_swap(X, start, n_swaps=3000, rng=draw).inertia
        low = min(long, *map(min, found.values()))
        for way in ways:
            ratios[way].append(np.divide(found[way], low))
    budget = np.mean([work[way] for way in SWAPS])
    row = {"set": name, "n_swaps": n_swaps, "budget": round(budget, 1)}
    for way in ways:
        p = np.array([np.mean(ratio < 1.01) for ratio in ratios[way]])
        mean = float(np.mean(work[way]))
        row[way] = {
            "success of one": round(float(p.mean()), 4),
            "assignments of one": round(mean, 2),
            "mean ratio": round(float(np.mean(ratios[way])), 4),
        }
        if way in SEEDINGS:
            for count, m in ("tries", n_swaps + 1), ("work", budget / mean):
                success = (1 - (1 - p) ** m).mean()
                row[way][f"success at equal {count}"] = round(
                    float(success), 4
                )
    print(row, flush=True)
    return row


def sixteen_table():
    return [
        sixteen_row("separated", 0.1),
        sixteen_row("overlapping", 0.3),
    ]


def iterations_table(n_sets=40):
    """Count iterations on boards of more samples than a chapter waits for."""
    rows = []
    for n in (10_000, 30_000, 100_000):
        counts = []
        for seed in range(n_sets):
            X = gaussian_board(n, 8, spread=(0.2, 0.2), rng=seed).X
            counts.append(lloyd(X, forgy(X, 8, rng=seed)).n_iter)
        quartiles = np.percentile(counts, [25, 50, 75]).tolist()
        rows.append(
            {
                "n": n,
                "n_sets": n_sets,
                "quartiles": quartiles,
                "most": max(counts),
            }
        )
        print(rows[-1], flush=True)
    return rows


def large_rows(boards, spread, n=100_000, k=50, n_sets=20):
    """Compare starts for many samples: inertia of the start and of the end."""

    def on_few(X, k, rng):
        few = np.random.default_rng(rng).choice(X, 5000, replace=False)
        return greedy_kmeans_plusplus(few, k, rng=rng)

    def ten_on_few(X, k, rng):
        few = np.random.default_rng(rng).choice(X, 5000, replace=False)
        return KMeans(k, n_init=10, random_state=rng).fit(few).cluster_centers_

    def parallel(X, k, rng):
        return kmeans_parallel(np.split(X, 10), k, rng=rng)

    ways = {
        "Forgy": forgy,
        "greedy k-means++": greedy_kmeans_plusplus,
        "greedy k-means++ on 5000 samples": on_few,
        "ten runs on 5000 samples": ten_on_few,
        "k-means||": parallel,
    }
    found = {name: [] for name in ways}
    for seed in range(n_sets):
        X = gaussian_board(n, k, spread=spread, rng=seed).X
        both = {}
        for name, seeding in ways.items():
            start = seeding(X, k, rng=seed)
            model = KMeans(k, init=start, n_init=1).fit(X)
            both[name] = [inertia(X, start), model.inertia_]
        low = min(end for _, end in both.values())
        for name in ways:
            found[name].append(np.divide(both[name], low))
    rows = []
    for name, ratios in found.items():
        start, end = np.mean(ratios, axis=0).tolist()
        worst = float(np.max(ratios, axis=0)[1])
        rows.append(
            {
                "boards": boards,
                "seeding": name,
                "n": n,
                "k": k,
                "n_sets": n_sets,
                "start": round(start, 3),
                "end": round(end, 3),
                "worst end": round(worst, 3),
            }
        )
        print(rows[-1], flush=True)
    return rows


def large_table():
    return [
        *large_rows("separated", (0.01, 0.01)),
        *large_rows("overlapping", (0.1, 0.1)),
    ]


def main():
    results = {
        "versions": versions(),
        "large": large_table(),
        "sixteen": sixteen_table(),
        "race": race_table(),
        "iterations": iterations_table(),
    }
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
