"""Write a page's document tree as Markdown that every reader knows.

CommonMark, the tables of GitHub, ``<details>`` and formulas between dollars:
Jupyter in all its forms, Colab, VS Code and GitHub show these. What only MyST
has is put into words, from the tree in which Sphinx has resolved everything:
titles, numbers and authors are those of the pages.

A method is named after the kind of node that it writes. A kind without a
method is a warning, which fails a strict build.
"""

import base64
import html
import posixpath
import re
from pathlib import Path

from cell_folds import is_output
from docutils import nodes
from mathml import MACROS
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

logger = logging.getLogger(__name__)

# What Markdown would take for more than a letter, in a line and at its start.
SPECIAL = re.compile(r"[\\`*\[\]<~$]|(?<!\w)_|_(?!\w)|&(?=#?\w+;)")
START = re.compile(
    r"^(\d*)(?=#+(?: |$)|[+-](?: |$)|>|[=-]+$|(?<=\d)[.)](?: |$))",
    re.MULTILINE,
)


def escape(text):
    return SPECIAL.sub(r"\\\g<0>", text)


def fenced(text, language):
    return f"```{language}\n{text.rstrip()}\n```"


def quoted(text):
    return re.sub("^(?=.)", "> ", text, flags=re.MULTILINE).replace(
        "\n\n", "\n>\n"
    )


def folded(title, text):
    summary = html.escape(title, quote=False)
    return f"<details>\n<summary>{summary}</summary>\n\n{text}\n\n</details>"


def indented(mark, text):
    return mark + re.sub("\n(?=.)", "\n" + " " * len(mark), text)


