"""The mails about an award and about scoring that is open again: rendered here, queued by the actions.

They carry no marks and no ranking: a mail stays in a mailbox when scoring is opened again.
"""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse

from accounts.models import Membership
from activity.news import News, send_news
from evaluations import awards
from evaluations.models import Award, Evaluation


def _address(award: Award) -> str:
    return f"{settings.PUBLIC_URL}{award.get_absolute_url()}"


def _sentence(award: Award) -> str:
    return f"“{award.evaluation.title}” {awards.outcome(award)}."


def _seal(award: Award) -> list[str]:
    """What a copy of this mail proves: the record can't be written anew without its seal changing."""
    if award.record is None:
        return []
    return [
        f"Keep this mail: the seal (SHA-256) of record {award.record.number} is {award.record.sha256}."
    ]


def proposed(award: Award, by: Membership) -> News:
    """For those who may approve it."""
    return News(
        subject=f"Please decide: {award.evaluation.title}",
        sentences=[
            f"{by.name} proposes: {_sentence(award)}",
            "Look at it and approve or return it.",
        ],
        button="Look at the proposal",
        url=_address(award),
        why="You get this mail because you may approve awards.",
    )


def approved(award: Award, by: Membership) -> News:
    """For the proposer."""
    return News(
        subject=f"Approved: {award.evaluation.title}",
        sentences=[
            f"{by.name} approved your proposal: {_sentence(award)}",
            "The decision is frozen in a record now. Next, announce it.",
            *_seal(award),
        ],
        button="Open the award",
        url=_address(award),
        why="You get this mail because you proposed this award.",
        quoted=award.decision_note,
    )


def returned(award: Award, by: Membership) -> News:
    """For the proposer."""
    return News(
        subject=f"Returned: {award.evaluation.title}",
        sentences=[
            f"{by.name} returned your proposal for “{award.evaluation.title}” with this note:"
        ],
        button="Change the proposal",
        url=_address(award),
        why="You get this mail because you proposed this award.",
        quoted=award.decision_note,
    )


def announced(award: Award, by: Membership) -> News:
    """For everybody who scored."""
    return News(
        subject=f"Decided: {award.evaluation.title}",
        sentences=[f"It is decided: {_sentence(award)}", "Thank you for scoring."],
        button="See the award",
        url=_address(award),
        why=f"You get this mail because you were asked to score, and {by.name} announces the result.",
    )


def withdrawn(award: Award, by: Membership) -> News:
    """For those who proposed, decided or were told."""
    return News(
        subject=f"Withdrawn: {award.evaluation.title}",
        sentences=[f"{by.name} withdrew the award for “{award.evaluation.title}”. The reason:"],
        button="Open the award",
        url=_address(award),
        why="You get this mail because you had to do with this award.",
        quoted=award.withdrawn_reason,
    )


def reopened(evaluation: Evaluation, by: Membership) -> News:
    """For the evaluators."""
    at = [evaluation.organization.slug, evaluation.pk]
    return News(
        subject=f"Scoring is open again: {evaluation.title}",
        sentences=[
            f"{by.name} opened the scoring of “{evaluation.title}” again.",
            "Your marks are still there. To change one, take your scorecard back, then submit it"
            " again. Until scoring is closed, nobody sees anybody else’s marks. The reason:",
        ],
        button="Open your scorecard",
        url=f"{settings.PUBLIC_URL}{reverse('evaluations:score_evaluation', args=at)}",
        why="You get this mail because you were asked to score.",
        quoted=evaluation.reopened_reason,
    )


def queue(news: News, people: Iterable[Membership], evaluation: Evaluation, key: str) -> None:
    """Promise the mail to each of these people, once for each `key`."""
    send_news(news, people, evaluation.organization, key)
