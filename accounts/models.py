"""People, organizations, and who belongs where with which role."""

import uuid
import zoneinfo
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import Perm, Role
from core.models import CreatedOnce, TenantModel
from core.tenancy import TenantManager, TenantQuerySet


class UserManager(BaseUserManager["User"]):
    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        """Addresses are kept in lower case, as allauth keeps and looks them up."""
        return (email or "").strip().lower()

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, name: str = "") -> "User":
        """A person who signs in with `email`; without a password nobody can sign in as them."""
        user = self.model(email=self.normalize_email(email), name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person. The e-mail address is the name to sign in with; rights live in memberships only."""

    email = models.EmailField("e-mail", max_length=254, unique=True)
    name = models.CharField("your name", max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_user_per_email")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name


class DateFormat(models.TextChoices):
    """How days are written; the value is Django's date format."""

    DAY_MONTH_WORD = "j M Y", "31 Dec 2026"
    ISO = "Y-m-d", "2026-12-31"
    SLASHES = "d/m/Y", "31/12/2026"
    DOTS = "d.m.Y", "31.12.2026"
    AMERICAN = "m/d/Y", "12/31/2026"


def check_time_zone(name: str) -> None:
    """Refuse what is no IANA time zone."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(f"“{name}” is not a time zone; write it like Europe/Berlin.")


class Organization(models.Model):
    """The company that uses the portal; everything else belongs to one."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    country = models.CharField(max_length=2, blank=True)
    currency = models.CharField(max_length=3, default="EUR")
    time_zone = models.CharField(max_length=60, default="UTC", validators=[check_time_zone])
    date_format = models.CharField(
        max_length=10, choices=DateFormat, default=DateFormat.DAY_MONTH_WORD
    )
    # The month (1 to 12) in which the fiscal year starts; periods of reviews follow it.
    fiscal_month = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    # When our people work, on the clock of `time_zone` (0 is Monday); empty: not said.
    work_days = models.JSONField("working days", default=list, blank=True)
    work_from = models.TimeField("from", null=True, blank=True)
    work_to = models.TimeField("to", null=True, blank=True)
    is_example = models.BooleanField(default=False)
    # An award is approved by somebody other than whoever proposed it.
    awards_need_two = models.BooleanField(default=False)
    creation_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("dashboard:home", args=[self.slug])

    @property
    def organization_id(self) -> Any:
        """So that the audit trail treats the organization like any of its rows."""
        return self.pk


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> "MembershipQuerySet":
        return self.filter(ended_at=None)

    def with_organization(self) -> "MembershipQuerySet":
        """Current ones, in the order in which a person chooses between organizations."""
        rows = self.current().select_related("organization")
        return rows.order_by("organization__name", "organization_id")

    def able_to(self, perm: Perm) -> "MembershipQuerySet":
        return self.current().filter(role__in=[role for role in Role if perm in role.perms])

    def by_name(self) -> "MembershipQuerySet":
        return self.select_related("user").order_by(Lower("user__name"), "user__email", "pk")


class Membership(models.Model):
    """A person in an organization with one role. Ended, never deleted: what they did keeps their name."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role, default=Role.VIEWER)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "member"
        constraints = [
            models.UniqueConstraint(fields=["user", "organization"], name="one_membership_per_org")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return str(self.user)

    def can(self, perm: Perm | str) -> bool:
        return self.ended_at is None and Perm(perm) in Role(self.role).perms

    def may_grant(self, role: Role | str) -> bool:
        """Nobody gives a role that allows more than their own."""
        return self.can(Perm.MEMBER_MANAGE) and Role(role).perms <= Role(self.role).perms


class InvitationQuerySet(TenantQuerySet):
    def open(self) -> "InvitationQuerySet":
        """Those whose link still works."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())

    def to_watch(self) -> "InvitationQuerySet":
        """What the members page lists: everything that was not accepted, newest first."""
        rows = self.filter(accepted_at=None).select_related("mail", "invited_by__user")
        return rows.order_by("-created_at", "-pk")


class Invitation(TenantModel, CreatedOnce):
    """A link that lets one person join once, until it expires. Only the hash of its token is kept."""

    email = models.EmailField("e-mail")
    role = models.CharField(max_length=20, choices=Role)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Membership, models.RESTRICT, related_name="+")
    mail = models.ForeignKey(
        "activity.OutgoingMail", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        Membership, models.RESTRICT, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar = TenantManager.from_queryset(InvitationQuerySet)()

    class Meta(CreatedOnce.Meta):
        abstract = False

    def __str__(self) -> str:
        return self.email

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def is_open(self) -> bool:
        return not self.accepted_at and not self.revoked_at and not self.is_expired
