"""What is folded on a page, what opens it, and a page without scripts."""

import re

import pytest
from building import ROOT

CHAPTERS = sorted(path.stem for path in (ROOT / "chapters").glob("*.ipynb"))
each_chapter = pytest.mark.parametrize("chapter", CHAPTERS)


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def tab(browser, request):
    context = browser.new_context(java_script_enabled=request.param)
    yield context.new_page()
    context.close()


@pytest.fixture
def plain_tab(browser):
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 390, "height": 900}
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def second(small_site):
    return (small_site / "chapters/second.html").as_uri()


def test_the_code_of_a_figure_is_in_one_fold_below_it(second, tab):
    tab.goto(second)
    cell = tab.locator("div.cell", has=tab.locator("figure")).first
    picture = cell.locator("img:visible").bounding_box()
    fold = cell.locator("details")
    assert fold.bounding_box()["y"] > picture["y"] + picture["height"]
    # With the code of the cell before, which has no bar of its own.
    assert tab.locator("details.above-input").count() == 1
    fold.locator("summary").click()
    code = fold.locator("pre").all_text_contents()
    assert [text.strip() for text in code] == [
        *("side = 30", "# Draws two squares.")
    ]


@each_chapter
def test_no_bar_of_code_stands_above_the_first_picture(book, chapter):
    html = (book / f"chapters/{chapter}.html").read_text("utf-8")
    article = html.partition("<article")[2]
    before, *after = re.split('<figure|<div class="kmeans-stepper"', article)
    assert after
    assert "Show the code" not in before


def test_an_answer_is_folded_until_asked_for(second, tab):
    tab.goto(second)
    answer = tab.get_by_text("There are two squares")
    switch = tab.get_by_text("Show what happens")
    assert switch.is_visible()
    assert not answer.is_visible()
    switch.click()
    assert answer.is_visible()
    assert tab.get_by_text("Hide what happens").is_visible()


def test_an_answer_is_printed_without_its_switch(second, tab):
    tab.goto(second)
    tab.emulate_media(media="print")
    assert tab.get_by_text("There are two squares").is_visible()
    assert not tab.get_by_text("Show what happens").is_visible()
    assert tab.locator("details.above-input").is_hidden()


def test_print_opens_boxes_in_browsers_whose_style_cannot(browser, second):
    tab = browser.new_page()
    tab.goto(second)
    boxes = tab.locator("article details:not(.above-input)")
    for event, is_open in [("beforeprint", True), ("afterprint", False)]:
        tab.evaluate("name => dispatchEvent(new Event(name)) && 0", event)
        states = boxes.evaluate_all("all => all.map((box) => box.open)")
        assert states == [is_open] * 2
    tab.close()


def test_a_link_to_a_solution_opens_it(second, tab):
    solution = tab.get_by_text("There are eight altogether.")
    tab.goto(second)
    assert not solution.is_visible()
    tab.goto(f"{second}#ex-second-count-solution")
    solution.wait_for()
    # Its title is in sight as well.
    title = tab.locator("details.solution > summary").bounding_box()
    assert 0 <= title["y"] < 700


def test_a_link_opens_it_in_a_browser_that_does_not_do_so(browser, second):
    context = browser.new_context()
    tab = context.new_page()
    tab.goto(f"{second}#ex-second-count-solution")
    solution = tab.get_by_text("There are eight altogether.")
    tab.evaluate("document.querySelector('details.solution').open = false")
    tab.evaluate("dispatchEvent(new Event('hashchange'))")
    assert solution.is_visible()
    context.close()


@pytest.mark.parametrize(
    ("word", "opened"), [("altogether", True), ("squares", False)]
)
def test_a_word_that_is_in_closed_boxes_only_opens_them(
    browser, second, word, opened
):
    context = browser.new_context()
    tab = context.new_page()
    tab.goto(f"{second}?highlight={word}")
    tab.locator(".highlighted").first.wait_for()
    # A timer set now goes off after those of the page, as long and set before.
    tab.evaluate("new Promise((done) => setTimeout(done, 20))")
    boxes = tab.locator("details:not(.above-input)")
    assert any(boxes.evaluate_all("all => all.map(e => e.open)")) == opened
    context.close()


@each_chapter
def test_addresses_of_exercises_and_solutions_are_made_of_labels(
    book, chapter
):
    html = (book / f"chapters/{chapter}.html").read_text("utf-8")
    source = (ROOT / f"chapters/{chapter}.ipynb").read_text("utf-8")
    labels = re.findall(r":label: (ex-[\w-]+)", source)
    assert re.findall(r'class="exercise[^>]*id="([^"]+)"', html) == labels
    assert [
        re.search(r'<span class="target" id="([^"]+)"', solution)[1]
        for solution in html.split('<details class="solution')[1:]
    ] == [f"{label}-solution" for label in labels]


@pytest.mark.parametrize("width", [1280, 390])
def test_an_exercise_shows_a_link_to_itself(browser, second, width):
    context = browser.new_context(viewport={"width": width, "height": 900})
    tab = context.new_page()
    tab.goto(second)
    link = tab.locator(".exercise a.headerlink")
    assert link.is_visible()
    assert link.get_attribute("href") == "#ex-second-count"
    assert link.bounding_box()["width"] >= 43.9
    link.click()
    assert tab.url.endswith("#ex-second-count")
    context.close()


@each_chapter
def test_code_and_formulas_run_from_left_to_right_in_any_page(
    book, plain_tab, chapter
):
    plain_tab.goto((book / f"chapters/{chapter}.html").as_uri())
    wrong = plain_tab.evaluate(
        """() => {
          document.documentElement.dir = "rtl";
          return [...document.querySelectorAll("article :is(pre, code, math)")]
            .filter((e) => getComputedStyle(e).direction !== "ltr")
            .map((e) => e.outerHTML.slice(0, 80));
        }"""
    )
    assert wrong == []


@pytest.mark.parametrize("width", [1280, 390])
def test_without_scripts_no_button_is_dead(browser, second, width):
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": width, "height": 900}
    )
    tab = context.new_page()
    tab.goto(second)
    # Those that copy code are put there by a script.
    assert tab.locator("button:visible, dialog:visible").count() == 0
    context.close()


def test_without_scripts_a_phone_shows_the_list_of_chapters(second, plain_tab):
    plain_tab.goto(second)
    plain_tab.get_by_role("link", name="List of chapters").click()
    chapter = plain_tab.locator("#pst-primary-sidebar").get_by_role(
        "link", name="First steps"
    )
    assert 0 < chapter.bounding_box()["y"] < 900
    chapter.click()
    assert plain_tab.url.endswith("/chapters/first.html")


def test_solutions_open_by_keyboard(second, tab):
    tab.goto(second)
    solution = tab.locator("details.solution")
    body = tab.get_by_text("There are eight altogether.")
    assert not body.is_visible()
    solution.locator("summary").press("Enter")
    assert body.is_visible()
