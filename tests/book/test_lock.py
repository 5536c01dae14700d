"""The lock: it holds what the project asks for, in a way every pip takes."""

import re
import tomllib
from importlib import metadata
from itertools import product
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
# A pin with its hashes is one line, continued over several.
ENTRIES = [
    re.split(r"\s+--hash=", entry)
    for entry in LOCK.replace("\\\n", "").splitlines()
    if not entry.startswith("-")
]
PINS = {
    canonicalize_name(pin.name): pin
    for pin in (Requirement(entry[0]) for entry in ENTRIES)
}
# Systems and versions that the lock is for.
PLACES = [
    {
        "sys_platform": system,
        "platform_system": {"win32": "Windows", "darwin": "Darwin"}.get(
            system, "Linux"
        ),
        "os_name": "nt" if system == "win32" else "posix",
        "python_version": version,
        "python_full_version": f"{version}.0",
    }
    for system, version in product(
        ["linux", "darwin", "win32"], ["3.11", "3.12", "3.13"]
    )
]


def asked_by_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    yield from project["build-system"]["requires"]
    yield from project["project"]["dependencies"]
    for extra in project["project"]["optional-dependencies"].values():
        yield from extra


def holds(requirement, extras):
    """Say whether a package with these extras requires it in some place."""
    return requirement.marker is None or any(
        requirement.marker.evaluate(place | {"extra": extra})
        for place in PLACES
        for extra in extras or [""]
    )


def asked_by_what_is_installed():
    """Give requirements of installed packages that are of the lock."""
    for name, pin in PINS.items():
        try:
            package = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        # Another version may ask for something else.
        if package.version not in pin.specifier:
            continue
        for line in package.requires or []:
            requirement = Requirement(line)
            if holds(requirement, pin.extras):
                yield f"{name} {package.version}", requirement


def test_every_pin_is_exact_and_has_a_hash():
    for pin, *hashes in ENTRIES:
        assert re.match(r"[^=<>~!*]+==[^=<>~!*, ]+( ;|$)", pin), pin
        assert hashes, f"{pin} has no hash"
        for value in hashes:
            assert re.fullmatch(r"sha256:[0-9a-f]{64}", value), pin


def test_the_lock_names_no_index():
    assert not re.findall(r"^-.*|.*://.*", LOCK, flags=re.M)


def test_everything_the_project_asks_for_is_in_the_lock():
    for line in asked_by_the_project():
        asked = Requirement(line)
        pin = PINS.get(canonicalize_name(asked.name))
        assert pin, f"{asked.name} is not in the lock; run make lock"
        version = str(pin.specifier).removeprefix("==")
        assert version in asked.specifier, f"{line}: the lock has {version}"
        assert asked.extras <= pin.extras, f"{line}: the lock has {pin}"


def test_extras_are_pinned_with_their_extras():
    # A pip before 23.3 takes `coverage[toml]` for another package than
    # `coverage`, and finds no hash for it.
    asked = list(asked_by_what_is_installed())
    if not asked:
        pytest.skip("this environment was not made from the lock")
    lost = [
        f"{package} requires {requirement}"
        for package, requirement in asked
        if requirement.extras
        and not requirement.extras
        <= PINS[canonicalize_name(requirement.name)].extras
    ]
    assert not lost
