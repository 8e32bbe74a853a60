"""What was planned and promised before the contract, looked at again in each review."""

from django.db import models

from core.models import TenantModel, VersionedModel
from reviews.models.schedule import Every, Review
from reviews.models.surveys import Audience, Survey, SurveyTemplate


class GoalCheck(TenantModel):
    """How far one goal of the outsourcing plan was reached at one review (product.md P2)."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="goal_checks")
    goal = models.ForeignKey("planning.Goal", models.RESTRICT, related_name="+")
    value = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "goal"], name="one_check_per_goal")
        ]

    def __str__(self) -> str:
        return f"{self.review_id}/{self.goal_id}: {self.value}"


class PromiseCheck(TenantModel):
    """Was one promise of the vendor kept, as one review saw it? No row: not asked yet."""

    class Kept(models.TextChoices):
        YES = "yes", "Kept"
        PARTLY = "partly", "Partly"
        NO = "no", "Not kept"
        TOO_EARLY = "too_early", "Too early to say"

    review = models.ForeignKey(Review, models.CASCADE, related_name="promise_checks")
    promise = models.ForeignKey("evaluations.Promise", models.RESTRICT, related_name="+")
    kept = models.CharField(max_length=10, choices=Kept)
    note = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "promise"], name="one_check_per_promise")
        ]

    def __str__(self) -> str:
        return f"{self.review_id}/{self.promise_id}: {self.kept}"


class SurveySchedule(TenantModel, VersionedModel):
    """A survey of a contract that comes again and again (product.md P7). On `next_on` a draft is made with
    the template's questions, and whoever runs the contract is reminded to send it."""

    contract = models.ForeignKey(
        "contracts.Contract", models.CASCADE, related_name="survey_schedules"
    )
    audience = models.CharField(max_length=10, choices=Audience)
    every = models.CharField(max_length=10, choices=Every)
    template = models.ForeignKey(
        SurveyTemplate, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    next_on = models.DateField(null=True, blank=True)
    last_survey = models.ForeignKey(
        Survey, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "audience"], name="one_survey_schedule_each"
            )
        ]
        indexes = [
            models.Index(
                fields=["next_on"], condition=models.Q(ended_at=None), name="surveyschedule_next"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_audience_display()}: {self.contract}"
