"""What the example knows of its vendors and asks of them: proofs, references, security, quotes, proposals,
promises and a pilot. By the same actions that people use; days count from today."""

import datetime as dt
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.actions import change_organization
from accounts.models import Membership, Organization
from contracts.actions.promises import place_promise
from contracts.models import Contract
from evaluations import actions as evaluations
from evaluations.actions import (
    costing,
    pilot_measuring,
    pilots,
    promises,
    proposal_answers,
    request_sending,
    requests,
)
from evaluations.models import CriteriaSet, Evaluation, Pilot, PilotCriterion, ProposalRequest
from evaluations.proposal_values import NUMBER, QUOTE, TEXT, YES_NO, Given, read_answer
from evaluations.request_queries import offered
from vendors.actions import (
    contacts,
    credentials,
    diligence,
    diligence_answers,
    diligence_judging,
    overlap,
    references,
)
from vendors.actions.diligence_judging import Judgement
from vendors.diligence_questions import VERSION, questions_of
from vendors.models import Vendor

Cast = Mapping[str, Membership]
Register = Mapping[str, Vendor]
WEEK = list(range(5))
WORK: dict[str, tuple[list[int], tuple[int, int] | None]] = {
    "Brightdesk IT": (WEEK, (8, 18)),
    "Harbour Managed Services": (list(range(7)), (7, 22)),
    "Kestrel Cloud": ([], None),
    "Quayside Support": (list(range(6)), (6, 20)),
}
# Answers of the security questions that are no plain yes, and what we made of them.
WEAK = {
    "restore_tests": ("partly", "Once a year, the last time in March.", "doubted", "medium"),
    "penetration_test": ("no", "Planned for next year.", "believed", "high"),
    "sub_list": ("partly", "On request.", "believed", ""),
}
SECURITY = "Security watch round the clock"


def know_vendors(register: Register, cast: Cast) -> None:
    """When they work, what they can prove, who speaks for them, and how safe they are."""
    by, today = cast["manager"], timezone.localdate()
    _our_hours(by.organization, cast["admin"])
    for name, (days, hours) in WORK.items():
        _work(register[name], days, hours, by)
    bright = register["Brightdesk IT"]
    _prove(bright, by, "insurance", "Liability insurance", today + dt.timedelta(days=210), True)
    _prove(bright, by, "certificate", "ISO/IEC 27001", today + dt.timedelta(days=26), True)
    _prove(bright, by, "membership", "Chamber of commerce", None, False)
    kestrel = register["Kestrel Cloud"]
    _prove(kestrel, by, "insurance", "Liability insurance", today + dt.timedelta(days=400), True)
    late = register["Local Bytes"]
    _prove(late, by, "insurance", "Liability insurance", today - dt.timedelta(days=140), False)
    _call(bright, by, "Hanne Vogt", "Vogt Bakeries", "vendor", "454544")
    _call(bright, by, "Piet de Groot", "Groot Logistics", "independent", "343433")
    values = {
        "name": "Carla Reuter",
        "role": "Account manager",
        "email": "carla@brightdesk.example.com",
        "phone": "",
        "is_main": True,
    }
    contacts.add_contact(vendor=bright, values=values, by=by, creation_key=uuid.uuid4())
    _examine(bright, cast)


def _our_hours(organization: Organization, by: Membership) -> None:
    hours = {"work_days": WEEK, "work_from": dt.time(8), "work_to": dt.time(17)}
    change_organization(
        organization=organization,
        values=hours,
        version=Organization.objects.get(pk=organization.pk).version,
        by=by,
    )


def _work(vendor: Vendor, days: list[int], hours: tuple[int, int] | None, by: Membership) -> None:
    values = {
        "time_zone": vendor.time_zone,
        "work_round_clock": hours is None,
        "work_days": days,
        "work_from": dt.time(hours[0]) if hours else None,
        "work_to": dt.time(hours[1]) if hours else None,
    }
    version = Vendor.objects.get(pk=vendor.pk).version
    overlap.set_hours(vendor=vendor, values=values, version=version, by=by)


def _prove(
    vendor: Vendor, by: Membership, kind: str, name: str, until: dt.date | None, checked: bool
) -> None:
    values = {
        "kind": kind,
        "name": name,
        "issuer": "",
        "number": "",
        "scope": "",
        "issued_on": None,
        "expires_on": until,
        "never_expires": until is None,
        "file": None,
    }
    row = credentials.add_credential(vendor=vendor, values=values, by=by, creation_key=uuid.uuid4())
    if checked:
        said = {"checked_on": timezone.localdate(), "check_note": "Asked the issuer by telephone."}
        credentials.check_credential(credential=row, values=said, version=row.version, by=by)


