"""Make .venv with exactly what requirements.lock names.

Run by make before anything else, with any Python 3 and nothing installed:

    python tools/environment.py [INTERPRETER]

An environment that fits is left alone, also one made by hand. One that does
not is kept until the new one stands, so that nothing is lost when that
fails. Without INTERPRETER the Python of the environment that is there is
used, and where there is none, the one that runs this file.
"""

import ast
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
BEFORE = ROOT / ".venv-before"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "made-of.json"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

OLDEST = 3, 11
# How a user's pip reaches an index is the user's affair. What else it is
# told (constraints, further indexes, where to install) must not change what
# the lock says.
CONNECTION = {
    "cache-dir",
    "cert",
    "client-cert",
    "default-timeout",
    "find-links",
    "index-url",
    "keyring-provider",
    "no-cache-dir",
    "no-index",
    "proxy",
    "retries",
    "timeout",
    "trusted-host",
}


def version_of(interpreter):
    """Ask an interpreter for its version; None if there is none."""
    ask = "import sys; print(*sys.version_info[:2])"
    try:
        answer = subprocess.check_output(
            [str(interpreter), "-E", "-c", ask], stderr=subprocess.DEVNULL
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return tuple(map(int, answer.split()))


def description(version):
    """Say what an environment is made of; any change asks for a new one."""
    return {
        "python": list(version),
        # Programs in an environment name its place: it cannot be moved.
        "place": str(ROOT),
        "lock": hashlib.sha256(LOCK.read_bytes()).hexdigest(),
    }


def pip_settings(listing, environ):
    """Give an environment for pip, and the names of what it leaves out.

    `listing` is what ``pip config list`` prints, lines like
    ``global.index-url='...'``.
    """
    clean = {
        name: value
        for name, value in environ.items()
        if not name.startswith(("PIP_", "PYTHON"))
    }
    clean.update(
        PIP_CONFIG_FILE=os.devnull,
        PIP_DISABLE_PIP_VERSION_CHECK="1",
        PIP_NO_INPUT="1",
    )
    left_out = set()
    # Of a setting told twice the stronger one counts: environment variables
    # over a command's section over all commands.
    lines = [line for line in listing.splitlines() if "=" in line]
    for line in sorted(lines, key=strength):
        key, _, value = line.partition("=")
        section, _, name = key.rpartition(".")
        name = name.replace("_", "-")
        if section not in ("global", "install", ":env:"):
            continue
        if name in CONNECTION:
            variable = "PIP_" + name.replace("-", "_").upper()
            clean[variable] = ast.literal_eval(value)
        elif name not in ("disable-pip-version-check", "no-input"):
            left_out.add(name)
    return clean, sorted(left_out)


def strength(line):
    order = ["global", "install", ":env:"]
    section = line.partition("=")[0].rpartition(".")[0]
    return order.index(section) if section in order else -1


def pip(environ, *arguments, **options):
    command = [str(PYTHON), "-m", "pip", *arguments]
    return subprocess.run(command, cwd=str(ROOT), env=environ, **options)


def without_python(environ):
    return {k: v for k, v in environ.items() if not k.startswith("PYTHON")}


def settings_of_pip():
    listing = pip(
        without_python(os.environ), "config", "list", stdout=subprocess.PIPE
    )
    return pip_settings(listing.stdout.decode(), os.environ)


def fits():
    """Whether an environment made by hand holds what the lock names."""
    environ, _ = settings_of_pip()
    asked = ["install", "--dry-run", "--require-hashes", "-r", str(LOCK)]
    satisfied = pip(
        dict(environ, PIP_NO_INDEX="1"),
        *asked,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    package = subprocess.run(
        [str(PYTHON), "-c", "import kmeans; print(kmeans.__file__)"],
        cwd=str(VENV),
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    here = package.stdout.decode().strip() == str(ROOT / "kmeans/__init__.py")
    return here and satisfied.returncode == 0


def make(interpreter):
    print("Making .venv from requirements.lock; this takes a minute or two.")
    made = subprocess.run(
        [str(interpreter), "-m", "venv", str(VENV)],
        env=without_python(os.environ),
    )
    if made.returncode:
        sys.exit(f"{interpreter} could not make an environment; see above.")
    environ, left_out = settings_of_pip()
    locked = ["--require-hashes", "-r", str(LOCK)]
    package = ["--no-build-isolation", "--no-deps", "-e", str(ROOT)]
    for what in (locked, package):
        if pip(environ, "install", "--quiet", *what).returncode:
            used = [name for name in environ if name.startswith("PIP_")]
            sys.exit(
                "pip could not install what requirements.lock names; its "
                "message is above.\nIt needs the network once. If an index, "
                "a proxy, a certificate or a folder in your settings\nis "
                "gone, unset it: `pip config list` shows them, and variables "
                f"set them.\nUsed: {', '.join(sorted(used))}.\n"
                f"Left out: {', '.join(left_out) or 'nothing'}."
            )


def replace(interpreter, wanted):
    """Make a new environment; the old one comes back if that fails."""
    shutil.rmtree(BEFORE, ignore_errors=True)
    if VENV.exists():
        VENV.rename(BEFORE)
    try:
        make(interpreter)
        STAMP.write_text(json.dumps(wanted))
    except BaseException:
        shutil.rmtree(VENV, ignore_errors=True)
        if BEFORE.exists():
            BEFORE.rename(VENV)
            print("The environment that was there is kept.", file=sys.stderr)
        raise
    shutil.rmtree(BEFORE, ignore_errors=True)


def base_of(python):
    """The interpreter that an environment was made with."""
    ask = "import sys; print(getattr(sys, '_base_executable', sys.executable))"
    return subprocess.check_output([str(python), "-c", ask]).decode().strip()


def main(named=None):
    there = version_of(PYTHON)
    interpreter = named or (base_of(PYTHON) if there else sys.executable)
    version = version_of(interpreter)
    if version is None or version < OLDEST:
        known = ".".join(map(str, version)) if version else "not there"
        sys.exit(
            f"The book needs Python 3.11 or newer; '{interpreter}' is "
            f"{known}.\nName a newer one, for instance: make book "
            "PYTHON=python3.12"
        )
    wanted = description(version)
    if STAMP.exists() and json.loads(STAMP.read_text()) == wanted:
        return
    if not STAMP.exists() and there == version and fits():
        STAMP.write_text(json.dumps(wanted))
    else:
        replace(interpreter, wanted)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit("Interrupted.")
