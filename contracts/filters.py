"""What the register of contracts can be narrowed by; everything stands in the address."""

import datetime as dt
from typing import Any

import django_filters
from django.db.models import Q
from django.utils import timezone

from contracts.models import Contract
from contracts.models.record import Status
from core.filtering import ListFilter
from core.widgets import QuickHidden, QuickSelect, QuickText
from vendors.folding import LONGEST_QUERY, fold

RUNNING = "running"
EXIT_PLAN, MANAGER, COST = "exit_plan", "manager", "cost"
NOBODY = "nobody"
MOST_BY_PAPER = 1_000
SELECT = {"class": "form-select"}


def _choice(label: str, choices: list[tuple[str, str]], empty: str = "Any", **more: Any) -> Any:
    return django_filters.ChoiceFilter(
        label=label,
        choices=choices,
        empty_label=empty,
        widget=QuickSelect(attrs=SELECT),
        **more,
    )


def _text(label: str, example: str, method: str) -> Any:
    return django_filters.CharFilter(
        label=label,
        method=method,
        max_length=80,
        widget=QuickText(attrs={"class": "form-control", "placeholder": example}),
    )


def _day() -> Any:
    return django_filters.DateFilter(method="by_nothing", widget=QuickHidden())


def _days(*counts: int) -> list[tuple[str, str]]:
    return [(str(count), f"{count} days") for count in counts]


class ContractFilter(ListFilter):
    """Above the list, and, hidden, what only links of other pages ask for: one vendor (`of`), one
    service, one currency, a span of days (`notice_from` … `term_to`)."""

    label = "Filter contracts"

    q = django_filters.CharFilter(
        label="Search",
        method="by_words",
        max_length=LONGEST_QUERY,
        widget=QuickText(
            attrs={
                "type": "search",
                "class": "form-control",
                "placeholder": "Title, reference, vendor, notes",
            }
        ),
    )
    status = _choice(
        "Status",
        [(RUNNING, "Running (active or notice given)"), *Status.choices],
        method="by_status",
    )
    vendor = _text("Vendor", "Northwind", "by_vendor")
    manager = _text("Manager", "Name or e-mail", "by_manager")
    kind = _choice("Kind", list(Contract.Kind.choices))
    notice = _choice("Safe day within", _days(30, 60, 90), method="by_notice")
    term = _choice("Term ends within", _days(30, 90, 180, 365), method="by_term")
    without = _choice(
        "Without",
        [(EXIT_PLAN, "an exit plan"), (MANAGER, "a delegated manager"), (COST, "a yearly cost")],
        empty="–",
        method="by_lack",
    )
    of = django_filters.NumberFilter(
        method="by_one_vendor", widget=QuickHidden(), max_value=2**63 - 1, min_value=1
    )
    service = django_filters.CharFilter(method="by_service", max_length=80, widget=QuickHidden())
    currency = django_filters.CharFilter(field_name="currency", max_length=3, widget=QuickHidden())
    notice_from, notice_to = _day(), _day()
    term_from, term_to = _day(), _day()

    class Meta:
        model = Contract
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = timezone.localdate()

    def filter_queryset(self, queryset: Any) -> Any:
        """Spans of days are asked for by two fields together; notice and term are those of contracts
        that run."""
        rows = super().filter_queryset(queryset)
        asked = self.form.cleaned_data
        for name in ("notice", "term"):
            first, last = asked.get(f"{name}_from"), asked.get(f"{name}_to")
            if first and last:
                rows = getattr(rows.running_on(self.today), f"{name}_between")(first, last)
        return rows

    def by_nothing(self, rows: Any, name: str, value: Any) -> Any:
        return rows

    def by_words(self, rows: Any, name: str, value: str) -> Any:
        """In the contract, or in one of its papers. Those are asked first, so that without a hit there
        the index of the contracts can be used."""
        papers = self.request.org.document_set.kept().containing(value).order_by("contract")
        found = list(papers.values_list("contract", flat=True).distinct()[:MOST_BY_PAPER])
        by_record = rows.matching(value)
        return by_record | rows.filter(pk__in=found) if found else by_record

    def by_status(self, rows: Any, name: str, value: str) -> Any:
        if value == RUNNING:
            return rows.running_on(self.today)
        return rows.with_status(self.today).filter(status_now=value)

    def by_vendor(self, rows: Any, name: str, value: str) -> Any:
        key = fold(value)
        return rows.filter(Q(vendor__name_key__contains=key) | Q(vendor__legal_key__contains=key))

    def by_one_vendor(self, rows: Any, name: str, value: Any) -> Any:
        return rows.filter(vendor_id=int(value))

    def by_manager(self, rows: Any, name: str, value: str) -> Any:
        if fold(value) == NOBODY:
            return rows.filter(manager=None)
        return rows.filter(
            Q(manager__user__name__icontains=value) | Q(manager__user__email__icontains=value)
        )

    def by_notice(self, rows: Any, name: str, value: str) -> Any:
        return rows.running_on(self.today).notice_between(self.today, self._in_days(value))

    def by_term(self, rows: Any, name: str, value: str) -> Any:
        return rows.running_on(self.today).term_between(self.today, self._in_days(value))

    def _in_days(self, value: str) -> dt.date:
        return self.today + dt.timedelta(days=int(value))

    def by_lack(self, rows: Any, name: str, value: str) -> Any:
        if value == EXIT_PLAN:
            return rows.without_exit_plan()
        return rows.without_manager() if value == MANAGER else rows.filter(yearly_cost=None)

    def by_service(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(service_keys__contains=f"|{fold(value)}|")
