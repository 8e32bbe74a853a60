"""The ranking page with everything that is said about a ranking, in every state it can be in."""

from decimal import Decimal

import pytest
from django.core.cache import cache
from pytest_django.asserts import assertNotContains

from core.tenancy import ALL, organization_scope
from evaluations import results
from evaluations.actions.analysis import keep_analysis
from evaluations.models import Evaluation, KeptAnalysis, ModeratedMark
from evaluations.tests import builders
from evaluations.tests.builders import make_evaluation

CLOSED = Evaluation.State.CLOSED
CRITERIA = [
    {"name": "Quality", "weight": Decimal(50), "best": 100},
    {"name": "Cost", "weight": Decimal(30), "best": 100},
    {"name": "Speed", "weight": Decimal(20), "best": 100},
]
CLOSE = {"Northwind": (90, 40, 70), "Kestrel": (60, 80, 72), "Corvid": (40, 60, 100)}
CLEAR = {"Northwind": (90, 80, 80), "Kestrel": (60, 70, 72), "Corvid": (40, 60, 60)}


@organization_scope(ALL)
def closed(org, evaluators, marks, criteria=CRITERIA, **fields) -> Evaluation:
    """`marks`: candidate → marks in the order of the criteria, by everybody; None for none."""
    evaluation = make_evaluation(
        org, criteria=criteria, candidates=marks, evaluators=evaluators, state=CLOSED, **fields
    )
    names = [row if isinstance(row, str) else row["name"] for row in criteria]
    for card in evaluation.scorecards.all():
        for candidate, row in marks.items():
            for name, mark in zip(names, row, strict=True):
                if mark == "N/A":
                    builders.give_mark(card, candidate, name, not_applicable=True)
                elif mark is not None:
                    builders.give_mark(card, candidate, name, mark)
    return evaluation


def at(evaluation: Evaluation, page: str = "ranking/") -> str:
    return f"/o/{evaluation.organization.slug}/evaluations/{evaluation.pk}/{page}"


@pytest.fixture
def read(client, owner):
    client.force_login(owner.user)

    def get(evaluation, page="ranking/"):
        response = client.get(at(evaluation, page))
        assert response.status_code == 200
        return response

    return get


def says(page, *sentences: str) -> None:
    text = " ".join(page.content.decode().split())
    for sentence in sentences:
        assert sentence in text, sentence


def test_a_clear_leader(read, acme, owner, manager):
    page = read(closed(acme, [owner, manager], CLEAR))
    says(
        page,
        "</svg>Clear</span> Northwind stays first in",
        'first in <a href="#firm">all</a> of 10,000 plausible weightings.',
        "No single weight, and leaving out no single evaluator or criterion, would change the leader.",
        "Northwind stays first whichever single evaluator or criterion is left out.",
        "Northwind leads at any weight of Quality, Cost and Speed.",
        "Kestrel is nowhere better than Northwind, and somewhere worse.",
    )


def test_a_close_call_says_what_would_change_it_smallest_first(read, acme, owner):
    page = read(closed(acme, [owner], CLOSE))
    says(
        page,
        "Likely</span> Northwind stays first in",
        "If 4 percentage points went from Quality to <strong>Cost</strong>, Kestrel would lead.",
        "If <strong>Cost</strong> counted <strong>35&nbsp;%</strong> instead of 30&nbsp;%, Kestrel",
    )
    reading = page.context["reading"]
    assert [(row.kind, row.criterion) for row in reading.first_changes] == [
        ("transfer", "Cost"),
        ("weight", "Quality"),
        ("weight", "Cost"),
    ]


def test_the_share_comes_with_its_sampling_error(read, acme, owner):
    page = read(closed(acme, [owner], CLOSE))
    verdict = page.context["reading"].analysis.verdict
    expected = f"{verdict.share * 100:.0f} % (±{verdict.standard_error * 100:.1f})</a> of 10,000"
    says(page, expected)


def test_one_evaluator_has_nobody_to_agree_with(read, acme, owner):
    says(
        read(closed(acme, [owner], CLOSE)),
        "One evaluator scored, so there is nobody to agree or disagree with.",
    )


def test_evaluators_who_agree_and_how_few_marks_that_rests_on(read, acme, owner, manager):
    page = read(closed(acme, [owner, manager], CLEAR))
    says(
        page,
        "Strong agreement</span> They give much the same marks.",
        "from 9 cells with marks of two or more of 2 evaluators. That is few: take it as a hint.",
        "By their own marks alone, 2 of 2 evaluators put Northwind first.",
        "Nobody marks much more harshly or kindly than the others.",
        "Where marks differ, no rank depends on it.",
    )


