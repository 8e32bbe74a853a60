"""What the service costs in-house today (product.md P9): its lines are written anew as a whole."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from accounts.models import Membership
from activity import log
from core.errors import Refused
from planning.baseline_lines import FIELDS, in_words, stored_lines
from planning.locking import lock_draft, save_next_version
from planning.models import BaselineLine, OutsourcingPlan
from planning.plan_lists import MOST_LINES


@transaction.atomic
def edit_baseline(
    *,
    plan: OutsourcingPlan,
    values: Mapping[str, Any],
    lines: Sequence[Mapping[str, Any]],
    version: int,
    by: Membership,
) -> OutsourcingPlan:
    """Say anew what it costs today. `values`: baseline_note, baseline_rise_percent; `lines`: dicts of FIELDS.

    Raises core.versions.Stale, and Refused once the plan is no draft. What is there already changes nothing.
    """
    row = lock_draft(plan, version)
    if len(lines) > MOST_LINES:
        raise Refused(f"At most {MOST_LINES} lines fit.")
    stored = stored_lines(row)
    wanted = [{name: line[name] for name in FIELDS} for line in lines]
    names = ("baseline_note", "baseline_rise_percent")
    before, after = log.apply_changes(row, {name: values[name] for name in names})
    if wanted != stored:
        before["lines"], after["lines"] = (
            [in_words(line, row.currency) for line in found] for found in (stored, wanted)
        )
        row.baseline.all().delete()
        BaselineLine.objects.bulk_create(
            [
                BaselineLine(organization=row.organization, plan=row, position=position, **line)
                for position, line in enumerate(wanted, 1)
            ]
        )
    if after:
        save_next_version(row)
        log.record(by=by, verb="plan.baseline_changed", target=row, before=before, after=after)
    return row
