"""Write chapters/made-with.csv from the lock: ``make lock`` runs this.

The colophon shows it. Nothing in it depends on the machine, because the
stored outputs do not either.
"""

import csv
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ["numpy", "scipy", "scikit-learn", "matplotlib", "pandas"]


def versions(lock):
    pins = dict(re.findall(r"^([\w-]+)(?:\[.*?\])?==(\S+)", lock, flags=re.M))
    return [("Python", "3.11 to 3.13")] + [(p, pins[p]) for p in PACKAGES]


if __name__ == "__main__":
    rows = versions((ROOT / "requirements.lock").read_text("utf-8"))
    target = ROOT / "chapters/made-with.csv"
    with target.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
