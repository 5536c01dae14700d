"""Make every page clean, light and accessible where the theme does not.

Each function says what it changes and why; the HTML is in ``templates/``.
"""

import re
import shutil
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx import addnodes

HERE = Path(__file__).parent

REDIRECT = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="0; url={page}">
<link rel="icon" href="_static/favicon.svg">
<title>{title}</title>
</head>
<body>
<main><h1>{title}</h1><p><a href="{page}">Open the book</a></p></main>
</body>
</html>
"""

SITEMAP = """<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
{}</urlset>
"""


def prepare(app, config):
    # First, because the theme has put its own templates there too.
    config.templates_path.insert(0, str(HERE / "templates"))
    if config.html_baseurl:
        config.html_baseurl = f"{config.html_baseurl.rstrip('/')}/"


def keep_copyright(app, config):
    """Undo that SOURCE_DATE_EPOCH, which dates a build, redates the book."""
    config.copyright = config.overrides["copyright"]


def list_index(app, doctree):
    """Put the index last in the contents, where _toc.yml may not name it."""
    if app.env.docname == app.config.root_doc:
        last = list(doctree.findall(addnodes.toctree))[-1]
        last["entries"].append(("Index", "genindex"))


def describe(doctree):
    """The first sentences of a page, for search engines and link previews."""
    text = ""
    for paragraph in doctree.findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.section | nodes.definition):
            text = f"{text} {' '.join(paragraph.astext().split())}".strip()
            if len(text) >= 60:
                break
    return text if len(text) <= 200 else f"{text[:200].rpartition(' ')[0]} …"


def mend_page(app, pagename, templatename, context, doctree):
    if doctree:
        context["page_description"] = describe(doctree)
    context["chapters"] = contents(app)
    context["html_baseurl"] = app.config.html_baseurl
    context["without_icon_script"] = lambda head: re.sub(
        r"<script[^>]*fontawesome\.js[^>]*></script>", "", str(head)
    )
    body = context.get("body", "")
    # The empty corner of a data frame is not a header of anything.
    body = body.replace("<th></th>", "<td></td>")
    # The switch of a folded cell says what it does; a second name hides that.
    body = body.replace(' aria-label="Toggle hidden content"', "")
    # Entries of a bibliography are list items; their own role was withdrawn.
    body = body.replace('role="doc-biblioentry"', 'role="listitem"')
    context["body"] = body


def contents(app):
    """Name and title of every page, in the order of the book."""
    root = app.config.root_doc
    names = [root, *app.env.toctree_includes[root]]
    return [
        (name, app.env.titles[name].astext())
        for name in names
        if name in app.env.titles
    ]


def finish(app, exception):
    if exception or app.builder.format != "html":
        return
    out = Path(app.outdir)
    # Search engines want whole addresses; html.baseurl of _config.yml, once
    # the book has a home, makes them so.
    base = escape(app.config.html_baseurl)
    places = "".join(
        f"<url><loc>{base}{name}.html</loc></url>\n"
        for name, _ in contents(app)
    )
    (out / "sitemap.xml").write_text(SITEMAP.format(places), "utf-8")
    page = f"{app.config.root_doc}.html"
    redirect = REDIRECT.format(
        lang=app.config.language,
        page=page,
        title=escape(app.config.html_title),
    )
    (out / "index.html").write_text(redirect, "utf-8")
    # book.css draws the icons; without the theme's icon fonts and script, the
    # source maps and template parts, the built book is 5 MB smaller.
    static = out / "_static"
    shutil.rmtree(static / "vendor", ignore_errors=True)
    for unused in ("**/*.map", "scripts/fontawesome.js*", "*-macros.html"):
        for path in list(static.glob(unused)):
            path.unlink()


def setup(app):
    # Jupyter Book sets this option of an extension that is not loaded here.
    app.add_config_value("comments_config", {}, "html")
    app.connect("config-inited", prepare)
    app.connect("config-inited", keep_copyright, priority=900)
    app.connect("doctree-read", list_index)
    app.connect("html-page-context", mend_page, priority=900)
    # Early, because later a plainer redirect is written if there is none.
    app.connect("build-finished", finish, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
