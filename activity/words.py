"""How the audit trail reads: values and verbs in plain words. Pure."""

from typing import Any

NOTHING = "–"


def in_words(value: Any) -> str:
    """A kept value (see log.plain) as a person reads it: yes, no, a dash for nothing, lists with commas."""
    if value is None or value in ("", [], {}):
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{name}: {in_words(item)}" for name, item in value.items())
    if isinstance(value, list):
        return ", ".join(in_words(item) for item in value)
    return str(value)


def verb_in_words(verb: str) -> str:
    """`vendor.status_changed` → `Vendor status changed`."""
    return verb.replace(".", " ").replace("_", " ").capitalize()
