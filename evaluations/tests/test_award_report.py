"""The decision report: the page, the PDF that the worker makes, and who may have it."""

import io

import pypdf
import pytest
from django.db import connection
from django.urls import reverse

from activity.actions.reports import fail_file
from activity.models import Job, JobFile
from core.tenancy import ALL, organization_scope
from evaluations import tasks
from evaluations.actions import award_report
from evaluations.actions.awards import change_award, propose_award, return_award
from evaluations.forms.awards import VALUES
from evaluations.models import Award, AwardCondition
from evaluations.reports import read_report
from evaluations.tests.builders import fill, give_mark, make_award, make_evaluation
from evaluations.tests.record_case import frozen_award

NAMES = ["Northwind", "Contoso", "Stay in-house"]
CRITERIA = [
    {"name": "Quality", "weight": 60},
    {"name": "Cost", "weight": 40},
    {"name": "Insured", "kind": "gate", "weight": 0, "worst": 0, "best": 1, "anchors": []},
]


@pytest.fixture
def award(acme, owner, manager) -> Award:
    evaluation = make_evaluation(
        acme,
        criteria=CRITERIA,
        candidates=NAMES,
        evaluators=[owner, manager],
        state="closed",
        service="Help desk",
        reason="Two days for an answer.",
    )
    with organization_scope(ALL):
        cards = list(evaluation.scorecards.order_by("pk"))
    give_mark(cards[0], "Northwind", "Quality", 5, evidence="claim")
    give_mark(cards[1], "Contoso", "Cost", 4, evidence="document")
    for card in cards:
        fill(card)
    found = make_award(
        evaluation,
        owner,
        "Northwind",
        "Contoso",
        state="proposed",
        rationale="They answer at once & in writing.",
        runner_up_quote="1200.50",
        runner_up_quoted_on="2026-03-01",
    )
    with organization_scope(ALL):
        AwardCondition.objects.create(
            organization=acme, award=found, text="Insurance until March", position=1
        )
    return found


def url(award: Award, name: str = "award_report") -> str:
    at = {"org": "acme", "evaluation_id": award.evaluation_id, "award_id": award.pk}
    return reverse(f"evaluations:{name}", kwargs=at)


@organization_scope(ALL)
def job_of(award: Award) -> Job:
    return Job.objects.get(kind=award_report.JOB_KIND)


def text_of(data: bytes) -> str:
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]
    return " ".join(" ".join(pages).split())


def test_the_page_tells_the_decision_and_what_it_rests_on(award, viewer, client):
    client.force_login(viewer.user)
    page = client.get(url(award))
    for words in (
        "Northwind gets the award; Contoso stays on the bench.",
        "EUR\xa01,200.50, quoted",
        "They answer at once &amp; in writing.",
        "Insurance until March",
        "Not approved",
        "Krippendorff",
        "The award is not approved yet, so nothing is frozen",
    ):
        assert words in page.text


def test_the_number_of_queries_is_constant(award, viewer, client, django_assert_max_num_queries):
    client.force_login(viewer.user)
    client.get(url(award))  # the first page of a session also remembers the organization
    with django_assert_max_num_queries(12):
        client.get(url(award))


def test_asking_making_and_fetching_the_pdf(award, viewer, client):
    client.force_login(viewer.user)
    assert client.get(url(award, "award_report_file")).status_code == 404
    page = client.post(url(award, "ask_award_report"), follow=True)
    assert "The PDF is being made" in page.text
    client.post(url(award, "ask_award_report"))
    job = job_of(award)  # asked twice, made once
    tasks.make_award_report(award.pk)
    tasks.make_award_report(award.pk)
    with organization_scope(ALL):
        assert JobFile.objects.count() == 1
    job.refresh_from_db()
    assert (job.state, job.message) == (Job.State.DONE, "")
    part = client.get(url(award), headers={"HX-Request": "true"})
    assert "Download the PDF" in part.text
    assert "<h1" not in part.text
    made = client.get(url(award, "award_report_file"))
    assert made["Content-Type"] == "application/pdf"
    assert made["Content-Disposition"] == (
        f'attachment; filename="decision-{award.evaluation_id}-{award.pk}.pdf"'
    )
    told = text_of(made.content)
    for words in (
        "Northwind gets the award; Contoso stays on the bench.",
        "They answer at once & in writing.",
        "Insurance until March",
        "Waiting for approval: not approved",
        "Quality",
        "Who scored",
    ):
        assert words in told
    assert "Try it" not in told


def pages_of(award: Award) -> list[str]:
    """The text of each page of the PDF."""
    with organization_scope(ALL):
        award_report.ask_for_report(award=award, by=award.created_by)
    tasks.make_award_report(award.pk)
    with organization_scope(ALL):
        data = bytes(JobFile.objects.get().data)
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]
    return [" ".join(text.split()) for text in pages]


def test_the_summary_fits_one_page_and_what_is_too_long_for_it_stands_in_full_below(award):
    with organization_scope(ALL):
        award.rationale = "They know our trade. " * 60 + "And they answer."
        award.save()
        for number in range(12):
            text = f"Condition {number}: " + "to be shown on paper, signed " * 8 + "."
            AwardCondition.objects.create(
                organization=award.organization, award=award, text=text, position=number + 2
            )
    first, second, *rest = pages_of(award)
    assert "13 altogether; all in full at the end of this report." in first
    assert "Still to be proven about Northwind" in first
    assert "And they answer." not in first
    assert second.startswith("The ranking")
    told = " ".join(rest)
    assert "And they answer." in told
    assert "Condition 11: to be shown" in told


