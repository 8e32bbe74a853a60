"""Why something about a contract was not done; the messages are for the person."""

from core.errors import Refused


class NotNow(Refused):
    """The contract is not in the state for this."""


class NotComplete(Refused):
    """Something has to be said first."""


class NotFit(Refused):
    """What was chosen does not belong to this contract, or can't do what is asked of it."""
