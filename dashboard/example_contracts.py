"""The contracts of the example organization, drawn up by the same actions that people use.

Days count from today, so that something is always due: one contract renews by itself unless somebody
gives notice within weeks, one is about to start, one waits for the Owner's signature.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Membership
from contracts.actions import clauses, exits, keys, levels, record, signing, terms, transition
from contracts.actions.award import draft_from_award
from contracts.actions.communication import edit_communication
from contracts.exit_steps import StepDraft
from contracts.models import Contract, ContractTerms, TransitionTask
from contracts.terms import add_months
from contracts.words import LINE_FIELDS
from evaluations.models import Award
from vendors.models import Vendor

NETWORK, OFFICE, HOSTING = "Managed network and Wi-Fi", "Microsoft 365 administration", "Web shop"
BACKUP = "Backup and restore 2025"  # the title of its evaluation
PRESENT, ABSENT, NEGOTIATED = "present", "absent", "negotiated"
SIGNED, SENT = "signed", "sent"


@dataclass(frozen=True)
class Draft:
    """One contract of the example. `starts_in` days from today, or `ends_in` days for a running one."""

    title: str
    vendor: str
    reference: str
    services: tuple[str, ...]
    stage: str
    terms: Mapping[str, Any]
    lines: tuple[Mapping[str, Any], ...]
    starts_in: int | None = None
    last_safe_day_in: int | None = None
    packs: tuple[str, ...] = ()
    clauses: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    keys: tuple[Mapping[str, Any], ...] = ()
    communication: tuple[tuple[str, ...], ...] = ()
    exit_plan: Mapping[str, Any] | None = None
    transition: bool = False
    awarded: bool = False


USUAL_TERMS: dict[str, Any] = {
    "renewal_mode": "automatic",
    "renewal_months": 12,
    "notice": 3,
    "notice_unit": "months",
    "notice_form": "registered_letter",
    "postal_days": 3,
    "convenience": False,
    "cause_rule": "After two written warnings, or after a breach of confidentiality.",
    "governing_law": "Germany",
    "dispute": "talks",
    "dispute_place": "Bremen",
    "confidentiality": "clause",
    "confidential_months": 36,
    "currency": "EUR",
    "invoicing": "arrears",
    "payment_days": 30,
}


def price(kind: str, label: str, amount: str, period: str = "month", **more: Any) -> dict[str, Any]:
    """One price line as the terms form hands it over."""
    return {
        "kind": kind,
        "label": label,
        "amount": Decimal(amount),
        "period": period,
        "quantity": None,
        "tiers": [],
        "included_hours": None,
        "extra_amount": None,
        "escalates": kind != "one_off",
        "due_on": None,
        **more,
    }


DRAFTS = (
    Draft(
        title=NETWORK,
        vendor="Fernhill Networks",
        reference="FN-2231",
        services=("Network", "Firewall"),
        stage=SIGNED,
        last_safe_day_in=24,
        terms={**USUAL_TERMS, "initial_months": 36, "escalator_percent": Decimal(3)},
        lines=(
            price("flat", "Firewall and monitoring", "620.00"),
            price("per_device", "Access points", "14.50", quantity=Decimal(24)),
        ),
        packs=(
            "infrastructure.availability",
            "infrastructure.response_outage",
            "infrastructure.patches",
        ),
        clauses={
            "scope": (PRESENT, "§ 1 and annex A"),
            "price": (PRESENT, "§ 4"),
            "payment": (PRESENT, "§ 5"),
            "service_levels": (PRESENT, "Annex B"),
            "termination": (PRESENT, "§ 9"),
            "exit_help": (ABSENT, ""),
            "data_protection": (PRESENT, "Annex C"),
            "confidentiality": (PRESENT, "§ 11"),
            "liability": (NEGOTIATED, "§ 12: up to three yearly fees"),
            "price_review": (PRESENT, "§ 4.3"),
        },
        keys=(
            {"kind": "firewall", "name": "Firewall admin", "owned_by": "us", "admin_by": "vendor"},
            {
                "kind": "dns",
                "name": "larkspur-foods.example",
                "owned_by": "us",
                "admin_by": "both",
                "kept_at": "Password manager, folder Domains",
                "second_admin": "Olivia Marsh",
                "verify_months": 6,
            },
            {"kind": "documentation", "name": "Network plan", "owned_by": "vendor"},
        ),
        communication=(
            ("Outages", "Samir Haddad, their hotline", "Phone", "At once", "A note afterwards"),
            ("Review", "Owner, account manager", "Video call", "Every quarter", "One page"),
        ),
    ),
    Draft(
        title=OFFICE,
        vendor="Harbour Managed Services",
        reference="HMS-77",
        services=("Cloud",),
        stage=SIGNED,
        starts_in=10,
        terms={
            **USUAL_TERMS,
            "initial_months": 24,
            "renewal_mode": "by_agreement",
            "renewal_months": None,
            "notice": 60,
            "notice_unit": "days",
            "notice_form": "mail",
            "postal_days": None,
        },
        lines=(
            price("per_user", "Administration", "6.40", quantity=Decimal(60)),
            price("one_off", "Taking over", "1800.00", ""),
        ),
        packs=("help_desk.response_urgent", "help_desk.resolution_urgent"),
        clauses={"scope": (PRESENT, "§ 1"), "exit_help": (PRESENT, "§ 14")},
        exit_plan={
            "triggers": "Response missed in two quarters in a row, or a price rise of over 8 %.",
            "onboarding": Decimal(4200),
            "parallel_run": Decimal(1150),
            "budget": Decimal(6000),
            "data_return": "All tenant settings and audit logs.",
            "data_format": "CSV and the vendor's export",
            "steps": (
                ("Name another admin and check that the account works", "us", 2),
                ("Hand over the list of settings and open requests", "vendor", 10),
                ("Take the vendor's accounts away", "us", 1),
            ),
        },
        transition=True,
    ),
    Draft(
        title=HOSTING,
        vendor="Kestrel Cloud",
        reference="KC-2026-118",
        services=("Cloud",),
        stage=SENT,
        starts_in=30,
        terms={**USUAL_TERMS, "initial_months": 12, "convenience": True},
        lines=(
            price("flat", "Hosting and backups", "390.00"),
            price(
                "hourly_bank",
                "Changes to the shop",
                "540.00",
                included_hours=Decimal(6),
                extra_amount=Decimal(95),
            ),
        ),
        packs=("infrastructure.availability", "infrastructure.restore"),
        clauses={"scope": (PRESENT, "Page 1"), "price": (PRESENT, "Page 2")},
    ),
    Draft(
        title=BACKUP,
        vendor="Saltmarsh Backup",
        reference="",
        services=(),
        stage=SIGNED,
        starts_in=-400,
        terms={**USUAL_TERMS, "initial_months": 36, "convenience": True},
        lines=(price("flat", "Backup of all servers", "480.00"),),
        packs=("infrastructure.backup", "infrastructure.restore"),
        awarded=True,
    ),
)


def draw_up(draft: Draft, vendor: Vendor, cast: Mapping[str, Membership]) -> Contract:
    """One contract, as far as its stage goes: the manager drafts and sends it, the owner signs it."""
    manager, owner = cast["manager"], cast["owner"]
    contract = _begin(draft, vendor, manager)
    _agree_on(draft, contract, manager)
    _write_down(draft, contract, manager)
    contract = _fresh(contract)
    contract = signing.send_for_signature(contract=contract, version=contract.version, by=manager)
    if draft.stage == SIGNED:
        today = timezone.localdate()
        start = ContractTerms.objects.get(contract=contract).start_on or today
        said = {
            "signed_on": min(today, start) - dt.timedelta(days=20),
            "signed_for_us": owner.name,
            "signed_for_vendor": "",
            "gaps_seen": True,
        }
        contract = signing.sign_contract(
            contract=contract, values=said, version=contract.version, by=owner
        )
    if draft.transition:
        _begin_transition(contract, manager)
    return contract


def _begin(draft: Draft, vendor: Vendor, by: Membership) -> Contract:
    """A draft, from the award if there was one."""
    if draft.awarded:
        award = Award.objects.standing().get(evaluation__title=draft.title)
        return draft_from_award(award=award, by=by)
    values = {
        "title": draft.title,
        "kind": "standalone",
        "parent": None,
        "reference": draft.reference,
        "services": list(draft.services),
        "manager": by,
        "counterpart": None,
        "notes": "",
    }
    return record.create_contract(vendor=vendor, values=values, by=by)


def _fresh(contract: Contract) -> Contract:
    row: Contract = Contract.objects.select_related("organization", "vendor").get(pk=contract.pk)
    return row


def _agree_on(draft: Draft, contract: Contract, by: Membership) -> None:
    """Terms, prices, service levels and support hours."""
    today = timezone.localdate()
    first = contract.terms_versions.get(number=1)
    start_on = today + dt.timedelta(days=draft.starts_in or 0)
    if draft.last_safe_day_in is not None:
        # Three months' notice and some days of post before the end; a little room for holidays.
        ends_on = add_months(today + dt.timedelta(days=draft.last_safe_day_in + 5), 3)
        start_on = add_months(ends_on, -draft.terms["initial_months"])
    values = {"start_on": start_on, **draft.terms}
    agreed = terms.edit_terms(
        terms=first, values=values, lines=draft.lines, version=first.version, by=by
    )
    hours = {
        "support_round_clock": False,
        "support_days": [0, 1, 2, 3, 4],
        "support_from": dt.time(8),
        "support_to": dt.time(18),
        "support_zone": "Europe/Berlin",
        "support_holidays": "DE",
    }
    levels.change_support_hours(terms=agreed, values=hours, version=agreed.version, by=by)
    levels.add_pack(contract=contract, keys=draft.packs, by=by)


def _write_down(draft: Draft, contract: Contract, by: Membership) -> None:
    """Clauses, keys, communication and how to leave."""
    answers = {
        key: {"state": state, "place": place, "note": "", "version": 0}
        for key, (state, place) in draft.clauses.items()
    }
    clauses.save_clauses(contract=contract, values={"answers": answers}, by=by)
    checked_on = timezone.localdate() - dt.timedelta(days=100)
    for key in draft.keys:
        nothing = {
            "verified_on": checked_on if "verify_months" in key else None,
            "verify_months": None,
        }
        texts = dict.fromkeys(("owned_by", "admin_by", "kept_at", "second_admin", "note"), "")
        keys.add_key(
            contract=contract, values={**nothing, **texts, **key}, by=by, creation_key=uuid.uuid4()
        )
    if draft.communication:
        lines = [dict(zip(LINE_FIELDS, line, strict=True)) for line in draft.communication]
        version = _fresh(contract).version
        edit_communication(contract=contract, lines=lines, version=version, by=by)
    if draft.exit_plan:
        plan = dict(draft.exit_plan)
        steps = [StepDraft(*step) for step in plan.pop("steps")]
        empty: dict[str, Any] = {"currency": "EUR", "drill_note": "", "data_format": ""}
        numbers = ("fees", "unused_prepayment", "days_to_leave", "last_drill_on", "drill_months")
        values = {**dict.fromkeys(numbers), **empty, **plan, "steps": steps}
        exits.edit_exit_plan(contract=contract, values=values, version=0, by=by)


def _begin_transition(contract: Contract, by: Membership) -> None:
    """A usual plan whose first task is done, and whose second one is late by then."""
    transition.add_standard_transition(contract=contract, by=by)
    tasks = TransitionTask.objects.filter(phase__contract=contract).order_by("due_on", "position")
    first = tasks.select_related("phase__contract__organization").first()
    if first:
        done_on = min(first.due_on, timezone.localdate())
        transition.finish_task(task=first, done_on=done_on, by=by)
