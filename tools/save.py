"""Let JupyterLab save a chapter as the repository stores it: ``make write``.

Opening a chapter then changes nothing in it, nor does the save that follows.
"""

import nbformat

from tools.execute import clean


def leaves_a_trace(output):
    """A bar of tqdm that has ended is blank, and written to stderr."""
    return output.get("name") != "stderr" or output.text.strip()


def save_clean(model, **_):
    """Change what Jupyter is about to save."""
    if model["type"] == "notebook":
        notebook = nbformat.from_dict(model["content"])
        clean(notebook)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs = list(filter(leaves_a_trace, cell.outputs))
        model["content"] = notebook
