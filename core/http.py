"""The few ways in which a view answers."""

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url

from core.files import file_response


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    part: str = "form",
    status: int | None = None,
) -> HttpResponse:
    """Render the page, or for htmx only its partial `part`.

    A bound `form` with errors answers 422, whoever asks.
    """
    if status is None:
        form = context.get("form")
        status = 422 if form is not None and form.is_bound and not form.is_valid() else 200
    if getattr(request, "htmx", False):
        template += f"#{part}"
    return render(request, template, context, status=status)


def go(request: HttpRequest, to: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    """Send the person to a page after success, htmx or not."""
    if getattr(request, "htmx", False):
        url = resolve_url(to, *args, **kwargs)
        return HttpResponse(headers={"HX-Redirect": url})
    return redirect(to, *args, **kwargs)


def send_file(
    request: HttpRequest, row: Any, back: Callable[[], HttpResponse], *, what: str = "The file"
) -> HttpResponse:
    """The stored file of `row` as a download, once the view has checked who asks; if it is gone from the
    disk, the page `back` with the words. `what` begins them."""
    try:
        response: HttpResponse = file_response(row)
    except FileNotFoundError:
        messages.error(request, f"{what} is missing on the server. Tell whoever runs the portal.")
        return back()
    return response


def json_file(data: Any, name: str) -> HttpResponse:
    """A readable JSON file to keep."""
    text = json.dumps(data, ensure_ascii=False, indent=2)
    return HttpResponse(
        f"{text}\n",
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
