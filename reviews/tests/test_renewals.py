"""Renewals: briefs build themselves, people vote, somebody decides, and the decision is kept for good."""

import datetime as dt
import uuid
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from activity.models import OutgoingMail, WatchedDate
from contracts import dates
from contracts.actions import ending
from contracts.locking import lock_contract
from contracts.models import Amendment, Contract
from contracts.tests import record_case
from contracts.tests.leaving_rows import make_alternative, make_plan, make_vendor
from core.errors import Refused
from core.tenancy import ALL, organization_scope
from core.versions import Stale
from reviews.actions import amending, renewal_days, renewing
from reviews.models import (
    CorrectiveAction,
    Issue,
    Measurement,
    RenewalBrief,
    RenewalVote,
    Review,
    ServiceCredit,
    UsageCount,
)
from reviews.renewal_verifying import verify
from reviews.tests import review_case
from reviews.tests.review_case import months_ago, today
from vendors.actions import merge_vendors

LIST = "/o/acme/reviews/renewals/"
A_DAY = dt.timedelta(days=1)
# Forty days' notice to a term that ends in two to three months: 17 to 52 days are left.
NEAR = {"initial_months": 12, "notice": 40, "notice_unit": "days"}
KEEP = {"choice": "renew", "rationale": "It runs well."}
LEAVE = {"choice": "exit", "rationale": "Too many outages."}


def near(by, owner, **values) -> Contract:
    """Reviewed, and soon at its last safe day."""
    return review_case.running(by, owner, **{**NEAR, "start_on": months_ago(9), **values})


@organization_scope(ALL)
def brief_of(contract) -> RenewalBrief:
    rows = RenewalBrief.objects.select_related("contract__vendor", "organization", "record")
    found = rows.get(contract=contract)
    found.contract.organization = found.organization
    return found


def at(brief, page="") -> str:
    return f"{LIST}{brief.pk}/{page}"


def days() -> dict[str, tuple[dt.date, bool]]:
    """The watched days that renewals have to do with: when, and whether they still wait."""
    with organization_scope(ALL):
        rows = WatchedDate.objects.filter(kind__in=["renewal.decide", "contract.notice"])
        return {row.kind: (row.due_on, row.settled_at is None) for row in rows}


@organization_scope(ALL)
def count(model) -> int:
    return model.objects.count()


def mails(subject: str) -> set[str]:
    return set(OutgoingMail.objects.filter(subject=subject).values_list("to", flat=True))


@organization_scope(ALL)
def vote(brief, by, choice="renew", reason="", version=0) -> RenewalVote:
    said = {"choice": choice, "reason": reason}
    return renewing.vote_renewal(brief=brief, values=said, version=version, by=by)


@organization_scope(ALL)
def decide(brief, by, values=None) -> RenewalBrief:
    row = RenewalBrief.objects.get(pk=brief.pk)
    return renewing.decide_renewal(
        brief=row, values=values or KEEP, version=row.version, today=today(), by=by
    )


# Building itself ------------------------------------------------------------------------------------


def test_a_brief_builds_itself_and_those_who_decide_hear_of_it_once(manager, owner, viewer):
    contract = near(manager, owner)
    brief = brief_of(contract)
    safe_on = contract.safe_notice_on
    assert (brief.safe_notice_on, brief.state) == (safe_on, "open")
    assert days()["renewal.decide"] == (max(safe_on - dt.timedelta(days=14), today()), True)
    told = {"mia@acme.example", "olga@acme.example"}
    assert mails("Keep it or leave? Help desk") == told
    with organization_scope(ALL):
        assert renewal_days.open_due_briefs(now=timezone.now()) == 0
        dates.refresh(lock_contract(contract), today())
    assert brief_of(contract).pk == brief.pk
    assert OutgoingMail.objects.filter(subject="Keep it or leave? Help desk").count() == len(told)


def test_the_hour_finds_it_sixty_days_before_and_not_earlier(manager, owner):
    contract = near(manager, owner, start_on=months_ago(2))
    appears_on = contract.safe_notice_on - dt.timedelta(days=60)
    noon = dt.datetime.combine(appears_on, dt.time(12), dt.UTC)
    assert renewal_days.open_due_briefs(now=noon - A_DAY) == 0
    assert count(RenewalBrief) == 0
    assert renewal_days.open_due_briefs(now=noon) == 1
    assert brief_of(contract).safe_notice_on == contract.safe_notice_on
    assert renewal_days.open_due_briefs(now=noon) == 0


