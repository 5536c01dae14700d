"""Save a chapter as the repository stores it.

In ``make write`` JupyterLab does: opening a chapter then changes nothing in
it, nor does the save that follows. ``python -m tools.save FILE ...`` does it
to files that another editor saved, and fails if that changed one.
"""

import sys
from pathlib import Path

import nbformat

from tools.execute import clean


def leaves_a_trace(output):
    """A bar of tqdm that has ended is blank, and written to stderr."""
    return output.get("name") != "stderr" or output.text.strip()


def save_clean(model, **_):
    """Change what Jupyter is about to save."""
    if model["type"] == "notebook":
        model["content"] = cleaned(nbformat.from_dict(model["content"]))


def cleaned(notebook):
    clean(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = list(filter(leaves_a_trace, cell.outputs))
    return notebook


def save_again(path):
    """Save a file clean; return whether that changed it."""
    stored = path.read_text("utf-8")
    text = nbformat.writes(cleaned(nbformat.read(path, as_version=4))) + "\n"
    path.write_text(text, "utf-8", newline="\n")
    return text != stored


if __name__ == "__main__":
    changed = [name for name in sys.argv[1:] if save_again(Path(name))]
    for name in changed:
        print(f"{name}: saved as the repository stores it; add it again")
    sys.exit(bool(changed))
