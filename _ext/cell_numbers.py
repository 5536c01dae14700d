"""Say in which cell of a notebook a warning of the build arises.

MyST-NB counts lines on from 10,000 times the number of the cell, and one too
many: line 2 of the seventh cell is 70003. Here that becomes "cell 7, line 2".
"""

import logging
import re

from sphinx.util.logging import NAMESPACE


def name_the_cell(record):
    place = re.fullmatch(r"(.*\.ipynb):(\d+)", record.location or "")
    if place and int(place[2]) >= 10_000:
        cell, line = divmod(int(place[2]) - 1, 10_000)
        record.location = f"{place[1]}, cell {cell}, line {line}"
    return True


def setup(app):
    for handler in logging.getLogger(NAMESPACE).handlers:
        if handler.level == logging.WARNING:
            handler.addFilter(name_the_cell)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
