"""What a renewal brief gathers about its contract, as plain facts; each part in a fixed number of queries.

The facts are kept with the decision, so they hold nothing that JSON can't (reviews/renewal_words.py).
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Q, Subquery, Sum

from activity.log import plain
from contracts import money
from contracts.commitment import Outlook
from contracts.dates import read_standing
from contracts.leaving_queries import BenchLine, exit_overview, plan_of
from contracts.models import Contract
from contracts.money import Prices
from contracts.standing import Standing
from contracts.terms import add_months
from contracts.terms_words import facts
from contracts.versions import terms_to_show
from core.templatetags.ui import format_date
from core.templatetags.ui import money as money_words
from reviews import renewal_rules as rules
from reviews.history import LONG
from reviews.models import (
    Choice,
    CorrectiveAction,
    Issue,
    RenewalBrief,
    Review,
    ServiceCredit,
    UsageCount,
)
from reviews.renewal_letter import LetterFacts
from reviews.renewal_words import Writer
from reviews.survey_questions import SATISFACTION
from reviews.surveyed import Result, newest_of

MOST_REVIEWS, MOST_LEVELS, MOST_SURVEYS = 4, 5, 4
READ_REVIEWS = 60
A_YEAR = 12
SERIOUS = (Issue.Severity.HIGH, Issue.Severity.CRITICAL)


def days_of(contract: Contract, today: dt.date) -> rules.Days:
    """The days of a contract as renewal_rules.py takes them, from its derived columns."""
    return rules.Days(
        live=contract.status(today).is_live,
        leaving=bool(contract.notice_given_on or contract.terminated_on),
        safe_notice_on=contract.safe_notice_on,
        ends_on=contract.ends_on,
        committed_until_on=contract.committed_until_on,
    )


def writer_for(organization: Any) -> Writer:
    """Days and money as the organization writes them."""
    return Writer(lambda day: format_date(day, organization), money_words)


def facts_of(contract: Contract, decision_on: dt.date, today: dt.date) -> dict[str, Any]:
    """Everything that the brief shows, as of `today`."""
    standing = read_standing(contract, today)
    since_on = add_months(today, -A_YEAR)
    found = {
        "as_of": today,
        "term": term_facts(contract, decision_on),
        "reviews": _reviews(contract, since_on, today),
        "levels": _levels(contract, since_on),
        "credits": _credits(contract),
        "open": _open(contract, today),
        "satisfaction": _satisfaction(contract),
        "price": _price(contract, standing, today),
        "use": _use(contract),
        **_leaving(contract, today),
    }
    kept: dict[str, Any] = plain(found)
    return kept


def term_facts(contract: Contract, decision_on: dt.date) -> dict[str, Any]:
    """When it has to be decided, and what doing nothing brings; from the contract's derived columns."""
    by_itself = contract.safe_notice_on is None
    found: dict[str, Any] = plain(
        {
            "last_safe_on": decision_on,
            "ends_by_itself": by_itself,
            "arrive_by_on": contract.notice_by_on,
            "ends_on": contract.ends_on if by_itself else contract.term_ends_on,
            "until_on": contract.committed_until_on,
            "at_stake": contract.at_stake,
            "yearly_cost": contract.yearly_cost,
            "currency": contract.currency,
        }
    )
    return found


def _reviews(contract: Contract, since_on: dt.date, today: dt.date) -> dict[str, Any]:
    rows = list(contract.reviews.defer(*LONG).newest_first()[:READ_REVIEWS])
    for row in rows:
        row.organization = contract.organization  # its fiscal year names the period
    closed = [row for row in rows if row.is_closed]
    not_held = [row for row in rows if row.state == Review.State.MISSED and row.last_on >= since_on]
    return {
        "held": [
            {
                "label": row.period_label,
                "held_on": row.held_on,
                "score": row.score,
                "standing": row.standing,
            }
            for row in closed[:MOST_REVIEWS]
        ],
        "not_held": len(not_held),
        "overdue": sum(row.is_open and row.due_on < today for row in rows),
    }


