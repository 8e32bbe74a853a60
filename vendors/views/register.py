"""The list of vendors, and taking it away as a file."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django_tables2 import RequestConfig

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.exports import BATCH, file_of
from core.filtering import filters_asked
from core.http import page
from core.paging import LimitedPaginator, SearchPaginator
from core.spreadsheets import Value
from vendors.filters import VendorFilter
from vendors.list_columns import EXTRA_HEADINGS, HEADINGS
from vendors.tables import VendorTable
from vendors.words import shown

PER_PAGE = 25


@member_view(Perm.VENDOR_VIEW)
def vendor_list(request: MemberRequest) -> HttpResponse:
    """Search, filters and order stand in the address; htmx gets the part below the filters."""
    vendors = request.org.vendor_set.for_list()
    found = VendorFilter(request.GET, queryset=vendors, request=request)
    table = VendorTable(found.qs, organization=request.org)
    pages = SearchPaginator if found.is_filtered else LimitedPaginator
    paginate = {"per_page": PER_PAGE, "paginator_class": pages}
    RequestConfig(request, paginate=paginate).configure(table)
    count = table.page.paginator.count
    address = reverse("vendors:vendor_list", args=[request.org.slug])
    context = {
        "filter": found,
        "filters": SimpleLazyObject(lambda: filters_asked(VendorFilter, request.GET, address)),
        "table": table,
        "count": count,
        "count_in_words": table.page.paginator.count_in_words,
        "is_filtered": found.is_filtered,
        "has_vendors": bool(count) or request.org.vendor_set.exists(),
    }
    return page(request, "vendors/vendor_list.html", context, part="results")


@member_view(Perm.VENDOR_VIEW)
def export_vendors(request: MemberRequest) -> HttpResponse:
    """Exactly what the list shows under the same address, all pages of it, in its order."""
    vendors = request.org.vendor_set.for_export()
    found = VendorFilter(request.GET, queryset=vendors, request=request)
    table = VendorTable(found.qs, organization=request.org)
    RequestConfig(request, paginate=False).configure(table)
    main = Prefetch("contacts", request.org.contact_set.filter(is_main=True), "main_contacts")
    rows = _rows(table.data.data.prefetch_related(main).iterator(chunk_size=BATCH))
    return file_of(rows, request.GET.get("format", ""), title="Vendors", slug=request.org.slug)


def _rows(vendors: Any) -> Iterator[list[Value]]:
    yield [*HEADINGS.values(), EXTRA_HEADINGS["archived"]]
    for vendor in vendors:
        contact = next(iter(vendor.main_contacts), None)
        people = (
            {
                "contact_name": contact.name,
                "contact_role": contact.role,
                "contact_email": contact.email,
                "contact_phone": contact.phone,
            }
            if contact
            else {}
        )
        yield [
            *(
                people.get(name, "") if name.startswith("contact_") else _cell(vendor, name)
                for name in HEADINGS
            ),
            "yes" if vendor.archived_at else "",
        ]


def _cell(vendor: Any, name: str) -> str | int | None:
    if name == "founded_year":
        return vendor.founded_year
    return shown(name, getattr(vendor, name))
