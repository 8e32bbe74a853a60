"""What the overview of a contract shows: how far each part of it is, and the one next step."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, IntegerField, Subquery

from accounts.models import Membership
from accounts.permissions import Perm
from activity.models import WatchedDate
from contracts.clauses import CLAUSES
from contracts.dates import NOTICE, outlook_words, read_standing
from contracts.models import (
    Amendment,
    Clause,
    Contract,
    ContractTerms,
    Document,
    ExitPlan,
    Key,
    ServiceLevel,
    TransitionTask,
)
from contracts.models.record import Status
from contracts.promise_ledger import ledger_of, levels_of
from contracts.signing import EDIT, needs
from core.templatetags.ui import format_date
from evaluations.models import Award, Evaluation

MOST_CHILDREN = 50
SOON = dt.timedelta(days=90)
REVIEW_SOON = dt.timedelta(days=14)


@dataclass(frozen=True)
class Progress:
    """How much of each part is there."""

    levels: int
    clauses_checked: int
    papers: int
    signed_copies: int
    keys_listed: int
    tasks: int
    tasks_done: int
    has_exit_plan: bool
    open_amendments: int
    # What the reviews say (None, or nothing: it has none yet); read by name, since reviews build on contracts.
    standing: str | None
    next_review_on: dt.date | None

    clauses_all = len(CLAUSES)


@dataclass(frozen=True)
class Step:
    """The next thing to do: `words` say it; `page` is a view (of this app, unless it names another one)
    and `button` its label, for those who may do it. `notice_day`: where it is said that the contract goes on."""

    words: str
    page: str = ""
    button: str = ""
    icon: str = "arrow-right"
    notice_day: WatchedDate | None = None

    @property
    def address(self) -> str:
        """The name of the view with its app."""
        return self.page if ":" in self.page else f"contracts:{self.page}"


def progress(contract: Contract, terms: ContractTerms | None) -> Progress:
    """One query, whatever there is."""
    own = {"contract": contract}
    papers = Document.objects.filter(**own, removed_at=None)
    tasks = TransitionTask.objects.filter(phase__contract=contract)
    clauses = Clause.objects.filter(**own).exclude(state=Clause.State.UNCHECKED)
    is_open = [Amendment.Stage.DRAFT, Amendment.Stage.IN_APPROVAL]
    row = Contract.objects.filter(pk=contract.pk)
    found: dict[str, Any] = row.values(
        levels=_CountOf(ServiceLevel.objects.filter(terms=terms)),
        clauses_checked=_CountOf(clauses),
        papers=_CountOf(papers),
        signed_copies=_CountOf(papers.filter(is_signed_copy=True)),
        keys_listed=_CountOf(Key.objects.filter(**own)),
        tasks=_CountOf(tasks),
        tasks_done=_CountOf(tasks.finished()),
        has_exit_plan=Exists(ExitPlan.objects.filter(**own)),
        open_amendments=_CountOf(Amendment.objects.filter(**own, stage__in=is_open)),
        standing=F("review_plan__standing"),
        next_review_on=F("review_plan__next_due_on"),
    ).get()
    return Progress(**found)


class _CountOf(Subquery):
    """How many rows a queryset has, as a column of another query."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()

    def __init__(self, rows: Any) -> None:
        super().__init__(rows.order_by().values("pk"))


def outlook(contract: Contract, today: dt.date, agreed: Sequence[ContractTerms]) -> str:
    """Until when we are bound, in words and money; "" before it is signed and after it is over."""
    if not contract.status(today).is_live:
        return ""
    return outlook_words(contract, read_standing(contract, today, agreed))


def shown_award(contract: Contract) -> Award | None:
    """The award that it follows, while its evaluation is closed: what is sealed is shown nowhere."""
    if contract.award_id is None:
        return None
    rows = Award.objects.select_related("evaluation", "winner")
    found: Award | None = rows.filter(
        pk=contract.award_id, evaluation__state=Evaluation.State.CLOSED
    ).first()
    if found:
        found.organization = contract.organization
    return found


def children(contract: Contract, today: dt.date) -> list[Contract]:
    """The statements of work under a master agreement, the newest first."""
    if contract.kind != Contract.Kind.MASTER:
        return []
    return list(contract.children.with_status(today).newest_first()[:MOST_CHILDREN])


