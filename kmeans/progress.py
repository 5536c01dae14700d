"""A progress bar for whoever is waiting, and for nobody else."""

import sys

from tqdm import tqdm


def progress(steps, unit):
    """Iterate over `steps`, with a progress bar if somebody is watching.

    A bar appears after two seconds, in a terminal or in a notebook that a
    person is running, and is gone when the work is done. Where a notebook
    is executed without a person, as for the book, nothing is written.

    Parameters
    ----------
    steps : sized iterable
    unit : str
        What is counted, in the plural.

    Returns
    -------
    iterable
        Over the same items.

    Examples
    --------
    >>> [step for step in progress(range(3), "swaps")]
    [0, 1, 2]
    """
    return tqdm(
        steps,
        unit=f" {unit}",
        delay=2,
        leave=False,
        disable=not (sys.stderr.isatty() or _in_live_notebook()),
    )


def _in_live_notebook():
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    kernel = getattr(shell, "kernel", None)
    # A front end that a person sits at can be asked for input; nbconvert
    # and nbval cannot.
    return bool(getattr(kernel, "_allow_stdin", False))