def test_who_ends_by_itself_is_decided_by_its_last_day(manager, owner):
    contract = near(manager, owner, start_on=months_ago(11), renewal_mode="none")
    assert brief_of(contract).safe_notice_on == contract.ends_on - A_DAY
    with organization_scope(ALL):
        assert renewal_days.open_due_briefs(now=timezone.now()) == 0


def test_given_notice_overtakes_it_and_taken_back_it_is_there_again(manager, owner):
    contract = near(manager, owner)
    given = record_case.noticed(contract, owner, today())
    brief = brief_of(contract)
    assert brief.state == "overtaken"
    assert brief.rationale.startswith("Notice was given on")
    assert "renewal.decide" not in days()
    with organization_scope(ALL):
        ending.take_back_notice(contract=given, version=given.version, by=owner)
    again = brief_of(contract)
    assert (again.pk, again.state, again.rationale) == (brief.pk, "open", "")
    assert days()["renewal.decide"][1]


def test_nobody_decided_in_time_and_the_brief_says_so(client, manager, owner):
    contract = near(manager, owner)
    with organization_scope(ALL):
        dates.refresh(lock_contract(contract), contract.notice_by_on + 10 * A_DAY)
    brief = brief_of(contract)
    assert brief.state == "lapsed"
    with pytest.raises(Refused, match="It is too late"):
        decide(brief, owner)
    client.force_login(owner.user)
    assertContains(client.get(at(brief)), "Nobody decided by")
    assertContains(client.get(f"{LIST}?state=past"), "Not decided in time")


def test_it_is_begun_by_hand_before_its_time(client, manager, owner, viewer):
    contract = near(manager, owner, start_on=months_ago(2))
    page, begin = (f"/o/acme/reviews/contract/{contract.pk}/renewal/{x}" for x in ("", "begin/"))
    client.force_login(viewer.user)
    assertNotContains(client.get(page), "Begin the brief now")
    assert client.post(begin).status_code == 403
    client.force_login(manager.user)
    assertContains(client.get(page), "The brief builds itself on")
    for _ in range(2):
        response = client.post(begin)
        assertRedirects(response, at(brief_of(contract)))
    assert count(RenewalBrief) == 1
    draft = record_case.draft(manager, title="Not signed", vendor=contract.vendor)
    response = client.post(f"/o/acme/reviews/contract/{draft.pk}/renewal/begin/", follow=True)
    assertContains(response, "There is nothing to decide")
    assertContains(response, "That begins once it is signed")


# The brief ------------------------------------------------------------------------------------------


@organization_scope(ALL)
def fill(contract, by) -> None:
    """Something in every part of the brief."""
    last = review_case.review_of(contract, 2)
    review_case.closed(last, by, standing="amber", score="61.25")
    for label, used in [("Access points", 18), ("Phones", 30)]:
        said = {"label": label, "paid": 30, "used": used}
        UsageCount.objects.create(organization=contract.organization, review=last, **said)
    level = contract.terms_versions.get(number=1).service_levels.get()
    usual = {"organization": contract.organization, "contract": contract}
    first_on = months_ago(2)
    missed = Measurement.objects.create(
        **usual,
        level=level,
        lineage=level.lineage,
        first_on=first_on,
        last_on=first_on + 27 * A_DAY,
        value=Decimal("98.7"),
        met=False,
        by=by,
    )
    ServiceCredit.objects.create(
        **usual, measurement=missed, percent=5, price=100, amount=5, currency="EUR"
    )
    issue = {"title": "Slow", "severity": "critical", "side": "vendor", "opened_on": today()}
    Issue.objects.create(**usual, **issue, created_by=by)
    action = {"title": "Hire", "side": "vendor", "due_on": today() - A_DAY}
    CorrectiveAction.objects.create(**usual, **action, created_by=by)
    make_plan(by, contract, triggers="Three outages", data_return="All tickets")
    quote = {"quote": Decimal(900), "quote_is_yearly": True, "currency": "EUR"}
    make_alternative(by, contract, make_vendor(by, "Corvid"), **quote, quoted_on=today())


def test_the_brief_gathers_what_speaks_for_and_against(client, manager, owner, viewer):
    contract = near(manager, owner)
    fill(contract, manager)
    client.force_login(viewer.user)
    page = client.get(at(brief_of(contract)))
    for words in [
        "Last safe day for notice",
        "needs attention, 61.3 points of 100",
        "1 of 1 measured window missed",
        "1 credit waits to be claimed: EUR\u00a05",
        "1 issue and 1 action are open.",
        "Nobody was asked",
        "It costs EUR\u00a01,200 a year, as at the start.",
        "Paid for and not fully used: Access points.",
        "18 of 30 used",
        "What helps most",
        "Corvid would cost EUR\u00a0300 a year less.",
        "Nobody has said yet what they would do.",
    ]:
        assertContains(page, words)
    assertNotContains(page, "Vote</button>")
    assertNotContains(page, "decide/")


