"""How a service credit is written: its sum, its window, its state."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template
from django.utils.safestring import SafeString

from contracts.level_words import percent
from reviews.credit_queries import sum_words
from reviews.credit_tables import credit_badge, window_of
from reviews.models import ServiceCredit
from reviews.result_page import credit_words

register = template.Library()


@register.filter
def credit_sum(credit: ServiceCredit) -> str:
    """ "EUR 60", or "5 % of the price" where that is not known."""
    return sum_words(credit)


@register.filter
def credit_window(credit: ServiceCredit, organization: Any) -> str:
    """ "March 2026"."""
    return window_of(credit, organization)


@register.filter
def credit_percent(share: Decimal) -> str:
    """ "12.5 %"."""
    return percent(share)


@register.filter
def credit_line(kept: Mapping[str, Any], organization: Any) -> str:
    """One that a review knows of, as its record keeps it: sum, level, and what became of it."""
    return credit_words(kept, organization)


@register.simple_tag
def credit_state(credit: ServiceCredit) -> SafeString:
    """A badge with its state in words."""
    return credit_badge(credit)
