"""`./portal test`: the whole suite on PostgreSQL and Redis, then on the embedded default."""

import ctypes.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from outsourcing_portal.processes import die_with_parent
from outsourcing_portal.testing_fixtures import find_chromium

ROOT = Path(__file__).resolve().parent.parent

# What the tests need that is no Python package: Debian's name, and whether it is here.
SYSTEM_PACKAGES: dict[str, Callable[[], object]] = {
    "chromium": find_chromium,
    "libatomic1": lambda: ctypes.util.find_library("atomic"),  # Playwright's own program needs it
}
RUNS = {
    "--server": ("PostgreSQL and Redis", []),
    "--embedded": ("SQLite and folders", ["--embedded"]),
}
PARALLEL = ["--numprocesses", "logical", "--maxprocesses", "8", "--dist", "worksteal"]


def main(arguments: list[str]) -> int:
    """Run pytest once or twice; not zero as soon as one run failed or ran no test."""
    missing = get_system_packages()
    if missing:
        sys.stderr.write(
            "portal: the tests need system packages. Install them: "
            f"sudo apt-get install --no-install-recommends {' '.join(missing)}\n"
        )
        return 1
    chosen = [name for name in RUNS if name in arguments] or list(RUNS)
    rest = [word for word in arguments if word not in RUNS]
    failed = [RUNS[name][0] for name in chosen if run(*RUNS[name], rest)]
    if failed:
        sys.stderr.write(f"portal: failed on {', and on '.join(failed)}\n")
    return 1 if failed else 0


def run(title: str, options: list[str], rest: list[str]) -> int:
    sys.stdout.write(f"\nThe tests on {title}:\n")
    sys.stdout.flush()
    command = [sys.executable, "-m", "pytest", *PARALLEL, *options, *rest]
    pytest = subprocess.Popen(command, cwd=ROOT, preexec_fn=die_with_parent())
    while True:
        try:
            return pytest.wait()
        except KeyboardInterrupt:
            continue  # pytest got the Ctrl-C as well, and ends when it has tidied up


def get_system_packages() -> list[str]:
    """Install what is missing if we may (root on Debian); give what is missing still."""
    missing = missing_packages()
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        sys.stdout.write(f"Installing system packages (only once): {' '.join(missing)} ...\n")
        sys.stdout.flush()
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update"], ["install", "--yes", "--no-install-recommends", *missing]):
            command = ["apt-get", "-qq", *words]
            subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
        missing = missing_packages()
    return missing


def missing_packages() -> list[str]:
    return [name for name, is_here in SYSTEM_PACKAGES.items() if not is_here()]
