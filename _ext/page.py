"""Make every page clean, light and accessible: what the theme leaves to be desired.

Each function changes one thing and says why; the HTML side is in ``templates/``.
"""

import hashlib
import re
import shutil
from pathlib import Path

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
<body><main><h1>{title}</h1><p><a href="{page}">Open the book</a></p></main></body>
</html>
"""


def prepare(app, config):
    config.templates_path.insert(0, str(HERE / "templates"))  # before the theme's own
    # Sphinx does not see when a style sheet, template or extension changes; this makes it.
    frame = [path for folder in ("_ext", "_static") for path in (HERE.parent / folder).rglob("*")]
    sources = sorted(path for path in frame if path.is_file() and path.suffix != ".pyc")
    config.book_frame = hashlib.sha256(b"".join(map(Path.read_bytes, sources))).hexdigest()


def list_index(app, doctree):
    """Put the generated index last in the contents; a table of contents may not name it."""
    if app.env.docname == app.config.root_doc:
        last = list(doctree.findall(addnodes.toctree))[-1]
        last["entries"].append(("Index", "genindex"))


def mend_page(app, pagename, templatename, context, doctree):
    # The theme registers some scripts twice; the second copy of a script is an error.
    scripts = {getattr(js, "filename", js) or id(js): js for js in context["script_files"]}
    context["script_files"] = list(scripts.values())
    context["without_icon_script"] = lambda head: re.sub(
        r"<script[^>]*fontawesome\.js[^>]*></script>", "", str(head)
    )
    body = context.get("body", "")
    # The empty corner of a data frame is not a header of anything.
    body = body.replace("<th></th>", "<td></td>")
    # The switch of a folded cell says what it does; a second name would only hide that.
    body = body.replace(' aria-label="Toggle hidden content"', "")
    # Entries of a bibliography are items of a list; their own role was withdrawn.
    context["body"] = body.replace('role="doc-biblioentry"', 'role="listitem"')


def finish(app, exception):
    if exception or app.builder.format != "html":
        return
    out = Path(app.outdir)
    page = f"{app.config.root_doc}.html"
    text = REDIRECT.format(lang=app.config.language, page=page, title=app.config.html_title)
    (out / "index.html").write_text(text, "utf-8")
    # Icons are drawn by book.css. Without the theme's icon font, its script, the rules that
    # name its icons and the source maps, the built book is 5 MB smaller.
    static = out / "_static"
    sheet = static / "styles/pydata-sphinx-theme.css"
    css = re.sub(r'(\.fa-[\w-]+:before,?)+\{content:"[^"]*"\}', "", sheet.read_text("utf-8"))
    sheet.write_text(re.sub(r"@font-face\{[^}]*fontawesome[^}]*\}", "", css), "utf-8")
    shutil.rmtree(static / "vendor", ignore_errors=True)
    for path in {*static.rglob("*.map"), *static.glob("scripts/fontawesome.js*")}:
        path.unlink()


def setup(app):
    # Jupyter Book always sets this option, whose extension this book does not load.
    app.add_config_value("comments_config", {}, "html")
    app.add_config_value("book_frame", "", "env")
    app.connect("config-inited", prepare)
    app.connect("doctree-read", list_index)
    app.connect("html-page-context", mend_page, priority=900)
    app.connect("build-finished", finish, priority=100)  # before a plain redirect is written
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