def _call(vendor: Vendor, by: Membership, name: str, company: str, found: str, marks: str) -> None:
    values = {
        "name": name,
        "company": company,
        "role": "",
        "email": "",
        "phone": "+49 40 555 0134",
        "found": found,
        "service": "Help desk",
    }
    row = references.add_reference(vendor=vendor, values=values, by=by, creation_key=uuid.uuid4())
    keys = ["satisfied", "promised", "help", "people", "again"]
    answers: dict[str, Any] = dict(zip(keys, (int(mark) for mark in marks), strict=False))
    answers["trouble"] = "A migration that took two weekends instead of one."
    said = {
        "called_on": timezone.localdate() - dt.timedelta(days=6),
        "call_notes": "Named the same two people without being asked.",
        "answers": answers,
    }
    references.note_call(reference=row, values=said, version=row.version, by=by)


def _examine(vendor: Vendor, cast: Cast) -> None:
    """One round of security questions, judged, with gaps."""
    by = cast["manager"]
    values = {
        "left_out": [],
        "due_on": timezone.localdate(),
        "introduction": "",
        "responsible": by,
        "repeat_months": 12,
    }
    check = diligence.start_round(vendor=vendor, values=values, creation_key=uuid.uuid4(), by=by)
    entries = [
        diligence_answers.Entry(key, *WEAK.get(key, ("yes", ""))[:2])
        for key in questions_of(VERSION)
    ]
    check = diligence_answers.note_answers(check=check, entries=entries, finishes=True, by=by)
    judgements = {key: Judgement(verdict, "", gap) for key, (_, _, verdict, gap) in WEAK.items()}
    said = {
        "judgements": judgements,
        "rest_believed": True,
        "summary": "Sound, with two things to mend before we sign.",
        "repeat_months": 12,
    }
    diligence_judging.judge(check=check, values=said, version=check.version, closes=True, by=by)


# Quotes --------------------------------------------------------------------------------------------


def quote(evaluation: Evaluation, by: Membership) -> None:
    """What three candidates of the help desk would be paid."""
    today = timezone.localdate()
    per_user = {
        "Brightdesk IT": ("39.00", "4500.00"),
        "Kestrel Cloud": ("28.00", "1500.00"),
        "Harbour Managed Services": ("46.00", "0.00"),
    }
    for name, (amount, once) in per_user.items():
        lines: list[dict[str, Any]] = [
            {"kind": "per_user", "label": "Help desk", "amount": Decimal(amount)},
            {"kind": "one_off", "label": "Taking over", "amount": Decimal(once), "from_month": 1},
        ]
        lines[0] |= {"period": "month", "counts": "users", "rises": True}
        if name == "Kestrel Cloud":
            bank = {"kind": "hourly_bank", "label": "Second line", "amount": Decimal(900)}
            bank |= {"period": "month", "included_hours": Decimal(10), "extra_amount": Decimal(95)}
            lines.append(bank)
        values = {
            "currency": "EUR",
            "quoted_on": today - dt.timedelta(days=12),
            "valid_until_on": today + dt.timedelta(days=48),
            "rise_percent": Decimal(3),
            "lines": lines,
        }
        candidate = evaluation.candidates.get(name=name)
        costing.put_quote(candidate=candidate, values=values, by=by)


# A request for proposals ---------------------------------------------------------------------------------


def ask_for_proposals(register: Register, criteria_set: CriteriaSet, cast: Cast) -> None:
    """Three vendors are asked; one has handed in, one has begun, and all of it is sealed for six more days."""
    by = cast["manager"]
    evaluation = evaluations.create_evaluation(
        title=SECURITY,
        service="Security watch",
        reason="In May somebody tried passwords for six hours, and we saw it two days later.",
        criteria_set=criteria_set,
        by=by,
    )
    names = ["Harbour Managed Services", "Kestrel Cloud", "Quayside Support"]
    evaluations.add_candidates(
        evaluation=evaluation, vendors=[register[name] for name in names], by=by
    )
    request = _sent(evaluation, names, by)
    first, second = request.proposals.order_by("candidate__position")[:2]
    _answer(first, hands_in=True)
    _answer(second, hands_in=False)
    asked = proposal_answers.ask(
        proposal=second,
        values={"question": "Do the terminals in the warehouse count as computers?"},
        creation_key=uuid.uuid4(),
    )
    said = {"question": asked.question, "answer": "Yes, all 14 of them."}
    request_sending.answer_vendor_question(asked=asked, values=said, version=asked.version, by=by)


def _sent(evaluation: Evaluation, names: list[str], by: Membership) -> ProposalRequest:
    deadline = timezone.localtime() + dt.timedelta(days=6)
    values = {
        "title": SECURITY,
        "introduction": "60 people in two buildings, Microsoft 365, a web shop. We look for somebody who"
        " watches at night and on weekends, and acts.",
        "deadline_at": deadline.replace(hour=17, minute=0, second=0, microsecond=0),
        "questions_until_on": timezone.localdate() + dt.timedelta(days=3),
    }
    request = requests.create_proposal_request(evaluation=evaluation, values=values, by=by)
    requests.take_starters(proposal_request=request, chosen=offered(evaluation, []), by=by)
    request.refresh_from_db()
    chosen = {
        row.pk: {
            "name": f"Sales of {row.name}",
            "email": f"sales{row.position}@example.com",
            "time_zone": row.vendor.time_zone if row.vendor else "",
        }
        for row in evaluation.candidates.filter(name__in=names).select_related("vendor")
    }
    request = requests.choose_recipients(
        proposal_request=request, values=chosen, version=request.version, by=by
    )
    return request_sending.send_request(proposal_request=request, version=request.version, by=by)


