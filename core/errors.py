"""Refusals that a person may read."""


class Refused(Exception):
    """An action was not carried out; the message says why and what to do. `field` is where it belongs
    in the form, None if to no single field."""

    def __init__(self, message: str = "", *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field
