"""Until when a quote is valid is watched, as long as there is a quote."""

from collections.abc import Iterable

from django.urls import reverse

from activity import actions as activity
from activity.watching import Day
from evaluations.models import Candidate, Evaluation, Quote


def watch_quote(quote: Quote, candidate: Candidate, evaluation: Evaluation) -> None:
    """Say until when the quote is valid now; nothing without a day."""
    at = [evaluation.organization.slug, evaluation.pk, candidate.pk]
    activity.watch(
        day=Day(
            target=quote,
            kind="quote.expires",
            due_on=quote.valid_until_on,
            title=f"Quote expires: {candidate.name}",
            sentence=f"Its prices count in “{evaluation.title}”; after this day they may be others.",
            path=reverse("evaluations:quote_detail", args=at),
            responsible=evaluation.created_by,
        )
    )


def unwatch_quotes(candidates: Iterable[Candidate]) -> None:
    """These candidates are about to go, and their quotes with them."""
    for quote in Quote.objects.filter(candidate__in=list(candidates)):
        activity.unwatch(target=quote)
