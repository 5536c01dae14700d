"""Write chapters/made-with.csv: what the stored outputs were made with.

``make execute`` runs this after the chapters, on the same machine.
"""

import csv
import os
import platform
from importlib.metadata import version
from pathlib import Path

import numpy  # noqa: F401  (loads the BLAS that threadpoolctl then finds)
from threadpoolctl import threadpool_info

PACKAGES = ["numpy", "scipy", "scikit-learn", "matplotlib", "pandas"]


def processor():
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        names = [line for line in lines if line.startswith("model name")]
        return names[0].partition(":")[2].strip()
    except (OSError, IndexError):
        return platform.processor() or platform.machine()


blas = next(pool for pool in threadpool_info() if pool["user_api"] == "blas")
rows = [
    ("Python", platform.python_version()),
    *((name, version(name)) for name in PACKAGES),
    (
        "Linear algebra",
        f"{blas['internal_api']} {blas['version']}, "
        f"kernel {blas['architecture']}",
    ),
    ("Operating system", platform.system()),
    ("Processor", f"{processor()}, {os.cpu_count()} cores"),
]
target = Path(__file__).parents[1] / "chapters/made-with.csv"
with target.open("w", newline="", encoding="utf-8") as file:
    csv.writer(file, lineterminator="\n").writerows(rows)
