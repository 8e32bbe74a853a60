"""What a member still answers for elsewhere, so that nobody takes their rights away before it is handed over."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import Membership


@dataclass(frozen=True)
class Hold:
    """One reason why this member can't go yet. `path` is the page where it is handed over."""

    sentence: str
    path: str


def holds_of(member: Membership) -> list[Hold]:
    """What `member`, with the role they have now or are about to have, holds without the right to.

    The functions of settings.MEMBER_HOLDS take a membership; accounts can't import upwards.
    """
    return [hold for name in settings.MEMBER_HOLDS for hold in import_string(name)(member)]
