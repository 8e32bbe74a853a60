"""Security due diligence from the first question to a settled gap, by members and by a vendor without account."""

import datetime as dt
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from activity.links import token_of
from activity.models import LogEntry, OutgoingMail, WatchedDate
from core.tenancy import ALL, organization_scope
from vendors import actions
from vendors.diligence_queries import summaries_of
from vendors.models import DiligenceAnswer, DiligenceCheck, DiligenceGap, Vendor
from vendors.tests import builders

pytestmark = pytest.mark.usefixtures("files")
LINK = re.compile(r"http://[^/]+(/security-questions/[0-9a-f]{48}/)")
ASKED = ["policy", "second_factor", "restore_tests"]
BOXES = {
    "asked_policies": "policy",
    "asked_access": "second_factor",
    "asked_backup": "restore_tests",
}
GONE = b"This link does not work (any more)"


@pytest.fixture
def vendor(manager) -> Vendor:
    found = builders.add(manager, "Northwind")
    builders.add_person(manager, found, "Carla", email="carla@northwind.example")
    return found


def area(vendor: Vendor) -> str:
    return f"/o/acme/vendors/{vendor.pk}/diligence/"


def rounds(vendor: Vendor) -> list[DiligenceCheck]:
    with organization_scope(ALL):
        return list(DiligenceCheck.objects.filter(vendor=vendor).order_by("number"))


def given(check: DiligenceCheck) -> dict[str, tuple[str, str, str]]:
    with organization_scope(ALL):
        rows = DiligenceAnswer.objects.filter(check_asked=check).order_by("pk")
        return {row.question: (row.answer, row.comment, row.verdict) for row in rows}


def watched(kind: str) -> list[dt.date]:
    with organization_scope(ALL):
        return list(WatchedDate.objects.filter(kind=kind).values_list("due_on", flat=True))


def verbs() -> list[str]:
    with organization_scope(ALL):
        rows = LogEntry.objects.filter(verb__startswith="vendor.security").order_by("pk")
        return [row.verb.removeprefix("vendor.security_") for row in rows]


def start(client: Client, vendor: Vendor, **more: Any) -> DiligenceCheck:
    body = {"due_on": "2030-03-01", "repeat_months": "12", "introduction": "Hello", **BOXES, **more}
    response = client.post(f"{area(vendor)}new/", body)
    assert response.status_code == 302, response.content.decode()[:3000]
    return rounds(vendor)[-1]


def ask(client: Client, vendor: Vendor, check: DiligenceCheck) -> str:
    """The path of the private link, from the mail."""
    with organization_scope(ALL):
        contact = vendor.contacts.get()
        version = DiligenceCheck.objects.get(pk=check.pk).version
    until = timezone.localdate() + dt.timedelta(days=30)
    body = {"contact": contact.pk, "until_on": until, "version": version}
    response = client.post(f"{area(vendor)}{check.pk}/ask/", body)
    assert response.status_code == 302, response.content.decode()[:3000]
    mail = OutgoingMail.objects.filter(key__startswith="diligencecheck:").order_by("pk").last()
    assert mail is not None
    assert mail.secret
    found = LINK.search(mail.text)
    assert found
    return found[1]


def answered(client: Client, vendor: Vendor) -> DiligenceCheck:
    """A round that is handed in: yes with a file, partly, and the third open."""
    check = start(client, vendor)
    path = ask(client, vendor, check)
    body = {
        "answer_policy": "yes",
        "comment_policy": "By our board",
        "answer_second_factor": "partly",
    }
    body |= {"file_policy": SimpleUploadedFile("policy.txt", b"Page one")}
    response = Client().post(path, {**body, "do": "hand_in", "leaves_open": "on"})
    assert response.status_code == 302, response.content.decode()[:3000]
    return rounds(vendor)[-1]