def test_a_winner_far_down_the_ranking_is_on_the_first_page_and_all_are_in_the_details(acme, owner):
    names = [f"Vendor {letter}" for letter in "ABCDEFG"]
    evaluation = make_evaluation(acme, candidates=names, evaluators=[owner], state="closed")
    with organization_scope(ALL):
        card = evaluation.scorecards.get()
    for mark, name in enumerate(reversed(names[:6])):
        give_mark(card, name, "Quality", mark)
        give_mark(card, name, "Cost", mark)
    for criterion in ("Quality", "Cost"):
        give_mark(card, "Vendor G", criterion, 0)
    award = make_award(evaluation, owner, "Vendor G", state="proposed", rationale="x")
    with organization_scope(ALL):
        report = read_report(award)
    assert [row.candidate.name[-1] for row in report.shown] == list("ABCDG")
    tables = [[row.candidate.name[-1] for row in rows] for rows, _ in report.points_by_criterion]
    assert [name for names in tables for name in names] == list("ABCDEFG")
    assert [len(names) for names in tables] == [5, 2]


@pytest.mark.parametrize("step", ["propose", "change"])
def test_a_pdf_of_what_the_award_was_before_is_not_offered(award, owner, client, step):
    client.force_login(owner.user)
    client.post(url(award, "ask_award_report"))
    tasks.make_award_report(award.pk)
    assert client.get(url(award, "award_report_file")).status_code == 200
    with organization_scope(ALL):
        returned = return_award(award=award, version=award.version, note="Cheaper?", by=owner)
    client.post(url(award, "ask_award_report"))
    tasks.make_award_report(award.pk)
    assert client.get(url(award, "award_report_file")).status_code == 200
    with organization_scope(ALL):
        if step == "propose":
            propose_award(award=returned, version=returned.version, by=owner)
        else:
            values = {name: getattr(returned, name) for name in VALUES} | {"rationale": "Cheaper."}
            change_award(
                award=returned, values=values, conditions=[], version=returned.version, by=owner
            )
    assert client.get(url(award, "award_report_file")).status_code == 404
    assert "Make the PDF" in client.get(url(award)).text


def test_a_report_that_fails_says_so_and_can_be_asked_again(award, viewer, client):
    client.force_login(viewer.user)
    client.post(url(award, "ask_award_report"))
    with organization_scope(ALL):
        fail_file(job=job_of(award))
    page = client.get(url(award))
    assert "The report could not be made." in page.text
    client.post(url(award, "ask_award_report"))
    tasks.make_award_report(award.pk)
    assert client.get(url(award, "award_report_file")).status_code == 200


def test_a_lost_wake_up_is_found_and_a_dead_worker_given_up(award, viewer, client, time_machine):
    time_machine.move_to("2026-03-02 12:00 +0000")
    client.force_login(viewer.user)
    client.post(url(award, "ask_award_report"))
    time_machine.shift(60)
    tasks.resume_reports()
    assert job_of(award).state == Job.State.DONE
    with organization_scope(ALL):
        Job.objects.update(state=Job.State.RUNNING)
    time_machine.shift(3600)
    tasks.resume_reports()
    assert job_of(award).state == Job.State.FAILED


def test_one_report_that_can_not_be_kept_does_not_hold_up_the_others(
    award, acme, owner, manager, client, time_machine
):
    time_machine.move_to("2026-03-02 12:00 +0000")
    other = frozen_award(acme, owner, manager)
    client.force_login(owner.user)
    for row in (award, other):
        client.post(url(row, "ask_award_report"))
    with organization_scope(ALL):
        first, second = Job.objects.order_by("pk")
        JobFile.objects.create(organization=acme, job=first, filename="taken", data=b"")
    time_machine.shift(60)
    tasks.resume_reports()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (Job.State.FAILED, Job.State.DONE)


@pytest.mark.parametrize("content", ["not JSON", "{}", "[1]", '{"inputs": {}, "analysis": {}}'])
def test_a_record_that_was_broken_breaks_neither_page_nor_letters(
    acme, owner, manager, client, content
):
    broken = frozen_award(acme, owner, manager)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE activity_frozenrecord SET content = %s", [content])
    client.force_login(owner.user)
    words = "The record of this award can’t be read any more."
    for page in (
        client.get(url(broken), follow=True),
        client.post(url(broken, "draft_letters"), follow=True),
    ):
        assert words in page.text.replace("&#x27;", "’")
    client.post(url(broken, "ask_award_report"))
    tasks.make_award_report(broken.pk)
    assert (job_of(broken).state, job_of(broken).message[:10]) == ("failed", "The record")


def test_a_withdrawn_draft_has_no_report(award, owner, client):
    client.force_login(owner.user)
    with organization_scope(ALL):
        Award.objects.update(state="withdrawn")
    assert client.get(url(award)).status_code == 404
    assert client.post(url(award, "ask_award_report")).status_code == 404


def test_of_another_organization(award, globex, outsider, client):
    client.force_login(outsider.user)
    for name in ("award_report", "award_report_file", "award_letters"):
        assert client.get(url(award, name)).status_code == 404
        elsewhere = url(award, name).replace("/acme/", f"/{globex.slug}/")
        assert client.get(elsewhere).status_code == 404
