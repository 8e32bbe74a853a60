"""The rows of this app: choosing.py from set-up to marks, deciding.py from there to the award,
asking.py requests for proposals, costing.py quotes and promises, piloting.py trials."""

from evaluations.models.asking import (
    Proposal,
    ProposalAnswer,
    ProposalRequest,
    RequestAnswer,
    RequestQuestion,
)
from evaluations.models.choosing import (
    AssignedCriterion,
    Candidate,
    CriteriaSet,
    CriteriaSetVersion,
    Criterion,
    Evaluation,
    EvaluationCriterion,
    Evidence,
    Kind,
    Score,
    Scorecard,
    ScoreImport,
)
from evaluations.models.costing import CostModel, GateCredential, Promise, Quote, QuoteLine
from evaluations.models.deciding import (
    Award,
    AwardCondition,
    AwardLetter,
    KeptAnalysis,
    ModeratedMark,
    WeightAnswer,
)
from evaluations.models.piloting import MeasuredMark, Pilot, PilotCriterion

__all__ = [
    "Proposal",
    "ProposalAnswer",
    "ProposalRequest",
    "RequestAnswer",
    "RequestQuestion",
    "CostModel",
    "GateCredential",
    "Promise",
    "Quote",
    "QuoteLine",
    "MeasuredMark",
    "Pilot",
    "PilotCriterion",
    "AssignedCriterion",
    "Award",
    "AwardCondition",
    "AwardLetter",
    "Candidate",
    "CriteriaSet",
    "CriteriaSetVersion",
    "Criterion",
    "Evaluation",
    "EvaluationCriterion",
    "Evidence",
    "KeptAnalysis",
    "Kind",
    "ModeratedMark",
    "Score",
    "ScoreImport",
    "Scorecard",
    "WeightAnswer",
]
