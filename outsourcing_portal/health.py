"""Truthful health: /healthz says the process lives, /readyz that it can do its work."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from kombu import Connection
from kombu.exceptions import OperationalError

from activity.models import OutgoingMail

MAIL_WAITS_TOO_LONG = dt.timedelta(minutes=15)


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: answers without touching anything else."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """Ready: database, broker and mail queue, each with its own word; 503 when one is not."""
    checks = {"database": _database(), "broker": _broker(), "mail": "unknown"}
    if checks["database"] == "ok":
        checks["mail"] = _mail_queue()
    ready = all(word == "ok" for word in checks.values())
    return JsonResponse({"ready": ready, **checks}, status=200 if ready else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "away"
    return "ok"


def _broker() -> str:
    options: dict[str, Any] = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    try:
        with Connection(
            settings.CELERY_BROKER_URL, connect_timeout=1, transport_options=options
        ) as broker:
            broker.ensure_connection(max_retries=0, timeout=1)
    except (OperationalError, OSError):
        return "away"
    return "ok"


def _mail_queue() -> str:
    late = timezone.now() - MAIL_WAITS_TOO_LONG
    return "late" if OutgoingMail.objects.filter(state="queued", due_at__lt=late).exists() else "ok"
