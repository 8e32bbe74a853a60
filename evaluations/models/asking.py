"""Asking candidates for proposals (product.md S8): the request, who was asked, and what they answered.

Until the deadline nobody of us can read an answer: it is kept encrypted (core/sealing.py), files included,
and the plain columns are filled when the request is opened.
"""

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils import timezone

from activity.models import PrivateLink
from core.models import CreatedOnce, TenantModel, VersionedModel
from core.tenancy import TenantManager, TenantQuerySet
from evaluations.models.choosing import Candidate, Evaluation, EvaluationCriterion


class ProposalRequest(TenantModel, VersionedModel):
    """The request for proposals of one evaluation (RFP). Its questions are frozen once it is sent.

    `seal` is the request's own key, itself encrypted with the site's; it is thrown away when the answers
    are opened.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        SENT = "sent", "Sent, answers sealed"
        OPENED = "opened", "Answers opened"
        WITHDRAWN = "withdrawn", "Withdrawn"

    evaluation = models.OneToOneField(Evaluation, models.CASCADE, related_name="proposal_request")
    title = models.CharField(max_length=200)
    introduction = models.TextField(max_length=10_000, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    # Answers are taken until this moment; it may be moved later while nobody has missed it.
    deadline_at = models.DateTimeField(null=True, blank=True)
    # Questions of vendors are taken until this day; empty: until the deadline.
    questions_until_on = models.DateField(null=True, blank=True)
    seal = models.BinaryField(blank=True, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )
    opened_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.TextField(max_length=2000, blank=True)
    created_by = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse(
            "evaluations:proposal_request", args=[self.organization.slug, self.evaluation_id]
        )

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_sent(self) -> bool:
        return self.state == self.State.SENT

    @property
    def is_opened(self) -> bool:
        return self.state == self.State.OPENED


class RequestQuestion(TenantModel):
    """One question of a request, in a section. `criterion`: what the answer is to be judged by."""

    class Kind(models.TextChoices):
        TEXT = "text", "Text"
        NUMBER = "number", "Number"
        CHOICE = "choice", "One of several"
        YES_NO = "yes_no", "Yes or no"
        FILE = "file", "File"
        QUOTE = "quote", "Price table"

    proposal_request = models.ForeignKey(ProposalRequest, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    section = models.CharField(max_length=120)
    text = models.CharField("question", max_length=500)
    help = models.TextField(max_length=2000, blank=True)
    kind = models.CharField(max_length=10, choices=Kind)
    choices: Any = models.JSONField(default=list, blank=True)
    unit = models.CharField(max_length=30, blank=True)
    required = models.BooleanField(default=True)
    criterion = models.ForeignKey(
        EvaluationCriterion, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    def __str__(self) -> str:
        return self.text


class ProposalQuerySet(TenantQuerySet):
    def handed_in(self) -> "ProposalQuerySet":
        """Those that are opened at the deadline."""
        return self.filter(answered_at__isnull=False, declined_at=None, revoked_at=None)


class Proposal(PrivateLink, TenantModel, VersionedModel):
    """One candidate's answer to the request, by private link. `answered_at`: handed in; until the deadline
    it can be taken back and handed in again."""

    proposal_request = models.ForeignKey(ProposalRequest, models.CASCADE, related_name="proposals")
    candidate = models.OneToOneField(Candidate, models.CASCADE, related_name="proposal")
    # In which the vendor reads the deadline.
    time_zone = models.CharField(max_length=60, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    declined_reason = models.TextField(max_length=2000, blank=True)
    receipt_mail = models.ForeignKey(
        "activity.OutgoingMail", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # What the receipt names: a fingerprint of everything that was handed in.
    receipt_code = models.CharField(max_length=64, blank=True)
    # Typed in by one of us, for a vendor who answered on paper or in a spreadsheet.
    entered_by = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar = TenantManager.from_queryset(ProposalQuerySet)()


class ProposalAnswer(TenantModel, VersionedModel):
    """One answer. While sealed only `sealed` is filled; opening moves it to `value` and `file`.

    `value`: {"text": …}, {"number": "12.5"}, {"choice": …}, {"yes": true}, {"lines": [QuoteLine fields…],
    "currency": …, "rise_percent": …, "exit_fee": …, "valid_until_on": …} or {"filename": …}.
    """

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="answers")
    question = models.ForeignKey(RequestQuestion, models.CASCADE, related_name="answers")
    sealed = models.BinaryField(blank=True, editable=False)
    value: Any = models.JSONField(default=dict, blank=True)
    file = models.ForeignKey(
        "core.StoredFile", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "question"], name="one_answer_per_proposal_and_question"
            )
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}/{self.question_id}"


class RequestAnswer(TenantModel, VersionedModel, CreatedOnce):
    """A question that a vendor asked about the request, and our answer, which goes to all of them without
    the name of who asked. Without `proposal` it is a notice of ours."""

    proposal_request = models.ForeignKey(ProposalRequest, models.CASCADE, related_name="asked")
    proposal = models.ForeignKey(
        Proposal, models.SET_NULL, null=True, blank=True, related_name="asked"
    )
    question = models.TextField(max_length=2000, blank=True)
    answer = models.TextField(max_length=4000, blank=True)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        "accounts.Membership", models.RESTRICT, null=True, blank=True, related_name="+"
    )

    class Meta(CreatedOnce.Meta):
        abstract = False

    def __str__(self) -> str:
        return self.question[:80] or self.answer[:80]
