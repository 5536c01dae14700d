"""PDFs are printed when asked for, and never offered when out of date."""

import re
import subprocess
import sys

import pytest
from building import ROOT, jupyter_book

from tools import pdf
from tools.browser import CHROMIUM


def print_pages(site):
    return subprocess.run(
        [sys.executable, "-m", "tools.pdf", site],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


def offered(site):
    """The PDFs that the pages link to, and those that are there."""
    links = {
        page.with_name(link)
        for page in site.rglob("*.html")
        for link in re.findall(
            r'<a href="([^"]+\.pdf)"[^>]*btn', page.read_text("utf-8")
        )
    }
    return links, set(site.rglob("*.pdf"))


@pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium found; PDFs are printed with it"
)
def test_pages_offer_their_pdf_until_the_book_changes(small_book):
    site = small_book / "_build/html"
    chapters = site / "chapters"
    assert jupyter_book(small_book).returncode == 0
    assert offered(site) == (set(), set())

    # One page cannot be printed; the others are, and know nothing of it.
    obstacle = chapters / "first.pdf"
    obstacle.mkdir()
    done = print_pages(site)
    assert done.returncode == 1
    assert "chapters/first.pdf could not be made" in done.stderr
    assert len(done.stdout.splitlines()) == 4
    assert obstacle not in offered(site)[0]
    obstacle.rmdir()
    assert print_pages(site).stdout == "chapters/first.pdf\n"
    links, files = offered(site)
    assert links == files
    assert len(files) == 5

    # A print has sections as outline and no address of the machine; nothing
    # is printed twice.
    page = chapters / "second.pdf"
    printed = page.read_bytes()
    assert printed.startswith(b"%PDF")
    assert b"/Outlines" in printed
    assert b"file:" not in printed
    assert b"/URI" not in printed
    page.unlink()
    assert print_pages(site).stdout == "chapters/second.pdf\n"

    assert jupyter_book(small_book).returncode == 0
    assert offered(site) == (links, files)

    config = small_book / "_config.yml"
    text = config.read_text("utf-8")
    config.write_text(
        text.replace('baseurl: ""', "baseurl: https://example.org/kmeans/"),
        "utf-8",
    )
    assert jupyter_book(small_book).returncode == 0
    assert offered(site) == (set(), set())
    assert print_pages(site).returncode == 0
    address = b"https://example.org/kmeans/chapters/first.html"
    assert address in page.read_bytes()


def test_without_a_browser_or_a_book_it_is_said_what_to_do(
    monkeypatch, tmp_path
):
    monkeypatch.setattr(pdf, "CHROMIUM", "chromium")
    with pytest.raises(SystemExit, match=r"no built book: run `make book`"):
        pdf.main(tmp_path)
    monkeypatch.setattr(pdf, "CHROMIUM", None)
    with pytest.raises(SystemExit, match="none was found: install one"):
        pdf.main(tmp_path)
