"""Finds a Chromium that is installed already; the tests never download one."""

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_APPS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
#: The list below a window's address bar, which nobody sees: drawing it takes three quarters of what a new window costs.
ADDRESS_BAR = ["WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"]
#: What Playwright switches off itself, said again, as Chromium heeds only the last list that it is given.
PLAYWRIGHTS = [
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch",
]  # fmt: skip
#: Without the first four, a browser without a window tries to reach its maker's hosts at every start.
ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
    "--disable-features=" + ",".join([*ADDRESS_BAR, *PLAYWRIGHTS]),
]


def find_chromium() -> str | None:
    """Return the path of a Chromium: CHROMIUM if set, else one on the PATH or in a Mac's applications."""
    named = os.environ.get("CHROMIUM")
    found = [named] if named else [path for name in NAMES if (path := shutil.which(name))]
    return next((path for path in [*found, *MAC_APPS] if path and Path(path).exists()), None)


def launch_arguments() -> dict[str, object]:
    """Return Playwright's launch options for that Chromium. Root has no sandbox to run it in."""
    sandbox = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return {"executable_path": find_chromium(), "args": [*ARGUMENTS, *sandbox]}
