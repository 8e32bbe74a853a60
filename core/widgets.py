"""Fields of filters that write themselves without a template: they stand on every list page."""

from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class QuickText(forms.TextInput):
    """One line of text."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        given = {
            **self.attrs,
            **(attrs or {}),
            "name": name,
            "type": self.input_type,
        }
        if value not in (None, ""):
            given["value"] = str(value)
        return format_html("<input{}>", flatatt(given))


class QuickSelect(forms.Select):
    """A choice."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        given = {**self.attrs, **(attrs or {}), "name": name}
        chosen = "" if value is None else str(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (key, SafeString(" selected" if str(key) == chosen else ""), label)
                for key, label in self.choices
            ),
        )
        return format_html("<select{}>{}</select>", flatatt(given), options)


class QuickDate(QuickText):
    """A day, picked from a calendar."""

    input_type = "date"


class QuickHidden(QuickText):
    """Kept, but not shown."""

    input_type = "hidden"
