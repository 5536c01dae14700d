"""Find the Chromium, Chrome or Edge that prints and tests the pages."""

import os
import shutil
import sys
from pathlib import Path

COMMANDS = [
    *("chromium", "chromium-browser", "google-chrome"),
    *("google-chrome-stable", "microsoft-edge", "microsoft-edge-stable"),
]
# Where installers of macOS and Windows put one without telling the PATH.
MAC = [
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
]
WINDOWS = [
    "Google/Chrome/Application/chrome.exe",
    "Chromium/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find(system=sys.platform, surroundings=os.environ):
    """Return the path of a browser, or None."""
    places = [*filter(None, map(shutil.which, COMMANDS))]
    if system == "darwin":
        tops = ["/", surroundings.get("HOME", "/")]
        places += [f"{top}/Applications/{app}" for app in MAC for top in tops]
    if system == "win32":
        names = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
        tops = [surroundings[n] for n in names if n in surroundings]
        places += [f"{top}/{app}" for app in WINDOWS for top in tops]
    return next((place for place in places if Path(place).is_file()), None)


CHROMIUM = find()
