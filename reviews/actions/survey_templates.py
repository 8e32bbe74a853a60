"""Questions to ask again and again: every write about templates of surveys."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from core.versions import lock
from reviews.models import SurveyTemplate
from reviews.survey_questions import STARTERS, write_questions

FIELDS = ["name", "audience", "questions"]


@transaction.atomic
def add_usual_templates(*, by: Membership) -> list[SurveyTemplate]:
    """Begin with one template for employees and one for customers, unless they are there
    (settings.ORGANIZATION_STARTERS)."""
    organization = by.organization
    # Held, so that two clicks at once make one of each.
    type(organization).objects.select_for_update(no_key=True).get(pk=organization.pk)
    rows = SurveyTemplate.objects.filter(organization=organization)
    there = set(rows.values_list("name", flat=True))
    added = [
        SurveyTemplate(
            organization=organization,
            name=name,
            audience=audience,
            questions=write_questions(questions),
        )
        for name, audience, questions in STARTERS
        if name not in there
    ]
    if added:
        SurveyTemplate.objects.bulk_create(added)
        log.record_many(
            by=by,
            verb="review.survey_template_added",
            targets=[(template, {"name": template.name}) for template in added],
        )
    return added


@transaction.atomic
def create_survey_template(
    *, values: Mapping[str, Any], by: Membership, creation_key: uuid.UUID
) -> SurveyTemplate:
    """Keep questions to ask again. Sent twice, they are there once."""
    template, is_new = SurveyTemplate.objects.get_or_create(
        organization=by.organization,
        creation_key=creation_key,
        defaults={name: values[name] for name in FIELDS},
    )
    if is_new:
        log.record(
            by=by,
            verb="review.survey_template_added",
            target=template,
            after={"name": template.name},
        )
    return template


@transaction.atomic
def edit_survey_template(
    *, template: SurveyTemplate, values: Mapping[str, Any], version: int, by: Membership
) -> SurveyTemplate:
    """Change what will be asked. Surveys that were made from it keep their own questions."""
    row: SurveyTemplate = lock(SurveyTemplate.objects.all(), template.pk, version)
    before, after = log.apply_changes(row, {name: values[name] for name in FIELDS})
    if after:
        row.version += 1
        row.save()
        log.record(
            by=by,
            verb="review.survey_template_changed",
            target=row,
            before=_worded(before),
            after=_worded(after),
        )
    return row


@transaction.atomic
def archive_survey_template(
    *, template: SurveyTemplate, by: Membership, archived: bool = True
) -> SurveyTemplate:
    """Offer it no more for new surveys, or offer it again."""
    row: SurveyTemplate = lock(SurveyTemplate.objects.all(), template.pk)
    if bool(row.archived_at) != archived:
        row.archived_at = timezone.now() if archived else None
        row.version += 1
        row.save()
        verb = "review.survey_template_archived" if archived else "review.survey_template_restored"
        log.record(by=by, verb=verb, target=row)
    return row


def _worded(values: Mapping[str, Any]) -> dict[str, Any]:
    """Questions by their words."""
    worded = dict(values)
    if "questions" in worded:
        worded["questions"] = [row["text"] for row in worded["questions"]]
    return worded
