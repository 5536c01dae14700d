"""The plain edition: what a reader downloads reads well, and runs."""

import os
import re
import shutil
import subprocess
import sys
from io import BytesIO
from types import ModuleType, SimpleNamespace
from xml.etree import ElementTree
from zipfile import ZipFile

import nbformat
import pytest
from building import ROOT
from docutils import nodes
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from plain import CHECK, wheel
from plain_markdown import PlainMarkdown

NOTEBOOKS = sorted((ROOT / "chapters").glob("*.ipynb"))
PAGES = [*NOTEBOOKS, *sorted((ROOT / "chapters").glob("*.md"))]
QUICK = {"front", "intuition", "lloyd"}
# Roles, directives, labels, options and links without words.
MYST = re.compile(
    r"\{[\w:-]+\}`|```\{|:::|^\([\w-]+\)=|\[\]\(|^:[\w-]+:( |$)", re.MULTILINE
)


def each(paths):
    return pytest.mark.parametrize("path", paths, ids=lambda path: path.stem)


def plain(book, path):
    return book / "chapters" / path.name


def text_of(path):
    if path.suffix == ".md":
        return path.read_text("utf-8")
    cells = nbformat.read(path, 4).cells
    return "\n\n".join(c.source for c in cells if c.cell_type == "markdown")


def split(path):
    """The code cells of a chapter: those of the text, those of solutions."""
    text, solutions, target = [], [], None
    for cell in nbformat.read(path, 4).cells:
        if cell.cell_type == "code":
            (text if target is None else target).append(cell)
        for end in re.findall(r"\{solution-(start|end)\}", cell.source):
            target = solutions if end == "start" else None
    return text, solutions


def solutions(book, path):
    return re.findall(
        r"^<details>\n<summary>Solution.*?^</details>",
        text_of(plain(book, path)),
        re.DOTALL | re.MULTILINE,
    )


@each(PAGES)
def test_no_mark_of_myst_is_left(book, path):
    if "{term}" in text_of(path):
        assert MYST.search(text_of(path))
    assert not MYST.search(text_of(plain(book, path)))


@each(PAGES)
def test_every_link_leads_to_a_neighbor_or_out(book, path):
    links = re.findall(r"\]\(([^)]+)\)", text_of(plain(book, path)))
    for link in links:
        assert (
            link.startswith("https://") or (book / "chapters" / link).exists()
        )


@each(NOTEBOOKS)
def test_code_and_outputs_are_those_of_the_chapter(book, path):
    notebook = nbformat.read(plain(book, path), 4)
    nbformat.validate(notebook)
    check, *cells = [c for c in notebook.cells if c.cell_type == "code"]
    assert check.id == "check"
    same = "source", "outputs", "execution_count", "id"
    chapter, _ = split(path)
    assert [[c[k] for k in same] for c in cells] == [
        [c[k] for k in same] for c in chapter
    ]
    for cell, source in zip(cells, chapter, strict=True):
        hidden = cell.metadata.get("jupyter", {}).get("source_hidden", False)
        assert hidden == ("hide-input" in source.metadata.get("tags", []))


@each(NOTEBOOKS)
def test_every_exercise_and_every_solution_is_there_and_closed(book, path):
    written, text = text_of(path), text_of(plain(book, path))
    asked = re.findall(r"^> \*\*Exercise (\d\.\d+) \(.+\)\*\*$", text, re.M)
    solved = re.findall(
        r"^<summary>Solution to Exercise (\d\.\d+) \(.+\)</summary>$",
        text,
        re.M,
    )
    assert len(asked) == written.count("{exercise}")
    assert len(solved) == written.count("{solution-start}")
    assert asked == solved
    assert "<details open" not in text


@each(NOTEBOOKS)
def test_a_solution_holds_its_code_and_what_it_prints(book, path):
    _, cells = split(path)
    folded = "\n".join(solutions(book, path))
    for cell in cells:
        assert f"```python\n{cell.source}\n```" in folded
        for output in cell.outputs:
            assert output.output_type == "stream"
            assert f"```text\n{output.text.rstrip()}\n```" in folded