def _levels(contract: Contract, since_on: dt.date) -> dict[str, Any]:
    """The windows that ended since; one without any case is not measured."""
    rows = contract.measurements.filter(last_on__gte=since_on).order_by().values("lineage")
    levels = list(
        rows.annotate(
            name=Max("level__name"),
            measured=Count("value"),
            missed=Count("pk", filter=Q(met=False)),
        )
    )
    worst = sorted((level for level in levels if level["missed"]), key=_by_misses)
    return {
        "since_on": since_on,
        "measured": sum(level["measured"] for level in levels),
        "missed": sum(level["missed"] for level in levels),
        "worst": [
            {name: level[name] for name in ("name", "measured", "missed")}
            for level in worst[:MOST_LEVELS]
        ],
    }


def _by_misses(level: dict[str, Any]) -> tuple[int, str]:
    return -level["missed"], level["name"]


CREDIT_PARTS = {
    "due": ServiceCredit.State.DUE,
    "claimed": ServiceCredit.State.CLAIMED,
    "received": ServiceCredit.State.RECEIVED,
    "expired": ServiceCredit.State.EXPIRED,
}


def _credits(contract: Contract) -> dict[str, Any]:
    rows = list(
        contract.service_credits.order_by("currency")
        .values("state", "currency")
        .annotate(
            count=Count("pk"),
            total=Sum("amount"),
            got=Sum("received_amount"),
            unpriced=Count("pk", filter=Q(amount=None)),
        )
    )
    found = {}
    for name, state in CREDIT_PARTS.items():
        own = [row for row in rows if row["state"] == state]
        key = "got" if state == ServiceCredit.State.RECEIVED else "total"
        found[name] = {
            "count": sum(row["count"] for row in own),
            "unpriced": sum(row["unpriced"] for row in own) if key == "total" else 0,
            "amounts": [
                {"currency": row["currency"], "amount": row[key]}
                for row in own
                if row[key] is not None
            ],
        }
    return found


def _open(contract: Contract, today: dt.date) -> dict[str, int]:
    issues = contract.issues.open().aggregate(
        all=Count("pk"), serious=Count("pk", filter=Q(severity__in=SERIOUS))
    )
    done = CorrectiveAction.State.DONE
    actions = contract.corrective_actions.open().aggregate(
        all=Count("pk"),
        overdue=Count("pk", filter=~Q(state=done) & Q(due_on__lt=today)),
        reopened=Count("pk", filter=Q(reopened_count__gt=0)),
    )
    return {
        "issues": issues["all"],
        "serious": issues["serious"],
        "actions": actions["all"],
        "overdue": actions["overdue"],
        "reopened": actions["reopened"],
    }


def _satisfaction(contract: Contract) -> list[dict[str, Any]]:
    """The newest closed surveys, as far as their answers may be told. One query."""
    found = newest_of(contract, MOST_SURVEYS)
    plan = getattr(contract, "review_plan", None)
    threshold = plan.satisfaction_threshold if plan else None
    return [_surveyed(result, threshold) for result in found]


def _surveyed(result: Result, threshold: int | None) -> dict[str, Any]:
    share = result.satisfaction
    told = [told for told in result.questions if told.kind == SATISFACTION and told.figure]
    return {
        "title": result.survey.title,
        "audience": result.survey.get_audience_display(),
        "answered": result.answered_words,
        "told": [
            {
                "question": one.text,
                "words": one.share_words,
                "low": one.figure.low if one.figure else None,
                "high": one.figure.high if one.figure else None,
                "change": one.change_words,
            }
            for one in told
        ],
        "share": share,
        "is_low": threshold is not None and share is not None and share < threshold,
    }


# Price, exit, bench ---------------------------------------------------------------------------------


