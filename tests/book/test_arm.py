"""The run of the chapters on Arm, but for the emulation itself."""

import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tools import arm
from tools.outputs import differences

ROOT = Path(__file__).parents[2]
FRONT = ROOT / "chapters/front.ipynb"
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


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def read_front():
    return nbformat.read(FRONT, as_version=4)


def numbers(cell):
    return [
        output["execution_count"]
        for output in cell
        if output["output_type"] == "execute_result"
    ]


def test_run_cells_gives_the_outputs_that_jupyter_stores(tmp_path):
    notebook = nbformat.v4.new_notebook(
        cells=list(map(nbformat.v4.new_code_cell, CELLS.split("\n===\n")))
    )
    found = run(notebook, tmp_path)
    NotebookClient(
        notebook,
        allow_errors=True,
        coalesce_streams=True,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
    ).execute()
    for cell, new in zip(notebook.cells, found, strict=True):
        assert differences(cell.outputs, new) == [], cell.source
        assert numbers(cell.outputs) == numbers(new), cell.source


def test_an_interrupted_notebook_stores_nothing(tmp_path):
    interrupt = "import os, signal\nos.kill(os.getpid(), signal.SIGINT)"
    notebook = nbformat.v4.new_notebook(
        cells=list(map(nbformat.v4.new_code_cell, [interrupt, "1"]))
    )
    with pytest.raises(subprocess.CalledProcessError):
        run(notebook, tmp_path)
    assert not (tmp_path / "outputs.json").exists()


@pytest.fixture(scope="module")
def front_outputs(tmp_path_factory):
    return run(read_front(), tmp_path_factory.mktemp("front"))


@pytest.fixture
def results(front_outputs, tmp_path):
    """The folder of results, with those of the front page."""
    (tmp_path / "front.json").write_text(json.dumps(front_outputs), "utf-8")
    return tmp_path


def test_a_chapter_that_puts_out_what_is_stored_is_equal(results, capsys):
    assert arm.report([FRONT], results)
    assert capsys.readouterr().out.split()[-4:] == ["front", "2", "2", "0"]


def test_a_cell_that_puts_out_something_else_is_named(results, capsys):
    changed = read_front()
    (figure,) = code_cells(changed)[1].outputs
    figure.data["text/plain"] = "<Figure of another size>"
    path = results / "front.ipynb"
    nbformat.write(changed, path)
    assert not arm.report([path], results)
    said = capsys.readouterr().out
    assert said.splitlines()[2].split() == ["front", "2", "1", "1"]
    assert "front [2]:\n  text/plain: " in said


def test_a_chapter_without_a_result_is_no_success(tmp_path, capsys):
    assert not arm.report([FRONT], tmp_path)
    assert "front           did not run" in capsys.readouterr().out


def test_the_packages_for_arm_are_those_of_the_lock():
    environment = {"extra": "", "platform_machine": "aarch64"}
    names = arm.needed(arm.PACKAGES, environment)
    assert {"numpy", "scikit-learn", "ipython", "joblib"} <= names
    assert not {"jupyterlab", "pytest", "colorama"} & names
    pins = arm.locked(names)
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    pin = re.search(r"\nnumpy==\S+ \\\n    --hash=sha256:", lock)
    assert pin[0] in pins
    assert "\npytest==" not in pins


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("qemu-aarch64-static", "apt-get install qemu-user-static"),
        ("apt-get", "needs Debian 12 or newer; there is no apt-get here"),
    ],
)
def test_a_missing_program_is_named(program, said, monkeypatch):
    monkeypatch.setattr(
        arm.shutil, "which", lambda name: None if name == program else name
    )
    with pytest.raises(SystemExit, match=said):
        arm.check_programs()


def test_a_chapter_runs_again_when_its_code_has_changed(tmp_path):
    notebook = read_front()
    cell = code_cells(notebook)[1]
    path = tmp_path / "front.ipynb"

    def fingerprint():
        nbformat.write(notebook, path)
        return arm.fingerprint(path, Path("packages"), "cortex-a72")

    before = fingerprint()
    cell.outputs = []
    assert fingerprint() == before
    cell.source += "\n1"
    assert fingerprint() != before


def test_a_chapter_runs_again_when_the_package_has_changed(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(arm, "ROOT", tmp_path)
    files = [tmp_path / "kmeans/data/a.csv", tmp_path / "tools/run_cells.py"]
    for file in files:
        file.parent.mkdir(parents=True)
        file.write_text("before", "utf-8")
    found = {arm.fingerprint(FRONT, Path("packages"), "cortex-a72")}
    for file in files:
        file.write_text("after", "utf-8")
        found.add(arm.fingerprint(FRONT, Path("packages"), "cortex-a72"))
    found.add(arm.fingerprint(FRONT, Path("packages"), "max"))
    found.add(arm.fingerprint(FRONT, Path("others"), "max"))
    assert len(found) == 5
