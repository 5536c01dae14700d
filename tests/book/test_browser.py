"""The browser is found where each system puts it."""

import pytest

from tools import browser


@pytest.mark.parametrize(
    ("system", "variable", "place"),
    [
        ("darwin", "HOME", "Applications/" + browser.MAC[0]),
        ("darwin", "HOME", "Applications/" + browser.MAC[2]),
        ("win32", "PROGRAMFILES", browser.WINDOWS[0]),
        ("win32", "PROGRAMFILES(X86)", browser.WINDOWS[2]),
        ("win32", "LOCALAPPDATA", browser.WINDOWS[0]),
    ],
)
def test_a_browser_that_is_not_on_the_path_is_found(
    monkeypatch, tmp_path, system, variable, place
):
    monkeypatch.setenv("PATH", str(tmp_path))
    surroundings = {variable: str(tmp_path)}
    assert browser.find(system, surroundings) is None
    program = tmp_path / place
    program.parent.mkdir(parents=True)
    program.touch()
    assert browser.find(system, surroundings) == str(program)


def test_a_browser_on_the_path_comes_first(monkeypatch, tmp_path):
    program = tmp_path / "chromium"
    program.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert browser.find("linux", {}) == str(program)
