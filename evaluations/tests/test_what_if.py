"""The page of what-if: who may see it, what it says, the part that htmx gets, and that nothing is kept."""

import re
from decimal import Decimal

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.permissions import Role
from activity.models import LogEntry
from conftest import make_member
from core.tenancy import ALL, organization_scope
from evaluations.models import Evaluation, KeptAnalysis, ModeratedMark
from evaluations.tests import builders
from evaluations.tests.builders import make_evaluation

CRITERIA = [
    {"name": "Quality", "weight": Decimal(60)},
    {"name": "Cost", "weight": Decimal(40)},
    {"name": "Insured", "kind": "gate", "weight": Decimal(0), "worst": 0, "best": 1},
]
MARKS = {
    "Northwind": {"Quality": 5, "Cost": 2, "Insured": 1},
    "Kestrel": {"Quality": 3, "Cost": 5, "Insured": 1},
    "Contoso": {"Quality": 5, "Cost": 5, "Insured": 0},
}
HTMX = {"HX-Request": "true"}


@pytest.fixture
@organization_scope(ALL)
def evaluation(acme, owner, manager) -> Evaluation:
    """Northwind and Kestrel have 76 points each; Contoso has all marks, but no insurance."""
    found = make_evaluation(
        acme,
        criteria=CRITERIA,
        candidates=MARKS,
        evaluators=[owner, manager],
        state=Evaluation.State.CLOSED,
    )
    for card in found.scorecards.all():
        for candidate, row in MARKS.items():
            for criterion, mark in row.items():
                builders.give_mark(card, candidate, criterion, mark, comment="zebra by moonlight")
    return found


def at(evaluation: Evaluation, query: str = "") -> str:
    return f"/o/acme/evaluations/{evaluation.pk}/ranking/what-if/{query and '?'}{query}"


@organization_scope(ALL)
def key(evaluation: Evaluation, name: str) -> int:
    """The pk of a criterion, a candidate or an evaluator's scorecard, by its name."""
    rows = [
        *evaluation.criteria.all(),
        *evaluation.candidates.all(),
        *evaluation.scorecards.all(),
    ]
    return next(r.pk for r in rows if getattr(r, "name", getattr(r, "evaluator_name", "")) == name)


def words(response) -> str:
    """What a person reads, in one line."""
    text = re.sub(
        r"<(svg|script|style)\b.*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.S
    )
    return re.sub(r"\s+([.,])", r"\1", " ".join(text.split()))


def result(response) -> str:
    return re.search(r'<div id="result">.*?</table>', response.content.decode(), re.S)[0]


def see(client, member, address, **kwargs):
    client.force_login(member.user)
    return client.get(address, **kwargs)


# What it says --------------------------------------------------------------------------------------


def test_without_settings_it_shows_the_record(client, evaluation, viewer):
    response = see(client, viewer, at(evaluation))
    assert response.status_code == 200
    text = words(response)
    assert "Northwind and Kestrel share the first place with 76.0." in text
    assert "This is the record: nothing is changed yet." in text
    assert "Contoso Not eligible would be 1 not ranked 100.0" in text
    assert "there is no switch that counts it as passed" in text


def test_a_weight_changes_the_leader_and_says_so(client, evaluation, viewer):
    response = see(client, viewer, at(evaluation, f"w{key(evaluation, 'Cost')}=50"))
    text = words(response)
    assert "Kestrel now leads with 80.0, 10.0 ahead of Northwind." in text
    assert (
        "The record says Northwind and Kestrel share the first place with 76.0; "
        "with these settings Kestrel would." in text
    )
    assert "Cost counts 50 % instead of 40 %" in text
    assert "Northwind 2 down 1 70.0 was 76.0" in text
    assert "counts 50 %" in text


def test_leaving_out_a_candidate_and_a_criterion(client, evaluation, viewer):
    query = f"xv={key(evaluation, 'Northwind')}&xc={key(evaluation, 'Cost')}"
    text = words(see(client, viewer, at(evaluation, query)))
    assert "Kestrel now leads with 60.0 and is the only one ranked." in text
    assert "Left out: Northwind (number 1 in the record)." in text
    assert "without Cost without Northwind" in text


