"""The vendor's own view: asking by private link, answering without an account, what stays closed to others."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from activity.models import LogEntry, OutgoingMail
from activity.tokens import hash_token
from contracts.models import Contract
from core.tenancy import ALL, organization_scope
from reviews import vendor_tasks
from reviews.models import Review, ReviewPlan, VendorMark, VendorView
from reviews.tests import review_case
from reviews.vendor_answers import find_view, of_review
from vendors.models import Contact

LINK = re.compile(r"http://[^/]+(/vendor-view/[\w-]{32}/)")


@pytest.fixture
def review(acme, manager, owner) -> Review:
    """The quarter that is over, to be held; the vendor's contact Kim can be asked."""
    contract = review_case.running(manager, owner)
    with organization_scope(ALL):
        contact = Contact.objects.create(
            organization=acme, vendor=contract.vendor, name="Kim", email="kim@northwind.example"
        )
        contract.counterpart = contact
        contract.save()
    return review_case.review_of(contract)


def page_of(review: Review, part: str = "vendor/") -> str:
    return f"{review_case.AREA}{review.pk}/{part}"


@organization_scope(ALL)
def view_of(review: Review) -> VendorView:
    return VendorView.objects.select_related("mail").get(review=review)


@organization_scope(ALL)
def said(review: Review) -> list[tuple[str, Decimal | None, bool, str]]:
    rows = VendorMark.objects.filter(view__review=review).order_by("criterion__position")
    return [(row.criterion.name, row.mark, row.disputes, row.comment) for row in rows]


def ask(client: Client, review: Review, **values: Any) -> str:
    """Ask Kim; the path of the private link, read from the mail."""
    with organization_scope(ALL):
        contact = Contact.objects.get(email="kim@northwind.example")
        view = VendorView.objects.filter(review=review).first()
    until = timezone.localdate() + dt.timedelta(days=7)
    body = {"contact": contact.pk, "until_on": until, "version": view.version if view else 1}
    response = client.post(page_of(review), {**body, **values})
    assert response.status_code == 302, response.context["form"].errors
    text = view_of(review).mail.text
    [path] = set(LINK.findall(text))
    return path


@pytest.fixture
def inside(client, manager) -> Client:
    client.force_login(manager.user)
    return client


@pytest.fixture
def vendor() -> Client:
    """A browser in which nobody is signed in."""
    return Client()


def fields(review: Review, **values: Any) -> dict[str, Any]:
    """What the page posts: marks by criterion's name, the rest by the field's name."""
    contract = review.contract
    body: dict[str, Any] = {"version": view_of(review).version, "do": "save"}
    for name, value in values.items():
        kind, _, criterion = name.partition("_of_")
        key = f"{kind}_{review_case.criterion(contract, criterion).pk}" if criterion else name
        body[key] = value
    return body


def test_asking_sends_a_link_that_is_shown_once_and_kept_nowhere(
    inside, review, vendor, django_assert_max_num_queries
):
    path = ask(inside, review)
    token = path.split("/")[2]
    view = view_of(review)
    assert (view.token_hash, view.email) == (hash_token(token), "kim@northwind.example")
    assert view.mail.html.count(path) == 2
    assert view.mail.secret
    first = inside.get(page_of(review))
    with django_assert_max_num_queries(12):
        second = inside.get(page_of(review))
    assert token in first.text
    assert token not in second.text
    page = vendor.get(path)
    assert page.status_code == 200
    assert page["Referrer-Policy"] == "strict-origin"
    assert page["Cache-Control"] == "no-store, private"
    assert "checked" not in page.text.partition("<form")[2]
    for secret in ("Satisfaction", "app-rail", "Olga", "Globex"):
        assert secret not in page.text
    with organization_scope(ALL):
        lines = LogEntry.objects.filter(verb="review.vendor_asked").values_list("after", flat=True)
        assert token not in str(list(lines))


