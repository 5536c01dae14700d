"""Fold the code of a figure below it, and answers until they are asked for.

MyST-NB folds hidden code above what it puts out, a bar for each cell. Here a
picture comes first and its code last, in one fold with that of the hidden
cells just before it, which only prepare it. The outputs of a cell that is
tagged ``hide-output`` are an answer that the reader is asked to predict: the
switch of their fold says so.
"""

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.transforms.post_transforms import SphinxPostTransform

PROMPTS = {
    "prompt_show": "Show what happens",
    "prompt_hide": "Hide what happens",
}


def is_cell(node):
    return isinstance(node, nodes.container) and "cell_index" in node


def is_fold(node, kind):
    return isinstance(node, HideCodeCellNode) and kind in node["classes"]


def is_output(node):
    element = isinstance(node, nodes.Element) and node.get("nb_element")
    return element == "cell_code_output" or is_fold(node, "below-input")


def prepares(node):
    """Say whether a node is a cell of hidden code without an output."""
    return is_cell(node) and len(node) == 1 and is_fold(node[0], "above-input")


def put_below(cell):
    fold, *output = cell.children
    cell.children = [*output, fold]
    before = cell.parent.children[: cell.parent.index(cell)]
    while before and prepares(before[-1]):
        other = before.pop()
        other.children = other[0].children
        other.parent.remove(other)
        fold.insert(0, other)


class FoldCells(SphinxPostTransform):
    default_priority = 200  # after MyST-NB has made its folds
    formats = ("html",)

    def run(self, **kwargs):
        for cell in list(self.document.findall(is_cell)):
            if len(cell) == 2 and is_fold(cell[0], "above-input"):
                put_below(cell)
        usual = self.config.nb_code_prompt_show
        for fold in self.document.findall(HideCodeCellNode):
            # Where a cell has words of its own, these stay.
            is_answer = is_fold(fold, "below-input")
            if is_answer and fold["prompt_show"] == usual:
                fold.attributes.update(PROMPTS)


def setup(app):
    app.add_post_transform(FoldCells)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
