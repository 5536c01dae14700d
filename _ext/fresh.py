"""Build the whole book anew, unless nothing changed since a build passed.

Sphinx takes over what an earlier build left. If that one failed or was
interrupted, the next would pass with its warnings unheard or with half a
search index; and what pages say about each other (titles, numbers, the list
of chapters) would stay as it was in pages that did not change themselves.

So a build without any warning leaves a stamp: a digest of everything it was
made from. Without the stamp of exactly the present sources, a build reads and
writes everything, into an empty folder.
"""

import hashlib
import shutil
from functools import partial
from pathlib import Path

import sphinx
from sphinx.application import ENV_PICKLE_FILENAME
from sphinx.util import logging

ROOT = Path(__file__).parents[1]
SOURCES = [
    *("*.yml", "*.bib", "kmeans/style.py"),
    *("chapters/**/*", "_ext/**/*", "_static/**/*"),
]


def digest(app):
    # Builders of different folders share what was read; and a package that
    # is installed or removed changes the folder of all.
    packages = Path(sphinx.__file__).parents[1]
    known = [app.config.overrides, app.outdir, packages.stat().st_mtime_ns]
    paths = {path for pattern in SOURCES for path in ROOT.glob(pattern)}
    for path in sorted(paths):
        place = path.relative_to(ROOT)
        hidden = any(part.startswith((".", "__")) for part in place.parts)
        if path.is_file() and not hidden:
            # The time as well, because Sphinx goes by it.
            known += [place, path.stat().st_mtime_ns, path.read_bytes()]
    return hashlib.sha256(repr(known).encode()).hexdigest()


def begin(app, config):
    stamp = app.doctreedir / "passed"
    present = digest(app)
    if not stamp.exists() or stamp.read_text() != present:
        # Without it Sphinx reads every page.
        (app.doctreedir / ENV_PICKLE_FILENAME).unlink(missing_ok=True)
    # Gone until this build has passed as well.
    stamp.unlink(missing_ok=True)
    app.connect(
        "build-finished", partial(end, stamp=stamp, made_from=present), 9999
    )


def empty_output(app):
    # Only what Jupyter Book laid out: a folder that somebody named may hold
    # more than pages. A check of links shares the folder and writes no page.
    own = app.outdir.parent == app.doctreedir.parent
    if app.fresh_env_used and own and app.builder.format == "html":
        logging.getLogger(__name__).info("all pages are built anew")
        for folder in (app.outdir, app.outdir.parent / "jupyter_execute"):
            if folder.exists():
                shutil.rmtree(folder)
            folder.mkdir()


def end(app, exception, stamp, made_from):
    passed = exception is None and app._warncount == 0
    # Others read pages without the parts that are made for HTML only.
    if passed and app.builder.format == "html":
        stamp.write_text(made_from)


def setup(app):
    app.connect("config-inited", begin, priority=0)
    app.connect("builder-inited", empty_output, priority=0)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
