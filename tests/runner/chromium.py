"""A real Chromium, found or installed."""

import os
import shutil
import subprocess

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
MACOS = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
]

# Of two such flags the last counts: these are what Playwright leaves out as far as it matters here, and the
# list below the address bar. That is a page of its own in each window, and costs twice what the window does.
LEFT_OUT = [
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxPopup",
]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(LEFT_OUT)}",
]


def ensured(missing: list[str]) -> str:
    """The path of a Chromium, installed if need be; without one empty, and a line more in `missing`."""
    if not found() and installable():
        install()
    if not found():
        missing.append(
            "browser tests: no Chromium. Install it (Debian: apt-get install chromium) or set CHROMIUM."
        )
    return found()


def found() -> str:
    candidates = [os.environ.get("CHROMIUM", ""), *NAMES, *MACOS]
    return next((path for name in candidates if name and (path := shutil.which(name))), "")


def installable() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install() -> None:
    print("Installing Chromium for the browser tests …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", "chromium"]):
        subprocess.run(["apt-get", *command], env=environment, stdout=subprocess.DEVNULL, check=False)
