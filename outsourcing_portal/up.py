"""`./portal up`: the database, the example, the web server and the worker, until Ctrl-C."""

import contextlib
import http.client
import io
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import IO
from urllib.parse import urlsplit

import django
import environ
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DatabaseError, connections

from outsourcing_portal import system_packages
from outsourcing_portal.processes import Child, stop_all, try_lock

ROOT = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()  # reads NAME_FILE as well, as the settings do
HERE = "127.0.0.1"
LOCAL_NAMES = {"127.0.0.1", "localhost", "::1"}
SECONDS_TO_START = 60
LOG_GETS_OLD_AT = 10_000_000  # bytes
END_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class CannotStart(Exception):
    """Why the portal can't start or go on, in words for whoever started it."""


def main(arguments: list[str]) -> int:
    """Run until asked to stop (0), or until something is wrong (1, with the reason on stderr)."""
    try:
        if arguments:
            raise CannotStart("up takes no arguments; choose the port with PORT=8001 ./portal up")
        run()
    except CannotStart as reason:
        sys.stderr.write(f"portal: {reason}\n")
        return 1
    return 0


def run() -> None:
    """Everything in order; whatever happens, no child and no lock is left."""
    stop = StopRequest()
    port = chosen_port()
    var = data_folder()
    with contextlib.ExitStack() as held:
        held.enter_context(only_one(var, port))
        listener = held.enter_context(listening_socket(port))
        make_secret_key(var)
        without = system_packages.get(system_packages.TO_RUN)
        os.environ.setdefault("PORTAL_PUBLIC_URL", f"http://{HERE}:{port}")
        logins = prepare_data()
        stop.from_now_on_just_remember()
        children: list[Child] = []
        held.callback(stop_all, children)
        start(children, var / "log", listener)
        listener.close()  # only the web server holds it now: if it ends, the port is free at once
        wait_until(lambda: bool(stop) or answers(port), children, var / "log")
        if not stop:
            say(f"Ready: http://{HERE}:{port}")
            if without:
                say(f"No PDFs until you run: {system_packages.how_to_install(without)}")
            say(f"{logins}Logs: {var / 'log'}. Stop with Ctrl-C.")
        wait_until(lambda: bool(stop), children, var / "log", seconds=None)
        say("Stopping ...")


class StopRequest:
    """True once somebody asked us to stop. Before there are children it simply ends the program."""

    def __init__(self) -> None:
        self._asked = False
        self._only_remember = False
        for signum in END_SIGNALS:
            signal.signal(signum, self._handle)

    def __bool__(self) -> bool:
        return self._asked

    def from_now_on_just_remember(self) -> None:
        self._only_remember = True

    def _handle(self, signum: int, frame: FrameType | None) -> None:
        self._asked = True
        if not self._only_remember:
            raise SystemExit(0)


# Before the start -----------------------------------------------------------------------------------


