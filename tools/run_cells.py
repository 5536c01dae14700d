"""Run the code cells of a notebook in this process and store the outputs.

    python -m tools.run_cells chapters/front.ipynb outputs.json

The outputs are those that Jupyter would store, cell by cell. But no kernel
is started and no socket is opened, neither of which works everywhere (see
arm.py); of Jupyter, only IPython and Matplotlib's inline backend are needed.
"""

import argparse
import io
import json
import os
import sys
import tempfile
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config


class Text(io.TextIOBase):
    """Where a cell prints: the text becomes one of its outputs."""

    def __init__(self, name, shell):
        self.name = name
        self.shell = shell

    def write(self, text):
        outputs = self.shell.outputs
        if outputs and outputs[-1].get("name") == self.name:
            outputs[-1]["text"] += text
        elif text:
            outputs.append(
                {"output_type": "stream", "name": self.name, "text": text}
            )
        return len(text)


class Displays(DisplayPublisher):
    """Takes what a cell displays, such as a figure."""

    def publish(self, data, metadata=None, **_):
        self.shell.outputs.append(
            {
                "output_type": "display_data",
                "data": data,
                "metadata": metadata or {},
            }
        )


class LastValue(DisplayHook):
    """Takes the value of a cell's last line."""

    def write_output_prompt(self):
        """Write none: the number is part of the output."""

    def write_format_data(self, data, metadata=None):
        self.shell.outputs.append(
            {
                "output_type": "execute_result",
                "execution_count": self.prompt_count,
                "data": data,
                "metadata": metadata or {},
            }
        )


class Shell(InteractiveShell):
    """IPython without a person: what a cell shows goes into `outputs`."""

    def __init__(self, **settings):
        self.outputs = []
        super().__init__(
            display_pub_class=Displays,
            displayhook_class=LastValue,
            **settings,
        )

    def enable_gui(self, gui=None):
        """Have none: figures are outputs, not windows."""

    def _showtraceback(self, kind, error, lines):
        self.outputs.append(
            {
                "output_type": "error",
                "ename": kind.__name__,
                "evalue": str(error),
                "traceback": lines,
            }
        )

    def outputs_of(self, source):
        """Run one cell, and return its outputs."""
        self.outputs = []
        with (
            redirect_stdout(Text("stdout", self)),
            redirect_stderr(Text("stderr", self)),
        ):
            done = self.run_cell(source, store_history=True)
        # IPython would show an interrupt in the cell and go on.
        if isinstance(done.error_in_exec, KeyboardInterrupt):
            raise done.error_in_exec
        return self.outputs


def run(notebook):
    """Run the code cells of a notebook, and return each one's outputs."""
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    sources = [
        "".join(cell["source"])
        for cell in cells
        if cell["cell_type"] == "code"
    ]
    os.chdir(notebook.parent)
    outputs = []
    # A folder of its own keeps the settings of a person away.
    with tempfile.TemporaryDirectory() as folder:
        shell = Shell.instance(
            ipython_dir=folder,
            config=Config({"HistoryManager": {"enabled": False}}),
        )
        # As in a kernel, figures are displayed after their cell.
        shell.enable_matplotlib("inline")
        for number, source in enumerate(sources, start=1):
            start = time.perf_counter()
            outputs.append(shell.outputs_of(source))
            seconds = time.perf_counter() - start
            print(f"cell {number} of {len(sources)}: {seconds:.1f} s")
            sys.stdout.flush()
    return outputs


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebook", type=Path)
    parser.add_argument("outputs", type=Path, help="a JSON file to write")
    arguments = parser.parse_args()
    # Found before the cells run elsewhere.
    target = arguments.outputs.resolve()
    outputs = run(arguments.notebook)
    target.write_text(json.dumps(outputs, indent=1), "utf-8")


if __name__ == "__main__":
    main()