def test_the_vendor_saves_comes_back_and_sends_once(
    inside, review, vendor, django_assert_max_num_queries
):
    path = ask(inside, review)
    body = fields(review, mark_of_Quality="4", comment_of_Cost="Prices rose.", client_mark="none")
    assert vendor.post(path, body).status_code == 302
    assert said(review) == [("Quality", 4, False, ""), ("Cost", None, False, "Prices rose.")]
    with organization_scope(ALL):
        assert of_review(review).lines == []  # not handed in: nobody of ours sees it
    assert "Prices rose." not in inside.get(page_of(review)).text
    with django_assert_max_num_queries(8):
        page = vendor.get(path)
    assert "Prices rose." in page.text
    last = fields(review, mark_of_Quality="5", summary="Fine.", client_mark="2", do="hand_in")
    assert vendor.post(path, last).status_code == 302
    receipt = vendor.get(path)
    assert "Thank you, Kim" in receipt.text
    again = {**last, "summary": "Changed.", "version": view_of(review).version}
    assert vendor.post(path, again).status_code == 302
    view = view_of(review)
    assert (view.summary, view.client_mark) == ("Fine.", 2)
    assert said(review) == [("Quality", 5, False, "")]
    with organization_scope(ALL):
        answers = of_review(Review.objects.get(pk=review.pk))
        told = OutgoingMail.objects.filter(key__startswith="vendor-answered:")
        assert [mail.to for mail in told] == ["mia@acme.example"]
    assert answers.is_answered
    assert answers.client_words == "2 of 5, Not easy"
    assert "Fine." in inside.get(page_of(review)).text


def test_our_marks_are_seen_and_disputed_only_where_we_say_so(inside, review, vendor, manager):
    review_case.mark(review, "Quality", "2", manager, comment="Between us")
    path = ask(inside, review)
    assert "Acme gives" not in vendor.get(path).text
    vendor.post(path, fields(review, dispute_of_Quality="on", comment_of_Quality="No!"))
    assert said(review) == [("Quality", None, False, "No!")]
    path = ask(inside, review, shows_marks="on")
    page = vendor.get(path)
    assert "Acme gives: <strong>2</strong>" in page.text
    assert "Between us" not in page.text
    vendor.post(path, fields(review, dispute_of_Quality="on", mark_of_Quality="4", do="hand_in"))
    with organization_scope(ALL):
        review.marks.update(mark=Decimal(3))
        [line] = of_review(review).lines
    assert (line.ours, line.theirs, line.seen, line.disputes) == ("3", "4", "2", True)


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(inside, review, vendor):
    path = ask(inside, review)
    page = vendor.post(path, fields(review, mark_of_Quality="9", summary="Keep me"))
    assert page.status_code == 422
    assert "Keep me" in page.text
    page = vendor.post(path, fields(review, do="hand_in"))
    assert page.status_code == 422
    assert "Say at least one thing" in page.text
    body = fields(review, summary="Mine")
    vendor.post(path, fields(review, summary="Theirs"))
    page = vendor.post(path, body)
    assert page.status_code == 409
    assert "Theirs" in page.text
    assert "Mine" in page.text
    assert view_of(review).summary == "Theirs"
    assert said(review) == []


def gone(path: str, body: dict[str, Any] | None = None) -> str:
    """The page of a link that does not work, whichever way it is asked, as it is for a stranger."""
    vendor = Client()
    answers = [vendor.get(path), vendor.post(path, body or {"summary": "x", "version": 1})]
    assert [answer.status_code for answer in answers] == [404, 404]
    texts = {re.sub(r'value="\w{64}"', "", answer.text) for answer in answers}
    assert len(texts) == 1
    return texts.pop()


def test_links_that_do_not_work_all_look_the_same(inside, review, vendor):
    unknown = gone(f"/vendor-view/{'x' * 32}/")
    old = ask(inside, review)
    vendor.post(old, fields(review, summary="A draft"))
    path = ask(inside, review)
    assert gone(old) == unknown  # a newer link was sent
    assert view_of(review).summary == "A draft"
    body = fields(review, summary="Late")
    with organization_scope(ALL):
        VendorView.objects.update(expires_at=timezone.now())
    assert gone(path, body) == unknown
    path = ask(inside, review)
    inside.post(page_of(review, "vendor/revoke/"))
    assert gone(path, body) == unknown
    path = ask(inside, review)
    with organization_scope(ALL):
        Review.objects.filter(pk=review.pk).update(state="missed", missed_reason="Nobody had time")
    assert gone(path, body) == unknown
    assert view_of(review).summary == "A draft"
    assert inside.post(page_of(review), {"version": 1}).status_code == 422