@organization_scope(ALL)
def disagreeing(acme, owner, manager, **fields) -> Evaluation:
    """Two who differ by 20 points; both marked Corvid, one each of the others."""
    evaluation = make_evaluation(
        acme,
        criteria=[CRITERIA[0] | {"weight": 100}],
        candidates=["Northwind", "Kestrel", "Corvid"],
        evaluators=[owner, manager],
        state=CLOSED,
        **fields,
    )
    kind = evaluation.scorecards.get(evaluator=owner)
    harsh = evaluation.scorecards.get(evaluator=manager)
    for card, candidate, mark in (
        (kind, "Northwind", 70),
        (kind, "Corvid", 80),
        (harsh, "Kestrel", 60),
        (harsh, "Corvid", 50),
    ):
        builders.give_mark(card, candidate, "Quality", mark)
    return evaluation


def test_harshness_is_raised_and_never_applied(read, acme, owner, manager):
    page = read(disagreeing(acme, owner, manager))
    says(
        page,
        "Northwind leads with 70.0 points",
        f"{owner.name} marks more kindly than the others: 15.0 points on average",
        "the order would be Kestrel, Corvid, Northwind instead of Northwind, Corvid, Kestrel.",
        "The ranking counts the marks as they are.",
        "Only one criterion counts, so no other weights could change the order.",
    )


def test_hidden_names_stand_neither_by_their_offsets_nor_by_their_marks(
    client, read, acme, owner, manager
):
    evaluation = disagreeing(acme, owner, manager, names_hidden=True)
    page = read(evaluation)
    scored = page.content.decode().split('id="evaluators"')[0]
    # Who is signed in stands in the menu of every page.
    assert manager.name not in scored
    says(page, "Evaluator 1", "Evaluator 2")
    with organization_scope(ALL):
        corvid = evaluation.candidates.get(name="Corvid")
    page = read(evaluation, f"ranking/{corvid.pk}/")
    assertNotContains(page, manager.name)
    says(page, "This evaluation shows marks without names.", "Evaluator 1")
    export = client.get(at(evaluation, "ranking/export/")).content.decode()
    assert (manager.name in export, "Evaluator 2" in export) == (False, True)


def test_a_shared_first_place(read, acme, owner):
    page = read(closed(acme, [owner], {"Northwind": (50, 50, 50), "Kestrel": (50, 50, 50)}))
    says(
        page,
        "Northwind and Kestrel share the first place with 50.0 points.",
        "Too close to call</span> Northwind comes first in",
        "plausible weightings; other weights that are just as plausible put somebody else first.",
        "The slightest change of a weight or a mark decides between them.",
    )


def test_not_applicable_leaves_no_second_opinion(read, acme, owner):
    page = read(closed(acme, [owner], {"Northwind": (90, 40, "N/A"), "Kestrel": (60, 80, 70)}))
    says(page, "Some criteria don’t apply to every candidate.", "plausible weightings")


def test_one_ranked_candidate_has_nobody_to_be_compared_with(read, acme, owner):
    page = read(closed(acme, [owner], {"Northwind": (90, 40, 50), "Kestrel": (60, 80, None)}))
    says(
        page,
        "Only one candidate is ranked. Firmness needs a second one to compare with.",
        "A second opinion needs two ranked candidates.",
        "100 %</a> of Northwind’s points are unproven: 100 % on nothing that was named.",
    )
    assertNotContains(page, "plausible weightings")


def test_nobody_ranked(read, acme, owner):
    page = read(closed(acme, [owner], {"Northwind": (90, 40, None), "Kestrel": (60, None, 70)}))
    says(page, "There is no ranking yet", "Nobody is ranked, so there is nothing to doubt yet.")
    gate = {"name": "Insured", "kind": "gate", "weight": 0, "worst": 0, "best": 1}
    page = read(
        closed(acme, [owner], {"A": (50, 50, 50, 0), "B": (60, 60, 60, 0)}, [*CRITERIA, gate])
    )
    says(page, "No candidate passed every gate", "Nobody is ranked")


def test_the_leaders_unproven_points_are_a_list_of_things_to_do(read, acme, owner):
    with organization_scope(ALL):
        evaluation = make_evaluation(acme, criteria=CRITERIA[:2], evaluators=[owner], state=CLOSED)
        card = evaluation.scorecards.get()
    for candidate, quality, cost in (("Northwind", 90, 80), ("Contoso", 60, 80)):
        builders.give_mark(card, candidate, "Quality", quality, evidence="claim")
        builders.give_mark(card, candidate, "Cost", cost, evidence="measured")
    says(
        read(evaluation),
        "of Northwind’s points are unproven: 65 % rest on the vendor’s own claims.",
        "Quality</a>: 56.3 points rest on: vendor&#x27;s claim. <strong>Losing them would cost the lead.",
    )


