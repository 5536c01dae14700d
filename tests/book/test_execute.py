"""Storing outputs: only what changed, and nothing of the machine."""

import re

import nbformat
import pytest
from nbformat import v4

from tools.execute import execute
from tools.outputs import SVG

DRAW = """\
from kmeans import style
import matplotlib.pyplot as plt
style.use()
plt.plot([1, 2])
plt.show()"""


@pytest.fixture
def chapter(tmp_path):
    cells = [
        v4.new_markdown_cell("# Two"),
        v4.new_code_cell(DRAW, metadata={"tags": ["hide-input"]}),
        v4.new_code_cell("print('k')\nprint('= 2')"),
    ]
    for name, cell in enumerate(cells):
        cell.id = f"cell-{name}"
    path = tmp_path / "two.ipynb"
    nbformat.write(v4.new_notebook(cells=cells), path)
    execute(path)
    return path


def test_a_run_stores_outputs_and_nothing_of_the_machine(chapter):
    notebook = nbformat.read(chapter, as_version=4)
    _, drawing, printing = notebook.cells
    assert drawing.metadata == {"tags": ["hide-input"]}
    assert [cell.execution_count for cell in (drawing, printing)] == [1, 2]
    (output,) = printing.outputs
    assert output.text == "k\n= 2\n"
    assert drawing.outputs[0].data[SVG].startswith("<svg")
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert notebook.metadata.language_info == {"name": "python"}


def test_a_second_run_changes_nothing(chapter, capsys):
    stored = chapter.read_bytes()
    execute(chapter)
    assert chapter.read_bytes() == stored
    assert "two.ipynb: as stored" in capsys.readouterr().out


def test_what_looks_the_same_stays_and_what_changed_is_said(chapter, capsys):
    text = chapter.read_text("utf-8")
    # Last digits of another processor, and a word of another version.
    other, n_digits = re.subn(r"(M\d+\.\d{3}) ", r"\g<1>4 ", text)
    assert n_digits > 3
    other = other.replace('"= 2\\n"', '"= 3\\n"')
    chapter.write_text(other, "utf-8")
    execute(chapter)
    assert "cell [2]: stdout: line 2 is '= 2', stored is '= 3'" in (
        capsys.readouterr().out
    )
    again = chapter.read_text("utf-8")
    assert again == other.replace('"= 3\\n"', '"= 2\\n"')