def chosen_port() -> int:
    text = env.str("PORT", "") or "8000"
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise CannotStart(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def data_folder() -> Path:
    """The folder for everything that is kept; only its owner may look inside."""
    var = Path(env.str("PORTAL_VAR", "") or ROOT / "var").resolve()
    try:
        var.mkdir(mode=0o700, parents=True, exist_ok=True)
        (var / "log").mkdir(exist_ok=True)
        probe = var / ".writable"
        probe.write_bytes(bytes(4096))
        probe.unlink()
    except OSError as error:
        raise CannotStart(f"The data folder {var} can't be written: {error.strerror}.") from None
    return var


@contextlib.contextmanager
def only_one(var: Path, port: int) -> Iterator[None]:
    """Hold the data folder: two portals on one folder would send every mail twice."""
    lock = try_lock(var / "up.lock")
    if lock is None:
        where = (var / "up.lock").read_text().strip()
        raise CannotStart(f"The portal is already running on {var} ({where}). Stop that one first.")
    with lock:
        lock.truncate(0)
        lock.write(f"http://{HERE}:{port}, process {os.getpid()}\n")
        lock.flush()
        yield


def listening_socket(port: int) -> socket.socket:
    """Take the port before anything else is done, so that it can't be lost in between."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HERE, port))
        listener.listen(512)
    except OSError as error:
        listener.close()
        raise CannotStart(
            f"Port {port} can't be used ({error.strerror}). Choose another: PORT={port % 65535 + 1} "
            "./portal up"
        ) from None
    return listener


def make_secret_key(var: Path) -> None:
    """Make the key that signs sessions and links; once, readable by its owner only."""
    path = var / "secret_key"
    if path.exists():
        return
    new = var / "secret_key.new"
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(64))
    new.rename(path)


def prepare_data() -> str:
    """Bring tables and static files up to date and load the example once; give its logins."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "outsourcing_portal.settings")
    os.environ.setdefault("STATIC_COLLECTED", "true")  # serve them compressed, and cached for good
    try:
        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
        call_command("collectstatic", verbosity=0, interactive=False)
        logins = io.StringIO()
        # The example's passwords are known to everybody: never where others can reach the portal.
        local = urlsplit(settings.PUBLIC_URL).hostname in LOCAL_NAMES
        if local:
            call_command("load_example", stdout=logins)
        connections.close_all()
    except ImproperlyConfigured as error:
        raise CannotStart(f"The settings are wrong: {error}") from None
    except (DatabaseError, OSError) as error:
        raise CannotStart(f"The database can't be used: {str(error).strip()}") from None
    return logins.getvalue()


# Web server and worker ------------------------------------------------------------------------------


def start(children: list[Child], logs: Path, listener: socket.socket) -> None:
    web = [sys.executable, "-m", "gunicorn", "outsourcing_portal.wsgi"]
    web += ["--bind", f"fd://{listener.fileno()}", "--worker-class", "gthread"]
    web += ["--workers", "2", "--threads", "8", "--graceful-timeout", "10", "--no-control-socket"]
    worker = [sys.executable, "-m", "celery", "-A", "outsourcing_portal.celery", "worker"]
    worker += ["--beat", "--schedule", str(logs.parent / "beat-schedule")]
    worker += ["--pool", "threads", "--concurrency", "2", "--loglevel", "INFO"]
    with log_file(logs / "web.log") as log:
        children.append(Child("web", web, log=log, cwd=ROOT, pass_fds=[listener.fileno()]))
    with log_file(logs / "worker.log") as log:
        children.append(Child("worker", worker, log=log, cwd=ROOT))


def log_file(path: Path) -> IO[bytes]:
    """Append to the log; one that has grown large becomes the old one."""
    if path.exists() and path.stat().st_size > LOG_GETS_OLD_AT:
        path.replace(path.with_suffix(".old.log"))
    return path.open("ab")


def wait_until(
    done: Callable[[], bool],
    children: list[Child],
    logs: Path,
    seconds: float | None = SECONDS_TO_START,
) -> None:
    """Wait, watching the children: if one of them ends, or time is up, say which and why."""
    until = None if seconds is None else time.monotonic() + seconds
    while not done():
        for child in children:
            if child.ended_with is not None:
                raise CannotStart(f"The {child.name} process ended.{tail(logs, child.name)}")
        if until and time.monotonic() > until:
            raise CannotStart(f"No page answered within {seconds} seconds.{tail(logs, 'web')}")
        time.sleep(0.1)


def answers(port: int) -> bool:
    """Whether the portal really answers, asked by the name that its users know it by."""
    public = urlsplit(settings.PUBLIC_URL)
    headers = {"Host": public.netloc, "X-Forwarded-Proto": public.scheme}
    connection = http.client.HTTPConnection(HERE, port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers=headers)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def tail(logs: Path, name: str) -> str:
    path = logs / f"{name}.log"
    lines = path.read_text(errors="replace").splitlines()[-8:]
    return "\n".join([f" The end of {path}:", *lines])


def say(text: str) -> None:
    """Print at once; a reader that went away (`| head -1`) is no reason to stop."""
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
