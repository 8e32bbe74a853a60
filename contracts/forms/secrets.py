"""Texts that must not be secrets: what looks like one is refused, and does not come back to the page."""

from collections.abc import Iterable
from typing import Any

from contracts.secrets_check import looks_like_secret, refusal
from core.forms import PlainForm


def discard_secrets(form: PlainForm, names: Iterable[str]) -> None:
    """Take what looks like a secret out of what was sent, so that no page shows it again."""
    for name in names:
        key = form.add_prefix(name)
        kind = looks_like_secret(str(form.data.get(key, "")))
        if kind:
            emptied: Any = form.data.copy()  # type: ignore[attr-defined]  # a QueryDict
            emptied[key] = ""
            form.data = emptied
            form.errors.pop(name, None)
            form.add_error(name, refusal(kind))
