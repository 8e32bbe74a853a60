"""Small things that the pages of setting up share."""

from django.http import HttpRequest, QueryDict


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: the data of a POST, even an empty one, else nothing."""
    return request.POST if request.method == "POST" else None


def ids(values: list[str]) -> list[int]:
    """Row ids out of posted text; what can't be one is left out."""
    return [int(text) for text in values if text.isascii() and text.isdigit() and len(text) < 19]
