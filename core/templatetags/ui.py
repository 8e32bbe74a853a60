"""The small words and marks that every page uses: statuses, numbers, dates, links of the rail.

The functions may also be called from Python, for instance in a table's `render_…` method.
"""

import datetime as dt
import math
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.dateformat import format as format_moment
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.templatetags.icons import icon

register = template.Library()

NOTHING = "–"
NO_BREAK = "\N{NO-BREAK SPACE}"
DEFAULT_DATE_FORMAT = "j M Y"
STATUS_ICONS = {
    "ok": "check-circle-fill",
    "warn": "exclamation-triangle-fill",
    "bad": "x-octagon-fill",
    "info": "info-circle-fill",
    "neutral": "circle",
}


# Marks --------------------------------------------------------------------------------------------


@register.simple_tag
def status(kind: str, text: Any) -> SafeString:
    """A badge with icon and words. Kinds: ok, warn, bad, info, neutral."""
    if kind not in STATUS_ICONS:
        raise ValueError(f"status kind must be one of {', '.join(STATUS_ICONS)}, not {kind!r}")
    return format_html(
        '<span class="status status-{}">{}{}</span>', kind, icon(STATUS_ICONS[kind]), text
    )


@register.simple_tag
def crumbs(*parts: Any) -> SafeString:
    """Breadcrumbs from pairs of label and address; a last label alone is the page itself."""
    pairs = [(parts[i], parts[i + 1]) for i in range(0, len(parts) - 1, 2)]
    items = format_html_join(
        "", '<li class="breadcrumb-item"><a href="{1}">{0}</a></li>', [(a, b) for a, b in pairs]
    )
    if len(parts) % 2:
        last = '<li class="breadcrumb-item active" aria-current="page">{}</li>'
        items += format_html(last, parts[-1])
    return format_html('<nav aria-label="Breadcrumb"><ol class="breadcrumb">{}</ol></nav>', items)


@register.simple_tag(takes_context=True)
def nav_link(
    context: template.Context, to: str, label: str, icon_name: str, match: str, but: str = ""
) -> SafeString | str:
    """One entry of the rail; nothing when the place does not exist.

    It is marked as current when the name of the shown page holds one of the words of `match` and
    none of `but`.
    """
    request = context["request"]
    org = getattr(request, "org", None)
    shown = request.resolver_match.view_name if request.resolver_match else ""
    here = any(word in shown for word in match.split())
    here = here and not any(word in shown for word in but.split())
    current = ("page" if shown == to else "true") if here else ""
    return _nav_link(to, org.slug if org else "", label, icon_name, current)


@lru_cache(maxsize=4096)
def _nav_link(to: str, slug: str, label: str, icon_name: str, current: str) -> SafeString | str:
    """The rail is the same on every page but for the entry that is current."""
    try:
        url = reverse(to, kwargs={"org": slug} if slug else {})
    except NoReverseMatch:
        return ""
    return format_html(
        '<li><a class="rail-link" href="{}"{}>{} {}</a></li>',
        url,
        format_html(' aria-current="{}"', current) if current else "",
        icon(icon_name),
        label,
    )


@register.filter
def can(member: Any, permission: str) -> bool:
    """`{% if request.member|can:"vendor:edit" %}`: nobody (no membership) can do nothing."""
    return bool(member) and bool(member.can(permission))


# Numbers ------------------------------------------------------------------------------------------


def _number(value: Any) -> Decimal | None:
    """The decimal that a person would read off the value; None for missing, NaN and text."""
    if value is None or value == "":
        return None
    number = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    return number if math.isfinite(number) else None


def _rounded(number: Decimal, places: str) -> Decimal:
    return number.quantize(Decimal(places), rounding=ROUND_HALF_UP)


@register.filter
def points(value: Any) -> str:
    """Points of 100 with one decimal, halves away from zero: 78.4. Missing is a dash, not 0."""
    number = _number(value)
    return NOTHING if number is None else f"{_rounded(number, '0.1')}"


