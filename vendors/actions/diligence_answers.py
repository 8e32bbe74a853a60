"""Answers to security questions: by the vendor with the private link, or noted by us after a talk."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from activity.links import LinkGone
from activity.news import send_news
from core.errors import Refused
from core.files import drop_file, keep_file, undone_on_failure
from vendors import diligence_mail
from vendors.actions.diligence import lock_round
from vendors.diligence_days import watch_round
from vendors.diligence_queries import answers_of, fingerprint, questions_asked
from vendors.models import DiligenceAnswer, DiligenceCheck

State = DiligenceCheck.State


@dataclass(frozen=True)
class Entry:
    """What somebody wrote at one question. `file` is a core.fields.Paper or None; `was` the fingerprint of
    the answer that the page showed (diligence_queries.fingerprint)."""

    question: str
    answer: str
    comment: str
    file: Any = None
    removes_file: bool = False
    was: str = ""


class AnswersChanged(Refused):
    """Somebody else changed some of these answers meanwhile; `.stored` has them by question."""

    def __init__(self, stored: dict[str, DiligenceAnswer | None]) -> None:
        super().__init__("Somebody else changed this meanwhile.")
        self.stored = stored


@undone_on_failure
@transaction.atomic
def save_answers(
    *, check: DiligenceCheck, entries: Sequence[Entry], hands_in: bool, leaves_open: bool = False
) -> DiligenceCheck:
    """Keep what the vendor answered; handing it in closes the page. Sent twice, it is handed in once.

    Raises LinkGone, and AnswersChanged when somebody else with the link was quicker at one of them.
    """
    row = lock_round(check)
    if row.token_hash != check.token_hash or not row.link_works(timezone.now()):
        raise LinkGone
    if row.answered_at is not None:
        return row
    if row.state != State.ASKED:
        raise LinkGone
    changed = _keep(row, entries)
    row.seen_at = row.seen_at or timezone.now()
    if hands_in:
        left = _left_open(row)
        if left == len(questions_asked(row)):
            raise Refused("Answer one question at least before you hand it in.")
        if left and not leaves_open:
            raise Refused(
                f"{_open_words(left)}. Answer what you can; what really has to stay open can, if"
                " you tick the box above the button.",
                field="leaves_open",
            )
        row.answered_at, row.state = timezone.now(), State.ANSWERED
        row.version += 1
    row.save()
    if hands_in:
        watch_round(row)
        _note(row, None, "vendor.security_answered", {"contact": row.name, "left_open": left})
        _tell(row, left)
    elif changed:
        _note(row, None, "vendor.security_answers_saved", {"contact": row.name, "about": changed})
    return row


@transaction.atomic
def mark_seen(*, check: DiligenceCheck) -> None:
    """The vendor opened the page for the first time; called by the page itself once it is there."""
    row = lock_round(check)
    if row.seen_at is None and row.link_works(timezone.now()):
        row.seen_at = timezone.now()
        row.save()
        _note(row, None, "vendor.security_questions_seen", {"contact": row.name})


@undone_on_failure
@transaction.atomic
def note_answers(
    *, check: DiligenceCheck, entries: Sequence[Entry], finishes: bool, by: Membership
) -> DiligenceCheck:
    """What the vendor said on the telephone or by mail, typed by us. `finishes`: these are all answers.

    Raises AnswersChanged when somebody, the vendor too, changed one of them meanwhile.
    """
    row = lock_round(check)
    if row.state not in (State.DRAFT, State.ASKED, State.ANSWERED):
        raise Refused("This round is over: it stays as it is.")
    if row.state == State.ASKED and row.link_works(timezone.now()):
        raise Refused(
            f"{row.name} is answering by the link, and nobody reads that before it is handed in. "
            "Take the link back first."
        )
    changed = _keep(row, entries)
    if finishes and row.state != State.ANSWERED:
        if _left_open(row) == len(questions_asked(row)):
            raise Refused("Note one answer at least before you go on to judge them.")
        row.state, row.answered_at = State.ANSWERED, timezone.now()
        changed = changed or ["all answers are in"]
    if changed:
        row.version += 1
        row.save()
        watch_round(row)
        _note(row, by, "vendor.security_answers_noted", {"about": changed})
    return row


def _keep(check: DiligenceCheck, entries: Iterable[Entry]) -> list[str]:
    """Store what differs from what is there; the topics of the questions that changed."""
    stored, questions = answers_of(check), questions_asked(check)
    wanted = [entry for entry in entries if entry.question in questions]
    stale = [entry for entry in wanted if _is_stale(entry, stored.get(entry.question))]
    if stale:
        raise AnswersChanged({entry.question: stored.get(entry.question) for entry in stale})
    return [
        questions[entry.question].topic
        for entry in wanted
        if _keep_one(check, stored.get(entry.question), entry)
    ]


def _is_stale(entry: Entry, said: DiligenceAnswer | None) -> bool:
    """The stored answer is neither the one the page showed nor what is to be stored anyway."""
    if fingerprint(said) == entry.was:
        return False
    same = said is not None and (said.answer, said.comment) == (entry.answer, entry.comment)
    return not same or entry.file is not None


def _keep_one(check: DiligenceCheck, said: DiligenceAnswer | None, entry: Entry) -> bool:
    row = said or DiligenceAnswer(
        organization_id=check.organization_id, check_asked=check, question=entry.question
    )
    is_same = (row.answer, row.comment) == (entry.answer, entry.comment)
    drops = row.file if entry.file is not None or entry.removes_file else None
    if is_same and drops is None and entry.file is None:
        return False
    row.answer, row.comment = entry.answer, entry.comment
    # What was judged was another answer.
    row.verdict, row.verdict_note = "", ""
    if entry.file is not None:
        row.file = keep_file(
            entry.file.upload,
            entry.file.accepted.name,
            organization=check.organization,
            field=f"file_{entry.question}",
        )
    elif entry.removes_file:
        row.file = None
    row.save()
    drop_file(drops)
    return True


def _left_open(check: DiligenceCheck) -> int:
    answered = {key for key, row in answers_of(check).items() if row.answer}
    return len([key for key in questions_asked(check) if key not in answered])


def _open_words(count: int) -> str:
    return "1 question is not answered" if count == 1 else f"{count} questions are not answered"


def _tell(check: DiligenceCheck, left: int) -> None:
    """Who asked, and who answers for the round, each once."""
    people = [check.asked_by, check.responsible]
    key = f"diligence-answered:{check.pk}:{str(check.token_hash)[:32]}"
    send_news(diligence_mail.answered(check, left), people, check.organization, key)


def _note(check: DiligenceCheck, by: Membership | None, verb: str, after: dict[str, Any]) -> None:
    log.record(by=by, verb=verb, target=check.vendor, after={"round": check.number, **after})
