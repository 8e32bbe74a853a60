"""A list as rows of one form: those that are there, more by a button, each can be moved and removed.

Buttons only change what the page shows; Save alone stores. All of it works without a script.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from core.forms import PlainForm, VersionForm
from planning.plan_lists import MOST_LINES

ADD, OFFER, UP, DOWN, REMOVE = "add", "offer", "up", "down", "remove"
BUTTONS = {ADD, OFFER, UP, DOWN, REMOVE}
UNFINISHED = "One of the lines is not complete; it says below what is missing."
LEFT_OUT = f"Not every line arrived: at most {MOST_LINES} fit. Look at them, then save again."
Raw = dict[str, Any]


class RowForm(PlainForm):
    """One line; left empty it is none. `names` is what it is called by, `quiet` what says nothing alone."""

    use_required_attribute = False
    names: str = ""
    quiet: tuple[str, ...] = ()
    wide: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.focus = False
        for field in self.fields.values():
            field.widget.attrs.setdefault("autocomplete", "off")

    @property
    def heading(self) -> str:
        """What the line is called on its buttons."""
        return str(self[self.names].value() or "") or "New line"

    @property
    def placed(self) -> list[tuple[forms.BoundField, bool]]:
        """(field, does it take the whole width), in order."""
        return [(field, field.name in self.wide) for field in self.visible_fields()]


class ListEditor:
    """All lines of one list, with the version of what they belong to.

    `make` makes one row form; `stored` are the lines as they are kept; `offers` are lines that a button
    writes in, by key. `check` may add errors to rows that are each good for themselves.
    """

    def __init__(
        self,
        make: Callable[..., RowForm],
        *,
        data: QueryDict | None,
        stored: Sequence[Mapping[str, Any]],
        version: int,
        offers: Mapping[str, Mapping[str, Any]] | None = None,
        check: Callable[[Sequence[RowForm]], None] | None = None,
    ) -> None:
        self._make, self._check, self._offered = make, check, offers or {}
        self._empty = make()
        self._names = list(self._empty.fields)
        self.saving, self.left_out = False, False
        if data is None:
            self.form = VersionForm(initial={"version": version})
            self.rows = self._shown([_short(line) for line in stored] or [{}])
            return
        command, _, place = data.get("do", "").partition("-")
        typed = self._typed(data)
        self.left_out = _counted(data) > MOST_LINES
        self.saving = command not in BUTTONS
        if self.saving:
            self.form = VersionForm(data)
            self.rows = self._bound([row for row in typed if self._says(row)])
            return
        self.form = VersionForm(initial={"version": data.get("version", version)})
        self.rows = self._after(command, place, typed)

    # What the page asks --------------------------------------------------------------------------

    @property
    def may_add(self) -> bool:
        return len(self.rows) < MOST_LINES

    @property
    def offers(self) -> list[tuple[str, str]]:
        """(key, words) of what can be written in and does not stand there yet."""
        if not self.may_add or not self._offered:
            return []
        name = self._empty.names
        there = {str(row[name].value() or "") for row in self.rows}
        return [(key, line[name]) for key, line in self._offered.items() if line[name] not in there]

    @property
    def refused(self) -> bool:
        return bool(self.form.errors or any(row.errors for row in self.rows if row.is_bound))

    def is_valid(self) -> bool:
        """Save was pressed, and all of it is good."""
        if not self.saving:
            return False
        good = self.form.is_valid()
        # Each of them says what is wrong with it, not only the first.
        rows_good = not [row for row in self.rows if not row.is_valid()]
        if rows_good and self._check:
            self._check(self.rows)
            rows_good = not any(row.errors for row in self.rows)
        if not rows_good:
            self.form.add_error(None, UNFINISHED)
        if self.left_out:
            self.form.add_error(None, LEFT_OUT)
        return good and rows_good and not self.left_out

    @property
    def lines(self) -> list[dict[str, Any]]:
        """As the action takes them; asked of a valid editor."""
        return [row.cleaned_data for row in self.rows]

    # Rows ----------------------------------------------------------------------------------------

    def _after(self, command: str, place: str, typed: list[Raw]) -> list[RowForm]:
        """The rows after one of the buttons; the one that it is about gets the focus."""
        if command in {UP, DOWN, REMOVE} and re.fullmatch(r"[0-9]{1,3}", place):
            rows, at = _moved(typed, command, int(place))
            return self._shown(rows or [{}], focus=at)
        offered = self._offered.get(place) if command == OFFER else None
        kept = [row for row in typed if self._says(row)] if offered else typed
        adds = command == ADD or offered is not None
        if not adds or len(kept) >= MOST_LINES:
            return self._shown(kept)
        return self._shown([*kept, dict(offered or {})], focus=len(kept))

    def _shown(self, lines: Sequence[Raw], focus: int | None = None) -> list[RowForm]:
        rows = [self._make(initial=line, prefix=f"row{at}") for at, line in enumerate(lines)]
        if focus is not None and focus < len(rows):
            rows[focus].focus = True
            first = next(iter(rows[focus].fields.values()))
            first.widget.attrs["autofocus"] = True
        return rows

    def _bound(self, typed: Sequence[Raw]) -> list[RowForm]:
        rows = []
        for at, line in enumerate(typed):
            data = {f"row{at}-{name}": value for name, value in line.items()}
            rows.append(self._make(data, prefix=f"row{at}"))
        return rows

    def _typed(self, data: QueryDict) -> list[Raw]:
        """What was sent, line by line; a tick box that is not ticked is not sent."""
        found: list[Raw] = []
        while len(found) < MOST_LINES and f"row{len(found)}-{self._names[0]}" in data:
            prefix = f"row{len(found)}-"
            sent = {name: data.get(prefix + name) for name in self._names}
            found.append({name: value for name, value in sent.items() if value is not None})
        return found

    def _says(self, line: Raw) -> bool:
        quiet = self._empty.quiet
        return any(str(value).strip() for name, value in line.items() if name not in quiet)


def _moved(rows: list[Raw], command: str, at: int) -> tuple[list[Raw], int | None]:
    """The rows with one of them elsewhere or gone, and where it is now."""
    if at >= len(rows):
        return rows, None
    found = list(rows)
    row = found.pop(at)
    if command == REMOVE:
        return found, None
    to = max(0, at - 1) if command == UP else at + 1
    found.insert(to, row)
    return found, min(to, len(found) - 1)


def _counted(data: QueryDict) -> int:
    """How many lines were sent; more than are kept must not get lost in silence."""
    return len({name.partition("-")[0] for name in data if re.fullmatch(r"row[0-9]+-\w+", name)})


def _short(line: Mapping[str, Any]) -> Raw:
    """Numbers as a person writes them, rows by their id."""
    return {name: _one(value) for name, value in line.items()}


def _one(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return getattr(value, "pk", value)
