"""References: asked by private link or on the telephone, and what they say together."""

import datetime as dt
import re
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from activity.models import LogEntry, OutgoingMail
from core.tenancy import ALL, organization_scope
from vendors.models import Reference, Vendor
from vendors.reference_questions import MARKS, QUESTIONS, tidied
from vendors.reference_summary import Said, summary
from vendors.tests.builders import LIST, add, trail

LINK = re.compile(r"http://[^/]+(/reference/\w{48}/)")

# The summary, which is pure --------------------------------------------------------------------------


def said(independent: bool, **answers: Any) -> Said:
    return Said("Rae", independent, answers)


def test_what_they_say_together():
    rows = [
        said(False, satisfied=5, again=5),
        said(False, satisfied=4),
        said(True, satisfied=2, again=5, trouble="They forgot the backup."),
        said(True),
    ]
    found = summary(rows)
    line = found.line("satisfied")
    assert (found.count, found.named, found.found) == (3, 2, 1)
    # (5 + 4 + 2) / 3 = 3.67, those named (5 + 4) / 2 = 4.5
    assert (line.mean, line.named, line.found) == (Decimal("3.7"), Decimal("4.5"), Decimal("2.0"))
    assert (line.low, line.high, line.count) == (2, 5, 3)
    assert found.line("help").mean is None, "nobody answered: no mark, not a bad one"
    assert found.notes == (
        "Those whom the vendor named say better than those whom you found: Content, all in all (4.5 against 2.0).",
        "They are far apart on: Content, all in all. Ask both why.",
    )
    assert "All of them were named by the vendor" in summary(rows[:2]).notes[0]
    assert summary([]).count == 0


@given(
    st.lists(
        st.tuples(
            st.booleans(),
            st.dictionaries(st.sampled_from([q.key for q in MARKS]), st.integers(1, 5)),
        )
    )
)
@settings(max_examples=40, deadline=None)
def test_a_mean_lies_between_the_lowest_and_the_highest(rows):
    found = summary(said(independent, **answers) for independent, answers in rows)
    assert found.count == sum(bool(answers) for _, answers in rows)
    for line in found.lines:
        if line.mean is None:
            assert line.count == 0
        else:
            assert line.low <= line.mean <= line.high


def test_six_questions_and_only_what_they_can_get():
    assert (len(QUESTIONS), len(MARKS)) == (6, 5)
    assert {len(question.anchors) for question in MARKS} == {5}
    answers = {"again": 5, "trouble": "", "satisfied": None, "nobody": 3}
    assert tidied(answers) == {"again": 5}
    with pytest.raises(ValueError, match="no mark"):
        tidied({"again": 6})


# Pages -----------------------------------------------------------------------------------------------


@pytest.fixture
def vendor(manager, owner) -> Vendor:
    return add(manager, "Northwind", inside_owner=owner)


@pytest.fixture
def inside(client, manager) -> Client:
    client.force_login(manager.user)
    return client


@pytest.fixture
def reference(inside, vendor) -> Reference:
    inside.post(url(vendor, "add/"), body())
    return only()


@pytest.fixture
def outside() -> Client:
    """A browser in which nobody is signed in."""
    return Client()


def url(vendor: Vendor, what: str = "") -> str:
    return f"{LIST}{vendor.pk}/references/{what}"


def body(**fields: Any) -> dict[str, Any]:
    named = {"name": "Rae", "company": "Contoso", "email": "rae@contoso.example"}
    return {**named, "found": "independent", **fields}


@organization_scope(ALL)
def only() -> Reference:
    return Reference.objects.select_related("mail", "vendor", "called_by").get()


def ask(inside: Client, **values: Any) -> str:
    """Ask; the path of the link, read from the mail."""
    row = only()
    until_on = timezone.localdate() + dt.timedelta(days=7)
    place = url(row.vendor, f"{row.pk}/ask/")
    response = inside.post(place, {"until_on": until_on, "version": row.version, **values})
    assertRedirects(response, place, fetch_redirect_response=False)
    [path] = set(LINK.findall(only().mail.text))
    return path


def answer(**values: Any) -> dict[str, Any]:
    return {"version": only().version, "do": "save", **values}


def verbs(vendor: Vendor) -> list[str]:
    return [line[1].removeprefix("vendor.reference_") for line in trail(vendor)[1:]]


