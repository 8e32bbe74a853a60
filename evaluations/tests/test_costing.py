"""Quotes and their totals: entered, compared, opened to their formulas, taken as marks, handed to the contract."""

import datetime as dt
from decimal import Decimal

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from activity.models import LogEntry, WatchedDate
from core.errors import Refused
from core.tenancy import ALL, organization_scope
from evaluations.actions import delete_evaluation, remove_candidate
from evaluations.actions.costing import put_cost_model, put_quote, remove_quote
from evaluations.costing import CostScale, values_from_answer
from evaluations.costing_queries import contract_terms, price_lines, read_costs
from evaluations.models import Evaluation, Kind, Quote, Score
from evaluations.tests.award_case import make_award
from evaluations.tests.builders import make_evaluation

D = Decimal
URL = "/o/acme/evaluations/{}/costs/"


@pytest.fixture
def evaluation(acme, manager, evaluator) -> Evaluation:
    return make_evaluation(
        acme,
        candidates=("Kestrel", "Brightdesk", "Stay in-house"),
        evaluators=[manager, evaluator],
        state=Evaluation.State.SETUP,
    )


def candidate(evaluation, name):
    with organization_scope(ALL):
        return evaluation.candidates.get(name=name)


def line(kind, label, amount=None, **more):
    price = None if amount is None else D(amount)
    return {"kind": kind, "label": label, "amount": price, "period": "month", **more}


def quote(*lines, **more):
    return {"currency": "EUR", "rise_percent": D(0), "exit_fee": D(0), "lines": lines, **more}


@pytest.fixture
def reckoned(acme, manager, evaluation) -> Evaluation:
    """36 months, from 10 users to 45 (one more each month): Kestrel 50 a user, Brightdesk 700 flat in
    dollars at 0.90, in-house 2,000. Kestrel: (10 + 45) x 36 / 2 = 990 x 50 = 49,500; Brightdesk: 630 x 36
    = 22,680; in-house 72,000."""
    with organization_scope(acme):
        put_cost_model(
            evaluation=evaluation,
            by=manager,
            values={
                "term_months": 36,
                "currency": "EUR",
                "today": {"users": "10"},
                "growth": {"users": {"low": "10", "base": "45", "high": "80"}},
                "criterion": evaluation.criteria.get(name="Cost"),
                "worst": D(80_000),
                "best": D(30_000),
            },
        )
        prices = {
            "Kestrel": quote(line("per_user", "Help desk", "50")),
            "Brightdesk": quote(
                line("flat", "Help desk", "700"),
                currency="USD",
                rate=D("0.9"),
                rate_on=dt.date(2026, 3, 1),
                valid_until_on=dt.date(2026, 12, 31),
            ),
            "Stay in-house": quote(line("flat", "Team", "2000"), source="baseline"),
        }
        for name, values in prices.items():
            put_quote(candidate=candidate(evaluation, name), values=values, by=manager)
    return evaluation


def test_totals_saving_mark_and_break_even(client, viewer, reckoned, django_assert_max_num_queries):
    with organization_scope(ALL):
        found = read_costs(reckoned)
    kestrel, brightdesk, home = found.rows
    assert kestrel.totals == [D("18000.00"), D("49500.00"), D("81000.00")]
    assert (brightdesk.total, home.total) == (D("22680.00"), D("72000.00"))
    assert (found.saving(kestrel), found.saving(brightdesk)) == (D("22500.00"), D("49320.00"))
    client.force_login(viewer.user)
    with django_assert_max_num_queries(12):
        page = client.get(URL.format(reckoned.pk))
    for text in ("EUR\xa049,500", "EUR\xa049,320 less", "Cheapest"):
        assertContains(page, text)
    # 630 a month are 12.6 users at 50; 2,000 are 40.
    assertContains(page, "Kestrel becomes dearer than Brightdesk above 12 users.")
    assertContains(page, "Kestrel becomes dearer than Stay in-house above 40 users.")
    # (49,500 - 80,000) / (30,000 - 80,000) = 0.61; x 5 = 3.05.
    assertContains(page, '<td class="num" data-label="Mark for Cost">3.05</td>')
    assertNotContains(page, "/edit/")


