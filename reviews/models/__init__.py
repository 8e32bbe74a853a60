"""The rows of this app, one module for each part of the work."""

from reviews.models.following import GoalCheck, PromiseCheck, SurveySchedule
from reviews.models.improving import (
    ActionRule,
    CorrectiveAction,
    Idea,
    Issue,
    Meeting,
    SecurityCheck,
    SecurityCheckResult,
    Side,
)
from reviews.models.measuring import Measurement, MeasurementImport, ServiceCredit
from reviews.models.renewing import Choice, RenewalBrief, RenewalVote
from reviews.models.schedule import (
    Every,
    Review,
    ReviewCriterion,
    ReviewMark,
    ReviewPlan,
    ReviewRecipient,
    Standing,
    UsageCount,
)
from reviews.models.seeing import CriticalService, SeenReport
from reviews.models.surveys import (
    Audience,
    Survey,
    SurveyInvitation,
    SurveyResponse,
    SurveyTemplate,
)
from reviews.models.vendor_view import VendorMark, VendorView

__all__ = [
    "GoalCheck",
    "PromiseCheck",
    "SurveySchedule",
    "ActionRule",
    "Audience",
    "Choice",
    "CorrectiveAction",
    "CriticalService",
    "Every",
    "Idea",
    "Issue",
    "Measurement",
    "MeasurementImport",
    "Meeting",
    "RenewalBrief",
    "RenewalVote",
    "Review",
    "ReviewCriterion",
    "ReviewMark",
    "ReviewPlan",
    "ReviewRecipient",
    "SecurityCheck",
    "SecurityCheckResult",
    "SeenReport",
    "ServiceCredit",
    "Side",
    "Standing",
    "Survey",
    "SurveyInvitation",
    "SurveyResponse",
    "SurveyTemplate",
    "UsageCount",
    "VendorMark",
    "VendorView",
]
