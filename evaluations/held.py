"""What a member answers for before there is a contract: plans, their risks, pilots, security questions, gaps."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.holds import Hold
from accounts.models import Membership
from accounts.permissions import Perm
from evaluations.models import Pilot
from planning.models import OutsourcingPlan, Risk
from vendors.models import DiligenceCheck, DiligenceGap

LIVE_PLANS = (OutsourcingPlan.State.DRAFT, OutsourcingPlan.State.APPROVED)
OPEN_PILOTS = (Pilot.State.DRAFT, Pilot.State.RUNNING)
WORDS = {
    "plans": ("outsourcing plan", "Outsourcing plans"),
    "risks": ("risk of a plan", "Risks of plans"),
    "pilots": ("pilot", "Pilots"),
    "rounds": ("round of security questions", "Security questions"),
    "gaps": ("security gap", "Security gaps"),
}
MANY = {"risks": "risks of plans", "rounds": "rounds of security questions"}


@dataclass(frozen=True)
class Held:
    """One thing that is handed over: what it is, to what it belongs, and its page."""

    title: str
    of: str
    url: str


def work_of(member: Membership) -> dict[str, Any]:
    """What is open and names this member, as querysets by WORDS."""
    rounds = DiligenceCheck.objects.filter(responsible=member, vendor__archived_at=None)
    waiting = rounds.exclude(
        state__in=[DiligenceCheck.State.JUDGED, DiligenceCheck.State.WITHDRAWN]
    )
    repeated = rounds.filter(state=DiligenceCheck.State.JUDGED, repeat_on__isnull=False)
    gaps = DiligenceGap.objects.filter(owner=member, state=DiligenceGap.State.OPEN)
    return {
        "plans": OutsourcingPlan.objects.filter(manager=member, state__in=LIVE_PLANS),
        "risks": Risk.objects.filter(owner=member, plan__state__in=LIVE_PLANS),
        "pilots": Pilot.objects.filter(manager=member, state__in=OPEN_PILOTS),
        "rounds": waiting | repeated,
        "gaps": gaps.filter(check_asked__vendor__archived_at=None),
    }


def held_by(member: Membership) -> list[Hold]:
    """What keeps somebody who may not plan and choose vendors (any more) from going (settings.MEMBER_HOLDS).

    A risk is watched by anybody who is here, so it keeps only those who leave.
    """
    if member.can(Perm.PLAN_EDIT):
        return []
    counts = {name: rows.count() for name, rows in work_of(member).items()}
    if member.ended_at is None:
        counts["risks"] = 0
    words = [_counted(name, count) for name, count in counts.items() if count]
    if not words:
        return []
    path = reverse("evaluations:hand_over_sourcing", args=[member.organization.slug, member.pk])
    named = " and ".join(", ".join(words).rsplit(", ", 1))
    return [Hold(f"{member.name} answers for {named}. Hand them over first.", path)]


def lines_of(member: Membership) -> dict[str, list[Held]]:
    """The same, heading by heading, for the page; what is not there has no heading. Five queries."""
    slug = member.organization.slug
    work = work_of(member)

    def security(vendor_id: int) -> str:
        return reverse("vendors:vendor_diligence", args=[slug, vendor_id])

    def plan(plan_id: int) -> str:
        return reverse("planning:plan_detail", args=[slug, plan_id])

    found = {
        "plans": [
            Held(row.title, row.service.name, plan(row.pk))
            for row in work["plans"].select_related("service").order_by("title", "pk")
        ],
        "risks": [
            Held(row.text, row.plan.title, f"{plan(row.plan_id)}#risks")
            for row in work["risks"].select_related("plan").order_by("plan_id", "position", "pk")
        ],
        "pilots": [
            Held(
                f"Pilot with {row.candidate.name}",
                row.candidate.evaluation.title,
                reverse("evaluations:pilot_detail", args=[slug, row.pk]),
            )
            for row in work["pilots"].select_related("candidate__evaluation").order_by("pk")
        ],
        "rounds": [
            Held(f"Round {row.number}", row.vendor.name, security(row.vendor_id))
            for row in work["rounds"].select_related("vendor").order_by("pk")
        ],
        "gaps": [
            Held(row.text, row.check_asked.vendor.name, security(row.check_asked.vendor_id))
            for row in work["gaps"].select_related("check_asked__vendor").order_by("pk")
        ],
    }
    return {WORDS[name][1]: rows for name, rows in found.items() if rows}


def _counted(name: str, count: int) -> str:
    one = WORDS[name][0]
    return f"1 {one}" if count == 1 else f"{count} {MANY.get(name, f'{one}s')}"
