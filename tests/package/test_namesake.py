"""A stranger of the same name is noticed, and nobody else."""

import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

import kmeans
from kmeans.namesake import warn_if_installed


@pytest.mark.parametrize(
    "name", ["kmeans-1.0.2.dist-info", "kmeans-1.0.2-py3.11.egg-info"]
)
def test_the_stranger_is_noticed_and_the_mend_is_said(tmp_path, name):
    (tmp_path / name).mkdir()
    with pytest.warns(UserWarning, match="pip uninstall kmeans kmeans-book"):
        warn_if_installed(tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "kmeans_book-0.1.0.dist-info",
        "kmeans_pytorch-0.3.dist-info",
        "kmeans1d-0.5.0.dist-info",
        "kmeans1d-0.5.0-py3.11.egg-info",
        # A project of its own folder, and what pip leaves of a failed change.
        "kmeans.egg-info",
        "~means-1.0.2.dist-info",
    ],
)
def test_others_are_no_reason_to_warn(tmp_path, name):
    (tmp_path / name).mkdir()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_if_installed(tmp_path)
        warn_if_installed(tmp_path / "missing")


def test_the_import_looks_where_the_package_is_and_names_the_importer(
    tmp_path,
):
    site = tmp_path / "site"
    shutil.copytree(Path(kmeans.__file__).parent, site / "kmeans")
    (site / "kmeans-1.0.2.dist-info").mkdir()
    script = tmp_path / "mine.py"
    script.write_text(
        f"import sys; sys.path.insert(0, {str(site)!r})\nimport kmeans\n"
    )
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, check=True
    )
    assert f"{script}:2: UserWarning: the distribution 'kmeans'" in done.stderr
