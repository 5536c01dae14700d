"""The fast path against compiled k-means, on all cores of this machine.

Run from the top of the repository, for less than ten minutes, on a machine
that does nothing else, with

    python -m benchmarks.speed

It prints tables and stores them in kmeans/data/measurements/speed.json.
Contestants start from the same centroids, make 20 iterations unless they
converge, are warm, and take turns. scikit-learn-intelex and faiss take part
if they are installed. With names of sections as arguments, only these are
measured.
"""

import json
import os
import subprocess
import sys
import time
import warnings
from functools import partial
from importlib import util
from pathlib import Path

import numpy as np
from scipy.cluster.vq import kmeans2
from sklearn.cluster import KMeans as TheirKMeans
from sklearn.cluster import MiniBatchKMeans
from sklearn.cluster import kmeans_plusplus as their_kmeans_plusplus
from threadpoolctl import threadpool_limits

from benchmarks.machine import all_cores, versions
from benchmarks.rungs import RUNGS
from kmeans import KMeans, greedy_kmeans_plusplus
from kmeans.fast import Samples, fast_lloyd

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "kmeans/data/measurements/speed.json"

CELLS = [
    # samples, features, clusters
    (1_000, 2, 8),
    (10_000, 2, 8),
    (100_000, 2, 8),
    (100_000, 16, 16),
    (100_000, 64, 64),
    (1_000_000, 2, 8),
    (1_000_000, 16, 64),
    (200_000, 128, 100),
    (500_000, 32, 256),
]
N_ITER = 20
# A contestant's turns go on for so many seconds, within these numbers.
SECONDS, TURNS = 2.0, (3, 31)
# scipy takes part up to so many samples times features times clusters.
SCIPY_LIMIT = 30_000_000


