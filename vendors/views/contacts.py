"""The people at a vendor."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, member_view
from accounts.permissions import Perm
from core.editing import save
from core.errors import Refused
from core.http import go, page
from vendors import actions
from vendors.forms import ContactForm, EditContactForm
from vendors.forms.profile import differing

FIELDS = ["name", "role", "email", "phone", "is_main", "version"]


@member_view(Perm.VENDOR_EDIT)
def add_contact(request: MemberRequest, vendor_id: int) -> HttpResponse:
    """A person at the vendor; the first one is the main contact."""
    vendor = get_object_or_404(request.org.vendor_set, pk=vendor_id)
    form = ContactForm(request.POST or None)
    saved = save(form, partial(actions.add_contact, vendor=vendor, by=request.member))
    if saved.row:
        messages.success(request, f"{saved.row} is a contact of {vendor}.")
        return go(request, vendor)
    return page(request, "vendors/add_contact.html", {"vendor": vendor, "form": form})


@member_view(Perm.VENDOR_EDIT)
def edit_contact(request: MemberRequest, vendor_id: int, contact_id: int) -> HttpResponse:
    """Change what is known about a person."""
    contacts = request.org.contact_set.select_related("vendor").filter(vendor_id=vendor_id)
    contact = get_object_or_404(contacts, pk=contact_id)
    initial = {name: getattr(contact, name) for name in FIELDS}
    form = EditContactForm(request.POST or None, initial=initial, contact=contact)
    act = partial(actions.edit_contact, contact=contact, by=request.member)
    saved = save(form, act, compare=differing)
    if saved.row:
        messages.success(request, "Saved.")
        return go(request, contact.vendor)
    context = {"vendor": contact.vendor, "contact": contact, **saved.context}
    return page(request, "vendors/edit_contact.html", context, status=saved.status)


@member_view(Perm.VENDOR_EDIT)
@require_POST
def remove_contact(request: MemberRequest, vendor_id: int, contact_id: int) -> HttpResponse:
    """Forget a person; who was there longest becomes the main contact if need be."""
    contacts = request.org.contact_set.select_related("vendor").filter(vendor_id=vendor_id)
    contact = get_object_or_404(contacts, pk=contact_id)
    try:
        heir = actions.remove_contact(contact=contact, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
    else:
        then = f" The main contact is now {heir}." if heir else ""
        messages.success(request, f"{contact} is no longer a contact.{then}")
    return go(request, contact.vendor)
