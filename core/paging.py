"""Pages of long lists: counted to a limit, so that a list takes as long with 100 000 rows as with 10 000."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property


class LimitedPaginator(Paginator):
    """Counts no further than `most`; what comes after is reached by searching, filters or the order.

    `object_list` is a queryset of tenant rows, or the rows of a django-tables2 table of one.
    """

    most = 10_000

    @cached_property
    def _found(self) -> int:
        rows: Any = self.object_list
        while not isinstance(rows, QuerySet):  # a table's rows, and the data in them
            rows = rows.data
        # Only the column that every index of a tenant table holds: the index alone is read.
        return int(rows.order_by().values("organization_id")[: self.most + 1].count())

    @cached_property
    def count(self) -> int:
        return min(self._found, self.most)

    @property
    def count_in_words(self) -> str:
        """ "more than 10,000" where the counting stopped."""
        return f"more than {self.most:,}" if self._found > self.most else str(self.count)


class SearchPaginator(LimitedPaginator):
    """For lists found by a text: each row must be read to be counted."""

    most = 1_000
