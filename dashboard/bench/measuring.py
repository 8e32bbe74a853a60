"""Asking a WSGI application in this process, and how long its answers take.

Everything that the web server would call runs: all middleware, the session, the templates, the commit.
Only sockets are left out, on both sides of every ratio.
"""

import gzip
import io
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
WARM_UP = 3


@dataclass(frozen=True)
class Ask:
    """A request, ready to be sent: a GET, or with a body a POST."""

    path: str
    query: str = ""
    cookies: str = ""
    body: bytes | None = None
    content_type: str = "application/x-www-form-urlencoded"
    token: str = ""

    def environ(self) -> dict[str, Any]:
        """What a web server hands to the application."""
        body = self.body or b""
        return {
            "REQUEST_METHOD": "GET" if self.body is None else "POST",
            "SCRIPT_NAME": "",
            "PATH_INFO": self.path,
            "QUERY_STRING": self.query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": settings.ALLOWED_HOSTS[0],
            "HTTP_COOKIE": self.cookies,
            "HTTP_X_CSRFTOKEN": self.token,
            "CONTENT_TYPE": self.content_type if self.body is not None else "",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "https" if settings.HTTPS else "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }


@dataclass(frozen=True)
class Answer:
    """Status, body, and the seconds from the first byte in to the connection let go: those on the clock, and
    those that this process (not the database) computed, which a busy machine lengthens much less."""

    status: int
    body: bytes
    seconds: float
    computing: float


def send(application: Application, ask: Ask) -> Answer:
    """One request, timed."""
    environ = ask.environ()
    started: list[str] = []
    before, computed = time.perf_counter(), time.process_time()
    response = application(environ, lambda status, headers, exc_info=None: started.append(status))
    body = b"".join(response)
    close = getattr(response, "close", None)
    if close:
        close()
    return Answer(
        int(started[0].split()[0]),
        body,
        time.perf_counter() - before,
        time.process_time() - computed,
    )


@dataclass(frozen=True)
class Target:
    """Something to measure. `ask` makes each request anew, since a write happens once.

    `limit` is how many times the `floor` request it may take; None: just to know.
    """

    what: str
    application: Application
    ask: Callable[[], Ask]
    status: int
    floor: Ask
    limit: float | None = None


@dataclass
class Measured:
    """What came out: each repeat, beside the floor just before it."""

    target: Target
    problem: str = ""
    queries: int = 0
    size: int = 0
    answers: list[Answer] = field(default_factory=list)
    floor_answers: list[Answer] = field(default_factory=list)

    @property
    def milliseconds(self) -> float:
        """The median, on the clock."""
        return 1000 * statistics.median(answer.seconds for answer in self.answers)

    @property
    def ratio(self) -> float:
        """How many times its floor, median by median, on the clock."""
        floor = statistics.median(answer.seconds for answer in self.floor_answers)
        return statistics.median(answer.seconds for answer in self.answers) / floor

    @property
    def computing_ratio(self) -> float:
        """The same of what this process computed."""
        floor = statistics.median(answer.computing for answer in self.floor_answers)
        return statistics.median(answer.computing for answer in self.answers) / floor

    @property
    def is_over(self) -> bool:
        limit = self.target.limit
        return bool(self.problem) or (limit is not None and self.ratio > limit)


def measure(targets: list[Target], floor: Application, repeats: int) -> list[Measured]:
    """Warm all of them up, then go round `repeats` times; each follows its own floor at once, so that a
    busy machine slows both."""
    measured = [_warmed_up(target, floor) for target in targets]
    for _ in range(repeats):
        for one in measured:
            if not one.problem:
                one.floor_answers.append(_slim(send(floor, one.target.floor)))
                one.answers.append(_slim(send(one.target.application, one.target.ask())))
    return measured


def _slim(answer: Answer) -> Answer:
    return replace(answer, body=b"")


def _warmed_up(target: Target, floor: Application) -> Measured:
    one = Measured(target)
    for _ in range(WARM_UP):
        send(floor, target.floor)
        with CaptureQueriesContext(connection) as captured:
            answer = send(target.application, target.ask())
        if answer.status != target.status:
            one.problem = f"answered {answer.status} instead of {target.status}"
            break
        one.queries, one.size = len(captured), len(gzip.compress(answer.body, 6))
    return one


# Memory ---------------------------------------------------------------------------------------------


def forget_peak_memory() -> None:
    """Start the peak anew (Linux), so that filling does not count."""
    switch = Path("/proc/self/clear_refs")
    if switch.exists():
        switch.write_text("5")


def peak_memory() -> int | None:
    """The most bytes that this process held at once since then; None where /proc does not tell."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    told = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(told[0]) * 1024 if told else None
