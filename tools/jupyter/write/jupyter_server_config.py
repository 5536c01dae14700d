"""Settings of ``make write``."""

import sys
from pathlib import Path

# Jupyter imports the hook by its name.
sys.path.append(str(Path(__file__).parents[3]))
c = get_config()  # noqa: F821  (Jupyter gives it to its configuration)
c.FileContentsManager.pre_save_hook = "tools.save.save_clean"
