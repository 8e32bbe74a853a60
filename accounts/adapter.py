"""How allauth fits in: its mails go through our queue, sign-up can be closed by the operator."""

import secrets
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib import messages
from django.contrib.sites.shortcuts import get_current_site
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.shortcuts import redirect

from activity import actions as activity


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.SIGNUP_OPEN

    def save_user(self, request: Any, user: Any, form: Any, commit: bool = True) -> Any:
        """Two forms with the same address at the same moment: the second person signs in instead."""
        try:
            with transaction.atomic():
                return super().save_user(request, user, form, commit)
        except IntegrityError:
            messages.info(request, f"There is an account for {user.email} already. Sign in.")
            raise ImmediateHttpResponse(redirect("account_login")) from None

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Render as allauth does, then queue: no page waits for a mail server.

        Links lead to the public address, whatever host name the request came with.
        """
        request = allauth_context.request
        links = {name: _public(url) for name, url in context.items() if name.endswith("_url")}
        message = self.render_mail(
            template_prefix,
            email,
            {
                "request": request,
                "email": email,
                "current_site": get_current_site(request),
                **context,
                **links,
            },
        )
        html = ""
        if isinstance(message, EmailMultiAlternatives) and message.alternatives:
            html = str(message.alternatives[0][0])
        activity.queue_mail(
            to=email,
            subject=str(message.subject),
            text=str(message.body),
            html=html,
            key=f"account:{template_prefix}:{secrets.token_hex(16)}",
            secret=True,
        )


def _public(url: Any) -> str:
    parts = urlsplit(str(url))
    return f"{settings.PUBLIC_URL}{urlunsplit(('', '', parts.path, parts.query, ''))}"
