"""Lists are counted to a limit, and say so."""

import django_tables2 as tables
import pytest
from django.core.paginator import EmptyPage

from core.paging import LimitedPaginator, SearchPaginator
from core.tenancy import organization_scope
from vendors.models import Vendor


class Three(LimitedPaginator):
    most = 3


class NameTable(tables.Table):
    name = tables.Column()


@pytest.mark.parametrize(
    ("there", "count", "words"), [(0, 0, "0"), (3, 3, "3"), (4, 3, "more than 3")]
)
def test_it_counts_to_the_limit_and_says_when_there_is_more(acme, there, count, words):
    for number in range(there):
        Vendor.objects.create(organization=acme, name=f"V{number}")
    with organization_scope(acme):
        rows = Vendor.objects.by_name().only("name")
        for shown in (rows, NameTable(rows).rows):
            paginator = Three(shown, 2)
            assert (paginator.count, paginator.count_in_words) == (count, words)


def test_pages_end_at_the_limit(acme, django_assert_num_queries):
    for number in range(5):
        Vendor.objects.create(organization=acme, name=f"V{number}")
    with organization_scope(acme):
        paginator = Three(Vendor.objects.by_name(), 2)
        with django_assert_num_queries(2):
            assert [row.name for row in paginator.page(2)] == ["V2"]
            assert paginator.num_pages == 2
        with pytest.raises(EmptyPage):
            paginator.page(3)


def test_a_search_is_counted_less_far():
    assert (LimitedPaginator.most, SearchPaginator.most) == (10_000, 1_000)