def _price(contract: Contract, standing: Standing, today: dt.date) -> dict[str, Any]:
    """A year's price by the terms at the start, now, and when the next term begins."""
    versions = standing.versions
    first_on = versions[0].from_on if versions else None
    renews = standing.commitment.outlook == Outlook.RENEWS
    next_on = standing.commitment.ends_on if renews else None
    return {
        "currency": contract.currency,
        "first": _yearly(versions, first_on),
        "first_on": first_on,
        "now": contract.yearly_cost,
        "now_on": max(today, first_on) if first_on else today,
        "next": _yearly(versions, next_on),
        "next_on": next_on,
    }


def _use(contract: Contract) -> list[dict[str, Any]]:
    """What the last closed review counted of what is paid by number; one query."""
    last = contract.reviews.closed().newest_first().values("pk")[:1]
    rows = UsageCount.objects.filter(review=Subquery(last)).order_by("label")
    return [
        {"label": row.label, "paid": _number(row.paid), "used": _number(row.used)} for row in rows
    ]


def _number(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def _yearly(versions: Sequence[Prices], day: dt.date | None) -> Decimal | None:
    begun = [prices for prices in versions if day and prices.from_on <= day]
    return money.yearly_cost(begun[-1], day) if begun and day else None


def _leaving(contract: Contract, today: dt.date) -> dict[str, Any]:
    found = exit_overview(contract, today)
    best, keys = found.readiness.best, found.keys
    return {
        "exit": {
            "plan": found.plan is not None,
            "share": found.readiness.share,
            "best": best.part.remedy if best else "",
            "days_to_leave": found.plan.days_to_leave if found.plan else None,
            "begin_by_on": found.begin_by,
            "cost": found.cost.total,
            "cost_complete": found.cost.complete,
            "currency": found.plan.currency if found.plan else "",
            "independence": None if keys.low is None else [keys.low, keys.high],
        },
        "bench": [_place(line) for line in found.bench],
    }


def _place(line: BenchLine) -> dict[str, Any]:
    row, against = line.alternative, line.comparison
    return {
        "name": str(row),
        "quote": row.quote,
        "currency": row.currency,
        "yearly": row.quote_is_yearly,
        "counts": line.counts,
        "more": against.more if against else None,
        "share": against.share if against else None,
    }


# Briefs ---------------------------------------------------------------------------------------------


def brief_of(contract: Contract) -> RenewalBrief | None:
    """The one that waits for a decision now."""
    found: RenewalBrief | None = contract.renewal_briefs.open().order_by("safe_notice_on").first()
    return found


def tally_of(votes: Iterable[Any]) -> rules.Tally:
    """All votes of a brief, read with their members."""
    return rules.tally(Choice.values, [(vote.choice, vote.member.name) for vote in votes])


# The letter -----------------------------------------------------------------------------------------


def letter_facts(brief: RenewalBrief, sender: Any, today: dt.date) -> LetterFacts:
    """What the draft of the notice letter tells, by the terms in force."""
    contract = brief.contract
    organization = contract.organization
    terms = terms_to_show(contract, today)
    plan = plan_of(contract)
    ends_on = read_standing(contract, today).commitment.ends_on
    told = facts(terms, lambda day: format_date(day, organization))
    notice = next(fact.text for fact in told if fact.label == "Notice")
    return LetterFacts(
        title=contract.title,
        reference=contract.reference,
        vendor=contract.vendor.legal_name or contract.vendor.name,
        contact=contract.counterpart.name if contract.counterpart else "",
        organization=organization.name,
        sender=sender.name,
        today=format_date(today, organization),
        signed_on=format_date(contract.signed_on, organization) if contract.signed_on else "",
        ends_on=format_date(ends_on, organization) if ends_on else "",
        notice_words=notice.removesuffix(" before the end"),
        choice=brief.choice,
        form=terms.notice_form,
        data_return=plan.data_return if plan else "",
    )
