"""`{% icon "house" %}`: one Bootstrap icon as inline SVG, so that no page loads an icon font.

The shapes come from the installed package `js_lib_bootstrap_icons`, never from a person, which is
why their markup is trusted here. An icon is decoration: words stand beside it.
"""

import re
from functools import lru_cache
from importlib.resources import files

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SHAPES = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str) -> SafeString:
    """The icon of this name; ValueError for a name that is not in the package."""
    if not NAME.fullmatch(name):
        raise ValueError(f"not an icon name: {name!r}")
    source = files("js_lib_bootstrap_icons") / "static" / "bootstrap-icons" / f"{name}.svg"
    try:
        found = SHAPES.search(source.read_text())
    except FileNotFoundError:
        found = None
    if found is None:
        raise ValueError(f"no icon named {name!r}")
    return format_html(
        '<svg class="icon bi-{}" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{}</svg>',
        name,
        SafeString(found[1].strip()),
    )