def test_an_award_takes_over_what_the_quotes_come_to(client, manager, reckoned):
    with organization_scope(ALL):
        Evaluation.objects.update(state=Evaluation.State.CLOSED)
        Quote.objects.update(quoted_on=dt.date(2026, 1, 5), valid_until_on=dt.date(2030, 1, 5))
        award = make_award(
            reckoned, manager, winner="Kestrel", rationale="They answer at night, in German."
        )
    client.force_login(manager.user)
    url = f"/o/acme/evaluations/{reckoned.pk}/awards/{award.pk}/edit/"
    assertContains(client.get(url), "to take over what the quote comes to", count=2)
    bench = candidate(reckoned, "Brightdesk").pk
    body = {"winner": award.winner_id, "runner_up": bench, "rationale": award.rationale}
    body |= {"do": "save", "version": award.version}
    assert client.post(url, body).status_code == 302
    with organization_scope(ALL):
        award.refresh_from_db()
    assert (award.winner_quote, award.runner_up_quote) == (D("49500.00"), D("22680.00"))
    assert award.runner_up_quoted_on == dt.date(2026, 1, 5)
    assert award.runner_up_expires_on == dt.date(2030, 1, 5)
    body |= {"version": award.version, "winner_quote": "48000", "runner_up_quote": "22000"}
    assert client.post(url, body).status_code == 302
    with organization_scope(ALL):
        award.refresh_from_db()
    assert (award.winner_quote, award.runner_up_quote) == (D(48000), D(22000))
    assert award.runner_up_expires_on is None, "that is another quote"


def test_what_is_missing_in_one_case_is_told_beside_the_others(client, manager, reckoned):
    tiers = [{"up_to": "50", "amount": "40"}]
    with organization_scope(ALL):
        put_quote(
            candidate=candidate(reckoned, "Kestrel"),
            values=quote(line("tiered", "Desk", counts="users", tiers=tiers)),
            by=manager,
        )
    with organization_scope(ALL):
        Quote.objects.update(valid_until_on=None)
    client.force_login(manager.user)
    page = client.get(URL.format(reckoned.pk))
    with organization_scope(ALL):
        Quote.objects.filter(source="typed").update(valid_until_on=dt.date(2020, 1, 1))
    assertNotContains(page, "Expired")
    assertContains(client.get(URL.format(reckoned.pk)), "Expired", count=2)
    # 80 users are expected at most; 990 user months at 40 are 39,600.
    assertContains(page, "EUR\xa039,600")
    assertContains(page, "“Desk”: its tiers end before 52.")
    assertContains(page, "Kestrel becomes dearer than Brightdesk above 15 users.")


def test_every_figure_opens_to_its_formula(client, manager, reckoned):
    client.force_login(manager.user)
    kestrel = candidate(reckoned, "Kestrel")
    page = client.get(f"{URL.format(reckoned.pk)}{kestrel.pk}/")
    # Year 1: 10 to 21 users, (10 + 21) x 12 / 2 = 186; x 50 = 9,300.
    words = "EUR\xa050 a month × 186 users, the months added up (10 to 21) = EUR\xa09,300"
    assertContains(page, words)
    assertContains(page, "Month 36: 45")
    low = client.get(f"{URL.format(reckoned.pk)}{kestrel.pk}/?case=low")
    assertContains(low, "EUR\xa050 a month × 10 users × 12 months = EUR\xa06,000")
    other = client.get(f"{URL.format(reckoned.pk)}{candidate(reckoned, 'Brightdesk').pk}/")
    assertContains(other, "USD\xa0700 a month × 12 months, × 0.9 EUR for 1 USD = EUR\xa07,560")


def test_a_candidate_that_goes_takes_the_day_of_its_quote_along(acme, manager, reckoned):
    brightdesk = candidate(reckoned, "Brightdesk")
    with organization_scope(acme):
        assert WatchedDate.objects.get(kind="quote.expires").due_on == dt.date(2026, 12, 31)
        remove_candidate(candidate=brightdesk, by=manager)
        assert not WatchedDate.objects.filter(kind="quote.expires").exists()
        put_quote(
            candidate=candidate(reckoned, "Kestrel"),
            values=quote(valid_until_on=dt.date(2027, 1, 31)),
            by=manager,
        )
        delete_evaluation(evaluation=reckoned, by=manager)
        assert not WatchedDate.objects.exists()


def form(version, *lines, **more):
    names = ("label", "kind", "amount", "period")
    data = {"version": version, "do": "save", "currency": "EUR"}
    for at, values in enumerate(lines):
        data |= {f"row{at}-{n}": v for n, v in zip(names, values, strict=True)}
        data[f"row{at}-rises"] = "True"
    return {**data, **more}


