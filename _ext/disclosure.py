"""Collapse solutions, hints and proofs of class ``dropdown`` with HTML's own ``<details>``.

They then open by mouse, touch and keyboard, are announced as collapsed or expanded, are
found by the browser's text search and work with scripts off. The title becomes plain
text: a link inside the switch could not be pressed.
"""

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx_exercise.nodes import solution_node
from sphinx_proof.nodes import proof_node

logger = logging.getLogger(__name__)

# The two extensions give the body of every box, and every proof, the same id.
REPEATED_IDS = {"exercise-content", "solution-content", "proof-content"}


class details(nodes.General, nodes.Element):
    pass


class summary(nodes.General, nodes.TextElement):
    pass


class CollapseBoxes(SphinxPostTransform):
    default_priority = 900  # after titles got their numbers
    formats = ("html",)

    def run(self, **kwargs):
        for node in list(self.document.findall(nodes.Element)):
            repeated = {"proof"} if isinstance(node, proof_node) else REPEATED_IDS
            node["ids"] = [name for name in node.get("ids", ()) if name not in repeated]
            if "dropdown" in node.get("classes", ()):
                self.collapse(node)

    def collapse(self, box):
        if isinstance(box, proof_node):
            title, body = "Proof", box.children
        elif isinstance(box, (nodes.admonition, solution_node)):
            title, body = box[0].astext(), box.children[1:]
        else:  # the number of a theorem or an exercise is not known here
            logger.warning("only solutions, proofs and admonitions collapse", location=box)
            return
        switch = summary("", title, classes=["admonition-title"])
        box.replace_self(details("", switch, *body, ids=box["ids"], classes=box["classes"]))


def visit_details(self, node):
    self.body.append(self.starttag(node, "details", CLASS="admonition"))


def depart_details(self, node):
    self.body.append("</details>\n")


def visit_summary(self, node):
    self.body.append(self.starttag(node, "summary", ""))


def depart_summary(self, node):
    self.body.append("</summary>\n")


def setup(app):
    app.add_node(details, html=(visit_details, depart_details))
    app.add_node(summary, html=(visit_summary, depart_summary))
    app.add_post_transform(CollapseBoxes)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
