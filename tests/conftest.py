"""Settings that all tests share, the built book and the browser."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

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
# Extensions of the build are no package; one of them knows the browser.
sys.path.insert(0, str(ROOT / "_ext"))
from pdf import CHROMIUM, FLAGS  # noqa: E402


def build(output):
    program = Path(sys.executable).with_name("jupyter-book")
    done = subprocess.run(
        [
            *(program, "build", ROOT, "--path-output", output),
            *("-W", "-n", "--keep-going"),
        ],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return output / "_build" / "html"


@pytest.fixture(scope="session")
def book(tmp_path_factory):
    return build(tmp_path_factory.mktemp("book"))


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
