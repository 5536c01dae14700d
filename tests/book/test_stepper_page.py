"""The stepper in a page, in a real browser.

Arithmetic is compared with `kmeans.lloyd` on the numbers the page holds.
"""

import re
from pathlib import Path

import numpy as np
import pytest

import kmeans
from kmeans import datasets, stepping, style
from kmeans.stepping.widget import NAMES, stepper

FILES = Path(stepping.__file__).parent
PEAKED = datasets.peaked_gaussians()
PAGE = """<!DOCTYPE html>
<html lang="en"{theme}><head><meta charset="utf-8"><title>Stepper</title>
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,"></head>
<body><main><h1>Stepper</h1>{steppers}</main></body></html>"""
SOME = "document.querySelector('.kmeans-stepper').kmeans"


@pytest.fixture
def show(browser, tmp_path):
    """Open steppers as a file; anything asked for or complained of fails."""
    contexts, trouble = [], []

    def open_page(*steppers, theme="", width=700, dark=False, **options):
        context = browser.new_context(
            viewport={"width": width, "height": 1000},
            color_scheme="dark" if dark else "light",
            **options,
        )
        contexts.append(context)
        path = tmp_path / f"page-{len(contexts)}.html"
        html = "\n".join(each._repr_html_() for each in steppers)
        path.write_text(PAGE.format(theme=theme, steppers=html), "utf-8")
        tab = context.new_page()
        tab.on("console", lambda message: trouble.append(message.text))
        tab.on("pageerror", lambda error: trouble.append(str(error)))
        tab.on(
            "request",
            lambda request: (
                None
                if request.url in {path.as_uri(), "data:,"}
                else trouble.append(request.url)
            ),
        )
        tab.goto(path.as_uri())
        return tab

    yield open_page
    for context in contexts:
        context.close()
    assert trouble == []


def ask(tab, call):
    return tab.evaluate(f"{SOME}.{call}")


def objective(tab):
    return ask(tab, "state()")["objective"]


def shown(objective):
    """As Python rounds it: to three decimals, or four digits below 1."""
    if objective < 1:
        return f"{objective:.4g}"
    return f"{round(objective, 3):.6g}"


def said(tab):
    return tab.locator(".ks-say").first.text_content()


def step(tab, times=1):
    for _ in range(times):
        tab.get_by_role("button", name="Step").first.click()


def finish(tab):
    while not ask(tab, "state()")["converged"]:
        ask(tab, "forward()")


def drawn(tab):
    """Wait until what was asked for is in the picture."""
    tab.evaluate(
        "new Promise(f => requestAnimationFrame(() => "
        "requestAnimationFrame(f)))"
    )


def options(tab):
    tab.locator("summary").first.click()
    return lambda name: tab.locator(f"[name={name}]").first


