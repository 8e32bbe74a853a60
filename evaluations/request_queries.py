"""What the pages of a request for proposals show, read once. Before it is opened: never an answer."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef

from activity.links import Delivery, delivery_of
from core.tenancy import ALL, organization_scope
from evaluations import request_order
from evaluations.models import (
    Candidate,
    Evaluation,
    Proposal,
    ProposalAnswer,
    ProposalRequest,
    RequestQuestion,
)
from evaluations.request_mail import deadline_words
from evaluations.request_starters import (
    CriterionFacts,
    Need,
    PlanFacts,
    Starter,
    introduction,
    starters,
)

HANDED_IN = "Handed in"


def due_requests(now: dt.datetime) -> list[ProposalRequest]:
    """Of all organizations: sent, past their deadline, and somebody has handed in."""
    with organization_scope(ALL):
        handed_in = Proposal.objects.handed_in().filter(proposal_request=OuterRef("pk"))
        rows = ProposalRequest.objects.filter(
            Exists(handed_in), state=ProposalRequest.State.SENT, deadline_at__lte=now
        )
        return list(rows.select_related("organization").order_by("deadline_at", "pk"))


# The plan and the criteria behind it ------------------------------------------------------------------


def plan_facts(evaluation: Evaluation) -> PlanFacts | None:
    """What the plan of the evaluation gives questions for; None without a plan."""
    plan = evaluation.plan
    if plan is None:
        return None
    service = plan.service
    today = {name: getattr(service, name, None) for name in ("users", "devices", "volume")}
    return PlanFacts(
        service=service.name,
        needs=[
            Need(
                text=row.text,
                proof=row.proof,
                is_must=row.is_must,
                is_quality=row.part == "quality",
                needs_paper=bool(row.credential),
            )
            for row in plan.requirements.order_by("position", "pk")
        ],
        topics=[row.topic for row in plan.training.order_by("position", "pk")],
        growth=plan.growth,
        today={name: f"{number:g}" for name, number in today.items() if number is not None},
        volume_unit=getattr(service, "volume_unit", ""),
    )


def offered(evaluation: Evaluation, asked: Sequence[RequestQuestion]) -> list[Starter]:
    """The questions that could be asked as well."""
    criteria = [
        CriterionFacts(row.pk, row.name, row.question, row.kind, row.unit)
        for row in evaluation.criteria.order_by("position", "pk")
    ]
    return starters(plan_facts(evaluation), criteria, [row.text for row in asked])


def first_introduction(evaluation: Evaluation) -> str:
    plan = evaluation.plan
    if plan is None:
        return introduction(evaluation.service, "", "", "")
    service = evaluation.service or plan.service.name
    return introduction(service, plan.scope_in, plan.scope_out, plan.understanding)


def questions_of(row: ProposalRequest) -> list[RequestQuestion]:
    """In their order, with their criteria."""
    return list(row.questions.select_related("criterion").order_by("position", "pk"))


# Who is asked -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A candidate that is asked, or could be."""

    candidate: Candidate
    proposal: Proposal | None
    delivery: Delivery
    deadline: str

    @property
    def is_asked(self) -> bool:
        return self.proposal is not None and self.proposal.token_hash is not None


def recipients(row: ProposalRequest, now: dt.datetime) -> list[Line]:
    """Every candidate but staying in-house, with how far their proposal has come."""
    candidates = row.evaluation.candidates.exclude(vendor=None).order_by("position", "pk")
    there = {
        one.candidate_id: one for one in row.proposals.select_related("mail", "receipt_mail").all()
    }
    return [_line(row, one, there.get(one.pk), now) for one in candidates]


def _line(
    row: ProposalRequest, candidate: Candidate, proposal: Proposal | None, now: dt.datetime
) -> Line:
    if proposal is None:
        return Line(candidate, None, Delivery("neutral", "Not asked"), "")
    proposal.proposal_request, proposal.candidate = row, candidate
    return Line(
        candidate, proposal, state_of(proposal, now), deadline_words(row, proposal.time_zone)
    )


def state_of(proposal: Proposal, now: dt.datetime) -> Delivery:
    """How far it has come, in words; nothing about what was answered."""
    if proposal.revoked_at is None:
        if proposal.declined_at:
            return Delivery("warn", "Declined", proposal.declined_at)
        if proposal.answered_at:
            return Delivery("ok", HANDED_IN, proposal.answered_at)
        if proposal.started_at:
            return Delivery("info", "Begun, not handed in", proposal.started_at)
    return delivery_of(proposal, now)


@dataclass(frozen=True)
class Person:
    """What is proposed for asking a candidate: their contact, or nobody."""

    name: str = ""
    email: str = ""
    time_zone: str = ""


def proposed_people(row: ProposalRequest) -> dict[int, tuple[Candidate, Person, bool]]:
    """By candidate: who would be asked, and whether they are chosen. Without those asked already."""
    candidates = list(
        row.evaluation.candidates.exclude(vendor=None)
        .select_related("vendor")
        .prefetch_related("vendor__contacts")
        .order_by("position", "pk")
    )
    there = {one.candidate_id: one for one in row.proposals.all()}
    found = {}
    for candidate in candidates:
        proposal = there.get(candidate.pk)
        if proposal is not None and proposal.token_hash is not None:
            continue
        if proposal is not None:
            person = Person(proposal.name, proposal.email, proposal.time_zone)
        else:
            person = _contact(candidate)
        found[candidate.pk] = (candidate, person, proposal is not None)
    return found


def _contact(candidate: Candidate) -> Person:
    vendor: Any = candidate.vendor
    contacts = sorted(
        vendor.contacts.all(), key=lambda row: (not row.email, not row.is_main, row.name, row.pk)
    )
    zone = vendor.time_zone
    return Person(contacts[0].name, contacts[0].email, zone) if contacts else Person("", "", zone)


# What was answered ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Compared:
    """One question, and what each of the proposals says to it; None: not answered."""

    question: RequestQuestion
    pairs: list[tuple[Proposal, ProposalAnswer | None]]


@dataclass(frozen=True)
class Comparison:
    """All that was handed in, side by side."""

    proposals: list[Proposal]
    sections: list[tuple[str, list[Compared]]]


def comparison(
    row: ProposalRequest, *, criterion: int | None = None, proposal: int | None = None
) -> Comparison:
    """Only of an opened request; `criterion`: only what is judged by it; `proposal`: only this one."""
    if not row.is_opened:
        return Comparison([], [])
    handed_in = row.proposals.handed_in().select_related("candidate")
    proposals = list(handed_in.order_by("candidate__position", "candidate_id"))
    proposals = [one for one in proposals if proposal is None or one.pk == proposal]
    answers = ProposalAnswer.objects.filter(proposal__in=proposals).select_related("file")
    by_place = {(one.proposal_id, one.question_id): one for one in answers}
    questions = [
        one for one in questions_of(row) if criterion is None or one.criterion_id == criterion
    ]
    sections = [
        (
            name,
            [Compared(one, [(p, by_place.get((p.pk, one.pk))) for p in proposals]) for one in part],
        )
        for name, part in request_order.sections(questions)
    ]
    return Comparison(proposals, sections)


def answered_criteria(evaluation: Evaluation) -> dict[int, int]:
    """{criterion: how many questions are judged by it}, once the proposals are open; else {}."""
    rows = RequestQuestion.objects.filter(
        proposal_request__evaluation=evaluation,
        proposal_request__state=ProposalRequest.State.OPENED,
        criterion__isnull=False,
    )
    counts = rows.order_by().values("criterion").annotate(count=Count("pk"))
    return {row["criterion"]: row["count"] for row in counts}