def test_from_the_question_to_the_next_round(client, manager, vendor):
    client.force_login(manager.user)
    check = answered(client, vendor)
    assert (check.state, check.number, check.name) == ("answered", 1, "Carla")
    assert not set(ASKED) & set(check.left_out)
    assert given(check) == {
        "policy": ("yes", "By our board", ""),
        "second_factor": ("partly", "", ""),
    }
    assert watched("diligence.due") == []  # the answers are in
    news = OutgoingMail.objects.filter(key__startswith="diligence-answered:")
    assert news.count() == 1
    page = client.get(f"{area(vendor)}{check.pk}/judge/")
    assert b"No gap (proposed: high)" in page.content  # partly, essential
    body = {"verdict_policy": "proven", "gap_restore_tests": "critical", "repeat_months": "6"}
    body |= {"summary": "Fair", "version": check.version, "do": "close"}
    response = client.post(f"{area(vendor)}{check.pk}/judge/", body)
    assert response.status_code == 422
    assert b"1 answer is not judged yet" in response.content
    assert (
        client.post(f"{area(vendor)}{check.pk}/judge/", {**body, "version": 1}).status_code == 409
    )
    done = client.post(f"{area(vendor)}{check.pk}/judge/", {**body, "rest_believed": "on"})
    assert done.status_code == 302
    judged = rounds(vendor)[0]
    # Weights 2, 3, 3: (2 x 1 + 3 x 1/2) / 5, and 5 of 8 covered.
    assert (str(judged.score), str(judged.coverage)) == ("70.000", "62.500")
    assert (judged.state, judged.judged_by_id, judged.summary) == ("judged", manager.pk, "Fair")
    assert judged.repeat_on is not None
    assert watched("diligence.repeat") == [judged.repeat_on]
    assert given(judged)["second_factor"] == ("partly", "", "believed")
    with organization_scope(ALL):
        gap = DiligenceGap.objects.get()
    assert (gap.text, gap.severity) == ("Not answered: Restoring was tried", "critical")
    # Judged once: nothing changes any more.
    late = client.post(f"{area(vendor)}{check.pk}/judge/", {**body, "version": judged.version})
    assert late.status_code == 422
    second = start(client, vendor)
    assert (second.number, watched("diligence.repeat")) == (2, [])
    assert client.post(f"{area(vendor)}{second.pk}/withdraw/").status_code == 302
    assert watched("diligence.repeat") == [judged.repeat_on]
    with organization_scope(ALL):
        summary = summaries_of([vendor])[vendor.pk]
    assert (summary.judged, summary.current, summary.worst) == (judged, None, "critical")
    assert verbs() == [
        "round_started",
        "asked",
        "answered",
        "judged",
        "round_started",
        "round_withdrawn",
    ]


def test_the_vendor_saves_as_it_goes_and_nobody_overwrites_anybody(client, manager, vendor):
    client.force_login(manager.user)
    check = start(client, vendor)
    path, outside = ask(client, vendor, check), Client()
    assert watched("diligence.due") == [dt.date(2030, 3, 1)]
    page = outside.get(path)
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert page.headers["Cache-Control"] == "no-store, private"
    assert b"Encrypted on the way" not in page.content  # left out
    assert rounds(vendor)[0].seen_at is None  # looking alone writes nothing
    assert outside.post(path, {"do": "seen"}).status_code == 204
    assert rounds(vendor)[0].seen_at is not None
    one = {"do": "one:policy", "answer_policy": "yes", "comment_policy": "In March"}
    saved = outside.post(path, one)
    assert (saved.status_code, b"Saved at" in saved.content) == (200, True)
    was = re.search(rb'name="was_policy" value="(\w+)"', saved.content)
    assert was
    # A colleague who had the page open before is told, and can save again over it.
    late = outside.post(path, {**one, "answer_policy": "no"})
    assert late.status_code == 409
    assert "“Yes: In March”".encode() in late.content
    assert given(check)["policy"] == ("yes", "In March", "")
    again = outside.post(path, {**one, "answer_policy": "no", "was_policy": was[1].decode()})
    assert again.status_code == 200
    assert given(check)["policy"] == ("no", "In March", "")


def test_without_script_all_at_once_and_handed_in_once(client, manager, vendor):
    client.force_login(manager.user)
    check = start(client, vendor)
    path, outside = ask(client, vendor, check), Client()
    one = {"do": "one:policy", "answer_policy": "no", "comment_policy": "In March"}
    again = outside.post(path, one)
    # Without JavaScript all at once: what differs is compared, and nothing is lost.
    whole = outside.post(
        path, {"do": "save", "answer_policy": "yes", "answer_second_factor": "yes"}
    )
    assert whole.status_code == 409
    assert b"Somebody changed this" in whole.content
    assert list(given(check)) == ["policy"]
    # Files: what is none of the allowed kinds is refused at its question, text stays.
    bad = {"do": "one:policy", "answer_policy": "no", "comment_policy": "In March"}
    bad |= {"file_policy": SimpleUploadedFile("a.exe", b"MZ")}
    assert outside.post(path, bad).status_code == 422
    assert (
        outside.post(path, {"do": "one:in_transit", "answer_in_transit": "yes"}).status_code == 404
    )
    assert outside.post(path, {"do": "one:nothing"}).status_code == 404
    assert outside.post(path, {"do": "one:policy", "answer_policy": "maybe"}).status_code == 422
    # Handing in tells what is open; then the page is for reading.
    body = {"answer_policy": "no", "comment_policy": "In March", "do": "hand_in"}
    body["was_policy"] = re.search(rb'name="was_policy" value="(\w+)"', again.content)[1].decode()
    stopped = outside.post(path, body)
    assert (stopped.status_code, b"2 questions are not answered" in stopped.content) == (422, True)
    assert outside.post(path, {**body, "leaves_open": "on"}).status_code == 302
    assert outside.post(path, {**body, "leaves_open": "on"}).status_code == 302  # sent twice
    thanks = outside.get(path)
    assert b"Thank you" in thanks.content
    assert verbs().count("answered") == 1
    assert outside.post(path, {"do": "one:policy", "answer_policy": "yes"}).status_code == 302
    assert given(check)["policy"][0] == "no"


