"""Briefs that build themselves: 60 days before a contract's last safe day, and gone when it is over.

`follow_contracts` is told whenever a contract's days are derived anew; `open_due_briefs` is the hourly
look for those whose 60 days have begun. Both hold the contract's row, so that no brief is there twice.
"""

import datetime as dt
import zoneinfo
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, Organization
from accounts.permissions import Perm
from activity import log
from activity.actions import watch_days
from activity.watching import Day
from contracts.locking import lock_contract
from contracts.models import Contract
from core.errors import Refused
from core.templatetags.ui import format_date
from core.tenancy import ALL, organization_scope
from reviews import renewal_mail
from reviews import renewal_rules as rules
from reviews.models import RenewalBrief
from reviews.renewal_words import headline
from reviews.renewing import days_of, term_facts, writer_for

State = RenewalBrief.State
DECIDE = "renewal.decide"
BATCH = 500
# No place on earth is a day further than this.
FURTHEST = dt.timedelta(hours=14)
NOTHING_TO_DECIDE = (
    "There is nothing to decide: this contract has no last safe day for notice and no end, or it was"
    " ended already."
)


# Following ------------------------------------------------------------------------------------------


@transaction.atomic
def follow_contracts(*, contracts: Sequence[Contract], today: dt.date) -> None:
    """Keep the briefs right when days of contracts of one organization were derived anew
    (settings.CONTRACT_FOLLOWERS): new ones, moved ones, and those that nobody has to decide any more.

    The contracts' rows are held by the caller. One query where there is no brief and none is wanted.
    """
    signed = [contract for contract in contracts if contract.is_signed]
    if not signed:
        return
    there: dict[int, list[RenewalBrief]] = {}
    for brief in RenewalBrief.objects.filter(contract__in=signed).order_by("pk"):
        there.setdefault(brief.contract_id, []).append(brief)
    changed: list[Change] = []
    new: list[RenewalBrief] = []
    for contract in signed:
        own = there.get(contract.pk, [])
        for brief in own:
            brief.contract, brief.organization = contract, contract.organization
        changed += _follow_open(contract, own, today)
        wanted = _wanted(contract, own, today)
        if wanted:
            new.append(wanted)
    _write(changed)
    _store(new)
    # Those that stay too: the contract may be called otherwise.
    waiting = [brief for own in there.values() for brief in own if brief.is_open]
    closed = [change.brief for change in changed if not change.brief.is_open]
    days = [decision_day(brief) for brief in {*waiting, *closed, *new}]
    if days:
        watch_days(days=days)
    _tell(new)


@dataclass(frozen=True)
class Change:
    """What became of one brief, for the audit trail."""

    brief: RenewalBrief
    verb: str
    after: dict[str, Any]


def _follow_open(
    contract: Contract, own: Sequence[RenewalBrief], today: dt.date
) -> Iterator[Change]:
    """What becomes of those that wait; set on them, and not kept yet."""
    found = days_of(contract, today)
    for brief in own:
        if not brief.is_open:
            continue
        taken = [other.safe_notice_on for other in own if other is not brief]
        becomes = rules.fate(brief.safe_notice_on, found, today, taken)
        if becomes == rules.Fate.MOVES and found.decision_on:
            after = {"last_day_before": brief.safe_notice_on, "last_day": found.decision_on}
            brief.safe_notice_on = found.decision_on
            yield Change(brief, "renewal.moved", after)
        elif becomes == rules.Fate.LAPSES:
            brief.state = State.LAPSED
            yield Change(brief, "renewal.lapsed", {"last_day": brief.safe_notice_on})
        elif becomes == rules.Fate.OVERTAKEN:
            brief.state, brief.rationale = State.OVERTAKEN, _why_overtaken(contract, found)
            yield Change(brief, "renewal.overtaken", {"why": brief.rationale})


def _write(changed: Sequence[Change]) -> None:
    for change in changed:
        change.brief.version += 1
    RenewalBrief.objects.bulk_update(
        [change.brief for change in changed], ["state", "rationale", "safe_notice_on", "version"]
    )
    for verb in sorted({change.verb for change in changed}):
        log.record_many(
            by=None,
            verb=verb,
            targets=[(one.brief, one.after) for one in changed if one.verb == verb],
        )


def _store(briefs: Sequence[RenewalBrief], by: Membership | None = None) -> None:
    """New ones, and overtaken ones that are open again."""
    if not briefs:
        return
    back = [brief for brief in briefs if brief.pk]
    for brief in back:
        brief.version += 1
    RenewalBrief.objects.bulk_update(back, ["state", "rationale", "version"])
    RenewalBrief.objects.bulk_create([brief for brief in briefs if not brief.pk])
    targets = [(brief, {"last_day": brief.safe_notice_on}) for brief in briefs]
    log.record_many(by=by, verb="renewal.appeared", targets=targets)


def _why_overtaken(contract: Contract, found: rules.Days) -> str:
    if contract.notice_given_on:
        return (
            f"Notice was given on {format_date(contract.notice_given_on, contract.organization)}."
        )
    if contract.terminated_on:
        day = format_date(contract.terminated_on, contract.organization)
        return f"The contract was terminated; it ends on {day}."
    if found.decision_on:
        day = format_date(found.decision_on, contract.organization)
        return f"The terms were changed: the last day to decide is {day} now."
    return "The terms were changed: there is no day by which it has to be decided."


