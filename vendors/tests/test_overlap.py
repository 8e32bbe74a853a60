"""Working hours are said by both sides, and shown shared."""

import datetime as dt

import pytest

from activity.models import LogEntry
from core.tenancy import ALL, organization_scope
from vendors.models import Vendor
from vendors.tests import builders


@pytest.fixture
def vendor(manager) -> Vendor:
    return builders.add(manager, "Northwind")


def test_hours_are_said_and_shared(client, manager, admin, vendor, acme):
    client.force_login(manager.user)
    page = f"/o/acme/vendors/{vendor.pk}/hours/"
    assert b"When do you both work?" in client.get(page).content
    wrong = {"work_days": ["0", "1"], "work_from": "9:00", "version": vendor.version}
    refused = client.post(f"{page}edit/", wrong)
    assert refused.status_code == 422
    assert b"Say until when." in refused.content
    assert b"Say in which time zone these hours are." in refused.content
    body = {**wrong, "work_days": list("01234"), "work_to": "15:00", "time_zone": "europe/paris"}
    assert client.post(f"{page}edit/", body).status_code == 302
    assert client.post(f"{page}edit/", body).status_code == 409
    stored = builders.fresh(vendor)
    assert (stored.work_days, stored.work_to, stored.time_zone) == (
        [0, 1, 2, 3, 4],
        dt.time(15),
        "Europe/Paris",
    )
    with organization_scope(ALL):
        line = LogEntry.objects.get(verb="vendor.hours_changed")
    assert (line.before["work_days"], line.after["work_days"]) == ("", "Mon–Fri")
    client.force_login(admin.user)
    own = {"name": "Acme", "currency": "EUR", "time_zone": "Europe/Berlin", "date_format": "j M Y"}
    own |= {"fiscal_month": "1", "version": acme.version, "country": "DE"}
    hours = {"work_days": list("01234"), "work_from": "09:00", "work_to": "17:00"}
    assert client.post("/o/acme/settings/", {**own, "work_days": ["0"]}).status_code == 422
    assert client.post("/o/acme/settings/", {**own, **hours}).status_code == 302
    found = client.get(page)
    assert b"shares 6 of your 8 hours" in found.content
    assert b"not known" in found.content  # whose holidays: the vendor has no country
