"""A progress bar for whoever is waiting, and for nobody else."""

import sys


def progress(steps, unit):
    """Iterate over `steps`, with a progress bar if somebody is watching.

    The bar appears after two seconds, in a terminal or in a notebook that a
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
    if not (sys.stderr.isatty() or _in_live_notebook()):
        return steps
    # Imported for those who see it only: it takes longer than most searches.
    from tqdm import tqdm

    return tqdm(steps, unit=f" {unit}", delay=2, leave=False)


def _in_live_notebook():
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    kernel = getattr(shell, "kernel", None)
    # A person can be asked for input. The programs that run notebooks
    # (nbconvert, nbval) tell the kernel that nobody can.
    return bool(getattr(kernel, "_allow_stdin", False))
