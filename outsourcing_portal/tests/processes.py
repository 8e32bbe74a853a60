"""Looking at real processes from a test."""

import os
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def processes_with(text: str) -> list[str]:
    """Command lines of the living processes that have the text in them or in their environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
            state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue  # it ended just now, or is somebody else's
        if state != "Z" and folder.name != str(os.getpid()) and text.encode() in words:
            found.append((folder / "cmdline").read_text().replace("\0", " "))
    return found


def eventually(condition: Callable[[], object], seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def portal_environment(**own: object) -> dict[str, str]:
    """The environment of a person who has set nothing but what is given."""
    set_by_tests = {"DATABASE_URL", "REDIS_URL", "PORTAL_VAR", "PORT", "DJANGO_SETTINGS_MODULE"}
    kept = {k: v for k, v in os.environ.items() if k not in set_by_tests}
    return kept | {name: str(value) for name, value in own.items()}


def portal(*words: object, root: Path = ROOT, **own: object) -> "subprocess.CompletedProcess[str]":
    """Run ./portal to its end."""
    return subprocess.run(
        [root / "portal", *map(str, words)],
        cwd="/",
        env=portal_environment(**own),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
