"""Settings that all tests share."""

from pathlib import Path

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


def pytest_addoption(parser):
    parser.addoption(
        "--screenshots",
        action="store_true",
        help="keep a picture of every page in _build/screenshots",
    )


# There is another conftest.py below, and a search for doctests would take
# one for the other.
collect_ignore = [Path(__file__)]
