"""Entering what was agreed: kept as written, refused at its field, and never once it is agreed."""

from decimal import Decimal

import pytest
from django.http import QueryDict

from activity.models import LogEntry
from contracts.actions import terms as actions
from contracts.actions.refusals import NotNow
from contracts.forms.prices import TermsEditor
from contracts.models import Contract, ContractTerms
from contracts.tests.record_case import draft, signed
from core.tenancy import ALL, organization_scope

GOOD = {
    "start_on": "2026-01-01",
    "initial_months": "36",
    "renewal_mode": "automatic",
    "renewal_months": "12",
    "notice": "3",
    "notice_unit": "months",
    "notice_form": "letter",
    "postal_days": "3",
    "convenience": "no",
    "fee_rule": "remaining",
    "fee_value": "50",
    "currency": "eur",
    "escalator_percent": "5",
    "escalator_cap_percent": "3",
    "payment_days": "30",
    "p0-label": "Help desk",
    "p0-kind": "flat",
    "p0-amount": "1200",
    "p0-period": "month",
    "p0-escalates": "on",
    "p1-label": "Licences",
    "p1-kind": "tiered",
    "p1-quantity": "60",
    "p1-period": "month",
    "p1-tiers": "up to 10: 40; up to 50: 35; more: 30",
    "p2-label": "",
    "p2-escalates": "on",
}


def sent(values: dict) -> QueryDict:
    """What a browser sends."""
    data = QueryDict(mutable=True)
    data.update(values)
    return data


def url(contract: Contract) -> str:
    return f"/o/acme/contracts/{contract.pk}/terms/edit/"


def terms_of(contract: Contract, number: int = 1) -> ContractTerms:
    return contract.terms_versions.get(number=number)


@pytest.fixture
def contract(manager):
    return draft(manager)


def test_terms_and_prices_are_kept_and_the_trail_says_them(client, manager, contract):
    client.force_login(manager.user)
    answer = client.post(url(contract), {**GOOD, "version": 1})
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"/o/acme/contracts/{contract.pk}/terms/",
    )
    with organization_scope(ALL):
        terms = terms_of(contract)
        assert (terms.initial_months, terms.convenience, terms.currency, terms.version) == (
            36,
            False,
            "EUR",
            2,
        )
        lines = list(terms.price_lines.order_by("position"))
        assert [(row.label, row.amount, row.quantity, row.escalates) for row in lines] == [
            ("Help desk", Decimal("1200.00"), None, True),
            ("Licences", None, Decimal("60.00"), False),
        ]
        assert lines[1].tiers[-1] == {"up_to": None, "amount": "30"}
        row = Contract.objects.get(pk=contract.pk)
        assert (str(row.starts_on), str(row.term_ends_on), row.yearly_cost) == (
            "2026-01-01",
            "2029-01-01",
            Decimal("39600.00"),
        )
        assert (row.safe_notice_on, row.at_stake) == (None, None)  # nothing is signed
        after = LogEntry.objects.get(verb="terms.changed").after
    shown = client.get(url(contract)).context["editor"]
    assert shown.form.initial["escalator_percent"] == "5"
    assert [row.initial.get("quantity") for row in shown.rows] == [None, "60", None, None]
    assert shown.rows[1].initial["tiers"] == GOOD["p1-tiers"]
    assert after["at the end of the term"] == "Renews by itself for 12 months each time"
    assert after["price of Help desk"] == "EUR\N{NO-BREAK SPACE}1,200 a month"


def test_the_same_again_changes_nothing(client, manager, contract):
    client.force_login(manager.user)
    client.post(url(contract), {**GOOD, "version": 1})
    client.post(url(contract), {**GOOD, "version": 2})
    with organization_scope(ALL):
        assert terms_of(contract).version == 2
        assert LogEntry.objects.filter(verb="terms.changed").count() == 1


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"initial_months": "0"}, "initial_months", "greater than or equal to 1"),
        ({"initial_months": "9999"}, "initial_months", "less than or equal to 1200"),
        ({"start_on": "1900-01-01"}, "start_on", "between 1950 and 2100"),
        ({"renewal_months": ""}, "renewal_months", "for how many months each time"),
        ({"renewal_mode": "none"}, "renewal_months", "counts only if it renews by itself"),
        ({"notice_unit": ""}, "notice_unit", "Days, months or business days?"),
        ({"notice": ""}, "notice", "If none is needed, write 0"),
        ({"notice": "121"}, "notice", "At most 120 months"),
        ({"notice_earliest": "2"}, "notice_earliest", "leaves no day for notice"),
        ({"currency": "euro"}, "currency", "at most 3 characters"),
        ({"currency": "12€"}, "currency", "three letters"),
        ({"escalator_percent": ""}, "escalator_percent", "Without it a cap limits nothing"),
        ({"escalator_percent": "101"}, "escalator_percent", "less than or equal to 100"),
        ({"fee_value": ""}, "fee_value", "how many percent"),
        ({"fee_value": "101"}, "fee_value", "Not more than 100"),
        ({"fee_rule": ""}, "fee_rule", "Of what?"),
        ({"confidential_months": "6"}, "confidentiality", "By what?"),
        ({"payment_days": "NaN"}, "payment_days", "Write a whole number"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(changes, field, words):
    editor = TermsEditor(data=sent({**GOOD, **changes, "version": 1}))
    assert not editor.is_valid()
    assert words in " ".join(editor.form.errors[field])


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"p0-label": ""}, "label", "What is it for?"),
        ({"p0-kind": ""}, "kind", "Choose how it is priced"),
        ({"p0-amount": ""}, "amount", "What does it cost?"),
        ({"p0-amount": "1e30"}, "amount", "less than or equal to"),
        ({"p0-period": ""}, "period", "A month, a quarter or a year?"),
        ({"p0-kind": "per_user"}, "quantity", "How many?"),
        ({"p0-kind": "hourly_bank"}, "included_hours", "How many hours"),
        ({"p0-kind": "one_off"}, "period", "A one-off fee has no period"),
        ({"p0-due_on": "2026-02-01"}, "due_on", "Only a one-off fee"),
        ({"p0-kind": "tiered", "p0-amount": "", "p0-quantity": "3"}, "tiers", "Write the tiers"),
        (
            {"p0-kind": "tiered", "p0-amount": "", "p0-quantity": "3", "p0-tiers": "ten: 1"},
            "tiers",
            "the quantity is a number",
        ),
        (
            {"p0-kind": "tiered", "p0-amount": "", "p0-quantity": "30", "p0-tiers": "up to 9: 1"},
            "tiers",
            "more units than tiers",
        ),
    ],
)
def test_a_price_line_is_refused_at_its_field(changes, field, words):
    editor = TermsEditor(data=sent({**GOOD, **changes, "version": 1}))
    assert not editor.is_valid()
    assert words in " ".join(editor.rows[0].errors[field])
    assert list(editor.form.errors) == ["__all__"]