def cases():
    """Samples and starts of many kinds, empty clusters and ties included."""
    rng = np.random.default_rng(0)
    for i in range(300):
        n_samples, n_clusters = int(rng.integers(2, 90)), 1
        n_clusters = int(rng.integers(1, min(10, n_samples) + 1))
        X = rng.normal(0, 10.0 ** rng.integers(-2, 4), (n_samples, 2))
        X += rng.normal(0, 10.0 ** rng.integers(-2, 5), 2)
        centroids = X[rng.choice(n_samples, n_clusters, replace=False)]
        if i % 3 == 0:  # one centroid far away: an empty cluster
            centroids[-1] += 100 * np.ptp(X)
        if i % 7 == 0:  # repeated samples
            X = np.repeat(X[: n_samples // 2 + 1], 2, axis=0)
            centroids = X[rng.choice(len(X), n_clusters, replace=False)]
        if i % 11 == 0:  # more clusters than places
            X = X[rng.integers(0, 2, n_samples)]
            centroids = X[rng.choice(n_samples, n_clusters, replace=False)]
        if i % 5 == 0:  # between the samples
            centroids = rng.normal(X.mean(axis=0), X.std(), centroids.shape)
        yield X, centroids


def places(X, C, labels):
    """Each sample's centroid, twins among the samples in a fixed order."""
    return np.array(sorted(zip(X.tolist(), C[labels].tolist(), strict=True)))


def test_arithmetic_is_that_of_the_package(show):
    tab = show(stepper())
    several = filled = 0
    problems = list(cases())
    runs = tab.evaluate(
        """problems => {
          const { kmeans } = document.querySelector(".kmeans-stepper");
          return problems.map(([X, C]) => {
            const run = [];
            kmeans.set(X, C);
            do run.push(kmeans.forward());
            while (!run.at(-1).converged && run.length < 200);
            return run;
          });
        }""",
        [(X.tolist(), C.tolist()) for X, C in problems],
    )
    for (X, start), run in zip(problems, runs, strict=True):
        history = kmeans.lloyd(X, start, record=True).history
        assert len(run) == len(history)
        # NumPy does not say in which order it selects several farthest
        # samples, nor which of two equally far ones. Then twins or clusters
        # may have changed places, and each sample's centroid is compared.
        empty = max(len(start) - len(set(h.labels.tolist())) for h in history)
        twins = len(np.unique(X, axis=0)) < len(X)
        filled += empty == 1 and not twins
        several += empty > 1
        for mine, theirs in zip(run, history, strict=True):
            assert mine["half"] == theirs.half
            C, labels = np.array(mine["C"]), np.array(mine["labels"])
            theirs_C, theirs_labels = theirs.centroids, theirs.labels
            if empty > 1 or (empty and twins):
                C, theirs_C = (
                    places(X, C, labels),
                    places(X, theirs_C, theirs_labels),
                )
            else:
                assert np.array_equal(labels, theirs_labels)
            assert np.abs(C - theirs_C).max() <= 1e-9 * np.abs(X).max()
            assert mine["objective"] == pytest.approx(
                theirs.objective, rel=1e-9, abs=1e-9
            )
            if theirs is not history[0]:
                assert mine["changed"] == theirs.n_changed
    assert filled > 20
    assert several > 20


def test_back_is_forward_undone(show):
    tab = show(stepper(PEAKED.X, centroids=PEAKED.start))
    there = [ask(tab, "state()")]
    ask(tab, "load('blobs')")
    ask(tab, "load('own')")
    assert ask(tab, "state()") == there[0]
    while not there[-1]["converged"]:
        there.append(ask(tab, "forward()"))
    assert len(there) > 4
    assert ask(tab, "forward()") == there[-1]
    for expected in there[-2::-1]:
        tab.get_by_role("button", name="Back").click()
        assert ask(tab, "state()") == expected
    assert ask(tab, "back()") == there[0]
    assert said(tab) == "This is the start."
    for expected in there[1:]:
        step(tab)
        assert ask(tab, "state()") == expected
    tab.get_by_role("button", name="Reset").click()
    assert ask(tab, "state()") == there[0]
    assert said(tab) == "Back at the start."


def test_words_say_what_happened(show):
    tab = show(stepper())
    assert said(tab) == (
        "The start: 3 centroids from among the samples. Press Step to join "
        "every sample to the nearest, or drag a centroid first."
    )
    step(tab)
    history = kmeans.lloyd(
        stepper().X, stepper().centroids, record=True
    ).history
    values = [shown(h.objective) for h in history]
    assert said(tab) == (
        "All 18 samples went to their nearest centroid; "
        f"the objective is {values[0]}."
    )
    step(tab, 2)
    assert said(tab) == (
        f"{history[2].n_changed} samples changed cluster; "
        f"the objective fell from {values[1]} to {values[2]}."
    )
    tab.locator(".ks-value", has_text=values[2]).wait_for()
    assert tab.locator(".ks-curve path[class]").count() == 3
    assert values[2] in tab.locator(".ks-curve").get_attribute("aria-label")
    scale = tab.locator(".ks-curve text").all_text_contents()
    assert scale == [values[0], "0"]
    ask(tab, "set([[0, 0], [4, 0]], [[1, 1]])")
    assert said(tab).startswith("The start: 1 centroid. Press")


def test_objectives_are_rounded_as_python_rounds(show):
    tab = show(stepper())
    finish(tab)
    tab.locator(".ks-value", has_text="43.125").wait_for()
    rng = np.random.default_rng(0)
    # Halfway between two last digits: of three decimals, of four digits below
    # 1, of the whole number.
    ties = [*range(1, 15_000, 30), *rng.integers(1, 16_000, 300)]
    ties = [*np.divide(ties, 16), 0.15625, 0.03125 / 16, 1000.5, 1001.5]
    numbers = [*ties, *rng.uniform(0, 1100, 300), 0, 999.9994, 1e-7, 1234567]
    files = [FILES / name for name in ("algorithm.js", "drawing.js")]
    script = "\n".join(file.read_text("utf-8") for file in files)
    texts = tab.evaluate(
        f"(numbers) => {{ {script}; return numbers.map(cost); }}",
        [float(number) for number in numbers],
    )
    for number, text in zip(numbers, texts, strict=True):
        if number >= 999.9995:
            assert text == f"{number:,.0f}"
        else:
            assert float(text) == float(shown(number))


def test_the_first_view_hides_no_sample_and_shows_no_result(show):
    tab = show(stepper())
    marks = tab.locator(".ks-centroids path")
    fills = "all => all.map(e => getComputedStyle(e).fill)"
    marks.nth(5).wait_for()
    assert set(marks.evaluate_all(fills)) == {"none"}
    assert tab.locator(".ks-cells path").count() == 0
    step(tab)
    tab.locator(".ks-cells path").nth(2).wait_for()
    assert "none" not in marks.evaluate_all(fills)


def test_cells_change_with_the_assignment_only(show):
    tab = show(stepper(), reduced_motion="reduce")
    seen = []
    for call in ["forward()"] * 3 + ["move(0, [8, 8])", "back()"]:
        ask(tab, call)
        drawn(tab)
        seen.append(tab.locator(".ks-cells").inner_html())
    assert seen[0] == seen[1] != seen[2] == seen[3] == seen[4]
    # Every sample lies in the cell of its color.
    assert tab.evaluate(
        """() => {
          const root = document.querySelector(".kmeans-stepper");
          const cells = [...root.querySelectorAll(".ks-cells path")];
          return [...root.querySelectorAll(".ks-samples path")].every(m => {
            const { e, f } = m.transform.baseVal.consolidate().matrix;
            const spot = new DOMPoint(e, f);
            return cells.find(c => c.isPointInFill(spot))
              .getAttribute("fill") === m.getAttribute("fill");
          });
        }"""
    )
    ask(tab, "add('centroid', [8, 8])")
    drawn(tab)
    assert tab.locator(".ks-cells path").count() == 0
    ask(tab, "forward()")
    drawn(tab)
    assert tab.locator(".ks-cells path").count() == 4


def test_keys_that_do_nothing_look_so(show):
    tab = show(stepper())

    def off():
        drawn(tab)
        return tab.locator("[data-do][aria-disabled=true]").evaluate_all(
            "all => all.map(e => e.dataset.do)"
        )

    assert off() == ["back", "swap"]
    finish(tab)
    assert off() == ["step", "run"]
    ask(tab, "move(0, [8, 8])")
    assert off() == ["swap"]


def test_controls_stay_where_they_are(show):
    tab = show(stepper(), width=390)
    field = options(tab)
    tops = set()
    for data in ["own", "blobs", "uniform", "moons", "unequal", "peaked"]:
        field("data").select_option(data)
        drawn(tab)
        tops.add(tab.locator(".ks-bar").bounding_box()["y"])
        assert tab.locator(".ks-y").count() >= 3
        title = tab.locator(".ks-title").text_content()
        own = "Step through k-means"
        assert title == (
            own
            if data == "own"
            else field("data").evaluate("e => e.selectedOptions[0].text")
        )
        box = tab.locator(".kmeans-stepper")
        assert box.get_attribute("aria-label") == title
    assert len(tops) == 1
    assert tab.locator(".ks-say").get_attribute("aria-live") == "polite"


def test_run_and_pause(show):
    tab = show(stepper())
    speed = options(tab)("speed")
    # Slow, or a busy machine has the run done before the click on Pause.
    speed.fill("1")
    tab.get_by_role("button", name="Run").click()
    assert tab.locator(".ks-say").get_attribute("aria-live") == "off"
    tab.get_by_role("button", name="Pause").click()
    assert not ask(tab, "state()")["converged"]
    speed.fill("10")
    tab.get_by_role("button", name="Run").click()
    tab.wait_for_function(f"{SOME}.state().converged")
    assert tab.locator(".ks-say").get_attribute("aria-live") == "polite"
    assert "converged" in said(tab)
    tab.get_by_role("button", name="Run").wait_for()
    assert objective(tab) == pytest.approx(43.125)


def test_a_keyboard_reaches_everything_and_moves_a_centroid(show):
    tab = show(stepper())
    reached = []
    tab.locator("[data-j='2']").wait_for()
    for _ in range(40):
        tab.keyboard.press("Tab")
        here = tab.evaluate(
            """() => {
              const { activeElement: a } = document;
              if (a.matches("summary")) a.parentElement.open = true;
              const mark = a.querySelector("circle") ?? a;
              const look = getComputedStyle(mark);
              return [a.dataset.do ?? a.name ?? a.dataset.j ?? a.localName,
                mark === a ? look.outlineStyle : look.stroke];
            }"""
        )
        if here[0] == "body":
            break
        assert here[1] not in {"none", "auto", ""}, here
        reached.append(here[0])
    assert reached == [
        *("0", "1", "2", "back", "step", "run", "swap", "reset", "summary"),
        *("data", "method", "k", "seed", "tool", "goal", "speed"),
        *("cells", "lines", "paths"),
    ]
    step(tab)
    before = ask(tab, "state()")
    tab.locator("[data-j='1']").focus()
    for key in ["ArrowRight", "Shift+ArrowUp", "ArrowLeft"]:
        tab.keyboard.press(key)
    after = ask(tab, "state()")
    moved = np.subtract(after["C"], before["C"])
    assert moved[1, 1] > 0
    assert np.abs(moved).sum() == pytest.approx(moved[1, 1])
    assert after["labels"] == before["labels"]
    assert after["objective"] == pytest.approx(
        kmeans.inertia(after["X"], after["C"], after["labels"])
    )
    assert said(tab).startswith("The orange square moved to (3,\xa0")
    # All presses together are one step; the focus stays.
    assert after["step"] == before["step"] + 1
    tab.keyboard.press("Delete")
    state = ask(tab, "state()")
    assert len(state["C"]) == 2
    renamed = {0: 0, 1: -1, 2: 1}
    assert state["labels"] == [renamed[j] for j in before["labels"]]
    ask(tab, "back()")
    assert ask(tab, "back()") == before


def test_a_notebook_leaves_the_keys_to_what_has_the_focus(show):
    # JupyterLab takes a key unless the element with the focus, not one around
    # it, says no; its "d d" would delete the cell.
    tab = show(stepper())
    tab.locator("summary").evaluate("it => { it.parentElement.open = true }")
    reached = set()
    while True:
        tab.keyboard.press("Tab")
        kept = "document.activeElement.dataset.lmSuppressShortcuts"
        kind = tab.evaluate("document.activeElement.localName")
        if kind == "body":
            break
        assert tab.evaluate(kept) == "true", kind
        reached.add(kind)
    assert reached == {"g", "button", "summary", "select", "input"}


def test_tools_by_keyboard(show):
    tab = show(stepper())
    field = options(tab)
    step(tab)
    field("tool").select_option("point")
    assert said(tab) == "Click in the plot to add a sample."
    tab.locator(".ks-cursor").focus()
    tab.keyboard.press("ArrowUp")
    tab.keyboard.press("Enter")
    state = ask(tab, "state()")
    assert (len(state["X"]), state["labels"][-1]) == (19, -1)
    assert state["objective"] is None
    field("tool").select_option("centroid")
    tab.locator(".ks-cursor").focus()
    tab.keyboard.press("Shift+ArrowLeft")
    tab.keyboard.press("Enter")
    assert len(ask(tab, "state()")["C"]) == 4
    assert tab.locator("[name=k]").input_value() == "4"
    step(tab)
    assert -1 not in ask(tab, "state()")["labels"]
    field("tool").select_option("remove")
    tab.locator(".ks-cursor").focus()
    tab.keyboard.press("Enter")  # the cursor is where the centroid is
    after = ask(tab, "state()")
    assert after["C"] == state["C"]
    assert len(after["X"]) == 19
    assert "centroid at" in said(tab)


def test_limits_of_the_tools(show):
    tab = show(stepper([[0, 0], [0, 1]], centroids=[[9, 9], [9, 8]]))
    assert len(ask(tab, "add('centroid', [1, 1])")["C"]) == 2
    assert "At most 500 samples and 10 centroids" in said(tab)
    assert ask(tab, "remove([9, 9])")["C"] == [[9, 8]]
    assert len(ask(tab, "remove([9, 8])")["C"]) == 1
    assert "There must be" in said(tab)
    assert ask(tab, "remove([0, 0])")["X"] == [[0, 1]]
    assert len(ask(tab, "remove([0, 1])")["X"]) == 1
    assert "There must be" in said(tab)
    full = show(stepper(np.arange(1000).reshape(500, 2), 2))
    assert len(ask(full, "add('point', [1, 1])")["X"]) == 500


@pytest.mark.parametrize("touch", [False, True])
def test_drag(show, touch):
    tab = show(stepper(), has_touch=touch, is_mobile=touch)
    step(tab)
    before = ask(tab, "state()")
    box = tab.locator("[data-j='0'] circle").bounding_box()
    assert min(box["width"], box["height"]) >= 43.9
    x, y = box["x"] + 26, box["y"] + 18  # beside the middle
    if touch:
        client = tab.context.new_cdp_session(tab)

        def touches(kind, *points):
            client.send(
                "Input.dispatchTouchEvent",
                {
                    "type": kind,
                    "touchPoints": [{"x": a, "y": b} for a, b in points],
                },
            )

        touches("touchStart", (x, y))
        for part in range(1, 6):
            touches("touchMove", (x + 20 * part, y - 10 * part))
        touches("touchEnd")
    else:
        tab.mouse.move(x, y)
        tab.mouse.down()
        tab.mouse.move(x + 100, y - 50, steps=5)
        tab.mouse.up()
        tab.mouse.move(x, y)
    after = ask(tab, "state()")
    assert after["step"] == before["step"] + 1
    assert after["C"][1:] == before["C"][1:]
    moved = np.subtract(after["C"][0], before["C"][0])
    assert moved[0] == pytest.approx(2 * moved[1], rel=0.02)
    now = tab.locator("[data-j='0'] circle").bounding_box()
    assert now["x"] - box["x"] == pytest.approx(100, abs=1)
    assert tab.evaluate("scrollY") == 0


def test_points_are_added_where_the_pointer_is(show):
    tab = show(stepper())
    options(tab)("tool").select_option("point")
    tab.locator(".ks-plot").scroll_into_view_if_needed()
    target = tab.locator(".ks-samples path").nth(10).bounding_box()
    tab.mouse.click(
        target["x"] + target["width"] / 2, target["y"] + target["height"] / 2
    )
    assert ask(tab, "state()")["X"][-1] == pytest.approx([8.5, 2], abs=0.03)


def test_seeds_repeat(show):
    tab = show(stepper())
    field = options(tab)
    seen = {}
    for data in ["own", "blobs", "uniform", "moons", "unequal", "peaked"]:
        field("data").select_option(data)
        for method in ["random", "partition", "maximin", "plusplus"]:
            for seed in ["1", "2", "1"]:
                field("method").select_option(method)
                field("seed").fill(seed)
                field("seed").press("Tab")
                state = ask(tab, "state()")
                C, X = state["C"], state["X"]
                assert seen.setdefault((data, method, seed), C) == C
                assert len(C) == int(field("k").input_value())
                if method != "partition":
                    assert all(c in X for c in C)
                    assert len({tuple(c) for c in C}) == len(C)
                else:
                    assert C not in [X[: len(C)]]
            assert seen[data, method, "1"] != seen[data, method, "2"]
    # Maximin by the definition, after its first draw.
    X, C = np.array(X), np.array(seen["peaked", "maximin", "1"])
    for j in range(1, len(C)):
        far = ((X[:, None] - C[:j]) ** 2).sum(axis=2).min(axis=1)
        assert far[(C[j] == X).all(axis=1)][0] == far.max()
    # k-means++ finds all six tight groups more often than random samples.
    found = {"random": 0, "plusplus": 0}
    for method in found:
        field("method").select_option(method)
        for seed in range(20):
            field("seed").fill(str(seed))
            field("seed").press("Tab")
            centers = np.array(ask(tab, "state()")["C"])
            found[method] += len(set(kmeans.assign(X[::25], centers))) == 6
    assert found["plusplus"] > 2 * found["random"]
    field("k").fill("99")
    field("k").press("Tab")
    assert len(ask(tab, "state()")["C"]) == 10
    assert "Clusters: from 1 to 10" in said(tab)
    field("k").fill("0")
    field("k").press("Tab")
    assert len(ask(tab, "state()")["C"]) == 1
    assert "Clusters: from 1 to 10" in said(tab)
    field("k").fill("4")
    field("k").press("Tab")
    assert "4 centroids" in said(tab)


def test_target_is_the_lowest_objective(show):
    tab = show(
        stepper(PEAKED.X, centroids=PEAKED.start),
    )
    for data in ["own", "blobs", "uniform", "moons", "unequal", "peaked"]:
        state = ask(tab, f"load('{data}')")
        model = kmeans.KMeans(len(state["C"]), n_init=50, random_state=0)
        best = model.fit(np.array(state["X"])).inertia_
        assert ask(tab, "target()") <= best * (1 + 1e-9)


def test_swap_frees_a_stuck_run(show):
    tab = show(stepper(PEAKED.X, centroids=PEAKED.start, challenge="beat"))
    target = ask(tab, "target()")
    best = shown(target)
    tab.locator(".ks-target", has_text=f"Best known {best}").wait_for()
    assert said(tab).endswith(f"Get the objective down to {best}.")
    # Without a run to compare with, a swap would say nothing.
    there = ask(tab, "state()")
    assert ask(tab, "swap()") == there
    assert said(tab).startswith("Press Run first. Swap tries one centroid")
    finish(tab)
    assert f"The lowest known is {best}: drag" in said(tab)
    heard, values = set(), [objective(tab)]
    ghost = tab.locator(".ks-paths [stroke-dasharray]")
    for _ in range(60):
        before = ask(tab, "state()")
        tab.get_by_role("button", name="Swap").click()
        after = ask(tab, "state()")
        values.append(after["objective"])
        was, now = map(shown, values[-2:])
        tried, ended = re.fullmatch(
            r"The (.*) was tried at \([^ ]+\)\. That run ended at (.*)",
            said(tab),
        ).groups()
        assert tried in NAMES[:6]
        kept = ended.startswith(f"{now}, below {was}, so it stays.")
        heard.add(kept)
        drawn(tab)
        assert ghost.count() == (not kept)
        if not kept:
            assert after == before
            assert ended.endswith(f", not below {was}, so it is back.")
        assert after["converged"]
        if values[-1] <= target * (1 + 1e-9):
            break
    assert heard == {True, False}
    assert values == sorted(values, reverse=True)
    assert said(tab).endswith(f"You are there: {best} is the lowest known.")
    options(tab)("goal").select_option("none")
    assert said(tab).startswith("The run has converged")
    tab.locator(".ks-target", has_text="Best").wait_for(state="detached")


def test_challenge_to_get_stuck(show):
    tab = show(stepper(PEAKED.X, centroids=PEAKED.start, challenge="stuck"))
    best = shown(ask(tab, "target()"))
    task = f"Drag the centroids so that Run ends above {best}."
    assert said(tab).endswith(task)
    finish(tab)
    assert said(tab).endswith(f"Challenge met: stuck above {best}.")
    field = options(tab)
    field("goal").select_option("beat")
    assert said(tab).startswith(f"The lowest known is {best}")
    ask(tab, "reset()")
    field("goal").select_option("stuck")
    assert said(tab) == task
    field("goal").select_option("none")
    assert said(tab) == "No challenge."
    # Where the challenge is met already, or cannot be.
    ask(tab, "load('blobs')")
    ask(tab, "set([[0, 0], [1, 0], [9, 0]], [[0, 0], [9, 0]])")
    finish(tab)
    field("goal").select_option("beat")
    assert said(tab) == "You are there: 0.5 is the lowest known."
    field("goal").select_option("stuck")
    assert said(tab) == "Drag the centroids so that Run ends above 0.5."
    ask(tab, "remove([9, 0])")
    finish(tab)
    assert said(tab).endswith("One centroid cannot get stuck: add another.")


def test_views_can_be_hidden(show):
    tab = show(stepper(show=("lines",)))
    step(tab, 2)
    field = options(tab)
    for layer in ["cells", "paths"]:
        assert tab.locator(f".ks-{layer} path").count() == 0
        field(layer).check()
        tab.locator(f".ks-{layer} path").first.wait_for(state="attached")
    field("lines").uncheck()
    tab.locator(".ks-lines path").first.wait_for(state="detached")
    # A sample has the color and the shape of its cluster.
    look = tab.locator(".ks-samples path").evaluate_all(
        "marks => marks.map(m => [m.getAttribute('fill'), "
        "m.getAttribute('d')])"
    )
    labels = ask(tab, "state()")["labels"]
    assert [fill for fill, _ in look] == [style.color(j) for j in labels]
    assert len({d for _, d in look}) == 3


def test_picture_without_scripts(show):
    shown = stepper(alt="Centers crowd in the west.")
    tab = show(shown, java_script_enabled=False)
    picture = tab.get_by_role("img", name="Centers crowd in the west.")
    assert picture.is_visible()
    assert picture.locator(".ks-samples circle").count() == 18
    assert picture.locator(".ks-centroids path").count() == 3
    assert tab.get_by_text("With scripts on").is_visible()
    assert tab.get_by_role("button").count() == 0
    places = picture.locator(".ks-samples circle").evaluate_all(
        "all => all.map(e => [e.cx.baseVal.value, -e.cy.baseVal.value])"
    )
    # One scale for both axes, and nothing outside the picture.
    scale = np.ptp(places, axis=0) / np.ptp(shown.X, axis=0)
    assert scale[0] == pytest.approx(scale[1], rel=0.01)
    shift = places - scale * shown.X
    assert np.ptp(shift, axis=0) == pytest.approx([0, 0], abs=0.2)
    size = picture.evaluate(
        "({ viewBox: { baseVal: { width, height } } }) => [width, height]"
    )
    assert (np.abs(places) < size).all()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("dark", [False, True])
def test_accessible_in_both_themes(show, width, dark):
    from axe_playwright_python.sync_playwright import Axe

    theme = f' data-theme="{"dark" if dark else "light"}"'
    # The page's own theme wins over the system's.
    tab = show(stepper(), theme=theme, width=width, dark=not dark)
    box = tab.locator(".kmeans-stepper")
    paper = (style.DARK if dark else style.LIGHT)["paper"]
    rgb = ", ".join(str(int(paper[i : i + 2], 16)) for i in (1, 3, 5))
    assert box.evaluate("e => getComputedStyle(e).backgroundColor") == (
        f"rgb({rgb})"
    )
    options(tab)("tool").select_option("point")
    step(tab, 3)
    violations = Axe().run(tab).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in violations] == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    plot = tab.locator(".ks-plot")
    assert plot.evaluate("e => e.viewBox.baseVal.width - e.clientWidth") == 0
    for control in tab.locator("button, select, input, summary").all():
        if control.get_attribute("type") == "checkbox":
            control = control.locator("..")
        assert control.bounding_box()["height"] >= 43.9


def test_system_theme_alone(show):
    tab = show(stepper(), dark=True)
    assert tab.locator(".kmeans-stepper").evaluate(
        "e => getComputedStyle(e).colorScheme"
    ) == ("light dark")
    assert tab.locator(".kmeans-stepper").evaluate(
        "e => getComputedStyle(e).backgroundColor"
    ) == ("rgb(20, 24, 30)")


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_reduced_motion(show, motion):
    tab = show(stepper(), reduced_motion=motion)
    step(tab)
    # Two frames after an update a centroid is there, or still on its way.
    there = tab.evaluate(
        f"""async () => {{
          const frame = () => new Promise(requestAnimationFrame);
          const handle = document.querySelector("[data-j='0']");
          {SOME}.forward();
          await frame();
          await frame();
          const early = handle.getAttribute("transform");
          await new Promise((done) => setTimeout(done, 600));
          return early === handle.getAttribute("transform");
        }}"""
    )
    assert there == (motion == "reduce")


def test_forced_colors(show):
    tab = show(stepper(), forced_colors="active", dark=True)
    ink, text, key, face = tab.evaluate(
        """() => {
          const look = (s) => getComputedStyle(document.querySelector(s));
          return [look("h1").color, look(".ks-name").fill,
            look("[data-do=step]").color, look("[data-do=reset]").color];
        }"""
    )
    assert text == ink
    assert key == face  # not paper on ink: the system puts a plate behind


def test_two_steppers_on_a_page(show):
    other = stepper(PEAKED.X, centroids=PEAKED.start, title="Another")
    tab = show(stepper(), other, stepper())
    assert tab.locator(".kmeans-stepper[data-ready]").count() == 3
    step(tab)
    steps = tab.locator(".kmeans-stepper").evaluate_all(
        "all => all.map(e => [e.kmeans.state().step, "
        "e.kmeans.state().X.length])"
    )
    assert steps == [[1, 18], [0, 180], [0, 18]]
    # Loading the script once more changes nothing.
    script = tab.locator(".kmeans-stepper script").first.text_content()
    tab.add_script_tag(content=script)
    assert ask(tab, "state()")["step"] == 1


def test_the_end_of_loading_keeps_what_the_reader_chose(show):
    tab = show(stepper())
    options(tab)("data").select_option("uniform")
    chosen = ask(tab, "state()")["X"]
    assert len(chosen) > 18
    tab.evaluate("() => { dispatchEvent(new Event('load')); }")
    assert ask(tab, "state()")["X"] == chosen


def test_a_stepper_in_a_closed_box_opens_well(show):
    tab = show(stepper())
    tab.evaluate(
        """() => {
          const box = document.createElement("details");
          const stepper = document.querySelector(".kmeans-stepper");
          stepper.before(box);
          box.append(stepper);
        }"""
    )
    ask(tab, "reset()")
    ask(tab, "set([[0, 0], [1, 1]], [[0, 0]])")
    tab.evaluate("document.querySelector('details').open = true")
    tab.wait_for_function(
        """() => {
          const plot = document.querySelector(".ks-plot");
          return plot.clientWidth > 0
            && plot.viewBox.baseVal.width === plot.clientWidth;
        }"""
    )
