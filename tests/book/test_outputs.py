"""The comparison of outputs: blind to last digits, and to nothing else."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from tools.outputs import (
    SVG,
    differences,
    drawing_difference,
    keep_equal_drawings,
)

FIGURE = """<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="360pt"
 viewBox="0 0 360 270" xmlns="http://www.w3.org/2000/svg">
<defs><path id="mark" d="M0 2C1.5 2 2 1.5 2 0z"/>
<clipPath id="p1"><rect x="50" y="3" width="259.5" height="229"/></clipPath>
<path id="one" d="M1228 531L3431 531z"/><path id="two" d="M4 9L3 5z"/></defs>
<g clip-path="url(#p1)">
<use xlink:href="#mark" x="89.788" y="231.99" style="fill: #0296ff"/>
<use xlink:href="#mark" x="145.303" y="31.2" style="fill: #df7800"/></g>
<g transform="translate(85.97 248.1) scale(0.12 -0.12)">
<use xlink:href="#one"/><use xlink:href="#two"/></g></svg>"""
# One hundredth of a CSS pixel is 0.0075 points of this drawing.
HUNDREDTH, TENTH = 0.0075, 0.075


def figure(svg):
    return {
        "output_type": "display_data",
        "data": {SVG: svg, "text/plain": "<Figure size 500x375>"},
        "metadata": {},
    }


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def moved(by, number="89.788"):
    return FIGURE.replace(number, f"{float(number) + by:.6f}")


@pytest.mark.parametrize("by", [0, 1e-6, 0.9 * HUNDREDTH, -0.9 * HUNDREDTH])
def test_last_digits_are_equal(by):
    for number in ("89.788", "31.2", "2 1.5", "248.1", "259.5"):
        first = number.split()[0]
        other = FIGURE.replace(
            number, number.replace(first, f"{float(first) + by:.6f}", 1)
        )
        assert drawing_difference(FIGURE, other) is None


@pytest.mark.parametrize("by", [1.2 * HUNDREDTH, TENTH, -TENTH])
@pytest.mark.parametrize("number", ["89.788", "31.2", "248.1", "259.5"])
def test_a_mark_that_moves_by_a_tenth_of_a_pixel_is_seen(by, number):
    assert drawing_difference(FIGURE, moved(by, number))


def test_names_may_be_any_but_not_mixed_up():
    renamed = re.sub(r"\b(mark|p1|one|two)\b", r"other-\1", FIGURE)
    assert drawing_difference(FIGURE, renamed) is None
    # The text "12" has become "22", and "21".
    assert drawing_difference(
        FIGURE, FIGURE.replace('href="#one"', 'href="#two"')
    )
    swapped = FIGURE.replace('"#one"', '"#x"').replace('"#two"', '"#one"')
    assert drawing_difference(FIGURE, swapped.replace('"#x"', '"#two"'))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("#0296ff", "#0296fe"),  # a color
        ("fill: #df7800", "stroke: #df7800"),
        ('<use xlink:href="#two"/>', ""),  # a mark less
        ('<use xlink:href="#two"/>', '<use xlink:href="#two"/>' * 2),
        ("M1228 531L", "M1228 531 M"),  # another line
        ("url(#p1)", "url(#one)"),  # another clip
        ("0 0 360 270", "0 0 360 271"),
        ('<g clip-path="url(#p1)">', "<g>"),
        ("</g></svg>", "<text>k</text></g></svg>"),
        ("scale(0.12 -0.12)", "scale(0.12 0.12)"),
    ],
)
def test_all_else_has_to_be_equal(old, new):
    assert old in FIGURE
    assert drawing_difference(FIGURE, FIGURE.replace(old, new))


def picture(levels):
    file = io.BytesIO()
    Image.fromarray(levels).save(file, "png")
    return (
        f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
    )


def with_picture(levels):
    return FIGURE.replace(
        "</svg>", f'<image xlink:href="{picture(levels)}"/></svg>'
    )


def test_pictures_in_a_figure_are_compared_as_pictures():
    levels = np.random.default_rng(0).integers(
        20, 200, (20, 30, 4), dtype=np.uint8
    )
    one = with_picture(levels)
    assert drawing_difference(one, with_picture(levels + np.uint8(2))) is None
    assert drawing_difference(one, with_picture(levels + np.uint8(40)))
    assert drawing_difference(one, with_picture(levels[:-1]))
    assert drawing_difference(one, FIGURE.replace("</svg>", "<image/></svg>"))


def test_text_is_compared_to_the_letter():
    assert differences([stream("k = 3\n")], [stream("k = 3\n")]) == []
    (said,) = differences([stream("a\nk = 3\n")], [stream("a\nk = 4\n")])
    assert said == "stdout: line 2 is 'k = 4', stored is 'k = 3'"
    assert differences([stream("k\n")], [stream("k\n\n")])
    page = f"{300 * 'a'}{{}}{300 * 'b'}"
    (said,) = differences(
        [stream(page.format("old"))], [stream(page.format("new"))]
    )
    assert f"is '{20 * 'a'}new{57 * 'b'}', stored" in said
    assert differences([stream("k")], [stream("k", "stderr")])
    table = {"output_type": "execute_result", "data": {"text/html": "<b>1"}}
    other = {"output_type": "execute_result", "data": {"text/html": "<b>2"}}
    assert differences([table], [other])


def test_outputs_may_neither_come_nor_go():
    shown = [stream("k"), figure(FIGURE)]
    assert differences(shown, shown) == []
    assert differences(shown, shown[:1])
    assert differences(shown[:1], shown)
    assert differences([], [stream("warning", "stderr")])
    plain = {"output_type": "display_data", "data": {"text/plain": "<Figure>"}}
    (said,) = differences([figure(FIGURE)], [plain])
    assert "image/svg+xml" in said
    failed = {"output_type": "error", "ename": "E", "evalue": "no"}
    assert differences([stream("k")], [stream("k"), failed])


def test_how_a_stream_was_cut_does_not_matter():
    pieces = [stream("a"), figure(FIGURE), stream("b"), stream("c")]
    whole = [stream("abc"), figure(FIGURE)]
    assert differences(whole, pieces) == []
    # A notebook's file keeps a text as a list of lines.
    assert differences(whole, [stream(["a", "bc"]), figure([FIGURE])]) == []


def test_stored_drawings_are_kept_where_they_look_the_same():
    same, other = moved(0.001), moved(TENTH)
    kept = keep_equal_drawings(
        [figure(FIGURE), figure(FIGURE)], [figure(same), figure(other)]
    )
    assert [output["data"][SVG] for output in kept] == [FIGURE, other]
    # Also where there are more, or fewer, than before.
    assert len(keep_equal_drawings([], [figure(same)])) == 1
    assert keep_equal_drawings([figure(FIGURE)], []) == []
    assert keep_equal_drawings([stream("a")], [stream("b")]) == [stream("b")]