def test_links_that_open_nothing_look_all_the_same(client, manager, vendor):
    client.force_login(manager.user)
    check = start(client, vendor)
    outside = Client()
    old = ask(client, vendor, check)
    new = ask(client, vendor, check)
    assert outside.get(new).status_code == 200
    dead = [old, f"/security-questions/{'x' * 48}/", f"/security-questions/{'x' * 500}/"]
    pages = {outside.get(path).content for path in dead}
    assert len(pages) == 1
    assert GONE in pages.pop()
    assert outside.get(old).status_code == 404
    # The link of one thing opens nothing else.
    token = token_of(rounds(vendor)[0])
    assert new == f"/security-questions/{token}/"
    assert outside.get(f"/reference/{token}/").status_code == 404
    # Taken back: neither reading nor saving.
    assert client.post(f"{area(vendor)}{check.pk}/withdraw-link/").status_code == 302
    assert outside.get(new).status_code == 404
    body = {"do": "save", "answer_policy": "yes"}
    assert outside.post(new, body).status_code == 404
    third = ask(client, vendor, check)
    with organization_scope(ALL):
        DiligenceCheck.objects.filter(pk=check.pk).update(
            expires_at=timezone.now() - dt.timedelta(seconds=1)
        )
    assert outside.post(third, body).status_code == 404
    assert given(check) == {}


def test_what_the_vendor_saves_is_not_read_before_it_is_handed_in(client, manager, vendor):
    client.force_login(manager.user)
    check = start(client, vendor)
    path, here = ask(client, vendor, check), f"{area(vendor)}{check.pk}/"
    body = {"do": "save", "answer_policy": "no", "comment_policy": "Our secret draft"}
    body |= {"file_policy": SimpleUploadedFile("draft.txt", b"Draft")}
    assert Client().post(path, body).status_code == 302
    with organization_scope(ALL):
        said = DiligenceAnswer.objects.get()
    for part in ("", "report/", "judge/", "answers/"):
        page = client.get(f"{here}{part}", follow=True)
        assert page.status_code == 200
        assert b"secret draft" not in page.content, part
        assert b"draft.txt" not in page.content, part
        assert b"Claimed" not in page.content, part  # what they add up to tells something too
    assert client.get(f"{here}files/{said.pk}/").status_code == 404
    assert client.post(f"{here}answers/", {"answer_policy": "yes"}).status_code == 302
    assert given(check)["policy"][0] == "no"
    # What no text can hold, and what is too long, is refused in words; nothing is lost.
    odd = {"do": "one:policy", "answer_policy": "yes", "comment_policy": "a\0b"}
    assert Client().post(path, odd).status_code == 422
    assert Client().post(path, {**odd, "comment_policy": "x" * 4001}).status_code == 422
    # Taken back while the page is open: a page that saves by itself is loaded anew.
    client.post(f"{here}withdraw-link/")
    late = Client().post(path, {"do": "one:policy"}, headers={"HX-Request": "true"})
    assert (late.status_code, late.headers["HX-Refresh"]) == (404, "true")


def test_what_may_not_be(client, manager, vendor):
    client.force_login(manager.user)
    none = client.post(f"{area(vendor)}new/", {"due_on": "2030-03-01"})
    assert (none.status_code, b"Ask one question at least" in none.content) == (422, True)
    check = start(client, vendor)
    twice = client.post(f"{area(vendor)}new/", BOXES)
    assert (twice.status_code, b"A round is open already" in twice.content) == (422, True)
    other = builders.add(manager, "Kestrel")
    person = builders.add_person(manager, other, "Kim", email="kim@kestrel.example")
    until = timezone.localdate()
    body = {"contact": person.pk, "until_on": until, "version": check.version}
    assert client.post(f"{area(vendor)}{check.pk}/ask/", body).status_code == 422
    assert client.get(f"{area(other)}{check.pk}/").status_code == 404
    ask(client, vendor, check)
    # Which questions are asked is fixed from then on; what else was planned can change.
    now = rounds(vendor)[0]
    edit = {"due_on": "2030-04-01", "repeat_months": "", "version": now.version}
    assert client.post(f"{area(vendor)}{check.pk}/edit/", edit).status_code == 302
    changed = rounds(vendor)[0]
    assert (changed.due_on, changed.left_out) == (dt.date(2030, 4, 1), now.left_out)
    assert watched("diligence.due") == [dt.date(2030, 4, 1)]
    assert client.post(f"{area(vendor)}{check.pk}/edit/", edit).status_code == 409
    judge = {"version": changed.version, "do": "close"}
    assert client.post(f"{area(vendor)}{check.pk}/judge/", judge).status_code == 422