def _wanted(contract: Contract, own: Sequence[RenewalBrief], today: dt.date) -> RenewalBrief | None:
    """A brief that should be there now and is not; one that was overtaken comes back to life."""
    if any(brief.is_open for brief in own):
        return None
    found = days_of(contract, today)
    decided_on = [brief.safe_notice_on for brief in own if brief.is_decided]
    day = found.decision_on
    if day is None or not rules.wants_brief(found, today, decided_on):
        return None
    return _brief_at(contract, own, day)


def _brief_at(contract: Contract, own: Sequence[RenewalBrief], day: dt.date) -> RenewalBrief | None:
    same = next((brief for brief in own if brief.safe_notice_on == day), None)
    if same is None:
        return RenewalBrief(
            organization=contract.organization, contract=contract, safe_notice_on=day
        )
    if same.state != State.OVERTAKEN:
        return None
    same.state, same.rationale = State.OPEN, ""
    return same


def decision_day(brief: RenewalBrief) -> Day:
    """The day by which it should be decided; none once it is. Those who decide are reminded."""
    if not brief.is_open:
        return Day(target=brief, kind=DECIDE, due_on=None)
    contract = brief.contract
    return Day(
        target=brief,
        kind=DECIDE,
        due_on=rules.decide_by_on(brief.safe_notice_on, _appeared_on(brief)),
        title=f"{contract.title}: keep it or leave?",
        sentence=headline(
            {"term": term_facts(contract, brief.safe_notice_on)}, writer_for(contract.organization)
        ),
        path=reverse("reviews:renewal_brief", args=[contract.organization.slug, brief.pk]),
    )


def _appeared_on(brief: RenewalBrief) -> dt.date:
    zone = zoneinfo.ZoneInfo(brief.contract.organization.time_zone)
    return timezone.localdate(brief.created_at, zone)


def _tell(briefs: Sequence[RenewalBrief], by: Membership | None = None) -> None:
    """Who decides, and who runs one of the contracts."""
    if not briefs:
        return
    organization = briefs[0].organization
    runs = {brief.contract.manager_id for brief in briefs}
    able = Membership.objects.filter(organization=organization).able_to(Perm.RENEWAL_VOTE).by_name()
    people = [
        member
        for member in able
        if (member.can(Perm.RENEWAL_DECIDE) or member.pk in runs) and member != by
    ]
    renewal_mail.appeared(briefs, people, organization)


# By the clock, and by hand --------------------------------------------------------------------------


def open_due_briefs(*, now: dt.datetime) -> int:
    """Let briefs build themselves whose 60 days have begun, in each organization's own time zone.

    What an earlier hour missed is done by this one. Returns how many contracts were looked at.
    """
    furthest = (now + FURTHEST).date()
    with organization_scope(ALL):
        organizations = list(
            Organization.objects.filter(
                pk__in=_without_brief(furthest).values("organization")
            ).order_by("pk")
        )
    done = 0
    for organization in organizations:
        with organization_scope(organization):
            today = now.astimezone(zoneinfo.ZoneInfo(organization.time_zone)).date()
            rows = _without_brief(today).filter(organization=organization).order_by("pk")
            pks = [row.pk for row in rows if rules.wants_brief(days_of(row, today), today)]
            for at in range(0, len(pks), BATCH):
                _open_batch(organization, pks[at : at + BATCH], today)
            done += len(pks)
    return done


def _without_brief(today: dt.date) -> QuerySet[Contract]:
    """Signed contracts that come to their day within 60 days and have no brief about it."""
    until_on = today + dt.timedelta(days=rules.APPEARS_DAYS + 1)
    same_day = RenewalBrief.objects.filter(
        contract=OuterRef("pk"), safe_notice_on=OuterRef("safe_notice_on")
    )
    same_end = RenewalBrief.objects.filter(
        contract=OuterRef("pk"),
        safe_notice_on__range=(today - dt.timedelta(days=1), until_on),
    )
    renews = Q(safe_notice_on__lte=until_on) & ~Exists(same_day)
    ends = Q(safe_notice_on=None, ends_on__gt=today, ends_on__lte=until_on) & ~Exists(same_end)
    rows = Contract.objects.signed().filter(notice_given_on=None, terminated_on=None)
    found: QuerySet[Contract] = rows.filter(renews | ends)
    return found


@transaction.atomic
def _open_batch(organization: Organization, pks: Sequence[int], today: dt.date) -> None:
    rows = Contract.objects.filter(pk__in=pks).order_by("pk")
    # Held first and read then: PostgreSQL would show what hangs on a row as it was before the waiting.
    list(rows.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
    contracts = list(rows.select_related("vendor", "manager"))
    for contract in contracts:
        contract.organization = contract.vendor.organization = organization
    follow_contracts(contracts=contracts, today=today)


@transaction.atomic
def begin_brief(*, contract: Contract, today: dt.date, by: Membership) -> RenewalBrief:
    """Open the brief about the contract's next day before it builds itself. Twice is once.

    Raises Refused where there is nothing to decide, or it is decided.
    """
    row = lock_contract(contract)
    own = list(RenewalBrief.objects.filter(contract=row).order_by("pk"))
    for brief in own:
        brief.contract, brief.organization = row, row.organization
    there = next((brief for brief in own if brief.is_open), None)
    if there:
        return there
    day = days_of(row, today).decision_on
    if day is None:
        raise Refused(NOTHING_TO_DECIDE)
    new = _brief_at(row, own, day)
    if new is None:
        raise Refused("That day was decided about already. The decision stands below.")
    _store([new], by)
    watch_days(days=[decision_day(new)])
    _tell([new], by)
    return new
