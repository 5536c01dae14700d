"""Print every page to a PDF beside it, for readers who want paper.

It is the browser's own print of the page, in the style that book.css has for
print, so it needs Chromium. Where there is none the book is built without
PDFs, says so, and the pages offer the reader's own print dialog instead.
"""

import re
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sphinx.util import logging

CHROMIUM = next(
    filter(
        None,
        map(shutil.which, ["chromium", "chromium-browser", "google-chrome"]),
    ),
    None,
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def offer(app, pagename, templatename, context, doctree):
    """Put the PDF into the page's download menu."""
    if CHROMIUM is None:
        return
    for menu in context.get("header_buttons", []):
        for button in menu.get("buttons", []):
            if button["label"] == "download-pdf-button":
                del button["javascript"]
                button["type"] = "link"
                button["url"] = f"{Path(pagename).name}.pdf"
                button["tooltip"] = "Download this page as PDF"


def print_pages(app, exception):
    if exception or app.builder.format != "html":
        return
    if CHROMIUM is None:
        logging.getLogger(__name__).info("no Chromium found: no PDFs made")
        return
    out = Path(app.outdir)
    pages = [out / f"{name}.html" for name in sorted(app.env.all_docs)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(print_page, filter(is_outdated, pages)))


def is_outdated(page):
    pdf = page.with_suffix(".pdf")
    return not pdf.exists() or pdf.stat().st_mtime < page.stat().st_mtime


def print_page(page):
    # A PDF knows no relative addresses: links to other pages would lead to
    # files of the machine that built the book.
    html = page.read_text("utf-8")
    html = re.sub(r'(<a\b[^>]*?) href="(?!#|https?:)[^"]*"', r"\1", html)
    # And on paper nothing moves: what a script has drawn by the time of
    # printing differs from print to print.
    html = re.sub(r"<script\b.*?</script>", "", html, flags=re.DOTALL)
    paper = page.with_suffix(".print.html")
    paper.write_text(html, "utf-8")
    pdf = page.with_suffix(".pdf")
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            [
                *(CHROMIUM, "--headless", *FLAGS, "--no-pdf-header-footer"),
                f"--user-data-dir={profile}",
                *(f"--print-to-pdf={pdf}", paper.as_uri()),
            ],
            capture_output=True,
            text=True,
            timeout=120,
        )
    paper.unlink()
    if not pdf.exists():
        raise RuntimeError(f"Chromium printed no {pdf.name}: {done.stderr}")
    pdf.write_bytes(settled(pdf.read_bytes()))


def settled(data):
    """Make two prints of the same page the same bytes.

    The time of printing is taken out. The heads of tables, which Chromium
    numbers as it comes upon them, are numbered in the order of the file; the
    list that finds a head by its number has to be in order again after that.
    No piece changes its length, for a PDF is read by positions.
    """
    data = re.sub(rb"\(D:\d{14}", b"(D:20000101000000", data)
    heads = dict.fromkeys(re.findall(rb"\(node(\d{8})\)", data))
    numbers = {head: b"%08d" % n for n, head in enumerate(heads)}
    data = re.sub(
        rb"(?<=\(node)\d{8}(?=\))", lambda head: numbers[head[0]], data
    )
    return re.sub(
        rb"/Limits \[.*\]\n/Names \[(\(node.*)\]",
        lambda found: ordered(re.findall(rb"\(node.*?R", found[1])),
        data,
    )


def ordered(names):
    names.sort()
    limits = names[0].split()[0], names[-1].split()[0]
    return b"/Limits [%s %s]\n/Names [%s]" % (*limits, b" ".join(names))


def setup(app):
    # After the theme has filled the menu, and after the pages are finished.
    app.connect("html-page-context", offer, priority=900)
    app.connect("build-finished", print_pages, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