def test_leaving_out_an_evaluator(client, evaluation, viewer, owner):
    with organization_scope(ALL):
        evaluation.scorecards.get(evaluator=owner).scores.filter(mark=2).update(mark=4)
    before = words(see(client, viewer, at(evaluation)))
    assert "Northwind leads with 84.0, 8.0 ahead of Kestrel." in before
    text = words(see(client, viewer, at(evaluation, f"xe={key(evaluation, 'Olga')}")))
    assert "Northwind and Kestrel now share the first place with 76.0." in text
    assert "without Olga’s marks" in text


def test_names_stay_hidden_where_the_evaluation_hides_them(client, evaluation, viewer):
    with organization_scope(ALL):
        Evaluation.objects.update(names_hidden=True)
    text = words(see(client, viewer, at(evaluation, f"xe={key(evaluation, 'Olga')}")))
    assert "Olga" not in text
    assert "Mia" not in text
    assert "Leave out an evaluator Evaluator 1 Evaluator 2" in text
    assert re.search("without Evaluator [12]’s marks", text)


def test_the_median_and_any_priorities(client, evaluation, viewer):
    text = words(see(client, viewer, at(evaluation, "how=median&m=any")))
    assert "Northwind and Kestrel still share the first place with 76.0." in text
    assert "the middle mark of the evaluators instead of their average" in text
    assert "10 000 other sets of weights, any at all, in which" in text.replace("\xa0", " ")


def test_moderation_is_offered_where_there_is_any(client, evaluation, viewer, owner):
    assert "Without moderation" not in words(see(client, viewer, at(evaluation)))
    with organization_scope(ALL):
        ModeratedMark.objects.create(
            organization=evaluation.organization,
            evaluation=evaluation,
            candidate_id=key(evaluation, "Northwind"),
            criterion_id=key(evaluation, "Cost"),
            mark=Decimal(3),
            reason="Includes the transition",
            by=owner,
            by_name=owner.name,
        )
    text = words(see(client, viewer, at(evaluation)))
    assert "Northwind leads with 84.0" in text
    assert "in the 1 cell that was agreed on" in text
    text = words(see(client, viewer, at(evaluation, "raw=1")))
    assert "Northwind and Kestrel now share the first place with 76.0." in text


def test_leaving_out_everything_is_said_and_the_form_stays(client, evaluation, viewer):
    for names, parameter, said in (
        (("Quality", "Cost"), "xc", "Every criterion is left out"),
        (MARKS, "xv", "Every candidate is left out"),
        (("Olga", "Mia"), "xe", "Every evaluator is left out"),
    ):
        query = "&".join(f"{parameter}={key(evaluation, name)}" for name in names)
        response = see(client, viewer, at(evaluation, query))
        assert response.status_code == 200
        assert f"{said}, so there" in words(response)
        assert response.content.decode().count(" checked") == len(names) + 2


def test_numbers_that_are_none_are_refused_beside_the_field_with_the_text_kept(
    client, evaluation, viewer
):
    for text in ("NaN", "-inf", "-5", "1e99", "&lt;b&gt;"):
        query = f"w{key(evaluation, 'Cost')}={text.replace('&', '%26')}"
        response = see(client, viewer, at(evaluation, query))
        assert response.status_code == 422
        page = response.content.decode()
        assert f'value="{text.replace("&", "&amp;")}"' in page
        assert page.count("Type a number from 0 to 100, such as 34 or 12.5, or nothing.") == 1
        assert "1 weight is no number and does not count; see beside it." in words(response)
        assert "This is the record" in words(response)


def test_unknown_parts_of_the_address_are_ignored_and_named(client, evaluation, viewer):
    query = "foo=bar&w999=5&xc=x&how=%00&m=&<script>=1&xe=99999999999999999999"
    response = see(client, viewer, at(evaluation, query))
    assert response.status_code == 200
    assert (
        "Parts of the address mean nothing here and are ignored: "
        "foo=bar, w999=5, xc=x, how=?, m, 2 more." in words(response)
    )


def test_missing_marks_are_a_range_and_not_ranked(client, evaluation, viewer):
    with organization_scope(ALL):
        evaluation.scorecards.first().scores.model.objects.filter(
            candidate_id=key(evaluation, "Kestrel"), criterion_id=key(evaluation, "Cost")
        ).update(mark=None)
    text = words(see(client, viewer, at(evaluation, f"w{key(evaluation, 'Cost')}=50")))
    assert "Kestrel Incomplete – not ranked 30.0–80.0" in text
    text = words(see(client, viewer, at(evaluation, f"xc={key(evaluation, 'Cost')}")))
    assert "Kestrel 2 ranked now 60.0" in text


