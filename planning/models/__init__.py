"""The rows of this app, one module for each part of the work."""

from planning.models.needs import NeedsAnswers, Service
from planning.models.parts import (
    BaselineLine,
    CommunicationStep,
    Goal,
    PlannedSurvey,
    Requirement,
    Risk,
    Stakeholder,
    TrainingStep,
)
from planning.models.plan import OutsourcingPlan

__all__ = [
    "BaselineLine",
    "CommunicationStep",
    "Goal",
    "NeedsAnswers",
    "OutsourcingPlan",
    "PlannedSurvey",
    "Requirement",
    "Risk",
    "Service",
    "Stakeholder",
    "TrainingStep",
]
