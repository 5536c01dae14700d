"""Lay a plain edition of every page beside it, for reading anywhere.

A page of the book is written in MyST, and outside of JupyterLab with an
extension a notebook in MyST is littered with marks. The plain edition is a
notebook whose text is plain Markdown, or for a page without code a file of
plain Markdown; the download menu offers it. A notebook needs the package
``kmeans``, so a wheel of it is laid into the built book, and each notebook
begins by saying how to install it.
"""

import os
from functools import cache
from io import BytesIO
from itertools import groupby
from pathlib import Path
from unittest.mock import patch

import nbformat
from cell_folds import is_cell
from disclosure import details
from docutils import nodes
from flit_core.wheel import WheelBuilder
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from plain_markdown import PlainMarkdown, fenced
from sphinx_exercise.nodes import exercise_enumerable_node

ROOT = Path(__file__).parents[1]

ABOUT = """\
This is {place} of the book *{book}* as a notebook.

To run it you need the package of the book, `kmeans-book`, which is imported as `kmeans`:

{install}

{where}Do not type `pip install kmeans`: that is somebody else's package with the same import name, and of the two in one environment, the later overwrites the earlier.
The next cell checks what you have."""  # noqa: E501

CHECK = """\
# Is the package of the book here?
try:
    from kmeans import lloyd, stepper  # noqa: F401
except ImportError as problem:
    raise ImportError(
        f"{{problem}}. This notebook needs the package of its book. Type\\n"
        "  pip uninstall -y kmeans kmeans-book\\n"
        "  pip install {wheel}\\n"
        "and restart the kernel."
    ) from None"""

FOLDED = {"jupyter": {"source_hidden": True}}


def pieces(node, plain, source):
    """Yield the blocks of text and the code cells of a page, in order.

    None stands where a new cell of text should begin.
    """
    for child in node.children:
        if isinstance(child, nodes.section):
            yield None
            yield from pieces(child, plain, source)
        elif is_cell(child):
            # With the cells whose code is in the fold of this one.
            for cell in sorted(child.findall(is_cell), key=place):
                yield code_cell(source.cells[place(cell)])
            for figure in child.findall(nodes.figure):
                yield plain.describe(figure)
                yield None
        elif isinstance(child, exercise_enumerable_node | details):
            yield from (None, plain.write(child), None)
        else:
            yield plain.write(child)


def place(cell):
    return cell["cell_index"]


def code_cell(cell):
    tags = cell.metadata.get("tags", [])
    metadata = {"tags": tags, **FOLDED} if "hide-input" in tags else {}
    return nbformat.from_dict(cell | {"metadata": metadata})


def sources(app, plain):
    """Yield the list of the works that a page cites."""
    if plain.cited:
        place = next(iter(plain.cited)).partition("#")[0]
        bibliography = plain.from_root(place).removesuffix(".html")
        tree = app.env.get_and_resolve_doctree(bibliography, app.builder)
        works = [
            plain.write(work)
            for work in tree.findall(nodes.citation)
            if f"{place}#{work['ids'][0]}" in plain.cited
        ]
        yield from (None, "## Sources cited", "\n".join(works))


def introduction(app, page):
    """The cells that say what a notebook is and what it needs."""
    config = app.config
    title = app.env.titles[page].astext()
    number = app.env.toc_secnumbers.get(page, {}).get("")
    wheel = config.book_wheel
    where = "That file lies in the folder of the built book.\n"
    if config.html_baseurl:
        wheel, where = f"{config.html_baseurl.rstrip('/')}/{wheel}", ""
    about = ABOUT.format(
        place=f"chapter {number[0]}, *{title}*,"
        if number
        else "the front page",
        book=config.html_title,
        install=fenced(f"pip install {wheel}", "sh"),
        where=where,
    )
    yield new_markdown_cell(about, id="about")
    check = CHECK.format(wheel=wheel)
    yield new_code_cell(check, id="check", metadata=FOLDED)


def as_notebook(app, page, blocks, source):
    cells = list(introduction(app, page))
    for kind, group in groupby(blocks, type):
        if kind is str:
            text = "\n\n".join(filter(None, group))
            cells.append(new_markdown_cell(text, id=f"text-{len(cells)}"))
        elif kind is not type(None):
            cells.extend(group)
    notebook = new_notebook(cells=cells, metadata=source.metadata)
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"


def lay_beside(app, pagename, templatename, context, doctree):
    """Write the plain edition of a page, and put it into its menu."""
    if not doctree:
        return
    plain = PlainMarkdown(app, pagename)
    path = Path(app.env.doc2path(pagename))
    is_notebook = path.suffix == ".ipynb"
    source = nbformat.read(path, 4) if is_notebook else None
    blocks = [*pieces(doctree, plain, source), *sources(app, plain)]
    if is_notebook:
        text = as_notebook(app, pagename, blocks, source)
    else:
        text = "\n\n".join(filter(None, blocks)) + "\n"
    target = Path(app.outdir, pagename + path.suffix)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, "utf-8", newline="\n")
    for menu in context.get("header_buttons", []):
        for button in menu.get("buttons", []):
            if button["label"] == "download-source-button":
                button["url"] = target.name
                kind = "notebook" if is_notebook else "text"
                button["tooltip"] = f"Download this page as {kind}"


@cache
def wheel(root=ROOT):
    """Name and bytes of the package's wheel, the same from the same files."""
    # The files get a time that is fixed, and as early as the format can say.
    epoch = {"SOURCE_DATE_EPOCH": "315532800"}
    target = BytesIO()
    with patch.dict(os.environ, epoch):
        builder = WheelBuilder.from_ini_path(root / "pyproject.toml", target)
        builder.build()
    return builder.wheel_filename, target.getvalue()


def name_wheel(app, config):
    # A setting, so that a new version writes every notebook again.
    config.book_wheel = wheel()[0]


def lay_wheel(app, exception):
    if not exception and app.builder.format == "html":
        name, content = wheel()
        Path(app.outdir, name).write_bytes(content)


def setup(app):
    app.add_config_value("book_wheel", "", "env")
    app.connect("config-inited", name_wheel)
    # After the theme has filled the menu.
    app.connect("html-page-context", lay_beside, priority=900)
    app.connect("build-finished", lay_wheel)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
