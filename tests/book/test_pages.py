"""The built book: what a build may and may not do, and every page in it.

Pages are opened in headless Chromium, as files: wide and light, narrow and
dark. Where no Chromium is installed, those tests are skipped and say so.
"""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from building import build, differences

ROOT = Path(__file__).parents[2]
PAGES = [
    f"chapters/{path.stem}.html"
    for path in sorted((ROOT / "chapters").iterdir())
    if path.suffix in {".ipynb", ".md"}
] + ["genindex.html", "search.html", "index.html", "404.html"]

# For a person to look at.
SCREENSHOTS = ROOT / "_build/screenshots"
# What a thumb has to hit, links within sentences excepted.
SMALL_TARGETS = """() =>
  [...document.querySelectorAll("a[href], button, summary, input, select")]
    .filter((e) => e.checkVisibility({ visibilityProperty: true,
                                       opacityProperty: true }))
    .filter((e) => !e.closest("article :is(p, li, dd, td, dt)"))
    .map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
    .filter(([_, r]) => r.width && r.height)
    .filter(([_, r]) => r.width < 43.9 || r.height < 43.9)
    .map(([html, r]) => [html, r.width, r.height])"""
# Boxes whose end is beyond their edge, without a shadow there to tell.
CUT_OFF = """() =>
  [...document.querySelectorAll("article :is(pre, table, math, svg, img)")]
    .filter((e) => e.checkVisibility())
    .map((e) => [e, e.closest("pre, .pst-scrollable-table-container, "
                              + ".cell_output > .output")])
    .filter(([e, box]) => e.getBoundingClientRect().right > innerWidth + 1
                          || box?.scrollWidth > box?.clientWidth + 1)
    .filter(([e, box]) => {
      const look = box && getComputedStyle(box);
      return look?.overflowX !== "auto"
        || look.whiteSpace === "pre-wrap"
        || !look.backgroundImage.includes("gradient")
        || [...e.querySelectorAll("tr, th, td")].some((part) =>
          !getComputedStyle(part).backgroundColor.endsWith(" 0)"));
    })
    .map(([e]) => e.outerHTML.slice(0, 120))"""


class Page(HTMLParser):
    """Names and links of one page."""

    def __init__(self, path):
        super().__init__()
        self.ids, self.links, self.sources = [], [], []
        self.images = []
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        if tag == "img":
            self.images.append(attributes)
        if tag in {"script", "img"} and "src" in attributes:
            self.sources.append(attributes["src"])
        if tag == "link" and attributes.get("rel") != "canonical":
            self.sources.append(attributes["href"])


def test_two_clean_builds_are_identical(book, tmp_path):
    assert differences(book, build(tmp_path)) == []


def test_every_internal_link_and_anchor_resolves(book):
    pages = {path: Page(path) for path in book.rglob("*.html")}
    broken = []
    for path, page in pages.items():
        for link in page.links + page.sources:
            if re.match(r"[a-z]+:", link):
                continue
            file, anchor = urldefrag(unquote(link.split("?")[0]))
            target = (path.parent / file).resolve() if file else path
            if not target.exists() or (
                anchor and target in pages and anchor not in pages[target].ids
            ):
                broken.append((path.name, link))
    assert broken == []


def test_no_file_is_fetched_from_elsewhere(book):
    for path in book.rglob("*.html"):
        for source in Page(path).sources:
            assert not re.match(r"(https?:)?//", source), (path.name, source)


def test_ids_are_unique(book):
    for path in book.rglob("*.html"):
        ids = Page(path).ids
        assert len(ids) == len(set(ids)), path.name


def test_every_figure_has_its_dark_twin_with_the_same_words(book):
    for path in book.glob("chapters/*.html"):
        images = [
            image for image in Page(path).images if "_images/" in image["src"]
        ]
        light = [i for i in images if "figure-light" in i["class"]]
        dark = [i for i in images if "figure-dark" in i["class"]]
        assert len(light) + len(dark) == len(images)
        assert [i["alt"] for i in light] == [i["alt"] for i in dark]
        for image in dark:
            svg = (path.parent / image["src"]).read_text("utf-8")
            assert "#ffffff" not in svg


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])
def test_page_in_a_browser(book, browser, page, width, theme, request):
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=theme
    )
    trouble = []
    context.on(
        "request",
        lambda asked: (
            None
            if asked.url.startswith(("file:", "data:", "blob:"))
            else trouble.append(asked.url)
        ),
    )
    # Leaving a page aborts what it still loads; that is no failure.
    context.on(
        "requestfailed",
        lambda asked: (
            None
            if asked.failure == "net::ERR_ABORTED"
            else trouble.append(asked.url)
        ),
    )
    context.on("weberror", lambda error: trouble.append(str(error.error)))
    context.on(
        "console",
        lambda message: (
            trouble.append(message.text)
            if message.type in {"error", "warning"}
            else None
        ),
    )
    tab = context.new_page()
    tab.goto((book / page).as_uri(), wait_until="load")
    if page == "index.html":
        tab.wait_for_url("**/front.html")
    assert trouble == []

    if request.config.getoption("screenshots"):
        name = f"{Path(page).stem}-{width}-{theme}.png"
        tab.screenshot(path=SCREENSHOTS / name, full_page=True)
    assert tab.locator("h1").count() == 1
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    if page != "404.html":  # it has one style, which follows the system
        shown = tab.evaluate("document.documentElement.dataset.theme")
        assert shown == theme
    for image in tab.locator("figure img").all():
        hidden = "figure-dark" if theme == "light" else "figure-light"
        assert image.is_visible() != (
            hidden in image.get_attribute("class").split()
        )

    if width < 500:
        assert tab.evaluate(SMALL_TARGETS) == []
        assert tab.evaluate(CUT_OFF) == []

    # Where the background is a picture, axe does not look at the contrast.
    tab.add_style_tag(
        content="article * { background-image: none !important }"
    )
    violations = Axe().run(tab).response["violations"]
    assert [
        (found["id"], found["nodes"][0]["html"][:120]) for found in violations
    ] == []
    context.close()