def test_noted_by_us_with_the_evidence_and_who_may_read_it(
    client, manager, viewer, outsider, vendor
):
    client.force_login(manager.user)
    check = start(client, vendor)
    here = f"{area(vendor)}{check.pk}/"
    body = {"answer_policy": "yes", "do": "finish"}
    body |= {"file_policy": SimpleUploadedFile("policy.txt", b"Page one")}
    assert client.post(f"{here}answers/", body).status_code == 302
    assert rounds(vendor)[0].state == "answered"
    with organization_scope(ALL):
        said = DiligenceAnswer.objects.get()
    file = client.get(f"{here}files/{said.pk}/")
    assert b"".join(file.streaming_content) == b"Page one"
    assert file.headers["Content-Disposition"] == 'attachment; filename="policy.txt"'
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    client.force_login(viewer.user)
    assert client.get(here).status_code == 200
    assert b"private-link" not in client.get(here).content
    for part in ("edit/", "ask/", "answers/", "judge/", "gaps/add/"):
        assert client.get(f"{here}{part}").status_code == 403
    client.force_login(outsider.user)
    assert client.get(f"{here}files/{said.pk}/").status_code == 404
    assert verbs() == ["round_started", "answers_noted"]


def test_gaps_are_followed_until_they_are_settled(client, manager, vendor):
    client.force_login(manager.user)
    check = answered(client, vendor)
    add = {"text": "No exit clause", "severity": "high", "due_on": "2030-05-01"}
    add |= {"creation_key": "8c8b0b7e-7f0e-4c4e-9d57-3a3a3a3a3a3a"}
    for _ in range(2):  # sent twice
        assert client.post(f"{area(vendor)}{check.pk}/gaps/add/", add).status_code == 302
    with organization_scope(ALL):
        gap = DiligenceGap.objects.get()
    here = f"{area(vendor)}{check.pk}/gaps/{gap.pk}/"
    assert watched("gap.due") == [dt.date(2030, 5, 1)]
    edit = {**add, "due_on": "2030-06-01", "version": 1}
    assert client.post(f"{here}edit/", edit).status_code == 302
    assert client.post(f"{here}edit/", edit).status_code == 409
    assert watched("gap.due") == [dt.date(2030, 6, 1)]
    bare = client.post(f"{here}settle/", {"state": "accepted", "version": 2})
    assert (bare.status_code, b"why it is accepted" in bare.content) == (422, True)
    body = {"state": "closed", "note": "In the contract now", "version": 2}
    assert client.post(f"{here}settle/", body).status_code == 302
    assert watched("gap.due") == []
    assert b"In the contract now" in client.get(area(vendor)).content
    assert client.post(f"{here}settle/", {"state": "open", "version": 3}).status_code == 302
    assert watched("gap.due") == [dt.date(2030, 6, 1)]
    with organization_scope(ALL):  # nobody waits for an archived vendor
        actions.archive_vendor(vendor=vendor, by=manager)
        assert watched("gap.due") == []
        actions.restore_vendor(vendor=vendor, by=manager)
    assert watched("gap.due") == [dt.date(2030, 6, 1)]


def test_pages_ask_few_queries(client, manager, vendor, django_assert_max_num_queries):
    client.force_login(manager.user)
    check = answered(client, vendor)
    with django_assert_max_num_queries(12):
        assert client.get(area(vendor)).status_code == 200
    for part in ("", "judge/", "report/", "answers/"):
        with django_assert_max_num_queries(12):
            assert client.get(f"{area(vendor)}{check.pk}/{part}").status_code == 200


def test_two_entries_of_one_company_keep_all_rounds(client, manager, vendor):
    client.force_login(manager.user)
    other = builders.add(manager, "Northwind Ltd")
    for which in (vendor, other):
        start(client, which)
    with organization_scope(manager.organization):
        Vendor.objects.filter(pk=other.pk).update(work_days=[0, 2], work_from="08:00")
        both = {row.pk: Vendor.objects.get(pk=row.pk).version for row in (vendor, other)}
        actions.merge_vendors(keep=vendor, other=other, values={}, versions=both, by=manager)
    assert [check.number for check in rounds(vendor)] == [1, 2]
    assert builders.fresh(vendor).work_days == [0, 2]
