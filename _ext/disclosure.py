"""Collapse boxes of class ``dropdown`` with HTML's own ``<details>``.

Solutions and hints then open by mouse, touch and keyboard, are announced as
collapsed or expanded, are found by the browser's text search and work with
scripts off. The title becomes plain text: a link in it could not be pressed.

A link to a solution opens it. Browsers do that themselves for what stands
inside of a closed box, so the id is there, and it is made of the label of the
exercise, which stays when another exercise is put before it. Exercises show a
link to themselves.
"""

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx_exercise.nodes import exercise_enumerable_node, solution_node

logger = logging.getLogger(__name__)

# The two extensions give the body of every box, and every proof, the same id.
REPEATED_IDS = {"exercise-content", "solution-content", "proof-content"}


class details(nodes.General, nodes.Element):
    pass


class summary(nodes.General, nodes.TextElement):
    pass


class permalink(nodes.Inline, nodes.TextElement):
    pass


class CollapseBoxes(SphinxPostTransform):
    default_priority = 900  # after titles got their numbers
    formats = ("html",)

    def run(self, **kwargs):
        for node in list(self.document.findall(nodes.Element)):
            ids, classes = node.get("ids", ()), node.get("classes", ())
            repeated = {"proof"} if "proof" in classes else REPEATED_IDS
            node["ids"] = [name for name in ids if name not in repeated]
            if "dropdown" in classes:
                self.collapse(node)
            if isinstance(node, exercise_enumerable_node):
                node[0] += permalink(ids=node["ids"])

    def collapse(self, box):
        kind = isinstance(box, (nodes.admonition, solution_node))
        if not kind or not isinstance(box[0], nodes.title):
            problem = "only solutions and titled admonitions collapse"
            logger.warning(problem, location=box)
            return
        title, *body = box.children
        switch = summary("", title.astext(), classes=["admonition-title"])
        ids = box["ids"]
        if isinstance(box, solution_node):
            ids = [f"{box['target_label']}-solution"]
        place = nodes.target("", "", ids=ids)
        classes = box["classes"]
        box.replace_self(details("", switch, place, *body, classes=classes))


def visit_details(self, node):
    self.body.append(self.starttag(node, "details", CLASS="admonition"))


def depart_details(self, node):
    self.body.append("</details>\n")


def visit_summary(self, node):
    self.body.append(self.starttag(node, "summary", ""))


def depart_summary(self, node):
    self.body.append("</summary>\n")


def visit_permalink(self, node):
    self.add_permalink_ref(node, "Link to this exercise")
    raise nodes.SkipNode


def setup(app):
    app.add_node(details, html=(visit_details, depart_details))
    app.add_node(summary, html=(visit_summary, depart_summary))
    app.add_node(permalink, html=(visit_permalink, None))
    app.add_post_transform(CollapseBoxes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
