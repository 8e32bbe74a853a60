"""A real mail server that keeps what it gets, or refuses it."""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller

from core.tenancy import organization_scope
from outsourcing_portal.tests.processes import free_port


@pytest.hookimpl(hookwrapper=True)
def pytest_pyfunc_call(pyfuncitem: Any) -> Iterator[None]:
    """Tests of jobs that cross organizations run in the `SCOPE` that their module names."""
    scope = getattr(pyfuncitem.module, "SCOPE", None)
    with organization_scope(scope) if scope else contextlib.nullcontext():
        yield


@pytest.fixture
def in_january() -> Iterator[None]:
    """Days of 2026 are still to come: what is stored is stored on New Year's Day."""
    with time_machine.travel("2026-01-01T00:00:00Z"):
        yield


class Mailbox:
    """The handler of the server: `.mails` arrived; set an answer to refuse.

    With `hold` "before" it keeps silent when it has a mail but has not kept it yet, with "after" when it
    has kept it but not said so, until `hold` is empty; meanwhile `held` is true.
    """

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.answer = self.recipient_answer = self.hold = ""
        self.held = False

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if not self.recipient_answer:
            envelope.rcpt_tos.append(address)
        return self.recipient_answer or "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answer:
            return self.answer
        await self._hold("before")
        self.mails.append(envelope)
        await self._hold("after")
        return "250 OK"

    async def _hold(self, when: str) -> None:
        try:
            while self.hold == when:
                self.held = True
                await asyncio.sleep(0.01)
        finally:  # also when the sender is gone
            self.held = False


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    box.port = controller.port
    yield box
    controller.stop()


@pytest.fixture
def smtp(mailbox: Mailbox, settings: Any) -> Mailbox:
    """Send through that server."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mailbox.port
    return mailbox
