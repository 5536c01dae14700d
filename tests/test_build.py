"""A build that can be trusted, tried on a small book.

The small book has five pages and the settings, extensions and styles of the
real one. Building it takes seconds, and it may be broken.
"""

import json
import subprocess
import sys
from functools import partial
from types import SimpleNamespace

import fresh
import pytest
from conftest import differences, jupyter_book

PAGES = ["bibliography", "first", "front", "glossary", "second"]

# What the second build sees is what an author's Ctrl-C leaves behind.
INTERRUPTED_BUILD = """
import signal
from jupyter_book.cli.main import main
from sphinx.builders.html import StandaloneHTMLBuilder as Builder

write_page = Builder.write_doc

def write_until_interrupted(self, name, doctree):
    if name == "chapters/glossary":
        signal.raise_signal(signal.SIGINT)
    write_page(self, name, doctree)

Builder.write_doc = write_until_interrupted
main()
"""


def replace(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def warnings(done):
    return [line for line in done.stderr.splitlines() if "WARNING" in line]


def indexed(book):
    index = (book / "_build/html/searchindex.js").read_text("utf-8")
    return json.loads(index[len("Search.setIndex(") : -1])["docnames"]


def test_a_build_that_failed_fails_again_until_the_book_is_mended(small_book):
    page = small_book / "chapters/first.md"
    sound = page.read_text("utf-8")
    replace(page, "{term}`sample`", "{term}`hyperplane`")
    replace(page, "lloyd1982", "nobody2020")
    replace(page, "fig-squares", "fig-nothing")
    replace(page, "\\mu", "\\nothing")
    first, second = jupyter_book(small_book), jupyter_book(small_book)
    assert first.returncode == second.returncode == 1
    for word in ("hyperplane", "nobody2020", "fig-nothing", "nothing"):
        assert any(word in line for line in warnings(first)), word
    assert warnings(second) == warnings(first)
    page.write_text(sound, "utf-8")
    third = jupyter_book(small_book)
    assert third.returncode == 0
    assert warnings(third) == []


def test_a_build_after_an_interrupted_one_is_whole(small_book):
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_BUILD, "build", small_book],
        capture_output=True,
    )
    assert done.returncode != 0
    assert not (small_book / "_build/html/chapters/second.html").exists()
    assert jupyter_book(small_book).returncode == 0
    assert indexed(small_book) == [f"chapters/{page}" for page in PAGES]


def rename_a_chapter(book):
    replace(book / "chapters/first.md", "# First steps", "# Other steps")


def remove_a_chapter(book):
    (book / "chapters/second.ipynb").unlink()
    replace(book / "_toc.yml", "      - file: chapters/second\n", "")
    replace(book / "chapters/first.md", "{numref}`fig-squares`", "no figure")


def test_a_change_leaves_nothing_stale_and_no_change_writes_no_page(
    small_book, tmp_path
):
    site = small_book / "_build/html"
    assert jupyter_book(small_book).returncode == 0
    pages = list((site / "chapters").iterdir())
    written = [page.stat().st_mtime_ns for page in pages]
    assert jupyter_book(small_book).returncode == 0
    assert [page.stat().st_mtime_ns for page in pages] == written
    for change in (rename_a_chapter, remove_a_chapter):
        change(small_book)
        assert jupyter_book(small_book).returncode == 0
        clean = tmp_path / change.__name__
        assert jupyter_book(small_book, "--path-output", clean).returncode == 0
        assert differences(site, clean / "_build/html") == []


@pytest.fixture
def digest(small_book, monkeypatch):
    monkeypatch.setattr(fresh, "ROOT", small_book)
    config = SimpleNamespace(overrides={"nitpicky": True})
    app = SimpleNamespace(config=config, outdir=small_book / "_build/html")
    return partial(fresh.digest, app)


@pytest.mark.parametrize(
    "place",
    [
        *("_toc.yml", "_config.yml", "references.bib", "kmeans/style.py"),
        *("_ext/page.py", "_ext/templates/layout.html", "_static/book.css"),
        *("chapters/glossary.md", "chapters/made-with.csv"),
    ],
)
def test_every_source_of_the_pages_is_watched(small_book, digest, place):
    before = digest()
    with (small_book / place).open("a") as file:
        file.write(" ")
    assert digest() != before


def test_what_editors_and_python_leave_is_not_watched(small_book, digest):
    before = digest()
    for place in ("chapters/.ipynb_checkpoints", "_ext/__pycache__"):
        (small_book / place).mkdir()
        (small_book / place / "copy").write_text("of something")
    assert digest() == before
