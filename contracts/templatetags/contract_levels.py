"""Tags of the service level pages."""

from django import template

from core.service_hours import SupportHours, in_words

register = template.Library()


@register.filter
def hours_in_words(hours: SupportHours) -> str:
    """When support works: “Mon–Fri 09:00–17:00 (Europe/Dublin), not on public holidays of Ireland”."""
    return in_words(hours)
