"""Every page about contracts and watched days: axe in light and dark, and nothing wider than a phone."""

import pytest
from django.urls import reverse

from accounts.models import Membership
from contracts.actions.amendments import create_amendment
from contracts.actions.exits import add_alternative
from contracts.actions.record import create_contract
from contracts.models import Contract, TransitionTask
from core.tenancy import ALL, organization_scope
from dashboard import example_contracts as example
from evaluations.tests.browser.scoring_case import sign_in
from outsourcing_portal.tests.browser.test_pages_are_accessible import boss, look_at

__all__ = ["boss"]  # the fixture
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OF_DRAFT = [
    "contract_detail",
    "edit_contract",
    "edit_communication",
    "contract_terms",
    "edit_terms",
    "service_level_list",
    "create_service_level",
    "add_level_pack",
    "change_support_hours",
    "clause_list",
    "completeness",
    "document_list",
    "key_list",
    "add_key",
    "transition_plan",
    "exit_plan",
    "edit_exit_plan",
    "choose_alternative",
    "send_for_signature",
    "withdraw_contract",
]
OF_RUNNING = [
    "contract_detail",
    "contract_terms",
    "compare_terms",
    "service_level_list",
    "clause_list",
    "key_list",
    "exit_plan",
    "give_notice",
    "terminate_contract",
]


@organization_scope(ALL)
def addresses(boss: Membership) -> list[str]:
    """The pages, from the contracts of the example and a draft with almost nothing said."""
    org = boss.organization
    running, starting, waiting = (
        Contract.objects.get(organization=org, title=title)
        for title in (example.NETWORK, example.OFFICE, example.HOSTING)
    )
    values = {"title": "Payroll", "kind": "standalone", "parent": None, "manager": None}
    draft = create_contract(vendor=running.vendor, values=values, by=boss)
    pairs = [(name, draft) for name in OF_DRAFT] + [(name, running) for name in OF_RUNNING]
    pairs += [("transition_plan", starting), ("exit_plan", starting), ("create_task", starting)]
    pairs += [("contract_detail", waiting), ("sign_contract", waiting), ("completeness", waiting)]
    found = [_at(org, name, contract) for name, contract in pairs]
    task = TransitionTask.objects.filter(phase__contract=starting).latest("pk")
    found.append(_at(org, "edit_task", starting, task_id=task.pk))
    found.append(_at(org, "edit_key", running, key_id=running.keys.latest("pk").pk))
    nothing = dict.fromkeys(("quote", "quoted_on", "expires_on"))
    quote = {**nothing, "quote_is_yearly": True, "currency": "EUR", "note": ""}
    key = draft.creation_key
    other = add_alternative(contract=draft, vendor=None, values=quote, by=boss, creation_key=key)
    found.append(_at(org, "edit_alternative", draft, alternative_id=other.pk))
    amendment = create_amendment(
        contract=running,
        values={"title": "More access points", "reason": "", "from_on": running.term_ends_on},
        creation_key=draft.creation_key,
        by=boss,
    )
    found.append(_at(org, "amendment_detail", running, amendment_id=amendment.pk))
    watched = org.watcheddate_set.earliest("pk")
    found += [
        reverse(f"contracts:{name}", args=[org.slug])
        for name in ("contract_list", "portfolio", "import_contracts", "create_contract")
    ]
    found.append(reverse("contracts:vendor_contracts", args=[org.slug, running.vendor_id]))
    found += [
        reverse(f"dashboard:{name}", args=[org.slug])
        for name in (
            "home",
            "calendar",
            "date_list",
            "calendar_feed",
            "reminder_list",
            "reminder_settings",
        )
    ]
    return [*found, reverse("dashboard:watched_date", args=[org.slug, watched.pk])]


def _at(org, name, contract, **more):
    kwargs = {"org": org.slug, "contract_id": contract.pk, **more}
    return reverse(f"contracts:{name}", kwargs=kwargs)


@pytest.mark.once
def test_axe_finds_nothing_serious_and_no_page_scrolls_sideways(page, context, live_server, boss):
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    sign_in(context, live_server, boss)
    wrong = {
        path: found
        for path in addresses(boss)
        if (found := look_at(page, f"{live_server.url}{path}"))
    }
    assert wrong == {}
    assert errors == []
