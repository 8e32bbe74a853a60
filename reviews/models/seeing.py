"""What is kept for looking over many reviews: the last paper of each kind, and which services are critical."""

from django.db import models

from core.models import TenantModel


class SeenReport(TenantModel):
    """One report over many reviews, of all contracts or of one vendor, with the job that made its last
    PDF (activity/actions/reports.py)."""

    class Kind(models.TextChoices):
        STANDING = "standing", "How all contracts stand"
        VENDOR = "vendor", "How one vendor does"

    kind = models.CharField(max_length=10, choices=Kind)
    vendor = models.ForeignKey(
        "vendors.Vendor", models.CASCADE, null=True, blank=True, related_name="+"
    )
    report_job = models.ForeignKey(
        "activity.Job", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vendor"], name="one_seen_report_of_a_vendor"),
            models.UniqueConstraint(
                fields=["organization"],
                condition=models.Q(vendor=None),
                name="one_seen_report_of_all",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="vendor") ^ models.Q(vendor=None),
                name="seen_report_of_a_vendor_or_all",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.vendor or self.organization}"


class CriticalService(TenantModel):
    """A service that must not stop, as people here said; nothing is critical until somebody says so.

    `key` is how services are compared (vendors/folding.py), `name` as it was written then.
    """

    key = models.CharField(max_length=200)
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "key"], name="critical_service_once")
        ]

    def __str__(self) -> str:
        return self.name
