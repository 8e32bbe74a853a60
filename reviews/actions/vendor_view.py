"""Asking the vendor how he sees a period, and what he answers, by private link and without an account."""

import datetime as dt
import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from activity.actions import queue_mail
from activity.actions.mail import cancel_mail
from activity.links import LinkGone, end_of
from activity.news import send_news
from activity.tokens import hash_token, new_token
from core.errors import Refused
from core.tenancy import organization_scope
from core.versions import Stale, lock
from reviews import vendor_mail
from reviews.locking import lock_open_review, lock_review
from reviews.models import Review, VendorMark, VendorView
from reviews.recipients import reviewer_of
from reviews.vendor_answers import asked_of, is_usable
from vendors.models import Contact

logger = logging.getLogger(__name__)
ANSWERS_FOR = dt.timedelta(days=14)
"""So long an automatic link works after the day on which the review is due."""
NOBODY = "Nobody at the vendor can be asked: the contract's counterpart has no e-mail address."
TEXTS = ("summary", "client_mark", "client_comment")


@transaction.atomic
def ask_vendor(
    *, review: Review, values: Mapping[str, Any], version: int, by: Membership
) -> tuple[VendorView, str]:
    """Send a contact of the vendor a private link; the one before stops working. Gives the link, which is
    shown once and kept nowhere. Somebody else than before starts with an empty page.

    `values`: contact, until_on (the last day on which it works), shows_marks. `version` is that of the
    view as it was shown, 1 if there was none.
    """
    _, row = lock_open_review(review)
    view = VendorView.objects.select_for_update(no_key=True).filter(review=row).first()
    if view is not None and view.version != version:
        raise Stale(view)
    if view is not None and view.answered_at:
        raise Refused(f"{view.name} has answered already.")
    return _ask(row, view, values, by)


def _ask(
    review: Review, view: VendorView | None, values: Mapping[str, Any], by: Membership
) -> tuple[VendorView, str]:
    contact: Contact = values["contact"]
    if contact.vendor_id != review.contract.vendor_id or not contact.email:
        raise Refused("Choose a contact of this vendor who has an e-mail address.", field="contact")
    token, is_again = new_token(), view is not None
    view = view or VendorView(organization_id=review.organization_id, review=review)
    if is_again:
        _end_link(view)
        if view.email.lower() != contact.email.lower():
            _forget_draft(view)
    view.contact, view.name, view.email = contact, contact.name, contact.email
    view.token_hash, view.revoked_at = hash_token(token), None
    view.expires_at = end_of(values["until_on"], review.organization.time_zone)
    view.shows_marks = values["shows_marks"]
    view.asked_by, view.asked_at = by, timezone.now()
    view.version += 1
    view.review, view.organization = review, review.organization
    letter = vendor_mail.asking_mail(view, token)
    view.mail = queue_mail(
        to=view.email,
        subject=letter["subject"],
        text=letter["text"],
        html=letter["html"],
        key=f"vendor-view:{view.token_hash[:32]}",
        secret=True,
    )
    view.save()
    log.record(
        by=by,
        verb="review.vendor_asked_again" if is_again else "review.vendor_asked",
        target=review,
        after={
            "contact": view.name,
            "email": view.email,
            "until": values["until_on"],
            "sees_our_marks": view.shows_marks,
        },
    )
    return view, vendor_mail.view_url(token)


@transaction.atomic
def revoke_link(*, review: Review, by: Membership) -> VendorView | None:
    """Make the vendor's link useless; what he handed in stays. None if he was not asked."""
    view = VendorView.objects.filter(review=review).first()
    if view is None:
        return None
    row: VendorView = lock(VendorView.objects.all(), view.pk)
    if row.revoked_at is None:
        _end_link(row)
        row.revoked_at = timezone.now()
        row.version += 1
        row.save()
        log.record(
            by=by, verb="review.vendor_link_revoked", target=review, before={"contact": row.name}
        )
    return row


