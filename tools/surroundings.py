"""Keep a user's own settings out of what is built, tested and stored.

A backend of Matplotlib, a profile of IPython, a configuration of Jupyter or
a PYTHONPATH changes what a notebook puts out. Threads and kernels of the
linear algebra (OPENBLAS_*, OMP_*, NPY_*) stay as they are: the outputs do
not depend on them, and are checked under several.

``python -E -m tools.surroundings COMMAND ...`` runs a command of the
environment in such surroundings.
"""

import os
import sys
from pathlib import Path

SETTINGS = Path(__file__).parents[1] / "_build" / "settings"
FOREIGN = (
    "COVERAGE_",
    "IPYTHON",
    "JUPYTER",
    "MATPLOTLIB",
    "MPL",
    "PYTEST_",
    "PYTHON",
    "SCIPY_",
    "SKLEARN_",
    "SOURCE_DATE_EPOCH",
    "TQDM_",
)
# Homes of their own, because the user's may not be writable either.
HOMES = {
    "IPYTHONDIR": "ipython",
    "JUPYTER_CONFIG_DIR": "jupyter",
    "JUPYTER_DATA_DIR": "jupyter/data",
    "JUPYTER_RUNTIME_DIR": "jupyter/runtime",
    "MPLCONFIGDIR": "matplotlib",
}


def settle(environ):
    """Change an environment, for instance ``os.environ``, in place."""
    for name in [name for name in environ if name.startswith(FOREIGN)]:
        del environ[name]
    for name, folder in HOMES.items():
        (SETTINGS / folder).mkdir(parents=True, exist_ok=True)
        environ[name] = str(SETTINGS / folder)
    # Windows would read and write the book's files in a code page.
    environ["PYTHONUTF8"] = "1"


if __name__ == "__main__":
    settle(os.environ)
    program, *arguments = sys.argv[1:]
    program = str(Path(sys.executable).with_name(program))
    os.execv(program, [program, *arguments])