@register.filter
def percent(share: Any) -> str:
    """A share from 0 to 1 as whole percent: 91 %. What is not complete never reads 100 %."""
    number = _number(share)
    if number is None:
        return NOTHING
    if Decimal("0.995") <= number < 1:
        return f">99{NO_BREAK}%"
    if 0 < number < Decimal("0.005"):
        return f"<1{NO_BREAK}%"
    return f"{_rounded(number * 100, '1')}{NO_BREAK}%"


@register.filter
def money(amount: Any, currency: str) -> str:
    """`{{ vendor.yearly_cost|money:org.currency }}`: EUR 12,400, with cents only where there are."""
    number = _number(amount)
    if number is None:
        return NOTHING
    rounded = _rounded(number, "0.01")
    whole = rounded == rounded.to_integral_value()
    return f"{currency}{NO_BREAK}{rounded:,.0f}" if whole else f"{currency}{NO_BREAK}{rounded:,.2f}"


@register.filter
def mail_address(address: str) -> str:
    """An e-mail address that breaks after its @ before it breaks anywhere else."""
    name, at, domain = address.rpartition("@")
    return format_html("{}{}<wbr>{}", name, at, domain)


# Dates --------------------------------------------------------------------------------------------


def format_date(value: dt.date | dt.datetime | None, organization: Any = None) -> str:
    """A day as the organization writes it; a moment is first put on the local calendar."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date()
    wanted = getattr(organization, "date_format", "") or DEFAULT_DATE_FORMAT
    return format_moment(value, wanted)


def _organization(context: template.Context) -> Any:
    return getattr(context.get("request"), "org", None)


@register.simple_tag(takes_context=True)
def local_date(context: template.Context, value: dt.date | dt.datetime | None) -> SafeString | str:
    """`{% local_date contract.ends_on %}`: the day in the organization's format."""
    if not value:
        return NOTHING
    day = timezone.localtime(value).date() if isinstance(value, dt.datetime) else value
    text = format_date(day, _organization(context))
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), text)


@register.simple_tag(takes_context=True)
def local_moment(context: template.Context, value: dt.datetime | None) -> SafeString | str:
    """`{% local_moment entry.happened_at %}`: day and time of day in the organization's zone."""
    if not value:
        return NOTHING
    local = timezone.localtime(value)
    text = f"{format_date(local, _organization(context))}, {local:%H:%M}"
    return format_html('<time datetime="{}">{}</time>', local.isoformat("T", "seconds"), text)


@register.filter
def ago(value: dt.date | dt.datetime | None) -> SafeString | str:
    """“3 days ago”, “in 2 months”, with the exact day or moment in the title."""
    if not value:
        return NOTHING
    if isinstance(value, dt.datetime):
        local = timezone.localtime(value)
        words = _moment_words(local, timezone.localtime())
        exact, machine = format_moment(local, "j M Y, H:i T"), local.isoformat("T", "seconds")
    else:
        words = _day_words((value - timezone.localdate()).days)
        exact, machine = format_moment(value, "j M Y"), value.isoformat()
    return format_html('<time datetime="{}" title="{}">{}</time>', machine, exact, words)


def _moment_words(moment: dt.datetime, now: dt.datetime) -> str:
    seconds = (moment - now).total_seconds()
    if abs(seconds) < 60:
        return "just now"
    if abs(seconds) < 3600:
        return _direction(int(seconds / 60), "minute")
    if abs(seconds) < 86_400 and moment.date() == now.date():
        return _direction(int(seconds / 3600), "hour")
    return _day_words((moment.date() - now.date()).days)


def _day_words(days: int) -> str:
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    if days in near:
        return near[days]
    if abs(days) < 60:
        return _direction(days, "day")
    if abs(days) < 730:
        return _direction(int(days / 30.44), "month")
    return _direction(int(days / 365.25), "year")


def _direction(count: int, unit: str) -> str:
    size = abs(count)
    amount = f"{size} {unit}" if size == 1 else f"{size} {unit}s"
    return f"in {amount}" if count > 0 else f"{amount} ago"
