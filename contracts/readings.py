"""What is read of one contract for the completeness view, in a constant number of queries."""

import datetime as dt
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from contracts import completeness
from contracts.completeness import Finding
from contracts.level_checks import MISSING
from contracts.level_reading import findings_of
from contracts.models import (
    Clause,
    CommunicationLine,
    Contract,
    ContractTerms,
    Document,
    ExitPlan,
    ExitStep,
    Key,
    TransitionTask,
)
from contracts.promise_ledger import ledger_of, levels_of

# Columns of the terms that are facts as they are.
SAME = (
    *("initial_months", "renewal_mode", "renewal_months", "notice", "notice_unit", "notice_form"),
    *("postal_days", "currency", "payment_days", "convenience", "fee_rule"),
    *("governing_law", "dispute", "confidentiality"),
)


def completeness_of(contract: Contract, today: dt.date) -> list[Finding]:
    """What is complete, weak or missing before (or after) signing; five queries, six after an award."""
    return completeness.check(facts_of(contract, today))


def facts_of(contract: Contract, today: dt.date) -> completeness.Facts:
    """The plain facts of which the findings are made."""
    terms = _terms(contract, today)
    return completeness.Facts(
        **_around(contract),
        **(_agreed(terms) if terms else {}),
        **_promised(contract, terms),
        clauses=dict(Clause.objects.filter(contract=contract).values_list("key", "state")),
    )


def _promised(contract: Contract, terms: ContractTerms | None) -> dict[str, Any]:
    """Asked only of a contract that follows an award: one query more."""
    ledger = ledger_of(contract, levels_of(terms) if terms else {})
    return {
        "is_signed": contract.is_signed,
        "promises": ledger.count,
        "promises_nowhere": tuple(line.promise.text for line in ledger.nowhere),
    }


def _terms(contract: Contract, today: dt.date) -> ContractTerms | None:
    """Those in force today, else the first ones (of a draft, or before they count)."""
    versions = list(contract.terms_versions.prefetch_related("price_lines", "service_levels"))
    in_force = [row for row in versions if row.agreed_at and row.from_on and row.from_on <= today]
    if in_force:
        return max(in_force, key=lambda row: (row.from_on, row.number))
    return min(versions, key=lambda row: row.number, default=None)


def _agreed(terms: ContractTerms) -> dict[str, Any]:
    lines = terms.price_lines.all()
    return {
        **{name: getattr(terms, name) for name in SAME},
        "has_start": terms.start_on is not None,
        "has_cause_rule": bool(terms.cause_rule),
        "price_lines": len(lines),
        "unpriced_lines": [line.label for line in lines if line.amount is None and not line.tiers],
        "service_levels": len(terms.service_levels.all()),
        "level_findings": [each.what for each in findings_of(terms) if each.kind == MISSING],
    }


def _around(contract: Contract) -> dict[str, Any]:
    """Everything that only has to be counted, in one query."""
    row = (
        Contract.objects.filter(pk=contract.pk)
        .values(
            master_stage=F("parent__stage"),
            communication_lines=_count(CommunicationLine, "contract"),
            n_documents=_count(Document, "contract", removed_at=None),
            signed_copies=_count(Document, "contract", removed_at=None, is_signed_copy=True),
            n_keys=_count(Key, "contract"),
            keys_of_vendor_only=_count(Key, "contract", admin_by__in=["vendor", "other"]),
            transition_tasks=_count(TransitionTask, "phase__contract"),
            exit_steps=_count(ExitStep, "plan__contract"),
            has_exit_plan=Exists(ExitPlan.objects.filter(contract=OuterRef("pk"))),
        )
        .get()
    )
    stage = row.pop("master_stage")
    return {
        # Named apart in the query: the model has relations of these names.
        **{name.removeprefix("n_"): value for name, value in row.items()},
        "has_manager": contract.manager_id is not None,
        "has_counterpart": contract.counterpart_id is not None,
        "needs_master": contract.kind == Contract.Kind.STATEMENT_OF_WORK,
        "master_is_signed": None if stage is None else stage == Contract.Stage.SIGNED,
    }


def _count(model: Any, path: str, **conditions: Any) -> Any:
    rows = model.objects.filter(Q(**{path: OuterRef("pk")}), **conditions).order_by()
    return Coalesce(Subquery(rows.values(path).annotate(n=Count("pk")).values("n")), 0)
