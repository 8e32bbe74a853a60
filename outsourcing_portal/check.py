"""`./portal check`: all linters and checks, each with its time; everything that CI runs besides tests."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LONGEST_MODULE = 400  # lines
LONGEST_TEMPLATE = 150
PYTHON = sys.executable

# What a real installation sets. Nothing listens at these addresses, and no check asks them.
PRODUCTION = {
    "SECRET_KEY": "only-for-this-check-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLM",
    "PORTAL_PUBLIC_URL": "https://portal.example.com",
    "DATABASE_URL": "postgres://portal@127.0.0.1:1/portal",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "EMAIL_URL": "smtp://127.0.0.1:1",
}
OURS = {*PRODUCTION, "DEBUG", "ALLOWED_HOSTS"}
IMPORT_LINTER = "from importlinter.cli import lint_imports_command as run; run()"

COMMANDS: dict[str, list[str]] = {
    "ruff check": ["-m", "ruff", "check", "--quiet"],
    "ruff format": ["-m", "ruff", "format", "--check", "--quiet"],
    # Not its --check: the formatter tears apart tags that hold template tags.
    "djlint": ["-m", "djlint", "--lint", "templates"],
    "import order": ["-c", IMPORT_LINTER, "--no-cache"],
    "mypy": ["-m", "mypy", "."],
    "check --deploy": ["manage.py", "check", "--deploy", "--fail-level", "WARNING"],
    "migrations": ["manage.py", "makemigrations", "--check", "--dry-run"],
}


def main(arguments: list[str]) -> int:
    """Run all checks, or those named; 1 if any of them found something."""
    checks = all_checks()
    unknown = [name for name in arguments if name not in checks]
    if unknown:
        sys.stderr.write(f"portal: no check {unknown[0]!r}; there are: {', '.join(checks)}\n")
        return 2
    chosen = {name: checks[name] for name in arguments or checks}
    failed = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, found, seconds in pool.map(_timed, chosen, chosen.values()):
            sys.stdout.write(f"{'FAILED' if found else 'ok':7} {name:15} {seconds:5.1f} s\n{found}")
            sys.stdout.flush()
            failed += bool(found)
    sys.stdout.write(f"{len(chosen) - failed} checks passed, {failed} failed\n")
    return 1 if failed else 0


def all_checks() -> dict[str, Callable[[], str]]:
    """Each check by name: a function that gives what it found, nothing if all is well."""
    commands = {name: _command(name, words) for name, words in COMMANDS.items()}
    return {
        **commands,
        "locks": lambda: _lines(lock_problems(ROOT)),
        "lengths": lambda: _lines(length_problems(ROOT)),
    }


def _timed(name: str, check: Callable[[], str]) -> tuple[str, str, float]:
    started = time.monotonic()
    return name, check(), time.monotonic() - started


def _lines(problems: Iterator[str]) -> str:
    return "".join(f"{problem}\n" for problem in problems)


def _command(name: str, words: list[str]) -> Callable[[], str]:
    def check() -> str:
        environment = {k: v for k, v in os.environ.items() if k.removesuffix("_FILE") not in OURS}
        if name == "check --deploy":
            environment |= PRODUCTION
        with tempfile.TemporaryDirectory() as folder:
            environment["PORTAL_VAR"] = folder  # never the developer's own data
            done = subprocess.run(
                [PYTHON, *words],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
        return (done.stdout or f"ended with {done.returncode}\n") if done.returncode else ""

    return check


# The locks ------------------------------------------------------------------------------------------


def lock_problems(root: Path) -> Iterator[str]:
    """What we chose is pinned, every pin has its hashes, and no lock names where packages come from."""
    pins = {}
    for name in ("requirements", "requirements-dev"):
        text = (root / f"{name}.lock").read_text()
        pins[name] = dict(_pins(text))
        for chosen in _requirements(root / f"{name}.txt"):
            pin = pins[name].get(canonicalize_name(chosen.name))
            if pin is None:
                yield f"{name}.lock lacks {chosen.name}, which {name}.txt asks for"
            elif not chosen.specifier.contains(pin):
                yield f"{name}.lock pins {chosen.name} {pin}, but {name}.txt says {chosen.specifier}"
        for number, line in enumerate(text.splitlines(), 1):
            if "://" in line or line.startswith("-"):
                yield f"{name}.lock:{number}: a lock holds pins and hashes only: {line}"
        if unhashed := [p for p in text.split("\n") if "==" in p and not p.endswith("\\")]:
            yield f"{name}.lock: no hash for {unhashed[0]}"
    for package, version in pins["requirements"].items():
        if pins["requirements-dev"].get(package) != version:
            yield f"requirements-dev.lock must pin {package} at {version}, as requirements.lock does"


def _requirements(path: Path) -> Iterator[Requirement]:
    for line in path.read_text().splitlines():
        words = line.split("#")[0].strip()
        if words and not words.startswith("-"):
            yield Requirement(words)


def _pins(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        if "==" in line and not line.startswith((" ", "#")):
            pin = Requirement(line.removesuffix("\\").strip())
            yield canonicalize_name(pin.name), next(iter(pin.specifier)).version


# The lengths ----------------------------------------------------------------------------------------


def length_problems(root: Path) -> Iterator[str]:
    """Modules and templates that have grown too long to be read in one go."""
    for folder in sorted(root.iterdir()):
        if folder.name.startswith(".") or folder.name == "var":
            continue
        for path in sorted(folder.rglob("*.*")):
            name = path.relative_to(root)
            most = {".py": LONGEST_MODULE, ".html": LONGEST_TEMPLATE}.get(path.suffix)
            if most is None or {"migrations", "tests"} & {*name.parts}:
                continue
            if (lines := path.read_text().count("\n")) > most:
                yield f"{name} has {lines} lines, {most} at most: split it"