@each(NOTEBOOKS)
def test_figures_are_numbered_captioned_and_described(book, path):
    text = text_of(plain(book, path))
    chapter, _ = split(path)
    looks = [
        cell.metadata["mystnb"]
        for cell in chapter
        if "mystnb" in cell.metadata
    ]
    numbers = re.findall(r"^\*\*Fig\. ([\d.]+)\*\* ", text, re.M)
    assert len(numbers) == len(looks)
    assert len(set(numbers)) == len(numbers)
    for look in looks:
        assert look["image"]["alt"] in text


@each(PAGES)
def test_works_are_named_and_listed(book, path):
    keys = re.findall(r"\{cite:[tp]\}`([^`]+)`", text_of(path))
    cited = {key.strip() for several in keys for key in several.split(",")}
    _, _, listed = text_of(plain(book, path)).partition("## Sources cited\n")
    assert len(re.findall("^- ", listed, re.M)) == len(cited)


@each(PAGES)
def test_formulas_in_tables_hold_no_bar(book, path):
    # Jupyter and GitHub disagree on what `\|` is there.
    for row in re.findall(r"^\|.*\|$", text_of(plain(book, path)), re.M):
        assert not re.search(r"\$[^$|]*\\\|[^$]*\$", row)


# ---- Running


@pytest.fixture(scope="session")
def installed(book, tmp_path_factory):
    """A folder with nothing but the package, from the wheel of the book."""
    (file,) = book.glob("*.whl")
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--no-index"),
            *("--no-deps", "--target", folder, file),
        ],
        check=True,
    )
    return folder


@each(NOTEBOOKS)
def test_its_code_reads_no_file_of_the_project(book, path):
    for cell in nbformat.read(plain(book, path), 4).cells:
        assert not re.search(r"\bopen\(|\bPath\(|\.\./", cell.source)


# The front page, a chapter with a stepper, and one with much code in its
# solutions, in seconds. The others, up to a minute each, bring nothing new:
# their code is that of the chapters, which are run as well.
@each([path for path in NOTEBOOKS if path.stem in QUICK])
def test_it_runs_in_an_empty_folder(book, path, installed, tmp_path):
    """With the code of the solutions, each pasted into a cell at the end."""
    notebook = nbformat.read(plain(book, path), 4)
    codes = re.findall(
        r"^```python\n(.*?)\n```$",
        "\n".join(solutions(book, path)),
        re.DOTALL | re.MULTILINE,
    )
    where = "import kmeans\nprint(kmeans.__file__)"
    for code in [*codes, where]:
        notebook.cells.append(nbformat.v4.new_code_cell(code))
    nbformat.write(notebook, tmp_path / path.name)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "nbconvert", "--execute", "--inplace"),
            *("--log-level", "ERROR", path.name),
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    *_, last = nbformat.read(tmp_path / path.name, 4).cells
    assert last.outputs[0].text.startswith(str(installed))
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("found", [None, ModuleType("kmeans")])
def test_a_missing_package_and_a_namesake_are_named(monkeypatch, found):
    exec(CHECK.format(wheel="the.whl"), {})
    monkeypatch.setitem(sys.modules, "kmeans", found)
    with pytest.raises(ImportError, match="pip uninstall -y kmeans") as caught:
        exec(CHECK.format(wheel="the.whl"), {})
    assert "pip install the.whl\n" in str(caught.value)


def test_a_wheel_holds_every_file_of_the_package():
    _, content = wheel()
    with ZipFile(BytesIO(content)) as archive:
        packed = set(archive.namelist())
    files = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "kmeans").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert "kmeans/stepping/controls.js" in files
    assert files <= packed


def test_a_wheel_has_the_same_bytes_from_the_same_files(tmp_path):
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    unwanted = shutil.ignore_patterns("__pycache__")
    shutil.copytree(
        ROOT / "kmeans",
        tmp_path / "kmeans",
        ignore=unwanted,
        copy_function=shutil.copyfile,
    )
    assert wheel(tmp_path) == wheel()


