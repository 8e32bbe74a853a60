"""Asking people: private links by mail, one shared link, reminders."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from activity import log
from activity.links import end_of
from activity.tokens import hash_token, new_token
from core.errors import Refused
from reviews import survey_mail
from reviews.actions.surveys import lock_survey, open_for_asking
from reviews.models import Survey, SurveyInvitation
from reviews.survey_links import survey_url, takes_answers, token_of

MOST_INVITATIONS = 300


@transaction.atomic
def ask_people(*, survey: Survey, addresses: Sequence[str], by: Membership) -> int:
    """Mail each of these addresses a private link that works once; opens the survey. Whoever was asked
    already is not asked again. How many were asked now."""
    row = open_for_asking(survey, by)
    there = {
        invitation.email.lower(): invitation
        for invitation in row.invitations.select_for_update(of=("self",), no_key=True).order_by(
            "pk"
        )
    }
    wanted = list(dict.fromkeys(address.lower() for address in addresses))
    new = [address for address in wanted if address not in there]
    back = [there[address] for address in wanted if address in there and there[address].revoked_at]
    if len(there) + len(new) > MOST_INVITATIONS:
        raise Refused(
            f"{MOST_INVITATIONS} people can be asked by mail at most. Use the shared link for more.",
            field="addresses",
        )
    _refuse_asked_elsewhere(row, new)
    for address in new:
        _invite(row, address)
    for invitation in back:
        _invite_back(row, invitation)
    if new or back:
        log.record(
            by=by,
            verb="review.survey_asked",
            target=row,
            after={"people": len(new) + len(back)},
        )
    return len(new) + len(back)


def _refuse_asked_elsewhere(survey: Survey, addresses: Sequence[str]) -> None:
    """Two surveys with almost the same people, whatever they are called, would give the others away."""
    others = SurveyInvitation.objects.filter(
        survey__contract=survey.contract, survey__state=Survey.State.OPEN, email__in=addresses
    )
    if taken := others.exclude(survey=survey).order_by("email").first():
        raise Refused(
            f"{taken.email} is asked by another open survey about this contract. Held side by side, two "
            "results could give single answers away: leave out who is asked there.",
            field="addresses",
        )


def _invite(survey: Survey, address: str) -> None:
    invitation = SurveyInvitation.objects.create(
        organization=survey.organization,
        survey=survey,
        email=address,
        token_hash=hash_token(
            new_token()
        ),  # until its number is known, from which the token is made
        expires_at=end_of(survey.closes_on, survey.organization.time_zone),
    )
    token = token_of(invitation)
    invitation.token_hash = hash_token(token)
    invitation.mail = survey_mail.send_link(survey, invitation, token, "first")
    invitation.save()


def _invite_back(survey: Survey, invitation: SurveyInvitation) -> None:
    """Somebody whose link was withdrawn is asked after all. The page doesn't tell whether they had answered."""
    invitation.revoked_at = None
    invitation.save()
    if not invitation.used:
        _mail_again(survey, invitation, f"back-{timezone.now():%Y%m%d%H%M%S}")


def _mail_again(survey: Survey, invitation: SurveyInvitation, key: str) -> None:
    """The same link once more; another one only if the site's secret key has changed."""
    invitation.survey = survey
    token = token_of(invitation)
    if invitation.token_hash != hash_token(token):
        invitation.token_hash = hash_token(token)
        invitation.save()
    survey_mail.send_link(survey, invitation, token, key, again=True)


@transaction.atomic
def withdraw_invitation(*, invitation: SurveyInvitation, by: Membership) -> None:
    """Make somebody's link useless, for instance after a mistyped address. An answer stays counted."""
    row = lock_survey(invitation.survey)
    found = row.invitations.filter(pk=invitation.pk, revoked_at=None)
    if row.state == Survey.State.OPEN and found.update(revoked_at=timezone.now()):
        survey_mail.cancel_unsent(row, of=[invitation.pk])
        log.record(by=by, verb="review.survey_link_withdrawn", target=row)


@transaction.atomic
def share_survey(*, survey: Survey, known_by: int | None, by: Membership) -> str:
    """Make one link for everybody and open the survey; an earlier shared link stops working. Returns the
    address, which is never shown again. `known_by`: how many people will get it, if that is known."""
    if not survey.anonymous:
        raise Refused("With a shared link nobody knows who answered. Use private links here.")
    row = open_for_asking(survey, by)
    token = new_token()
    row.shared_token_hash = hash_token(token)
    row.asked_count = known_by
    row.version += 1
    row.save()
    log.record(by=by, verb="review.survey_shared", target=row, after={"known by": known_by})
    return survey_url(token)


@transaction.atomic
def withdraw_shared_link(*, survey: Survey, by: Membership) -> Survey:
    """Make the shared link useless; private links keep working."""
    row = lock_survey(survey)
    if row.shared_token_hash:
        row.shared_token_hash = None
        row.version += 1
        row.save()
        log.record(by=by, verb="review.survey_shared_link_withdrawn", target=row)
    return row


@transaction.atomic
def remind_people(*, survey: Survey, by: Membership | None) -> None:
    """Mail those who have not answered yet their link again, once a day at most. It is not told how many
    they are. `by` None: the portal, before the last day."""
    row = lock_survey(survey)
    if not takes_answers(row):
        raise Refused("This survey takes no answers (any more).")
    if not row.invitations.filter(revoked_at=None).exists():
        raise Refused("Nobody was asked by mail, so nobody can be reminded.")
    today = timezone.localdate()
    if row.reminded_at and timezone.localdate(row.reminded_at) == today:
        raise Refused("A reminder went out today already. Give people until tomorrow.")
    waiting = row.invitations.filter(used=False, revoked_at=None).exclude(email="")
    for invitation in waiting.order_by("pk"):
        _mail_again(row, invitation, f"reminder-{today}")
    row.reminded_at = timezone.now()
    row.save(update_fields=["reminded_at"])
    log.record(by=by, verb="review.survey_reminded", target=row)


def reminds_from(survey: Survey) -> dt.date:
    """From this day on the portal reminds once by itself."""
    return survey.closes_on - dt.timedelta(days=2)