def overlapping(n_samples, n_features, n_clusters, seed=0):
    """Give one Gaussian cloud: no clusters, so no rest for the labels."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_samples, n_features))
    return X, X[rng.choice(n_samples, n_clusters, replace=False)]


def separated(n_samples, n_features, n_clusters, seed=0):
    """Give a round group for each cluster, far from most others."""
    rng = np.random.default_rng(seed)
    middles = rng.uniform(-10, 10, (n_clusters, n_features))
    X = rng.normal(scale=0.5, size=(n_samples, n_features))
    X += middles[rng.integers(n_clusters, size=n_samples)]
    return X, X[rng.choice(n_samples, n_clusters, replace=False)]


DATA = {"overlapping": overlapping, "separated": separated}


def hostile(n_samples, n_features, n_clusters):
    """Give data that strain a fast path, by name, and a start for each."""
    X, _ = overlapping(n_samples, n_features, n_clusters)
    groups, _ = separated(n_samples, n_features, n_clusters)
    rng = np.random.default_rng(1)
    far, half = X.copy(), X.copy()
    far[0], half[:, n_features // 2 :] = 1000.0, 7.3
    grid = rng.integers(10, size=X.shape).astype(float)
    tables = {
        "one outlier": far,
        "Cauchy": rng.standard_cauchy(X.shape),
        "lognormal": rng.lognormal(0, 2, X.shape),
        "duplicates": X[rng.integers(n_samples // 50, size=n_samples)],
        "grid": grid,
        "tenths": grid / 10,
        "constant features": half,
        "sorted": groups[groups[:, 0].argsort()],
        "a million away": groups + 1e6,
    }
    rows = rng.choice(n_samples - 1, n_clusters, replace=False) + 1
    # The outlier owns a centroid.
    rows[0] = 0
    return {name: (table, table[rows]) for name, table in tables.items()}


# --- Contestants ----------------------------------------------------------


def fit(estimator, X, start, **params):
    params = {"n_init": 1, "max_iter": N_ITER, "tol": 0.0} | params
    model = estimator(len(start), init=start, **params).fit(X)
    return model.labels_, model.n_iter_


def fit_scipy(X, start):
    return kmeans2(X, start, iter=N_ITER, minit="matrix")[1], N_ITER


def fit_faiss(X, start):
    from faiss import Kmeans

    model = Kmeans(
        X.shape[1],
        len(start),
        niter=N_ITER,
        min_points_per_centroid=1,
        max_points_per_centroid=len(X),
    )
    single = X.astype(np.float32)
    model.train(single, init_centroids=start.astype(np.float32))
    return model.index.search(single, 1)[1].ravel(), N_ITER


def contestants():
    table = {
        "scikit-learn": partial(fit, TheirKMeans),
        "this package": partial(fit, KMeans),
    }
    if util.find_spec("sklearnex"):
        from sklearnex.cluster import KMeans as IntelsKMeans

        table["scikit-learn-intelex"] = partial(fit, IntelsKMeans)
    if util.find_spec("faiss"):
        table["faiss"] = fit_faiss
    table["scipy"] = fit_scipy
    return table


def take_turns(calls, seconds=SECONDS, turns=TURNS):
    """Time calls, one after another and over again, when all are warm.

    Returns
    -------
    times : dict of {str: dict}
        The median, the least and the largest milliseconds of each.
    last : dict
        What each of them gave.
    """
    last = {name: call() for name, call in calls.items()}
    times = {name: [] for name in calls}
    end = time.perf_counter() + seconds * len(calls)
    for turn in range(turns[1]):
        for name, call in calls.items():
            start = time.perf_counter()
            last[name] = call()
            times[name].append(1e3 * (time.perf_counter() - start))
        if turn + 1 >= turns[0] and time.perf_counter() > end:
            break
    summaries = {
        name: {
            "median": digits(np.median(t)),
            "min": digits(min(t)),
            "max": digits(max(t)),
        }
        for name, t in times.items()
    }
    return summaries, last


def digits(number):
    return float(f"{number:.3g}")


def ratio(times, ours="this package", theirs="scikit-learn"):
    return digits(times[ours]["median"] / times[theirs]["median"])


# --- Sections -------------------------------------------------------------


def fits():
    """Time whole fits, every cell on both kinds of data."""
    rows = []
    for kind, make in DATA.items():
        for n, d, k in CELLS:
            X, start = make(n, d, k)
            calls = {
                name: partial(call, X, start)
                for name, call in contestants().items()
                if name != "scipy" or n * d * k <= SCIPY_LIMIT
            }
            times, last = take_turns(calls)
            expected = last["scikit-learn"][0]
            same = {
                name: float(np.mean(labels == expected))
                for name, (labels, _) in last.items()
            }
            assert same["this package"] == 1
            best = min(t["median"] for t in times.values())
            rows.append(
                {
                    "data": kind,
                    "n": n,
                    "d": d,
                    "k": k,
                    "n_iter": int(last["this package"][1]),
                    "ms": times,
                    "same_labels": same,
                    "ratio": ratio(times),
                    "ratio_to_best": digits(
                        times["this package"]["median"] / best
                    ),
                    "product_ms": product(n, d, k),
                }
            )
            show_fit(rows[-1])
    return rows


def strained():
    """Time fits of hostile data."""
    rows = []
    for n, d, k in (60_000, 8, 8), (200_000, 2, 16):
        for name, (X, start) in hostile(n, d, k).items():
            calls = {
                "scikit-learn": partial(fit, TheirKMeans, X, start),
                "this package": partial(fit, KMeans, X, start),
            }
            times, last = take_turns(calls, 1.0)
            labels = [labels for labels, _ in last.values()]
            row = {"data": name, "n": n, "d": d, "k": k, "ms": times}
            row["same_labels"] = float(np.mean(labels[0] == labels[1]))
            rows.append(row | {"ratio": ratio(times)})
            print(f"{name} {n} {d} {k}: ratio {rows[-1]['ratio']}")
    return rows


def product(n, d, k):
    """Time the matrix products alone, in float32: the physical limit."""
    X = np.ones((n, d), dtype=np.float32)
    C = np.ones((k, d), dtype=np.float32)
    out = np.empty((k, n), dtype=np.float32)
    call = partial(np.matmul, C, X.T, out=out)
    times, _ = take_turns({"product": call}, 0.3)
    return digits((N_ITER + 1) * times["product"]["min"])


def memory():
    """Measure what a fit needs beyond the samples, in a new process each."""
    n, d, k = 1_000_000, 16, 64
    rows = []
    for kind in DATA:
        for name in "scikit-learn", "this package":
            sizes = map(str, (n, d, k))
            done = subprocess.run(
                [sys.executable, __file__, "--memory", kind, name, *sizes],
                check=True,
                capture_output=True,
                text=True,
                env=os.environ | {"PYTHONPATH": str(ROOT)},
            )
            share = digits(float(done.stdout))
            rows.append({"data": kind, "name": name, "share_of_X": share})
            print(f"memory, {kind}, {name}: {share:.0%} of X")
    return rows


def measure_memory(kind, name, n, d, k):
    """Print the peak of a fit beyond what was in use, as a share of X."""
    X, start = DATA[kind](n, d, k)
    call = contestants()[name]
    call(X[:20_000], start)
    before = memory_in_use("VmRSS")
    # Writing 5 there forgets the peak so far.
    Path("/proc/self/clear_refs").write_text("5")
    call(X, start)
    print((memory_in_use("VmHWM") - before) / X.nbytes)


def memory_in_use(key):
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(key):
            return 1024 * int(line.split()[1])
    raise ValueError(f"no {key} in /proc/self/status")


def seeding():
    """Time the greedy k-means++, for as many features as `KMeans` draws it."""
    rows = []
    for n, d, k in [*CELLS[:3], (100_000, 4, 16), (1_000_000, 2, 64)]:
        X, _ = overlapping(n, d, k)
        X -= X.mean(axis=0)

        def theirs(X=X, k=k):
            rng = np.random.RandomState(0)
            return their_kmeans_plusplus(X, k, random_state=rng)[0]

        def ours(X=X, k=k):
            rng = np.random.RandomState(0)
            return greedy_kmeans_plusplus(X, k, rng=rng)

        calls = {"scikit-learn": theirs, "this package": ours}
        times, last = take_turns(calls, 2.0)
        same = np.array_equal(last["scikit-learn"], last["this package"])
        row = {"n": n, "d": d, "k": k, "ms": times, "same_seeds": same}
        rows.append(row | {"ratio": ratio(times)})
        print(f"k-means++ {n} {d} {k}: ratio {rows[-1]['ratio']}, {same=}")
    return rows


def methods():
    """Time what is called after `fit`."""
    rows = []
    for n, d, k in CELLS[:7]:
        X, start = overlapping(n, d, k)
        params = {"init": start, "n_init": 1, "max_iter": 5, "tol": 0.0}
        models = {
            "scikit-learn": TheirKMeans(k, **params).fit(X),
            "this package": KMeans(k, **params).fit(X),
        }
        for method in "predict", "transform", "score":
            calls = {
                name: partial(getattr(model, method), X)
                for name, model in models.items()
            }
            times, _ = take_turns(calls, 0.5)
            row = {"method": method, "n": n, "d": d, "k": k, "ms": times}
            rows.append(row | {"ratio": ratio(times)})
            print(f"{method} {n} {d} {k}: ratio {rows[-1]['ratio']}")
    return rows


def sweeps():
    """Let one of n, k and d grow, and find the power in the time."""
    ranges = {
        "n": [(2**p, 16, 16) for p in range(14, 21)],
        "k": [(50_000, 16, 2**p) for p in range(3, 10)],
        "d": [(50_000, 2**p, 16) for p in range(3, 10)],
    }
    table = {}
    for axis, cells in ranges.items():
        points = []
        for n, d, k in cells:
            X, start = overlapping(n, d, k)
            calls = {
                name: partial(call, X, start)
                for name, call in contestants().items()
                if name in ("scikit-learn", "this package")
            }
            times, _ = take_turns(calls, 0.5)
            ms = {name: t["median"] / N_ITER for name, t in times.items()}
            points.append(
                {"n": n, "d": d, "k": k}
                | {"ms_per_iteration": {a: digits(b) for a, b in ms.items()}}
            )
        # The small ones have costs that do not grow.
        x, ours = (
            np.log([p[axis] for p in points[-4:]]),
            np.log(
                [p["ms_per_iteration"]["this package"] for p in points[-4:]]
            ),
        )
        slope = digits(np.polyfit(x, ours, 1)[0])
        table[axis] = {"points": points, "slope": slope}
        print(f"time grows as {axis}^{slope:.2f}")
    return table


def rungs(n=100_000, d=16, k=16, few=2_000):
    """Time one iteration of each rung of the ladder."""
    X, start = overlapping(n, d, k)
    rows, expected = [], None
    for name, iterate, prepare in RUNGS:
        m = few if prepare(X[:1]).__class__ is list else n
        prepared = prepare(X[:m])
        # What threads give is the idea of one rung alone.
        with threadpool_limits(1):
            call = partial(iterate, prepared, start)
            times, last = take_turns({name: call}, 1.0)
        labels = np.asarray(last[name][0])
        if m == n:
            expected = labels if expected is None else expected
            assert np.array_equal(labels, expected)
        rows.append(
            {
                "rung": name,
                "n": m,
                "idea": iterate.__doc__.splitlines()[0],
                "ns_per_sample": digits(1e6 * times[name]["min"] / m),
            }
        )
    rows += whole_runs(X, start)
    for row in rows:
        print(f"{row['rung']}: {row['ns_per_sample']} ns per sample")
    return {"n": n, "d": d, "k": k, "rows": rows}


def whole_runs(X, start):
    """Time iterations in a run, where they can leave work to others."""
    n = len(X)

    def run():
        return fast_lloyd(Samples(X), start, N_ITER, 0.0)

    far, far_start = separated(n, X.shape[1], len(start))
    calls = {
        "the fast path": run,
        "scikit-learn": partial(fit, TheirKMeans, X, start),
        "the fast path, separated": partial(fit, KMeans, far, far_start),
        "scikit-learn, separated": partial(fit, TheirKMeans, far, far_start),
    }
    times, _ = take_turns(calls, 1.0)
    rows = [
        {
            "rung": name,
            "n": n,
            "idea": "A whole run, its preparation included, per iteration.",
            "ns_per_sample": digits(1e6 * t["min"] / n / N_ITER),
        }
        for name, t in times.items()
    ]
    limit = product(n, X.shape[1], len(start)) / (N_ITER + 1)
    idea = "The scores as one matrix product in float32, and nothing else."
    return [
        *rows,
        {
            "rung": "bare product",
            "n": n,
            "idea": idea,
            "ns_per_sample": digits(1e6 * limit / n),
        },
    ]


def elkan():
    """Compare Elkan's and Lloyd's algorithms in scikit-learn, and ours."""
    rows = []
    for kind, make in DATA.items():
        for n, d, k in (100_000, 2, 64), (50_000, 64, 64):
            X, start = make(n, d, k)
            calls = {
                "lloyd": partial(fit, TheirKMeans, X, start),
                "elkan": partial(
                    fit, TheirKMeans, X, start, algorithm="elkan"
                ),
                "this package": partial(fit, KMeans, X, start),
            }
            times, _ = take_turns(calls, 1.0)
            rows.append({"data": kind, "n": n, "d": d, "k": k, "ms": times})
            medians = {name: t["median"] for name, t in times.items()}
            print(f"{kind} {n} {d} {k}: {medians}")
    return rows


def minibatch(n=200_000, d=16, k=64, n_seeds=3):
    """Trace the objective of mini-batch k-means against its time."""
    X, start = overlapping(n, d, k)
    full = KMeans(k, init=start, n_init=1, max_iter=300, tol=0).fit
    points = []
    for max_iter in 1, 2, 5, 10, 20, 50, 100:
        for name in "this package", "scikit-learn":
            estimator = KMeans if name == "this package" else TheirKMeans
            points.append(
                one_point(name, max_iter, estimator, X, start, max_iter)
            )
    for batch in 256, 1024, 4096, 16384:
        for steps in 10, 30, 100, 300:
            for seed in range(n_seeds):
                points.append(
                    mini_point(X, start, batch, steps, seed),
                )
    print(f"mini-batch: {len(points)} points")
    best = full(X).inertia_ if n <= 50_000 else None
    return {"n": n, "d": d, "k": k, "points": points, "best": best}


def one_point(name, label, estimator, X, start, max_iter):
    begin = time.perf_counter()
    model = estimator(
        len(start), init=start, n_init=1, max_iter=max_iter, tol=0.0
    ).fit(X)
    seconds = time.perf_counter() - begin
    return {
        "name": name,
        "iterations": label,
        "seconds": digits(seconds),
        "objective": float(f"{model.inertia_ / len(X):.6g}"),
    }


def mini_point(X, start, batch, steps, seed):
    rng = np.random.default_rng(seed)
    model = MiniBatchKMeans(len(start), init=start, n_init=1, batch_size=batch)
    begin = time.perf_counter()
    for _ in range(steps):
        model.partial_fit(X[rng.integers(len(X), size=batch)])
    seconds = time.perf_counter() - begin
    objective = -model.score(X) / len(X)
    return {
        "name": "mini-batch",
        "batch": batch,
        "iterations": steps,
        "seed": seed,
        "seconds": digits(seconds),
        "objective": float(f"{objective:.6g}"),
    }


def first_call(n=10_000, d=16, k=16, n_processes=5):
    """Time the import, the first fit and the last of a hundred.

    The import is what the package adds to NumPy and scikit-learn.
    """
    code = f"""
