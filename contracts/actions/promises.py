"""Giving each promise of the vendor its place in what is signed, or dropping it knowingly (product.md S8)."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import Membership
from activity import log
from contracts.actions.clauses import save_clauses
from contracts.actions.handover import add_handover_item
from contracts.actions.refusals import NotComplete, NotFit
from contracts.actions.transition import hold
from contracts.clauses import ABSENT, BY_KEY, NOT_NEEDED, UNCHECKED
from contracts.models import Clause, Contract, HandoverItem, PromisePlace, ServiceLevel
from contracts.models.transition import Side
from contracts.promise_ledger import rows_of
from core.versions import Stale
from evaluations.models import Promise

Kind = PromisePlace.Kind


@transaction.atomic
def place_promise(
    *,
    contract: Contract,
    promise: Promise,
    values: Mapping[str, Any],
    version: int,
    by: Membership,
) -> PromisePlace:
    """Say where a promise stands: `kind`, with the `clause` (its key), the `level` (its lineage), the
    `deliverable`, or `title`, `item_kind` and `due_on` of one to be made; or dropped, with the `note` why.

    A clause that it goes into is negotiated, unless it was found already. `version` is that of the place
    that was shown, 0 for none. Raises core.versions.Stale, NotFit, NotComplete, NotNow.
    """
    row = hold(contract)
    # Held: somebody may reword it or take it off the ledger at this moment.
    Promise.objects.select_for_update(of=("self",), no_key=True).filter(pk=promise.pk).first()
    of_vendor = rows_of(row).filter(pk=promise.pk).first()
    if of_vendor is None:
        raise NotFit("This promise is not one of this contract's vendor.")
    place, was = _stored(row, of_vendor, version)
    place.kind, place.note, place.by = values["kind"], values.get("note", ""), by
    place.clause = place.deliverable = place.level_lineage = None
    _FILL[Kind(place.kind)](place, values, by)
    place.version += 1
    place.save()
    before = {"promise": of_vendor.text, **({"place": was} if was else {})}
    after = {"promise": of_vendor.text, "place": _words(place)}
    log.record(by=by, verb="contract.promise_placed", target=row, before=before, after=after)
    return place


@transaction.atomic
def unplace_promise(*, contract: Contract, promise: Promise, by: Membership) -> None:
    """It stands nowhere again; what was made for it, as a deliverable, stays."""
    row = hold(contract)
    place = PromisePlace.objects.filter(contract=row, promise=promise).first()
    if place is None:
        return
    before = {"promise": promise.text, "place": _words(place)}
    place.delete()
    log.record(by=by, verb="contract.promise_unplaced", target=row, before=before)


def _stored(contract: Contract, promise: Promise, version: int) -> tuple[PromisePlace, str]:
    """The place to be changed, or a new one, and how the trail says where it was. One in a contract that
    came to nothing moves along."""
    own = {"organization": contract.organization, "contract": contract, "promise": promise}
    place: PromisePlace | None = (
        PromisePlace.objects.select_related("contract").filter(promise=promise).first()
    )
    if place is None or place.contract_id != contract.pk:
        if version:
            raise Stale(PromisePlace(**own, version=0))
    elif place.version != version:
        raise Stale(place)
    if place is None:
        return PromisePlace(**own, version=0), ""
    was = _words(place)
    if place.contract_id != contract.pk:
        if place.contract.stage != Contract.Stage.WITHDRAWN:
            raise NotFit(f"It has its place in “{place.contract}” already.")
        place.contract = contract
    return place, was


# Each kind of place -------------------------------------------------------------------------------


def _into_clause(place: PromisePlace, values: Mapping[str, Any], by: Membership) -> None:
    key = values["clause"]
    if key not in BY_KEY:
        raise NotFit("Choose one of the clauses.", field="clause")
    rows = Clause.objects.filter(contract=place.contract, key=key)
    clause = rows.first() or Clause(key=key, version=0)
    if clause.state in (UNCHECKED, ABSENT, NOT_NEEDED):
        answer = {
            "state": Clause.State.NEGOTIATED.value,
            "place": clause.place,
            "note": clause.note,
            "version": clause.version,
        }
        save_clauses(contract=place.contract, values={"answers": {key: answer}}, by=by)
    place.clause = rows.get()


def _into_level(place: PromisePlace, values: Mapping[str, Any], by: Membership) -> None:
    lineage = values["level"]
    rows = ServiceLevel.objects.filter(terms__contract=place.contract, lineage=lineage)
    if not lineage or not rows.exists():
        raise NotFit("Choose one of the service levels.", field="level")
    place.level_lineage = lineage


def _into_deliverable(place: PromisePlace, values: Mapping[str, Any], by: Membership) -> None:
    item: HandoverItem | None = values.get("deliverable")
    if item is None:
        made = {
            "kind": values["item_kind"],
            "title": values["title"],
            "side": Side.VENDOR.value,
            "due_on": values.get("due_on"),
        }
        item = add_handover_item(contract=place.contract, values=made, by=by)
    elif item.contract_id != place.contract_id:
        raise NotFit("Choose a deliverable of this contract.", field="deliverable")
    place.deliverable = item


def _dropped(place: PromisePlace, values: Mapping[str, Any], by: Membership) -> None:
    if not place.note.strip():
        raise NotComplete("Say why it is dropped.", field="note")


_FILL = {
    Kind.CLAUSE: _into_clause,
    Kind.LEVEL: _into_level,
    Kind.DELIVERABLE: _into_deliverable,
    Kind.DROPPED: _dropped,
}


def _words(place: PromisePlace) -> str:
    """As the trail says it: "A clause: Scope (section 4)"."""
    name = ""
    if place.clause:
        name = BY_KEY[place.clause.key].name
    elif place.deliverable:
        name = place.deliverable.title
    elif place.level_lineage:
        rows = ServiceLevel.objects.filter(
            terms__contract=place.contract_id, lineage=place.level_lineage
        )
        name = rows.order_by("-pk").values_list("name", flat=True).first() or ""
    words = f"{place.get_kind_display()}: {name}" if name else place.get_kind_display()
    return f"{words} ({place.note})" if place.note else words
