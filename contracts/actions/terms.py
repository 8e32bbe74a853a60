"""What was agreed, while it may still be changed: of a draft contract, or of an amendment that is a draft."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from contracts import dates
from contracts.actions.refusals import NotNow
from contracts.locking import lock_contract
from contracts.models import Contract, ContractTerms, PriceLine
from contracts.terms_words import said
from contracts.versions import LINE_FIELDS, editable_terms, new_lines, sorted_lines
from core.versions import lock

FIELDS = [
    "start_on",
    "initial_months",
    "renewal_mode",
    "renewal_months",
    "notice",
    "notice_unit",
    "notice_earliest",
    "notice_form",
    "postal_days",
    "convenience",
    "convenience_rule",
    "cause_rule",
    "fee_rule",
    "fee_value",
    "fee_note",
    "governing_law",
    "dispute",
    "dispute_place",
    "confidentiality",
    "confidential_months",
    "currency",
    "invoicing",
    "payment_days",
    "payment_note",
    "escalator_percent",
    "escalator_cap_percent",
    "escalator_note",
    "priced_on",
]
AGREED = "What was agreed is never changed. Begin an amendment to change it from a day on."
WAITING = "These terms wait for signature or were withdrawn; they stay as they are."
MOST_LINES = 40


@transaction.atomic
def edit_terms(
    *,
    terms: ContractTerms,
    values: Mapping[str, Any],
    lines: Sequence[Mapping[str, Any]],
    version: int,
    by: Membership,
) -> ContractTerms:
    """Change the terms and their price lines, in the order of `lines`; the contract's days follow.

    Raises core.versions.Stale if somebody was quicker, NotNow if they are agreed or wait for signature.
    """
    contract = lock_contract(terms.contract)
    row: ContractTerms = lock(ContractTerms.objects.all(), terms.pk, version)
    row.contract, row.organization = contract, contract.organization
    refuse_unless_editable(row, contract)
    stored = sorted_lines(row.price_lines.all())
    before = said(row, stored)
    log.apply_changes(row, {name: values[name] for name in FIELDS if name in values})
    wanted = new_lines(row, lines[:MOST_LINES])
    if [_values(line) for line in stored] != [_values(line) for line in wanted]:
        row.price_lines.all().delete()
        PriceLine.objects.bulk_create(wanted)
    after = said(row, wanted)
    names = [name for name in {**before, **after} if before.get(name, "") != after.get(name, "")]
    if names:
        row.version += 1
        row.save()
        log.record(
            by=by,
            verb="terms.changed",
            target=contract,
            before={name: before.get(name, "") for name in names},
            after={name: after.get(name, "") for name in names},
        )
        if not contract.is_signed:
            dates.refresh(contract, timezone.localdate())
    return row


def refuse_unless_editable(terms: ContractTerms, contract: Contract) -> None:
    """Raises NotNow unless these are the terms that may be changed now."""
    if terms.agreed_at:
        raise NotNow(AGREED)
    now = editable_terms(contract)
    if now is None or now.pk != terms.pk:
        raise NotNow(WAITING)


def _values(line: PriceLine) -> list[Any]:
    return [getattr(line, name) for name in LINE_FIELDS]
