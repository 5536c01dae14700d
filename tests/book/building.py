"""Building the book, as `make book` does, and comparing what was built."""

import filecmp
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def jupyter_book(source, *options):
    """Build the book in that folder, as `make book` does."""
    program = Path(sys.executable).with_name("jupyter-book")
    return subprocess.run(
        [program, "build", source, "-W", "-n", "--keep-going", *options],
        capture_output=True,
        text=True,
    )


def build(output):
    done = jupyter_book(ROOT, "--path-output", output)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return output / "_build" / "html"


def differences(one, two):
    """The files that only one of two folders has, or that differ."""
    files, others = (
        {path.relative_to(top) for path in top.rglob("*") if path.is_file()}
        for top in (one, two)
    )
    common = files & others
    _, differ, failed = filecmp.cmpfiles(one, two, common, shallow=False)
    return sorted(map(str, [*(files ^ others), *differ, *failed]))
