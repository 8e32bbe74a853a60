"""The rows of this app: choosing.py from set-up to marks, deciding.py from there to the award."""

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
from evaluations.models.deciding import (
    Award,
    AwardCondition,
    AwardLetter,
    KeptAnalysis,
    ModeratedMark,
    WeightAnswer,
)

__all__ = [
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
