"""Refusals that a person may read."""


class Refused(Exception):
    """An action was not carried out; the message says why and what to do."""
