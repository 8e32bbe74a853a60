"""Reading the audit trail: what there is to filter by, and where a line's thing can be seen."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.db.models import CharField, Value
from django.urls import NoReverseMatch

from accounts.models import Membership, Organization
from activity.models import LogEntry
from activity.words import verb_in_words

Choices = list[tuple[str, str]]
Thing = tuple[str, int]


def kind_in_words(target_type: str) -> str:
    """`evaluations.criteriaset` → `Criteria set`; also when the model is gone by now."""
    try:
        name = str(apps.get_model(target_type)._meta.verbose_name)
    except LookupError:
        name = target_type.rpartition(".")[2]
    return name[:1].upper() + name[1:]


# Each word is looked up in the index after the one before it, so that the length of the trail does not
# matter; a DISTINCT would read all of it. The few lines that are sealed are a person's own.
_EACH_ONCE = """
WITH RECURSIVE kinds(word) AS (
  SELECT min(target_type) FROM activity_logentry WHERE organization_id = %s AND NOT sealed
  UNION ALL
  SELECT (SELECT min(target_type) FROM activity_logentry
          WHERE organization_id = %s AND NOT sealed AND target_type > kinds.word)
  FROM kinds WHERE kinds.word IS NOT NULL
), verbs(word) AS (
  SELECT min(verb) FROM activity_logentry WHERE organization_id = %s AND NOT sealed
  UNION ALL
  SELECT (SELECT min(verb) FROM activity_logentry
          WHERE organization_id = %s AND NOT sealed AND verb > verbs.word)
  FROM verbs WHERE verbs.word IS NOT NULL
), own(kind, verb) AS (
  SELECT DISTINCT target_type, verb FROM activity_logentry
  WHERE organization_id = %s AND actor_id = %s AND sealed
)
SELECT 'kind', word FROM kinds WHERE word IS NOT NULL UNION SELECT 'kind', kind FROM own
UNION SELECT 'verb', word FROM verbs WHERE word IS NOT NULL UNION SELECT 'verb', verb FROM own
"""


def kinds_and_verbs(member: Membership) -> tuple[Choices, Choices]:
    """What the lines that a member may see are about and what was done, each once, in alphabetical order.
    One query."""
    organization = member.organization_id
    with connection.cursor() as cursor:
        cursor.execute(_EACH_ONCE, [*[organization] * 5, member.pk])
        rows = cursor.fetchall()
    kinds = {word: kind_in_words(word) for what, word in rows if what == "kind"}
    verbs = {word: verb_in_words(word) for what, word in rows if what == "verb"}
    return _by_words(kinds), _by_words(verbs)


def _by_words(words: dict[str, str]) -> Choices:
    return sorted(words.items(), key=lambda item: (item[1], item[0]))


def people(organization: Organization) -> Choices:
    """Everybody who could have done something, also those who have left; and the portal itself."""
    members = organization.memberships.by_name()
    choices = [(str(m.pk), f"{m.name} (left)" if m.ended_at else m.name) for m in members]
    return [*choices, ("portal", "Portal (by itself)")]


def pages_of(lines: Iterable[LogEntry], organization: Organization) -> dict[Thing, str]:
    """The addresses of what the lines are about, for things that still exist and have a page.

    One query, however many kinds there are. A model takes part by having `get_absolute_url` that
    needs nothing but its id and its organization.
    """
    wanted: dict[str, set[int]] = defaultdict(set)
    for line in lines:
        wanted[line.target_type].add(line.target_id)
    own = Organization._meta.label_lower
    found = {(own, organization.pk): organization.get_absolute_url()} if own in wanted else {}
    existing = [
        model.objects.filter(organization=organization, pk__in=wanted[kind])
        .order_by()
        .values_list(Value(kind, output_field=CharField()), "pk")
        for kind in sorted(wanted)
        if (model := _with_page(kind))
    ]
    if existing:
        for kind, pk in existing[0].union(*existing[1:]):
            if url := _page(kind, pk, organization):
                found[kind, pk] = url
    return found


def _with_page(kind: str) -> Any:
    try:
        model: Any = apps.get_model(kind)
    except LookupError:
        return None
    is_tenant = any(field.name == "organization" for field in model._meta.concrete_fields)
    return model if is_tenant and hasattr(model, "get_absolute_url") else None


def _page(kind: str, pk: int, organization: Organization) -> str:
    row = apps.get_model(kind)(pk=pk, organization=organization)
    try:
        return str(row.get_absolute_url())
    except (NoReverseMatch, ObjectDoesNotExist):
        return ""
