"""Mails to those who were given something to do by somebody else, or by a rule: a review to hold, an action
to see through. Nobody has to find it in a list first."""

from collections.abc import Iterable

from django.conf import settings

from accounts.models import Membership
from activity.news import News, send_news
from contracts.models import Contract
from core.templatetags.ui import format_date
from reviews.models import CorrectiveAction, Issue, Review
from reviews.plans import record_path


def review_given(review: Review, contract: Contract, to: Membership, by: Membership) -> None:
    """Somebody else holds this review from now on; not told to oneself."""
    if to.pk == by.pk:
        return
    organization = contract.organization
    news = News(
        subject=f"{by.name} asks you to hold a review: {contract.title}, {review.period_label}",
        sentences=[
            f"{by.name} asks you to hold the review of {contract.title} with {contract.vendor.name} for "
            f"{review.period_label}. It is due by {format_date(review.due_on, organization)}.",
            "It is recorded on one page and takes five minutes. You are reminded of it in time.",
        ],
        button="Open the review",
        url=f"{settings.PUBLIC_URL}{record_path(review, organization)}",
        why="You get this mail because the review was delegated to you.",
    )
    send_news(news, [to], organization, f"review-given:{review.pk}:{review.version}")


def action_given(action: CorrectiveAction, contract: Contract, by: Membership) -> None:
    """Whoever is named as our person for it; not told to oneself, and not before it is to be done."""
    owner = action.owner
    if owner is None or owner.pk == by.pk or action.state != CorrectiveAction.State.OPEN:
        return
    day = format_date(action.due_on, contract.organization)
    doer = f"{contract.vendor.name} does it" if action.side == "vendor" else "It is done by us"
    news = _of_action(
        action,
        contract,
        f"{by.name} gives you an action: {action.title}",
        [f"{by.name} asks you to see this through until {day}: {action.title}. {doer}."],
        "You get this mail because the action names you.",
    )
    key = f"action-given:{action.pk}:{action.version}"
    send_news(news, [owner], contract.organization, key)


def issue_given(issue: Issue, contract: Contract, by: Membership) -> None:
    """Whoever is named as our person for an open issue; not told to oneself. It has no day, so nothing reminds
    of it: what has to be done by a day is an action."""
    owner = issue.owner
    if owner is None or owner.pk == by.pk or issue.state != Issue.State.OPEN:
        return
    issue.organization = contract.organization
    news = News(
        subject=f"{by.name} gives you an issue: {issue.title}",
        sentences=[
            f"{by.name} asks you to see that this is settled, at {contract.title} with "
            f"{contract.vendor.name}: {issue.title}. How bad it is: {issue.get_severity_display().lower()}."
        ],
        button="Open the issue",
        url=f"{settings.PUBLIC_URL}{issue.get_absolute_url()}",
        why="You get this mail because the issue names you.",
    )
    send_news(news, [owner], contract.organization, f"issue-given:{issue.pk}:{issue.version}")


def started_by_rule(
    actions: Iterable[CorrectiveAction], contract: Contract, by: Membership
) -> None:
    """Whoever follows the action, else whoever runs the contract; whoever saved the values reads it on the page."""
    for action in actions:
        follows = action.owner or contract.manager
        if follows is None or follows.pk == by.pk:
            continue
        news = _of_action(
            action,
            contract,
            f"A rule opened an action: {action.title}",
            [
                f"Measured values of {contract.title} made one of your rules come true. The action is due by "
                f"{format_date(action.due_on, contract.organization)}."
            ],
            "You get this mail because you follow this action.",
        )
        key = f"action-by-rule:{action.pk}:{action.reopened_count}"
        send_news(news, [follows], contract.organization, key)


def _of_action(
    action: CorrectiveAction, contract: Contract, subject: str, sentences: list[str], why: str
) -> News:
    action.organization = contract.organization
    return News(
        subject=subject,
        sentences=sentences,
        button="Open the action",
        url=f"{settings.PUBLIC_URL}{action.get_absolute_url()}",
        why=why,
    )
