"""Run chapters again and store what they put out: ``make execute``.

What is equal to the eye stays as it is stored, so that a run on another
processor, or a second run, changes nothing.
"""

import copy
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from tools.outputs import differences, keep_equal_drawings

KERNEL = {
    "display_name": "Python 3 (ipykernel)",
    "language": "python",
    "name": "python3",
}


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def clean(notebook):
    """Leave out what depends on the machine or the editor."""
    notebook.metadata = {
        "kernelspec": KERNEL,
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        cell.metadata = {
            key: cell.metadata[key]
            for key in ("mystnb", "tags")
            if key in cell.metadata
        }


def execute(path):
    """Run one notebook and store it; say which cells changed."""
    stored = nbformat.read(path, as_version=4)
    notebook = copy.deepcopy(stored)
    NotebookClient(
        notebook,
        timeout=None,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        # Without a warning for each kernel that its sockets are local ones.
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    clean(notebook)
    changed = []
    pairs = zip(code_cells(stored), code_cells(notebook), strict=True)
    for number, (old, new) in enumerate(pairs, 1):
        new.outputs = keep_equal_drawings(old.outputs, new.outputs)
        found = differences(old.outputs, new.outputs)
        changed += [f"  cell [{number}]: {change}" for change in found]
    text = nbformat.writes(notebook) + "\n"
    if text != path.read_text("utf-8"):
        path.write_text(text, "utf-8", newline="\n")
        print(f"{path}: stored again", *changed, sep="\n")
    else:
        print(f"{path}: as stored")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        execute(Path(name))