def test_somebody_else_starts_with_an_empty_page_and_an_unsent_mail_is_cancelled(
    inside, review, acme
):
    ask(inside, review)
    first = view_of(review).mail
    with organization_scope(ALL):
        VendorView.objects.update(summary="Kim’s own words")
        other = Contact.objects.create(
            organization=acme, vendor=review.contract.vendor, name="Lee", email="lee@x.example"
        )
    ask(inside, review, contact=other.pk)
    view = view_of(review)
    assert (view.name, view.summary) == ("Lee", "")
    first.refresh_from_db()
    assert (first.state, first.text) == (OutgoingMail.State.CANCELLED, "")


def test_asking_twice_by_the_same_form_asks_once(inside, review, acme, globex):
    ask(inside, review, version=7)  # nobody was asked yet, so this asks over nothing
    body = {"contact": view_of(review).contact_id, "until_on": timezone.localdate(), "version": 1}
    assert inside.post(page_of(review), body).status_code == 409
    assert view_of(review).version == 2
    with organization_scope(ALL):
        assert OutgoingMail.objects.filter(key__startswith="vendor-view:").count() == 1
        foreign = Contact.objects.create(
            organization=acme,
            vendor=review.contract.vendor.__class__.objects.create(organization=acme, name="Other"),
            name="Zoe",
            email="zoe@other.example",
        )
    page = inside.post(page_of(review), {**body, "version": 2, "contact": foreign.pk})
    assert page.status_code == 422


def test_after_sixty_questions_a_minute_an_address_has_to_wait(vendor, db):
    path = f"/vendor-view/{'y' * 32}/"
    cache.clear()
    with time_machine.travel(timezone.now(), tick=False):  # all within one minute
        found = [vendor.get(path).status_code for _ in range(61)]
    assert found == [404] * 60 + [429]


def test_a_token_shows_its_own_organization_only(inside, review, vendor, acme, globex):
    path = ask(inside, review)
    token = path.split("/")[2]
    with organization_scope(globex):
        found = find_view(token)
    assert found is not None
    assert found.organization == acme
    vendor.post(path, fields(review, summary="Hello"))
    with organization_scope(globex):
        assert VendorView.objects.count() == 0


def test_a_contract_that_ended_inside_a_period_is_asked_about_too(review, acme):
    """Its last review is due long before the quarter is over."""
    with organization_scope(ALL):
        ReviewPlan.objects.update(invites_vendor=True)
        Review.objects.filter(pk=review.pk).update(state=Review.State.MISSED)
        last = Review.objects.open().get(contract=review.contract, first_on__gt=review.last_on)
        assert last.last_on >= timezone.localdate()
        Contract.objects.update(terminated_on=timezone.localdate() + dt.timedelta(days=1))
    vendor_tasks.ask_vendors()
    with organization_scope(ALL):
        assert VendorView.objects.count() == 0  # it still runs today
        Contract.objects.update(terminated_on=timezone.localdate())
    vendor_tasks.ask_vendors()
    assert view_of(last).name == "Kim"


def test_the_plan_asks_by_itself_once_the_period_is_over(review, acme):
    vendor_tasks.ask_vendors()
    with organization_scope(ALL):
        assert VendorView.objects.count() == 0  # the plan does not say so
        ReviewPlan.objects.update(invites_vendor=True)
        yesterday = timezone.localdate() - dt.timedelta(days=1)
        Review.objects.filter(pk=review.pk).update(due_on=yesterday)
    vendor_tasks.ask_vendors()
    with organization_scope(ALL):
        assert VendorView.objects.count() == 0  # its day has passed
        Review.objects.filter(pk=review.pk).update(due_on=timezone.localdate())
    vendor_tasks.ask_vendors()
    vendor_tasks.ask_vendors()
    view = view_of(review)
    assert (view.name, view.asked_by.name, view.shows_marks) == ("Kim", "Mia", False)
    with organization_scope(ALL):
        assert OutgoingMail.objects.filter(key__startswith="vendor-view:").count() == 1
        [line] = LogEntry.objects.filter(verb="review.vendor_asked")
    assert line.actor_name == "Mia"
