"""JupyterLab for readers and for writers."""

import copy
import shutil

import nbformat
import pytest
from building import ROOT
from jupyter_server.services.contents.filemanager import FileContentsManager
from traitlets.config.loader import PyFileConfigLoader

from tools.lab import lay
from tools.save import save_again

CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))


def write(path, *sources, printed=""):
    output = nbformat.v4.new_output("stream", text=printed)
    notebook = nbformat.v4.new_notebook()
    for n, source in enumerate(sources):
        cell = nbformat.v4.new_code_cell(source, id=f"{n}", outputs=[output])
        notebook.cells.append(cell)
    nbformat.write(notebook, path)


def sources(path):
    return [cell.source for cell in nbformat.read(path, 4).cells]


@pytest.fixture
def folders(tmp_path):
    edition, lab = tmp_path / "edition", tmp_path / "lab"
    edition.mkdir()
    write(edition / "one.ipynb", "1")
    write(edition / "two.ipynb", "2")
    (edition / "three.md").write_text("3", "utf-8")
    assert lay(edition, lab) == []
    return edition, lab


def test_an_edition_is_laid_whole(folders):
    edition, lab = folders
    for path in edition.iterdir():
        assert (lab / path.name).read_bytes() == path.read_bytes()


def test_a_later_edition_replaces_only_what_the_reader_left_alone(folders):
    edition, lab = folders
    write(lab / "one.ipynb", "1", "and my own cell")
    write(lab / "two.ipynb", "2", printed="I ran it")
    (lab / "mine.ipynb").write_text("{}", "utf-8")
    assert lay(edition, lab) == ["one.ipynb"]
    # The same cells: nothing to replace, so the reader's output stays.
    assert "I ran it" in (lab / "two.ipynb").read_text("utf-8")
    write(edition / "one.ipynb", "one")
    write(edition / "two.ipynb", "two")
    (edition / "three.md").write_text("three", "utf-8")
    for _ in range(2):
        assert lay(edition, lab) == ["one.ipynb"]
        assert sources(lab / "one.ipynb") == ["1", "and my own cell"]
        assert sources(lab / "two.ipynb") == ["two"]
        assert (lab / "three.md").read_text("utf-8") == "three"
    (lab / "one.ipynb").unlink()
    assert lay(edition, lab) == []
    assert sources(lab / "one.ipynb") == ["one"]
    assert (lab / "mine.ipynb").exists()


def test_a_broken_copy_is_named(folders):
    edition, lab = folders
    (lab / "one.ipynb").write_text("{", "utf-8")
    with pytest.raises(SystemExit, match="is no notebook any more"):
        lay(edition, lab)


def as_lab_saves(notebook):
    """What JupyterLab adds to a notebook that was opened and run."""
    notebook = copy.deepcopy(notebook)
    notebook.metadata.language_info.update(
        codemirror_mode={"name": "ipython", "version": 3},
        file_extension=".py",
        mimetype="text/x-python",
        nbconvert_exporter="python",
        pygments_lexer="ipython3",
        version="3.11.7",
    )
    blank = nbformat.v4.new_output("stream", name="stderr", text=" " * 24)
    for cell in notebook.cells:
        cell.metadata["scrolled"] = True
        if cell.cell_type == "code":
            cell.outputs.append(blank)
    return notebook


@pytest.fixture
def manager(tmp_path):
    """What saves files in ``make write``."""
    config = PyFileConfigLoader(
        "jupyter_server_config.py", str(ROOT / "tools/jupyter/write")
    ).load_config()
    return FileContentsManager(root_dir=str(tmp_path), config=config)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_saving_an_unchanged_chapter_changes_no_byte(path, manager, tmp_path):
    content = as_lab_saves(nbformat.read(path, 4))
    model = {"type": "notebook", "format": "json", "content": content}
    manager.save(model, path.name)
    assert (tmp_path / path.name).read_bytes() == path.read_bytes()


def test_a_text_is_saved_as_it_is(manager, tmp_path):
    model = {"type": "file", "format": "text", "content": "text"}
    manager.save(model, "page.txt")
    assert (tmp_path / "page.txt").read_text("utf-8") == "text"


def test_the_hook_of_commits_saves_as_the_repository_stores(tmp_path):
    chapter = tmp_path / "chapter.ipynb"
    shutil.copy(CHAPTERS[0], chapter)
    assert not save_again(chapter)
    stored = chapter.read_bytes()
    notebook = nbformat.read(chapter, as_version=4)
    notebook.metadata.jupytext = {"formats": "ipynb"}
    notebook.metadata.language_info.version = "3.14.1"
    nbformat.write(notebook, chapter)
    assert save_again(chapter)
    assert chapter.read_bytes() == stored
