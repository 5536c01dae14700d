"""Compare every chapter under other kernels: ``make portable``.

OpenBLAS and NumPy choose their inner loops by the processor, and add up in
another order with every choice and every number of threads. Each one that
this processor can run is forced on the chapters, and nbval compares what
they put out with what is stored.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from itertools import cycle, product
from pathlib import Path

ROOT = Path(__file__).parents[1]
# Oldest first: Intel 2008, 2011, 2013, AMD 2017, Intel 2017; and of Arm.
KERNELS = {
    "x86_64": ["Nehalem", "Sandybridge", "Haswell", "Zen", "SkylakeX"],
    "aarch64": ["ARMV8", "CORTEXA57", "NEOVERSEN1", "NEOVERSEV1"],
}
PROBE = """
import json, numpy, scipy.linalg
from threadpoolctl import threadpool_info
square = numpy.arange(10_000.0).reshape(100, 100)
scipy.linalg.blas.dgemm(1, square, square @ square)
features = numpy._core._multiarray_umath.__cpu_features__
dispatched = numpy._core._multiarray_umath.__cpu_dispatch__
print(json.dumps({
    "kernels": sorted({
        pool["architecture"] for pool in threadpool_info()
        if pool["internal_api"] == "openblas"
    }),
    "features": [name for name in dispatched if features[name]],
}))
"""


@dataclass(frozen=True)
class Arithmetic:
    kernel: str
    threads: int
    # Whether NumPy may use the processor's wide registers.
    wide: bool = True

    def __str__(self):
        threads = (
            "1 thread" if self.threads == 1 else f"{self.threads} threads"
        )
        registers = "" if self.wide else ", NumPy without wide registers"
        return f"{self.kernel}, {threads}{registers}"

    def environment(self, features):
        threads = str(self.threads)
        chosen = {
            "OPENBLAS_CORETYPE": self.kernel,
            "OPENBLAS_NUM_THREADS": threads,
            "OMP_NUM_THREADS": threads,
        }
        if not self.wide:
            chosen["NPY_DISABLE_CPU_FEATURES"] = " ".join(features)
        return {**os.environ, **chosen}


def probe(kernel):
    """Ask a process which kernels it runs when told to use this one."""
    environment = {**os.environ, "OPENBLAS_CORETYPE": kernel}
    done = subprocess.run(
        [sys.executable, "-c", PROBE],
        env=environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        return None, f"a process that uses it ends with {done.returncode}"
    found = json.loads(done.stdout)
    kernels = found["kernels"]
    if [name.lower() for name in kernels] != [kernel.lower()]:
        return None, f"OpenBLAS runs {' and '.join(kernels) or 'not at all'}"
    return found["features"], ""


def plan(kernels, threads):
    """Every kernel with one number of threads, or with each that is named.

    One more has NumPy without its wide registers.
    """
    if threads:
        runs = [Arithmetic(*pair) for pair in product(kernels, threads)]
    else:
        pairs = zip(kernels, cycle((1, 2, 4)), strict=False)
        runs = [Arithmetic(*pair) for pair in pairs]
    return [*runs, Arithmetic(kernels[0], 2, wide=False)] if runs else []


def compare(arithmetic, features, chapters, jobs):
    command = [
        *(sys.executable, "-m", "pytest", "--quiet", "-n", str(jobs)),
        *("--dist", "loadfile", "--nbval", *chapters),
    ]
    environment = arithmetic.environment(features)
    return subprocess.run(command, cwd=ROOT, env=environment).returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, nargs="*", default=[])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("chapters", nargs="*", default=["chapters"])
    chosen = parser.parse_args()
    usable, features = [], []
    for kernel in KERNELS.get(platform.machine(), []):
        found, reason = probe(kernel)
        if found is None:
            print(f"{kernel}: skipped, for here {reason}")
        else:
            usable.append(kernel)
            features = found
    runs = plan(usable, chosen.threads)
    if not runs:
        print(f"No kernel can be chosen on a {platform.machine()} here.")
        return 0
    failed = []
    for run in runs:
        print(f"== {run}", flush=True)
        if not compare(run, features, chosen.chapters, chosen.jobs):
            failed.append(run)
    print(f"\nCompared in {len(runs)} ways, {len(failed)} differ:")
    for run in runs:
        print(f"  {'DIFFERS' if run in failed else 'equal  '} {run}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