def test_a_quote_is_entered_changed_watched_and_removed(client, acme, manager, evaluation):
    client.force_login(manager.user)
    kestrel = candidate(evaluation, "Kestrel")
    url = f"{URL.format(evaluation.pk)}{kestrel.pk}/"
    assertContains(client.get(url), "No quote yet")
    sent = form(
        0, ("Help desk", "flat", "700", "month"), valid_until_on="2026-12-31", rise_percent="3"
    )
    response = client.post(f"{url}edit/", sent)
    assert (response.status_code, response.url) == (302, url)
    # Sent twice: the second one is told that a quote is there.
    assert client.post(f"{url}edit/", sent).status_code == 409
    with organization_scope(acme):
        row = Quote.objects.get()
        day = WatchedDate.objects.get(kind="quote.expires")
        entry = LogEntry.objects.get(verb="evaluation.quote_entered")
    assert (row.version, row.rise_percent, row.exit_fee) == (1, D(3), None)
    assert (day.target_id, day.due_on, day.responsible_id) == (
        row.pk,
        dt.date(2026, 12, 31),
        manager.pk,
    )
    assert entry.after["prices"] == ["Help desk: EUR 700 a month"]
    # Without assumptions there is no total, and the page says so.
    assertContains(client.get(URL.format(evaluation.pk)), "First it has to be said over how many")
    tiers = {"row0-tiers": "up to 10: 40; more: 35", "row0-counts": "users"}
    client.post(f"{url}edit/", form(1, ("Desk", "tiered", "", "month"), **tiers))
    with organization_scope(acme):
        row = Quote.objects.get()
        day = WatchedDate.objects.filter(kind="quote.expires")
        assert (row.version, row.lines.get().tiers, day.exists()) == (
            2,
            [{"up_to": "10", "amount": "40"}, {"up_to": None, "amount": "35"}],
            False,
        )
        assert remove_quote(quote=row, by=manager) is None
        assert not Quote.objects.exists()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (form(0, ("", "flat", "7", "month")), "What is it for?"),
        (form(0, ("Desk", "", "7", "")), "Choose how it is priced."),
        (form(0, ("Desk", "flat", "", "")), "What does it cost?"),
        (form(0, ("Desk", "one_off", "7", "month")), "A one-off fee has no period."),
        (form(0, ("Desk", "tiered", "7", "month")), "Write the tiers, for example"),
        (form(0, ("Desk", "flat", "7", "month"), currency="E1R"), "Three letters"),
        (
            form(0, ("D", "flat", "7", "month"), currency="USD", rate="2"),
            "Of which day is the rate",
        ),
        (
            form(0, ("D", "flat", "7", "month"), **{"row0-from_month": 9, "row0-to_month": 3}),
            "Not before the month it begins in.",
        ),
    ],
)
def test_a_quote_that_can_not_be_is_refused_with_all_that_was_typed(
    client, manager, evaluation, sent, said
):
    client.force_login(manager.user)
    url = f"{URL.format(evaluation.pk)}{candidate(evaluation, 'Kestrel').pk}/edit/"
    assertContains(client.post(url, sent), said, status_code=422)
    with organization_scope(ALL):
        assert not Quote.objects.exists()


def test_who_may_and_when(client, acme, evaluator, outsider, manager, reckoned):
    kestrel = candidate(reckoned, "Kestrel")
    url = URL.format(reckoned.pk)
    pages = [url, f"{url}{kestrel.pk}/", f"{url}{kestrel.pk}/edit/", f"{url}assumptions/"]
    client.force_login(evaluator.user)
    assert [client.get(page).status_code for page in pages] == [200, 200, 403, 403]
    client.force_login(outsider.user)
    assert {client.get(page).status_code for page in pages} == {404}
    with organization_scope(acme):
        Evaluation.objects.filter(pk=reckoned.pk).update(state="scoring")
        with pytest.raises(Refused, match="fixed scale"):
            put_cost_model(evaluation=reckoned, values={"term_months": 12}, by=manager)
        put_quote(candidate=kestrel, values=quote(line("flat", "Desk", "9")), by=manager)
        Evaluation.objects.filter(pk=reckoned.pk).update(state="closed")
        with pytest.raises(Refused, match="Scoring is closed"):
            put_quote(candidate=kestrel, values=quote(), by=manager)
    client.force_login(manager.user)
    assert client.get(pages[2]).status_code == 302


def test_assumptions_are_entered_and_a_criterion_can_be_measured_by_the_total(
    client, acme, manager, evaluation
):
    client.force_login(manager.user)
    url = f"{URL.format(evaluation.pk)}assumptions/"
    assert client.get(url).status_code == 200
    with organization_scope(acme):
        cost = evaluation.criteria.get(name="Cost")
    sent = {
        "version": 0,
        "term_months": 36,
        "currency": "eur",
        "users_today": 10,
        "users_base": 20,
        "criterion": cost.pk,
        "worst": "80000",
        "best": "30000",
        "measured": "total",
    }
    upside_down = client.post(url, {**sent, "best": "90000", "users_high": "5"})
    assertContains(upside_down, "is less than the other one", status_code=422)
    assertContains(upside_down, "Not less than the number before it.", status_code=422)
    assert client.post(url, sent).status_code == 302
    assert client.post(url, {**sent, "term_months": 24}).status_code == 409
    with organization_scope(acme):
        cost.refresh_from_db()
        model = evaluation.cost_model
    assert (cost.kind, cost.worst, cost.best, cost.unit) == (Kind.MEASURED, 80_000, 30_000, "EUR")
    assert (model.today, model.growth) == ({"users": "10"}, {"users": {"base": "20"}})