def next_step(
    contract: Contract,
    status: Status,
    terms: ContractTerms,
    found: Progress,
    member: Membership,
    today: dt.date,
) -> Step:
    """The one obvious next step for this state, as this person can do it."""
    if status == Status.DRAFT:
        return _of_draft(contract, terms, member)
    if status == Status.IN_APPROVAL:
        return _of_waiting(member)
    if status.is_live:
        on_its_way = contract.notice_given_on and not contract.notice_arrived_on
        if on_its_way and not contract.terminated_on and member.can(Perm.CONTRACT_SIGN):
            words = "Note when the notice arrived: that is the day which counts."
            return Step(words, "give_notice", "Note its arrival", "envelope-paper")
        step = _of_running(contract, status, found, today)
        return step if member.can(Perm.CONTRACT_EDIT) else Step(step.words)
    return Step(_OVER[status])


_OVER = {
    Status.ENDED: "Nothing: it has ended. What stands here stays readable.",
    Status.TERMINATED: "Nothing: it was terminated. What stands here stays readable.",
    Status.WITHDRAWN: "Nothing: it was withdrawn before it was signed.",
}


def _of_draft(contract: Contract, terms: ContractTerms, member: Membership) -> Step:
    missing = needs(contract, terms)
    if not member.can(Perm.CONTRACT_EDIT):
        return Step("It is being drafted; a Manager or an Owner does that.")
    unsaid = [need for need in missing if need.link != EDIT]
    if unsaid:
        words = " ".join(need.words for need in unsaid)
        return Step(words, "edit_terms", "Say the terms", "pencil")
    if missing:
        return Step(missing[0].words, "edit_contract", "Name the manager", "person-check")
    if contract.award_id:
        kept = ledger_of(contract, levels_of(terms)).count
        if kept.nowhere:
            words = f"{kept.words(is_signed=False)}. Give each its place, or drop it with a reason."
            return Step(words, "contract_promises", "Place the promises", "chat-quote")
    if member.can(Perm.CONTRACT_SIGN):
        words = "Its terms are said. Record the signature, or send it to somebody else who signs."
        return Step(words, "sign_contract", "Sign", "pen")
    words = "Its terms are said. Look through what is still open, then send it for signature."
    return Step(words, "send_for_signature", "Send for signature", "send")


def _of_waiting(member: Membership) -> Step:
    if member.can(Perm.CONTRACT_SIGN):
        return Step("It waits for your signature.", "sign_contract", "Sign or return it", "pen")
    return Step("It waits for the signature of an Owner.")


def _of_running(contract: Contract, status: Status, found: Progress, today: dt.date) -> Step:
    if notice_day := _to_decide(contract, status, today):
        return Step(
            "Decide whether to go on: soon it is too late to leave.",
            "reviews:contract_renewals",
            "What speaks for and against it",
            "signpost-split",
            notice_day,
        )
    if found.next_review_on and found.next_review_on <= today + REVIEW_SOON:
        day = format_date(found.next_review_on, contract.organization)
        verb = "was" if found.next_review_on < today else "is"
        words = f"A review {verb} due by {day}. It takes five minutes."
        return Step(words, "reviews:contract_reviews", "To the review", "clipboard-check")
    if not found.has_exit_plan:
        words = "There is no exit plan yet: say how you would leave, by which steps, at what cost."
        return Step(words, "exit_plan", "Write the exit plan", "box-arrow-right")
    if status == Status.NOTICE_GIVEN:
        return Step(
            "Leave by the exit plan, and see that what is yours comes back.",
            "exit_plan",
            "Open the exit plan",
            "box-arrow-right",
        )
    return _of_settled(found)


def _to_decide(contract: Contract, status: Status, today: dt.date) -> WatchedDate | None:
    """The last safe day for notice, if it is near and nobody has said that the contract goes on."""
    decide_by = contract.safe_notice_on
    if status == Status.NOTICE_GIVEN or not decide_by or not today <= decide_by <= today + SOON:
        return None
    days = WatchedDate.objects.about(contract).open().filter(kind=NOTICE)
    found: WatchedDate | None = days.select_related("organization").first()
    return found


def _of_settled(found: Progress) -> Step:
    if not found.signed_copies:
        words = "Upload the signed paper: in a dispute it counts, not what is written here."
        return Step(words, "document_list", "Upload the signed copy", "upload")
    if not found.keys_listed:
        words = "List who holds the keys: domains, admin accounts, backups."
        return Step(words, "key_list", "List the keys", "key")
    if found.tasks_done < found.tasks:
        words = f"The transition: {found.tasks - found.tasks_done} of {found.tasks} tasks are open."
        return Step(words, "transition_plan", "Open the transition plan", "signpost-split")
    return Step("Nothing for now. Its days are watched.")
