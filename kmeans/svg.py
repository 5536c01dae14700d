"""Small SVG figures that look the same on every machine.

Matplotlib writes six decimals of each coordinate, names parts by hashes of
unrounded geometry, and repeats the look of every mark.
A reader sees none of that, but the last digits depend on the processor, and
a notebook is a third larger.
"""

import hashlib
import re

# Thousandths of a point: an eye needs hundredths, and a rounding that goes
# the other way elsewhere then moves nothing by a hundredth of a pixel.
_DECIMALS = 3
_PLACE = re.compile(r' (?:d|x|y|width|height)="[^"]*"|translate\([^)]*\)')
_IDENTIFIER = re.compile(r'( id="| href="#|url\(#)([^")]+)')
_NUMBER = re.compile(rf"-?\d+\.\d{{{_DECIMALS + 1},}}")
# Marks of one kind that follow each other and repeat the same look. Opacity
# is left alone: that of a group is not that of its members.
_RUN = re.compile(
    r"<(use|path)( [^<>]*?)"
    r"""((?: clip-path="[^"]*")? style="(?:(?!(?<!-)opacity)[^"])*")/>"""
    r"(?:<\1 [^<>]*?\3/>)+"
)


def slim(svg):
    """Leave out of a figure what no reader sees.

    Coordinates are rounded to thousandths of a point, the look of marks in a
    row is said once, and the identifiers that the figure itself uses are
    numbered; comments, metadata, white space and other identifiers go.

    Parameters
    ----------
    svg : str
        A figure as Matplotlib writes it.

    Returns
    -------
    str
        The same figure to the eye.
        Its identifiers begin with a digest of its content, so that several
        figures can stand in one page.

    Examples
    --------
    >>> from kmeans.svg import slim
    >>> slim('<svg> <path id="p" d="M 1.0000004 -0.0000002 L 2.5 1"/> </svg>')
    '<svg><path d="M1 0L2.5 1"/></svg>'
    """
    svg = re.sub(
        r"<\?xml.*?\?>|<!DOCTYPE.*?>|<metadata>.*?</metadata>|<!--.*?-->",
        "",
        svg,
        flags=re.DOTALL,
    )
    # Pixels are letters, which may be cut into lines anywhere.
    svg = re.sub(
        r"base64,[^\"]*", lambda pixels: "".join(pixels[0].split()), svg
    )
    svg = re.sub(r"\s*\n\s*", " ", svg)
    svg = re.sub(r"(?<=>)\s+(?=<)", "", svg).strip()
    svg = _PLACE.sub(_shorten, svg)
    svg = svg.replace(' xlink:href="', ' href="')
    svg = _RUN.sub(
        lambda run: f"<g{run[3]}>{run[0].replace(run[3], '')}</g>", svg
    )
    return _number(svg)


def _shorten(place):
    place = _NUMBER.sub(_rounded, place[0])
    return re.sub(r" ?([CLMQz]) ?", r"\1", place)


def _rounded(number):
    text = f"{float(number[0]):.{_DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _number(svg):
    used = dict.fromkeys(re.findall(r'(?: href="|url\()#([^")]+)', svg))
    numbers = {name: str(n) for n, name in enumerate(used)}
    svg = re.sub(
        r' id="([^"]*)"', lambda id: id[0] if id[1] in numbers else "", svg
    )
    svg = _IDENTIFIER.sub(lambda id: id[1] + numbers[id[2]], svg)
    digest = hashlib.sha256(svg.encode()).hexdigest()[:8]
    return _IDENTIFIER.sub(rf"\g<1>k{digest}-\g<2>", svg)
