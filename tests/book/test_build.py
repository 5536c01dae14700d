"""A build that can be trusted, tried on a small book.

The small book has five pages and the settings, extensions and styles of the
real one. Building it takes seconds, and it may be broken.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from functools import partial
from types import SimpleNamespace

import fresh
import pytest
from building import differences, jupyter_book

PAGES = ["bibliography", "first", "front", "glossary", "second"]

# What the second build sees is what an author's Ctrl-C leaves behind.
INTERRUPTED_BUILD = """
from jupyter_book.cli.main import main
from sphinx.builders.html import StandaloneHTMLBuilder as Builder

write_page = Builder.write_doc

def write_until_interrupted(self, name, doctree):
    if name == "chapters/glossary":
        raise KeyboardInterrupt
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


def test_a_build_that_failed_fails_again_until_the_book_is_mended(
    small_book, tmp_path
):
    page = small_book / "chapters/first.md"
    sound = page.read_text("utf-8")
    replace(page, "{term}`sample`", "{term}`hyperplane`")
    replace(page, "lloyd1982", "nobody2020")
    replace(page, "fig-squares", "fig-nothing")
    replace(page, "\\mu", "\\nothing")
    notebook = small_book / "chapters/second.ipynb"
    shutil.copy(notebook, tmp_path)
    replace(notebook, "{eq}`eq-sum`", "{eq}`eq-nothing`")
    first, second = jupyter_book(small_book), jupyter_book(small_book)
    assert first.returncode == second.returncode == 1
    for word in ("hyperplane", "nobody2020", "fig-nothing", "nothing"):
        assert any(word in line for line in warnings(first)), word
    assert warnings(second) == warnings(first)
    assert any(
        "second.ipynb, cell 1, line 3: WARNING: equation" in line
        for line in warnings(first)
    ), warnings(first)
    page.write_text(sound, "utf-8")
    shutil.copy(tmp_path / "second.ipynb", notebook)
    third = jupyter_book(small_book)
    assert third.returncode == 0
    assert warnings(third) == []


def test_a_build_after_an_interrupted_one_is_whole(small_book, tmp_path):
    assert jupyter_book(small_book).returncode == 0
    page = small_book / "chapters/first.md"
    shutil.copy2(page, tmp_path)
    replace(page, "# First steps", "# Other steps")
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_BUILD, "build", small_book],
        capture_output=True,
    )
    assert done.returncode != 0
    site = small_book / "_build/html"
    assert not (site / "chapters/second.html").exists()
    # The sources are again, to the time, those of the build that passed.
    shutil.copy2(tmp_path / "first.md", page)
    assert jupyter_book(small_book).returncode == 0
    assert indexed(small_book) == [f"chapters/{page}" for page in PAGES]
    for path in site.rglob("*.html"):
        assert "Other steps" not in path.read_text("utf-8"), path.name


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


def test_a_book_with_an_address_names_it_everywhere(small_book, monkeypatch):
    config = small_book / "_config.yml"
    replace(config, 'baseurl: ""', "baseurl: https://example.org/kmeans")
    replace(config, "title: K-means from", "title: Means & ends from")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    assert jupyter_book(small_book).returncode == 0
    site, home = small_book / "_build/html", "https://example.org/kmeans/"
    places = re.findall(r"<loc>(.*)</loc>", (site / "sitemap.xml").read_text())
    assert sorted(places) == [f"{home}chapters/{page}.html" for page in PAGES]
    page = (site / "chapters/second.html").read_text("utf-8")
    assert (
        f'<meta property="og:image" content="{home}_static/card.png">' in page
    )
    for kind in ('property="og:url" content', 'rel="canonical" href'):
        assert f'{kind}="{home}chapters/second.html"' in page
    assert "Copyright 2026" in page
    for name in ("index.html", "404.html", "chapters/second.html"):
        assert "Means &amp; ends" in (site / name).read_text("utf-8"), name


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
        *("chapters/glossary.md", "chapters/second.ipynb"),
    ],
)
def test_every_source_of_the_pages_is_watched(small_book, digest, place):
    before, source = digest(), small_book / place
    times = source.stat().st_atime_ns, source.stat().st_mtime_ns
    with source.open("a") as file:
        file.write(" ")
    os.utime(source, ns=times)
    assert digest() != before


def test_a_source_saved_again_counts_as_changed(small_book, digest):
    # Sphinx would write that page alone again.
    before = digest()
    os.utime(small_book / "chapters/first.md")
    assert digest() != before


def test_what_editors_and_python_leave_is_not_watched(small_book, digest):
    before = digest()
    for place in ("chapters/.ipynb_checkpoints", "_ext/__pycache__"):
        (small_book / place).mkdir()
        (small_book / place / "copy").write_text("of something")
    assert digest() == before
