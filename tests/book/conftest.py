"""The built book and the browser."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest
from building import ROOT, build, jupyter_book
from filelock import FileLock

from tools.browser import CHROMIUM, FLAGS

# Files of tests that need another extra as well as `test`, and the module
# that tells whether it is installed.
MORE = {
    ("book", "jupyter_book"): [
        *("build", "folds", "pages", "pdf", "plain", "site"),
    ],
    ("notebooks", "jupyterlab"): ["lab"],
}
LEFT_OUT = {
    extra: [f"test_{name}.py" for name in names]
    for (extra, module), names in MORE.items()
    if find_spec(module) is None
}
collect_ignore = [file for files in LEFT_OUT.values() for file in files]


def pytest_terminal_summary(terminalreporter):
    for extra, files in LEFT_OUT.items():
        terminalreporter.write_line(
            f"SKIPPED {', '.join(files)}: the extra `{extra}` is not installed"
        )


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    """Make a folder once, for all processes of this run."""
    top = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        top = top.parent  # each worker has a folder of its own in it

    def once(name, make):
        folder, unfinished = top / name, top / f"{name}-unfinished"
        with FileLock(f"{folder}.lock"):
            if not folder.exists():
                shutil.rmtree(unfinished, ignore_errors=True)
                make(unfinished)
                unfinished.rename(folder)
        return folder

    return once


@pytest.fixture(scope="session")
def book(shared):
    return shared("book", build) / "_build/html"


def lay_small_book(book):
    """Lay out a book of five pages in the frame of the real one."""
    shutil.copytree(Path(__file__).with_name("small_book"), book)
    for folder in ("_ext", "_static", "kmeans"):
        shutil.copytree(
            ROOT / folder,
            book / folder,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    for file in (
        *("_config.yml", "references.bib"),
        # Of these and the package the build makes a wheel.
        *("pyproject.toml", "README.md", "LICENSE"),
    ):
        shutil.copy(ROOT / file, book)


@pytest.fixture
def small_book(tmp_path):
    book = tmp_path / "small_book"
    lay_small_book(book)
    return book


@pytest.fixture(scope="session")
def small_site(shared):
    """The small book, built; not to be changed."""

    def make(folder):
        lay_small_book(folder)
        assert jupyter_book(folder).returncode == 0

    return shared("small_site", make) / "_build/html"


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None:
        pytest.skip("no Chromium found; install one to test the pages")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS
        )
        yield chromium
        chromium.close()
