"""How the price table of a proposal reads in words, also while it is not complete."""

from collections.abc import Mapping
from typing import Any

from django import template

from evaluations.answer_words import quote_words

register = template.Library()


@register.filter
def price_words(value: Mapping[str, Any], organization: Any) -> list[str]:
    """Line by line, then what holds for all of them."""
    lines = [{"label": "Price line", **line} for line in value.get("lines", [])]
    return quote_words({**value, "lines": lines}, organization)
