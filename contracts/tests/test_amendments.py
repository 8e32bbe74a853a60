"""Amendments: a copy of the latest terms, changed, signed, counting from its day on; nothing before changes."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest

from activity.models import LogEntry, OutgoingMail
from contracts import dates
from contracts.actions import amendments as actions
from contracts.actions import terms as terms_actions
from contracts.actions.refusals import NotComplete, NotNow
from contracts.models import Amendment, Contract, ContractTerms, PriceLine, ServiceLevel
from contracts.tests.record_case import draft, months_ago, signed, today
from contracts.versions import LINE_FIELDS
from core.tenancy import ALL, organization_scope

NEXT_YEAR = dt.date(today().year + 1, 1, 1)


@pytest.fixture
def contract(manager, owner):
    return signed(manager, owner)


def begin(contract, by, from_on=NEXT_YEAR, **values) -> Amendment:
    said = {"title": "More", "reason": "We grow.", "from_on": from_on, **values}
    with organization_scope(ALL):
        return actions.create_amendment(
            contract=contract, values=said, by=by, creation_key=uuid.uuid4()
        )


def change(amendment, by, lines=None, **values) -> ContractTerms:
    with organization_scope(ALL):
        terms = amendment.contract.terms_versions.get(amendment=amendment)
        rows = [
            {name: getattr(row, name) for name in LINE_FIELDS}
            for row in terms.price_lines.order_by("position")
        ]
        return terms_actions.edit_terms(
            terms=terms, values=values, lines=lines or rows, version=terms.version, by=by
        )


def sign(amendment, by) -> Amendment:
    with organization_scope(ALL):
        row = Amendment.objects.get(pk=amendment.pk)
        return actions.sign_amendment(amendment=row, version=row.version, signed_on=today(), by=by)


def agreed(contract) -> list:
    """All that was agreed, with prices and levels: it may never change."""
    with organization_scope(ALL):
        found = []
        for terms in contract.terms_versions.agreed().order_by("number"):
            for rows in ([terms], terms.price_lines.all(), terms.service_levels.all()):
                found += [
                    (row._meta.label, {f.name: getattr(row, f.attname) for f in row._meta.fields})
                    for row in rows
                ]
        return found


def page(amendment, rest="") -> str:
    return f"/o/acme/contracts/{amendment.contract_id}/amendments/{amendment.pk}/{rest}"


def test_the_way_of_an_amendment(client, manager, owner, contract):
    with organization_scope(ALL):
        terms = contract.terms_versions.get()
        ServiceLevel.objects.create(
            organization=contract.organization,
            terms=terms,
            metric="availability",
            name="Availability",
            comparator="at_least",
            target=Decimal("99.5"),
            unit="percent",
            window="month",
        )
    before = agreed(contract)
    client.force_login(manager.user)
    form = {"title": "More", "reason": "", "from_on": NEXT_YEAR, "creation_key": uuid.uuid4()}
    base = f"/o/acme/contracts/{contract.pk}"
    answer = client.post(f"{base}/amendments/new/", form)
    assert answer["Location"] == f"{base}/terms/edit/"
    client.post(f"{base}/amendments/new/", form)  # sent twice
    with organization_scope(ALL):
        row = Amendment.objects.get()
        copy = row.terms
        assert (copy.number, copy.from_on, copy.priced_on, copy.agreed_at) == (
            2,
            NEXT_YEAR,
            NEXT_YEAR,
            None,
        )
        assert [line.amount for line in copy.price_lines.all()] == [Decimal("100.00")]
        assert [level.target for level in copy.service_levels.all()] == [Decimal("99.5000")]
    change(row, manager, notice=6)
    sent = client.post(page(row, "send/"), {"send-version": row.version})
    assert sent["Location"] == page(row)
    assert client.get(f"{base}/terms/edit/").status_code == 302  # it waits for signature
    client.force_login(owner.user)
    shown = client.get(page(row, "sign/"))
    found = [
        (r.label, r.one, r.other) for _, rows in shown.context["differing_terms"] for r in rows
    ]
    assert found == [("Notice", "3 months before the end", "6 months before the end")]
    returned = client.post(
        page(row, "return/"), {"return-version": row.version + 1, "return-note": "Seven, please."}
    )
    assert returned.status_code == 302
    change(row, manager, notice=7)
    assert "Seven, please." in client.get(page(row)).content.decode()
    signing = {"version": row.version + 2, "signed_on": today()}
    assert client.post(page(row, "sign/"), signing).status_code == 302
    assert client.post(page(row, "sign/"), signing).status_code == 302  # twice is once
    assert agreed(contract)[: len(before)] == before
    with organization_scope(ALL):
        row = Amendment.objects.get()
        assert (row.stage, row.signed_by, row.terms.notice) == ("signed", owner, 7)
        assert row.terms.agreed_at is not None
        verbs = LogEntry.objects.filter(verb__startswith="amendment.").order_by("pk")
        assert [entry.verb for entry in verbs] == [
            f"amendment.{step}" for step in ("drafted", "sent", "returned", "signed")
        ]
        to = OutgoingMail.objects.filter(key__contains="amendment-")
        assert sorted(mail.to for mail in to) == [manager.user.email] * 2 + [owner.user.email]


def test_an_agreed_version_can_not_be_touched_again(client, manager, owner, contract):
    row = begin(contract, manager)
    sign(row, owner)
    before = agreed(contract)
    version = row.version + 1
    client.force_login(owner.user)
    posts = [
        ("edit/", {"title": "Other", "from_on": today(), "version": version}),
        ("send/", {"send-version": version}),
        ("return/", {"return-version": version, "return-note": "No"}),
        ("withdraw/", {"withdraw-version": version, "withdraw-reason": "No"}),
    ]
    for rest, data in posts:
        assert client.post(page(row, rest), data).status_code == 422, rest
    with pytest.raises(NotNow, match="never changed"):
        change(row, owner, notice=9)
    assert agreed(contract) == before


def test_prices_are_copied_as_they_are_on_its_day(manager, owner):
    contract = signed(manager, owner, start_on=months_ago(30))
    with organization_scope(ALL):
        ContractTerms.objects.update(escalator_percent=Decimal(3))
    row = begin(contract, manager, from_on=today())
    with organization_scope(ALL):
        [line] = row.terms.price_lines.all()
        assert line.amount == Decimal("106.09")  # two anniversaries since


def test_a_renewal_by_agreement_moves_the_start_and_the_end(manager, owner):
    contract = signed(manager, owner, renewal_mode="by_agreement", renewal_months=None)
    with organization_scope(ALL):
        ends_on = Contract.objects.get(pk=contract.pk).ends_on
    row = begin(contract, manager, from_on=ends_on)
    with pytest.raises(NotComplete, match="would be over on"):
        sign(row, owner)
    change(row, manager, start_on=ends_on, initial_months=24)
    sign(row, owner)
    with organization_scope(ALL):
        found = Contract.objects.get(pk=contract.pk)
        assert found.ends_on == dt.date(ends_on.year + 2, ends_on.month, ends_on.day)
        assert found.starts_on == months_ago(5)
        assert dates.read_standing(found, ends_on).ends_on == found.ends_on


def test_where_an_amendment_can_not_begin(client, manager, owner, contract):
    with pytest.raises(NotNow, match="Only a signed contract"):
        begin(draft(manager), manager)
    with pytest.raises(NotComplete, match="what was agreed before stays"):
        begin(contract, manager, from_on=months_ago(6))
    row = begin(contract, manager)
    with pytest.raises(NotNow, match="open amendment already"):
        begin(contract, manager)
    client.force_login(manager.user)
    answer = client.post(
        page(row, "edit/"), {"title": "More", "from_on": months_ago(6), "version": row.version}
    )
    assert answer.status_code == 422
    assert "what was agreed before stays" in str(answer.context["form"].errors["from_on"])
    reason = {"withdraw-version": row.version, "withdraw-reason": "Not needed"}
    assert client.post(page(row, "withdraw/"), reason).status_code == 302
    assert client.post(page(row, "withdraw/"), reason).status_code == 302
    again = begin(contract, manager, from_on=today())
    sign(again, owner)
    with pytest.raises(NotComplete, match="what was agreed before stays"):
        begin(contract, manager, from_on=today() - dt.timedelta(1))


def test_what_is_over_is_not_amended(manager, owner):
    contract = signed(manager, owner, start_on=months_ago(30))
    with organization_scope(ALL):
        found = Contract.objects.get(pk=contract.pk)
        found.notice_given_on = found.notice_arrived_on = months_ago(28)
        found.save()
        dates.refresh(found, today())
    with pytest.raises(NotNow, match="ended by notice"):
        begin(contract, manager)


def test_what_was_terminated_is_not_amended(manager, owner, contract):
    row = begin(contract, manager)
    with organization_scope(ALL):
        Contract.objects.filter(pk=contract.pk).update(terminated_on=today(), ends_on=today())
    with pytest.raises(NotNow, match="was terminated"):
        sign(row, owner)
    with organization_scope(ALL):
        row = Amendment.objects.get()
        assert row.stage == "draft"


def test_each_step_needs_its_words_and_twice_is_once(manager, owner, contract):
    row = begin(contract, manager)
    with organization_scope(ALL):
        step = {"amendment": row, "by": manager}
        for _ in range(2):
            sent = actions.send_amendment(version=1, **step)
        assert sent.version == 2
        terms = sent.contract.terms_versions.get(amendment=row)
        with pytest.raises(NotNow, match="wait for signature"):
            terms_actions.edit_terms(terms=terms, values={}, lines=[], version=1, by=manager)
        with pytest.raises(NotComplete, match="what should change"):
            actions.return_amendment(version=2, note=" ", **step)
        for _ in range(2):
            returned = actions.return_amendment(version=2, note="Less", **step)
        assert (returned.version, returned.returned_note) == (3, "Less")
        with pytest.raises(NotComplete, match="why it is withdrawn"):
            actions.withdraw_amendment(version=3, reason="", **step)
        ahead = today() + dt.timedelta(1)
        with pytest.raises(NotComplete, match="can’t lie ahead"):
            actions.sign_amendment(amendment=row, version=3, signed_on=ahead, by=owner)
        same = {"title": "More", "reason": "We grow.", "from_on": NEXT_YEAR}
        assert actions.edit_amendment(values=same, version=3, **step).version == 3


def test_fees_that_are_due_later_go_on_with_their_day(manager, owner):
    contract = signed(manager, owner)
    with organization_scope(ALL):
        terms = contract.terms_versions.get()
        for label, due_on in (("Set up", None), ("Later", NEXT_YEAR)):
            terms.price_lines.create(
                organization=contract.organization,
                kind="one_off",
                label=label,
                amount=50,
                due_on=due_on,
            )
    at_start = begin(contract, manager, from_on=months_ago(5))
    with organization_scope(ALL):
        fees = at_start.terms.price_lines.filter(kind="one_off").order_by("label")
        assert [(f.label, f.due_on) for f in fees] == [
            ("Later", NEXT_YEAR),
            ("Set up", months_ago(5)),
        ]
    at_start.stage = "withdrawn"
    with organization_scope(ALL):
        at_start.save()
    later = begin(contract, manager)
    with organization_scope(ALL):
        fees = later.terms.price_lines.filter(kind="one_off")
        assert [f.label for f in fees] == ["Later"]


def test_a_draft_contract_is_not_amended_by_its_page(client, manager):
    contract = draft(manager)
    client.force_login(manager.user)
    base = f"/o/acme/contracts/{contract.pk}"
    assert client.get(f"{base}/amendments/new/")["Location"] == f"{base}/terms/"


def test_incomplete_terms_are_not_sent(client, manager, contract):
    row = begin(contract, manager)
    change(row, manager, notice=None, notice_unit="")
    client.force_login(manager.user)
    answer = client.post(page(row, "send/"), {"send-version": row.version})
    assert answer.status_code == 422
    assert "Say how long the notice is." in answer.content.decode()


def test_the_day_and_the_title_are_changed_while_it_is_a_draft(client, manager, contract):
    row = begin(contract, manager)
    client.force_login(manager.user)
    form = {"title": "Even more", "reason": "", "from_on": today(), "version": row.version}
    assert client.post(page(row, "edit/"), form).status_code == 302
    stale = client.post(page(row, "edit/"), {**form, "title": "Less"})
    assert (stale.status_code, stale.context["differing"]) == (
        409,
        [("What is it called?", "Even more", "Less")],
    )
    with organization_scope(ALL):
        row = Amendment.objects.get()
        assert (row.title, row.terms.from_on) == ("Even more", today())


def test_a_step_on_what_somebody_changed_shows_it_first(client, manager, owner, contract):
    row = begin(contract, manager)
    client.force_login(owner.user)
    answer = client.post(page(row, "sign/"), {"version": 9, "signed_on": today()})
    assert answer.status_code == 409
    assert "Somebody changed this amendment" in answer.content.decode()
    ahead = {"version": row.version, "signed_on": today() + dt.timedelta(1)}
    assert client.post(page(row, "sign/"), ahead).status_code == 422


@pytest.mark.parametrize(
    ("who", "rest", "status"),
    [
        ("viewer", "", 200),
        ("viewer", "send/", 403),
        ("manager", "sign/", 403),
        ("manager", "return/", 403),
        ("outsider", "", 404),
        ("outsider", "withdraw/", 404),
    ],
)
def test_who_may_what(client, request, manager, contract, who, rest, status):
    row = begin(contract, manager)
    client.force_login(request.getfixturevalue(who).user)
    ask = client.get if rest in {"", "sign/"} else client.post
    assert ask(page(row, rest)).status_code == status


def test_its_page_takes_few_queries(
    client, viewer, manager, contract, django_assert_max_num_queries
):
    row = begin(contract, manager)
    client.force_login(viewer.user)
    with django_assert_max_num_queries(10):
        client.get(page(row))


def test_nobody_signs_what_was_changed_behind_the_page(client, manager, owner, contract):
    row = begin(contract, manager)
    client.force_login(owner.user)
    seen = client.get(page(row, "sign/")).context["sign_form"].initial
    posted = {**seen, "signed_on": today()}
    change(row, manager, initial_months=120)
    answer = client.post(page(row, "sign/"), posted)
    assert answer.status_code == 409
    assert "Somebody changed this amendment" in answer.content.decode()
    now = answer.context["sign_form"].initial
    assert (now["version"], now["seen"] != seen["seen"]) == (seen["version"], True)
    assert client.post(page(row, "sign/"), {**now, "signed_on": today()}).status_code == 302


def test_prices_that_would_rise_beyond_every_column_are_refused(client, manager, owner):
    contract = signed(manager, owner)
    with organization_scope(ALL):
        contract.terms_versions.update(escalator_percent=100)
        PriceLine.objects.update(amount=999_999_999)
    client.force_login(manager.user)
    url = f"/o/acme/contracts/{contract.pk}/amendments/new/"
    answer = client.post(url, {"title": "More", "from_on": "2100-01-01"})
    assert answer.status_code == 422
    assert "would cost more by that day than can be kept" in str(answer.context["form"].errors)
    assert client.post(url, {"title": "More", "from_on": NEXT_YEAR}).status_code == 302