def test_the_pages_ask_a_fixed_number_of_queries(client, manager, owner):
    contract = near(manager, owner)
    fill(contract, manager)
    brief = brief_of(contract)
    client.force_login(owner.user)

    def counts() -> list[int]:
        found = []
        for address in (at(brief), LIST, f"/o/acme/reviews/contract/{contract.pk}/renewal/"):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address).status_code == 200
            found.append(len(asked))
        return found

    counts()  # what is kept for the process
    before = counts()
    near(manager, owner, vendor=make_vendor(manager, "Kestrel"), title="Another")
    for person in (manager, owner):
        vote(brief, person)
    assert counts() == before
    assert before[0] <= 18
    assert before[1] <= 8
    assert before[2] <= 8


def test_the_list_shows_what_waits_and_what_one_runs(client, manager, owner, outsider):
    contract = near(manager, owner)
    brief = brief_of(contract)
    client.force_login(owner.user)
    assertContains(client.get(LIST), "Help desk")
    assertNotContains(client.get(f"{LIST}?mine=1"), "Help desk")
    decide(brief, owner)
    assertContains(client.get(LIST), "Nothing to decide now")
    assertContains(client.get(f"{LIST}?state=decided"), "Keep it as it is")
    client.force_login(outsider.user)
    assert client.get(at(brief)).status_code == 404
    assertNotContains(client.get("/o/globex/reviews/renewals/?state=decided"), "Help desk")


# Votes ----------------------------------------------------------------------------------------------


def test_a_vote_is_said_and_said_anew(client, manager, owner, viewer):
    brief = brief_of(near(manager, owner))
    client.force_login(manager.user)
    refused = client.post(at(brief, "vote/"), {"reason": "Slow", "version": "0"})
    assertContains(refused, "Choose one of the four.", status_code=422)
    assertContains(refused, "Slow", status_code=422)
    body = {"choice": "exit", "reason": "Slow", "version": "0"}
    for _ in range(2):  # the second is the same one
        assertRedirects(client.post(at(brief, "vote/"), body), at(brief))
    stale = client.post(at(brief, "vote/"), {**body, "choice": "renew"})
    assertContains(stale, "Somebody changed this", status_code=409)
    assertContains(stale, "Leave", status_code=409)
    anew = client.post(at(brief, "vote/"), {**body, "choice": "renew", "version": "1"}, follow=True)
    assertContains(anew, "The one vote so far: keep it as it is.")
    with organization_scope(ALL):
        [row] = RenewalVote.objects.all()
    assert (row.member, row.choice, row.reason, row.version) == (manager, "renew", "Slow", 2)
    client.force_login(viewer.user)
    assert client.post(at(brief, "vote/"), body).status_code == 403


# The decision ---------------------------------------------------------------------------------------


def test_the_decision_is_frozen_and_settles_the_notice_day(client, manager, owner):
    contract = near(manager, owner)
    fill(contract, manager)
    brief = brief_of(contract)
    vote(brief, manager, "renegotiate", "Ask for a better price.")
    client.force_login(manager.user)
    assert client.get(at(brief, "decide/")).status_code == 403
    client.force_login(owner.user)
    assertContains(client.get(at(brief, "decide/")), "The one vote so far")
    body = {**KEEP, "version": str(brief_of(contract).version)}
    refused = client.post(at(brief, "decide/"), {**body, "rationale": ""})
    assertContains(refused, "Say why, in a sentence or two.", status_code=422)
    for _ in range(2):  # the second is the same one
        page = client.post(at(brief, "decide/"), body, follow=True)
        assertContains(page, "Decided: keep it as it is")
    done = brief_of(contract)
    assert (done.state, done.choice, done.decided_by) == ("decided", "renew", owner)
    assert done.facts["levels"]["missed"] == 1
    assert days() == {"contract.notice": (contract.safe_notice_on, False)}
    assert mails("Decided: keep it as it is – Help desk") == {"mia@acme.example"}
    with organization_scope(ALL), pytest.raises(Refused, match="Olga has decided already"):
        vote(brief, manager, "exit", version=1)
    # What happens afterwards does not change what was seen.
    with organization_scope(ALL):
        Issue.objects.filter(contract=contract).delete()
    assertContains(client.get(at(brief)), "1 issue and 1 action are open.")


