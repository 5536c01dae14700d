"""Surroundings of our own: what is left of a user's settings."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.surroundings import HOMES, SETTINGS, settle

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "name",
    [
        "MPLBACKEND",
        "MATPLOTLIBRC",
        "IPYTHONDIR",
        "JUPYTER_PATH",
        "PYTHONPATH",
        "PYTHONSTARTUP",
        "PYTHONOPTIMIZE",
        "PYTHONWARNINGS",
        "PYTEST_ADDOPTS",
        "SCIPY_ARRAY_API",
    ],
)
def test_what_changes_a_notebook_goes(name):
    environ = {name: "theirs", "PATH": "kept"}
    settle(environ)
    assert environ.get(name) != "theirs"
    assert environ["PATH"] == "kept"


def test_kernels_and_threads_stay_for_they_change_nothing():
    chosen = {"OPENBLAS_CORETYPE": "Haswell", "OMP_NUM_THREADS": "4"}
    environ = dict(chosen)
    settle(environ)
    assert environ.items() >= chosen.items()


def test_homes_can_be_written_to():
    environ = {"HOME": "/nowhere"}
    settle(environ)
    for name in HOMES:
        assert Path(environ[name]).is_dir()
        assert SETTINGS in Path(environ[name]).parents


def test_a_command_runs_in_them():
    show = "import json, os; print(json.dumps(dict(os.environ)))"
    command = ["-E", "-m", "tools.surroundings", "python", "-c", show]
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, "MPLBACKEND": "Agg", "PYTHONPATH": "/nowhere"},
        capture_output=True,
        check=True,
    )
    environ = json.loads(done.stdout)
    assert "MPLBACKEND" not in environ
    assert "PYTHONPATH" not in environ


def test_nbval_runs_in_them_without_make(tmp_path):
    """What a newcomer's shell, profile and path may hold, all at once."""
    profile = tmp_path / "profile_default/startup"
    profile.mkdir(parents=True)
    (profile / "00.py").write_text("raise SystemError('a profile')", "utf-8")
    (tmp_path / "kmeans.py").write_text("raise ImportError('theirs')", "utf-8")
    chapter = ["--nbval", "chapters/front.ipynb", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--quiet", *chapter],
        cwd=ROOT,
        env={
            **os.environ,
            "HOME": "/nowhere",
            "IPYTHONDIR": str(tmp_path),
            "MPLBACKEND": "Agg",
            "PYTHONPATH": str(tmp_path),
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-2000:]
