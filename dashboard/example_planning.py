"""The example's services and outsourcing plans: one approved that its help desk evaluation began with, one draft."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Membership
from planning.actions import baseline, parts, plans, services, stakeholders
from planning.models import OutsourcingPlan, Service, Stakeholder
from planning.needs import QUESTIONS
from planning.plan_lists import (
    COMMUNICATION,
    GOALS,
    REQUIREMENTS,
    RISKS,
    SURVEYS,
    TRAINING,
    PlanList,
)

Cast = dict[str, Membership]
HELP_DESK, SECURITY = "Help desk", "Security watch"
INSURANCE = "Liability insurance"
# From the starter list, with what is said about them.
SERVICES: dict[str, dict[str, Any]] = {
    "help_desk": {
        "users": 60,
        "devices": 74,
        "volume": Decimal(140),
        "criticality": "high",
        "sensitivity": "confidential",
        "bearable_outage_hours": Decimal(8),
        "sourcing": "in_house",
    },
    "network": {"users": 60, "devices": 31, "criticality": "vital", "sourcing": "outsourced"},
    "backup": {"criticality": "vital", "sensitivity": "confidential", "sourcing": "outsourced"},
    "security": {"criticality": "high", "sensitivity": "special", "sourcing": "none"},
    "mail": {"users": 60, "criticality": "high", "sourcing": "outsourced"},
}
# By starter: answers to the questions of the needs assessment, in their order; a dot is left open.
NEEDS = {"help_desk": "5432443433", "security": "45523.4542", "mail": "21333.3322"}
LINES: dict[PlanList, list[dict[str, Any]]] = {
    REQUIREMENTS: [
        {
            "part": "qualification",
            "text": INSURANCE,
            "is_must": True,
            "credential": "insurance",
            "proof": "Policy of at least 1 million, valid today",
        },
        {
            "part": "qualification",
            "text": "Three years with firms of our size",
            "proof": "Two references we may call",
        },
        {
            "part": "quality",
            "text": "Nine in ten tickets answered within 30 minutes",
            "proof": "Monthly report from the ticket system",
        },
    ],
    TRAINING: [
        {
            "topic": "Our ordering system and its terminals",
            "audience": "Their first line",
            "how": "Half a day in the warehouse",
            "by_whom": "Samir",
            "hours": Decimal(4),
            "week": -1,
        },
        {
            "topic": "Who is who, and what must not wait",
            "audience": "Everybody who answers calls",
            "how": "Video call",
            "by_whom": "Olivia",
            "hours": Decimal(1),
            "week": 1,
        },
    ],
    SURVEYS: [
        {
            "audience": "employees",
            "every": "quarter",
            "first_month": 3,
            "about": "How quickly and how well problems are solved",
        }
    ],
    COMMUNICATION: [
        {
            "purpose": "Open tickets and changes",
            "roles": "Samir and their team lead",
            "channel": "Video call",
            "frequency": "Every Monday",
            "format": "List of open tickets",
        },
        {
            "purpose": "What goes well and what does not",
            "roles": "Olivia and their account manager",
            "channel": "On site",
            "frequency": "Every quarter",
            "format": "One page",
        },
    ],
}


def live_through(cast: Cast) -> OutsourcingPlan:
    """Describe services, assess them, plan two; the approved plan of the help desk."""
    rows = _services(cast["manager"])
    plan = _help_desk(rows["help_desk"], cast)
    _security(rows["security"], cast)
    return plan


def _services(by: Membership) -> dict[str, Service]:
    added = services.add_services(starters=list(SERVICES), by=by)
    rows = {row.starter: row for row in added}
    for key, values in SERVICES.items():
        row = services.edit_service(
            service=rows[key], values=values, version=rows[key].version, by=by
        )
        rows[key] = row
    for key, answers in NEEDS.items():
        values = {
            question.key: None if answer == "." else int(answer)
            for question, answer in zip(QUESTIONS, answers, strict=True)
        }
        services.answer_needs(
            service=rows[key], values={**values, "note": ""}, version=rows[key].version, by=by
        )
    return rows


def _help_desk(service: Service, cast: Cast) -> OutsourcingPlan:
    by, today = cast["manager"], timezone.localdate()
    values = {
        **ABOUT,
        "service": service,
        "manager": by,
        "starts_on": today + dt.timedelta(days=90),
    }
    plan = plans.create_plan(values=values, by=by)
    plan = plans.edit_plan(plan=plan, values=values, version=plan.version, by=by)
    lists = {**LINES, GOALS: _goals(today), RISKS: _risks(cast)}
    for part, lines in lists.items():
        plan = _say(plan, part, lines, by)
    note = "A second warehouse opens in two years."
    plan = parts.edit_growth(
        plan=plan, values={"growth": GROWTH, "growth_note": note}, version=plan.version, by=by
    )
    plan = baseline.edit_baseline(
        plan=plan,
        values={"baseline_note": "", "baseline_rise_percent": Decimal(3)},
        lines=BASELINE,
        version=plan.version,
        by=by,
    )
    _hear(plan, "Ines Duarte", "Sales", "Calls for help most", cast["evaluator"])
    plan.refresh_from_db()
    return plans.approve_plan(plan=plan, version=plan.version, by=cast["owner"])


def _goals(today: dt.date) -> list[dict[str, Any]]:
    return [
        {
            "text": "Nobody waits for days",
            "measure": "First response",
            "comparator": "at_most",
            "target": Decimal(30),
            "unit": "minutes",
            "today": Decimal(960),
            "due_on": today + dt.timedelta(days=270),
            "source": "Ticket system of the vendor",
        },
        {
            "text": "Solved the first time",
            "measure": "Tickets solved at first contact",
            "comparator": "at_least",
            "target": Decimal(70),
            "unit": "%",
            "due_on": today + dt.timedelta(days=360),
            "source": "Ticket system of the vendor",
        },
    ]


def _risks(cast: Cast) -> list[dict[str, Any]]:
    return [
        {
            "kind": "morale",
            "text": "Staff feel that nobody in the house cares any more",
            "likelihood": 2,
            "impact": 2,
            "owner": cast["owner"],
            "mitigation": "Two colleagues in each building stay the first to be asked",
        },
        {
            "kind": "lock_in",
            "text": "Only the vendor knows how our computers are set up",
            "likelihood": 2,
            "impact": 3,
            "owner": cast["manager"],
            "mitigation": "Documentation is ours, and handed over every quarter",
        },
    ]


ABOUT: dict[str, Any] = {
    "title": "A help desk from outside",
    "why": "Our one IT person leaves in spring. Staff wait two days for an answer today.",
    "scope_in": "First and second line for 60 people, by phone, mail and remote session.",
    "scope_out": "Buying devices, the network, and the web shop.",
    "constraints": "Somebody who speaks German, every working day from 08:00 to 17:00.",
    "understanding": "Windows 11 on 74 computers, Microsoft 365, an ordering system on premises.",
    "term_months": 36,
    "budget": Decimal(140_000),
    "hoped_cost": Decimal(70_000),
    "currency": "EUR",
}

GROWTH = {
    "users": {"low": Decimal(55), "base": Decimal(66), "high": Decimal(80)},
    "volume": {"low": Decimal(120), "base": Decimal(150), "high": Decimal(190)},
}

BASELINE: list[dict[str, Any]] = [
    {
        "kind": "people",
        "label": "IT person",
        "amount": Decimal(52_000),
        "quantity": Decimal(1),
        "share_percent": Decimal(70),
        "period": "year",
    },
    {
        "kind": "tools",
        "label": "Ticket system and remote access",
        "amount": Decimal(95),
        "quantity": Decimal(1),
        "share_percent": Decimal(100),
        "period": "month",
    },
    {
        "kind": "downtime",
        "label": "People who wait, 20 hours a month",
        "amount": Decimal(32),
        "quantity": Decimal(20),
        "share_percent": Decimal(100),
        "period": "month",
    },
    {
        "kind": "recruiting",
        "label": "Finding a successor",
        "amount": Decimal(6_500),
        "quantity": Decimal(1),
        "share_percent": Decimal(100),
        "period": "once",
    },
]


def _security(service: Service, cast: Cast) -> None:
    """A plan that is being written: some parts are there, two people were asked."""
    by = cast["manager"]
    plan = plans.create_plan(
        values={
            "service": service,
            "title": "Somebody who watches at night",
            "manager": by,
            "why": "In May somebody tried passwords for six hours, and we saw it two days later.",
            "currency": "EUR",
        },
        by=by,
    )
    risk = {
        "kind": "confidentiality",
        "text": "Strangers read our logs, with names in them",
        "impact": 3,
        "likelihood": 2,
        "mitigation": "Data processing agreement; logs stay in the EU",
    }
    plan = _say(plan, RISKS, [risk], by)
    _hear(plan, "Victor Blom", "Finance", "Pays for it, and carries the fines", cast["viewer"])
    values = {
        "name": "Works council",
        "email": "council@example.com",
        "group": "Staff",
        "affected": "Logs show who works when",
    }
    person = stakeholders.add_stakeholder(plan=plan, values=values, by=by)
    until = {"until_on": timezone.localdate() + dt.timedelta(days=12)}
    stakeholders.ask_stakeholder(person=person, values=until, version=person.version, by=by)


def _say(
    plan: OutsourcingPlan, part: PlanList, lines: list[dict[str, Any]], by: Membership
) -> OutsourcingPlan:
    """Fields that a line does not have are empty."""
    blank = part.model()
    full = [{name: line.get(name, getattr(blank, name)) for name in part.fields} for line in lines]
    return parts.edit_list(plan=plan, part=part, lines=full, version=plan.version, by=by)


def _hear(
    plan: OutsourcingPlan, name: str, group: str, affected: str, member: Membership
) -> Stakeholder:
    """Somebody was spoken to, and it was noted what they said."""
    values = {"name": name, "email": member.user.email, "group": group, "affected": affected}
    person = stakeholders.add_stakeholder(plan=plan, values=values, by=member_of(plan))
    said = {
        "stance": "open",
        "hopes": "Somebody who picks up the phone.",
        "worries": "That we have to explain everything again each time.",
        "needs": "The evening before a holiday somebody must be there.",
    }
    return stakeholders.note_stakeholder_view(
        person=person, values=said, version=person.version, by=member_of(plan)
    )


def member_of(plan: OutsourcingPlan) -> Membership:
    """Who writes the plan."""
    by: Membership = plan.created_by
    return by