def test_nobody_decides_without_having_seen_the_last_vote(client, manager, owner):
    contract = near(manager, owner)
    brief = brief_of(contract)
    vote(brief, manager, "exit")
    client.force_login(owner.user)
    stale = client.post(at(brief, "decide/"), {**KEEP, "version": str(brief.version)})
    assertContains(stale, "Somebody voted, or changed this", status_code=409)
    assertContains(stale, "It runs well.", status_code=409)
    assertContains(stale, "The one vote so far: leave.", status_code=409)
    assert brief_of(contract).state == "open"
    with organization_scope(ALL), pytest.raises(Stale):
        renewing.decide_renewal(
            brief=brief, values=KEEP, version=brief.version, today=today(), by=owner
        )


def test_the_record_is_verified_and_tells_what_was_changed(client, manager, owner, tmp_path):
    brief = brief_of(near(manager, owner))
    vote(brief, manager, "exit", "Slow")
    client.force_login(owner.user)
    assertRedirects(client.get(at(brief, "verify/")), at(brief))
    decide(brief, owner)
    assertContains(client.get(at(brief, "verify/")), "Identical")
    file = tmp_path / "renewal.json"
    file.write_bytes(client.get(at(brief, "record.json")).content)
    out = StringIO()
    call_command("verify_record", str(file), stdout=out)
    assert "Keep it as it is, decided" in out.getvalue()
    assert out.getvalue().endswith("identical\n")
    with organization_scope(ALL):
        there, kept = brief.contract.vendor, make_vendor(owner, "Northwind Group")
        versions = {row.pk: row.version for row in (there, kept)}
        merge_vendors(keep=kept, other=there, values={}, versions=versions, by=owner)
        assert verify(brief_of(brief.contract)).checks[-1].state == "ok"
        RenewalVote.objects.update(reason="Fine")
        found = verify(brief_of(brief.contract))
    [difference] = [one for check in found.checks for one in check.differences]
    assert (difference.recorded, difference.now) == ("“Slow”", "“Fine”")
    assertContains(client.get(at(brief, "verify/")), "1 difference")


def test_leaving_brings_a_letter_that_people_change(client, manager, owner, viewer):
    contract = near(manager, owner)
    brief = brief_of(contract)
    client.force_login(viewer.user)
    assertContains(client.get(at(brief, "letter/print/")), "nobody has changed it yet")
    decide(brief, owner, LEAVE)
    assert days()["contract.notice"] == (contract.safe_notice_on, True)
    kept = brief_of(contract)
    assert kept.letter_subject == "Notice of termination: Help desk"
    assert "with the agreed notice of 40 days" in kept.letter_body
    assert client.post(at(brief, "letter/")).status_code == 403
    client.force_login(manager.user)
    body = {"letter_subject": "Goodbye", "letter_body": "Dear\r\nNora", "version": kept.version}
    saved = client.post(at(brief, "letter/"), body, follow=True)
    assertContains(saved, "Dear\nNora")
    assert client.post(at(brief, "letter/"), body).status_code == 302
    stale = client.post(at(brief, "letter/"), {**body, "letter_subject": "Farewell"})
    assertContains(stale, "Somebody changed this", status_code=409)
    client.force_login(owner.user)
    assertContains(client.get(at(brief)), "notice/?notice_by=us")
    notice = client.get(f"/o/acme/contracts/{contract.pk}/notice/?notice_by=us&notice_reason=Slow")
    assertContains(notice, "Slow</textarea>")


# Amending from a review -----------------------------------------------------------------------------


def test_a_review_becomes_an_amendment_in_one_step(client, manager, owner, viewer):
    contract = near(manager, owner)
    review = review_case.review_of(contract)
    with organization_scope(ALL):
        Review.objects.filter(pk=review.pk).update(agreements="First answer within an hour.")
    address = f"/o/acme/reviews/{review.pk}/amend/"
    client.force_login(viewer.user)
    assert client.post(address).status_code == 403
    client.force_login(manager.user)
    response = client.post(address)
    assertRedirects(response, f"/o/acme/contracts/{contract.pk}/terms/edit/")
    with organization_scope(ALL):
        [amendment] = Amendment.objects.select_related("terms")
    label = review.period_label
    assert amendment.title == f"After the review of {label}"
    assert amendment.reason == (
        f"From the review of {label}.\n\nAgreed:\nFirst answer within an hour."
    )
    assert (amendment.stage, amendment.terms.from_on) == ("draft", today())
    again = client.post(address, follow=True)
    assertContains(again, "An amendment is open already")
    assert count(Amendment) == 1


def test_the_same_button_twice_is_one_amendment(manager, owner):
    review = review_case.review_of(near(manager, owner))
    key = uuid.uuid4()
    with organization_scope(ALL):
        one, two = (
            amending.amend_from_review(review=review, today=today(), creation_key=key, by=manager)
            for _ in range(2)
        )
    assert one == two
