"""Keeping what was found about a ranking, so that thousands of draws are not repeated for every look."""

from django.db import transaction
from django.utils import timezone

from evaluations import analysis, results
from evaluations.models import Evaluation, KeptAnalysis


@transaction.atomic
def keep_analysis(*, evaluation: Evaluation) -> analysis.Analysis:
    """Analyse the ranking as it is now and store the result whole, in the caller's transaction.

    Call it whenever marks, moderation or weights of a closed evaluation have changed. Nothing breaks
    without: a stored analysis that does not fit the numbers is not used.
    """
    ranking = results.ranking(evaluation)
    key = analysis.key(ranking)
    kept = KeptAnalysis.objects.filter(evaluation=evaluation, key=key).first()
    if kept is not None:
        return results.analysis_of(evaluation, ranking)
    found = analysis.analyse(ranking)
    KeptAnalysis.objects.update_or_create(
        evaluation=evaluation,
        defaults={
            "organization": evaluation.organization,
            "key": key,
            "data": found.as_data(),
            "computed_at": timezone.now(),
        },
    )
    return found
