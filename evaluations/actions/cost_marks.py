"""An evaluator takes the mark that a candidate's total gets on the Cost criterion; nothing is filled by itself."""

from django.db import transaction

from accounts.models import Membership
from core.errors import Refused
from evaluations import costing_queries
from evaluations.actions.scoring import CannotScore, CellInput, NotOnScorecard, save_score
from evaluations.marks import plain_number
from evaluations.models import Candidate, Score


@transaction.atomic
def fill_cost_mark(*, candidate: Candidate, by: Membership) -> Score:
    """Put the mark of the candidate's total into one's own scorecard, with what it rests on; a comment that
    stands there stays. Raises Refused as save_score does, and if there is no total or no scale."""
    evaluation = candidate.evaluation
    found = costing_queries.mark_of(evaluation, candidate)
    if found is None:
        raise Refused("No scale was fixed for the totals, so none of them is a mark.")
    if found.mark is None:
        raise Refused(f"There is no total of {candidate} yet, so there is no mark to take.")
    scorecard = evaluation.scorecards.filter(evaluator=by).first()
    if scorecard is None:
        raise NotOnScorecard
    if scorecard.has_conflict is not False:
        raise CannotScore("Say first whether you have a conflict of interest.")
    stored = scorecard.scores.filter(candidate=candidate, criterion_id=found.criterion_id).first()
    cell = CellInput(
        candidate_id=candidate.pk,
        criterion_id=found.criterion_id,
        version=stored.version if stored else 0,
        mark=plain_number(found.mark),
        evidence=found.evidence,
        comment=None if stored and stored.comment else found.words,
    )
    return save_score(evaluation_id=evaluation.pk, scorecard_id=scorecard.pk, cell=cell, by=by)
