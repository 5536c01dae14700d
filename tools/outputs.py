"""Compare what a cell puts out with what is stored.

Text, tables and the kinds of the outputs have to be equal to the letter.
Figures are compared as drawings: the last digits of a coordinate depend on
the processor, and so do the names of parts, which are made of these digits;
nobody sees either. Everything else in a figure has to be equal too.
"""

import base64
import copy
import io
import re
from xml.etree import ElementTree

import numpy as np
from PIL import Image

SVG = "image/svg+xml"
# A hundredth of a pixel, in the points of an SVG by Matplotlib (72 an inch,
# where a browser's pixels are 96), and a little for its decimals.
TOLERANCE = 0.01 * 72 / 96 + 1e-9
# What an edge that moves by a hundredth of a pixel changes in a picture of
# 200 dots an inch, of 255.
LEVELS = 0.01 * 200 / 96 * 255
GEOMETRY = {"d", "x", "y", "width", "height", "transform", "points"}
NUMBER = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)")
REFERENCE = re.compile(r"(?<=url\(#)[^)]+|(?<=^#).+")


def differences(stored, new):
    """Say what is new in the outputs of a cell, as a list of sentences."""
    stored, new = map(coalesced, (stored, new))
    if [kind(output) for output in stored] != [kind(o) for o in new]:
        return [
            f"stored are {', '.join(map(kind, stored)) or 'no outputs'}; "
            f"new are {', '.join(map(kind, new)) or 'no outputs'}"
        ]
    found = []
    for one, other in zip(stored, new, strict=True):
        for part, content in contents(one).items():
            change = difference(part, content, contents(other)[part])
            if change:
                found.append(f"{part}: {change}")
    return found


def keep_equal_drawings(stored, new):
    """Put stored figures in the place of new ones that look the same."""
    kept = copy.deepcopy(new)
    for old, output in zip(stored, kept, strict=False):
        if SVG in old.get("data", {}) and SVG in output.get("data", {}):
            drawings = old["data"][SVG], output["data"][SVG]
            if not drawing_difference(*map(joined, drawings)):
                output["data"][SVG] = drawings[0]
    return kept


def coalesced(outputs):
    """Join the pieces of a stream, which is cut at random."""
    whole, streams = [], {}
    for output in outputs:
        name = output.get("name")
        if name in streams:
            streams[name]["text"] += joined(output["text"])
        else:
            whole.append(dict(output))
            if name:
                streams[name] = whole[-1]
                streams[name]["text"] = joined(output["text"])
    return whole


def joined(text):
    return "".join(text)


def contents(output):
    if output["output_type"] == "stream":
        return {output["name"]: joined(output["text"])}
    if output["output_type"] == "error":
        return {"error": f"{output['ename']}: {output['evalue']}"}
    return {part: joined(text) for part, text in output["data"].items()}


def kind(output):
    parts = " and ".join(sorted(contents(output)))
    return f"{output['output_type']} ({parts})"


def difference(part, stored, new):
    if part == SVG:
        return drawing_difference(stored, new)
    if stored == new:
        return None
    lines = zip(stored.splitlines(), new.splitlines(), strict=False)
    for number, (one, other) in enumerate(lines, 1):
        if one != other:
            one, other = excerpts(one, other)
            return f"line {number} is {other!r}, stored is {one!r}"
    return f"{len(stored)} characters became {len(new)}"


def excerpts(one, other):
    """Cut two long lines to where they differ."""
    if max(len(one), len(other)) <= 100:
        return one, other
    pairs = enumerate(zip(one, other, strict=False))
    end_of_shorter = min(len(one), len(other))
    first = next((n for n, (a, b) in pairs if a != b), end_of_shorter)
    begin, end = max(first - 20, 0), first + 60
    return one[begin:end], other[begin:end]


def drawing_difference(stored, new):
    """Say where two SVG figures first differ to the eye; None if nowhere."""
    if stored == new:
        return None
    return Drawings().difference(*map(ElementTree.fromstring, (stored, new)))


class Drawings:
    """Two figures, walked through together."""

    def __init__(self):
        # The names of one figure, by those of the other, and the reverse.
        self.names = {}, {}

    def difference(self, one, other, place="svg"):
        if one.tag != other.tag:
            return f"{place} is <{plain(other.tag)}>, not <{plain(one.tag)}>"
        if (one.text or "").strip() != (other.text or "").strip():
            return f"{place} holds {other.text!r}, not {one.text!r}"
        if one.attrib.keys() != other.attrib.keys():
            return f"{place} has other attributes"
        for key in one.attrib:
            attributes = one.get(key), other.get(key)
            if not self.look_alike(plain(key), *attributes):
                was, now = (text[:60] for text in attributes)
                return f"{place} {plain(key)} is {now!r}, not {was!r}"
        if len(one) != len(other):
            return f"{place} has {len(other)} parts, not {len(one)}"
        for n, (part, twin) in enumerate(zip(one, other, strict=True)):
            found = self.difference(
                part, twin, f"{place}/{plain(part.tag)}{n}"
            )
            if found:
                return found
        return None

    def look_alike(self, key, one, other):
        if one.startswith("data:image/png") and other.startswith("data:"):
            return pictures_look_alike(one, other)
        if key == "id":
            return self.same_name(one, other)
        if key in GEOMETRY:
            return numbers_look_alike(one, other)
        named, renamed = REFERENCE.findall(one), REFERENCE.findall(other)
        return (
            len(named) == len(renamed)
            and all(map(self.same_name, named, renamed))
            and REFERENCE.sub("", one) == REFERENCE.sub("", other)
        )

    def same_name(self, one, other):
        forward, back = self.names
        return (
            forward.setdefault(one, other) == other
            and back.setdefault(other, one) == one
        )


def plain(name):
    """Leave the namespace out of a tag or attribute."""
    return name.rpartition("}")[2]


def numbers_look_alike(one, other):
    # Every second piece is a number; commas and spaces part them alike.
    pieces, twins = NUMBER.split(one), NUMBER.split(other)
    if len(pieces) != len(twins) or any(
        was.strip(" ,") != now.strip(" ,")
        for was, now in zip(pieces[::2], twins[::2], strict=True)
    ):
        return False
    return all(
        abs(float(was) - float(now)) <= TOLERANCE
        for was, now in zip(pieces[1::2], twins[1::2], strict=True)
    )


def pictures_look_alike(one, other):
    was, now = (
        np.asarray(
            Image.open(io.BytesIO(base64.b64decode(text.partition(",")[2]))),
            dtype=float,
        )
        for text in (one, other)
    )
    return was.shape == now.shape and np.abs(was - now).max() <= LEVELS
