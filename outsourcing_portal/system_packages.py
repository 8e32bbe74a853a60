"""What no Python package brings: Debian's name for it, and whether it is here."""

import ctypes.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """The path of the machine's Chromium or Chrome."""
    return next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)


Packages = Mapping[str, Callable[[], object]]

TO_RUN: Packages = {
    "libpangoft2-1.0-0": lambda: ctypes.util.find_library("pangoft2-1.0"),  # the text in PDFs
}
TO_TEST: Packages = {
    **TO_RUN,
    "chromium": find_chromium,
    "libatomic1": lambda: ctypes.util.find_library("atomic"),  # Playwright's own program needs it
}


def get(packages: Packages) -> list[str]:
    """Install what is missing if we may (root on Debian); give what is missing still."""
    missing = missing_of(packages)
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        sys.stdout.write(f"Installing system packages (only once): {' '.join(missing)} ...\n")
        sys.stdout.flush()
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update"], ["install", "--yes", "--no-install-recommends", *missing]):
            command = ["apt-get", "-qq", *words]
            subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
        missing = missing_of(packages)
    return missing


def missing_of(packages: Packages) -> list[str]:
    return [name for name, is_here in packages.items() if not is_here()]


def how_to_install(names: list[str]) -> str:
    return f"sudo apt-get install --no-install-recommends {' '.join(names)}"
