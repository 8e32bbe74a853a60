"""The register of contracts: the list, the same as a file, and a vendor's own."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django_tables2 import RequestConfig

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from contracts.filters import ContractFilter
from contracts.list_columns import DERIVED, HEADINGS
from contracts.models import Contract, ContractTerms
from contracts.models.record import Status
from contracts.tables import ContractTable, VendorContractTable
from core.exports import BATCH, file_of
from core.filtering import filters_asked
from core.http import page
from core.paging import LimitedPaginator, SearchPaginator
from core.spreadsheets import Value
from core.templatetags.ui import format_date

PER_PAGE = 25
EXPORTED = [
    "title",
    "reference",
    "vendor",
    "kind",
    "services",
    "status",
    "manager",
    "signed_on",
    "start",
    "initial_months",
    "renewal_mode",
    "renewal_months",
    "notice",
    "price_year",
    "currency",
]


@member_view(Perm.CONTRACT_VIEW)
def contract_list(request: MemberRequest) -> HttpResponse:
    """Search, filters and order stand in the address; htmx gets the part below the filters."""
    contracts = request.org.contract_set.for_list()
    found = ContractFilter(request.GET, queryset=contracts, request=request)
    table = ContractTable(found.qs, organization=request.org)
    pages = SearchPaginator if found.is_filtered else LimitedPaginator
    paginate = {"per_page": PER_PAGE, "paginator_class": pages}
    RequestConfig(request, paginate=paginate).configure(table)
    count = table.page.paginator.count
    address = reverse("contracts:contract_list", args=[request.org.slug])
    context = {
        "filter": found,
        "filters": SimpleLazyObject(lambda: filters_asked(ContractFilter, request.GET, address)),
        "narrowed": _narrowed(request, found),
        "table": table,
        "count": count,
        "count_in_words": table.page.paginator.count_in_words,
        "is_filtered": found.is_filtered,
        "has_contracts": bool(count) or request.org.contract_set.exists(),
    }
    return page(request, "contracts/contract_list.html", context, part="results")


def _narrowed(request: MemberRequest, found: ContractFilter) -> list[str]:
    """In words what a link of another page asked for, since no field above the list shows it."""
    asked: Mapping[str, Any] = found.form.cleaned_data
    words = []
    if asked.get("of"):
        vendor = request.org.vendor_set.filter(pk=int(asked["of"])).only("name").first()
        words.append(f"of {vendor.name}" if vendor else "of a vendor that is not here")
    if asked.get("service"):
        words.append(f"for the service “{asked['service']}”")
    if asked.get("currency"):
        words.append(f"in {asked['currency']}")
    for name, said in (("notice", "last safe day"), ("term", "term ends")):
        first, last = asked.get(f"{name}_from"), asked.get(f"{name}_to")
        if first and last:
            words.append(f"{said} from {_day(request, first)} to {_day(request, last)}")
    return words


def _day(request: MemberRequest, day: dt.date) -> str:
    return format_date(day, request.org)


@member_view(Perm.CONTRACT_VIEW)
def export_contracts(request: MemberRequest) -> HttpResponse:
    """Exactly what the list shows under the same address, all pages of it, in its order."""
    contracts = request.org.contract_set.for_export(timezone.localdate())
    found = ContractFilter(request.GET, queryset=contracts, request=request)
    table = ContractTable(found.qs, organization=request.org)
    RequestConfig(request, paginate=False).configure(table)
    versions = request.org.contractterms_set.for_export(timezone.localdate())
    terms = Prefetch("terms_versions", versions, "said")
    rows = _exported(table.data.data.prefetch_related(terms).iterator(chunk_size=BATCH))
    return file_of(rows, request.GET.get("format", ""), title="Contracts", slug=request.org.slug)


def _exported(contracts: Iterable[Any]) -> Iterator[list[Value]]:
    """Headed as the import reads them; what the portal derives comes after that."""
    yield [*(HEADINGS[name] for name in EXPORTED), *DERIVED.values(), HEADINGS["notes"]]
    for contract in contracts:
        terms = contract.said[0] if contract.said else ContractTerms()
        yield [
            contract.title,
            contract.reference,
            contract.vendor_name,
            Contract.Kind(contract.kind).label,
            ", ".join(contract.services),
            Status(contract.status_now).label,
            contract.manager_name or contract.manager_email,
            contract.signed_on,
            contract.starts_on or terms.start_on,
            terms.initial_months,
            terms.get_renewal_mode_display(),
            terms.renewal_months,
            f"{terms.notice} {terms.get_notice_unit_display()}" if terms.notice_unit else None,
            contract.yearly_cost,
            contract.currency,
            contract.term_ends_on,
            contract.ends_on,
            contract.notice_by_on,
            contract.safe_notice_on,
            contract.committed_until_on,
            contract.at_stake,
            "no" if contract.plan_id is None else "yes",
            contract.notes,
        ]


@member_view(Perm.CONTRACT_VIEW)
def vendor_contracts(request: MemberRequest, vendor_id: int) -> HttpResponse:
    """The contracts of one vendor, and what they cost a year together."""
    vendor = get_object_or_404(request.org.vendor_set, pk=vendor_id)
    today = timezone.localdate()
    contracts = request.org.contract_set.of_vendor(vendor)
    table = VendorContractTable(contracts.for_list(), organization=request.org)
    RequestConfig(request, paginate={"per_page": PER_PAGE, "silent": True}).configure(table)
    context = {
        "vendor": vendor,
        "table": table,
        "costs": contracts.running_on(today).cost_by_currency(),
    }
    return render(request, "contracts/vendor_contracts.html", context)
