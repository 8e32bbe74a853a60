"""What the pages of issues, actions, checks, meetings and ideas share: their lists and their forms."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django_tables2 import RequestConfig

from accounts.access import MemberRequest
from contracts.models import Contract
from core.editing import Saved
from core.exports import BATCH
from core.filtering import filters_asked
from core.http import go, page
from core.paging import LimitedPaginator, SearchPaginator
from reviews.views.frame import area_frame

PER_PAGE = 25
FORM = "reviews/improving_form.html"
Crumb = tuple[str, str]  # words, address


def posted(request: MemberRequest) -> Any:
    """What a form was sent, None if it is only shown."""
    return request.POST if request.method == "POST" else None


def list_page(
    request: MemberRequest, area: str, filters: Any, tables: Any, rows: Any, template: str
) -> HttpResponse:
    """Search, filters and order stand in the address; htmx gets the part below the filters."""
    found = filters(request.GET, queryset=rows, request=request)
    table = tables(found.qs, organization=request.org)
    pages = SearchPaginator if found.is_filtered else LimitedPaginator
    paginate = {"per_page": PER_PAGE, "paginator_class": pages}
    RequestConfig(request, paginate=paginate).configure(table)
    count = table.page.paginator.count
    address = reverse(f"reviews:{tables.list_name}", args=[request.org.slug])
    one = found.form.cleaned_data.get("of") if found.form.is_valid() else None
    context = {
        **area_frame(area),
        "filters": SimpleLazyObject(lambda: filters_asked(filters, request.GET, address)),
        "table": table,
        "count": count,
        "list_url": address,
        "is_filtered": found.is_filtered,
        "count_in_words": table.page.paginator.count_in_words,
        "only": request.org.contract_set.filter(pk=int(one)).first() if one else None,
        "has_any": bool(count) or rows.exists(),
    }
    return page(request, template, context, part="results")


def asked_rows(request: MemberRequest, filters: Any, tables: Any, rows: Any) -> Any:
    """Exactly what the list shows under the same address, all pages of it, in its order."""
    found = filters(request.GET, queryset=rows, request=request)
    table = tables(found.qs, organization=request.org)
    RequestConfig(request, paginate=False).configure(table)
    return table.data.data.iterator(chunk_size=BATCH)


def form_page(
    request: MemberRequest,
    contract: Contract,
    saved: Saved,
    *,
    title: str,
    button: str,
    back: str,
    crumbs: list[Crumb],
    lede: str = "",
    **more: Any,
) -> HttpResponse:
    """One form about a contract on a page of its own; `back` is where cancelling leads."""
    context = {
        "contract": contract,
        "form_title": title,
        "button": button,
        "back_url": back,
        "crumb_list": crumbs,
        "form_lede": lede,
        **more,
        **saved.context,
    }
    return page(request, FORM, context, status=saved.status)


def of_contract(request: MemberRequest, name: str, contract: Contract) -> str:
    """The address of one of the contract's parts, such as "contract_issues"."""
    return reverse(f"reviews:{name}", args=[request.org.slug, contract.pk])


def done(request: MemberRequest, words: str, to: Any) -> HttpResponse:
    messages.success(request, words)
    return go(request, to)
