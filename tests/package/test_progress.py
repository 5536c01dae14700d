"""Whoever waits sees a bar; a program that runs notebooks does not."""

import io
import sys
from types import SimpleNamespace

import pytest
from tqdm import tqdm

from kmeans.progress import progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def notebook(monkeypatch, **kernel):
    shell = SimpleNamespace(kernel=SimpleNamespace(**kernel))
    fake = SimpleNamespace(get_ipython=lambda: shell)
    monkeypatch.setitem(sys.modules, "IPython", fake)


def test_nobody_is_watching(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    monkeypatch.setitem(sys.modules, "IPython", None)
    steps = range(5)
    assert progress(steps, "swaps") is steps


def test_bar_in_a_terminal(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    bar = progress(range(5), "swaps")
    assert isinstance(bar, tqdm)
    assert bar.unit == " swaps"
    assert list(bar) == [0, 1, 2, 3, 4]


def test_bar_comes_late_and_leaves_nothing(monkeypatch):
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    assert list(progress(range(5), "swaps")) == [0, 1, 2, 3, 4]
    assert terminal.getvalue() == ""

    bar = progress(range(5), "swaps")
    # As if it had been made three seconds ago.
    bar.start_t -= 3
    bar.miniters = bar.mininterval = 0
    assert list(bar) == [0, 1, 2, 3, 4]
    written = terminal.getvalue()
    assert "1/5" in written
    assert "swaps/s" in written
    assert written.rsplit("\r", 2)[-2].strip() == ""


@pytest.mark.parametrize("person", [True, False])
def test_notebook_with_and_without_a_person(monkeypatch, person):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    notebook(monkeypatch, _allow_stdin=person)
    assert isinstance(progress(range(5), "swaps"), tqdm) is person


def test_ipython_without_a_kernel_is_no_notebook(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    fake = SimpleNamespace(get_ipython=lambda: None)
    monkeypatch.setitem(sys.modules, "IPython", fake)
    steps = range(5)
    assert progress(steps, "swaps") is steps
