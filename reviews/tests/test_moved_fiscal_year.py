"""The fiscal year is moved in the middle of everything: what was said about days stays about those days."""

import itertools
from decimal import Decimal

from accounts.models import Organization
from contracts.models import ServiceLevel
from core import periods
from core.tenancy import ALL, organization_scope
from reviews import review_rows
from reviews.actions import closing
from reviews.actions.measuring import Entry, record_measurements
from reviews.measured import Measures
from reviews.models import Review
from reviews.tests import review_case as case
from reviews.verifying import verify


def test_a_moved_fiscal_year_leaves_records_and_measured_windows_as_they_were(manager, owner):
    contract = case.running(manager, owner)
    review, measured = case.review_of(contract), case.quarter(1)
    for name, mark in (("Quality", "4"), ("Cost", "3"), ("Insured", "1")):
        case.mark(review, name, mark, manager)
    with organization_scope(ALL):
        level = ServiceLevel.objects.get(terms__contract=contract)
        ServiceLevel.objects.filter(pk=level.pk).update(window="quarter")
        entry = Entry(level.lineage, measured.first_on, Decimal("98"))
        record_measurements(contract=contract, entries=[entry], by=manager)
        closing.close_review(review=review, by=manager)
        Organization.objects.update(fiscal_month=measured.first_on.month % 12 + 1)
        stored = Review.objects.select_related(*review_rows.RELATED).get(pk=review.pk)
        assert [check.state for check in verify(stored).checks] == ["ok"] * 4
        cells = Measures(case.fresh(contract), case.today()).cells(level.lineage, case.today())
    windows = [periods.Period(cell.window.first_on, cell.window.last_on) for cell in cells]
    assert [cell.value for cell in cells if cell.row] == ["98\xa0%"]
    assert measured in windows
    # No day is measured, or given back for, twice.
    assert all(one.last_on < after.first_on for one, after in itertools.pairwise(windows))
