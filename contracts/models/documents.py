"""The papers of a contract, and the checklist of its clauses (product.md C1)."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from contracts.models.record import Contract
from contracts.models.terms import Amendment
from core.models import CreatedOnce, TenantModel, VersionedModel
from core.tenancy import TenantManager, TenantQuerySet
from vendors.folding import fold, search_words


class Clause(TenantModel, VersionedModel):
    """One standard clause of one contract: is it there, and where. `key` as in contracts/clauses.py."""

    class State(models.TextChoices):
        UNCHECKED = "unchecked", "Not looked at yet"
        PRESENT = "present", "Present"
        NEGOTIATED = "negotiated", "Negotiated"
        ABSENT = "absent", "Absent"
        NOT_NEEDED = "not_needed", "Not needed"

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="clauses")
    key = models.SlugField(max_length=40)
    state = models.CharField(max_length=12, choices=State, default=State.UNCHECKED)
    place = models.CharField(max_length=200, blank=True)
    note = models.TextField(max_length=2000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "key"], name="one_answer_per_clause")
        ]

    def __str__(self) -> str:
        return self.key


class DocumentQuerySet(TenantQuerySet):
    def kept(self) -> "DocumentQuerySet":
        return self.filter(removed_at=None)

    def newest_first(self) -> "DocumentQuerySet":
        return self.order_by("-created_at", "-pk")

    def without_text(self) -> "DocumentQuerySet":
        """For lists: the text may have 200,000 characters."""
        return self.defer("text", "search_text")

    def containing(self, query: str) -> "DocumentQuerySet":
        """Every word of the query occurs in the title, the file's name or its text."""
        rows = self
        for word in search_words(query):
            rows = rows.filter(search_text__contains=word)
        return rows


class Document(TenantModel, CreatedOnce):
    """One version of an uploaded paper. Versions of the same paper share `paper`.

    The file has a generated name in the data folder (`stored_as`); `filename` is what it was called.
    `text` is what could be read of it, at most 200,000 characters; `text_note` says what to know of that.
    """

    class Kind(models.TextChoices):
        CONTRACT = "contract", "Contract"
        ANNEX = "annex", "Annex"
        AMENDMENT = "amendment", "Amendment"
        CERTIFICATE = "certificate", "Certificate"
        NOTICE = "notice", "Notice"
        OTHER = "other", "Something else"

    class TextState(models.TextChoices):
        NONE = "none", "No text to search"
        WAITING = "waiting", "Text is being read"
        READ = "read", "Text can be searched"
        FAILED = "failed", "The text could not be read"

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="documents")
    amendment = models.ForeignKey(
        Amendment, models.SET_NULL, null=True, blank=True, related_name="documents"
    )
    paper = models.UUIDField(default=uuid.uuid4, editable=False)
    number = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=Kind)
    is_signed_copy = models.BooleanField("signed copy", default=False)
    stored_as = models.CharField(max_length=100, unique=True, editable=False)
    filename = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    text = models.TextField(blank=True, editable=False)
    text_state = models.CharField(max_length=8, choices=TextState, default=TextState.NONE)
    text_note = models.CharField(max_length=200, blank=True, editable=False)
    text_tries = models.PositiveSmallIntegerField(default=0, editable=False)
    text_claimed_at = models.DateTimeField(null=True, blank=True, editable=False)
    search_text = models.TextField(editable=False, default="")
    uploaded_by = models.ForeignKey("accounts.Membership", models.RESTRICT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = TenantManager.from_queryset(DocumentQuerySet)()

    class Meta(CreatedOnce.Meta):
        abstract = False
        constraints = [
            *CreatedOnce.Meta.constraints,
            models.UniqueConstraint(fields=["paper", "number"], name="papers_are_counted"),
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=models.Q(text_state="waiting"),
                name="document_waiting_for_text",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.refresh_search()
        super().save(*args, **kwargs)

    def refresh_search(self) -> None:
        """What it is found by. Whoever writes in bulk calls this first."""
        self.search_text = fold(f"{self.title} {self.filename} {self.text}")
