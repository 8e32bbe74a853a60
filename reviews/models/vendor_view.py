"""What the vendor says about a review, by private link. Kept apart from our own marks, and visible."""

import datetime as dt

from django.db import models
from django.utils import timezone

from core.models import TenantModel, VersionedModel
from reviews.models.schedule import Review, ReviewCriterion


class VendorView(TenantModel, VersionedModel):
    """The vendor's own view of one review. Only the hash of the link's token is kept; asking again
    makes a new link. After `answered_at` the link shows what was said and takes nothing more."""

    review = models.OneToOneField(Review, models.CASCADE, related_name="vendor_view")
    contact = models.ForeignKey(
        "vendors.Contact", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=200)
    email = models.EmailField()
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    mail = models.ForeignKey(
        "activity.OutgoingMail", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    asked_by = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    # Whether the vendor sees our marks (and may dispute them), or only gives his own.
    shows_marks = models.BooleanField(default=False)
    summary = models.TextField(max_length=10_000, blank=True)
    # How we are as a client, 1 to 5; empty: not said.
    client_mark = models.PositiveSmallIntegerField(null=True, blank=True)
    client_comment = models.TextField(max_length=4000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name}: {self.review}"

    @property
    def until_on(self) -> dt.date:
        """The last day on which the link works, in the time zone that is active."""
        return timezone.localtime(self.expires_at - dt.timedelta(seconds=1)).date()


class VendorMark(TenantModel):
    """What the vendor says to one criterion: his own mark, a comment, or that he disputes ours."""

    view = models.ForeignKey(VendorView, models.CASCADE, related_name="marks")
    criterion = models.ForeignKey(ReviewCriterion, models.RESTRICT, related_name="+")
    mark = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    # Our mark as he saw it when he last saved; empty: he saw none.
    seen_mark = models.DecimalField(max_digits=14, decimal_places=4, null=True, blank=True)
    disputes = models.BooleanField(default=False)
    comment = models.TextField(max_length=2000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["view", "criterion"], name="one_vendor_mark_each")
        ]

    def __str__(self) -> str:
        return f"{self.view_id}/{self.criterion_id}: {self.mark}"
