"""The run of the chapters on Arm, but for the emulation itself."""

import copy
import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tools import arm
from tools.outputs import differences

ROOT = Path(__file__).parents[1]
# One cell for each kind of output, and for what Jupyter leaves out.
CELLS = """\
print("one"); print("two", end="")
===
import sys
print("first")
print("aside", file=sys.stderr)
print("last")
===
from IPython.display import HTML, display
print("before")
display(HTML("<b>bold</b>"))
===
import pandas as pd
pd.DataFrame({"a": [1, 2]})
===
0.1 + 0.2
===
"no output";
===
import matplotlib.pyplot as plt
from kmeans import style
style.use()
plt.plot([1, 2], [3, 5])
print("under the figure")
plt.show()
===
fig = plt.figure()
===
1 / 0
===
_, pd.Series([1.5])"""


def run(notebook, folder):
    """Outputs of a notebook, as `tools.run_cells` stores them."""
    path, target = folder / "notebook.ipynb", folder / "outputs.json"
    nbformat.write(notebook, path)
    command = [sys.executable, "-m", "tools.run_cells", path, target]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return json.loads(target.read_text("utf-8"))


def outputs(notebook):
    return [
        cell.outputs for cell in notebook.cells if cell.cell_type == "code"
    ]


def numbers(cell):
    return [
        output["execution_count"]
        for output in cell
        if output["output_type"] == "execute_result"
    ]


def test_run_cells_gives_the_outputs_that_jupyter_stores(tmp_path):
    sources = CELLS.split("\n===\n")
    notebook = nbformat.v4.new_notebook(
        cells=list(map(nbformat.v4.new_code_cell, sources))
    )
    found = run(notebook, tmp_path)
    NotebookClient(
        notebook,
        allow_errors=True,
        coalesce_streams=True,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
    ).execute()
    for source, stored, new in zip(
        sources, outputs(notebook), found, strict=True
    ):
        assert differences(stored, new) == [], source
        assert numbers(stored) == numbers(new), source


@pytest.fixture
def results(tmp_path, monkeypatch):
    """Results of a run of the front page, as on Arm."""
    monkeypatch.setattr(arm, "RESULTS", tmp_path)
    front = nbformat.read(ROOT / "chapters/front.ipynb", as_version=4)
    found = run(front, tmp_path)
    (tmp_path / "front.json").write_text(json.dumps(found), "utf-8")
    return front, tmp_path


def test_a_chapter_that_puts_out_what_is_stored_is_equal(results, capsys):
    assert arm.report([ROOT / "chapters/front.ipynb"])
    assert capsys.readouterr().out.split()[-4:] == ["front", "2", "2", "0"]


def test_a_cell_that_puts_out_something_else_is_named(results, capsys):
    front, folder = results
    changed = copy.deepcopy(front)
    (figure,) = outputs(changed)[1]
    figure.data["text/plain"] = "<Figure of another size>"
    path = folder / "front.ipynb"
    nbformat.write(changed, path)
    assert not arm.report([path])
    said = capsys.readouterr().out
    assert said.splitlines()[2].split() == ["front", "2", "1", "1"]
    assert "front [2]:\n  text/plain: " in said


def test_a_chapter_without_a_result_is_no_success(tmp_path, monkeypatch):
    monkeypatch.setattr(arm, "RESULTS", tmp_path)
    assert not arm.report([ROOT / "chapters/front.ipynb"])


def test_the_packages_for_arm_are_those_of_the_lock():
    environment = {"extra": "", "platform_machine": "aarch64"}
    names = arm.needed(arm.PACKAGES, environment)
    assert {"numpy", "scikit-learn", "ipython", "joblib"} <= names
    assert not {"jupyterlab", "pytest", "colorama"} & names
    pins = arm.locked(names)
    assert f"\nnumpy=={version('numpy')} \\\n    --hash=sha256:" in pins
    assert "\npytest==" not in pins


def test_a_missing_program_is_named_with_its_package(monkeypatch):
    monkeypatch.setattr(
        arm.shutil, "which", lambda name: None if "qemu" in name else name
    )
    with pytest.raises(SystemExit, match="apt-get install qemu-user-static"):
        arm.check_programs()


def test_a_chapter_runs_again_when_its_code_has_changed(tmp_path):
    packages = Path("packages")
    front = nbformat.read(ROOT / "chapters/front.ipynb", as_version=4)
    path = tmp_path / "front.ipynb"
    nbformat.write(front, path)
    before = arm.fingerprint(path, packages)
    assert before == arm.fingerprint(ROOT / "chapters/front.ipynb", packages)
    front.cells[-1].outputs = []
    nbformat.write(front, path)
    assert arm.fingerprint(path, packages) == before
    next(c for c in front.cells if c.cell_type == "code").source += "\n1"
    nbformat.write(front, path)
    assert arm.fingerprint(path, packages) != before
