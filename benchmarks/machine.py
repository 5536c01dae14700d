"""What a benchmark ran on, for the record beside its numbers."""

import os
import platform
from importlib import metadata
from pathlib import Path

from threadpoolctl import threadpool_info


def versions(*others):
    """Give the versions of what every benchmark uses, and others if there."""
    found = {"python": platform.python_version()}
    for name in ("numpy", "scipy", "scikit-learn", *others):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def one_core():
    """Describe a machine of which one core did the work."""
    return f"one core of {platform.machine()}"


def all_cores():
    """Describe a machine of which every core may have worked."""
    blas = [p for p in threadpool_info() if p["user_api"] == "blas"]
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "blas": sorted(
            {
                " ".join(
                    str(p.get(key) or "")
                    for key in ("internal_api", "version", "architecture")
                ).strip()
                for p in blas
            }
        ),
        "threads": max((p["num_threads"] for p in blas), default=1),
    }


def processor():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [ln.split(":")[1].strip() for ln in lines if "model name" in ln]
    return names[0] if names else platform.machine()