def test_noted_once_and_nothing_is_answered_beforehand(inside, vendor, viewer):
    assertContains(inside.get(url(vendor)), "Nobody to ask yet")
    assertNotContains(inside.get(url(vendor, "add/")), "checked")
    key = uuid.uuid4()
    for _ in range(2):
        assertRedirects(inside.post(url(vendor, "add/"), body(creation_key=key)), url(vendor))
    row = only()
    assert (row.found, row.token_hash, row.mail) == ("independent", None, None)
    edit = url(vendor, f"{row.pk}/edit/")
    inside.post(edit, body(role="Head of IT", version=1))
    stale = inside.post(edit, body(role="Cook", version=1))
    assert (stale.status_code, stale.context["differing"]) == (
        409,
        [("Position", "Head of IT", "Cook")],
    )
    for field, value in [("found", "rumour"), ("email", "x"), ("name", "a\x00"), ("company", "")]:
        response = inside.post(url(vendor, "add/"), body(**{field: value}))
        assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    inside.force_login(viewer.user)
    assert inside.get(url(vendor)).status_code == 200
    assert inside.post(edit, body()).status_code == 403


def test_asked_by_a_link_that_can_be_copied_again(
    inside, vendor, reference, outside, django_assert_max_num_queries
):
    path = ask(inside)
    token = path.split("/")[2]
    row = only()
    assert (row.mail.secret, row.mail.to) == (True, "rae@contoso.example")
    with organization_scope(ALL):
        assert token not in str(list(LogEntry.objects.values_list("after", flat=True)))
    page = inside.get(url(vendor, f"{row.pk}/ask/"))
    assertContains(page, token)
    assertNotContains(inside.get(url(vendor)), token)
    with django_assert_max_num_queries(4):
        page = outside.get(path)
    assert page["Referrer-Policy"] == "strict-origin"
    assertNotContains(page, "checked")
    for hidden in ("Contoso", "app-rail", "Olga", "call", "Named by", "Found by"):
        assertNotContains(page, hidden)
    assert only().seen_at is None, "looking changes nothing"
    assert outside.post(path, {"do": "seen"}).status_code == 204
    assert outside.post(path, {"do": "seen"}).status_code == 204
    assert only().seen_at is not None
    assertContains(inside.get(url(vendor)), "Opened, no answer yet")
    assert verbs(vendor) == ["added", "asked", "opened"]


def test_saved_as_one_goes_and_sent_once(inside, vendor, reference, outside):
    path = ask(inside)
    first = outside.post(path, answer(satisfied="4", do="autosave"))
    assert first.status_code == 200
    assertContains(first, f'value="{only().version}"')
    assertNotContains(inside.get(url(vendor)), "Content; small things only")
    for bad in (
        {"satisfied": "9"},
        {"trouble": "x" * 4001},
        {"trouble": "a\x00"},
        {"version": "x"},
    ):
        wrong = outside.post(path, answer(**{"do": "autosave", **bad}))
        assert (wrong.status_code, only().answers) == (422, {"satisfied": 4})
    old = answer(satisfied="2", do="autosave")
    outside.post(path, answer(satisfied="4", trouble="Once the backup."))
    assertContains(outside.get(path), "Once the backup.")
    assert outside.post(path, old).status_code == 409
    stale = outside.post(path, {**old, "do": "hand_in"})
    assert stale.status_code == 409
    assert (
        "Content, all in all",
        "4: Content; small things only",
        "2: More trouble than good",
    ) in (stale.context["differing"])
    body = {**old, "satisfied": "4", "trouble": "Once the backup.", "do": "hand_in"}
    assertRedirects(
        outside.post(path, body), path
    )  # an old page with the same answers is no conflict
    assertContains(outside.get(path), "Thank you, Rae")
    outside.post(path, answer(satisfied="1", do="hand_in"))
    assert only().answers == {"satisfied": 4, "trouble": "Once the backup."}
    with organization_scope(ALL):
        told = OutgoingMail.objects.filter(key__startswith="reference-answered:").order_by("to")
        assert [mail.to for mail in told] == ["mia@acme.example", "olga@acme.example"]
    page = inside.get(url(vendor))
    assertContains(page, "Content; small things only")
    assert page.context["summary"].line("satisfied").mean == Decimal("4.0")
    assert inside.post(url(vendor, f"{reference.pk}/ask/"), {"version": 9}).status_code == 422
    assert verbs(vendor) == ["added", "asked", "began", "answered"]


def gone(path: str) -> str:
    """The page of a link that does not work, whichever way it is asked, as it is for a stranger."""
    outside = Client()
    posts = [
        outside.post(path, {"do": do, "satisfied": "4", "version": 1}) for do in ("save", "seen")
    ]
    answers = [outside.get(path), *posts]
    assert [page.status_code for page in answers] == [404, 404, 404]
    [text] = {re.sub(r'value="\w{64}"', "", page.text) for page in answers}
    return text