def test_what_is_refused_is_not_kept_but_stays_in_the_form(client, manager, contract):
    client.force_login(manager.user)
    answer = client.post(url(contract), {**GOOD, "notice": "121", "p0-amount": "", "version": 1})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "At most 120 months" in text
    assert "What does it cost?" in text
    assert 'value="Licences"' in text
    with organization_scope(ALL):
        terms = terms_of(contract)
        assert (terms.initial_months, terms.price_lines.count()) == (None, 0)


def test_lines_are_added_and_removed_by_buttons(client, manager, contract):
    client.force_login(manager.user)
    more = client.post(url(contract), {**GOOD, "version": 1, "do": "more"})
    labels = [row.heading for row in more.context["editor"].rows]
    assert (more.status_code, labels) == (200, ["Help desk", "Licences", *["New price line"] * 3])
    less = client.post(url(contract), {**GOOD, "version": 1, "do": "remove-0"})
    labels = [row.heading for row in less.context["editor"].rows]
    assert (less.status_code, labels) == (200, ["Licences", *["New price line"] * 2])
    assert 'value="36"' in less.content.decode()


def test_more_lines_than_are_kept_are_not_lost_in_silence(client, manager, contract):
    client.force_login(manager.user)
    many = {f"p{n}-label": f"Line {n}" for n in range(41)}
    many |= {f"p{n}-kind": "one_off" for n in range(41)} | {f"p{n}-amount": "1" for n in range(41)}
    answer = client.post(url(contract), {**many, "version": 1})
    assert answer.status_code == 422
    assert "40 at most" in str(answer.context["form"].errors)


def test_who_is_slower_sees_both(client, manager, contract):
    client.force_login(manager.user)
    client.post(url(contract), {**GOOD, "version": 1})
    answer = client.post(url(contract), {**GOOD, "notice": "6", "p0-amount": "99", "version": 1})
    assert answer.status_code == 409
    differing = {label: (theirs, mine) for label, theirs, mine in answer.context["differing"]}
    assert differing["Notice"] == ("3", "6")
    assert differing["Price of help desk"][1] == "EUR\N{NO-BREAK SPACE}99 a month"
    assert client.post(url(contract), {**GOOD, "notice": "6", "version": 2}).status_code == 302


def test_what_was_agreed_is_never_changed(client, manager, owner):
    contract = signed(manager, owner)
    client.force_login(manager.user)
    answer = client.post(url(contract), {**GOOD, "version": 2}, follow=True)
    assert "What was agreed is never changed" in answer.content.decode()
    with organization_scope(ALL):
        terms = terms_of(contract)
        with pytest.raises(NotNow, match="never changed"):
            actions.edit_terms(
                terms=terms, values={"notice": 9}, lines=[], version=terms.version, by=owner
            )
        assert (terms_of(contract).notice, terms.price_lines.count()) == (3, 1)


@pytest.mark.parametrize(
    ("who", "status"), [("viewer", 403), ("evaluator", 403), ("outsider", 404)]
)
def test_who_may_not(client, request, contract, who, status):
    client.force_login(request.getfixturevalue(who).user)
    assert client.get(url(contract)).status_code == status
    assert client.post(url(contract), {**GOOD, "version": 1}).status_code == status


def test_nobody_is_sent_to_the_sign_in(client, contract):
    assert client.get(url(contract)).status_code == 302


def test_the_form_is_read_in_few_queries(client, manager, contract, django_assert_max_num_queries):
    client.force_login(manager.user)
    with django_assert_max_num_queries(9):
        client.get(url(contract))
