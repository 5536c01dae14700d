"""The conventions of CONTRIBUTING.md, checked in the stored chapters."""

import itertools
import re
from pathlib import Path

import nbformat
import pytest
import yaml

from tools.made_with import versions

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "chapters").glob("*.ipynb"))
LESSONS = [path for path in NOTEBOOKS if path.stem != "front"]
# The longest cell that still reads as one step, and the width of a phone.
MOST_LINES, MOST_COLUMNS = 15, 60
# Lines of code that a reader keeps in mind until the next sentence.
MOST_BETWEEN = 10
# Chapters that are older than that limit.
LONG_WINDED = {
    *("overlap", "choosing-k", "failure-modes", "speed"),
}
# Names of licenses and versions are no results.
NOT_A_RESULT = re.compile(
    r"CC BY \d\.\d|(?:scikit-learn|NumPy|Python) \d+\.\d+"
)


def each(paths):
    return pytest.mark.parametrize("path", paths, ids=lambda path: path.stem)


def read(path):
    return nbformat.read(path, as_version=4)


def cells(path, kind):
    return [cell for cell in read(path).cells if cell.cell_type == kind]


def shown_text(outputs):
    """Text of outputs as a reader sees it, figures left out."""
    texts = []
    for output in outputs:
        texts.append(output.get("text", ""))
        texts.append(output.get("data", {}).get("text/plain", ""))
        texts.append(output.get("data", {}).get("text/html", ""))
    return "\n".join(texts)


def prose(path):
    """Markdown of a chapter without code, comments and link targets."""
    text = "\n\n".join(cell.source for cell in cells(path, "markdown"))
    text = re.sub(r"^```\{code-block\}.*?^```", "", text, flags=re.M | re.S)
    text = re.sub(r"`[^`\n]*`", "", text)
    return re.sub(r"\]\([^)]*\)", "]", text)


def is_figure(cell):
    return any(
        kind.startswith("image/")
        for output in cell.outputs
        for kind in output.get("data", {})
    )


def headings(path):
    text = "\n".join(cell.source for cell in cells(path, "markdown"))
    text = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    return re.findall(r"^(#+) (.*)$", text, flags=re.M)


@each(NOTEBOOKS)
def test_every_code_cell_is_stored_executed_and_in_order(path):
    counts = [cell.execution_count for cell in cells(path, "code")]
    assert counts == list(range(1, len(counts) + 1))


@each(NOTEBOOKS)
def test_outputs_hold_no_error_and_no_warning(path):
    for cell in cells(path, "code"):
        for output in cell.outputs:
            assert output.output_type != "error", cell.source
            assert output.get("name") != "stderr", cell.source


@each(NOTEBOOKS)
def test_metadata_say_nothing_of_the_machine(path):
    notebook = read(path)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert notebook.metadata.kernelspec.name == "python3"
    assert "version" not in notebook.metadata.language_info
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags", "mystnb"}, cell.source


@each(NOTEBOOKS)
def test_every_figure_has_alt_text_a_caption_and_a_name(path):
    for cell in cells(path, "code"):
        if not is_figure(cell):
            continue
        rendering = cell.metadata.get("mystnb", {})
        alt = rendering.get("image", {}).get("alt", "")
        figure = rendering.get("figure", {})
        assert re.fullmatch(r"[A-Z].{30,}[.]", alt, re.S), (
            "a figure needs an alternative text, a sentence that says what "
            f"it shows; {alt!r} stands at\n{cell.source}"
        )
        assert figure.get("caption", "").endswith((".", "?")), cell.source
        assert figure.get("name", "").startswith(f"fig-{path.stem}-")
        assert alt != figure["caption"], cell.source
        assert len(cell.outputs) == 1, "a figure is alone in its cell"


@each(NOTEBOOKS)
def test_figures_are_vector_images_without_a_date(path):
    for cell in filter(is_figure, cells(path, "code")):
        (output,) = cell.outputs
        assert "image/svg+xml" in output.data
        assert "image/png" not in output.data
        assert "<dc:date>" not in output.data["image/svg+xml"]


@each(NOTEBOOKS)
def test_every_decimal_number_in_prose_stands_in_an_output(path):
    shown = shown_text(
        output for cell in cells(path, "code") for output in cell.outputs
    )
    text = NOT_A_RESULT.sub("", prose(path))
    numbers = set(re.findall(r"(?<![\w.])\d+\.\d+(?![\w.]*\d)", text))
    known = set(re.findall(r"\d+\.\d+", shown))
    assert numbers <= known, "decimals in the text that no output shows"


