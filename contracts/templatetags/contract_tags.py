"""Tags of contract pages."""

from django import template
from django.utils.safestring import SafeString

from contracts.models.record import Status
from contracts.words import STATUS_KINDS
from core.templatetags.ui import status

register = template.Library()


@register.simple_tag
def contract_badge(value: str) -> SafeString:
    """A contract's status as a badge."""
    found = Status(value)
    return status(STATUS_KINDS[found], found.label)
