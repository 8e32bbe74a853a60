"""A form and its one action: the same in every view that makes or changes a row."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from core.errors import Refused
from core.forms import differences, go_on_from
from core.versions import Stale

Differences = Callable[[Any, Any], list[tuple[str, str, str]]]


@dataclass
class Saved:
    """What became of a form: `row` when the action was done; else `context` and `status` for the page."""

    form: Any
    row: Any = None
    differing: list[tuple[str, str, str]] = field(default_factory=list)
    status: int | None = None

    @property
    def context(self) -> dict[str, Any]:
        """For the template: the form, and for includes/stale.html whether and where it is stale."""
        return {"form": self.form, "stale": self.status == 409, "differing": self.differing}


def save(form: Any, act: Callable[..., Any], *, compare: Differences = differences) -> Saved:
    """If the form was posted and is valid, do `act(values=…, version=… or creation_key=…)`.

    A refusal stands at its field, or above the form (422); a stale version shows both (409), and the
    next sending saves this person's over it. `version` and `creation_key` are handed over apart, when
    the form has them.
    """
    found = Saved(form)
    if not (form.is_bound and form.is_valid()):
        return found
    values = dict(form.cleaned_data)
    apart = {name: values.pop(name) for name in ("version", "creation_key") if name in values}
    try:
        found.row = act(values=values, **apart)
    except Stale as error:
        found.differing, found.status = compare(form, error.current), 409
        go_on_from(form, error.current.version)
    except Refused as error:
        place = error.field if error.field in form.fields else None
        form.add_error(place, str(error))
    return found