@each(NOTEBOOKS)
def test_cells_fit_a_phone_and_a_breath(path):
    for cell in cells(path, "code"):
        lines = cell.source.splitlines()
        assert max(map(len, lines)) <= MOST_COLUMNS, (
            f"a line has at most {MOST_COLUMNS} characters:\n{cell.source}"
        )
        assert len(lines) <= MOST_LINES, (
            f"a cell has at most {MOST_LINES} lines, this one {len(lines)}:\n"
            f"{cell.source}"
        )


@each([path for path in LESSONS if path.stem not in LONG_WINDED])
def test_a_sentence_comes_after_ten_lines_of_code(path):
    lines = 0
    for cell in read(path).cells:
        if "\n## Exercises" in cell.source:
            break
        if cell.cell_type == "markdown" or "hide-input" in cell.metadata.get(
            "tags", []
        ):
            lines = 0
        else:
            lines += sum(map(bool, cell.source.splitlines()))
        assert lines <= MOST_BETWEEN, cell.source


@each(NOTEBOOKS)
def test_nothing_is_removed_from_the_page(path):
    for cell in cells(path, "code"):
        tags = set(cell.metadata.get("tags", []))
        assert tags <= {"hide-input", "hide-output"}


@each(NOTEBOOKS)
def test_headings_descend_one_level_at_a_time(path):
    levels = [len(marks) for marks, _ in headings(path)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    steps = itertools.pairwise(levels)
    assert all(after <= before + 1 for before, after in steps)


@each(NOTEBOOKS)
def test_headings_are_in_sentence_case(path):
    for _, title in headings(path):
        assert not title.endswith("."), title
        assert not re.fullmatch(r"(?:[A-Z]\S*\s+){2,}[A-Z]\S*", title), title


@each(LESSONS)
def test_a_chapter_has_all_its_parts(path):
    titles = [title for _, title in headings(path)]
    parts = ["What to remember", "Where people go wrong", "Exercises"]
    assert titles[-4:] == [*parts, "Further reading"]
    text = "\n".join(cell.source for cell in cells(path, "markdown"))
    for opening in ("**You will learn**", "**You need**", "**Reading time**"):
        assert opening in text
    assert "Predict, then run" in text


@each(LESSONS)
def test_a_figure_comes_before_any_theory(path):
    for cell in read(path).cells:
        if cell.cell_type == "code" and is_figure(cell):
            return
        assert "\n## " not in cell.source
        assert "**You will learn**" not in cell.source


@each(LESSONS)
def test_exercises_have_solutions_with_running_code(path):
    text = "\n".join(cell.source for cell in cells(path, "markdown"))
    labels = re.findall(r"\{exercise\}[^\n]*\n:label: (\S+)", text)
    solved = re.findall(r"\{solution-start\} (\S+)\n:class: dropdown", text)
    assert len(labels) >= 3
    assert labels == solved
    assert len(solved) == text.count("{solution-end}")


@each(LESSONS)
def test_a_chapter_is_long_enough_to_teach_and_short_enough_to_finish(path):
    text = re.sub(r"^```\{.*?\}.*$|^:\w+:.*$", "", prose(path), flags=re.M)
    words = re.findall(r"[A-Za-z][A-Za-z'-]*", text)
    assert 1500 <= len(words) <= 3600  # exercises and solutions included


@each(NOTEBOOKS)
def test_prose_avoids_words_that_belittle_the_reader(path):
    found = re.findall(r"(?i)\b(obviously|simply|just)\b", prose(path))
    assert found == []


def test_the_colophon_names_the_versions_of_the_lock_file():
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    shown = (ROOT / "chapters/made-with.csv").read_text("utf-8")
    assert shown.splitlines() == [",".join(row) for row in versions(lock)]
    assert f"\nnumpy=={dict(versions(lock))['numpy']} " in lock


def test_every_page_is_in_the_table_of_contents():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    listed = [toc["root"]] + [
        chapter["file"]
        for part in toc["parts"]
        for chapter in part["chapters"]
    ]
    pages = [
        f"chapters/{path.stem}"
        for path in (ROOT / "chapters").iterdir()
        if path.suffix in {".ipynb", ".md"}
    ]
    assert sorted(listed) == sorted(pages)


def test_the_front_page_maps_every_chapter():
    front = "\n".join(
        cell.source
        for cell in cells(ROOT / "chapters/front.ipynb", "markdown")
    )
    for path in LESSONS:
        assert f"| []({path.name}) |" in front
