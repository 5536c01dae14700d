"""Settings that all tests share, the built book and the browser."""

import filecmp
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tools.browser import CHROMIUM, FLAGS

# The same examples on every run and every machine, and no test that fails
# because the machine was busy.
settings.register_profile(
    "reproducible",
    derandomize=True,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("reproducible")

ROOT = Path(__file__).parents[1]

# Files of tests that need another extra as well as `test`, and the module
# that tells whether it is installed.
MORE = {
    ("book", "jupyter_book"): ["build", "pages", "pdf", "plain", "site"],
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


@pytest.fixture(scope="session")
def book(tmp_path_factory):
    return build(tmp_path_factory.mktemp("book"))


@pytest.fixture
def small_book(tmp_path):
    """A book of five pages in the frame of the real one."""
    book = tmp_path / "small_book"
    shutil.copytree(ROOT / "tests/small_book", book)
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
    return book


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