def test_links_that_do_not_work_all_look_the_same(inside, vendor, reference, outside):
    unknown = gone(f"/reference/{'x' * 48}/")
    old = ask(inside)
    outside.post(old, answer(satisfied="4"))
    path = ask(inside)
    assert gone(old) == unknown
    assert only().answers == {"satisfied": 4}, "the same person goes on"
    with organization_scope(ALL):
        Reference.objects.update(expires_at=timezone.now())
    assert gone(path) == unknown
    path = ask(inside)
    inside.post(url(vendor, f"{reference.pk}/withdraw/"))
    assert gone(path) == unknown
    path = ask(inside)
    inside.post(
        url(vendor, f"{reference.pk}/edit/"), body(email="x@x.example", version=only().version)
    )
    assert gone(path) == unknown
    assert only().answers == {}, "another person starts with an empty page"
    path = ask(inside)
    inside.post(url(vendor, f"{reference.pk}/remove/"))
    assert gone(path) == unknown
    with organization_scope(ALL):
        states = set(OutgoingMail.objects.filter(secret=True).values_list("state", "text"))
    assert states == {("cancelled", "")}


def test_heard_on_the_telephone(inside, vendor, reference, manager, outside):
    path = ask(inside)
    outside.post(path, answer(satisfied="1", trouble="My draft"))
    call = url(vendor, f"{reference.pk}/call/")
    page = inside.get(call)
    assertNotContains(page, "My draft")
    today = timezone.localdate()
    shown = {"called_on": today, "call_notes": "Warm.", "version": only().version}
    outside.post(path, answer(satisfied="1", trouble="My draft, longer"))
    assertNotContains(inside.post(call, shown), "My draft", status_code=409)
    body = {"called_on": today, "call_notes": "", "version": only().version}
    assert inside.post(call, body).status_code == 422, "nothing was said"
    late = {**body, "called_on": today + dt.timedelta(days=1), "again": "5"}
    assert inside.post(call, late).status_code == 422
    response = inside.post(call, {**body, "again": "5", "call_notes": "Warm."})
    assertRedirects(response, url(vendor))
    row = only()
    assert (row.answers, row.called_by, row.answered_at) == ({"again": 5}, manager, None)
    gone(path)
    stale = inside.post(call, {**body, "again": "1"})
    assert stale.status_code == 409
    assert ("Would choose them again", "5: At once", "1: Certainly not") in stale.context[
        "differing"
    ]
    page = inside.get(url(vendor))
    assertContains(page, "Talked to on the telephone")
    assertContains(page, "Warm.")


def test_who_answered_keeps_their_answers_when_called(inside, vendor, reference, outside):
    path = ask(inside)
    outside.post(path, answer(satisfied="4", do="hand_in"))
    call = url(vendor, f"{reference.pk}/call/")
    body = {"called_on": timezone.localdate(), "call_notes": "More.", "version": only().version}
    inside.post(call, {**body, "satisfied": "1"})
    assert (only().answers, only().call_notes) == ({"satisfied": 4}, "More.")
    assertNotContains(outside.get(path), "More.")


def test_without_an_address_the_link_is_made_and_no_mail_goes_out(inside, vendor):
    inside.post(url(vendor, "add/"), body(email=""))
    row = only()
    place = url(vendor, f"{row.pk}/ask/")
    for until_on in (timezone.localdate() - dt.timedelta(days=1), dt.date(2090, 1, 1)):
        assert inside.post(place, {"until_on": until_on, "version": 1}).status_code == 422
    until_on = timezone.localdate()
    inside.post(place, {"until_on": until_on, "version": 1})
    assert inside.post(place, {"until_on": until_on, "version": 1}).status_code == 409, (
        "asked twice"
    )
    assert (only().mail, only().version) == (None, 2)
    assertContains(inside.get(place), "/reference/")


def test_references_of_others_are_not_found(inside, vendor, reference, outsider, manager):
    other = add(manager, "Other")
    parts = [
        f"{reference.pk}/{what}" for what in ("edit/", "ask/", "call/", "withdraw/", "remove/")
    ]
    assert {inside.post(url(other, part)).status_code for part in parts} == {404}
    theirs = add(outsider, "Theirs")
    inside.force_login(outsider.user)
    places = [url(theirs, part).replace("acme", "globex") for part in parts]
    assert {inside.post(place).status_code for place in places} == {404}
