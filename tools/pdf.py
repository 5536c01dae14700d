"""Print every page of the built book to a PDF beside it: ``make pdf``.

It is the browser's own print of the page, in the style that book.css has for
print. The page then offers the PDF in its menu, where the build has put the
reader's own print dialog. A build writes what changed anew, without PDFs, so
a page never offers an old one.
"""

import re
import sys
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

from tools.browser import CHROMIUM, FLAGS

SITE = Path(__file__).parents[1] / "_build/html"
DIALOG = re.compile(
    r'<button onclick="window\.print\(\)"([^>]*)>(.*?)</button>', re.DOTALL
)
# A PDF knows no relative addresses: a link to another page leads to the
# book's home, where it has one, and is plain text otherwise.
MEND_LINKS = """() => {
  const home = document.querySelector("link[rel=canonical]")?.href;
  for (const link of document.querySelectorAll("a[href]")) {
    const place = link.getAttribute("href");
    if (/^(#|[a-z]+:)/.test(place)) continue;
    if (home) link.href = new URL(place, home).href;
    else link.removeAttribute("href");
  }
}"""


def print_site(site):
    """Print what has no PDF yet; return the number of failures."""
    pages = {page: page.read_text("utf-8") for page in site.rglob("*.html")}
    pages = {page: html for page, html in pages.items() if is_due(page, html)}
    failures = 0
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS
        )
        # On paper nothing moves, and what a script has drawn by the time of
        # printing is chance.
        context = chromium.new_context(java_script_enabled=False)
        for page in sorted(pages):
            name = page.relative_to(site).with_suffix(".pdf").as_posix()
            try:
                pdf = printed(context, page)
                page.with_suffix(".pdf").write_bytes(pdf)
                page.write_text(offering(page, pages[page]), "utf-8")
            except (Error, OSError) as error:
                failures += 1
                print(f"{name} could not be made: {error}", file=sys.stderr)
            else:
                print(name)
        chromium.close()
    return failures


def is_due(page, html):
    return DIALOG.search(html) or (
        f'<a href="{page.stem}.pdf"' in html
        and not page.with_suffix(".pdf").exists()
    )


def offering(page, html):
    """Let the page's menu lead to the PDF."""
    link = rf'<a href="{page.stem}.pdf"\1>\2</a>'
    html = DIALOG.sub(link, html)
    return html.replace("Print to PDF", "Download this page as PDF")


def printed(context, page):
    tab = context.new_page()
    try:
        tab.goto(page.as_uri())
        tab.evaluate(MEND_LINKS)
        return tab.pdf(prefer_css_page_size=True, outline=True, tagged=True)
    finally:
        tab.close()


def main(site=SITE):
    if CHROMIUM is None:
        sys.exit(
            "PDFs are printed with Chromium, Chrome or Edge, and none was "
            "found: install one, or print from the pages themselves."
        )
    if not (site / "index.html").exists():
        sys.exit(f"{site} holds no built book: run `make book` first.")
    try:
        sys.exit(print_site(site) > 0)
    except KeyboardInterrupt:
        sys.exit("Interrupted; `make pdf` goes on with the pages left.")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
