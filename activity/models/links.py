"""Asking somebody without an account by a private link: what every such row keeps."""

import datetime as dt
import uuid
from typing import Any

from django.db import models
from django.utils import timezone


class PrivateLink(models.Model):
    """One person outside who is asked for one thing. See activity/links.py for what is done with it.

    The token follows from the site's secret key and `link_key`, so that the same link can be copied
    again and stand in a reminder, while only its hash is stored. Another `link_key` makes the old link dead.
    Nobody was asked yet while `token_hash` is empty.
    """

    organization: Any  # each such row has one

    name = models.CharField(max_length=200)
    email = models.EmailField("e-mail", blank=True)
    link_key = models.UUIDField(default=uuid.uuid4, editable=False)
    token_hash = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)
    asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    asked_by = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    mail = models.ForeignKey(
        "activity.OutgoingMail", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # When the page was opened first, and when the answer was handed in.
    seen_at = models.DateTimeField(null=True, blank=True, editable=False)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    def link_works(self, now: dt.datetime) -> bool:
        """Does the address open anything on that moment?"""
        if self.token_hash is None or self.revoked_at is not None:
            return False
        return self.expires_at is not None and now < self.expires_at

    @property
    def until_on(self) -> dt.date | None:
        """The last day on which the link works, in the time zone that is active."""
        if self.expires_at is None:
            return None
        return timezone.localtime(self.expires_at - dt.timedelta(seconds=1)).date()