# ---- Marks of Markdown


def shown(markdown):
    page = MarkdownIt("gfm-like", {"linkify": False}).render(markdown)
    paragraph = ElementTree.fromstring(page)
    assert paragraph.tag == "p"
    assert not len(paragraph)
    return paragraph.text


@given(st.text("ab1 .)(*_`~#>+-=[]!<&;\\$\n", min_size=1))
def test_words_are_shown_as_they_are(text):
    lines = (" ".join(line.split()) for line in text.split("\n"))
    text = "\n".join(filter(None, lines))
    if text:
        writer = PlainMarkdown(SimpleNamespace(builder=None), "page")
        written = writer.write(nodes.paragraph("", "", nodes.Text(text)))
        assert shown(written) == text


# ---- A book of one page, with what the chapters do not have


PAGE = """# A page

1. one
2. two
   - nested, with ``a`b``

   and a second paragraph

{numref}`fig-inner` is in a solution, {ref}`there <page:links>`.

(page:links)=
## Links

[home](page.ipynb), [other](other.md#place) and a note.[^1]

[^1]: Nobody has words for notes.

```{exercise} Draw
:label: ex-draw
Draw.
```

```{solution-start} ex-draw
:class: dropdown
```
"""
CONF = """import sys
sys.path.insert(0, {ext!r})
extensions = ["myst_nb", "sphinx_exercise", "disclosure", "plain"]
myst_enable_extensions = ["dollarmath", "colon_fence"]
html_baseurl = "https://example.org/book"
html_theme = "basic"
nb_execution_mode = "off"
numfig = True
root_doc = "page"
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9pt" height="9pt"/>'


@pytest.fixture(scope="module")
def odd_page(tmp_path_factory):
    """What Sphinx said, and the text of the notebook it made."""
    folder = tmp_path_factory.mktemp("odd")
    code = nbformat.v4.new_code_cell(
        "draw()",
        execution_count=1,
        outputs=[
            nbformat.v4.new_output("display_data", {"image/svg+xml": SVG})
        ],
        metadata={
            "mystnb": {
                "image": {"alt": 'A "nine"'},
                "figure": {"caption": "Nine.", "name": "fig-inner"},
            }
        },
    )
    new_text = nbformat.v4.new_markdown_cell
    cells = [new_text(PAGE), code, new_text("```{solution-end}\n```")]
    notebook = nbformat.v4.new_notebook(
        cells=cells, metadata={"language_info": {"name": "python"}}
    )
    nbformat.write(notebook, folder / "page.ipynb")
    other = "---\norphan: true\n---\n# Other\n\n(place)=\n## Place\n"
    (folder / "other.md").write_text(other, "utf-8")
    conf = CONF.format(ext=str(ROOT / "_ext"))
    (folder / "conf.py").write_text(conf, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", folder, folder / "out"],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stderr, text_of(folder / "out/page.ipynb")


def test_a_kind_without_words_is_a_warning(odd_page):
    warnings, _ = odd_page
    assert "the plain edition has no words for a 'footnote'" in warnings
    assert "the plain edition has no words for a 'figure'" not in warnings


def test_lists_nest(odd_page):
    nested = (
        "1. one\n\n2. two\n\n   - nested, with `` a`b ``\n\n   and a second"
    )
    assert nested in odd_page[1]


def test_a_figure_in_a_solution_is_inside_of_it(odd_page):
    inside = odd_page[1].partition("<details>")[2]
    assert (
        '<img alt="A &quot;nine&quot;" src="data:image/svg+xml;base64,'
        in inside
    )
    assert "**Fig. 1** Nine." in inside.partition("</details>")[0]


def test_with_a_base_address_links_and_wheel_are_whole(odd_page):
    text = odd_page[1]
    other = "[other](https://example.org/book/other.html#place)"
    assert f"\nhome, {other} and a note." in text
    name, _ = wheel()
    assert f"pip install https://example.org/book/{name}\n" in text
