"""How much hangs on one vendor, when a second one is worth a look, and what was outgrown."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.http import go, page
from reviews import concentration as numbers
from reviews.actions.critical_services import say_critical_services
from reviews.forms.critical_services import CriticalServicesForm
from reviews.views.frame import CONCENTRATION, area_frame


@member_view(Perm.REVIEW_VIEW)
def concentration(request: MemberRequest) -> HttpResponse:
    """Spend and critical services by vendor, and what follows from them."""
    asked = request.GET.get("currency", "")
    found = numbers.concentration(request.org, timezone.localdate(), asked)
    context = {**area_frame(CONCENTRATION), "found": found}
    return render(request, "reviews/concentration.html", context)


@member_view(Perm.REVIEW_EDIT)
def edit_critical_services(request: MemberRequest) -> HttpResponse:
    """Say which services must not stop."""
    form = CriticalServicesForm(
        request.POST if request.method == "POST" else None,
        in_use=numbers.services_in_use(request.org, timezone.localdate()),
        critical=numbers.critical_services(request.org),
    )
    if form.is_bound and form.is_valid():
        said = say_critical_services(shown=form.shown, chosen=form.chosen, by=request.member)
        count = len(said)
        words = f"{count} service{'' if count == 1 else 's'} must not stop."
        messages.success(request, words if count else "No service is critical.")
        return go(request, "reviews:concentration", request.org.slug)
    described = numbers.in_words(numbers.described_as_critical(request.org).values())
    context = {**area_frame(CONCENTRATION), "form": form, "described": described}
    return page(request, "reviews/critical_services.html", context)
