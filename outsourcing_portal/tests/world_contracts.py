"""The rows of one contract for world.py: one of everything that an address of a contract can name."""

import datetime as dt
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils import timezone

from activity.models import Reminder, WatchedDate
from contracts.models import (
    Alternative,
    Amendment,
    Clause,
    Contract,
    ContractImport,
    ContractTerms,
    Document,
    ExitPlan,
    HandoverItem,
    Key,
    PriceLine,
    ServiceLevel,
    TransitionPhase,
    TransitionTask,
)
from outsourcing_portal.tests.world_reviews import REVIEW_STATES


class ContractRows:
    """A contract in `contract_stage` ("draft", "in_approval" or "signed") and what hangs on it."""

    organization: Any
    by: Any
    vendor: Any
    contract_stage = "draft"

    @cached_property
    def contract(self) -> Contract:
        """Of three years from 2026, with its first terms."""
        signed = self.contract_stage == "signed"
        start_on = dt.date(2026, 1, 1)
        contract = Contract.objects.create(
            organization=self.organization,
            vendor=self.vendor,
            title="Help desk 2026",
            stage=self.contract_stage,
            manager=self.by,
            signed_on=dt.date(2025, 12, 1) if signed else None,
            signed_by=self.by if signed else None,
            starts_on=start_on if signed else None,
            sent_by=None if self.contract_stage == "draft" else self.by,
            sent_at=None if self.contract_stage == "draft" else timezone.now(),
            created_by=self.by,
        )
        terms = ContractTerms.objects.create(
            organization=self.organization,
            contract=contract,
            from_on=start_on if signed else None,
            agreed_at=timezone.now() if signed else None,
            start_on=start_on,
            initial_months=36,
            renewal_mode="automatic",
            renewal_months=12,
            notice=3,
            notice_unit="months",
            notice_form="letter",
            postal_days=3,
            currency="EUR",
        )
        PriceLine.objects.create(
            organization=self.organization,
            terms=terms,
            kind="flat",
            label="Help desk",
            amount=Decimal("1200.00"),
            period="month",
        )
        return contract

    @cached_property
    def contract_import(self) -> ContractImport:
        return ContractImport.objects.create(
            organization=self.organization,
            filename="contracts.csv",
            fingerprint="0" * 64,
            created_by=self.by,
        )

    @cached_property
    def terms(self) -> ContractTerms:
        return self.contract.terms_versions.get(number=1)

    @cached_property
    def amendment(self) -> Amendment:
        """A draft of one, with its terms."""
        amendment = Amendment.objects.create(
            organization=self.organization,
            contract=self.contract,
            number=1,
            title="More users",
            created_by=self.by,
        )
        terms = self.terms
        ContractTerms.objects.create(
            organization=self.organization,
            contract=self.contract,
            number=2,
            amendment=amendment,
            from_on=dt.date(2027, 1, 1),
            start_on=terms.start_on,
            initial_months=36,
            renewal_mode="automatic",
            renewal_months=12,
            notice=3,
            notice_unit="months",
            currency="EUR",
        )
        return amendment

    @cached_property
    def level(self) -> ServiceLevel:
        return ServiceLevel.objects.create(
            organization=self.organization,
            terms=self.terms,
            metric="availability",
            name="Availability",
            comparator="at_least",
            target=Decimal("99.5"),
            unit="percent",
            window="month",
        )

    @cached_property
    def clause(self) -> Clause:
        row, _ = Clause.objects.get_or_create(
            organization=self.organization, contract=self.contract, key="scope"
        )
        return row

    @cached_property
    def document(self) -> Document:
        return Document.objects.create(
            organization=self.organization,
            contract=self.contract,
            title="The contract",
            kind="contract",
            stored_as=f"world-{self.contract.pk}",
            filename="contract.pdf",
            content_type="application/pdf",
            size=4,
            sha256="0" * 64,
            uploaded_by=self.by,
        )

    @cached_property
    def key(self) -> Key:
        return Key.objects.create(
            organization=self.organization,
            contract=self.contract,
            kind="domain",
            name="acme.example",
        )

    @cached_property
    def exit_plan(self) -> ExitPlan:
        return ExitPlan.objects.create(
            organization=self.organization, contract=self.contract, currency="EUR"
        )

    @cached_property
    def alternative(self) -> Alternative:
        return Alternative.objects.create(organization=self.organization, contract=self.contract)

    @cached_property
    def phase(self) -> TransitionPhase:
        return TransitionPhase.objects.create(
            organization=self.organization, contract=self.contract, name="Prepare"
        )

    @cached_property
    def task(self) -> TransitionTask:
        return TransitionTask.objects.create(
            organization=self.organization,
            phase=self.phase,
            title="Hand over the passwords",
            side="us",
            due_on=dt.date(2026, 2, 1),
        )

    @cached_property
    def handover_item(self) -> HandoverItem:
        return HandoverItem.objects.create(
            organization=self.organization,
            contract=self.contract,
            kind="training",
            title="Using the ticket portal",
            side="vendor",
        )

    @cached_property
    def watched(self) -> WatchedDate:
        return WatchedDate.objects.create(
            organization=self.organization,
            kind="contract.notice",
            target_type="contracts.contract",
            target_id=self.contract.pk,
            due_on=dt.date(2028, 9, 20),
            title="Help desk 2026",
            path=self.contract.get_absolute_url(),
            responsible=self.by,
        )

    @cached_property
    def reminder(self) -> Reminder:
        watched = self.watched
        return Reminder.objects.create(
            organization=self.organization,
            watched=watched,
            kind=watched.kind,
            target_type=watched.target_type,
            target_id=watched.target_id,
            due_on=watched.due_on,
            rule="90",
            recipient=self.by,
            title=watched.title,
            path=watched.path,
        )


CONTRACT_ROWS: dict[str, Any] = {
    "contract_id": lambda world: world.contract.pk,
    "contract_import_id": lambda world: world.contract_import.pk,
    "terms_id": lambda world: world.terms.pk,
    "amendment_id": lambda world: world.amendment.pk,
    "level_id": lambda world: world.level.pk,
    "clause_id": lambda world: world.clause.pk,
    "document_id": lambda world: world.document.pk,
    "key_id": lambda world: world.key.pk,
    "alternative_id": lambda world: world.alternative.pk,
    "phase_id": lambda world: world.phase.pk,
    "task_id": lambda world: world.task.pk,
    "item_id": lambda world: world.handover_item.pk,
    "watched_id": lambda world: world.watched.pk,
    "reminder_id": lambda world: world.reminder.pk,
}

# Pages that exist only for a contract in a certain stage; all others are asked of a draft.
CONTRACT_STATES: dict[str, set[str]] = {
    "in_approval": set(),
    "signed": {
        "create_amendment",
        "amendment_detail",
        "edit_amendment",
        "send_amendment",
        "sign_amendment",
        "return_amendment",
        "withdraw_amendment",
        *REVIEW_STATES,
    },
}
