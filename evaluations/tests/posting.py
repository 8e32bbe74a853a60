"""What the browser sends from the editor of a list of criteria."""

from collections.abc import Sequence
from typing import Any

from evaluations.criteria import CriterionDraft
from evaluations.forms.criteria import raw_data, raw_row


def rows(drafts: Sequence[CriterionDraft], **changed: str) -> dict[str, str]:
    """The fields of all rows; `changed` overwrites some, as in c0_weight="35"."""
    data: dict[str, str] = {}
    for at, draft in enumerate(drafts):
        data |= raw_data(raw_row(draft), at)
    return data | {name.replace("_", "-", 1): value for name, value in changed.items()}


def weights(data: dict[str, str], *numbers: Any) -> dict[str, str]:
    """The same rows with these weights."""
    return data | {f"c{at}-weight": str(number) for at, number in enumerate(numbers)}
