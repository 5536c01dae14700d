"""Turn LaTeX into MathML while the book is built.

Browsers draw MathML themselves, so a page needs no MathJax: no script, no
request, and formulas that also work from the file system and with scripts off.
LaTeX that cannot be converted is a warning, which fails a strict build.
"""

import re

from docutils import nodes
from math_core import LatexError, LatexToMathML
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

logger = logging.getLogger(__name__)

MACROS = {
    "substack": r"\begin{matrix}#1\end{matrix}",
    "smash": r"#1",
    "argmin": r"\operatorname*{arg\,min}",
    "argmax": r"\operatorname*{arg\,max}",
}
# Sphinx counts equations; an environment that counted too would number twice.
COUNTING = re.compile(
    r"\\(begin|end)\{(align|gather|equation|multline|flalign)\}"
)
SPLIT = re.compile(r"\\(begin|end)\{split\}")

converter = LatexToMathML(macros=MACROS, fancy_error=False)


def to_mathml(node, displaystyle):
    latex = COUNTING.sub(r"\\\1{\2*}", node.astext())
    latex = SPLIT.sub(r"\\\1{aligned}", latex)
    try:
        return converter.convert_with_local_state(
            latex, displaystyle=displaystyle
        )
    except LatexError as error:
        logger.warning("cannot show %r: %s", latex, error, location=node)
        return "<code>LaTeX</code>"


def visit_inline(self, node):
    self.body.append(to_mathml(node, displaystyle=False))
    raise nodes.SkipNode


def visit_display(self, node):
    number = node["number"] and get_node_equation_number(self, node)
    self.body.append(self.starttag(node, "div", CLASS="math"))
    # When it scrolls, the theme's script lets a container of this class have
    # the keyboard's focus.
    self.body.append('<div class="pst-scrollable-table-container">')
    self.body.append(to_mathml(node, displaystyle=True) + "</div>")
    if number:
        self.body.append(f'<span class="eqno">({number})</span>')
    self.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app):
    app.add_html_math_renderer(
        "mathml", (visit_inline, None), (visit_display, None)
    )
    return {"parallel_read_safe": True, "parallel_write_safe": True}
