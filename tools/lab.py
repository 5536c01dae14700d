"""Open the book in JupyterLab, to read it or to write it.

``python -m tools.lab read`` lays the plain edition of the built book into the
folder ``lab``, where a reader can change it freely: a later edition replaces
what the reader left alone and keeps the rest.

``python -m tools.lab write`` opens the chapters themselves, in MyST. Options
after the word go to JupyterLab.
"""

import json
import os
import shutil
import sys
from hashlib import sha256
from pathlib import Path

import nbformat
from nbformat.sign import NotebookNotary

ROOT = Path(__file__).parents[1]
EDITION = ROOT / "_build" / "html" / "chapters"
LAB = ROOT / "lab"


def digest(path):
    """Of what a reader writes: not of outputs, which a run changes."""
    text = path.read_text("utf-8")
    if path.suffix == ".ipynb":
        try:
            cells = json.loads(text)["cells"]
        except (ValueError, KeyError):
            sys.exit(f"{path} is no notebook any more; rename or delete it")
        text = json.dumps(
            [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
        )
    return sha256(text.encode()).hexdigest()


def lay(edition=EDITION, lab=LAB):
    """Copy the edition, and return the names of what the reader changed."""
    lab.mkdir(exist_ok=True)
    notes = lab / ".laid.json"
    laid = json.loads(notes.read_text("utf-8")) if notes.exists() else {}
    kept = []
    for path in sorted([*edition.glob("*.ipynb"), *edition.glob("*.md")]):
        copy, new = lab / path.name, digest(path)
        old = digest(copy) if copy.exists() else None
        if old not in (None, new, laid.get(path.name)):
            kept.append(path.name)
            continue
        if old != new:
            shutil.copyfile(path, copy)
        laid[path.name] = new
    notes.write_text(json.dumps(laid, indent=1) + "\n", "utf-8")
    return kept


def trust(paths):
    """Let JupyterLab show stored figures and steppers at once."""
    notary = NotebookNotary()
    for path in paths:
        notary.sign(nbformat.read(path, as_version=4))
    # Its store of signatures is a database that it leaves open.
    notary.store.close()


def open_lab(settings, folder, page, *options):
    os.environ["JUPYTER_CONFIG_PATH"] = str(ROOT / "tools/jupyter" / settings)
    program = str(Path(sys.executable).with_name("jupyter"))
    options = [
        *options,
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{page}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    # Jupyter refuses to start as root, which is who one is in a container.
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")
    os.execv(program, [program, "lab", *options])


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["read", *options]:
            for name in lay():
                print(f"lab/{name}: kept, because you changed it")
            trust(LAB / path.name for path in EDITION.glob("*.ipynb"))
            open_lab("read", LAB, "front.ipynb", *options)
        case ["write", *options]:
            trust(ROOT.glob("chapters/*.ipynb"))
            open_lab("write", ROOT, "chapters", *options)
        case _:
            sys.exit("Say what for: python -m tools.lab read, or write")
