"""Give every SVG figure a dark twin.

Notebooks store a figure once, in the light palette. While a page is read,
each SVG gets a copy in which the light role colors (ink, grid, paper, ...)
are replaced by the dark ones of ``kmeans.style``; book.css shows the one
that fits the reader's theme. The hidden one is out of the accessibility
tree and, being lazy, is not downloaded.
"""

import re
import sys
from pathlib import Path

from docutils import nodes

# The package need not be installed to build the book, and another package
# of its name must not be taken for it.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def recolor(svg, light, dark):
    """Replace all colors at once, so that a dark one may equal a light one."""
    swap = {light[role]: dark[role] for role in light}
    return re.sub("|".join(sorted(swap)), lambda match: swap[match[0]], svg)


def add_twins(app, doctree):
    if app.builder.format != "html":
        return
    for image in list(doctree.findall(nodes.image)):
        uri = image["uri"]
        if not uri.endswith(".svg") or "://" in uri:
            continue
        from kmeans import style  # only here, because it imports Matplotlib

        source = Path(app.env.relfn2path(uri)[1])
        svg = source.read_text("utf-8")
        source.with_name(f"{source.stem}-dark.svg").write_text(
            recolor(svg, style.LIGHT, style.DARK), "utf-8"
        )
        twin = image.deepcopy()
        twin["uri"] = f"{uri.removesuffix('.svg')}-dark.svg"
        twin["ids"], twin["names"] = [], []
        # The theme's own only-light and only-dark would hide the caption too;
        # dark-light is its word for an image that needs no white box.
        image["classes"] += ["figure-light", "dark-light"]
        twin["classes"] += ["figure-dark", "dark-light"]
        image["loading"] = twin["loading"] = "lazy"
        image.parent.insert(image.parent.index(image) + 1, twin)


def state_sizes(app, pagename, templatename, context, doctree):
    """Write each figure's size, so that no text jumps when it arrives."""
    paths = {name: path for path, name in app.builder.images.items()}

    def with_size(match):
        head = Path(app.srcdir, paths[match[1]]).read_text("utf-8")[:1000]
        size = re.findall(r'\b(width|height)="([\d.]+)pt"', head)
        pixels = [f'{side}="{float(pt) * 4 / 3:.0f}"' for side, pt in size]
        return " ".join([match[0], *pixels])

    link = r'src="[^"]*_images/([^"/]+\.svg)"'
    context["body"] = re.sub(link, with_size, context.get("body", ""))


def setup(app):
    # Early, before Sphinx collects the images of a page.
    app.connect("doctree-read", add_twins, priority=100)
    app.connect("html-page-context", state_sizes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