import time
import numpy as np
import sklearn.cluster
begin = time.perf_counter()
import kmeans
imported = time.perf_counter() - begin
X = np.random.default_rng(0).normal(size=({n}, {d}))
times = []
for _ in range(100):
    model = kmeans.KMeans({k}, init=X[:{k}], max_iter={N_ITER}, tol=0)
    begin = time.perf_counter()
    model.fit(X)
    times.append(time.perf_counter() - begin)
print(imported, times[0], sorted(times[50:])[25])
"""
    command = [sys.executable, "-W", "ignore", "-c", code]
    rows = [
        subprocess.run(command, capture_output=True, text=True, check=True)
        for _ in range(n_processes)
    ]
    seconds = [list(map(float, row.stdout.split())) for row in rows]
    medians = 1e3 * np.median(seconds, axis=0)
    result = dict(
        zip(
            ("import", "first", "hundredth"), map(digits, medians), strict=True
        )
    )
    print(result, "ms")
    return {"n": n, "d": d, "k": k, "ms": result}


SECTIONS = {
    "fits": fits,
    "strained": strained,
    "memory": memory,
    "seeding": seeding,
    "methods": methods,
    "sweeps": sweeps,
    "rungs": rungs,
    "elkan": elkan,
    "minibatch": minibatch,
    "first_call": first_call,
}


# --- Report --------------------------------------------------------------


def show_fit(row):
    medians = "  ".join(
        f"{name} {t['median']:.4g} ({t['min']:.4g}..{t['max']:.4g})"
        for name, t in row["ms"].items()
    )
    print(
        f"{row['data']:>11} {row['n']:>8} {row['d']:>4} {row['k']:>4}  "
        f"ratio {row['ratio']:.2f}, to the best {row['ratio_to_best']:.2f}  "
        f"ms: {medians}  products {row['product_ms']}",
        flush=True,
    )


def summary(rows):
    """Give the geometric mean of the ratios, and the worst."""
    table = {}
    for kind in DATA:
        ratios = [row["ratio"] for row in rows if row["data"] == kind]
        best = [row["ratio_to_best"] for row in rows if row["data"] == kind]
        table[kind] = {
            "geometric_mean": digits(np.exp(np.mean(np.log(ratios)))),
            "worst": max(ratios),
            "level_with_the_best": int(np.sum(np.array(best) <= 1.15)),
        }
        print(kind, table[kind])
    return table


def main(names):
    warnings.simplefilter("ignore")
    results = {}
    if RESULTS.exists() and names:
        results = json.loads(RESULTS.read_text())
    results |= {
        "versions": versions("scikit-learn-intelex", "faiss-cpu"),
        "machine": all_cores(),
    }
    print(results["versions"], results["machine"])
    for name in names or SECTIONS:
        begin = time.perf_counter()
        results[name] = SECTIONS[name]()
        if name == "fits":
            results["summary"] = summary(results["fits"])
        print(f"[{name}: {time.perf_counter() - begin:.0f} s]\n", flush=True)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--memory"]:
        kind, name, *sizes = sys.argv[2:]
        measure_memory(kind, name, *map(int, sizes))
    else:
        main(sys.argv[1:])