class PlainMarkdown:
    def __init__(self, app, page):
        self.app = app
        # sphinx.util.math asks for a writer, of which it needs the builder.
        self.builder = app.builder
        self.page = page
        # Where in the bibliography the works stand that the page cites.
        self.cited = set()

    def write(self, node):
        kind = type(node).__name__
        method = getattr(self, f"write_{kind}", None)
        if method is None:
            problem = "the plain edition has no words for a %r"
            logger.warning(problem, kind, location=node)
            return ""
        return method(node)

    def words(self, node):
        return "".join(map(self.write, node.children))

    def blocks(self, node):
        # On the page the code of a figure is below it.
        children = sorted(node.children, key=is_output)
        written = (self.write(child).strip() for child in children)
        return "\n\n".join(filter(None, written))

    def number(self, kind, node):
        numbers = self.builder.fignumbers[kind][node["ids"][0]]
        return ".".join(map(str, numbers))

    # Words

    def write_Text(self, node):
        return escape(node.astext())

    def write_emphasis(self, node):
        return f"*{self.words(node)}*"

    def write_strong(self, node):
        return f"**{self.words(node)}**"

    def write_literal(self, node):
        code = node.astext()
        return f"`` {code} ``" if "`" in code else f"`{code}`"

    def write_math(self, node):
        return f"${self.latex(node)}$"

    def latex(self, node):
        # In one line, because in a quote each line would begin with a mark
        # that Jupyter takes for a part of the formula.
        latex = " ".join(node.astext().split())
        return re.sub(
            r"\\(argmin|argmax)\b", lambda name: MACROS[name[1]], latex
        )

    def write_inline(self, node):
        if "bibtex-citation" not in node["classes"]:
            return self.words(node)
        self.cited.update(
            work["refuri"] for work in node.findall(nodes.reference)
        )
        return node.astext().replace("[", "(").replace("]", ")")

    def write_reference(self, node):
        words = self.words(node)
        if not node.get("refuri"):
            # A place on the same page has no address outside of HTML.
            titles = node.document.findall(nodes.title)
            named = node.astext() in (title.astext() for title in titles)
            return f"*{words}*" if named else words
        if "std-term" in str(node):
            return words
        address = self.address(node["refuri"])
        return f"[{words}]({address})" if address else words

    def address(self, uri):
        """Another site's address, or that of a neighbor of this page."""
        if "://" in uri:
            return uri.replace("(", "%28").replace(")", "%29")
        if base := self.app.config.html_baseurl:
            return f"{base.rstrip('/')}/{self.from_root(uri)}"
        page, *_ = uri.partition(".html")
        if self.from_root(page) not in self.app.env.all_docs:
            return None
        source = self.app.env.doc2path(self.from_root(page))
        return page + Path(source).suffix

    def from_root(self, uri):
        here = posixpath.dirname(self.page)
        return posixpath.normpath(posixpath.join(here, uri))

    write_number_reference = write_reference

    def skip(self, node):
        return ""

    # Places of the index, targets of links and links to oneself; the list of
    # the chapters; words for the search.
    write_index = write_target = write_permalink = skip
    write_compound = write_meta = skip

    # Blocks

    def write_title(self, node):
        section, depth = node.parent, 0
        while isinstance(section, nodes.section):
            section, depth = section.parent, depth + 1
        return f"{'#' * depth} {self.words(node)}"

    def write_paragraph(self, node):
        return START.sub(r"\1\\", self.words(node))

    def write_bullet_list(self, node):
        return self.items(node, ["- "] * len(node))

    def write_enumerated_list(self, node):
        first = node.get("start", 1)
        return self.items(node, [f"{first + n}. " for n in range(len(node))])

    def items(self, node, marks):
        items = map(indented, marks, map(self.blocks, node.children))
        close = all(len(item) == 1 for item in node.children)
        return ("\n" if close else "\n\n").join(items)

    def write_definition_list_item(self, node):
        *terms, definition = node.children
        name = ", ".join(self.words(term).strip("*") for term in terms)
        return f"**{name}**\\\n{self.blocks(definition)}"

    def write_table(self, node):
        rows = [
            "| {} |".format(
                " | ".join(
                    self.blocks(entry).replace("|", r"\|").replace("\n", " ")
                    for entry in row.children
                )
            )
            for row in node.findall(nodes.row)
        ]
        rule = "|---" * len(next(node.findall(nodes.row))) + "|"
        table = "\n".join([rows[0], rule, *rows[1:]])
        if isinstance(node[0], nodes.title):
            return f"**{self.words(node[0])}**\n\n{table}"
        return table

    def write_math_block(self, node):
        if not node["number"]:
            return f"$${self.latex(node)}$$"
        number = get_node_equation_number(self, node)
        return rf"$${self.latex(node)} \tag{{{number}}}$$"

    def write_literal_block(self, node):
        language = node.get("language", "")
        return fenced(
            node.astext(), "text" if language == "myst-ansi" else language
        )

    def write_admonition(self, node):
        return quoted(self.headed(node))

    def write_proof_node(self, node):
        return self.blocks(node).replace("Proof.", "**Proof.**", 1)

    def headed(self, node, label=""):
        if not isinstance(node[0], nodes.title):
            return self.blocks(node)
        title = " ".join([label, *self.words(node[0]).split()]).strip()
        rest = "\n\n".join(map(self.write, node.children[1:]))
        return f"**{title}**\n\n{rest}"

    def write_theorem_node(self, node):
        kind = node.get("countertype", "exercise")
        return quoted(
            self.headed(node, f"{kind.title()} {self.number(kind, node)}")
        )

    write_algorithm_node = write_theorem_node
    write_exercise_enumerable_node = write_theorem_node

    def write_details(self, node):
        summary, *body = node.children
        text = "\n\n".join(map(self.write, body))
        return folded(summary.astext(), text)

    def write_container(self, node):
        if node.get("nb_element") == "cell_code_output":
            return f"Output:\n\n{self.blocks(node)}"
        return self.blocks(node)

    def write_citation(self, node):
        text = node.children[-1]
        return indented("- ", self.write(text))

    # A figure stands below the cell that draws it, with its caption; in a
    # solution, where there is no cell, the picture stands in the Markdown.

    def write_caption(self, node):
        number = self.number("figure", node.parent)
        name = self.app.config.numfig_format["figure"] % number
        return f"**{name}** {self.words(node)}"

    def describe(self, figure):
        """Caption and description of a figure that a cell has drawn."""
        alt = escape(next(figure.findall(nodes.image))["alt"])
        caption = next(figure.findall(nodes.caption))
        description = folded("Description of the figure", alt)
        return f"{self.write(caption)}\n\n{description}"

    def write_figure(self, node):
        image = next(node.findall(nodes.image))
        # The page has been written, and "uri" is now where it looks for it.
        svg = Path(self.app.srcdir, image["candidates"]["*"]).read_bytes()
        data = base64.b64encode(svg).decode()
        picture = f"data:image/svg+xml;base64,{data}"
        caption = self.write(next(node.findall(nodes.caption)))
        return f'<img alt="{html.escape(image["alt"])}" src="{picture}">' + (
            f"\n\n{caption}"
        )

    # These hold blocks and add nothing to them.
    write_section = write_list_item = write_definition_list = blocks
    write_glossary = write_definition = write_HideCodeCellNode = blocks
