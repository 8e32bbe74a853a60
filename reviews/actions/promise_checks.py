"""Was a promise of the vendor kept? Said in an open review, promise by promise (product.md S8)."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import Membership
from activity import log
from core.errors import Refused
from core.versions import Stale
from evaluations.models import Promise
from reviews.locking import lock_open_review
from reviews.models import PromiseCheck, Review
from reviews.promised import of_review

FIELDS = ("kept", "note")


@transaction.atomic
def save_promise_check(
    *, review: Review, promise: Promise, values: Mapping[str, Any], version: int, by: Membership
) -> PromiseCheck:
    """Keep `kept` and `note`; `version` is that of the answer that was shown, 0 for none. Sent twice,
    nothing more changes. Raises core.versions.Stale, Refused for a promise that is not asked about here."""
    _, row = lock_open_review(review)
    asked = next((one for one in of_review(row) if one.pk == promise.pk), None)
    if asked is None:
        raise Refused("This promise is not asked about in this review.")
    own = {"organization": row.organization, "review": row, "promise": asked.line.promise}
    stored = PromiseCheck.objects.filter(review=row, promise=promise).first()
    stored = stored or PromiseCheck(**own, version=0)
    same = all(getattr(stored, name) == values[name] for name in FIELDS)
    if same and stored.pk:
        return stored
    if stored.version != version:
        raise Stale(stored)
    before, after = log.apply_changes(stored, {name: values[name] for name in FIELDS})
    stored.version += 1
    stored.save()
    about = {"review": row.period_label, "promise": asked.line.promise.text}
    log.record(
        by=by,
        verb="review.promise_checked",
        target=row.contract,
        before={**about, **_worded(before)},
        after={**about, **_worded(after)},
    )
    return stored


def _worded(values: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(values)
    if found.get("kept"):
        found["kept"] = PromiseCheck.Kept(found["kept"]).label
    return {name: value for name, value in found.items() if value}
