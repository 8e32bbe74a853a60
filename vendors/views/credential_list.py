"""The proofs of all vendors: what ends soon, what nobody has checked, and taking the list away as a file."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django_tables2 import RequestConfig

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.exports import BATCH, file_of
from core.filtering import filters_asked
from core.http import page
from core.paging import LimitedPaginator, SearchPaginator
from core.spreadsheets import Value
from vendors.credential_filters import CredentialFilter
from vendors.credential_queries import proof_of, without_replaced
from vendors.credential_tables import CredentialTable

PER_PAGE = 25
HEADINGS = [
    "Vendor",
    "Kind",
    "Proof",
    "Issued by",
    "Number",
    "What it covers",
    "Issued on",
    "Valid until",
    "Never expires",
    "State",
    "Checked on",
    "Checked by",
    "How it was checked",
    "File",
]


def _rows(request: MemberRequest) -> Any:
    """Of vendors in the register, without those that a newer one replaces."""
    kept = request.org.credential_set.kept().filter(vendor__archived_at=None)
    return without_replaced(kept).select_related("vendor", "checked_by__user")


@member_view(Perm.VENDOR_VIEW)
def credential_list(request: MemberRequest) -> HttpResponse:
    """Search, filters and order stand in the address; htmx gets the part below the filters."""
    rows = _rows(request)
    found = CredentialFilter(request.GET, queryset=rows, request=request)
    table = CredentialTable(found.qs, organization=request.org)
    pages = SearchPaginator if found.is_filtered else LimitedPaginator
    paginate = {"per_page": PER_PAGE, "paginator_class": pages}
    RequestConfig(request, paginate=paginate).configure(table)
    address = reverse("vendors:credential_list", args=[request.org.slug])
    count = table.page.paginator.count
    context = {
        "filters": SimpleLazyObject(lambda: filters_asked(CredentialFilter, request.GET, address)),
        "table": table,
        "count": count,
        "list_url": address,
        "count_in_words": table.page.paginator.count_in_words,
        "is_filtered": found.is_filtered,
        "has_any": bool(count) or rows.exists(),
    }
    return page(request, "vendors/credential_list.html", context, part="results")


@member_view(Perm.VENDOR_VIEW)
def export_credentials(request: MemberRequest) -> HttpResponse:
    """Exactly what the list shows under the same address, all pages of it, in its order."""
    rows = _rows(request).select_related("vendor", "checked_by__user", "file")
    found = CredentialFilter(request.GET, queryset=rows, request=request)
    table = CredentialTable(found.qs, organization=request.org)
    RequestConfig(request, paginate=False).configure(table)
    lines = _lines(table.data.data.iterator(chunk_size=BATCH))
    kind = request.GET.get("format", "")
    return file_of(lines, kind, title="Proofs", slug=request.org.slug)


def _lines(rows: Any) -> Iterator[list[Value]]:
    yield [*HEADINGS]
    today = timezone.localdate()
    for row in rows:
        yield [
            row.vendor.name,
            row.get_kind_display(),
            row.name,
            row.issuer,
            row.number,
            row.scope,
            row.issued_on,
            row.expires_on,
            "yes" if row.never_expires else "",
            proof_of(row, today).label,
            row.checked_on,
            row.checked_by.name if row.checked_by else "",
            row.check_note,
            row.file.filename if row.file else "",
        ]