def test_proven_points_need_nothing(read, acme, owner):
    with organization_scope(ALL):
        evaluation = make_evaluation(acme, criteria=["Quality"], evaluators=[owner], state=CLOSED)
        builders.fill(evaluation.scorecards.get(), 3, evidence="measured")
    says(read(evaluation), "Nothing: every point of Northwind’s rests on something you measured")


def test_an_agreed_mark_stands_beside_those_it_replaces(read, acme, owner, manager):
    evaluation = closed(acme, [owner, manager], CLOSE)
    with organization_scope(ALL):
        candidate = evaluation.candidates.get(name="Northwind")
        ModeratedMark.objects.create(
            organization=acme,
            evaluation=evaluation,
            candidate=candidate,
            criterion=evaluation.criteria.get(name="Quality"),
            mark=95,
            reason="The second demo showed it.",
            by=owner,
            by_name=owner.name,
        )
    says(read(evaluation), '<br><span class="muted">agreed</span>')
    says(
        read(evaluation, f"ranking/{candidate.pk}/"),
        "Agreed mark <strong>95</strong>",
        "95 counts instead of the marks below. The second demo showed it.",
    )


def test_fifty_candidates_are_cut_where_nobody_could_read_them(read, acme, owner):
    marks = {f"Vendor {n}": (n, 100 - n, (7 * n) % 100) for n in range(1, 51)}
    page = read(closed(acme, [owner], marks))
    says(
        page,
        "The first 12 candidates and ranks are shown; 38 more candidates took part.",
        "The first 6 candidates are shown.",
        "<summary>38 more candidates</summary>",
    )


# Kept, not computed again -------------------------------------------------------------------------


@organization_scope(ALL)
def kept(evaluation) -> KeptAnalysis | None:
    return KeptAnalysis.objects.filter(evaluation=evaluation).first()


def test_closing_keeps_the_analysis_and_reading_uses_it(client, read, acme, owner):
    evaluation = closed(acme, [owner], CLOSE)
    with organization_scope(ALL):
        Evaluation.objects.filter(pk=evaluation.pk).update(state=Evaluation.State.SCORING)
    client.force_login(owner.user)
    client.post(at(evaluation, "close/"))
    row = kept(evaluation)
    with organization_scope(ALL):
        assert row.data == results.analysis_of(evaluation, results.ranking(evaluation)).as_data()
        # A number that no computation gives shows where the page has it from.
        row.data["verdict"]["share"] = 0.123
        row.save()
    says(read(evaluation), "12 %")


def test_an_analysis_of_other_numbers_is_not_used_and_reading_writes_nothing(read, acme, owner):
    evaluation = closed(acme, [owner], CLOSE)
    with organization_scope(ALL):
        keep_analysis(evaluation=evaluation)
        row = kept(evaluation)
        row.data["verdict"]["share"] = 0.123
        row.save()
        evaluation.scorecards.get().scores.filter(mark=90).update(mark=91)
    page = read(evaluation)
    assert page.context["reading"].analysis.verdict.share != 0.123
    assert kept(evaluation).key == row.key
    with organization_scope(ALL):
        keep_analysis(evaluation=evaluation)
    assert kept(evaluation).key != row.key


def test_a_kept_analysis_that_cannot_be_read_is_computed_anew(read, acme, owner):
    evaluation = closed(acme, [owner], CLOSE)
    with organization_scope(ALL):
        keep_analysis(evaluation=evaluation)
        KeptAnalysis.objects.update(data={"layout": "unknown"})
    says(read(evaluation), "plausible weightings")


def test_the_page_asks_the_same_few_questions_whatever_the_size(
    client, acme, owner, manager, django_assert_num_queries
):
    small = closed(acme, [owner], {"Northwind": (90, 40, 70), "Kestrel": (60, 80, 72)})
    large = closed(acme, [owner, manager], {f"V{n}": (n, 50, 100 - n) for n in range(12)})
    client.force_login(owner.user)
    client.get(at(small))  # the first page of a session also remembers the organization
    for evaluation in (small, large):
        with organization_scope(ALL):
            keep_analysis(evaluation=evaluation)
        cache.clear()
        with django_assert_num_queries(12):
            client.get(at(evaluation))  # drawn, and kept
        with django_assert_num_queries(5):
            client.get(at(evaluation))


def test_nothing_of_it_is_there_before_closing(client, acme, owner, viewer):
    evaluation = closed(acme, [owner], CLOSE)
    with organization_scope(ALL):
        keep_analysis(evaluation=evaluation)
        Evaluation.objects.filter(pk=evaluation.pk).update(state=Evaluation.State.SCORING)
    for member in (owner, viewer):
        client.force_login(member.user)
        page = client.get(at(evaluation), follow=True)
        for word in (b"plausible", b"would lead", b'id="firm"'):
            assert word not in page.content
