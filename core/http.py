"""The few ways in which a view answers."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url


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


def json_file(data: Any, name: str) -> HttpResponse:
    """A readable JSON file to keep."""
    text = json.dumps(data, ensure_ascii=False, indent=2)
    return HttpResponse(
        f"{text}\n",
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
