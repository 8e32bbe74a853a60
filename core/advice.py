"""Sentences that apps above give to pages of apps below, which can't import them."""

from collections.abc import Sequence
from typing import Any

from django.utils.module_loading import import_string


def advice(names: Sequence[str], organization: Any) -> list[str]:
    """What each of these functions (settings.CONTRACT_ADVICE, …) has to say to the organization, in order."""
    return [sentence for name in names for sentence in import_string(name)(organization)]
