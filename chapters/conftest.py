"""nbval: our settings, and figures compared as drawings."""

import os

from nbval.plugin import IPyNbCell

from tools.outputs import differences
from tools.surroundings import settle

settle(os.environ)


def compare_outputs(cell, new, stored, skip_compare=None):
    cell.comparison_traceback = differences(stored, new)
    return not cell.comparison_traceback


IPyNbCell.compare_outputs = compare_outputs