SAID = {
    TEXT: "We have done this for four firms of your size since 2019.",
    NUMBER: "14",
    YES_NO: "yes",
}


def _answer(proposal: Any, *, hands_in: bool) -> None:
    questions = list(proposal.proposal_request.questions.order_by("position", "pk"))
    given = {}
    for question in questions if hands_in else questions[:3]:
        typed = {"": SAID.get(question.kind, "")}
        if question.kind == QUOTE:
            typed = PRICES
        value = read_answer(question, typed, ["EUR"]).value
        if value:
            given[question.pk] = Given(value)
    proposal_answers.save_answers(proposal=proposal, given=given)
    if hands_in:
        proposal_answers.hand_in(proposal=proposal)


PRICES = {
    "currency": "EUR",
    "1-kind": "per_user",
    "1-label": "Watching, round the clock",
    "1-amount": "11.50",
    "1-period": "month",
}


# Promises and a pilot ----------------------------------------------------------------------------------------

PROMISED = (
    ("A restore test every month, with a report", "demo"),
    ("A named engineer who knows our servers", "proposal"),
    ("Copies in two cities", "proposal"),
    ("Nobody waits longer than an hour for a restore to begin", "reference"),
    ("Help with the yearly audit, free of charge", "talk"),
)


def promise(evaluation: Evaluation, vendor: str, by: Membership) -> None:
    """What the winner of the backup said; most of it goes into the contract."""
    candidate = evaluation.candidates.get(name=vendor)
    for text, source in PROMISED:
        values = {"text": text, "source": source, "said_by": "", "said_on": None, "answer": None}
        promises.add_promise(candidate=candidate, values=values, by=by, creation_key=uuid.uuid4())


def place_promises(contract: Contract, by: Membership) -> None:
    """Two became deliverables, one was dropped knowingly, and two stand in no document."""
    rows = list(contract.award.winner.promises.order_by("pk")) if contract.award else []
    empty = {"clause": "", "level": None, "deliverable": None, "note": ""}
    for row, title in zip(
        rows, ("Report of the restore test", "Name of the engineer"), strict=False
    ):
        made = {"kind": "deliverable", "title": title, "item_kind": "documentation", "due_on": None}
        place_promise(contract=contract, promise=row, values={**empty, **made}, version=0, by=by)
    said = {"kind": "dropped", "note": "Our auditor does not ask for it any more."}
    place_promise(contract=contract, promise=rows[-1], values={**empty, **said}, version=0, by=by)


def try_out(evaluation: Evaluation, vendor: str, cast: Cast) -> None:
    """A running pilot with the one who leads: one target measured and missed, one still open."""
    by, today = cast["manager"], timezone.localdate()
    values = {
        "candidate": evaluation.candidates.get(name=vendor),
        "scope": "The warehouse network: 14 devices, watched from outside, with calls on site.",
        "starts_on": today - dt.timedelta(days=20),
        "ends_on": today + dt.timedelta(days=10),
        "budget": Decimal(1500),
        "manager": by,
    }
    pilot = pilots.create_pilot(
        evaluation=evaluation, values=values, by=by, creation_key=uuid.uuid4()
    )
    line = _target(pilot, evaluation, "Quality", "Outages noticed by them before us", "90", "%", by)
    pilot.refresh_from_db()
    _target(pilot, evaluation, "Cost", "Hours billed beyond the quote", "4", "hours", by)
    pilot.refresh_from_db()
    pilots.start_pilot(pilot=pilot, version=pilot.version, by=by)
    said = {
        "value": Decimal("87.5"),
        "measured_on": today - dt.timedelta(days=2),
        "evidence": "7 of 8 outages, by our own log",
        "file": None,
        "mark": "4",
        "mark_reason": "Only once we had to call them ourselves.",
    }
    pilot_measuring.measure_pilot(line=line, values=said, version=line.version, by=by)


def _target(
    pilot: Pilot,
    evaluation: Evaluation,
    criterion: str,
    text: str,
    target: str,
    unit: str,
    by: Membership,
) -> PilotCriterion:
    values = {
        "criterion": evaluation.criteria.get(name=criterion),
        "text": text,
        "comparator": "at_least" if unit == "%" else "at_most",
        "target": Decimal(target),
        "unit": unit,
    }
    return pilots.add_pilot_criterion(pilot=pilot, values=values, version=pilot.version, by=by)