def ask_automatically(*, reviews: Iterable[Review]) -> int:
    """Ask the contract's counterpart about every review whose period is over, where the plan wants that
    and nobody was asked yet; how many were asked. Called by the worker, again and again.

    `reviews` come with their contract, its plan, counterpart, manager, vendor and organization.
    """
    asked = 0
    for review in reviews:
        try:
            asked += _ask_by_itself(review)
        except Refused as error:  # closed a moment ago
            logger.info("review %s: the vendor was not asked: %s", review.pk, error)
        except Exception:  # of one review; the others go on
            logger.exception("The vendor could not be asked about review %s.", review.pk)
    return asked


def _ask_by_itself(review: Review) -> bool:
    contract = review.contract
    plan, contact = getattr(contract, "review_plan", None), contract.counterpart
    today = timezone.localdate(timezone=ZoneInfo(review.organization.time_zone))
    if plan is None or not plan.invites_vendor or not review.is_open:
        return False
    if not review.part.last_on < today <= review.due_on:
        return False
    if contact is None or not contact.email or contact.vendor_id != contract.vendor_id:
        return False
    with organization_scope(review.organization), transaction.atomic():
        _, row = lock_open_review(review)
        by = reviewer_of(row)
        if by is None or VendorView.objects.filter(review=row).exists():
            return False
        until = max(row.due_on, today) + ANSWERS_FOR
        _ask(row, None, {"contact": contact, "until_on": until, "shows_marks": False}, by)
    return True


@transaction.atomic
def save_answers(
    *, view: VendorView, values: Mapping[str, Any], version: int, hands_in: bool
) -> VendorView:
    """Keep what the vendor says; handing it in makes it visible to us and takes nothing more.

    `values`: marks {criterion id: (mark, disputes, comment)}, summary, client_mark, client_comment.
    Raises LinkGone, or Stale when somebody else with the link was quicker; what was handed in before
    stays as it is.
    """
    _, review = lock_review(view.review)
    rows = VendorView.objects.select_related("organization", "asked_by__user")
    row: VendorView = lock(rows, view.pk)
    row.review, row.organization = review, review.organization
    if row.token_hash != view.token_hash or not is_usable(row, timezone.now()):
        raise LinkGone
    if row.answered_at:
        return row
    if row.version != version:
        raise Stale(row)
    said = _keep_marks(row, values["marks"])
    for name in TEXTS:
        setattr(row, name, values[name])
    if hands_in:
        if not said and not any(values[name] for name in TEXTS):
            raise Refused("Say at least one thing before you send it.")
        row.answered_at = timezone.now()
    row.version += 1
    row.save()
    verb = "review.vendor_answered" if hands_in else "review.vendor_saved"
    log.record(by=None, verb=verb, target=review, after={"contact": row.name})
    if hands_in:
        _tell(row, review)
    return row


def _keep_marks(view: VendorView, marks: Mapping[int, Any]) -> int:
    """Anew, only of criteria that he is asked about; how many he said something to."""
    rows = []
    for asked in asked_of(view):
        mark, disputes, comment = marks.get(asked.criterion.pk, (None, False, ""))
        disputes = disputes and asked.ours is not None
        if mark is None and not disputes and not comment:
            continue
        rows.append(
            VendorMark(
                organization_id=view.organization_id,
                view=view,
                criterion=asked.criterion,
                mark=mark,
                seen_mark=asked.ours,
                disputes=disputes,
                comment=comment,
            )
        )
    view.marks.all().delete()
    VendorMark.objects.bulk_create(rows)
    return len(rows)


def _tell(view: VendorView, review: Review) -> None:
    """Whoever asked, and whoever holds the review, each once."""
    people: Sequence[Membership | None] = [view.asked_by, reviewer_of(review)]
    key = f"vendor-answered:{view.pk}:{view.token_hash[:32]}"
    send_news(vendor_mail.answered(view), people, review.organization, key)


def _end_link(view: VendorView) -> None:
    """A mail that has not gone out would only carry a link that is dead."""
    if view.mail_id:
        cancel_mail(mail_id=view.mail_id)


def _forget_draft(view: VendorView) -> None:
    """What one person saved without handing it in is nobody else's business."""
    view.marks.all().delete()
    view.summary, view.client_mark, view.client_comment = "", None, ""
