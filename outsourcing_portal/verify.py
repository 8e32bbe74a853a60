"""`./portal test`: the whole suite on PostgreSQL and Redis, then on the embedded default what uses data.

A test that touches no database says the same on both, and so does how a page behaves in a browser: they
run once. A test with many inputs is repeated with its first. `./portal test --embedded` alone runs everything.
"""

import subprocess
import sys
from pathlib import Path

from outsourcing_portal import system_packages
from outsourcing_portal.processes import die_with_parent

ROOT = Path(__file__).resolve().parent.parent

RUNS = {
    "--server": ("PostgreSQL and Redis", []),
    "--embedded": ("SQLite and folders", ["--embedded"]),
}
PARALLEL = ["--numprocesses", "logical", "--maxprocesses", "8", "--dist", "worksteal"]


def main(arguments: list[str]) -> int:
    """Run pytest once or twice; not zero as soon as one run failed or ran no test."""
    missing = system_packages.get(system_packages.TO_TEST)
    if missing:
        sys.stderr.write(
            "portal: the tests need system packages. Install them: "
            f"{system_packages.how_to_install(missing)}\n"
        )
        return 1
    chosen = [name for name in RUNS if name in arguments] or list(RUNS)
    rest = [word for word in arguments if word not in RUNS]
    failed = []
    for name in chosen:
        title, options = RUNS[name]
        again = ["--of-data"] if name != chosen[0] else []
        if run(title, [*options, *again], rest):
            failed.append(title)
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