# The part, the address -----------------------------------------------------------------------------


def test_the_part_is_what_a_reload_shows(client, evaluation, viewer):
    query = f"w{key(evaluation, 'Cost')}=50&how=median"
    whole = see(client, viewer, at(evaluation, query))
    part = see(client, viewer, at(evaluation, query), headers=HTMX)
    assert result(part) == result(whole)
    assert "<html" not in part.content.decode()
    for share in re.findall(r'data-share="[^"]*" data-given="[^"]*"', whole.content.decode()):
        assert share in part.content.decode()
    assert part.content.decode().count("hx-swap-oob") == 3


def test_the_address_is_short_and_absolute_to_share(client, evaluation, viewer):
    cost, quality = key(evaluation, "Cost"), key(evaluation, "Quality")
    sent = f"w{quality}=&w{cost}=50.0&how=mean&m=around&foo=1"
    part = see(client, viewer, at(evaluation, sent), headers=HTMX)
    assert part.headers["HX-Replace-Url"] == at(evaluation, f"w{cost}=50")
    assert f'value="http://testserver{at(evaluation, f"w{cost}=50")}"' in part.content.decode()
    part = see(client, viewer, at(evaluation, f"w{quality}="), headers=HTMX)
    assert part.headers["HX-Replace-Url"] == at(evaluation)
    refused = see(client, viewer, at(evaluation, f"w{quality}=x"), headers=HTMX)
    assert refused.status_code == 422
    assert "HX-Replace-Url" not in refused.headers


# Who, when -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("state", ["setup", "scoring"])
def test_before_closing_there_is_no_such_page_for_anybody(client, acme, evaluation, role, state):
    with organization_scope(ALL):
        Evaluation.objects.update(state=state)
    member = make_member(acme, role, "somebody")
    for headers in ({}, HTMX):
        response = see(client, member, at(evaluation), headers=headers)
        assert response.status_code == 404


def test_another_organization_finds_nothing(client, evaluation, outsider):
    assert see(client, outsider, at(evaluation)).status_code == 404
    foreign = at(evaluation).replace("/acme/", "/globex/")
    assert see(client, outsider, foreign).status_code == 404


def test_anonymous_people_sign_in_first(client, evaluation):
    response = client.get(at(evaluation))
    assert response.status_code == 302
    assert "/login/" in response.headers["Location"]


def test_nothing_can_be_posted(client, evaluation, admin):
    client.force_login(admin.user)
    assert client.post(at(evaluation), {"how": "median"}).status_code == 405


def test_comments_do_not_travel(client, evaluation, viewer):
    assert "zebra" not in see(client, viewer, at(evaluation)).content.decode()


@organization_scope(ALL)
def stored() -> list:
    tables = [Evaluation, LogEntry, KeptAnalysis, ModeratedMark]
    return [list(table.objects.order_by("pk").values()) for table in tables]


def test_nothing_is_kept(client, evaluation, viewer):
    see(client, viewer, at(evaluation))
    before, sessions = stored(), list(Session.objects.values())
    query = f"w{key(evaluation, 'Cost')}=50&how=median&m=any&xe={key(evaluation, 'Olga')}"
    for headers in ({}, HTMX):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(at(evaluation, query), headers=headers).status_code == 200
        written = re.compile(r"\s*(INSERT|UPDATE|DELETE)", re.I)
        assert [q["sql"] for q in captured if written.match(q["sql"])] == []
    assert (stored(), list(Session.objects.values())) == (before, sessions)


def test_the_number_of_queries_does_not_depend_on_size(client, acme, evaluation, owner, manager):
    large = make_evaluation(
        acme,
        criteria=list("ABCDEFG"),
        candidates=[f"Candidate {number}" for number in range(12)],
        evaluators=[owner, manager],
        state=Evaluation.State.CLOSED,
    )
    with organization_scope(ALL):
        for card in large.scorecards.all():
            builders.fill(card)
    counts = []
    for row in (evaluation, large):
        see(client, owner, at(row))
        with CaptureQueriesContext(connection) as captured:
            client.get(at(row, "how=median"), headers=HTMX)
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert counts[0] <= 11
