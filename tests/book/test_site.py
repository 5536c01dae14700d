"""The book as a site: weight, printing, search, links from outside.

Some of these need a web server, because a browser runs neither search nor
a page for wrong addresses from plain files.
"""

import gzip
import re
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname
from xml.etree import ElementTree

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path.stem
    for path in (ROOT / "chapters").iterdir()
    if path.suffix in {".ipynb", ".md"}
)
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
HOME = CONFIG["html"]["baseurl"]
# Bytes. What four well-known books of this kind need for a chapter is 2.95
# to 5.13 million.
MOST_HTML, MOST_FIGURES, MOST_IN_ALL = 100_000, 600_000, 1_600_000
# Boxes that stay closed, code and the options of a stepper excepted, which
# works with scripts only; and figures that do not fit on a sheet or that its
# end may cut.
UNPRINTED = """() => [
  ...[...document.querySelectorAll("article details")]
    .filter((box) => !box.matches(".above-input, .kmeans-stepper *"))
    .filter((box) => ![...box.children].some((part) =>
      !part.matches("summary, .target") && part.checkVisibility())),
  ...[...document.querySelectorAll("article figure")]
    .filter((figure) => figure.clientHeight >= 970
      || getComputedStyle(figure).breakInside !== "avoid"),
].map((part) => part.outerHTML.slice(0, 80))"""


class Handler(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def send_error(self, code, *_):
        page = Path(self.directory, "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(page)


@pytest.fixture
def address(book):
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Handler, directory=book)
    )
    # A browser that leaves a page hangs up on the server.
    server.handle_error = lambda *_: None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def meta(html):
    return dict(
        re.findall(
            r'<meta (?:name|property)="([^"]+)" content="([^"]*)"', html
        )
    )


@pytest.mark.parametrize("page", PAGES)
def test_a_link_to_a_page_shows_a_title_a_sentence_and_a_picture(book, page):
    path = book / "chapters" / f"{page}.html"
    said = meta(path.read_text("utf-8"))
    assert said["og:title"]
    assert 40 <= len(said["og:description"]) <= 210
    assert said["description"] == said["og:description"]
    assert "import " not in said["description"]
    picture = said["og:image"]
    if HOME:
        assert picture == f"{HOME}_static/card.png"
    else:
        assert (path.parent / picture).is_file()


def test_descriptions_differ(book):
    said = [
        meta((book / "chapters" / f"{page}.html").read_text("utf-8"))
        for page in PAGES
    ]
    assert len({words["description"] for words in said}) == len(PAGES)


def test_the_sitemap_lists_every_page(book):
    tree = ElementTree.parse(book / "sitemap.xml")
    places = [place.text for place in tree.iter() if place.tag.endswith("loc")]
    assert sorted(places) == [f"{HOME}chapters/{page}.html" for page in PAGES]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_light(book, browser, page):
    path = book / "chapters" / f"{page}.html"
    assert len(gzip.compress(path.read_bytes())) <= MOST_HTML
    context = browser.new_context(color_scheme="light")
    tab = context.new_page()
    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(path.as_uri())
    for image in tab.locator("article img:visible").all():
        image.scroll_into_view_if_needed()
    tab.wait_for_function(
        "[...document.querySelectorAll('article img')]"
        ".every((image) => image.complete || !image.checkVisibility())"
    )
    files = {
        Path(url2pathname(urlsplit(url).path))
        for url in asked
        if url.startswith("file:")
    }
    figures = [f.stat().st_size for f in files if f.parent.name == "_images"]
    shown = tab.locator("article img:visible").count()
    assert len(figures) == shown
    assert sum(figures) <= MOST_FIGURES
    assert sum(f.stat().st_size for f in files) <= MOST_IN_ALL
    context.close()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_can_be_taken_along_plain(book, page):
    path = book / "chapters" / f"{page}.html"
    links = re.findall(r'<a href="([^"]+)"[^>]*btn', path.read_text("utf-8"))
    (source,) = (ROOT / "chapters").glob(f"{page}.*")
    assert [link for link in links if page in link] == [source.name]
    assert (path.parent / source.name).is_file()


def test_print_shows_every_solution_and_cuts_no_figure(book, browser):
    # Without scripts, so that it is the style that does it.
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 700, "height": 1000}
    )
    tab = context.new_page()
    tab.emulate_media(media="print")
    for page in PAGES:
        tab.goto((book / "chapters" / f"{page}.html").as_uri())
        assert tab.evaluate(UNPRINTED) == [], page
    context.close()


def test_paper_shows_no_link_that_it_cannot_follow(book, browser):
    context = browser.new_context()
    tab = context.new_page()
    tab.goto((book / "chapters/objective.html").as_uri())
    tab.emulate_media(media="print")
    link = tab.locator("article a[href*='intuition.html']").first
    look = "style => [style.color, style.textDecorationLine]"
    look = f"""(link) => [link, link.parentElement].map(
        (node) => ({look})(getComputedStyle(node)))"""
    shown, text = link.evaluate(look)
    assert shown != text
    shown, text = link.evaluate(
        f"(link) => (link.removeAttribute('href'), ({look})(link))"
    )
    assert shown == text
    context.close()


@pytest.mark.parametrize(
    ("words", "page", "rank"),
    [
        ("empty cluster", "lloyd", 5),
        ("seeding restarts", "initialization", 5),
        ("pip install", "front", 5),
        # What the book says otherwise, or with an accent.
        ("curse of dimensionality", "failure-modes", 1),
        ("curse dimensionality", "failure-modes", 1),
        ("initialisation", "initialization", 1),  # codespell:ignore
        ("Franti", "initialization", 5),
        ("how many clusters", "choosing-k", 1),
        ("unsupervised", "intuition", 1),
    ],
)
def test_search_finds_the_chapter(address, browser, words, page, rank):
    context = browser.new_context()
    tab = context.new_page()
    tab.goto(f"{address}/search.html?q={words}")
    tab.locator("#search-results a").first.wait_for()
    tab.get_by_text("Search finished").wait_for()
    found = [
        link.get_attribute("href")
        for link in tab.locator("#search-results li > a").all()[:rank]
    ]
    assert any(f"chapters/{page}.html" in link for link in found), found
    context.close()


@pytest.mark.parametrize("wrong", ["/nothing", "/chapters/nothing.html"])
def test_a_wrong_address_leads_back_into_the_book(address, browser, wrong):
    context = browser.new_context()
    tab = context.new_page()
    assert tab.goto(address + wrong).status == 404
    tab.get_by_role("link", name="Intuition").click()
    assert tab.url == f"{address}/chapters/intuition.html"
    context.close()
