"""What every action about issues, corrective actions, checks, meetings and ideas does first and last."""

from collections.abc import Mapping
from typing import Any

from accounts.models import Membership
from accounts.permissions import Perm
from activity import log
from contracts.actions.refusals import NotFit, NotNow
from contracts.locking import lock_contract
from contracts.models import Contract
from reviews.models import CorrectiveAction, Idea, Issue, SecurityCheck, SecurityCheckResult, Side

NOT_SIGNED = (
    "This contract is not signed yet. Reviews, issues and actions begin with its signature."
)
_CHOICES: dict[str, Any] = {
    "severity": Issue.Severity,
    "source": Issue.Source,
    "side": Side,
    "kind": SecurityCheck.Kind,
    "outcome": {**dict(Idea.Outcome.choices), **dict(SecurityCheckResult.Outcome.choices)},
    "state": CorrectiveAction.State,
}


def hold(contract: Contract) -> Contract:
    """The contract, locked: everybody who changes these things of one contract takes turns.

    Raises NotNow unless it is signed; one that is over still has its issues.
    """
    row = lock_contract(contract)
    if not row.is_signed:
        raise NotNow(NOT_SIGNED)
    return row


def check_people(contract: Contract, values: Mapping[str, Any]) -> None:
    """Raises NotFit for an owner who may not work on reviews, and for a contact of another vendor."""
    for name in ("owner", "responsible"):
        check_owner(values.get(name), name)
    contact = values.get("contact")
    if contact and contact.vendor_id != contract.vendor_id:
        raise NotFit(f"{contact} is no contact of {contract.vendor}.", field="contact")


def check_owner(owner: Membership | None, field: str) -> None:
    """Raises NotFit for somebody who may not work on reviews (any more)."""
    if owner is None:
        return
    # Held, so that nobody removes this member at the same moment.
    held = Membership.objects.select_for_update(of=("self",), no_key=True).select_related("user")
    if not held.get(pk=owner.pk).can(Perm.REVIEW_EDIT):
        words = f"{owner.name} may not change reviews. Choose a Manager, Owner or Admin."
        raise NotFit(words, field=field)


def note(
    contract: Contract,
    verb: str,
    by: Membership,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """One line in the audit trail of the contract; values as people read them, nothing empty."""
    log.record(
        by=by,
        verb=f"review.{verb}",
        target=contract,
        before=worded(before or {}),
        after=worded(after or {}),
    )


def worded(values: Mapping[str, Any]) -> dict[str, Any]:
    """`due_on` → "due on", "high" → "High"."""
    return {_word(name): _label(name, value) for name, value in values.items()}


def said(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without what was left empty."""
    return {name: value for name, value in values.items() if value not in ("", None)}


def _word(name: str) -> str:
    return {"owner": "our person", "contact": "their person"}.get(name, name.replace("_", " "))


def _label(name: str, value: Any) -> Any:
    choices = _CHOICES.get(name)
    if choices is None or value in ("", None):
        return value
    return choices.get(value, value) if isinstance(choices, dict) else choices(value).label
