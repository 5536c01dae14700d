"""The environment: of the lock, whatever pip is told, and not lost."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.environment import pip_settings

ROOT = Path(__file__).parents[2]
LISTING = """\
:env:.cert='/etc/certificates.pem'
:env:.require-virtualenv='true'
global.constraint='constraints.txt'
global.extra-index-url='https://gone.example/simple'
global.index-url='https://one.example/simple'
global.timeout='5'
install.index-url='https://two.example/simple'
list.format='json'
"""


def test_pip_is_told_how_to_reach_an_index_and_nothing_else():
    environ, left_out = pip_settings(
        LISTING,
        {
            "HOME": "/home",
            "PIP_CERT": "/etc/certificates.pem",
            "PIP_REQUIRE_VIRTUALENV": "true",
            "PIP_USER": "1",
            "PYTHONPATH": "theirs",
        },
    )
    assert environ == {
        "HOME": "/home",
        "PIP_CERT": "/etc/certificates.pem",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        # A command's section counts more than the section for all.
        "PIP_INDEX_URL": "https://two.example/simple",
        "PIP_NO_INPUT": "1",
        "PIP_TIMEOUT": "5",
    }
    assert left_out == ["constraint", "extra-index-url", "require-virtualenv"]


@pytest.fixture
def clone(tmp_path):
    """A folder in which an environment is made, with a lock that fails."""
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools/environment.py", tmp_path / "tools")
    (tmp_path / "requirements.lock").write_text(
        f"no-such-package==1 --hash=sha256:{64 * '0'}\n", "utf-8"
    )
    return tmp_path


def run(clone, *arguments, **environ):
    return subprocess.run(
        [sys.executable, clone / "tools/environment.py", *arguments],
        env={**os.environ, "PIP_NO_INDEX": "1", **environ},
        capture_output=True,
        text=True,
    )


def test_a_failure_keeps_the_environment_and_says_what_to_look_at(clone):
    (clone / ".venv").mkdir()
    (clone / ".venv/treasure").write_text("1.1 GB", "utf-8")
    done = run(clone, PIP_CONSTRAINT="gone.txt")
    assert done.returncode == 1
    assert "unset it" in done.stderr
    assert "PIP_NO_INDEX" in done.stderr
    assert "Left out: constraint" in done.stderr
    assert (clone / ".venv/treasure").read_text("utf-8") == "1.1 GB"
    assert not (clone / ".venv-before").exists()


@pytest.mark.parametrize(
    ("answer", "said"), [("3 10", "'{}' is 3.10"), (None, "'{}' is not there")]
)
def test_an_interpreter_that_will_not_do_costs_nothing(clone, answer, said):
    (clone / ".venv").mkdir()
    interpreter = clone / "python-of-theirs"
    if answer:
        interpreter.write_text(f"#!/bin/sh\necho {answer}\n", "utf-8")
        interpreter.chmod(0o755)
    done = run(clone, interpreter)
    assert done.returncode == 1
    assert said.format(interpreter) in done.stderr
    assert "PYTHON=python3.12" in done.stderr
    assert (clone / ".venv").is_dir()


def test_this_environment_fits_and_is_left_alone(monkeypatch):
    from tools import environment

    def fail(*_):
        raise AssertionError("a new environment was begun")

    monkeypatch.setattr(environment, "replace", fail)
    if not environment.STAMP.exists():
        pytest.skip("the tests do not run in an environment that make made")
    before = environment.STAMP.read_bytes()
    environment.main()
    environment.main(sys.executable)
    assert environment.STAMP.read_bytes() == before


@pytest.mark.parametrize("key", ["python", "place", "lock"])
def test_another_python_place_or_lock_asks_for_a_new_one(
    monkeypatch, tmp_path, key
):
    from tools import environment

    asked = []
    stamp = tmp_path / "made-of.json"
    wanted = environment.description(sys.version_info[:2])
    stamp.write_text(environment.json.dumps(wanted | {key: "other"}), "utf-8")
    monkeypatch.setattr(environment, "STAMP", stamp)
    monkeypatch.setattr(environment, "replace", lambda *a: asked.append(a))
    environment.main(sys.executable)
    assert asked == [(sys.executable, wanted)]
