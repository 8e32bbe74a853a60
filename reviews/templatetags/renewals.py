"""Badges of renewals: how a vendor stands, and what was chosen."""

from django import template
from django.utils.safestring import SafeString

from core.templatetags.ui import status
from reviews.models import Choice, Standing
from reviews.renewal_words import TONES

register = template.Library()

CHOICE_TONES = {
    Choice.RENEW: "ok",
    Choice.RENEGOTIATE: "info",
    Choice.RE_TENDER: "warn",
    Choice.EXIT: "bad",
}


@register.simple_tag
def standing_mark(standing: str) -> SafeString:
    """Green, amber or red as a badge with its word."""
    return status(TONES[standing], Standing(standing).label)


@register.simple_tag
def choice_mark(choice: str) -> SafeString:
    """Renew, renegotiate, re-tender or exit as a badge."""
    return status(CHOICE_TONES[Choice(choice)], Choice(choice).label)
