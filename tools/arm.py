"""Run the chapters on emulated 64-bit Arm and compare every output.

``make arm``, or ``python -m tools.arm chapters/lloyd.ipynb`` for some. The
last digits of a float depend on the processor; this shows that nothing in
the book does. QEMU runs Debian's Python for Arm, with the packages of
requirements.lock in their builds for Arm.

All files go into _build/arm, where the next run finds them. A chapter runs
again only if its code, the package or the lock has changed since.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import metadata
from pathlib import Path

import nbformat
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.environment import settings_of_pip
from tools.outputs import differences

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
FOLDER = ROOT / "_build" / "arm"
SYSTEM = FOLDER / "system"
PYTHON = SYSTEM / "usr/bin/python3"
QEMU = "qemu-aarch64-static"

# Each takes minutes: started first, they are not what is waited for last.
SLOW = ["speed", "choosing-k", "failure-modes", "initialization", "overlap"]

DEBIAN = ["base-files", "python3", "libstdc++6"]
# The chapters show tables, and IPython runs them.
PACKAGES = ["kmeans-book", "pandas", "ipython"]
PLATFORMS = [f"manylinux_2_{n}_aarch64" for n in (28, 27, 26, 24, 17)]

# Sources and keys are those of this system; all else is apart from it, so
# that root is not needed and nothing is installed.
APT = """\
#clear APT::Architectures;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
APT::Architecture "arm64";
APT::Architectures {{ "arm64"; }};
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Debug::NoLocking "true";
Dir::Cache "{folder}/cache";
Dir::State "{folder}/state";
Dir::State::status "/dev/null";
"""


def check_programs():
    """Stop with a word on what to do where a program is missing."""
    for program in ("apt-get", "dpkg-deb"):
        if shutil.which(program) is None:
            sys.exit(
                "make arm takes Python for Arm from Debian and needs Debian "
                f"12 or newer; there is no {program} here."
            )
    if shutil.which(QEMU) is None:
        sys.exit(
            f"make arm needs {QEMU}. Install it as root, or after sudo:\n"
            "apt-get install qemu-user-static"
        )


def call(*command, env=None):
    """Run a program; stop with what it said if it fails."""
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    if done.returncode:
        said = done.stdout[-3000:] + done.stderr[-3000:]
        sys.exit(f"This failed: {' '.join(map(str, command))}\n{said}")


def unpack_system():
    """Unpack Debian's Python for Arm and the libraries it needs."""
    if SYSTEM.exists():
        return
    print("Fetching Debian's Python for Arm.", flush=True)
    folder = FOLDER / "apt"
    for part in ("state/lists/partial", "cache/archives/partial"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    settings = folder / "apt.conf"
    settings.write_text(APT.format(folder=folder), "utf-8")
    apt = ["apt-get", "--config-file", settings, "--yes"]
    call(*apt, "update")
    call(*apt, "install", "--download-only", *DEBIAN)
    begun = SYSTEM.with_suffix(".begun")
    shutil.rmtree(begun, ignore_errors=True)
    for archive in sorted(folder.glob("cache/archives/*.deb")):
        call("dpkg-deb", "--extract", archive, begun)
    begun.rename(SYSTEM)


def needed(names, environment):
    """Names of packages and of all that they need, on another system."""
    found = set()
    names = list(names)
    while names:
        name = canonicalize_name(names.pop())
        if name in found:
            continue
        found.add(name)
        try:
            texts = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            # One that only the other Python needs: it stands in the lock.
            continue
        for requirement in map(Requirement, texts):
            marker = requirement.marker
            if marker is None or marker.evaluate(environment):
                names.append(requirement.name)
    return found


def locked(names):
    """Those lines of the lock that pin the packages of these names."""
    pins = re.split(r"\n(?=\S)", LOCK.read_text("utf-8"))
    return "\n".join(
        pin for pin in pins if re.match(r"[\w.-]+", pin)[0] in names
    )


def unpack_packages():
    """Unpack what the chapters import, and return the folder."""
    # The name is a link to that of a version, such as python3.11.
    version = PYTHON.readlink().name.removeprefix("python")
    environment = {
        "extra": "",
        "platform_machine": "aarch64",
        "python_full_version": f"{version}.0",
        "python_version": version,
    }
    pins = locked(needed(PACKAGES, environment))
    digest = hashlib.sha256((version + pins).encode()).hexdigest()
    folder = FOLDER / f"packages-{digest[:12]}"
    if folder.exists():
        return folder
    print("Fetching the locked packages in their builds for Arm.", flush=True)
    requirements = FOLDER / "requirements.txt"
    requirements.write_text(pins, "utf-8")
    begun = folder.with_suffix(".begun")
    shutil.rmtree(begun, ignore_errors=True)
    connection, _ = settings_of_pip()
    call(
        *(sys.executable, "-m", "pip", "install", "--quiet"),
        *("--target", begun, "--requirement", requirements),
        *("--no-deps", "--no-compile", "--require-hashes"),
        *("--only-binary=:all:", "--python-version", version),
        *(f"--platform={platform}" for platform in PLATFORMS),
        env=connection,
    )
    begun.rename(folder)
    return folder


def code_cells(chapter):
    notebook = nbformat.read(chapter, as_version=4)
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def fingerprint(chapter, packages, cpu):
    """A digest of all that the outputs of a chapter are made from."""
    digest = hashlib.sha256(f"{cpu} {packages.name}".encode())
    for cell in code_cells(chapter):
        digest.update(cell.source.encode())
    for path in sorted((ROOT / "kmeans").rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(path.read_bytes())
    digest.update((ROOT / "tools/run_cells.py").read_bytes())
    return digest.hexdigest()


def run(chapter, packages, cpu, folder):
    """Run a chapter on Arm, unless its outputs are there already."""
    outputs = folder / f"{chapter.stem}.json"
    made_from = outputs.with_suffix(".sha256")
    log = outputs.with_suffix(".log")
    digest = fingerprint(chapter, packages, cpu)
    if made_from.exists() and made_from.read_text("utf-8") == digest:
        print(f"{chapter.stem}: has run before", flush=True)
        return
    made_from.unlink(missing_ok=True)
    outputs.unlink(missing_ok=True)
    print(f"{chapter.stem}: running; see {log.relative_to(ROOT)}", flush=True)
    start = time.monotonic()
    with log.open("w", encoding="utf-8") as file:
        status = subprocess.call(
            [
                *(QEMU, "-L", SYSTEM, "-cpu", cpu),
                *(PYTHON, "-m", "tools.run_cells", chapter, outputs),
            ],
            cwd=ROOT,
            stdout=file,
            stderr=subprocess.STDOUT,
            env={
                "LANG": "C.UTF-8",
                "MPLCONFIGDIR": str(FOLDER / "matplotlib"),
                # One thread each: two that wait for each other cost the
                # emulation more than they gain.
                "OMP_NUM_THREADS": "1",
                "OPENBLAS_NUM_THREADS": "1",
                "PYTHONNOUSERSITE": "1",
                "PYTHONPATH": f"{packages}{os.pathsep}{ROOT}",
            },
        )
    seconds = time.monotonic() - start
    if status == 0:
        made_from.write_text(digest, "utf-8")
        print(f"{chapter.stem}: {seconds:.0f} s", flush=True)
    else:
        print(f"{chapter.stem}: stopped with status {status}", flush=True)


def compare(chapter, folder):
    """What is different in each cell, or None if there is no result."""
    outputs = folder / f"{chapter.stem}.json"
    if not outputs.exists():
        return None
    return [
        differences(cell.outputs, new)
        for cell, new in zip(
            code_cells(chapter),
            json.loads(outputs.read_text("utf-8")),
            strict=True,
        )
    ]


def report(chapters, folder):
    """Print a table and all that is different; say whether nothing is."""
    results = {chapter.stem: compare(chapter, folder) for chapter in chapters}
    print(f"\n{'chapter':15} {'cells':>6} {'equal':>6} {'different':>10}")
    for name, cells in results.items():
        if cells is None:
            print(f"{name:15} did not run to its end")
        else:
            equal = cells.count([])
            different = len(cells) - equal
            print(f"{name:15} {len(cells):6} {equal:6} {different:10}")
    for name, cells in results.items():
        for number, changes in enumerate(cells or [], 1):
            if changes:
                print(f"{name} [{number}]:", *changes, sep="\n  ")
    return not any(cells is None or any(cells) for cells in results.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=2)
    # Of the processors that QEMU knows, the one of many small computers.
    parser.add_argument("--cpu", default="cortex-a72", help="see qemu -cpu")
    parser.add_argument("chapters", type=Path, nargs="+")
    chosen = parser.parse_args()
    check_programs()
    folder = FOLDER / "results" / chosen.cpu
    folder.mkdir(parents=True, exist_ok=True)
    unpack_system()
    chapters = sorted(
        (chapter.resolve() for chapter in chosen.chapters),
        key=lambda chapter: chapter.stem not in SLOW,
    )
    run_one = partial(
        run, packages=unpack_packages(), cpu=chosen.cpu, folder=folder
    )
    pool = ThreadPoolExecutor(chosen.jobs)
    try:
        list(pool.map(run_one, chapters))
    finally:
        # After an interrupt, the chapters that wait are not started.
        pool.shutdown(cancel_futures=True)
    return not report(chapters, folder)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Interrupted; chapters that ran to their end are kept.")