def test_an_evaluator_takes_the_mark_of_a_total(client, acme, evaluator, reckoned):
    with organization_scope(acme):
        Evaluation.objects.filter(pk=reckoned.pk).update(state="scoring")
        scorecard = reckoned.scorecards.get(evaluator=evaluator)
    kestrel = candidate(reckoned, "Kestrel")
    client.force_login(evaluator.user)
    page = client.get(f"/o/acme/evaluations/{reckoned.pk}/score/")
    assertContains(page, "Over 36 months: EUR\xa049,500 (from EUR\xa018,000 to EUR\xa081,000).")
    with organization_scope(acme):
        assert not Score.objects.exists()  # nothing by itself
    url = f"/o/acme/evaluations/{reckoned.pk}/score/{kestrel.pk}/cost/"
    for _ in range(2):
        assert client.post(url, {"scorecard": scorecard.pk}).status_code == 302
    with organization_scope(acme):
        score = Score.objects.get()
    assert (score.mark, score.evidence, score.version) == (D(3), "claim", 1)
    assert score.criterion.name == "Cost"
    assert score.comment.startswith("Over 36 months")


@organization_scope(ALL)
def test_what_became_a_gate_gets_no_mark_from_a_total(reckoned):
    """It was a criterion on which totals were marked; by now it is passed or not."""
    row = reckoned.criteria.get(name="Cost")
    row.kind, row.weight, row.worst, row.best = Kind.GATE, D(0), D(0), D(1)
    row.save()
    assert read_costs(reckoned).scale is None


def test_whoever_prepares_the_award_sees_the_totals(client, acme, manager, reckoned):
    with organization_scope(acme):
        Evaluation.objects.filter(pk=reckoned.pk).update(state="closed")
    client.force_login(manager.user)
    page = client.get(f"/o/acme/evaluations/{reckoned.pk}/awards/new/")
    assertContains(page, "Over 36 months: EUR\xa049,500 (from EUR\xa018,000 to EUR\xa081,000).")


def test_marks_on_the_fixed_scale():
    hand = CostScale(D(80_000), D(30_000))
    assert [hand.exact_mark(D(t)) for t in (99_999, 80_000, 46_000, 30_000, 1)] == [
        D(0),
        D(0),
        D("3.4"),
        D(5),
        D(5),
    ]
    assert (hand.mark(D(46_000)), hand.mark(D(45_000))) == (D(3), D(4))  # 3.4, and 3.5 half up
    assert CostScale(D(9), D(1), measured=True).mark(D("46000.55")) == D("46000.55")


def test_a_price_table_of_a_proposal_becomes_a_quote(acme, manager, evaluation):
    answer = {
        "currency": "eur",
        "rise_percent": "2.5",
        "exit_fee": "",
        "valid_until_on": "2026-12-31",
        "lines": [{"kind": "per_user", "label": "Desk", "amount": "42.50", "period": "month"}],
    }
    values = values_from_answer(answer)
    with organization_scope(acme):
        row = put_quote(candidate=candidate(evaluation, "Kestrel"), values=values, by=None)
        found = row.lines.get()
    assert (row.source, row.currency, row.rise_percent, row.exit_fee) == (
        "proposal",
        "EUR",
        D("2.5"),
        None,
    )
    assert (found.amount, found.rises) == (D("42.50"), True)
    with pytest.raises(ValueError, match="no number"):
        values_from_answer({"exit_fee": "much"})


def test_what_a_contract_takes_over(acme, manager, reckoned):
    kestrel = candidate(reckoned, "Kestrel")
    licence = line("licence", "Suite", "20", counts="devices", quantity=D(5), rises=False)
    hours = line("out_of_scope", "Engineer", "95", quantity=D(4), from_month=4)
    values = quote(
        line("per_user", "Help desk", "50"), licence, hours, rise_percent=D(3), exit_fee=D(1500)
    )
    with organization_scope(acme):
        put_quote(candidate=kestrel, values=values, by=manager)
        kestrel = reckoned.candidates.get(pk=kestrel.pk)
        lines, terms = price_lines(kestrel), contract_terms(kestrel)
    assert [(x["kind"], x["label"], x["amount"], x["quantity"]) for x in lines] == [
        ("per_user", "Help desk", D(50), D(10)),
        ("per_device", "Suite (licence, passed through)", D(20), D(5)),
        ("tiered", "Engineer (out of scope, by the hour) (from month 4)", None, D(4)),
    ]
    assert lines[2]["tiers"] == [{"up_to": None, "amount": "95.00"}]
    assert terms == {
        "initial_months": 36,
        "currency": "EUR",
        "escalator_percent": D(3),
        "fee_note": "The quote names an exit fee of EUR\xa01,500.",
    }
