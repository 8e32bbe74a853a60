"""Opening a closed scoring again: the only way in which a closed evaluation can change."""

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from activity.models import LogEntry
from core.errors import Refused
from core.versions import Stale, lock
from evaluations import award_mail
from evaluations.actions.awards import evaluators, withdraw_locked
from evaluations.actions.due_day import watch_due_day
from evaluations.models import Award, Evaluation, KeptAnalysis, ModeratedMark

OPEN_STATES = (Award.State.DRAFT, Award.State.PROPOSED, Award.State.RETURNED)
# Lines of the trail that tell neither a mark nor who leads. All others are sealed till the next closing.
TELLS_NOTHING = ("evaluation.", "scorecard.", "weight")


class CannotReopen(Refused):
    """Scoring stays closed."""


@transaction.atomic
def reopen_scoring(
    *, evaluation: Evaluation, reason: str, version: int, by: Membership
) -> Evaluation:
    """Begin the next round: marks can be changed again and are secret again.

    Moderated marks are withdrawn, awards that are not approved too; approved ones stay with their
    record. Raises CannotReopen, or Stale if it changed since `version` was shown.
    """
    row = lock(Evaluation.objects.select_related("organization"), evaluation.pk)
    if row.is_scoring and row.reopened_reason == reason and row.version == version + 1:
        return row  # the same form a second time
    if not row.is_closed:
        raise CannotReopen("Scoring is not closed.")
    if row.imported_from:
        raise CannotReopen(
            "These marks came from a file. Import the corrected file as a new evaluation."
        )
    if row.version != version:
        raise Stale(row)
    if not reason.strip():
        raise CannotReopen("Say why scoring is opened again.")
    before = {"state": row.get_state_display(), "round": row.round}
    withdrawn = _withdraw_awards(row, reason, by)
    moderated = _withdraw_moderated_marks(row, by)
    KeptAnalysis.objects.filter(evaluation=row).delete()
    row.state, row.round, row.reopened_reason = Evaluation.State.SCORING, row.round + 1, reason
    row.closed_at = None
    row.version += 1
    row.save()
    _seal(row)
    if row.due_on:
        watch_due_day(row, by)
    after = {
        "state": row.get_state_display(),
        "round": row.round,
        "reason": reason,
        "moderated marks withdrawn": moderated,
        "awards withdrawn": withdrawn,
    }
    log.record(by=by, verb="evaluation.scoring_reopened", target=row, before=before, after=after)
    key = f"reopened:{row.pk}:{row.round}"
    award_mail.queue(award_mail.reopened(row, by), evaluators(row, by), row, key)
    return row


def _withdraw_awards(evaluation: Evaluation, reason: str, by: Membership) -> int:
    rows = Award.objects.select_for_update(of=("self",)).select_related("winner")
    rows = rows.filter(evaluation=evaluation, state__in=OPEN_STATES).order_by("pk")
    for award in rows:
        award.evaluation = evaluation
        withdraw_locked(award=award, reason=f"Scoring was opened again: {reason}"[:2000], by=by)
    return len(rows)


def _withdraw_moderated_marks(evaluation: Evaluation, by: Membership) -> int:
    """They were agreed on over marks that may now change. The rows stay, with who, when and why."""
    rows = list(
        ModeratedMark.objects.standing(evaluation)
        .select_for_update(of=("self",))
        .select_related("candidate", "criterion")
    )
    now = timezone.now()
    for row in rows:
        row.withdrawn_at, row.version = now, row.version + 1
    ModeratedMark.objects.bulk_update(rows, ["withdrawn_at", "version"])
    if rows:
        log.record(
            by=by,
            verb="mark.moderation_withdrawn",
            target=evaluation,
            before={f"{row.candidate} · {row.criterion}": _mark(row) for row in rows},
            after={"because": "scoring was opened again"},
        )
    return len(rows)


def _mark(row: ModeratedMark) -> str:
    return "N/A" if row.not_applicable else str(row.mark)


def _seal(evaluation: Evaluation) -> None:
    lines = LogEntry.objects.about(evaluation).filter(sealed=False)
    for start in TELLS_NOTHING:
        lines = lines.exclude(verb__startswith=start)
    lines.update(sealed=True)
