"""Tell when another distribution put its files into this package.

This package is distributed as ``kmeans-book``. The name ``kmeans`` on the
package index is another project, which is imported by the same name: where
both are installed, one overwrote files of the other, and no installer says so.
"""

import warnings
from pathlib import Path

_HERE = Path(__file__).parents[1]


def warn_if_installed(folder=_HERE):
    """Warn if the distribution ``kmeans`` is in the folder of this package.

    A look at the names in one folder, which is cheaper than
    `importlib.metadata` and cannot fail on what is written inside.
    """
    # Names of other projects continue without a hyphen: kmeans_pytorch-0.3.
    if any(folder.glob("kmeans-*-info")):
        warnings.warn(
            "the distribution 'kmeans', which is another project, is "
            "installed in the same place as this one, 'kmeans-book', and "
            "each overwrites files of the other; mend it with "
            "'pip uninstall kmeans kmeans-book', then install kmeans-book "
            "again",
            stacklevel=3,
        )
