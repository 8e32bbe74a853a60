"""Sets of contracts that the register and the portfolio show and count."""

import datetime as dt
from typing import Any

from django.db.models import Count, F, Sum
from django.db.models.functions import Coalesce, NullIf

from core.tenancy import TenantQuerySet


class RegisterQuerySet(TenantQuerySet):
    """Mixed into ContractQuerySet, which knows what runs on a day."""

    def by_title(self) -> Any:
        return self.order_by("title_key", "pk")

    def for_list(self) -> Any:
        """Only what the list shows. Vendor and person are related rows, not annotations: counting leaves
        those out, and reads an index instead of three tables."""
        rows: Any = self.select_related("vendor", "manager__user")
        return rows.only(
            "organization_id",
            "title",
            "reference",
            "stage",
            "starts_on",
            "notice_given_on",
            "terminated_on",
            "safe_notice_on",
            "ends_on",
            "committed_until_on",
            "currency",
            "yearly_cost",
            "vendor__name",
            "manager__user__name",
            "manager__user__email",
        ).by_title()

    def for_export(self, day: dt.date) -> Any:
        """Everything that a file holds; `plan_id` tells whether there is an exit plan."""
        rows: Any = self
        rows = rows.with_status(day).annotate(
            vendor_name=F("vendor__name"),
            manager_name=F("manager__user__name"),
            manager_email=F("manager__user__email"),
            plan_id=F("exit_plan__pk"),
        )
        return rows.defer("search_text").by_title()

    def notice_between(self, first: dt.date, last: dt.date) -> Any:
        """Those whose last safe day for notice is one of these, and that were given none."""
        return self.filter(notice_given_on=None, safe_notice_on__range=(first, last))

    def with_term_end(self) -> Any:
        """Each with `term_over_on`: when it ends, else when its term does and renews. One that runs on
        until notice has no such day: the first on which it can end moves on with every day."""
        return self.annotate(
            term_over_on=Coalesce("ends_on", NullIf("term_ends_on", "committed_until_on"))
        )

    def term_between(self, first: dt.date, last: dt.date) -> Any:
        """Those that end, or whose term does, on one of these days."""
        return self.with_term_end().filter(term_over_on__range=(first, last))

    def with_bound(self) -> Any:
        """Each with `bound_until_on`: when it ends, else until when we are committed."""
        return self.annotate(bound_until_on=Coalesce("ends_on", "committed_until_on"))

    def cost_by_currency(self) -> list[dict[str, Any]]:
        """For each currency: how many `contracts`, their `cost` a year together, how many have one said
        (`priced`), and the `stake`, what doing nothing commits to beyond the terms that run now."""
        rows = self.order_by().values("currency")
        return list(
            rows.annotate(
                contracts=Count("pk"),
                priced=Count("yearly_cost"),
                cost=Sum("yearly_cost"),
                stake=Sum("at_stake"),
            ).order_by(F("cost").desc(nulls_last=True), "currency")
        )

    def without_exit_plan(self) -> Any:
        return self.filter(exit_plan=None)

    def without_manager(self) -> Any:
        """Nobody inside answers for them. One that was withdrawn needs nobody."""
        return self.filter(manager=None).exclude(stage="withdrawn")
